"""What must hold between the records of a dossier: ids that exist, numbers used once, and who says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from bot.core.entries import Confidence, EntryKind, Status, first_day, last_day
from storage.dossier.fields import Checker, Place, found
from storage.dossier.schema import ENTRY_FILES, INSTRUMENTS_FOLDER, SOURCES_FILE, TOPICS_FILE, Target

NO_DATES: Final[dict[str, Any]] = {
    "aliases": (),
    "signed": None,
    "in_force": None,
    "ended": None,
    "replaces": (),
    "replaced_by": None,
}
"""What an instrument has where its file is silent."""


@dataclass(frozen=True, slots=True)
class Record:
    """The attributes read from one record; those that were wrong are left out."""

    place: Place
    values: dict[str, Any]


@dataclass(slots=True)
class Parts:
    """All records of a dossier. `unread`: the files that could not be read, whose ids are therefore not known."""

    head: dict[str, Any] = field(default_factory=dict)
    topics: list[Record] = field(default_factory=list)
    sources: list[Record] = field(default_factory=list)
    instruments: list[Record] = field(default_factory=list)
    articles: dict[str, list[Record]] = field(default_factory=dict)
    entries: dict[EntryKind, list[Record]] = field(default_factory=dict)
    questions: list[Record] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def all_articles(self) -> list[Record]:
        """The articles of all instruments."""
        return [article for articles in self.articles.values() for article in articles]


def check(parts: Parts, checker: Checker) -> None:
    """Report what is wrong between records, and give a number to every entry that has none."""
    _ids_once(parts.topics, checker)
    _ids_once(parts.sources, checker)
    # One namespace: `related` names instruments, articles, facts, events and people alike.
    _ids_once([*parts.instruments, *parts.all_articles(), *_entries(parts)], checker)
    _asked_once(parts.questions, checker)
    for records in parts.entries.values():
        _numbers(records, checker)
    for article in parts.all_articles():
        confidence = article.values.get("confidence", Confidence.UNVERIFIED)
        _who_and_where_from(article, checker, empty=confidence is Confidence.UNVERIFIED)
    for entry in _entries(parts):
        _who_and_where_from(entry, checker, empty=False)
    for instrument in parts.instruments:
        _instrument(instrument, parts.articles.get(instrument.place.entry, []), checker)
    _references(parts, checker)


def _entries(parts: Parts) -> list[Record]:
    return [record for records in parts.entries.values() for record in records]


def _key(record: Record) -> str | None:
    key: str | None = record.values.get("key", record.values.get("id"))
    return key


def _ids_once(records: Iterable[Record], checker: Checker) -> None:
    first: dict[str, Place] = {}
    for record in records:
        key = _key(record)
        if key is not None and first.setdefault(key, record.place) is not record.place:
            name = "number" if "/" in key else "id"
            checker.fault(record.place.at(name), f"{key} is used twice; the first is in {first[key].file}")


def _asked_once(records: Iterable[Record], checker: Checker) -> None:
    named: set[str] = set()
    for record in records:
        if checker.reported(record.place.at("entry")):
            continue
        entry = record.values.setdefault("entry", "")
        if entry in named:
            name = entry or "the questions without an entry"
            checker.fault(record.place.at("entry"), f"{name} stands twice; put its questions together")
        named.add(entry)


def _numbers(records: list[Record], checker: Checker) -> None:
    first: dict[int, Record] = {}
    for record in records:
        number = record.values.get("number")
        if number is not None and first.setdefault(number, record) is not record:
            checker.fault(record.place.at("number"), f"{number} is used twice; {first[number].place.entry} has it too")
    following = max(first, default=0) + 1
    for record in records:
        if "number" not in record.values:
            record.values["number"] = following
            following += 1


def _who_and_where_from(record: Record, checker: Checker, *, empty: bool) -> None:
    """Check sources and attribution. `empty`: an article nobody described has no source and claims nothing."""
    values, place = record.values, record.place
    if not values:
        return
    if not values.setdefault("sources", ()) and not empty and not checker.reported(place.at("sources")):
        checker.fault(place.at("sources"), "expected at least one source, found none")
    status = values.get("status", Status.CONFIRMED)
    named = "attributed_to" in values or checker.reported(place.at("attributed_to"))
    if status in (Status.CLAIMED, Status.DISPUTED) and not named:
        checker.fault(
            place.at("attributed_to"), f"is missing; a {status.value} entry says in every language who says so"
        )
    if status is Status.CONFIRMED and "attributed_to" in values and not checker.reported(place.at("status")):
        checker.fault(place.at("attributed_to"), "a confirmed entry has none; is the status claimed or disputed?")
    _desk(record, status, checker)
    if "key_phrase" in values and not values.get("key_phrase_sources"):
        checker.fault(place.at("key_phrase_sources"), "expected the source that the key phrase is quoted from")


_SIDES: Final = ("against", "against_by", "against_sources")


def _desk(record: Record, status: Status, checker: Checker) -> None:
    """Check what only editors write: the other side of a dispute stands whole or not at all, as does a retraction."""
    values, place = record.values, record.place
    given = [name for name in _SIDES if values.get(name) or checker.reported(place.at(name))]
    if checker.reported(place.at("status")):
        return
    if given and status not in (Status.DISPUTED, Status.RETRACTED):
        checker.fault(place.at(given[0]), "only a disputed entry has another side; is the status disputed?")
    elif given:
        for name in _SIDES:
            if name not in given:
                checker.fault(place.at(name), "is missing; another side has its text, who says so, and its sources")
    if values.get("retraction") and status is not Status.RETRACTED:
        checker.fault(place.at("retraction"), "only a retracted entry has one; is the status retracted?")


def _instrument(record: Record, articles: list[Record], checker: Checker) -> None:
    values, place = record.values, record.place
    dated = [(name, values[name]) for name in ("signed", "in_force", "ended") if values.get(name)]
    for (earlier, start), (later, end) in pairwise(dated):
        # Only what is wrong at every precision is a fault: a treaty signed on 1945-06-26 may be in force "1945".
        if last_day(end) < first_day(start):
            checker.fault(place.at(later), f"{end} is before {earlier} {start}")
    count = values.get("article_count")
    for article in articles:
        number = article.place.entry.rpartition("/")[2]
        if count is not None and number.isdigit() and int(number) > count:
            checker.fault(article.place.at("number"), f"{number} is beyond the article_count {count}")


def _references(parts: Parts, checker: Checker) -> None:
    facts = _keys(parts.entries.get(EntryKind.FACT, []))
    instruments, articles = _keys(parts.instruments), _keys(parts.all_articles())
    known = {
        Target.SOURCE: (_keys(parts.sources), {SOURCES_FILE}),
        Target.TOPIC: (_keys(parts.topics), {TOPICS_FILE}),
        Target.INSTRUMENT: (instruments, {INSTRUMENTS_FOLDER}),
        Target.FACT: (facts, {ENTRY_FILES[EntryKind.FACT]}),
        Target.SUBJECT: (instruments | articles, {INSTRUMENTS_FOLDER}),
        Target.ANYTHING: (
            instruments | articles | _keys(_entries(parts)),
            {INSTRUMENTS_FOLDER, *ENTRY_FILES.values()},
        ),
        Target.ENTRY: (articles | _keys(_entries(parts)), {INSTRUMENTS_FOLDER, *ENTRY_FILES.values()}),
    }
    for reference in checker.references:
        keys, files = known[reference.target]
        # Where a file could not be read its ids are unknown, and reporting each use would bury the cause.
        if reference.id not in keys and not files & parts.unread:
            checker.fault(reference.place, f"{found(reference.id)} is no {reference.target.value}")


def _keys(records: Iterable[Record]) -> set[str]:
    return {key for key in map(_key, records) if key is not None}
