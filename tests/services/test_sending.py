"""What a sender does when the store, the platform or a person behaves as none should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.deliveries import AlertKind, DeliveryState, Order, Settled, Trouble, Undelivered, milliseconds
from bot.core.documents import Document
from bot.core.errors import StoreError
from bot.core.leases import News
from bot.core.outbox import Outbox
from bot.core.places import ChatRef, MessageRef, Platform, UserRef
from bot.core.times import SystemClock, stamp
from bot.services.announcements import Announcements
from bot.services.delivery import Broadcaster
from bot.services.governor import Governor, Limits
from bot.services.hearing import Hearing
from bot.services.journal import Journal
from bot.services.lookup import Lookup
from bot.words import load_words
from storage import SqlStore
from tests import outbox
from tests.builders import AT, dossier, fact
from tests.stores import take_over

SECONDS = 20


class Ledger:
    """An outbox that writes into a list; `fault` is raised for whatever it says."""

    def __init__(self, fault: Callable[[Sequence[Settled]], Exception | None]) -> None:
        self._fault = fault
        self.written: list[int] = []

    async def journal(
        self,
        owner: str,
        *,
        now: int,
        until: int,
        started: Sequence[int] = (),
        renewed: Sequence[int] = (),
        settled: Sequence[Settled] = (),
    ) -> frozenset[int]:
        if (error := self._fault(settled)) is not None:
            raise error
        self.written += [each.id for each in settled]
        return frozenset(started)


@asynccontextmanager
async def _journal(ledger: Ledger) -> AsyncIterator[Journal]:
    journal = Journal(ledger, "a", lambda: 0, (), 15_000)  # type: ignore[arg-type]  # nothing else of it is asked
    task = asyncio.create_task(journal.run())
    try:
        async with asyncio.timeout(SECONDS):
            yield journal
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _done(identity: int) -> Settled:
    return Settled(identity, DeliveryState.DELIVERED)


async def test_an_outcome_that_can_not_be_written_keeps_no_other_from_it():
    """A single outcome that no database takes neither ends the sender nor makes it repeat itself for ever."""
    ledger = Ledger(lambda settled: ValueError("no") if any(each.id == 2 for each in settled) else None)
    async with _journal(ledger) as journal:
        for identity in (1, 2, 3):
            journal.settle(_done(identity))
        await journal.written()
        assert await journal.start(4)
    assert ledger.written == [1, 3]


async def test_outcomes_survive_a_fault_and_an_outage():
    """Whatever keeps the journal from being written for a while, what came of messages is written in the end."""
    faults: list[Exception] = [RuntimeError("no"), StoreError("store-failed", problem="x"), RuntimeError("no")]
    ledger = Ledger(lambda _settled: faults.pop(0) if faults else None)
    async with _journal(ledger) as journal:
        journal.settle(_done(1))
        await journal.written()
        assert await journal.start(2)
    assert ledger.written == [1]
    assert not faults


class Desk:
    """A carrier of messages to nowhere. said: what the platform says instead of taking one.

    unreadable: how often a chat can't be read. stands: the message that is found there.
    """

    connected = True

    def __init__(self, said: str = "", *, keyed: bool = False, unreadable: int = 0, stands: str = "") -> None:
        self._said = said
        self.keyed = keyed
        self._unreadable = unreadable
        self._stands = stands
        self.posted: list[ChatRef] = []

    def render(self, document: Document, kind: AlertKind, refs: tuple[str, ...]) -> object:
        return document

    async def post(self, order: Order, payload: object) -> MessageRef:
        if self._said:
            raise Undelivered(Trouble.REFUSED, self._said)
        self.posted.append(order.chat)
        return MessageRef(order.chat, str(len(self.posted)))

    async def change(self, message: MessageRef, payload: object) -> None:
        raise AssertionError

    async def crosspost(self, message: MessageRef) -> None:
        raise AssertionError

    async def find(self, chat: ChatRef, mark: str, since: int) -> MessageRef | None:
        if self._unreadable:
            self._unreadable -= 1
            raise Undelivered(Trouble.OUTAGE, "bad gateway")
        return MessageRef(chat, self._stands) if self._stands else None

    async def private_chat(self, user: UserRef) -> ChatRef:
        raise AssertionError


def _now() -> int:
    return milliseconds(SystemClock().now())


async def _sender(store: SqlStore, desk: Desk, outbox: Outbox | None = None) -> Broadcaster:
    lookup = Lookup(store)
    await lookup.refresh()
    announcements = Announcements(store.outbox, lookup, load_words(), ZoneInfo("Europe/Rome"))
    governor = Governor(Platform.TELEGRAM, Limits(100.0), store.outbox, now=_now)
    return Broadcaster(Platform.TELEGRAM, desk, governor, outbox or store.outbox, announcements, now=_now)


async def _waiting(store: SqlStore, **more: object) -> int:
    """One message that is due; its number."""
    await take_over(store, dossier(fact("signed")))
    told = await outbox.alert(store, "signed", due_at=_now(), expires_at=_now() + outbox.HOUR)
    return await outbox.delivery(store, told, await outbox.subscription(store, "telegram:-1"), due_at=_now(), **more)


async def test_what_a_platform_says_can_be_written_whatever_it_is(store: SqlStore):
    """A refusal with characters that no database takes ends that delivery and nothing else."""
    waiting = await _waiting(store)
    sender = await _sender(store, Desk(said="no \x00 \ud800 way"))
    await sender.start()
    async with asyncio.timeout(SECONDS):
        await sender.idle()
    await sender.stop()
    row = await outbox.row(store, waiting)
    assert (row["state"], row["reason"]) == ("rejected", "refused: no   way")


async def test_a_conversation_ends_though_all_pushes_are_stopped(any_store: SqlStore):
    """While the operator has stopped all pushes nobody waits for what is due to go out."""
    waiting = await _waiting(any_store)
    await any_store.outbox.set_brake(on=True, at=stamp(SystemClock().now()))
    desk = Desk()
    sender = await _sender(any_store, desk)
    await sender.start()
    async with asyncio.timeout(SECONDS):
        await sender.idle()
    await sender.stop()
    assert not desk.posted
    assert (await outbox.row(any_store, waiting))["state"] == "queued"


async def test_of_an_alert_that_was_taken_back_a_lost_answer_stays_in_doubt(any_store: SqlStore):
    """A message that may stand in a chat is never said to have been stopped in time."""
    await take_over(any_store, dossier(fact("signed")))
    await take_over(any_store, dossier())  # now it is retired
    told = await outbox.alert(any_store, "signed", due_at=_now(), expires_at=_now() + outbox.HOUR)
    places = [await outbox.subscription(any_store, f"telegram:-{at}") for at in (1, 2)]
    lost = await outbox.delivery(any_store, told, places[0], due_at=_now(), lost=1)
    plain = await outbox.delivery(any_store, told, places[1], due_at=_now())
    sender = await _sender(any_store, Desk())
    await sender.start()
    async with asyncio.timeout(SECONDS):
        await sender.idle()
    await sender.stop()
    assert await outbox.states(any_store, [lost, plain]) == ["uncertain", "cancelled"]


class Watched:
    """An outbox that tells when somebody looks whether anything may be sent."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.looked = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        if name == "braked":
            self.looked.set()
        return getattr(self._outbox, name)


