"""Sending what is in the outbox, on one platform: claim, keep the pace, start, send, settle.

Several senders may run on one outbox; each delivery is one sender's while its lease lasts. Whatever happens to the
process, each delivery ends in one final state, and only what was under way at that moment is in doubt.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from math import ceil

from bot.core.deliveries import (
    BLOCKED_MS,
    OPEN_STATES,
    QUIET,
    Deed,
    Delivery,
    DeliveryState,
    Order,
    Priority,
    Settled,
    Trouble,
    Undelivered,
    closed,
    delivered,
    doubtful,
    failed,
    held,
    milliseconds,
    moment_of,
)
from bot.core.errors import StoreError
from bot.core.outbox import Carrier, Outbox
from bot.core.places import ChatRef, MessageRef, Platform
from bot.core.subscriptions import SubscriptionStatus, zone_of
from bot.core.telemetry import UNTOLD, Telemetry
from bot.services.announcements import Announcements, label
from bot.services.governor import Governor, Request
from bot.services.journal import LEASE_MS, Journal

log = logging.getLogger(__name__)

LEAST_AT_ONCE, MOST_AT_ONCE, SLOW_SECONDS = 16, 256, 0.2
"""Requests under way at a time: as many as a slow platform needs for the rate, and no more, since a crash leaves all of
them in doubt."""
AHEAD_SECONDS = 0.5
MOST, PARTS = 500, 4
"""So many are claimed ahead, and in parts: while a thread makes 500 rows into deliveries, which takes it 20 ms,
whoever asks something has to share the interpreter with it."""
CROWDED_SECONDS = 0.005
GRAIN_SECONDS = 0.002
"""The shortest sleep of the pacer. At a thousand a second it wakes up for two at a time: more of them at once would
hold up whoever asks something meanwhile, and waking up for each alone costs the broadcast its rate."""
IDLE_SECONDS, TROUBLED_SECONDS, IDLE_POLL = 1.0, 2.0, 0.05
FINISH_SECONDS, WRITE_SECONDS = 3.0, 0.5
"""How long an end waits for answers, and then twice for the store. What is not known by then is in doubt, as after a
crash; a service that is asked to end has ten seconds in all."""
KEYS_LAST_MS = 120_000
"""How long a platform that knows keys remembers them, with room to spare: Discord says "a few minutes"."""
CLOCKS_APART_MS = 60_000
LOOK_AGAIN_MS = 5_000
FOR_GOOD = (Trouble.REFUSED, Trouble.GONE, Trouble.TOPIC_GONE, Trouble.MOVED)
"""After these a chat won't be readable later either; what is sent there then says what became of it."""


