"""Forgetting, once a day, what was kept for long enough."""

from __future__ import annotations

import logging

from bot.core.ports import Clock, Store

log = logging.getLogger(__name__)


class Retention:
    """`forget` is called by the clock, more often than there is something to do: the store knows when it was done."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def forget(self) -> None:
        """Drop whatever is older than `bot.core.retention` says, where that was not done today."""
        gone = await self._store.forget_old(self._clock.now())
        if gone is not None:
            counts = {kind.value: f"{count:,}" for kind, count in gone.items() if count}
            log.info("forgotten by age: %s", counts or "nothing")
