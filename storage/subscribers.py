"""Subscriptions as the services see them: `bot.core.outbox.Subscribers`. Writes go to `subscribing` and `editions`."""

# ruff: noqa: D102 – the port has the docstrings; one promise should not stand in two places
# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.core.editorial import Act
from bot.core.entries import Entry
from bot.core.outbox import DueDigest, DueNotice, Edition, News, Notice
from bot.core.places import ChatRef
from bot.core.subscriptions import (
    MODES,
    Mode,
    Period,
    PlaceKind,
    QuietHours,
    Slot,
    Subscription,
    SubscriptionStatus,
)
from storage.entries import BATCH, COLUMNS, entry_of
from storage.reader import Database, Reader, Row, placeholders

if TYPE_CHECKING:
    from storage.writer import Writer

FIELDS = (
    *("id", "place", "kind", "locale", "zone", "mode", "silent", "digest_at", "weekday"),
    *("quiet_from", "quiet_until", "fallback", "status", "since", "reason", "space"),
)
"""The columns that `subscription_of` reads, in this order."""

_S = ", ".join(f"s.{name}" for name in FIELDS)


def subscription_of(row: Row, topics: Mapping[str, Mode]) -> Subscription:
    """The subscription of a row that begins with FIELDS."""
    return Subscription(
        id=row[0],
        place=ChatRef.parse(row[1]),
        kind=PlaceKind(row[2]),
        locale=row[3],
        zone=row[4],
        mode=MODES[row[5]],
        topics=topics,
        silent=bool(row[6]),
        digest_at=row[7],
        weekday=row[8],
        quiet=None if row[9] is None else QuietHours(row[9], row[10]),
        fallback=bool(row[11]),
        status=SubscriptionStatus(row[12]),
        since=row[13],
        reason=row[14],
        space=row[15],
    )


BY_PLACE = f"select {_S} from subscriptions s where s.place = :place"
TOPICS_OF = "select subscription_id, topic, mode from subscription_topics where subscription_id in ({})"


async def by_place(reader: Reader, place: ChatRef) -> Subscription | None:
    """See `Subscribers.subscription`."""
    return await _one(reader, await reader.fetch(BY_PLACE, {"place": str(place)}))


async def _one(reader: Reader, rows: Sequence[Row]) -> Subscription | None:
    if not rows:
        return None
    topics = await topics_of(reader, [rows[0][0]])
    return subscription_of(rows[0], topics.get(rows[0][0], {}))


async def topics_of(reader: Reader, ids: Sequence[int]) -> dict[int, dict[str, Mode]]:
    """What subscriptions want of the topics that they name, by number of the subscription."""
    found: dict[int, dict[str, Mode]] = {}
    for start in range(0, len(ids), BATCH):
        names, params = placeholders("k", ids[start : start + BATCH])
        for identity, topic, mode in sorted(await reader.fetch(TOPICS_OF.format(names), params), key=tuple):
            found.setdefault(identity, {})[topic] = MODES[mode]
    return found


# Only news: digests and notices are alerts, too.
_NEWS = "a.kind in ('alert', 'correction')"

# Numbers grow in the order of publication, and a reader goes on after the last one it saw: so all stops before the
# first that is not to be told yet. Nothing from there on counts, or what it does to an entry would hide the news of it
# now, and once it is taken back nobody would ever be told. `later` says that a newer revision was announced.
# taken_back: it is what an undo restored; anybody may write "undo" as a note, but nobody approves an undo.
SINCE = f"""
    with stop(id) as (
      select coalesce(min(a.id), {2**62}) from alerts a where {_NEWS} and a.id > :after and a.due_at > :now)
    select a.id, x.entry_key, x.revision, coalesce(r.body, e.body), r.note = 'undo' and r.approved_by = '[]',
      exists (
        select 1 from alert_entries y
        where y.entry_key = x.entry_key and y.revision > x.revision and y.alert_id < stop.id) as later
    from stop join alerts a on a.id < stop.id join alert_entries x on x.alert_id = a.id
    join entries e on e.key = x.entry_key
    left join revisions r on r.entry_id = e.id and r.revision = x.revision
    where {_NEWS} and a.id > :after order by a.id, e.id"""


async def news(reader: Reader, after: int, now: int) -> tuple[News, ...]:
    """See `Subscribers.news`.

    What was published and taken back again in the meantime, so that readers never were to hear of it, is gone, and the
    taking back with it.
    """
    rows = await reader.fetch(SINCE, {"after": after, "now": now})
    standing: dict[str, list[int]] = {}
    for _, key, revision, _, taken_back, _ in rows:
        told = standing.setdefault(key, [])
        if taken_back and told:
            told.pop()
        else:
            told.append(revision)
    found = []
    for identity, key, revision, body, _, later in rows:
        entry = json.loads(body)
        gone = bool(later) or "retired" in entry or entry.get("status") == "retracted" or not standing[key]
        found.append(News(identity, key, revision, tuple(entry.get("topics", ())), gone))
    return tuple(found)


