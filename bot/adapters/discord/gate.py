"""What every request to Discord passes: what was refused is remembered, and nothing leaves while that holds.

The library sits a 429 out, but only with the request that got it. Others of the same kind go on; one that slept for
another reason does not look again; of two pauses of the whole bot the first to end ends both; a task that is cancelled
in one leaves it on for ever; one of more than 30 s is forgotten at once. So the library's trace, which is awaited
before and after each request, keeps an eye on them all. A message of the outbox is one request: it is turned back
where the gate is closed, and what came of it is told at once. What answers people or posts cards waits a little.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
from discord.http import Route, json_or_text

LONGEST_WAIT = 30.0
"""Seconds; the library waits no longer for a bucket, either."""
BANNED_SECONDS = 60.0
"""How long a refusal by the proxy in front of Discord closes the gate; it rarely says for how long it holds."""
OLD_EDITS = 30046
"""Too many edits of messages older than an hour: a 429 that says nothing of a wait."""
MANY = 4096

Over = Callable[[bool], None]
Spent = Callable[[], Over | None]
"""Called when a request leaves; what it returns, once it has come to its end, with whether it was done."""


class Limited(Exception):
    """Discord takes no such request for now. whole: none at all. seconds: for how long, None where it is not said."""

    def __init__(self, *, whole: bool, seconds: float | None) -> None:
        super().__init__("the whole bot is limited" if whole else "too many of these requests there")
        self.whole = whole
        self.seconds = seconds


@dataclass(slots=True)
class Passage:
    """One request. scope: what has a limit of its own, as the library counts it; empty where only the bot's matters.

    single: exactly one request or none, and what comes of it is raised at once. paced: the rate has room for it.
    under_way: it was written, and has not been answered in full. over: to be called when it has come to its end.
    """

    scope: str = ""
    single: bool = False
    paced: bool = False
    under_way: bool = False
    over: Over | None = None

    def ended(self, *, taken: bool) -> None:
        """It was answered, or never will be. taken: Discord did it."""
        over, self.over = self.over, None
        if over is not None:
            over(taken)


async def no_wait() -> None:
    """For a bot whose requests nobody counts."""


async def not_told(seconds: float | None) -> None:
    """For a bot that nobody else speaks for."""


def scope_of(route: Route) -> str:
    """What a limit that is not the whole bot's is about: one kind of request in one channel."""
    return f"{route.key}:{route.major_parameters}"


