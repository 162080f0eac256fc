"""How long a start takes, and what the idle service holds in memory; both beside the mere import of the libraries."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from tests.bench.processes import ROOT, child, first_line, product, settings, stub
from tests.bench.report import Row, at_most, beside

MIN_STARTS = 5
SETTLE_SECONDS = 3.0
PLATFORMS = "import telegram.ext, discord"
EVERYTHING = f"{PLATFORMS}, sqlalchemy.ext.asyncio, apscheduler.schedulers.asyncio, aiosqlite"
_TELL_TIME = "; import time; print(time.monotonic())"
_TELL_SIZE = "; print(open('/proc/self/status').read().partition('VmRSS:')[2].split()[0])"


async def start(folder: Path, database: Path, *, reps: int) -> list[Row]:
    """From the start of the process to its first poll, both platforms on and the database there; turn by turn."""
    ours, imports, empty = [], [], []
    await _first_poll(folder, database)  # whatever is compiled or migrated once
    for _ in range(reps):
        ours.append(await _first_poll(folder, database))
        imports.append(await _imported(folder, PLATFORMS))
        empty.append(await _imported(folder, "pass"))
    return [
        at_most("start to first poll, against the imports", "s", ours, imports, 2, note=f"best {min(ours):.2f} s"),
        beside("start to first poll, against bare Python", "s", ours, empty),
    ]


async def _first_poll(folder: Path, database: Path) -> float:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(stub("telegram", folder))
        discord = await stack.enter_async_context(stub("discord", folder))
        given = settings(database, telegram=telegram, discord=discord)
        log = folder / "start.log"
        started = await stack.enter_async_context(child(0, "-m", "bot", "run", folder=folder, log=log, **given))
        return (await telegram.ask("polled"))["at"] - started.began


async def _imported(folder: Path, code: str) -> float:
    log = folder / "imports.log"
    async with child(0, "-c", code + _TELL_TIME, folder=ROOT, log=log) as started:
        return float(await first_line(started, log)) - started.began


async def memory(folder: Path, database: Path) -> list[Row]:
    """Resident memory of the idle service with both platforms on."""
    log = folder / "imports.log"
    async with child(0, "-c", EVERYTHING + _TELL_SIZE, folder=ROOT, log=log) as started:
        imports = int(await first_line(started, log)) / 1024
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(stub("telegram", folder))
        discord = await stack.enter_async_context(stub("discord", folder))
        bot = await stack.enter_async_context(product(database, telegram=telegram, discord=discord))
        await asyncio.sleep(SETTLE_SECONDS)
        idle = bot.child.memory()
    return [at_most("memory of the idle service", "MB", [idle], [imports], 1.6)]
