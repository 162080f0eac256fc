"""Writing digests and notices: the slots they are for, what they tell, to whom, and how far they have come."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import AlertKind, Deed, Priority, milliseconds
from bot.core.editorial import Severity
from bot.core.outbox import DueDigest, DueNotice, Edition, News
from bot.core.subscriptions import Subscription
from storage.bodies import canonical
from storage.engine import upsert
from storage.entries import BATCH
from storage.rows import many
from storage.schema import (
    alert_entries,
    alerts,
    deliveries,
    digest_cursors,
    digest_slots,
    notice_slots,
    notices,
    subscriptions,
)

FRESH_MS = 24 * 60 * 60 * 1000
"""After a day a digest is worth no more: the next one is there."""

_MOVE = (
    update(digest_cursors)
    .where(digest_cursors.c.subscription_id == bindparam("this"), digest_cursors.c.period == bindparam("of"))
    .values(next_at=bindparam("next"), last_day=bindparam("upto"), seen=bindparam("told"))
)


@dataclass(frozen=True, slots=True)
class _Made:
    """A digest, with its place in the tables and what is told in it. days: the rows that say it was dealt with."""

    due: DueDigest
    edition: Edition
    key: str
    body: str

    @classmethod
    def of(cls, due: DueDigest, edition: Edition) -> _Made:
        if not edition.news:
            return cls(due, edition, "", "")
        body = _body(edition) | {"period": due.period.value}
        contents = canonical([body, [(each.entry, each.revision) for each in edition.news]])
        digest = hashlib.sha256(contents.encode()).hexdigest()
        return cls(due, edition, f"digest:{due.period.value}:{body['day']}:{digest}", canonical(body))

    @property
    def cursor(self) -> tuple[int, str]:
        return self.due.subscription.id, self.due.period.value

    @property
    def days(self) -> set[tuple[int, str, str]]:
        return {(*self.cursor, slot.date) for slot in self.edition.slots}


async def keep_editions(connection: AsyncConnection, editions: Sequence[tuple[DueDigest, Edition]], now: int) -> int:
    """See `Subscribers.keep_editions`. What was changed since it was read is left to the next look.

    Digests with the same content are one alert, which is rendered once for all who get it.
    """
    due = await _still_due(connection, [_Made.of(*each) for each in editions], now)
    known = await _dealt_with(connection, due)
    new = [each for each in due if not known & each.days]
    contents = {each.key: each for each in new if each.key}
    # In order, so that two who write the same ones at once never wait for each other.
    alert_ids = {
        key: await _alert(connection, AlertKind.DIGEST, key=key, body=each.body, news=each.edition.news, now=now)
        for key, each in sorted(contents.items())
    }
    posts = [_post(each.due.subscription, alert_ids[each.key], now) for each in new if each.key]
    slots = [
        {"subscription_id": each.due.subscription.id, "period": each.due.period.value} | slot
        for each in new
        for slot in _slots(each.edition, alert_ids.get(each.key), now)
    ]
    await many(connection, insert(digest_slots), slots)
    await many(connection, insert(deliveries), posts)
    await many(connection, _MOVE, [_moved(each, told=not known & each.days) for each in due])
    return len(posts)


async def _still_due(connection: AsyncConnection, made: Sequence[_Made], now: int) -> list[_Made]:
    """Those whose cursor stands where it was read, held until the end of the transaction."""
    table = digest_cursors
    columns = select(table.c.subscription_id, table.c.period, table.c.last_day)
    active = subscriptions.c.active == 1
    query = columns.join(subscriptions).where(table.c.next_at <= now, active).order_by(*table.primary_key.columns)
    found: dict[tuple[int, str], str] = {}
    for some in _batches(made):
        theirs = table.c.subscription_id.in_([each.due.subscription.id for each in some])
        for row in await connection.execute(query.where(theirs).with_for_update(of=table)):
            found[row.subscription_id, row.period] = row.last_day
    return [each for each in made if found.get(each.cursor) == each.due.last_day]


async def _dealt_with(connection: AsyncConnection, made: Sequence[_Made]) -> set[tuple[int, str, str]]:
    """The days among theirs that have a row already."""
    table = digest_slots
    found: set[tuple[int, str, str]] = set()
    for some in _batches(made):
        theirs = table.c.subscription_id.in_([each.due.subscription.id for each in some])
        since = min((day for each in some for _, _, day in each.days), default="9999")
        rows = select(table.c.subscription_id, table.c.period, table.c.local_date)
        found |= {tuple(row) for row in await connection.execute(rows.where(theirs, table.c.local_date >= since))}
    return found


def _batches(made: Sequence[_Made]) -> list[Sequence[_Made]]:
    return [made[start : start + BATCH] for start in range(0, len(made), BATCH)]


def _body(edition: Edition) -> dict[str, object]:
    """What `bot.core.outbox.Alert` says of a digest or a notice beyond the columns."""
    return {"day": edition.slots[-1].date, "late": edition.late, "merged": len(edition.slots) - 1}


async def _alert(
    connection: AsyncConnection, kind: AlertKind, *, key: str, body: str, news: Sequence[News], now: int
) -> int:
    """The alert with this content: a new one, or the one there is, which is worth telling for another day then."""
    row: dict[str, object] = {
        "kind": kind.value,
        "severity": Severity.NORMAL.value,
        "key": key,
        "created_at": now,
        "due_at": now,
        "expires_at": now + FRESH_MS,
        "cancelled": 0,
        "warned": 0,
        "body": body,
    }
    await upsert(connection, alerts, [row])
    own = update(alerts).where(alerts.c.key == key).values(expires_at=now + FRESH_MS).returning(alerts.c.id)
    identity: int = (await connection.execute(own)).scalar_one()
    told: list[dict[str, object]] = [
        {"alert_id": identity, "entry_key": each.entry, "revision": each.revision} for each in news
    ]
    if told:
        await upsert(connection, alert_entries, told)
    return identity


def _slots(edition: Edition, alert: int | None, now: int) -> list[dict[str, object]]:
    """The rows of the days that are dealt with. The last one is the one that is told, if anything is."""
    last = "empty" if alert is None else "late" if edition.late else "sent"
    outcomes = ["merged"] * (len(edition.slots) - 1) + [last]
    return [
        {
            "local_date": slot.date,
            "due_at": milliseconds(slot.moment),
            "made_at": now,
            "outcome": outcome,
            "alert_id": alert,
        }
        for slot, outcome in zip(edition.slots, outcomes, strict=False)
    ]


def _post(subscription: Subscription, alert: int, now: int) -> dict[str, object]:
    return {
        "alert_id": alert,
        "subscription_id": subscription.id,
        "deed": Deed.POST.value,
        "platform": subscription.place.platform.value,
        "priority": Priority.DIGEST.value,
        "due_at": now,
    }


def _moved(made: _Made, *, told: bool) -> dict[str, object]:
    """Where a cursor stands from now on. Days only go forward; what another edition was made of is not passed over."""
    due, edition = made.due, made.edition
    return {
        "this": due.subscription.id,
        "of": due.period.value,
        "next": None if edition.next is None else milliseconds(edition.next.moment),
        "upto": max([due.last_day, *(slot.date for slot in edition.slots)]),
        "told": edition.seen if told else due.seen,
    }


async def keep_notice_edition(connection: AsyncConnection, due: DueNotice, edition: Edition, now: int) -> int:
    """See `Subscribers.keep_notice_edition`."""
    own = notices.c.id == due.notice.id
    still = select(notices.c.id).where(own, notices.c.next_at <= now, notices.c.ended == 0)
    held = still.where(notices.c.last_day == due.last_day).with_for_update()
    if await connection.scalar(held) is None:
        return 0
    days = [slot.date for slot in edition.slots]
    known = notice_slots.c.notice_id == due.notice.id
    told = await connection.scalar(select(notice_slots.c.notice_id).where(known, notice_slots.c.local_date.in_(days)))
    values = {
        "next_at": None if edition.next is None else milliseconds(edition.next.moment),
        "last_day": max([due.last_day, *days]),
        "seen": due.seen if told else edition.seen,
    }
    await connection.execute(update(notices).where(own).values(values))
    if told or not days:
        return 0
    body = _body(edition) | {"title": due.notice.title}
    key = f"notice:{due.notice.id}:{days[-1]}"
    alert = await _alert(connection, AlertKind.NOTICE, key=key, body=canonical(body), news=edition.news, now=now)
    slots = [{"notice_id": due.notice.id} | slot for slot in _slots(edition, alert, now)]
    await connection.execute(insert(notice_slots), slots)
    everybody = select(
        literal(alert),
        subscriptions.c.id,
        literal(Deed.POST.value),
        subscriptions.c.platform,
        literal(Priority.DIGEST.value),
        literal(now, BigInteger),
    ).where(subscriptions.c.active == 1)
    columns = ["alert_id", "subscription_id", "deed", "platform", "priority", "due_at"]
    posts = insert(deliveries).from_select(columns, everybody).execution_options(preserve_rowcount=True)
    return (await connection.execute(posts)).rowcount
