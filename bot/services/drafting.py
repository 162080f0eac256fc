"""From what somebody wrote to an entry that could be published; everything wrong with it is said at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from bot.core.dates import iso_date
from bot.core.editorial import LONGEST_REASON, Proposal, Severity
from bot.core.entries import LOCALES, Entry, EntryKind, Source, SourceKind, Status, Texts, first_day
from bot.core.errors import Mistake
from bot.core.fields import (
    FIELD_WORDS,
    REPEATED,
    SEVERITY_WORDS,
    STATUS_WORDS,
    TEXTS,
    Citation,
    FieldName,
    Given,
    citations,
    fold_word,
    host_of,
    language_of,
)
from bot.core.likeness import Difference, differences
from bot.core.ports import Clock, Newsroom
from bot.core.references import fold, tokens
from bot.core.times import local_day, stamp
from bot.services.indexing import Indexing
from bot.services.lookup import Lookup
from bot.services.pages import shorten
from bot.services.suggestions import find_topic, nearest

LONGEST_STATEMENT = 1_500
"""Characters of one text: with its sources it still fits on one message of any platform."""
LONGEST_NAME = 300
NAMES = frozenset({FieldName.TITLE, FieldName.BY, FieldName.AGAINST_BY})
"""What stands on one line of a card."""
MAX_SOURCES = 20
"""In one line: for each the store is searched for its publisher."""
CLEAR = "-"
"""What empties an optional field."""
ALIKE = 60
"""Percent of the shorter text's telling words from which an entry is shown as a possible double."""
SAME_WORD, FEWEST_WORDS, LONG_WORD = 80, 2, 4
DOUBLES = 3
SAME_NEWS = 0.55
"""The cosine, as the index sees it, from which an entry may tell the same news in whatever language."""
CORRECTION = 80
"""Percent of signs (rapidfuzz ratio) from which a text is taken for a correction of one that stands. Translations of
one sentence between Italian and English share 71 at most in the shipped dossier."""


