"""What Telegram tells of chats themselves, in updates and in service messages. Pure."""

from __future__ import annotations

from telegram import Chat, ChatMember, ChatMemberUpdated, Message, Update

from bot.adapters.telegram.rights import may_write
from bot.core.outbox import ChatBack, ChatEvent, ChatLost, ChatMoved
from bot.core.places import ChatRef, Platform

_OUT = (ChatMember.LEFT, ChatMember.BANNED)


def read_events(update: Update) -> tuple[ChatEvent, ...]:
    """What became of a chat; empty where the update tells of something else."""
    if update.my_chat_member is not None:
        return (_membership(update.my_chat_member),)
    return _service(update.message) if update.message is not None else ()


def _membership(change: ChatMemberUpdated) -> ChatEvent:
    chat, bot = _ref(change.chat.id), change.new_chat_member
    if change.chat.type == Chat.PRIVATE:
        return ChatLost(chat, "the bot was blocked") if bot.status in _OUT else ChatBack(chat)
    if may_write(bot, channel=change.chat.type == Chat.CHANNEL):
        return ChatBack(chat)
    return ChatLost(chat, "the bot was removed" if bot.status in _OUT else "the bot may not write there")


def _service(message: Message) -> tuple[ChatEvent, ...]:
    """A group's move is told in both groups and in any order; each chat hears of it before what is said there next.

    The bot is in the new group then, whatever was heard of it leaving the old one, so the group is back as well.
    """
    here = message.chat.id
    if message.migrate_to_chat_id is not None:
        return _moved(here, message.migrate_to_chat_id)
    if message.migrate_from_chat_id is not None:
        return _moved(message.migrate_from_chat_id, here)
    if message.message_thread_id is None:
        return ()  # the general topic is the chat itself, and that is still there when it is closed
    topic = _ref(here, message.message_thread_id)
    if message.forum_topic_closed is not None:
        return (ChatLost(topic, "the topic was closed"),)
    if message.forum_topic_reopened is not None or message.forum_topic_created is not None:
        return (ChatBack(topic),)
    return ()


def _moved(old: int, new: int) -> tuple[ChatEvent, ...]:
    return ChatMoved(_ref(old), _ref(new)), ChatBack(_ref(new))


def _ref(chat: int, thread: int | None = None) -> ChatRef:
    return ChatRef(Platform.TELEGRAM, str(chat), None if thread is None else str(thread))