class Gate:
    """Closed for the whole bot or for one scope, until a moment.

    room, spent: awaited and called for each request that counts against the bot's overall limit and is not `paced`;
    what `spent` returns is called after it. limited: told where Discord refused the whole bot a request that is not
    `single`, for so many seconds if it said so. on_invalid: called with the status of each answer that counts against
    the 10,000 in ten minutes after which Discord shuts an address out: 401, 403, and 429 unless others share that
    limit. revoked: called where Discord no longer knows the token.
    """

    def __init__(
        self,
        api_url: str,
        *,
        spent: Spent,
        on_invalid: Callable[[int], None],
        room: Callable[[], Awaitable[None]] = no_wait,
        limited: Callable[[float | None], Awaitable[None]] = not_told,
        revoked: Callable[[], None] = lambda: None,
    ) -> None:
        self._api = api_url + "/"
        self._exempt = api_url + "/webhooks/"
        self._own_tokens = (self._exempt, api_url + "/interactions/")
        self._room, self._spent, self._limited = room, spent, limited
        self._on_invalid, self._revoked = on_invalid, revoked
        self._until: dict[str, float] = {}

    def trace(self) -> aiohttp.TraceConfig:
        """What the library's session is to be opened with."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._leaves)
        trace.on_request_headers_sent.append(self._is_written)
        trace.on_request_end.append(self._is_answered)
        trace.on_request_exception.append(self._failed)
        return trace

    def closed(self, scope: str) -> Limited | None:
        """What is in the way of a request; None where it may leave."""
        now = asyncio.get_running_loop().time()
        whole, own = (self._until.get(each, 0.0) - now for each in ("", scope))
        left = max(whole, own)
        return Limited(whole=whole >= own, seconds=left) if left > 0 else None

    def admit(self, scope: str) -> None:
        """Raise `Limited` where a request may not leave now."""
        if (limited := self.closed(scope)) is not None:
            raise limited

    def _close(self, scope: str, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._until) > MANY:
            self._until = {each: until for each, until in self._until.items() if until > now}
        self._until[scope] = max(self._until.get(scope, 0.0), now + seconds)

    async def _leaves(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        url = str(params.url)
        # The gateway is no part of this, and what answers an interaction is not held to the bot's overall limit.
        if not url.startswith(self._api) or url.startswith(self._exempt):
            return
        passage = _passage(context)
        if passage.single:
            self.admit(passage.scope)
        while (limited := self.closed(passage.scope)) is not None:
            if limited.seconds is None or limited.seconds > LONGEST_WAIT:
                raise discord.RateLimited(limited.seconds or BANNED_SECONDS)
            await asyncio.sleep(limited.seconds)
        if not passage.paced:
            await self._room()
            passage.over = self._spent()

    async def _is_written(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        _passage(context).under_way = True

    async def _is_answered(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        response, passage = params.response, _passage(context)
        passage.ended(taken=response.status < 400)
        if not str(params.url).startswith(self._api):
            return
        await response.read()  # kept, so that the library reads it once more for nothing
        passage.under_way = False
        if response.status in {401, 403} or (
            response.status == 429 and response.headers.get("X-RateLimit-Scope") != "shared"
        ):
            self._on_invalid(response.status)
        if response.status == 401 and not str(params.url).startswith(self._own_tokens):  # each interaction has its own
            self._revoked()
        data = await json_or_text(response) if response.status in {403, 429} or response.status >= 500 else ""
        if response.status == 429 or (response.status == 403 and isinstance(data, str)):
            await self._refused(passage, response, data)
        elif passage.single and response.status >= 500:
            raise discord.DiscordServerError(response, data)
        elif response.headers.get("X-RateLimit-Remaining") == "0" and passage.scope:
            # The library forgets a bucket that is empty for longer than it would wait.
            reset_after = float(response.headers.get("X-RateLimit-Reset-After", 0))
            if reset_after > LONGEST_WAIT:
                self._close(passage.scope, reset_after)

    async def _failed(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        _passage(context).ended(taken=False)

    async def _refused(self, passage: Passage, response: aiohttp.ClientResponse, data: dict[str, Any] | str) -> None:
        """Remember a 429, or the proxy's own 403, and raise it where the library is not to deal with it."""
        if isinstance(data, str) or not response.headers.get("Via"):
            # Not from Discord itself. A wait it names is believed where it is the longer one.
            named = response.headers.get("Retry-After", "")
            seconds = float(named) if named.isdecimal() and float(named) > BANNED_SECONDS else None
            limited = Limited(whole=True, seconds=seconds)
        elif data.get("code") == OLD_EDITS or "retry_after" not in data:
            raise discord.HTTPException(response, data)
        else:
            # The header is wrong at times: a second for a limit of twenty minutes (discord-api-docs#6109).
            limited = Limited(whole=bool(data.get("global")), seconds=float(data["retry_after"]))
        if limited.whole or passage.scope:
            self._close("" if limited.whole else passage.scope, limited.seconds or BANNED_SECONDS)
        if passage.single:
            raise limited
        if limited.whole:
            await self._limited(limited.seconds)
            raise discord.RateLimited(limited.seconds or BANNED_SECONDS)


def _passage(context: SimpleNamespace) -> Passage:
    given = context.trace_request_ctx
    if not isinstance(given, Passage):
        given = context.trace_request_ctx = Passage()
    return given
