"""A dossier: everything a store is filled from, as values. Reading and writing its files is `storage.dossier`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.entries import Entry, Instrument, Source, Texts, Topic


@dataclass(frozen=True, slots=True)
class SampleQuestions:
    """How people ask for what an entry tells, by language. Never shown; they only help to find the entry.

    entry: its key; empty for questions that nothing here answers, by which the like of them are known.
    """

    entry: str
    texts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One story with all that is known of it.

    instruments: the default one first. entries: articles (preamble first), facts, events, people, each in the order
    in which they are listed; `keywords` are words per language that the story is recognised by in the news.
    questions: at most one item an entry, and one for none.
    """

    id: str
    title: Texts
    default_instrument: str
    parties: tuple[str, ...]
    languages: tuple[str, ...]
    keywords: Mapping[str, tuple[str, ...]]
    topics: tuple[Topic, ...]
    sources: tuple[Source, ...]
    instruments: tuple[Instrument, ...]
    entries: tuple[Entry, ...]
    questions: tuple[SampleQuestions, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a dossier's files. `problem` is an English sentence for the person who edits them."""

    file: str
    entry: str
    field: str
    problem: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.entry, self.field, self.problem) if part)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, in numbers of entries."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
