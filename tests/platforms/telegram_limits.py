"""What the Bot API refuses, as pure functions over parsed parameters. Each raises `Refusal` with Telegram's words.

Sources: core.telegram.org/bots/api (sendMessage, MessageEntity, InlineKeyboardButton, BotCommand, InlineQueryResult)
and the error texts of the open-source server (tdlib/telegram-bot-api).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

MAX_TEXT = 4096
MAX_BUTTONS = 100
MAX_ROW = 8
MAX_CALLBACK_BYTES = 64
MAX_ANSWER = 200
MAX_COMMANDS = 100
MAX_RESULTS = 50
SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}
ENTITIES = {
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
}
_QUOTES = {"blockquote", "expandable_blockquote"}
_VERBATIM = {"code", "pre"}


class Refusal(Exception):
    """The server says no: an HTTP status, a description, and parameters such as `retry_after`."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad(reason: str) -> Refusal:
    return Refusal(400, f"Bad Request: {reason}")


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def check_text(text: Any) -> str:
    """The text as it would be shown, blanks trimmed at its end. Raises Refusal where it is empty or too long."""
    if text is None or not str(text).strip():
        raise bad("message text is empty")
    try:
        size = units(str(text))
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    if size > MAX_TEXT:
        raise bad("message is too long")
    return str(text)


def check_entities(text: str, entities: Any) -> None:
    """Refuse entities that are unknown, empty, outside the text, inside a character, or badly nested."""
    if entities is None:
        return
    if not isinstance(entities, list):
        raise bad("can't parse entities: expected an Array")
    raw, spans = text.encode("utf-16-le"), []
    for entity in entities:
        spans.append(_check_entity(raw, entity))
    spans.sort(key=lambda span: (span[0], -span[1], span[2] not in _QUOTES))
    for index, (start, end, kind) in enumerate(spans):
        for low, high, inner in spans[index + 1 :]:
            if low >= end:
                break
            if high > end:
                raise bad(f"can't parse entities: {kind} at {start} and {inner} at {low} overlap in part")
            if kind in _QUOTES and inner in _QUOTES:
                raise bad("can't parse entities: a blockquote can't be nested")
            if (kind in _VERBATIM or inner in _VERBATIM) and kind not in _QUOTES:
                raise bad(f"can't parse entities: {kind} and {inner} can't be nested")


def _check_entity(raw: bytes, entity: Any) -> tuple[int, int, str]:
    try:
        kind, start, length = entity["type"], int(entity["offset"]), int(entity["length"])
    except (TypeError, KeyError, ValueError):
        raise bad("can't parse entities: MessageEntity must have type, offset and length") from None
    if kind not in ENTITIES:
        raise bad(f"can't parse entities: unsupported type {kind!r}")
    if length <= 0 or start < 0 or (start + length) * 2 > len(raw):
        raise bad(f"can't parse entities: {kind} at {start}+{length} is outside of the text")
    for edge in (start, start + length):
        if edge * 2 < len(raw) and 0xDC00 <= int.from_bytes(raw[edge * 2 : edge * 2 + 2], "little") <= 0xDFFF:
            raise bad(f"can't parse entities: {kind} begins or ends in the middle of a character")
    if not raw[start * 2 : (start + length) * 2].decode("utf-16-le").strip():
        raise bad(f"can't parse entities: {kind} at {start} holds nothing but blanks")
    if kind == "text_link" and not is_web(entity.get("url")):
        raise bad("can't parse entities: text_link without a valid url")
    return start, start + length, kind


def is_web(url: Any) -> bool:
    """Whether Telegram opens this address from a message."""
    if not isinstance(url, str) or re.search(r"\s", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https", "tg") and bool(parts.netloc)
    except ValueError:
        return False


def check_keyboard(markup: Any) -> None:
    """Refuse an inline keyboard Telegram would refuse."""
    if not markup:
        return
    if not isinstance(markup, dict) or not isinstance(markup.get("inline_keyboard", []), list):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard", [])
    if sum(map(len, rows)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        if not str(button.get("text", "")).strip():
            raise bad("text buttons are required to have a non-empty text")
        if len({"callback_data", "url", "switch_inline_query", "switch_inline_query_current_chat"} & set(button)) != 1:
            raise bad("text buttons are unallowed in the inline keyboard")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= MAX_CALLBACK_BYTES:
            raise bad("BUTTON_DATA_INVALID")
        if "url" in button and not is_web(button["url"]):
            raise bad("BUTTON_URL_INVALID")


def check_message(params: dict[str, Any]) -> str:
    """Check text, entities and keyboard of a message; returns the text."""
    text = check_text(params.get("text"))
    check_entities(text, params.get("entities"))
    check_keyboard(params.get("reply_markup"))
    return text


def check_commands(commands: Any) -> None:
    if not isinstance(commands, list) or len(commands) > MAX_COMMANDS:
        raise bad("too many commands")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def check_scope(scope: Any, language: str) -> str:
    """A printable key for a scope; raises Refusal for an unknown scope or language."""
    kind = (scope or {}).get("type", "default")
    if kind not in SCOPES:
        raise bad("BotCommandScope is invalid")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("LANG_CODE_INVALID")
    return kind + "".join(f":{scope[name]}" for name in ("chat_id", "user_id") if name in (scope or {}))


def check_results(results: Any) -> None:
    """Refuse the answer to an inline query Telegram would refuse (articles only, which is all we send)."""
    if not isinstance(results, list) or len(results) > MAX_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    if len({result.get("id") for result in results}) < len(results):
        raise bad("RESULT_ID_DUPLICATE")
    for result in results:
        if not 1 <= len(str(result.get("id", "")).encode()) <= 64:
            raise bad("RESULT_ID_INVALID")
        if result.get("type") != "article" or not result.get("title"):
            raise bad("ARTICLE_TITLE_EMPTY")
        content = result.get("input_message_content") or {}
        text = check_text(content.get("message_text"))
        check_entities(text, content.get("entities"))
        check_keyboard(result.get("reply_markup"))
