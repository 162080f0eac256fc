"""Permits as rows of PostgreSQL: `bot.core.permits.Permits`. On SQLite there is one process, and nothing to share.

Each permit is a row of `limits`; its `tat` says when it is free again, in microseconds of the database's clock. Taking
some is one statement outside of any transaction: a process that is killed, stands still or is cut off in the middle
of it holds no lock that others would wait for. What others are about to take is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.permits import ASKING_SECONDS, SETTLED_SECONDS, WAY, Permit, Taken, Terms, Used
from bot.core.places import Platform
from storage.reader import Reader

ASKED, ALONE = "#asked", "#alone"
"""Rows that say when somebody was last answered, and when a process last was the only one."""
_SECOND = 1_000_000

_NOW = "cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)"
PREPARE = """
    insert into limits (platform, scope)
    select :platform, scope from (
        select '#' || lpad(cast(n as text), 4, '0') as scope from generate_series(1, :most) as n
        union all select unnest(array['#asked', '#alone'])) as wanted
    on conflict do nothing returning 1"""

# The conditions on a permit stand beside its lock: only so they are looked at anew where another process was quicker.
# What lies farther ahead than any permit is ever taken for was written by a clock that was wrong.
TAKE = f"""
    with moment as materialized (select {_NOW} as now),
    told as (
        update limits l set tat = least(l.tat, m.now - t.ago + :rest)
        from moment m, unnest(cast(:numbers as text[]), cast(:ends as bigint[]), cast(:agos as bigint[]))
            as t (scope, tat, ago)
        where l.platform = :platform and l.scope = t.scope and l.tat = t.tat),
    every as materialized (
        select case when l.tat > m.now + :never then 0 else l.tat - m.now end as wait from limits l, moment m
        where l.platform = :platform and l.scope like '#%' and l.scope collate "C" <= :last),
    kept as materialized (
        select case when :answers > 0 or exists (
            select 1 from limits l, moment m
            where l.platform = :platform and l.scope = '{ASKED}' and l.tat > m.now - :asking)
        then :kept else 0 end as places),
    free as materialized (
        select l.scope, case when l.tat > m.now + :never then 0 else l.tat end as tat from limits l, moment m
        where l.platform = :platform and l.scope like '#%' and l.scope collate "C" <= :last
        and (l.tat <= m.now + :lead or l.tat > m.now + :never)
        order by l.tat limit (
            select :answers + least(:posts, greatest(0, count(*) - :answers - (select places from kept)))
            from every where wait <= :lead)
        for update of l skip locked),
    taken as (
        update limits l set tat = greatest(f.tat, m.now) + :hold from free f, moment m
        where l.platform = :platform and l.scope = f.scope
        returning l.scope, l.tat, l.tat - :hold - m.now as wait),
    asked as (
        update limits l set tat = m.now from moment m
        where :answers > 0 and l.platform = :platform and l.scope = '{ASKED}' and l.tat < m.now - {_SECOND})
    select scope, tat, wait from taken
    union all (
        select '', 0, wait from every order by wait
        offset (select count(*) from taken)
            + (select case when (select count(*) from taken) < :answers then 0 else places end from kept)
        limit 1)
    order by 1 desc"""  # noqa: S608 - put together from constants of this module
SAY_ALONE = f"""
    update limits set tat = {_NOW} where platform = :platform and scope = '{ALONE}' returning 1"""  # noqa: S608 - as above
ASK_ALONE = f"""
    select 1 from limits where platform = :platform and scope = '{ALONE}'
    and tat between {_NOW} - :settled and {_NOW} + :settled"""  # noqa: S608 - as above


class PostgresPermits:
    """See `bot.core.permits.Permits`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def prepare(self, platform: Platform, terms: Terms) -> None:
        """See `Permits`."""
        await self._reader.fetch(PREPARE, {"platform": platform.value, "most": terms.most})

    async def take(
        self,
        platform: Platform,
        terms: Terms,
        *,
        answers: int = 0,
        posts: int = 0,
        lead: float = 0.0,
        used: Sequence[Used] = (),
    ) -> Taken:
        """See `Permits`."""
        hold = _micro(terms.rest + WAY)
        given: dict[str, object] = {
            "platform": platform.value,
            "last": f"#{terms.most:04}",
            "numbers": [each.permit.number for each in used],
            "ends": [each.permit.end for each in used],
            "agos": [_micro(each.ago) for each in used],
            "answers": answers,
            "posts": posts,
            "kept": terms.kept,
            "rest": _micro(terms.rest),
            "hold": hold,
            "lead": _micro(lead),
            "never": hold + _micro(lead) + _SECOND,
            "asking": _micro(ASKING_SECONDS),
        }
        rows = await self._reader.fetch(TAKE, given)
        found = sorted((row[2], row[0], row[1]) for row in rows if row[0])
        later = next((row[2] for row in rows if not row[0]), _SECOND)
        permits = tuple(Permit(number, end, max(0, wait) / _SECOND) for wait, number, end in found)
        return Taken(permits, max(0, later) / _SECOND)

    async def alone(self, platform: Platform) -> None:
        """See `Permits`."""
        await self._reader.fetch(SAY_ALONE, {"platform": platform.value})

    async def anybody_alone(self, platform: Platform) -> bool:
        """See `Permits`."""
        given = {"platform": platform.value, "settled": _micro(SETTLED_SECONDS)}
        return bool(await self._reader.fetch(ASK_ALONE, given))


def _micro(seconds: float) -> int:
    return round(seconds * _SECOND)
