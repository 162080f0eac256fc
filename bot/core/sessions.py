"""What processes have to agree on that share the shards of one Discord bot, and where each shard was left.

Which shard is whose is a lease (`bot.core.leases`); this is the rest: how many there are, when one may begin anew, and
where it can be taken up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

START_SECONDS = 5.5
"""From one session start to the next of the same bucket: Discord allows one in five, as it sees them arrive."""


@dataclass(frozen=True, slots=True)
class Session:
    """Where a shard can be taken up again, by whomever: what came after `sequence` is then sent once more."""

    id: str
    sequence: int
    address: str


def company(mark: str) -> str:
    """The group of leases that all join who serve shards of a bot; mark: what its token is known by."""
    return f"{mark}/shards"


class Sessions(Protocol):
    """Shared by all processes that serve one bot. Everything here raises StoreError while the database is away."""

    async def count(self, wanted: int, *, outgrown: int = 0) -> int:
        """How many shards there are: what those who serve now agreed upon, else `wanted`.

        outgrown: a number that Discord no longer takes, whoever agreed upon it.
        """
        ...

    async def start_in(self, bucket: int) -> float:
        """Ask to begin a session: 0.0 where it may begin now and no other may; else seconds to wait and ask again."""
        ...

    async def left(self, shard: int, count: int) -> Session | None:
        """Where a shard, of so many, was left by whoever had it; None where it is to begin anew."""
        ...

    async def keep(self, sessions: Mapping[int, Session | None], count: int) -> None:
        """Note where shards stand; None: there is nothing to take up any more."""
        ...


class OwnSessions:
    """Those of a process that has the bot for itself. seconds: from one start to the next of a bucket."""

    def __init__(self, seconds: float = START_SECONDS) -> None:
        self._seconds = seconds
        self._next: dict[int, float] = {}

    async def count(self, wanted: int, *, outgrown: int = 0) -> int:
        """There is nobody to agree with."""
        del outgrown
        return wanted

    async def start_in(self, bucket: int) -> float:
        """See `Sessions`."""
        now = asyncio.get_running_loop().time()
        if (wait := self._next.get(bucket, 0.0) - now) > 0:
            return wait
        self._next[bucket] = now + self._seconds
        return 0.0

    async def left(self, shard: int, count: int) -> Session | None:
        """Nobody was there before."""
        del shard, count
        return None

    async def keep(self, sessions: Mapping[int, Session | None], count: int) -> None:
        """Nobody comes after."""
