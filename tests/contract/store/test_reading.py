"""What every store answers, on both engines."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

from bot.core.entries import Confidence, EntryKind, Status
from storage import SqlStore, open_store, shelves
from tests.builders import AT, article, dossier, event, fact, instrument, person, source, topic
from tests.stores import take_over


def keys(entries) -> list[str]:
    return [entry.key for entry in entries]


async def test_an_entry_comes_back_whole(store: SqlStore):
    """Everything the dossier says of an entry is there when it is read."""
    whole = fact(
        text="Kim ha firmato",
        number=7,
        title={"it": "Firma", "ko": "서명"},
        status=Status.CLAIMED,
        confidence=Confidence.PARTIAL,
        attributed_to={"it": "la KCNA"},
        date="2024-06",
        topics=("defence",),
        related=("signing",),
        instrument="treaty-2024/4",
        key_phrase={"it": "senza indugio"},
        key_phrase_sources=("kcna",),
        seed=True,
    )
    await take_over(store, dossier(whole))
    assert await store.entry("signed") == replace(whole, changed_at=AT)


async def test_what_goes_by_a_version_is_of_that_version(store: SqlStore, store_url: str):
    """The version and what goes by it are read at one moment, whatever is published between two of the reads."""
    await take_over(store, dossier(article(text="old"), fact(), topics=(topic(it="Vecchio"),)))
    other = await open_store(store_url)
    async with other._database.snapshot() as reader:
        assert await shelves.version(reader) == 1
        await take_over(store, dossier(article(text="new"), fact(), topics=(topic(it="Nuovo"),)))
        old = await shelves.contents(reader, 10)
    new = await other.contents(1)
    for found, version, title, text in ((old, 1, "Vecchio", "old"), (new, 2, "Nuovo", "new")):
        assert (found.version, found.topics[0][0].title, found.story) == (version, {"it": title}, {"it": "Il patto"})
        assert [entry.text for entry in found.articles["treaty-2024"]] == [{"it": text}]
    assert [[each.key for each in found.labels] for found in (old, new)] == [
        ["treaty-2024/4", "signed"],
        ["treaty-2024/4"],
    ]
    with contextlib.suppress(asyncio.CancelledError):
        async with other._database.snapshot() as reader:
            await reader.fetch("select 1")
            raise asyncio.CancelledError
    await take_over(store, dossier(article(text="newest")))
    assert [await other.version() for _ in range(4)] == [3] * 4, "no reader is left in the past"
    await other.close()


async def test_what_is_not_there_is_none(store: SqlStore):
    """Asking for what never was is answered with nothing, and whatever was typed is no error."""
    await take_over(store, dossier(fact()))
    for key in ("unknown", "", "it's", "\ud800", "\0", "x" * 100_000):
        assert await store.entry(key) is None
        assert await store.history(key) == ()
        assert await store.revision_as_of(key, AT) is None
        assert await store.kept_line(key) is None
        assert (await store.by_topic(key, offset=0, limit=5)).items == ()
    assert await store.entry_by_number(EntryKind.FACT, 10**30) is None
    assert await store.revision("signed", 10**30) is None
    assert await store.entries(["signed", "unknown"]) == {"signed": await store.entry("signed")}


async def test_a_number_is_looked_up_within_its_kind(store: SqlStore):
    """F-1 is the first fact, E-1 the first event, P-1 the first person; articles have no number."""
    await take_over(store, dossier(article(), fact("a"), fact("b"), event("c"), person("d")))
    found = [await store.entry_by_number(kind, 1) for kind in EntryKind]
    assert [each and each.key for each in found] == [None, "a", "c", "d"]
    assert (await store.entry("treaty-2024/4")).number is None


async def test_many_entries_and_sources_at_once(store: SqlStore):
    """Any number of entries and sources can be asked for at once; unknown ones are left out, the order is kept."""
    facts = [fact(f"fact-{at}") for at in range(1_200)]
    sources = tuple(source(f"source-{at}") for at in range(1_200))
    await take_over(store, dossier(*facts, sources=(source(), *sources)))
    wanted = [f"fact-{at}" for at in reversed(range(1_200))]
    assert list(await store.entries([*wanted, "no"])) == wanted
    wanted = [f"source-{at}" for at in reversed(range(1_200))]
    assert list(await store.sources([*wanted, "no"])) == wanted


async def test_a_source_comes_back_whole(store: SqlStore):
    """Everything the dossier says of a source is there when it is read."""
    whole = source(date="2024-06-20", url="https://example.org/a?b=1", retrieved_at="2026-11-23", checked="seen")
    await take_over(store, dossier(sources=(whole,)))
    assert await store.sources(["kcna"]) == {"kcna": whole}


async def test_instruments_in_the_order_of_the_dossier(store: SqlStore):
    """The treaty comes first, then the older ones, each with all that is known of it."""
    old = instrument("treaty-1961", ended="1996", ended_note="lapse", replaced_by="treaty-2000", aliases=())
    await take_over(store, dossier(instruments=(instrument(), old)))
    assert await store.instruments() == (instrument(), old)


async def test_the_story_has_its_name(store: SqlStore):
    """Whoever is greeted is told what the loaded dossier is about, in each of its languages."""
    loaded = dossier()
    await take_over(store, loaded)
    assert await store.story() == loaded.title != {}


async def test_articles_in_their_order(store: SqlStore):
    """The preamble comes first and article 10 after article 9; another treaty's articles stay away."""
    numbers = ["preamble", *map(str, range(1, 12))]
    await take_over(store, dossier(*map(article, numbers), article("1", "treaty-1961")))
    assert [each.article_number for each in await store.articles("treaty-2024")] == numbers
    assert keys(await store.articles("treaty-1961")) == ["treaty-1961/1"]


