"""The methods of the fake Bot API: each takes the state and the parsed parameters and returns the result."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.platforms import telegram_limits as limits
from tests.platforms.telegram_limits import Refusal, bad
from tests.platforms.telegram_members import member
from tests.platforms.telegram_state import Chat, State

Params = dict[str, Any]
Method = Callable[[State, Params], Any]


def _get_me(state: State, params: Params) -> Params:
    return state.me


def _yes(state: State, params: Params) -> bool:
    return True


def _send_message(state: State, params: Params) -> Params:
    chat = state.writable(params)
    text = limits.check_message(params)
    reply_to = (params.get("reply_parameters") or {}).get("message_id") or params.get("reply_to_message_id")
    lenient = (params.get("reply_parameters") or {}).get("allow_sending_without_reply")
    if reply_to and int(reply_to) not in chat.messages and str(lenient).lower() != "true":
        raise bad("message to be replied not found")
    state.charge(chat)
    message: Params = {"message_id": chat.take_id(), "from": state.me, "chat": chat.brief(), "date": int(time.time())}
    if params.get("message_thread_id"):
        message |= {"message_thread_id": int(params["message_thread_id"]), "is_topic_message": True}
    if reply_to and int(reply_to) in chat.messages:
        original = chat.messages[int(reply_to)]
        message["reply_to_message"] = {name: value for name, value in original.items() if name != "reply_to_message"}
    chat.messages[message["message_id"]] = message
    state.ledger.wrote(chat.id, text, edit=False)
    return _fill(message, text, params)


def _send_document(state: State, params: Params) -> Params:
    chat = state.writable(params)
    document = params.get("document")
    if not isinstance(document, dict) or not document["content"]:
        raise bad("there is no document in the request")
    state.charge(chat)
    message: Params = {"message_id": chat.take_id(), "from": state.me, "chat": chat.brief(), "date": int(time.time())}
    chat.messages[message["message_id"]] = message
    return message | {"document": {"file_id": "x", "file_unique_id": "x", "file_name": document["filename"]}}


def _fill(message: Params, text: str, params: Params) -> Params:
    message["text"] = text
    for name in ("entities", "reply_markup"):
        message.pop(name, None)
        if params.get(name):
            message[name] = params[name]
    return message


def _edit_text(state: State, params: Params) -> Any:
    text = limits.check_message(params)
    if params.get("inline_message_id"):
        return True
    chat = state.target(params)
    message = state.message(chat, params.get("message_id"), "edit")
    if chat.edits:
        raise bad("message can't be edited" if chat.edits == "too old" else "message to edit not found")
    if int(message.get("message_thread_id") or 0) in chat.closed:
        raise bad("TOPIC_CLOSED")
    new = _fill(dict(message), text, params)
    if new == {name: value for name, value in message.items() if name != "edit_date"}:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    if state.limits.edits:
        state.charge(chat)
    state.ledger.wrote(chat.id, text, edit=True)
    return _fill(message, text, params)


def _edit_keyboard(state: State, params: Params) -> Any:
    limits.check_keyboard(params.get("reply_markup"))
    if params.get("inline_message_id"):
        return True
    message = state.message(state.target(params), params.get("message_id"), "edit")
    if (params.get("reply_markup") or None) == message.get("reply_markup"):
        raise bad("message is not modified")
    return _fill(message, message["text"], {"entities": message.get("entities")} | params)


def _delete_message(state: State, params: Params) -> bool:
    chat = state.target(params)
    state.message(chat, params.get("message_id"), "delete")
    del chat.messages[int(params["message_id"])]
    return True


def _chat_action(state: State, params: Params) -> bool:
    state.target(params)
    if not params.get("action"):
        raise bad("wrong parameter action in request")
    return True


def _take_query(state: State, params: Params, name: str) -> None:
    try:
        state.open_queries.remove(str(params.get(name)))
    except KeyError:
        raise bad("query is too old and response timeout expired or query ID is invalid") from None


def _answer_callback(state: State, params: Params) -> bool:
    if limits.units(str(params.get("text", ""))) > limits.MAX_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    _take_query(state, params, "callback_query_id")
    return True


def _answer_inline(state: State, params: Params) -> bool:
    limits.check_results(params.get("results"))
    _take_query(state, params, "inline_query_id")
    return True


def _command_key(params: Params) -> str:
    language = str(params.get("language_code") or "")
    return f"{limits.check_scope(params.get('scope'), language)}/{language}"


def _set_commands(state: State, params: Params) -> bool:
    key = _command_key(params)
    limits.check_commands(params.get("commands"))
    state.commands[key] = params["commands"]
    return True


def _get_commands(state: State, params: Params) -> list[dict[str, str]]:
    return state.commands.get(_command_key(params), [])


def _delete_commands(state: State, params: Params) -> bool:
    state.commands.pop(_command_key(params), None)
    return True


def _set_text(kind: str, most: int) -> Method:
    def method(state: State, params: Params) -> bool:
        text, language = str(params.get(kind) or ""), str(params.get("language_code") or "")
        limits.check_scope(None, language)
        if limits.units(text) > most:
            raise bad(f"{kind} is too long")
        state.texts[kind][language] = text
        return True

    return method


def _get_text(kind: str) -> Method:
    def method(state: State, params: Params) -> dict[str, str]:
        return {kind: state.texts[kind].get(str(params.get("language_code") or ""), "")}

    return method


def _get_member(state: State, params: Params) -> Params:
    chat = _known(state, params)
    user = int(params.get("user_id") or 0)
    known = state.me if user == state.me["id"] else {"id": user, "is_bot": False, "first_name": "User"}
    usual = "restricted" if chat.muted and user == state.me["id"] else "member"
    return member(known, chat.members.get(user, usual))


def _get_chat(state: State, params: Params) -> Params:
    chat = _known(state, params)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, True)}
    return chat.brief() | full | ({} if chat.permissions is None else {"permissions": chat.permissions})


def _leave_chat(state: State, params: Params) -> bool:
    _known(state, params).blocked = True
    return True


def _known(state: State, params: Params) -> Chat:
    return state.target({"chat_id": params.get("chat_id")})


def _set_webhook(state: State, params: Params) -> bool:
    url = str(params.get("url") or "")
    if url and not limits.is_web(url):
        raise bad("bad webhook: invalid URL specified")
    secret = params.get("secret_token")
    if secret and not (len(secret) <= 256 and all(char.isalnum() or char in "_-" for char in secret)):
        raise bad("secret token contains unallowed characters")
    state.webhook = {"url": url, "secret_token": secret}
    _allow(state, params)
    if _truth(params.get("drop_pending_updates")):
        state.updates.clear()
    return True


def _delete_webhook(state: State, params: Params) -> bool:
    state.webhook = {"url": ""}
    if _truth(params.get("drop_pending_updates")):
        state.updates.clear()
    return True


def _webhook_info(state: State, params: Params) -> Params:
    return {
        "url": state.webhook["url"],
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
        # Of these the real one leaves out what there is not, too.
        **({"allowed_updates": state.allowed} if state.allowed else {}),
        **({"max_connections": 40, "ip_address": "127.0.0.1", **state.trouble} if state.webhook["url"] else {}),
    }


def _allow(state: State, params: Params) -> None:
    if params.get("allowed_updates") is not None:
        state.allowed = list(params["allowed_updates"])


def _truth(value: Any) -> bool:
    return str(value).lower() in ("true", "1")


METHODS: dict[str, Method] = {
    "getMe": _get_me,
    "sendMessage": _send_message,
    "sendDocument": _send_document,
    "editMessageText": _edit_text,
    "editMessageReplyMarkup": _edit_keyboard,
    "deleteMessage": _delete_message,
    "sendChatAction": _chat_action,
    "answerCallbackQuery": _answer_callback,
    "answerInlineQuery": _answer_inline,
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "deleteMyCommands": _delete_commands,
    "setMyName": _set_text("name", 64),
    "setMyDescription": _set_text("description", 512),
    "setMyShortDescription": _set_text("short_description", 120),
    "getMyName": _get_text("name"),
    "getMyDescription": _get_text("description"),
    "getMyShortDescription": _get_text("short_description"),
    "getChatMember": _get_member,
    "getChat": _get_chat,
    "leaveChat": _leave_chat,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "logOut": _yes,
    "close": _yes,
}


async def get_updates(state: State, params: Params, wait: Callable[[float], Any]) -> list[Params]:
    """A long poll. `wait(seconds)` returns once something changed. An older poll is ended by a newer one."""
    if state.webhook["url"]:
        raise Refusal(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook "
            "first",
        )
    _allow(state, params)
    offset, most = int(params.get("offset") or 0), int(params.get("limit") or 100)
    until = time.monotonic() + min(50.0, float(params.get("timeout") or 0))
    if offset < 0:
        offset = max([0, *sorted(state.updates)[offset:][:1]])
    for done in [number for number in state.updates if number < offset]:
        del state.updates[done]
    this = state.poller = object()
    token = state.token
    await state.wake()
    try:
        while True:
            if state.token != token:
                raise Refusal(401, "Unauthorized")
            if state.poller is not this:
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            ready = [update for _, update in sorted(state.updates.items())][:most]
            left = until - time.monotonic()
            if ready or left <= 0:
                return ready
            await wait(left)
    finally:
        if state.poller is this:
            state.poller = None
