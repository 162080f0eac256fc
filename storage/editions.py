"""Writing digests and notices: the slots they are for, what they tell, to whom, and how far they have come."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import BigInteger, ColumnElement, Insert, exists, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import AlertKind, Deed, Priority, milliseconds
from bot.core.editorial import Severity
from bot.core.outbox import DueDigest, DueNotice, Edition, News
from bot.core.subscriptions import Slot
from storage.bodies import canonical
from storage.engine import upsert
from storage.entries import BATCH
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


@dataclass(frozen=True, slots=True)
class _Made:
    """A digest that was made. key: of the alert that tells it, empty where there is nothing to tell."""

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
    def subscription(self) -> int:
        return self.due.subscription.id

    @property
    def cursor(self) -> tuple[int, str]:
        return self.subscription, self.due.period.value

    @property
    def days(self) -> set[tuple[int, str, str]]:
        """The rows that say that it was dealt with."""
        return {(*self.cursor, slot.date) for slot in self.edition.slots}

    @property
    def step(self) -> _Step:
        return self._step(self.edition, self.key)

    @property
    def step_over(self) -> _Step:
        """What is written where one of its days was dealt with already: what it tells is kept for the next one."""
        return self._step(replace(self.edition, slots=(), seen=self.due.seen), "")

    @property
    def rest(self) -> _Step:
        """What is written for a place that is not active any more, as a sender leaves one that shut it out."""
        return replace(self.step_over, next=None, upto=self.due.last_day)

    def _step(self, edition: Edition, key: str) -> _Step:
        upto = max([self.due.last_day, *(slot.date for slot in self.edition.slots)])
        period, outcome = self.due.period.value, _outcome(edition, told=bool(key))
        return _Step(period, key, edition.slots, outcome, edition.next, upto, edition.seen)


@dataclass(frozen=True, slots=True)
class _Step:
    """What is written for a subscription; the same for most of those whose digests are due at one moment."""

    period: str
    key: str
    slots: tuple[Slot, ...]
    outcome: str
    next: Slot | None
    upto: str
    seen: int


async def keep_editions(connection: AsyncConnection, editions: Sequence[tuple[DueDigest, Edition]], now: int) -> int:
    """See `Subscribers.keep_editions`. What was changed since it was read is left to the next look.

    Digests with the same content are one alert, which is rendered once for all who get it.
    """
    made = [_Made.of(*each) for each in editions]
    active = await _still_due(connection, made, now)
    due = [each for each in made if active.get(each.cursor)]
    known = await _dealt_with(connection, due)
    new = [each for each in due if not known & each.days]
    contents = {each.key: each for each in new if each.key}
    # In order, so that two who write the same ones at once never wait for each other.
    alert_ids = {
        key: await _alert(connection, AlertKind.DIGEST, key=key, body=each.body, news=each.edition.news, now=now)
        for key, each in sorted(contents.items())
    }
    alike: dict[_Step, list[int]] = {}
    for each in due:
        step = each.step_over if known & each.days else each.step
        alike.setdefault(step, []).append(each.subscription)
    for each in made:
        if active.get(each.cursor) is False:
            alike.setdefault(each.rest, []).append(each.subscription)
    for step, ids in alike.items():
        for start in range(0, len(ids), BATCH):
            await _write(connection, step, ids[start : start + BATCH], alert_ids.get(step.key), now)
    return sum(1 for each in new if each.key)


async def _write(connection: AsyncConnection, step: _Step, ids: Sequence[int], alert: int | None, now: int) -> None:
    """Take a step for all these subscriptions: a statement for each table, and not for each of them."""
    theirs = subscriptions.c.id.in_(ids)
    for slot in _slots(step.slots, alert, now, step.outcome):
        row = {"period": literal(step.period), **{name: literal(value) for name, value in slot.items()}}
        rows = select(subscriptions.c.id, *row.values()).where(theirs)
        await connection.execute(insert(digest_slots).from_select(["subscription_id", *row], rows))
    if alert is not None:
        await connection.execute(_posts(alert, theirs, now))
    table = digest_cursors
    moved = {"next_at": _at(step.next), "last_day": step.upto, "seen": step.seen}
    own = table.c.subscription_id.in_(ids) & (table.c.period == step.period)
    await connection.execute(update(table).where(own).values(moved))


def _posts(alert: int, to: ColumnElement[bool], now: int) -> Insert:
    """A message to each of these subscriptions.

    One may have it already, from a chat that moved into its own: that must not keep all others from getting theirs.
    """
    row = {
        "alert_id": literal(alert, BigInteger),
        "subscription_id": subscriptions.c.id,
        "deed": literal(Deed.POST.value),
        "platform": subscriptions.c.platform,
        "priority": literal(Priority.DIGEST.value),
        "due_at": literal(now, BigInteger),
    }
    same = (deliveries.c.alert_id == alert) & (deliveries.c.subscription_id == subscriptions.c.id)
    got = exists().where(same, deliveries.c.deed == Deed.POST.value)
    return insert(deliveries).from_select([*row], select(*row.values()).where(to, ~got))


def _at(slot: Slot | None) -> int | None:
    return None if slot is None else milliseconds(slot.moment)


async def _still_due(connection: AsyncConnection, made: Sequence[_Made], now: int) -> dict[tuple[int, str], bool]:
    """Those whose cursor stands where it was read, held until the end of the transaction; whether they are active."""
    table = digest_cursors
    columns = select(table.c.subscription_id, table.c.period, table.c.last_day, subscriptions.c.active)
    query = columns.join(subscriptions).where(table.c.next_at <= now).order_by(*table.primary_key.columns)
    read = {each.cursor: each.due.last_day for each in made}
    found: dict[tuple[int, str], bool] = {}
    for some in _batches(made):
        theirs = table.c.subscription_id.in_([each.subscription for each in some])
        for row in await connection.execute(query.where(theirs).with_for_update(of=table)):
            if read.get((row.subscription_id, row.period)) == row.last_day:
                found[row.subscription_id, row.period] = bool(row.active)
    return found


async def _dealt_with(connection: AsyncConnection, made: Sequence[_Made]) -> set[tuple[int, str, str]]:
    """The days among theirs that have a row already."""
    table = digest_slots
    found: set[tuple[int, str, str]] = set()
    for some in _batches(made):
        theirs = table.c.subscription_id.in_([each.subscription for each in some])
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


def _outcome(edition: Edition, *, told: bool) -> str:
    """What became of the last of the days that an edition deals with."""
    if edition.skipped:
        return "skipped"
    if not told:
        return "empty"
    return "late" if edition.late else "sent"


def _slots(slots: Sequence[Slot], alert: int | None, now: int, outcome: str) -> list[dict[str, object]]:
    """The rows of the days that are dealt with. The last one is the one that is told, if anything is."""
    outcomes = ["merged"] * (len(slots) - 1) + [outcome]
    return [
        {"local_date": slot.date, "due_at": _at(slot), "made_at": now, "outcome": outcome, "alert_id": alert}
        for slot, outcome in zip(slots, outcomes, strict=False)
    ]


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
        "next_at": _at(edition.next),
        "last_day": max([due.last_day, *days]),
        "seen": due.seen if told else edition.seen,
    }
    await connection.execute(update(notices).where(own).values(values))
    if told or not days:
        return 0
    if edition.skipped:
        slots = _slots(edition.slots, None, now, _outcome(edition, told=False))
        await connection.execute(insert(notice_slots), [{"notice_id": due.notice.id} | slot for slot in slots])
        return 0
    body = _body(edition) | {"title": due.notice.title}
    key = f"notice:{due.notice.id}:{days[-1]}"
    alert = await _alert(connection, AlertKind.NOTICE, key=key, body=canonical(body), news=edition.news, now=now)
    slots = _slots(edition.slots, alert, now, _outcome(edition, told=True))
    await connection.execute(insert(notice_slots), [{"notice_id": due.notice.id} | slot for slot in slots])
    posts = _posts(alert, subscriptions.c.active == 1, now).execution_options(preserve_rowcount=True)
    return (await connection.execute(posts)).rowcount
