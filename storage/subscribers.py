"""Subscriptions as the services see them: `bot.core.outbox.Subscribers`. Writes go to `subscribing` and `editions`."""

# ruff: noqa: D102 – the port has the docstrings; one promise should not stand in two places
from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.core.editorial import Act
from bot.core.entries import Entry
from bot.core.outbox import DueDigest, DueNotice, Edition, News, Notice
from bot.core.places import ChatRef
from bot.core.subscriptions import Slot, Subscription, SubscriptionStatus
from storage.reader import Database

if TYPE_CHECKING:
    from storage.writer import Writer


class SqlSubscribers:
    """See `bot.core.outbox.Subscribers` for what each method promises. Part of `SqlStore`."""

    def __init__(self, database: Database, writing: Callable[[], Awaitable[Writer]]) -> None:
        self._database = database
        self._writing = writing

    async def subscription(self, place: ChatRef) -> Subscription | None:
        raise NotImplementedError

    async def keep_subscription(self, subscription: Subscription, at: str, now: int) -> Subscription:
        return await (await self._writing()).subscribers.keep_subscription(subscription, at, now)

    async def set_status(self, place: ChatRef, status: SubscriptionStatus, reason: str, at: str) -> int:
        return await (await self._writing()).subscribers.set_status(place, status, reason, at)

    async def set_space_status(self, space: str, status: SubscriptionStatus, reason: str, at: str) -> int:
        return await (await self._writing()).subscribers.set_space_status(space, status, reason, at)

    async def move_place(self, old: ChatRef, new: ChatRef, at: str) -> None:
        await (await self._writing()).subscribers.move_place(old, new, at)

    async def lately(self, subscription: Subscription, since: int, limit: int) -> tuple[Entry, ...]:
        raise NotImplementedError

    async def due_digests(self, now: int, limit: int) -> tuple[DueDigest, ...]:
        raise NotImplementedError

    async def news(self, after: int, now: int) -> tuple[News, ...]:
        raise NotImplementedError

    async def keep_editions(self, editions: Sequence[tuple[DueDigest, Edition]], now: int) -> int:
        return await (await self._writing()).subscribers.keep_editions(editions, now)

    async def notices(self) -> tuple[Notice, ...]:
        raise NotImplementedError

    async def keep_notice(self, notice: Notice, act: Act, next_slot: Slot | None) -> Notice:
        return await (await self._writing()).subscribers.keep_notice(notice, act, next_slot)

    async def due_notices(self, now: int) -> tuple[DueNotice, ...]:
        raise NotImplementedError

    async def keep_notice_edition(self, due: DueNotice, edition: Edition, now: int) -> int:
        return await (await self._writing()).subscribers.keep_notice_edition(due, edition, now)

    async def staging(self) -> tuple[ChatRef, ...]:
        raise NotImplementedError

    async def set_staging(self, chat: ChatRef, act: Act, *, on: bool) -> None:
        await (await self._writing()).subscribers.set_staging(chat, act, on=on)
