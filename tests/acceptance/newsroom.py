"""A newsroom on both fakes at once: what people type, press and see, in the same words for either platform."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.core.places import ChatRef, Platform, UserRef
from tests.platforms.discord_api import Answer, DiscordApi, read_message
from tests.platforms.discord_limits import buttons
from tests.platforms.discord_payloads import APP
from tests.platforms.telegram_client import PATIENCE, Sent, TelegramApi

TELEGRAM_DESK = ChatRef(Platform.TELEGRAM, "-1000000000700")
DISCORD_DESK = ChatRef(Platform.DISCORD, "900000000000000070")
LABEL = re.compile(r"\b[FR]-\d+\b")
_DISCORD_LOCALES = {"it": "it", "en": "en-US", "ru": "ru", "ko": "ko"}
_WITH_FIELDS = ("addfact", "suggest")


@dataclass(frozen=True)
class Seen:
    """A message, an alert or a form as one person sees it.

    data: what its buttons carry, by label. chat: where it stands. raw: as the client of the platform has it.
    changed: it took the place of the message that was pressed.
    """

    text: str
    data: dict[str, str]
    chat: ChatRef
    id: str
    raw: Any
    changed: bool = False

    @property
    def label(self) -> str:
        """The first number of an entry or a report in it."""
        found = LABEL.search(self.text)
        assert found, self.text
        return found[0]

    def starting(self, sign: str) -> str:
        """What the button carries whose label begins so."""
        return next(data for label, data in self.data.items() if label.startswith(sign))


def telegram(identity: int) -> UserRef:
    return UserRef(Platform.TELEGRAM, str(identity))


def discord(identity: int) -> UserRef:
    return UserRef(Platform.DISCORD, str(identity))


async def until(true: Callable[[], Awaitable[Any]], what: str, seconds: float = PATIENCE) -> Any:
    """Ask again and again until there is an answer; AssertionError where none comes."""
    end = time.monotonic() + seconds
    while not (found := await true()):
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        await asyncio.sleep(0.1)
    return found


class Newsroom:
    """Both platforms. A `chat` of None is the person's own with the bot."""

    def __init__(self, telegram: TelegramApi, discord: DiscordApi) -> None:
        self.telegram, self.discord = telegram, discord
        self._requests = 0

    async def types(
        self, who: UserRef, command: str, *, chat: ChatRef | None = None, locale: str = "en", **options: str
    ) -> Seen:
        """Type a command: on Discord with options, on Telegram as one line."""
        if who.platform is Platform.DISCORD:
            where = _where(who, chat) | {"locale": _DISCORD_LOCALES[locale]}
            return _answered(await self.discord.slash(command, options, **where), chat or _own(who))
        user = {"id": int(who.id), "language_code": locale}
        since = await self._now()
        await self.telegram.write(_line(command, options), chat=_telegram_chat(who, chat), user=user)
        return _sent((await self.telegram.sent(chat=int(chat.id if chat else who.id), since=since, wait=1))[0])

    async def presses(self, who: UserRef, seen: Seen, data: str, *, chat: ChatRef | None = None) -> Seen:
        """Press what a message has, or had, or never had; `chat`: as if the message stood elsewhere."""
        place = chat or seen.chat
        if who.platform is Platform.DISCORD:
            where = _where(who, place if place != _own(who) else None)
            sent = await self.discord.send_press(seen.raw, data, **where)
            return _answered(await self.discord.answer(sent), place)
        api = self.telegram
        since = await self._now()
        user = {"id": int(who.id), "language_code": "en"}
        await api.order("callback", chat=_telegram_chat(who, place), message_id=int(seen.id), user=user, data=data)
        (confirmed, *_) = await api.records("answerCallbackQuery", since=since, wait=1)
        if text := confirmed["params"].get("text"):
            return Seen(text, {}, place, "", confirmed)
        shown = (await api.sent(chat=int(place.id), since=since, wait=1, edits=True))[0]
        return _sent(shown, changed=shown.method == "editMessageText" and str(shown.id) == seen.id)

    async def _now(self) -> int:
        """How many requests the bot has made on Telegram; only the new ones are fetched, since there are many."""
        self._requests += len(await self.telegram.records(since=self._requests))
        return self._requests

    async def card(self, chat: ChatRef, label: str, *saying: str) -> Seen:
        """The card of a proposal in a review chat once it says all this; the last one where there are several."""

        async def find() -> Seen | None:
            cards = [each for each in await self.messages(chat) if label in each.text.split("\n")[0].split()]
            return cards[-1] if cards and all(one in cards[-1].text for one in saying) else None

        return await until(find, f"the card of {label} in {chat} saying {saying}")

    async def messages(self, chat: ChatRef) -> list[Seen]:
        """The bot's messages in a chat as they stand there now, the oldest first."""
        if chat.platform is Platform.DISCORD:
            found = (await self.discord.state())["messages"]
            own = [each for each in found if each["channel_id"] == chat.id and each["author"]["id"] == APP]
            return [_posted(each, chat) for each in own if not each["flags"] & 64]
        now: dict[int, Seen] = {}
        for each in await self.telegram.sent(chat=int(chat.id), edits=True):
            now[each.id] = _sent(each)
        return list(now.values())


def _line(command: str, options: dict[str, str]) -> str:
    if command in _WITH_FIELDS:
        lead = [options["statement"]] if "statement" in options else []
        fields = [f"{name}: {value}" for name, value in options.items() if name not in ("statement", "more")]
        return f"/{command} {' | '.join((*lead, *fields, *filter(None, [options.get('more')])))}".strip()
    return " ".join((f"/{command}", *options.values()))


def _telegram_chat(who: UserRef, chat: ChatRef | None) -> dict[str, Any]:
    if chat is None or int(chat.id) > 0:
        return {"id": int(chat.id if chat else who.id), "type": "private"}
    return {"id": int(chat.id), "type": "supergroup", "title": "Desk"}


def _own(who: UserRef) -> ChatRef:
    """Where somebody and the bot are alone."""
    return ChatRef(who.platform, f"5{who.id}" if who.platform is Platform.DISCORD else who.id)


def _where(who: UserRef, chat: ChatRef | None) -> dict[str, Any]:
    alone = chat is None
    return {"user": who.id, "channel": (chat or _own(who)).id, "place": "dm" if alone else "guild"}


def _sent(sent: Sent, *, changed: bool = False) -> Seen:
    chat = ChatRef(Platform.TELEGRAM, str(sent.chat))
    return Seen(sent.text, sent.buttons, chat, str(sent.id), sent, changed)


def _answered(answer: Answer, chat: ChatRef) -> Seen:
    if not answer.parts:
        return Seen("", {}, chat, "", answer)
    data = {each.get("label", ""): each.get("custom_id") or each["url"] for each in answer.buttons}
    return Seen(answer.text, data, chat, answer.message["id"], answer.message, answer.edited)


def _posted(message: dict[str, Any], chat: ChatRef) -> Seen:
    data = {each.get("label", ""): each.get("custom_id") or each["url"] for each in buttons(message)}
    return Seen(read_message(message).text, data, chat, message["id"], message)
