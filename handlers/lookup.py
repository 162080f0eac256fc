"""`/search` finds entries by their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import Complete, Param, command
from bot.core.documents import RunCommand
from bot.core.entries import Entry, EntryKind, Status
from bot.core.errors import Mistake, Unknown
from bot.core.ports import Page
from bot.core.requests import Call, Reply
from bot.core.times import local_day, stamp
from bot.services.listings import PER_PAGE, empty_page, listing, offset
from bot.services.pages import pick, shorten
from bot.services.searching import Filter, pattern, read_filter, take_filters
from bot.services.services import Services

SHOWN = 60
FILTERED = 300
"""Hits among which a filter chooses: nobody pages further, and each is read."""
ALIKE = 80
"""Of 100: how like a name a query must be, letter by letter, to be taken for it."""
STATUSES = tuple(each.value for each in Status if each is not Status.RETRACTED)


@dataclass(frozen=True, slots=True)
class SearchArgs:
    """Words to look for, and what the entries must be."""

    query: str | None = None
    kind: Annotated[str | None, Param(offers=tuple(each.value for each in EntryKind))] = None
    status: Annotated[str | None, Param(offers=STATUSES)] = None
    topic: Annotated[str | None, Param(complete=Complete.TOPICS)] = None
    since: str | None = None
    until: str | None = None
    instrument: str | None = None
    page: Annotated[int, Param(button_only=True)] = 1


@command(
    "search",
    examples=("search Kursk", "search articolo 51", "search Kursk kind:event from:2025", "search 군사 원조"),
    split=take_filters,
    stable=True,
    linkable=True,
)
async def search(args: SearchArgs, call: Call, services: Services) -> Reply:
    """List entries that hold the words, best first."""
    # Where a platform has options, people write filters among the words all the same.
    typed = take_filters(args.query or "")
    names = ("kind", "status", "topic", "since", "until", "instrument")
    given = {name: getattr(args, name) or typed.get(name) for name in names}
    wanted = read_filter(given, services.lookup, local_day(stamp(services.clock.now()), services.zone))
    query = typed["query"]
    if not query and not wanted:
        raise Mistake("mistake-missing", command="search", param="query")
    page = await _found(query, wanted, args.page, call, services)
    corrected = ""
    if not page.items and query and args.page <= 1:
        for corrected in (await services.answering.corrected(query), _person_like(query, call, services)):
            if corrected not in ("", query) and not page.items:
                page = await _found(corrected, wanted, args.page, call, services)
                if page.items:
                    break
    used = corrected if corrected and page.items else query
    return _listed(_Found(query, used, wanted, page), args.page, call, services)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was asked for, what was looked for instead, and what there is."""

    query: str
    used: str
    wanted: Filter
    page: Page[Entry]


def _person_like(query: str, call: Call, services: Services) -> str:
    """The name of somebody whom a query names in another spelling; empty where there is nobody."""
    near = services.lookup.catalogue.names_of(EntryKind.PERSON).near(query, 1)
    if not near or near[0][0] < ALIKE:
        return ""
    label = next(each for each in services.lookup.catalogue.labels if each.key == near[0][1])
    return pick(label.titles, call.locale)[0]


async def _found(query: str, wanted: Filter, number: int, call: Call, services: Services) -> Page[Entry]:
    lookup = services.lookup
    if not wanted:
        return await lookup.search(query, call.locale, offset=offset(number), limit=PER_PAGE)
    if query:
        every = await lookup.search(query, call.locale, offset=0, limit=FILTERED)
    elif wanted.topic:
        every = await lookup.by_topic(wanted.topic, offset=0, limit=FILTERED)
    elif wanted.kind is EntryKind.PERSON:
        every = await lookup.people(offset=0, limit=FILTERED)
    else:
        latest = await lookup.latest(offset=0, limit=FILTERED)
        articles = [each for group in lookup.catalogue.articles.values() for each in group]
        # Articles have no date: they come first where a treaty is asked for, and else where they are asked for.
        first = articles if wanted.instrument or wanted.kind is EntryKind.ARTICLE else []
        every = Page((*first, *latest.items), more=False)
    fitting = [entry for entry in every.items if wanted.lets(entry)]
    start = offset(number)
    return Page(tuple(fitting[start : start + PER_PAGE]), more=len(fitting) > start + PER_PAGE)


def _listed(found: _Found, number: int, call: Call, services: Services) -> Reply:
    words, wanted = call.words, found.wanted
    line = " ".join(filter(None, ("search", found.used, wanted.line())))
    shown, filters = shorten(found.query, SHOWN) or "…", wanted.told(words, services.lookup) if wanted else ""
    heading = words.text("search-heading", query=shown)
    if not found.page.items:
        if number > 1:
            return empty_page(heading, words, line=line, number=number)
        raise _nothing(found.query, shown, filters, call)
    notes = [words.text("search-filters", filters=filters)] if filters else []
    if found.used != found.query:
        notes.insert(0, words.text("search-corrected", query=shown, corrected=shorten(found.used, SHOWN)))
    return listing(
        heading,
        found.page,
        words,
        services.lookup.catalogue,
        line=line,
        number=number,
        intro=" ".join(notes),
        found=pattern(found.used),
    )


def _nothing(query: str, shown: str, filters: str, call: Call) -> Unknown:
    words = call.words
    buttons = (
        RunCommand(words.text("button-topics"), "topics"),
        RunCommand(words.text("button-latest"), "latest"),
    )
    if filters:
        plain = (RunCommand(words.text("button-search", query=shorten(query, 30)), f"search {query}"),) if query else ()
        return Unknown("unknown-search-filtered", query=shown, filters=filters, buttons=(*plain, *buttons))
    return Unknown("unknown-search", query=shown, buttons=buttons)
