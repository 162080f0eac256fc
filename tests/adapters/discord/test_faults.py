"""What errors of Discord mean for us."""

from __future__ import annotations

import pytest
from discord import GatewayNotFound, LoginFailure, PrivilegedIntentsRequired, RateLimited

from bot.adapters.discord.faults import Fault, judge


@pytest.mark.parametrize(
    ("error", "fault", "final"),
    [
        (LoginFailure("Improper token"), Fault.TOKEN, True),
        (PrivilegedIntentsRequired(0), Fault.INTENTS, True),
        (RateLimited(40.0), Fault.LIMITED, False),
        (GatewayNotFound(), Fault.OUTAGE, False),
        (TimeoutError(), Fault.OUTAGE, False),
        (ConnectionResetError(), Fault.OUTAGE, False),
        (ValueError("ours"), Fault.REFUSED, False),
    ],
)
def test_errors_are_told_apart(error: Exception, fault: Fault, final: bool) -> None:
    """Only what no further attempt can cure ends the bot; everything else is tried again."""
    assert (judge(error), judge(error).final) == (fault, final)
