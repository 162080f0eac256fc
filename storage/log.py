"""Writing the log of revisions and the counter of versions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.leases import News
from storage.bodies import canonical
from storage.chain import link
from storage.notifying import notify
from storage.schema import meta, revisions


class Log:
    """The end of the log within one transaction. Rows are added, flushed in batches, and the log closed once."""

    def __init__(self, connection: AsyncConnection, seq: int, last_hash: str, version: int) -> None:
        self._connection = connection
        self._seq = seq
        self._hash = last_hash
        self._version = version
        self._rows: list[dict[str, object]] = []

    @classmethod
    async def open(cls, connection: AsyncConnection) -> Log:
        """Find the end. On PostgreSQL it also locks it, or two writers would go on from the same row."""
        rows = await connection.execute(select(meta).where(meta.c.key.in_(("version", "log_hash"))).with_for_update())
        values = {row.key: row.value for row in rows}
        seq = await connection.scalar(select(func.max(revisions.c.seq)))
        return cls(connection, seq or 0, values["log_hash"], int(values["version"]))

    def add(
        self,
        entry_id: int,
        key: str,
        revision: int,
        *,
        at: str,
        author: str,
        note: str,
        body: str,
        approvals: Sequence[str] = (),
    ) -> tuple[int, str]:
        """Add one revision of an entry; returns its row's number and hash."""
        self._seq += 1
        approved_by = canonical(list(approvals))
        self._hash = link(self._hash, (self._seq, key, revision, at, author, approved_by, note, body))
        self._rows.append(
            {
                "seq": self._seq,
                "entry_id": entry_id,
                "revision": revision,
                "at": at,
                "author": author,
                "approved_by": approved_by,
                "note": note,
                "body": body,
                "hash": self._hash,
            }
        )
        return self._seq, self._hash

    async def flush(self) -> None:
        """Write what was added."""
        if self._rows:
            await self._connection.execute(insert(revisions), self._rows)
            self._rows = []

    async def close(self) -> None:
        """Note the new end, and that readers see something new."""
        await self.flush()
        for key, value in (("version", str(self._version + 1)), ("log_hash", self._hash)):
            await self._connection.execute(update(meta).where(meta.c.key == key).values(value=value))
        await self._connection.run_sync(notify, News.ENTRIES)
