"""Two programs with one token on Telegram, which ends the poll of one whenever the other one polls."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.core.leases import Alone
from tests.adapters.fakes import FakeAnswers, FakeInbox
from tests.adapters.telegram.conftest import Connect, until
from tests.platforms.telegram_client import TelegramApi


async def test_a_newcomer_gives_way(api: TelegramApi, connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever polled first goes on and answers everybody once; the second one says what is wrong and stops."""
    first = await connect(settled_after=0.2)
    await asyncio.sleep(0.3)
    await api.write("before")
    second = await connect(answers=FakeAnswers(), inbox=FakeInbox(), wait=False)
    await until(lambda: second._conflicts > 0)
    for line in ("one", "two", "three"):
        await api.write(line, user=2000 + len(line))
        await asyncio.sleep(0.2)
    await until(lambda: second.failure is not None)
    assert second.rivalled
    assert "TELEGRAM_BOT_TOKEN" in str(second.failure)
    assert api.token not in caplog.text
    await second.stop()
    assert (await api.say("after", user=3000)).text == "you said: after"
    assert (first.ready, first.failure, first.rivalled) == (True, None, False)
    texts = [each.text for each in await api.sent()]
    assert sorted(texts) == sorted(f"you said: {line}" for line in ("before", "one", "two", "three", "after"))


async def test_of_two_newcomers_one_stays(api: TelegramApi, connect: Connect) -> None:
    """Started at one moment, they do not both give up."""
    both = [await connect(answers=FakeAnswers(), inbox=FakeInbox(), wait=False, settled_after=1.0) for _ in range(2)]
    await until(lambda: any(each.failure for each in both))
    (left,) = [each for each in both if each.failure is None]
    await until(lambda: left.ready)
    assert (await api.say("hello")).text == "you said: hello"


async def test_one_conflict_passes(api: TelegramApi, connect: Connect) -> None:
    """A predecessor's last poll, right after a start, costs nothing but a moment."""
    platform = await connect(settled_after=0.5)
    await api.fault(method="getUpdates", status=409, description="Conflict: terminated by other getUpdates request")
    await api.write("one")
    await until(lambda: platform.ready)
    assert (await api.say("two", user=2000)).text == "you said: two"
    assert [each.text for each in await api.sent()] == ["you said: one", "you said: two"]


async def test_what_may_be_anothers_is_left_alone(api: TelegramApi, connect: Connect) -> None:
    """As long as another program may be there, a newcomer answers nothing and leaves every update where it is."""
    await api.fault(method="getUpdates", status=409, description="Conflict: terminated by other getUpdates request")
    platform = await connect(settled_after=3600, wait=False)
    await until(lambda: platform._conflicts > 0)
    since = len(await api.records())
    await api.write("disputed")
    await api.records("getUpdates", since=since, wait=3)
    assert not await api.sent()
    assert len((await api.state())["pending"]) == 1


class EndedTurn(Alone):
    """Whose turn ends while it looks at what a poll brought: the process was frozen, say, with an update in hand."""

    over = False

    async def take(self, duty: str) -> bool:
        return not self.over and await super().take(duty)

    def holds(self, duty: str) -> bool:
        return not self.over and super().holds(duty)


async def test_what_came_before_the_turn_ended_is_left_alone(api: TelegramApi, connect: Connect) -> None:
    """An update in the hands of a process whose turn is over is answered once, by whose turn it is now."""
    turn = EndedTurn()

    class Slow(FakeInbox):
        async def expect(self, updates: Sequence[int]) -> None:
            turn.over = turn.over or bool(updates)

    frozen = FakeAnswers()
    await connect(answers=frozen, inbox=Slow(), leases=turn)
    await api.write("hello")
    await until(lambda: turn.over)
    await connect()
    assert (await api.say("again", user=2000)).text == "you said: again"
    assert not frozen.requests
    assert [each.text for each in await api.sent()] == ["you said: hello", "you said: again"]
