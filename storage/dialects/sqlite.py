"""SQLite: reading through two raw aiosqlite connections, writing through SQLAlchemy on two more.

Reading past SQLAlchemy costs a quarter of its time per statement and nothing at start. Readers are `query_only`. Two
connections write, one of them for what is quicker in a thread of its own; `_alone` lets one at a time, of all
processes.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import aiosqlite

from bot.core.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from storage.damage import Damage
from storage.disk import DiskSpace
from storage.reader import Params, Reader, Row
from storage.search import evidence
from storage.search.ranking import TIME_LIMIT, Syntax, statement
from storage.search.terms import Query, Term
from storage.shelves import VERSION

if TYPE_CHECKING:
    from storage.engine import UnitsOfWork

READERS = 2
"""Searches take milliseconds and one thread each; more readers than cores only wait for each other."""

PATIENCE_SECONDS = 2.5
"""How long to wait for other writers, all of them together: whoever pressed a button should hear of it within three
seconds."""

QUICK_BYTES = 256 * 1024 * 1024
"""The largest file that a start looks through: a second or two on a slow disk. Larger ones wait for the daily check."""

_PRAGMAS = (f"busy_timeout = {int(PATIENCE_SECONDS * 1000)}", "foreign_keys = on")


def wal_may_corrupt(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the WAL-reset fault (sqlite.org/wal.html#walresetbug) or is older than WAL's cure."""
    return not (version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45))


def log_of(path: Path) -> Path:
    """The write-ahead log beside a database."""
    # Beside the file itself, which `path` may only lead to.
    real = path.resolve()
    return real.with_name(f"{real.name}-wal")


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
        self._readers: list[_Reader] = []
        self._free: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._lock_file: IO[str] | None = None
        self._one = asyncio.Lock()
        self._patient_until = 0.0
        self.disk = DiskSpace(path)
        self.broken = Damage()

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
                connection = aiosqlite.connect(address, isolation_level=None, uri=uri, factory=self._reader)
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
            refusal = self._refusal(error)
            if isinstance(refusal, (StoreFull, StoreDamaged)):
                raise refusal from error
            raise StoreError("store-unreachable", problem=str(error)) from error

    def _reader(self, *given: Any, **more: Any) -> _Reader:
        self._readers.append(made := _Reader(*given, **more))
        return made

    @property
    def version_read(self) -> int:
        """See `Database`."""
        return max(each.version for each in self._readers)

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

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Reader]:
        """See `Database`."""
        connection = await self._free.get()
        try:
            await self._run(connection, "begin", {}, None)
            yield _Moment(lambda sql, params: self._run(connection, sql, params or {}, None))
        finally:
            # Also after a cancellation: others must not go on within this transaction.
            ending = asyncio.ensure_future(connection.rollback())
            ending.add_done_callback(lambda _: self._free.put_nowait(connection))
            await asyncio.shield(ending)

    async def _fetch(self, sql: str, params: Params, seconds: float | None) -> Sequence[Row]:
        connection = await self._free.get()
        try:
            return await self._run(connection, sql, params, seconds)
        finally:
            # Also after a cancellation: the statement runs to its end in the connection's own thread, and the next
            # one waits there.
            self._free.put_nowait(connection)

    async def _run(
        self, connection: aiosqlite.Connection, sql: str, params: Params, seconds: float | None
    ) -> Sequence[Row]:
        try:
            async with asyncio.timeout(seconds):
                return list(await connection.execute_fetchall(sql, params))
        except TimeoutError:
            await connection.interrupt()
            raise
        except (UnicodeEncodeError, OverflowError):
            return []  # no row can hold what SQLite has no way to store
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def _refusal(self, error: BaseException) -> StoreError:
        """What an error of the driver or of the lock file means."""
        if isinstance(error, OSError):
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                return self._full()
            return StoreError("store-failed", problem=type(error).__name__)
        problem = getattr(error, "sqlite_errorname", type(error).__name__)
        # The low byte of the code; the rest says how it came to that.
        match getattr(error, "sqlite_errorcode", 0) & 0xFF:
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return StoreBusy("store-busy")
            case sqlite3.SQLITE_FULL:
                return self._full()
            case sqlite3.SQLITE_IOERR if self.disk.exhausted:
                return self._full()
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                self.broken.found(problem)
                return StoreDamaged("store-damaged")
            case sqlite3.SQLITE_READONLY:
                return StoreError("store-read-only")
            case _:
                return StoreError("store-failed", problem=problem)

    def _full(self) -> StoreFull:
        self.disk.overflowed()
        return StoreFull("store-full")

    async def examine(self, *, whole: bool) -> None:
        """See `Database`. A file too large to be looked through at once is looked at where it begins."""
        try:
            problems = await asyncio.to_thread(_examine, self._path, whole=whole)
        except (OSError, sqlite3.Error) as error:
            raise self._refusal(error) from error
        if problems:
            self.broken.found("; ".join(problems))

    async def damage(self) -> tuple[str, ...]:
        """See `Database`."""
        try:
            found = [str(row[0]) for row in await self.fetch("pragma integrity_check") if row[0] != "ok"]
        except StoreDamaged:  # so broken that the check itself can't go on
            found = await self._unreadable()
        if found:
            return tuple(found)
        dangling = await self.fetch("pragma foreign_key_check")
        return tuple(f"{row[0]} row {row[1]} names a missing row of {row[2]}" for row in dangling)

    async def _unreadable(self) -> list[str]:
        found = []
        for (table,) in await self.fetch("select name from sqlite_schema where type = 'table' and rootpage > 0"):
            try:
                rows = await self.fetch(f"pragma integrity_check('{table}')")
                found += [f"{table}: {row[0]}" for row in rows if row[0] != "ok"]
            except StoreDamaged:
                found.append(f"{table}: can't be read")
        return found

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
        path = self._path.resolve()  # by whichever way it is named
        return path.with_name(f"{path.name}-generation")

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
            # Full: what somebody was told is done must outlive a power cut, and so must it that a message left. With
            # `normal` a commit is on the disk only some seconds later.
            begin_immediately(each, (*_PRAGMAS, "journal_mode = wal", "synchronous = full"), self._patience)
        return UnitsOfWork(engine, gate=self._alone, refusal=self._refusal, disk=self.disk, threaded=threaded)

    def _patience(self) -> int:
        """Milliseconds that the unit which has its turn may still wait for the file."""
        left = self._patient_until - time.monotonic()
        # Rounded, so that the pragma which sets it is needed only after a wait worth speaking of.
        return int(max(0.0, round(left, 1)) * 1000)

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
        until = time.monotonic() + PATIENCE_SECONDS
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._one.acquire()
        except TimeoutError as error:
            raise StoreBusy("store-busy") from error
        self._patient_until = until
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
        while not _try_lock(self._lock_file):
            if time.monotonic() > self._patient_until:
                raise StoreBusy("store-busy")
            await asyncio.sleep(0.005)


