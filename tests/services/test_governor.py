"""When a request may leave: the limit of every second, a chat's turn, and what a refusal pauses."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field, replace

import pytest

from bot.core.deliveries import Deed, Delivery, DeliveryState, Priority, Trouble, Undelivered
from bot.core.places import ChatRef, Platform
from bot.core.subscriptions import PlaceKind
from bot.services.governor import Governor, Limits, Request


@dataclass
class HandTime:
    """Time that passes by sleeping, and no other way."""

    seconds: float = 1_000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> int:
        return int(self.seconds * 1000)

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class FakePauses:
    """The part of the outbox that a governor keeps its pauses in."""

    kept: dict[tuple[Platform, str], int] = field(default_factory=dict)

    async def pauses(self, platform: Platform, now: int) -> dict[str, int]:
        return {scope: until for (each, scope), until in self.kept.items() if each is platform and until > now}

    async def pause(self, platform: Platform, scope: str, until: int) -> None:
        self.kept[platform, scope] = max(until, self.kept.get((platform, scope), 0))


def delivery(chat: str = "1", platform: Platform = Platform.TELEGRAM, **more: object) -> Delivery:
    kind = PlaceKind.PRIVATE if not chat.startswith("-") else PlaceKind.GROUP
    made = Delivery(
        1, 1, 1, Deed.POST, ChatRef(platform, chat), kind, "en", "UTC", Priority.NORMAL, DeliveryState.QUEUED, 10**15
    )
    return replace(made, **more)  # type: ignore[arg-type]


def refusal(seconds: float | None, trouble: Trouble = Trouble.CHAT_LIMIT) -> Undelivered:
    return Undelivered(trouble, "too many", seconds=seconds)


@pytest.fixture
def time() -> HandTime:
    return HandTime()


@pytest.fixture
def pauses() -> FakePauses:
    return FakePauses()


def governor(time: HandTime, pauses: FakePauses, platform: Platform = Platform.TELEGRAM, **limits: float) -> Governor:
    return Governor(
        platform,
        Limits(**({"per_second": 30.0} | limits)),  # type: ignore[arg-type]
        pauses,  # type: ignore[arg-type]  # what it uses of an outbox
        now=time.now,
        sleep=time.sleep,
        monotonic=time.monotonic,
    )


@pytest.mark.parametrize("per_second", [0.5, 1, 29.5, 30, 50])
async def test_no_second_holds_more_than_the_limit(time: HandTime, pauses: FakePauses, per_second: float):
    """However requests are held up on their way, no second ever sees more of them than the platform allows."""
    governed = governor(time, pauses, per_second=per_second)
    draw, left = random.Random(4), []
    for _ in range(400):
        time.seconds += draw.choice([0.0, 0.0, 0.9 / per_second, 3 / per_second])
        await governed.go()
        left.append(time.seconds)
    most, window = max(1, int(per_second)), max(1.0, 1 / per_second)
    assert all(later - earlier > window for earlier, later in zip(left, left[most:], strict=False))


async def test_an_answer_is_counted_and_does_not_wait(time: HandTime, pauses: FakePauses):
    """A person's answer leaves at once, and the broadcast gives way to it."""
    governed = governor(time, pauses, per_second=2)
    governed.spent()
    governed.spent()
    assert time.seconds == 1_000.0
    assert governed.pace().spent == 2
    assert governed.pace().spent == 0
    await governed.go()
    assert time.seconds > 1_001.0


async def test_no_second_holds_more_on_a_bad_line(time: HandTime, pauses: FakePauses):
    """However long each request is on its way, no second at the platform ever sees more of them than it allows."""
    governed = governor(time, pauses, per_second=30)
    draw, arrived = random.Random(5), []
    answers: list[tuple[float, Request]] = []
    for _ in range(900):
        request = await governed.go()
        way = draw.choice([0.0, 0.0, 0.01, 0.03, 0.3, 0.8])
        arrived.append(time.seconds + way)
        answers.append((time.seconds + way + 0.02, request))
        for at, answered in sorted(answers, key=lambda each: each[0]):
            if at <= time.seconds + 0.02:
                until, time.seconds = time.seconds, max(at, time.seconds)
                governed.answered(answered, taken=True)
                time.seconds = until
                answers.remove((at, answered))
    arrived.sort()
    assert all(later - earlier >= 1.0 for earlier, later in zip(arrived, arrived[30:], strict=False))


async def test_an_answer_has_room_before_a_broadcast(time: HandTime, pauses: FakePauses):
    """A person's answer waits for the moment that saves a refusal, and every broadcast waits for it."""
    governed = governor(time, pauses, per_second=2)
    for _ in range(2):
        governed.answered(await governed.go(), taken=True)
    waiting, sleep = [], time.sleep

    async def pass_on(seconds: float) -> None:
        await asyncio.sleep(0)
        await sleep(seconds)

    governed._sleep = pass_on

    async def answer() -> None:
        await governed.room()
        governed.spent()
        waiting.append("answer")

    async def broadcast() -> None:
        await governed.go()
        waiting.append("broadcast")

    await asyncio.gather(broadcast(), answer())
    assert waiting == ["answer", "broadcast"]
    assert time.seconds > 1_001.0


