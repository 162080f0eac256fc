"""What a store tells of its changes, on both engines: to its own process, and on PostgreSQL to all others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from bot.core.deliveries import DeliveryState, Settled
from bot.core.editorial import Policy
from bot.core.leases import News
from bot.core.places import UserRef
from bot.core.retrieval import Vector
from bot.core.safety import Cause
from bot.core.subscriptions import SubscriptionStatus
from storage import SqlStore
from storage.notifying import CHANNEL, notify
from tests import outbox
from tests.builders import AT, dossier, fact
from tests.newsroom import join
from tests.outbox import NOW, TELEGRAM
from tests.stores import take_over


class Ears:
    """What this process was told, and what another one hears."""

    def __init__(self, store: SqlStore, url: str) -> None:
        self._here: list[News] = []
        store.listen(self._here.append)
        self._there = None if url.startswith("sqlite") else psycopg.connect(url, autocommit=True)
        if self._there is not None:
            self._there.execute(f"listen {CHANNEL}")

    def heard(self) -> set[News]:
        """What was told since this was asked last: each news once, here and there alike."""
        here, self._here[:] = list(self._here), []
        if self._there is not None:
            there = [News(each.payload) for each in self._there.notifies(timeout=0.3)]
            assert sorted(there) == sorted(here)
        assert len(set(here)) == len(here)
        return set(here)

    def close(self) -> None:
        if self._there is not None:
            self._there.close()


@contextmanager
def ears(store: SqlStore, url: str) -> Iterator[Ears]:
    opened = Ears(store, url)
    try:
        yield opened
    finally:
        opened.close()


async def test_what_readers_see_is_told(store: SqlStore, store_url: str):
    """A publication is told of once, with what is due by it; a draft and a button that was kept are nobody's news."""
    writer, editor = [await join(store, name) for name in ("1", "2")]
    await take_over(store, dossier(*(fact(f"fact-{at}") for at in range(5))))
    with ears(store, store_url) as told:
        drafts = [await writer.propose(fact(f"fact-{at}", "nuovo")) for at in range(2)]
        await store.keep_line("abc", "search", AT)
        assert told.heard() == set()
        await editor.approve(drafts[0])
        assert told.heard() == {News.ENTRIES, News.OUTBOX}
        await editor.approve(drafts[1], policy=Policy(2))
        assert told.heard() == set(), "it takes one approval more"
        await take_over(store, dossier(*(fact(f"fact-{at}", "altro") for at in range(5))))
        assert News.ENTRIES in told.heard()
        await store.meanings.keep_vectors("model", {1: ("1/", [Vector("en", "d", b"1")])})
        assert told.heard() == {News.ENTRIES}


async def test_choices_of_language_are_told(store: SqlStore, store_url: str):
    """Whoever holds choices of language hears of a new one, and of those that are erased."""
    with ears(store, store_url) as told:
        await store.set_language("telegram:1", "ru")
        assert told.heard() == {News.PREFERENCES}
        await store.forget_person(UserRef.parse("telegram:1"), AT)
        assert told.heard() == {News.PREFERENCES}
        await store.forget_person(UserRef.parse("telegram:1"), AT)
        assert told.heard() == set()


async def test_what_is_due_is_told(store: SqlStore, store_url: str):
    """Whoever sends hears of what becomes due, of the brake and of safe mode, and not of every message that is sent."""
    await take_over(store, dossier(fact()))
    alert = await outbox.alert(store, "signed")
    one, two = [
        await outbox.delivery(store, alert, await outbox.subscription(store, f"telegram:{at}")) for at in (1, 2)
    ]
    with ears(store, store_url) as told:
        await outbox.claim(store)
        await store.outbox.journal("a", now=NOW, until=NOW + outbox.LEASE, started=[one, two])
        await store.outbox.journal("a", now=NOW, until=0, settled=[Settled(one, DeliveryState.UNCERTAIN)])
        await store.outbox.pause(TELEGRAM, "1", NOW + 1)
        assert told.heard() <= {News.PAUSES}
        await store.outbox.settle_doubt(one, arrived=True, now=NOW)
        assert told.heard() == set()
        await store.outbox.journal("a", now=NOW, until=0, settled=[Settled(two, DeliveryState.UNCERTAIN)])
        for change in (
            store.outbox.settle_doubt(two, arrived=False, now=NOW),
            store.outbox.set_brake(on=True, at=AT),
            store.outbox.set_brake(on=False, at=AT),
            store.safety.begin(Cause.RESTORED, NOW),
            store.safety.end(again=True, now=NOW),
        ):
            await change
            assert told.heard() == {News.OUTBOX}
        await outbox.claim(store)
        await store.outbox.release("a", NOW)
        assert told.heard() == {News.OUTBOX}, "what a sender gives back is another's at once"
        await store.outbox.release("a", NOW)
        await store.subscribers.set_status(outbox.chat("telegram:1"), SubscriptionStatus.PAUSED, "", AT)
        assert told.heard() == set()


async def test_what_is_not_committed_is_not_told(store: SqlStore, store_url: str):
    """Nobody is told of what was broken off, not even with the next change."""
    units = (await store._writing())._units

    def breaks(connection) -> None:
        notify(connection, News.OUTBOX)
        raise ZeroDivisionError

    with ears(store, store_url) as told:
        for run in (units.run_in_thread, lambda work: units.run_tx(lambda connection: connection.run_sync(work))):
            with pytest.raises(ZeroDivisionError):
                await run(breaks)
            await run(lambda connection: notify(connection, News.ENTRIES))
            assert told.heard() == {News.ENTRIES}
