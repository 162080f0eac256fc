"""The reading side, as the named queries see it: SQL text with `:name` parameters in, rows out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from storage.damage import Damage
from storage.disk import DiskSpace

if TYPE_CHECKING:
    from storage.engine import UnitsOfWork
    from storage.search.terms import Query

Row = Sequence[Any]
Params = Mapping[str, object]


class Reader(Protocol):
    """Runs reading statements in SQL that both engines understand.

    Nothing that people see is ordered by text in it: each PostgreSQL database puts letters and signs in an order of its
    own, SQLite none of these. Numbers order rows, and where only text does, we.
    """

    async def fetch(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        """All rows; none where a parameter holds what the database can't (a lone surrogate, a number too long).

        Raises StoreBusy, StoreError.
        """
        ...


class Database(Reader, Protocol):
    """What differs between the engines. disk: the room it has; broken: whether it is known to be damaged."""

    disk: DiskSpace
    broken: Damage

    async def damage(self) -> tuple[str, ...]:
        """What is broken in the database's own structure, a line each. Raises StoreError where it can't be read."""
        ...

    @property
    def alone(self) -> bool:
        """Whether whoever sends from this database does so on this machine."""
        ...

    async def home(self) -> str:
        """What tells this database from a copy of it: differs where it is another file, or on another server."""
        ...

    def beside(self, store: str) -> Path:
        """A file of this machine that says how far the database with this mark has come."""
        ...

    async def examine(self, *, whole: bool) -> None:
        """Look for damage and note it in `broken`; quickly, or at everything. Raises StoreError.

        Readers and writers go on meanwhile.
        """
        ...

    async def schema_version(self) -> str | None:
        """The revision the database's schema is of; None where it has none yet."""
        ...

    @property
    def version_read(self) -> int:
        """Of which version the store is, or was when the last read came back; -1 where a read does not tell."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Reader]:
        """Reads that all see the database as it stood at the first of them. Raises StoreBusy, StoreError."""
        ...

    async def search(self, query: Query, *, offset: int, limit: int) -> Sequence[Row]:
        """Rows of the entries that fit the query, best first (`storage.entries.entry_of`)."""
        ...

    async def evidence(self, query: Query) -> Sequence[Row]:
        """Rows of `storage.search.evidence.statement`."""
        ...

    def document(self, words: Sequence[str]) -> str:
        """The words of a document in the form that this engine's full-text index reads."""
        ...

    def units_of_work(self) -> UnitsOfWork:
        """The writing side. The first call imports SQLAlchemy: call it off the event loop."""
        ...

    async def close(self) -> None:
        """Close the reading connections."""
        ...


def placeholders(prefix: str, values: Sequence[object]) -> tuple[str, dict[str, object]]:
    """`:k0,:k1` and the parameters for them; for `in (…)`, which takes no list as one parameter on SQLite."""
    params: dict[str, object] = {f"{prefix}{at}": value for at, value in enumerate(values)}
    return ",".join(f":{name}" for name in params), params