async def test_topics_with_the_number_of_their_entries(store: SqlStore):
    """The count beside a topic is the length of its list."""
    await take_over(
        store,
        dossier(
            *(article(topics=("defence",)), event(topics=("defence", "visit")), fact(topics=("defence",))),
            fact("old", topics=("defence",), retired="merged"),
            topics=(topic(), topic("visit"), topic("empty")),
        ),
    )
    counted = {each.id: count for each, count in await store.topics()}
    assert counted == {"defence": 3, "visit": 1, "empty": 0}
    assert list(counted) == ["defence", "visit", "empty"]
    for name, count in counted.items():
        page = await store.by_topic(name, offset=0, limit=10)
        assert (len(page.items), page.total) == (count, count)


async def test_a_topic_shows_articles_then_news(store: SqlStore):
    """Articles come in their order, then facts and events, newest first."""
    named = {"topics": ("defence",)}
    await take_over(
        store,
        dossier(
            *(article("preamble", **named), article("4", **named)),
            *(
                fact("older", date="2024-06-19", **named),
                fact("undated", **named),
                fact("newest", date="2025-01", **named),
            ),
            *(event("middle", date="2024-10", **named), fact("elsewhere")),
        ),
    )
    page = await store.by_topic("defence", offset=0, limit=10)
    assert keys(page.items) == ["treaty-2024/preamble", "treaty-2024/4", "newest", "middle", "older", "undated"]


async def test_the_timeline_is_in_order_and_within_its_bounds(store: SqlStore):
    """Events run from the oldest on; a bound or an event known to the month or year only counts with all its days."""
    dates = {"a": "2023-12-31", "b": "2024", "c": "2024-06", "d": "2024-06-19", "e": "2024-12-31", "f": "2025-01-01"}
    events = [event(key, date, topics=("defence",) if key in "bdf" else ()) for key, date in dates.items()]
    await take_over(store, dossier(*reversed(events), event("undated", None), fact("fact", date="2024-06-19")))

    async def within(since=None, until=None, topic=None) -> str:
        page = await store.timeline(topic=topic, since=since, until=until, offset=0, limit=10)
        assert page.total == len(page.items)
        return "".join(keys(page.items))

    assert await within() == "abcdef"
    assert await within("2024", "2024") == "bcde"
    assert await within("2024-06-30", "2024-06-30") == "bc"
    assert await within(since="2024-12") == "bef"
    assert await within(until="2024-05") == "ab"
    assert await within(topic="defence") == "bdf"
    assert await within("2024-06", "2025", topic="defence") == "bdf"
    assert await within("2024-06-20", "2024-12", topic="defence") == "b"


