"""An SQLite database that rows are moved out of, through one connection: a snapshot, or the one that writes."""

# ruff: noqa: S608 – statements are put together from the names of our own tables; values are always parameters
from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import LargeBinary, Table

from bot.core.errors import StoreError
from storage.schema import meta, search_documents
from storage.spans import Key, Row, Span, columns, key_columns, moved_rows, names

Document = Callable[[Sequence[str]], str]


class Source:
    """Where rows come from. The methods block: they are for a thread. All raise StoreError.

    document: the words of an entry as the full-text index at the other end reads them.
    """

    def __init__(self, connection: sqlite3.Connection, document: Document) -> None:
        self._connection = connection
        self._document = document

    def count(self, table: Table) -> int:
        """How many rows there are."""
        return int(self._all(f"select count(*) from {table.name} where {moved_rows(table)}")[0][0])

    def key_after(self, table: Table, low: Key | None, rows: int) -> Key | None:
        """The key of the row so many after `low`; None where there are fewer."""
        key, after = _key(table), _after(table, low)
        query = (
            f"select {key} from {table.name} where {moved_rows(table)}{after} order by {key} limit 1 offset {rows - 1}"
        )
        found = self._all(query, *(low or ()))
        return found[0] if found else None

    def rows(self, span: Span) -> list[Row]:
        """The rows of a span, in the order of their keys, as they stand at the other end."""
        table, key = span.table, _key(span.table)
        upto = f" and ({key}) <= ({_marks(table)})" if span.high is not None else ""
        query = f"select {_values(table)} from {table.name} where {moved_rows(table)}{_after(table, span.low)}{upto}"
        found = self._all(f"{query} order by {key}", *(span.low or ()), *(span.high or ()))
        if table is not search_documents:
            return found
        at = names(table).split(", ").index("terms")
        return [(*row[:at], self._document(row[at].split()), *row[at + 1 :]) for row in found]

    def _all(self, query: str, *values: object) -> list[Row]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            problem = getattr(error, "sqlite_errorname", type(error).__name__)
            raise StoreError("store-failed", problem=problem) from error


@contextmanager
def snapshot(path: Path, document: Document) -> Iterator[Source]:
    """The database as it is at this moment, while others go on writing to it."""
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, timeout=5, isolation_level=None)
    except sqlite3.Error as error:
        raise StoreError("store-unreachable", problem=str(error)) from error
    with closing(connection):
        source = Source(connection, document)
        connection.execute("begin")
        source.count(meta)  # a snapshot is of the moment of the first look
        yield source


def _key(table: Table) -> str:
    return ", ".join(each.name for each in key_columns(table))


def _marks(table: Table) -> str:
    return ", ".join("?" for _ in key_columns(table))


def _after(table: Table, low: Key | None) -> str:
    return f" and ({_key(table)}) > ({_marks(table)})" if low is not None else ""


def _values(table: Table) -> str:
    # SQLite keeps whatever it is given: an empty text stands where no bytes are.
    return ", ".join(
        f"cast({each.name} as blob)" if isinstance(each.type, LargeBinary) else each.name for each in columns(table)
    )
