"""A document for the terminal: plain text for pipes and tests, rich for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text as RichText

from bot.core.documents import (
    Block,
    Bullets,
    Code,
    Deleted,
    Divider,
    Document,
    Emphasis,
    Heading,
    Inline,
    Inlines,
    Inserted,
    Link,
    Note,
    OpenLink,
    Paragraph,
    Quote,
    RunCommand,
    Strong,
    Table,
    Text,
)
from bot.core.sanitize import clean

GAP = 3
"""Blanks between two buttons."""


def plain(document: Document) -> str:
    """The document as a reader of plain text sees it; links show their address."""
    return "\n\n".join(filter(None, (_plain_block(block) for block in document.blocks)))


def _plain_block(block: Block) -> str:
    match block:
        case Heading(content) | Paragraph(content) | Note(content):
            return _plain(content)
        case Quote(content):
            return "\n".join(f"> {line}" for line in _plain(content).split("\n"))
        case Bullets(items):
            return "\n".join(f"• {_plain(item)}" for item in items)
        case Table(header, rows):
            return "\n".join(_plain_row(header, row) for row in rows)
        case Divider():
            return "———"
        case _:
            assert_never(block)


def _plain_row(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    return "\n".join(f"{clean(name)}: {clean(cell)}" for name, cell in zip(header, row, strict=True))


def _plain(content: Inlines) -> str:
    return clean("".join(_plain_inline(part) for part in content))


def _plain_inline(part: Inline) -> str:
    match part:
        case Text(text) | Strong(text) | Emphasis(text) | Code(text):
            return text
        case Link(text, url):
            return f"{text} <{url}>"
        case Inserted(text):  # as `git diff --word-diff` writes it, which people know and programs can read
            return f"{{+{text}+}}"
        case Deleted(text):
            return f"[-{text}-]"
        case _:
            assert_never(part)


def rich(document: Document, width: int = 80) -> RenderableType:
    """The document with colours, clickable links, and the buttons numbered below it."""
    parts: list[RenderableType] = []
    for block in document.blocks:
        parts += (_rich_block(block), "")
    parts += _rich_buttons(document, width)
    return Group(*parts)


def _rich_block(block: Block) -> RenderableType:
    match block:
        case Heading(content):
            return _rich(content, "bold cyan")
        case Paragraph(content):
            return _rich(content)
        case Note(content):
            return _rich(content, "dim")
        case Quote(content):
            return Padding(_rich(content, "italic"), (0, 0, 0, 4))
        case Bullets(items):
            return RichText("\n").join(RichText("• ") + _rich(item) for item in items)
        case Table(header, rows):
            return RichText("\n").join(RichText(_plain_row(header, row)) for row in rows)
        case Divider():
            return Rule(style="dim")
        case _:
            assert_never(block)


def _rich(content: Inlines, style: str = "") -> RichText:
    text = RichText(style=style)
    for part in content:
        match part:
            case Text(words):
                text.append(clean(words))
            case Strong(words):
                text.append(clean(words), "bold")
            case Emphasis(words):
                text.append(clean(words), "italic")
            case Code(words):
                text.append(clean(words), "green")
            case Link(words, url):
                text.append(clean(words), f"underline link {escape(url)}")
            case Inserted(words):
                text.append(clean(words), "green underline")
            case Deleted(words):
                text.append(clean(words), "red strike")
            case _:
                assert_never(part)
    return text


def numbered(document: Document) -> Iterator[tuple[int, RunCommand]]:
    """The command buttons with the numbers a person types to press them."""
    pressable = (button for row in document.buttons for button in row if isinstance(button, RunCommand))
    return enumerate(pressable, 1)


def _rich_buttons(document: Document, width: int) -> list[RenderableType]:
    pressable = [
        RichText.assemble((f" {number} ", "reverse"), f" {clean(button.label)}")
        for number, button in numbered(document)
    ]
    links = [
        RichText(clean(button.label), f"underline link {escape(button.url)}")
        for row in document.buttons
        for button in row
        if isinstance(button, OpenLink)
    ]
    return [_flow(each, width) for each in (pressable, links) if each]


def _flow(items: list[RichText], width: int) -> RichText:
    """Items one after the other, a new line where the next would not fit whole: a number belongs to its label."""
    lines = [RichText()]
    for item in items:
        if lines[-1] and lines[-1].cell_len + GAP + item.cell_len > width:
            lines.append(RichText())
        lines[-1] += RichText(" " * GAP if lines[-1] else "") + item
    return RichText("\n").join(lines)
