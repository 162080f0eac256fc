"""Claiming deliveries and starting them: each is one sender's at a time, the urgent first, on both engines."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import Deed, DeliveryState, Priority, Settled
from bot.core.errors import StoreBusy
from bot.core.outbox import Claim, Pace
from bot.core.places import Platform
from bot.core.subscriptions import PlaceKind, QuietHours, SubscriptionStatus
from storage import SqlStore, open_store, schema
from storage.claims import DUE, DUE_THERE
from tests.outbox import (
    HOUR,
    LEASE,
    NOW,
    again,
    alert,
    arrived,
    broadcast,
    change,
    chat,
    claim,
    claimed,
    delivery,
    message,
    row,
    sent,
    settle,
    start,
    states,
    subscription,
)


class Slots:
    """Claims one after the other, and when the first slot of each was, counted from the first claim on."""

    def __init__(self, store: SqlStore) -> None:
        self._sqlite = store._database.alone
        self._began = time.monotonic()

    def began(self, claimed: Claim, now: int = NOW) -> float:
        """When this claim's first slot was, in seconds. SQLite's time is what a claim says, PostgreSQL has its own."""
        passed = (now - NOW) / 1000 if self._sqlite else time.monotonic() - self._began
        return passed + claimed.starts_in / 1_000_000

    @property
    def slack(self) -> float:
        """How far this may be off: as long as all took."""
        return 0.002 if self._sqlite else time.monotonic() - self._began


async def test_a_claim_tells_all_that_sending_needs(store: SqlStore):
    """A message goes where, in which language, how quietly and until when its chat asked for."""
    there = await subscription(
        store, "telegram:-5/7", kind="private", locale="ko", zone="Asia/Seoul", silent=1, fallback=1,
        quiet_from=1380, quiet_until=420, status="paused",
    )  # fmt: skip
    told = await alert(store, expires_at=NOW + HOUR)
    waiting = await delivery(store, told, there, priority=Priority.FLASH.value)
    (found,) = await claimed(store)
    assert (found.id, found.alert, found.subscription, found.deed) == (waiting, told, there, Deed.POST)
    assert (found.to, found.kind, found.locale, found.zone) == (
        chat("telegram:-5/7"), PlaceKind.PRIVATE, "ko", "Asia/Seoul",
    )  # fmt: skip
    assert (found.silent, found.fallback, found.quiet) == (True, True, QuietHours(1380, 420))
    assert (found.priority, found.expires_at, found.status) == (Priority.FLASH, NOW + HOUR, SubscriptionStatus.PAUSED)
    assert (found.attempts, found.lost, found.first_at, found.message, found.original, found.blocked, found.replaces) == (
        0, 0, None, None, 0, False, False,
    )  # fmt: skip


async def test_a_message_may_be_sent_elsewhere_than_its_chat_says(store: SqlStore):
    """What goes to the main chat because its topic was closed goes there at every attempt."""
    there = await subscription(store, "telegram:-5/7")
    waiting = await delivery(store, await alert(store), there)
    await claim(store)
    await start(store, waiting)
    await settle(store, again(waiting, redirect=chat("telegram:-5")))
    assert [each.to for each in await claimed(store)] == [chat("telegram:-5")]


async def test_what_is_urgent_goes_first(store: SqlStore):
    """A correction goes before a flash, that before news, and those before digests; within each the oldest first."""
    there = [await subscription(store, f"telegram:-{at}") for at in range(3)]
    told = {each: await alert(store) for each in Priority}
    wanted = [
        await delivery(store, told[each], there[at], priority=each.value, due_at=NOW - at)
        for each in reversed(Priority)
        for at in range(3)
    ]
    expected = list(reversed(wanted))
    assert [each.id for each in await claimed(store, most=5)] == expected[:5]
    assert [each.id for each in await claimed(store, most=50)] == expected[5:]


async def test_what_is_not_due_or_final_is_not_claimed(store: SqlStore):
    """Nothing goes before its time, a second time, or by a sender of another platform."""
    _told, (due, *others) = await broadcast(store, 4)
    await change(store, others[0], due_at=NOW + 1)
    await change(store, others[1], state="delivered", open=0)
    await change(store, others[2], platform="discord")
    assert [each.id for each in await claimed(store)] == [due]
    assert (await claim(store)).deliveries == ()


async def test_an_empty_claim_tells_when_the_next_is_due(store: SqlStore):
    """A sender with nothing to do sleeps until there is something, and not longer."""
    assert await claim(store) == Claim(())
    await broadcast(store, 1, due_at=NOW + 9_000)
    await broadcast(store, 1, due_at=NOW + 7_000, priority=Priority.DIGEST.value)
    await broadcast(store, 1, due_at=NOW + 1_000, platform="discord")
    assert (await claim(store)).next_due == NOW + 7_000


async def test_a_terminal_gets_what_is_meant_for_it(store: SqlStore):
    """Two people who chat in two terminals on one database each get their own messages."""
    told = await alert(store)
    mine, theirs = [await subscription(store, f"terminal:{name}") for name in ("ada", "bob")]
    wanted, other = [await delivery(store, told, each, platform="terminal") for each in (mine, theirs)]
    here = {"platform": Platform.TERMINAL, "only": chat("terminal:ada")}
    assert [each.id for each in await claimed(store, **here)] == [wanted]
    await settle(store, arrived(wanted, "terminal:ada"))
    assert await claim(store, **here) == Claim(())
    assert (await row(store, other))["owner"] == ""


async def test_two_senders_never_get_the_same_message(store_url: str):
    """However many senders claim at once, each message is one sender's, none is left out, and no slot is shared."""
    stores = [await open_store(store_url) for _ in range(2)]
    try:
        _told, ids = await broadcast(stores[0], 60)

        slots, moments = Slots(stores[0]), list[float]()

        async def half(store: SqlStore, owner: str) -> list[int]:
            got: list[int] = []
            while len(got) < 30:
                # What another claim is about to take is passed over, not waited for: then there may be nothing.
                now = await claim(store, owner, most=3, pace=Pace(0.2))
                first = slots.began(now)
                moments.extend(first + at * now.every / 1_000_000 for at in range(len(now.deliveries)))
                got += [each.id for each in now.deliveries]
            return got

        both = await asyncio.gather(*(half(store, f"sender{at}") for at, store in enumerate(stores)))
        assert sorted(both[0] + both[1]) == sorted(ids)
        assert all(later - sooner > 2.5 for sooner, later in pairwise(sorted(moments)))
    finally:
        await asyncio.gather(*(store.close() for store in stores))


