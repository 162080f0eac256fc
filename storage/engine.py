"""The writing side: one SQLAlchemy engine, one way to run a unit of work, one way to bring the schema up to date.

Imported only when something is to be written or migrated: it brings SQLAlchemy in, and that takes longer than all
the rest of a start.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, Table, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import StoreBusy, StoreError
from bot.core.leases import News
from storage import upgrades
from storage.disk import DiskSpace
from storage.migrations import FOLDER, KNOWN
from storage.notifying import said

T = TypeVar("T")
Gate = Callable[[], AbstractAsyncContextManager[None]]

MIGRATION_SECONDS = 300
DDL_SECONDS, PAUSE_SECONDS = 1, 2
"""Whoever wants a table queues behind a change of it that waits, for as long as that waits."""
MIGRATION_LOCK = 7_314_159
"""Any number, the same in every process: PostgreSQL's advisory lock under which the schema is changed."""


class UnitsOfWork:
    """Runs units of work, each in one transaction that ends whatever happens to the caller."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        gate: Gate,
        refusal: Callable[[BaseException], StoreError],
        disk: DiskSpace,
        threaded: Engine | None = None,
    ) -> None:
        """`gate` is passed by each unit before it begins; `refusal` says what an error of the driver means.

        threaded: a second engine for `run_in_thread`, where the driver has a thread of its own anyway. tell: what is
        said in a unit (`storage.notifying`) is told here as soon as it is committed.
        """
        self.engine = engine
        self.tell: Callable[[News], None] = lambda _news: None
        self._threaded = threaded
        self._gate = gate
        self._refusal = refusal
        self._disk = disk
        self._open: set[asyncio.Task[Any]] = set()

    async def run_tx(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run `work` in one transaction; raises StoreBusy, StoreError, or what `work` raised.

        The work is a task of its own behind a shield. A cancelled caller goes away at once and the work still ends
        with a commit or a rollback: cancelled in the middle of a statement, aiosqlite would leave the transaction
        open and the file locked until the garbage collector finds the connection.
        """
        return await self._shielded(self._unit(work))

    async def run_in_thread(self, work: Callable[[Connection], T]) -> T:
        """Run `work` as `run_tx` does, for units of many statements that are to be quick.

        aiosqlite goes to its thread and back three times a statement, which takes longer than most statements do:
        with SQLite the whole unit goes there once.
        """
        if self._threaded is None:
            return await self.run_tx(lambda connection: connection.run_sync(work))
        return await self._shielded(self._unit_in_thread(self._threaded, work))

    async def _shielded(self, unit: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(unit)
        self._open.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._open.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that a caller who went away leaves no "never retrieved" in the log

    async def _unit(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        with self._refusals():
            async with self._gate(), self.engine.begin() as connection:
                bare = connection.sync_connection
                assert bare is not None  # noqa: S101 - it is open
                said(bare)
                result, news = await work(connection), said(bare)
        self._tell(news)
        return result

    async def _unit_in_thread(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        def unit() -> tuple[T, Collection[News]]:
            with engine.begin() as connection:
                said(connection)
                return work(connection), said(connection)

        with self._refusals():
            async with self._gate():
                result, news = await asyncio.to_thread(unit)
        self._tell(news)
        return result

    def _tell(self, news: Collection[News]) -> None:
        for each in news:
            self.tell(each)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as error:
            raise StoreBusy("store-busy") from error
        except (DBAPIError, OSError) as error:  # the latter of SQLite's lock file
            cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
            raise self._refusal(cause) from error
        self._disk.written()

    async def migrate(self) -> None:
        """Bring the schema to HEAD in one transaction; waits while another process does it. Raises SchemaTooNew.

        On PostgreSQL others go on working with the schema as it is. A table that somebody reads for long, such as a
        backup, is asked for again and again: waiting for it at one stretch would hold up everybody else as well.
        """
        until = time.monotonic() + MIGRATION_SECONDS
        while True:
            try:
                return await self.run_tx(lambda connection: connection.run_sync(_migrate))
            except StoreBusy:
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(PAUSE_SECONDS)

    async def close(self) -> None:
        """Let open units end, then close all connections."""
        while self._open:
            await asyncio.wait(self._open)
        await self.engine.dispose()
        if self._threaded is not None:
            self._threaded.dispose()


def upserting(connection: Connection | AsyncConnection, table: Table, replace: tuple[str, ...] = ()) -> Executable:
    """The statement that inserts rows; of one that is there already, it takes over `replace` or leaves it as it is."""
    # The two dialects spell it alike; SQLAlchemy has no spelling for both.
    # By name: importing the other engine's dialect would cost every process 5 MB.
    statement = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table)
    if not replace:
        return statement.on_conflict_do_nothing()  # type: ignore[no-any-return]  # the module is found by name
    new = {name: statement.excluded[name] for name in replace}
    key = list(table.primary_key.columns)
    return statement.on_conflict_do_update(index_elements=key, set_=new)  # type: ignore[no-any-return]  # as above


async def upsert(
    connection: AsyncConnection, table: Table, rows: list[dict[str, object]], replace: tuple[str, ...] = ()
) -> None:
    """Insert rows; of one that is there already, take over the columns in `replace`, or leave it as it is."""
    await connection.execute(upserting(connection, table, replace), rows)


def _migrate(connection: Connection) -> None:
    # Here and not above: a process on a current database never needs them, and they bring 20 MB of every dialect.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        # Another process that migrates is waited for: it may have a large table before it.
        connection.execute(text(f"set local lock_timeout = '{MIGRATION_SECONDS}s'"))
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        connection.execute(text(f"set local lock_timeout = '{DDL_SECONDS}s'"))
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in KNOWN:  # by a newer program, perhaps while this one waited
        if not upgrades.is_usable(current, connection.scalar(text(upgrades.USABLE_FROM))):
            raise upgrades.refusal(current)
        return
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    command.upgrade(config, "head")
    step = ScriptDirectory.from_config(config).get_revision("head")
    row = {"since": step.module.USABLE_FROM}
    connection.execute(text("update meta set value = :since where key = 'usable_from'"), row)


def begin_immediately(engine: Engine, pragmas: tuple[str, ...], patience: Callable[[], int]) -> None:
    """SQLAlchemy's documented recipe for SQLite: the driver begins nothing by itself, we begin as a writer.

    A transaction that begins by reading and then writes fails at once when another wrote meanwhile, however long
    the busy timeout is: its snapshot is too old to be written on. patience: milliseconds to wait for another writer.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"pragma {pragma}")
        cursor.close()
        record.info["patience"] = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.info["patience"] != (left := patience()):
            cursor = connection.connection.cursor()
            cursor.execute(f"pragma busy_timeout = {left}")
            cursor.close()
            connection.info["patience"] = left
        connection.exec_driver_sql("begin immediate")
