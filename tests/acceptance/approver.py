"""A process whose children approve a proposal and kill themselves at one boundary of the way.

A boundary is the moment before or after a statement, before the commit or after it. Each line on standard input,
`<proposal> <boundary>`, is one child: forked once everything is loaded, because loading takes longer than the rest.
The answer is what happened: `killed before commit`, or `survived 81` boundaries; boundary 0 is never reached.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module

from sqlalchemy import event

from storage import SqlStore, open_store
from tests.newsroom import join

EDITOR = "2"
LOADED = ("storage.writer", "storage.search.analyzer", "sqlalchemy.dialects.sqlite", "storage.dialects.postgres")
"""What a store loads when it is first wanted, here loaded before the first fork."""


def main() -> None:
    for name in LOADED:
        import_module(name)
    for line in sys.stdin:
        proposal, boundary = map(int, line.split())
        child = os.fork()
        if child == 0:
            asyncio.run(_approve(sys.argv[1], proposal, boundary))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            print(f"failed {os.WEXITSTATUS(status)}", flush=True)


async def _approve(url: str, proposal: int, boundary: int) -> None:
    store = await open_store(url)
    editor = await join(store, EDITOR)
    wanted = await store.proposal(proposal)
    assert wanted is not None
    await store.warm_up()
    reached = await _watch(store, boundary)
    await editor.approve(wanted)
    print(f"survived {reached()}", flush=True)
    await store.close()


async def _watch(store: SqlStore, boundary: int) -> Callable[[], int]:
    """Count the boundaries from here on, and end this process at one of them."""
    engine = (await store._writing())._units.engine.sync_engine
    count = 0

    def pass_(what: str) -> None:
        nonlocal count
        count += 1
        if count == boundary:
            print(f"killed {what}", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(moment: str) -> Callable[..., None]:
        return lambda _connection, _cursor, text, *_: pass_(f"{moment} {' '.join(text.split())}")

    event.listen(engine, "before_cursor_execute", statement("before"))
    event.listen(engine, "after_cursor_execute", statement("after"))
    event.listen(engine, "commit", lambda _connection: pass_("before commit"))
    # The connection goes back to its pool right after the commit and nothing else.
    event.listen(engine, "checkin", lambda _connection, _record: pass_("after commit"))
    return lambda: count


if __name__ == "__main__":
    main()
