"""One platform's limit, shared by the processes that have its token: who may make a request now.

What is asked for at one moment is asked for in one statement; the next one takes all that waits by then. A process that
is surely the only one asks nobody. One that can't reach the database goes on with its share of the limit alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf

from bot.core.errors import StoreError
from bot.core.permits import SETTLED_SECONDS, WAY, Permit, Permits, Taken, Terms, Used
from bot.core.places import Platform

log = logging.getLogger(__name__)

SURE_SECONDS = 2.0
"""So long ago at most a process may have seen that it is the only one, and go on as if nobody had come since."""
PATIENCE_SECONDS = 1.0
"""After so long without the database a process goes on with its share. What all sent before is no part of the second
then: nothing is sent by permits meanwhile."""
AGAIN_SECONDS, POLL_SECONDS = 0.05, 0.1
LEAST_LEAD, MOST_LEAD, LATELY = 0.015, 0.1, 0.2
"""Permits are taken before they are free, so that asking for them costs a broadcast no time: by half as much more as a
statement took lately."""
PAUSE_SECONDS = 0.005
"""Between two statements of a broadcast that waits; at a thousand a second each takes several permits."""
TELL_SECONDS = 0.25
"""How long the word of an arrival waits for company: its permit rests for a second anyway."""
EVENLY = 0.95
"""Of the time from one post to the next that the limit means: what leaves in a bunch comes back in a bunch, a second
later and again and again, and who asks something in between waits for it."""
LATE_SECONDS = 0.5
"""A permit is not used later than that, and not waited for any longer: what is left of `WAY` is the network's."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A permit, and from when to when a request may leave by it."""

    permit: Permit
    since: float
    until: float


Waiting = asyncio.Future[Grant | None]


