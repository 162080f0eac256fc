"""Writing what starts and what came of it: one transaction for all that a sender has to say at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, literal_column, or_, select, text, update

from bot.core.deliveries import Deed, DeliveryState, Settled, moment_of
from bot.core.places import ChatRef
from bot.core.subscriptions import SubscriptionStatus
from bot.core.times import stamp
from storage.claims import IDS, OPEN, chunks, close
from storage.engine import upserting
from storage.places import carry_over, whole_chat
from storage.schema import deliveries, subscriptions
from storage.superseding import cancel_superseded

_QUEUED, _STARTED = DeliveryState.QUEUED.value, DeliveryState.STARTED.value
_TABLE = deliveries

_THIS = _TABLE.c.id == bindparam("this")
_OUTCOME: dict[str, Any] = {
    "owner": literal_column("''"),  # a constant: each parameter of each row costs a microsecond
    "attempts": bindparam("new_attempts"),
    "lost": bindparam("new_lost"),
    "reason": bindparam("new_reason"),
    "chat": func.coalesce(bindparam("new_chat"), _TABLE.c.chat),
}
_AGAIN = (
    update(_TABLE)
    .where(_THIS)
    .values(_OUTCOME | {"state": _QUEUED, "due_at": bindparam("new_due_at"), "replaces": bindparam("new_replaces")})
)
_FINAL = (
    update(_TABLE)
    .where(_THIS, _TABLE.c.owner == bindparam("by"), OPEN)
    .values(
        _OUTCOME
        | {
            "open": literal_column("0"),
            "state": bindparam("new_state"),
            "settled_at": bindparam("new_settled_at"),
            "message": func.coalesce(bindparam("new_message"), _TABLE.c.message),
        }
    )
)
# The same for all of them at once, on PostgreSQL: one by one each costs the server and us the time of a statement.
# Locked in the order of their numbers, as `_MINE` and a publication lock them: else two might wait for each other.
_LISTS = {
    "this": "bigint",
    "new_state": "text",
    "new_attempts": "integer",
    "new_lost": "integer",
    "new_reason": "text",
    "new_chat": "text",
    "new_message": "text",
}
_FINAL_AT_ONCE = text(
    f"""
    with mine as materialized (
        select id from deliveries where id = any(cast(:this as bigint[])) and owner = :by and open = 1
        order by id for update)
    update deliveries d set owner = '', attempts = new_attempts, lost = new_lost, reason = new_reason, open = 0,
        state = new_state, settled_at = :new_settled_at, chat = coalesce(new_chat, d.chat),
        message = coalesce(new_message, d.message)
    from unnest({", ".join(f"cast(:{name} as {kind}[])" for name, kind in _LISTS.items())}) as v({", ".join(_LISTS)})
    join mine on mine.id = this where d.id = this"""  # noqa: S608 - put together from constants
)

_START = (
    update(_TABLE)
    .where(IDS, _TABLE.c.owner == bindparam("by"), _TABLE.c.state == _QUEUED, OPEN)
    .values(state=_STARTED, due_at=bindparam("until"), first_at=func.coalesce(_TABLE.c.first_at, bindparam("now")))
    .returning(_TABLE.c.id)
)
_RENEW = update(_TABLE).where(IDS, _TABLE.c.owner == bindparam("by"), OPEN).values(due_at=bindparam("until"))
_MINE = (
    select(*(_TABLE.c[name] for name in "id subscription_id alert_id target deed platform priority state".split()))
    .where(IDS, _TABLE.c.owner == bindparam("by"), OPEN)
    .order_by(_TABLE.c.id)
    .with_for_update()
)


def journal(
    connection: Connection,
    owner: str,
    *,
    now: int,
    until: int,
    started: Sequence[int],
    renewed: Sequence[int],
    settled: Sequence[Settled],
) -> frozenset[int]:
    """See `Outbox.journal`."""
    if settled:
        # Of two outcomes of one delivery the first holds: by that it is the owner's no more.
        first = {each.id: each for each in reversed(settled)}
        _settle(connection, owner, list(first.values()), now)
    leaving: set[int] = set()
    for part in chunks(started):
        leaving |= set(connection.scalars(_START, {"ids": part, "by": owner, "until": until, "now": now}).all())
    for part in chunks(renewed):
        connection.execute(_RENEW, {"ids": part, "by": owner, "until": until})
    return frozenset(leaving)


def _settle(connection: Connection, owner: str, settled: Sequence[Settled], now: int) -> None:
    if not any(map(_has_consequences, settled)):
        _finish(connection, owner, settled, now)
        return
    rows: dict[int, Row[Any]] = {}
    for part in chunks(each.id for each in settled):
        rows |= {row.id: row for row in connection.execute(_MINE, {"ids": part, "by": owner}).all()}
    own = [each for each in settled if each.id in rows]
    again = [each for each in own if each.state is DeliveryState.QUEUED]
    if final := [each for each in own if each.state is not DeliveryState.QUEUED]:
        _finish(connection, owner, final, now)
    if again:
        connection.execute(_AGAIN, [_again(each) for each in again])
    failed = [each.id for each in again if rows[each.id].state == _STARTED]
    if failed:
        cancel_superseded(connection, failed, now)
    published = [_crosspost(rows[each.id], now) for each in own if each.crosspost]
    if published:
        connection.execute(upserting(connection, _TABLE), published)
    for each in own:
        if each.moved is not None:
            _move(connection, rows[each.id].subscription_id, each.moved, now)
        if each.suspend:
            _suspend(connection, rows[each.id], each.reason, now)


def _finish(connection: Connection, owner: str, settled: Sequence[Settled], now: int) -> None:
    """Bring to their ends those that are this owner's."""
    rows = [_final(each) for each in settled]
    shared = {"by": owner, "new_settled_at": now}
    if connection.dialect.name == "postgresql":
        connection.execute(_FINAL_AT_ONCE, shared | {name: [row[name] for row in rows] for name in _LISTS})
    else:
        connection.execute(_FINAL, [row | shared for row in rows])


