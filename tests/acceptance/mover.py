"""A process whose children move a store and die at one boundary of the way, a line each.

See `tests.acceptance.boundaries`; boundary 0 is never reached, and -1 is the first one from where sending goes over.
Arguments: the addresses of both databases.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.core.deliveries import milliseconds
from bot.core.times import SystemClock
from storage import open_store
from storage.moving import Manner, Move
from tests.acceptance.boundaries import AFTER_COMMIT, serve_children, survived

HANDING_OVER = "before keep_mode"
AFTER_RELEASE = "after release"
STEPS = ("begin", "keep_mode", "clear", "write", "release", "_run")


async def _move(line: str) -> None:
    source, target = sys.argv[1:]
    store = await open_store(source)
    now = SystemClock()
    path = Path(source.removeprefix("sqlite:///"))
    move = Move(store, path, target, lambda: milliseconds(now.now()), Manner(calm=0))
    passed: list[str] = []

    def pass_(what: str) -> None:
        passed.append(" ".join(what.split()))
        since = passed.index(HANDING_OVER) if HANDING_OVER in passed else len(passed)
        if int(line) in (len(passed), since - len(passed)):
            print(f"killed {passed[-1]}", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    def around(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*arguments: Any) -> Any:
            # What comes after it is before the next one.
            pass_(f"before {name} {arguments[0]}" if name in ("clear", "write", "_run") else f"before {name}")
            done = step(*arguments)
            if name == "release":
                pass_(AFTER_RELEASE)
            return done

        return stepped

    for name in STEPS:
        setattr(move._target, name, around(name, getattr(move._target, name)))
    event.listen(move._units._threaded, "commit", lambda _connection: pass_("before commit"))
    event.listen(move._units._threaded, "checkin", lambda _connection, _record: pass_(AFTER_COMMIT))
    await move.begin()
    await move.copy(lambda _done, _all: None)
    await move.finish(lambda _done, _all: None)
    survived(passed)
    await move.close()
    await store.close()


if __name__ == "__main__":
    for each in ("alembic.command", "alembic.autogenerate", "storage.migrations"):
        import_module(each)
    serve_children(_move, asyncio.new_event_loop)
