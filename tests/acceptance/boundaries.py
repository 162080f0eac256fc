"""Processes that die at one boundary of their way through the store.

A boundary is the moment before or after a statement, before the commit or after it. Each line on standard input of
such a process is one child: forked once everything is loaded, because loading takes longer than the rest. The answer is
what happened: `killed before commit`, or `survived` and the boundaries it passed, parted by tabs.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import event

from storage import SqlStore

ROOT = Path(__file__).parents[2]
LOADED = (
    "storage.writer",
    "storage.search.analyzer",
    "storage.dialects.sqlite",
    "storage.dialects.postgres",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "sqlalchemy.dialects.postgresql.psycopg",
)
"""What a store loads when it is first wanted, here loaded before the first fork."""
AFTER_COMMIT = "after commit"


def serve_children(live: Callable[[str], Awaitable[None]], loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Fork a child for each line; `live` is given the line, and says by `survived` that it came to its end."""
    for name in LOADED:
        import_module(name)
    gc.collect()
    gc.freeze()  # else the first collection of each child copies all there is
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            with asyncio.Runner(loop_factory=loop) as runner:
                runner.run(live(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            print(f"failed {os.WEXITSTATUS(status)}", flush=True)


def survived(passed: list[str], *more: str) -> None:
    """Say that a child came to its end, and what it passed."""
    print("\t".join(["survived", *more, *passed]), flush=True)


async def watch(store: SqlStore, boundary: int) -> list[str]:
    """List the boundaries that are passed from here on, and end this process at one of them; at none for 0."""
    units = (await store._writing())._units
    passed: list[str] = []

    def pass_(what: str) -> None:
        passed.append(what)
        if len(passed) == boundary:
            print(f"killed {what}", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(moment: str) -> Callable[..., None]:
        return lambda _connection, _cursor, text, *_: pass_(f"{moment} {' '.join(text.split())}")

    for engine in filter(None, (units.engine.sync_engine, units._threaded)):
        event.listen(engine, "before_cursor_execute", statement("before"))
        event.listen(engine, "after_cursor_execute", statement("after"))
        event.listen(engine, "commit", lambda _connection: pass_("before commit"))
        # The connection goes back to its pool right after the commit and nothing else.
        event.listen(engine, "checkin", lambda _connection, _record: pass_(AFTER_COMMIT))
    return passed


@dataclass(frozen=True)
class Told:
    """What became of a child. killed: the boundary, None where it survived; passed: then the ones it passed."""

    killed: str | None
    passed: list[str]


class Mother:
    """A process that has such children."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def live(self, line: str) -> Told:
        """Have one child live by this line; AssertionError where it failed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n".encode())
        answer = (await self._process.stdout.readline()).decode().strip()
        what, _, rest = answer.partition(" ") if answer.startswith("killed") else answer.partition("\t")
        assert what in ("killed", "survived"), f"{line}: {answer}"
        return Told(rest, []) if what == "killed" else Told(None, rest.split("\t"))


@asynccontextmanager
async def mother(module: str, *arguments: str) -> AsyncIterator[Mother]:
    """Run `python -m module arguments…`, which calls `serve_children`."""
    process: Any = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    try:
        yield Mother(process)
    finally:
        process.stdin.close()
        await process.wait()
        process._transport.close()  # asyncio offers no public way
