"""`/treaty` (and `/article`): an article as it is or was; `/compare`: two of them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import Complete, Param, command
from bot.core.documents import (
    Block,
    Bullets,
    Divider,
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
from bot.core.entries import Entry, first_day, last_day
from bot.core.errors import Mistake, Unknown
from bot.core.references import ArticleReference, split_as_of
from bot.core.requests import Call, Reply
from bot.core.times import end_of_day, local_day
from bot.services.listings import open_label
from bot.services.pages import (
    FACTS_ON_CARD,
    CardContext,
    article_name,
    command_for,
    entry_card,
    line_for,
    pick,
    source_line,
    state_line,
)
from bot.services.services import Services
from bot.services.suggestions import corrected_reference

SUGGESTED = 8
UNCUT = "…"
"""Stands for the second article where both are still in the first."""


def _split_treaty(rest: str) -> dict[str, str]:
    reference, as_of = split_as_of(rest)
    return {"article": reference} | ({"as_of": as_of} if as_of else {})


@dataclass(frozen=True, slots=True)
class TreatyArgs:
    """What is asked: an article, the list of a treaty's articles, and on which day."""

    article: Annotated[str | None, Param(complete=Complete.ARTICLES)] = None
    as_of: str | None = None


@command(
    "treaty",
    aliases=("article",),
    examples=("treaty article4", "treaty 1961 1", "treaty un 51", "treaty 4 as of 2024-06-20"),
    split=_split_treaty,
    stable=True,
    linkable=True,
)
async def show_article(args: TreatyArgs, call: Call, services: Services) -> Reply:
    """Show an article, or the articles of a treaty."""
    catalogue = services.lookup.catalogue
    typed = (args.article or "").strip()
    day = _day(args.as_of, services) if args.as_of else None
    if not typed:
        return _contents(catalogue.instruments[0].id, day, call, services)
    asked, _, revision = typed.partition("@")
    reference = services.lookup.article_reference(asked)
    if reference is None or (revision and not revision.isdigit()):
        raise _misread(typed, services)
    if reference.article is None:
        return _contents(reference.instrument, day, call, services)
    entry = await services.lookup.entry(reference.key)
    if entry is None:
        raise _no_such_article(reference, call, services)
    if revision and int(revision) != entry.revision:
        return await _old_revision(entry, int(revision), call, services)
    return await article_reply(entry, day, call, services)


async def article_reply(entry: Entry, day: str | None, call: Call, services: Services) -> Reply:
    """The card of an article as it is, or as it was on a day."""
    shown, first_on = entry, None
    if day is not None:
        moment = end_of_day(day, services.zone)
        shown = await services.lookup.as_of(entry.key, moment) or entry
        if shown.changed_at > moment:
            first_on = local_day(shown.changed_at, services.zone)
    context = CardContext(
        services.lookup.catalogue,
        await services.lookup.sources((*shown.sources, *shown.key_phrase_sources)),
        await services.lookup.facts_about(entry.key, limit=FACTS_ON_CARD) if day is None else (),
        as_of=day,
        first_on=first_on,
        current_revision=entry.revision,
        recorded_on=local_day(shown.changed_at, services.zone),
    )
    return Reply(entry_card(shown, call.words, context), refs=(entry.ref,))


async def _old_revision(entry: Entry, revision: int, call: Call, services: Services) -> Reply:
    shown = await services.lookup.as_of_revision(entry.key, revision)
    if shown is None:
        raise Unknown("unknown-revision", label=entry.label, revision=revision, current=entry.revision)
    context = CardContext(
        services.lookup.catalogue,
        await services.lookup.sources(shown.sources),
        current_revision=entry.revision,
        recorded_on=local_day(shown.changed_at, services.zone),
    )
    return Reply(entry_card(shown, call.words, context), refs=(entry.ref,))


def _day(as_of: str, services: Services) -> str:
    """The last day a date of any precision can mean, but none that has not come yet."""
    _, date = split_as_of(f"@ {as_of}")
    today = services.clock.now().astimezone(services.zone).date().isoformat()
    day = last_day(date or as_of)
    if first_day(day) > today and first_day(date or as_of) > today:
        raise Mistake("mistake-future", value=as_of)
    return min(day, today)


def _contents(instrument_id: str, day: str | None, call: Call, services: Services) -> Reply:
    """The articles of an instrument, each with its button."""
    catalogue, words = services.lookup.catalogue, call.words
    instrument = catalogue.instrument(instrument_id)
    assert instrument is not None  # noqa: S101 - references are read against these very instruments
    articles = catalogue.articles[instrument_id]
    blocks: list[Block] = [
        Heading((Text(pick(instrument.title, call.locale)[0]),)),
        Paragraph(state_line(instrument, words, day)),
        Bullets(tuple(line_for(each, words, catalogue) for each in articles)),
    ]
    if len(articles) < instrument.article_count:
        blocks.append(
            paragraph(Emphasis(words.text("treaty-partial", shown=len(articles), count=instrument.article_count)))
        )
    buttons = [RunCommand(_short_name(each, call), command_for(each, catalogue)) for each in articles]
    others = tuple(
        RunCommand(f"{pick(each.title, call.locale)[0][:30]}… ({(each.signed or '')[:4]})", f"treaty {each.id}")
        for each in catalogue.instruments
        if each.id != instrument_id
    )
    rows = tuple(tuple(buttons[start : start + 5]) for start in range(0, len(buttons), 5))
    # Five rows of five hold Discord's 25; the other treaties follow where there is room.
    return Reply(
        Document(tuple(blocks), (*rows, *((other,) for other in others))), refs=tuple(each.ref for each in articles)
    )


