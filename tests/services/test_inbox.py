"""Which updates are acted on: once each, over restarts, in one process or several, with a store or without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.app import Core
from bot.core.errors import StoreError
from bot.services.inbox import OURS_MS, SharedInbox, StoredInbox, inbox_of
from storage import SqlStore, open_store
from tests.builders import AT


async def test_an_update_is_new_once_even_after_a_restart(core: Core) -> None:
    """An update that comes again is known, in whatever order the numbers run, also to a bot started anew."""
    inbox = StoredInbox(core.store, core.clock, "telegram")
    await inbox.open()
    assert [inbox.take(number) for number in (900, 5, 900, 901, 5)] == [True, True, False, True, False]
    await inbox.kept()
    anew = StoredInbox(core.store, core.clock, "telegram")
    await anew.open()
    assert [anew.take(number) for number in (900, 5, 901, 902)] == [False, False, False, True]
    await anew.close()
    await inbox.close()


async def test_many_updates_are_noted_together(core: Core) -> None:
    """A thousand updates at once are all remembered."""
    inbox = StoredInbox(core.store, core.clock, "telegram")
    assert all(inbox.take(number) for number in range(1000))
    await inbox.kept()
    assert len(await core.store.seen("telegram")) == 1000
    await inbox.close()


@dataclass
class Clock:
    moment: datetime = field(default_factory=lambda: datetime.fromisoformat(AT).astimezone(UTC))

    def now(self) -> datetime:
        return self.moment

    def passes(self, milliseconds: int) -> None:
        self.moment += timedelta(milliseconds=milliseconds)


class Away:
    """A store that can be away: nothing of it answers then, or (`hangs`) not before it is back."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.back = asyncio.Event()
        self.back.set()
        self.hangs = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)

        async def answer(*given: object, **more: object) -> object:
            if self.hangs:
                await self.back.wait()
            elif not self.back.is_set():
                raise StoreError("store-unreachable", problem="away")
            return await found(*given, **more)

        return answer


class Process:
    """One of several processes on a store: what it acted on, and whether acting comes to an end by itself."""

    def __init__(self, store: Any, clock: Clock, *, quick: bool = True) -> None:
        self.inbox = SharedInbox(store, clock, "telegram")
        self.acted: list[int] = []
        self._quick = quick

    async def posted(self, update: int) -> bool:
        """Telegram posts an update to it; whether it thanks for that."""
        return await self.inbox.receive(update, self._acting(update))

    async def polled(self, *updates: int) -> list[int]:
        """A poll brings it these; those that it acts on."""
        await self.inbox.expect(updates)
        found = [update for update in updates if self.inbox.take(update)]
        for update in found:
            self._acting(update)()
        return found

    def _acting(self, update: int) -> Callable[[], None]:
        def act() -> None:
            self.acted.append(update)
            if self._quick:
                asyncio.get_running_loop().call_soon(self.inbox.done, update)

        return act


@pytest.fixture
async def another(store: SqlStore, store_url: str) -> AsyncIterator[SqlStore]:
    opened = await open_store(store_url)
    yield opened
    await opened.close()


async def test_what_is_posted_to_several_is_acted_on_once(store: SqlStore, another: SqlStore) -> None:
    """Of processes to which the same updates are posted at one moment one acts on each, and all can be thanked."""
    clock = Clock()
    both = [Process(each, clock) for each in (store, another)]
    updates = range(60)
    await asyncio.gather(*(each.posted(update) for update in updates for each in (*both, both[0])))
    assert sorted(both[0].acted + both[1].acted) == list(updates)
    for each in both:
        await each.inbox.close()
    assert await asyncio.gather(*(each.posted(update) for update in updates for each in both)) == [True] * 120
    assert len(both[0].acted + both[1].acted) == len(updates)


