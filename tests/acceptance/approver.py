"""A process whose children approve a proposal and die at one boundary of the way: `<proposal> <boundary>`, a line each.

See `boundaries`; boundary 0 is never reached.
"""

from __future__ import annotations

import asyncio
import sys

from storage import open_store
from tests.acceptance.boundaries import serve_children, survived, watch
from tests.newsroom import join

EDITOR = "2"


async def _approve(line: str) -> None:
    proposal, boundary = map(int, line.split())
    store = await open_store(sys.argv[1])
    editor = await join(store, EDITOR)
    wanted = await store.proposal(proposal)
    assert wanted is not None
    await store.warm_up()
    passed = await watch(store, boundary)
    await editor.approve(wanted)
    survived(passed)
    await store.close()


if __name__ == "__main__":
    serve_children(_approve, asyncio.new_event_loop)
