"""Safe mode on both engines: when it begins, what is in doubt, and what becomes of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.deliveries import Deed, milliseconds
from bot.core.safety import Cause, Doubt, SafeMode
from bot.core.subscriptions import Mode
from bot.services.digests import Digests
from storage import SqlStore, open_store
from tests import outbox
from tests.builders import fact
from tests.contract.store.readership import NOW as MORNING
from tests.contract.store.readership import execute, filled, keep, notice, rows, slots_of, subscription, tell
from tests.newsroom import join
from tests.outbox import HOUR, NOW, alert, broadcast, claim, delivery

BEFORE, AFTER = NOW - HOUR, NOW + HOUR


async def states(store: SqlStore) -> list[tuple[str, str]]:
    return [tuple(row) for row in await rows(store, "select state, reason from deliveries order by id")]


async def test_a_new_database_may_be_sent_from(store: SqlStore):
    """A first start, and every start after it, finds nothing to wonder about."""
    assert await store.safety.recognise(NOW) is None
    assert await store.safety.recognise(NOW) is None
    await broadcast(store, 1)
    await claim(store)
    assert await store.safety.recognise(NOW) is None
    assert not await store.outbox.braked()


async def test_a_claim_is_counted_beside_the_database(store: SqlStore):
    """Whatever is about to be sent makes every copy that was taken before it older than what this machine knows."""
    await store.safety.recognise(NOW)
    copy = await rows(store, "select value from meta where key = 'generation'")
    await broadcast(store, 1)
    await claim(store)
    await execute(store, "update meta set value = :old where key = 'generation'", old=copy[0][0])
    mode = await store.safety.recognise(AFTER)
    assert mode is not None
    assert (mode.cause, mode.since) == (Cause.PUT_BACK, AFTER)
    assert await store.outbox.braked()
    assert await store.safety.recognise(AFTER + 1) == mode, "the next start is no second one"


async def test_a_database_elsewhere_is_a_copy(store: SqlStore):
    """A database that was sent from at another place waits for its operator; several look at it and one mode begins."""
    await store.safety.recognise(NOW)
    await outbox.subscription(store, "telegram:5")
    await execute(store, "update meta set value = 'elsewhere' where key = 'home'")
    mode = await store.safety.recognise(AFTER)
    assert mode is not None
    assert mode.cause is Cause.COPIED
    assert await store.safety.safe_mode() == mode


async def test_a_database_that_speaks_to_nobody_may_be_handed_out(store: SqlStore):
    """A database with entries and no reader is copied at will: nothing can be sent twice from it."""
    await store.safety.recognise(NOW)
    await execute(store, "update meta set value = 'elsewhere' where key = 'home'")
    assert await store.safety.recognise(AFTER) is None
    await outbox.subscription(store, "telegram:5")
    assert await store.safety.recognise(AFTER) is None, "it is at home by now"


async def test_what_was_due_before_is_in_doubt(store: SqlStore):
    """What waited and was due may have left: it becomes uncertain; what is due later, or a change, goes on."""
    told, ids = await broadcast(store, 3, due_at=BEFORE)
    await outbox.change(store, ids[2], due_at=AFTER + 1)
    await delivery(
        store, told, (await outbox.row(store, ids[0]))["subscription_id"], Deed.EDIT, target=ids[0], due_at=BEFORE
    )
    mode = await store.safety.begin(Cause.RESTORED, NOW)
    await broadcast(store, 2, due_at=AFTER)
    found = await store.safety.doubts(mode)
    assert [each.chats for each in found] == [2]
    assert await store.safety.end(again=False, now=AFTER + 2) == 2
    assert [state for state, _ in await states(store)] == ["uncertain"] * 2 + ["queued"] * 4
    assert (await outbox.row(store, ids[0]))["reason"] == "the database is older than what was sent"
    assert not await store.outbox.braked()
    assert len((await claim(store, now=AFTER + 2)).deliveries) == 4


async def test_all_may_be_sent_again(store: SqlStore):
    """Who knows that nothing left, as after a move, has everything sent that waits."""
    await broadcast(store, 3, due_at=BEFORE)
    await store.safety.begin(Cause.COPIED, NOW)
    assert not (await claim(store)).deliveries, "who looked for the brake before it was set claims nothing either"
    assert await store.safety.end(again=True, now=AFTER) == 0
    assert {state for state, _ in await states(store)} == {"queued"}
    assert len((await claim(store)).deliveries) == 3


async def test_pause_and_safe_mode_end_together(store: SqlStore):
    """`resume` ends both; a pause that is set meanwhile does not hide that the database was put back."""
    await store.safety.begin(Cause.RESTORED, NOW)
    await store.outbox.set_brake(on=True, at="2026-11-23T10:00:00.000Z")
    await store.outbox.set_brake(on=False, at="2026-11-23T10:00:00.000Z")
    assert await store.outbox.braked(), "the brake is off, safe mode is not"
    await store.outbox.set_brake(on=True, at="2026-11-23T10:00:00.000Z")
    await store.safety.end(again=False, now=AFTER)
    assert not await store.outbox.braked()


async def test_it_says_what_the_database_knows(store: SqlStore):
    """The operator learns up to when the database knows what was done."""
    assert (await store.safety.begin(Cause.RESTORED, NOW)).last_act == ""
    await execute(store, "update meta set value = '' where key = 'safe_mode'")
    await alert(store, created_at=NOW - 1)
    mode = await store.safety.begin(Cause.RESTORED, NOW)
    assert mode == SafeMode(Cause.RESTORED, NOW, "2026-11-18T11:06:39.999Z")
    assert await store.safety.begin(Cause.COPIED, AFTER) == SafeMode(Cause.RESTORED, AFTER, mode.last_act)


async def test_digests_and_notices_of_the_time_between_are_skipped(store: SqlStore):
    """A digest that was due before may have been sent: it is not sent again, and the next one comes at its time."""
    await filled(store)
    reader = await keep(store, subscription("telegram:6"))
    weekly = await keep(store, subscription("telegram:7", Mode.WEEKLY))
    author = await join(store, "1")
    planned = await store.subscribers.keep_notice(
        notice(days=(0, 1, 2, 3, 4, 5, 6), approved_by="p-2"), author.act(), None
    )
    await execute(store, "update notices set next_at = 1, last_day = '2026-11-23' where id = :one", one=planned.id)
    await tell(store, "fact-1")
    since = MORNING + timedelta(days=1)
    mode = await store.safety.begin(Cause.RESTORED, milliseconds(since))
    assert set(await store.safety.doubts(mode)) == {Doubt("daily digest", 1), Doubt("notice: The week", 2)}
    clock = _At(since + timedelta(days=1))
    await Digests(store.subscribers, clock).skip_due(since)
    await store.safety.end(again=False, now=milliseconds(clock.now()))
    assert await slots_of(store, reader.id) == [("2026-11-24", "skipped")]
    assert await slots_of(store, weekly.id) == []
    assert await rows(store, "select local_date, outcome from notice_slots") == [("2026-11-24", "skipped")]
    assert await rows(store, "select id from deliveries") == []
    assert await Digests(store.subscribers, clock).make_due() == 2, "the notices of the next day, and no old news"
    assert (await slots_of(store, reader.id))[1:] == [("2026-11-25", "empty")]


class _At:
    def __init__(self, moment):
        self._moment = moment

    def now(self):
        return self._moment


async def test_what_had_its_hour_is_told_quietly(store: SqlStore):
    """What was to be published before may have been: it is, and nobody is pushed a second message about it."""
    writer, editor = await join(store, "1"), await join(store, "2")
    draft = await writer.propose(fact("x"), publish_at="2026-11-23T10:10:00.000Z")
    await editor.approve(draft)
    mode = await store.safety.begin(Cause.RESTORED, milliseconds(MORNING + timedelta(days=1)))
    await store.safety.end(again=False, now=mode.since)
    assert await rows(store, "select severity from proposals") == [("quiet",)]


async def test_an_answer_that_was_promised_is_told_once(store: SqlStore):
    """Who waited for an answer is not told of it again after a restore; who still waits for one is."""
    question = (
        "insert into open_questions (id, text, locale, asked, first_at, last_at) values (1, 'why', 'en', 2, '', '')"
    )
    await execute(store, question)
    row = "insert into awaited_answers (question_id, person, locale, at, entry_key) values (1, :who, 'en', '', :answer)"
    await execute(store, row, who="telegram:1", answer="signed")
    await execute(store, row, who="telegram:2", answer="")
    mode = await store.safety.begin(Cause.RESTORED, NOW)
    assert await store.safety.doubts(mode) == (Doubt("answers to open questions", 1),)
    await store.safety.end(again=False, now=AFTER)
    assert await rows(store, "select person from awaited_answers") == [("telegram:2",)]


async def test_a_start_that_was_killed_looks_again(store_url: str):
    """Killed at any moment, the next start still finds that the database is a copy."""
    store = await open_store(store_url)
    try:
        await store.safety.recognise(NOW)
        await outbox.subscription(store, "telegram:5")
        await execute(store, "update meta set value = 'elsewhere' where key = 'home'")
        await store.safety.begin(Cause.COPIED, NOW)  # and here it ended
    finally:
        await store.close()
    again = await open_store(store_url)
    try:
        mode = await again.safety.recognise(AFTER)
        assert mode is not None
        assert (mode.cause, mode.since) == (Cause.COPIED, AFTER)
        assert await again.safety.recognise(AFTER + 1) == mode
    finally:
        await again.close()


async def test_what_somebody_had_in_hand_is_in_doubt(store: SqlStore):
    """What was being sent when the copy was made is not sent twice, however soon the copy is put back."""
    await broadcast(store, 2, due_at=BEFORE)
    assert len((await claim(store)).deliveries) == 2
    mode = await store.safety.begin(Cause.RESTORED, NOW + 1)
    assert [each.chats for each in await store.safety.doubts(mode)] == [2]
    assert await store.safety.end(again=False, now=AFTER) == 2
    assert {state for state, _ in await states(store)} == {"uncertain"}


async def test_two_who_resume_are_as_good_as_one(store: SqlStore):
    """Whoever resumes a moment later takes nothing out of the hands of those who send by then."""
    await store.safety.begin(Cause.RESTORED, NOW)
    assert await store.safety.end(again=True, now=NOW + 1) == 0
    await broadcast(store, 2, due_at=BEFORE)
    await claim(store, now=NOW + 2)
    assert await store.safety.end(again=False, now=NOW + 3) == 0
    assert {state for state, _ in await states(store)} == {"queued"}


async def test_those_who_start_at_once_know_it(any_url: str):
    """The service and a chat that start together after an update find nothing to wonder about."""
    stores = [await open_store(any_url) for _ in range(4)]
    try:
        await outbox.subscription(stores[0], "telegram:5")
        beside = stores[0]._database.beside((await rows(stores[0], "select value from meta where key = 'store'"))[0][0])
        for _ in range(20):
            await execute(stores[0], "update meta set value = '' where key = 'home'")
            beside.unlink(missing_ok=True)
            assert await asyncio.gather(*(each.safety.recognise(NOW) for each in stores)) == [None] * 4
    finally:
        for each in stores:
            await each.close()


async def test_a_first_start_that_was_killed_is_made_again(any_url: str):
    """Killed at any moment, a first start leaves a database that the next one knows."""
    store = await open_store(any_url)
    try:
        await outbox.subscription(store, "telegram:5")
        await store.safety.recognise(NOW)
        await execute(store, "update meta set value = '' where key = 'home'")  # what comes last had not come yet
        assert await store.safety.recognise(AFTER) is None
    finally:
        await store.close()


@pytest.mark.one_engine("is about SQLite's file")
async def test_a_file_that_cannot_be_kept_stops_nothing(tmp_path: Path):
    """Where nothing can be kept beside the database a copy goes unnoticed, and no start is taken for one."""
    (tmp_path / "store.db-generation").mkdir()
    for now in (NOW, AFTER):
        store = await open_store(f"sqlite:///{tmp_path}/store.db")
        try:
            await outbox.subscription(store, f"telegram:{now}")
            assert await store.safety.recognise(now) is None
        finally:
            await store.close()


@pytest.mark.one_engine("is about SQLite's file")
async def test_a_database_by_another_name_is_the_same(tmp_path: Path):
    """A link to the database leads to the same database: a chat by the one name does not silence the other's service."""
    (tmp_path / "link.db").symlink_to(tmp_path / "store.db")
    for name, now in (("link", NOW), ("store", AFTER)):
        store = await open_store(f"sqlite:///{tmp_path}/{name}.db")
        try:
            await outbox.subscription(store, f"telegram:{now}")
            assert await store.safety.recognise(now) is None
        finally:
            await store.close()


@pytest.mark.one_engine("is about the only database of a machine, which PostgreSQL's is not")
async def test_a_copy_of_before_the_update_is_noticed(tmp_path: Path):
    """A copy from a version that left no marks is noticed too, where a database with marks stood before."""
    store = await open_store(f"sqlite:///{tmp_path}/store.db")
    try:
        await outbox.subscription(store, "telegram:5")
        await store.safety.recognise(NOW)
        await execute(store, "update meta set value = 'just drawn' where key = 'store'")
        await execute(store, "update meta set value = '' where key = 'home'")
        mode = await store.safety.recognise(AFTER)
        assert mode is not None
        assert mode.cause is Cause.COPIED
    finally:
        await store.close()
