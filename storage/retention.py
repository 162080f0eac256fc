"""Forgetting by age what `bot.core.retention` gives a time to, in batches that never hold the writer for long.

Revisions, the audit log, proposals and accounts are not touched. The newest alert, delivery and subscription stay,
whatever their age: SQLite would give their numbers to others, and cursors and messages know them by these.
"""

# ruff: noqa: S608 – statements are put together from constants of this module; values are always parameters
from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection, text

from bot.core.deliveries import milliseconds
from bot.core.retention import KEEP, Kept
from bot.core.times import stamp
from storage.engine import UnitsOfWork
from storage.reader import Reader

LONGEST, FIRST, MOST = 0.015, 100, 5_000
"""Seconds that a batch may take before the next one is made smaller, and rows of the first and of any batch."""
BREATH = 0.005
"""Seconds between two batches, in which others write."""
ONCE = timedelta(hours=20)

_NOBODY_WAITS = "not exists (select 1 from awaited_answers a where a.question_id = open_questions.id)"
# Parameters: :before is a stamp, :day a date, :ms milliseconds; all say the same moment.
_BY_AGE: Mapping[Kept, tuple[tuple[str, str, str], ...]] = MappingProxyType(
    {
        Kept.UPDATES: (("seen_updates", "platform, id", "at < :before"),),
        Kept.BUTTONS: (("guarded_lines", "token", "at < :before"),),
        Kept.LINES: (("kept_lines", "token", "at < :before"),),
        Kept.FORMS: (("forms", "ref", "at < :before"),),
        Kept.CODES: (("link_codes", "code", "expires_at < :before"),),
        Kept.WAITING: (("awaited_answers", "question_id, person", "at < :before"),),
        Kept.QUESTIONS: (
            (
                "open_questions",
                "id",
                f"last_at < :before and {_NOBODY_WAITS}",
            ),
        ),
        Kept.PAUSES: (
            (
                "limits",
                "platform, scope",
                "substr(scope, 1, 1) not in ('', '#') and paused_until < :ms and tat < cast(:ms as bigint) * 1000",
            ),
        ),
        Kept.SLOTS: (("notice_slots", "notice_id, local_date", "local_date < :day"),),
    }
)
SLOTS = "delete from digest_slots where subscription_id > :low and subscription_id <= :high and local_date < :day"

# Nothing of it is on its way, and no younger news tells of one of its entries: until then a correction may come that
# has to find these messages.
_OLD = """
    a.created_at < :ms and a.id < (select max(id) from alerts)
    and not exists (select 1 from deliveries o where o.alert_id = a.id and o.state in ('queued', 'started'))
    and not exists (
        select 1 from alert_entries x join alert_entries y on y.entry_key = x.entry_key and y.alert_id > x.alert_id
        join alerts b on b.id = y.alert_id where x.alert_id = a.id and b.created_at >= :ms)"""
OLD_ALERTS = f"select a.id from alerts a where a.id > :after and {_OLD} order by a.id limit 500"
ITS_DELIVERIES = f"""
    delete from deliveries where id in (
        select d.id from deliveries d where d.alert_id = (select a.id from alerts a where a.id = :alert and {_OLD})
        and d.id < (select max(id) from deliveries) limit :n)"""
_NONE_LEFT = "not exists (select 1 from deliveries d where d.alert_id = :alert)"
THE_ALERT = (
    f"delete from alert_entries where alert_id = :alert and {_NONE_LEFT}",
    f"delete from alerts where id = :alert and {_NONE_LEFT}",
)

# Paused is not lost: whoever paused comes back to what they wanted.
_GONE = """
    s.status in ('ended', 'unreachable') and s.since < :before and s.id < (select max(id) from subscriptions)
    and not exists (select 1 from deliveries d where d.subscription_id = s.id)"""
GONE_PLACES = f"select s.id from subscriptions s where s.id > :after and {_GONE} order by s.id limit 500"
STILL_GONE = f"select s.id from subscriptions s where s.id = :id and {_GONE}"
THE_PLACE = tuple(
    f"delete from {table} where {column} = :id"
    for table, column in (
        ("digest_cursors", "subscription_id"),
        ("digest_slots", "subscription_id"),
        ("subscription_topics", "subscription_id"),
        ("subscriptions", "id"),
    )
)

CLAIM = (
    "insert into meta (key, value) values ('forgotten_at', '') on conflict do nothing",
    "update meta set value = :now where key = 'forgotten_at' and value < :since",
)


