"""The store on SQLite or PostgreSQL: `open_store` is all that others need."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.databases import postgres_address
from bot.core.errors import StoreError, StoreFull
from bot.core.leases import Alone, Leases
from storage.store import SqlStore

if TYPE_CHECKING:
    from storage.reader import Database

__all__ = ["SqlStore", "open_leases", "open_store"]


async def open_store(url: str) -> SqlStore:
    """Open the database at `url` and bring its schema up to date. Close the store with `await store.close()`.

    `sqlite:///data/pactwatch.db` (relative to the working directory), `sqlite:////var/lib/pactwatch.db` (absolute),
    `postgresql://user:password@host/name`. Raises StoreError, StoreBusy, SchemaTooNew.
    """
    try:
        return await _open(url)
    except StoreFull:
        # Even reading wants some pages of a file beside SQLite's. If there was a ballast, there is room for them now.
        return await _open(url)


async def _open(url: str) -> SqlStore:
    store = SqlStore(await _connect(url))
    try:
        await store.prepare()
    except BaseException:
        await store.close()
        raise
    return store


@asynccontextmanager
async def open_leases(url: str, on_time: Callable[[float], None]) -> AsyncIterator[Leases]:
    """Where processes on one database agree who does what; on SQLite there is one process.

    on_time: told how many seconds the database's clock is ahead of this machine's.
    """
    if url.startswith("sqlite"):
        yield Alone()
        return
    from storage.leases import PostgresLeases  # noqa: PLC0415 - brings the driver in

    leases = PostgresLeases(postgres_address(url).session, on_time)
    await leases.open()
    try:
        yield leases
    finally:
        await leases.close()


async def _connect(url: str) -> Database:
    # Each engine's module is imported only where it is used: the other one's driver takes its time.
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        from storage.dialects.sqlite import SqliteDatabase  # noqa: PLC0415

        database = SqliteDatabase(Path(rest[1:]))
        await database.open()
        return database
    if scheme in ("postgresql", "postgres"):
        from storage.dialects.postgres import PostgresDatabase  # noqa: PLC0415

        return PostgresDatabase(f"postgresql://{rest}")
    raise StoreError("store-unknown-scheme", scheme=scheme)
