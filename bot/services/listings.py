"""Lists: several entries at a time, paged by buttons."""

from __future__ import annotations

import re

from bot.core.documents import (
    Block,
    Bullets,
    Button,
    Document,
    Heading,
    Note,
    RunCommand,
    Text,
    paragraph,
)
from bot.core.entries import Entry
from bot.core.ports import Page, Words
from bot.core.requests import Outcome, Reply
from bot.services.lookup import Catalogue
from bot.services.pages import article_name, attributed_line, command_for, line_for, shorten
from bot.services.searching import marked

PER_PAGE = 8
LAST_PAGE = 5_000
"""No list is read further by a person; a larger number is a slip or an attack on the database."""
BUTTON_LABEL = 40


def offset(page: int) -> int:
    """Where a page begins; pages count from 1."""
    return (min(max(page, 1), LAST_PAGE) - 1) * PER_PAGE


def listing(
    heading: str,
    page: Page[Entry],
    words: Words,
    catalogue: Catalogue,
    *,
    line: str,
    number: int,
    intro: str = "",
    outcome: Outcome = Outcome.ANSWERED,
    found: re.Pattern[str] | None = None,
    attributed: bool = False,
    extra: tuple[Button, ...] = (),
) -> Reply:
    """A page of entries, a button to open each, and buttons to turn the page by `line` and `#n`.

    found: what to mark. attributed: say of each who says so.
    """
    if not page.items:
        return empty_page(heading, words, line=line, number=number, extra=extra)
    blocks: list[Block] = [Heading((Text(heading),))]
    if intro:
        blocks.append(paragraph(intro))
    line_of = attributed_line if attributed else line_for
    lines = [line_of(entry, words, catalogue) for entry in page.items]
    if found is not None:
        lines = [marked(each, entry, found, words.locale) for each, entry in zip(lines, page.items, strict=True)]
    blocks.append(Bullets(tuple(lines)))
    if number > 1 or page.more:
        shown = words.text("page-number", page=number)
        blocks.append(Note((Text(shown),)))
    rows: list[tuple[Button, ...]] = [
        tuple(
            RunCommand(open_label(entry, words), command_for(entry, catalogue))
            for entry in page.items[start : start + 4]
        )
        for start in range(0, len(page.items), 4)
    ]
    rows.append((*turns(line, number, words, more=page.more), *extra))
    return Reply(
        Document(tuple(blocks), tuple(row for row in rows if row)), outcome, tuple(entry.ref for entry in page.items)
    )


def empty_page(heading: str, words: Words, *, line: str, number: int, extra: tuple[Button, ...] = ()) -> Reply:
    """A page with nothing on it: the end of a list was passed, or there is none; the first page is offered."""
    first = (RunCommand(words.text("button-first-page"), line),) if number > 1 else ()
    row = (*first, *extra)
    blocks = (Heading((Text(heading),)), paragraph(words.text("list-empty")))
    return Reply(Document(blocks, (row,) if row else ()), Outcome.UNKNOWN)


def open_label(entry: Entry, words: Words) -> str:
    """The text of the button that opens an entry: its number, or the article's name."""
    return entry.label if entry.number is not None else shorten(article_name(entry, words), BUTTON_LABEL)


def turns(line: str, number: int, words: Words, *, more: bool) -> tuple[RunCommand, ...]:
    """Buttons to the page before and after."""
    before = (RunCommand(words.text("button-before"), f"{line} #{number - 1}"),) if number > 1 else ()
    after = (RunCommand(words.text("button-after"), f"{line} #{number + 1}"),) if more else ()
    return (*before, *after)


def search_button(typed: str, words: Words) -> RunCommand:
    """The way on from what nothing goes by: look for its words."""
    return RunCommand(words.text("button-search", query=shorten(typed, 30)), f"search {typed}")
