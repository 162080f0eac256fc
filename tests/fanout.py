"""Subscriptions put into a store, and what waits for them, with as little said as a test wants to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import AlertKind, Priority
from bot.core.places import ChatRef
from bot.core.subscriptions import MODES, Mode, PlaceKind, Subscription, SubscriptionStatus
from storage import SqlStore, schema
from tests import outbox
from tests.builders import AT


def wants(place: str = "telegram:5", mode: Mode = Mode.INSTANT, **more: Any) -> Subscription:
    """A subscription that a test has something to say of."""
    plain: dict[str, Any] = {"kind": PlaceKind.PRIVATE, "locale": "it", "zone": "Europe/Rome"}
    return Subscription(ChatRef.parse(place), mode=mode, **(plain | more))


async def add(connection: AsyncConnection, subscriptions: Sequence[Subscription]) -> dict[str, int]:
    """Write subscriptions; place -> number."""
    numbers: dict[str, int] = {}
    table = schema.subscriptions
    for each in subscriptions:
        made = await connection.execute(insert(table).returning(table.c.id), _row(each))
        identity = numbers[str(each.place)] = made.scalar_one()
        topics = [
            {"subscription_id": identity, "topic": topic, "mode": MODES.index(mode)}
            for topic, mode in each.topics.items()
        ]
        if topics:
            await connection.execute(insert(schema.subscription_topics), topics)
    return numbers


def _row(subscription: Subscription) -> dict[str, object]:
    place, quiet = subscription.place, subscription.quiet
    return {
        "place": str(place),
        "platform": place.platform.value,
        "chat": str(place).partition("/")[0],
        "kind": subscription.kind.value,
        "locale": subscription.locale,
        "zone": subscription.zone,
        "mode": MODES.index(subscription.mode),
        "silent": int(subscription.silent),
        "digest_at": subscription.digest_at,
        "weekday": subscription.weekday,
        "quiet_from": quiet.start if quiet else None,
        "quiet_until": quiet.end if quiet else None,
        "fallback": int(subscription.fallback),
        "status": subscription.status.value,
        "active": int(subscription.status is SubscriptionStatus.ACTIVE),
        "since": AT,
        "reason": subscription.reason,
        "space": subscription.space,
        "created_at": AT,
    }


async def subscribe(store: SqlStore, *subscriptions: Subscription) -> dict[str, int]:
    """Subscribe places; place -> number."""
    return await (await store._writing())._units.run_tx(lambda connection: add(connection, subscriptions))


async def became(store: SqlStore, delivery: int, state: str = "delivered", **values: Any) -> int:
    """Say what became of a delivery; one that arrived stands as message `m<number>`."""
    still = state in ("queued", "started")
    plain: dict[str, Any] = {"state": state, "open": int(still), "attempts": 1, "owner": ""}
    if not still:
        plain["settled_at"] = outbox.NOW
    if state == "delivered":
        plain["message"] = f"m{delivery}"
    await outbox.change(store, delivery, **(plain | values))
    return delivery


async def digest(store: SqlStore, subscription: int, *keys: str, **body: Any) -> int:
    """Have a digest of these entries, in their first revision, wait; returns the number of the delivery."""
    told = await outbox.alert(store, *keys, kind=AlertKind.DIGEST.value, body={"period": "daily"} | body)
    return await outbox.delivery(store, told, subscription, priority=Priority.DIGEST.value)


async def rows(store: SqlStore, **where: object) -> list[dict[str, Any]]:
    """Deliveries in the order of their numbers, with their place."""

    async def work(connection: AsyncConnection) -> list[dict[str, Any]]:
        table, places = schema.deliveries, schema.subscriptions
        query = select(table, places.c.place).join(places, places.c.id == table.c.subscription_id)
        found = await connection.execute(query.order_by(table.c.id))
        return [dict(each._mapping) for each in found]

    found = await (await store._writing())._units.run_tx(work)
    return [each for each in found if all(each[name] == value for name, value in where.items())]


async def posts(store: SqlStore, alert: int) -> dict[str, str]:
    """Where an alert is posted: place -> state."""
    return {each["place"]: each["state"] for each in await rows(store, alert_id=alert, deed="post")}


async def edits(store: SqlStore, alert: int) -> dict[int, str]:
    """Which deliveries an alert changes: number of the delivery -> state of the change."""
    return {each["target"]: each["state"] for each in await rows(store, alert_id=alert, deed="edit")}


async def alerts(store: SqlStore) -> list[tuple[Any, ...]]:
    """Alerts in the order of their numbers: kind, severity, whether cancelled."""
    found = await store._database.fetch("select kind, severity, cancelled from alerts order by id")
    return [tuple(each) for each in found]
