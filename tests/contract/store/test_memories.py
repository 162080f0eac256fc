"""The small memories of a store, on both engines."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.core.places import UserRef
from storage import SqlStore, open_store
from tests.builders import AT, dossier, fact
from tests.stores import take_over


async def test_languages_are_kept(store: SqlStore):
    """A language once chosen stays chosen, until another one is."""
    await store.set_language("telegram:1", "ru")
    await store.set_language("discord:1", "ko")
    await store.set_language("telegram:1", "en")
    assert await store.languages() == {"telegram:1": "en", "discord:1": "ko"}


async def test_what_was_chosen_lately_is_told(store: SqlStore, store_url: str):
    """Whoever knows the choices up to some point reads only later ones, and all of them once some were erased."""
    await store.set_language("telegram:1", "ru")
    first = await store.choices(None)
    assert (first.languages, first.whole) == ({"telegram:1": "ru"}, True)
    assert (await store.choices(first.upto)).languages == {}
    other = await open_store(store_url)
    await asyncio.gather(*(each.set_language(f"telegram:{at}", "ko") for at in (2, 3) for each in (store, other)))
    await other.set_language("telegram:1", "it")
    later = await store.choices(first.upto)
    assert (later.languages, later.whole) == ({"telegram:1": "it", "telegram:2": "ko", "telegram:3": "ko"}, False)
    assert await other.forget_person(UserRef.parse("telegram:1"), AT)
    await other.close()
    erased = await store.choices(later.upto)
    assert (erased.languages, erased.whole) == ({"telegram:2": "ko", "telegram:3": "ko"}, True)
    assert not (await store.choices(erased.upto)).whole
    assert (await store.choices(erased.upto + 9)).whole, "it comes from a database that was put back meanwhile"


async def test_an_update_is_one_process_s(store: SqlStore, store_url: str):
    """Of two processes that are brought the same updates at one moment each gets those that the other does not."""
    other = await open_store(store_url)
    asked = [
        each.take_updates("telegram", ids, at=AT, until=1_000, free=0)
        for ids in ([5, 3, 2**40, 5], [2**40, 4, 3])
        for each in (store, other)
    ]
    taken = await asyncio.gather(*asked)
    assert sorted(each for one in taken for each in one.ours) == [3, 4, 5, 2**40]
    assert not any(one.done for one in taken)
    assert (await store.take_updates("discord", [3], at=AT, until=1_000, free=0)).ours == {3}
    await other.close()


async def test_an_update_that_nobody_acted_on_is_free_again(store: SqlStore):
    """What was acted on is never acted on again; what was only taken in is free once its process's time is over."""
    await store.take_updates("telegram", [1, 2], at=AT, until=1_000, free=0)
    await store.updates_done("telegram", [2, 3, 3], AT)
    early = await store.take_updates("telegram", [1, 2, 3, 4], at=AT, until=1_500, free=999)
    assert (early.ours, early.done) == ({4}, {2, 3})
    late = await store.take_updates("telegram", [1, 2, 3, 4], at=AT, until=2_000, free=1_000)
    assert (late.ours, late.done) == ({1}, {2, 3})
    again = await store.take_updates("telegram", [1], at=AT, until=3_000, free=1_999)
    assert (again.ours, again.done) == (frozenset(), frozenset()), "it is whose it was freed for"
    await store.mark_seen("telegram", [9], AT)
    assert (await store.take_updates("telegram", [9], at=AT, until=9, free=2**62)).done == {9}


async def test_a_long_button_finds_its_line_again(store: SqlStore):
    """A kept command line comes back as it was, also when it is kept again."""
    for _ in range(2):
        await store.keep_line("abc", "search 조약 \"x\" 'y' :z %s", AT)
    assert await store.kept_line("abc") == "search 조약 \"x\" 'y' :z %s"


async def test_updates_taken_in_are_remembered(store: SqlStore):
    """A restart knows which updates were answered, and only the old ones are forgotten."""
    await store.mark_seen("telegram", [3, 1, 2**40], AT)
    await store.mark_seen("telegram", [1, 2], "2026-11-25T10:00:00.000Z")
    await store.mark_seen("telegram", [], AT)
    await store.mark_seen("discord", [9], AT)
    assert await store.seen("telegram") == (1, 2, 3, 2**40)
    assert await store.forget_seen(datetime.fromisoformat("2026-11-26T00:00:00.000Z")) == 4
    assert (await store.seen("telegram"), await store.seen("discord")) == ((2,), ())


async def test_small_memories_are_no_news(store: SqlStore):
    """What readers see did not change, so answers in memory stay good."""
    await take_over(store, dossier(fact()))
    version = await store.version()
    await store.set_language("telegram:1", "ru")
    await store.mark_seen("telegram", [1], AT)
    assert await store.version() == version


async def test_two_programs_on_one_database(store: SqlStore, store_url: str):
    """A command beside the running service writes and is seen, and neither loses anything."""
    other = await open_store(store_url)
    try:
        writes = [(each, number) for number in range(30) for each in (store, other)]
        await asyncio.gather(*(each.mark_seen("telegram", [2 * at + (each is other)], AT) for each, at in writes))
        assert await store.seen("telegram") == await other.seen("telegram") == tuple(range(60))
        await take_over(other, dossier(fact()))
        assert await store.entry("signed") == await other.entry("signed")
        await take_over(store, dossier(fact(text="neu")))
        assert (await other.entry("signed")).revision == 2
        assert await other.verify_log() is None
    finally:
        await other.close()


async def test_a_cancelled_write_leaves_nothing_locked(store_url: str):
    """An answer given up half way holds nobody else up, and what it wrote is there whole or not at all."""
    store = await open_store(store_url)
    for delay in range(12):
        facts = (fact(f"fact-{at}", f"text {delay}") for at in range(20))
        writing = asyncio.create_task(take_over(store, dossier(*facts)))
        for _ in range(delay * 3):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        async with asyncio.timeout(5):
            await store.set_language("telegram:1", f"l{delay}")
        assert (await store.languages())["telegram:1"] == f"l{delay}"
    await store.close()
    store = await open_store(store_url)
    try:
        revisions = {len(await store.history(f"fact-{at}")) for at in range(20)}
        assert len(revisions) == 1
        assert revisions.pop() > 5, "most of them were past the point of no return"
        assert await store.verify_log() is None
    finally:
        await store.close()


async def test_closing_waits_for_what_is_being_written(store_url: str):
    """A write under way when the service stops is not lost."""
    store = await open_store(store_url)
    await store.set_language("telegram:1", "it")
    writing = asyncio.create_task(store.set_language("telegram:1", "ko"))
    for _ in range(5):
        await asyncio.sleep(0)  # far enough to be under way, not far enough to be done
    assert not writing.done()
    await store.close()
    await writing
    again = await open_store(store_url)
    try:
        assert await again.languages() == {"telegram:1": "ko"}
    finally:
        await again.close()
