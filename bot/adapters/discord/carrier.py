"""The outbox's way to Discord: one request for each call, and what came of it in the outbox's own words.

`Order.key` travels as the nonce: where Discord gets it again within a few minutes, it gives back the message it has.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import discord
from discord.http import HTTPClient, Route

from bot.adapters.discord.client import Client
from bot.adapters.discord.faults import undelivered
from bot.adapters.discord.gate import Gate, Passage, scope_of
from bot.adapters.discord.render import Payload, single
from bot.core.deliveries import AlertKind, Order, Trouble, Undelivered
from bot.core.documents import Document
from bot.core.places import ChatRef, MessageRef, Platform, UserRef

log = logging.getLogger(__name__)

SECONDS = 45.0
"""For one call, so that it ends before the sender's lease does."""
SILENT = 1 << 12
CROSSPOSTED_ALREADY = 40033
NO_HISTORY = 160002
"""Not allowed to read what was written before, and so not to answer it either."""
BUCKETS = 250
"""The library walks through all its buckets for each new one beyond 256: with 10,000 channels, 5 ms a message."""
FOUND_AMONG = 100
EPOCH_MS = 1420070400000
PERSON = "@"
"""Starts the id of a chat that stands for a person's private chat with the bot, whose own id is not known yet."""


def person_chat(user: UserRef) -> ChatRef:
    """The private chat with a person, before it was opened."""
    return ChatRef(Platform.DISCORD, PERSON + user.id)


class DiscordCarrier:
    """See `bot.core.outbox.Carrier`. client: the one that is connected now. seconds: what a call may take."""

    keyed = True

    def __init__(self, client: Callable[[], Client | None], gate: Gate, *, seconds: float = SECONDS) -> None:
        self._client, self._gate, self.seconds = client, gate, seconds

    @property
    def connected(self) -> bool:
        """Whether we are logged in. The gateway may be down: messages go another way."""
        client = self._client()
        return client is not None and client.speaks

    def render(self, document: Document, kind: AlertKind, refs: tuple[str, ...]) -> object:  # noqa: ARG002  # the port's
        """One message."""
        return single(document)

    async def post(self, order: Order, payload: object) -> MessageRef:
        """Post a message. Where its place is a person's private chat, the chat it returns has the real id."""
        chat = await self._opened(order.chat)
        message = cast("Payload", payload) | {"nonce": order.key, "enforce_nonce": True}
        if order.silent:
            message["flags"] |= SILENT
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=_channel(chat))
        reply = order.reply_to
        if reply is not None and _channel(reply.chat) == _channel(chat):
            reference = {"message_id": reply.id, "fail_if_not_exists": False}
            try:
                return _message(chat, await self._call(route, chat, json=message | {"message_reference": reference}))
            except Undelivered as error:
                if _code(error) != NO_HISTORY:
                    raise
        return _message(chat, await self._call(route, chat, json=message, paced=reply is None))

    async def change(self, message: MessageRef, payload: object) -> None:
        """Change a message in place."""
        await self._call(_about("PATCH", message), message.chat, existing=True, json=payload)

    async def crosspost(self, message: MessageRef) -> None:
        """Publish a message. A limit on it is of this alone: the channel takes messages all the same."""
        try:
            await self._call(_about("POST", message, "/crosspost"), message.chat, existing=True)
        except Undelivered as error:
            if _code(error) == CROSSPOSTED_ALREADY:
                return
            if error.trouble is Trouble.GONE:
                # Whether the channel takes messages is for a message to find out.
                raise Undelivered(Trouble.REFUSED, error.reason) from error
            raise

    async def find(self, chat: ChatRef, mark: str, since: int) -> MessageRef | None:
        """Look for our message among the first hundred since then; None also where we may not read."""
        chat = await self._opened(chat)
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=_channel(chat))
        after = max(0, since - EPOCH_MS) << 22
        asked = {"limit": str(FOUND_AMONG), "after": str(max(0, after - 1))}
        try:
            found = await self._call(route, chat, params=asked, paced=False)
        except Undelivered as error:
            if isinstance(error.__cause__, discord.Forbidden):
                log.warning("what stands in a channel can't be read: %s", error.reason)
                return None
            raise
        client = self._client()
        me = str(client.user.id) if client is not None and client.user is not None else ""
        # `A-1` is not in `A-12`.
        shown = re.compile(rf"(?<!\w){re.escape(mark)}(?!\w)")
        for each in reversed(found if isinstance(found, list) else []):
            if each["author"]["id"] == me and any(shown.search(text) for text in _texts(each)):
                return MessageRef(chat, str(each["id"]))
        return None

    async def private_chat(self, user: UserRef) -> ChatRef:
        """Open the private chat with a person, or get the one there is."""
        chat = person_chat(user)
        made = await self._call(Route("POST", "/users/@me/channels"), chat, json={"recipient_id": user.id}, paced=False)
        return replace(chat, id=_message(chat, made).id)

    async def _opened(self, chat: ChatRef) -> ChatRef:
        if not chat.id.startswith(PERSON):
            return chat
        return await self.private_chat(UserRef(chat.platform, chat.id.removeprefix(PERSON)))

    async def _call(
        self, route: Route, chat: ChatRef, *, existing: bool = False, paced: bool = True, **what: Any
    ) -> Any:
        """Send one request. existing: it is about a message that stands there. Raises Undelivered."""
        client = self._client()
        if client is None or not client.speaks:
            raise Undelivered(Trouble.OFF, "not connected to Discord")
        _tidy(client.http)
        passage = Passage(scope_of(route), single=True, paced=paced)
        try:
            self._gate.admit(passage.scope)
            async with asyncio.timeout(self.seconds):
                return await client.http.request(route, trace_request_ctx=passage, **what)
        except Exception as error:
            found = undelivered(
                error, under_way=passage.under_way, existing=existing, in_thread=chat.thread is not None
            )
            if found is None:
                if client.speaks:
                    log.exception("a request to Discord failed by a fault of ours")
                found = Undelivered(Trouble.OFF, f"{type(error).__name__}: {error}")
            raise found from error


def _tidy(http: HTTPClient) -> None:
    """Forget the buckets that hold nobody back."""
    buckets = http._buckets  # noqa: SLF001  # there is no other way to keep them few
    if len(buckets) >= BUCKETS:
        for key in [key for key, each in buckets.items() if not each.outgoing and each.remaining > 0]:
            del buckets[key]


def _channel(chat: ChatRef) -> str:
    """Where requests about a chat go: a thread is a channel of its own."""
    return chat.thread or chat.id


def _about(method: str, message: MessageRef, action: str = "") -> Route:
    path = "/channels/{channel_id}/messages/{message_id}" + action
    return Route(method, path, channel_id=_channel(message.chat), message_id=message.id)


def _message(chat: ChatRef, made: Any) -> MessageRef:
    if not isinstance(made, Mapping) or "id" not in made:
        raise Undelivered(Trouble.LOST, "an answer that makes no sense")
    return MessageRef(chat, str(made["id"]))


def _code(error: Undelivered) -> int:
    cause = error.__cause__
    return cause.code if isinstance(cause, discord.HTTPException) else 0


def _texts(part: Any) -> Iterator[str]:
    """All words in a message or a component of it."""
    if isinstance(part.get("content"), str):
        yield part["content"]
    for each in part.get("components") or ():
        yield from _texts(each)
