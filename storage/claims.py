"""Writing claims: which deliveries a sender gets, in what order, with what it must know of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, case, literal_column, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import Deed, Delivery, DeliveryState, Priority, moment_of
from bot.core.outbox import Claim, Pace
from bot.core.places import ChatRef, MessageRef, Platform
from bot.core.subscriptions import PlaceKind, QuietHours, SubscriptionStatus
from storage import pacing
from storage.schema import alerts, deliveries, subscriptions
from storage.superseding import cancel_superseded
from storage.waiting import NEXT_DUE, NEXT_DUE_THERE

AT_ONCE = 500
"""Numbers in one `in (…)`."""

# As they stand in the partial indices: with a parameter in the place of the number no planner can use them.
OPEN = deliveries.c.open == literal_column("1")
TAKEN_BACK = "taken back"

_STARTED = DeliveryState.STARTED.value
_COLUMNS = (
    *(deliveries.c[name] for name in "id alert_id subscription_id target deed priority attempts lost".split()),
    *(deliveries.c[name] for name in "first_at chat replaces".split()),
    *(subscriptions.c[name] for name in "place kind locale zone quiet_from quiet_until silent".split()),
    *(subscriptions.c[name] for name in "fallback status".split()),
    alerts.c.expires_at,
    alerts.c.cancelled,
)


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """In order and in parts that one statement takes."""
    every = sorted(ids)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))


async def claim(
    connection: AsyncConnection,
    platform: Platform,
    *,
    owner: str,
    now: int,
    until: int,
    most: int,
    pace: Pace,
    only: ChatRef | None,
) -> Claim:
    """See `Outbox.claim`.

    A change whose message is not known, and will not be, has neither a message nor is it blocked. What can't leave
    now comes last and has no slot: a hundred thousand chats in their quiet hours must not use up an hour of them.
    """
    due = await _due(connection, platform, now, most, only)
    lost = [identity for identity, state in due if state == _STARTED]
    if lost:
        gone = await cancel_superseded(connection, lost, now)
        due = [each for each in due if each[0] not in gone]
    ids = [identity for identity, _state in due]
    for part in chunks(ids):
        values = {
            "owner": owner,
            "due_at": until,
            "lost": deliveries.c.lost + case((deliveries.c.state == _STARTED, 1), else_=0),
            "state": DeliveryState.QUEUED.value,
        }
        await connection.execute(update(deliveries).where(deliveries.c.id.in_(part)).values(values))
    found = await _claimed(connection, ids, now)
    leaving = [each for each in found if _leaves(each, now)]
    rest = [each for each in found if not _leaves(each, now)]
    starts_at, every = 0, 0
    if leaving or pace.spent:
        starts_at, every = await pacing.reserve(connection, platform, len(leaving), pace, now)
    if found:
        return Claim((*leaving, *rest), starts_at, every)
    return Claim((), next_due=await _next_due(connection, platform, only))


def due_query(platform: Platform, priority: Priority, now: int, most: int, only: ChatRef | None) -> Select[int, str]:
    """The first deliveries of one class that are due. Read from the index in its order."""
    table = deliveries
    there: list[ColumnElement[bool]] = []
    if only is not None:
        place = select(subscriptions.c.id).where(subscriptions.c.place == str(only))
        there.append(table.c.subscription_id.in_(place))
    wanted = and_(OPEN, table.c.platform == platform.value, table.c.priority == priority.value, table.c.due_at <= now)
    return (
        select(table.c.id, table.c.state)
        .where(wanted, *there)
        .order_by(table.c.due_at, table.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )


async def _due(
    connection: AsyncConnection, platform: Platform, now: int, most: int, only: ChatRef | None
) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for priority in Priority:
        if len(found) < most:
            rows = await connection.execute(due_query(platform, priority, now, most - len(found), only))
            found += [(row.id, row.state) for row in rows]
    return found


async def _next_due(connection: AsyncConnection, platform: Platform, only: ChatRef | None) -> int | None:
    if only is not None:
        rows = await connection.scalars(text(NEXT_DUE_THERE), {"place": str(only)})
    else:
        rows = await connection.scalars(text(NEXT_DUE), {"platform": platform.value})
    return min((each for each in rows if each is not None), default=None)


def _leaves(delivery: Delivery, now: int) -> bool:
    """Whether a request will be made for it; says the same as `bot.services.delivery` when it has claimed."""
    if now > delivery.expires_at or delivery.blocked or (delivery.deed is not Deed.POST and delivery.message is None):
        return False
    if delivery.deed is not Deed.POST and not delivery.replaces:
        return True
    if delivery.status is not SubscriptionStatus.ACTIVE:
        return False
    if delivery.quiet is None or delivery.priority is Priority.FLASH:
        return True
    return delivery.quiet.until(moment_of(now), ZoneInfo(delivery.zone)) is None


async def _claimed(connection: AsyncConnection, ids: Sequence[int], now: int) -> list[Delivery]:
    """What the sender must know, in the order of `ids`; without what was taken back before it could be sent."""
    rows: dict[int, Row[Any]] = {}
    joined = deliveries.join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id).join(
        alerts, alerts.c.id == deliveries.c.alert_id
    )
    for part in chunks(ids):
        for row in await connection.execute(select(*_COLUMNS).select_from(joined).where(deliveries.c.id.in_(part))):
            rows[row.id] = row
    back = [row for row in rows.values() if row.cancelled and row.deed == Deed.POST.value]
    if back:
        await _take_back(connection, back, now)
        for row in back:
            del rows[row.id]
    about = {row.target for row in rows.values() if row.target}
    targets = await _targets(connection, about) if about else {}
    return [_delivery(rows[each], targets) for each in ids if each in rows]


async def _take_back(connection: AsyncConnection, rows: Sequence[Row[Any]], now: int) -> None:
    """Settle posts of alerts that were taken back. One whose answer was lost may stand there: nobody can know."""
    for lost, state in ((False, DeliveryState.CANCELLED), (True, DeliveryState.UNCERTAIN)):
        for part in chunks(row.id for row in rows if bool(row.lost) is lost):
            values = {"state": state.value, "open": 0, "owner": "", "settled_at": now, "reason": TAKEN_BACK}
            await connection.execute(update(deliveries).where(deliveries.c.id.in_(part)).values(values))


@dataclass(slots=True)
class _Target:
    """A delivery that others are about. original: the alert that its message was posted for.

    changing: numbers of changes of it that are under way. replaced: the post that took its place, where it could not
    be changed.
    """

    open: bool
    original: int
    message: MessageRef | None
    changing: list[int] = field(default_factory=list)
    replaced: MessageRef | None = None


async def _targets(connection: AsyncConnection, ids: set[int]) -> dict[int, _Target]:
    table = deliveries
    columns = (table.c[name] for name in ("id", "target", "alert_id", "state", "open", "chat", "message", "replaces"))
    query = select(*columns)
    found: dict[int, _Target] = {}
    above: dict[int, int] = {}
    for part in chunks(ids):
        for row in await connection.execute(query.where(table.c.id.in_(part))):
            found[row.id] = _Target(bool(row.open), row.alert_id, _message(row))
            above[row.id] = row.target
        # Where two changes of one message meet, the later one must be the last to arrive.
        other = or_(table.c.state == _STARTED, and_(table.c.replaces == 1, table.c.message.is_not(None)))
        about = and_(table.c.target.in_(part), table.c.target != literal_column("0"), table.c.deed == Deed.EDIT.value)
        for row in await connection.execute(query.where(about, other).order_by(table.c.id)):
            target = found[row.target]
            if row.state == _STARTED:
                target.changing.append(row.id)
            target.replaced = _message(row) or target.replaced
    # A change that became a post shows what the message shows that it was to change, and so on up to the first one.
    while climbing := {identity: parent for identity, parent in above.items() if parent}:
        parents: dict[int, Row[Any]] = {}
        for part in chunks(set(climbing.values())):
            parents |= {row.id: row for row in await connection.execute(query.where(table.c.id.in_(part)))}
        for identity, parent in climbing.items():
            found[identity].original, above[identity] = parents[parent].alert_id, parents[parent].target
    return found


def _message(row: Row[Any]) -> MessageRef | None:
    if row.state != DeliveryState.DELIVERED.value or row.message is None:
        return None
    return MessageRef(ChatRef.parse(row.chat), row.message)


def _delivery(row: Row[Any], targets: dict[int, _Target]) -> Delivery:
    target = targets.get(row.target)
    quiet = None if row.quiet_from is None else QuietHours(row.quiet_from, row.quiet_until)
    return Delivery(
        id=row.id,
        alert=row.alert_id,
        subscription=row.subscription_id,
        deed=Deed(row.deed),
        to=ChatRef.parse(row.chat or row.place),
        kind=PlaceKind(row.kind),
        locale=row.locale,
        zone=row.zone,
        priority=Priority(row.priority),
        state=DeliveryState.QUEUED,
        expires_at=row.expires_at,
        status=SubscriptionStatus(row.status),
        quiet=quiet,
        silent=bool(row.silent),
        fallback=bool(row.fallback),
        attempts=row.attempts,
        lost=row.lost,
        first_at=row.first_at,
        message=None if target is None else target.replaced or target.message,
        original=0 if target is None else target.original,
        blocked=target is not None and (target.open or any(each < row.id for each in target.changing)),
        replaces=bool(row.replaces),
    )
