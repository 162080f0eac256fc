"""SQLite and PostgreSQL beside each other: whatever is asked, the same comes back in the same order."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.authority import Role
from bot.core.dossiers import Dossier
from bot.core.entries import Entry, EntryKind
from bot.core.places import ChatRef, UserRef
from bot.core.retrieval import Vector
from bot.core.subscriptions import Mode
from storage import SqlStore, open_store
from storage.dossier import read_dossier, shipped_dossier
from storage.tracking import labels
from tests.builders import dossier, event, fact, person, topic
from tests.contract.store.readership import keep, subscription
from tests.contract.store.test_searching import FINDS, QUERIES
from tests.newsroom import join
from tests.outbox import NOW, alert
from tests.questions.sets import CALIBRATION, TEST, read
from tests.stores import postgres_database, take_over

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.one_engine("compares both")]

NIGHTLY = os.environ.get("PACTWATCH_NIGHTLY") == "1"
MADE_UP = 1_200
"""More than a search looks at for one word, so that which of them it looks at shows."""
PAGES = ((0, 8), (24, 8))
QUESTIONS = [each.text for path in (TEST, CALIBRATION) for each in read(path)][:: 1 if NIGHTLY else 12]
WORDS = {
    "it": "alfa beta gamma delta trattato firma difesa soldati missili confine città perché",
    "en": "alpha signing treaty mutual defence soldiers shells border bridges sanctions talks",
    "ru": "договор подпись оборона солдаты снаряды граница мост санкции переговоры ёлка",
    "ko": "조약 서명 방위 병사 포탄 국경 다리 제재 회담에서 러시아와 지체없이",
}
STRANGE = (
    *("a OR b", "NEAR(kim putin)", 'kim"', "'kim'", "kim*", "^kim", "terms:kim", "-kim", "kim & !putin", "kim <-> un"),
    *("kim | putin", "kim:*", "(kim", "kim)", "\\kim", "kim\\'", "%", "_", "%kim%", "ªkim", "ºkim", "ª", "kim\0un"),
    *("\ud800", "kim\udfff", "🇰🇵🇷🇺", "ｋｉｍ", "Ⅳ", "²", "①", "٤", "४", "ﬁrma", "ſigning", "STRASSE straße ẞ"),
    *(
        "İstanbul ıi",
        "ΣΊΣΥΦΟΣ σίσυφος",
        "ёлка елка ЁЛКА",
        "é e\u0301 è",
        "김정은과",
        "ㄱㄴ",
        "カタカナ ひらがな",
        "漢字",
    ),
    *("עברית", "العربية", "हिन्दी", "ไทย", "ქართული ᲥᲐᲠᲗᲣᲚᲘ", "Ꭰꭰ", "𐐀𐐨", "𝒦im", "ａ１", "1 000", "0", "007", "9" * 60),
    *("kim " * 400, "x" * 3_000, "조약" * 500, "alfa " * 30 + "beta", " ".join("abcdefghijklmnopqrstuvwxyz")),
    *("", " ", "?", "the of a", "il la", "и в на", "alfa the", "F-1", "f 1", "F-0001", "E-12 P-3", "F-99999999999"),
    *("treaty-2024/4", "articolo 4 articolo 5", "made-up-17", "made up 17", "2024-06-19", "19.06.2024", "06/2024"),
)


@dataclass(frozen=True)
class Pair:
    """Two stores in which the same was done."""

    lite: SqlStore
    postgres: SqlStore

    async def same(self, ask: Callable[[SqlStore], Awaitable[Any]]) -> Any:
        """What both answer."""
        here, there = await ask(self.lite), await ask(self.postgres)
        assert here == there
        return here


def made_up(chance: random.Random, at: int) -> Entry:
    """A fact, an event or a person in four languages, some words in all of them and most in few."""

    def text(locale: str) -> str:
        words = WORDS[locale].split()
        common = words[0] if chance.random() < 0.95 else ""
        return " ".join([common, *chance.choices(words, k=chance.randint(1, 12)), f"n{chance.randint(0, at)}"])

    texts = {locale: text(locale) for locale in chance.sample(sorted(WORDS), k=chance.randint(1, 4))}
    date = f"{chance.choice((2023, 2024, 2025))}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    topics = tuple(chance.sample(("mutual-defence", "sanctions", "troops"), k=chance.randint(0, 3)))
    about = {"topics": topics, "sources": ("kcna-en-2024-06-20",)}
    match at % 4:
        case 0:
            return event(f"made-up-{at}", date[: chance.choice((4, 7, 10))], title=texts, text=texts, **about)
        case 1:
            return person(f"made-up-{at}", title=texts, text=texts, **about)
        case _:
            dated = {"date": date} if chance.random() < 0.8 else {}
            return fact(f"made-up-{at}", texts, related=("treaty-2024/4",), **dated, **about)


def dossiers() -> Iterator[Dossier]:
    """The shipped dossier with much beside it; then the same, with a third of it written anew and some of it gone."""
    shipped, faults = read_dossier(shipped_dossier())
    assert shipped is not None, faults
    chance = random.Random(7)
    first = [*shipped.entries, *(made_up(chance, at) for at in range(MADE_UP))]
    yield replace(shipped, entries=tuple(first))
    chance.shuffle(first)
    second = [
        replace(each, text={**each.text, "it": f"{each.text.get('it', '')} riscritto"}) if at % 3 == 0 else each
        for at, each in enumerate(first)
        if at % 40
    ]
    yield replace(shipped, entries=tuple(sorted(second, key=lambda each: each.kind is not EntryKind.ARTICLE)))


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[Pair]:
    stores = Pair(await open_store(f"sqlite:///{folder}/store.db"), await open_store(url))
    try:
        yield stores
    finally:
        await stores.lite.close()
        await stores.postgres.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    with postgres_database(postgres_server) as url:
        async with opened(url, tmp_path_factory.mktemp("pair")) as stores:
            for each in dossiers():
                await stores.same(partial(take_over, dossier=each))
            yield stores


async def found(store: SqlStore, query: str) -> list[object]:
    """Some pages of a search."""
    pages = [await store.search(query, "it", offset=offset, limit=limit) for offset, limit in PAGES]
    return [([each.key for each in page.items], page.more, page.total) for page in pages]


async def test_a_search_finds_the_same_in_the_same_order(pair: Pair):
    """Words, names, numbers, questions of people and what looks like syntax: every page of hits is the same."""
    chance = random.Random(3)
    every = [word for words in WORDS.values() for word in words.split()]
    mixed = [" ".join(chance.choices(every, k=chance.randint(1, 6))) for _ in range(500 if NIGHTLY else 40)]
    hits = [await pair.same(partial(found, query=query)) for query in (*FINDS, *QUERIES, *STRANGE, *QUESTIONS, *mixed)]
    assert sum(bool(pages[0][0]) for pages in hits) > 150, "otherwise nothing was compared"


async def test_questions_are_weighed_alike(pair: Pair):
    """What `/ask` goes by, which words of a question stand where and how rare they are, is the same."""
    for question in (*QUESTIONS, *STRANGE):
        await pair.same(lambda store, question=question: store.meanings.evidence(question))


@settings(max_examples=int(os.environ.get("PACTWATCH_FUZZ_EXAMPLES", "300")) // 6, deadline=None)
@given(query=st.text(st.characters(), max_size=40) | st.text("kim조약договор4 '\"()*:&|!<->ªºöё-\0", max_size=30))
async def test_any_text_finds_the_same(pair: Pair, query: str):
    """Whatever somebody types or pastes, both find the same, or both nothing."""
    await pair.same(partial(found, query=query))


async def test_lists_are_the_same(pair: Pair):
    """Timeline, latest, topics, people, suggestions and an export: whoever pages through them sees the same."""
    spans = ((None, None), ("2024", None), ("2024-03", "2024-06-19"), ("2025", "2024"), (None, "1961"))
    lists: list[Callable[[SqlStore], Awaitable[Any]]] = [
        lambda store, topic=topic, span=span, offset=offset: store.timeline(
            topic=topic, since=span[0], until=span[1], offset=offset, limit=25
        )
        for topic in (None, "sanctions", "no-such-topic")
        for span in spans
        for offset in (0, 75)
    ]
    for offset in (0, 25, 300, 5_000):
        page = {"offset": offset, "limit": 25}
        lists += [
            lambda store, page=page: store.latest(**page),
            lambda store, page=page: store.people(**page),
            lambda store, page=page: store.by_topic("sanctions", **page),
        ]
    lists += [lambda store, limit=limit: store.labels(limit) for limit in (5, 10_000)]
    lists += [lambda store: store.facts_about("treaty-2024/4", limit=300), lambda store: store.topics()]
    for each in lists:
        await pair.same(each)
    assert (await pair.same(lambda store: store.export_dossier())).entries


KEYS = ("ab", "B", "a-b", "_b", "a", "?b", "Ab", "b10", "b2", "ё", "е")
CHATS = ("telegram:5", "telegram:-5", "discord:7", "telegram:-100/3", "telegram:-10/3")


async def act(store: SqlStore) -> int:
    """Leave rows which nothing but a text tells apart; returns the number of an alert about several entries."""
    await take_over(store, dossier(*map(fact, KEYS), topics=tuple(map(topic, KEYS))))
    await keep(store, subscription(topics=dict.fromkeys(KEYS, Mode.WEEKLY)))
    boss = await join(store, "1", Role.OWNER)
    for place in CHATS:
        await store.set_review_chat(ChatRef.parse(place), boss.act(), on=True)
        await store.subscribers.set_staging(ChatRef.parse(place), boss.act(), on=True)
    parts = [Vector(f"?{key}", "", b"") for key in KEYS]
    await store.meanings.keep_vectors("m", {1: ("", parts)})
    return await alert(store, *reversed(KEYS))


@pytest.mark.needs("locales")
async def test_nothing_is_in_the_order_of_a_dictionary(postgres_server: str, dictionary_order: str, tmp_path: Path):
    """Where a database puts capital letters beside small ones and signs last, lists come in the order they have on SQLite."""
    with postgres_database(postgres_server, locale=dictionary_order) as url:
        async with opened(url, tmp_path) as both:
            assert await both.postgres._database.fetch("select 'B' > 'a'") == [(True,)]
            told = await both.same(act)
            user, place = UserRef.parse("telegram:5"), ChatRef.parse("telegram:5")

            async def subscribed(store: SqlStore) -> list[str]:
                wanted = await store.subscribers.subscription(place)
                assert wanted is not None
                return list(wanted.topics)

            async def lately(store: SqlStore) -> list[str]:
                wanted = await store.subscribers.subscription(place)
                assert wanted is not None
                return [each.key for each in await store.subscribers.lately(wanted, 0, 99)]

            assert await both.same(subscribed) == sorted(KEYS)
            assert await both.same(lambda store: store.review_chats()) == tuple(map(ChatRef.parse, sorted(CHATS)))
            await both.same(lambda store: store.subscribers.staging())
            assert len(await both.same(lambda store: store.subscribers.news(0, NOW + 1))) == len(KEYS)
            await both.same(lambda store: labels(store._database, [told]))
            await both.same(lambda store: store.meanings.vectors("m", [1]))
            await both.same(lambda store: store.everything_about(user, place))
            await both.same(lambda store: store.export_dossier())
            await both.same(lambda store: store.labels(99))
            await both.same(lambda store: store.queue(offset=0, limit=9))
            await both.same(lambda store: store.behind(99))
            await both.same(lately)
