"""One shard's session on the gateway: kept up by the library's connection, begun anew or taken up where it was left.

The library's own loop can begin a session only anew, and keeps every server with its channels in memory. After a
session is taken up from another process nothing of that is told again, so nothing here may rely on it: what became of a
place is read from the event itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from bot.adapters.discord.carrier import EPOCH_MS
from bot.adapters.discord.client import Client
from bot.adapters.discord.inbound import PLACE_EVENTS, Data, became_of
from bot.adapters.discord.starts import NoStartsLeftError, Starts
from bot.core.errors import StoreError
from bot.core.outbox import ChatEvent, SpaceBack
from bot.core.sessions import Session

log = logging.getLogger(__name__)

CONNECT_SECONDS, CLOSE_SECONDS, MAX_WAIT = 60.0, 0.7, 300.0
ANSWERABLE_SECONDS = 3.0
ASK_SECONDS = 0.25
OVER, LEFT = 1000, 4000
"""With the first of these codes Discord forgets the session and shows the bot as gone; with others it waits."""
_UNREACHED = (OSError, aiohttp.ClientError, discord.HTTPException, discord.GatewayNotFound)
_NOT_NOW = (StoreError, NoStartsLeftError)


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told what arrives. take: answers an interaction. happened: is told what became of a place."""

    take: Callable[[discord.Interaction], Coroutine[Any, Any, None]]
    happened: Callable[[ChatEvent], Coroutine[Any, Any, None]]


class Socket(DiscordWebSocket):
    """The library's connection, which leaves nothing open behind it wherever it is cancelled."""

    goodbye = LEFT

    async def identify(self) -> None:
        """Begin a session; waits for its turn."""
        try:
            await super().identify()
        except BaseException:
            await self._hang_up()
            raise

    async def poll_event(self) -> None:
        """Wait for what arrives next."""
        try:
            await super().poll_event()
        except asyncio.CancelledError:
            await self._hang_up()
            raise

    async def _hang_up(self) -> None:
        """Close it. The library alone would wait 30 seconds for a gateway that does not say goodbye."""
        with contextlib.suppress(TimeoutError, ConnectionError):
            await asyncio.wait_for(self.close(self.goodbye), CLOSE_SECONDS)


