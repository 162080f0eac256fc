"""Lists of numbers as one parameter: what they cost does not grow with what is not in them."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import SqlStore
from storage.numbers import one_of
from storage.schema import deliveries

NAMED = one_of(deliveries.c.id, "ids")


@pytest.mark.parametrize(
    "statement",
    [
        select(deliveries).where(NAMED, deliveries.c.owner == bindparam("by")),
        update(deliveries).where(NAMED).values(owner=bindparam("by")),
    ],
)
async def test_rows_are_found_by_their_numbers(sqlite_store: SqlStore, statement):
    """A sender with a few messages in hand never looks through the million that wait."""
    asked = str(statement.compile(dialect=sqlite.dialect()))

    async def plan(connection: AsyncConnection) -> list[str]:
        nothing = (None,) * asked.count("?")
        return [each.detail for each in await connection.exec_driver_sql(f"explain query plan {asked}", nothing)]

    lines = await (await sqlite_store._writing())._units.run_tx(plan)
    assert lines[0] == "SEARCH deliveries USING INTEGER PRIMARY KEY (rowid=?)"
