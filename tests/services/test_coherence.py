"""Several processes on one database, each played by a product of its own: what one of them changes, the others show."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

from bot.adapters.console.render import plain
from bot.app import Core, open_core
from bot.core.errors import StoreError
from bot.core.leases import News
from bot.core.places import ChatRef, Platform, UserRef
from bot.core.requests import Actor, Reply, Request
from bot.services.dispatch import HOT_LINE
from bot.services.hearing import Hearing
from bot.services.lookup import Lookup
from bot.services.preferences import Preferences
from bot.settings import read_settings
from storage import SqlStore, open_store
from tests.builders import article, dossier, fact
from tests.cores import WORDS
from tests.stores import take_over

LINES = ("treaty 4", "fact signed", "fact F-1", "search articolo", "latest")
"""By name and by number, from memory and from the store."""
PUBLICATIONS = 12
_PEOPLE = itertools.count(1000)


@asynccontextmanager
async def product(url: str) -> AsyncIterator[Core]:
    """A process that is told nothing of what others do, and whose clock stands still."""
    settings = read_settings(_env_file=None, database_url=url, default_locale="it")
    async with open_core(settings, words=WORDS, fill=False, semantic=False) as core:
        yield core


async def state(store: SqlStore, number: int) -> None:
    """Publish one state of the world: an article and two facts about it, which all say this number."""
    said = f"numero-{number} articolo 4"
    facts = (fact(key, said, date="2024-06-19", instrument="treaty-2024/4") for key in ("signed", "other"))
    await take_over(store, dossier(article(text=said), *facts))


def _asks(line: str) -> Request:
    user = str(next(_PEOPLE))
    return Request(line, Actor(UserRef(Platform.TELEGRAM, user)), ChatRef(Platform.TELEGRAM, user))


def _number(*replies: Reply | None) -> int:
    """The number that replies say, all of the same state."""
    text = " ".join(plain(reply.document) for reply in replies if reply is not None)
    numbers = {int(each) for each in re.findall(r"numero-(\d+)", text)}
    assert len(numbers) == 1, text
    return numbers.pop()


async def says(core: Core, line: str) -> int:
    """The number that an answer says."""
    return _number(await core.dispatcher(_asks(line)))


async def offers(core: Core, typed: str) -> int:
    """The number that all cards for an inline query say."""
    return _number(*(card.reply for card in await core.dispatcher.cards(_asks(typed))))


async def test_what_was_shown_new_is_never_shown_old(store: SqlStore, store_url: str) -> None:
    """Once a reader was shown something new, every answer of that process is as new, also what it holds in memory."""
    await state(store, 1)
    async with product(store_url) as core:
        for number, first in enumerate(LINES, 2):
            assert {await says(core, line) for line in LINES} == {number - 1}
            await state(store, number)
            seen = [await says(core, line) for line in (first, *LINES)]
            assert seen == sorted(seen)
            await core.refresh()


async def test_an_answer_is_of_one_moment(store: SqlStore, store_url: str) -> None:
    """While one publication follows the other, no answer holds something of two, and none is older than one before it."""
    await state(store, 1)
    newest = 1
    async with product(store_url) as core:

        async def read(at: int) -> None:
            nonlocal newest
            count = 0
            while newest <= PUBLICATIONS:
                before, line = newest, LINES[(at + count) % len(LINES)]
                if count % 4:
                    found = await says(core, line if count % 2 else line.ljust(HOT_LINE + 1))
                else:
                    found = await offers(core, "fact articolo")
                await asyncio.sleep(0)  # what is held in memory takes no turn of the loop
                assert found >= before
                newest = max(newest, found)
                count += 1

        async def publish() -> None:
            for number in range(2, PUBLICATIONS + 2):
                await state(store, number)

        await asyncio.gather(*(read(at) for at in range(4)), publish())


class Stalling:
    """A store whose reads come back only when they are let; `late` names the method that is held up once."""

    def __init__(self, store: SqlStore, late: str) -> None:
        self._store, self._late = store, late
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name != self._late or self.begun.is_set():
            return found

        async def late(*given: object) -> object:
            read = await found(*given)
            self.begun.set()
            await self.go.wait()
            return read

        return late


async def overtaken(
    stalling: Stalling, slow: Awaitable[object], change: Awaitable[object], quick: Awaitable[object]
) -> None:
    """Begin something slow, change something after it has read, do the same again, and only then let the first end."""
    first = asyncio.ensure_future(slow)
    await stalling.begun.wait()
    await change
    second = asyncio.ensure_future(quick)
    await asyncio.wait({second}, timeout=0.2)
    stalling.go.set()
    await asyncio.gather(first, second)


async def test_memory_never_goes_back(store: SqlStore) -> None:
    """Of two refreshes at once the slower one does not put back what it read before the other one."""
    await state(store, 1)
    stalling = Stalling(store, "contents")
    lookup = Lookup(stalling)  # type: ignore[arg-type]  # it has all that a store has
    await overtaken(stalling, lookup.refresh(), state(store, 2), lookup.refresh())
    assert lookup.catalogue.version == 2
    assert (await lookup.entry("treaty-2024/4")).text == {"it": "numero-2 articolo 4"}


async def test_what_was_read_before_is_not_kept_after(store: SqlStore) -> None:
    """An entry that is read while it is replaced is read again for the next one who asks."""
    await state(store, 1)
    stalling = Stalling(store, "entry")
    lookup = Lookup(stalling)  # type: ignore[arg-type]  # it has all that a store has
    await lookup.refresh()
    await overtaken(stalling, lookup.entry("signed"), state(store, 2), lookup.refresh())
    await lookup.refresh()
    assert (await lookup.entry("signed")).text == {"it": "numero-2 articolo 4"}


async def test_a_choice_of_language_counts_everywhere(store: SqlStore, store_url: str) -> None:
    """A language chosen through one process is that of all, the later of two choices wins, an erased one is forgotten."""
    other = await open_store(store_url)
    who = UserRef(Platform.TELEGRAM, "7")
    stalling = Stalling(other, "choices")
    here, there = Preferences(store, "it"), Preferences(stalling, "it")  # type: ignore[arg-type]  # see above
    await overtaken(stalling, there.refresh(), here.choose(str(who), "ru"), there.choose(str(who), "ko"))
    await here.refresh()
    assert [each.of_person(who) for each in (here, there)] == ["ko", "ko"]
    await here.choose(str(who), "en")
    await there.refresh()
    assert there.of_person(who) == "en"
    await store.forget_person(who, "2026-11-23T10:00:00.000Z")
    for each in (here, there):
        await each.refresh()
        assert each.of_person(who) == "it"
    await other.close()


async def test_a_process_takes_up_what_it_changes_itself(store: SqlStore, store_url: str) -> None:
    """What a process writes past its own memory is taken up at once, without waiting for the clock."""
    await state(store, 1)
    async with product(store_url) as core:
        await state(core.store, 2)
        await core.store.set_language("telegram:7", "ru")
        async with asyncio.timeout(10):
            while core.services.lookup.catalogue.version != 2:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0)
            while core.services.preferences.of_person(UserRef(Platform.TELEGRAM, "7")) != "ru":  # noqa: ASYNC110 - as above
                await asyncio.sleep(0)


async def test_news_that_come_quickly_are_taken_up_together() -> None:
    """A hundred changes are read once more after the last of them; a fault keeps nobody from hearing of the next."""
    hearing, told, begun, go = Hearing(), 0, [], asyncio.Event()

    async def read() -> None:
        begun.append(told)
        await go.wait()
        raise (ZeroDivisionError, StoreError("store-unreachable"))[len(begun) % 2]

    async def turns() -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    hearing.soon(News.ENTRIES, read)
    hearing.told(News.OUTBOX)
    for _ in range(100):
        told += 1
        hearing.told(News.ENTRIES)
        await turns()
    assert begun == [1], "it is still being read"
    go.set()
    await turns()
    assert begun == [1, 100]
    hearing.told(News.ENTRIES)
    await turns()
    assert begun == [1, 100, 100]
    await hearing.close()
    hearing.told(News.ENTRIES)
    await turns()
    assert len(begun) == 3
