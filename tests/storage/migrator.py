"""A process whose children bring a database up to date and die at one boundary of the way, a line each.

See `tests.acceptance.boundaries`; boundary 0 is never reached.
"""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module

from storage import SqlStore, _connect
from tests.acceptance.boundaries import serve_children, survived, watch


async def _migrate(line: str) -> None:
    store = SqlStore(await _connect(sys.argv[1]))
    passed = await watch(store, int(line))
    await store.prepare()
    survived(passed)
    await store.close()


if __name__ == "__main__":
    for each in ("alembic.command", "alembic.autogenerate", "storage.migrations"):
        import_module(each)
    serve_children(_migrate, asyncio.new_event_loop)