class Broadcaster:
    """One sender on one platform.

    now: milliseconds since 1970. holds: whether nothing may be claimed or sent. only: sends to this place alone.
    lease_ms: how long after a crash what was under way waits for the next sender; longer than any request takes.
    redact: see `Journal`.
    """

    def __init__(
        self,
        platform: Platform,
        carrier: Carrier,
        governor: Governor,
        outbox: Outbox,
        announcements: Announcements,
        *,
        now: Callable[[], int],
        holds: Callable[[], bool] = lambda: False,
        only: ChatRef | None = None,
        at_once: int | None = None,
        lease_ms: int = LEASE_MS,
        telemetry: Telemetry = UNTOLD,
        redact: Callable[[str], str] = str,
    ) -> None:
        self._platform = platform
        self._carrier = carrier
        self._governor = governor
        self._outbox = outbox
        self._announcements = announcements
        self._now = now
        self._holds = holds
        self._only = only
        self._telemetry = telemetry
        slow = ceil(governor.limits.per_second * SLOW_SECONDS)
        self._at_once = at_once or min(MOST_AT_ONCE, max(LEAST_AT_ONCE, slow))
        self._lease_ms = lease_ms
        self._owner = secrets.token_hex(8)
        self._most = min(MOST, max(1, ceil(governor.limits.per_second * AHEAD_SECONDS)))
        self._part = ceil(self._most / PARTS)
        self._held: dict[int, Delivery] = {}
        self._flying: set[int] = set()
        self._claimed_ones: asyncio.Queue[tuple[Delivery, float]] = asyncio.Queue()
        self._due: asyncio.Queue[Delivery] = asyncio.Queue()
        self._room = asyncio.Event()
        self._woken = asyncio.Event()
        self._claimed = self._claiming = self._stopping = False
        self._journal = Journal(outbox, self._owner, now, self._held, lease_ms, redact=redact)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin in the background."""
        self._tasks = [
            asyncio.create_task(work) for work in (self._journal.run(), self._claim_for_ever(), self._pace())
        ]
        self._tasks += [asyncio.create_task(self._work()) for _ in range(self._at_once)]

    async def stop(self) -> None:
        """Claim nothing more, let what is under way come to its end, write it down and give the rest back."""
        self._stopping = True
        loop = asyncio.get_running_loop()
        until = loop.time() + FINISH_SECONDS
        while self._flying and loop.time() < until:
            self._room.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._room.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WRITE_SECONDS):
                await self._journal.written()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._claimed:
            with contextlib.suppress(StoreError, TimeoutError):
                async with asyncio.timeout(WRITE_SECONDS):
                    await self._outbox.release(self._owner, self._now())

    def wake(self) -> None:
        """Look now whether something is due, and not only when a second is over."""
        self._woken.set()

    async def idle(self) -> None:
        """Return once nothing is due and nothing under way; for a chat that ends with its input."""
        while not await self._at_rest():  # noqa: ASYNC110 - the store tells nobody of its changes
            await asyncio.sleep(IDLE_POLL)

    async def _at_rest(self) -> bool:
        # Asked before and after: what is claimed is not due, and what comes of it may be due again once it is written.
        if self._busy:
            return False
        waits = await self._is_due() and not self._holds() and not await self._outbox.braked()
        return not (waits or self._busy)

    @property
    def _busy(self) -> bool:
        return self._claiming or bool(self._held) or not self._journal.clean

    async def _is_due(self) -> bool:
        due = await self._outbox.next_due(self._platform, self._only)
        return due is not None and due <= self._now()

    # Claiming

    async def _claim_for_ever(self) -> None:
        await self._insist_on_pauses()
        while not self._stopping:
            self._woken.clear()
            self._claiming = True
            try:
                wait = await self._claim()
            except StoreError as error:
                log.warning("%s: the outbox can't be read, trying again: %s", self._platform.value, error.key)
                wait = TROUBLED_SECONDS
            except Exception:
                log.exception("%s: claiming failed by a fault of ours", self._platform.value)
                wait = TROUBLED_SECONDS
            self._claiming = False
            if wait:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._woken.wait()

    async def _insist_on_pauses(self) -> None:
        """Know what is paused before anything is sent."""
        while True:
            try:
                await self._governor.open()
            except StoreError as error:
                log.warning("%s: the pauses can't be read, trying again: %s", self._platform.value, error.key)
            except Exception:
                log.exception("%s: the pauses can't be read by a fault of ours", self._platform.value)
            else:
                return
            await asyncio.sleep(TROUBLED_SECONDS)

    async def _claim(self) -> float:
        """Claim what is due and there is room for; returns how long to wait before the next time."""
        if not self._has_room:
            self._room.clear()
            await self._room.wait()
            return 0.0
        if not self._carrier.connected or self._holds() or await self._outbox.braked():
            return IDLE_SECONDS
        now = self._now()
        if (until := self._governor.all_paused_until()) > now:
            return min((until - now) / 1000, IDLE_SECONDS)
        due = await self._outbox.next_due(self._platform, self._only)
        if due is None or due > now:
            return IDLE_SECONDS if due is None else min((due - now) / 1000, IDLE_SECONDS)
        claim = await self._outbox.claim(
            self._platform,
            owner=self._owner,
            now=now,
            until=now + self._lease_ms,
            most=self._part,
            pace=self._governor.pace(),
            only=self._only,
        )
        loop_now = asyncio.get_running_loop().time()
        self._claimed = True
        await self._announcements.catch_up()
        for index, delivery in enumerate(claim.deliveries):
            if delivery.id in self._held:
                continue  # the clock was put forward, and our own lease seemed to be over
            self._held[delivery.id] = delivery
            slot = loop_now + (claim.starts_in + index * claim.every) / 1_000_000
            self._claimed_ones.put_nowait((delivery, slot))
        return 0.0 if claim.deliveries else IDLE_SECONDS

    # Sending

    async def _pace(self) -> None:
        """Let each delivery that needs a request go on in its slot."""
        loop = asyncio.get_running_loop()
        while True:
            delivery, slot = await self._claimed_ones.get()
            try:
                settled = self._judged(delivery)
            except Exception:
                log.exception("%s: a delivery was refused by a fault of ours", self._platform.value)
                settled = closed(delivery, DeliveryState.REJECTED, "a fault of ours")
            if settled is not None:
                self._finish(delivery, settled)
                continue
            if (wait := slot - loop.time()) > 0:
                await asyncio.sleep(max(wait, GRAIN_SECONDS))
            while self._governor.crowded:  # noqa: ASYNC110 - only where several processes share the limit
                await asyncio.sleep(CROWDED_SECONDS)
            self._due.put_nowait(delivery)

    async def _work(self) -> None:
        while True:
            delivery = await self._due.get()
            try:
                settled = await self._sent(delivery)
            except StoreError as error:
                # Its lease will be over some time; then it is anybody's again.
                log.warning("%s: a delivery was left alone for now: %s", self._platform.value, error.key)
                settled = None
            except Exception:
                log.exception("%s: a delivery failed by a fault of ours", self._platform.value)
                settled = failed(delivery, Undelivered(Trouble.REFUSED, "a fault of ours"), self._now(), keyed=True)
            self._finish(delivery, settled)

    def _finish(self, delivery: Delivery, settled: Settled | None) -> None:
        if settled is not None:
            self._journal.settle(settled)
            if settled.state not in OPEN_STATES:
                self._telemetry.settled(self._platform, settled.state)
        self._flying.discard(delivery.id)
        self._held.pop(delivery.id, None)
        if self._has_room or self._stopping:
            self._room.set()

    @property
    def _has_room(self) -> bool:
        """Whether more may be claimed."""
        return len(self._held) <= self._most

    def _judged(self, delivery: Delivery) -> Settled | None:
        """What is clear without any request; None where it is to be sent."""
        now, posts = self._now(), delivery.deed is Deed.POST or delivery.replaces
        if posts and (gone := _gone(delivery.status)):
            return closed(delivery, gone, delivery.status.value)
        if now > delivery.expires_at:
            return closed(delivery, DeliveryState.EXPIRED, "too late")
        if doubtful(delivery, keyed=self._carrier.keyed):
            return closed(delivery, DeliveryState.UNCERTAIN, "its answer was lost twice")
        if delivery.blocked:
            return held(delivery, now + BLOCKED_MS, "after the one before")
        if delivery.deed is not Deed.POST and delivery.message is None:
            return closed(delivery, DeliveryState.REJECTED, "no message stands there")
        if posts and delivery.quiet is not None and delivery.priority is not Priority.FLASH:
            end = delivery.quiet.until(moment_of(now), zone_of(delivery.zone))
            if end is not None:
                return held(delivery, milliseconds(end), QUIET)
        return self._paused(delivery)

    def _paused(self, delivery: Delivery) -> Settled | None:
        until = self._governor.paused_until(delivery)
        return held(delivery, until, "paused by the platform") if until else None

    async def _sent(self, delivery: Delivery) -> Settled | None:
        """Send one delivery; returns what came of it, None where it is left to others."""
        if paused := self._paused(delivery):
            return paused
        if turn := self._governor.book(delivery):
            return held(delivery, self._now() + ceil(turn * 1000), "one after the other")
        payload = await self._payload(delivery)
        if payload is None:
            # One whose answer was lost may stand there: nobody can know.
            state = DeliveryState.UNCERTAIN if delivery.lost else DeliveryState.CANCELLED
            return closed(delivery, state, "taken back")
        try:
            if found := await self._found(delivery):
                return delivered(delivery, found)
        except Undelivered as error:
            # Sent without having looked it might stand there twice.
            await self._note(delivery, error)
            return held(delivery, self._now() + LOOK_AGAIN_MS, "the channel could not be read")
        if self._stopping:  # a request that began now would be cut off, and then be in doubt
            return None
        self._flying.add(delivery.id)
        if not await self._journal.start(delivery.id):
            return None
        request = await self._governor.go()
        # While it waited, others may have been refused, or another process may have been given the rate: one that was
        # cut off would send beside it what it held. That it was started is taken back by settling it.
        stays = held(delivery, self._now(), "another one sends") if self._holds() else self._paused(delivery)
        if stays is not None:
            self._governor.answered(request, taken=False)
            return stays
        return await self._attempt(delivery, payload, request)

    async def _attempt(self, delivery: Delivery, payload: object, request: Request) -> Settled:
        taken = False
        try:
            message = await self._carry_out(delivery, payload)
            taken = True
        except Undelivered as error:
            await self._note(delivery, error)
            return failed(delivery, error, self._now(), keyed=self._carrier.keyed)
        except Exception as error:
            log.exception("%s: a request failed by a fault of ours", self._platform.value)
            doubt = Undelivered(Trouble.LOST, type(error).__name__)
            return failed(delivery, doubt, self._now(), keyed=self._carrier.keyed)
        finally:
            self._governor.answered(request, taken=taken)
        self._governor.arrived()
        return delivered(delivery, message)

    async def _note(self, delivery: Delivery, error: Undelivered) -> None:
        level = logging.DEBUG if error.trouble in (Trouble.CHAT_LIMIT, Trouble.UNEDITABLE) else logging.INFO
        log.log(level, "%s: delivery #%d of A-%d: %s", delivery.to, delivery.id, delivery.alert, error.trouble)
        try:
            await self._governor.failed(delivery, error)
        except StoreError as problem:
            log.warning("%s: a pause was not kept: %s", self._platform.value, problem.key)

    async def _carry_out(self, delivery: Delivery, payload: object) -> MessageRef | None:
        """One request; returns the message that it put there."""
        message = delivery.message
        if delivery.deed is Deed.CROSSPOST and message is not None:
            await self._carrier.crosspost(message)
            return None
        if delivery.deed is Deed.EDIT and not delivery.replaces and message is not None:
            await self._carrier.change(message, payload)
            return None
        near = message is not None and message.chat.id == delivery.to.id
        order = Order(delivery.to, _key(delivery), silent=delivery.silent, reply_to=message if near else None)
        return await self._carrier.post(order, payload)

    async def _found(self, delivery: Delivery) -> MessageRef | None:
        """The message that an attempt long ago left, where the platform no longer knows its key.

        Raises Undelivered where that can't be seen now and may be seen later.
        """
        old = delivery.first_at is not None and self._now() - delivery.first_at > KEYS_LAST_MS
        # Also where the platform said that it failed: a gateway says so of what was carried out behind it.
        if not (old and self._carrier.keyed and delivery.deed is Deed.POST):
            return None
        try:
            since = (delivery.first_at or 0) - CLOCKS_APART_MS
            return await self._carrier.find(delivery.to, label(delivery.alert), since)
        except Undelivered as error:
            if error.trouble not in FOR_GOOD:
                raise
            log.info("%s: a channel can't be read: %s", self._platform.value, error.reason)
            return None

    async def _payload(self, delivery: Delivery) -> object | None:
        if delivery.deed is Deed.CROSSPOST:
            return delivery  # nothing is written by it
        return await self._announcements.payload(self._carrier, delivery)


def _gone(status: SubscriptionStatus) -> DeliveryState | None:
    """What becomes of a message for a place that takes none."""
    match status:
        case SubscriptionStatus.ACTIVE:
            return None
        case SubscriptionStatus.UNREACHABLE:
            return DeliveryState.REJECTED
        case _:
            return DeliveryState.CANCELLED


def _key(delivery: Delivery) -> str:
    """The same for every attempt, and not that of a delivery of another database. At most 25 characters."""
    return f"{delivery.expires_at:x}-{delivery.id:x}"
