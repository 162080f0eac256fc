"""Search: what is found, and that both engines find the same."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.entries import Status
from storage import SqlStore, open_store
from storage.dossier import read_dossier, shipped_dossier
from tests.builders import article, dossier, event, fact, person
from tests.stores import take_over


async def found(store: SqlStore, query: str, limit: int = 10, offset: int = 0) -> list[str]:
    page = await store.search(query, "it", offset=offset, limit=limit)
    return [entry.key for entry in page.items]


WORDS = dossier(
    article("4", text={"it": "Assistenza militare", "ru": "Военная помощь", "ko": "지체 없이 군사 원조를 제공한다"}),
    article("5", text={"it": "Nessun accordo con terzi"}),
    person("kim-jong-un", title={"it": "Kim Jong Un", "ru": "Ким Чен Ын", "ko": "김정은"}, text={"it": "Leader"}),
    fact("signed", text={"it": "I due leader hanno firmato a Łódź", "en": "They were signing the treaties"}, number=12),
    fact("hedgehog", text={"ru": "Ёлки растут, сказал Ким Чен Ын", "it": "Şırnak, Việt Nam, città"}),
    fact("f16", text={"en": "An F-16 was seen in Kim Jong Un's parade"}),
    fact("hello", text={"it": "ciao"}, attributed_to={"it": "il ministro"}, status=Status.CLAIMED, date="2024-06"),
    event("bridge", title={"it": "Ponte sul Tumen", "ko": "두만강 다리"}),
)

FINDS = {
    "firmare": "signed",  # another form of the word
    "sign treaty": "signed",
    "ВОЕННОЙ ПОМОЩИ": "treaty-2024/4",
    "군사": "treaty-2024/4",  # without its particle
    "원조": "treaty-2024/4",
    "article 4": "treaty-2024/4",
    "articolo 4": "treaty-2024/4",
    "art. 5": "treaty-2024/5",
    "статья 4": "treaty-2024/4",
    "제4조": "treaty-2024/4",
    "제 5 조": "treaty-2024/5",
    "treaty-2024/5": "treaty-2024/5",
    "F-12": "signed",
    "f12": "signed",
    "F-16": "f16",
    "lodz": "signed",
    "sirnak": "hedgehog",
    "VIET": "hedgehog",
    "citta": "hedgehog",
    "cittá": "hedgehog",
    "елка": "hedgehog",
    "ёлка": "hedgehog",
    "kim jong un": "kim-jong-un",
    "Kim-Jong-Un": "kim-jong-un",
    "Ким Чен Ын": "kim-jong-un",
    "김정은": "kim-jong-un",
    "Ｋｉｍ ｊｏｎｇ ｕｎ": "kim-jong-un",
    "ponte": "bridge",
    "두만강": "bridge",
    "hedgehog": "hedgehog",
    "ministro": "hello",
    "ciao 2024": "hello",
    "dove è il ponte sul fiume Tumen?": "bridge",
    "l'accordo": "treaty-2024/5",
    "ci\u00adao\u200b": "hello",
    "un": "kim-jong-un",  # nothing but a stop word
}


@pytest.fixture
async def filled(store: SqlStore) -> SqlStore:
    await take_over(store, WORDS)
    return store


async def test_what_people_type_finds_what_they_mean(filled: SqlStore):
    """Forms, alphabets, accents, widths, numbers and names all lead to the entry."""
    first = {query: (await found(filled, query) or ["nothing"])[0] for query in FINDS}
    assert first == FINDS


async def test_the_whole_query_comes_before_its_parts(filled: SqlStore):
    """An entry with all the words is first; ones with some of them follow where there is room."""
    await take_over(
        filled, dossier(fact("one", "alfa"), fact("both", "alfa beta " + "altro " * 50), fact("two", "beta"))
    )
    assert (await found(filled, "alfa beta"))[0] == "both"
    assert sorted(await found(filled, "alfa beta")) == ["both", "one", "two"]
    assert await found(filled, "alfa beta", limit=1) == ["both"]
    assert sorted(await found(filled, "alfa zzz")) == ["both", "one"]


async def test_rare_words_and_short_texts_count_more(store: SqlStore):
    """Of several words it is the telling one that decides, and an entry about it goes before one that mentions it."""
    common = [fact(f"common-{at}", "comune") for at in range(60)]
    await take_over(store, dossier(*common, fact("long", "raro " + "altro " * 40), fact("short", "raro")))
    assert (await found(store, "comune raro zzz"))[:2] == ["short", "long"]


async def test_pages_of_hits_join_up(store: SqlStore):
    """Paging through the hits shows each of them once, whole ones and parts alike."""
    facts = [fact(f"fact-{at}", "alfa beta" if at % 3 else "alfa") for at in range(40)]
    await take_over(store, dossier(*facts))
    pages = [await store.search("alfa beta", "it", offset=offset, limit=7) for offset in range(0, 49, 7)]
    keys = [entry.key for page in pages for entry in page.items]
    assert len(keys) == len(set(keys)) == 40
    assert [page.more for page in pages] == [True] * 5 + [False] * 2
    assert set(keys[:26]) == {each.key for each in facts if each.text["it"] == "alfa beta"}


@pytest.mark.parametrize("query", ["", "   ", "?!", "\0", "\ud800", "'\"*()", "🙂", "\u200b"])
async def test_nothing_is_found_by_nothing(filled: SqlStore, query: str):
    """A query without a letter or digit finds nothing, and is no error."""
    page = await filled.search(query, "it", offset=0, limit=5)
    assert (page.items, page.more) == ((), False)


@pytest.mark.parametrize(
    "query",
    [
        "a OR",
        "NEAR(",
        "article.4",
        "don't",
        "-kim",
        "terms:kim",
        "kim*",
        "^kim",
        '"kim',
        "kim & !un",
        "a:b",
        "x <-> y",
        "%s %(x)s :y",
        "{0}",
        "\\'; drop table entries; --",
        "ª",
        "ªkim",
        "kim " * 2_000,
        "김" * 3_000,
        "a b " * 90,
    ],
)
async def test_query_syntax_is_just_words(filled: SqlStore, query: str):
    """What looks like the database's own language is looked for like anything else."""
    await filled.search(query, "it", offset=0, limit=5)
    assert await filled.entry("signed") is not None


