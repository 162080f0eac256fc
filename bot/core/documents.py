"""What the bot says, free of any platform: a `Document` of blocks over inlines, and the buttons below it.

Both unions are closed. A renderer matches every member and ends in `assert_never`, so a new block without its case
in each renderer fails the type check and not a reader's screen. The words inside are already in the reader's
language and are literal text: a renderer escapes whatever its platform would interpret.
"""

from __future__ import annotations

from dataclasses import dataclass

Inlines = tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that matter most."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words set apart."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type or to copy, such as a command or a number."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """`url` is an http(s) address; anything else never becomes a link."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Inserted:
    """Words that a change brought in."""

    text: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """Words that a change took out, or that no longer hold."""

    text: str


Inline = Text | Strong | Emphasis | Code | Link | Inserted | Deleted


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a document or of a part of it."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words, or the text an answer is about."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without order."""

    items: tuple[Inlines, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: sources, numbers, remarks about the answer itself."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equal length under a header; a narrow screen shows each row as labelled lines."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A line between two parts."""


Block = Heading | Paragraph | Quote | Bullets | Note | Table | Divider


@dataclass(frozen=True, slots=True)
class RunCommand:
    """A button is a command line (`treaty 5`): pressing it is typing it, so it still works after a restart.

    below: the answer comes as a message of its own; the one with the button goes on showing what it shows.
    """

    label: str
    command: str
    below: bool = False


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A button that opens an http(s) address."""

    label: str
    url: str


Button = RunCommand | OpenLink


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks from top to bottom, then rows of buttons. At most 5 buttons stand in a row (Discord's limit)."""

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()


def paragraph(*content: Inline | str) -> Paragraph:
    """Make a paragraph, plain strings standing for `Text`."""
    return Paragraph(inlines(*content))


def inlines(*content: Inline | str) -> Inlines:
    """Make inlines, plain strings standing for `Text`."""
    return tuple(Text(part) if isinstance(part, str) else part for part in content)
