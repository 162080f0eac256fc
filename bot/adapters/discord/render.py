"""A document as Discord messages: Components V2, one container of text with the buttons below it.

Limits: docs.discord.com/developers/components/reference – 40 components and 4,000 characters of text a message.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, assert_never

from bot.adapters.discord.markup import escape, escape_first_line, escape_line_starts, markdown, safe_url
from bot.adapters.splitting import ELLIPSIS, Span, cut, utf16_length
from bot.core.documents import (
    Block,
    Bullets,
    Button,
    Divider,
    Document,
    Heading,
    Inlines,
    Note,
    OpenLink,
    Paragraph,
    Quote,
    RunCommand,
    Strong,
    Table,
    Text,
)
from bot.core.requests import File, Reply
from bot.core.sanitize import clean

COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6
ROW, BUTTON, TEXT, FILE, SEPARATOR, CONTAINER = 1, 2, 10, 13, 14, 17
SECONDARY, LINK = 2, 5

MAX_TEXT = 3990  # of 4,000: a piece that starts with a cut line may need an escape more
MAX_PARTS = 3
MAX_COMPONENTS = 40  # all of a message, each button and each row among them; rows are not counted by themselves
ROW_BUTTONS = 5
MAX_DIVIDERS = 4  # 5 texts, 4 dividers and the container leave room for 5 rows of 5 buttons
MAX_LABEL, MAX_CUSTOM_ID = 80, 100

Payload = dict[str, Any]
Prefix = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rendering:
    """A reply as Discord takes it. `parts` are messages in their order; nobody may change them, they are shared.

    first: the first part as the JSON of a finished answer (callback 4) and (callback 7) of an edit in place.
    """

    parts: tuple[Payload, ...]
    first: dict[int, bytes] = field(default_factory=dict)

    def callback(self, kind: int, *, ephemeral: bool) -> bytes:
        """The body of the request that answers an interaction with the first part; made once and kept."""
        key = -kind if ephemeral else kind
        if key not in self.first:
            self.first[key] = callback(kind, for_one(self.parts[0]) if ephemeral else self.parts[0])
        return self.first[key]


def rendered(reply: Reply) -> Rendering:
    """Render a reply, or take what was made of it before."""
    known = reply.renderings.get("discord")
    if not isinstance(known, Rendering):
        known = reply.renderings["discord"] = Rendering(render(reply.document))
    return known


def attachment(file: File) -> Payload:
    """The message that shows a file which is sent along with it."""
    shown = {"type": FILE, "file": {"url": f"attachment://{file.name}"}}
    return {**_message([shown]), "attachments": [{"id": 0, "filename": file.name}]}


def callback(kind: int, data: Payload | None = None) -> bytes:
    """The body of an interaction callback."""
    return json.dumps({"type": kind, "data": data} if data is not None else {"type": kind}).encode()


def for_one(payload: Payload) -> Payload:
    """The same message for the person's eyes only."""
    return {**payload, "flags": payload["flags"] | EPHEMERAL}


def notice(text: str) -> Payload:
    """A message of a few words."""
    return _message([_text(escape_line_starts(escape(text)))])


def single(document: Document) -> Payload:
    """Make one message of a document; where that is too little room, it ends in an ellipsis."""
    return render(document, 1)[0]


def render(document: Document, most: int = MAX_PARTS) -> tuple[Payload, ...]:
    """Make one to `most` messages of a document; where that is too little room, the last ends in an ellipsis."""
    parts = _Parts(most)
    for block in document.blocks:
        if isinstance(block, Divider):
            parts.divide()
        elif not parts.full:
            parts.add(block)
    bodies = [_container(texts) for texts in parts.texts if any(texts)]
    rows = _rows(document.buttons, MAX_COMPONENTS - (1 + len(bodies[-1]["components"]) if bodies else 0))
    if not bodies:
        return (_message(rows or [_text(ELLIPSIS)]),)
    return (*(_message([body]) for body in bodies[:-1]), _message([bodies[-1], *rows]))