_TEXTS: Mapping[FieldName, str] = {
    FieldName.STATEMENT: "text",
    FieldName.TITLE: "title",
    FieldName.BY: "attributed_to",
    FieldName.AGAINST: "against",
    FieldName.AGAINST_BY: "against_by",
}
_SOURCES: Mapping[FieldName, str] = {FieldName.SOURCE: "sources", FieldName.AGAINST_SOURCE: "against_sources"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person's fields come to. sources: those the store does not know yet. remarks: keys of sentences."""

    entry: Entry
    sources: tuple[Source, ...] = ()
    severity: Severity = Severity.NORMAL
    note: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Double:
    """A published entry that may say the same, and what it differs by all the same."""

    entry: Entry
    differences: tuple[Difference, ...] = ()


@dataclass(slots=True)
class _Work:
    """A draft while its fields are read one by one."""

    entry: Entry
    locale: str
    today: str
    new: bool
    known: Mapping[str, Source] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    severity: Severity = Severity.NORMAL
    note: str = ""
    faults: list[Mistake] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def change(self, part: str, value: Any) -> None:
        self.entry = replace(self.entry, **{part: value})

    def fault(self, key: str, name: FieldName, **data: Any) -> None:
        self.faults.append(Mistake(key, field=name.value, **data))


class Drafting:
    """Reads fields against the store: its topics, articles and sources."""

    def __init__(self, lookup: Lookup, newsroom: Newsroom, indexing: Indexing, clock: Clock, zone: ZoneInfo) -> None:
        self._lookup = lookup
        self._indexing = indexing
        self._newsroom = newsroom
        self._clock = clock
        self._zone = zone

    async def new_fact(self, statement: str, given: Sequence[Given], locale: str) -> Draft:
        """A new fact. Raises Mistake with every fault there is.

        Where somebody is named who says so and no status, it is their claim.
        """
        named = {each.name for each in given}
        claimed = FieldName.BY in named and FieldName.STATUS not in named
        empty = Entry("", EntryKind.FACT, {}, (), status=Status.CLAIMED if claimed else Status.CONFIRMED)
        lead = (Given(FieldName.STATEMENT, "", statement),) if statement else ()
        return await self._read(empty, (*lead, *given), locale, Severity.NORMAL)

    async def change(self, entry: Entry, draft: Proposal | None, given: Sequence[Given], locale: str) -> Draft:
        """An entry, or the open draft for it, with some fields written anew. Raises Mistake with every fault."""
        severity = draft.severity if draft else Severity.NORMAL
        read = await self._read(entry, given, locale, severity)
        if read.entry == entry and read.severity is severity and not read.sources:
            raise Mistake("mistake-nothing-changed", label=entry.label)
        return read if draft is None else replace(read, sources=_merged(draft.sources, read))

    async def _read(self, entry: Entry, given: Sequence[Given], locale: str, severity: Severity) -> Draft:
        today = local_day(stamp(self._clock.now()), self._zone)
        work = _Work(entry, locale, today, new=not entry.key and not entry.text, severity=severity)
        given = _joined(given)
        cited = [self._cited(each, work) for each in given]
        if sum(map(len, cited)) > MAX_SOURCES:
            fault = Mistake("fault-sources", field=FieldName.SOURCE.value, limit=MAX_SOURCES)
            raise Mistake("mistake-fields", count=1, faults=(fault,))
        urls = [one.url for each in cited for one in each]
        work.known = await self._newsroom.sources_by_url((*urls, *map(host_of, urls))) if urls else {}
        _refuse_doubled(given, work)
        for each, named in zip(given, cited, strict=True):
            self._take(each, named, work)
        _check_whole(work)
        if work.faults:
            raise Mistake("mistake-fields", count=len(work.faults), faults=tuple(work.faults))
        return Draft(work.entry, tuple(work.sources), work.severity, work.note, tuple(work.remarks))

    def _cited(self, given: Given, work: _Work) -> tuple[Citation, ...]:
        if given.name not in (FieldName.SOURCE, FieldName.AGAINST_SOURCE) or given.value in ("", CLEAR):
            return ()
        try:
            return tuple(citations(given.value.removeprefix("-").strip()))
        except Mistake as error:
            work.fault(error.key, given.name, **error.data)
            return ()

    def _take(self, given: Given, named: tuple[Citation, ...], work: _Work) -> None:
        entry, value, name = work.entry, given.value, given.name
        if name is None:
            guesses = nearest(fold_word(given.word), FIELD_WORDS, 1) if len(given.word) <= 30 else []
            shown = shorten(given.word, 40)
            if guesses:
                work.faults.append(Mistake("fault-field-guess", field="", value=shown, guess=guesses[0]))
            else:
                work.faults.append(Mistake("fault-field", field="", value=shown))
        elif not value:
            work.fault("fault-empty", name)
        elif name in TEXTS:
            work.entry = replace(entry, text=self._text(entry.text, value, name, work, language=name.value))
        elif part := _TEXTS.get(name):
            work.change(part, self._text(getattr(entry, part), value, name, work))
        elif part := _SOURCES.get(name):
            work.change(part, _with(getattr(entry, part), value, named, work))
        elif name is FieldName.NOTE:
            if len(value) > LONGEST_REASON:
                work.fault("fault-long", name, limit=LONGEST_REASON)
            work.note = value
        else:
            self._take_choice(name, value, work)

    def _take_choice(self, name: FieldName, value: str, work: _Work) -> None:
        entry = work.entry
        if name is FieldName.STATUS:
            status = STATUS_WORDS.get(fold_word(value))
            if status is None or status is Status.RETRACTED:
                work.fault("fault-status" if status is None else "fault-status-retracted", name, value=value)
            else:
                work.entry = replace(entry, status=status)
        elif name is FieldName.SEVERITY:
            severity = SEVERITY_WORDS.get(fold_word(value))
            if severity is None:
                work.fault("fault-severity", name, value=value)
            else:
                work.severity = severity
        elif name is FieldName.DATE:
            date = None if value == CLEAR else iso_date(value, work.today)
            if date is None and value != CLEAR:
                work.fault("fault-date", name, value=value)
            elif date is not None and first_day(date) > work.today:
                work.fault("fault-future", name, value=value)
            else:
                work.entry = replace(entry, date=date)
        elif name is FieldName.TOPIC:
            work.entry = replace(entry, topics=self._topics(value, work))
        else:
            articles = self._articles(value, work)
            others = tuple(key for key in entry.related if "/" not in key or (work.new and key not in articles))
            work.entry = replace(entry, related=(*others, *articles))

    def _text(self, texts: Texts, value: str, name: FieldName, work: _Work, *, language: str = "") -> Texts:
        limit = LONGEST_NAME if name in NAMES else LONGEST_STATEMENT
        if len(value) > limit:
            work.fault("fault-long", name, limit=limit)
        if value == CLEAR:
            return {key: text for key, text in texts.items() if language and key != language}
        if name in (FieldName.STATEMENT, *TEXTS) and not any(letter.isalpha() for letter in value):
            work.fault("fault-no-words", name, value=value)
        return {**texts, language or _language(value, texts, work.locale): value}

    def _topics(self, value: str, work: _Work) -> tuple[str, ...]:
        if value == CLEAR:
            return ()
        found = list(work.entry.topics) if work.new else []
        for word in filter(None, (each.strip() for each in value.replace(";", ",").split(","))):
            topic, guesses = find_topic(self._lookup.catalogue, word)
            if topic is None and guesses:
                work.fault("fault-topic-guess", FieldName.TOPIC, value=word, guess=", ".join(guesses[:3]))
            elif topic is None:
                work.fault("fault-topic", FieldName.TOPIC, value=word)
            else:
                found.append(topic)
        return tuple(dict.fromkeys(found))

    def _articles(self, value: str, work: _Work) -> tuple[str, ...]:
        if value == CLEAR:
            return ()
        known = {entry.key for group in self._lookup.catalogue.articles.values() for entry in group}
        found: list[str] = []
        for word in filter(None, (each.strip() for each in value.replace(";", ",").split(","))):
            reference = self._lookup.article_reference(word)
            if reference is None or reference.key not in known:
                work.fault("fault-article", FieldName.ARTICLE, value=word)
            else:
                found.append(reference.key)
        return tuple(dict.fromkeys(found))

    async def doubles(self, entry: Entry, locale: str) -> tuple[Double, ...]:
        """Published entries that may say the same already, the likeliest first. A hint for people, no judgement."""
        found: dict[str, tuple[float, Entry]] = {}
        if around := await self._indexing.around(next(iter(entry.text.values()), ""), DOUBLES):
            same = {each.key: max(each.middle, each.best) for each in around[1].nearest}
            entries = await self._lookup.entries([key for key, cosine in same.items() if cosine >= SAME_NEWS])
            for other in entries.values():
                if other.key != entry.key and other.kind not in (EntryKind.ARTICLE, EntryKind.PERSON):
                    found[other.key] = (100 * same[other.key], other)
        for text in entry.text.values():
            page = await self._lookup.search(text[:300], locale, offset=0, limit=8)
            for other in page.items:
                score = _likeness(entry, other)
                if other.key != entry.key and score >= ALIKE and other.kind is not EntryKind.ARTICLE:
                    found[other.key] = (max(score, found.get(other.key, (0.0,))[0]), other)
        best = sorted(found.values(), key=lambda each: -each[0])
        return tuple(Double(other, differences(entry.text, other.text)) for _, other in best[:DOUBLES])


def _likeness(one: Entry, other: Entry) -> float:
    shared = [locale for locale in one.text if locale in other.text]
    return max((_alike(_telling(one.text[each]), _telling(other.text[each])) for each in shared), default=0.0)


def _alike(one: list[str], other: list[str]) -> float:
    """Percent of the words of the shorter text that the other has too, a slip or an ending forgiven."""
    short, long = sorted((one, other), key=len)
    found = sum(process.extractOne(word, long, scorer=fuzz.ratio, score_cutoff=SAME_WORD) is not None for word in short)
    return 100 * found / len(short) if len(short) >= FEWEST_WORDS else 0.0


def _telling(text: str) -> list[str]:
    """The words of a text that tell it from others: the short ones stand in every text."""
    return [fold(word) for word in tokens(text) if len(word) >= LONG_WORD or not word.isascii()]


def _language(value: str, texts: Texts, locale: str) -> str:
    """The language of a text that was written under none: of the one it corrects, else the likeliest for its writer."""
    likeliest = language_of(value, locale)
    alike = {each: (fuzz.ratio(text, value), each == likeliest) for each, text in texts.items()}
    nearest = max(alike, key=lambda each: alike[each], default=likeliest)
    return nearest if nearest in alike and alike[nearest][0] >= CORRECTION else likeliest


def _joined(given: Sequence[Given]) -> tuple[Given, ...]:
    """The fields with topics, and articles, that were given one by one in one field: each replaces what stands."""
    lists = {
        name: ", ".join(each.value for each in given if each.name is name)
        for name in (FieldName.TOPIC, FieldName.ARTICLE)
    }
    found: list[Given] = []
    for each in given:
        if each.name is None or each.name not in lists:
            found.append(each)
        elif each.name not in {one.name for one in found}:
            found.append(replace(each, value=lists[each.name]))
    return tuple(found)


def _refuse_doubled(given: Sequence[Given], work: _Work) -> None:
    seen: set[FieldName] = set()
    for each in given:
        if each.name is not None and each.name in seen and each.name not in REPEATED:
            work.fault("fault-doubled", each.name)
        if each.name is not None:
            seen.add(each.name)


def _with(ids: tuple[str, ...], value: str, named: tuple[Citation, ...], work: _Work) -> tuple[str, ...]:
    """The ids of sources with the cited ones added, or taken away where the field begins with a minus."""
    if value == CLEAR:
        return ()
    cited = [_source(each, work) for each in named]
    if value.startswith("-"):
        gone = {each.id for each in cited}
        return tuple(each for each in ids if each not in gone)
    for source in cited:
        if source.url not in work.known and source not in work.sources:
            work.sources.append(source)
    return tuple(dict.fromkeys((*ids, *(each.id for each in cited))))


def _source(cited: Citation, work: _Work) -> Source:
    """The source behind an address: the known one, or a new one that says no more than is known of it."""
    if known := work.known.get(cited.url):
        return known
    host = host_of(cited.url)
    alike = work.known.get(host)
    path = unquote(cited.url.partition("://")[2].partition("?")[0]).rstrip("/").removeprefix("www.")
    return Source(
        id=f"web-{hashlib.sha256(cited.url.encode()).hexdigest()[:12]}",
        title=shorten(cited.title or path, 160),
        publisher=alike.publisher if alike else host,
        kind=alike.kind if alike else SourceKind.WEB,
        language=alike.language if alike else work.locale,
        url=cited.url,
        retrieved_at=work.today,
    )


def _merged(before: tuple[Source, ...], read: Draft) -> tuple[Source, ...]:
    """The new sources of a draft after a change: those it still names."""
    named = {*read.entry.sources, *read.entry.against_sources}
    found = {each.id: each for each in (*before, *read.sources)}
    return tuple(each for each in found.values() if each.id in named)


def _check_whole(work: _Work) -> None:
    """What must hold between the fields."""
    entry = work.entry
    wrong = {fault.data.get("field") for fault in work.faults}
    if work.new and not entry.text and FieldName.STATEMENT.value not in wrong and not wrong & set(LOCALES):
        work.fault("fault-no-statement", FieldName.STATEMENT)
    if not entry.text and not work.new:
        work.fault("fault-no-statement", FieldName.STATEMENT)
    if not entry.sources and FieldName.SOURCE.value not in wrong and entry.kind is not EntryKind.ARTICLE:
        work.fault("fault-no-source", FieldName.SOURCE)
    _check_who(work, wrong)
    _check_sides(work, wrong)


def _check_who(work: _Work, wrong: set[str | int | None]) -> None:
    entry = work.entry
    unsettled = entry.status in (Status.CLAIMED, Status.DISPUTED)
    if unsettled and not entry.attributed_to and FieldName.BY.value not in wrong:
        work.fault("fault-no-who", FieldName.BY, status=entry.status.value)
    if entry.status is Status.CONFIRMED and entry.attributed_to:
        # A confirmed statement stands by its sources: naming a speaker would make it look like a claim.
        work.entry = replace(entry, attributed_to={})
        work.remarks.append("remark-by-dropped")


def _check_sides(work: _Work, wrong: set[str | int | None]) -> None:
    entry = work.entry
    if not (entry.against or entry.against_by or entry.against_sources):
        if entry.status is Status.DISPUTED:
            work.remarks.append("remark-one-side")
        return
    if entry.status is not Status.DISPUTED:
        work.entry = replace(entry, against={}, against_by={}, against_sources=())
        work.remarks.append("remark-against-dropped")
        return
    for present, name, key in (
        (entry.against, FieldName.AGAINST, "fault-against-text"),
        (entry.against_by, FieldName.AGAINST_BY, "fault-against-who"),
        (entry.against_sources, FieldName.AGAINST_SOURCE, "fault-against-source"),
    ):
        if not present and name.value not in wrong:
            work.fault(key, name)
