"""Bringing replies and posts to where they belong, sent, edited in place, or whispered; and what if that fails."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import parse_qsl

from telegram.error import RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.adapters.splitting import ELLIPSIS, cut, utf16_length
from bot.adapters.telegram.faults import Failed, Fault, Remedy, fault_of
from bot.adapters.telegram.http import Form, Upload, form
from bot.adapters.telegram.inbound import Incoming, Target
from bot.adapters.telegram.render import MAX_PARTS, Part, render
from bot.core.documents import Document, OpenLink, paragraph
from bot.core.places import ChatKind, ChatRef, MessageRef, Platform
from bot.core.ports import PostFailed, Words
from bot.core.requests import Card, File, Outcome, Reply, Request
from bot.core.sanitize import clean

MAX_WAIT_SECONDS = 60
MAX_WAITS = 3
MAX_RETRIES = 3
MAX_ALERT = 200  # core.telegram.org/bots/api#answercallbackquery
MAX_DEEP_LINK = 64
MAX_SUMMARY = 250
INLINE_CACHE_SECONDS = 1
"""So long Telegram itself answers whoever types the same again, with what we answered before."""
Over = Callable[[bool], None]
Spent = Callable[[], Over | None]
"""Called when a request leaves; what it returns, once it has come to its end, with whether it was done."""
# Telegram counts these against its limits on messages.
COUNTED = frozenset({"sendMessage", "editMessageText", "sendDocument"})

_log = logging.getLogger(__name__)


async def no_wait() -> None:
    """For a bot whose messages nobody counts."""


async def not_told(seconds: float | None, chat: str) -> None:
    """For a bot that nobody else speaks for."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A rendered message, ready to go.

    body: its form fields. part: what they were made of, for the fallback. short: its text, where it fits into an alert.
    file: what it brings; such a message has no text.
    """

    body: bytes
    part: Part
    short: str | None
    file: File | None = None

    @property
    def method(self) -> str:
        """What sends it."""
        return "sendMessage" if self.file is None else "sendDocument"


class Sender:
    """Sends for one bot. `bot_name` is known only once Telegram answered, so it is set later.

    room: waits until Telegram takes another message. spent: called just before each request that counts against
    Telegram's limits, and what it returns after it. limited: told where Telegram said "too many", for how many seconds
    if it said so, and in which chat where it may be only that one's. revoked: called where Telegram no longer knows the
    token.
    """

    def __init__(
        self,
        *,
        request: BaseRequest,
        url: str,
        words: Mapping[str, Words],
        default_locale: str,
        room: Callable[[], Awaitable[None]],
        spent: Spent,
        limited: Callable[[float | None, str], Awaitable[None]] = not_told,
        revoked: Callable[[], None] = lambda: None,
    ) -> None:
        self._request = request
        self._room = room
        self._spent = spent
        self._limited = limited
        self._revoked = revoked
        self._url = url
        self._words = words
        self._default_locale = default_locale
        self.bot_name = ""

    async def answer(self, incoming: Incoming, reply: Reply | None) -> MessageRef | None:
        """Bring `reply` to the person who asked; returns the message it became, None where it became none.

        Raises nothing of the network: what failed is in the log.
        """
        target = incoming.target
        if reply is None:
            if target.callback is not None:
                await self._confirm(target.callback)
            return None
        whisper = reply.private and target.public
        if target.callback is None:
            return await (self._whisper(incoming, reply) if whisper else self._send_all(target, payloads(reply)))
        if reply.outcome is Outcome.REFUSED or (not reply.ok and target.public and not reply.below):
            await self._deny(target, target.callback, reply)
            return None
        if whisper:
            return await self._whisper_to_presser(incoming, target.callback, reply)
        shown = self._send_all(target, payloads(reply)) if reply.below else self._replace(target, reply)
        return (await asyncio.gather(self._confirm(target.callback), shown))[1]

    async def post(self, chat: ChatRef, document: Document) -> MessageRef:
        """Send one message that nobody asked for; returns where it stands. Raises PostFailed."""
        try:
            sent = await self._carry_out("sendMessage", address(chat.id, chat.thread), single(document))
        except Failed as error:
            raise PostFailed(error.fault.reason, final=error.fault.final) from None
        where = str(sent["chat"]["id"])
        # A group that became a supergroup has another id now, and had no topics before.
        return MessageRef(chat if where == chat.id else replace(chat, id=where, thread=None), str(sent["message_id"]))

    async def edit(self, message: MessageRef, document: Document) -> None:
        """Change a message posted before. Raises PostFailed."""
        head = form(chat_id=message.chat.id, message_id=message.id)
        fault = await self._call("editMessageText", head, single(document))
        if fault is not None and fault.remedy is not Remedy.UNCHANGED:
            raise PostFailed(fault.reason, final=fault.final)

    async def offer(self, query: str, cards: tuple[Card, ...]) -> None:
        """Answer an inline query with cards; a message of inline mode has one part only."""
        results = [_result(card) for card in cards]
        fields = form(
            inline_query_id=query,
            results=json.dumps(results),
            cache_time=INLINE_CACHE_SECONDS,
            is_personal="true",
        )
        fault = await self._call("answerInlineQuery", fields)
        if fault is not None:
            _log.info("An inline query was left unanswered: %s", fault.reason)

    async def _send_all(self, target: Target, parts: tuple[Payload, ...]) -> MessageRef | None:
        """Send messages in order; stops at the first that can't be sent. Returns the first, None where one failed."""
        first = head = address(target.chat, target.thread)
        if target.kind is ChatKind.GROUP and target.message is not None and target.callback is None:
            reply_to = {"message_id": target.message, "allow_sending_without_reply": True}
            first += b"&" + form(reply_parameters=json.dumps(reply_to))
        sent: Any = None
        for index, part in enumerate(parts):
            try:
                made = await self._carry_out(part.method, first if index == 0 else head, part)
            except Failed as error:
                left = error.fault.remedy in (Remedy.LEAVE, Remedy.LEAVE_TOPIC)
                level = logging.INFO if left else logging.WARNING
                _log.log(level, "A reply could not be sent to telegram:%s: %s", target.chat, error.fault.reason)
                return None
            sent = sent or made
        return None if sent is None else _where(sent, target.thread)

    async def _replace(self, target: Target, reply: Reply) -> MessageRef | None:
        """Show `reply` in the message whose button was pressed, or below it where that can't be."""
        parts = payloads(reply) if target.inline is None else (single(reply.document),)
        if target.inline is not None:
            head = form(inline_message_id=target.inline)
        elif target.edit:
            head = form(chat_id=target.chat, message_id=target.message or 0)
        else:
            return await self._send_all(target, parts)
        fault = await self._call("editMessageText", head, parts[0])
        if fault is None or fault.remedy is Remedy.UNCHANGED:
            await self._send_all(target, parts[1:])
            return MessageRef(_chat(target.chat, target.thread), str(target.message)) if target.message else None
        if fault.remedy is Remedy.SEND_ANEW and target.inline is None:
            return await self._send_all(target, parts)
        _log.info("A message could not be edited in telegram:%s: %s", target.chat, fault.reason)
        return None

    async def _whisper(self, incoming: Incoming, reply: Reply) -> MessageRef | None:
        """Answer a group's command in private, or say in the group that it takes a private chat."""
        sent = await self._send_private(incoming.request, reply)
        if sent is None:
            await self._send_all(incoming.target, (single(self._pointer(incoming.request, reply)),))
        return sent

    async def _deny(self, target: Target, callback: str, reply: Reply) -> None:
        """Tell the presser alone why nothing happened; the message stays as it is for everybody who may press it."""
        fault = await self._confirm(callback, payloads(reply)[0].part.text)
        if fault is not None and fault.remedy is Remedy.DROP and not target.public:
            await self._send_all(target, payloads(reply))  # the press is too old for an alert

    async def _whisper_to_presser(self, incoming: Incoming, callback: str, reply: Reply) -> MessageRef | None:
        """Answer a button in a public place for one person's eyes: as an alert where it fits, else in private."""
        parts = payloads(reply)
        if len(parts) == 1 and parts[0].short is not None:
            await self._confirm(callback, parts[0].short)
            return None
        sent = await self._send_private(incoming.request, reply)
        await self._confirm(callback, self._say(reply, "private-pointer" if sent else "private-first"))
        return sent

    async def _send_private(self, request: Request, reply: Reply) -> MessageRef | None:
        if not request.actor.accountable:
            return None  # nobody in particular, so there is no private chat
        return await self._send_all(Target(int(request.actor.user.id), ChatKind.PRIVATE), payloads(reply))

    def _pointer(self, request: Request, reply: Reply) -> Document:
        payload = "_".join(request.line.removeprefix("/").split())
        fits = (
            len(payload) <= MAX_DEEP_LINK and payload.isascii() and payload.replace("_", "").replace("-", "").isalnum()
        )
        address = f"https://t.me/{self.bot_name}?start={payload if fits else 'start'}"
        return Document((paragraph(self._say(reply, "private-first")),), ((OpenLink(f"@{self.bot_name}", address),),))

    def _say(self, reply: Reply, key: str) -> str:
        return self._words.get(reply.locale, self._words[self._default_locale]).text(key)

    async def _confirm(self, callback: str, text: str | None = None) -> Fault | None:
        """Stop the button's spinner, with `text` as an alert; a press older than some seconds is refused."""
        fields = form(callback_query_id=callback)
        if text is not None:
            fields += b"&" + form(text=_alert(text), show_alert="true")
        fault = await self._call("answerCallbackQuery", fields)
        if fault is not None:
            _log.debug("A button press could not be confirmed: %s", fault.reason)
        return fault

    async def _call(self, method: str, head: bytes, payload: Payload | None = None) -> Fault | None:
        """Make a request, as often as its faults allow; returns the fault that ended it, None when it was done."""
        try:
            await self._carry_out(method, head, payload)
        except Failed as error:
            return error.fault
        return None

    async def _carry_out(self, method: str, head: bytes, payload: Payload | None = None) -> Any:
        """Make a request, as often as its faults allow; returns what Telegram answers. Raises Failed.

        It may wait for minutes where Telegram says so. Only the chat that has to wait is held up by that.
        """
        body = payload.body if payload is not None else b""
        waits = retries = lost = 0
        moved = False
        while True:
            try:
                fields = head + b"&" + body if body else head
                file = payload.file if payload is not None else None
                data = Form(fields) if file is None else Upload(fields, "document", file)
                return await self._request_once(method, data)
            except TelegramError as error:
                fault = fault_of(error)
            match fault.remedy:
                case Remedy.WAIT if waits < MAX_WAITS and fault.seconds <= MAX_WAIT_SECONDS:
                    waits += 1
                    await asyncio.sleep(fault.seconds)
                case Remedy.RETRY if retries < MAX_RETRIES:
                    retries += 1
                    await asyncio.sleep(2.0 ** (retries - 1))
                case Remedy.RETRY_ONCE | Remedy.RETRY_LATER if not lost:
                    lost += 1
                    await asyncio.sleep(1.0)
                case Remedy.SIMPLIFY if payload is not None and payload.file is None and body == payload.body:
                    _log.warning("Telegram took offence at a message's form; sending its bare text: %s", fault.reason)
                    body = payload.part.bare()
                case Remedy.MOVE if method in ("sendMessage", "sendDocument") and not moved:
                    moved = True
                    # A topic and the message replied to belong to the old chat.
                    head = form(chat_id=fault.chat)
                case Remedy.STOP:
                    self._revoked()
                    raise Failed(fault)
                case _:
                    raise Failed(fault)

    async def _request_once(self, method: str, data: Form | Upload) -> Any:
        """Make one request, when there is room for it where it counts. Raises TelegramError."""
        if method not in COUNTED:
            return await self._request.post(self._url + method, data)
        await self._room()
        over, taken = self._spent(), False
        try:
            answer = await self._request.post(self._url + method, data)
            taken = True
        except TelegramError as error:
            if (fault := fault_of(error)).remedy is Remedy.WAIT:
                named = isinstance(error, RetryAfter)
                await (self._limited(fault.seconds, _chat_of(data)) if named else self._limited(None, ""))
            raise
        finally:
            if over is not None:
                over(taken)
        return answer


