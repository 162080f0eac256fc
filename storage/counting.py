"""Counters in `meta`, by which others see that something is new to them without reading it all."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text, cast, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import meta


async def count(connection: AsyncConnection, counter: str) -> int:
    """Count one up; returns how far it is.

    The row is held until the end of the transaction: numbers are seen in the order of the commits, so whoever has seen
    one misses nothing that has a lower one.
    """
    row = update(meta).where(meta.c.key == counter)
    counted = row.values(value=cast(cast(meta.c.value, BigInteger) + 1, Text)).returning(meta.c.value)
    return int((await connection.execute(counted)).scalar_one())
