"""What the outbox sends to a terminal: handed to the chat that is open there. Implements `bot.core.outbox.Carrier`."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import Protocol

from bot.adapters.console.platform import Pushed
from bot.core.deliveries import AlertKind, Order, Trouble, Undelivered
from bot.core.documents import Document
from bot.core.places import ChatRef, MessageRef, Platform, UserRef


class OpenChat(Protocol):
    """The chat at the terminal, as `ConsolePlatform` is one."""

    @property
    def chat(self) -> ChatRef:
        """Whose chat it is."""
        ...

    @property
    def listening(self) -> bool:
        """Whether there is somebody to show anything to."""
        ...

    async def push(self, pushed: Pushed) -> None:
        """Show a message. Raises OSError or ValueError where nobody reads any more."""
        ...


class ConsoleCarrier:
    """Shows messages at once or not at all, so that attempts with one key are told apart from memory."""

    keyed = True

    def __init__(self, chat: OpenChat) -> None:
        self._chat = chat
        self._began = time.time_ns()
        self._numbers = itertools.count(1)
        self._posted: dict[str, MessageRef] = {}
        self._reads: dict[str, Document] = {}

    @property
    def connected(self) -> bool:
        """See `Carrier`."""
        return self._chat.listening

    def render(self, document: Document, kind: AlertKind, refs: tuple[str, ...]) -> object:
        """See `Carrier`: the chat renders it, since how depends on what stands at its other end."""
        return Pushed(document, kind, refs)

    async def post(self, order: Order, payload: object) -> MessageRef:
        """See `Carrier`."""
        if order.key in self._posted:
            return self._posted[order.key]
        await self._show(order.chat, payload)
        message = MessageRef(order.chat, f"{self._began}-{next(self._numbers)}")
        self._posted[order.key] = message
        self._reads[message.id] = _pushed(payload).document
        return message

    async def change(self, message: MessageRef, payload: object) -> None:
        """See `Carrier`. What was printed stays, so the new text follows, as a correction whatever it corrects."""
        pushed = _pushed(payload)
        if self._reads.get(message.id) == pushed.document:
            return
        await self._show(message.chat, replace(pushed, kind=AlertKind.CORRECTION))
        self._reads[message.id] = pushed.document

    async def crosspost(self, message: MessageRef) -> None:
        """See `Carrier`: nobody follows a terminal."""

    async def find(self, chat: ChatRef, mark: str, since: int) -> MessageRef | None:  # noqa: ARG002 - the port's names
        """See `Carrier`: what was printed can't be looked for."""
        return None

    async def private_chat(self, user: UserRef) -> ChatRef:
        """See `Carrier`."""
        return ChatRef(Platform.TERMINAL, user.id)

    async def _show(self, chat: ChatRef, payload: object) -> None:
        if not self._chat.listening or chat != self._chat.chat:
            raise Undelivered(Trouble.OFF, "this chat is not open")
        try:
            await self._chat.push(_pushed(payload))
        except (OSError, ValueError) as error:  # a closed file says ValueError
            raise Undelivered(Trouble.OFF, "nobody reads the output any more") from error


def _pushed(payload: object) -> Pushed:
    if not isinstance(payload, Pushed):
        raise TypeError(payload)
    return payload
