"""What a person may have meant: completions while they type, and "did you mean" after a slip.

Suggestions are offered, never run: a guess that acts by itself answers a question nobody asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from bot.core.commands import Complete
from bot.core.entries import NUMBER_PREFIXES, EntryKind
from bot.core.ports import Label
from bot.core.references import fold, skeleton, tokens
from bot.core.requests import Suggestion
from bot.services.lookup import Catalogue

CLOSE_ENOUGH = 72
"""Of 100. At this score 94 % of one-letter slips find their word and few others do."""
MAX_TYPED = 80
MAX_WORDS = 8
"""Longer input is no slip of a finger, and comparing it would hold up everybody else."""
MAX_SUGGESTIONS = 25
MAX_LABEL = 100


def nearest(typed: str, known: Iterable[str], limit: int) -> list[str]:
    """The known words that a slip of the finger or a letter of another script may have turned into `typed`."""
    words = {word: fold(word) for word in known}
    best: dict[str, float] = {}
    for form in {fold(typed), fold(skeleton(typed))}:
        for _, score, word in process.extract(form, words, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=limit):
            best[word] = max(score, best.get(word, 0))
    return sorted(best, key=lambda word: -best[word])[:limit]


def nearest_labels(typed: str, catalogue: Catalogue, limit: int, kind: EntryKind | None = None) -> list[Label]:
    """Entries (of one kind) whose slug or title looks like what was typed."""
    names = {at: name for at, (name, label) in enumerate(catalogue.names) if kind in (None, label.kind)}
    found: dict[str, Label] = {}
    for _, _, at in process.extract(
        fold(typed[:MAX_TYPED]), names, scorer=fuzz.token_set_ratio, score_cutoff=CLOSE_ENOUGH, limit=limit * 3
    ):
        label = catalogue.names[at][1]
        found.setdefault(label.key, label)
    return list(found.values())[:limit]


def corrected_reference(typed: str, catalogue: Catalogue) -> str | None:
    """A reference to an article that `typed` may have been meant as (`artcle 4`, `аrticle4`), or None."""
    reader, words = catalogue.references, tokens(typed[:MAX_TYPED])
    if len(words) > MAX_WORDS:
        return None
    for candidate in (skeleton(typed), " ".join(_nearest_word(word, reader.vocabulary) for word in words)):
        reference = reader.read(candidate)
        if reference is not None:
            return _short(reference.instrument, reference.article, catalogue)
    return None


def _nearest_word(word: str, vocabulary: frozenset[str]) -> str:
    if word.isdecimal() or word in vocabulary:
        return word
    return next(iter(nearest(word, vocabulary, 1)), word)


def _short(instrument: str, article: str | None, catalogue: Catalogue) -> str:
    default = catalogue.instruments[0].id
    return " ".join(part for part in ("" if instrument == default else instrument, article or "") if part) or instrument


class Completer:
    """Completions from memory, by prefix first, then anywhere in the name, then by likeness."""

    def __init__(self, catalogue: Catalogue, commands: Iterable[str]) -> None:
        self._catalogue = catalogue
        self._commands = tuple(commands)
        self._lists: dict[tuple[Complete, str], list[tuple[str, Suggestion]]] = {}

    def is_of(self, catalogue: Catalogue) -> bool:
        """Whether the completions are still those of this catalogue."""
        return self._catalogue is catalogue

    def complete(self, kind: Complete, typed: str, locale: str) -> tuple[Suggestion, ...]:
        """At most 25 suggestions for what was typed so far."""
        known = self._list(kind, locale)
        form = fold(typed)
        if not form:
            return tuple(suggestion for _, suggestion in known[:MAX_SUGGESTIONS])
        first = [each for name, each in known if name.startswith(form)]
        second = [each for name, each in known if form in name and not name.startswith(form)]
        found = dict.fromkeys(first + second)
        if not found:
            names = [name for name, _ in known]
            hits = process.extract(form, names, scorer=fuzz.token_set_ratio, score_cutoff=CLOSE_ENOUGH, limit=10)
            found = dict.fromkeys(known[index][1] for _, _, index in hits)
        return tuple(found)[:MAX_SUGGESTIONS]

    def _list(self, kind: Complete, locale: str) -> list[tuple[str, Suggestion]]:
        known = self._lists.get((kind, locale))
        if known is None:
            known = [(fold(f"{each.label} {each.value}"), each) for each in self._build(kind, locale)]
            self._lists[kind, locale] = known
        return known

    def _build(self, kind: Complete, locale: str) -> list[Suggestion]:
        match kind:
            case Complete.COMMANDS:
                return [Suggestion(name, name) for name in self._commands]
            case Complete.TOPICS:
                return [
                    Suggestion(topic.title.get(locale, topic.id)[:MAX_LABEL], topic.id)
                    for topic, _ in self._catalogue.topics
                ]
            case Complete.ARTICLES:
                return self._articles(locale)
            case Complete.FACTS:
                return self._labels(locale, EntryKind.FACT)
            case Complete.PEOPLE:
                return self._labels(locale, EntryKind.PERSON)
            case Complete.ENTRIES:
                return self._articles(locale) + self._labels(locale, EntryKind.FACT, EntryKind.EVENT, EntryKind.PERSON)

    def _articles(self, locale: str) -> list[Suggestion]:
        found = []
        for position, instrument in enumerate(self._catalogue.instruments):
            year = (instrument.signed or "")[:4]
            for entry in self._catalogue.articles[instrument.id]:
                name = f"{entry.article_number} – {entry.title.get(locale, '')}"
                label = name if position == 0 else f"{name} ({year})"
                found.append(Suggestion(label[:MAX_LABEL], entry.key))
        return found

    def _labels(self, locale: str, *kinds: EntryKind) -> list[Suggestion]:
        return [
            Suggestion(
                f"{_number(label)}{label.titles.get(locale) or next(iter(label.titles.values()), '')}"[:MAX_LABEL],
                label.key,
            )
            for label in self._catalogue.labels
            if label.kind in kinds
        ]


def _number(label: Label) -> str:
    return "" if label.number is None else f"{NUMBER_PREFIXES[label.kind]}-{label.number} "
