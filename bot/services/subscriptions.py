"""Subscriptions: who wants to hear what, and what becomes of chats that can't be written to."""

from __future__ import annotations

import logging

from bot.core.errors import StoreError
from bot.core.outbox import ChatBack, ChatEvent, ChatLost, ChatMoved, Outbox, SpaceBack, SpaceLost, Subscribers
from bot.core.places import ChatRef
from bot.core.ports import Clock, Newsroom
from bot.core.subscriptions import Subscription, SubscriptionStatus
from bot.core.times import stamp
from bot.services.lookup import Lookup
from bot.services.preferences import Preferences

log = logging.getLogger(__name__)


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
