"""The UTC ticker, the only use of apscheduler. It decides nothing and holds no state: the store does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.core.errors import StoreError

log = logging.getLogger(__name__)

STOP_SECONDS = 3
LOOK_SECONDS = 1.0

Job = Callable[[], Awaitable[object]]


class _Every(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """So many seconds after the last time, or after now where the clock has leapt past that.

    The library's own trigger works out every time in between: when a clock leaps by ten years it holds the event loop
    until it is killed.
    """

    def __init__(self, seconds: float) -> None:
        self._step = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """See `BaseTrigger`."""
        following = now if previous_fire_time is None else previous_fire_time
        following += self._step
        return following if following > now else now + self._step


class Ticker:
    """Calls each job every so many seconds, never twice at once, whatever the clock of the machine does."""

    def __init__(self) -> None:
        # A tick missed while the loop was busy must still happen: the default drops it after one second.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        # A tick that finds the one before still at work is left out on purpose, which the library warns of each time.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._running: set[asyncio.Task[None] | None] = set()
        self._troubled: set[Job] = set()
        self._keeping: asyncio.Task[None] | None = None

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

        self._scheduler.add_job(run, _Every(seconds))

    def start(self) -> None:
        """Begin ticking in the running loop."""
        self._scheduler.start()
        self._keeping = asyncio.create_task(self._keep_step())

    async def _keep_step(self) -> None:
        """Begin anew when the clock is put back: the library would wait until the old time comes round again."""
        apart = time.time() - time.monotonic()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            before, apart = apart, time.time() - time.monotonic()
            if apart < before - LOOK_SECONDS:
                for job in self._scheduler.get_jobs():
                    job.reschedule(job.trigger)

    async def stop(self) -> None:
        """Stop ticking and let what runs come to its end: the library's own shutdown would cancel it in mid-write."""
        if not self._scheduler.running or self._keeping is None:
            return
        self._keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeping
        self._scheduler.pause()
        if running := {task for task in self._running if task is not None}:
            await asyncio.wait(running, timeout=STOP_SECONDS)
        self._scheduler.shutdown(wait=False)
