"""Our side of the library's client: logging in, the gateway's connections, hanging up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket

from bot.core.outbox import ChatBack, ChatEvent, ChatLost, SpaceBack, SpaceLost
from bot.core.places import ChatRef, Platform

INTENTS = discord.Intents(guilds=True)
"""What we want to hear of. None of it is privileged, so that nothing is to be switched on or applied for."""


class Client(discord.AutoShardedClient):
    """The library's client with everything off that we do not need: caches, privileged intents, mentions.

    register: brings our commands to Discord, tried as long as it takes. take: answers an interaction. happened: is
    told what became of channels, threads and servers. trace: sees every request.
    """

    def __init__(
        self,
        register: Callable[[Client], Coroutine[Any, Any, None]],
        take: Callable[[discord.Interaction], Awaitable[None]],
        happened: Callable[[ChatEvent], Awaitable[None]],
        trace: aiohttp.TraceConfig,
    ) -> None:
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
            # Nothing waits for the servers to be known, and until then the library takes a new one for an old one.
            guild_ready_timeout=0.5,
            shard_connect_timeout=30,
        )
        self._register, self._take, self._happened = register, take, happened
        self._up: set[int] = set()
        self._registering: asyncio.Task[None] | None = None
        self.was_identified = False

    @property
    def identified(self) -> bool:
        """Whether every shard is identified on the gateway."""
        return bool(self._up) and len(self._up) == (self.shard_count or 1)

    @property
    def speaks(self) -> bool:
        """Whether it may send requests of its own: it is logged in and not hung up."""
        return self.http.token is not None and not self.is_closed()

    async def run_until_closed(self, token: str) -> None:
        """Log in and serve until hung up; raises what ended it."""
        async with self:
            try:
                await self.start(token)
            finally:
                self._up.clear()
                if self._registering is not None:
                    self._registering.cancel()
                    await asyncio.wait({self._registering})

    async def hang_up(self, seconds: float) -> None:
        """Close the connections. The library alone would wait 30 seconds for a gateway that does not say goodbye."""
        if self.is_closed():
            return
        try:
            await asyncio.wait_for(self.close(), seconds)
        except TimeoutError:
            await self.http.close()

    async def setup_hook(self) -> None:
        """Learn the gateway's address from the API, and register the commands meanwhile.

        The library asks for it only once: after an invalid session it goes to the built-in default, which is the
        wrong place behind a proxy.
        """
        self.shard_count, url, starts = await self.http.get_bot_gateway()
        if starts["remaining"] < self.shard_count:
            # Discord answers one start too many by resetting the token.
            raise ConnectionError(f"no session starts left for the next {starts['reset_after'] // 1000} s")
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        self._registering = asyncio.create_task(self._register(self))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Any interaction: command, menu, completion, button or form."""
        await self._take(interaction)

    async def on_shard_connect(self, shard_id: int) -> None:
        """A shard has identified."""
        self._up.add(shard_id)
        self.was_identified = True

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A shard is back where it was."""
        self._up.add(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """A shard lost its connection; the library gets it back."""
        self._up.discard(shard_id)

    # What became of the places we write to. A server that is down fires none of these.

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """We were removed from a server, or it was deleted."""
        await self._happened(SpaceLost(str(guild.id), "the bot was removed from the server"))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """We were added to a server."""
        await self._happened(SpaceBack(str(guild.id)))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted."""
        await self._happened(ChatLost(ChatRef(Platform.DISCORD, str(channel.id)), "the channel was deleted"))

    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted."""
        await self._happened(ChatLost(_thread(event.parent_id, event.thread_id), "the thread was deleted"))

    async def on_raw_thread_update(self, event: discord.RawThreadUpdateEvent) -> None:
        """A thread was archived, locked, renamed, or opened again.

        One that is only archived is not lost: it opens with the next message.
        """
        known = event.data["thread_metadata"]
        archived, locked = known["archived"], known.get("locked", False)
        thread = _thread(event.parent_id, event.thread_id)
        if archived and locked:
            await self._happened(ChatLost(thread, "the thread is locked"))
        elif not archived and not locked:
            await self._happened(ChatBack(thread))


def _thread(parent: int, thread: int) -> ChatRef:
    return ChatRef(Platform.DISCORD, str(parent), str(thread))
