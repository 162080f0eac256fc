"""One entry (`/fact`, `/sources`, `/history`) and lists of them (`/timeline`, `/latest`, `/topics`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import Complete, Param, command
from bot.core.documents import (
    Block,
    Bullets,
    Code,
    Document,
    Emphasis,
    Heading,
    Paragraph,
    RunCommand,
    Strong,
    Text,
    inlines,
    paragraph,
)
from bot.core.editorial import UNDONE
from bot.core.entries import Entry, EntryKind, Topic, last_day
from bot.core.errors import Mistake, Unknown
from bot.core.ports import Page
from bot.core.references import read_date
from bot.core.requests import Call, Reply
from bot.core.times import local_day
from bot.services.listings import PER_PAGE, empty_page, listing, offset, open_label, search_button, turns
from bot.services.pages import (
    ROWS,
    CardContext,
    cited,
    command_for,
    entry_card,
    link_row,
    name_for,
    pick,
    shorten,
    source_line,
    title,
    uncertainty,
)
from bot.services.revisions import change_lines, revision_line, revision_lines, text_blocks
from bot.services.services import Services
from bot.services.suggestions import corrected_reference, find_topic, nearest_labels
from handlers.treaty import article_reply

SUGGESTED = 5
TOPIC_BUTTONS = 25
"""What fits on one message of Discord, in five rows of five."""
SOURCES_ON_PAGE = 10
DATE_WORDS = 5
"""No date has more parts: `20 de junio de 2024`, `2024년 6월 20일`."""
DASHES = ("-", "–", "—")


_BARE_NUMBER = re.compile(r"[0-9]{1,9}(?:@[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class FactArgs:
    """A fact by number or slug, `F-12@3` for one of its revisions."""

    fact: Annotated[str, Param(complete=Complete.FACTS)]


@command("fact", examples=("fact F-1", "fact echoes-1961-treaty", "fact F-1@1"), stable=True, linkable=True)
async def show_fact(args: FactArgs, call: Call, services: Services) -> Reply:
    """Show a fact; events and people open the same way."""
    # A bare number is a fact's here; everywhere else it is an article's.
    typed = f"F-{args.fact}" if _BARE_NUMBER.fullmatch(args.fact) else args.fact
    current, shown = await _find(typed, call, services)
    return await _shown(current, shown, call, services)


async def entry_reply(entry: Entry, call: Call, services: Services) -> Reply:
    """The card of an entry as it is now."""
    return await _shown(entry, entry, call, services)


async def _shown(current: Entry, shown: Entry, call: Call, services: Services) -> Reply:
    if current.kind is EntryKind.ARTICLE and shown.revision == current.revision:
        return await article_reply(current, None, call, services)
    if shown.retired == UNDONE:
        # What was taken back within seconds was not meant to be read; the log has it, a card does not repeat it.
        back = RunCommand(call.words.text("button-history"), f"history {current.label}")
        raise Unknown("unknown-undone", label=current.label, buttons=(back,))
    context = CardContext(
        services.lookup.catalogue,
        await services.lookup.sources(cited(shown)),
        current=current,
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
    sources = await services.lookup.sources(tuple(dict.fromkeys((*shown.sources, *shown.against_sources))))
    on_page = sources[start : start + SOURCES_ON_PAGE]
    heading = words.text("sources-heading", label=current.label)
    line = f"sources {name_for(current, services.lookup.catalogue)}"
    if not on_page and args.page > 1:
        return empty_page(heading, words, line=line, number=args.page)
    other = inlines(" · ", Emphasis(words.text("sources-other-side")))
    lines = tuple((*source_line(each, words), *(() if each.id in shown.sources else other)) for each in on_page)
    blocks = (*_named(heading, shown, call), Bullets(lines))
    rows = (
        link_row(on_page),
        (
            *turns(line, args.page, words, more=start + SOURCES_ON_PAGE < len(sources)),
            RunCommand(open_label(current, words), command_for(current, services.lookup.catalogue)),
        ),
    )
    return Reply(Document(blocks, tuple(row for row in rows if row)), refs=(current.ref,))


@command("history", examples=("history 4", "history F-1", "history F-1@1"), linkable=True)
async def show_history(args: EntryArgs, call: Call, services: Services) -> Reply:
    """List the revisions of an entry, newest first, and who wrote its texts; or what one revision changed."""
    current, shown = await _find(args.entry, call, services)
    if "@" in args.entry:
        return await _what_changed(current, shown, call, services)
    words = call.words
    # In this order: a revision that is published in between may lack its text here, but no text its author.
    entries = await services.desk.revisions(current.key)
    revisions = await services.lookup.history(current.key)
    start = offset(args.page)
    on_page = revisions[start : start + PER_PAGE]
    heading = words.text("history-heading", label=current.label)
    line = f"history {name_for(current, services.lookup.catalogue)}"
    if not on_page and args.page > 1:
        return empty_page(heading, words, line=line, number=args.page)
    lines = revision_lines(on_page, entries, words, services.zone)
    blocks: list[Block] = [*_named(heading, current, call), Bullets(lines)]
    if args.page <= 1:
        blocks += text_blocks(revisions, entries, words, services.zone)
    shown_by = command_for(current, services.lookup.catalogue)
    newest = (RunCommand(words.text("button-changes"), f"{line}@{current.revision}"),) if current.revision > 1 else ()
    rows = (
        tuple(RunCommand(f"@{each.revision}", f"{shown_by}@{each.revision}") for each in on_page[:5]),
        (*turns(line, args.page, words, more=start + PER_PAGE < len(revisions)), *newest),
    )
    return Reply(Document(tuple(blocks), tuple(row for row in rows if row)), refs=(current.ref,))


async def _what_changed(current: Entry, shown: Entry, call: Call, services: Services) -> Reply:
    """One revision beside the one before it."""
    words, catalogue, number = call.words, services.lookup.catalogue, shown.revision
    revisions = await services.lookup.history(current.key)
    signed = next(each for each in revisions if each.revision == number)
    before = await services.lookup.as_of_revision(current.key, number - 1) if number > 1 else None
    blocks: list[Block] = [
        *_named(words.text("changes-heading", label=f"{current.label}@{number}"), shown, call),
        Paragraph(revision_line(signed, current, words, services.zone)),
    ]
    if before is None:
        blocks.append(paragraph(words.text("changes-first")))
    else:
        sources = await services.lookup.sources(tuple(dict.fromkeys((*cited(before), *cited(shown)))))
        lines = change_lines(before, shown, words, catalogue, sources)
        blocks.append(Bullets(tuple(lines)) if lines else paragraph(words.text("changes-none")))
    line = f"history {name_for(current, catalogue)}"
    beside = [(f"◀ @{number - 1}", number - 1), (f"@{number + 1} ▶", number + 1)]
    rows = (
        tuple(RunCommand(label, f"{line}@{at}") for label, at in beside if 1 <= at <= current.revision),
        (
            RunCommand(f"{current.label}@{number}", f"{command_for(current, catalogue)}@{number}"),
            RunCommand(words.text("button-history"), line),
        ),
    )
    return Reply(Document(tuple(blocks), tuple(row for row in rows if row)), refs=(current.ref,))


def _named(heading: str, entry: Entry, call: Call) -> tuple[Block, ...]:
    """What the lines below are about; never without its doubts, or a claim would read as settled."""
    doubt = uncertainty(entry, call.words)
    if entry.retired == UNDONE:
        doubt = paragraph(Strong(call.words.text("card-undone")))
    about = paragraph(shorten(title(entry, call.locale), 160))
    return (Heading((Text(heading),)), about, *((doubt,) if doubt else ()))


async def find_entry(typed: str, call: Call, services: Services) -> Entry:
    """The current revision of what a person named. Raises Mistake or Unknown."""
    return (await _find(typed, call, services))[0]


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
    raise not_found(typed, call, services)


def not_found(typed: str, call: Call, services: Services) -> Unknown:
    """That there is nothing under a name, with what may have been meant."""
    catalogue = services.lookup.catalogue
    buttons = [
        RunCommand(shorten(label.titles.get(call.locale) or label.key, 40), f"fact {label.key}")
        for label in nearest_labels(typed, catalogue, SUGGESTED)
    ]
    if guess := corrected_reference(typed, catalogue):
        buttons.append(RunCommand(f"/treaty {guess}", f"treaty {guess}"))
    if not buttons:
        buttons.append(RunCommand(call.words.text("button-latest"), "latest"))
    buttons.append(search_button(typed, call.words))
    return Unknown("unknown-entry", value=shorten(typed, 60), buttons=tuple(buttons))


@dataclass(frozen=True, slots=True)
class TimelineArgs:
    """Which events: on a topic, since, until."""

    topic: Annotated[str | None, Param(complete=Complete.TOPICS)] = None
    since: str | None = None
    until: str | None = None
    page: Annotated[int, Param(button_only=True)] = 1


def _split_timeline(rest: str) -> dict[str, str]:
    """Part the topic from the dates, which may stand anywhere and hold blanks; a dash alone opens the beginning."""
    words: list[str] = []
    dates: list[str] = []
    parts = rest.split()
    at = 0
    while at < len(parts):
        length = next((size for size in range(DATE_WORDS, 0, -1) if _is_date(parts[at : at + size])), 0)
        if length or re.fullmatch(r"[0-9./-]*[0-9][0-9./-]*", parts[at]):
            length = length or 1
            dates.append(" ".join(parts[at : at + length]))
        elif parts[at] not in DASHES:
            words.append(parts[at])
        elif not dates:
            dates.append("")
        at += length or 1
    if len(dates) > len(("since", "until")):
        raise Mistake("mistake-surplus", command="timeline", value=" ".join(dates[2:]))
    return {"topic": " ".join(words)} | dict(zip(("since", "until"), dates, strict=False))


def _is_date(parts: list[str]) -> bool:
    try:
        return bool(read_date(" ".join(parts)))
    except Mistake:
        return False


def _sorted_out(args: TimelineArgs) -> TimelineArgs:
    """The arguments as meant: where a platform gives each its own box, a whole line may stand in one of them."""
    given = [each for each in (args.topic, args.since) if each]
    if len(given) != 1 or args.until:
        return args
    values = _split_timeline(given[0])
    return TimelineArgs(values["topic"] or None, values.get("since") or None, values.get("until"), args.page)


@command(
    "timeline",
    examples=("timeline", "timeline sanctions", "timeline troops 2024-10 2025"),
    split=_split_timeline,
    stable=True,
    linkable=True,
)
async def show_timeline(args: TimelineArgs, call: Call, services: Services) -> Reply:
    """List dated events, oldest first."""
    args = _sorted_out(args)
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
    first = since or (DASHES[0] if until else "")
    line = " ".join(part for part in ("timeline", topic.id if topic else "", first, until or "") if part)
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
        dated = await services.lookup.timeline(topic=topic.id, since=None, until=None, offset=0, limit=1)
        timeline = (RunCommand(words.text("button-timeline"), f"timeline {topic.id}"),) if dated.items else ()
        return _listed(
            heading, page, call, services, line=f"topics {topic.id}", number=args.page, extra=(*timeline, back)
        )
    topics = services.lookup.catalogue.topics
    lines = tuple(
        inlines(
            Strong(pick(topic.title, call.locale)[0]), " ", words.text("topics-count", count=count), " ", Code(topic.id)
        )
        for topic, count in topics
    )
    buttons = [_opening(topic, call) for topic, _ in topics[:TOPIC_BUTTONS]]
    wide = max(4, -(-len(buttons) // ROWS))
    rows = tuple(tuple(buttons[start : start + wide]) for start in range(0, len(buttons), wide))
    return Reply(Document((Heading((Text(words.text("topics-heading")),)), Bullets(lines)), rows))


def _opening(topic: Topic, call: Call) -> RunCommand:
    return RunCommand(shorten(pick(topic.title, call.locale)[0], 38), f"topics {topic.id}")


def _topic(typed: str, call: Call, services: Services) -> Topic:
    """A topic by its id or by words of its names in any language. Raises Mistake with the nearest ones."""
    catalogue = services.lookup.catalogue
    found, guesses = find_topic(catalogue, typed)
    if found is not None and (topic := catalogue.topic(found)):
        return topic
    topics = [topic for each in guesses[:SUGGESTED] if (topic := catalogue.topic(each))]
    buttons = (*(_opening(each, call) for each in topics), search_button(typed, call.words))
    key = "mistake-topic" if topics else "mistake-topic-unknown"
    raise Mistake(
        key,
        value=shorten(typed, 40),
        buttons=(*buttons, RunCommand(call.words.text("button-topics"), "topics")),
    )


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
    return listing(
        heading, page, call.words, services.lookup.catalogue, line=line, number=number, intro=intro, extra=extra
    )