class Pruner:
    """Forgets, by a reader that finds what is old and a writer that deletes a little of it at a time."""

    def __init__(self, reader: Reader, units: UnitsOfWork) -> None:
        self._reader = reader
        self._units = units

    async def daily(self, now: datetime) -> dict[Kept, int] | None:
        """Forget all that is too old; how many rows of each kind. None where that was done today, by anybody."""
        moments = {"now": stamp(now), "since": stamp(now - ONCE)}
        if not await self._run(CLAIM, moments):
            return None
        gone = {kind: await self.by_age(kind, now) for kind in _BY_AGE}
        gone[Kept.SLOTS] += await self._digest_slots(_moments(now - KEEP[Kept.SLOTS]))
        gone[Kept.DELIVERIES] = await self._deliveries(_moments(now - KEEP[Kept.DELIVERIES]))
        gone[Kept.PLACES] = await self._places(_moments(now - KEEP[Kept.PLACES]))
        return gone

    async def by_age(self, kind: Kept, now: datetime) -> int:
        """Forget what is too old of a kind that has a moment in each row."""
        moments = _moments(now - KEEP[kind])
        gone = 0
        for table, key, old in _BY_AGE[kind]:
            statement = f"delete from {table} where ({key}) in (select {key} from {table} where {old} limit :n)"
            gone += await self._in_batches(statement, moments)
        return gone

    async def _in_batches(self, statement: str, params: Mapping[str, object]) -> int:
        """Run a deletion of at most :n rows until it finds fewer; how many rows there were."""
        size, gone = FIRST, 0
        while True:
            deleted, seconds = await self._timed(statement, {**params, "n": size})
            gone += deleted
            if deleted < size:
                return gone
            size = _next(size, seconds)
            await asyncio.sleep(BREATH)

    async def _digest_slots(self, moments: Mapping[str, object]) -> int:
        """By ranges of subscriptions: an index of days would cost every digest more than it saves here."""
        low, gone, size = 0, 0, FIRST
        last = (await self._reader.fetch("select coalesce(max(subscription_id), 0) from digest_slots"))[0][0]
        while low < last:
            deleted, seconds = await self._timed(SLOTS, {**moments, "low": low, "high": low + size})
            gone += deleted
            low, size = low + size, _next(size, seconds)
            await asyncio.sleep(BREATH)
        return gone

    async def _deliveries(self, moments: Mapping[str, object]) -> int:
        gone = after = 0
        while rows := await self._reader.fetch(OLD_ALERTS, {"after": after, "ms": moments["ms"]}):
            for (alert,) in rows:
                gone += await self._in_batches(ITS_DELIVERIES, {**moments, "alert": alert})
                await self._run(THE_ALERT, {"alert": alert})
                await asyncio.sleep(BREATH)
            after = rows[-1][0]
        return gone

    async def _places(self, moments: Mapping[str, object]) -> int:
        gone = after = 0
        while rows := await self._reader.fetch(GONE_PLACES, {"after": after, "before": moments["before"]}):
            for (identity,) in rows:
                gone += await self._units.run_in_thread(
                    lambda connection, one=identity: _forget_place(connection, one, moments)  # type: ignore[misc]
                )
                await asyncio.sleep(BREATH)
            after = rows[-1][0]
        return gone

    async def _timed(self, statement: str, params: Mapping[str, object]) -> tuple[int, float]:
        """Rows that one statement deleted, and the seconds it took within its transaction."""

        def work(connection: Connection) -> tuple[int, float]:
            began = time.perf_counter()
            deleted = _execute(connection, statement, params)
            return deleted, time.perf_counter() - began

        return await self._units.run_in_thread(work)

    async def _run(self, statements: Sequence[str], params: Mapping[str, object]) -> int:
        """Run statements in one transaction; the rows that the last one changed."""

        def work(connection: Connection) -> int:
            return [_execute(connection, each, params) for each in statements][-1]

        return await self._units.run_in_thread(work)


def _forget_place(connection: Connection, identity: int, moments: Mapping[str, object]) -> int:
    lock = " for update" if connection.dialect.name == "postgresql" else ""
    known = {"id": identity, "before": moments["before"]}
    if connection.execute(text(STILL_GONE + lock), known).first() is None:
        return 0
    return [_execute(connection, each, known) for each in THE_PLACE][-1]


def _execute(connection: Connection, statement: str, params: Mapping[str, object]) -> int:
    wanted = {name: value for name, value in params.items() if f":{name}" in statement}
    return connection.execute(text(statement), wanted).rowcount


def _moments(moment: datetime) -> dict[str, object]:
    return {"before": stamp(moment), "day": moment.date().isoformat(), "ms": milliseconds(moment)}


def _next(size: int, seconds: float) -> int:
    """How much to do at once next, after so much took so long."""
    if seconds > LONGEST:
        return max(1, size // 2)
    return min(MOST, size * 2) if seconds < LONGEST / 3 else size
