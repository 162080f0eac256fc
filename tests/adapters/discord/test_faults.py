"""What errors of Discord mean for us."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from discord import GatewayNotFound, HTTPException, LoginFailure, PrivilegedIntentsRequired, RateLimited

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


@dataclass
class Response:
    """What the library's exception reads of an HTTP answer."""

    status: int
    reason: str = ""


@pytest.mark.parametrize(
    ("status", "code", "fault"),
    [
        (404, 10062, Fault.LATE),
        (401, 50027, Fault.LATE),
        (400, 40060, Fault.DONE),
        (429, 0, Fault.LIMITED),
        (503, 0, Fault.OUTAGE),
        (401, 0, Fault.TOKEN),
        (403, 50013, Fault.GONE),
        (404, 10003, Fault.GONE),
        (400, 50008, Fault.GONE),
        (400, 50035, Fault.REFUSED),
        (400, 50083, Fault.REFUSED),
    ],
)
def test_answers_of_discord_are_told_apart(status: int, code: int, fault: Fault) -> None:
    """Too late, done already, gone, refused and down are different things, by Discord's own codes."""
    assert judge(HTTPException(Response(status), {"code": code, "message": "x"})) is fault
