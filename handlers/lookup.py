"""`/search` finds entries by their words; `/check` looks which entries bear on a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import Param, command
from bot.core.documents import RunCommand
from bot.core.errors import Mistake, Unknown
from bot.core.requests import Call, Outcome, Reply
from bot.services.listings import PER_PAGE, empty_page, listing, offset
from bot.services.pages import shorten
from bot.services.services import Services

SHOWN = 60
CHECKED_WORDS = 60
"""A rumour's first words carry it; the rest would only drown them in the ranking."""


@dataclass(frozen=True, slots=True)
class SearchArgs:
    """Words to look for."""

    query: str
    page: Annotated[int, Param(button_only=True)] = 1


@command("search", examples=("search Kursk", "search articolo 51", "search 군사 원조"), stable=True, linkable=True)
async def search(args: SearchArgs, call: Call, services: Services) -> Reply:
    """List entries that hold the words, best first."""
    words = call.words
    page = await services.lookup.search(args.query, call.locale, offset=offset(args.page), limit=PER_PAGE)
    shown = shorten(args.query, SHOWN)
    if not page.items:
        if args.page > 1:
            heading = words.text("search-heading", query=shown)
            return empty_page(heading, words, line=f"search {args.query}", number=args.page)
        buttons = (
            RunCommand(words.text("button-topics"), "topics"),
            RunCommand(words.text("button-latest"), "latest"),
        )
        raise Unknown("unknown-search", query=shown, buttons=buttons)
    return listing(
        words.text("search-heading", query=shown),
        page,
        words,
        services.lookup.catalogue,
        line=f"search {args.query}",
        number=args.page,
    )


@dataclass(frozen=True, slots=True)
class CheckArgs:
    """What to check; the message replied to where nothing is given."""

    text: str | None = None


@command("check", examples=("check la Corea del Nord ha mandato truppe in Russia",), message_menu=True)
async def check(args: CheckArgs, call: Call, services: Services) -> Reply:
    """List entries whose words a message shares; whether they confirm it is for the reader to see."""
    words = call.words
    text = (args.text or call.request.quoted or "").strip()
    if not text:
        raise Mistake("mistake-check", buttons=(RunCommand("/help check", "help check"),))
    query = " ".join(text.split()[:CHECKED_WORDS])
    page = await services.lookup.search(query, call.locale, offset=0, limit=PER_PAGE)
    if not page.items:
        raise Unknown("unknown-check", buttons=(RunCommand(words.text("button-topics"), "topics"),))
    return listing(
        words.text("check-heading"),
        page,
        words,
        services.lookup.catalogue,
        line="check",
        number=1,
        intro=words.text("check-intro"),
        outcome=Outcome.CLOSEST,
    )
