"""Writing the audit log: what was done at the desk, each row chained to the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.editorial import Act
from storage.bodies import canonical
from storage.chain import link
from storage.schema import audit, meta

COLUMNS = ("seq", "at", "actor", "deed", "subject", "place", "approved_by", "detail")
"""What the hash of a row covers, in this order."""

NOTHING: Mapping[str, object] = {}


async def append(
    connection: AsyncConnection,
    act: Act,
    deed: str,
    subject: str,
    *,
    approved_by: Sequence[str] = (),
    detail: Mapping[str, object] = NOTHING,
) -> tuple[int, str]:
    """Write one row within the caller's transaction; returns the new head (number, hash).

    `Writer.audited` runs such a transaction: it holds the log's end, or two writers would go on from the same row and
    the numbers have gaps, and says the head once it is committed.
    """
    row = meta.c.key == "audit_hash"
    last = await connection.scalar(select(meta.c.value).where(row).with_for_update())
    seq = (await connection.scalar(select(func.max(audit.c.seq))) or 0) + 1
    values = (seq, act.at, act.account, deed, subject, act.place, canonical(list(approved_by)), canonical(dict(detail)))
    digest = link(last or "", values)
    await connection.execute(insert(audit), {**dict(zip(COLUMNS, values, strict=True)), "hash": digest})
    await connection.execute(update(meta).where(row).values(value=digest))
    return seq, digest


async def hold(connection: AsyncConnection) -> None:
    """Let nobody else append until the end of the transaction (PostgreSQL; SQLite has one writer at a time).

    The first thing that every transaction at the desk does, so that two never wait for each other.
    """
    await connection.execute(select(meta.c.value).where(meta.c.key == "audit_hash").with_for_update())


async def head(connection: AsyncConnection) -> tuple[int, str]:
    """The number and the hash of the last row; (0, "") where there is none."""
    found = await connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1))
    last = found.first()
    return (last.seq, last.hash) if last else (0, "")
