"""A machine that dies while the schema is changed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url

from storage import open_store
from storage.migrations import FOLDER, HEAD, KNOWN
from tests.acceptance.boundaries import AFTER_COMMIT, mother

NIGHTLY = bool(os.environ.get("PACTWATCH_NIGHTLY"))
KILLS = 10_000 if NIGHTLY else 3
"""At most, spread evenly over the way; besides around the commit."""
OLD = (None, *KNOWN[:-1]) if NIGHTLY else (None,)


@pytest.mark.timeout(3_600 if NIGHTLY else 120)
@pytest.mark.parametrize("before", OLD)
async def test_a_kill_in_mid_migration_leaves_the_old_schema_or_the_new(empty_url: str, before: str | None) -> None:
    """Killed at any statement the database is wholly as it was or wholly new, and the next start brings it up."""
    begin_at(empty_url, before)
    async with mother("tests.storage.migrator", empty_url) as migrator:
        passed = (await migrator.live("0")).passed
        new = _shape(empty_url)
        begin_at(empty_url, before)
        old = _shape(empty_url)
        assert old != new
        commit = passed.index("before commit") + 1
        assert passed[commit] == AFTER_COMMIT
        for boundary in sorted({*range(1, commit, max(1, commit // KILLS)), commit}):
            told = await migrator.live(str(boundary))
            assert (told.killed, _shape(empty_url)) == (passed[boundary - 1], old)
        assert (await migrator.live(str(commit + 1))).killed == AFTER_COMMIT
        assert _shape(empty_url) == new
    store = await open_store(empty_url)
    try:
        assert (await store._database.schema_version(), await store.check()) == (HEAD, ())
    finally:
        await store.close()


def begin_at(url: str, revision: str | None) -> None:
    """An empty database, or one as a program of that time would have made it."""
    address = make_url(url)
    if address.drivername == "sqlite":
        for each in Path(address.database).parent.glob("*.db*"):
            each.unlink()
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("drop schema public cascade")
            connection.execute("create schema public")
        address = address.set(drivername="postgresql+psycopg")
    if revision is None:
        return
    engine = create_engine(address)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(FOLDER))
        command.upgrade(config, revision)
    engine.dispose()


def _shape(url: str) -> list[tuple[object, ...]]:
    """All that makes the schema, and which one the database says it has."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database)) as connection:
            found = connection.execute("select name, sql from sqlite_master order by name").fetchall()
            named = any(name == "alembic_version" for name, _ in found)
            return found + (connection.execute("select version_num from alembic_version").fetchall() if named else [])
    with psycopg.connect(url) as connection:
        columns = "select table_name, column_name, data_type from information_schema.columns"
        found = connection.execute(f"{columns} where table_schema = 'public' order by 1, 2").fetchall()
        indexes = "select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1"
        found += connection.execute(indexes).fetchall()
        named = any(row[0] == "alembic_version" for row in found)
        return found + (connection.execute("select version_num from alembic_version").fetchall() if named else [])