LATELY = f"""
    select {COLUMNS}, a.id from alerts a join alert_entries x on x.alert_id = a.id
    join entries e on e.key = x.entry_key
    where {_NEWS} and a.created_at >= :since and a.cancelled = 0 and e.shelf >= 0 order by a.id desc, e.id"""


async def lately(reader: Reader, subscription: Subscription, since: int, limit: int) -> tuple[Entry, ...]:
    """See `Subscribers.lately`."""
    found: dict[str, Entry] = {}
    for row in await reader.fetch(LATELY, {"since": since}):
        if len(found) == limit:
            break
        entry = entry_of(row)
        if subscription.mode_for(entry.topics) is not Mode.OFF:
            found.setdefault(entry.key, entry)
    return tuple(found.values())


# By nothing but the moment: with anything else to sort by, a hundred thousand that are due at one moment would all be
# read and sorted for each batch. Places that were shut meanwhile are among them, so that they are put to rest.
DUE_DIGESTS = f"""
    select {_S}, c.period, c.last_day, c.seen from digest_cursors c join subscriptions s on s.id = c.subscription_id
    where c.next_at <= :now order by c.next_at limit :limit"""


async def due_digests(reader: Reader, now: int, limit: int) -> tuple[DueDigest, ...]:
    """See `Subscribers.due_digests`."""
    rows = await reader.fetch(DUE_DIGESTS, {"now": now, "limit": limit})
    topics = await topics_of(reader, [row[0] for row in rows])
    end = len(FIELDS)
    return tuple(
        DueDigest(subscription_of(row, topics.get(row[0], {})), Period(row[end]), row[end + 1], row[end + 2])
        for row in rows
    )


NOTICE_FIELDS = ("id", "title", "days", "minute", "zone", "author", "approved_by", "ended", "next_at")
_N = ", ".join(NOTICE_FIELDS)
NOTICES = f"select {_N} from notices where ended = 0 order by id"
DUE_NOTICES = f"select {_N}, last_day, seen from notices where next_at <= :now and ended = 0 order by next_at, id"


def notice_of(row: Row) -> Notice:
    """The notice of a row that begins with NOTICE_FIELDS."""
    days = tuple(int(each) for each in row[2])
    return Notice(row[0], row[1], days, row[3], row[4], row[5], row[6], bool(row[7]), row[8])


STAGING = "select at, chat from staging_chats"


class SqlSubscribers:
    """See `bot.core.outbox.Subscribers` for what each method promises. Part of `SqlStore`."""

    def __init__(self, database: Database, writing: Callable[[], Awaitable[Writer]]) -> None:
        self._database = database
        self._writing = writing

    async def subscription(self, place: ChatRef) -> Subscription | None:
        return await by_place(self._database, place)

    async def keep_subscription(self, subscription: Subscription, at: str, now: int) -> Subscription:
        return await (await self._writing()).subscribers.keep_subscription(subscription, at, now)

    async def set_status(self, place: ChatRef, status: SubscriptionStatus, reason: str, at: str) -> int:
        return await (await self._writing()).subscribers.set_status(place, status, reason, at)

    async def set_space_status(self, space: str, status: SubscriptionStatus, reason: str, at: str) -> int:
        return await (await self._writing()).subscribers.set_space_status(space, status, reason, at)

    async def move_place(self, old: ChatRef, new: ChatRef, at: str) -> None:
        await (await self._writing()).subscribers.move_place(old, new, at)

    async def lately(self, subscription: Subscription, since: int, limit: int) -> tuple[Entry, ...]:
        return await lately(self._database, subscription, since, limit)

    async def due_digests(self, now: int, limit: int) -> tuple[DueDigest, ...]:
        return await due_digests(self._database, now, limit)

    async def news(self, after: int, now: int) -> tuple[News, ...]:
        return await news(self._database, after, now)

    async def keep_editions(self, editions: Sequence[tuple[DueDigest, Edition]], now: int) -> int:
        return await (await self._writing()).subscribers.keep_editions(editions, now)

    async def notices(self) -> tuple[Notice, ...]:
        return tuple(notice_of(row) for row in await self._database.fetch(NOTICES))

    async def keep_notice(self, notice: Notice, act: Act, next_slot: Slot | None) -> Notice:
        return await (await self._writing()).subscribers.keep_notice(notice, act, next_slot)

    async def due_notices(self, now: int) -> tuple[DueNotice, ...]:
        rows = await self._database.fetch(DUE_NOTICES, {"now": now})
        return tuple(DueNotice(notice_of(row), row[-2], row[-1]) for row in rows)

    async def keep_notice_edition(self, due: DueNotice, edition: Edition, now: int) -> int:
        return await (await self._writing()).subscribers.keep_notice_edition(due, edition, now)

    async def staging(self) -> tuple[ChatRef, ...]:
        return tuple(ChatRef.parse(row[1]) for row in sorted(await self._database.fetch(STAGING), key=tuple))

    async def set_staging(self, chat: ChatRef, act: Act, *, on: bool) -> None:
        await (await self._writing()).subscribers.set_staging(chat, act, on=on)
