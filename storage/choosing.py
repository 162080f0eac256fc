"""Writing choices of language, so that every process that holds them in memory takes them up."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.leases import News
from storage.counting import count
from storage.engine import upsert
from storage.notifying import notify
from storage.schema import meta, preferences


async def choose(connection: AsyncConnection, ref: str, locale: str) -> None:
    """See `Store.set_language`."""
    row: dict[str, object] = {"ref": ref, "language": locale, "changed": await count(connection, "preferences")}
    await upsert(connection, preferences, [row], replace=("language", "changed"))
    await connection.run_sync(notify, News.PREFERENCES)


async def erased(connection: AsyncConnection) -> None:
    """Have everybody read all choices anew: of one that was deleted there is no row that could say so."""
    now = await count(connection, "preferences")
    await connection.execute(update(meta).where(meta.c.key == "preferences_erased").values(value=str(now)))
    await connection.run_sync(notify, News.PREFERENCES)
