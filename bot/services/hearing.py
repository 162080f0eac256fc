"""What this process does about news: that something in the database changed, through it or through another one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.core.errors import StoreError
from bot.core.leases import News

log = logging.getLogger(__name__)


class Hearing:
    """Passes news on. Word of a change may be lost: whatever is done about it, the clock does as well."""

    def __init__(self) -> None:
        self._acts: dict[News, list[Callable[[], None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def on(self, news: News, act: Callable[[], None]) -> None:
        """Call `act` with this news: at once, so it must be quick."""
        self._acts.setdefault(news, []).append(act)

    def soon(self, news: News, job: Callable[[], Awaitable[object]]) -> None:
        """Run `job` in the background with this news; once for all that is heard before it begins."""
        wanted = False
        running: asyncio.Task[None] | None = None

        async def run() -> None:
            nonlocal wanted
            while wanted:
                wanted = False
                try:
                    await job()
                except StoreError as error:
                    log.debug("what is new is taken up a moment later: %s", error.key)
                except Exception:
                    log.exception("what is new could not be taken up")

        def act() -> None:
            nonlocal wanted, running
            wanted = True
            if running is None or running.done():
                running = asyncio.create_task(run())
                self._tasks.add(running)
                running.add_done_callback(self._tasks.discard)

        self.on(news, act)

    def told(self, news: News) -> None:
        """Something changed. Raises nothing."""
        for act in self._acts.get(news, ()):
            act()

    async def close(self) -> None:
        """Leave off."""
        self._acts.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
