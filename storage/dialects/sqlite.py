"""SQLite: reading through two raw aiosqlite connections, writing through SQLAlchemy on two more.

Reading past SQLAlchemy costs a quarter of its time per statement and nothing at start. Readers are `query_only`. Two
connections write, one of them for what is quicker in a thread of its own; `_alone` lets one at a time, of all
processes.
"""

from __future__ import annotations

import asyncio
import fcntl
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import aiosqlite

from bot.core.errors import StoreBusy, StoreError
from storage.reader import Params, Row
from storage.search import evidence
from storage.search.ranking import TIME_LIMIT, Syntax, statement
from storage.search.terms import Query, Term

if TYPE_CHECKING:
    from storage.engine import UnitsOfWork

READERS = 2
"""Searches take milliseconds and one thread each; more readers than cores only wait for each other."""

PATIENCE_SECONDS = 2.5
"""How long to wait for another writer: whoever pressed a button should hear of it within three seconds."""

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_PRAGMAS = (f"busy_timeout = {int(PATIENCE_SECONDS * 1000)}", "foreign_keys = on")


def is_busy(error: BaseException | None) -> bool:
    """Whether another connection holds the file; the low byte of the code, the rest says how it came to that."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY


def wal_may_corrupt(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the WAL-reset fault (sqlite.org/wal.html#walresetbug) or is older than WAL's cure."""
    return not (version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45))


def log_of(path: Path) -> Path:
    """The write-ahead log beside a database."""
    return path.with_name(f"{path.name}-wal")


def untouched(path: Path) -> str:
    """The address by which a database is read and left as it is.

    SQLite makes a log and its index even to read, and leaves them; so where there is no log, which means that nobody
    has the database open, it is told that the file will not change. Whoever reads like that has to look again where a
    log came into being meanwhile.
    """
    return f"{path.absolute().as_uri()}?{'mode=ro' if log_of(path).exists() else 'immutable=1'}"


def _any_of(terms: Sequence[Term]) -> str:
    # Terms hold letters and digits only, so nothing can break out of the quotes.
    words = [f'"{word}"' for term in terms for word in term.words]
    return " OR ".join(words + [f'"{" ".join(term.phrase)}"' for term in terms if term.phrase])


def _all_of(expressions: Sequence[str]) -> str:
    return " AND ".join(f"({expression})" for expression in expressions)


SYNTAX = Syntax("select rowid as id from search_index where search_index match {}", _any_of, _all_of)


