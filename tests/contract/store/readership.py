"""Places that subscribe, and news for them, with as little said as a test wants to say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from bot.core.deliveries import milliseconds
from bot.core.outbox import Notice
from bot.core.places import ChatRef
from bot.core.subscriptions import Mode, PlaceKind, Subscription
from bot.core.times import stamp
from storage import SqlStore
from tests.builders import AT, dossier, fact, topic
from tests.stores import take_over

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday, 11:00 in Rome; the same as AT."""


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def set(self, moment: str) -> None:
        """`2026-11-24 09:00`, UTC."""
        self.moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    def step(self, **by: float) -> None:
        self.moment += timedelta(**by)


def chat(place: str = "telegram:5") -> ChatRef:
    return ChatRef.parse(place)


def subscription(place: str = "telegram:5", mode: Mode = Mode.DAILY, **more: Any) -> Subscription:
    """Someone in Rome who gets everything once a day at nine, or what `more` says."""
    plain: dict[str, Any] = {"kind": PlaceKind.PRIVATE, "locale": "en", "zone": "Europe/Rome", "mode": mode}
    return Subscription(place=chat(place), **(plain | more))


async def keep(store: SqlStore, wanted: Subscription, now: datetime = NOW) -> Subscription:
    return await store.subscribers.keep_subscription(wanted, stamp(now), milliseconds(now))


async def filled(store: SqlStore, count: int = 3) -> None:
    """Facts one, two, … under the topics defence and trade by turns; nobody was told of them."""
    topics = (topic("defence"), topic("trade"))
    facts = [fact(f"fact-{at}", topics=(("trade", "defence")[at % 2],)) for at in range(1, count + 1)]
    await take_over(store, dossier(*facts, topics=topics))


async def execute(store: SqlStore, sql: str, **params: object) -> None:
    """Change the database behind the store's back."""
    await (await store._writing())._units.run_tx(lambda connection: connection.execute(text(sql), params))


async def rows(store: SqlStore, sql: str, **params: object) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await store._database.fetch(sql, params)]


async def tell(
    store: SqlStore, key: str, at: datetime = NOW, *, revision: int = 1, undo: int = 0, kind: str = "alert"
) -> int:
    """News of an entry in the store as a publication leaves it; nobody is told at once. undo: seconds until due."""
    moment = milliseconds(at)
    due = moment + undo * 1000
    await execute(
        store,
        """insert into alerts (kind, severity, created_at, due_at, expires_at, cancelled, warned, body)
        values (:kind, 'normal', :moment, :due, :end, 0, 0, '{}')""",
        kind=kind,
        moment=moment,
        due=due,
        end=due + 172_800_000,
    )
    identity = int((await rows(store, "select max(id) from alerts"))[0][0])
    sql = "insert into alert_entries (alert_id, entry_key, revision) values (:alert, :key, :revision)"
    await execute(store, sql, alert=identity, key=key, revision=revision)
    return identity


SLOTS = (
    "select local_date, outcome from digest_slots where subscription_id = :one and period = :period order by local_date"
)
CURSOR = "select next_at, last_day, seen from digest_cursors where subscription_id = :one and period = :period"


async def slots_of(store: SqlStore, subscription: int, period: str = "daily") -> list[tuple[str, str]]:
    """The days that were dealt with, and how."""
    return await rows(store, SLOTS, one=subscription, period=period)


async def cursor(store: SqlStore, subscription: int, period: str = "daily") -> tuple[datetime | None, str, int]:
    """When the next digest is due, the last day dealt with, the last news told."""
    ((next_at, last_day, seen),) = await rows(store, CURSOR, one=subscription, period=period)
    return None if next_at is None else datetime.fromtimestamp(next_at / 1000, UTC), last_day, seen


def utc(moment: str) -> datetime:
    """`2026-11-24 08:00`."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def notice(**more: Any) -> Notice:
    """The week of the pact, every Monday at nine in Rome."""
    plain: dict[str, Any] = {"title": "The week", "days": (0,), "minute": 540, "zone": "Europe/Rome", "author": "p-1"}
    return Notice(0, **(plain | more))


assert stamp(NOW) == AT
