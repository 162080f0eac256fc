"""Messages nobody asked for: posted into a channel and changed there later, through the library and its limits."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from typing import Any

from discord.http import HTTPClient, Route

from bot.adapters.discord.faults import Fault, judge
from bot.adapters.discord.render import single
from bot.core.documents import Document
from bot.core.places import ChatRef, MessageRef
from bot.core.ports import PostFailed

UNCERTAIN = 256
"""Posts kept in mind of which we don't know whether Discord took them; it knows them again for some minutes."""


class Outbound:
    """Posts and edits. Raises PostFailed and nothing else."""

    def __init__(self) -> None:
        self._uncertain: OrderedDict[tuple[str, Document], str] = OrderedDict()

    async def post(self, http: HTTPClient, chat: ChatRef, document: Document) -> MessageRef:
        """Post one message, once: also where it is tried again, by the library or by who asked for it.

        Discord gives back the message it has where a nonce comes a second time.
        """
        channel = chat.thread or chat.id
        nonce = self._uncertain.pop((channel, document), None) or secrets.token_hex(12)  # of at most 25 characters
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
        try:
            made = await _send(http, route, {**single(document), "nonce": nonce, "enforce_nonce": True})
        except PostFailed as error:
            if not error.final:
                self._uncertain[channel, document] = nonce
                if len(self._uncertain) > UNCERTAIN:
                    self._uncertain.popitem(last=False)
            raise
        return MessageRef(chat, str(made["id"]))

    async def edit(self, http: HTTPClient, message: MessageRef, document: Document) -> None:
        """Change a message in place."""
        channel = message.chat.thread or message.chat.id
        path = "/channels/{channel_id}/messages/{message_id}"
        await _send(http, Route("PATCH", path, channel_id=channel, message_id=message.id), single(document))


async def _send(http: HTTPClient, route: Route, payload: dict[str, Any]) -> Any:
    try:
        return await http.request(route, json=payload)
    except Exception as error:  # whatever went wrong, the caller has one thing to handle
        fault = judge(error)
        raise PostFailed(f"{fault.value}: {error}", final=fault is Fault.GONE) from error
