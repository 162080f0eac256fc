"""`/treaty` (and `/article`): an article as it is or was; `/compare`: two of them side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import Complete, Param, command
from bot.core.dates import iso_date
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
from bot.core.entries import Entry, Status, first_day, last_day
from bot.core.errors import Mistake, Unknown
from bot.core.references import ArticleReference, read_date, split_as_of
from bot.core.requests import Call, Reply
from bot.core.times import end_of_day, local_day
from bot.services.instruments import state_line
from bot.services.listings import BUTTON_LABEL, open_label
from bot.services.pages import (
    FACTS_ON_CARD,
    CardContext,
    article_name,
    as_of_suffix,
    cited,
    command_for,
    entry_card,
    line_for,
    name_for,
    pick,
    shorten,
    source_line,
    statement,
    uncertainty,
)
from bot.services.services import Services
from bot.services.suggestions import corrected_reference

SUGGESTED = 8
MAX_CUTS = 32
"""No two articles have names of more words; each way to cut them is read anew."""
UNCUT = "…"
"""Stands for the second article where both are still in the first."""


def _split_treaty(rest: str) -> dict[str, str]:
    """Leave `as of` to the handler, to which Discord's option for the article may bring it as well."""
    return {"article": rest}


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
    typed, asked_day = split_as_of(args.article or "")
    if args.as_of is not None:
        asked_day = split_as_of(args.as_of)[1] or args.as_of
    past = None if asked_day is None else _past(asked_day, services)
    if not typed:
        return _contents(catalogue.instruments[0].id, past, call, services)
    asked, _, revision = typed.partition("@")
    reference = services.lookup.article_reference(asked)
    if reference is None or (revision and not revision.isdigit()):
        raise _misread(typed, services)
    if reference.article is None:
        return _contents(reference.instrument, past, call, services)
    entry = await services.lookup.entry(reference.key)
    if entry is None:
        raise _no_such_article(reference, call, services)
    if revision and int(revision) != entry.revision:
        return await _old_revision(entry, int(revision), call, services)
    return await article_reply(entry, past, call, services)


async def article_named(reference: ArticleReference, call: Call, services: Services) -> Reply:
    """The card of an article that a longer text names. Raises Unknown where there is none."""
    entry = await services.lookup.entry(reference.key)
    if entry is None:
        raise _no_such_article(reference, call, services)
    return await article_reply(entry, None, call, services)


@dataclass(frozen=True, slots=True)
class Past:
    """The day (`YYYY-MM-DD`) looked back to. lasting: whether the words that asked for it always mean that day."""

    day: str
    lasting: bool


async def article_reply(entry: Entry, past: Past | None, call: Call, services: Services) -> Reply:
    """The card of an article as it is, or as it was on a day."""
    shown, first_on, day = entry, None, past.day if past else None
    if day is not None:
        moment = end_of_day(day, services.zone)
        shown = await services.lookup.as_of(entry.key, moment) or entry
        if shown.changed_at > moment:
            first_on = local_day(shown.changed_at, services.zone)
    context = CardContext(
        services.lookup.catalogue,
        await services.lookup.sources(cited(shown)),
        await services.lookup.facts_about(entry.key, limit=FACTS_ON_CARD) if day is None else (),
        as_of=day,
        first_on=first_on,
        current=entry,
        recorded_on=local_day(shown.changed_at, services.zone),
    )
    return Reply(entry_card(shown, call.words, context), refs=(entry.ref,), lasting=past is None or past.lasting)


async def _old_revision(entry: Entry, revision: int, call: Call, services: Services) -> Reply:
    shown = await services.lookup.as_of_revision(entry.key, revision)
    if shown is None:
        raise Unknown("unknown-revision", label=entry.label, revision=revision, current=entry.revision)
    context = CardContext(
        services.lookup.catalogue,
        await services.lookup.sources(cited(shown)),
        current=entry,
        recorded_on=local_day(shown.changed_at, services.zone),
    )
    return Reply(entry_card(shown, call.words, context), refs=(entry.ref,))


def _past(asked: str, services: Services) -> Past:
    """The last day a date of any precision can mean, but none that has not come yet. Raises Mistake."""
    today = services.clock.now().astimezone(services.zone).date().isoformat()
    date = read_date(asked, today)
    if first_day(date) > today:
        raise Mistake("mistake-future", value=asked)
    return Past(min(last_day(date), today), lasting=last_day(date) < today and iso_date(asked) is not None)


