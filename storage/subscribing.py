"""Writing subscriptions, digests and notices. Each call in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.core.editorial import Act
from bot.core.outbox import DueDigest, DueNotice, Edition, Notice
from bot.core.places import ChatRef
from bot.core.subscriptions import Slot, Subscription, SubscriptionStatus
from storage.engine import UnitsOfWork

if TYPE_CHECKING:
    from storage.writer import Writer


class SubscriberWriter:
    """The writing half of `storage.subscribers.SqlSubscribers`; see `bot.core.outbox.Subscribers` for the promises."""

    def __init__(self, units: UnitsOfWork, writer: Writer) -> None:
        self._units = units
        self._writer = writer

    async def keep_subscription(self, subscription: Subscription, at: str, now: int) -> Subscription:
        """See `Subscribers.keep_subscription`."""
        raise NotImplementedError

    async def set_status(self, place: ChatRef, status: SubscriptionStatus, reason: str, at: str) -> int:
        """See `Subscribers.set_status`."""
        raise NotImplementedError

    async def set_space_status(self, space: str, status: SubscriptionStatus, reason: str, at: str) -> int:
        """See `Subscribers.set_space_status`."""
        raise NotImplementedError

    async def move_place(self, old: ChatRef, new: ChatRef, at: str) -> None:
        """See `Subscribers.move_place`."""
        raise NotImplementedError

    async def keep_editions(self, editions: Sequence[tuple[DueDigest, Edition]], now: int) -> int:
        """See `Subscribers.keep_editions`."""
        raise NotImplementedError

    async def keep_notice(self, notice: Notice, act: Act, next_slot: Slot | None) -> Notice:
        """See `Subscribers.keep_notice`."""
        raise NotImplementedError

    async def keep_notice_edition(self, due: DueNotice, edition: Edition, now: int) -> int:
        """See `Subscribers.keep_notice_edition`."""
        raise NotImplementedError

    async def set_staging(self, chat: ChatRef, act: Act, *, on: bool) -> None:
        """See `Subscribers.set_staging`."""
        raise NotImplementedError