async def test_the_latest_first(store: SqlStore):
    """Dated facts and events run from the newest back; articles, people and undated facts are no news."""
    await take_over(
        store,
        dossier(
            article(), fact("a", date="2024"), fact("b", date="2024-10-08"), fact("c"), event("d", "2024-11"), person()
        ),
    )
    assert keys((await store.latest(offset=0, limit=10)).items) == ["d", "b", "a"]


async def test_pages_join_up(store: SqlStore):
    """Paging shows each entry once, and the last page knows that it is the last."""
    people = [person(f"person-{at}") for at in range(7)]
    await take_over(store, dossier(*people))
    pages = [await store.people(offset=offset, limit=3) for offset in (0, 3, 6)]
    assert [key for page in pages for key in keys(page.items)] == keys(people)
    assert [(page.more, page.total) for page in pages] == [(True, 7), (True, 7), (False, 7)]
    assert (await store.people(offset=99, limit=3)).items == ()


async def test_facts_about_an_article(store: SqlStore):
    """An article shows the facts that name it, by their numbers."""
    await take_over(
        store,
        dossier(
            article(),
            fact("b", number=9, instrument="treaty-2024/4"),
            fact("a", number=3, related=("treaty-2024/4",)),
            fact("other", instrument="treaty-2024/5"),
            fact("gone", instrument="treaty-2024/4", retired="merged"),
            event("event", instrument="treaty-2024/4"),
        ),
    )
    assert keys(await store.facts_about("treaty-2024/4", limit=5)) == ["a", "b"]
    assert keys(await store.facts_about("treaty-2024/4", limit=1)) == ["a"]


async def test_labels_for_suggestions(store: SqlStore):
    """Suggestions know all articles and people, then the newest news, as many as there is room for."""
    await take_over(
        store,
        dossier(
            article(), event("old", "2023"), event("new", "2025"), fact("undated"), person(), fact("gone", retired="x")
        ),
    )
    assert keys(await store.labels(9)) == ["treaty-2024/4", "kim", "new", "old", "undated"]
    few = await store.labels(3)
    assert keys(few) == ["treaty-2024/4", "kim", "new"]
    assert (few[2].kind, few[2].number, few[2].titles) == (EntryKind.EVENT, 2, {"it": "new"})


async def test_retired_and_retracted_entries_leave_the_lists(store: SqlStore):
    """What is retired or retracted is in no list and no search, and still answers to its name and number."""
    named = {"date": "2024", "topics": ("defence",), "instrument": "treaty-2024/4"}
    await take_over(
        store,
        dossier(
            fact("retired", "parola", number=1, retired="merged", **named),
            fact("retracted", "parola", number=2, status=Status.RETRACTED, **named),
        ),
    )
    page = {"offset": 0, "limit": 5}
    lists = [
        (await store.latest(**page)).items,
        (await store.by_topic("defence", **page)).items,
        (await store.search("parola", "it", **page)).items,
        await store.facts_about("treaty-2024/4", limit=5),
        await store.labels(5),
    ]
    assert lists == [()] * 5
    assert (await store.entry_by_number(EntryKind.FACT, 1)).retired == "merged"
    assert (await store.entry("retracted")).status is Status.RETRACTED


async def test_a_new_store_is_empty_and_answers(store: SqlStore):
    """Before the first import everything is asked for in vain, and nothing fails."""
    page = {"offset": 0, "limit": 5}
    assert (await store.version(), await store.story()) == (0, {})
    assert (await store.instruments(), await store.topics(), await store.labels(5)) == ((), (), ())
    assert (await store.latest(**page)).items == (await store.search("Kim", "it", **page)).items == ()
    assert await store.verify_log() is None
    assert (await store.export_dossier()).entries == ()
