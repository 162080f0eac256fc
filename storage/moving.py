"""Moving a store from SQLite to PostgreSQL, beside whoever uses it: the two are compared, and what differs is written.

So a move that was cut off goes on where it was, and one that is repeated costs a comparison. Each step is committed.
The order is what keeps both from sending: the target can't be opened until all is over, the source sends nothing from
a commit on that comes first, and what is cut off between the two is brought to its end by the next move.
"""

from __future__ import annotations

import asyncio
import hashlib
import marshal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Table

from bot.core.errors import SchemaTooNew, StoreBusy, StoreError, StoreFull
from bot.core.safety import Cause, SafeMode
from storage import SqlStore, chain, open_store, schema
from storage.dialects.postgres import PostgresDatabase
from storage.dialects.postgres_moving import Target
from storage.dialects.sqlite import SqliteDatabase
from storage.dialects.sqlite_moving import Source, snapshot
from storage.engine import UnitsOfWork
from storage.migrations import HEAD, KNOWN
from storage.safekeeping import come_back, leave
from storage.safety import marks, read_mode, safe_mode
from storage.spans import TABLES, Key, Span, key_of

T = TypeVar("T")
Progress = Callable[[int, int], None]

FEW, PASSES = 1_000, 5
"""So many rows may be left for the last pass, in which nobody else writes; and so often it is tried to come to that."""
POLL_SECONDS = 0.2