async def test_a_sender_looks_as_soon_as_it_is_told(sqlite_store: SqlStore):
    """A sender that has just found nothing to do need not sleep out its second when something becomes due."""
    hearing, watched = Hearing(), Watched(sqlite_store.outbox)
    sender = await _sender(sqlite_store, Desk(), watched)  # type: ignore[arg-type]  # it has all that an outbox has
    hearing.on(News.OUTBOX, sender.wake)
    sqlite_store.listen(hearing.told)
    await sender.start()
    async with asyncio.timeout(SECONDS):
        await watched.looked.wait()
        began = asyncio.get_running_loop().time()
        for turn in range(6):
            watched.looked.clear()
            await sqlite_store.outbox.set_brake(on=not turn % 2, at=AT)
            await watched.looked.wait()
    assert asyncio.get_running_loop().time() - began < 4
    await sender.stop()


@pytest.mark.parametrize("lost", [0, 1])
async def test_what_may_stand_in_a_channel_is_not_sent_before_somebody_has_looked(any_store: SqlStore, lost: int):
    """What was tried long ago comes no second time because its channel can't be read for a moment.

    Nor because the platform said that it failed, as it may of a message that stands there.
    """
    long_ago = _now() - 10 * 60_000
    waiting = await _waiting(any_store, lost=lost, first_at=long_ago)
    desk = Desk(keyed=True, unreadable=1, stands="77")
    sender = await _sender(any_store, desk)
    await sender.start()
    async with asyncio.timeout(SECONDS):
        while (await outbox.row(any_store, waiting))["state"] != "delivered":  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
    await sender.stop()
    row = await outbox.row(any_store, waiting)
    assert (desk.posted, row["message"]) == ([], "77")
