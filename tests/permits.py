"""The permits of `storage.permits` in memory, and an event loop in which time passes by sleeping and no other way."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.errors import StoreError
from bot.core.permits import ASKING_SECONDS, SETTLED_SECONDS, WAY, Permit, Taken, Terms, Used
from bot.core.places import Platform

SECOND = 1_000_000


class LeapingSelector(selectors.DefaultSelector):
    """Waits for nothing: what would be waited for is over at once."""

    now = 1_000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everything waits for something else")
        self.now += max(0.0, timeout)
        return []


class LeapingLoop(asyncio.SelectorEventLoop):
    """A loop in which an hour takes as long as what is done in it."""

    def __init__(self) -> None:
        self._leaping = LeapingSelector()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.now


@dataclass
class PermitRows:
    """See `bot.core.permits.Permits`; what `tests/storage/test_permits.py` asks of the real ones holds of these as well.

    slow: seconds that a statement takes, one of these.
    """

    slow: Sequence[float] = (0.0,)
    free_at: dict[str, int] = field(default_factory=dict)
    asked_at: float = -(10.0**12)
    alone_at: float = -(10.0**12)
    statements: int = 0
    draw: random.Random = field(default_factory=lambda: random.Random(3))

    async def prepare(self, platform: Platform, terms: Terms) -> None:
        del platform
        await self._way()
        for number in range(1, terms.most + 1):
            self.free_at.setdefault(f"#{number:04}", 0)

    async def take(
        self,
        platform: Platform,
        terms: Terms,
        *,
        answers: int = 0,
        posts: int = 0,
        lead: float = 0.0,
        used: Sequence[Used] = (),
    ) -> Taken:
        del platform
        await self._way()
        self.statements += 1
        now = self._now()
        rest, hold = round(terms.rest * SECOND), round((terms.rest + WAY) * SECOND)
        for each in used:
            if self.free_at[each.permit.number] == each.permit.end:
                self.free_at[each.permit.number] = min(each.permit.end, now - round(each.ago * SECOND) + rest)
        kept = terms.kept if answers or self.asked_at > now - ASKING_SECONDS * SECOND else 0
        order = sorted((at, number) for number, at in self.free_at.items() if number <= f"#{terms.most:04}")
        free = [(at, number) for at, number in order if at <= now + round(lead * SECOND)]
        count = answers + min(posts, max(0, len(free) - answers - kept))
        taken = []
        for at, number in free[:count]:
            self.free_at[number] = end = max(at, now) + hold
            taken.append(Permit(number, end, (end - hold - now) / SECOND))
        if answers:
            self.asked_at = now
        later = order[len(taken) + (0 if len(taken) < answers else kept) :]
        next_in = max(0.0, (later[0][0] - now) / SECOND) if later else 1.0
        await self._way()
        return Taken(tuple(taken), next_in)

    async def alone(self, platform: Platform) -> None:
        del platform
        await self._way()
        self.alone_at = self._now()

    async def anybody_alone(self, platform: Platform) -> bool:
        del platform
        await self._way()
        return self.alone_at > self._now() - SETTLED_SECONDS * SECOND

    async def _way(self) -> None:
        await asyncio.sleep(self.draw.choice(self.slow) / 2)

    def _now(self) -> int:
        return round(asyncio.get_running_loop().time() * SECOND)


@dataclass
class Line:
    """What one process sees of the permits. cut: it reaches nothing."""

    rows: PermitRows
    cut: bool = False

    async def prepare(self, platform: Platform, terms: Terms) -> None:
        self._reach()
        await self.rows.prepare(platform, terms)

    async def take(self, platform: Platform, terms: Terms, **asked: Any) -> Taken:
        self._reach()
        return await self.rows.take(platform, terms, **asked)

    async def alone(self, platform: Platform) -> None:
        self._reach()
        await self.rows.alone(platform)

    async def anybody_alone(self, platform: Platform) -> bool:
        self._reach()
        return await self.rows.anybody_alone(platform)

    def _reach(self) -> None:
        if self.cut:
            raise StoreError("store-unreachable", problem="cut")
