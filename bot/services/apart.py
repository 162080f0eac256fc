"""Blocking calls that may never come back, in threads that hold up neither others nor the end of the process."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def apart(work: Callable[..., T], *args: Any) -> asyncio.Future[T]:
    """What a call returns or raises, from a thread of its own.

    Not `asyncio.to_thread`: one that hangs would keep its place in the pool that everything else shares, and the
    interpreter waits for the pool at its end. Raises RuntimeError where no thread can be begun.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(settle: Callable[[Any], None], what: object) -> None:
        def settled() -> None:
            if not future.done():
                settle(what)

        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settled)

    def run() -> None:
        try:
            found = work(*args)
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            tell(future.set_exception, error)
        else:
            tell(future.set_result, found)

    threading.Thread(target=run, name="apart", daemon=True).start()
    return future
