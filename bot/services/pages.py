"""Cards: one entry, well set, with all a reader needs to judge it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.documents import (
    Block,
    Bullets,
    Button,
    Code,
    Deleted,
    Document,
    Emphasis,
    Heading,
    Inline,
    Inlines,
    Link,
    Note,
    OpenLink,
    Paragraph,
    Quote,
    RunCommand,
    Strong,
    Text,
    inlines,
    paragraph,
)
from bot.core.editorial import UNDONE
from bot.core.entries import LOCALES, Confidence, Entry, EntryKind, Source, Status, Texts
from bot.core.errors import Answerable, Mistake, PactwatchError
from bot.core.ports import Words
from bot.core.requests import Outcome, Reply
from bot.services.instruments import state_line
from bot.services.lookup import Catalogue

SOURCES_ON_CARD = 4
WHO = 80
"""Characters of who says so, on a line."""
FACTS_ON_CARD = 4
RELATED_ON_CARD = 4
LANGUAGE_NAMES = {"it": "Italiano", "en": "English", "ru": "Русский", "ko": "한국어"}
"""Each language in itself: who needs the button can read it."""

EXCERPT = 90
ROWS = 5
"""Discord takes no more rows of buttons on a message."""
FAULTS_SHOWN = 25
"""More than there are fields: a line of a thousand bars is no answer to anything."""
ECHO = 120
"""Characters of a person's own input that an answer repeats."""


@dataclass(frozen=True, slots=True)
class CardContext:
    """What stands beside an entry on its card.

    sources: at least those that `cited` names. facts: facts about an article. as_of: the day asked for, when the card
    shows the past; `first_on` is set when our first revision is younger than that day. current: the entry as it is
    now, where the card may show an older revision. recorded_on: the day of the revision shown.
    """

    catalogue: Catalogue
    sources: tuple[Source, ...]
    facts: tuple[Entry, ...] = ()
    as_of: str | None = None
    first_on: str | None = None
    current: Entry | None = None
    recorded_on: str = ""


def cited(entry: Entry) -> tuple[str, ...]:
    """The ids of all sources that a card shows, each once."""
    return tuple(dict.fromkeys((*entry.sources, *entry.key_phrase_sources, *entry.against_sources)))


def pick(texts: Texts, locale: str) -> tuple[str, str]:
    """The text in a language or, where it is missing, in the next best one; with the language it is in."""
    for each in (locale, "en", *LOCALES):
        if texts.get(each):
            return texts[each], each
    return next(((text, language) for language, text in texts.items()), ("", locale))


def title(entry: Entry, locale: str) -> str:
    """A line to know an entry by in a list: its title, or the beginning of its statement."""
    return pick(entry.title, locale)[0] or shorten(pick(entry.text, locale)[0], EXCERPT)


def shorten(text: str, length: int) -> str:
    """The beginning of a text, ending at a word."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[length // 2 :] else cut).rstrip(" ,;:–—") + "…"


def article_name(entry: Entry, words: Words) -> str:
    """`Article 4` or `Preamble` in the reader's language."""
    number = entry.article_number
    return words.text("card-preamble") if number == "preamble" else words.text("card-article", number=number or "")


def related_name(key: str, words: Words, catalogue: Catalogue) -> str:
    """What people call an entry that another names: an article by its number and treaty, the rest by its key."""
    instrument = key.partition("/")[0]
    article = next((each for each in catalogue.articles.get(instrument, ()) if each.key == key), None)
    return key if article is None else f"{article_name(article, words)} ({instrument})"


def command_for(entry: Entry, catalogue: Catalogue) -> str:
    """The command line that shows an entry, as short as it can be: a button has room for 64 bytes."""
    return f"{'treaty' if entry.kind is EntryKind.ARTICLE else 'fact'} {name_for(entry, catalogue)}"


def name_for(entry: Entry, catalogue: Catalogue) -> str:
    """What to call an entry in a command: its number, or the shortest name of an article."""
    instrument, _, number = entry.key.partition("/")
    return number if number and instrument == catalogue.instruments[0].id else entry.label


