"""Subscriptions: who wants to hear what, and what becomes of chats that can't be written to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.deliveries import milliseconds
from bot.core.documents import RunCommand
from bot.core.entries import Entry
from bot.core.errors import Mistake, Refused, StoreError
from bot.core.outbox import (
    ChatBack,
    ChatEvent,
    ChatLost,
    ChatMoved,
    Fate,
    Outbox,
    SpaceBack,
    SpaceLost,
    Subscribers,
)
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.ports import Clock, Newsroom
from bot.core.requests import Actor, Request
from bot.core.subscriptions import Mode, Period, PlaceKind, Subscription, SubscriptionStatus, zone_of
from bot.core.times import stamp
from bot.services.lookup import Lookup
from bot.services.preferences import Preferences, chat_key
from bot.services.zones import Zones

log = logging.getLogger(__name__)

PREVIEW_DAYS = 7
UNSUBSCRIBED, PAUSED, NOT_BEGUN = "unsubscribed", "paused", "not begun"
"""Reasons kept with a status that somebody asked for; the last for wishes of a place that has not subscribed yet."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a line of `/subscribe` or `/settings` is about.

    named: how command lines call it, where it is not the chat they are written in; title: its name then.
    """

    chat: ChatRef
    kind: PlaceKind
    space: str | None = None
    named: str = ""
    title: str = ""

    def line(self, *parts: str) -> str:
        """A command line (its name first) about this place."""
        return " ".join(part for part in (parts[0], self.named, *parts[1:]) if part)


class Subscriptions:
    """What chats want to hear. default_zone: the name of the time zone where a chat says nothing."""

    def __init__(  # noqa: PLR0917 - what a subscription is about
        self,
        subscribers: Subscribers,
        outbox: Outbox,
        newsroom: Newsroom,
        lookup: Lookup,
        preferences: Preferences,
        clock: Clock,
        default_zone: str,
    ) -> None:
        self._subscribers = subscribers
        self._outbox = outbox
        self._newsroom = newsroom
        self._lookup = lookup
        self._preferences = preferences
        self._clock = clock
        self._default_zone = default_zone
        self._zones = Zones()
        # Two buttons pressed at once must not undo each other: what is changed was read before.
        self._changing = asyncio.Lock()

    async def place(self, request: Request, named: str | None, *, change: bool, line: str) -> Place:
        """The place that somebody means, themselves being there or naming it. Raises Refused with what to do.

        change: they want to change what it gets, which only its administrators may; anybody there may look. line: what
        they say again once they may.
        """
        if named is None:
            if change:
                await _check_admin(request)
            alone = request.kind is ChatKind.PRIVATE
            kind = PlaceKind.GROUP if not alone and request.place is PlaceKind.PRIVATE else request.place
            return Place(request.chat, kind, request.space)
        if request.kind is not ChatKind.PRIVATE and request.chat.platform is not Platform.DISCORD:
            raise Refused("refused-chat-elsewhere", chat=named, buttons=(RunCommand("/settings", "settings"),))
        if not request.actor.accountable:
            raise Refused("refused-anonymous")
        again = (RunCommand(f"/{line}"[:40], line), RunCommand("/settings", "settings"))
        found = await request.actor.administers(named)
        if found is None:
            raise Refused("refused-chat-unproven", chat=named, buttons=again)
        if change and not found.postable:
            raise Refused("refused-chat-mute", chat=found.title or named, buttons=again)
        space = request.space if found.chat.platform is Platform.DISCORD else None
        return Place(found.chat, found.kind, space, found.chat.id, found.title or named)

    async def held(self) -> bool:
        """Whether nothing is sent to anybody: the operator stopped it, or the store is in safe mode."""
        return await self._outbox.braked()

    async def subscribe(
        self, place: Place, request: Request, *, topics: Sequence[str], mode: Mode, silent: bool
    ) -> Subscription:
        """Have a place told of topics, or of everything where none is named; what was paused or ended begins again."""

        def changed(current: Subscription | None) -> Subscription:
            if current is None:
                nothing = Mode.OFF if topics else mode
                locale = self.language(place, request)
                current = Subscription(place.chat, place.kind, locale, self._default_zone, mode=nothing)
            elif current.status is SubscriptionStatus.ENDED:
                # What it wanted then was called off; how and when it wants to be told still holds.
                current = replace(current, mode=Mode.OFF, topics={})
            wanted = (
                replace(current, topics={**current.topics, **dict.fromkeys(topics, mode)})
                if topics
                else replace(current, mode=mode, topics={})
            )
            return replace(wanted, silent=silent or current.silent, kind=place.kind, space=place.space or current.space)

        return await self._keep(place, lambda current: self.resumed(changed(current)))

    async def unsubscribe(self, place: Place, topics: Sequence[str]) -> Subscription | None:
        """Have a place told of these topics no more, or of nothing; None where it had no subscription anyway."""

        def changed(current: Subscription) -> Subscription:
            if not topics:
                return self._ended(current)
            kept = {topic: mode for topic, mode in current.topics.items() if topic not in topics}
            if current.mode is not Mode.OFF:
                kept |= dict.fromkeys(topics, Mode.OFF)
            less = replace(current, topics=kept)
            return less if wants_anything(less) else self._ended(less)

        current = await self.of(place.chat)
        if current is None or current.status is SubscriptionStatus.ENDED:
            return None
        return await self.change(place, changed)

    async def change(self, place: Place, change: Callable[[Subscription], Subscription]) -> Subscription:
        """Change a subscription that is there; one that ended or never was raises Mistake."""

        def changed(current: Subscription | None) -> Subscription:
            if current is None or current.status is SubscriptionStatus.ENDED:
                raise not_subscribed(place)
            return change(current)

        return await self._keep(place, changed)

    async def prefer(
        self, place: Place, request: Request, change: Callable[[Subscription], Subscription]
    ) -> Subscription:
        """Change when and how a place is told; where there is no subscription this waits for one."""

        def changed(current: Subscription | None) -> Subscription:
            return change(current or self._not_begun(place, request))

        return await self._keep(place, changed)

    def _not_begun(self, place: Place, request: Request) -> Subscription:
        return Subscription(
            place.chat,
            place.kind,
            self.language(place, request),
            self._default_zone,
            mode=Mode.OFF,
            status=SubscriptionStatus.ENDED,
            since=self._now(),
            reason=NOT_BEGUN,
            space=place.space,
        )

    async def _keep(self, place: Place, change: Callable[[Subscription | None], Subscription]) -> Subscription:
        async with self._changing:
            now = self._clock.now()
            current = await self.of(place.chat)
            wanted = change(current)
            if wanted == current:
                return current
            return await self._subscribers.keep_subscription(wanted, stamp(now), milliseconds(now))

    def paused(self, subscription: Subscription) -> Subscription:
        """The subscription, waiting."""
        if subscription.status is SubscriptionStatus.PAUSED:
            return subscription
        return replace(subscription, status=SubscriptionStatus.PAUSED, since=self._now(), reason=PAUSED)

    def resumed(self, subscription: Subscription) -> Subscription:
        """The subscription, going on."""
        if subscription.status is SubscriptionStatus.ACTIVE and subscription.since:
            return subscription
        return replace(subscription, status=SubscriptionStatus.ACTIVE, since=self._now(), reason="")

    def _ended(self, subscription: Subscription) -> Subscription:
        return replace(subscription, status=SubscriptionStatus.ENDED, since=self._now(), reason=UNSUBSCRIBED)

    def _now(self) -> str:
        return stamp(self._clock.now())

    def language(self, place: Place, request: Request) -> str:
        """The language for a place without a subscription: the person's, or the chat's, else that of who asks."""
        asked_in = self._preferences.locale(request)
        if place.kind is PlaceKind.PRIVATE:
            return asked_in
        # Nobody in particular has chosen nothing, so that the chat's own choice comes first.
        nobody = Actor(UserRef(place.chat.platform, ""))
        return self._preferences.locale(replace(request, actor=nobody, chat=place.chat, platform_locale=asked_in))

    async def choose_language(self, place: Place, request: Request, locale: str) -> Subscription | None:
        """Speak to a place in this language from now on, also where it has no subscription."""
        own = place.kind is PlaceKind.PRIVATE
        ref = str(request.actor.user) if own else chat_key(replace(request, chat=place.chat))
        await self._preferences.choose(ref, locale)
        if await self.of(place.chat) is None:
            return None
        return await self._keep(place, lambda current: replace(_there(current), locale=locale))

    async def find_zone(self, typed: str) -> tuple[str | None, tuple[str, ...]]:
        """See `Zones.find`."""
        return await self._zones.find(typed, self._clock.now())

    async def preview(self, subscription: Subscription, limit: int) -> tuple[Entry, ...]:
        """What it would have been told in the last week, newest first."""
        since = self._clock.now() - timedelta(days=PREVIEW_DAYS)
        return await self._subscribers.lately(subscription, milliseconds(since), limit)

    def next_digest(self, subscription: Subscription, period: Period) -> datetime:
        """When the next digest of a period comes (UTC)."""
        now = self._clock.now()
        yesterday = now.astimezone(zone_of(subscription.zone)).date() - timedelta(days=1)
        coming = subscription.slots(period, yesterday.isoformat())
        return next(slot.moment for slot in coming if slot.moment > now)

    async def find_alert(self, label: str) -> int | None:
        """See `Outbox.find_alert`."""
        return await self._outbox.find_alert(label)

    async def fate(self, chat: ChatRef, alert: int | None) -> Fate | None:
        """See `Outbox.fate`."""
        return await self._outbox.fate(chat, alert, milliseconds(self._clock.now()))

    async def of(self, place: ChatRef) -> Subscription | None:
        """A place's subscription, also an ended one."""
        return await self._subscribers.subscription(place)

    async def happened(self, event: ChatEvent) -> None:
        """Take up what became of a chat. Raises nothing."""
        at = stamp(self._clock.now())
        lost, back = SubscriptionStatus.UNREACHABLE, SubscriptionStatus.ACTIVE
        try:
            match event:
                case ChatMoved():
                    await self._subscribers.move_place(event.old, event.new, at)
                    await self._newsroom.move_chat(event.old, event.new)
                case ChatLost():
                    await self._subscribers.set_status(event.chat, lost, event.reason, at)
                case ChatBack():
                    await self._subscribers.set_status(event.chat, back, "", at)
                case SpaceLost():
                    await self._subscribers.set_space_status(event.space, lost, event.reason, at)
                case SpaceBack():
                    await self._subscribers.set_space_status(event.space, back, "", at)
        except StoreError as error:
            # The next message to that chat meets the same and settles it.
            log.warning("what became of a chat was not kept: %s", error.key)


def wants_anything(subscription: Subscription) -> bool:
    """Whether there is anything it would ever be told."""
    return any(mode is not Mode.OFF for mode in (subscription.mode, *subscription.topics.values()))


def not_subscribed(place: Place) -> Mistake:
    """What to say where something is to be changed that is not there."""
    line = place.line("subscribe")
    return Mistake("mistake-not-subscribed", buttons=(RunCommand(f"/{line}"[:40], line),))


def _there(subscription: Subscription | None) -> Subscription:
    assert subscription is not None  # noqa: S101 - subscriptions end and are never deleted
    return subscription


async def _check_admin(request: Request) -> None:
    actor = request.actor
    if request.kind is ChatKind.PRIVATE:
        if not actor.accountable:
            raise Refused("refused-anonymous")
        return
    look = (RunCommand("/settings", "settings"),)
    if not actor.accountable:
        raise Refused("refused-subscription-anonymous", buttons=look)
    if not await actor.is_chat_admin():
        raise Refused("refused-subscription-admin", buttons=look)
