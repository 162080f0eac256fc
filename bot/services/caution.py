"""Holding back what can't be taken back for as long as a service that has just begun may be wrong about the time."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from bot.core.deliveries import milliseconds
from bot.core.outbox import Outbox, Subscribers
from bot.core.places import Platform
from bot.core.ports import Clock

log = logging.getLogger(__name__)

LONG = timedelta(days=30)
"""A service that stood still for longer is rarer than a machine that starts with a wrong clock."""
PROVEN_SECONDS = 600.0


class Caution:
    """Whether to wait with sending and with digests, after a start at which something is overdue by a month or more.

    Whoever sent then would find everything too late and close it for good. An operator who sees the warning has ten
    minutes to end the service and set the clock; after that the clock is believed.
    """

    def __init__(self, outbox: Outbox, subscribers: Subscribers, clock: Clock) -> None:
        self._outbox = outbox
        self._subscribers = subscribers
        self._clock = clock
        self._until = 0.0

    async def look(self) -> None:
        """Compare the clock with what waits, once, before anything is done by it. Raises StoreError."""
        then = milliseconds(self._clock.now() - LONG)
        due = [await self._outbox.next_due(platform) for platform in Platform]
        if any(each is not None and each < then for each in due) or await self._subscribers.due_digests(then, 1):
            self._until = asyncio.get_running_loop().time() + PROVEN_SECONDS
            log.warning(
                "Something has been due for a month or more by this clock (%s): nothing is pushed for %.0f min. If the "
                "clock is wrong, end the service and set it",
                self._clock.now().isoformat(timespec="minutes"),
                PROVEN_SECONDS / 60,
            )

    @property
    def holds(self) -> bool:
        """Whether to wait."""
        return bool(self._until) and asyncio.get_running_loop().time() < self._until