class _Parts:
    """Fills messages with blocks. `texts` are, for each message, the texts that dividers stand between."""

    def __init__(self, most: int) -> None:
        self.texts: list[list[str]] = [[""]]
        self._most = most
        self.full = False
        self._room = MAX_TEXT

    def divide(self) -> None:
        texts = self.texts[-1]
        if texts[-1] and len(texts) <= MAX_DIVIDERS:
            texts.append("")

    def add(self, block: Block) -> None:
        text, whole, prefix = _block(block)
        if not text.strip():
            return

        def measure(piece: str) -> int:
            return utf16_length(prefix(piece))

        size = measure(text)
        if size > self._room - 2 and (size <= MAX_TEXT or self._room < MAX_TEXT // 3) and len(self.texts) < self._most:
            self._next()
        while text:
            last = len(self.texts) == self._most
            fits = measure(text) <= self._room - 2
            end = len(text) if fits else cut(text, self._room - 2 - last, measure=measure, whole=whole)
            if measure(text[:end]) > self._room - 2:
                end = 0  # not even one word fits beside what stands there already
            piece = text[:end].rstrip()
            self.full = last and not fits
            if piece or self.full:
                self._put(prefix(piece) + (ELLIPSIS if self.full else ""), block)
            if fits or self.full:
                return
            text, whole = _after(text, end, whole)
            self._next()

    def _next(self) -> None:
        self.texts.append([""])
        self._room = MAX_TEXT

    def _put(self, text: str, block: Block) -> None:
        texts = self.texts[-1]
        before = texts[-1]
        texts[-1] = f"{before}\n\n{text}" if before and not before.endswith("\n") else before + text
        if isinstance(block, Heading):
            texts[-1] += "\n"
        self._room -= utf16_length(texts[-1]) - utf16_length(before)


def _after(text: str, end: int, whole: list[Span]) -> tuple[str, list[Span]]:
    """What is left of a text cut at `end`, without the blanks there, and its spans."""
    start = end + len(text[end:]) - len(text[end:].lstrip())
    rest = text[start:]
    if start and "\n" not in text[end:start]:
        rest = escape_first_line(rest)
    moved = start - (len(rest) - len(text[start:]))
    return rest, [(max(0, low - moved), high - moved) for low, high in whole if high > start]


def _block(block: Block) -> tuple[str, list[Span], Prefix]:
    """Give a block's markdown, the spans in it that must stay whole, and what marks the lines of a piece of it."""
    match block:
        case Heading(content):
            text, spans = markdown(content)
            return text.replace("\n", " "), spans, lambda piece: "## " + piece
        case Paragraph(content):
            return *markdown(content), str
        case Quote(content):
            return *markdown(content), lambda piece: "> " + piece.replace("\n", "\n> ")
        case Note(content):
            return *markdown(content), lambda piece: "-# " + piece.replace("\n", "\n-# ")
        case Bullets(items):
            return *_lines([("- ", item) for item in items]), str
        case Table(header, rows):
            lines: list[tuple[str, Inlines]] = []
            for row in rows:
                lines += [("", (Strong(label), Text(f": {cell}"))) for label, cell in zip(header, row, strict=True)]
                lines.append(("", ()))
            return *_lines(lines[:-1]), str
        case Divider():
            return "", [], str
        case _:
            assert_never(block)


def _lines(lines: list[tuple[str, Inlines]]) -> tuple[str, list[Span]]:
    """Several lines, each with its own mark, as one text to be cut between them."""
    texts: list[str] = []
    spans: list[Span] = []
    size = 0
    for mark, content in lines:
        text, found = markdown(content)
        spans += [(size + len(mark) + low, size + len(mark) + high) for low, high in found]
        texts.append(mark + text.replace("\n", " "))
        size += len(texts[-1]) + 1
    return "\n".join(texts), spans


def _rows(rows: tuple[tuple[Button, ...], ...], room: int) -> list[Payload]:
    """Rows of buttons, as many as `room` components allow."""
    made: list[Payload] = []
    seen: set[str] = set()
    for row in rows:
        buttons = [button for each in row if (button := _button(each, seen)) is not None]
        made += [
            {"type": ROW, "components": buttons[start : start + ROW_BUTTONS]}
            for start in range(0, len(buttons), ROW_BUTTONS)
        ]
    fitting: list[Payload] = []
    for each in made:
        room -= 1 + len(each["components"])
        if room < 0:
            break
        fitting.append(each)
    return fitting


def _button(button: Button, seen: set[str]) -> Payload | None:
    """A button, or None for what Discord would refuse the whole message for: a second one with the same id."""
    match button:
        case RunCommand(label, line):
            command = clean(line)
            if not command or utf16_length(command) > MAX_CUSTOM_ID or command in seen:
                return None
            seen.add(command)
            return {
                "type": BUTTON,
                "style": SECONDARY,
                "label": shorten(label or command, MAX_LABEL),
                "custom_id": command,
            }
        case OpenLink(label, url):
            target = safe_url(url)
            if target is None:
                return None
            return {"type": BUTTON, "style": LINK, "label": shorten(label or target, MAX_LABEL), "url": target}
        case _:
            assert_never(button)


def shorten(text: str, limit: int) -> str:
    """Make one line of at most `limit` characters; never empty."""
    text = " ".join(clean(text).split()) or ELLIPSIS
    if utf16_length(text) <= limit:
        return text
    return text[: cut(text, limit - 1, measure=utf16_length)].rstrip() + ELLIPSIS


def _container(texts: list[str]) -> Payload:
    children: list[Payload] = []
    for text in texts:
        if text:
            children += [{"type": SEPARATOR}] if children else []
            children.append(_text(text.rstrip("\n")))
    return {"type": CONTAINER, "components": children}


def _text(content: str) -> Payload:
    return {"type": TEXT, "content": content}


def _message(components: list[Payload]) -> Payload:
    # Without this line Discord would look for mentions in the text and notify whoever a statement names.
    return {"flags": COMPONENTS_V2, "components": components, "allowed_mentions": {"parse": []}}
