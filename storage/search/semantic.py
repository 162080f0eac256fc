"""All vectors in memory, compared one by one: exact, and quick enough for a hundred thousand entries.

What a model's vectors differ by is in good part the language and the manner of asking. How much, in which direction,
is seen where several vectors mean one entry: its texts in all languages and its sample questions. Divided by that,
distances tell subjects apart (within-class covariance normalisation, Hatch, Kajarekar and Stolcke 2006).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.core.retrieval import OUTSIDE, Near, Surroundings, Vector, is_sample

GROWTH = 1.5
LEARNT_FROM = 20_000
"""Vectors at most; more say nothing new and take seconds."""
SHRINKAGE = 1.0
"""How much of the average is added to the spread in each direction: some thousand vectors know 384 directions badly."""
FEW = 3
ROWS_AN_ENTRY = 4
"""An entry has two dozen sample questions, which may hold all the first places."""

Floats = NDArray[np.float32]


class Rows:
    """Vectors with owners, in one block of memory. A row that was given up is filled by the last one."""

    def __init__(self) -> None:
        self._block: Floats = np.empty((0, 0), dtype=np.float32)
        self.owners: list[str] = []
        self._of: dict[str, list[int]] = {}

    @property
    def block(self) -> Floats:
        """One row each."""
        return self._block[: len(self.owners)]

    def of(self, owner: str) -> Floats:
        """The rows of one owner."""
        return self._block[self._of.get(owner, [])]

    def has(self, owner: str) -> bool:
        """Whether an owner has any row."""
        return owner in self._of

    def put(self, owner: str, vectors: Floats) -> None:
        """Hold these instead of what the owner had."""
        for _ in range(len(self._of.get(owner, ()))):
            self._give_up(self._of[owner][-1])
        if not len(vectors):
            return
        first, last = len(self.owners), len(self.owners) + len(vectors)
        if last > len(self._block):
            grown: Floats = np.empty((max(64, int(last * GROWTH)), vectors.shape[1]), dtype=np.float32)
            grown[:first] = self._block[:first].reshape(first, vectors.shape[1])
            self._block = grown
        self._block[first:last] = vectors
        self.owners += [owner] * len(vectors)
        self._of[owner] = list(range(first, last))

    def _give_up(self, at: int) -> None:
        owner, last = self.owners[at], len(self.owners) - 1
        self._of[owner].remove(at)
        if not self._of[owner]:
            del self._of[owner]
        mover = self.owners.pop()
        if at != last:
            self._block[at] = self._block[last]
            self.owners[at] = mover
            theirs = self._of[mover]
            theirs[theirs.index(last)] = at


class NumpyIndex:
    """See `bot.core.retrieval.VectorIndex`."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[Floats, Floats]] = {}
        self._middles = Rows()
        self._samples = Rows()
        self._outside: Floats = np.empty((0, 0), dtype=np.float32)
        self._mean: Floats | None = None
        self._scale: Floats | None = None

    def __len__(self) -> int:
        return len(self._middles.owners)

    def put(self, key: str, vectors: Sequence[Vector]) -> None:
        """See the port."""
        texts = [each.value for each in vectors if not is_sample(each.part)]
        self._waiting[key] = (_floats(texts), _floats([each.value for each in vectors if is_sample(each.part)]))

    def settle(self) -> None:
        """See the port. What is learnt is kept: entries that come later are seen with the same eyes."""
        waiting, self._waiting = self._waiting, {}
        if self._scale is None and any(len(texts) for texts, _ in waiting.values()):
            self._learn(waiting)
        for key, parts in waiting.items():
            texts, samples = map(self._seen, parts)
            if key == OUTSIDE:
                self._outside = samples
                continue
            every = np.concatenate([each for each in (texts, samples) if len(each)] or [_NONE])
            self._middles.put(key, _unit(every.mean(axis=0, keepdims=True)) if len(every) else _NONE)
            self._samples.put(key, samples)

    def _learn(self, waiting: dict[str, tuple[Floats, Floats]]) -> None:
        deviations, every = [], []
        count = 0
        for key, parts in waiting.items():
            if key == OUTSIDE or count > LEARNT_FROM:
                continue
            own = np.concatenate([each for each in parts if len(each)] or [_NONE])
            if len(own):
                every.append(own)
                deviations.append(own - own.mean(axis=0))
                count += len(own)
        self._mean = np.concatenate(every).mean(axis=0)
        apart = np.concatenate(deviations)
        spread, directions = np.linalg.eigh(apart.T @ apart / len(apart))
        average = float(spread.mean())
        # Where each entry has but one vector, nothing is known of any direction, and all count alike.
        weights = 1 / np.sqrt(spread + SHRINKAGE * average) if average > 0 else np.ones_like(spread)
        self._scale = (directions * weights).astype(np.float32)

    def _seen(self, vectors: Floats) -> Floats:
        if not len(vectors) or self._mean is None or self._scale is None:
            return vectors
        return _unit(((vectors - self._mean) @ self._scale).astype(np.float32))

    def around(self, question: bytes, limit: int, also: Sequence[str] = ()) -> Surroundings:
        """See the port."""
        if not self._middles.owners:
            return Surroundings((), 0.0)
        asked = self._seen(_floats([question]))[0]
        middles = self._middles.block @ asked
        keys = dict.fromkeys(self._middles.owners[at] for at in _highest(middles, limit))
        if self._samples.owners:
            places = _highest(self._samples.block @ asked, limit * ROWS_AN_ENTRY)
            keys |= dict.fromkeys(list(dict.fromkeys(self._samples.owners[at] for at in places))[:limit])
        keys |= dict.fromkeys(key for key in also if self._middles.has(key))
        near = (self._near(key, asked) for key in keys)
        outside = float((self._outside @ asked).max()) if len(self._outside) else 0.0
        return Surroundings(tuple(near), outside)

    def _near(self, key: str, asked: Floats) -> Near:
        middle = float(self._middles.of(key)[0] @ asked)
        samples = np.sort(self._samples.of(key) @ asked)[::-1] if self._samples.has(key) else np.empty(0)
        if not len(samples):
            return Near(key, middle, middle, middle, sampled=False)
        return Near(key, middle, float(samples[0]), float(samples[:FEW].mean()))

    def alike(self, one: bytes, other: bytes) -> float:
        """See the port."""
        both = self._seen(_floats([one, other]))
        return float(both[0] @ both[1])


_NONE: Floats = np.empty((0, 384), dtype=np.float32)


def _floats(values: Sequence[bytes]) -> Floats:
    if not values:
        return _NONE
    return np.stack([np.frombuffer(value, dtype="<f2") for value in values]).astype(np.float32)


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


def _highest(values: Floats, limit: int) -> list[int]:
    """The places of the highest values, best first."""
    if len(values) > limit:
        some = np.argpartition(values, -limit)[-limit:]
        return [int(at) for at in some[np.argsort(-values[some], kind="stable")]]
    return [int(at) for at in np.argsort(-values, kind="stable")]