async def test_a_cancellation_before_the_start_wins(store: SqlStore):
    """News that was taken back while a sender had it in hand does not leave."""
    _told, (first, second) = await broadcast(store, 2)
    await claim(store)
    await change(store, first, state="cancelled", open=0)
    assert await start(store, first, second) == {second}
    await settle(store, arrived(first, "telegram:-1"), arrived(second, "telegram:-2"))
    assert await states(store, [first, second]) == ["cancelled", "delivered"]


async def test_a_message_starts_once(store: SqlStore):
    """A second word that a message leaves is refused, and the moment of the first attempt stays."""
    _told, (waiting,) = await broadcast(store, 1)
    await claim(store)
    assert await start(store, waiting, now=NOW + 5) == {waiting}
    assert await start(store, waiting, now=NOW + 6) == frozenset()
    await settle(store, again(waiting, NOW + 9))
    (found,) = await claimed(store, now=NOW + 9)
    assert (found.first_at, found.attempts) == (NOW + 5, 1)
    assert await start(store, waiting, now=NOW + 9) == {waiting}
    assert (await row(store, waiting))["first_at"] == NOW + 5


async def test_what_a_dead_sender_held_is_taken_over(store: SqlStore):
    """After a crash everything goes on when the lease is over, and only what was under way counts as in doubt."""
    _told, (first, second) = await broadcast(store, 2)
    await claim(store, "dead")
    await start(store, first, owner="dead", now=NOW + 10)
    assert await claimed(store, owner="b", now=NOW + LEASE - 1) == []
    assert [(each.id, each.lost) for each in await claimed(store, owner="b", now=NOW + LEASE)] == [(second, 0)]
    (found,) = await claimed(store, owner="b", now=NOW + LEASE + 10)
    assert (found.id, found.lost, found.first_at, found.state) == (first, 1, NOW + 10, DeliveryState.QUEUED)
    assert await start(store, first, second, owner="b", now=NOW + LEASE + 10) == {first, second}


