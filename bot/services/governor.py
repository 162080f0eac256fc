"""How fast one platform is written to: the whole bot, each chat, each route; and what a refusal pauses.

The store's row paces all processes together and hands out slots, 0.99 of the limit and evenly spread; here, a slot is
kept to on the wire. A commit, the collector or the network may hold one request up by more than the hundredth that is
left between two of them, and the one after it would then come too soon: so the last second's requests are remembered,
and the next one waits until the limit's n-th before it arrived a second ago. When that was, its answer tells.

Where several processes share a limit, that rule is kept in the database: see `bot.core.permits`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import ceil, floor, inf

from bot.core.deliveries import UNKNOWN_WAIT, Deed, Delivery, Trouble, Undelivered
from bot.core.errors import StoreError
from bot.core.leases import News
from bot.core.outbox import Outbox, Pace
from bot.core.permits import ASKING_SECONDS, Permits, Terms
from bot.core.places import ChatRef, Platform
from bot.core.subscriptions import PlaceKind
from bot.core.telemetry import UNTOLD, Telemetry
from bot.services.permits import Grant, SharedLimit

log = logging.getLogger(__name__)

WINDOW = 1.0
MARGIN = 0.004
"""Seconds that the way to the platform may differ by from one request to the next, unnoticed."""
LONGEST_WAY = 1.0
"""Seconds by which a request may have arrived later than the quickest; more than that is the platform's own time."""
SLOWER = 1.0001
"""By how much the quickest way is taken to grow with each answer, so that a network may change for the worse."""
PLACES = 30
"""A broadcast leaves one place of so many free while people ask: an answer that finds the second full would wait for
the next slot, several times as long as it takes."""
WITNESSES = 3
"""So many chats refused one after the other, and nothing between them, mean that the whole bot is refused."""
LONGEST_UNKNOWN = 900.0
INVALID_WINDOW = 600.0
OFF_MS = 10_000
"""How long nothing is tried on a platform that is off; each attempt on each message would be one more in vain."""
GOING_SECONDS = 0.03
"""For so long a time's requests may wait for permits at once."""
LOOK_SECONDS = 1.0
"""How often a process looks at what others were refused, in case that nobody told it."""
KEPT_SECONDS = 0.1
PAUSED_SECONDS = 30.0
"""How long an answer waits at most for the end of a pause of the whole platform."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform allows. per_second: requests of the whole bot. private, group: seconds between two to one chat.

    invalid: refused requests (401, 403, 429) in ten minutes after which nothing more is sent; the platform would shut
    the bot out at far more.
    """

    per_second: float
    private: float = 1.0
    group: float = 3.0
    invalid: int = 400


@dataclass(slots=True)
class Request:
    """A request that left at a moment. took: seconds until it was answered; endless until then."""

    left: float
    took: float = inf
    grant: Grant | None = None


