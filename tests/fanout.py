"""Subscriptions, and what waits for them, put into a store and read from it behind its back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import AlertKind
from bot.core.places import ChatRef
from bot.core.subscriptions import MODES, Mode, PlaceKind, Subscription
from storage import SqlStore, schema
from storage.bodies import canonical
from tests.builders import AT


def wants(place: str = "telegram:5", mode: Mode = Mode.INSTANT, **more: Any) -> Subscription:
    """A subscription that a test has something to say of."""
    plain: dict[str, Any] = {"kind": PlaceKind.PRIVATE, "locale": "it", "zone": "Europe/Rome"}
    return Subscription(ChatRef.parse(place), mode=mode, **(plain | more))


def row(subscription: Subscription) -> dict[str, object]:
    """All columns of a subscription's row but its number."""
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
        "active": int(subscription.status.value == "active"),
        "since": AT,
        "reason": subscription.reason,
        "space": subscription.space,
        "created_at": AT,
    }


async def add(connection: AsyncConnection, subscriptions: Sequence[Subscription]) -> dict[str, int]:
    """Write subscriptions; place -> number."""
    numbers: dict[str, int] = {}
    for each in subscriptions:
        made = await connection.execute(insert(schema.subscriptions).returning(schema.subscriptions.c.id), row(each))
        identity = numbers[str(each.place)] = made.scalar_one()
        topics = [
            {"subscription_id": identity, "topic": topic, "mode": MODES.index(mode)}
            for topic, mode in each.topics.items()
        ]
        if topics:
            await connection.execute(insert(schema.subscription_topics), topics)
    return numbers


async def subscribe(store: SqlStore, *subscriptions: Subscription) -> dict[str, int]:
    """Subscribe places, whatever else is there; place -> number."""
    return await (await store._writing())._units.run_tx(lambda connection: add(connection, subscriptions))


async def sent(store: SqlStore, delivery: int, state: str = "delivered", **values: Any) -> None:
    """Say what became of a delivery; one that arrived stands as message `m<number>`."""
    arrived = {"message": f"m{delivery}"} if state == "delivered" else {}
    closed = 0 if state in ("queued", "started") else 1
    plain = {"state": state, "open": 1 - closed, "attempts": 1, **arrived}
    statement = update(schema.deliveries).where(schema.deliveries.c.id == delivery).values(**(plain | values))
    await (await store._writing())._units.run_tx(lambda connection: connection.execute(statement))


async def digest(store: SqlStore, place: str, told: Mapping[str, int], **body: Any) -> int:
    """Have a digest of these entries (key -> revision) wait for a place; returns the number of the delivery."""

    async def work(connection: AsyncConnection) -> int:
        kind = AlertKind.DIGEST.value
        plain = {"kind": kind, "severity": "normal", "created_at": 0, "due_at": 0, "expires_at": 2**60, "warned": 0}
        table = schema.alerts
        values = plain | {"cancelled": 0, "body": canonical(body)}
        alert = (await connection.execute(insert(table).returning(table.c.id), values)).scalar_one()
        entries = [{"alert_id": alert, "entry_key": key, "revision": number} for key, number in told.items()]
        await connection.execute(insert(schema.alert_entries), entries)
        number = await connection.scalar(
            select(schema.subscriptions.c.id).where(schema.subscriptions.c.place == place)
        )
        post = {"alert_id": alert, "subscription_id": number, "deed": "post", "platform": place.partition(":")[0]}
        made = insert(schema.deliveries).returning(schema.deliveries.c.id)
        return int((await connection.execute(made, post | {"priority": 3, "due_at": 0})).scalar_one())

    return await (await store._writing())._units.run_tx(work)


async def rows(store: SqlStore, **where: object) -> list[dict[str, Any]]:
    """Deliveries, in the order of their numbers, with their place."""
    found = await fetch(
        store, "select d.*, s.place from deliveries d join subscriptions s on s.id = d.subscription_id order by d.id"
    )
    return [each for each in found if all(each[name] == value for name, value in where.items())]


async def fetch(store: SqlStore, sql: str) -> list[dict[str, Any]]:
    """Whatever a statement reads."""

    async def work(connection: AsyncConnection) -> list[dict[str, Any]]:
        return [dict(each._mapping) for each in await connection.execute(text(sql))]

    return await (await store._writing())._units.run_tx(work)


async def brief(store: SqlStore) -> list[tuple[Any, ...]]:
    """Deliveries at a glance: alert, place, deed, target, state."""
    return [(d["alert_id"], d["place"], d["deed"], d["target"], d["state"]) for d in await rows(store)]