async def test_a_sender_that_lives_keeps_what_it_holds(store: SqlStore):
    """A long wait for a slot takes nothing away from a sender that renews its lease."""
    _told, (waiting,) = await broadcast(store, 1)
    await claim(store)
    await store.outbox.journal("a", now=NOW + 9_000, until=NOW + 9_000 + LEASE, renewed=[waiting])
    assert await claimed(store, owner="b", now=NOW + LEASE) == []
    assert [each.id for each in await claimed(store, owner="b", now=NOW + 9_000 + LEASE)] == [waiting]


async def test_a_sender_that_was_given_up_changes_nothing(store: SqlStore):
    """A sender that wakes up after its lease was over overwrites nothing of what another one does."""
    _told, ids = await broadcast(store, 3)
    await claim(store, "old")
    await start(store, ids[0], owner="old")
    await claim(store, "new", now=NOW + 2 * LEASE)
    before = [await row(store, each) for each in ids]
    left = await store.outbox.journal(
        "old",
        now=NOW + 2 * LEASE,
        until=NOW + 9 * LEASE,
        started=ids[1:2],
        renewed=ids,
        settled=[
            arrived(ids[0], "telegram:-1", suspend=True, crosspost=True, moved=chat("telegram:-99")),
            again(ids[2], NOW + 99 * LEASE),
        ],
    )
    assert left == frozenset()
    assert [await row(store, each) for each in ids] == before
    assert [each.status for each in await claimed(store, now=NOW + 4 * LEASE)] == [SubscriptionStatus.ACTIVE] * 3
    assert sum((await store.outbox.counts()).values()) == 3


async def test_a_service_that_ends_gives_back_what_it_has_not_started(store: SqlStore):
    """After an orderly end the next start goes on at once, and what is under way is not sent a second time."""
    _told, (first, second) = await broadcast(store, 2)
    await claim(store)
    await start(store, first)
    await store.outbox.release("other", NOW + 1)
    assert await claimed(store, owner="b", now=NOW + 1) == []
    await store.outbox.release("a", NOW + 1)
    assert [each.id for each in await claimed(store, owner="b", now=NOW + 1)] == [second]
    assert (await row(store, first))["state"] == "started"


async def test_what_was_taken_back_is_not_handed_out(store: SqlStore):
    """A post of an alert that was taken back is cancelled, one that may stand there is for a person to look at."""
    told, (fresh, lost) = await broadcast(store, 2)
    await change(store, lost, state="started")
    await change(store, told, schema.alerts, cancelled=1)
    assert await claim(store) == Claim((), 0, 0, None)
    assert await states(store, [fresh, lost]) == ["cancelled", "uncertain"]


async def test_a_change_knows_its_message_and_what_it_was_posted_for(store: SqlStore):
    """A correction edits the message of the alert it corrects, in the chat where that stands."""
    told, (post,) = await broadcast(store, 1)
    await sent(store, post, "telegram:-77", "31")
    there = (await row(store, post))["subscription_id"]
    newer = await alert(store, kind="correction")
    edit = await delivery(store, newer, there, Deed.EDIT, target=post)
    (found,) = await claimed(store)
    assert (found.id, found.alert, found.original, found.blocked) == (edit, newer, told, False)
    assert found.message == message("telegram:-77", "31")
    assert str(found.to) == f"telegram:-{1000 * told}"


async def test_a_change_waits_for_its_message_and_for_the_change_before_it(store: SqlStore):
    """No reader sees the old text after the new: what is under way for a message comes before its next change."""
    _told, (post,) = await broadcast(store, 1)
    await claim(store)
    await start(store, post)
    there = (await row(store, post))["subscription_id"]
    first, second = [
        await delivery(store, await alert(store, kind="correction"), there, Deed.EDIT, target=post) for _ in range(2)
    ]
    assert [(each.id, each.blocked) for each in await claimed(store)] == [(first, True), (second, True)]
    await settle(store, arrived(post, "telegram:-77"), again(first), again(second))
    assert [(each.id, each.blocked) for each in await claimed(store, most=1)] == [(first, False)]
    await start(store, first)
    assert [(each.id, each.blocked) for each in await claimed(store)] == [(second, True)]


async def test_a_change_of_what_never_arrived_can_be_rejected(store: SqlStore):
    """Where no message is known and none will be, a change neither waits for ever nor is sent."""
    _told, (post, unknown) = await broadcast(store, 2)
    edits = []
    for identity, state in ((post, "rejected"), (unknown, "delivered")):
        await change(store, identity, state=state, open=0)
        there = (await row(store, identity))["subscription_id"]
        edits.append(await delivery(store, await alert(store), there, Deed.EDIT, target=identity))
    found = await claimed(store)
    assert [(each.id, each.message, each.blocked) for each in found] == [(each, None, False) for each in edits]


