"""Where deliveries stand: counts, progress, what stalls, what is paused, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from bot.core.deliveries import AlertKind, Deed, DeliveryState, Settled
from bot.core.places import Platform
from storage import SqlStore, open_store, schema
from tests.builders import dossier, fact
from tests.outbox import (
    HOUR,
    NOW,
    TELEGRAM,
    again,
    alert,
    arrived,
    broadcast,
    change,
    chat,
    claim,
    delivery,
    row,
    sent,
    settle,
    start,
    subscription,
)
from tests.stores import take_over

MINUTE = 60_000


async def stalled(store: SqlStore, now: int) -> list[int]:
    return [each.alert for each in await store.outbox.stalled(now)]


async def test_counts_name_every_state(store: SqlStore):
    """Whoever reads the figures finds every state there is, and every delivery in one of them."""
    assert await store.outbox.counts() == dict.fromkeys([state.value for state in DeliveryState], 0)
    told, (first, second, _third) = await broadcast(store, 3)
    await sent(store, first, "telegram:-1")
    await start(store, second)
    await broadcast(store, 2, due_at=NOW + HOUR)
    assert (await store.outbox.counts())["queued"] == 3
    assert {state: count for state, count in (await store.outbox.counts(told)).items() if count} == {
        "delivered": 1,
        "started": 1,
        "queued": 1,
    }


async def test_progress_tells_what_an_alert_is_about(store: SqlStore):
    """The latest alerts come first, each by the name people know it by, with when the last delivery was settled."""
    await take_over(store, dossier(fact("signed"), fact("ratified")))
    news = await alert(store, "signed", revision=2)
    digest = await alert(store, "signed", kind="digest", body={"period": "daily", "day": "2026-11-23"})
    notice = await alert(store, "ratified", kind="notice", body={"title": "The week of the pact"}, due_at=NOW + 5)
    there = await subscription(store, "telegram:-1")
    post = await delivery(store, news, there)
    await claim(store)
    await start(store, post)
    await settle(store, arrived(post, "telegram:-1"), now=NOW + 33)
    found = await store.outbox.progress(9)
    assert [(each.alert, each.kind, each.label) for each in found] == [
        (notice, AlertKind.NOTICE, "The week of the pact"),
        (digest, AlertKind.DIGEST, "daily 2026-11-23"),
        (news, AlertKind.ALERT, "F-1@2"),
    ]
    assert (found[2].counts["delivered"], found[2].last_at, found[2].due_at) == (1, NOW + 33, NOW)
    assert (found[0].last_at, found[0].due_at, found[0].braked) == (None, NOW + 5, False)
    assert await store.outbox.progress(1) == found[:1]
    assert await store.outbox.progress(1, alert=news) == found[2:]
    assert await store.outbox.progress(1, alert=10**9) == ()


async def test_the_brake_holds_until_it_is_let_go(store_url: str):
    """An operator's stop reaches other processes and survives a restart."""
    first = await open_store(store_url)
    assert not await first.outbox.braked()
    await first.outbox.set_brake(on=True, at="2026-11-23T10:00:00.000Z")
    await alert(first)
    await first.close()
    second = await open_store(store_url)
    try:
        assert await second.outbox.braked()
        assert [each.braked for each in await second.outbox.progress(1)] == [True]
        await second.outbox.set_brake(on=False, at="2026-11-23T10:01:00.000Z")
        assert not await second.outbox.braked()
    finally:
        await second.close()


