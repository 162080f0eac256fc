"""What `/search` may be narrowed down to, and where in an entry the words stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from bot.core.documents import Inline, Inlines, Strong, Text
from bot.core.entries import Entry, EntryKind, Status, first_day, last_day
from bot.core.errors import Mistake
from bot.core.fields import STATUS_WORDS, fold_word
from bot.core.ports import Words
from bot.core.references import read_date, tokens
from bot.services.lookup import Lookup
from bot.services.pages import pick
from bot.services.suggestions import find_topic

C = TypeVar("C", bound=StrEnum)

FILTERS: Mapping[str, str] = {
    word: name
    for name, words in {
        "kind": "kind type tipo вид тип 종류",
        "status": "status stato статус 상태",
        "topic": "topic argomento tema тема 주제",
        "since": "from since after da dal dopo с от после 부터",
        "until": "to until before a al fino до по 까지",
        "instrument": "treaty instrument trattato patto договор 조약",
    }.items()
    for word in words.split()
}
"""How people call a filter, before a colon."""

KINDS: Mapping[str, EntryKind] = {
    fold_word(word): kind
    for kind, words in {
        EntryKind.ARTICLE: "article articles articolo articoli статья статьи 조문 조항",
        EntryKind.FACT: "fact facts fatto fatti факт факты 사실",
        EntryKind.EVENT: "event events evento eventi событие события 사건",
        EntryKind.PERSON: "person people persona persone человек люди 인물 사람",
    }.items()
    for word in words.split()
}

STANDING = tuple(each for each in Status if each is not Status.RETRACTED)
"""What is retracted stands in no list and is found by its number."""
STATUSES = {word: status for word, status in STATUS_WORDS.items() if status in STANDING}

_FILTER = re.compile(r"(?<!\S)(\w+)[:：]\s?(\S+)")
TOPICS = 5
"""Offered where one was not understood."""
AROUND = 40
"""Characters shown on either side of a word that stands in a text only."""
SHORTEST, ENDING = 5, 2
"""A word of so many letters is found with other endings of so many."""


def take_filters(line: str) -> dict[str, str]:
    """The filters in a line by name, and the words that are left, as `query`; a colon of something else stays there."""
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        name = FILTERS.get(fold_word(match[1]))
        if name is None:
            return match[0]
        found[name] = match[2]
        return ""

    left = " ".join(_FILTER.sub(take, line).split())
    return {**found, "query": left}


@dataclass(frozen=True, slots=True)
class Filter:
    """What entries must be; None where anything will do."""

    kind: EntryKind | None = None
    status: Status | None = None
    topic: str | None = None
    since: str | None = None
    until: str | None = None
    instrument: str | None = None

    def __bool__(self) -> bool:
        return self != Filter()

    def lets(self, entry: Entry) -> bool:
        """Whether an entry is so."""
        return (
            self.kind in (None, entry.kind)
            and self.status in (None, entry.status)
            and (self.topic is None or self.topic in entry.topics)
            and (self.since is None or (entry.date is not None and last_day(entry.date) >= first_day(self.since)))
            and (self.until is None or (entry.date is not None and first_day(entry.date) <= last_day(self.until)))
            and (self.instrument is None or self.instrument in _instruments(entry))
        )

    def line(self) -> str:
        """The filter as it can be typed."""
        parts = {
            "kind": self.kind and self.kind.value,
            "status": self.status and self.status.value,
            "topic": self.topic,
            "from": self.since,
            "to": self.until,
            "treaty": self.instrument,
        }
        return " ".join(f"{name}:{value}" for name, value in parts.items() if value)

    def told(self, words: Words, lookup: Lookup) -> str:
        """The filter in words."""
        topic = lookup.catalogue.topic(self.topic) if self.topic else None
        parts = (
            words.text(f"kind-{self.kind.value}") if self.kind else "",
            words.text(f"status-{self.status.value}") if self.status else "",
            pick(topic.title, words.locale)[0] if topic else "",
            f"≥ {words.date(self.since)}" if self.since else "",
            f"≤ {words.date(self.until)}" if self.until else "",
            self.instrument or "",
        )
        return ", ".join(filter(None, parts))


def _instruments(entry: Entry) -> set[str]:
    if entry.kind is EntryKind.ARTICLE:
        return {entry.key.partition("/")[0]}
    named = (entry.instrument or "", *entry.related)
    return {each.partition("/")[0] for each in named if each}


def read_filter(values: Mapping[str, str | None], lookup: Lookup, today: str) -> Filter:
    """A filter as typed. Raises Mistake with every fault there is."""
    read: Mapping[str, Callable[[str], Any]] = {
        "kind": lambda value: _chosen("kind", value, KINDS, tuple(EntryKind)),
        "status": lambda value: _chosen("status", value, STATUSES, STANDING),
        "topic": lambda value: _topic(value, lookup),
        "since": lambda value: read_date(value, today),
        "until": lambda value: read_date(value, today),
        "instrument": lambda value: _instrument(value, lookup),
    }
    found: dict[str, Any] = {}
    faults: list[Mistake] = []
    for name, value in values.items():
        if value:
            try:
                found[name] = read[name](value)
            except Mistake as error:
                faults.append(error)
    since, until = found.get("since"), found.get("until")
    if since and until and first_day(since) > last_day(until):
        faults.append(Mistake("mistake-order", since=since, until=until))
    if faults:
        raise Mistake("mistake-filters", count=len(faults), faults=tuple(faults))
    return Filter(**found)


def _wrong(name: str, value: str, choices: Iterable[str]) -> Mistake:
    return Mistake("fault-filter", filter=name, value=value, choices=", ".join(choices))


def _chosen(name: str, value: str, words: Mapping[str, C], every: Sequence[C]) -> C:
    chosen = words.get(fold_word(value))
    if chosen is None:
        raise _wrong(name, value, (each.value for each in every))
    return chosen


def _topic(value: str, lookup: Lookup) -> str:
    topic, guesses = find_topic(lookup.catalogue, value.replace("_", " "))
    if topic is None:
        known = guesses or tuple(each.id for each, _ in lookup.catalogue.topics)
        raise _wrong("topic", value, (*known[:TOPICS], *(("…",) if len(known) > TOPICS else ())))
    return topic


def _instrument(value: str, lookup: Lookup) -> str:
    reference = lookup.article_reference(value)
    if reference is None:
        raise _wrong("treaty", value, (each.id for each in lookup.catalogue.instruments))
    return reference.instrument


def pattern(query: str) -> re.Pattern[str] | None:
    """What of a text is to be marked: the words of a query, with other endings too."""
    parts: list[str] = []
    for word in tokens(query):
        if "가" <= word[0] <= "힣":
            parts.append(re.escape(word))
        elif len(word) > 1 or word.isdecimal():
            stem = word[:-ENDING] if len(word) >= SHORTEST and word.isalpha() else word
            ending = "" if word.isdecimal() else r"\w*"
            parts.append(rf"(?<!\w){re.escape(stem)}{ending}(?!\w)")
    return re.compile("|".join(sorted(parts, key=len, reverse=True)), re.IGNORECASE) if parts else None


def marked(line: Inlines, entry: Entry, found: re.Pattern[str], locale: str) -> Inlines:
    """A line of a list with the words marked; where none stands in it, with the place in the text where one does."""
    shown: list[Inline] = []
    for each in line:
        shown += _marked(each.text, found) if isinstance(each, Text) else [each]
    if any(isinstance(each, Strong) and found.search(each.text) for each in shown):
        return tuple(shown)
    texts = [pick(entry.text, locale)[0], *entry.text.values(), *entry.attributed_to.values()]
    for text in texts:
        if match := found.search(text):
            start, end = max(0, match.start() - AROUND), match.end() + AROUND
            piece = f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"
            return (*shown, Text(" — "), *_marked(piece, found))
    return tuple(shown)


def _marked(text: str, found: re.Pattern[str]) -> list[Inline]:
    parts: list[Inline] = []
    at = 0
    for match in found.finditer(text):
        parts += [Text(text[at : match.start()]), Strong(match[0])]
        at = match.end()
    parts.append(Text(text[at:]))
    return [each for each in parts if each.text]