async def test_a_post_that_took_the_place_of_a_change_is_changed_like_the_first_message(store: SqlStore):
    """The second correction of a message that could not be edited edits the one that stands for it now."""
    told, (post,) = await broadcast(store, 1)
    await sent(store, post, "telegram:-77", "31")
    there = (await row(store, post))["subscription_id"]
    first = await delivery(store, await alert(store), there, Deed.EDIT, target=post)
    await claim(store)
    await start(store, first)
    await settle(store, again(first, replaces=True))
    (found,) = await claimed(store)
    assert (found.replaces, found.message) == (True, message("telegram:-77", "31"))
    await start(store, first)
    await settle(store, arrived(first, "telegram:-78", "40"))
    newest = await alert(store)
    later = [await delivery(store, newest, there, Deed.EDIT, target=each) for each in (post, first)]
    found = await claimed(store)
    assert [each.id for each in found] == later
    assert {each.original for each in found} == {told}
    assert {each.message for each in found} == {message("telegram:-78", "40")}


async def test_slots_are_even_and_follow_those_before(store: SqlStore):
    """The whole bot sends at 0.99 of its limit, one after the other, whoever claims."""
    await broadcast(store, 6)
    pace, slots = Pace(0.5), Slots(store)
    first = await claim(store, most=2, pace=pace)
    assert first.starts_in == pytest.approx(0, abs=2_000)
    assert 2_000_000 < first.every < 2_030_000
    second = await claim(store, "b", most=2, pace=Pace(0.5, spent=3))
    assert slots.began(second) == pytest.approx((2 + 3) * first.every / 1_000_000, abs=slots.slack)
    third = await claim(store, "c", most=2, now=NOW + 1_000, pace=pace)
    assert slots.began(third, NOW + 1_000) == pytest.approx((2 + 3 + 2) * first.every / 1_000_000, abs=slots.slack)


async def test_a_slot_of_long_ago_is_no_slot(store: SqlStore):
    """After a while in which nothing was sent the next message leaves at once, and none of that time is made up for."""
    await broadcast(store, 6)
    await claim(store, most=2, pace=Pace(1_000.0))
    await asyncio.sleep(0.05)
    later = await claim(store, most=4, now=NOW + 60_000, pace=Pace(1_000.0))
    assert later.starts_in == pytest.approx(0, abs=2_000)


@pytest.mark.one_engine("is about processes on one PostgreSQL")
async def test_a_process_whose_clock_is_wrong_waits_for_nothing(prepared_postgres_url: str):
    """Two processes whose clocks are a minute apart share the slots of one database as if they were not."""
    first, second = [await open_store(prepared_postgres_url) for _ in range(2)]
    try:
        await broadcast(first, 6, due_at=1)
        ahead = await claim(first, most=3, now=NOW + 50_000, pace=Pace(1.0))
        assert ahead.starts_in < 1_000_000
        behind = await claim(second, "b", most=3, now=NOW, pace=Pace(1.0))
        assert 2_000_000 < behind.starts_in < 3 * ahead.every
    finally:
        await asyncio.gather(first.close(), second.close())


async def test_answers_count_even_while_nothing_is_broadcast(store: SqlStore):
    """Replies to people that went out just before a broadcast begins leave their room in the limit."""
    await broadcast(store, 1, due_at=NOW + 5)
    every = (await claim(store, pace=Pace(0.5, spent=4))).next_due
    assert every == NOW + 5
    begun = await claim(store, now=NOW + 5, pace=Pace(0.5))
    assert begun.starts_in > 3 * begun.every


async def test_a_restart_keeps_to_the_limit(store_url: str):
    """A service that is started anew does not send what the one before it has sent already this second."""
    first = await open_store(store_url)
    await broadcast(first, 20)
    slots = Slots(first)
    before = await claim(first, most=10, pace=Pace(0.5))
    await first.close()
    second = await open_store(store_url)
    try:
        after = await claim(second, "b", now=NOW + 100, pace=Pace(0.5))
        expected = pytest.approx(10 * before.every / 1_000_000, abs=slots.slack)
        assert slots.began(after, NOW + 100) == expected
    finally:
        await second.close()


