"""Who gets what: keeping subscriptions, their status, and what follows for their digests, on both engines."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.deliveries import milliseconds
from bot.core.subscriptions import Mode, PlaceKind, QuietHours, SubscriptionStatus
from bot.core.times import stamp
from storage import SqlStore, open_store
from tests.builders import AT
from tests.contract.store.desk import act_of, all_texts, deeds, enrolled, later, user
from tests.contract.store.readership import (
    NOW,
    chat,
    cursor,
    execute,
    filled,
    keep,
    notice,
    rows,
    subscription,
    tell,
    utc,
)

ACTIVE, PAUSED = SubscriptionStatus.ACTIVE, SubscriptionStatus.PAUSED
UNREACHABLE, ENDED = SubscriptionStatus.UNREACHABLE, SubscriptionStatus.ENDED


async def wait_for_post(
    store: SqlStore, subscription: int, alert: int, state: str = "queued", deed: str = "post"
) -> None:
    """Something that is on its way to a place."""
    sql = """insert into deliveries (alert_id, subscription_id, deed, platform, priority, state, due_at, owner)
        values (:alert, :one, :deed, 'telegram', 2, :state, 0, 'someone')"""
    await execute(store, sql, alert=alert, one=subscription, state=state, deed=deed)


async def states(store: SqlStore) -> list[tuple[str, ...]]:
    return await rows(store, "select deed, state, open, owner, reason from deliveries order by id")


async def test_a_subscription_is_kept_as_it_was_wished(store: SqlStore):
    """Whatever a chat set is there again after a restart."""
    wanted = subscription(
        "telegram:-100/45",
        Mode.WEEKLY,
        kind=PlaceKind.GROUP,
        topics={"defence": Mode.INSTANT, "trade": Mode.OFF},
        silent=True,
        digest_at=61,
        weekday=3,
        quiet=QuietHours(1380, 0),
        fallback=True,
        space="77",
    )
    kept = await keep(store, wanted)
    assert kept == replace(wanted, id=kept.id, since=AT)
    assert await store.subscribers.subscription(wanted.place) == kept
    assert await store.subscribers.subscription(chat("telegram:-100")) is None
    changed = await keep(
        store, replace(kept, topics={"trade": Mode.DAILY}, quiet=None, silent=False), NOW + timedelta(1)
    )
    assert changed == replace(kept, topics={"trade": Mode.DAILY}, quiet=None, silent=False)
    assert await store.subscribers.subscription(wanted.place) == changed
    assert await rows(store, "select place, chat, platform, created_at from subscriptions") == [
        ("telegram:-100/45", "telegram:-100", "telegram", AT)
    ]


async def test_two_first_wishes_at_once_make_one_subscription(store: SqlStore, store_url: str):
    """Pressing subscribe twice, in whatever programs, subscribes once."""
    other = await open_store(store_url)
    try:
        kept = await asyncio.gather(*(keep(each, subscription()) for each in (store, other) * 4))
    finally:
        await other.close()
    assert {each.id for each in kept} == {kept[0].id}
    assert await rows(store, "select count(*) from subscriptions") == [(1,)]


@pytest.mark.parametrize(
    ("digest_at", "next_at", "last_day"),
    [
        (540, "2026-11-24 08:00", "2026-11-23"),
        (660, "2026-11-24 10:00", "2026-11-23"),
        (661, "2026-11-23 10:01", "2026-11-22"),
        (1200, "2026-11-23 19:00", "2026-11-22"),
    ],
)
async def test_the_first_digest_is_the_next_there_is(store: SqlStore, digest_at: int, next_at: str, last_day: str):
    """Whoever subscribes at eleven for a digest at eight in the evening has the first one today; for one at nine, tomorrow."""
    await filled(store)
    news = await tell(store, "fact-1")
    kept = await keep(store, subscription(digest_at=digest_at))
    assert await cursor(store, kept.id) == (utc(next_at), last_day, news)


async def test_modes_decide_which_digests_there_are(store: SqlStore):
    """A digest nobody wants any more is not made; wanted again, it begins anew and tells nothing of before."""
    await filled(store)
    kept = await keep(store, subscription(mode=Mode.INSTANT))
    assert await rows(store, "select * from digest_cursors") == []
    kept = await keep(store, replace(kept, topics={"trade": Mode.WEEKLY, "defence": Mode.DAILY}))
    assert await cursor(store, kept.id, "weekly") == (utc("2026-11-30 08:00"), "2026-11-23", 0)
    assert await cursor(store, kept.id) == (utc("2026-11-24 08:00"), "2026-11-23", 0)
    news = await tell(store, "fact-1")
    kept = await keep(store, replace(kept, topics={"trade": Mode.WEEKLY}))
    assert await cursor(store, kept.id) == (None, "2026-11-23", 0)
    assert await cursor(store, kept.id, "weekly") == (utc("2026-11-30 08:00"), "2026-11-23", 0)
    await keep(store, replace(kept, mode=Mode.DAILY), NOW + timedelta(days=2))
    assert await cursor(store, kept.id) == (utc("2026-11-26 08:00"), "2026-11-25", news)


async def test_no_change_gives_a_day_a_second_digest(store: SqlStore):
    """Whatever time or zone is chosen after today's digest, the next one is tomorrow's on the new clock."""
    kept = await keep(store, subscription())
    await execute(store, "update digest_cursors set last_day = '2026-11-23', seen = 7")
    for zone, digest_at, next_at in (
        ("Europe/Rome", 1380, "2026-11-24 22:00"),
        ("Pacific/Honolulu", 540, "2026-11-24 19:00"),
        ("Pacific/Kiritimati", 60, "2026-11-23 11:00"),
        ("Pacific/Kiritimati", 540, "2026-11-23 19:00"),
        ("Pacific/Kiritimati", 1, "2026-11-23 10:01"),
    ):
        await keep(store, replace(kept, zone=zone, digest_at=digest_at))
        assert await cursor(store, kept.id) == (utc(next_at), "2026-11-23", 7), zone


async def test_a_change_does_not_take_the_place_of_a_digest_that_is_due(store: SqlStore):
    """A digest whose minute has come is still made where somebody changes its time in that very minute."""
    kept = await keep(store, subscription(digest_at=720))
    due = NOW + timedelta(hours=1, seconds=3)
    await keep(store, replace(kept, digest_at=660), due)
    assert await cursor(store, kept.id) == (utc("2026-11-23 11:00"), "2026-11-22", 0)
    (found,) = await store.subscribers.due_digests(milliseconds(due), 9)
    assert (found.subscription.digest_at, found.last_day) == (660, "2026-11-22")


@pytest.mark.parametrize(("status", "reason"), [(PAUSED, "paused"), (UNREACHABLE, "kicked"), (ENDED, "")])
async def test_what_waits_for_a_place_that_is_left_is_cancelled(
    store: SqlStore, status: SubscriptionStatus, reason: str
):
    """Nothing more is posted into a chat that wants or takes none, and what is under way is let be."""
    kept, other = await keep(store, subscription()), await keep(store, subscription("telegram:6"))
    await filled(store)
    ids = [await tell(store, "fact-1") for _ in range(4)]
    for alert, state, deed in zip(
        ids, ("queued", "started", "queued", "delivered"), ("post", "post", "edit", "post"), strict=True
    ):
        await wait_for_post(store, kept.id, alert, state, deed)
    await wait_for_post(store, other.id, ids[0])
    assert await store.subscribers.set_status(kept.place, status, reason, later(1)) == 1
    assert await store.subscribers.set_status(kept.place, status, reason, later(2)) == 0
    found = await store.subscribers.subscription(kept.place)
    assert found == replace(kept, status=status, reason=reason, since=later(1))
    assert await states(store) == [
        ("post", "cancelled", 0, "", reason or status.value),
        ("post", "started", 1, "someone", ""),
        ("edit", "queued", 1, "someone", ""),
        ("post", "delivered", 1, "someone", ""),
        ("post", "queued", 1, "someone", ""),
    ]
    assert (await cursor(store, kept.id))[0] is None
    assert [each.subscription.id for each in await store.subscribers.due_digests(2**50, 9)] == [other.id]


async def test_a_place_that_comes_back_begins_anew(store: SqlStore):
    """A chat that takes the bot back gets no flood of what it missed, and its next digest at its next time."""
    await filled(store)
    kept = await keep(store, subscription())
    await store.subscribers.set_status(kept.place, UNREACHABLE, "kicked", later(0))
    news = await tell(store, "fact-1")
    assert await store.subscribers.set_status(kept.place, ACTIVE, "", later(hours=24 * 9 + 1)) == 1
    assert await cursor(store, kept.id) == (utc("2026-12-03 08:00"), "2026-12-02", news)
    back = await store.subscribers.subscription(kept.place)
    assert back == replace(kept, since=later(hours=24 * 9 + 1))


async def test_coming_back_wakes_nobody_who_rests(store: SqlStore):
    """Whoever paused or left stays so when their chat is reached again; a kick changes nothing for them."""
    paused, ended = await keep(store, subscription("telegram:6")), await keep(store, subscription("telegram:7"))
    await keep(store, replace(paused, status=PAUSED, reason="paused"))
    await keep(store, replace(ended, status=ENDED, reason="unsubscribed"))
    for status in (UNREACHABLE, ACTIVE):
        for each in (paused, ended):
            assert await store.subscribers.set_status(each.place, status, "", later(1)) == 0
    assert await store.subscribers.set_status(ended.place, PAUSED, "", later(1)) == 0
    assert await store.subscribers.set_status(paused.place, ENDED, "gone", later(1)) == 1


async def test_an_ended_subscription_can_begin_again(store: SqlStore):
    """Subscribing again is one subscription with the settings that are wanted now, and no second digest for today."""
    await filled(store)
    kept = await keep(store, subscription())
    news = await tell(store, "fact-1")
    await wait_for_post(store, kept.id, news)
    over = await keep(store, replace(kept, status=ENDED, reason="unsubscribed"), NOW + timedelta(minutes=1))
    assert (over.since, over.reason) == (later(1), "unsubscribed")
    assert (await states(store))[0][1:] == ("cancelled", 0, "", "unsubscribed")
    assert (await cursor(store, kept.id))[0] is None
    await execute(store, "update digest_cursors set last_day = '2026-11-24'")
    again = await keep(store, replace(over, status=ACTIVE, reason=""), NOW + timedelta(hours=2))
    assert again == replace(kept, since=later(hours=2))
    assert await cursor(store, kept.id) == (utc("2026-11-25 08:00"), "2026-11-24", news)


async def test_a_whole_chat_takes_its_topics_along(store: SqlStore):
    """A group that shuts the bot out shuts it out of its topics; a closed topic closes only itself."""
    places = ("telegram:-100", "telegram:-100/1", "telegram:-100/2", "telegram:-1001")
    for place in places:
        await keep(store, subscription(place))
    assert await store.subscribers.set_status(chat(places[1]), UNREACHABLE, "closed", later(1)) == 1
    assert await store.subscribers.set_status(chat(places[0]), UNREACHABLE, "kicked", later(2)) == 2
    found = [await store.subscribers.subscription(chat(place)) for place in places]
    assert [each.reason for each in found if each] == ["kicked", "closed", "kicked", ""]
    assert await store.subscribers.set_status(chat(places[0]), ACTIVE, "", later(3)) == 3


async def test_a_server_takes_its_channels_along(store: SqlStore):
    """A Discord server that removes the bot, or takes it back, changes all of its channels and no others."""
    for place, space in (("discord:1", "9"), ("discord:2", "9"), ("discord:3", "8"), ("discord:4", None)):
        await keep(store, subscription(place, space=space))
    assert await store.subscribers.set_space_status("9", UNREACHABLE, "removed", later(1)) == 2
    assert await rows(store, "select place from subscriptions where active = 0 order by place") == [
        ("discord:1",),
        ("discord:2",),
    ]
    assert await store.subscribers.set_space_status("9", ACTIVE, "", later(2)) == 2
    assert await rows(store, "select count(*) from digest_cursors where next_at is null") == [(0,)]


async def test_a_chat_keeps_its_subscriptions_when_its_number_changes(store: SqlStore):
    """A group that becomes a supergroup goes on being told, in its topics too."""
    kept = await keep(store, subscription("telegram:-5"))
    await store.subscribers.move_place(chat("telegram:-5"), chat("telegram:-1005"), later(1))
    assert await store.subscribers.subscription(chat("telegram:-5")) is None
    assert await store.subscribers.subscription(chat("telegram:-1005")) == replace(kept, place=chat("telegram:-1005"))


async def test_a_preview_shows_what_would_have_come(store: SqlStore):
    """Before subscribing one sees what last week would have brought: wanted topics, each entry once, newest first."""
    await filled(store, 6)
    await tell(store, "fact-1", NOW - timedelta(days=8))
    for key in ("fact-2", "fact-3", "fact-5", "fact-4", "fact-3"):
        await tell(store, key, NOW - timedelta(days=1))
    await tell(store, "fact-6", kind="digest")
    wanted = subscription(mode=Mode.OFF, topics={"defence": Mode.WEEKLY})
    since = milliseconds(NOW - timedelta(days=7))
    assert [each.key for each in await store.subscribers.lately(wanted, since, 9)] == ["fact-3", "fact-5"]
    assert [each.key for each in await store.subscribers.lately(subscription(), since, 3)] == [
        "fact-3",
        "fact-4",
        "fact-5",
    ]
    assert await store.subscribers.lately(subscription(mode=Mode.OFF), since, 9) == ()


async def test_rehearsals_have_chats_of_their_own(store: SqlStore):
    """Chats for rehearsals are set and dropped, with a row of the log that names nobody's number."""
    act, somebody = await act_of(store, "telegram:1"), await enrolled(store, "telegram:5")
    for place in ("telegram:-7/3", "telegram:5", "telegram:-7/3"):
        await store.subscribers.set_staging(chat(place), act, on=True)
    assert await store.subscribers.staging() == (chat("telegram:-7/3"), chat("telegram:5"))
    await store.subscribers.set_staging(chat("telegram:-7/3"), act, on=False)
    assert await store.subscribers.staging() == (chat("telegram:5"),)
    who = act.account
    assert await deeds(store) == [
        (who, "set-staging-chat", "telegram:-7/3"),
        (who, "set-staging-chat", somebody.pseudonym),
        (who, "set-staging-chat", "telegram:-7/3"),
        (who, "drop-staging-chat", "telegram:-7/3"),
    ]
    assert await store.check() == ()


