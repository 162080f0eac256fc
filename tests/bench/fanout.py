"""What it costs to tell everybody: `announce` beside a bare `INSERT … SELECT` of the very same rows, on SQLite.

Of the subscriptions three in four have only a mode for everything; the fourth names topics, some that it wants and
some that it does not. Each announcement is measured in a process of its own, so that the growth of its memory is its
own, and after one in an empty store, so that what is done once in a process is not counted.
"""

# ruff: noqa: S608 – statements are put together from constants
from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.editorial import Severity
from bot.core.entries import Entry, EntryKind
from bot.core.subscriptions import MODES, Mode
from storage import open_store, schema
from storage.fanout import announce
from tests.bench.report import Row, at_most, below, beside, table

AT = "2026-11-23T10:00:00.000Z"
TOPICS = tuple(f"topic-{at}" for at in range(8))
ENTRY = Entry("new", EntryKind.FACT, {"it": "nuovo"}, ("kcna",), topics=TOPICS[:2], number=1)
COLUMNS = "subscription_id, target, deed, platform, priority, due_at"
SAME = f"insert into deliveries (alert_id, {COLUMNS}) select :next, {COLUMNS} from told"
ALERT = """(kind, severity, created_at, due_at, expires_at, cancelled, warned, body)
    values ('alert', 'normal', 0, 0, 0, 0, 0, '')"""
EMPTY = "empty.db"
SIZES = (1_000, 100_000, 1_000_000)
GOAL, MEMORY_MB = 1.5, 50
FIXED_MS = 5.0
"""What an announcement may cost however few hear of it: it looks for older ones of the same entry."""


def fill(path: Path, count: int) -> None:
    """Write active subscriptions behind the store's back."""
    chance = random.Random(count)
    columns = [each.name for each in schema.subscriptions.columns]
    plain = {"kind": "private", "locale": "it", "zone": "Europe/Rome", "mode": 0, "silent": 0, "digest_at": 540}
    plain |= {"weekday": 0, "fallback": 0, "status": "active", "active": 1, "since": AT, "reason": "", "created_at": AT}

    def row(at: int) -> tuple[object, ...]:
        platform = "discord" if at % 5 == 0 else "telegram"
        own = {
            "id": at + 1,
            "place": f"{platform}:{10**9 + at}",
            "platform": platform,
            "chat": f"{platform}:{10**9 + at}",
        }
        values = plain | own
        return tuple(values.get(name) for name in columns)

    with sqlite3.connect(path) as connection:
        rows = (row(at) for at in range(count))
        marks = ",".join("?" * len(columns))
        while part := list(islice(rows, 10_000)):
            connection.executemany(f"insert into subscriptions ({','.join(columns)}) values ({marks})", part)
        picky = [
            (at + 1, topic, MODES.index(Mode.DAILY if at % 8 else Mode.INSTANT))
            for at in range(0, count, 4)
            for topic in chance.sample(TOPICS, chance.choice((1, 2, 3)))
        ]
        connection.executemany("insert into subscription_topics values (?, ?, ?)", picky)
        connection.execute("update subscriptions set mode = ? where id % 8 = 1", (MODES.index(Mode.OFF),))
    connection.close()


async def one(path: Path, how: str) -> dict[str, float]:
    """Tell everybody once: seconds, rows, and by how many megabytes the process grew."""

    async def told(connection: AsyncConnection) -> int:
        await announce(
            connection, ENTRY, revision=1, severity=Severity.NORMAL, new=True, note="", at=AT, undo_seconds=30
        )
        return (await connection.execute(text("select changes()"))).scalar_one()

    async def again(connection: AsyncConnection) -> int:
        identity = (await connection.execute(text(f"insert into alerts {ALERT} returning id"))).scalar_one()
        return (await connection.execute(text(SAME), {"next": identity})).rowcount

    for each in (path.with_name(EMPTY), path):
        store = await open_store(f"sqlite:///{each}")
        try:
            units = (await store._writing())._units
            memory, before, cpu = _peak(), perf_counter(), process_time()
            rows = await units.run_tx(told if how == "announce" else again)
            seconds, cpu, grown = perf_counter() - before, process_time() - cpu, _peak() - memory
        finally:
            await store.close()
    return {"seconds": seconds, "cpu": cpu, "rows": rows, "megabytes": grown / 1024}


def _peak() -> int:
    """The most memory this process ever had, in kB. getrusage would tell of the process that started it, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def _apart(path: Path, how: str) -> dict[str, float]:
    """`one` in a process of its own, on a copy of the store."""
    with tempfile.TemporaryDirectory(prefix="pactwatch-fanout-", dir=path.parent) as folder:
        copy = Path(folder) / "store.db"
        shutil.copy(path, copy)
        shutil.copy(path.with_name(EMPTY), copy.with_name(EMPTY))
        command = [sys.executable, "-m", "tests.bench.fanout", how, str(copy)]
        return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


async def build(path: Path, count: int) -> None:
    """A store of so many subscriptions, with the rows that a publication writes kept in a table of their own."""
    empty = path.with_name(EMPTY)
    if not empty.exists():
        await (await open_store(f"sqlite:///{empty}")).close()
        _run(empty, f"create table told as select {COLUMNS} from deliveries")
    shutil.copy(empty, path)
    _run(path, "drop table told")
    fill(path, count)
    copy = path.with_name(f"told-{count}.db")
    shutil.copy(path, copy)
    await one(copy, "announce")
    _run(path, f"create table told as select {COLUMNS} from other.deliveries order by id", other=copy)
    copy.unlink()


def _run(path: Path, sql: str, other: Path | None = None) -> None:
    connection = sqlite3.connect(path)
    connection.execute("attach ? as other", (str(other or ":memory:"),))
    connection.execute(sql)
    connection.commit()
    connection.close()


async def measure(folder: Path, sizes: tuple[int, ...] = SIZES, reps: int = 3) -> list[Row]:
    """Tell so many, and write the same rows barely, turn by turn."""
    rows: list[Row] = []
    for size in sizes:
        path = folder / f"fanout-{size}.db"
        await build(path, size)
        ours: list[dict[str, float]] = []
        bare: list[dict[str, float]] = []
        for _ in range(reps):
            ours.append(_apart(path, "announce"))
            bare.append(_apart(path, "bare"))
        path.unlink()
        written = ours[0]["rows"]
        assert {each["rows"] for each in (*ours, *bare)} == {written}
        (wall, floor), (cpu, cpu_floor) = (
            [[each[which] * 1000 for each in runs] for runs in (ours, bare)] for which in ("seconds", "cpu")
        )
        what, grown = f"{written:,.0f} deliveries made", [each["megabytes"] for each in ours]
        rows += [
            at_most(what, "ms", wall, floor, GOAL, plus=FIXED_MS),
            beside(f"{what}, processor", "ms", cpu, cpu_floor),
            Row(f"{what}, each", "µs", median(cpu) / written * 1000),
            below(f"{what}, memory grown by", "MB", max(grown), MEMORY_MB),
        ]
    return rows


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(json.dumps(asyncio.run(one(Path(sys.argv[2]), sys.argv[1]))))
    else:
        with tempfile.TemporaryDirectory(prefix="pactwatch-fanout-") as made:
            print(table(asyncio.run(measure(Path(made)))))
