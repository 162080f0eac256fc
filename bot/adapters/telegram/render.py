"""From a document to Telegram messages: plain text with entities beside it, so there is nothing to escape."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any, assert_never
from urllib.parse import urlsplit

from bot.adapters.splitting import ELLIPSIS, Span, split, utf16_length
from bot.adapters.telegram.http import form
from bot.core import documents as doc
from bot.core.sanitize import clean

# core.telegram.org/bots/api#sendmessage, #inlinekeyboardbutton
MAX_TEXT = 4096
MAX_PARTS = 3
MAX_CALLBACK_BYTES = 64
MAX_LABEL = 64
MAX_ROW = 5
MAX_BUTTONS = 100
LONG_QUOTE = 1000
DIVIDER = "———"

_log = logging.getLogger(__name__)
_NO_PREVIEW = json.dumps({"is_disabled": True})

Keyboard = list[list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Mark:
    """An entity over text[start:end], counted in characters; only `as_entities` counts in Telegram's units."""

    kind: str
    start: int
    end: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its text, its entities in Telegram's form, its keyboard."""

    text: str
    entities: list[dict[str, Any]]
    keyboard: Keyboard

    def body(self) -> bytes:
        """The fields of sendMessage and editMessageText that don't depend on the chat, as a form."""
        fields = {"text": self.text, "link_preview_options": _NO_PREVIEW}
        if self.entities:
            fields["entities"] = json.dumps(self.entities)
        if self.keyboard:
            fields["reply_markup"] = json.dumps({"inline_keyboard": self.keyboard})
        return form(**fields)

    def bare(self) -> bytes:
        """The same without entities and buttons, for when Telegram takes offence at one of them."""
        return form(text=self.text, link_preview_options=_NO_PREVIEW)


def render(document: doc.Document, most: int = MAX_PARTS) -> list[Part]:
    """Render a document as one to `most` messages; what doesn't fit is cut off visibly. Buttons stand on the last."""
    text, marks = _Writer().document(document)
    if not text.strip():
        text, marks = ELLIPSIS, []
    whole: list[Span] = [(mark.start, mark.end) for mark in marks if mark.kind not in _DIVISIBLE]
    spans, more = split(text, MAX_TEXT, measure=utf16_length, whole=sorted(whole), most=most)
    keyboard = _keyboard(document)
    parts = []
    for index, (start, end) in enumerate(spans):
        last = index == len(spans) - 1
        shown = text[start:end] + (ELLIPSIS if last and more else "")
        parts.append(Part(shown, as_entities(shown, _slice(text, marks, start, end)), keyboard if last else []))
    return parts


def as_entities(text: str, marks: list[Mark]) -> list[dict[str, Any]]:
    """Marks as Telegram wants them: sorted, outer before inner, offsets and lengths in UTF-16 units."""
    entities = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.kind not in _DIVISIBLE)):
        offset = utf16_length(text[: mark.start])
        entity: dict[str, Any] = {"type": mark.kind, "offset": offset}
        entity["length"] = utf16_length(text[mark.start : mark.end])
        if mark.url:
            entity["url"] = mark.url
        entities.append(entity)
    return entities


