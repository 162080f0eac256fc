"""What finding an answer needs from the outside, as protocols: the words of entries, and vectors of what they mean.

Implementations: `storage`, `bot.embedding`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.places import UserRef


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which words of a question stand in which entries. words: the weight of each, the more the rarer it is.

    in_text, in_name, in_questions: by key, the numbers of the words that an entry's text, its names, or its sample
    questions hold.
    """

    words: tuple[float, ...]
    in_text: Mapping[str, frozenset[int]]
    in_name: Mapping[str, frozenset[int]]
    in_questions: Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as vectors are kept up to date by: its revision, and a digest of its sample questions, if any."""

    id: int
    key: str
    revision: int
    questions: str


@dataclass(frozen=True, slots=True)
class Vector:
    """What one part of an entry means to a model: a language of its text, or `?` and the number of a sample question.

    digest: of the text that was read. value: 16-bit floats, little end first, of length one.
    """

    entry_id: int
    part: str
    digest: str
    value: bytes


class Embedder(Protocol):
    """Makes vectors of texts: what is alike in meaning lies close together, in whatever language. Blocks its thread."""

    @property
    def model(self) -> str:
        """Name and version; vectors of one model mean nothing to another."""
        ...

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        """A vector of each text that is to be found; the form is that of `Vector.value`."""
        ...

    def question(self, text: str) -> bytes:
        """The vector of what somebody asks."""
        ...


@dataclass(frozen=True, slots=True)
class Near:
    """How close an entry is to a question, as cosines: with its text in all languages, and with the nearest sample.

    question: 0 where the entry has no sample questions.
    """

    key: str
    text: float
    question: float


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The entries nearest to a question, best first, and the cosines of all texts: their mean and deviation."""

    nearest: tuple[Near, ...]
    mean: float
    deviation: float


class VectorIndex(Protocol):
    """All vectors in memory, searched one by one. Not for two threads at a time."""

    def put(self, key: str, vectors: Sequence[Vector]) -> None:
        """Hold an entry's vectors, instead of those it had."""
        ...

    def drop(self, key: str) -> None:
        """Forget an entry."""
        ...

    def around(self, question: bytes, limit: int) -> Surroundings:
        """Up to `limit` entries by text and as many by sample question."""
        ...


class Meanings(Protocol):
    """Where vectors are kept, and how words stand in entries. Part of the store; raises StoreError."""

    async def evidence(self, query: str, keys: Sequence[str], *, limit: int) -> Evidence:
        """How the words of `query` stand in these entries and in up to `limit` others that hold most of them."""
        ...

    async def standings(self) -> tuple[Standing, ...]:
        """Every listed entry."""
        ...

    async def sample_questions(self, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The sample questions of these entries, in all languages."""
        ...

    async def vectors(self, model: str, ids: Sequence[int]) -> dict[int, tuple[Vector, ...]]:
        """What is kept of these entries."""
        ...

    async def keep_vectors(self, model: str, entry_id: int, vectors: Sequence[Vector], gone: Sequence[str]) -> None:
        """Keep new vectors of an entry and drop those of the parts that are `gone`."""
        ...


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something that was asked and nothing answered. asked: how often; first_at, last_at: UTC, ISO 8601.

    vector: see `Vector.value`; empty where there was no model. awaited: how many want to hear of the answer.
    """

    id: int
    text: str
    locale: str
    asked: int
    first_at: str
    last_at: str
    vector: bytes = b""
    awaited: int = 0


@dataclass(frozen=True, slots=True)
class Awaited:
    """Somebody who wants to hear when a question is answered. person: `telegram:123`. tries: to send it."""

    question: int
    person: UserRef
    locale: str
    text: str
    entry: str = ""
    tries: int = 0


class Questions(Protocol):
    """The questions that nothing answered yet. Part of the store; raises StoreError."""

    async def ask(self, text: str, locale: str, *, model: str, vector: bytes, same_as: int | None, at: str) -> int:
        """Count a question, as `same_as` or as a new one; returns its id. The same words are the same question."""
        ...

    async def open_questions(self, model: str, limit: int) -> tuple[OpenQuestion, ...]:
        """Those not closed, most asked first. Vectors of another model are left empty."""
        ...

    async def close_question(self, question: int) -> bool:
        """Set a question aside, with whoever awaits it; False where there is none."""
        ...

    async def await_answer(self, question: int, person: UserRef, locale: str, at: str) -> bool:
        """Note who wants to hear of the answer; False where the question is not open (any more)."""
        ...

    async def answer(self, question: int, entry: str) -> int:
        """Close a question that an entry answers; whoever awaits it is due to hear. Returns how many that are."""
        ...

    async def due_answers(self, limit: int) -> tuple[Awaited, ...]:
        """Who is to be told, oldest first."""
        ...

    async def try_answer(self, question: int, person: UserRef) -> bool:
        """Count an attempt, before it is made; False where the request is gone."""
        ...

    async def answer_told(self, question: int, person: UserRef) -> None:
        """Forget a request."""
        ...

    async def prune_questions(self, before: str) -> int:
        """Delete questions last asked before `before` (UTC, ISO 8601) that nobody awaits; returns how many."""
        ...