class SqliteDatabase:
    """One SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connections: list[aiosqlite.Connection] = []
        self._free: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._lock_file: IO[str] | None = None
        self._one = asyncio.Lock()

    async def open(self) -> None:
        """Make the folder and connect. Raises StoreError."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError("store-unreachable", problem=str(error)) from error
        await self._connect(str(self._path))

    async def look(self) -> None:
        """Connect to what is there, make nothing and change nothing; see `untouched`. Raises StoreError."""
        await self._connect(untouched(self._path), uri=True)

    async def _connect(self, address: str, *, uri: bool = False) -> None:
        try:
            for _ in range(READERS):
                connection = aiosqlite.connect(address, isolation_level=None, uri=uri)
                # aiosqlite's thread would keep a process alive that fails before it comes to close its store;
                # SQLAlchemy does the same to the connections it makes.
                connection._thread.daemon = True  # noqa: SLF001 – there is no public way
                await connection
                self._connections.append(connection)
                for pragma in (*_PRAGMAS, "query_only = on", "cache_size = -8000"):
                    await connection.execute_fetchall(f"pragma {pragma}")
                self._free.put_nowait(connection)
        except sqlite3.Error as error:
            await self.close()
            raise StoreError("store-unreachable", problem=str(error)) from error

    async def fetch(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        """All rows; see `Reader`."""
        return await self._fetch(sql, params or {}, None)

    async def search(self, query: Query, *, offset: int, limit: int) -> Sequence[Row]:
        """See `Database`."""
        page: dict[str, object] = {"offset": offset, "limit": limit}
        sql, expressions = statement(query, SYNTAX)
        try:
            return await self._fetch(sql, expressions | page, TIME_LIMIT)
        except TimeoutError:
            sql, expressions = statement(query, SYNTAX, whole=False)
            return await self._fetch(sql, expressions | page, None)

    async def evidence(self, query: Query) -> Sequence[Row]:
        """See `Database`."""
        return await self._fetch(*evidence.statement(query, SYNTAX), None)

    async def _fetch(self, sql: str, params: Params, seconds: float | None) -> Sequence[Row]:
        connection = await self._free.get()
        try:
            async with asyncio.timeout(seconds):
                return list(await connection.execute_fetchall(sql, params))
        except TimeoutError:
            await connection.interrupt()
            raise
        except (UnicodeEncodeError, OverflowError):
            return []  # no row can hold what SQLite has no way to store
        except sqlite3.Error as error:
            if is_busy(error):
                raise StoreBusy("store-busy") from error
            raise StoreError("store-failed", problem=type(error).__name__) from error
        finally:
            # Also after a cancellation: the statement runs to its end in the connection's own thread, and the next
            # one waits there.
            self._free.put_nowait(connection)

    async def damage(self) -> tuple[str, ...]:
        """See `Database`."""
        found = [str(row[0]) for row in await self.fetch("pragma integrity_check") if row[0] != "ok"]
        dangling = await self.fetch("pragma foreign_key_check")
        return (*found, *(f"{row[0]} row {row[1]} names a missing row of {row[2]}" for row in dangling))

    @property
    def alone(self) -> bool:
        """See `Database`."""
        return True

    async def home(self) -> str:
        """See `Database`. The file's number: a device's may change with every start of the machine."""
        try:
            return str((await asyncio.to_thread(self._path.stat)).st_ino)
        except OSError as error:
            raise StoreError("store-unreachable", problem=str(error)) from error

    def beside(self, store: str) -> Path:
        """See `Database`. One for the place, whichever database stands there."""
        del store
        return self._path.with_name(f"{self._path.name}-generation")

    async def schema_version(self) -> str | None:
        """See `Database`."""
        if not await self.fetch("select 1 from sqlite_master where name = 'alembic_version'"):
            return None
        rows = await self.fetch("select version_num from alembic_version")
        return rows[0][0] if rows else None

    async def close(self) -> None:
        """Close the readers; an unclosed one has a thread that keeps the process from ending."""
        while self._connections:
            await self._connections.pop().close()
        if self._lock_file is not None:
            self._lock_file.close()

    def document(self, words: Sequence[str]) -> str:
        """The words as they are: FTS5 splits at blanks."""
        return " ".join(words)

    def units_of_work(self) -> UnitsOfWork:
        """See `Database`."""
        # Here and not above: SQLAlchemy is wanted only by the first write, see storage.engine.
        from sqlalchemy import create_engine  # noqa: PLC0415
        from sqlalchemy.engine import URL  # noqa: PLC0415
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

        from storage.engine import UnitsOfWork, begin_immediately  # noqa: PLC0415

        one: dict[str, Any] = {
            "pool_size": 1,
            "max_overflow": 0,
            "pool_timeout": PATIENCE_SECONDS,
            "hide_parameters": True,  # an error must not carry what people wrote into the log
        }
        engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(self._path)), **one)
        threaded = create_engine(URL.create("sqlite", database=str(self._path)), **one)
        for each in (engine.sync_engine, threaded):
            begin_immediately(each, (*_PRAGMAS, "journal_mode = wal", "synchronous = normal"))
        return UnitsOfWork(engine, gate=self._alone, is_busy=is_busy, threaded=threaded)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Keep every other process of ours from writing, checkpoints included.

        SQLite 3.7.0 to 3.51.2 may corrupt a WAL file when two connections write or checkpoint at the same instant,
        and the checkpoint after a commit runs when the transaction's own lock is gone already. A command beside
        the running service is such a second connection. So where the fault is present, writers queue at a lock
        file. The other way out, `journal_mode = truncate`, makes readers wait for every commit, and for a whole
        import once it outgrows the page cache. Readers never write, and the checkpoint of the last connection that
        closes runs under SQLite's exclusive lock.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._one.acquire()
        except TimeoutError as error:
            raise StoreBusy("store-busy") from error
        try:
            if wal_may_corrupt(sqlite3.sqlite_version_info):
                await self._lock_others_out()
            yield
        finally:
            if self._lock_file is not None:
                fcntl.flock(self._lock_file, fcntl.LOCK_UN)
            self._one.release()

    async def _lock_others_out(self) -> None:
        if self._lock_file is None:
            self._lock_file = self._path.with_name(f"{self._path.name}-lock").open("a")
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not _try_lock(self._lock_file):
            if asyncio.get_running_loop().time() > deadline:
                raise StoreBusy("store-busy")
            await asyncio.sleep(0.005)


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
