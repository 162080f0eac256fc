"""Two programs with one token on Discord, which tells both of everything and takes the first answer."""

from __future__ import annotations

import pytest

from bot.adapters.discord.faults import Fault
from tests.adapters.discord.conftest import Connect, until
from tests.platforms.discord_api import DiscordApi

TAKEN = {"code": 40060, "message": "Interaction has already been acknowledged."}
CALLBACK = "POST .*/interactions/.*/callback"


async def test_a_newcomer_gives_way(api: DiscordApi, connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """Who has just begun and finds questions answered by somebody else says so and stops."""
    platform = await connect()
    await api.fault(CALLBACK, status=400, body=TAKEN, times=2)
    await api.send_slash("treaty", {"article": "1"})
    await api.wait("refused", 1)
    assert platform.failure is None
    await api.send_slash("treaty", {"article": "2"})
    await until(lambda: platform.failure is not None)
    assert (platform.failure, platform.rivalled, platform.ready) == (Fault.RIVAL, True, False)
    assert "DISCORD_BOT_TOKEN" in caplog.text
    assert api.token not in caplog.text


async def test_our_own_answer_is_no_rival(api: DiscordApi, connect: Connect) -> None:
    """What we answered ourselves, though Discord stumbled over it, makes nobody stop."""
    platform = await connect()
    for number in range(3):
        await api.fault(CALLBACK, status=500, done=True)
        assert (await api.slash("treaty", {"article": str(number)})).text
    await api.wait("refused", 6)  # each answer, and the second attempt at it
    assert (await api.slash("treaty", {"article": "9"})).text
    assert platform.failure is None


async def test_both_are_told_and_one_answers(api: DiscordApi, connect: Connect) -> None:
    """With two programs on one token people still get one answer, and the slower program learns of the other."""
    first, second = await connect(), await connect()
    await until(lambda: second.ready)
    for number in range(1, 6):
        if first.failure or second.failure:
            break
        assert (await api.slash("treaty", {"article": str(number)})).text
    await until(lambda: bool(first.failure) != bool(second.failure))
    assert Fault.RIVAL in (first.failure, second.failure)
    assert (await api.slash("treaty", {"article": "9"})).text
