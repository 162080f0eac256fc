"""From Telegram's updates to requests. Pure: nothing here awaits or touches the outside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from telegram import CallbackQuery, Chat, InlineQuery, Message, MessageEntity, MessageOriginChannel, Update, User

from bot.adapters.telegram.render import is_web
from bot.adapters.telegram.rights import Rights
from bot.core.authority import SHARED_IDENTITIES
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.requests import Actor, Dialog, Origin, Request
from bot.core.subscriptions import PlaceKind

MAX_QUOTED_LINKS = 5
SUPERGROUPS_BELOW = -(10**12)  # core.telegram.org/api/bots/ids: their ids in chats are this minus the one in links

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,64}))?(?=\s|$)")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLACES = {Chat.PRIVATE: PlaceKind.PRIVATE, Chat.CHANNEL: PlaceKind.CHANNEL}
_LINKS: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the answer to a request goes.

    chat, thread, message: None where there is none. message is the one answered, or with `edit` the one to change in
    place. callback: the id of the button press to confirm. inline: the id of a message sent by inline mode.
    """

    chat: int
    kind: ChatKind
    thread: int | None = None
    message: int | None = None
    edit: bool = False
    callback: str | None = None
    inline: str | None = None

    @property
    def public(self) -> bool:
        """Whether others may read what is shown there."""
        return self.kind is ChatKind.GROUP or self.inline is not None

    @property
    def dialog(self) -> Dialog:
        """How more can be asked there: only in private is every message meant for the bot."""
        return Dialog.NONE if self.public else Dialog.STEPS


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request and the place its answer goes to."""

    request: Request
    target: Target


def read(update: Update, bot_name: str, rights: Rights) -> Incoming | None:
    """What an update asks of us; None where it asks nothing.

    Only new messages count: Telegram sends `edited_message` also when nothing but a preview changed, and acting on it
    would run old commands again.
    """
    if update.message is not None:
        return _read_message(update.message, bot_name, rights)
    if update.callback_query is not None:
        return _read_press(update.callback_query, rights)
    return None


def read_inline(query: InlineQuery) -> Request:
    """An inline query as a request; it has no chat, so the person's own stands for it."""
    return Request(
        line=query.query.strip(),
        actor=Actor(_user(query.from_user)),
        chat=ChatRef(Platform.TELEGRAM, str(query.from_user.id)),
        origin=Origin.INLINE,
        platform_locale=query.from_user.language_code,
    )


def order_key(update: Update) -> int:
    """Updates with the same key are acted on one after the other: those of a chat, else those of a person."""
    chat, user = update.effective_chat, update.effective_user
    return chat.id if chat else user.id if user else 0


def _read_message(message: Message, bot_name: str, rights: Rights) -> Incoming | None:
    text = (message.text or "").strip()
    if not text or message.forward_origin is not None or message.from_user is None or message.via_bot is not None:
        return None
    private = message.chat.type == Chat.PRIVATE
    line, named = text, False
    if text.startswith("/"):
        command = _COMMAND.match(text)
        if command is None:
            if not private:
                return None
        else:
            named = command[2] is not None
            if named and command[2].casefold() != bot_name.casefold():
                return None
            line = f"/{command[1]}{text[command.end() :]}"
    elif not private:
        return None
    origin = Origin.TYPED
    if private and (linked := _deep_link(line)) is not None:
        line, origin = linked, Origin.LINK
    target = _target(message)
    request = Request(
        line=line,
        actor=_actor(message.from_user, message, rights),
        chat=_place(target),
        kind=target.kind,
        origin=origin,
        platform_locale=message.from_user.language_code,
        addressed=private or named,
        quoted=_quoted(message),
        quoted_links=_quoted_links(message),
        dialog=target.dialog,
        place=_PLACES.get(message.chat.type, PlaceKind.GROUP),
    )
    return Incoming(request, target)


