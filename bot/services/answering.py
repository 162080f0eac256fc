"""Answering a question with entries that are there, or saying that none answers it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.answering import (
    Signals,
    Standout,
    asks_for_a_person,
    outcome,
    score,
    signals,
    standout,
)
from bot.core.entries import Entry
from bot.core.requests import Outcome
from bot.core.retrieval import OUTSIDE, Evidence, Meanings
from bot.services.indexing import LONGEST, Indexing, texts_of
from bot.services.lookup import Lookup
from bot.services.spelling import Spelling

log = logging.getLogger(__name__)

AROUND = 30
"""Entries looked at for their meaning, and as many for their words."""
SPELT = 2_000
"""Entries whose words are known by their spelling; with their sample questions that is most of a language."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was found on a question: the entries with what speaks for each, best first, and how the first one stands.

    vector: of the question, empty without a model.
    """

    entries: tuple[Entry, ...] = ()
    signals: tuple[Signals, ...] = ()
    stands: Standout | None = None
    vector: bytes = b""

    @property
    def outcome(self) -> Outcome:
        """Whether the first entry answers."""
        return Outcome.UNKNOWN if self.stands is None else outcome(self.stands)


class Answering:
    """Finds what answers. Without vectors it goes by words alone."""

    def __init__(self, meanings: Meanings, lookup: Lookup, indexing: Indexing) -> None:
        self._meanings = meanings
        self._lookup = lookup
        self._indexing = indexing
        self._spelling = Spelling(())
        self._spelt = -1
        self._reading = asyncio.Lock()

    async def corrected(self, text: str) -> str:
        """The text with slips of the finger set right, as far as the store knows the words."""
        try:
            await self._learn_words()
            return await asyncio.to_thread(self._spelling.corrected, text)
        except (MemoryError, RuntimeError):  # no room for a thread: a slip left in the text is no reason not to answer
            log.warning("a question is looked up as it was typed: there is no memory to set its slips right")
            return text

    async def _learn_words(self) -> None:
        """Know the words of what is stored now. Only the first one who asks waits for it."""
        version = self._lookup.catalogue.version
        if self._spelt == version or (self._reading.locked() and self._spelt >= 0):
            return
        async with self._reading:
            if self._spelt == version:
                return
            keys = [each.key for each in await self._meanings.standings()]
            entries = await self._lookup.entries([key for key in keys[-SPELT:] if key != OUTSIDE])
            questions = await self._meanings.sample_questions(keys)
            self._spelling = await asyncio.to_thread(_spelling, tuple(entries.values()), questions)
            self._spelt = version

    async def weigh(self, question: str, *, vector: bytes = b"", by_words_alone: bool = False) -> Weighed:
        """Rank the entries that may answer a question. vector: of the question, where it is known already."""
        question = await self.corrected(question[:LONGEST])
        evidence = await self._lookup.read(self._meanings.evidence(question))
        named = frozenset(self._named(question))
        wordy = [*named, *_most_held(evidence, AROUND)]
        found = None if by_words_alone else await self._indexing.around(question, AROUND, wordy, vector=vector)
        vector, around = found or (b"", None)
        near = {each.key: each for each in around.nearest} if around else {}
        entries = await self._lookup.entries([*dict.fromkeys((*near, *wordy))])
        who = asks_for_a_person(question)
        weighed = [
            signals(key, entry.kind, near.get(key), evidence, named=key in named, who=who)
            for key, entry in entries.items()
            if around is None or key in near
        ]
        weighed.sort(key=lambda each: -score(each))
        if not weighed:
            return Weighed(vector=vector)
        stands = standout(weighed, evidence, around.outside if around else None)
        return Weighed(tuple(entries[each.key] for each in weighed), tuple(weighed), stands, vector)

    def _named(self, question: str) -> list[str]:
        """The articles that a question names."""
        held = {entry.key for group in self._lookup.catalogue.articles.values() for entry in group}
        return [each.key for each in self._lookup.catalogue.references.mentioned(question) if each.key in held]


def _spelling(entries: Sequence[Entry], questions: Mapping[str, Mapping[str, Sequence[str]]]) -> Spelling:
    texts = [text for entry in entries for text in texts_of(entry).values()]
    return Spelling(texts, (text for each in questions.values() for asked in each.values() for text in asked))


def _most_held(evidence: Evidence, limit: int) -> Sequence[str]:
    """The entries with the greatest share of a question's words."""
    keys = {*evidence.in_text, *evidence.in_questions}
    none: frozenset[int] = frozenset()
    shares = {
        key: evidence.share(evidence.in_text.get(key, none) | evidence.in_questions.get(key, none)) for key in keys
    }
    return sorted(keys, key=lambda key: (-shares[key], key))[:limit]
