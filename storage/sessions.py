"""What processes agree on that share a Discord bot's shards: rows of `meta` on PostgreSQL. SQLite has one process."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from sqlalchemy import Connection, delete, select, text, update

from bot.core.sessions import START_SECONDS, Session, company
from storage.bodies import canonical
from storage.engine import upserting
from storage.leases import MEMBERS, key
from storage.reader import Database
from storage.schema import meta

STALE_SECONDS = 180
"""Discord forgets a session within minutes. Trying to take up one that it forgot costs a second or two."""

_VALUE = "select value from meta where key = :row"
_EVERY = f"{START_SECONDS * 1000:.0f}"
_NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint"
# By the clock of the database, since those of machines differ. A row from the far future is from before that clock was
# put back.
_START = text(f"""
    insert into meta (key, value) values (:row, ({_NOW} + {_EVERY})::text)
    on conflict (key) do update set value = ({_NOW} + {_EVERY})::text
    where meta.value::bigint not between {_NOW} + 1 and {_NOW} + {_EVERY}
    returning 0""")  # noqa: S608 - our own text
_WAIT = text(f"select value::bigint - {_NOW} from meta where key = :row")  # noqa: S608 - our own text


class PostgresSessions:
    """See `bot.core.sessions.Sessions`. mark: what the bot's token is known by."""

    def __init__(self, database: Database, mark: str) -> None:
        self._database, self._mark = database, mark
        self._units = database.units_of_work()

    async def count(self, wanted: int, *, outgrown: int = 0) -> int:
        """See `Sessions`."""
        row = f"shards:{self._mark}"
        if await self._value(row) == str(wanted):
            return wanted

        def work(connection: Connection) -> int:
            connection.execute(upserting(connection, meta), [{"key": row, "value": str(wanted)}])
            # One decides after the other, and each was counted before it came here: whoever finds nobody else may
            # change the number, and whoever comes later finds the new one.
            own = meta.c.key == row
            kept = int(connection.execute(select(meta.c.value).where(own).with_for_update()).scalar_one())
            others = connection.exec_driver_sql(MEMBERS, (key(company(self._mark)),)).scalar_one() - 1
            if others > 0 and kept != outgrown:
                return kept
            connection.execute(update(meta).where(own).values(value=str(wanted)))
            return wanted

        return await self._units.run_in_thread(work)

    async def start_in(self, bucket: int) -> float:
        """See `Sessions`."""
        row = {"row": f"start:{self._mark}:{bucket}"}

        def work(connection: Connection) -> float:
            if connection.execute(_START, row).first() is not None:
                return 0.0
            return max(1, int(connection.execute(_WAIT, row).scalar_one())) / 1000

        return await self._units.run_in_thread(work)

    async def left(self, shard: int, count: int) -> Session | None:
        """See `Sessions`."""
        kept = json.loads(await self._value(self._row(shard)) or "{}")
        # Either way: the clock of the machine it was written on may be ahead of ours.
        if kept.get("shards") != count or abs(time.time() - kept["at"]) > STALE_SECONDS:
            return None
        return Session(kept["session"], kept["sequence"], kept["address"])

    async def keep(self, sessions: Mapping[int, Session | None], count: int) -> None:
        """See `Sessions`."""
        over = [self._row(shard) for shard, session in sessions.items() if session is None]
        rows = [
            {"key": self._row(shard), "value": _written(session, count)}
            for shard, session in sorted(sessions.items())
            if session is not None
        ]

        def work(connection: Connection) -> None:
            if over:
                connection.execute(delete(meta).where(meta.c.key.in_(over)))
            if rows:
                connection.execute(upserting(connection, meta, ("value",)), rows)

        await self._units.run_in_thread(work)

    def _row(self, shard: int) -> str:
        return f"shard:{self._mark}:{shard}"

    async def _value(self, row: str) -> str | None:
        rows = await self._database.fetch(_VALUE, {"row": row})
        return rows[0][0] if rows else None


def _written(session: Session, count: int) -> str:
    kept = {"shards": count, "session": session.id, "sequence": session.sequence, "address": session.address}
    return canonical(kept | {"at": round(time.time())})
