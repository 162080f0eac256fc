"""`/search` finds entries by their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import Param, command
from bot.core.documents import RunCommand
from bot.core.errors import Unknown
from bot.core.requests import Call, Reply
from bot.services.listings import PER_PAGE, empty_page, listing, offset
from bot.services.pages import shorten
from bot.services.services import Services

SHOWN = 60


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