def _read_press(press: CallbackQuery, rights: Rights) -> Incoming | None:
    if not press.data:
        return None
    message = press.message
    if message is None:
        target = Target(press.from_user.id, ChatKind.PRIVATE, callback=press.id, inline=press.inline_message_id)
    elif isinstance(message, Message) and message.is_accessible:
        seen = _target(message)
        target = Target(seen.chat, seen.kind, seen.thread, message.message_id, edit=True, callback=press.id)
    else:  # too old: Telegram tells only that there was a message
        target = Target(message.chat.id, _kind(message.chat), callback=press.id)
    request = Request(
        line=press.data,
        actor=_actor(press.from_user, message if isinstance(message, Message) else None, rights, target.chat),
        chat=_place(target),
        kind=target.kind,
        origin=Origin.BUTTON,
        platform_locale=press.from_user.language_code,
        dialog=target.dialog,
        place=PlaceKind.PRIVATE if message is None else _PLACES.get(message.chat.type, PlaceKind.GROUP),
    )
    return Incoming(request, target)


def _deep_link(line: str) -> str | None:
    """The command line in `/start payload`; Telegram takes no blanks in a payload, so `_` stands for them."""
    name, _, payload = line.partition(" ")
    payload = payload.strip()
    if name.casefold() != "/start" or not _PAYLOAD.fullmatch(payload):
        return None
    return payload.replace("_", " ").strip() or None


def _actor(user: User, message: Message | None, rights: Rights, chat: int | None = None) -> Actor:
    where = message.chat.id if message is not None else chat
    # A button's message is the bot's own; only a command's message tells who spoke for whom.
    spoken_as = message.sender_chat if message is not None and message.from_user == user else None
    person = _user(user)
    accountable = spoken_as is None and str(person) not in SHARED_IDENTITIES

    async def is_chat_admin() -> bool:
        # A private chat has its person's id, and that person is its master.
        return where == user.id or (where is not None and await rights.is_admin(where, user.id))

    if not accountable:  # nobody in particular has no chats
        return Actor(person, accountable=False, is_chat_admin=is_chat_admin)
    return Actor(person, is_chat_admin=is_chat_admin, administers=partial(rights.administered, user.id))


def _target(message: Message) -> Target:
    thread = message.message_thread_id if message.is_topic_message else None
    return Target(message.chat.id, _kind(message.chat), thread, message.message_id)


def _kind(chat: Chat) -> ChatKind:
    return ChatKind.PRIVATE if chat.type == Chat.PRIVATE else ChatKind.GROUP


def _place(target: Target) -> ChatRef:
    return ChatRef(Platform.TELEGRAM, str(target.chat), None if target.thread is None else str(target.thread))


def _user(user: User) -> UserRef:
    return UserRef(Platform.TELEGRAM, str(user.id))


def _quoted(message: Message) -> str | None:
    if message.quote is not None:
        return message.quote.text
    replied = message.reply_to_message
    # A message in a topic is formally a reply to the service message that opened the topic: no text, so no quote.
    return (replied.text or replied.caption) if replied is not None else None


def _quoted_links(message: Message) -> tuple[str, ...]:
    """Addresses in the message replied to, then its own; that one always has room."""
    if (elsewhere := message.external_reply) is not None:  # of another chat or topic: only where it stands is told
        place = _origin(elsewhere.origin) or _place_of(elsewhere.chat, elsewhere.message_id)
        return (place,) if place else ()
    replied = message.reply_to_message
    if replied is None or (message.is_topic_message and replied.message_id == message.message_thread_id):
        return ()  # a message in a topic is formally a reply to the service message that opened it
    found = replied.parse_entities(_LINKS) if replied.text else replied.parse_caption_entities(_LINKS)
    links = dict.fromkeys(url for entity, text in found.items() if is_web(url := entity.url or text))
    place = _origin(replied.forward_origin) or _place_of(replied.chat, replied.message_id)
    if place is None:
        return tuple(links)[:MAX_QUOTED_LINKS]
    links.pop(place, None)
    return (*tuple(links)[: MAX_QUOTED_LINKS - 1], place)


def _origin(origin: object) -> str | None:
    """The post a message was forwarded from, where everybody can open it."""
    if isinstance(origin, MessageOriginChannel) and origin.chat.username:
        return _place_of(origin.chat, origin.message_id)
    return None


def _place_of(chat: Chat | None, message: int | None) -> str | None:
    """The address of a message; None in private chats and basic groups, where messages have none."""
    if chat is None or message is None or chat.type not in (Chat.SUPERGROUP, Chat.CHANNEL):
        return None
    return f"https://t.me/{chat.username or f'c/{SUPERGROUPS_BELOW - chat.id}'}/{message}"