class Governor:
    """Decides when a request to one platform may leave. now: milliseconds since 1970, never stepping.

    permits, members: of a database that other processes send from with the same token, and how many of them there are;
    this one must have joined them. They are wanted where that may be, and `watch` has to run then.
    """

    def __init__(
        self,
        platform: Platform,
        limits: Limits,
        outbox: Outbox,
        *,
        now: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        telemetry: Telemetry = UNTOLD,
        permits: Permits | None = None,
        members: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        self.limits = limits
        self._platform = platform
        self._outbox = outbox
        self._now = now
        self._sleep = sleep
        self._monotonic = monotonic
        self._telemetry = telemetry
        self._most = max(1, floor(limits.per_second))
        self._wire: deque[Request] = deque(maxlen=self._most)
        self._beside: deque[float] = deque()
        self._before = self._took = 0.0
        self._quickest, self._answers = LONGEST_WAY, 0
        self._answering = self._going = 0
        self._asked = -inf
        self._window = WINDOW if limits.per_second >= 1 else 1 / limits.per_second
        self._chats: dict[ChatRef, float] = {}
        self._pauses: dict[str, int] = {}
        self._off_until = 0
        self._news = asyncio.Event()
        self._granted: Grant | None = None
        self._shared: SharedLimit | None = None
        if permits is not None and members is not None:
            terms = Terms(self._most, self._places_kept, self._window * (1 + MARGIN))
            self._shared = SharedLimit(platform, terms, permits, members, sleep=sleep, monotonic=monotonic)
        self._keeping: set[asyncio.Future[None]] = set()
        self._refused: list[tuple[str, int]] = []
        self._invalid: deque[float] = deque()
        self._unknown = UNKNOWN_WAIT

    async def open(self) -> None:
        """Read the pauses that are in force, which this process may not have been told of. Raises StoreError."""
        for scope, until in (await self._outbox.pauses(self._platform, self._now())).items():
            if until > self._pauses.get(scope, 0):
                self._pauses[scope] = until

    async def watch(self) -> None:
        """Keep knowing what others were refused and who they are; for ever, wherever others send with this token."""
        while True:
            try:
                await self.open()
                if self._shared is not None:
                    await self._shared.look()
            except StoreError as error:
                log.debug("%s: nothing is known of others: %s", self._platform.value, error.key)
            except Exception:
                log.exception("%s: nothing is known of others by a fault of ours", self._platform.value)
            await self._told(LOOK_SECONDS)

    async def _told(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()

    def told(self, news: News) -> None:
        """Another process changed something."""
        if news is News.PAUSES:
            self._news.set()

    # What goes out beside the outbox

    async def room(self) -> None:
        """Wait until one request more keeps the limit, ahead of every broadcast: a moment that saves a refusal.

        To be followed by `spent` at once. Where it is answers of this process alone that use the limit up, they do not
        wait for each other.
        """
        patience = self._monotonic() + PAUSED_SECONDS
        while True:
            await self._unpaused(patience)
            if self._shared is None or self._shared.alone:
                await self._room_here()
                return
            grant = await self._permitted(self._shared, answer=True)
            if not self._pause_of("") or self._monotonic() >= patience:
                break
            if grant is not None:
                self._shared.unused(grant)
        self._granted = grant

    async def _unpaused(self, patience: float) -> None:
        """Let a pause of the whole platform end, unless it is a long one: then the platform says so once more."""
        while (until := self._pause_of("")) and (left := patience - self._monotonic()) > 0:
            await self._sleep(min((until - self._now()) / 1000, left))

    async def _room_here(self) -> None:
        self._answering += 1
        try:
            while self._lately() <= self._most // 2 and (wait := self._wait()) > 0:
                await self._sleep(wait)
        finally:
            self._answering -= 1

    def spent(self) -> Callable[[bool], None]:
        """Count a request that is not the outbox's: an answer to a person. Broadcasts give way to it.

        What it returns is to be called once the request has come to its end, with whether the platform did it.
        """
        # Where nobody tells of its end, it is taken to be as late as the last one of a broadcast.
        request = self._count(self._took)
        request.grant, self._granted = self._granted, None
        self._asked = request.left
        self._beside.append(self._asked)
        self._lately()
        return partial(self._over, request)

    def _over(self, request: Request, taken: bool) -> None:  # noqa: FBT001 - called by those who know no names
        request.took = self._monotonic() - request.left
        self._give_back(request)
        if taken:
            self.arrived()

    def _give_back(self, request: Request) -> None:
        grant, request.grant = request.grant, None
        if grant is not None and self._shared is not None:
            # By its answer at the latest. How long the way there takes is no measure for others, who may be nearer.
            self._shared.used(grant, request.left + min(request.took, LONGEST_WAY))

    async def _permitted(self, shared: SharedLimit, *, answer: bool) -> Grant | None:
        """Wait for a permit, and for a place in this process's share where it has to keep to that."""
        while True:
            grant, share = await shared.take(answer=answer), shared.share
            if grant is None and share is None:
                continue  # the database is back
            # Also where there is a permit: others may have come a moment ago, and know nothing of what was before.
            if (wait := self._wait(0 if share is None else self._most - share)) <= 0:
                return grant
            if grant is not None:
                shared.unused(grant)
            await self._sleep(wait)

    def _lately(self) -> int:
        """How many there were in the last second, or since `pace` was asked."""
        since = self._monotonic() - WINDOW
        while self._beside and self._beside[0] <= since:
            self._beside.popleft()
        return len(self._beside)

    def pace(self) -> Pace:
        """What the store's row is to be charged with, beside the slots it hands out."""
        spent = self._lately()
        self._beside.clear()
        return Pace(self.limits.per_second, spent)

    @property
    def used(self) -> float:
        """The share of the limit that was used in the last second, or in longer where it is less than one a second."""
        since = self._monotonic() - self._window
        return sum(each.left > since for each in self._wire) / self._most

    @property
    def pauses(self) -> tuple[int, int]:
        """How many pauses are in force now: of the whole platform (0 or 1), and of single chats or routes."""
        now = self._now()
        ones = sum(until > now for scope, until in self._pauses.items() if scope)
        return int(self.all_paused_until() > 0), ones

    # Whether and when

    def scope(self, delivery: Delivery) -> str:
        """What a refusal of this request is about: a chat; on Discord what is done there, since each has its limit."""
        place = delivery.to.thread or delivery.to.id if self._platform is Platform.DISCORD else delivery.to.id
        if self._platform is Platform.DISCORD or delivery.deed is Deed.CROSSPOST:
            deed = Deed.POST if delivery.replaces else delivery.deed
            return f"{deed.value}:{place}"
        return place

    def paused_until(self, delivery: Delivery) -> int:
        """Until when (milliseconds) this request may not be made; 0 where it may be made now."""
        return max(self.all_paused_until(), self._pause_of(self.scope(delivery)))

    def all_paused_until(self) -> int:
        """Until when nothing may be sent at all; 0 where something may."""
        off = self._off_until if self._off_until > self._now() else 0
        return max(self._pause_of(""), off)

    def _pause_of(self, scope: str) -> int:
        until = self._pauses.get(scope, 0)
        if until and until <= self._now():
            del self._pauses[scope]
            return 0
        return until

    def book(self, delivery: Delivery) -> float:
        """Take this chat's next turn: 0 where it is now, else in how many seconds it will be, and nothing is taken."""
        moment, chat = self._monotonic(), ChatRef(delivery.to.platform, self.scope(delivery))
        if (wait := self._chats.get(chat, 0.0) - moment) > 0:
            return wait
        gap = self.limits.private if delivery.kind is PlaceKind.PRIVATE else self.limits.group
        self._chats[chat] = moment + gap
        if len(self._chats) > 2 * ceil(self.limits.per_second * self.limits.group) + 64:
            self._chats = {chat: turn for chat, turn in self._chats.items() if turn > moment}
        return 0.0

    async def go(self) -> Request:
        """Wait until one more request keeps the limit of every second, and count it; `answered` is told of its end."""
        while (wait := self._wait(self._kept_free())) > 0 or self._answering:
            await self._sleep(max(wait, MARGIN))
        if self._shared is None or self._shared.alone:
            return self._count(inf)
        self._going += 1
        try:
            grant = await self._permitted(self._shared, answer=False)
        finally:
            self._going -= 1
        request = self._count(inf)
        request.grant = grant
        return request

    @property
    def crowded(self) -> bool:
        """Whether so many wait for their permits that more would only be in doubt after a crash."""
        ahead = GOING_SECONDS + (self._shared.lead if self._shared is not None else 0.0)
        return self._going > ceil(self.limits.per_second * ahead)

    @property
    def _places_kept(self) -> int:
        return min(max(1, self._most // PLACES), self._most - 1)

    def _kept_free(self) -> int:
        """How many places of a second a broadcast leaves to answers: none, unless people have been asking lately."""
        return self._places_kept if self._monotonic() - self._asked <= ASKING_SECONDS else 0

    def _count(self, took: float) -> Request:
        request = Request(self._monotonic(), took)
        if len(self._wire) == self._most:
            self._before = max(self._before, self._arrived(self._wire[0]))
        self._wire.append(request)
        self._telemetry.left(self._platform)
        return request

    def _wait(self, free: int = 0) -> float:
        """Seconds until one request more keeps the limit, and leaves so many places free."""
        over = len(self._wire) - (self._most - free)
        if over < 0:
            return 0.0
        # One that left earlier may have arrived later.
        first = max(self._before, *(self._arrived(each) for each in islice(self._wire, over + 1)))
        return first + self._window + MARGIN * self._window - self._monotonic()

    def answered(self, request: Request, *, taken: bool) -> None:
        """A request has come to its end. taken: the platform did what was asked, so this is how long the way takes."""
        request.took = self._took = self._monotonic() - request.left
        if taken:
            self._quickest = min(self._quickest * SLOWER, request.took)
            self._answers += 1
        self._give_back(request)

    def _arrived(self, request: Request) -> float:
        """When the platform counted a request, at the latest: as much later than the quickest as its answer came."""
        # The first ones connect first: how quick the way can be is not to be seen by them.
        quickest = self._quickest if self._answers > 2 * self._most else 0.0
        return request.left + min(max(0.0, request.took - quickest), LONGEST_WAY)

    # What came of it

    def arrived(self) -> None:
        """A request was taken: the platform as a whole is not refusing."""
        self._refused.clear()
        self._unknown = UNKNOWN_WAIT

    async def failed(self, delivery: Delivery, error: Undelivered) -> None:
        """Draw what follows from a failure for others than the delivery itself."""
        self._telemetry.failed(self._platform, error.trouble)
        if error.trouble in (Trouble.CHAT_LIMIT, Trouble.LIMIT, Trouble.GONE, Trouble.OFF):
            await self._count_invalid()
        if error.trouble is Trouble.CHAT_LIMIT:
            await self._pause_one(self.scope(delivery), error.seconds)
        elif error.trouble is Trouble.LIMIT:
            await self._pause_all(error.seconds)
        elif error.trouble is Trouble.OFF:
            # Not kept: whoever mends the connection, or the token, starts anew.
            self._off_until = self._now() + OFF_MS

    async def limited(self, seconds: float | None, chat: str = "") -> None:
        """An answer was refused: by the whole platform, or where that can't be told by a chat. Raises nothing."""
        keeping = asyncio.ensure_future(self._note_limited(seconds, chat))
        self._keeping.add(keeping)
        keeping.add_done_callback(self._keeping.discard)
        # This process knows by then; whoever waits for the answer need not wait for a busy database, too.
        await asyncio.wait({keeping}, timeout=KEPT_SECONDS)

    async def _note_limited(self, seconds: float | None, chat: str) -> None:
        try:
            await (self._pause_one(chat, seconds) if chat else self._pause_all(seconds))
        except StoreError as error:
            log.warning("%s: a pause was not kept: %s", self._platform.value, error.key)

    async def _pause_one(self, scope: str, seconds: float | None) -> None:
        until = self._now() + ceil((seconds or UNKNOWN_WAIT) * 1000)
        await self._suspect(scope, until)  # first: until it is written down, others go on asking
        await self._pause(scope, until)

    async def _pause_all(self, seconds: float | None) -> None:
        if seconds is None:
            seconds, self._unknown = self._unknown, min(self._unknown * 2, LONGEST_UNKNOWN)
        await self._pause("", self._now() + ceil(seconds * 1000))

    async def _suspect(self, scope: str, until: int) -> None:
        """Several chats refused in a row: it is the bot that is refused, and each further request makes it worse."""
        self._refused = [each for each in self._refused if each[0] != scope and each[1] > self._now()]
        self._refused.append((scope, until))
        if len(self._refused) >= WITNESSES:
            await self._pause("", min(each[1] for each in self._refused))
            self._refused.clear()

    async def _count_invalid(self) -> None:
        moment = self._monotonic()
        self._invalid.append(moment)
        while self._invalid[0] <= moment - INVALID_WINDOW:
            self._invalid.popleft()
        if self._platform is Platform.DISCORD and len(self._invalid) >= self.limits.invalid:
            seconds = self._invalid[0] + INVALID_WINDOW - moment
            log.error(
                "%d requests were refused within ten minutes; nothing is sent for %.0f s", len(self._invalid), seconds
            )
            await self._pause("", self._now() + ceil(seconds * 1000))
            self._invalid.clear()

    async def _pause(self, scope: str, until: int) -> None:
        if until <= self._pauses.get(scope, 0):
            return
        self._pauses[scope] = until
        if not scope:
            log.warning("%s: nothing is sent for %.0f s", self._platform.value, (until - self._now()) / 1000)
        await self._outbox.pause(self._platform, scope, until)
