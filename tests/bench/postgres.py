"""PostgreSQL: several processes on one outbox, a publication to a million, people asking beside a million queued rows.

`python -m tests.bench postgres`. A fresh million rows is what the planner knows least of: nothing is analyzed here but
what lay there long before. Each rate is also said as processor time, which other work on the machine disturbs less.
"""

# ruff: noqa: S608 – statements are put together from constants
from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, process_time, time

import psycopg

from storage import open_store
from tests.bench import asking, outbox
from tests.bench.cluster import Server, populate, running
from tests.bench.crowd import NewsDesk
from tests.bench.processes import ROOT, Child, child, first_line, product, stub
from tests.bench.report import Row, at_most, beside

PROCESSES = 4
PATIENCE = 600
GOAL = 10_000
FANOUT_GOAL = ASKED_GOAL = 1.5
COLUMNS = "subscription_id, target, deed, platform, priority, due_at"
SAME = f"insert into deliveries (alert_id, {COLUMNS}) select %(alert)s, {COLUMNS} from told"
ALERTS = """
    insert into alerts (kind, severity, created_at, due_at, expires_at, cancelled, warned, body)
    select 'alert', 'normal', 0, 0, 0, 0, 0, '{"note":""}' from generate_series(1, %(count)s) returning id"""
TOLD = f"with new as ({ALERTS}) insert into alert_entries select id, 'fact-' || id, 1 from new"
_TELEGRAM = "from deliveries where platform = 'telegram'"
IDLE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured. batches: of each process in one repetition; all of them must find enough rows.

    limits: messages a second, and subscriptions for a broadcast at that limit; of those seven in ten are told on Telegram.
    """

    subscriptions: int
    batches: int
    alerts: int
    jobs: int
    asked: asking.Sizes
    limits: tuple[tuple[int, int], ...]
    reps: int


FULL = Sizes(
    1_150_000,
    batches=300,
    alerts=100_000,
    jobs=10_000,
    asked=asking.FULL,
    limits=((30, 1_000), (1_000, 12_000)),
    reps=3,
)
QUICK = Sizes(
    55_000, batches=25, alerts=10_000, jobs=1_000, asked=asking.QUICK, limits=((30, 300), (1_000, 3_000)), reps=1
)


async def measure(folder: Path, sizes: Sizes, peer: Path) -> list[Row]:
    """All of it on one server. peer: a Python that has procrastinate; where it has not, ours stands alone."""
    with running(folder) as server:
        await populate(server, "crowd", sizes.subscriptions)
        server.make("queued", "crowd")
        queued = await publish(server, "queued")
        rows = await _sizes(server, queued, sizes)
        rows += await fan_out(server, queued, sizes.reps)
        rows += await _asked(server, folder, queued, sizes)
        rows += await _memory(server, folder)
        rows += await _served(server, folder, sizes)
        rows += await _claims(server, folder, sizes, await _peer(server, folder, peer, sizes.jobs))
    return rows


async def publish(server: Server, name: str) -> dict[str, float]:
    """Tell everybody of a new fact, by the way of every publication: how long it took, what of, and its rows."""
    store = await open_store(server.url(name))
    try:
        await store.warm_up()
        server.run("checkpoint")
        written, used, own = server.written(), server.cpu(), process_time()
        due = await NewsDesk(Path(), store).publish()
        seconds = monotonic() - due
    finally:
        await store.close()
    cpu, log = server.cpu() - used + process_time() - own, server.written() - written
    rows = server.run("select count(*) from deliveries", name)[0][0]
    return {"seconds": seconds, "cpu": cpu, "rows": rows, "written": log}


# What it takes on the disk


async def _sizes(server: Server, queued: dict[str, float], sizes: Sizes) -> list[Row]:
    count = sizes.subscriptions
    server.make("sized", "crowd")
    before = server.size("sized", "alerts", "alert_entries")
    server.run(TOLD, "sized", count=sizes.alerts)
    alerts = server.size("sized", "alerts", "alert_entries") - before
    server.drop("sized")
    subscribed = server.size("queued", "subscriptions", "subscription_topics")
    return [
        Row(f"a subscription with its topics and indices ({count:,})", "bytes", subscribed / count),
        Row("a queued delivery with its indices", "bytes", server.size("queued", "deliveries") / queued["rows"]),
        Row("an alert about one entry, with its indices", "bytes", alerts / sizes.alerts),
    ]


# Telling everybody


async def fan_out(server: Server, queued: dict[str, float], reps: int) -> list[Row]:
    """A publication beside a bare `INSERT … SELECT` of the same rows, turn by turn."""
    _copy(server, f"select {COLUMNS} from deliveries order by id", "queued", "told", "crowd")
    ours: list[dict[str, float]] = []
    bare: list[dict[str, float]] = []
    for _ in range(reps):
        for runs in (ours, bare):
            server.make("run", "crowd")
            runs.append(await publish(server, "run") if runs is ours else _barely(server))
            server.drop("run")
    (wall, floor), (cpu, cpu_floor) = (
        [[each[which] * 1000 for each in runs] for runs in (ours, bare)] for which in ("seconds", "cpu")
    )
    assert {each["rows"] for each in (*ours, *bare)} == {queued["rows"]}
    what = f"{queued['rows']:,} deliveries made by a publication"
    logs = [median(each["written"] for each in runs) / queued["rows"] for runs in (ours, bare)]
    return [
        at_most(what, "ms", wall, floor, FANOUT_GOAL),
        beside(f"{what}, processor", "ms", cpu, cpu_floor),
        Row(f"{what}, processor, each", "µs", median(cpu) * 1000 / queued["rows"]),
        Row(f"{what}, log written, each", "bytes", logs[0], logs[1]),
    ]


def _copy(server: Server, query: str, source: str, table: str, target: str) -> None:
    """Keep the rows of a query in a table of another database."""
    kinds = "subscription_id bigint, target bigint, deed text, platform text, priority integer, due_at bigint"
    with psycopg.connect(server.url(source)) as old, psycopg.connect(server.url(target)) as new:
        new.execute(f"create table {table} ({kinds})")
        with (
            old.cursor().copy(f"copy ({query}) to stdout") as rows,
            new.cursor().copy(f"copy {table} from stdin") as copied,
        ):
            for part in rows:
                copied.write(part)
    server.run("vacuum analyze", target)


def _barely(server: Server) -> dict[str, float]:
    with psycopg.connect(server.url("run")) as connection:
        server.run("checkpoint")
        written, used, began = server.written(), server.cpu(), perf_counter()
        alert = connection.execute(ALERTS, {"count": 1}).fetchone()
        assert alert is not None
        rows = connection.execute(SAME, {"alert": alert[0]}).rowcount
        connection.commit()
        seconds = perf_counter() - began
        return {
            "seconds": seconds, "cpu": server.cpu() - used, "rows": rows, "written": server.written() - written,
        }  # fmt: skip


# People who ask


SENDERS = {"idle": "", "still": "nobody sends", "apart": "another process sends", "here": "its own process sends"}
"""Who sends while somebody asks; nothing is queued where it is idle."""


async def _asked(server: Server, folder: Path, queued: dict[str, float], sizes: Sizes) -> list[Row]:
    """Commands with nothing to send and with a million to send, in short turns: the machine may have other work meanwhile."""
    server.make("idle", "crowd")
    found: dict[str, list[dict[str, list[float]]]] = {who: [] for who in SENDERS}
    for _ in range(sizes.asked.turns):
        for who, runs in found.items():
            name = "idle" if who == "idle" else "queued"
            async with AsyncExitStack() as stack:
                if who == "apart":
                    sender, log = await _asking(stack, server, folder, "send", name, sizes)
                    await first_line(sender, log)
                started, log = await _asking(stack, server, folder, "both" if who == "here" else "ask", name, sizes)
                runs.append(json.loads(await first_line(started, log, PATIENCE)))
    rows = []
    for command in asking.COMMANDS:
        for who, said in list(SENDERS.items())[1:]:
            (p50, usual), (p95, floor) = (
                [[each[command][at] for each in found[which]] for which in (who, "idle")] for at in (0, 1)
            )
            what, note = (
                f"{command}, {queued['rows']:,} queued, {said}, p95",
                f"p50 {median(p50):.3g} / {median(usual):.3g}",
            )
            if who == "here":  # what a process has to do beside answering is its operator's choice
                rows.append(beside(what, "ms", p95, floor, note))
            else:
                rows.append(at_most(what, "ms", p95, floor, ASKED_GOAL, note=note))
    return rows


async def _asking(
    stack: AsyncExitStack, server: Server, folder: Path, part: str, name: str, sizes: Sizes
) -> tuple[Child, Path]:
    log = folder / f"asking-{part}-{name}.log"
    given = ("-m", "tests.bench.asking", part, server.url(name), str(sizes.asked.each), str(sizes.asked.apart))
    return await stack.enter_async_context(child(None, *given, folder=folder, log=log)), log


# The service


async def _served(server: Server, folder: Path, sizes: Sizes) -> list[Row]:
    """The whole service at Telegram's limits: how much of them it uses, and what a message takes of the processor."""
    rows = []
    for limit, chats in sizes.limits:
        name = f"at{limit}"
        await populate(server, name, chats, first=0)
        store = await open_store(server.url(name))
        rate = {"DATABASE_URL": server.url(name), "TELEGRAM_MESSAGES_PER_SECOND": str(limit)}
        try:
            async with (
                stub("telegram", folder) as served,
                product(folder / f"{name}.db", telegram=served, **rate) as bot,
            ):
                desk = NewsDesk(Path(), store)
                await desk.publish()
                await _settled(server, name)
                told = server.run(f"select count(*) {_TELEGRAM}", name)[0][0]
                await served.ask("expect", count=told, limit=limit)
                used, own, written = server.cpu(), bot.child.cpu(), server.written()
                await desk.publish()
                got = await served.ask("posts", seconds=PATIENCE)
                await _settled(server, name)
                used, own, written = server.cpu() - used, bot.child.cpu() - own, server.written() - written
        finally:
            await store.close()
        assert (got["chats"], got["most"], got["refused"]) == (told, 1, 0)
        what = f"Telegram broadcast to {told:,} at {limit:,}/s"
        rows += [
            Row(f"{what}, share used", "of 1", got["rate"] / limit),
            Row(
                f"{what}, processor of the service, beside the server's", "µs each", own / told * 1e6, used / told * 1e6
            ),
            Row(f"{what}, log written", "bytes each", written / told),
        ]
    return rows