def _contents(instrument_id: str, past: Past | None, call: Call, services: Services) -> Reply:
    """The articles of an instrument, each with its button."""
    catalogue, words = services.lookup.catalogue, call.words
    instrument = catalogue.instrument(instrument_id)
    assert instrument is not None  # noqa: S101 - references are read against these very instruments
    articles = catalogue.articles[instrument_id]
    day = past.day if past else None
    suffix = as_of_suffix(day)
    blocks: list[Block] = [
        Heading((Text(pick(instrument.title, call.locale)[0]),)),
        Paragraph(state_line(instrument, words, day)),
        Bullets(tuple(line_for(each, words, catalogue) for each in articles)),
    ]
    if len(articles) < instrument.article_count:
        blocks.append(
            paragraph(Emphasis(words.text("treaty-partial", shown=len(articles), count=instrument.article_count)))
        )
    buttons = [RunCommand(_short_name(each, call), command_for(each, catalogue) + suffix) for each in articles]
    others = tuple(
        RunCommand(f"{pick(each.title, call.locale)[0][:30]}… ({(each.signed or '')[:4]})", f"treaty {each.id}{suffix}")
        for each in catalogue.instruments
        if each.id != instrument_id
    )
    rows = tuple(tuple(buttons[start : start + 5]) for start in range(0, len(buttons), 5))
    # Five rows of five hold Discord's 25; the other treaties follow where there is room.
    return Reply(
        Document(tuple(blocks), (*rows, *((other,) for other in others))),
        refs=tuple(each.ref for each in articles),
        lasting=past is None or past.lasting,
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
    return Mistake(key, value=typed[:60], guess=f"/treaty {guess}", buttons=tuple(buttons))


def _no_such_article(reference: ArticleReference, call: Call, services: Services) -> Unknown:
    catalogue = services.lookup.catalogue
    instrument = catalogue.instrument(reference.instrument)
    assert instrument is not None  # noqa: S101 - as above
    number = _as_number(reference.article)
    buttons = tuple(
        RunCommand(_full_name(each, call, services), command_for(each, catalogue))
        for each in _near(reference, services)[:SUGGESTED]
    )
    held = number <= instrument.article_count and reference.article != "preamble"
    return Unknown(
        "unknown-article-not-held" if held and number else "unknown-article",
        article=reference.article or "",
        instrument=pick(instrument.title, call.locale)[0],
        count=instrument.article_count,
        buttons=buttons,
    )


def _near(reference: ArticleReference, services: Services) -> list[Entry]:
    """Articles that may have been meant: those of this very number elsewhere, then this instrument's nearest."""
    articles = services.lookup.catalogue.articles
    number = _as_number(reference.article)
    same = [each for group in articles.values() for each in group if each.article_number == reference.article]
    nearest = sorted(
        articles.get(reference.instrument, ()), key=lambda each: abs(_as_number(each.article_number) - number)
    )
    return [*same, *(each for each in nearest if each.article_number != reference.article)]


def _as_number(article: str | None) -> int:
    return int(article) if article and article.isdigit() else 0


def _full_name(entry: Entry, call: Call, services: Services) -> str:
    """`Article 51`, and of what where it is not the treaty everybody asks for."""
    catalogue = services.lookup.catalogue
    instrument = catalogue.instrument(entry.key.partition("/")[0])
    name = article_name(entry, call.words)
    if instrument is None or instrument is catalogue.instruments[0]:
        return name
    return shorten(f"{name} – {pick(instrument.title, call.locale)[0]}", BUTTON_LABEL)


@dataclass(frozen=True, slots=True)
class CompareArgs:
    """Two articles."""

    first: Annotated[str, Param(complete=Complete.ARTICLES)]
    second: Annotated[str, Param(complete=Complete.ARTICLES)]


def _split_compare(rest: str) -> dict[str, str]:
    """Leave the cut to the handler, which knows what an article may be called: `un 51 1961 1` has three places."""
    return {"first": rest, "second": UNCUT} if rest else {}


@command(
    "compare",
    examples=("compare 4 1961/1", "compare 4 un 51", "compare 4 5"),
    split=_split_compare,
    stable=True,
    linkable=True,
)
async def compare(args: CompareArgs, call: Call, services: Services) -> Reply:
    """Show two articles one after the other, with what they share."""
    words, catalogue = call.words, services.lookup.catalogue
    first, second = await _read_pair(args, call, services)
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
    elif not shared:
        blocks.pop()  # a line with nothing under it
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
    doubt = uncertainty(entry, words)
    return [
        paragraph(Strong(f"{article_name(entry, words)} – {pick(entry.title, call.locale)[0]}")),
        Paragraph((Emphasis(pick(instrument.title, call.locale)[0]),)),
        *statement(entry, words, local_day(entry.changed_at, services.zone)),
        *((doubt,) if doubt and entry.status is not Status.CONFIRMED else ()),
        Bullets(
            (
                state_line(instrument, words, None),
                *([inlines(confidence)] if confidence else []),
                *(source_line(source, words) for source in sources),
            )
        ),
    ]


_BETWEEN = re.compile(r"(?:between|tra|fra|между)\s+", re.IGNORECASE)
_PARTICLE = re.compile(r"(?<=[\d조문])(?:와|과|하고|이랑|랑)\s")
_CUTS = (
    re.compile(r"\s(?:e|and|и|vs\.?|versus|to|con|with|с|со|와|과|하고|against|contro|против)\s", re.IGNORECASE),
    re.compile(r"\s"),
    re.compile(r"\s*[-–—/,;:&+]\s*"),
)
"""Where two articles may be parted, the clearest first: a word between them, a blank, a sign."""


def _cuts(args: CompareArgs) -> list[tuple[str, str]]:
    """Every way to part what was typed in two; typed options arrive parted already. Raises Mistake."""
    if args.second != UNCUT:
        return [(args.first, args.second)]
    typed = _PARTICLE.sub(" 와 ", _BETWEEN.sub("", args.first) if _BETWEEN.match(args.first) else args.first)
    cuts = [(typed[: cut.start()], typed[cut.end() :]) for way in _CUTS for cut in way.finditer(typed)]
    if len(cuts) > MAX_CUTS:
        raise _no_pair()
    return cuts


def _no_pair() -> Mistake:
    return Mistake(
        "mistake-compare",
        buttons=(RunCommand("/compare 4 1961/1", "compare 4 1961/1"), RunCommand("/treaty", "treaty")),
    )


async def _read_pair(args: CompareArgs, call: Call, services: Services) -> tuple[Entry, Entry]:
    """Find the cut at which both halves are articles. Raises Mistake, naming the half that is none."""
    fault: Mistake | None = None
    for halves in _cuts(args):
        references = [services.lookup.article_reference(half) for half in halves]
        first, second = [
            await services.lookup.entry(each.key) if each and each.article else None for each in references
        ]
        if first is not None and second is not None:
            if first.key != second.key:
                return first, second
            raise _no_pair()
        if fault is None and (first is not None or second is not None):
            fault = _no_side(halves, references, (first, second), call, services)
    if " " not in args.first and args.second == UNCUT and services.lookup.article_reference(args.first):
        raise _no_pair()  # `1961/1` is one article, not two of which one is wrong
    raise fault or _no_pair()


def _no_side(
    halves: tuple[str, str],
    references: Sequence[ArticleReference | None],
    found: tuple[Entry | None, Entry | None],
    call: Call,
    services: Services,
) -> Mistake:
    """Say which of two articles there is not, with the comparisons that may have been meant."""
    wrong = 0 if found[0] is None else 1
    catalogue, known, reference = services.lookup.catalogue, found[1 - wrong], references[wrong]
    assert known is not None  # noqa: S101 - one of the two was found
    if reference is None and (guess := corrected_reference(halves[wrong], catalogue)):
        reference = services.lookup.article_reference(guess)
    buttons = []
    for each in _near(reference, services)[:SUGGESTED] if reference else ():
        pair = (known, each) if wrong else (each, known)
        if each.key != known.key:
            line = " ".join(("compare", *(name_for(side, catalogue) for side in pair)))
            buttons.append(RunCommand(_full_name(each, call, services), line))
    buttons.append(RunCommand("/treaty", "treaty"))
    return Mistake("mistake-compare-side", value=halves[wrong][:60], buttons=tuple(buttons))