QUERIES = (
    *("Kim Jong Un", "Putin", "Путин", "푸틴", "difesa reciproca", "mutual defence", "взаимная оборона", "상호 방위"),
    *("articolo 4", "article 4", "статья 4", "제4조", "F-12", "E-3", "P-2", "F-999", "2024", "19 giugno 2024", "1961"),
    *("quando è entrato in vigore il trattato?", "who signed the treaty in Pyongyang", "сколько солдат погибло"),
    *("북한군은 몇 명이 파병되었나", "sanzioni onu", "bridge Tumen", "Podolyak isolation", "troops in Kursk"),
    *("the", "il la di", "что", "무엇", "zzzz", "trattato zzzz", "treaty", "договор", "조약", "a b c d e f g h i j"),
    *("museum museo музей 박물관", "nuclear weapons technology economic aid", "U.S.", "KCNA", "art. 51 ONU"),
)


@pytest.mark.one_engine("compares both")
async def test_both_engines_give_the_same_answers(prepared_postgres_url: str, tmp_path):
    """Moving from SQLite to PostgreSQL changes no answer, not even the order."""
    read, _ = read_dossier(shipped_dossier())
    stores = [await open_store(url) for url in (f"sqlite:///{tmp_path}/store.db", prepared_postgres_url)]
    try:
        answers = []
        for store in stores:
            await take_over(store, read)
            answers.append({query: await found(store, query, limit=25) for query in QUERIES})
        assert answers[0] == answers[1]
        assert sum(map(bool, answers[0].values())) > 30, "otherwise nothing was compared"
    finally:
        for store in stores:
            await store.close()


@settings(
    max_examples=int(os.environ.get("PACTWATCH_FUZZ_EXAMPLES", "300")) // 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=st.text(st.characters(), max_size=60) | st.text("kim조약4 '\"()*:&|!<->ªöё-", max_size=30))
async def test_no_input_is_an_error(filled: SqlStore, query: str):
    """Whatever somebody types or pastes, search answers."""
    page = await filled.search(query, "it", offset=0, limit=3)
    assert len(page.items) <= 3
