"""What questions are answered by: words, sample questions and vectors, the same on both engines."""

from __future__ import annotations

from bot.core.dossiers import SampleQuestions
from bot.core.retrieval import Vector
from storage import SqlStore
from tests.builders import dossier, fact
from tests.stores import take_over

ONE, TWO = fact("one", {"en": "Soldiers were sent to Kursk"}), fact("two", {"en": "A bridge over the Tumen"})
QUESTIONS = (SampleQuestions("two", {"en": ("when can cars cross",), "ko": ("다리는 언제 열려요",)}),)


async def test_evidence_says_which_words_stand_where(store: SqlStore):
    """Words of a text and of sample questions are told apart, rare words weigh more, and unknown ones the most."""
    await take_over(store, dossier(ONE, TWO, questions=QUESTIONS))
    found = await store.meanings.evidence("soldiers cross zebra")
    soldiers, cross, zebra = range(3)
    assert (found.in_text, found.in_questions) == ({"one": frozenset({soldiers})}, {"two": frozenset({cross})})
    assert found.known == {soldiers, cross}
    assert found.words[zebra] >= found.words[soldiers] > 0
    assert found.share(found.known) < 1


async def test_a_search_does_not_find_sample_questions(store: SqlStore):
    """What people may ask is nobody's words: `/search` finds only what an entry says."""
    await take_over(store, dossier(ONE, TWO, questions=QUESTIONS))
    assert (await store.search("cars", "en", offset=0, limit=5)).items == ()
    assert (await store.search("Tumen", "en", offset=0, limit=5)).items[0].key == "two"


async def test_new_sample_questions_count_without_a_new_revision(store: SqlStore):
    """Better sample questions in a dossier take effect with its import, and no entry is said to have changed."""
    await take_over(store, dossier(ONE, TWO, questions=QUESTIONS))
    version = await store.version()
    other = (SampleQuestions("one", {"en": ("who marched",)}),)
    report = await take_over(store, dossier(ONE, TWO, questions=other))
    assert (report.changed, await store.version() > version) == (0, True)
    assert (await store.meanings.evidence("marched cross")).in_questions == {"one": frozenset({0})}
    assert await store.meanings.sample_questions(["one", "two"]) == {"one": {"en": ("who marched",)}}
    assert (await store.export_dossier()).questions == other


async def test_standings_tell_what_vectors_must_follow(store: SqlStore):
    """A revision, other questions, and the questions without an answer are seen; what is retired is not listed."""
    outside = SampleQuestions("", {"en": ("what is the weather",)})
    await take_over(store, dossier(ONE, TWO, questions=(*QUESTIONS, outside)))
    standings = {each.key: each for each in await store.meanings.standings()}
    assert standings.keys() == {"one", "two", ""}
    assert (standings["one"].questions, standings[""].id) == ("", 0)
    await take_over(store, dossier(ONE, questions=()))
    assert [each.key for each in await store.meanings.standings()] == ["one"]


async def test_vectors_are_kept_whole(store: SqlStore):
    """What was read is there after a restart, byte by byte, under the seal it was read under, of one model only."""
    await take_over(store, dossier(ONE, TWO))
    value = bytes(range(256)) * 3
    await store.meanings.keep_vectors("a", {1: ("1/", [Vector("en", "d", value)]), 0: ("0/x", [])})
    assert await store.meanings.kept("a") == {1: "1/", 0: "0/x"}
    assert await store.meanings.vectors("a", [0, 1, 2]) == {1: (Vector("en", "d", value),)}
    await store.meanings.keep_vectors("b", {1: ("2/", [Vector("it", "e", b"")])})
    assert await store.meanings.kept("a") == {0: "0/x"}
    assert (await store.meanings.vectors("b", [1]))[1][0].part == "it"