def entry_card(entry: Entry, words: Words, context: CardContext) -> Document:
    """The card of any entry."""
    blocks: list[Block] = [Heading(_heading(entry, words))]
    if entry.kind is EntryKind.ARTICLE:
        blocks += _about_instrument(entry, words, context)
    blocks += _past(entry, words, context)
    blocks += statement(entry, words, context.recorded_on)
    blocks += _key_phrase(entry, words, context)
    blocks.append(Bullets(tuple(_particulars(entry, words, context))))
    blocks += _facts(context, words)
    blocks += _sources(entry, entry.sources, words, context)
    blocks += _other_side(entry, words, context)
    blocks.append(_permalink(entry, words, context))
    return Document(tuple(blocks), _buttons(entry, words, context))


def statement(entry: Entry, words: Words, recorded_on: str = "") -> list[Block]:
    """What an entry says, first of all whether it still stands. `recorded_on`: the day of this revision."""
    blocks: list[Block] = []
    if entry.retired:
        key = "card-undone" if entry.retired == UNDONE else "card-retired"
        blocks.append(paragraph(Strong(words.text(key))))
    if entry.status is Status.RETRACTED:
        blocks.append(paragraph(Strong(_retracted(entry, words, recorded_on))))
    return [*blocks, *_said(entry.text, words, retracted=entry.status is Status.RETRACTED)]


def _said(texts: Texts, words: Words, *, retracted: bool = False) -> list[Block]:
    text, language = pick(texts, words.locale)
    blocks: list[Block] = [Paragraph((Deleted(text) if retracted else Text(text),))]
    if language != words.locale:
        blocks.append(Note((Emphasis(words.text("card-untranslated", language=LANGUAGE_NAMES[language])),)))
    return blocks


def _retracted(entry: Entry, words: Words, recorded_on: str = "") -> str:
    """Since when, and why, an entry no longer holds."""
    day = recorded_on or entry.changed_at[: len("YYYY-MM-DD")]
    date = words.date(day) if day else "—"
    if not entry.retraction:
        return words.text("card-retracted", date=date)
    return words.text("card-retracted-because", date=date, reason=entry.retraction)


def _heading(entry: Entry, words: Words) -> Inlines:
    name, _ = pick(entry.title, words.locale)
    match entry.kind:
        case EntryKind.ARTICLE:
            number = article_name(entry, words)
            return inlines(number if number == name else f"{number} – {name}")
        case EntryKind.FACT:
            return inlines(words.text("card-fact", label=entry.label))
        case EntryKind.EVENT | EntryKind.PERSON:
            return inlines(name)


def _about_instrument(entry: Entry, words: Words, context: CardContext) -> list[Block]:
    instrument = context.catalogue.instrument(entry.key.partition("/")[0])
    if instrument is None:
        return []
    return [Paragraph((Emphasis(pick(instrument.title, words.locale)[0]),))]


def _past(entry: Entry, words: Words, context: CardContext) -> list[Block]:
    now, lines = context.current, []
    if context.as_of is not None:
        lines.append(words.text("card-as-of", date=words.date(context.as_of), revision=entry.revision))
    elif _is_old(entry, context):
        lines.append(words.text("card-old-revision", revision=entry.revision))
    if context.first_on is not None:
        lines.append(words.text("card-first-revision", date=words.date(context.first_on)))
    if now is not None and now.status is Status.RETRACTED is not entry.status:
        lines.append(_retracted(now, words))
    if now is not None and now.retired == UNDONE != entry.retired:
        lines.append(words.text("card-undone"))
    return [paragraph(Strong(" ".join(lines)))] if lines else []


def _is_old(entry: Entry, context: CardContext) -> bool:
    return context.current is not None and context.current.revision != entry.revision