async def test_a_clock_that_was_put_back_stops_nothing(store: SqlStore):
    """Slots that a wrong clock handed out far ahead are not waited for."""
    await broadcast(store, 4)
    for ahead in (48 * HOUR, 90_000):
        await claim(store, most=1)
        async with (await store._writing())._units.engine.begin() as connection:
            await connection.execute(update(schema.limits).values(tat=schema.limits.c.tat + ahead * 1000))
        assert (await claim(store, most=1)).starts_in == pytest.approx(0, abs=2_000)


async def test_what_can_not_leave_now_takes_no_slot(store: SqlStore):
    """Thousands of chats in their quiet hours, or too late for anyway, do not slow the others down."""
    night = {"quiet_from": 0, "quiet_until": 1439}
    places = [await subscription(store, f"telegram:-{at}") for at in range(2)]
    asleep = [await subscription(store, f"telegram:-9{at}", **night) for at in range(3)]
    told, old = await alert(store), await alert(store, expires_at=NOW - 1)
    held = [await delivery(store, told, each, due_at=NOW - 9) for each in asleep[:2]]
    late = await delivery(store, old, places[0], due_at=NOW - 8)
    leaving = [await delivery(store, told, each) for each in places]
    flash = await delivery(store, told, asleep[2], priority=Priority.FLASH.value)
    found = await claim(store, pace=Pace(0.5))
    assert [each.id for each in found.deliveries] == [flash, *leaving, *held, late]
    await broadcast(store, 1)
    assert 2 * found.every < (await claim(store, pace=Pace(0.5))).starts_in <= 3 * found.every


@pytest.mark.one_engine("asks SQLite for its plan")
async def test_a_claim_reads_the_index_in_its_order(sqlite_store: SqlStore):
    """A million deliveries of tomorrow, or of lower classes, cost a claim nothing: it never looks at them."""
    given = {"on": "telegram", "class": 2, "now": NOW, "most": 200, "there": "terminal:ada"}
    for statement in (DUE, DUE_THERE):
        compiled = statement.params(given).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})

        async def plan(connection: AsyncConnection, query: str = str(compiled)) -> list[str]:
            return [each.detail for each in await connection.execute(text(f"explain query plan {query}"))]

        lines = await (await sqlite_store._writing())._units.run_tx(plan)
        assert "ix_deliveries_due (platform=? AND priority=? AND due_at<?)" in lines[0]
        assert not any("TEMP B-TREE" in line for line in lines)


@pytest.mark.parametrize("state", [state for state in DeliveryState if state is not DeliveryState.STARTED])
async def test_every_outcome_frees_the_delivery(store: SqlStore, state: DeliveryState):
    """Whatever came of a message, it is nobody's any more and says why."""
    _told, (waiting,) = await broadcast(store, 1)
    await claim(store)
    await start(store, waiting)
    outcome = Settled(waiting, state, due_at=NOW + 3, attempts=2, lost=1, reason="so it was")
    await settle(store, outcome, now=NOW + 1)
    now = await row(store, waiting)
    final = state is not DeliveryState.QUEUED
    assert (now["state"], now["open"], now["owner"]) == (state.value, int(not final), "")
    assert (now["attempts"], now["lost"], now["reason"]) == (2, 1, "so it was")
    assert now["settled_at"] == (NOW + 1 if final else None)
    assert [each.id for each in await claimed(store, now=NOW + 3)] == ([] if final else [waiting])


@pytest.mark.one_engine("is about SQLite's one writer")
async def test_a_sender_that_meets_another_writer_is_told_so(sqlite_store: SqlStore, tmp_path: Path):
    """A backup or an import beside the service makes a sender wait and try again, and nothing is half done."""
    _told, (waiting,) = await broadcast(sqlite_store, 1)
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(StoreBusy):
            await claim(sqlite_store)
        other.execute("rollback")
    assert [each.id for each in await claimed(sqlite_store)] == [waiting]


async def test_a_time_zone_that_is_no_more_holds_nobody_up(store: SqlStore):
    """A chat whose zone the time zone database has dropped is told like all others, by UTC."""
    told = await alert(store)
    zoneless = await subscription(store, "telegram:-1", zone="Mars/Olympus", quiet_from=0, quiet_until=1)
    other = await subscription(store, "telegram:-2")
    waiting = [await delivery(store, told, each) for each in (zoneless, other)]
    assert [each.id for each in await claimed(store)] == waiting
