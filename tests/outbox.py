"""Alerts, subscriptions and deliveries put straight into the tables, with as little said as a test wants to say."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import Deed, Delivery, DeliveryState, Priority, Settled
from bot.core.outbox import Claim, Pace
from bot.core.places import ChatRef, MessageRef, Platform
from storage import SqlStore, schema

NOW = 1_795_000_000_000
LEASE = 15_000
HOUR = 3_600_000
FAST = Pace(1_000.0)
"""A pace that no test has to wait for."""
TELEGRAM = Platform.TELEGRAM


def chat(text: str) -> ChatRef:
    return ChatRef.parse(text)


def message(place: str, identity: str) -> MessageRef:
    return MessageRef(chat(place), identity)


async def _insert(store: SqlStore, table: Table, values: dict[str, Any]) -> int:
    async def work(connection: AsyncConnection) -> int:
        done = await connection.execute(insert(table).values(values))
        return int(done.inserted_primary_key[0])

    return await (await store._writing())._units.run_tx(work)


async def subscription(store: SqlStore, place: str, **more: Any) -> int:
    """An active subscription of a group to everything at once."""
    to = chat(place)
    plain: dict[str, Any] = {
        "place": place,
        "platform": to.platform.value,
        "chat": str(ChatRef(to.platform, to.id)),
        "kind": "group",
        "locale": "en",
        "zone": "Europe/Rome",
        "mode": 0,
        "silent": 0,
        "digest_at": 540,
        "weekday": 0,
        "fallback": 0,
        "status": "active",
        "since": "2026-11-01T00:00:00.000Z",
        "reason": "",
        "created_at": "2026-11-01T00:00:00.000Z",
    } | more
    return await _insert(store, schema.subscriptions, plain | {"active": int(plain["status"] == "active")})


async def alert(store: SqlStore, *entries: str, body: dict[str, Any] | None = None, **more: Any) -> int:
    """An alert that is due now; `entries` are the keys of what it tells of, in their first revision."""
    plain: dict[str, Any] = {
        "kind": "alert",
        "severity": "normal",
        "created_at": NOW,
        "due_at": NOW,
        "expires_at": NOW + 48 * HOUR,
        "cancelled": 0,
        "warned": 0,
        "body": json.dumps(body or {}),
    }
    revision = more.pop("revision", 1)
    identity = await _insert(store, schema.alerts, plain | more)
    for key in entries:
        told = {"alert_id": identity, "entry_key": key, "revision": revision}
        await _insert(store, schema.alert_entries, told)
    return identity


async def delivery(store: SqlStore, alert: int, subscription: int, deed: Deed = Deed.POST, **more: Any) -> int:
    """A delivery on Telegram that is due now."""
    plain: dict[str, Any] = {
        "alert_id": alert,
        "subscription_id": subscription,
        "target": 0,
        "deed": deed.value,
        "platform": "telegram",
        "priority": (Priority.NORMAL if deed is Deed.POST else Priority.CORRECTION).value,
        "due_at": NOW,
    } | more
    final = plain.get("state", "queued") not in ("queued", "started")
    return await _insert(store, schema.deliveries, {"open": int(not final)} | plain)


async def broadcast(store: SqlStore, count: int, *entries: str, **more: Any) -> tuple[int, list[int]]:
    """An alert to so many groups: its number and those of its deliveries."""
    told = await alert(store, *entries)
    subscriptions = [await subscription(store, f"telegram:-{1000 * told + at}") for at in range(count)]
    return told, [await delivery(store, told, each, **more) for each in subscriptions]


async def row(store: SqlStore, identity: int, table: Table = schema.deliveries) -> dict[str, Any]:
    """A row as it stands."""

    async def work(connection: AsyncConnection) -> dict[str, Any]:
        found = await connection.execute(select(table).where(table.c.id == identity))
        return dict(found.mappings().one())

    return await (await store._writing())._units.run_tx(work)


async def change(store: SqlStore, identity: int, table: Table = schema.deliveries, **values: Any) -> None:
    """Change a row behind the store's back."""
    statement = update(table).where(table.c.id == identity).values(values)
    await (await store._writing())._units.run_tx(lambda connection: connection.execute(statement))


async def states(store: SqlStore, ids: list[int]) -> list[str]:
    return [(await row(store, each))["state"] for each in ids]


async def claim(
    store: SqlStore, owner: str = "a", now: int = NOW, most: int = 100, pace: Pace = FAST, **more: Any
) -> Claim:
    """A claim on Telegram with the usual lease."""
    platform = more.pop("platform", TELEGRAM)
    return await store.outbox.claim(platform, owner=owner, now=now, until=now + LEASE, most=most, pace=pace, **more)


async def claimed(store: SqlStore, **more: Any) -> list[Delivery]:
    return list((await claim(store, **more)).deliveries)


async def start(store: SqlStore, *ids: int, owner: str = "a", now: int = NOW) -> frozenset[int]:
    return await store.outbox.journal(owner, now=now, until=now + LEASE, started=ids)


async def settle(store: SqlStore, *settled: Settled, owner: str = "a", now: int = NOW) -> None:
    await store.outbox.journal(owner, now=now, until=now + LEASE, settled=settled)


def arrived(identity: int, place: str, number: str = "1", **more: Any) -> Settled:
    """A delivery whose message stands in a place."""
    return Settled(identity, DeliveryState.DELIVERED, attempts=1, message=message(place, number), **more)


def again(identity: int, at: int = NOW, **more: Any) -> Settled:
    """A delivery that failed and is tried again."""
    return Settled(identity, DeliveryState.QUEUED, due_at=at, attempts=1, **more)


async def sent(store: SqlStore, identity: int, place: str, number: str = "1") -> None:
    """Claim all that is due, and have this one arrive."""
    await claim(store)
    assert await start(store, identity) == {identity}
    await settle(store, arrived(identity, place, number))