def _key_phrase(entry: Entry, words: Words, context: CardContext) -> list[Block]:
    language = words.locale if words.locale in entry.key_phrase else "en"
    phrase = entry.key_phrase.get(language)
    if not phrase:
        return []
    named = [source for source in context.sources if source.id in entry.key_phrase_sources]
    # A wording is credited to who carried it in this language; another one's wording is another quotation.
    own = [source for source in named if source.language == language] or named
    publishers = list(dict.fromkeys(source.publisher for source in own))
    credit = words.text("card-key-phrase", publishers=", ".join(publishers)) if publishers else ""
    quoted = words.text("quoted", text=phrase)
    shown = inlines(Deleted(quoted) if entry.status is Status.RETRACTED else quoted)
    return [Quote((*shown, Text(" "), Emphasis(credit)) if credit else shown)]


def _particulars(entry: Entry, words: Words, context: CardContext) -> list[Inlines]:
    found: list[Inlines] = []
    if entry.kind is EntryKind.ARTICLE:
        instrument = context.catalogue.instrument(entry.key.partition("/")[0])
        if instrument is not None:
            found.append((Strong(words.text("card-status")), Text(" "), *state_line(instrument, words, context.as_of)))
    if entry.kind in (EntryKind.FACT, EntryKind.EVENT) or entry.status is not Status.CONFIRMED:
        found.append(inlines(Strong(words.text("card-status")), " ", words.text(f"status-{entry.status.value}")))
    who, _ = pick(entry.attributed_to, words.locale)
    if who:
        found.append(inlines(Strong(words.text("card-who")), " ", who))
    if entry.confidence not in (None, Confidence.VERIFIED) or entry.kind is EntryKind.ARTICLE:
        found.append(inlines(words.text(f"confidence-{(entry.confidence or Confidence.UNVERIFIED).value}")))
    if entry.date:
        found.append(inlines(Strong(words.text("card-date")), " ", words.date(entry.date)))
    topics = [topic for each in entry.topics if (topic := context.catalogue.topic(each))]
    if topics:
        names = ", ".join(pick(topic.title, words.locale)[0] for topic in topics)
        found.append(inlines(Strong(words.text("card-topics")), " ", names))
    return found


def _facts(context: CardContext, words: Words) -> list[Block]:
    if not context.facts:
        return []
    lines = tuple(
        inlines(Code(fact.label), " ", title(fact, words.locale), mark(fact, words)) for fact in context.facts
    )
    return [paragraph(Strong(words.text("card-facts"))), Bullets(lines)]


def mark(entry: Entry, words: Words) -> str:
    """What must stand beside an entry wherever it is named: that it is not simply so."""
    doubts = [] if entry.status is Status.CONFIRMED else [words.text(f"status-{entry.status.value}-short")]
    if entry.confidence in (Confidence.PARTIAL, Confidence.UNVERIFIED):
        doubts.append(words.text(f"confidence-{entry.confidence.value}-short"))
    return f" ({', '.join(doubts)})" if doubts else ""


def uncertainty(entry: Entry, words: Words) -> Paragraph | None:
    """What makes an entry less than certain and who says it, for a page that shows more of it than a line."""
    who, _ = pick(entry.attributed_to, words.locale)
    if not (doubts := mark(entry, words).strip(" ()")):
        return None
    said = (Text(" · "), Strong(words.text("card-who")), Text(f" {who}")) if who else ()
    other, _ = pick(entry.against_by, words.locale)
    denied = (Text(" · "), Strong(words.text("card-who-otherwise")), Text(f" {other}")) if other else ()
    return Paragraph((Strong(words.text("card-status")), Text(f" {doubts}"), *said, *denied))


def preview(entry: Entry, words: Words) -> tuple[str, str]:
    """A title and a line to choose an entry by, with its doubts first: what comes last is what gets cut off."""
    name = "".join(part.text for part in _heading(entry, words)) + mark(entry, words)
    who, _ = pick(entry.attributed_to, words.locale)
    text, _ = pick(entry.text, words.locale)
    said = f"{words.text('card-who')} {who}. {text}" if who else text
    return shorten(name, 80), shorten(_retracted(entry, words) if entry.status is Status.RETRACTED else said, 160)


