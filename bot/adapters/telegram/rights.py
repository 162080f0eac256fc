"""Who may do what in a chat, as Telegram tells it when asked.

Its answers are read as they come: the library takes a member only with every field that its own version knows of, and
a server of one's own may be older.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from telegram import Chat, ChatMember
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.adapters.telegram.http import Form, form
from bot.core.places import ChatRef, Platform
from bot.core.requests import Administered
from bot.core.subscriptions import PlaceKind

_ADMINISTRATORS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
_NAME = re.compile(r"@[A-Za-z0-9_]{4,32}|-[0-9]{1,20}")
_KINDS = {Chat.GROUP: PlaceKind.GROUP, Chat.SUPERGROUP: PlaceKind.GROUP, Chat.CHANNEL: PlaceKind.CHANNEL}

_log = logging.getLogger(__name__)


class Rights:
    """Asks Telegram; what it does not tell is taken for a no. bot: the bot's own id."""

    def __init__(self, *, request: BaseRequest, url: str, bot: int) -> None:
        self._request = request
        self._url = url
        self._bot = bot

    async def is_admin(self, chat: int, user: int) -> bool:
        """Whether somebody administers a chat."""
        try:
            return (await self._member(chat, user))["status"] in _ADMINISTRATORS
        except (TelegramError, KeyError, TypeError) as error:
            _log.info("Telegram doesn't say who is an administrator of telegram:%s: %s", chat, error)
            return False

    async def administered(self, user: int, name: str) -> Administered | None:
        """The group or channel called `name` (`@name`, or its number), where that person administers it."""
        name = name.strip()
        if not _NAME.fullmatch(name):
            return None
        try:
            chat = await self._ask("getChat", chat_id=name)
            kind = _KINDS.get(chat["type"])
            if kind is None or (await self._member(chat["id"], user))["status"] not in _ADMINISTRATORS:
                return None
            bot = await self._member(chat["id"], self._bot)
            postable = may_write(bot, channel=kind is PlaceKind.CHANNEL) and is_open(chat, bot)
        except (TelegramError, KeyError, TypeError) as error:
            _log.info("Telegram doesn't say who administers a chat that somebody named: %s", error)
            return None
        return Administered(ChatRef(Platform.TELEGRAM, str(chat["id"])), chat.get("title") or name, postable, kind)

    async def _member(self, chat: int, user: int) -> Any:
        return await self._ask("getChatMember", chat_id=chat, user_id=user)

    async def _ask(self, method: str, **fields: str | int) -> Any:
        return await self._request.post(self._url + method, Form(form(**fields)))


def may_write(member: Mapping[str, Any], *, channel: bool) -> bool:
    """Whether a member of a chat may write there; in a channel only administrators can. Raises KeyError."""
    match member["status"]:
        case ChatMember.ADMINISTRATOR:
            return not channel or bool(member.get("can_post_messages"))
        case ChatMember.RESTRICTED:
            return not channel and bool(member["is_member"] and member["can_send_messages"])
        case status:
            return not channel and status == ChatMember.MEMBER


def is_open(chat: Mapping[str, Any], member: Mapping[str, Any]) -> bool:
    """Whether a group lets everybody write, or this member anyway."""
    permissions = chat.get("permissions")
    return permissions is None or bool(permissions["can_send_messages"]) or member["status"] in _ADMINISTRATORS
