"""Telegram as the sender of the outbox sees it: one attempt a call, and each failure by its proper name."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast

from telegram.error import RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.adapters.telegram.faults import Remedy, fault_of
from bot.adapters.telegram.http import Form, form
from bot.adapters.telegram.sending import Over, Payload, Spent, address, no_wait, single
from bot.core.deliveries import AlertKind, Order, Trouble, Undelivered
from bot.core.documents import Document
from bot.core.places import ChatRef, MessageRef, Platform, UserRef

_TROUBLES = {
    Remedy.RETRY: Trouble.UNREACHED,
    Remedy.RETRY_LATER: Trouble.OUTAGE,
    Remedy.RETRY_ONCE: Trouble.LOST,
    Remedy.SEND_ANEW: Trouble.UNEDITABLE,
    Remedy.LEAVE: Trouble.GONE,
    Remedy.LEAVE_TOPIC: Trouble.TOPIC_GONE,
    Remedy.STOP: Trouble.OFF,
}

_log = logging.getLogger(__name__)


class TelegramCarrier:
    """See `bot.core.outbox.Carrier`. Telegram knows no keys: each request that arrives makes a message.

    request: of its own, so that replies never wait for a connection behind a broadcast. connected: asked before each
    request. room, spent: awaited and called before a request that was not asked for, the second one of a message; what
    `spent` returns is called after it. revoked: called where Telegram no longer knows the token. paid: whether posts
    may be more than are free.
    """

    keyed = False

    def __init__(
        self,
        *,
        request: BaseRequest,
        url: str,
        connected: Callable[[], bool],
        spent: Spent,
        room: Callable[[], Awaitable[None]] = no_wait,
        revoked: Callable[[], None] = lambda: None,
        paid: bool = False,
    ) -> None:
        self._request = request
        self._url = url
        self._connected = connected
        self._room, self._spent = room, spent
        self._revoked = revoked
        self._paid = paid

    @property
    def connected(self) -> bool:
        """Whether anything can be sent at all."""
        return self._connected()

    def render(self, document: Document, kind: AlertKind, refs: tuple[str, ...]) -> Payload:  # noqa: ARG002 - see Carrier
        """One message, encoded once for all chats it goes to."""
        return single(document)

    async def post(self, order: Order, payload: object) -> MessageRef:
        """Post a message. The chat it then stands in may have another id: a group that became a supergroup."""
        head = address(order.chat.id, order.chat.thread)
        if order.silent:
            head += b"&disable_notification=true"
        if self._paid:
            head += b"&allow_paid_broadcast=true"
        # An answer to a message of another topic would be carried over there.
        if order.reply_to is not None and order.reply_to.chat == order.chat:
            reply_to = {"message_id": int(order.reply_to.id), "allow_sending_without_reply": True}
            head += b"&" + form(reply_parameters=json.dumps(reply_to))
        sent = await self._attempt("sendMessage", head, payload)
        try:
            where, identity = str(sent["chat"]["id"]), str(sent["message_id"])
        except (KeyError, TypeError):
            raise Undelivered(Trouble.LOST, "Telegram did not say which message it made") from None
        chat = order.chat if where == order.chat.id else ChatRef(Platform.TELEGRAM, where)
        return MessageRef(chat, identity)

    async def change(self, message: MessageRef, payload: object) -> None:
        """Change a message in place; one that reads so already is fine."""
        await self._attempt("editMessageText", form(chat_id=message.chat.id, message_id=message.id), payload)

    async def crosspost(self, message: MessageRef) -> None:  # noqa: ARG002 - as above
        """Nothing is published twice on Telegram: a channel is one chat, however many read it."""
        raise Undelivered(Trouble.REFUSED, "Telegram has no announcement channels")

    async def find(self, chat: ChatRef, mark: str, since: int) -> MessageRef | None:  # noqa: ARG002 - as above
        """Telegram lets no bot read what stands in a chat."""
        return None

    async def private_chat(self, user: UserRef) -> ChatRef:
        """A person's private chat has that person's id."""
        return ChatRef(Platform.TELEGRAM, user.id)

    async def _attempt(self, method: str, head: bytes, payload: object) -> Any:
        """Make one request, and one more with the bare text where Telegram takes offence at a message's form."""
        made = cast("Payload", payload)
        if not self.connected:
            raise Undelivered(Trouble.OFF, "Telegram is not connected")
        body, bare = made.body, False
        over: Over | None = None
        while True:
            taken = False
            try:
                answer = await self._request_once(method, head + b"&" + body)
                taken = True
            except TelegramError as error:
                fault = fault_of(error)
                if fault.remedy is Remedy.UNCHANGED and method == "editMessageText":
                    return None
                if fault.remedy is Remedy.STOP:
                    self._revoked()
                if fault.remedy is not Remedy.SIMPLIFY or bare:
                    raise _undelivered(error) from None
            else:
                return answer
            finally:
                if over is not None:
                    over(taken)
            _log.warning("Telegram took offence at a message's form; sending its bare text: %s", fault.reason)
            await self._room()
            over = self._spent()
            body, bare = made.part.bare(), True

    async def _request_once(self, method: str, body: bytes) -> Any:
        try:
            return await self._request.post(self._url + method, Form(body))
        except (KeyError, TypeError):  # JSON, but not Telegram's
            raise Undelivered(Trouble.LOST, "an answer that is not Telegram's") from None


def _undelivered(error: TelegramError) -> Undelivered:
    fault = fault_of(error)
    match fault.remedy:
        case Remedy.WAIT if isinstance(error, RetryAfter):
            # Telegram does not say whether the chat or the bot has to wait; whoever sees all chats can tell.
            return Undelivered(Trouble.CHAT_LIMIT, fault.reason, seconds=fault.seconds)
        case Remedy.WAIT:
            return Undelivered(Trouble.LIMIT, fault.reason)
        case Remedy.MOVE:
            return Undelivered(Trouble.MOVED, fault.reason, chat=ChatRef(Platform.TELEGRAM, str(fault.chat)))
        case remedy:
            return Undelivered(_TROUBLES.get(remedy, Trouble.REFUSED), fault.reason)