def line_for(entry: Entry, words: Words, catalogue: Catalogue) -> Inlines:
    """An entry as one line of a list: date, number, title, and what makes it less than certain."""
    date = f"{words.date(entry.date)} · " if entry.date else ""
    name = title(entry, words.locale)
    if entry.kind is EntryKind.ARTICLE:
        instrument = catalogue.instrument(entry.key.partition("/")[0])
        year = (
            f" ({(instrument.signed or '')[:4]})" if instrument and instrument is not catalogue.instruments[0] else ""
        )
        shown = article_name(entry, words)
        return inlines(Strong(shown + year), f"{'' if name == shown else f' – {name}'}{mark(entry, words)}")
    if entry.kind is EntryKind.PERSON:
        return inlines(Code(entry.label), " ", Strong(name), f" – {pick(entry.text, words.locale)[0]}")
    return inlines(Code(entry.label), f" {date}{name}{mark(entry, words)}")


def attributed_line(entry: Entry, words: Words, catalogue: Catalogue) -> Inlines:
    """An entry as one line of a list that is taken for an answer: with who says so, where it is not simply so."""
    line, (who, _) = line_for(entry, words, catalogue), pick(entry.attributed_to, words.locale)
    return (*line, *inlines(" · ", Emphasis(f"{words.text('card-who')} {shorten(who, WHO)}"))) if who else line


def source_line(source: Source, words: Words) -> Inlines:
    """A source as people cite it; the publisher always shows, for a reader judges by it."""
    shown: Inline = Link(source.title, source.url) if source.url else Text(source.title)
    details = [source.publisher, words.date(source.date) if source.date else words.text("source-undated")]
    return inlines(shown, f" — {', '.join(details)} · {words.text(f'source-{source.kind.value}')}")


def _sources(entry: Entry, ids: tuple[str, ...], words: Words, context: CardContext) -> list[Block]:
    shown = [source for source in context.sources if source.id in ids][:SOURCES_ON_CARD]
    if not shown:
        return []
    blocks: list[Block] = [
        paragraph(Strong(words.text("card-sources", count=len(ids)))),
        Bullets(tuple(source_line(source, words) for source in shown)),
    ]
    if hidden := len(ids) - len(shown):
        more = words.text("card-more-sources", count=hidden)
        blocks.append(Note(inlines(more, " ", Code(f"/sources {name_for(entry, context.catalogue)}"))))
    return blocks


def _other_side(entry: Entry, words: Words, context: CardContext) -> list[Block]:
    """Who says otherwise, what they say and where, set out as the first side is."""
    if not entry.against:
        return []
    who, _ = pick(entry.against_by, words.locale)
    return [
        paragraph(Strong(words.text("card-who-otherwise")), " ", who),
        *_said(entry.against, words, retracted=entry.status is Status.RETRACTED),
        *_sources(entry, entry.against_sources, words, context),
    ]


def _permalink(entry: Entry, words: Words, context: CardContext) -> Note:
    recorded = words.text("card-recorded", date=words.date(context.recorded_on)) if context.recorded_on else ""
    return Note(inlines(Code(f"{entry.label}@{entry.revision}"), f" · {recorded}" if recorded else ""))


def _buttons(entry: Entry, words: Words, context: CardContext) -> tuple[tuple[Button, ...], ...]:
    catalogue = context.catalogue
    rows: list[tuple[Button, ...]] = []
    if entry.kind is EntryKind.ARTICLE:
        rows.append(_neighbours(entry, words, context))
    else:
        rows.append(tuple(_related(entry, words, catalogue)))
    rows.append(
        (
            RunCommand(words.text("button-sources"), f"sources {name_for(entry, catalogue)}"),
            RunCommand(words.text("button-history"), f"history {name_for(entry, catalogue)}"),
            *_comparison(entry, words, catalogue),
            *_changes(entry, words, context),
        )
    )
    if context.facts:
        rows.append(tuple(RunCommand(fact.label, f"fact {fact.label}") for fact in context.facts))
    shown = command_for(entry, catalogue)
    if _is_old(entry, context) and context.as_of is None:
        shown += f"@{entry.revision}"
    shown += as_of_suffix(context.as_of)
    rows.append(
        tuple(RunCommand(LANGUAGE_NAMES[each], f"{shown} in:{each}") for each in LOCALES if each != words.locale)
    )
    return tuple(row for row in rows if row)


