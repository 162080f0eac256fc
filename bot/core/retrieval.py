"""What finding an answer needs from the outside, as protocols: the words of entries, and vectors of what they mean.

Implementations: `storage`, `bot.embedding`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.places import Platform, UserRef

OUTSIDE = ""
"""In place of an entry's key: sample questions that nothing here answers, so that what is like them is known for it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which words of a question stand in which entries.

    words: the weight of each, the more the rarer it is; of one that stands nowhere, the highest. known: the numbers of
    those that stand somewhere. in_text, in_questions: by key, the numbers of the words that an entry's text, or its
    sample questions, hold.
    """

    words: tuple[float, ...] = ()
    known: frozenset[int] = frozenset()
    in_text: Mapping[str, frozenset[int]] = field(default_factory=dict)
    in_questions: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def share(self, numbers: frozenset[int]) -> float:
        """How much of the question's weight these words make up, from 0 to 1."""
        whole = sum(self.words)
        return sum(self.words[each] for each in numbers) / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """A listed entry as vectors are kept up to date by: its revision, and a digest of its sample questions, if any.

    The questions `OUTSIDE` stand under the id 0.
    """

    id: int
    key: str
    revision: int
    questions: str


@dataclass(frozen=True, slots=True)
class Vector:
    """What one part of an entry means to a model: a language of its text, or `?`, a language and a number for a sample.

    digest: of the text that was read. value: 16-bit floats, little end first, of length one.
    """

    part: str
    digest: str
    value: bytes


def is_sample(part: str) -> bool:
    """Whether a vector is of a sample question."""
    return part.startswith("?")


class Embedder(Protocol):
    """Makes vectors of texts: what is alike in meaning lies close together, in whatever language. Blocks its thread."""

    @property
    def model(self) -> str:
        """Name and version; vectors of one model mean nothing to another."""
        ...

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        """A vector of each text that is to be found; the form is that of `Vector.value`."""
        ...

    def questions(self, texts: Sequence[str]) -> list[bytes]:
        """A vector of each thing that somebody asks."""
        ...


@dataclass(frozen=True, slots=True)
class Near:
    """How close an entry is to a question, as cosines.

    middle: of all its vectors. best: the nearest of its sample questions, few: the mean of the nearest three; both the
    middle's where it has none. sampled: it has some.
    """

    key: str
    middle: float
    best: float
    few: float
    sampled: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around a question. outside: the cosine of the nearest question that is known to have no answer here."""

    nearest: tuple[Near, ...]
    outside: float


class VectorIndex(Protocol):
    """All vectors in memory, searched one by one. Blocks its thread, and is for one thread at a time."""

    def __len__(self) -> int:
        """How many entries there are."""
        ...

    def put(self, key: str, vectors: Sequence[Vector]) -> None:
        """Hold an entry's vectors, or those of the questions `OUTSIDE`, instead of what there was; none: forget it."""
        ...

    def settle(self) -> None:
        """Take in what was put, and at first learn from it which differences are of language and manner only."""
        ...

    def around(self, question: bytes, limit: int, also: Sequence[str] = ()) -> Surroundings:
        """Up to `limit` entries by their middle and as many by sample question, and those of `also`."""
        ...

    def alike(self, one: bytes, other: bytes) -> float:
        """The cosine of two questions."""
        ...


class Meanings(Protocol):
    """Where vectors are kept, and how words stand in entries. Part of the store; raises StoreError."""

    async def evidence(self, question: str) -> Evidence:
        """How the words of a question stand in entries. No input is an error."""
        ...

    async def standings(self) -> tuple[Standing, ...]:
        """Every listed entry, and `OUTSIDE` where there are such questions."""
        ...

    async def sample_questions(self, keys: Sequence[str]) -> dict[str, Mapping[str, tuple[str, ...]]]:
        """The sample questions of these entries, by language; entries without any are left out."""
        ...

    async def kept_so_far(self) -> int:
        """A counter that grows whenever vectors were kept, through whichever process."""
        ...

    async def kept(self, model: str) -> dict[int, str]:
        """Of which entries vectors are kept, with the seal they were kept under."""
        ...

    async def vectors(self, model: str, ids: Sequence[int]) -> dict[int, tuple[Vector, ...]]:
        """What is kept of these entries."""
        ...

    async def keep_vectors(self, model: str, kept: Mapping[int, tuple[str, Sequence[Vector]]]) -> None:
        """Keep the vectors of these entries instead of all that were kept of them.

        Each under a seal: a word for what they were made of.
        """
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
    """Somebody who wants to hear when a question is answered. person: `telegram:123`. tries: to send it.

    text: of the question; empty where it was first asked in another language than theirs.
    """

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

    async def open_question(self, question: int) -> OpenQuestion | None:
        """One that is not closed, without its vector."""
        ...

    async def open_questions(self, model: str, limit: int) -> tuple[OpenQuestion, ...]:
        """Those not closed, most asked first, then the newest. Vectors of another model are left empty."""
        ...

    async def close_question(self, question: int) -> bool:
        """Set a question aside, with whoever awaits it; False where there is none."""
        ...

    async def await_answer(self, question: int, person: UserRef, locale: str, at: str) -> bool:
        """Note who wants to hear of the answer; False where the question is not open (any more)."""
        ...

    async def answer(self, question: int, entry: str) -> bool:
        """Close a question that an entry answers; whoever awaits it is due to hear. False where it is not open."""
        ...

    async def due_answers(self, platform: Platform, limit: int) -> tuple[Awaited, ...]:
        """Who is to be told, oldest first."""
        ...

    async def try_answer(self, awaited: Awaited) -> bool:
        """Count an attempt, before it is made; False where the request is gone or somebody else makes it."""
        ...

    async def forget_awaited(self, awaited: Awaited) -> None:
        """Forget a request: it was told, or can't be."""
        ...
