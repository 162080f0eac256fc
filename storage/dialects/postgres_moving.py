"""A PostgreSQL database that rows are moved into, through one connection that holds the lock for it.

The statements know tables only by `storage.schema`; what is where and why is decided in `storage.moving`.
"""

# ruff: noqa: S608 – statements are put together from the names of our own tables; values are always parameters
from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Table, Text, UniqueConstraint

from bot.core.errors import StoreError, StoreFull
from storage.dialects.postgres_pool import CONNECT_SECONDS, OUR_TCP
from storage.schema import meta
from storage.spans import PARENTS, TABLES, Key, Row, Span, columns, key_columns, moved_rows, names

MOVE_LOCK = 7_314_160
"""Any number, the same in every process: PostgreSQL's advisory lock of the one who moves into a database."""

ENCODING = "select pg_encoding_to_char(encoding) from pg_database where datname = current_database()"
OTHERS = "select exists (select 1 from pg_tables where schemaname = current_schema())"
# What a server lets other work take is not meant for this; older ones lack some of these.
PATIENCE = "select set_config(name, '0', false) from pg_settings where name like '%timeout' and context = 'user'"
KEEP = "insert into meta (key, value) values (%s, %s) on conflict (key) do update set value = excluded.value"
# Whatever the order of the rows: half of the hash of each, added up. Not kept from anybody who wants to deceive.
DIGEST = """
    select count(*), coalesce(sum(
        ('x' || left(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint
    ), 0) from {table} t where {which}"""
COUNT_ON = """
    select setval(pg_get_serial_sequence('{table}', '{key}'), coalesce(max({key}), 1), max({key}) is not null)
    from {table}"""


def _ordered(table: Table) -> str:
    """The key as SQLite orders it, by bytes; a server orders text by its own locale."""
    return ", ".join(
        f'{each.name} collate "C"' if isinstance(each.type, Text) else each.name for each in key_columns(table)
    )


