"""Every table as rows in the order of its key, cut into spans: what `storage.moving` compares and the engines read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

from storage import schema

Key = tuple[Any, ...]
Row = tuple[Any, ...]

TABLES = tuple(schema.metadata.sorted_tables)
"""Each after those that its rows name."""
PARENTS = frozenset(each.column.table for table in TABLES for each in table.foreign_keys)
"""Those that rows of others name: their rows can't be deleted and written anew."""
KEPT = ("home", "safe_mode", "unfinished", "moved", "moved_to")
"""What each database says of itself alone: rows of `meta` that do not move."""


@dataclass(frozen=True, slots=True)
class Span:
    """The rows of a table with keys above `low` and up to `high`; None: from the first one on, to the last one."""

    table: Table
    low: Key | None
    high: Key | None


def key_columns(table: Table) -> list[Column[Any]]:
    """What a row is known by."""
    return list(table.primary_key.columns)


def columns(table: Table) -> list[Column[Any]]:
    """All columns, the key's first."""
    key = key_columns(table)
    return key + [each for each in table.columns if each not in key]


def moved_rows(table: Table) -> str:
    """The condition for those rows that move."""
    return f"key not in ({', '.join(map(repr, KEPT))})" if table is schema.meta else "true"


def names(table: Table) -> str:
    """The columns as a statement lists them."""
    return ", ".join(each.name for each in columns(table))


def key_of(table: Table, row: Row) -> Key:
    """What a row is known by."""
    return row[: len(key_columns(table))]