async def _settled(server: Server, name: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while server.run(f"select 1 {_TELEGRAM} and open = 1 limit 1", name):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.1)


async def _memory(server: Server, folder: Path) -> list[Row]:
    """The service with one platform, once it has come to rest, and what it grows by when it has a million to send."""
    found = []
    for name in ("idle", "queued"):
        async with (
            stub("telegram", folder) as served,
            product(folder / f"{name}.db", telegram=served, DATABASE_URL=server.url(name)) as bot,
        ):
            await asyncio.sleep(IDLE_SECONDS)
            found.append(bot.child.memory())
    return [Row("memory of a process: sending from a full queue, beside idle", "MB", found[1], found[0])]


# Sending


async def _claims(server: Server, folder: Path, sizes: Sizes, peer: dict[str, float]) -> list[Row]:
    """Sending without anything being sent, by several processes and by one, beside procrastinate."""
    before = server.size("queued", "deliveries")
    several = [await claim(server, folder, PROCESSES, sizes.batches) for _ in range(sizes.reps)]
    alone = await claim(server, folder, 1, sizes.batches // 3 or 1)
    settled = server.run("select count(*) from deliveries where open = 0", "queued")[0][0]
    grown = (server.size("queued", "deliveries") - before) / settled
    server.run("vacuum full deliveries", "queued")
    packed = server.size("queued", "deliveries") / server.run("select count(*) from deliveries", "queued")[0][0]
    rate = median(each["rate"] for each in several)
    what = f"claim, start, settle by {outbox.BATCH}, {PROCESSES} processes"
    note = "floor: procrastinate's jobs" if peer else "procrastinate is not there"
    return [
        Row(what, "rows/s", rate, peer.get("jobs"), f">= {GOAL:,}", rate >= GOAL, note),
        Row("the same, one process", "rows/s", alone["rate"]),
        Row(
            f"{what}, processor of the server",
            "µs each",
            median(each["server"] for each in several),
            peer.get("server"),
        ),
        Row(
            f"{what}, processor of the processes",
            "µs each",
            median(each["client"] for each in several),
            peer.get("client"),
        ),
        Row(f"{what}, log written", "bytes each", median(each["written"] for each in several), peer.get("written")),
        Row("a delivery grows, until it is settled, by", "bytes", grown),
        Row("a settled delivery with its indices, nothing between them", "bytes", packed),
        *(
            [Row("procrastinate defers: one by one, beside all at once", "jobs/s", peer["singly"], peer["at_once"])]
            if peer
            else []
        ),
    ]


async def claim(server: Server, folder: Path, processes: int, batches: int) -> dict[str, float]:
    """Deliveries a second through claims, starts and settlements, and what each of them takes."""
    arguments = ("-m", "tests.bench.postgres", server.url("queued"), str(batches))
    return await _race(server, folder, processes, batches * outbox.BATCH * processes, *arguments)


async def _race(
    server: Server, folder: Path, processes: int, rows: int, *arguments: str, python: str = sys.executable
) -> dict[str, float]:
    """Start processes, have them begin at one moment, and wait for what each says at its end: its processor seconds."""
    log = folder / "race.log"
    async with AsyncExitStack() as stack:
        runners = [
            await stack.enter_async_context(child(None, *arguments, folder=folder, log=log, python=python))
            for _ in range(processes)
        ]
        for each in runners:
            await first_line(each, log)
        server.run("checkpoint")
        written, used, began = server.written(), server.cpu(), perf_counter()
        for each in runners:
            each.nudge()
        own = [float(await first_line(each, log, PATIENCE)) for each in runners]
        seconds = perf_counter() - began
        return {
            "rate": rows / seconds,
            "server": (server.cpu() - used) / rows * 1e6,
            "client": sum(own) / rows * 1e6,
            "written": (server.written() - written) / rows,
        }


async def _peer(server: Server, folder: Path, python: Path, jobs: int) -> dict[str, float]:
    """The rates of procrastinate with as many workers; empty where it is not installed."""
    script, log = str(ROOT / "tests" / "bench" / "peer.py"), folder / "peer.log"
    if not python.exists():
        print(f"procrastinate is not installed in {python}: measured without it", file=sys.stderr)
        return {}
    url = server.make("peer")
    async with child(None, script, "defer", url, str(jobs), folder=folder, log=log, python=str(python)) as started:
        deferred = json.loads(await first_line(started, log, PATIENCE))
    found = await _race(server, folder, PROCESSES, jobs, script, "work", url, python=str(python))
    return deferred | found | {"jobs": found["rate"]}


async def _work(url: str, batches: int) -> None:
    """One of the processes that `_claim` starts."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, told.set)
    store = await open_store(url)
    try:
        owner, now = str(os.getpid()), int(time() * 1000)
        await outbox.through(store, 1, owner, now)
        print("up", flush=True)
        await told.wait()
        began = process_time()
        await outbox.through(store, batches, owner, now)
        print(process_time() - began, flush=True)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1], int(sys.argv[2])))