def is_web(url: str) -> bool:
    """Whether `url` may become a link: http(s), with a host, nothing unseen in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and url == clean(url) and not any(map(str.isspace, url))


# A quotation may go on in the next message; it is also what everything else stands inside of.
_DIVISIBLE = frozenset({"blockquote", "expandable_blockquote"})


class _Writer:
    """Collects text and marks of one document."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []

    def document(self, document: doc.Document) -> tuple[str, list[Mark]]:
        previous: doc.Block | None = None
        for block in document.blocks:
            before = self._length
            if previous is not None:
                # A heading stays with what it heads: a cut between messages looks for an empty line.
                self._write("\n" if isinstance(previous, doc.Heading) else "\n\n")
            start = self._length
            self._block(block)
            if self._length == start:
                self._take_back(before)
            else:
                previous = block
        return "".join(self._pieces), self._marks

    def _block(self, block: doc.Block) -> None:
        match block:
            case doc.Heading(content):
                for inline in content:
                    self._inline(inline, heading=True)
            case doc.Paragraph(content) | doc.Note(content):
                self._inlines(content)
            case doc.Quote(content):
                start = self._length
                self._inlines(content)
                long = self._length - start > LONG_QUOTE
                self._mark("expandable_blockquote" if long else "blockquote", start)
            case doc.Bullets(items):
                for index, item in enumerate(items):
                    self._write("\n• " if index else "• ")
                    self._inlines(item)
            case doc.Table(header, rows):
                self._write("\n\n".join(_row(header, row) for row in rows))
            case doc.Divider():
                self._write(DIVIDER)
            case _:
                assert_never(block)

    def _inlines(self, content: doc.Inlines) -> None:
        for inline in content:
            self._inline(inline)

    def _inline(self, inline: doc.Inline, *, heading: bool = False) -> None:
        start = self._length
        self._write(clean(inline.text))
        kinds: tuple[str, ...]
        url = ""
        match inline:
            case doc.Text():
                kinds = ()
            case doc.Strong():
                kinds = ("bold",)
            case doc.Emphasis():
                kinds = ("italic",)
            case doc.Code():
                kinds = ("code",)
            case doc.Inserted():
                kinds = ("underline",)
            case doc.Deleted():
                kinds = ("strikethrough",)
            case doc.Link():
                kinds = ("text_link",) if is_web(inline.url) else ()
                url = inline.url
            case _:
                assert_never(inline)
        if heading and kinds not in (("bold",), ("code",)):  # Telegram takes nothing else around or inside code
            kinds = ("bold", *kinds)
        for kind in kinds:
            self._mark(kind, start, url if kind == "text_link" else "")

    def _write(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _mark(self, kind: str, start: int, url: str = "") -> None:
        if self._length > start:
            self._marks.append(Mark(kind, start, self._length, url))

    def _take_back(self, length: int) -> None:
        while self._length > length:
            self._length -= len(self._pieces.pop())


def _row(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    cells = ((clean(label), clean(cell)) for label, cell in zip(header, row, strict=False))
    return "\n".join(f"{label}: {cell}" if label else cell for label, cell in cells if cell)


def _slice(text: str, marks: list[Mark], start: int, end: int) -> list[Mark]:
    """The marks over text[start:end], moved to its beginning, without blanks at their edges."""
    kept = []
    for mark in marks:
        low, high = max(mark.start, start), min(mark.end, end)
        inside = text[low:high]
        low += len(inside) - len(inside.lstrip())
        high -= len(inside) - len(inside.rstrip())
        if low < high:
            kept.append(Mark(mark.kind, low - start, high - start, mark.url))
    return kept


def _keyboard(document: doc.Document) -> Keyboard:
    rows: Keyboard = []
    for row in document.buttons:
        buttons = [button for each in row if (button := _button(each)) is not None]
        rows += [buttons[start : start + MAX_ROW] for start in range(0, len(buttons), MAX_ROW)]
    kept = MAX_BUTTONS
    for index, buttons in enumerate(rows):
        rows[index] = buttons[:kept]
        kept -= len(rows[index])
    return [row for row in rows if row]


def _button(button: doc.Button) -> dict[str, str] | None:
    label = " ".join(clean(button.label).split())
    label = label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + ELLIPSIS
    match button:
        case doc.RunCommand(_, line):
            command = clean(line)
            fits = 1 <= len(command.encode()) <= MAX_CALLBACK_BYTES
            made = {"text": label, "callback_data": command}
        case doc.OpenLink(_, url):
            fits = is_web(url)
            made = {"text": label, "url": url}
        case _:
            assert_never(button)
    if not (fits and label):
        _log.warning("A button was left out: no label, too much data, or no web address (%s)", type(button).__name__)
        return None
    return made
