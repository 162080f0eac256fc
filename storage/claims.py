"""Writing claims: which deliveries a sender gets, in what order, with what it must know of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Integer, Row, and_, bindparam, case, literal_column, or_, select, text, update

from bot.core.deliveries import Deed, Delivery, DeliveryState, Priority, moment_of
from bot.core.outbox import Claim, Pace
from bot.core.places import ChatRef, MessageRef, Platform
from bot.core.subscriptions import PlaceKind, QuietHours, SubscriptionStatus, zone_of
from storage import pacing
from storage.numbers import one_of
from storage.schema import alerts, deliveries, subscriptions
from storage.superseding import cancel_superseded
from storage.waiting import NEXT_DUE, NEXT_DUE_THERE

AT_ONCE = 500
"""Rows in one statement."""

# As they stand in the partial indices: with a parameter in the place of the number no planner can use them.
OPEN = deliveries.c.open == literal_column("1")
TAKEN_BACK = "taken back"

_TABLE = deliveries
_STARTED, _DELIVERED = DeliveryState.STARTED.value, DeliveryState.DELIVERED.value
_EDIT, _POST = Deed.EDIT.value, Deed.POST.value

# Looking a value up takes a fifth of the time that asking its enumeration takes.
_DEEDS = {each.value: each for each in Deed}
_KINDS = {each.value: each for each in PlaceKind}
_PRIORITIES = {each.value: each for each in Priority}
_STATUSES = {each.value: each for each in SubscriptionStatus}

# Statements are put together once: that takes longer than running them, and a broadcast runs them all the time.
IDS = one_of(_TABLE.c.id, "ids")

DUE = (
    select(_TABLE.c.id, _TABLE.c.state)
    .where(OPEN, _TABLE.c.platform == bindparam("on"), _TABLE.c.priority == bindparam("class"))
    .where(_TABLE.c.due_at <= bindparam("now"))
    .order_by(_TABLE.c.due_at, _TABLE.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
"""The first deliveries of one class that are due. Read from the index in its order."""
DUE_THERE = DUE.where(
    _TABLE.c.subscription_id.in_(select(subscriptions.c.id).where(subscriptions.c.place == bindparam("there")))
)
_TAKE = (
    update(_TABLE)
    .where(IDS)
    .values(
        owner=bindparam("new_owner"),
        due_at=bindparam("until"),
        lost=_TABLE.c.lost + case((_TABLE.c.state == _STARTED, 1), else_=0),
        state=DeliveryState.QUEUED.value,
    )
)
_CLAIMED = (
    select(
        *(_TABLE.c[name] for name in "id alert_id subscription_id target deed priority attempts lost".split()),
        *(_TABLE.c[name] for name in "first_at chat replaces".split()),
        *(subscriptions.c[name] for name in "place kind locale zone quiet_from quiet_until silent".split()),
        *(subscriptions.c[name] for name in "fallback status".split()),
        *(alerts.c[name] for name in "expires_at cancelled".split()),
    )
    .join(subscriptions, subscriptions.c.id == _TABLE.c.subscription_id)
    .join(alerts, alerts.c.id == _TABLE.c.alert_id)
    .where(IDS)
)
_CLOSE = (
    update(_TABLE)
    .where(IDS)
    .values(state=bindparam("new_state"), open=0, owner="", settled_at=bindparam("now"), reason=bindparam("why"))
)
_ABOUT = select(*(_TABLE.c[name] for name in "id target alert_id state open chat message replaces".split()))
_TARGETS = _ABOUT.where(IDS)
# Where two changes of one message meet, the later one must be the last to arrive.
_CHANGES = (
    _ABOUT.where(one_of(_TABLE.c.target, "ids"), _TABLE.c.target != literal_column("0"))
    .where(_TABLE.c.deed == _EDIT)
    .where(or_(_TABLE.c.state == _STARTED, and_(_TABLE.c.replaces == 1, _TABLE.c.message.is_not(None))))
    .order_by(_TABLE.c.id)
)


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """In order and in parts that one statement takes."""
    every = sorted(ids)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))


def close(connection: Connection, ids: Iterable[int], state: DeliveryState, reason: str, now: int) -> None:
    """Bring deliveries to an end that nobody tried to send."""
    for part in chunks(ids):
        connection.execute(_CLOSE, {"ids": part, "new_state": state.value, "now": now, "why": reason})


def claim(
    connection: Connection,
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
    due = _due(connection, platform, now, most, only)
    lost = [identity for identity, state in due if state == _STARTED]
    if lost:
        gone = cancel_superseded(connection, lost, now)
        due = [each for each in due if each[0] not in gone]
    ids = [identity for identity, _state in due]
    for part in chunks(ids):
        connection.execute(_TAKE, {"ids": part, "new_owner": owner, "until": until})
    found = _claimed(connection, ids, now)
    leaving: list[Delivery] = []
    rest: list[Delivery] = []
    for each in found:
        (leaving if _leaves(each, now) else rest).append(each)
    starts_in, every = 0, 0
    if leaving or pace.spent:
        starts_in, every = pacing.reserve(connection, platform, len(leaving), pace, now)
    if found:
        return Claim((*leaving, *rest), starts_in, every)
    return Claim((), next_due=_next_due(connection, platform, only))


def _due(
    connection: Connection, platform: Platform, now: int, most: int, only: ChatRef | None
) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    given: dict[str, object] = {"on": platform.value, "now": now}
    if only is not None:
        given["there"] = str(only)
    for priority in Priority:
        if len(found) < most:
            given |= {"class": priority.value, "most": most - len(found)}
            rows = connection.execute(DUE if only is None else DUE_THERE, given)
            found += [(identity, state) for identity, state in rows.all()]
    return found


def _next_due(connection: Connection, platform: Platform, only: ChatRef | None) -> int | None:
    if only is not None:
        rows = connection.scalars(text(NEXT_DUE_THERE), {"place": str(only)})
    else:
        rows = connection.scalars(text(NEXT_DUE), {"platform": platform.value})
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
    return delivery.quiet.until(moment_of(now), zone_of(delivery.zone)) is None


def _claimed(connection: Connection, ids: Sequence[int], now: int) -> list[Delivery]:
    """What the sender must know, in the order of `ids`; without what was taken back before it could be sent."""
    rows: dict[int, Row[Any]] = {}
    for part in chunks(ids):
        rows |= {row[0]: row for row in connection.execute(_CLAIMED, {"ids": part}).all()}
    back = [row for row in rows.values() if row.cancelled and row.deed == _POST]
    if back:
        _take_back(connection, back, now)
        for row in back:
            del rows[row.id]
    about = {row.target for row in rows.values() if row.target}
    targets = _targets(connection, about) if about else {}
    return [_delivery(rows[each], targets) for each in ids if each in rows]


def _take_back(connection: Connection, rows: Sequence[Row[Any]], now: int) -> None:
    """Settle posts of alerts that were taken back. One whose answer was lost may stand there: nobody can know."""
    for lost, state in ((False, DeliveryState.CANCELLED), (True, DeliveryState.UNCERTAIN)):
        close(connection, [row.id for row in rows if bool(row.lost) is lost], state, TAKEN_BACK, now)


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


def _targets(connection: Connection, ids: set[int]) -> dict[int, _Target]:
    found: dict[int, _Target] = {}
    above: dict[int, int] = {}
    for part in chunks(ids):
        for row in connection.execute(_TARGETS, {"ids": part}):
            found[row.id] = _Target(bool(row.open), row.alert_id, _message(row))
            above[row.id] = row.target
        for row in connection.execute(_CHANGES, {"ids": part}):
            target = found[row.target]
            if row.state == _STARTED:
                target.changing.append(row.id)
            target.replaced = _message(row) or target.replaced
    # A change that became a post shows what the message shows that it was to change, and so on up to the first one.
    while climbing := {identity: parent for identity, parent in above.items() if parent}:
        parents: dict[int, Row[Any]] = {}
        for part in chunks(set(climbing.values())):
            parents |= {row.id: row for row in connection.execute(_TARGETS, {"ids": part})}
        for identity, parent in climbing.items():
            found[identity].original, above[identity] = parents[parent].alert_id, parents[parent].target
    return found


def _message(row: Row[Any]) -> MessageRef | None:
    if row.state != _DELIVERED or row.message is None:
        return None
    return MessageRef(ChatRef.parse(row.chat), row.message)


def _delivery(row: Row[*tuple[Any, ...]], targets: dict[int, _Target]) -> Delivery:
    # Unpacked: asking a row for twenty columns by name takes longer than all the rest of this.
    identity, alert, subscription, about, deed, priority, attempts, lost, first_at, chat, replaces, *joined = row
    place, kind, locale, zone, quiet_from, quiet_until, silent, fallback, status, expires_at, _cancelled = joined
    target = targets.get(about)
    return Delivery(
        identity,
        alert,
        subscription,
        _DEEDS[deed],
        ChatRef.parse(chat or place),
        _KINDS[kind],
        locale,
        zone,
        _PRIORITIES[priority],
        DeliveryState.QUEUED,
        expires_at,
        _STATUSES[status],
        None if quiet_from is None else QuietHours(quiet_from, quiet_until),
        silent=bool(silent),
        fallback=bool(fallback),
        attempts=attempts,
        lost=lost,
        first_at=first_at,
        message=None if target is None else target.replaced or target.message,
        original=0 if target is None else target.original,
        blocked=target is not None and (target.open or any(each < identity for each in target.changing)),
        replaces=bool(replaces),
    )