class SharedLimit:
    """Hands out permits. members: how many processes share the limit. share: places a second that are surely ours."""

    def __init__(
        self,
        platform: Platform,
        terms: Terms,
        permits: Permits,
        members: Callable[[], Awaitable[int]],
        *,
        sleep: Callable[[float], Awaitable[None]],
        monotonic: Callable[[], float],
    ) -> None:
        self._platform, self._terms, self._permits = platform, terms, permits
        self._count_members, self._sleep, self._monotonic = members, sleep, monotonic
        self._members = 2  # nobody was counted yet
        self._looked, self._alone_since = -inf, inf
        self._silent_until: float | None = None
        self._sharing_until = -inf
        self._failing_since: float | None = None
        self.lost = False
        self._answers: deque[Waiting] = deque()
        self._posts: deque[Waiting] = deque()
        self._used: list[tuple[Grant, float]] = []
        self._next_post = -inf
        self._took = LEAST_LEAD
        self._woken = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    # With whom

    @property
    def alone(self) -> bool:
        """Whether nobody else can be sending anything: then no permit is needed."""
        now = self._monotonic()
        return now <= self._looked + SURE_SECONDS and now >= self._alone_since + SETTLED_SECONDS

    @property
    def share(self) -> int | None:
        """To how many places a second this process keeps for now; None where permits alone decide."""
        if self.lost or self._monotonic() < self._sharing_until:
            return max(1, self._terms.most // self._members)
        return None

    async def look(self) -> None:
        """See who is there; to be done each second. Raises StoreError."""
        began = self._monotonic()
        members = max(1, await self._count_members())
        try:
            await self._meet(members)
        except StoreError:
            self._fail(began)
            raise
        if self.lost:
            # Others may still go by their shares, of which no permit knows.
            self._sharing_until = self._monotonic() + SETTLED_SECONDS
            log.info("%s: the limit is shared by the database again", self._platform.value)
        self.lost, self._failing_since = False, None
        self._members = members
        if members > 1:
            self._alone_since = inf
        elif began > self._looked + SURE_SECONDS:
            self._alone_since = began  # who knows what was meanwhile
        else:
            self._alone_since = min(self._alone_since, began)
        self._looked = began

    async def _meet(self, members: int) -> None:
        if self._silent_until is None:
            await self._permits.prepare(self._platform, self._terms)
        if members == 1:
            # Said long before it is made use of, so that whoever comes then is either counted or told.
            await self._permits.alone(self._platform)
        alone = members > 1 and await self._permits.anybody_alone(self._platform)
        if self._silent_until is None:
            self._silent_until = self._monotonic() + SETTLED_SECONDS if alone else -inf

    # Taking

    @property
    def lead(self) -> float:
        """Seconds by which permits are taken before they are free."""
        return min(max(LEAST_LEAD, 1.5 * self._took), MOST_LEAD)

    async def take(self, *, answer: bool) -> Grant | None:
        """A permit that may be used now; None where the database can't be asked, and `share` is all there is."""
        if not answer:
            await self._evenly()
        while not self.lost:
            waiting: Waiting = asyncio.get_running_loop().create_future()
            if answer or not self._posts:
                self._woken.set()
            (self._answers if answer else self._posts).append(waiting)
            self._serve()
            try:
                grant = await waiting
                if grant is not None and (wait := grant.since - self._monotonic()) > 0:
                    await self._sleep(wait)
            except asyncio.CancelledError:
                if waiting.done() and not waiting.cancelled() and (unused := waiting.result()) is not None:
                    self.unused(unused)
                raise
            if grant is not None:
                if self._monotonic() <= grant.until:
                    return grant
                self.unused(grant)
        return None

    async def _evenly(self) -> None:
        now = self._monotonic()
        self._next_post = max(self._next_post + EVENLY * self._terms.rest / self._terms.most, now)
        if (wait := self._next_post - now) > PAUSE_SECONDS:
            await self._sleep(wait)

    def used(self, grant: Grant, arrived: float) -> None:
        """The request that was made by a permit has arrived, at the latest at this moment."""
        self._used.append((grant, arrived))
        if not self.lost:
            self._serve()

    def unused(self, grant: Grant) -> None:
        """No request was made by a permit."""
        self.used(grant, -inf)

    # Asking the database, one statement at a time

    def _serve(self) -> None:
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._run(), name=f"permits of {self._platform.value}")

    async def _run(self) -> None:
        while self._answers or self._posts or self._used:
            if not (self._answers or self._posts):
                await self._pause(TELL_SECONDS)
            self._woken.clear()
            began, wait = self._monotonic(), AGAIN_SECONDS
            try:
                await self._may_begin()
                wait = await self._exchange()
            except StoreError as error:
                log.debug("%s: no permits: %s", self._platform.value, error.key)
                self._fail(began)
            except Exception:
                log.exception("%s: no permits by a fault of ours", self._platform.value)
                self._fail(began)
            if self._answers or self._posts:
                await self._pause(wait)

    async def _may_begin(self) -> None:
        """Wait, after the start, until one that was the only process before surely knows that it is not any more."""
        if self._silent_until is None:
            await self.look()
        if (wait := (self._silent_until or 0.0) - self._monotonic()) > 0:
            await self._sleep(wait)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _exchange(self) -> float:
        """Ask for what is wanted, and tell of what has arrived; returns when to ask again."""
        told, self._used = self._used, []
        asked, lead = self._monotonic(), self.lead
        # Left alone and not cancelled where it hangs: the driver would wait for the end of what it cancels.
        task = asyncio.ensure_future(self._ask(told, asked))
        if not (await asyncio.wait({task}, timeout=LATE_SECONDS))[0]:
            task.add_done_callback(_looked_at)
            raise StoreError("store-unreachable", problem="no answer")
        taken = await task
        self._failing_since = None
        self._took += (self._monotonic() - asked - self._took) * LATELY
        self._hand_out(taken, asked)
        return max(PAUSE_SECONDS, min(taken.next_in - lead, POLL_SECONDS))

    async def _ask(self, told: list[tuple[Grant, float]], now: float) -> Taken:
        # A permit that nobody tells of is free by itself before long; by then it may be somebody else's.
        used = tuple(
            Used(grant.permit, min(now - arrived, self._terms.rest))
            for grant, arrived in told
            if now < grant.since + self._terms.rest + WAY / 2
        )
        for each in (self._answers, self._posts):
            while each and each[0].done():
                each.popleft()
        answers, posts = (sum(not each.done() for each in line) for line in (self._answers, self._posts))
        return await self._permits.take(
            self._platform, self._terms, answers=answers, posts=posts, lead=self.lead, used=used
        )

    def _hand_out(self, taken: Taken, asked: float) -> None:
        here = self._monotonic()
        for permit in taken.permits:
            # Not before the store meant, and not later than it believes: its moment was between the two.
            grant = Grant(permit, here + permit.wait, asked + permit.wait + LATE_SECONDS)
            waiting = self._next()
            if waiting is None:
                self._used.append((grant, -inf))
            else:
                waiting.set_result(grant)

    def _next(self) -> Waiting | None:
        for line in (self._answers, self._posts):
            while line:
                if not (waiting := line.popleft()).done():
                    return waiting
        return None

    def _fail(self, since: float) -> None:
        """Give up on the database after a while without it, until `look` finds it again."""
        if self._failing_since is None:
            self._failing_since = since
        if self._monotonic() >= self._failing_since + PATIENCE_SECONDS and not self.lost:
            log.warning(
                "%s: the database can't be asked; this process keeps to its share of the limit", self._platform.value
            )
            self.lost = True
        if self.lost:
            while (waiting := self._next()) is not None:
                waiting.set_result(None)


def _looked_at(task: asyncio.Future[Taken]) -> None:
    if not task.cancelled():
        task.exception()
