"""The index of vectors: what it finds, and that giving rows up and taking new ones in mixes nothing up."""

from __future__ import annotations

import numpy as np
import pytest

from bot.core.retrieval import Vector
from storage.search.semantic import NumpyIndex

RANDOM = np.random.default_rng(7)


def value(*, near: np.ndarray | None = None, noise: float = 0.0) -> bytes:
    base = RANDOM.normal(size=384) if near is None else near
    vector = base + noise * RANDOM.normal(size=384)
    return (vector / np.linalg.norm(vector)).astype("<f2").tobytes()


def entry(center: np.ndarray, samples: int = 3) -> list[Vector]:
    parts = ["it", "en", *(f"?en{number}" for number in range(samples))]
    return [Vector(part, "", value(near=center, noise=0.3)) for part in parts]


@pytest.fixture
def centers() -> dict[str, np.ndarray]:
    return {f"e{number}": RANDOM.normal(size=384) for number in range(40)}


def nearest(index: NumpyIndex, center: np.ndarray) -> str:
    return max(index.around(value(near=center), 5).nearest, key=lambda each: each.middle).key


def test_each_entry_is_found_by_what_lies_near_it(centers: dict[str, np.ndarray]):
    """The entry that means what is asked lies nearest, whichever it is."""
    index = NumpyIndex()
    for key, center in centers.items():
        index.put(key, entry(center))
    index.settle()
    assert len(index) == 40
    assert all(nearest(index, center) == key for key, center in centers.items())


def test_what_goes_and_comes_leaves_the_others_alone(centers: dict[str, np.ndarray]):
    """After any number of changes each entry is still itself, and what is gone is not found."""
    index = NumpyIndex()
    for key, center in centers.items():
        index.put(key, entry(center, samples=0 if key == "e3" else 3))
    index.settle()
    for number in range(0, 40, 3):
        index.put(f"e{number}", ())
    index.settle()
    for number in range(0, 40, 6):
        centers[f"e{number}"] = RANDOM.normal(size=384)
        index.put(f"e{number}", entry(centers[f"e{number}"], samples=1))
        index.put(f"e{number + 1}", entry(centers[f"e{number + 1}"], samples=5))
    index.settle()
    there = [each for number, each in enumerate(centers) if number % 3 or number % 6 == 0]
    assert len(index) == len(there)
    assert all(nearest(index, centers[key]) == key for key in there)
    assert nearest(index, centers["e3"]) != "e3"


def test_the_questions_without_an_answer_are_no_entry(centers: dict[str, np.ndarray]):
    """How near they lie is told, and they are never shown."""
    index = NumpyIndex()
    odd = RANDOM.normal(size=384)
    for key, center in centers.items():
        index.put(key, entry(center))
    index.put("", [Vector("?en0", "", value(near=odd))])
    index.settle()
    near, far = index.around(value(near=odd), 3), index.around(value(near=centers["e1"]), 3)
    assert near.outside > 0.9 > far.outside
    assert "" not in {each.key for each in near.nearest}
    assert len(index) == 40


def test_an_empty_index_finds_nothing():
    """Before anything is stored, nothing is found, and nothing breaks."""
    index = NumpyIndex()
    index.settle()
    assert index.around(value(), 5).nearest == ()
    index.put("only", [Vector("it", "", value())])
    index.settle()
    assert [each.key for each in index.around(value(), 5, ["missing"]).nearest] == ["only"]