LOGGED = (schema.entries, schema.revisions, schema.audit)
IN_HAND = "select count(*) from deliveries where open = 1 and owner <> '' and due_at > :now"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a move goes about it.

    rows: in a span; a few megabytes of the longest. calm: seconds in which what is under way when sending ends, and
    stands in no list, comes to its end. patience: seconds that senders may take to let go, and writers to let us write.
    """

    rows: int = 2_000
    calm: float = 2.0
    patience: float = 60.0


UNHURRIED = Manner()


@dataclass(frozen=True, slots=True)
class Moved:
    """rows: how many each table has. mode: the safe mode that came over with them."""

    rows: Mapping[str, int]
    mode: SafeMode | None


class Move:
    """One store on its way. Made by `moving`. now: milliseconds since 1970."""

    def __init__(self, store: SqlStore, path: Path, target_url: str, now: Callable[[], int], manner: Manner) -> None:
        self._store, self._path, self._now, self._manner = store, path, now, manner
        self._source = SqliteDatabase(path)
        self._units: UnitsOfWork = self._source.units_of_work()
        self._target, self._there = Target(target_url), PostgresDatabase(target_url)
        self._bounds: dict[str, list[Key]] = {}
        self._known: dict[Span, bytes] = {}
        self._mark = self._home = ""
        self._stopping = False
        self._working: asyncio.Task[Any] | None = None

    async def begin(self) -> None:
        """Prepare the target and mark it. Raises StoreError for one that must not be moved into."""
        await self._source.open()
        await self._store.safety.recognise(self._now())  # what is taken for a copy here is one there
        found = await marks(self._source)
        self._mark = found.store
        await self._apart(self._target.open)
        version = await self._at_target(self._there.schema_version())
        if version is not None and version not in KNOWN:
            raise StoreError("move-too-new", found=version, known=HEAD)
        if version is None and not await self._apart(lambda: self._target.bare):
            raise StoreError("move-not-empty")
        await self._at_target(self._migrate())
        self._home = await self._at_target(self._there.home())
        await self._apart(lambda: self._target.begin(found.store, found.generation))

    async def _migrate(self) -> None:
        units = await asyncio.to_thread(self._there.units_of_work)
        await units.migrate()

    async def copy(self, progress: Progress) -> None:
        """Bring over what differs, until little does; others may go on writing to the source."""
        for _ in range(PASSES):
            if await self._apart(lambda: self._pass(progress)) <= FEW:
                return

    async def finish(self, progress: Progress) -> Moved:
        """Let the target take over. Raises StoreError, and then the source goes on as before.

        First nothing is sent from the source any more, then the last differences are copied while nobody writes, then
        the target may be sent from. Where that last step fails neither sends until a move comes to its end.
        """
        await self._verify_logs()
        await self._apart(self._target.analyze)
        before = await self._patiently(lambda: self._units.run_in_thread(self._leave))
        try:
            await self._patiently(self._store.safety.advance)  # a copy from before is one that was put back
            await self._let_go(0 if _has_left(before) else self._manner.calm)
            last = partial(self._last, progress=progress)
            counts, logged = await self._patiently(lambda: self._units.run_in_thread(last))
            if logged:
                await self._verify_logs()
        except BaseException:
            self._stopping = True
            await self._patiently(lambda: self._units.run_in_thread(lambda connection: come_back(connection, before)))
            raise
        # Not taken back any more: of a commit whose answer is lost nobody knows.
        await self._apart(lambda: self._target.release(self._mark, self._home))
        return Moved(counts, await self._at_target(safe_mode(self._there)))

    def _leave(self, connection: Connection) -> str:
        before = leave(connection, self._home, self._now())
        if not _has_left(before):
            self._target.keep_mode(before)
        return before

    async def _let_go(self, calm: float) -> None:
        """Wait until whoever sends from the source has written down what came of what was under way."""
        await asyncio.sleep(calm)
        end = asyncio.get_running_loop().time() + self._manner.patience
        while (await self._source.fetch(IN_HAND, {"now": self._now()}))[0][0]:
            if asyncio.get_running_loop().time() > end:
                raise StoreError("move-sending")
            await asyncio.sleep(POLL_SECONDS)

    async def _verify_logs(self) -> None:
        if broken := await self._at_target(chain.first_broken(self._there)):
            raise StoreError("move-unfit", what="audit", problem=str(broken))

    # In a thread

    def _pass(self, progress: Progress) -> int:
        """Compare everything and write what differs; returns how many rows that was."""
        with snapshot(self._path, self._there.document) as source:
            meter = _Meter(progress, source)
            differing, cleared = self._compare(source, self._spans(source, reversed(TABLES)), meter)
            return cleared + self._write(source, differing, meter)

    def _last(self, connection: Connection, *, progress: Progress) -> tuple[dict[str, int], bool]:
        """The last pass, within a transaction that keeps everybody from writing; also, whether the logs grew by it."""
        source = Source(_raw(connection), self._there.document)
        meter = _Meter(progress, source)
        differing, _ = self._compare(source, self._spans(source, reversed(TABLES)), meter)
        self._write(source, differing, meter)
        left, _ = self._compare(source, differing, meter)
        for span in left:
            raise StoreError("move-unfit", what=span.table.name, problem="rows differ")
        counts = {table.name: source.count(table) for table in TABLES}
        for table in TABLES:
            if (there := self._target.count(table)) != counts[table.name]:
                problem = f"{counts[table.name]} rows here, {there} there"
                raise StoreError("move-unfit", what=table.name, problem=problem)
        return counts, any(span.table in LOGGED for span in differing)

    def _compare(self, source: Source, spans: Iterable[Span], meter: _Meter) -> tuple[list[Span], int]:
        """Which spans differ, and how many rows of theirs were cleared away at the target.

        To be asked for the tables that name others first: what is named can be deleted only after what names it.
        """
        differing: list[Span] = []
        cleared = 0
        for span in spans:
            self._halt()
            rows = source.rows(span)
            digest = hashlib.sha256(marshal.dumps(rows, 2)).digest()
            if self._known.get(span) != digest:
                wanted = {key_of(span.table, row): row for row in rows}
                there = {key_of(span.table, row): row for row in self._target.rows(span)}
                if wanted != there:
                    gone = [key for key in there if key not in wanted]
                    changed = [key for key in there if key in wanted and wanted[key] != there[key]]
                    self._target.clear(span.table, gone, changed)
                    differing.append(span)
                    cleared += len(gone)
                    continue
                self._known[span] = digest
            meter.add(len(rows))
        return differing, cleared

    def _write(self, source: Source, spans: list[Span], meter: _Meter) -> int:
        """Write what differs in these spans, of those that others name first; returns how many rows that was."""
        written = 0
        for span in reversed(spans):
            self._halt()
            rows = source.rows(span)
            there = {key_of(span.table, row): row for row in self._target.rows(span)}
            found = [(row, there.get(key_of(span.table, row))) for row in rows]
            new = [row for row, old in found if old is None]
            changed = [row for row, old in found if old is not None and old != row]
            self._target.write(span.table, new, changed)
            written += len(new) + len(changed)
            meter.add(len(rows))
        return written

    def _spans(self, source: Source, tables: Iterable[Table]) -> Iterator[Span]:
        """All rows there are or may be. Cuts stay where they are, so that what is known of a span goes on to hold."""
        for table in tables:
            bounds = self._bounds.setdefault(table.name, [])
            low: Key | None = None
            for bound in bounds:
                yield Span(table, low, bound)
                low = bound
            while (following := source.key_after(table, low, self._manner.rows)) is not None:
                bounds.append(following)
                yield Span(table, low, following)
                low = following
            yield Span(table, low, None)

    def _halt(self) -> None:
        if self._stopping:
            raise _Stopped

    # Between the loop and the threads

    async def _apart(self, work: Callable[[], T]) -> T:
        """Run work in a thread, which is waited for whatever happens to the caller."""
        self._working = asyncio.ensure_future(asyncio.to_thread(work))
        return await asyncio.shield(self._working)

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Do what others who write to the source keep us from, sooner or later."""
        end = asyncio.get_running_loop().time() + self._manner.patience
        while True:
            try:
                return await attempt()
            except StoreBusy:
                if asyncio.get_running_loop().time() > end:
                    raise

    async def _at_target(self, work: Awaitable[T]) -> T:
        """Await work at the target; its refusals speak of DATABASE_URL, which is the source."""
        try:
            return await work
        except StoreFull as error:
            raise StoreFull("move-full") from error
        except SchemaTooNew as error:
            raise StoreError("move-too-new", **error.data) from error
        except StoreError as error:
            raise StoreError("move-failed", problem=str(error.data.get("problem", error.key))) from error

    async def close(self) -> None:
        """Let what is under way in a thread end, and let go of both databases."""
        self._stopping = True
        if self._working is not None:
            await asyncio.wait({self._working})
            self._working.exception()
        await self._units.close()
        await self._source.close()
        await self._there.close()
        await asyncio.to_thread(self._target.close)


