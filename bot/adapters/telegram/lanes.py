"""Doing things for many chats at once and for each chat in order."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

Job = Callable[[], Awaitable[None]]

MAX_WAITING = 10_000
MAX_WAITING_IN_LANE = 1_000

_log = logging.getLogger(__name__)


class Lanes:
    """A lane for each key; a lane does its jobs one after the other and is gone when it has none."""

    def __init__(self) -> None:
        self._lanes: dict[int, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()

    @property
    def full(self) -> bool:
        """Whether no more jobs should be brought for now."""
        return self._waiting >= MAX_WAITING

    async def room(self) -> None:
        """Return once there is room; who brings jobs faster than they are done is held back here."""
        await self._room.wait()

    def add(self, key: int, job: Job) -> bool:
        """Line a job up. False when the lane is so long that only a flood can have made it: the job is dropped."""
        lane = self._lanes.get(key)
        if lane is None:
            self._lanes[key] = lane = deque()
            task = asyncio.create_task(self._work(key, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif len(lane) >= MAX_WAITING_IN_LANE:
            return False
        lane.append(job)
        self._waiting += 1
        if self.full:
            self._room.clear()
        return True

    async def finish(self, seconds: float) -> bool:
        """Wait for all jobs, `seconds` at most, then cancel the rest. True when all were done."""
        if not self._tasks:
            return True
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return not late

    async def _work(self, key: int, lane: deque[Job]) -> None:
        try:
            while lane:
                job = lane.popleft()
                try:
                    await job()
                except Exception:  # noqa: BLE001 - one bad update must not end its chat's lane
                    _log.exception("An update could not be answered")
                finally:
                    self._waiting -= 1
                    self._room.set()
        finally:
            self._waiting -= len(lane)
            del self._lanes[key]
