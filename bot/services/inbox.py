"""Which of a platform's updates were taken in already, over restarts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from bot.core.errors import StoreError
from bot.core.ports import Clock, Store
from bot.core.times import stamp

log = logging.getLogger(__name__)

BLOCK_BITS = 10
BLOCK_MASK = (1 << BLOCK_BITS) - 1
LINGER = 0.02
"""Seconds in which updates gather for one commit. It delays thanks to Telegram, never an answer to a person."""


class _Numbers:
    """A set of numbers most of which follow each other: a bit for each, in blocks.

    In a set of Python's each of them would take sixty bytes for two days: a megabyte an hour at five updates a second.
    """

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._blocks: dict[int, int] = {}
        for each in numbers:
            self.add(each)

    def __contains__(self, number: int) -> bool:
        return bool(self._blocks.get(number >> BLOCK_BITS, 0) >> (number & BLOCK_MASK) & 1)

    def add(self, number: int) -> None:
        block = number >> BLOCK_BITS
        self._blocks[block] = self._blocks.get(block, 0) | 1 << (number & BLOCK_MASK)


class StoredInbox:
    """A set of numbers, written behind in batches.

    A set and no high-water mark: Telegram draws update numbers anew after a quiet week, so a lower number can be new.
    An update acts at once and is written within `LINGER`; whoever must not thank for it before waits for `kept`. A
    crash in between repeats an answer rather than losing one.
    """

    def __init__(self, store: Store, clock: Clock, platform: str) -> None:
        self._store = store
        self._clock = clock
        self._platform = platform
        self._seen = _Numbers()
        self._pending: list[int] = []
        self._writing: asyncio.Task[bool] | None = None

    async def open(self) -> None:
        """Read what earlier runs took in."""
        self._seen = _Numbers(await self._store.seen(self._platform))

    def take(self, update: int) -> bool:
        """Note an update; False when it was noted before and must not act again."""
        if update in self._seen:
            return False
        self._seen.add(update)
        self._pending.append(update)
        self._write_soon()
        return True

    def _write_soon(self) -> None:
        if self._pending and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write())

    async def kept(self) -> bool:
        """Return once everything taken so far would be remembered after a restart; False where it could not be kept."""
        self._write_soon()
        return self._writing is None or await asyncio.shield(self._writing)

    async def _write(self) -> bool:
        """Whether all of it was written."""
        await asyncio.sleep(LINGER)
        while self._pending:
            batch, self._pending = self._pending, []
            try:
                await self._store.mark_seen(self._platform, batch, stamp(self._clock.now()))
            except StoreError as error:
                # Answering people matters more than the memory of it; the batch is tried again with the next one.
                log.warning("updates could not be noted: %s", error.key)
                self._pending = batch + self._pending
                return False
        return True

    async def prune(self) -> None:
        """Forget what no platform will repeat any more."""
        await self._store.forget_seen(self._clock.now())
        kept = await self._store.seen(self._platform)
        self._seen = _Numbers((*kept, *self._pending))

    async def close(self) -> None:
        """Write what is pending."""
        await self.kept()
