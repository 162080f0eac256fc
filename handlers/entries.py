"""One entry (`/fact`, `/sources`, `/history`) and lists of them (`/timeline`, `/latest`, `/topics`, `/people`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import Complete, Param, command
from bot.core.documents import Bullets, Code, Document, Heading, Paragraph, RunCommand, Strong, Text, inlines, paragraph
from bot.core.entries import Entry, EntryKind, Topic, last_day
from bot.core.errors import Mistake, Unknown
from bot.core.ports import Page
from bot.core.references import read_date
from bot.core.requests import Call, Outcome, Reply
from bot.core.times import local_day
from bot.services.listings import PER_PAGE, listing, offset, open_label, turns
from bot.services.pages import (
    CardContext,
    command_for,
    entry_card,
    link_row,
    name_for,
    pick,
    shorten,
    source_line,
    title,
)
from bot.services.services import Services
from bot.services.suggestions import corrected_reference, nearest, nearest_labels
from handlers.treaty import article_reply

SUGGESTED = 5
SOURCES_ON_PAGE = 10


@dataclass(frozen=True, slots=True)
class FactArgs:
    """A fact by number or slug, `F-12@3` for one of its revisions."""

    fact: Annotated[str, Param(complete=Complete.FACTS)]


@command("fact", examples=("fact F-1", "fact echoes-1961-treaty", "fact F-1@1"), stable=True, linkable=True)
async def show_fact(args: FactArgs, call: Call, services: Services) -> Reply:
    """Show a fact; events and people open the same way."""
    current, shown = await _find(args.fact, call, services)
    if current.kind is EntryKind.ARTICLE and shown.revision == current.revision:
        return await article_reply(current, None, call, services)
    context = CardContext(
        services.lookup.catalogue,
        await services.lookup.sources(shown.sources),
        current_revision=current.revision,
        recorded_on=local_day(shown.changed_at, services.zone),
    )
    return Reply(entry_card(shown, call.words, context), refs=(current.ref,))


@dataclass(frozen=True, slots=True)
class EntryArgs:
    """Any entry, by number, slug or article."""

    entry: Annotated[str, Param(complete=Complete.ENTRIES)]
    page: Annotated[int, Param(button_only=True)] = 1


@command("sources", examples=("sources 4", "sources F-1"), stable=True, linkable=True)
async def show_sources(args: EntryArgs, call: Call, services: Services) -> Reply:
    """List every source of an entry."""
    current, shown = await _find(args.entry, call, services)
    words = call.words
    start = (max(args.page, 1) - 1) * SOURCES_ON_PAGE
    sources = await services.lookup.sources(shown.sources)
    on_page = sources[start : start + SOURCES_ON_PAGE]
    blocks = (
        Heading((Text(words.text("sources-heading", label=current.label)),)),
        paragraph(shorten(title(shown, call.locale), 160)),
        Bullets(tuple(source_line(source, words) for source in on_page)),
    )
    line = f"sources {name_for(current, services.lookup.catalogue)}"
    rows = (
        link_row(on_page),
        (
            *turns(line, args.page, words, more=start + SOURCES_ON_PAGE < len(sources)),
            RunCommand(open_label(current, words), command_for(current, services.lookup.catalogue)),
        ),
    )
    return Reply(Document(blocks, tuple(row for row in rows if row)), refs=(current.ref,))


@command("history", examples=("history 4", "history F-1"), linkable=True)
async def show_history(args: EntryArgs, call: Call, services: Services) -> Reply:
    """List the revisions of an entry, newest first."""
    current, _ = await _find(args.entry, call, services)
    words = call.words
    revisions = await services.lookup.history(current.key)
    start = offset(args.page)
    on_page = revisions[start : start + PER_PAGE]
    lines = tuple(
        inlines(
            Code(f"{current.label}@{each.revision}"),
            f" {words.date(local_day(each.at, services.zone))}",
            f" · {_author(each.author, call)} · {_note(each.note, call)}",
        )
        for each in on_page
    )
    blocks = (
        Heading((Text(words.text("history-heading", label=current.label)),)),
        paragraph(shorten(title(current, call.locale), 160)),
        Bullets(lines),
    )
    shown = command_for(current, services.lookup.catalogue)
    opened = tuple(RunCommand(f"@{each.revision}", f"{shown}@{each.revision}") for each in on_page[:5])
    rows = (
        opened,
        turns(
            f"history {name_for(current, services.lookup.catalogue)}",
            args.page,
            words,
            more=start + PER_PAGE < len(revisions),
        ),
    )
    return Reply(Document(blocks, tuple(row for row in rows if row)), refs=(current.ref,))


def _author(author: str, call: Call) -> str:
    return call.words.text("history-dossier") if author == "dossier" else author


_FIELDS = re.compile(r"fields:([a-z_,]+)")


def _note(note: str, call: Call) -> str:
    """A note of the importer in the reader's language; a person's note as it was written."""
    if note in ("first", "retired"):
        return call.words.text(f"history-{note}")
    if match := _FIELDS.fullmatch(note):
        names = ", ".join(_field(name, call) for name in match[1].split(","))
        return call.words.text("history-fields", fields=names)
    return note


def _field(name: str, call: Call) -> str:
    try:
        return call.words.text(f"field-{name}")
    except KeyError:
        return name  # another version of the program may have written a field that this one has no word for


async def _find(typed: str, call: Call, services: Services) -> tuple[Entry, Entry]:
    """The current revision of what a person named, and the revision they named. Raises Mistake or Unknown."""
    pointer = services.lookup.pointer(typed)
    if pointer is not None:
        shown = await services.lookup.find(pointer)
        if shown is not None:
            current = await services.lookup.entry(shown.key)
            return current or shown, shown
        if pointer.revision is not None and (known := await services.lookup.find(pointer.without_revision())):
            raise Unknown(
                "unknown-revision",
                label=known.label,
                revision=pointer.revision,
                current=known.revision,
                buttons=(RunCommand(known.label, command_for(known, services.lookup.catalogue)),),
            )
    raise _not_found(typed, call, services)


def _not_found(typed: str, call: Call, services: Services) -> Unknown:
    catalogue = services.lookup.catalogue
    buttons = [
        RunCommand(shorten(label.titles.get(call.locale) or label.key, 40), f"fact {label.key}")
        for label in nearest_labels(typed, catalogue, SUGGESTED)
    ]
    if guess := corrected_reference(typed, catalogue):
        buttons.append(RunCommand(f"/treaty {guess}", f"treaty {guess}"))
    buttons.append(RunCommand(call.words.text("button-search", query=shorten(typed, 30)), f"search {typed}"))
    return Unknown("unknown-entry", value=shorten(typed, 60), buttons=tuple(buttons))


@dataclass(frozen=True, slots=True)
class TimelineArgs:
    """Which events: on a topic, since, until."""

    topic: Annotated[str | None, Param(complete=Complete.TOPICS)] = None
    since: str | None = None
    until: str | None = None
    page: Annotated[int, Param(button_only=True)] = 1


def _split_timeline(rest: str) -> dict[str, str]:
    words: list[str] = []
    dates: list[str] = []
    for part in rest.split():
        (dates if re.fullmatch(r"[\d./-]+", part) else words).append(part)
    if len(dates) > len(("since", "until")):
        raise Mistake("mistake-surplus", command="timeline", value=" ".join(dates[2:]))
    return {"topic": " ".join(words)} | dict(zip(("since", "until"), dates, strict=False))


@command(
    "timeline",
    examples=("timeline", "timeline sanctions", "timeline troops 2024-10 2025"),
    split=_split_timeline,
    stable=True,
    linkable=True,
)
async def show_timeline(args: TimelineArgs, call: Call, services: Services) -> Reply:
    """List dated events, oldest first."""
    topic = _topic(args.topic, call, services) if args.topic else None
    since = read_date(args.since) if args.since else None
    until = read_date(args.until) if args.until else None
    if since and until and since > last_day(until):
        raise Mistake("mistake-order", since=since, until=until)
    page = await services.lookup.timeline(
        topic=topic.id if topic else None, since=since, until=until, offset=offset(args.page), limit=PER_PAGE
    )
    words = call.words
    heading = words.text("timeline-heading")
    bounds = [words.text("timeline-since", date=words.date(since))] if since else []
    bounds += [words.text("timeline-until", date=words.date(until))] if until else []
    name = pick(topic.title, call.locale)[0] if topic else ""
    intro = " · ".join(part for part in (name, *bounds) if part)
    line = " ".join(part for part in ("timeline", topic.id if topic else "", since or "", until or "") if part)
    return _listed(heading, page, call, services, line=line, number=args.page, intro=intro)


@dataclass(frozen=True, slots=True)
class LatestArgs:
    """Which page."""

    page: Annotated[int, Param(button_only=True)] = 1


@command("latest", examples=("latest",), stable=True, linkable=True)
async def show_latest(args: LatestArgs, call: Call, services: Services) -> Reply:
    """List dated facts and events, newest first."""
    page = await services.lookup.latest(offset=offset(args.page), limit=PER_PAGE)
    return _listed(call.words.text("latest-heading"), page, call, services, line="latest", number=args.page)


@dataclass(frozen=True, slots=True)
class TopicsArgs:
    """A topic to open, or none for the list."""

    topic: Annotated[str | None, Param(complete=Complete.TOPICS)] = None
    page: Annotated[int, Param(button_only=True)] = 1


@command("topics", examples=("topics", "topics sanctions"), stable=True, linkable=True)
async def show_topics(args: TopicsArgs, call: Call, services: Services) -> Reply:
    """List the topics, or what is filed under one."""
    words = call.words
    if args.topic:
        topic = _topic(args.topic, call, services)
        page = await services.lookup.by_topic(topic.id, offset=offset(args.page), limit=PER_PAGE)
        heading = pick(topic.title, call.locale)[0]
        back = RunCommand(words.text("button-topics"), "topics")
        timeline = RunCommand(words.text("button-timeline"), f"timeline {topic.id}")
        return _listed(
            heading, page, call, services, line=f"topics {topic.id}", number=args.page, extra=(timeline, back)
        )
    topics = services.lookup.catalogue.topics
    lines = tuple(
        inlines(
            Strong(pick(topic.title, call.locale)[0]), " ", words.text("topics-count", count=count), " ", Code(topic.id)
        )
        for topic, count in topics
    )
    buttons = [RunCommand(shorten(pick(topic.title, call.locale)[0], 38), f"topics {topic.id}") for topic, _ in topics]
    rows = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return Reply(Document((Heading((Text(words.text("topics-heading")),)), Bullets(lines)), rows))


def _topic(typed: str, call: Call, services: Services) -> Topic:
    """A topic by its id or by its name in any language. Raises Mistake with the nearest ones."""
    topics = [topic for topic, _ in services.lookup.catalogue.topics]
    form = typed.casefold()
    for topic in topics:
        if form in (topic.id, topic.id.replace("-", " ")) or form in (name.casefold() for name in topic.title.values()):
            return topic
    names = {name: topic for topic in topics for name in (topic.id, *topic.title.values())}
    parts = [name for name in names if form in name.casefold() and len(form) > len("it")]
    guesses = list({names[name].id: names[name] for name in parts + nearest(typed, names, SUGGESTED)}.values())
    if len(guesses) == 1 and parts:
        return guesses[0]
    buttons = [RunCommand(shorten(pick(topic.title, call.locale)[0], 38), f"topics {topic.id}") for topic in guesses]
    buttons.append(RunCommand(call.words.text("button-topics"), "topics"))
    raise Mistake("mistake-topic", value=shorten(typed, 40), buttons=tuple(buttons[:SUGGESTED]))


@dataclass(frozen=True, slots=True)
class PeopleArgs:
    """Whom to look for, or nobody for the list."""

    name: Annotated[str | None, Param(complete=Complete.PEOPLE)] = None
    page: Annotated[int, Param(button_only=True)] = 1


@command("people", examples=("people", "people Podolyak"), stable=True, linkable=True)
async def show_people(args: PeopleArgs, call: Call, services: Services) -> Reply:
    """List the people of the story, or open one."""
    words, catalogue = call.words, services.lookup.catalogue
    if not args.name:
        page = await services.lookup.people(offset=offset(args.page), limit=PER_PAGE)
        return _listed(words.text("people-heading"), page, call, services, line="people", number=args.page)
    pointer = services.lookup.pointer(args.name)
    exact = await services.lookup.find(pointer) if pointer else None
    if exact is None or exact.kind is not EntryKind.PERSON:
        near = nearest_labels(args.name, catalogue, PER_PAGE, EntryKind.PERSON)
        if not near:
            search = RunCommand(words.text("button-search", query=shorten(args.name, 30)), f"search {args.name}")
            everybody = RunCommand(words.text("button-people"), "people")
            raise Unknown("unknown-person", value=shorten(args.name, 40), buttons=(search, everybody))
        if len(near) > 1:
            found = await services.lookup.entries([label.key for label in near])
            items = tuple(found[label.key] for label in near if label.key in found)
            shown = words.text("people-found", value=shorten(args.name, 40))
            return listing(
                shown, Page(items, more=False), words, catalogue, line="people", number=1, outcome=Outcome.CLOSEST
            )
        exact = await services.lookup.entry(near[0].key)
        assert exact is not None  # noqa: S101 - labels are made of entries
    return await _person(exact, call, services)


async def _person(person: Entry, call: Call, services: Services) -> Reply:
    """A person's card, and what the store holds with their name in it."""
    words, catalogue = call.words, services.lookup.catalogue
    name = pick(person.title, call.locale)[0]
    context = CardContext(
        catalogue,
        await services.lookup.sources(person.sources),
        current_revision=person.revision,
        recorded_on=local_day(person.changed_at, services.zone),
    )
    card = entry_card(person, words, context)
    mention = RunCommand(words.text("button-mentions", name=shorten(name, 30)), f"search {name}")
    return Reply(Document(card.blocks, ((mention,), *card.buttons)), refs=(person.ref,))


def _listed(
    heading: str,
    page: Page[Entry],
    call: Call,
    services: Services,
    *,
    line: str,
    number: int,
    intro: str = "",
    extra: tuple[RunCommand, ...] = (),
) -> Reply:
    if not page.items:
        first = (RunCommand(call.words.text("button-first-page"), line),) if number > 1 else ()
        blocks = (Heading((Text(heading),)), Paragraph((Text(call.words.text("list-empty")),)))
        return Reply(Document(blocks, ((*first, *extra),) if first or extra else ()), Outcome.UNKNOWN)
    return listing(
        heading, page, call.words, services.lookup.catalogue, line=line, number=number, intro=intro, extra=extra
    )
