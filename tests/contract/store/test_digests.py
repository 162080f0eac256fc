"""What the store makes of digests and notices that are due, on both engines."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.deliveries import milliseconds
from bot.core.editorial import ProposalKind
from bot.core.entries import Status
from bot.core.outbox import DueDigest, Edition, News
from bot.core.subscriptions import Mode, Slot, SubscriptionStatus
from storage import SqlStore, open_store
from tests.builders import fact
from tests.contract.store.desk import act_of, edited, later, published
from tests.contract.store.readership import (
    NOW,
    cursor,
    execute,
    filled,
    keep,
    notice,
    rows,
    slots_of,
    subscription,
    tell,
    utc,
)
from tests.newsroom import Person, join

TODAY = utc("2026-11-24 08:00")
"""When the digest of somebody in Rome is due who subscribed on NOW."""
AT = milliseconds(TODAY)
SLOT, NEXT = Slot("2026-11-24", TODAY), Slot("2026-11-25", TODAY + timedelta(days=1))


def edition(*news: News, slots: tuple[Slot, ...] = (SLOT,), late: bool = False, seen: int = 0) -> Edition:
    return Edition(slots, late, news, seen or max((each.id for each in news), default=0), NEXT)


async def due_ones(store: SqlStore, now: int = AT) -> tuple[DueDigest, ...]:
    return await store.subscribers.due_digests(now, 99)


async def test_a_digest_is_found_when_its_time_has_come(store: SqlStore):
    """A digest is due at its minute and not before, with all its chat wants; the longest due comes first."""
    late = await keep(store, subscription("telegram:6", topics={"trade": Mode.OFF, "defence": Mode.WEEKLY}))
    early = await keep(store, subscription("telegram:7", digest_at=480))
    await keep(store, subscription("telegram:8", digest_at=541))
    assert await due_ones(store, AT - 3_600_001) == ()
    found = await due_ones(store)
    assert found == (
        DueDigest(early, found[0].period, "2026-11-23", 0),
        DueDigest(late, found[1].period, "2026-11-23", 0),
    )
    assert await store.subscribers.due_digests(AT, 1) == found[:1]


async def test_news_are_those_that_may_be_told(store: SqlStore):
    """What can still be taken back is not told, nor what comes after it: nothing is passed over by going on from there."""
    await filled(store)
    first = await tell(store, "fact-1")
    await tell(store, "fact-1", kind="digest")
    second = await tell(store, "fact-2", undo=30)
    third = await tell(store, "fact-3")
    now = milliseconds(NOW)
    one, two = News(first, "fact-1", 1, ("defence",)), News(second, "fact-2", 1, ("trade",))
    assert await store.subscribers.news(0, now) == (one,)
    assert await store.subscribers.news(first, now) == ()
    assert await store.subscribers.news(0, now + 29_999) == (one,)
    three = News(third, "fact-3", 1, ("defence",))
    assert await store.subscribers.news(0, now + 30_000) == (one, two, three)
    assert await store.subscribers.news(first, now + 30_000) == (two, three)


async def newsroom(store: SqlStore) -> tuple[Person, Person]:
    await filled(store)
    return await join(store, "1"), await join(store, "2")


async def told(store: SqlStore, after: int = 0) -> list[tuple[str, int]]:
    """What a digest would tell a day later."""
    found = await store.subscribers.news(after, AT)
    return [(each.entry, each.revision) for each in found if not each.gone]


async def test_of_an_entry_that_changed_the_last_news_count(store: SqlStore):
    """A digest tells an entry once, as it is; what was retracted meanwhile is not told as news."""
    act, by = await act_of(store, "telegram:1"), await act_of(store, "telegram:2")
    await filled(store)
    new = await published(store, act, by, fact("new", "one"))
    assert await told(store) == [(new.key, 1)]
    await edited(store, act, by, new.key, "two")
    other = await published(store, act, by, fact("other", "three"))
    assert await told(store) == [(new.key, 2), (other.key, 1)]
    assert [each.gone for each in await store.subscribers.news(0, AT)] == [True, False, False]
    retracted = replace(other, status=Status.RETRACTED, retraction="wrong")
    await published(store, act, by, retracted, kind=ProposalKind.RETRACT, base=1)
    assert await told(store) == [(new.key, 2)]


async def test_what_was_taken_back_at_once_is_no_news(store: SqlStore):
    """An edit that was undone leaves nothing to tell; what was told of before it still is."""
    ann, bob = await newsroom(store)
    current = await store.entry("fact-1")
    assert current is not None
    change = await ann.propose(replace(current, text={"it": "another"}), note="undo")
    await bob.approve(change)
    assert await told(store) == [("fact-1", 2)]
    await bob.undo(change, at=10)
    assert await told(store) == []
    await bob.approve(change, at=20)
    assert await told(store) == [("fact-1", 4)]
    await bob.undo(change, at=30)
    new = await ann.propose(fact("new", "text", sources=("kcna",)), at=40)
    await bob.approve(new, at=50)
    added = (await store.subscribers.news(0, AT))[-1]
    assert await told(store) == [(added.entry, 1)]
    await bob.undo(new, at=60)
    assert await told(store) == []
    assert [each.gone for each in await store.subscribers.news(0, AT)] == [True] * 6


async def test_an_edit_undone_does_not_hide_the_news_before_it(store: SqlStore):
    """New in the morning, edited at noon, and the edit undone: in the evening the entry is told as new."""
    ann, bob = await newsroom(store)
    new = await ann.propose(fact("new", "text", sources=("kcna",)))
    await bob.approve(new)
    ((key, _),) = await told(store)
    current = await store.entry(key)
    assert current is not None
    change = await ann.propose(replace(current, text={"it": "another"}), at=3600)
    await bob.approve(change, at=3601)
    await bob.undo(change, at=3602)
    assert await told(store) == [(key, 3)]


@pytest.mark.parametrize("kind", [ProposalKind.EDIT, ProposalKind.RETRACT])
@pytest.mark.parametrize("soon", [False, True])
async def test_news_are_told_though_a_change_of_them_may_yet_be_undone(
    store: SqlStore, kind: ProposalKind, *, soon: bool
):
    """A digest that comes just when an editor changes an entry, and takes that back, tells it: then, or the next day."""
    ann, bob = await newsroom(store)
    new = await ann.propose(fact("new", "text", sources=("kcna",)))
    await bob.approve(new)
    ((key, _),) = await told(store)
    current = await store.entry(key)
    assert current is not None
    other = replace(current, text={"it": "another"})
    if kind is ProposalKind.RETRACT:
        other = replace(current, status=Status.RETRACTED, retraction="wrong")
    change = await ann.propose(other, kind=kind, base=1, at=3600)
    await bob.approve(change, at=3601)
    if soon:
        await bob.undo(change, at=3602)
    found = await store.subscribers.news(0, milliseconds(NOW) + 3_603_000)
    if not soon:
        await bob.undo(change, at=3604)
    today = [each.entry for each in found if not each.gone]
    tomorrow = [entry for entry, _ in await told(store, max((each.id for each in found), default=0))]
    assert today + tomorrow == [key]


async def test_digests_with_the_same_content_are_one(store: SqlStore):
    """What many chats get alike is one alert with a message to each, and each day is dealt with in its own row."""
    await filled(store)
    kept = [await keep(store, subscription(f"telegram:{at}")) for at in (6, 7, 8, 9)]
    one, two = News(await tell(store, "fact-1"), "fact-1", 1, ()), News(await tell(store, "fact-2"), "fact-2", 1, ())
    due = await due_ones(store)
    editions = [edition(one, two), edition(one, two), edition(two), edition(seen=two.id)]
    assert await store.subscribers.keep_editions(list(zip(due, editions, strict=True)), AT) == 3
    alerts = await rows(
        store,
        "select kind, severity, created_at, due_at, expires_at, body from alerts where kind = 'digest' order by id",
    )
    body = '{"day":"2026-11-24","late":false,"merged":0,"period":"daily"}'
    assert alerts == [("digest", "normal", AT, AT, AT + 24 * 3_600_000, body)] * 2
    posts = await rows(
        store,
        "select d.subscription_id, d.deed, d.platform, d.priority, d.state, d.open, d.due_at, d.target, count(*) "
        "from deliveries d join alert_entries a on a.alert_id = d.alert_id "
        "group by d.id, d.subscription_id, d.deed, d.platform, d.priority, d.state, d.open, d.due_at, d.target order by 1",
    )
    plain = ("post", "telegram", 3, "queued", 1, AT, 0)
    assert posts == [(kept[0].id, *plain, 2), (kept[1].id, *plain, 2), (kept[2].id, *plain, 1)]
    assert len(await rows(store, "select distinct alert_id from deliveries")) == 2
    for each, outcome in zip(kept, ("sent", "sent", "sent", "empty"), strict=True):
        assert await slots_of(store, each.id) == [("2026-11-24", outcome)]
        assert await cursor(store, each.id) == (NEXT.moment, "2026-11-24", two.id)
    assert await due_ones(store) == ()


async def test_a_chat_that_got_its_digest_before_it_moved_holds_nobody_up(store: SqlStore):
    """A group that moves into a chat with a digest at a later hour is not told again, and all others are told."""
    await filled(store)
    old, new, other = [await keep(store, subscription(f"telegram:{at}")) for at in (-1, -2, -3)]
    news = News(await tell(store, "fact-1"), "fact-1", 1, ())
    due = {each.subscription.id: each for each in await due_ones(store)}
    assert await store.subscribers.keep_editions([(due[old.id], edition(news))], AT) == 1
    await store.subscribers.move_place(old.place, new.place, later(hours=22))
    await store.subscribers.keep_editions([(due[each.id], edition(news)) for each in (new, other)], AT)
    told = await rows(store, "select subscription_id from deliveries where state = 'queued' order by subscription_id")
    assert told == [(new.id,), (other.id,)]
    assert await due_ones(store) == ()


async def test_the_same_content_later_is_told_by_the_same_alert(store: SqlStore):
    """Where the day comes later, the digest is as fresh as where it came first."""
    await filled(store)
    kept = [await keep(store, subscription(f"telegram:{at}")) for at in (6, 7)]
    news = News(await tell(store, "fact-1"), "fact-1", 1, ())
    one, two = await due_ones(store)
    await store.subscribers.keep_editions([(one, edition(news))], AT)
    await store.subscribers.keep_editions([(two, edition(news))], AT + 7_200_000)
    ((ends,),) = await rows(store, "select expires_at from alerts where kind = 'digest'")
    assert ends == AT + 26 * 3_600_000
    assert await rows(store, "select subscription_id, due_at from deliveries order by id") == [
        (kept[0].id, AT),
        (kept[1].id, AT + 7_200_000),
    ]


async def test_missed_days_are_told_in_one(store: SqlStore):
    """After days of silence one digest comes and says so; the days it stands for are dealt with, too."""
    await filled(store)
    kept = await keep(store, subscription())
    news = News(await tell(store, "fact-1"), "fact-1", 1, ())
    days = (Slot("2026-11-24", TODAY), Slot("2026-11-25", TODAY + timedelta(days=1)))
    (due,) = await due_ones(store)
    now = AT + 30 * 3_600_000
    assert await store.subscribers.keep_editions([(due, edition(news, slots=days, late=True))], now) == 1
    assert await slots_of(store, kept.id) == [("2026-11-24", "merged"), ("2026-11-25", "late")]
    assert await rows(store, "select due_at, made_at from digest_slots order by 1") == [
        (AT, now),
        (AT + 86_400_000, now),
    ]
    ((body,),) = await rows(store, "select body from alerts where kind = 'digest'")
    assert body == '{"day":"2026-11-25","late":true,"merged":1,"period":"daily"}'
    assert (await cursor(store, kept.id))[1] == "2026-11-25"


async def test_no_day_is_dealt_with_twice(store: SqlStore, store_url: str):
    """However many processes make the same digest at once, one is sent."""
    await filled(store)
    kept = [await keep(store, subscription(f"telegram:{at}")) for at in range(20)]
    news = News(await tell(store, "fact-1"), "fact-1", 1, ())
    due = await due_ones(store)
    other = await open_store(store_url)
    try:
        made = [(each, edition(news)) for each in due]
        counts = await asyncio.gather(*(each.subscribers.keep_editions(made, AT) for each in (store, other, store)))
    finally:
        await other.close()
    assert sorted(counts) == [0, 0, 20]
    assert await rows(store, "select count(*), count(distinct subscription_id) from deliveries") == [(20, 20)]
    assert await slots_of(store, kept[0].id) == [("2026-11-24", "sent")]


async def test_a_day_with_a_row_is_left_out_and_passed(store: SqlStore):
    """A digest whose day was dealt with already is not sent, what it would have told is kept for the next one."""
    await filled(store)
    kept = await keep(store, subscription())
    news = News(await tell(store, "fact-1"), "fact-1", 1, ())
    await execute(
        store, "insert into digest_slots values (:one, 'daily', '2026-11-24', 0, 0, 'sent', null)", one=kept.id
    )
    (due,) = await due_ones(store)
    assert await store.subscribers.keep_editions([(due, edition(news))], AT) == 0
    assert await rows(store, "select * from deliveries") == []
    assert await cursor(store, kept.id) == (NEXT.moment, "2026-11-24", 0)


async def test_what_was_changed_meanwhile_is_left_to_the_next_look(store: SqlStore):
    """A chat that pauses, or changes its time, while its digest is made does not get the digest of before."""
    await filled(store)
    paused, moved = [await keep(store, subscription(f"telegram:{at}")) for at in (6, 7)]
    news = News(await tell(store, "fact-1"), "fact-1", 1, ())
    due = await due_ones(store)
    await store.subscribers.set_status(paused.place, SubscriptionStatus.PAUSED, "paused", later(hours=22))
    await execute(
        store, "update digest_cursors set next_at = :far where subscription_id = :one", far=AT + 1, one=moved.id
    )
    assert await store.subscribers.keep_editions([(each, edition(news)) for each in due], AT) == 0
    assert await rows(store, "select * from digest_slots") == []
    assert await rows(store, "select * from alerts where kind = 'digest'") == []
    assert (await cursor(store, paused.id))[0] is None


async def test_a_digest_made_from_an_old_look_is_dropped(store: SqlStore):
    """A process that was held up for a day neither sends what it had made nor has anything told twice after it."""
    await filled(store)
    kept = await keep(store, subscription())
    news = News(await tell(store, "fact-1"), "fact-1", 1, ())
    (due,) = await due_ones(store)
    await store.subscribers.keep_editions([(due, edition(news))], AT)
    next_day = AT + 86_400_000
    assert await store.subscribers.keep_editions([(due, edition(news))], next_day) == 0
    assert await cursor(store, kept.id) == (NEXT.moment, "2026-11-24", news.id)
    assert [each.last_day for each in await due_ones(store, next_day)] == ["2026-11-24"]


async def test_a_place_that_a_sender_found_shut_is_put_to_rest(store: SqlStore):
    """A chat that turned the bot out gets no digest made for it, and is not looked at again until it is back."""
    await filled(store)
    shut, open_one = [await keep(store, subscription(f"telegram:{at}")) for at in (6, 7)]
    news = News(await tell(store, "fact-1"), "fact-1", 1, ())
    await execute(store, "update subscriptions set active = 0, status = 'unreachable' where id = :one", one=shut.id)
    assert await store.subscribers.keep_editions([(each, edition(news)) for each in await due_ones(store)], AT) == 1
    assert await rows(store, "select subscription_id from deliveries") == [(open_one.id,)]
    assert await cursor(store, shut.id) == (None, "2026-11-23", 0)
    assert await slots_of(store, shut.id) == []
    assert await due_ones(store) == ()


async def test_an_edition_without_a_day_only_sets_the_next_moment(store: SqlStore):
    """Where clocks stepped back nothing is told and nothing is lost."""
    kept = await keep(store, subscription())
    (due,) = await due_ones(store)
    assert await store.subscribers.keep_editions([(due, Edition((), False, (), 0, NEXT))], AT) == 0
    assert await slots_of(store, kept.id) == []
    assert await cursor(store, kept.id) == (NEXT.moment, "2026-11-23", 0)


async def test_a_notice_goes_to_everybody(store: SqlStore):
    """A recurring notice reaches every chat that gets anything, with what was published or with nothing."""
    await filled(store)
    act = await act_of(store, "telegram:1")
    kept = [await keep(store, subscription(f"telegram:{at}", Mode.INSTANT)) for at in (6, 7)]
    kept.append(await keep(store, subscription("discord:8", Mode.OFF)))
    await store.subscribers.set_status(kept[1].place, SubscriptionStatus.UNREACHABLE, "kicked", later(1))
    news = News(await tell(store, "fact-1"), "fact-1", 1, ())
    monday, tuesday = Slot("2026-11-24", TODAY), NEXT
    await store.subscribers.keep_notice(notice(approved_by="p-2"), act, monday)
    for slot, found in ((monday, (news,)), (tuesday, ())):
        now = milliseconds(slot.moment)
        (due,) = await store.subscribers.due_notices(now)
        made = Edition((slot,), False, found, news.id, Slot("2026-11-25", slot.moment + timedelta(days=1)))
        assert await store.subscribers.keep_notice_edition(due, made, now) == 2
        assert await store.subscribers.keep_notice_edition(due, made, now) == 0
    assert await rows(store, "select subscription_id, platform, priority, due_at from deliveries order by id") == [
        (kept[0].id, "telegram", 3, AT),
        (kept[2].id, "discord", 3, AT),
        (kept[0].id, "telegram", 3, AT + 86_400_000),
        (kept[2].id, "discord", 3, AT + 86_400_000),
    ]
    alerts = await rows(
        store,
        "select a.kind, a.body, count(e.entry_key) from alerts a left join alert_entries e on e.alert_id = a.id where a.kind = 'notice' group by a.id, a.kind, a.body order by a.id",
    )
    assert alerts == [
        ("notice", '{"day":"2026-11-24","late":false,"merged":0,"title":"The week"}', 1),
        ("notice", '{"day":"2026-11-25","late":false,"merged":0,"title":"The week"}', 0),
    ]
    assert await rows(store, "select local_date, outcome from notice_slots order by 1") == [
        ("2026-11-24", "sent"),
        ("2026-11-25", "sent"),
    ]
    assert await rows(store, "select last_day, seen from notices") == [("2026-11-25", news.id)]


async def test_a_notice_that_was_ended_meanwhile_is_not_sent(store: SqlStore):
    """Ending a notice holds also while it is being made."""
    act = await act_of(store, "telegram:1")
    await keep(store, subscription())
    kept = await store.subscribers.keep_notice(notice(approved_by="p-2"), act, SLOT)
    (due,) = await store.subscribers.due_notices(AT)
    await store.subscribers.keep_notice(replace(kept, ended=True), act, None)
    assert await store.subscribers.keep_notice_edition(due, edition(), AT) == 0
    assert await rows(store, "select * from alerts") == []
