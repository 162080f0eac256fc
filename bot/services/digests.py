"""Digests and recurring notices: which are due, what they tell, and when the next ones come.

It decides; the store writes all of it in one transaction and lets no local day have two. So it may be called at any
time, by several processes, after any pause and with clocks that step.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.deliveries import milliseconds
from bot.core.outbox import DueDigest, DueNotice, Edition, News, Subscribers
from bot.core.ports import Clock
from bot.core.subscriptions import Mode, Slot, Subscription, slots, split, zone_of

log = logging.getLogger(__name__)

BATCH = 200
LATE = timedelta(hours=1)


class Digests:
    """Makes what is due."""

    def __init__(self, subscribers: Subscribers, clock: Clock) -> None:
        self._subscribers = subscribers
        self._clock = clock

    async def make_due(self) -> int:
        """Make all digests and notices whose time has come; returns how many messages that are. Raises StoreError."""
        now = self._clock.now()
        made = 0
        for notice in await self._subscribers.due_notices(milliseconds(now)):
            made += await self._notice(notice, now)
        press = _Press(self._subscribers, now)
        last: tuple[DueDigest, ...] = ()
        # What another process just dealt with is not made, and not found a second time.
        while (due := await self._subscribers.due_digests(milliseconds(now), BATCH)) and due != last:
            made += await self._subscribers.keep_editions([(each, await press.edition(each)) for each in due], press.at)
            last = due
        if made:
            log.info("%s digests and notices are on their way", f"{made:,}")
        return made

    async def skip_due(self, upto: datetime) -> None:
        """Deal with what was due until then without sending any of it: it may have been sent already."""
        for notice in await self._subscribers.due_notices(milliseconds(upto)):
            await self._notice(notice, upto, skipped=True)
        press = _Press(self._subscribers, upto)
        last: tuple[DueDigest, ...] = ()
        while (due := await self._subscribers.due_digests(press.at, BATCH)) and due != last:
            await self._subscribers.keep_editions(
                [(each, _unsent(await press.edition(each))) for each in due], press.at
            )
            last = due

    async def _notice(self, due: DueNotice, now: datetime, *, skipped: bool = False) -> int:
        notice = due.notice
        coming = slots(due.last_day, minute=notice.minute, weekday=notice.days, zone=zone_of(notice.zone))
        past, following = split(coming, now)
        found = await self._subscribers.news(due.seen, milliseconds(now))
        edition = _edition(past, following, now, latest(found), found, due.seen)
        edition = _unsent(edition) if skipped else edition
        return await self._subscribers.keep_notice_edition(due, edition, milliseconds(now))


class _Press:
    """Makes editions of digests that are due at one moment; what many have in common is worked out once."""

    def __init__(self, subscribers: Subscribers, now: datetime) -> None:
        self._subscribers = subscribers
        self._now = now
        self.at = milliseconds(now)
        self._slots: dict[tuple[object, ...], tuple[tuple[Slot, ...], Slot]] = {}
        self._news: dict[int, tuple[News, ...]] = {}
        self._chosen: dict[tuple[object, ...], tuple[News, ...]] = {}

    async def edition(self, due: DueDigest) -> Edition:
        past, following = self._split(due)
        if due.seen not in self._news:
            self._news[due.seen] = await self._subscribers.news(due.seen, self.at)
        found = self._news[due.seen]
        return _edition(past, following, self._now, self._choose(due, found), found, due.seen)

    def _split(self, due: DueDigest) -> tuple[tuple[Slot, ...], Slot]:
        wants = due.subscription
        key = (wants.zone, wants.digest_at, wants.weekday, due.period, due.last_day)
        if key not in self._slots:
            self._slots[key] = split(wants.slots(due.period, due.last_day), self._now)
        return self._slots[key]

    def _choose(self, due: DueDigest, found: Iterable[News]) -> tuple[News, ...]:
        key = (due.seen, due.period, due.subscription.mode, frozenset(due.subscription.topics.items()))
        if key not in self._chosen:
            self._chosen[key] = chosen(due.subscription, Mode(due.period.value), latest(found))
        return self._chosen[key]


def chosen(subscription: Subscription, mode: Mode, news: Iterable[News]) -> tuple[News, ...]:
    """What of the news a subscription wants in this mode."""
    return tuple(each for each in news if subscription.mode_for(each.topics) is mode)


def latest(news: Iterable[News]) -> tuple[News, ...]:
    """Each entry once, in its latest revision, without those that are there no more; in the order of publication."""
    entries: Mapping[str, News] = {each.entry: each for each in news}
    return tuple(sorted((each for each in entries.values() if not each.gone), key=lambda each: each.id))


def _unsent(edition: Edition) -> Edition:
    return replace(edition, news=(), late=False, skipped=True)


def _edition(  # noqa: PLR0917 - what an edition is made of
    past: tuple[Slot, ...], following: Slot, now: datetime, told: tuple[News, ...], found: tuple[News, ...], seen: int
) -> Edition:
    if not past:  # the clock was put back, or the time was changed meanwhile: only the next moment is another
        return Edition((), late=False, news=(), seen=seen, next=following)
    late = now - past[-1].moment > LATE
    return Edition(past, late, told, max((each.id for each in found), default=seen), following)
