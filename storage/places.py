"""Writing that a chat has another id now: the effect on subscriptions and on what is on its way to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import DeliveryState, milliseconds
from bot.core.places import ChatRef
from bot.core.subscriptions import SubscriptionStatus
from storage.schema import deliveries, subscriptions

MOVED = "moved"


def whole_chat(place: ChatRef) -> ChatRef:
    """The chat that a topic or thread is in."""
    return replace(place, thread=None)


async def move_place(connection: AsyncConnection, old: ChatRef, new: ChatRef, at: str) -> None:
    """See `carry_over`."""
    await connection.run_sync(carry_over, old, new, at)


def carry_over(connection: Connection, old: ChatRef, new: ChatRef, at: str) -> None:
    """Carry the subscriptions of a chat and of its topics over to the chat's new id, with what waits for them.

    A subscription that is there already stays, and the old one ends. Messages that stand keep the chat they stand in.
    Done a second time it changes nothing. at: stamp (`bot.core.times.stamp`).
    """
    before, now = whole_chat(old), whole_chat(new)
    if before == now:
        return
    columns = (subscriptions.c.id, subscriptions.c.place)
    query = select(*columns).where(subscriptions.c.chat == str(before)).order_by(subscriptions.c.id).with_for_update()
    wanted = {row.id: str(replace(ChatRef.parse(row.place), id=now.id)) for row in connection.execute(query)}
    if not wanted:
        return
    taken = select(*columns).where(subscriptions.c.place.in_(wanted.values()), subscriptions.c.chat == str(now))
    there = {row.place: row.id for row in connection.execute(taken)}
    _redirect(connection, list(wanted), before, now)
    for identity, place in wanted.items():
        own = subscriptions.c.id == identity
        if (kept := there.get(place)) is None:
            connection.execute(update(subscriptions).where(own).values(place=place, chat=str(now)))
            continue
        ended = {"status": SubscriptionStatus.ENDED.value, "active": 0, "since": at, "reason": MOVED}
        still = subscriptions.c.status != SubscriptionStatus.ENDED.value
        connection.execute(update(subscriptions).where(own, still).values(ended))
        _hand_over(connection, identity, kept, at)


def _redirect(connection: Connection, ids: list[int], before: ChatRef, now: ChatRef) -> None:
    """Change where open deliveries go that go elsewhere than to the place of their subscription."""
    table = deliveries
    query = select(table.c.id, table.c.chat).where(
        table.c.subscription_id.in_(ids), table.c.open == 1, table.c.chat.is_not(None)
    )
    for identity, place in (connection.execute(query)).all():
        chat = ChatRef.parse(place)
        if whole_chat(chat) == before:
            moved = str(replace(chat, id=now.id))
            connection.execute(update(table).where(table.c.id == identity).values(chat=moved))


def _hand_over(connection: Connection, old: int, new: int, at: str) -> None:
    """Give a subscription's deliveries to another one; what both were to get, only the other one gets.

    Also what was delivered: a correction of it that can't be made in place is posted to where its subscription is.
    """
    table, other = deliveries, deliveries.alias("other")
    same = and_(
        other.c.subscription_id == new,
        other.c.alert_id == table.c.alert_id,
        other.c.target == table.c.target,
        other.c.deed == table.c.deed,
    )
    theirs = table.c.subscription_id == old
    connection.execute(update(table).where(theirs, ~exists().where(same)).values(subscription_id=new))
    # What is under way at this moment says itself what came of it.
    waiting = and_(theirs, table.c.open == 1, table.c.state == DeliveryState.QUEUED.value)
    cancelled = {
        "state": DeliveryState.CANCELLED.value,
        "open": 0,
        "owner": "",
        "reason": MOVED,
        "settled_at": milliseconds(datetime.fromisoformat(at)),
    }
    connection.execute(update(table).where(waiting).values(cancelled))
