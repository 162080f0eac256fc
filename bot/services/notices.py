"""Recurring notices: a title that is told on set days, with what was published since the last time.

Nobody has every chat told something alone: where publications need a second person, so does a notice, once, before its
first time. The store keeps them; the clock makes them (`bot.services.digests`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.core.authority import Action, denial
from bot.core.documents import RunCommand
from bot.core.editorial import Act, Policy
from bot.core.errors import Refused, Unknown
from bot.core.outbox import Notice, Subscribers
from bot.core.ports import Clock
from bot.core.recurrence import Recurrence, next_slot
from bot.core.subscriptions import Slot, zone_of
from bot.services.people import People

MOST = 20
"""Notices at a time: each goes to every chat."""
_LIST = (RunCommand("/schedule", "schedule"),)
_LABEL = re.compile(r"n-?(\d{1,6})", re.IGNORECASE)


def label(notice: Notice) -> str:
    """What people call it: `N-1`."""
    return f"N-{notice.id}"


def names_notice(typed: str) -> bool:
    """Whether somebody names a notice."""
    return _LABEL.fullmatch(typed) is not None


class Notices:
    """What editors do with them. zone: the one in which hours are meant."""

    def __init__(self, subscribers: Subscribers, people: People, policy: Policy, clock: Clock, zone: ZoneInfo) -> None:
        self._subscribers = subscribers
        self._people = people
        self._policy = policy
        self._clock = clock
        self._zone = zone

    async def open(self) -> tuple[Notice, ...]:
        """Those that have not ended, oldest first."""
        return await self._subscribers.notices()

    async def find(self, typed: str) -> Notice:
        """The one people mean by `N-1`. Raises Unknown, also for one that has ended."""
        match = _LABEL.fullmatch(typed)
        found = next((each for each in await self.open() if match and each.id == int(match[1])), None)
        if found is None:
            raise Unknown("unknown-notice", value=typed, buttons=_LIST)
        return found

    async def add(self, wanted: Recurrence, act: Act) -> Notice:
        """Keep a new one; it is told from its next time on where one editor is enough. Raises Refused."""
        if len(await self.open()) >= MOST:
            raise Refused("refused-notices", limit=MOST, buttons=_LIST)
        approved_by = None if self._policy.approvals else act.account
        notice = Notice(0, wanted.title, wanted.days, wanted.minute, self._zone.key, act.account, approved_by)
        return await self._keep(notice, act)

    async def confirm(self, notice: Notice, act: Act) -> Notice:
        """Approve one. Raises Refused for one's own, with whichever account, and for what somebody else decided."""
        if notice.approved_by is not None:
            raise Refused("refused-notice-confirmed", label=label(notice))
        theirs = {act.account, *(each.pseudonym for each in await self._people.linked(act.person))}
        own, alone = notice.author in theirs, self._policy.approvals == 0
        if reason := denial(act.standing, Action.APPROVE, own=own, alone=alone):
            raise Refused(reason, label=label(notice), command="schedule")
        kept = await self._keep(replace(notice, approved_by=act.account), act)
        if kept.ended or kept.approved_by != act.account:  # somebody else was quicker
            raise Refused("refused-notice-moved", label=label(notice), buttons=_LIST)
        return kept

    async def stop(self, notice: Notice, act: Act) -> Notice:
        """End one, for good."""
        return await self._keep(replace(notice, ended=True), act)

    def next(self, notice: Notice) -> Slot:
        """When it would come next."""
        return next_slot(notice.days, notice.minute, zone_of(notice.zone), self._clock.now())

    async def _keep(self, notice: Notice, act: Act) -> Notice:
        comes = notice.approved_by is not None and not notice.ended
        return await self._subscribers.keep_notice(notice, act, self.next(notice) if comes else None)
