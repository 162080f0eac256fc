"""Look-ups and searches of the store beside the same statements in plain, synchronous sqlite3.

And whether the event loop is held up by searches and imports.

`python -m tests.bench.searches '{"stores": {"1000": "/path.db"}, "reps": 3}'` measures, in a process of its own so
that it can be bound to a core, and prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bot.core.times import SystemClock, stamp
from storage import SqlStore, open_store
from storage.dialects.sqlite import SYNTAX
from storage.dossier import read_dossier, shipped_dossier
from storage.entries import BY_KEY, COLUMNS
from storage.search.analyzer import Analyzer
from storage.search.ranking import statement
from tests.bench.processes import ROOT, child, first_line
from tests.bench.report import Row, at_most, below, beside
from tests.bench.stores import COMMON, MIDDLING, OTHER_COMMON, made_up, rare_words, vocabulary
from tests.bench.wire import percentile

LIMIT = 8
LOCALE = "it"
TIMES, PLUS = 1.2, 0.25
COMMON_MS, LAG_MS = 50, 20
TICK = 0.001
CACHE = -8_000
"""Kilobytes of pages that a connection keeps, as the store's do: the client is measured and not the cache."""
SEARCHERS, SEARCH_SECONDS = 4, 2.0
IMPORTED = 5_000
PLAIN = (
    f"select {COLUMNS} from search_index join entries e on e.id = search_index.rowid "  # noqa: S608 - a constant
    "where search_index match ? order by bm25(search_index) limit 9"
)


@dataclass(frozen=True, slots=True)
class Probe:
    """A kind of query and how often it is made in a repetition."""

    name: str
    times: int
    query: Callable[[random.Random, int], str]
    by_key: bool = False
    common: bool = False


def _two(chance: random.Random, _size: int) -> str:
    return " ".join(chance.sample(vocabulary(LOCALE)[MIDDLING], 2))


PROBES = (
    Probe("entry by key", 1_000, lambda chance, size: f"made-up-{chance.randrange(size)}", by_key=True),
    Probe("rare word", 300, lambda chance, _: chance.choice(rare_words())),
    Probe("two words", 200, _two),
    Probe("common word", 60, lambda _chance, _size: COMMON, common=True),
    Probe("two common words that never meet", 30, lambda _chance, _size: f"{COMMON} {OTHER_COMMON}", common=True),
)


async def measure(folder: Path, stores: Mapping[int, Path], *, reps: int) -> list[Row]:
    """Measure each store in a process on the bots' core."""
    log = folder / "searches.log"
    asked = json.dumps({"stores": {str(size): str(path) for size, path in stores.items()}, "reps": reps})
    async with child(0, "-m", "tests.bench.searches", asked, folder=ROOT, log=log) as started:
        return [Row(**each) for each in json.loads(await first_line(started, log, seconds=900))]


async def _store_rows(path: Path, size: int, reps: int) -> list[Row]:
    _read_through(path)
    store = await open_store(f"sqlite:///{path}")
    plain = sqlite3.connect(path)
    plain.execute(f"pragma cache_size = {CACHE}")
    try:
        rows = []
        for probe in PROBES:
            rows += await _probe(store, plain, probe, size, reps)
        rows.append(await _lag_of_searching(store, size, reps))
        return rows
    finally:
        plain.close()
        await store.close()


def _read_through(path: Path) -> None:
    """Bring the file into the system's memory, or whoever asks first pays for the disk."""
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass


