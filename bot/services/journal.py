"""Writing down what the sender does, many at a time.

A commit costs the processor a millisecond, whatever is in it: at a thousand messages a second, one for every few of
them would take half of a core away from those who ask something meanwhile. So there is a moment between two of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from math import inf

from bot.core.deliveries import Settled
from bot.core.errors import StoreError
from bot.core.outbox import Outbox

log = logging.getLogger(__name__)

LEASE_MS = 15_000
"""How long after a crash the deliveries that were under way wait for the next sender."""
RENEWALS = 3
"""How often a lease is renewed before it would end."""
TROUBLED_SECONDS = 0.5
GATHER_SECONDS = 0.015
"""Between two commits. Less than there is between two messages at 50 a second: each of those starts in its slot."""
MOST = 500
IN_A_ROW = 2
"""So many requests are begun before the loop looks again at who else wants something; each takes a third of a
millisecond."""


class Journal:
    """One sender's line to the outbox. held: the deliveries it has claimed and not settled, which are renewed.

    redact: takes secrets out of what a platform, or a proxy before it, said; its words are kept and shown to people.
    """

    def __init__(
        self,
        outbox: Outbox,
        owner: str,
        now: Callable[[], int],
        held: Collection[int],
        lease_ms: int,
        *,
        redact: Callable[[str], str] = str,
    ) -> None:
        self._outbox = outbox
        self._owner = owner
        self._now = now
        self._held = held
        self._lease_ms = lease_ms
        self._redact = redact
        self._starting: dict[int, asyncio.Future[bool]] = {}
        self._settled: list[Settled] = []
        self._started_at = self._committed_at = self._renewed_at = -inf
        self._something = asyncio.Event()
        self._written = asyncio.Event()
        self._written.set()

    async def start(self, delivery: int) -> bool:
        """Write that a delivery leaves now; False where it may not, since it was cancelled or is another's."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._starting[delivery] = future
        self._wake()
        return await future

    def settle(self, settled: Settled) -> None:
        """Have the outcome written with the next commit. It is kept until it is written, however long that takes."""
        self._settled.append(replace(settled, reason=self._redact(settled.reason)) if settled.reason else settled)
        self._wake()

    @property
    def clean(self) -> bool:
        """Whether everything so far is in the store."""
        return self._written.is_set()

    async def written(self) -> None:
        """Return once everything settled so far is in the store."""
        await self._written.wait()

    def _wake(self) -> None:
        self._written.clear()
        self._something.set()

    async def run(self) -> None:
        """Commit for ever."""
        loop = asyncio.get_running_loop()
        self._renewed_at = loop.time()
        while True:
            while (wait := self._due() - loop.time()) > 0:
                await self._gather(wait)
            now = loop.time()
            renew = now >= self._renewed_at + self._renewal
            self._committed_at = now
            if self._starting:
                self._started_at = now
            if renew:
                self._renewed_at = now
            await self._commit(renewed=tuple(self._held) if renew else ())

    @property
    def _renewal(self) -> float:
        return self._lease_ms / RENEWALS / 1000

    def _due(self) -> float:
        """When the next commit is to be. What starts does not wait for the moment after one of mere outcomes."""
        if self._starting:
            return self._started_at + GATHER_SECONDS
        if self._settled:
            return self._committed_at + GATHER_SECONDS
        return self._renewed_at + self._renewal

    async def _gather(self, seconds: float) -> None:
        if self._starting:  # nothing is more urgent
            await asyncio.sleep(seconds)
            return
        self._something.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._something.wait()

    async def _commit(self, renewed: tuple[int, ...]) -> None:
        starting, self._starting = self._starting, {}
        settled, self._settled = self._settled[:MOST], self._settled[MOST:]
        if not (starting or settled or renewed):
            self._written.set()
            return
        try:
            allowed = await self._write(tuple(starting), renewed, settled)
        except StoreError as error:
            # Nothing leaves while this lasts, and what came of what left is not forgotten.
            log.warning("the outbox can't be written, trying again: %s", error.key)
            await self._later(starting, settled)
            return
        except Exception:
            log.exception("the outbox can't be written by a fault of ours")
            await self._later(starting, await self._write_singly(settled))
            return
        if not (self._settled or self._starting):
            self._written.set()
        for index, (delivery, future) in enumerate(starting.items(), start=1):
            if not future.done():
                future.set_result(delivery in allowed)
            if index % IN_A_ROW == 0:
                await asyncio.sleep(0)

    async def _write(
        self, started: Sequence[int], renewed: Sequence[int], settled: Sequence[Settled]
    ) -> frozenset[int]:
        now = self._now()
        return await self._outbox.journal(
            self._owner, now=now, until=now + self._lease_ms, started=started, renewed=renewed, settled=settled
        )

    async def _write_singly(self, settled: list[Settled]) -> list[Settled]:
        """Write outcomes one by one, so that one which can't be written keeps no other from it; returns those left.

        What can't be written is given up: its lease will be over some time, and then it is anybody's again.
        """
        for at, each in enumerate(settled):
            try:
                await self._write((), (), [each])
            except StoreError:
                return settled[at:]
            except Exception:
                log.exception("what came of delivery #%d can't be written", each.id)
        return []

    async def _later(self, starting: dict[int, asyncio.Future[bool]], settled: list[Settled]) -> None:
        """Keep what could not be written for the next commit."""
        self._starting = starting | self._starting
        self._settled = settled + self._settled
        await asyncio.sleep(TROUBLED_SECONDS)
