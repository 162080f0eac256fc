"""The UTC ticker, the only use of apscheduler. It decides nothing and holds no state: the store does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.core.errors import StoreError

log = logging.getLogger(__name__)

STOP_SECONDS = 3

Job = Callable[[], Awaitable[object]]


class Ticker:
    """Calls each job every so many seconds, never twice at once."""

    def __init__(self) -> None:
        # A tick missed while the loop was busy must still happen: the default drops it after one second.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        # A tick that finds the one before still at work is left out on purpose, which the library warns of each time.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._running: set[asyncio.Task[None] | None] = set()
        self._troubled: set[Job] = set()

    def every(self, seconds: float, job: Job) -> None:
        """Call `job` every `seconds`; what it raises is logged and does not stop the next call."""

        async def run() -> None:
            task = asyncio.current_task()
            self._running.add(task)
            try:
                await job()
            except StoreError as error:
                # Said once: while a database is away, ten jobs a second find that out.
                level = logging.DEBUG if job in self._troubled else logging.WARNING
                log.log(level, "a timed job has to wait for the database: %s", error.key)
                self._troubled.add(job)
            except Exception:
                log.exception("a timed job failed")
            else:
                self._troubled.discard(job)
            finally:
                self._running.discard(task)

        self._scheduler.add_job(run, IntervalTrigger(seconds=seconds, timezone=UTC))

    def start(self) -> None:
        """Begin ticking in the running loop."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop ticking and let what runs come to its end: the library's own shutdown would cancel it in mid-write."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        if running := {task for task in self._running if task is not None}:
            await asyncio.wait(running, timeout=STOP_SECONDS)
        self._scheduler.shutdown(wait=False)
