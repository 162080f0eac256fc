"""Who may do what in a chat, as Telegram tells it when asked."""

from __future__ import annotations

import logging
import re

from telegram import Bot, Chat, ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.core.places import ChatRef, Platform
from bot.core.requests import Administered
from bot.core.subscriptions import PlaceKind

_ADMINISTRATORS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
_NAME = re.compile(r"@[A-Za-z0-9_]{4,32}|-[0-9]{1,20}")
_KINDS = {Chat.GROUP: PlaceKind.GROUP, Chat.SUPERGROUP: PlaceKind.GROUP, Chat.CHANNEL: PlaceKind.CHANNEL}

_log = logging.getLogger(__name__)


class Rights:
    """Asks Telegram; what it does not tell is taken for a no."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def is_admin(self, chat: int, user: int) -> bool:
        """Whether somebody administers a chat."""
        try:
            member = await self._bot.get_chat_member(chat, user)
        except TelegramError as error:
            _log.info("Telegram doesn't say who is an administrator of chat %s: %s", chat, error.message)
            return False
        return member.status in _ADMINISTRATORS

    async def administered(self, user: int, name: str) -> Administered | None:
        """The group or channel called `name` (`@name`, or its number), where that person administers it."""
        name = name.strip()
        if not _NAME.fullmatch(name):
            return None
        try:
            chat = await self._bot.get_chat(name if name.startswith("@") else int(name))
            kind = _KINDS.get(chat.type)
            if kind is None or (await self._bot.get_chat_member(chat.id, user)).status not in _ADMINISTRATORS:
                return None
            bot = await self._bot.get_chat_member(chat.id, self._bot.id)
        except TelegramError as error:
            _log.info("Telegram doesn't say who administers chat %s: %s", name, error.message)
            return None
        except (TypeError, KeyError):  # a server older than the library, whose answers lack fields
            _log.warning("Telegram's answer about chat %s could not be read", name, exc_info=True)
            return None
        ref = ChatRef(Platform.TELEGRAM, str(chat.id))
        return Administered(ref, chat.title or name, _may_post(chat, bot), kind)


def _may_post(chat: ChatFullInfo, bot: ChatMember) -> bool:
    if chat.type == Chat.CHANNEL:
        return may_write(bot, channel=True)
    everybody = chat.permissions is None or bool(chat.permissions.can_send_messages)
    return may_write(bot, channel=False) and (everybody or bot.status in _ADMINISTRATORS)


def may_write(bot: ChatMember, *, channel: bool) -> bool:
    """Whether the bot, being this member of a chat, may write there; in a channel only administrators can."""
    if isinstance(bot, ChatMemberRestricted):
        return bot.is_member and bot.can_send_messages and not channel
    if isinstance(bot, ChatMemberAdministrator):
        return bool(bot.can_post_messages) or not channel
    return bot.status == ChatMemberStatus.MEMBER and not channel
