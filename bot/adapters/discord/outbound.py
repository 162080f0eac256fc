"""Messages nobody asked for: posted into a channel and changed there later, through the library and its limits."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import discord
from discord.http import HTTPClient, Route

from bot.adapters.discord.faults import Fault, judge
from bot.adapters.discord.gate import Passage, scope_of
from bot.adapters.discord.render import Payload, single
from bot.core.documents import Document
from bot.core.places import ChatRef, MessageRef
from bot.core.ports import PostFailed

NONCE_BYTES = 12  # twice as many characters, of 25


class Outbound:
    """Posts and edits. Raises PostFailed and nothing else.

    retry_after: seconds before the second attempt where the connection was lost; doubled before each further one.
    """

    def __init__(self, retry_after: float) -> None:
        self._waits = (retry_after, retry_after * 2, retry_after * 4)

    async def post(self, http: HTTPClient, chat: ChatRef, document: Document) -> MessageRef:
        """Post one message. The nonce keeps it one: where it comes again, Discord gives back the message it has."""
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=chat.thread or chat.id)
        once: Payload = {"nonce": secrets.token_hex(NONCE_BYTES), "enforce_nonce": True}
        made = await self._send(http, route, single(document) | once)
        return MessageRef(chat, str(made["id"]))

    async def edit(self, http: HTTPClient, message: MessageRef, document: Document) -> None:
        """Change a message in place."""
        channel, path = message.chat.thread or message.chat.id, "/channels/{channel_id}/messages/{message_id}"
        await self._send(http, Route("PATCH", path, channel_id=channel, message_id=message.id), single(document))

    async def _send(self, http: HTTPClient, route: Route, payload: Payload) -> Any:
        waits = iter(self._waits)
        while True:
            try:
                return await http.request(route, json=payload, trace_request_ctx=Passage(scope_of(route)))
            except Exception as error:  # whatever went wrong, the caller has one thing to handle
                fault = judge(error)
                # The library tries again where Discord answers that it can't, but not where no answer comes.
                lost = fault is Fault.OUTAGE and not isinstance(error, discord.HTTPException)
                wait = next(waits, None) if lost else None
                if wait is None:
                    raise PostFailed(f"{fault.value}: {error}", final=fault is Fault.GONE) from error
            await asyncio.sleep(wait)