class Shard:
    """See above. kept: where it was left. allowed: whether it may connect; what is connected stays so meanwhile.

    up: whether it is served. in_trouble: whether Discord could not be reached for it the last time.
    """

    def __init__(
        self,
        client: Client,
        number: int,
        ears: Ears,
        starts: Starts,
        *,
        address: str,
        kept: Session | None,
        allowed: Callable[[], bool],
        retry_after: float,
    ) -> None:
        self._client, self._number, self._ears, self._starts = client, number, ears, starts
        self._address, self._allowed, self._retry_after = address, allowed, retry_after
        self._kept = kept
        self._socket: Socket | None = None
        self._replaying = False
        self._expected: set[str] = set()
        self._telling: set[asyncio.Task[None]] = set()
        self._parsers: dict[str, Callable[[Data], None]] = {
            "READY": self._begun,
            "RESUMED": self._resumed,
            "INTERACTION_CREATE": self._asked,
            "GUILD_CREATE": self._added,
            **{name: self._happened(name) for name in PLACE_EVENTS},
        }
        self._running: asyncio.Task[None] | None = None
        self.up = self.in_trouble = False

    @property
    def session(self) -> Session | None:
        """Where it can be taken up; None where it can't."""
        socket = self._socket
        if socket is None:
            return self._kept
        if socket.session_id is None or socket.sequence is None:
            return None
        return Session(socket.session_id, socket.sequence, str(socket.gateway))

    def start(self, ended: Callable[[asyncio.Task[None]], None]) -> None:
        """Serve it from now on; `ended` is called when that can't go on."""
        self._running = asyncio.create_task(self._run(), name=f"shard {self._number}")
        self._running.add_done_callback(ended)

    async def stop(self, goodbye: int) -> None:
        """Hang up."""
        if self._running is None:
            return
        if self._socket is not None:
            self._socket.goodbye = goodbye
        self._running.cancel()
        await asyncio.wait({self._running})

    async def _run(self) -> None:
        """Serve until cancelled; raises what ends it for good, such as a token that is no longer known."""
        wait = self._retry_after
        while True:
            if not self._allowed():
                await asyncio.sleep(ASK_SECONDS)
                continue
            was_up, trouble = await self._serve()
            self.in_trouble = isinstance(trouble, _UNREACHED) and not was_up
            if was_up:
                wait = self._retry_after
                continue
            if trouble is not None:
                why = f"{type(trouble).__name__}: {trouble}"
                log.warning("shard %d is not served (%s); next attempt in %.0f s", self._number, why, wait)
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311  # spreads attempts, guards nothing
            wait = min(wait * 2, MAX_WAIT)

    async def _serve(self) -> tuple[bool, Exception | None]:
        """Serve until the connection ends; whether it came up, and what went wrong if that is worth a word."""
        trouble: Exception | None = None
        try:
            self._socket = await self._connected()
            while True:
                await self._socket.poll_event()
        except ReconnectWebSocket:
            pass  # the library has noted in the socket whether the session goes on
        except discord.ConnectionClosed as error:
            if error.code != OVER:
                raise
        except (*_UNREACHED, *_NOT_NOW) as error:
            trouble = error
            if self._socket is None and self._kept is not None:
                # The address of a session may be gone with the machine; the usual one knows the session as well.
                self._kept = replace(self._kept, address=self._address)
        self._kept, self._socket = self.session, None
        was_up, self.up = self.up, False
        return was_up, trouble

    async def _connected(self) -> Socket:
        kept = self._kept
        async with contextlib.nullcontext() if kept else self._starts.one_by_one(self._number):
            connecting = Socket.from_client(
                self._client,
                gateway=yarl.URL(kept.address if kept else self._address),
                shard_id=self._number,
                session=kept.id if kept else None,
                sequence=kept.sequence if kept else None,
                resume=kept is not None,
            )
            socket = await asyncio.wait_for(connecting, CONNECT_SECONDS)
        # What arrives goes to us and not into the library's caches.
        socket._discord_parsers = self._parsers  # noqa: SLF001  # the library offers no public way
        self._replaying = kept is not None
        return socket

    # What arrives

    def _begun(self, data: Data) -> None:
        self._is_up()
        self._expected = {each["id"] for each in data["guilds"]}

    def _resumed(self, data: Data) -> None:
        del data
        self._is_up()

    def _is_up(self) -> None:
        self.up, self._replaying, self.in_trouble = True, False, False

    def _asked(self, data: Data) -> None:
        # What is replayed may have been answered by whoever was here before. What they can't have answered any more
        # can't be answered by us either.
        if self._replaying and time.time() - moment(data["id"]) > ANSWERABLE_SECONDS:
            return
        state = self._client._connection  # noqa: SLF001  # as the library itself makes it
        try:
            interaction = discord.Interaction(data=data, state=state)  # type: ignore[arg-type]  # as it came
        except Exception:  # whatever it is, it would come again with each attempt to take the session up
            log.exception("an interaction could not be read")
        else:
            self._tell(self._ears.take(interaction))

    def _added(self, data: Data) -> None:
        # One that we were in all along is announced after the start, or comes back after an outage with this field.
        if data["id"] in self._expected:
            self._expected.discard(data["id"])
        elif data.get("unavailable") is None:
            self._tell(self._ears.happened(SpaceBack(data["id"])))

    def _happened(self, name: str) -> Callable[[Data], None]:
        def tell(data: Data) -> None:
            if (event := became_of(name, data)) is not None:
                self._tell(self._ears.happened(event))

        return tell

    def _tell(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


def moment(snowflake: str) -> float:
    """When something was made, by its id."""
    return ((int(snowflake) >> 22) + EPOCH_MS) / 1000
