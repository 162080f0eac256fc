"""Reading where deliveries stand: counts, progress, what stalls, what is in doubt, pauses and the brake."""

from __future__ import annotations

from bot.core.outbox import Progress
from bot.core.places import ChatRef, Platform
from storage.reader import Reader


async def pauses(reader: Reader, platform: Platform, now: int) -> dict[str, int]:
    """See `Outbox.pauses`."""
    raise NotImplementedError


async def braked(reader: Reader) -> bool:
    """See `Outbox.braked`."""
    raise NotImplementedError


async def counts(reader: Reader, alert: int | None) -> dict[str, int]:
    """See `Outbox.counts`."""
    raise NotImplementedError


async def progress(reader: Reader, limit: int, alert: int | None) -> tuple[Progress, ...]:
    """See `Outbox.progress`."""
    raise NotImplementedError


async def stalled(reader: Reader, now: int) -> tuple[Progress, ...]:
    """Alerts to be worried about and not told of yet; see `Outbox.stalled`."""
    raise NotImplementedError


async def doubtful(reader: Reader, limit: int) -> tuple[tuple[int, ChatRef, str], ...]:
    """See `Outbox.doubtful`."""
    raise NotImplementedError