async def test_a_broadcast_leaves_a_place_while_people_ask(time: HandTime, pauses: FakePauses):
    """Whoever asks while a broadcast uses the whole limit is answered at once, and nobody's place is kept for ever."""
    governed = governor(time, pauses)

    async def broadcast(seconds: float) -> int:
        sent, until = 0, time.seconds + seconds
        while time.seconds < until:
            await time.sleep(1 / 29.7)  # as the store's row paces it
            governed.answered(await governed.go(), taken=True)
            sent += 1
        return sent

    await broadcast(5)
    governed.spent()
    for tenths in range(13, 21):
        await broadcast(tenths / 10)
        before = time.seconds
        await governed.room()
        governed.spent()
        assert time.seconds == before
    await broadcast(11)
    assert await broadcast(10) >= 290


async def test_many_answers_do_not_wait_for_each_other(time: HandTime, pauses: FakePauses):
    """Where people ask more than the limit allows, they are answered all the same, as long as the platform takes it."""
    governed = governor(time, pauses, per_second=30)
    for _ in range(300):
        await governed.room()
        governed.spent()
    assert time.seconds == 1_000.0


async def test_one_chats_flood_wait_is_its_own(time: HandTime, pauses: FakePauses):
    """A chat that has to wait for twelve hours holds nobody else up."""
    governed = governor(time, pauses)
    await governed.failed(delivery("1"), refusal(43_838))
    assert governed.paused_until(delivery("1")) == time.now() + 43_838_000
    assert governed.paused_until(delivery("2")) == 0
    assert governed.all_paused_until() == 0


async def test_a_flood_wait_survives_a_restart(time: HandTime, pauses: FakePauses):
    """A new process knows which chats must be left alone, and forgets it when their time is over."""
    await governor(time, pauses).failed(delivery("1"), refusal(100))
    fresh = governor(time, pauses)
    await fresh.open()
    assert fresh.paused_until(delivery("1"))
    time.seconds += 100.001
    assert fresh.paused_until(delivery("1")) == 0


async def test_refusals_everywhere_stop_everything(time: HandTime, pauses: FakePauses):
    """Three chats refused one after the other are the whole bot refused: nothing more is asked for as long."""
    governed = governor(time, pauses)
    for chat, seconds in (("1", 30), ("2", 20), ("3", 40)):
        assert governed.all_paused_until() == 0
        await governed.failed(delivery(chat), refusal(seconds))
    assert governed.all_paused_until() == time.now() + 20_000


async def test_a_message_that_arrives_clears_the_suspicion(time: HandTime, pauses: FakePauses):
    """Chats refused now and then, with others served between, pause only themselves."""
    governed = governor(time, pauses)
    for chat in map(str, range(20)):
        await governed.failed(delivery(chat), refusal(30))
        if int(chat) % 2:
            governed.arrived()
    assert governed.all_paused_until() == 0


async def test_a_refusal_without_a_figure_doubles(time: HandTime, pauses: FakePauses):
    """A proxy that says "too many" and not for how long is left alone for a minute, then for two, then for four."""
    governed = governor(time, pauses)
    waits = []
    for _ in range(6):
        await governed.failed(delivery(), refusal(None, Trouble.LIMIT))
        waits.append((governed.all_paused_until() - time.now()) / 1000)
        time.seconds += waits[-1] + 0.001
    assert waits == [60, 120, 240, 480, 900, 900]
    governed.arrived()
    await governed.failed(delivery(), refusal(None, Trouble.LIMIT))
    assert governed.all_paused_until() == time.now() + 60_000


async def test_a_chat_has_its_turn(time: HandTime, pauses: FakePauses):
    """A private chat gets one message a second and a group one in three, whichever of its topics it is for."""
    governed = governor(time, pauses)
    topic = replace(delivery("-5"), to=ChatRef(Platform.TELEGRAM, "-5", "7"))
    assert [governed.book(delivery("1")), governed.book(delivery("-5"))] == [0, 0]
    assert governed.book(delivery("1")) == pytest.approx(1.0)
    assert governed.book(topic) == pytest.approx(3.0)
    time.seconds += 1.001
    assert governed.book(delivery("1")) == 0


async def test_publishing_has_a_limit_of_its_own(time: HandTime, pauses: FakePauses):
    """A channel that published its ten messages of the hour still gets its alerts and corrections."""
    governed = governor(time, pauses, Platform.DISCORD)
    published = delivery("9", Platform.DISCORD, deed=Deed.CROSSPOST)
    await governed.failed(published, refusal(3_000))
    assert governed.paused_until(published)
    assert governed.paused_until(delivery("9", Platform.DISCORD)) == 0
    assert governed.paused_until(delivery("9", Platform.DISCORD, deed=Deed.EDIT)) == 0


async def test_discord_is_never_asked_too_much_in_vain(time: HandTime, pauses: FakePauses):
    """Long before Discord would shut the bot out for refused requests, nothing more is sent for ten minutes."""
    governed = governor(time, pauses, Platform.DISCORD, invalid=5)
    for chat in range(4):
        await governed.failed(delivery(str(chat), Platform.DISCORD), Undelivered(Trouble.GONE, "forbidden"))
        time.seconds += 10
    assert governed.all_paused_until() == 0
    await governed.failed(delivery("5", Platform.DISCORD), Undelivered(Trouble.GONE, "forbidden"))
    assert governed.all_paused_until() == pytest.approx(time.now() + 560_000, abs=1)


async def test_a_lost_connection_shortens_no_pause(time: HandTime, pauses: FakePauses):
    """Where the platform said how long to wait, it is waited for also when the connection breaks meanwhile."""
    held = governor(time, pauses)
    await held.failed(delivery("1"), refusal(600.0, Trouble.LIMIT))
    until = held.all_paused_until()
    await held.failed(delivery("2"), refusal(None, Trouble.OFF))
    assert held.all_paused_until() == until
