"""Noting which of a platform's updates came in, once among all processes: whose row it is acts on it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ports import Taken
from storage.engine import upsert
from storage.schema import seen_updates

_T = seen_updates.c


async def take(
    connection: AsyncConnection, platform: str, ids: Sequence[int], *, at: str, until: int, free: int
) -> Taken:
    """See `Store.take_updates`."""
    # In one order everywhere: two processes that take the same updates must not wait for each other.
    every = sorted(set(ids))
    statement = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(seen_updates)
    abandoned = (_T.until > 0) & (_T.until <= free)
    statement = statement.on_conflict_do_update(
        index_elements=[_T.platform, _T.id], set_={"until": statement.excluded.until}, where=abandoned
    )
    rows = [{"platform": platform, "id": each, "at": at, "until": until} for each in every]
    ours = frozenset((await connection.execute(statement.returning(_T.id), rows)).scalars())
    if len(ours) == len(every):
        return Taken(ours, frozenset())
    others = [each for each in every if each not in ours]
    done = select(_T.id).where(_T.platform == platform, _T.id.in_(others), _T.until == 0)
    return Taken(ours, frozenset(await connection.scalars(done)))


async def note_done(connection: AsyncConnection, platform: str, ids: Sequence[int], at: str) -> None:
    """See `Store.updates_done`."""
    every = sorted(set(ids))
    own = (_T.platform == platform) & _T.id.in_(every)
    if (await connection.execute(update(seen_updates).where(own).values(until=0))).rowcount < len(every):
        rows: list[dict[str, object]] = [{"platform": platform, "id": each, "at": at, "until": 0} for each in every]
        await upsert(connection, seen_updates, rows, replace=("until",))
