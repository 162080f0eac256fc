"""Discord's limits on beginning a session (IDENTIFY): so many at once in five seconds, and so many a day.

Too many in five seconds are turned away. One too many a day has Discord replace the bot's token, so that nobody runs
any more until its owner enters the new one everywhere: what is left is asked for whenever it may be little.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict

from discord.http import HTTPClient

from bot.core.sessions import START_SECONDS, Sessions

FRESH_SECONDS = 60.0
PLENTY = 30
"""So many in each bucket are more than all processes together can begin while what we know is fresh."""


class NoStartsLeftError(Exception):
    """Discord allows no session to be begun for now."""

    def __init__(self, milliseconds: int) -> None:
        super().__init__(f"no session starts left for the next {milliseconds // 1000} s")


class Starts:
    """When this process may begin a session. sessions: what it has to agree on with others."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._http: HTTPClient | None = None
        self._at_once, self._left, self._reset_after, self._asked_at = 1, 0, 0, 0.0

    async def ask(self, http: HTTPClient) -> tuple[int, str]:
        """Ask Discord how many shards it wants and where its gateway is; notes what it says of session starts."""
        self._http = http
        shards, address, limits = await http.get_bot_gateway()
        self._asked_at = asyncio.get_running_loop().time()
        self._at_once, self._left = max(1, limits["max_concurrency"]), limits["remaining"]
        self._reset_after = limits["reset_after"]
        return shards, address

    def one_by_one(self, shard: int) -> asyncio.Lock:
        """What this process holds while it begins a session, so that a connection waits for other processes only."""
        return self._locks[shard % self._at_once]

    async def turn(self, shard: int) -> None:
        """Wait until a shard's session may be begun. Raises NoStartsLeftError, StoreError, or what `ask` may."""
        await self._make_sure()
        while True:
            if not (wait := await self._sessions.start_in(shard % self._at_once)):
                break
            await asyncio.sleep(wait)
        # Other processes may have begun some since, each in its turn. The answer must come before the next turn.
        async with asyncio.timeout(START_SECONDS - 1):
            await self._make_sure()
        self._left -= 1

    async def _make_sure(self) -> None:
        known_for = asyncio.get_running_loop().time() - self._asked_at
        if self._http is None or (known_for < FRESH_SECONDS and self._left >= PLENTY * self._at_once):
            return
        await self.ask(self._http)
        # As many may be about to begin at this moment, and see what we see.
        if self._left < self._at_once:
            raise NoStartsLeftError(self._reset_after)