class _Stopped(Exception):
    """Whoever wanted the move has gone away; nobody waits for this."""


class _Meter:
    """How far a pass is."""

    def __init__(self, progress: Progress, source: Source) -> None:
        self._progress = progress
        self._done, self._all = 0, sum(source.count(table) for table in TABLES)

    def add(self, rows: int) -> None:
        self._done += rows
        self._progress(min(self._done, self._all), self._all)


def _has_left(mode: str) -> bool:
    """Whether nothing was sent any more when a move began that another one takes up."""
    found = read_mode(mode)
    return found is not None and found.cause is Cause.MOVED


def _raw(connection: Connection) -> Any:
    """The driver's own connection."""
    return connection.connection.driver_connection


@asynccontextmanager
async def moving(
    source_url: str, target_url: str, *, now: Callable[[], int], manner: Manner = UNHURRIED
) -> AsyncIterator[Move]:
    """Begin to move a store. Raises StoreError where it can't be, or must not be, moved there."""
    if not source_url.startswith("sqlite:///"):
        raise StoreError("move-source")
    path = Path(source_url.removeprefix("sqlite:///"))
    if not await asyncio.to_thread(path.is_file):
        raise StoreError("store-unreachable", problem=f"{path} does not exist")
    store = await open_store(source_url)
    try:
        move = Move(store, path, target_url, now, manner)
        try:
            await move.begin()
            yield move
        finally:
            await move.close()
    finally:
        await store.close()
