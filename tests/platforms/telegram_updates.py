"""Building the updates Telegram would send."""

from __future__ import annotations

import re
import time
from typing import Any

from tests.platforms import telegram_members as members
from tests.platforms.telegram_limits import units
from tests.platforms.telegram_state import Chat, State

SOMEBODY = 1001
_FOUND = {
    "bot_command": re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?"),
    "url": re.compile(r"(?<!\S)(?:[a-z]+://)?(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE),
}


def entities_in(text: str, links: dict[str, str]) -> list[dict[str, Any]]:
    """The entities Telegram finds in a text, and those of `links`: words of it and the address behind them."""
    found = [
        _entity(kind, text, match.start(), match[0])
        for kind, pattern in _FOUND.items()
        for match in pattern.finditer(text)
    ]
    found += [_entity("text_link", text, text.index(words), words) | {"url": url} for words, url in links.items()]
    return sorted(found, key=lambda entity: entity["offset"])


def _entity(kind: str, text: str, start: int, words: str) -> dict[str, Any]:
    return {"type": kind, "offset": units(text[:start]), "length": units(words)}


def person(user: dict[str, Any] | int) -> dict[str, Any]:
    """A user, by id or with some fields set."""
    fields = {"id": user} if isinstance(user, int) else user
    return {"is_bot": False, "first_name": f"User {fields['id']}"} | fields


def message(state: State, order: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The kind and content of an update with a message.

    order: `chat` and `user` (id or fields), `text` or `caption`, and any of `links` (words → address), `thread`,
    `reply_to` (message id), `external_reply` (its fields), `quote`, `forwarded` (True: from somebody hidden, or the
    fields of the origin), `sender_chat` (fields), `edited` (message id), `channel`.
    """
    user = person(order["user"])
    chat = _chat(state, order["chat"], user)
    edited = order.get("edited")
    content: dict[str, Any] = {
        "message_id": edited or chat.take_id(),
        "date": int(time.time()),
        "chat": chat.brief(),
        "from": user,
    }
    for name in ("text", "caption"):
        if order.get(name) is not None:
            content[name] = order[name]
            if found := entities_in(order[name], order.get("links") or {}):
                content["entities" if name == "text" else "caption_entities"] = found
    if "caption" in content:
        content["photo"] = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    if order.get("thread"):
        chat.topics.add(int(order["thread"]))
        content |= {"message_thread_id": int(order["thread"]), "is_topic_message": True}
    if replied := _replied(chat, order):
        content["reply_to_message"] = replied
    if order.get("external_reply"):
        content["external_reply"] = order["external_reply"]
    if order.get("quote"):
        content["quote"] = {"text": order["quote"], "position": 0}
    if order.get("forwarded"):
        hidden = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
        content["forward_origin"] = hidden if order["forwarded"] is True else order["forwarded"]
    if order.get("sender_chat"):
        content["sender_chat"] = order["sender_chat"]
    kind = "edited_message" if edited else "message"
    if order.get("channel"):
        kind = "channel_post"
        del content["from"]
    if edited:
        content["edit_date"] = int(time.time())
    chat.messages[content["message_id"]] = content
    return kind, content


def _replied(chat: Chat, order: dict[str, Any]) -> dict[str, Any] | None:
    """The message replied to, without the one that one replied to; in a topic at least the one that opened it."""
    if order.get("reply_to"):
        replied = chat.messages[int(order["reply_to"])]
        return {name: value for name, value in replied.items() if name != "reply_to_message"}
    if not order.get("thread"):
        return None
    thread = {"message_id": int(order["thread"]), "message_thread_id": int(order["thread"]), "is_topic_message": True}
    opened = {"name": "Topic", "icon_color": 7322096}
    return thread | {"date": 1, "chat": chat.brief(), "from": person(7), "forum_topic_created": opened}


def callback(state: State, order: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A press of a button with `data` on a message: `chat` and `message_id`, or `inline_message_id`."""
    identity = str(state.next_callback)
    state.next_callback += 1
    state.open_queries.add(identity)
    content = {"id": identity, "from": person(order["user"]), "chat_instance": "1", "data": order["data"]}
    if order.get("inline_message_id"):
        return "callback_query", content | {"inline_message_id": order["inline_message_id"]}
    chat = _chat(state, order["chat"], content["from"])
    found = chat.messages.get(order["message_id"])
    if found is None or order.get("inaccessible"):
        found = {"chat": chat.brief(), "message_id": order["message_id"], "date": 0}
    return "callback_query", content | {"message": found}


def inline(state: State, order: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    identity = str(state.next_callback)
    state.next_callback += 1
    state.open_queries.add(identity)
    return "inline_query", {
        "id": identity,
        "from": person(order["user"]),
        "query": order["query"],
        "offset": order.get("offset", ""),
    }


def member(state: State, order: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The bot's own membership in `chat` changed from `old` to `new` (see `telegram_members.Status`)."""
    user = person(order.get("user", SOMEBODY))
    chat = _chat(state, order["chat"], user)
    old, new = (members.member(state.me, order[name]) for name in ("old", "new"))
    chat.blocked, chat.muted = members.shut(chat.type, new)
    chat.members[state.me["id"]] = order["new"]
    return "my_chat_member", {
        "chat": chat.brief(),
        "from": user,
        "date": int(time.time()),
        "old_chat_member": old,
        "new_chat_member": new,
    }


def migrated(state: State, order: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The service message, told in the `old` or the `new` group (`told`), that a group became a supergroup."""
    old, new = state.chat(int(order["old"])), state.chat(int(order["new"]))
    old.moved_to = new.id
    if order["told"] == "old":
        return _service(old, order, {"migrate_to_chat_id": new.id})
    return _service(new, order, {"migrate_from_chat_id": old.id})


def topic(state: State, order: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The service message that a topic (`chat`, `thread`) was created, closed or reopened (`what`)."""
    chat, thread, what = state.chat(int(order["chat"]), is_forum=True), int(order["thread"]), order["what"]
    chat.topics.add(thread)
    (chat.closed.add if what == "closed" else chat.closed.discard)(thread)
    about = {"name": "Topic", "icon_color": 7322096} if what == "created" else {}
    content = {f"forum_topic_{what}": about, "message_thread_id": thread, "is_topic_message": True}
    return _service(chat, order, content)


def _service(chat: Chat, order: dict[str, Any], content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    said = {"message_id": chat.take_id(), "date": int(time.time()), "chat": chat.brief()}
    return "message", said | {"from": person(order.get("user", SOMEBODY))} | content


BUILDERS = {
    "message": message,
    "callback": callback,
    "inline": inline,
    "member": member,
    "migrated": migrated,
    "topic": topic,
}


def _chat(state: State, chat: dict[str, Any] | int, user: dict[str, Any]) -> Chat:
    fields = {"id": chat} if isinstance(chat, int) else dict(chat)
    found = state.chat(int(fields.pop("id")), **fields)
    if found.type == "private":
        found.started, found.title = True, user["first_name"]
    elif user["id"] not in state.chats and user["id"] > 0:
        # Telegram knows the person, but they never opened a chat with the bot.
        state.chat(user["id"], started=False)
    return found