async def _probe(store: SqlStore, plain: sqlite3.Connection, probe: Probe, size: int, reps: int) -> list[Row]:
    chance = random.Random(probe.name)
    analyzer = Analyzer()
    ours, floor, simple = [], [], []
    for rep in range(-1, reps):  # the first one warms up
        queries = [probe.query(chance, size) for _ in range(max(5, probe.times if rep >= 0 else probe.times // 10))]
        statements = [_statement(analyzer, probe, query) for query in queries]
        # Who goes second finds more in the processor's caches, so they take turns.
        theirs = _floor(plain, statements) if rep % 2 else []
        mine = await _ours(store, probe, queries)
        theirs = theirs or _floor(plain, statements)
        bm25 = [] if probe.by_key else _floor(plain, [_plain(analyzer, query) for query in queries[:20]])
        if rep >= 0:
            ours.append(mine)
            floor.append(theirs)
            simple.append(bm25)
    named = f"{size:,}: {probe.name}"
    rows = [
        at_most(f"{named}, p50", "ms", *_part(0.50, ours, floor), TIMES, PLUS),
        at_most(f"{named}, p99", "ms", *_part(0.99, ours, floor), TIMES, PLUS),
    ]
    if probe.common:
        p99 = median(_part(0.99, ours, floor)[0])
        rows.append(below(f"{named}, p99 at most", "ms", p99, COMMON_MS))
    if not probe.by_key:
        rows.append(beside(f"{named}, p50, bm25 of all hits", "ms", *_part(0.50, ours, simple)))
    return rows


def _part(part: float, *series: list[list[float]]) -> list[list[float]]:
    return [[percentile(sorted(each), part) for each in one] for one in series]


async def _ours(store: SqlStore, probe: Probe, queries: list[str]) -> list[float]:
    took = []
    for query in queries:
        began = time.perf_counter()
        if probe.by_key:
            await store.entry(query)
        else:
            await store.search(query, LOCALE, offset=0, limit=LIMIT)
        took.append((time.perf_counter() - began) * 1000)
    return took


def _floor(plain: sqlite3.Connection, statements: list[tuple[str, Any]]) -> list[float]:
    took = []
    for sql, params in statements:
        began = time.perf_counter()
        plain.execute(sql, params).fetchall()
        took.append((time.perf_counter() - began) * 1000)
    return took


def _statement(analyzer: Analyzer, probe: Probe, query: str) -> tuple[str, Any]:
    """The very statement the store runs for it."""
    if probe.by_key:
        return BY_KEY, {"key": query}
    sql, params = statement(analyzer.query(query), SYNTAX)
    return sql, {**params, "offset": 0, "limit": LIMIT + 1}


def _plain(analyzer: Analyzer, query: str) -> tuple[str, Any]:
    """FTS5's own ranking over every entry that holds one of the words."""
    terms = analyzer.query(query).terms
    return PLAIN, (" OR ".join(f'"{word}"' for term in terms for word in term.words),)


async def _lag(work: Awaitable[object]) -> float:
    """The longest our own work kept the event loop from a timer while `work` went on, in milliseconds.

    Time in which the processor was with other programs does not count, so a busy machine blames nobody.
    """
    worst = 0.0
    task = asyncio.ensure_future(work)
    while not task.done():
        began, used = time.perf_counter(), time.process_time()
        await asyncio.sleep(TICK)
        worst = max(worst, min(time.perf_counter() - began - TICK, time.process_time() - used))
    await task
    return worst * 1000


async def _lag_of_searching(store: SqlStore, size: int, reps: int) -> Row:
    chance = random.Random("lag")
    queries = [probe.query(chance, size) for _ in range(500) for probe in PROBES if not probe.by_key]

    async def search() -> None:
        until = time.monotonic() + SEARCH_SECONDS
        while time.monotonic() < until:
            await store.search(chance.choice(queries), LOCALE, offset=0, limit=LIMIT)

    worst = [await _lag(asyncio.gather(*(search() for _ in range(SEARCHERS)))) for _ in range(reps)]
    idle = [await _lag(asyncio.sleep(SEARCH_SECONDS)) for _ in range(reps)]
    row = below(f"{size:,}: event loop held up by searches", "ms", median(worst), LAG_MS)
    return replace(row, floor=median(idle), note=f"worst {max(worst):.0f}; floor: the idle loop")


async def _lag_of_importing(reps: int) -> list[Row]:
    dossier, faults = read_dossier(shipped_dossier())
    assert dossier is not None, faults
    sources, topics = tuple(each.id for each in dossier.sources), tuple(each.id for each in dossier.topics)
    large = replace(dossier, entries=(*dossier.entries, *made_up(IMPORTED, sources, topics)))
    rows = []
    for what, taken in (("the shipped dossier", dossier), (f"{IMPORTED:,} entries more", large)):
        worst, took = [], []
        for store in islice(count(), reps):
            with TemporaryDirectory() as folder:
                worst_ms, seconds = await _import(Path(folder) / f"{store}.db", taken)
            worst.append(worst_ms)
            took.append(seconds)
        held = below(f"event loop held up by importing {what}", "ms", median(worst), LAG_MS)
        rows += [replace(held, note=f"worst {max(worst):.0f}"), Row(f"importing {what}", "s", median(took))]
    return rows


async def _import(path: Path, dossier: Any) -> tuple[float, float]:
    store = await open_store(f"sqlite:///{path}")
    try:
        began = time.perf_counter()
        work = store.import_dossier(
            dossier, at=stamp(SystemClock().now()), author="dossier", progress=lambda _done, _total: None
        )
        worst = await _lag(work)
        return worst, time.perf_counter() - began
    finally:
        await store.close()


async def _all(asked: dict[str, Any]) -> Iterator[Row]:
    rows: list[Row] = []
    for size, path in asked["stores"].items():
        rows += await _store_rows(Path(path), int(size), asked["reps"])
    return iter(rows + await _lag_of_importing(asked["reps"]))


def main() -> None:
    """Measure what the argument names."""
    rows = asyncio.run(_all(json.loads(sys.argv[1])))
    fields = Row.__dataclass_fields__
    print(json.dumps([{name: getattr(row, name) for name in fields} for row in rows]))


if __name__ == "__main__":
    main()