def as_of_suffix(day: str | None) -> str:
    """What keeps the day of a card about the past in the commands of its buttons."""
    return f" as of {day}" if day else ""


def _neighbours(entry: Entry, words: Words, context: CardContext) -> tuple[Button, ...]:
    catalogue, past = context.catalogue, as_of_suffix(context.as_of)
    group = catalogue.articles.get(entry.key.partition("/")[0], ())
    place = next((index for index, each in enumerate(group) if each.key == entry.key), None)
    if place is None:
        return ()
    before = group[place - 1 : place] if place else ()
    return (
        *(RunCommand(f"◀ {article_name(each, words)}", command_for(each, catalogue) + past) for each in before),
        *(
            RunCommand(f"{article_name(each, words)} ▶", command_for(each, catalogue) + past)
            for each in group[place + 1 : place + 2]
        ),
    )


def _changes(entry: Entry, words: Words, context: CardContext) -> list[Button]:
    if not _is_old(entry, context) or entry.revision == 1:
        return []
    return [RunCommand(words.text("button-changes"), f"history {name_for(entry, context.catalogue)}@{entry.revision}")]


def _comparison(entry: Entry, words: Words, catalogue: Catalogue) -> list[Button]:
    if entry.kind is not EntryKind.ARTICLE:
        return []
    own = entry.key.partition("/")[0]
    others = (each.key for name, group in catalogue.articles.items() if name != own for each in group)
    held = frozenset(others)  # an article that was retracted is compared with nothing
    other = next((key for key in entry.related if key in held), None)
    return [RunCommand(words.text("button-compare", key=other), f"compare {entry.key} {other}")] if other else []


def _related(entry: Entry, words: Words, catalogue: Catalogue) -> list[Button]:
    keys = [each for each in (entry.instrument, *entry.related) if each]
    buttons: list[Button] = []
    for key in dict.fromkeys(keys):
        instrument, _, number = key.partition("/")
        known = next((each for each in catalogue.articles.get(instrument, ()) if each.article_number == number), None)
        if known is not None:
            buttons.append(RunCommand(shorten(related_name(key, words, catalogue), 40), command_for(known, catalogue)))
        elif catalogue.instrument(instrument):
            buttons.append(RunCommand(instrument, f"treaty {instrument}"))
    return buttons[:RELATED_ON_CARD]


def error_reply(error: Answerable, words: Words, outcome: Outcome) -> Reply:
    """What went wrong, in one sentence, with the next steps as buttons."""
    blocks: list[Block] = [Paragraph((Text(error_line(error, words)),))]
    if isinstance(error, Mistake) and error.faults:
        blocks.append(Bullets(tuple(inlines(error_line(each, words)) for each in error.faults[:FAULTS_SHOWN])))
    wide = -(-len(error.buttons) // ROWS)
    rows = tuple(error.buttons[at : at + wide] for at in range(0, len(error.buttons), wide or 1))
    return Reply(Document(tuple(blocks), rows), outcome)


def error_line(error: PactwatchError, words: Words) -> str:
    """What went wrong, in a sentence; of what somebody wrote it repeats no more than helps to find the place."""
    data = {name: shorten(value, ECHO) if isinstance(value, str) else value for name, value in error.data.items()}
    return words.text(error.key, **data)


def link_row(sources: Sequence[Source]) -> tuple[Button, ...]:
    """Buttons that open the first sources."""
    return tuple(OpenLink(shorten(source.publisher, 30), source.url) for source in sources[:3] if source.url)