async def test_forgetting_a_person_forgets_what_they_subscribed_to(store: SqlStore):
    """After /forgetme no table holds the number of the private chat, and other places are told as before."""
    secret, other = "987654321", await keep(store, subscription("telegram:55"))
    await filled(store)
    kept = await keep(store, subscription(f"telegram:{secret}", topics={"trade": Mode.WEEKLY}))
    alert = await tell(store, "fact-1")
    for each in (kept, other):
        await wait_for_post(store, each.id, alert, "delivered")
    sql = "update deliveries set chat = :chat, message = :message where subscription_id = :one"
    await execute(store, sql, chat=f"telegram:{secret}", message=secret, one=kept.id)
    sql = "insert into digest_slots values (:one, 'daily', '2026-11-22', 0, 0, 'sent', :alert)"
    await execute(store, sql, one=kept.id, alert=alert)
    for scope, tat in ((secret, 0), (f"crosspost:{secret}", 0), ("", 9)):
        await execute(store, "insert into limits values ('telegram', :scope, :tat, 5)", scope=scope, tat=tat)
    await store.subscribers.set_staging(kept.place, await act_of(store, f"telegram:{secret}"), on=True)
    assert await store.forget_person(user(f"telegram:{secret}"), later(1))
    assert {where for where, texts in (await all_texts(store)).items() if secret in "\n".join(texts)} == set()
    assert await store.subscribers.subscription(kept.place) is None
    assert await rows(store, "select subscription_id from deliveries") == [(other.id,)]
    assert await rows(store, "select scope, tat from limits") == [("", 9)]
    assert await store.subscribers.subscription(other.place) == other
    assert await store.check() == ()