def _short_name(entry: Entry, call: Call) -> str:
    number = entry.article_number or ""
    return (
        article_name(entry, call.words)
        if number == "preamble"
        else call.words.text("card-article-short", number=number)
    )


def _misread(typed: str, services: Services) -> Mistake:
    guess = corrected_reference(typed, services.lookup.catalogue)
    buttons = [RunCommand(f"/treaty {guess}", f"treaty {guess}")] if guess else []
    buttons += [RunCommand("/treaty", "treaty"), RunCommand("/help treaty", "help treaty")]
    key = "mistake-article-did-you-mean" if guess else "mistake-article"
    data = {"guess": f"/treaty {guess}"} if guess else {}
    return Mistake(key, value=typed[:60], buttons=tuple(buttons), **data)


def _no_such_article(reference: ArticleReference, call: Call, services: Services) -> Unknown:
    catalogue = services.lookup.catalogue
    instrument = catalogue.instrument(reference.instrument)
    assert instrument is not None  # noqa: S101 - as above
    articles = catalogue.articles[reference.instrument]
    number = int(reference.article) if reference.article and reference.article.isdigit() else 0
    near = sorted(
        articles,
        key=lambda each: abs(int(each.article_number or 0) - number) if (each.article_number or "").isdigit() else 999,
    )
    buttons = tuple(
        RunCommand(article_name(each, call.words), command_for(each, catalogue)) for each in near[:SUGGESTED]
    )
    held = number <= instrument.article_count and reference.article != "preamble"
    return Unknown(
        "unknown-article-not-held" if held and number else "unknown-article",
        article=reference.article or "",
        instrument=pick(instrument.title, call.locale)[0],
        count=instrument.article_count,
        buttons=buttons,
    )


@dataclass(frozen=True, slots=True)
class CompareArgs:
    """Two articles."""

    first: Annotated[str, Param(complete=Complete.ARTICLES)]
    second: Annotated[str, Param(complete=Complete.ARTICLES)]


def _split_compare(rest: str) -> dict[str, str]:
    """Leave the cut to the handler, which knows what an article may be called: `un 51 1961 1` has three places."""
    return {"first": rest, "second": UNCUT} if rest else {}


@command("compare", examples=("compare 4 1961/1", "compare 4 un 51"), split=_split_compare, stable=True, linkable=True)
async def compare(args: CompareArgs, call: Call, services: Services) -> Reply:
    """Show two articles one after the other, with what they share."""
    words, catalogue = call.words, services.lookup.catalogue
    first, second = await _read_pair(args, services)
    blocks: list[Block] = [Heading((Text(words.text("compare-heading")),))]
    for entry in (first, second):
        blocks += await _side(entry, call, services)
        blocks.append(Divider())
    shared = [topic for each in first.topics if each in second.topics and (topic := catalogue.topic(each))]
    if shared:
        names = ", ".join(pick(topic.title, call.locale)[0] for topic in shared)
        blocks.append(paragraph(Strong(words.text("compare-shared")), " ", names))
    if second.key in first.related or first.key in second.related:
        blocks.append(paragraph(words.text("compare-related")))
    else:
        blocks.pop() if isinstance(blocks[-1], Divider) else None
    buttons = tuple(
        RunCommand(f"{open_label(each, words)} ({each.key.partition('/')[0]})", command_for(each, catalogue))
        for each in (first, second)
    )
    return Reply(Document(tuple(blocks), (buttons,)), refs=(first.ref, second.ref))


async def _side(entry: Entry, call: Call, services: Services) -> list[Block]:
    words, catalogue = call.words, services.lookup.catalogue
    instrument = catalogue.instrument(entry.key.partition("/")[0])
    assert instrument is not None  # noqa: S101 - an article's key begins with its instrument
    sources = await services.lookup.sources(entry.sources[:2])
    confidence = words.text(f"confidence-{entry.confidence.value}") if entry.confidence else ""
    return [
        paragraph(Strong(f"{article_name(entry, words)} – {pick(entry.title, call.locale)[0]}")),
        Paragraph((Emphasis(pick(instrument.title, call.locale)[0]),)),
        paragraph(pick(entry.text, call.locale)[0]),
        Bullets(
            (
                state_line(instrument, words, None),
                *([inlines(confidence)] if confidence else []),
                *(source_line(source, words) for source in sources),
            )
        ),
    ]


async def _read_pair(args: CompareArgs, services: Services) -> tuple[Entry, Entry]:
    """Find the cut at which both halves are articles; typed options arrive cut already."""
    if args.second != UNCUT:
        cuts = [(args.first, args.second)]
    else:
        parts = args.first.split()
        cuts = [(" ".join(parts[:cut]), " ".join(parts[cut:])) for cut in range(1, len(parts))]
    for left, right in cuts:
        references = [services.lookup.article_reference(side) for side in (left, _without_joiner(right))]
        entries = [await services.lookup.entry(each.key) if each and each.article else None for each in references]
        if entries[0] is not None and entries[1] is not None and entries[0] is not entries[1]:
            return entries[0], entries[1]
    raise Mistake(
        "mistake-compare",
        buttons=(RunCommand("/compare 4 1961/1", "compare 4 1961/1"), RunCommand("/treaty", "treaty")),
    )


def _without_joiner(text: str) -> str:
    first, _, rest = text.partition(" ")
    return rest if first.casefold() in ("e", "and", "и", "vs", "con", "with", "с", "와", "과") else text