def payloads(reply: Reply) -> tuple[Payload, ...]:
    """The messages of a reply, rendered once and kept with it."""
    made = reply.renderings.get(Platform.TELEGRAM)
    if made is None:
        parts = tuple(_payload(part) for part in render(reply.document, MAX_PARTS))
        file = () if reply.file is None else (Payload(b"", Part("", [], []), None, reply.file),)
        made = reply.renderings[Platform.TELEGRAM] = (*parts, *file)
    return cast("tuple[Payload, ...]", made)


def single(document: Document) -> Payload:
    """A document as exactly one message."""
    return _payload(render(document, 1)[0])


def address(chat: int | str, thread: int | str | None) -> bytes:
    """The fields that say where a new message goes."""
    return form(chat_id=chat) if thread is None else form(chat_id=chat, message_thread_id=thread)


def _chat_of(data: Form | Upload) -> str:
    """The chat that a request is about; empty where it is about none."""
    return dict(parse_qsl(data.body.decode())).get("chat_id", "")


def _chat(chat: int | str, thread: int | str | None) -> ChatRef:
    return ChatRef(Platform.TELEGRAM, str(chat), None if thread is None else str(thread))


def _where(sent: Any, thread: int | None) -> MessageRef:
    """The reference of a message as Telegram describes it; a group that grew is told by its new id."""
    return MessageRef(_chat(sent["chat"]["id"], thread), str(sent["message_id"]))


def _alert(text: str) -> str:
    if utf16_length(text) <= MAX_ALERT:
        return text
    return text[: cut(text, MAX_ALERT - 1, measure=utf16_length)].rstrip() + ELLIPSIS


def _payload(part: Part) -> Payload:
    short = part.text if utf16_length(part.text) <= MAX_ALERT and not part.keyboard else None
    return Payload(part.body(), part, short)


def _result(card: Card) -> dict[str, object]:
    part = render(card.reply.document, 1)[0]
    content: dict[str, object] = {"message_text": part.text, "link_preview_options": {"is_disabled": True}}
    if part.entities:
        content["entities"] = part.entities
    result: dict[str, object] = {
        "type": "article",
        "id": card.id,
        "title": clean(card.title),
        "description": clean(card.summary)[:MAX_SUMMARY],
        "input_message_content": content,
    }
    if part.keyboard:
        result["reply_markup"] = {"inline_keyboard": part.keyboard}
    return result