async def test_what_a_dead_process_took_is_acted_on_by_another(store: SqlStore, another: SqlStore) -> None:
    """An update whose process died over it is not thanked for, and acted on when it comes again after some seconds."""
    clock = Clock()
    dead, alive = Process(store, clock, quick=False), Process(another, clock)
    dying = asyncio.create_task(dead.posted(7))
    while not dead.acted:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.01)
    dying.cancel()
    assert not await alive.posted(7), "it may still be acted on"
    clock.passes(OURS_MS - 1)
    assert not await alive.posted(7)
    clock.passes(1)
    assert await alive.posted(7)
    assert await alive.posted(7)
    assert alive.acted == [7]
    await alive.inbox.close()
    clock.passes(10 * OURS_MS)
    late = Process(store, clock)
    assert await late.posted(7)
    assert not late.acted


async def test_what_a_stop_cuts_off_comes_again(store: SqlStore) -> None:
    """An update that a process could not finish before its end is not thanked for."""
    ending = Process(store, Clock(), quick=False)
    posted = [asyncio.create_task(ending.posted(update)) for update in (1, 2)]
    while len(ending.acted) < 2:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.01)
    ending.inbox.done(1)
    await ending.inbox.close()
    assert await asyncio.gather(*posted) == [True, False]


async def test_what_can_not_be_noted_is_not_thanked_for(sqlite_store: SqlStore) -> None:
    """While the store is away an update that is posted is neither acted on nor thanked for, and later it is both."""
    store = Away(sqlite_store)
    process = Process(store, Clock())
    store.back.clear()
    assert not await process.posted(1)
    store.back.set()
    assert await process.posted(1)
    assert process.acted == [1]
    await process.inbox.close()


@pytest.mark.parametrize("hangs", [True, False])
async def test_a_poll_is_answered_without_a_store(sqlite_store: SqlStore, *, hangs: bool) -> None:
    """While the store is away, or does not answer, people are answered, once each; later it is known that they were."""
    store, clock = Away(sqlite_store), Clock()
    process = Process(store, clock)
    assert await process.polled(1, 2) == [1, 2]
    store.back.clear()
    store.hangs = hangs
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await process.polled(2, 3, 4) == [3, 4]
    for number in range(5, 20):
        assert await process.polled(number - 1, number) == [number]
    assert loop.time() - began < 5, "only the first of them waits for the store"
    store.back.set()
    await process.polled(20)
    await process.inbox.close()
    assert await Process(sqlite_store, clock).polled(*range(1, 22)) == [21]


async def test_who_polls_next_acts_on_what_was_only_taken(store: SqlStore, another: SqlStore) -> None:
    """Whoever takes polling over acts on what the one before did not come to, and on nothing that it did."""
    clock = Clock()
    before, after = Process(store, clock, quick=False), Process(another, clock)
    assert await before.polled(1, 2, 3) == [1, 2, 3]
    before.inbox.done(2)
    await before.inbox.close()
    assert await after.polled(1, 2, 3, 4) == [1, 3, 4]
    assert await after.polled(1, 2, 3, 4) == []
    await after.inbox.close()


async def test_forgetting_keeps_what_the_store_knows(store: SqlStore, another: SqlStore) -> None:
    """However often a process forgets, what was acted on within two days is known; several may forget at once."""
    clock = Clock()
    both = [Process(each, clock) for each in (store, another)]
    assert all(await asyncio.gather(*(both[0].posted(update) for update in range(300))))
    for each in both:
        await each.inbox.close()
    clock.passes(47 * 3_600_000)
    for _ in range(3):
        await asyncio.gather(*(each.inbox.prune() for each in both))
    assert await both[0].posted(5)
    assert len(both[0].acted) == 300
    clock.passes(2 * 3_600_000)
    await asyncio.gather(*(each.inbox.prune() for each in both))
    assert await store.seen("telegram") == ()


async def test_each_store_has_its_inbox(store: SqlStore, store_url: str) -> None:
    """Processes that may share their database note updates before they act on them; one alone need not."""
    kind = StoredInbox if store_url.startswith("sqlite") else SharedInbox
    assert type(inbox_of(store, Clock(), "telegram")) is kind
