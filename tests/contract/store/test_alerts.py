"""What an alert tells by now, whom one would reach, and what became of it in a chat, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.deliveries import AlertKind, milliseconds
from bot.core.editorial import ProposalKind, Severity
from bot.core.entries import Entry
from bot.core.outbox import Audience
from bot.core.places import ChatRef
from bot.core.subscriptions import Mode, Period, QuietHours, SubscriptionStatus
from storage import SqlStore
from tests import outbox
from tests.builders import dossier, event, fact
from tests.contract.store.desk import act_of, later, published
from tests.fanout import became, digest, rows, subscribe, wants
from tests.newsroom import join
from tests.stores import take_over

HERE, THERE = "telegram:-5", "discord:6"
NOON = milliseconds(datetime(2026, 11, 23, 12, tzinfo=UTC))


async def news(store: SqlStore, entry: Entry | None = None, **more: object) -> Entry:
    """A new fact that was published; alert 1 where it is the first."""
    writer, editor = await act_of(store, "telegram:51"), await act_of(store, "telegram:52")
    return await published(store, writer, editor, entry or fact("new", topics=("defence",)), **more)


async def change(store: SqlStore, entry: Entry, text: str, minutes: float = 0, **more: object) -> Entry:
    """The same fact in other words, published so long after AT."""
    at = later(minutes)
    writer, editor = await act_of(store, "telegram:51", at=at), await act_of(store, "telegram:52", at=at)
    new = replace(entry, text={"it": text})
    return await published(store, writer, editor, new, kind=ProposalKind.EDIT, base=entry.revision, **more)


async def test_an_alert_tells_its_entry_as_it_is_by_now(store: SqlStore):
    """Whoever is sent an old alert reads the text of today, what it was, and when and why it was changed last."""
    one = await news(store, severity=Severity.FLASH)
    fresh = await store.outbox.alert(1)
    assert fresh is not None
    assert (fresh.kind, fresh.severity, fresh.cancelled) == (AlertKind.ALERT, Severity.FLASH, False)
    assert (fresh.created_at, fresh.due_at) == (1_795_428_000_000, 1_795_428_030_000)
    (item,) = fresh.items
    assert (item.entry, item.told, item.corrected_at, item.note, item.before) == (one, 1, "", "", None)

    two = await change(store, one, "due", 10, note="a typo")
    three = await change(store, two, "tre", 20, note="a date")
    old, last = await store.outbox.alert(1), await store.outbox.alert(3)
    assert old is not None
    assert last is not None
    (item,) = old.items
    assert (item.entry, item.told, item.corrected_at, item.note) == (three, 1, later(20), "a date")
    assert item.before == one
    (item,) = last.items
    assert (last.kind, item.entry, item.told) == (AlertKind.CORRECTION, three, 3)
    assert (item.corrected_at, item.before) == ("", None)
    assert await store.outbox.alert(4) is None


async def test_what_reads_as_it_was_told_shows_no_difference(store: SqlStore):
    """A text that was changed and changed back says when, and needs no comparison."""
    one = await news(store)
    await change(store, await change(store, one, "due", 10), one.text["it"], 20)
    told = await store.outbox.alert(1)
    assert told is not None
    assert (told.items[0].before, told.items[0].corrected_at) == (None, later(20))


async def test_a_digest_tells_all_its_entries_the_newest_first(store: SqlStore):
    """With what became of each of them since, and what it is a digest of."""
    early, late = event("early", "2024-06-19", topics=("defence",)), event("late", "2025-06-19")
    await take_over(store, dossier(early, late))
    (number,) = (await subscribe(store, wants(HERE, Mode.DAILY))).values()
    await digest(store, number, "early", "late", day="2026-11-23", late=True, merged=2)
    await take_over(store, dossier(replace(early, text={"it": "altro"}), late), later(5))
    told = await store.outbox.alert(1)
    assert told is not None
    assert (told.kind, told.period, told.day, told.late, told.merged) == (
        AlertKind.DIGEST,
        Period.DAILY,
        "2026-11-23",
        True,
        2,
    )
    found = [(item.entry.key, item.told, item.corrected_at, item.before is None) for item in told.items]
    assert found == [("late", 1, "", True), ("early", 1, later(5), False)]


async def test_what_is_retired_is_told_all_the_same(store: SqlStore):
    """A message about an entry that the dossier dropped can still be changed to say so."""
    await take_over(store, dossier(fact("a"), fact("b")))
    (number,) = (await subscribe(store, wants(HERE, Mode.DAILY))).values()
    await digest(store, number, "a")
    await take_over(store, dossier(fact("b")), later(5))
    told = await store.outbox.alert(1)
    assert told is not None
    assert (told.items[0].entry.retired, told.items[0].corrected_at) == ("gone-from-dossier", later(5))


async def test_an_undone_change_is_nothing_to_speak_of(store: SqlStore):
    """Nobody saw the text that was taken back, so no message says that it was corrected."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    await became(store, 1)
    await change(store, one, "due")
    done = await store.last_published(one.key)
    assert done is not None

    await (await join(store, "telegram:52")).undo(done)
    told = await store.outbox.alert(1)
    assert told is not None
    assert (told.items[0].entry.text, told.items[0].corrected_at) == (one.text, "")
    assert await store.outbox.find_alert(one.label) == 1