def _many(connection: psycopg.Connection[Any], query: str, values: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(query, values)


def _of_key(table: Table) -> str:
    return " and ".join(f"{each.name} = %s" for each in key_columns(table))


class Target:
    """Where rows are moved to. The methods block: they are for a thread. All raise StoreError."""

    def __init__(self, url: str) -> None:
        self._url = "postgresql://" + url.partition("://")[2]
        self._connection: psycopg.Connection[Any] | None = None

    def open(self) -> None:
        """Connect, and keep everybody else from moving into it."""
        try:
            self._connection = psycopg.connect(
                self._url,
                autocommit=True,
                application_name="pactwatch move",
                connect_timeout=CONNECT_SECONDS,
                **OUR_TCP,
            )
        except psycopg.ProgrammingError:  # which would quote the password
            raise StoreError("move-unreachable", problem="not an address of a database") from None
        except psycopg.Error as error:
            raise StoreError("move-unreachable", problem=str(error).strip().splitlines()[-1][-200:]) from error
        if (encoding := self._one(ENCODING)) != "UTF8":
            raise StoreError("move-encoding", encoding=encoding)
        if not self._one("select pg_try_advisory_lock(%s)", MOVE_LOCK):
            raise StoreError("move-running")
        self._run(PATIENCE)

    @property
    def bare(self) -> bool:
        """Whether there is no table at all, of nobody."""
        return not self._one(OTHERS)

    def begin(self, store: str, generation: int) -> None:
        """Mark it as a move of this store that is not finished; see `meta` in `storage.schema`.

        Raises StoreError for one that holds anything else, or that was used since it was moved into.
        """
        with self._transaction():
            # Whoever opens it meanwhile waits here, and is refused then.
            self._run("lock table meta in share row exclusive mode")
            marks: dict[str, str] = dict(self._all("select key, value from meta"))
            moved = json.loads(marks.get("moved", "null"))
            if moved is None and not marks.get("unfinished"):
                if marks["home"] or any(self.filled(table) for table in TABLES if table is not meta):
                    raise StoreError("move-not-empty")
            elif store not in (marks.get("unfinished"), moved and moved["store"]):
                raise StoreError("move-not-empty")
            elif generation < int(marks.get("generation", 0)) or (moved and moved["digest"] != self._digest()):
                raise StoreError("move-used")
            self._run("delete from meta where key = 'moved'")
            for key, value in (("unfinished", store), ("home", "")):
                self._run(KEEP, key, value)
            for table in TABLES:
                # The index of the key itself is in the server's order.
                if isinstance(key_columns(table)[0].type, Text):
                    self._run(f"create index if not exists moving_{table.name} on {table.name} ({_ordered(table)})")

    def analyze(self) -> None:
        """Let the server know how much there is of what, or it would answer the first questions slowly."""
        self._run(f"analyze {', '.join(table.name for table in TABLES)}")

    def release(self, store: str, home: str) -> None:
        """From now on it may be sent from, at this home."""
        with self._transaction():
            self._run(f"drop index if exists {', '.join(f'moving_{table.name}' for table in TABLES)}")
            for table in TABLES:
                if (counted := table.autoincrement_column) is not None:
                    self._run(COUNT_ON.format(table=table.name, key=counted.name))
            self._run("delete from meta where key = 'unfinished'")
            self._run(KEEP, "home", home)
            self._run(KEEP, "moved", json.dumps({"store": store, "digest": self._digest()}))

    def _digest(self) -> str:
        """What all rows come to."""
        sums = []
        for table in TABLES:
            which = "key <> 'moved'" if table is meta else "true"
            sums += self._all(DIGEST.format(table=table.name, which=which))
        return " ".join(f"{count}:{total}" for count, total in sums)

    def keep_mode(self, value: str) -> None:
        """Take a safe mode over, as `meta` keeps it."""
        self._run(KEEP, "safe_mode", value)

    def filled(self, table: Table) -> bool:
        """Whether there are any rows of this table."""
        return bool(self._one(f"select exists (select 1 from {table.name} where {moved_rows(table)})"))

    def count(self, table: Table) -> int:
        """How many rows there are."""
        return int(self._one(f"select count(*) from {table.name} where {moved_rows(table)}"))

    def rows(self, span: Span) -> list[Row]:
        """The rows of a span, in the order of their keys."""
        key, marks = _ordered(span.table), ", ".join("%s" for _ in key_columns(span.table))
        low = f" and ({key}) > ({marks})" if span.low is not None else ""
        high = f" and ({key}) <= ({marks})" if span.high is not None else ""
        query = f"select {names(span.table)} from {span.table.name} where {moved_rows(span.table)}{low}{high}"
        return self._all(f"{query} order by {key}", *(span.low or ()), *(span.high or ()))

    def clear(self, table: Table, gone: Sequence[Key], changed: Sequence[Key]) -> None:
        """Delete rows that are gone, and make room for those that are not the same any more.

        Of a row that others name only what must be unique makes room: two rows may have changed places.
        """
        if table not in PARENTS:
            gone, changed = (*gone, *changed), ()
        with self._transaction(table) as connection:
            if changed:
                unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
                parked = {
                    column.name: "null" if column.nullable else f"'~' || {key_columns(table)[0].name}"
                    for each in unique
                    for column in each.columns
                }
                if parked:
                    new = ", ".join(f"{name} = {value}" for name, value in parked.items())
                    _many(connection, f"update {table.name} set {new} where {_of_key(table)}", changed)
            if gone:
                _many(connection, f"delete from {table.name} where {_of_key(table)}", gone)

    def write(self, table: Table, new: Sequence[Row], changed: Sequence[Row]) -> None:
        """Write rows that are missing, and those that are not the same; see `clear`."""
        width = len(key_columns(table))
        with self._transaction(table) as connection:
            if changed:
                values = ", ".join(f"{each.name} = %s" for each in columns(table)[width:])
                turned = [(*row[width:], *row[:width]) for row in changed]
                _many(connection, f"update {table.name} set {values} where {_of_key(table)}", turned)
            if new:
                target = f"copy {table.name} ({names(table)}) from stdin"
                with connection.cursor() as cursor, cursor.copy(target) as copy:
                    for row in new:
                        copy.write_row(row)

    def close(self) -> None:
        """Let others move into it."""
        if self._connection is not None:
            self._connection.close()

    @contextmanager
    def _transaction(self, table: Table | None = None) -> Iterator[psycopg.Connection[Any]]:
        with self._refusals(table) as connection, connection.transaction():
            yield connection

    def _all(self, query: str, *values: object) -> list[Row]:
        with self._refusals() as connection, connection.cursor(binary=True) as cursor:
            return cursor.execute(query, values or None).fetchall()

    def _one(self, query: str, *values: object) -> Any:
        return self._all(query, *values)[0][0]

    def _run(self, query: str, *values: object) -> None:
        with self._refusals() as connection:
            connection.execute(query, values or None)

    @contextmanager
    def _refusals(self, table: Table | None = None) -> Iterator[psycopg.Connection[Any]]:
        assert self._connection is not None, "not open"  # noqa: S101 - a fault of ours
        try:
            yield self._connection
        except errors.DiskFull as error:
            raise StoreFull("move-full") from error
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            # Its words hold what somebody wrote.
            what = error.diag.constraint_name or type(error).__name__
            raise StoreError("move-unfit", what=table.name if table is not None else "", problem=what) from error
        except psycopg.OperationalError as error:
            raise StoreError("move-unreachable", problem=type(error).__name__) from error
        except psycopg.Error as error:
            raise StoreError("move-failed", problem=type(error).__name__) from error