async def test_a_pause_survives_a_restart(store_url: str):
    """A chat that the platform wants left alone for half a day is left alone, whatever happens to the service."""
    first = await open_store(store_url)
    until = NOW + 43_838_000
    await first.outbox.pause(TELEGRAM, "-5", until)
    await first.outbox.pause(TELEGRAM, "-5", NOW + 1)
    await first.outbox.pause(TELEGRAM, "", NOW + 2_000)
    await first.outbox.pause(Platform.DISCORD, "post:5", until)
    await first.close()
    second = await open_store(store_url)
    try:
        assert await second.outbox.pauses(TELEGRAM, NOW) == {"-5": until, "": NOW + 2_000}
        assert await second.outbox.pauses(TELEGRAM, NOW + 2_000) == {"-5": until}
        assert await second.outbox.pauses(TELEGRAM, until) == {}
        # The pause and the pace are in one row; neither may undo the other.
        await broadcast(second, 1)
        await claim(second)
        assert (await second.outbox.pauses(TELEGRAM, NOW))[""] == NOW + 2_000
    finally:
        await second.close()


async def test_an_alert_that_reaches_nobody_is_told_once(store: SqlStore):
    """Owners hear within half a minute that nobody gets an alert, and hear it once."""
    told, _ids = await broadcast(store, 2)
    assert await stalled(store, NOW + 29_000) == []
    (found,) = await store.outbox.stalled(NOW + 30_000)
    assert (found.alert, found.counts["queued"]) == (told, 2)
    assert await stalled(store, NOW + 31_000) == []


async def test_an_alert_that_stops_half_way_is_told(store: SqlStore):
    """Owners hear of an alert that some have got and the others do not get."""
    told, (first, *_others) = await broadcast(store, 3)
    await claim(store, most=1)
    await start(store, first)
    await settle(store, arrived(first, "telegram:-1"), now=NOW + 10_000)
    assert await stalled(store, NOW + 54_000) == []
    assert await stalled(store, NOW + 55_000) == [told]


async def test_a_sender_that_hangs_is_noticed(store: SqlStore):
    """Messages that a sender has in hand and does not send are missing all the same."""
    told, ids = await broadcast(store, 2)
    await claim(store)
    await store.outbox.journal("a", now=NOW, until=NOW + HOUR, renewed=ids)
    assert await stalled(store, NOW + 30_000) == [told]


async def test_attempts_that_all_fail_are_noticed(store: SqlStore):
    """An alert that is tried again and again and never gets through is no progress."""
    told, (only,) = await broadcast(store, 1)
    await claim(store)
    await start(store, only, now=NOW + 1)
    await settle(store, again(only, NOW + 50_000, reason="unreached"))
    assert await stalled(store, NOW + 31_000) == [told]


@pytest.mark.parametrize(
    "case",
    [
        {"state": "delivered", "open": 0, "settled_at": NOW},
        {"due_at": NOW + 2 * MINUTE, "reason": "quiet hours"},
        {"due_at": NOW + 43_838_000, "first_at": NOW + 1, "attempts": 1, "reason": "chat-limit"},
        # Quiet hours are over in a moment, or have just ended, and a sender has taken it.
        {"due_at": NOW + MINUTE + 5, "reason": "quiet hours"},
        {"due_at": NOW + MINUTE - 5, "reason": "quiet hours"},
        {"due_at": NOW + MINUTE + 9_000, "owner": "a", "reason": "quiet hours"},
    ],
)
async def test_what_waits_on_purpose_worries_nobody(store: SqlStore, case: dict[str, Any]):
    """Owners are not woken for chats in their quiet hours, paused by their platform, or done."""
    _told, (only,) = await broadcast(store, 1)
    await change(store, only, **case)
    assert await stalled(store, NOW + MINUTE) == []


async def test_old_and_stopped_alerts_worry_nobody(store: SqlStore):
    """What the operator stopped, and what came too late for anybody, is no surprise."""
    told, _ids = await broadcast(store, 1)
    await store.outbox.set_brake(on=True, at="2026-11-23T10:00:00.000Z")
    assert await stalled(store, NOW + MINUTE) == []
    await store.outbox.set_brake(on=False, at="2026-11-23T10:00:00.000Z")
    await change(store, told, schema.alerts, expires_at=NOW + MINUTE)
    assert await stalled(store, NOW + MINUTE) == []
    await change(store, told, schema.alerts, expires_at=NOW + HOUR)
    assert await stalled(store, NOW + MINUTE) == [told]