class _Reader(sqlite3.Connection):
    """A connection that notes with each statement of which version the store is.

    That costs some microseconds here, where the statement runs, and as much as another read anywhere else. Rows that
    are still to come are of the same moment; where there are none, it is of the moment after.
    """

    version = -1
    UNKNOWN = 1 << 62

    def execute(self, *given: Any) -> sqlite3.Cursor:
        """See `sqlite3.Connection`."""
        cursor = super().execute(*given)
        try:
            row = super().execute(VERSION).fetchone()
        except sqlite3.Error as error:
            # Before there is a schema nothing is of any version; what was interrupted, or is damaged, may be of any.
            self.version = -1 if error.sqlite_errorcode == sqlite3.SQLITE_ERROR else self.UNKNOWN
        else:
            self.version = int(row[0]) if row else self.UNKNOWN
        return cursor


@dataclass(frozen=True, slots=True)
class _Moment:
    """The database as it stood when its transaction began to read."""

    fetching: Callable[[str, Params | None], Awaitable[Sequence[Row]]]

    async def fetch(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        """All rows."""
        return await self.fetching(sql, params)


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _examine(path: Path, *, whole: bool) -> list[str]:
    """The first signs of damage in a file. Over a connection of its own, so that no reader waits for it."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_SECONDS)) as connection:
        connection.execute("pragma query_only = on")
        size, held = path.stat().st_size, connection.execute("select count(*) from sqlite_schema").fetchone()[0]
        if not held:
            return ["it is empty"]
        if not whole and size > QUICK_BYTES:
            return []
        check = "integrity_check" if whole else "quick_check"
        return [str(row[0]) for row in connection.execute(f"pragma {check}(3)") if row[0] != "ok"]
