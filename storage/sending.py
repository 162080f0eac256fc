"""Writing the outbox: claims, what starts, what came of it, pauses and the brake. Each call in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.deliveries import Settled
from bot.core.outbox import Claim, Pace, Progress
from bot.core.places import ChatRef, Platform
from storage.engine import UnitsOfWork


class OutboxWriter:
    """The writing half of `storage.outbox.SqlOutbox`; see `bot.core.outbox.Outbox` for what the methods promise."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    async def claim(
        self, platform: Platform, *, owner: str, now: int, until: int, most: int, pace: Pace, only: ChatRef | None
    ) -> Claim:
        """See `Outbox.claim`."""
        raise NotImplementedError

    async def journal(
        self,
        owner: str,
        *,
        now: int,
        until: int,
        started: Sequence[int],
        renewed: Sequence[int],
        settled: Sequence[Settled],
    ) -> frozenset[int]:
        """See `Outbox.journal`."""
        raise NotImplementedError

    async def release(self, owner: str, now: int) -> None:
        """See `Outbox.release`."""
        raise NotImplementedError

    async def pause(self, platform: Platform, scope: str, until: int) -> None:
        """See `Outbox.pause`."""
        raise NotImplementedError

    async def set_brake(self, *, on: bool, at: str) -> None:
        """See `Outbox.set_brake`."""
        raise NotImplementedError

    async def warn(self, found: tuple[Progress, ...]) -> tuple[Progress, ...]:
        """Mark alerts as told of; returns those that were not yet."""
        raise NotImplementedError

    async def settle_doubt(self, delivery: int, *, arrived: bool, now: int) -> bool:
        """See `Outbox.settle_doubt`."""
        raise NotImplementedError