async def test_uncertain_messages_are_listed(store: SqlStore):
    """The operator sees which messages may or may not have arrived, where, and what they tell."""
    await take_over(store, dossier(fact("signed")))
    told = await alert(store, "signed")
    places = [await subscription(store, place) for place in ("telegram:-1", "telegram:-2/7")]
    first, second = [await delivery(store, told, each) for each in places]
    await claim(store)
    await start(store, first, second)
    assert await store.outbox.doubtful(9) == ()
    await settle(
        store,
        Settled(first, DeliveryState.UNCERTAIN, lost=2),
        Settled(second, DeliveryState.UNCERTAIN, lost=2),
    )
    listed = ((first, chat("telegram:-1"), "F-1@1"), (second, chat("telegram:-2/7"), "F-1@1"))
    assert await store.outbox.doubtful(9) == listed
    assert await store.outbox.doubtful(1) == listed[:1]


async def test_a_correction_that_is_on_its_way_is_watched_like_news(store: SqlStore):
    """A correction that changes no message at all is as worrying as news that nobody gets."""
    _told, (post,) = await broadcast(store, 1)
    await sent(store, post, "telegram:-1")
    newer = await alert(store, kind="correction", due_at=NOW + HOUR)
    there = (await row(store, post))["subscription_id"]
    await delivery(store, newer, there, Deed.EDIT, target=post, due_at=NOW + HOUR)
    assert await stalled(store, NOW + HOUR) == []
    assert await stalled(store, NOW + HOUR + 30_000) == [newer]


async def test_what_waits_is_told_to_those_who_watch(store: SqlStore):
    """Late messages, those in doubt, and a digest that nobody made are seen; what waits on purpose is not called late."""
    nothing = await store.outbox.backlog(NOW)
    assert (nothing.open, nothing.due, nothing.oldest, nothing.uncertain) == ({}, {}, {}, {})
    assert (nothing.digest_at, nothing.digest_due, nothing.braked) == (None, None, False)
    _, (waits, begun, doubtful, failing) = await broadcast(store, 4)
    await change(store, begun, state="started", owner="a", first_at=NOW + MINUTE, due_at=NOW + 2 * MINUTE)
    await change(store, doubtful, state="uncertain", open=0)
    await change(store, failing, due_at=NOW + 10 * MINUTE, first_at=NOW - HOUR)
    await broadcast(store, 2, due_at=NOW + HOUR)
    reader = await subscription(store, "telegram:-77")
    await keep_cursor(store, reader, NOW - 5 * MINUTE)
    await alert(store, kind="digest", created_at=NOW - HOUR)
    await store.outbox.set_brake(on=True, at="2026-11-18T00:00:00.000Z")
    seen = await store.outbox.backlog(NOW + MINUTE)
    assert seen.open == {("telegram", "queued"): 4, ("telegram", "started"): 1}
    assert (seen.due, seen.oldest) == ({"telegram": 2}, {"telegram": NOW})
    assert seen.uncertain == {"telegram": 1}
    assert (seen.digest_at, seen.digest_due, seen.braked) == (NOW - HOUR, NOW - 5 * MINUTE, True)
    # What failed for an hour is an hour late once it is tried again, however short its pauses are.
    assert (await store.outbox.backlog(NOW + 10 * MINUTE)).oldest == {"telegram": NOW - HOUR}
    await change(store, reader, schema.subscriptions, active=0)
    assert (await store.outbox.backlog(NOW)).digest_due is None
    await change(store, waits, state="delivered", open=0)
    assert (await store.outbox.backlog(NOW)).open["telegram", "queued"] == 3


async def keep_cursor(store: SqlStore, reader: int, next_at: int) -> None:
    """A subscription's daily digest is due at that moment."""
    cursor = {"subscription_id": reader, "period": "daily", "next_at": next_at, "last_day": "2026-11-17", "seen": 0}
    statement = insert(schema.digest_cursors).values(cursor)
    await (await store._writing())._units.run_tx(lambda connection: connection.execute(statement))
