"""What Telegram tells of chats themselves, in updates and in service messages. Pure.

Updates are read as they come, for the reason given in `rights`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Chat, ChatMember

from bot.adapters.telegram.rights import may_write
from bot.core.outbox import ChatBack, ChatEvent, ChatLost, ChatMoved
from bot.core.places import ChatRef, Platform


@dataclass(frozen=True, slots=True)
class Told:
    """What an update tells of chats, and the chat it was told in, among whose commands it has its place."""

    chat: int
    events: tuple[ChatEvent, ...]


def read_events(update: Mapping[str, Any]) -> Told | None:
    """What became of a chat; None where the update tells of something else. Raises KeyError for what is none."""
    if change := update.get("my_chat_member"):
        return Told(change["chat"]["id"], (_membership(change),))
    if (message := update.get("message")) and (events := _service(message)):
        return Told(message["chat"]["id"], events)
    return None


def _membership(change: Mapping[str, Any]) -> ChatEvent:
    bot, kind = change["new_chat_member"], change["chat"]["type"]
    chat, out = _ref(change["chat"]["id"]), bot["status"] in (ChatMember.LEFT, ChatMember.BANNED)
    if kind == Chat.PRIVATE:
        return ChatLost(chat, "the bot was blocked") if out else ChatBack(chat)
    if may_write(bot, channel=kind == Chat.CHANNEL):
        return ChatBack(chat)
    return ChatLost(chat, "the bot was removed" if out else "the bot may not write there")


def _service(message: Mapping[str, Any]) -> tuple[ChatEvent, ...]:
    """A group's move is told in both groups and in any order; each chat hears of it before what is said there next.

    The bot is in the new group then, whatever was heard of it leaving the old one, so the group is back as well.
    """
    here = message["chat"]["id"]
    if "migrate_to_chat_id" in message:
        return _moved(here, message["migrate_to_chat_id"])
    if "migrate_from_chat_id" in message:
        return _moved(message["migrate_from_chat_id"], here)
    thread = message.get("message_thread_id")
    if thread is None:
        return ()  # the general topic is the chat itself, and that is still there when it is closed
    if "forum_topic_closed" in message:
        return (ChatLost(_ref(here, thread), "the topic was closed"),)
    if "forum_topic_reopened" in message or "forum_topic_created" in message:
        return (ChatBack(_ref(here, thread)),)
    return ()


def _moved(old: int, new: int) -> tuple[ChatEvent, ...]:
    return ChatMoved(_ref(old), _ref(new)), ChatBack(_ref(new))


def _ref(chat: int, thread: int | None = None) -> ChatRef:
    return ChatRef(Platform.TELEGRAM, str(chat), None if thread is None else str(thread))
