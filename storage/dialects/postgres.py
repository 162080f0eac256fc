"""PostgreSQL: reading and writing through one SQLAlchemy engine on psycopg."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import errors
from sqlalchemy import TextClause, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.databases import postgres_address
from bot.core.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from storage.damage import Damage
from storage.dialects.postgres_pool import Pool
from storage.disk import DiskSpace
from storage.reader import Params, Reader, Row
from storage.search import evidence
from storage.search.ranking import TIME_LIMIT, Syntax, statement
from storage.search.terms import Query, Term

if TYPE_CHECKING:
    from storage.engine import UnitsOfWork


def _any_of(terms: Sequence[Term]) -> str:
    # Terms hold letters and digits only, so nothing can break out of the quotes.
    words = [f"'{word}'" for term in terms for word in term.words]
    return " | ".join(
        words + ["(" + " <-> ".join(f"'{word}'" for word in term.phrase) + ")" for term in terms if term.phrase]
    )


def _all_of(expressions: Sequence[str]) -> str:
    return " & ".join(f"({expression})" for expression in expressions)


WIDE = 10_000
"""Hits of a word that are put in order. SQLite finds entries by their number, PostgreSQL as they lie on the disk, where
each change of one moves it: of more than these it would look at others than SQLite does."""
_HITS = f"select entry_id as id from search_documents where vector @@ cast({{}} as tsquery) limit {WIDE}"  # noqa: S608
SYNTAX = Syntax(f"select id from ({_HITS}) hits order by id", _any_of, _all_of)  # noqa: S608 - a constant


# The planner takes a vector to be as cheap to read as a number and scans a table of some hundred entries, unpacking
# every vector once per term: 15 ms where the index takes one.
_FOR_SEARCH = f"begin; set local statement_timeout = {TIME_LIMIT * 1000:.0f}; set local enable_seqscan = off"


UNDECLARED = "unsupported startup parameter"
"""What a pooler says to whoever begins a connection with settings, as is right with a server only."""
# A server may keep its identifier from everybody but its administrators. Then the number that it gave to a table stands
# for it: that of a dump which is restored elsewhere is another one, but for a rare chance.
MAY_KNOW = "select has_function_privilege('pg_control_system()', 'execute')"
_SERVER = "(select system_identifier from pg_control_system())"
_TABLE = "(select cast(to_regclass('meta') as oid))"
_HOME = "select {} || '/' || (select oid from pg_database where datname = current_database())"


def home_query(*, knows: bool) -> str:
    """What asks a database where it is; knows: whether it may be told which server that is."""
    return _HOME.format(_SERVER if knows else _TABLE)


class PostgresDatabase:
    """One PostgreSQL database."""

    def __init__(self, url: str) -> None:
        try:
            self._pool = Pool(postgres_address(url))
        except (ArgumentError, ValueError) as error:
            raise StoreError("store-unreachable", problem="not an address of a database") from error
        self._searching = self._pool.engine.execution_options(begin=_FOR_SEARCH)
        self._of_one_moment = self._pool.engine.execution_options(begin="begin isolation level repeatable read")
        self.disk = DiskSpace(None)
        self.broken = Damage()
        self._texts: dict[str, TextClause] = {}

    async def fetch(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        """All rows; see `Reader`."""
        # Searches differ by their number of terms only, so the texts are few.
        clause = self._texts.setdefault(sql, text(sql))
        self._pool.check()
        try:
            async with self._pool.reading.connect() as connection:
                return (await connection.execute(clause, params)).all()
        except (UnicodeEncodeError, DataError):
            return []  # no row can hold what PostgreSQL refuses to take
        except (PoolTimeout, DBAPIError) as error:
            raise self._refusal(error) from error

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Reader]:
        """See `Database`."""
        self._pool.check()
        try:
            async with self._of_one_moment.connect() as connection:
                yield _Moment(connection)
        except (PoolTimeout, DBAPIError) as error:
            raise self._refusal(error) from error

    @property
    def version_read(self) -> int:
        """See `Database`."""
        return -1

    async def damage(self) -> tuple[str, ...]:
        """See `Database`. PostgreSQL keeps its own structure and foreign keys whole; reading a table is the test."""
        await self.fetch("select count(*) from entries")
        return ()

    @property
    def alone(self) -> bool:
        """See `Database`."""
        return False

    async def home(self) -> str:
        """See `Database`. A dump that is restored is another database, a new server has another identifier."""
        knows = (await self.fetch(MAY_KNOW))[0][0]
        return str((await self.fetch(home_query(knows=knows)))[0][0])

    def beside(self, store: str) -> Path:
        """See `Database`."""
        return Path("data") / f"pactwatch-{store}.generation"

    async def examine(self, *, whole: bool) -> None:
        """See `Database`. PostgreSQL looks after its own pages, and says so in answer to whatever meets a bad one."""
        del whole
        await self.damage()

    async def schema_version(self) -> str | None:
        """See `Database`."""
        if not (await self.fetch("select to_regclass('alembic_version') is not null"))[0][0]:
            return None
        rows = await self.fetch("select version_num from alembic_version")
        return rows[0][0] if rows else None

    async def search(self, query: Query, *, offset: int, limit: int) -> Sequence[Row]:
        """See `Database`."""
        page: dict[str, object] = {"offset": offset, "limit": limit}
        sql, expressions = statement(query, SYNTAX)
        if (rows := await self._in_time(sql, expressions | page)) is not None:
            return rows
        sql, expressions = statement(query, SYNTAX, whole=False)
        return await self.fetch(sql, expressions | page)

    async def evidence(self, query: Query) -> Sequence[Row]:
        """See `Database`."""
        return await self._in_time(*evidence.statement(query, SYNTAX)) or ()

    async def _in_time(self, sql: str, params: Params) -> Sequence[Row] | None:
        """The rows of a search; None where it takes too long."""
        self._pool.check()
        try:
            async with self._searching.begin() as connection:
                return (await connection.execute(text(sql), params)).all()
        except (PoolTimeout, DBAPIError) as error:
            if not (isinstance(error, DBAPIError) and isinstance(error.orig, errors.QueryCanceled)):
                raise self._refusal(error) from error
        return None

    def document(self, words: Sequence[str]) -> str:
        """Each word with its place, as a tsvector is written; places above the highest are the highest."""
        return " ".join(f"'{word}':{min(place, 16_383)}" for place, word in enumerate(words, 1))

    def units_of_work(self) -> UnitsOfWork:
        """See `Database`."""
        # Here and not above, as for SQLite: Alembic is wanted only by the first write.
        from storage.engine import UnitsOfWork  # noqa: PLC0415

        return UnitsOfWork(self._pool.engine, gate=self._pool.gate, refusal=self._refusal, disk=self.disk)

    def _refusal(self, error: BaseException) -> StoreError:
        """What an error of SQLAlchemy or of the driver means."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        match cause:
            case (
                PoolTimeout()
                | errors.LockNotAvailable()
                | errors.SerializationFailure()
                | errors.DeadlockDetected()
                | errors.TooManyConnections()
            ):
                return StoreBusy("store-busy")
            case errors.DiskFull():
                self.disk.overflowed()
                return StoreFull("store-full")
            case errors.DataCorrupted() | errors.IndexCorrupted():
                self.broken.found(type(cause).__name__)
                return StoreDamaged("store-damaged")
            case errors.ReadOnlySqlTransaction():
                return StoreError("store-read-only")
            case psycopg.OperationalError() if UNDECLARED in str(cause):
                return StoreError("store-pooler")
            case psycopg.OperationalError():
                return StoreError("store-unreachable", problem=type(cause).__name__)
            case _:
                return StoreError("store-failed", problem=type(cause).__name__)

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()


@dataclass(frozen=True, slots=True)
class _Moment:
    """The database as it stood when its transaction began to read."""

    connection: AsyncConnection

    async def fetch(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        """All rows."""
        return (await self.connection.execute(text(sql), params)).all()