@pytest.mark.parametrize(
    ("label", "alert"),
    [
        *[("1", 1), ("A-1", 1), ("a-2", 2), ("a3", 3), (" A-1 ", 1), ("9", None), ("A-9", None)],
        *[("F-1", 2), ("f-1", 2), ("F1", 2), ("F-1@1", 1), ("F-1@2", 2), ("F-1@3", None), ("F-9", None)],
        *[("fact-1", 2), ("fact-1@1", 1), ("E-1", None), ("nothing", None), ("", None), ("F-1@x", None)],
        *[("A-1@1", None), ("A-" + "9" * 40, None), ("F-" + "9" * 40, None), ("P-1", None), ("\ud800", None)],
    ],
)
async def test_alerts_are_found_by_what_people_call_them(store: SqlStore, label: str, alert: int | None):
    """By number, or by the entry they told of; of several about it the last one."""
    one = await news(store)
    await change(store, one, "due")
    await news(store, fact("other"))
    assert await store.outbox.find_alert(label) == alert


async def test_digests_are_not_what_people_mean_by_an_entry(store: SqlStore):
    """What was told of it as news is."""
    (number,) = (await subscribe(store, wants(HERE, Mode.DAILY))).values()
    one = await news(store)
    await digest(store, number, one.key)
    assert await store.outbox.find_alert(one.label) == 1
    assert await store.outbox.find_alert("2") == 2


async def test_whom_a_publication_would_reach(store: SqlStore):
    """Counted by the rule that it would be told by: at once, of these in their quiet hours, and in digests."""
    night, noon = QuietHours(22 * 60, 7 * 60), QuietHours(11 * 60, 14 * 60)
    await subscribe(
        store,
        wants("telegram:1"),
        wants("telegram:2", quiet=noon),
        wants("telegram:3", quiet=noon, zone="Asia/Seoul"),
        wants("telegram:4", quiet=night, zone="Asia/Seoul"),
        wants("discord:5", Mode.OFF, topics={"defence": Mode.INSTANT}),
        wants("discord:6", Mode.DAILY),
        wants("discord:7", topics={"defence": Mode.WEEKLY}),
        wants("discord:8", Mode.OFF),
        wants("telegram:9", status=SubscriptionStatus.PAUSED),
    )
    entry = fact(topics=("defence",))
    assert await store.outbox.audience(entry, Severity.NORMAL, NOON) == Audience({"telegram": 4, "discord": 1}, 2, 1)
    assert await store.outbox.audience(entry, Severity.FLASH, NOON) == Audience({"telegram": 4, "discord": 3}, 0, 0)
    assert await store.outbox.audience(entry, Severity.QUIET, NOON) == Audience({}, 2, 0)
    midnight = NOON + 12 * outbox.HOUR
    assert (await store.outbox.audience(entry, Severity.NORMAL, midnight)).held == 0
    assert (await store.outbox.audience(fact(), Severity.NORMAL, NOON)).at_once == {"telegram": 4, "discord": 1}


