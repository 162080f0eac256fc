"""Our side of the library's client: logging in, requests, hanging up. The gateway is a matter of its own (`shards`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import discord

INTENTS = discord.Intents(guilds=True)
"""What we want to hear of. None of it is privileged, so that nothing is to be switched on or applied for."""


class Client(discord.Client):
    """The library's client with everything off that we do not need: caches, privileged intents, mentions.

    trace: sees every request. starting: awaited before a shard's session is begun anew, for as long as that must wait.
    """

    def __init__(self, trace: aiohttp.TraceConfig, starting: Callable[[int], Awaitable[None]]) -> None:
        # The library's own switches: a bot without a voice needs no warning that it has none.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=INTENTS,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30,
            http_trace=trace,
        )
        self._starting = starting

    @property
    def speaks(self) -> bool:
        """Whether it may send requests of its own: it is logged in and not hung up."""
        return self.http.token is not None and not self.is_closed()

    async def hang_up(self, seconds: float) -> None:
        """Close the connections, in so many seconds at most."""
        try:
            await asyncio.wait_for(self.close(), seconds)
        except TimeoutError:
            await self.http.close()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Called by the library where it is about to begin a session, not where it takes one up again."""
        del initial
        await self._starting(shard_id or 0)
