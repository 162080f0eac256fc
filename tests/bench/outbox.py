"""The outbox on SQLite: how many deliveries a second go through claim, start and settle, beside plain sqlite3.

`python -m tests.bench.outbox [rows]`. Nothing is sent: this is what the store costs of a broadcast.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from bot.core.deliveries import DeliveryState, Settled
from bot.core.outbox import Pace
from bot.core.places import ChatRef, MessageRef, Platform
from storage import SqlStore, open_store
from tests.bench.report import Row, beside, table

ROWS, BATCH, BATCHES = 1_000_000, 200, 40
NOW, LEASE = 1_795_000_000_000, 15_000
FAST = Pace(1_000_000.0)

SUBSCRIPTIONS = """
    insert into subscriptions (place, platform, chat, kind, locale, zone, mode, silent, digest_at, weekday, fallback,
        status, active, since, reason, created_at)
    values (?1, 'telegram', ?1, 'private', 'it', 'Europe/Rome', 0, 0, 540, 0, 0, 'active', 1, '', '', '')"""
ALERT = """
    insert into alerts (id, kind, severity, created_at, due_at, expires_at, cancelled, warned, body)
    values (1, 'alert', 'normal', :now, :now, :now + 172800000, 0, 0, '{}')"""
FAN_OUT = """
    insert into deliveries (alert_id, subscription_id, deed, platform, priority, due_at)
    select 1, id, 'post', platform, 2, :now from subscriptions"""


async def fill(path: Path, rows: int) -> None:
    """A store with one alert on its way to so many chats."""
    await (await open_store(f"sqlite:///{path}")).close()
    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma synchronous = off")
        with connection:
            connection.executemany(SUBSCRIPTIONS, ((f"telegram:{at}",) for at in range(1, rows + 1)))
            connection.execute(ALERT, {"now": NOW})
            connection.execute(FAN_OUT, {"now": NOW})
        connection.execute("pragma wal_checkpoint(truncate)")
    finally:
        connection.close()


async def through(store: SqlStore, batches: int, owner: str = "bench", now: int = NOW) -> float:
    """Deliveries a second through the product's own claims and journal."""
    began, until = time.perf_counter(), now + LEASE
    for _ in range(batches):
        claim = await store.outbox.claim(Platform.TELEGRAM, owner=owner, now=now, until=until, most=BATCH, pace=FAST)
        ids = [each.id for each in claim.deliveries]
        assert len(ids) == BATCH
        left = await store.outbox.journal(owner, now=now, until=until, started=ids)
        assert len(left) == BATCH
        outcomes = [
            Settled(each.id, DeliveryState.DELIVERED, attempts=1, message=MessageRef(each.to, str(each.id)))
            for each in claim.deliveries
        ]
        await store.outbox.journal(owner, now=now, until=until, settled=outcomes)
    return batches * BATCH / (time.perf_counter() - began)


DUE = """
    select id from deliveries where platform = 'telegram' and priority = 2 and due_at <= :now and open = 1
    order by due_at, id limit :most"""
CLAIM = f"update deliveries set owner = 'floor', due_at = :until where id in ({DUE}) returning id"  # noqa: S608 - a constant
START = "update deliveries set state = 'started', first_at = :now where id = :id and owner = 'floor'"
SETTLE = (
    "update deliveries set state = 'delivered', open = 0, chat = 'x', message = 'y', settled_at = :now where id = :id"
)


def bare(path: Path, batches: int) -> float:
    """The same three transactions on plain sqlite3, with nothing looked up and nothing checked."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        began = time.perf_counter()
        for _ in range(batches):
            given = {"now": NOW, "until": NOW + LEASE, "most": BATCH}
            ids = [{"id": row[0], "now": NOW} for row in connection.execute(CLAIM, given).fetchall()]
            for statement in (START, SETTLE):
                connection.execute("begin immediate")
                connection.executemany(statement, ids)
                connection.execute("commit")
        return batches * BATCH / (time.perf_counter() - began)
    finally:
        connection.close()


async def single(store: SqlStore, count: int) -> float:
    """Milliseconds, median: one delivery claimed, started and settled on its own, as at the end of a broadcast."""
    times: list[float] = []
    for _ in range(count):
        began = time.perf_counter()
        (one,) = (
            await store.outbox.claim(Platform.TELEGRAM, owner="one", now=NOW, until=NOW + LEASE, most=1, pace=FAST)
        ).deliveries
        await store.outbox.journal("one", now=NOW, until=NOW + LEASE, started=[one.id])
        done = Settled(one.id, DeliveryState.DELIVERED, message=MessageRef(ChatRef.parse("telegram:1"), "1"))
        await store.outbox.journal("one", now=NOW, until=NOW + LEASE, settled=[done])
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[count // 2]


async def measure(folder: Path, rows: int = ROWS, batches: int = BATCHES, reps: int = 3) -> list[Row]:
    """The outbox with so many open deliveries beside its floor, turn by turn."""
    path = folder / f"outbox-{rows}.db"
    await fill(path, rows)
    ours: list[float] = []
    floor: list[float] = []
    store = await open_store(f"sqlite:///{path}")
    try:
        await through(store, 5)
        for _ in range(reps):
            floor.append(bare(path, batches))
            ours.append(await through(store, batches))
        alone = await single(store, 200)
        began = time.perf_counter()
        await store.outbox.stalled(NOW + 60_000)
        watched = (time.perf_counter() - began) * 1000
        began = time.perf_counter()
        await store.outbox.progress(1)
        shown = (time.perf_counter() - began) * 1000
        began = time.perf_counter()
        await store.outbox.release("nobody", NOW)
        released = (time.perf_counter() - began) * 1000
    finally:
        await store.close()
    name = f"{rows:,} open"
    return [
        # Without a goal of its own: it has its part in the one for a broadcast without a limit.
        beside(f"claim, start, settle by {BATCH} ({name})", "rows/s", ours, floor),
        Row(f"claim, start, settle of one ({name})", "ms", alone),
        Row(f"looking for what stalls ({name})", "ms", watched),
        Row(f"progress of the latest alert ({name})", "ms", shown),
        Row(f"giving back what nobody holds ({name})", "ms", released),
    ]


def main() -> int:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory(prefix="pactwatch-outbox-") as folder:
        print(table(asyncio.run(measure(Path(folder), rows))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
