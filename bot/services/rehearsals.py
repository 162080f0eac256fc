"""Rehearsing a publication: what would be pushed, to how many, shown to the editor and in the staging chats."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.deliveries import AlertKind, milliseconds
from bot.core.documents import Document
from bot.core.editorial import Act, Proposal, ProposalKind
from bot.core.entries import Source
from bot.core.outbox import Alert, Audience, Item, Outbox, Subscribers
from bot.core.places import ChatRef, Platform
from bot.core.ports import Clock, Outlet, PostFailed, Words
from bot.core.times import stamp
from bot.services.announcements import Announcements
from bot.services.lookup import Lookup
from bot.services.preferences import Preferences

log = logging.getLogger(__name__)

WAITING = 100


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a publication would do. audience: None where it only changes what was told. staged: chats showing it."""

    alert: Alert
    sources: tuple[Source, ...]
    audience: Audience | None
    staged: int


class Rehearsals:
    """Shows what a proposal would push, without pushing it.

    What is to be shown in staging chats waits in memory: whoever sees nothing there after a restart rehearses again.
    """

    def __init__(  # noqa: PLR0917 - what a rehearsal is made of
        self,
        outbox: Outbox,
        subscribers: Subscribers,
        announcements: Announcements,
        lookup: Lookup,
        preferences: Preferences,
        words: Mapping[str, Words],
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._subscribers = subscribers
        self._announcements = announcements
        self._lookup = lookup
        self._preferences = preferences
        self._words = words
        self._clock = clock
        self._waiting: deque[tuple[ChatRef, Rehearsal]] = deque(maxlen=WAITING)

    async def rehearse(self, proposal: Proposal) -> Rehearsal:
        """What a proposal would do if it were published now."""
        now = self._clock.now()
        new = proposal.kind is ProposalKind.ADD
        entry = replace(proposal.entry, revision=proposal.base + 1)
        item = Item(entry, entry.revision)
        if not new:
            before = await self._lookup.as_of_revision(entry.key, proposal.base)
            item = Item(entry, proposal.base, stamp(now), proposal.note, before)
        kind = AlertKind.ALERT if new else AlertKind.CORRECTION
        moment = milliseconds(now)
        alert = Alert(0, kind, proposal.severity, moment, moment, (item,))
        audience = await self._outbox.audience(entry, proposal.severity, moment) if new else None
        staging = await self._subscribers.staging()
        made = Rehearsal(alert, proposal.sources, audience, len(staging))
        self._waiting.extend((chat, made) for chat in staging)
        return made

    async def message(self, rehearsal: Rehearsal, words: Words) -> Document:
        """The message as it would be pushed, without buttons: they would lead to what is not published."""
        return await self._announcements.document(rehearsal.alert, words, public=True, new_sources=rehearsal.sources)

    async def set_staging(self, chat: ChatRef, act: Act, *, on: bool) -> None:
        """Show rehearsals in a chat from now on, or no longer."""
        await self._subscribers.set_staging(chat, act, on=on)

    async def show(self, outlets: Mapping[Platform, Outlet]) -> None:
        """Post what waits into the staging chats. Called by the clock."""
        while self._waiting:
            chat, rehearsal = self._waiting.popleft()
            outlet = outlets.get(chat.platform)
            if outlet is None:
                continue
            words = self._words[self._preferences.of_chat(chat)]
            try:
                await outlet.post(chat, await self.message(rehearsal, words))
            except PostFailed as error:
                log.warning("a rehearsal could not be shown in %s: %s", chat.platform.value, error)
