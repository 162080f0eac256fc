"""Which shards of the gateway this process serves, of all processes that serve the bot on one database.

Each shard is a lease. Everybody takes free ones up to a fair share, and leaves some when there is a newcomer; those of
a process that is gone are free as soon as the database notices. How many shards there are was agreed upon by the first
of those who serve now: Discord's advice may change between two starts, and two numbers at once would be two bots.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable

import discord

from bot.adapters.discord.client import Client
from bot.adapters.discord.gateway import LEFT, OVER, Ears, Shard
from bot.adapters.discord.starts import Starts
from bot.core.errors import StoreError
from bot.core.leases import Leases
from bot.core.sessions import Session, Sessions, company

log = logging.getLogger(__name__)

LOOK_SECONDS, KEEP_SECONDS, CHECK_SECONDS = 1.0, 3.0, 0.25
SETTLED_SECONDS = 5.0
"""How long nobody must have come or gone before a shard is given away: a process that restarts must not cost moves."""
COMPANY_SECONDS = 60.0
UNREACHED_SECONDS = 10.0
"""How long this process fails to reach any shard before others may try, where there are others."""
OUTGROWN = {4010, 4011}
"""Discord wants the bot split into more shards, or knows no such shard among so many."""
END_SECONDS = 1.0


class Shards:
    """See above. ears: who is told what arrives. mark: what the bot's token is known by.

    served: whether any was ever up.
    """

    def __init__(
        self, client: Client, starts: Starts, leases: Leases, sessions: Sessions, *, mark: str, ears: Ears, retry: float
    ) -> None:
        self._client, self._starts, self._ears, self._retry = client, starts, ears, retry
        self._leases, self._sessions, self._mark = leases, sessions, mark
        self._company = company(mark)
        self._shards: dict[int, Shard] = {}
        self._waited_for: set[int] = set()
        self._kept: dict[int, Session] = {}
        self._count = self._wanted = 0
        self._address = ""
        self._members, self._changed_at, self._accompanied_at, self._kept_at = 1, 0.0, float("-inf"), 0.0
        self._reached_at = float("inf")
        self._stands_by = self.served = False
        self._broken: asyncio.Future[None] | None = None

    @property
    def identified(self) -> bool:
        """Whether all shards of this process are up, or others have them all."""
        return all(each.up for each in self._shards.values()) if self._shards else self._stands_by

    @property
    def number(self) -> int:
        """How many shards are this process's now."""
        return len(self._shards)

    @property
    def alone(self) -> bool:
        """Whether no other process of ours can have answered anything: none has been there for a while."""
        return _now() - self._accompanied_at > COMPANY_SECONDS

    async def run(self) -> None:
        """Serve our share until cancelled; raises what ends it all, such as a token that is no longer known."""
        self._wanted, self._address = await self._starts.ask(self._client.http)
        self._broken = broken = asyncio.get_running_loop().create_future()
        watching = asyncio.create_task(self._watch(), name="shards")
        await self._leases.join(self._company)
        try:
            while not broken.done():
                await self._look()
                await asyncio.wait({broken}, timeout=CHECK_SECONDS if self._waited_for else LOOK_SECONDS)
            broken.result()
        except discord.ConnectionClosed as error:
            if error.code in OUTGROWN:
                await self._agree((await self._starts.ask(self._client.http))[0], outgrown=self._count)
            raise
        finally:
            watching.cancel()
            await self._leave_all()

    def _duty(self, shard: int) -> str:
        return f"{self._mark}/shard/{shard}"

    async def _watch(self) -> None:
        """Hang up at once where a lease is over, whatever else waits for the database then."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            lost = [each for each in self._shards if not self._leases.keeps(self._duty(each))]
            if lost:
                log.warning("%d shards are no longer this process's", len(lost))
                await self._stop(lost, LEFT)

    # Ours and others'

    async def _look(self) -> None:
        members = await self._leases.members(self._company)
        now = _now()
        self.served |= any(each.up for each in self._shards.values())
        if not self._shards or not all(each.in_trouble for each in self._shards.values()):
            self._reached_at = now
        elif members > 1 and now > self._reached_at + UNREACHED_SECONDS:
            raise ConnectionError("no shard can be reached from here; another process may try")
        if members != self._members:
            self._members, self._changed_at = members, now
        if members > 1:
            self._accompanied_at = now
        names = {self._duty(each): each for each in range(self._count or self._wanted)}
        free = await self._leases.free(list(names))
        if free is None or await self._agree(self._count or self._wanted):
            return
        share = -(-self._count // members)
        open_ones = [names[each] for each in free if names[each] not in self._shards]
        self._stands_by = not open_ones
        room = share - len(self._shards)
        await self._take(open_ones, max(0, room))
        if room < 0 and now - self._changed_at > SETTLED_SECONDS:
            # Those first that nobody would miss.
            await self._leave(sorted(self._shards, key=lambda each: (self._shards[each].up, -each))[:-room], LEFT)
        if now - self._kept_at > KEEP_SECONDS:
            self._kept_at = now
            await self._keep()

    async def _agree(self, wanted: int, *, outgrown: int = 0) -> bool:
        """Find out how many shards there are; whether that changed, or can't be found out and never was."""
        try:
            count = await self._sessions.count(wanted, outgrown=outgrown)
        except StoreError:
            return not self._count
        if count == self._count:
            return False
        if self._count:
            log.warning("the bot now has %d shards instead of %d", count, self._count)
        await self._leave(tuple(self._shards), OVER)
        self._count = self._client._connection.shard_count = count  # noqa: SLF001  # the library asks there
        return count != wanted

    async def _take(self, free: list[int], room: int) -> None:
        # Those first that are ours already, and wait for the one before to notice it.
        chosen = sorted(free, key=lambda each: each not in self._waited_for)[:room]
        for each in self._waited_for.difference(chosen):
            await self._leases.give_back(self._duty(each))
        taken = await asyncio.gather(*(self._leases.take(self._duty(each)) for each in chosen))
        self._waited_for = {each for each, ours in zip(chosen, taken, strict=True) if not ours}
        for each, ours in zip(chosen, taken, strict=True):
            if ours:
                await self._begin(each)

    async def _begin(self, number: int) -> None:
        try:
            kept = await self._sessions.left(number, self._count)
        except StoreError:
            kept = None
        if kept is not None:
            self._accompanied_at = _now()
        duty = self._duty(number)
        self._shards[number] = shard = Shard(
            self._client,
            number,
            self._ears,
            self._starts,
            address=self._address,
            kept=kept,
            allowed=lambda: self._leases.holds(duty),
            retry_after=self._retry,
        )
        shard.start(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self._broken is None or self._broken.done():
            return
        if (error := task.exception()) is not None:
            self._broken.set_exception(error)

    # Leaving

    async def _keep(self) -> None:
        """Note where each shard stands, for whoever has it next."""
        found = {number: shard.session for number, shard in self._shards.items()}
        new = {number: session for number, session in found.items() if session and session != self._kept.get(number)}
        if new:
            with contextlib.suppress(StoreError):
                await self._sessions.keep(new, self._count)
                self._kept |= new

    async def _stop(self, numbers: Iterable[int], goodbye: int) -> dict[int, Session | None]:
        """Hang up; where each stood."""
        stopped = {each: self._shards.pop(each) for each in tuple(numbers)}
        await asyncio.gather(*(each.stop(goodbye) for each in stopped.values()))
        for each in stopped:
            self._kept.pop(each, None)
        return {number: shard.session if goodbye == LEFT else None for number, shard in stopped.items()}

    async def _leave(self, numbers: Iterable[int], goodbye: int) -> None:
        """Hang up, and let others take up where we stood."""
        if not (stood := await self._stop(numbers, goodbye)):
            return
        with contextlib.suppress(StoreError):
            await self._sessions.keep(stood, self._count)
        await asyncio.gather(*(self._leases.give_back(self._duty(each)) for each in stood))

    async def _leave_all(self) -> None:
        goodbye = LEFT if self._members > 1 else OVER
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._leave(tuple(self._shards), goodbye)
                # What waited for another one to notice is nobody's business any more, either.
                await asyncio.gather(*(self._leases.give_back(self._duty(each)) for each in self._waited_for))
                await self._leases.leave(self._company)


def _now() -> float:
    return asyncio.get_running_loop().time()
