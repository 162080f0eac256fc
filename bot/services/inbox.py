"""Which of a platform's updates were taken in already, over restarts, by this process or another one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from bot.core.deliveries import milliseconds
from bot.core.errors import StoreError
from bot.core.ports import Clock, Store, Taken
from bot.core.times import stamp

log = logging.getLogger(__name__)

BLOCK_BITS = 10
BLOCK_MASK = (1 << BLOCK_BITS) - 1
LINGER = 0.02
"""Seconds in which updates gather for one commit. It delays thanks to Telegram, never an answer to a person."""
OURS_MS, THANKS_SECONDS = 10_000, 5.0
"""How long an update is ours, and how long Telegram at most waits to be thanked for it. The first is more than the
second, so that what is still being acted on does not come to another process, too."""
PATIENCE_SECONDS = 0.5
"""How long a poll waits for a store that does not answer, before its updates are acted on without."""
DONE_SECONDS = 0.25
"""Seconds in which updates that were acted on gather for one commit."""
MOST = 500
EVER = 1 << 62


class _Numbers:
    """A set of numbers most of which follow each other: a bit for each, in blocks.

    In a set of Python's each of them would take sixty bytes for two days: a megabyte an hour at five updates a second.
    """

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._blocks: dict[int, int] = {}
        for each in numbers:
            self.add(each)

    def __contains__(self, number: int) -> bool:
        return bool(self._blocks.get(number >> BLOCK_BITS, 0) >> (number & BLOCK_MASK) & 1)

    def add(self, number: int) -> None:
        block = number >> BLOCK_BITS
        self._blocks[block] = self._blocks.get(block, 0) | 1 << (number & BLOCK_MASK)


class StoredInbox:
    """Of a process that has the store for itself: a set of numbers, written behind in batches.

    A set and no high-water mark: Telegram draws update numbers anew after a quiet week, so a lower number can be new.
    An update acts at once and is written within `LINGER`; it is thanked for only then. A crash in between repeats an
    answer rather than losing one.
    """

    def __init__(self, store: Store, clock: Clock, platform: str) -> None:
        self._store = store
        self._clock = clock
        self._platform = platform
        self._seen = _Numbers()
        self._pending: list[int] = []
        self._writing: asyncio.Task[bool] | None = None

    async def open(self) -> None:
        """Read what earlier runs took in."""
        self._seen = _Numbers(await self._store.seen(self._platform))

    async def expect(self, updates: Sequence[int]) -> None:
        """See `Inbox`; all there is to know is in memory."""

    def take(self, update: int) -> bool:
        """See `Inbox`."""
        if update in self._seen:
            return False
        self._seen.add(update)
        self._pending.append(update)
        self._write_soon()
        return True

    async def receive(self, update: int, act: Callable[[], None]) -> bool:
        """See `Inbox`."""
        if self.take(update):
            act()
        return await self.kept()

    def done(self, update: int) -> None:
        """See `Inbox`; what was taken counts as done."""

    def _write_soon(self) -> None:
        if self._pending and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write())

    async def kept(self) -> bool:
        """Return once everything taken so far would be remembered after a restart; False where it could not be kept."""
        self._write_soon()
        return self._writing is None or await asyncio.shield(self._writing)

    async def _write(self) -> bool:
        """Whether all of it was written."""
        await asyncio.sleep(LINGER)
        while self._pending:
            batch, self._pending = self._pending, []
            try:
                await self._store.mark_seen(self._platform, batch, stamp(self._clock.now()))
            except StoreError as error:
                # Answering people matters more than the memory of it; the batch is tried again with the next one.
                log.warning("updates could not be noted: %s", error.key)
                self._pending = batch + self._pending
                return False
        return True

    async def prune(self) -> None:
        """Forget what no platform will repeat any more."""
        await self._store.forget_seen(self._clock.now())
        kept = await self._store.seen(self._platform)
        self._seen = _Numbers((*kept, *self._pending))

    async def close(self) -> None:
        """Write what is pending."""
        await self.kept()


class SharedInbox:
    """Of one process among several: whose row is in the store first acts on an update.

    What was posted is noted before it is acted on, and thanked for afterwards. Where its process dies in between, it
    is not thanked for and comes again, to another process: that one has it repeated until `OURS_MS` are over, and
    then acts. So it is acted on twice rather than never, as ever; lost is only what takes longer than `THANKS_SECONDS`
    in a process that dies meanwhile.

    What a poll brought is for whoever polls, since nobody else does; the store can only tell that it was acted on
    before. Where it does not answer, people are answered without.
    """

    def __init__(self, store: Store, clock: Clock, platform: str) -> None:
        self._store = store
        self._clock = clock
        self._platform = platform
        self._known, self._known_before = _Numbers(), _Numbers()
        self._acted_on: set[int] = set()
        self._polls = False
        self._asking: dict[int, asyncio.Future[Taken]] = {}
        self._asker: asyncio.Task[None] | None = None
        self._open: dict[int, asyncio.Future[bool]] = {}
        self._finished: list[int] = []
        self._later: asyncio.TimerHandle | None = None
        self._noting: asyncio.Task[None] | None = None
        self._troubled = False

    async def open(self) -> None:
        """Nothing is read: the store is asked of each update."""

    def _knows(self, update: int) -> bool:
        return update in self._known or update in self._known_before

    # What a poll brings

    async def expect(self, updates: Sequence[int]) -> None:
        """See `Inbox`."""
        self._polls = True
        self._acted_on.clear()
        new = [each for each in updates if not self._knows(each)]
        if not new or self._troubled:
            return
        asking = asyncio.gather(*(self._ask(each) for each in new), return_exceptions=True)
        done, _ = await asyncio.wait({asking}, timeout=PATIENCE_SECONDS)
        found = asking.result() if done else [None]
        if all(isinstance(each, Taken) for each in found):
            self._acted_on = set(new).difference(*(each.ours for each in found if isinstance(each, Taken)))
        else:
            self._in_trouble("does not answer" if not done else "failed")

    def take(self, update: int) -> bool:
        """See `Inbox`."""
        if self._knows(update):
            return False
        self._known.add(update)
        return update not in self._acted_on

    # What is posted

    async def receive(self, update: int, act: Callable[[], None]) -> bool:
        """See `Inbox`."""
        if not self._knows(update):
            try:
                taken = await asyncio.shield(self._ask(update))
            except StoreError as error:
                log.warning("an update could not be noted and must come again: %s", error.key)
                return False
            if update in taken.ours:
                # It may have been posted twice, and another one who waited was quicker.
                if not self._knows(update):
                    self._known.add(update)
                    self._open[update] = asyncio.get_running_loop().create_future()
                    act()
            elif update not in taken.done:
                return False
        return await self._acted(update)

    async def _acted(self, update: int) -> bool:
        """Whether an update may be thanked for: it was acted on, or is in good hands."""
        if (acted := self._open.get(update)) is None:
            return True
        done, _ = await asyncio.wait({acted}, timeout=THANKS_SECONDS)
        return acted.result() if done else True

    def done(self, update: int) -> None:
        """See `Inbox`."""
        if (acted := self._open.pop(update, None)) is not None and not acted.done():
            acted.set_result(True)
        self._finished.append(update)
        if self._later is None:
            self._later = asyncio.get_running_loop().call_later(DONE_SECONDS, self._begin_to_note)

    # The store

    def _ask(self, update: int) -> asyncio.Future[Taken]:
        """Whose an update is; those that wait are asked about together, without waiting for more of them."""
        if (asked := self._asking.get(update)) is None:
            asked = self._asking[update] = asyncio.get_running_loop().create_future()
            if self._asker is None or self._asker.done():
                self._asker = asyncio.create_task(self._ask_all())
        return asked

    async def _ask_all(self) -> None:
        while self._asking:
            some = sorted(self._asking)[:MOST]
            try:
                taken = await self._take_all(some)
            except StoreError as error:
                for each in some:
                    self._asking.pop(each).set_exception(error)
            else:
                self._troubled = False
                for each in some:
                    self._asking.pop(each).set_result(taken)

    async def _take_all(self, updates: Sequence[int]) -> Taken:
        now = self._clock.now()
        moment = milliseconds(now)
        free = EVER if self._polls else moment
        try:
            return await self._store.take_updates(
                self._platform, updates, at=stamp(now), until=moment + OURS_MS, free=free
            )
        except StoreError:
            raise
        except Exception as error:
            log.exception("updates can't be noted by a fault of ours")
            raise StoreError("store-failed", problem=type(error).__name__) from error

    def _begin_to_note(self) -> None:
        self._later = None
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._note())

    async def _note(self) -> None:
        while self._finished:
            batch, self._finished = self._finished[:MOST], self._finished[MOST:]
            try:
                await self._store.updates_done(self._platform, batch, stamp(self._clock.now()))
            except StoreError as error:
                self._finished = batch + self._finished
                self._in_trouble(error.key)
                return
            self._troubled = False

    def _in_trouble(self, problem: str) -> None:
        if not self._troubled:
            log.warning("updates can't be noted, and are acted on without: the store %s", problem)
        self._troubled = True

    async def prune(self) -> None:
        """Forget what no platform will repeat any more, and in memory what the store can tell."""
        self._known, self._known_before = _Numbers(), self._known
        await self._store.forget_seen(self._clock.now())

    async def close(self) -> None:
        """Have what was not acted on come again, and write what was."""
        for acted in self._open.values():
            if not acted.done():
                acted.set_result(False)
        if self._later is not None:
            self._later.cancel()
        if self._noting is not None:
            await asyncio.shield(self._noting)
        await self._note()


def inbox_of(store: Store, clock: Clock, platform: str) -> StoredInbox | SharedInbox:
    """The inbox of a process on this store: others on it get updates, too, unless it is a file of this machine."""
    return SharedInbox(store, clock, platform) if store.shared else StoredInbox(store, clock, platform)