async def fate(store: SqlStore, place: str, alert: int | None = None):
    return await store.outbox.fate(ChatRef.parse(place), alert, NOON)


async def test_a_chat_asks_why_it_was_told(store: SqlStore):
    """Of the last message there: what it was about, by which topic it came, and when."""
    await subscribe(store, wants(HERE, Mode.OFF, topics={"trade": Mode.INSTANT, "space": Mode.DAILY}))
    await news(store, fact("new", topics=("defence", "trade", "space")))
    await became(store, 1, settled_at=NOON)
    await news(store, fact("other", topics=("trade",)))
    found = await fate(store, HERE)
    assert found is not None
    assert (found.alert, found.kind, found.label, found.state) == (1, AlertKind.ALERT, "F-1@1", "delivered")
    assert (found.topics, found.at, found.reason) == (("trade",), NOON, "")
    assert found.subscription == await store.subscribers.subscription(ChatRef.parse(HERE))


async def test_why_a_chat_was_not_told(store: SqlStore):
    """Of an alert that is named: what holds it up, that it was overtaken, or that it was never meant for the chat."""
    await subscribe(store, wants(HERE), wants(THERE, Mode.WEEKLY))
    one = await news(store)
    waiting, never = await fate(store, HERE, 1), await fate(store, THERE, 1)
    assert waiting is not None
    assert never is not None
    assert (waiting.state, waiting.at, waiting.topics) == ("queued", 1_795_428_030_000, ("defence",))
    assert (never.state, never.at, never.reason, never.subscription and never.subscription.mode) == (
        None,
        None,
        "",
        Mode.WEEKLY,
    )
    await outbox.change(store, 1, owner="a")
    held = await fate(store, HERE, 1)
    assert held is not None
    assert (held.state, held.at) == ("queued", None)
    await change(store, one, "due")
    overtaken, instead = await fate(store, HERE, 1), await fate(store, HERE, 2)
    assert overtaken is not None
    assert instead is not None
    assert (overtaken.state, overtaken.reason) == ("cancelled", "superseded")
    assert (instead.state, instead.kind) == ("queued", AlertKind.CORRECTION)
    assert await fate(store, HERE) is None
    assert await fate(store, HERE, 9) is None


async def test_what_became_of_a_correction(store: SqlStore):
    """Where the message stands, a correction is the change of it."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    await became(store, 1)
    await change(store, one, "due")
    (edit,) = await rows(store, deed="edit")
    await became(store, edit["id"], "rejected", reason="no message stands there")
    found = await fate(store, HERE, 2)
    assert found is not None
    assert (found.state, found.reason, found.at) == ("rejected", "no message stands there", outbox.NOW)


async def test_topics_of_a_chat_and_the_chat_itself(store: SqlStore):
    """A topic without a subscription of its own asks for that of its chat; a stranger's chat has none."""
    await subscribe(store, wants(HERE), wants(f"{HERE}/5", Mode.WEEKLY))
    await news(store)
    for place, mode in ((HERE, Mode.INSTANT), (f"{HERE}/5", Mode.WEEKLY), (f"{HERE}/6", Mode.INSTANT)):
        found = await fate(store, place, 1)
        assert found is not None
        assert found.subscription is not None
        assert found.subscription.mode is mode
    stranger = await fate(store, "telegram:-99/5", 1)
    assert stranger is not None
    assert (stranger.subscription, stranger.state, stranger.topics) == (None, None, ("defence",))
    assert await fate(store, "telegram:-99") is None