def _has_consequences(settled: Settled) -> bool:
    """Whether there is more to write than that it came to its end: then its row must be read first."""
    return settled.state is DeliveryState.QUEUED or settled.crosspost or settled.suspend or settled.moved is not None


def _again(settled: Settled) -> dict[str, object]:
    return {
        "this": settled.id,
        "new_due_at": settled.due_at,
        "new_attempts": settled.attempts,
        "new_lost": settled.lost,
        "new_reason": settled.reason,
        "new_replaces": int(settled.replaces),
        "new_chat": None if settled.redirect is None else str(settled.redirect),
    }


def _final(settled: Settled) -> dict[str, object]:
    message = settled.message
    return {
        "this": settled.id,
        "new_state": settled.state.value,
        "new_attempts": settled.attempts,
        "new_lost": settled.lost,
        "new_reason": settled.reason,
        "new_chat": None if message is None else str(message.chat),
        "new_message": None if message is None else message.id,
    }


def _crosspost(row: Row[Any], now: int) -> dict[str, object]:
    return {
        "alert_id": row.alert_id,
        "subscription_id": row.subscription_id,
        "target": row.id,
        "deed": Deed.CROSSPOST.value,
        "platform": row.platform,
        "priority": row.priority,
        "due_at": now,
    }


def _move(connection: Connection, subscription: int, new: ChatRef, now: int) -> None:
    """Carry over everything that goes to the chat of this subscription, unless that was done already."""
    old = connection.scalar(select(subscriptions.c.chat).where(subscriptions.c.id == subscription))
    if old is not None:
        carry_over(connection, ChatRef.parse(old), new, stamp(moment_of(now)))


def _suspend(connection: Connection, row: Row[Any], reason: str, now: int) -> None:
    """Write to a place no more until it comes back, and reject what waits for it.

    Changes of messages that stand in another chat are let be, and a refusal from there does not count: a group that
    moved keeps its old messages in the old one.
    """
    place = connection.scalar(select(subscriptions.c.chat).where(subscriptions.c.id == row.subscription_id))
    target = _TABLE.alias("target")
    waiting = (
        select(_TABLE.c.id, _TABLE.c.deed, _TABLE.c.replaces, target.c.chat)
        .outerjoin(target, target.c.id == _TABLE.c.target)
        .where(_TABLE.c.subscription_id == row.subscription_id)
        .where(or_(and_(OPEN, _TABLE.c.state == _QUEUED), _TABLE.c.id == row.id))
    )
    there = {each.id for each in connection.execute(waiting) if _goes_to(each, place)}
    if row.id not in there:
        return
    values = {
        "status": SubscriptionStatus.UNREACHABLE.value,
        "active": 0,
        "since": stamp(moment_of(now)),
        "reason": reason,
    }
    own = and_(subscriptions.c.id == row.subscription_id, subscriptions.c.active == 1)
    connection.execute(update(subscriptions).where(own).values(values))
    close(connection, there - {row.id}, DeliveryState.REJECTED, reason, now)


def _goes_to(row: Row[*tuple[Any, ...]], chat: str | None) -> bool:
    posts = row.deed == Deed.POST.value or row.replaces
    return posts or row.chat is None or str(whole_chat(ChatRef.parse(row.chat))) == chat