async def test_whoever_only_subscribed_is_forgotten_too(store: SqlStore):
    """A reader who did nothing but subscribe leaves nothing behind, and hears that there was something."""
    await keep(store, subscription())
    assert await store.forget_person(user("telegram:5"), AT)
    assert await rows(store, "select * from subscriptions") == []
    assert not await store.forget_person(user("telegram:5"), AT)


async def test_a_notice_is_proposed_approved_and_ended(store: SqlStore):
    """A recurring notice comes only once somebody approved it, and each step stands in the log."""
    act, by = await act_of(store, "telegram:1"), await act_of(store, "telegram:2")
    await filled(store)
    news = await tell(store, "fact-1")
    coming = next_monday()
    proposed = await store.subscribers.keep_notice(notice(author=act.account), act, coming)
    assert (proposed.id, proposed.next_at) == (1, None)
    assert await store.subscribers.notices() == (proposed,)
    kept = await store.subscribers.keep_notice(replace(proposed, approved_by=by.account), by, coming)
    assert kept == replace(proposed, approved_by=by.account, next_at=milliseconds(coming.moment))
    assert await store.subscribers.notices() == (kept,)
    assert await store.subscribers.due_notices(milliseconds(coming.moment) - 1) == ()
    (due,) = await store.subscribers.due_notices(milliseconds(coming.moment))
    assert (due.notice, due.last_day, due.seen) == (kept, "2026-11-29", news)
    second = await store.subscribers.keep_notice(notice(title="More", days=(0, 3)), act, None)
    assert second.id == 2
    assert (await store.subscribers.notices())[1].days == (0, 3)
    ended = await store.subscribers.keep_notice(replace(kept, ended=True), act, coming)
    assert ended.next_at is None
    assert await store.subscribers.notices() == (second,)
    assert await store.subscribers.due_notices(2**50) == ()
    assert [each[1:] for each in await deeds(store)] == [
        ("notice-propose", "N-1"),
        ("notice-approve", "N-1"),
        ("notice-propose", "N-2"),
        ("notice-end", "N-1"),
    ]
    assert await store.check() == ()


