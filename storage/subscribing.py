"""Writing subscriptions, their status and their cursors, notices, staging chats. Each call in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import QUIET, AlertKind, Deed, DeliveryState, milliseconds, moment_of
from bot.core.editorial import Act
from bot.core.errors import StoreBusy
from bot.core.leases import News
from bot.core.outbox import DueDigest, DueNotice, Edition, Notice
from bot.core.places import ChatRef
from bot.core.subscriptions import (
    MODES,
    Mode,
    Slot,
    Subscription,
    SubscriptionStatus,
    dealt_with,
    split,
    zone_of,
)
from storage import audit, editions, personal, places
from storage.engine import UnitsOfWork, upsert
from storage.entries import BATCH
from storage.notifying import notify
from storage.schema import (
    accounts,
    alerts,
    deliveries,
    digest_cursors,
    limits,
    notices,
    staging_chats,
    subscription_topics,
    subscriptions,
)
from storage.subscribers import FIELDS, NOTICE_FIELDS, notice_of, subscription_of

if TYPE_CHECKING:
    from storage.writer import Writer

_ACTIVE, _PAUSED, _UNREACHABLE = (
    each.value for each in (SubscriptionStatus.ACTIVE, SubscriptionStatus.PAUSED, SubscriptionStatus.UNREACHABLE)
)
CHANGES_FROM = {
    SubscriptionStatus.ACTIVE: (_UNREACHABLE,),
    SubscriptionStatus.UNREACHABLE: (_ACTIVE,),
    SubscriptionStatus.PAUSED: (_ACTIVE, _UNREACHABLE),
    SubscriptionStatus.ENDED: (_ACTIVE, _UNREACHABLE, _PAUSED),
}
"""What may become of a status by something that happens. Who paused or left stays so when their chat comes back."""


class SubscriberWriter:
    """The writing half of `storage.subscribers.SqlSubscribers`; see `bot.core.outbox.Subscribers` for the promises."""

    def __init__(self, units: UnitsOfWork, writer: Writer) -> None:
        self._units = units
        self._writer = writer

    async def keep_subscription(self, subscription: Subscription, at: str, now: int) -> Subscription:
        """See `Subscribers.keep_subscription`."""
        return await self._units.run_tx(lambda connection: keep(connection, subscription, at, now))

    async def set_status(self, place: ChatRef, status: SubscriptionStatus, reason: str, at: str) -> int:
        """See `Subscribers.set_status`."""
        there = (subscriptions.c.chat if place.thread is None else subscriptions.c.place) == str(place)
        if place.thread is not None and status is SubscriptionStatus.UNREACHABLE:
            # A topic that was closed is not the end where its messages may go to the main chat.
            there = and_(there, subscriptions.c.fallback == 0)
        return await self._units.run_tx(lambda connection: change_status(connection, there, status, reason, at))

    async def set_space_status(self, space: str, status: SubscriptionStatus, reason: str, at: str) -> int:
        """See `Subscribers.set_space_status`."""
        there = subscriptions.c.space == space
        return await self._units.run_tx(lambda connection: change_status(connection, there, status, reason, at))

    async def move_place(self, old: ChatRef, new: ChatRef, at: str) -> None:
        """See `Subscribers.move_place`."""
        await self._units.run_tx(lambda connection: places.move_place(connection, old, new, at))

    async def keep_editions(self, made: Sequence[tuple[DueDigest, Edition]], now: int) -> int:
        """See `Subscribers.keep_editions`."""
        return await self._units.run_tx(
            lambda connection: _due(connection, editions.keep_editions(connection, made, now))
        )

    async def keep_notice(self, notice: Notice, act: Act, next_slot: Slot | None) -> Notice:
        """See `Subscribers.keep_notice`."""
        return await self._writer.audited(lambda connection: keep_notice(connection, notice, act, next_slot))

    async def keep_notice_edition(self, due: DueNotice, edition: Edition, now: int) -> int:
        """See `Subscribers.keep_notice_edition`."""
        return await self._units.run_tx(
            lambda connection: _due(connection, editions.keep_notice_edition(connection, due, edition, now))
        )

    async def set_staging(self, chat: ChatRef, act: Act, *, on: bool) -> None:
        """See `Subscribers.set_staging`."""
        await self._writer.audited(lambda connection: set_staging(connection, chat, act, on=on))


async def _due(connection: AsyncConnection, making: Awaitable[int]) -> int:
    """How many messages were made; whoever sends is told that they are due."""
    if made := await making:
        await connection.run_sync(notify, News.OUTBOX)
    return made


async def keep(connection: AsyncConnection, wanted: Subscription, at: str, now: int) -> Subscription:
    """See `Subscribers.keep_subscription`."""
    values = _row(wanted)
    await upsert(connection, subscriptions, [values | {"since": at, "created_at": at}])
    columns = select(subscriptions.c.id, subscriptions.c.status, subscriptions.c.since)
    place = subscriptions.c.place == str(wanted.place)
    # Weaker than a plain lock, which would wait for everybody who inserts a row that names the subscription.
    row = (await connection.execute(columns.where(place).with_for_update(key_share=True))).first()
    if row is None:  # forgotten at this very moment
        raise StoreBusy("store-busy")
    changed = row.status != wanted.status.value
    kept = replace(wanted, id=row.id, since=at if changed else row.since)
    own = subscriptions.c.id == row.id
    await connection.execute(update(subscriptions).where(own).values(values | {"since": kept.since}))
    await connection.execute(delete(subscription_topics).where(subscription_topics.c.subscription_id == row.id))
    topics = [
        {"subscription_id": row.id, "topic": topic, "mode": MODES.index(mode)} for topic, mode in wanted.topics.items()
    ]
    if topics:
        await connection.execute(insert(subscription_topics), topics)
    if kept.status is SubscriptionStatus.ACTIVE:
        await _plan(connection, kept, now, anew=changed)
        # What waits for the end of quiet hours that are others now: the sender looks at them again.
        waiting = (deliveries.c.subscription_id == row.id) & (deliveries.c.state == DeliveryState.QUEUED.value)
        asleep = waiting & (deliveries.c.reason == QUIET) & (deliveries.c.owner == "")
        if (await connection.execute(update(deliveries).where(asleep).values(due_at=now))).rowcount:
            await connection.run_sync(notify, News.OUTBOX)
    else:
        await rest(connection, [row.id], kept.reason or kept.status.value, now)
    return kept


def _row(subscription: Subscription) -> dict[str, object]:
    place, quiet = subscription.place, subscription.quiet
    return {
        "place": str(place),
        "platform": place.platform.value,
        "chat": str(places.whole_chat(place)),
        "kind": subscription.kind.value,
        "locale": subscription.locale,
        "zone": subscription.zone,
        "mode": MODES.index(subscription.mode),
        "silent": int(subscription.silent),
        "digest_at": subscription.digest_at,
        "weekday": subscription.weekday,
        "quiet_from": None if quiet is None else quiet.start,
        "quiet_until": None if quiet is None else quiet.end,
        "fallback": int(subscription.fallback),
        "status": subscription.status.value,
        "active": int(subscription.status is SubscriptionStatus.ACTIVE),
        "reason": subscription.reason,
        "space": subscription.space,
    }


async def _plan(connection: AsyncConnection, subscription: Subscription, now: int, *, anew: bool) -> None:
    """Set when the next digests are due. anew: what was published until now is not told any more.

    The day of the last slot never goes back, so that no local day gets a second digest whatever is changed. A digest
    that is due at this moment stays due: the change must not take its place.
    """
    own = digest_cursors.c.subscription_id == subscription.id
    found = await connection.execute(select(digest_cursors).where(own).with_for_update())
    old = {row.period: row for row in found}
    wanted = [period.value for period in subscription.periods()]
    off = update(digest_cursors).where(own, digest_cursors.c.period.not_in(wanted)).values(next_at=None)
    await connection.execute(off)
    moment = moment_of(now)
    begins_after = dealt_with(moment, subscription.digest_at, zone_of(subscription.zone))
    rows: list[dict[str, object]] = []
    for period in subscription.periods():
        cursor = old.get(period.value)
        begins = anew or cursor is None or cursor.next_at is None
        if cursor is not None and not begins and cursor.next_at <= now:
            continue
        last_day = begins_after if cursor is None else cursor.last_day
        last_day = max(last_day, begins_after) if begins else last_day
        _, coming = split(subscription.slots(period, last_day), moment)
        rows.append(
            {
                "subscription_id": subscription.id,
                "period": period.value,
                "next_at": milliseconds(coming.moment),
                "last_day": last_day,
                "seen": await _newest(connection) if begins or cursor is None else cursor.seen,
            }
        )
    if rows:
        await upsert(connection, digest_cursors, rows, replace=("next_at", "last_day", "seen"))


async def _newest(connection: AsyncConnection) -> int:
    """The number of the latest news."""
    news = alerts.c.kind.in_((AlertKind.ALERT.value, AlertKind.CORRECTION.value))
    return await connection.scalar(select(func.max(alerts.c.id)).where(news)) or 0


async def change_status(
    connection: AsyncConnection, which: ColumnElement[bool], status: SubscriptionStatus, reason: str, at: str
) -> int:
    """Change the status of some subscriptions, with what follows for their digests and for what waits for them."""
    may = subscriptions.c.status.in_(CHANGES_FROM[status])
    columns = select(*(subscriptions.c[name] for name in FIELDS)).where(which, may).order_by(subscriptions.c.id)
    rows = (await connection.execute(columns.with_for_update(key_share=True))).all()
    now = milliseconds(datetime.fromisoformat(at))
    active = status is SubscriptionStatus.ACTIVE
    values = {"status": status.value, "active": int(active), "since": at, "reason": reason}
    ids = [row.id for row in rows]
    for some in _batches(ids):
        await connection.execute(update(subscriptions).where(subscriptions.c.id.in_(some)).values(values))
    if not active:
        await rest(connection, ids, reason or status.value, now)
        return len(ids)
    topics = await _topics(connection, ids)
    for row in rows:
        await _plan(connection, subscription_of(row, topics.get(row.id, {})), now, anew=True)
    return len(ids)


async def rest(connection: AsyncConnection, ids: Sequence[int], reason: str, now: int) -> None:
    """Leave places that are not active any more alone: cancel what waits for them, and have no digests due there.

    What is under way at this moment says itself what came of it, and changes of messages that stand go on.
    """
    cancelled = {
        "state": DeliveryState.CANCELLED.value,
        "open": 0,
        "owner": "",
        "settled_at": now,
        "reason": reason,
    }
    table = deliveries
    waiting = (table.c.open == 1) & (table.c.deed == Deed.POST.value) & (table.c.state == DeliveryState.QUEUED.value)
    for some in _batches(ids):
        theirs = table.c.subscription_id.in_(some)
        await connection.execute(update(digest_cursors).where(_of(some)).values(next_at=None))
        await connection.execute(update(table).where(theirs, waiting).values(cancelled))


def _of(ids: Sequence[int]) -> ColumnElement[bool]:
    return digest_cursors.c.subscription_id.in_(ids)


def _batches(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


async def _topics(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, dict[str, Mode]]:
    table = subscription_topics
    found: dict[int, dict[str, Mode]] = {}
    for some in _batches(ids):
        for row in await connection.execute(select(table).where(table.c.subscription_id.in_(some))):
            found.setdefault(row.subscription_id, {})[row.topic] = MODES[row.mode]
    return found


async def forget_places(connection: AsyncConnection, chats: Sequence[str]) -> int:
    """Delete the subscriptions of these chats and all that was sent there; returns how many there were."""
    query = select(subscriptions.c.id).where(subscriptions.c.chat.in_(chats)).order_by(subscriptions.c.id)
    ids = (await connection.scalars(query)).all()
    # In the order of those who write digests; and then nobody may add to what is deleted here.
    await connection.execute(delete(digest_cursors).where(_of(ids)))
    await connection.execute(query.with_for_update())
    for table in personal.OF_PLACE:
        await connection.execute(delete(table).where(table.c.subscription_id.in_(ids)))
    await connection.execute(delete(subscriptions).where(subscriptions.c.id.in_(ids)))
    for chat in map(ChatRef.parse, chats):
        there = limits.c.platform == chat.platform.value
        await connection.execute(delete(limits).where(there, limits.c.scope.in_(personal.scopes_of(chat))))
    return len(ids)


async def keep_notice(connection: AsyncConnection, notice: Notice, act: Act, next_slot: Slot | None) -> Notice:
    """See `Subscribers.keep_notice`. Of two people who decide at once the second changes nothing."""
    columns = select(*(notices.c[name] for name in NOTICE_FIELDS), notices.c.last_day)
    old = (await connection.execute(columns.where(notices.c.id == notice.id).with_for_update())).first()
    if old is not None and (old.ended or (old.approved_by is not None and not notice.ended)):
        return notice_of(old)
    new = old is None
    identity = (await connection.scalar(select(func.max(notices.c.id))) or 0) + 1 if new else notice.id
    due = next_slot if notice.approved_by is not None and not notice.ended else None
    kept = replace(notice, id=identity, next_at=None if due is None else milliseconds(due.moment))
    values: dict[str, object] = {
        "title": notice.title,
        "days": "".join(map(str, notice.days)),
        "minute": notice.minute,
        "zone": notice.zone,
        "author": notice.author,
        "approved_by": notice.approved_by,
        "ended": int(notice.ended),
        "next_at": kept.next_at,
        "last_day": "" if due is None else (date.fromisoformat(due.date) - timedelta(days=1)).isoformat(),
        "seen": await _newest(connection),
    }
    if new:
        await connection.execute(insert(notices), values | {"id": identity, "created_at": act.at})
    else:
        await connection.execute(update(notices).where(notices.c.id == identity).values(values))
    deed = "notice-end" if notice.ended else "notice-propose" if new else "notice-approve"
    detail = {name: values[name] for name in ("title", "days", "minute", "zone")}
    approved_by = [notice.approved_by] if notice.approved_by is not None and not notice.ended else []
    await audit.append(connection, act, deed, f"N-{identity}", approved_by=approved_by, detail=detail)
    return kept


async def set_staging(connection: AsyncConnection, chat: ChatRef, act: Act, *, on: bool) -> None:
    """See `Subscribers.set_staging`."""
    # The private chat of somebody on Telegram has their number, and the log must hold nobody's.
    somebody = await connection.scalar(select(accounts.c.pseudonym).where(accounts.c.ref == str(chat)))
    if on:
        await upsert(connection, staging_chats, [{"chat": str(chat), "at": act.at}])
    else:
        await connection.execute(delete(staging_chats).where(staging_chats.c.chat == str(chat)))
    await audit.append(connection, act, "set-staging-chat" if on else "drop-staging-chat", somebody or str(chat))
