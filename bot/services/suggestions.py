"""What a person may have meant: completions while they type, and "did you mean" after a slip.

Suggestions are offered, never run: a guess that acts by itself answers a question nobody asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from bot.core.commands import Complete
from bot.core.entries import NUMBER_PREFIXES, EntryKind
from bot.core.ports import Label
from bot.core.references import fold, skeleton, tokens
from bot.core.requests import Suggestion
from bot.services.lookup import Catalogue
from bot.services.names import CLOSE_ENOUGH, MAX_TYPED, MAX_WORDS, plain

MAX_SUGGESTIONS = 25
MAX_LABEL = 100
GUESSES = 10
KINDS = {
    Complete.ARTICLES: (EntryKind.ARTICLE,),
    Complete.FACTS: (EntryKind.FACT,),
    Complete.PEOPLE: (EntryKind.PERSON,),
    Complete.ENTRIES: tuple(EntryKind),
}


def nearest(typed: str, known: Iterable[str], limit: int) -> list[str]:
    """The known words that a slip of the finger or a letter of another script may have turned into `typed`."""
    words = {word: fold(word) for word in known}
    best: dict[str, float] = {}
    for form in {fold(typed), fold(skeleton(typed))}:
        for _, score, word in process.extract(form, words, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=limit):
            best[word] = max(score, best.get(word, 0))
    return sorted(best, key=lambda word: -best[word])[:limit]


def nearest_labels(typed: str, catalogue: Catalogue, limit: int, *kinds: EntryKind) -> list[Label]:
    """Entries (of some kinds; of all where none is given) with a word in slug or title like one of those typed."""
    keys = {key: score for kind in kinds or EntryKind for score, key in catalogue.names_of(kind).near(typed, limit)}
    best = sorted(keys, key=lambda key: -keys[key])[:limit]
    labels = {label.key: label for label in catalogue.labels if label.key in keys}
    return [labels[key] for key in best]


def find_topic(catalogue: Catalogue, typed: str) -> tuple[str | None, tuple[str, ...]]:
    """The id of the topic that a word of its names in any language means, else None; and the ids that come near."""
    names = catalogue.topic_names
    guesses: list[str] = []
    # `di` and `and` stand in one title or another and mean none.
    parts = (names.holding(typed), names.stems(typed)) if len(typed) >= 3 or not typed.isascii() else ()
    for found in (names.exact(typed), *parts):
        if len(found) == 1 and catalogue.topic(found[0]):
            return found[0], ()
        guesses += found
    guesses += [each for _, each in names.near(typed, GUESSES)]
    return None, tuple(each for each in dict.fromkeys(guesses) if catalogue.topic(each))


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
    """Completions from memory, by the beginning of a name first, then anywhere in one, then by likeness."""

    def __init__(self, catalogue: Catalogue, commands: Iterable[str]) -> None:
        self._catalogue = catalogue
        self._commands = tuple(commands)
        self._lists: dict[tuple[Complete, str], list[tuple[str, Suggestion]]] = {}

    def is_of(self, catalogue: Catalogue) -> bool:
        """Whether the completions are still those of this catalogue."""
        return self._catalogue is catalogue

    def complete(self, kind: Complete, typed: str, locale: str) -> tuple[Suggestion, ...]:
        """At most 25 suggestions for what was typed so far: names of all languages count, the reader's is shown."""
        known = self._list(kind, locale)
        form = plain(typed)
        first = [each for names, each in known if f"\n{form}" in names]
        second = [each for names, each in known if form in names] if len(first) < MAX_SUGGESTIONS else []
        found = dict.fromkeys(first + second)
        if not found:
            values = {each.value: each for _, each in known}
            found = dict.fromkeys(values[value] for value in self._near(kind, typed) if value in values)
        return tuple(found)[:MAX_SUGGESTIONS]

    def _near(self, kind: Complete, typed: str) -> list[str]:
        if kind is Complete.COMMANDS:
            return nearest(typed[:MAX_TYPED], self._commands, GUESSES)
        if kind is Complete.TOPICS:
            return [topic for _, topic in self._catalogue.topic_names.near(typed, GUESSES)]
        return [label.key for label in nearest_labels(typed, self._catalogue, GUESSES, *KINDS[kind])]

    def _list(self, kind: Complete, locale: str) -> list[tuple[str, Suggestion]]:
        known = self._lists.get((kind, locale))
        if known is None:
            known = self._lists[kind, locale] = list(self._build(kind, locale))
        return known

    def _build(self, kind: Complete, locale: str) -> Iterator[tuple[str, Suggestion]]:
        """What may be suggested, behind the names it is found by: each after a line break, in its plain form."""
        if kind is Complete.COMMANDS:
            yield from ((f"\n{name}", Suggestion(name, name)) for name in self._commands)
        if kind is Complete.TOPICS:
            lines = self._catalogue.topic_names.lines
            for topic, _ in self._catalogue.topics:
                yield lines[topic.id], Suggestion(topic.title.get(locale, topic.id)[:MAX_LABEL], topic.id)
        kinds = KINDS.get(kind, ())
        if EntryKind.ARTICLE in kinds:
            yield from self._articles(locale)
        for label in self._catalogue.labels:
            if label.kind in kinds and label.number is not None:
                number = f"{NUMBER_PREFIXES[label.kind]}-{label.number}"
                title = label.titles.get(locale) or next(iter(label.titles.values()), "")
                names = f"\n{plain(number)}{self._catalogue.names_of(label.kind).lines[label.key]}"
                yield names, Suggestion(f"{number} {title}"[:MAX_LABEL], label.key)

    def _articles(self, locale: str) -> Iterator[tuple[str, Suggestion]]:
        lines = self._catalogue.names_of(EntryKind.ARTICLE).lines
        for position, instrument in enumerate(self._catalogue.instruments):
            year = (instrument.signed or "")[:4]
            for entry in self._catalogue.articles[instrument.id]:
                name = f"{entry.article_number} – {entry.title.get(locale, '')}"
                label = name if position == 0 else f"{name} ({year})"
                names = f"\n{plain(label)}{lines.get(entry.key, '')}"
                yield names, Suggestion(label[:MAX_LABEL], entry.key)
