"""Vectors keep up with what is stored, and nothing is read twice."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.core.dossiers import SampleQuestions
from bot.core.entries import Entry
from bot.services.answering import Answering
from bot.services.indexing import Indexing
from bot.services.lookup import Lookup
from storage import SqlStore
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


async def make(store: SqlStore) -> Desk:
    lookup, model = Lookup(store), BagOfWords()
    indexing = Indexing(store.meanings, lookup, model, NumpyIndex)
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