async def test_of_two_decisions_on_a_notice_the_first_one_holds(store: SqlStore):
    """What was ended does not come back by an approval that was on its way, and it is approved only once."""
    act = await act_of(store, "telegram:1")
    proposed = await store.subscribers.keep_notice(notice(), act, None)
    first = await store.subscribers.keep_notice(replace(proposed, approved_by="p-2"), act, next_monday())
    again = await store.subscribers.keep_notice(replace(proposed, approved_by="p-3"), act, next_monday())
    assert again == first
    await store.subscribers.keep_notice(replace(first, ended=True), act, None)
    late = await store.subscribers.keep_notice(replace(proposed, approved_by="p-3"), act, next_monday())
    assert (late.ended, late.approved_by, late.next_at) == (True, "p-2", None)
    assert len(await deeds(store)) == 3


def next_monday():
    from bot.core.subscriptions import Slot

    return Slot("2026-11-30", utc("2026-11-30 08:00"))


assert stamp(NOW) == AT


async def test_a_message_does_not_wait_for_quiet_hours_that_are_over(store: SqlStore):
    """Whoever changes or ends their quiet hours is sent at once what the old ones held back."""
    kept = await keep(store, subscription("telegram:5", quiet=QuietHours(0, 600)))
    await wait_for_post(store, kept.id, await tell(store, "one"))
    await execute(store, "update deliveries set due_at = 900000000000000, reason = 'quiet hours', owner = ''")
    await keep(store, replace(kept, quiet=None), NOW + timedelta(minutes=1))
    assert await rows(store, "select due_at from deliveries") == [(milliseconds(NOW + timedelta(minutes=1)),)]
