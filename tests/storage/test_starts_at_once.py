"""Several processes that start at once on a database that is empty or of an older version."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack

import psycopg
import pytest

from bot.app import open_core
from bot.settings import read_settings
from storage import SqlStore, open_store
from storage.dialects.postgres_pool import PATIENCE_SECONDS
from storage.engine import MIGRATION_LOCK
from storage.migrations import HEAD, KNOWN
from tests.acceptance.newsroom import until
from tests.cores import WORDS
from tests.platforms.process import ROOT
from tests.storage.test_killed_migrations import begin_at

NIGHTLY = bool(os.environ.get("PACTWATCH_NIGHTLY"))
STARTS = 4
OLD = KNOWN[:-1] if NIGHTLY else (KNOWN[0], KNOWN[-2])
DOSSIERS = (None, ROOT / "docs" / "examples" / "antarctic")
FILLED = """
    select (select count(*) from entries), (select count(*) from revisions), (select max(revision) from entries),
        (select count(*) from instruments), (select value from meta where key = 'version')"""
WAITING = "select count(*) from pg_locks where not granted and locktype = 'advisory'"


@pytest.mark.parametrize("before", OLD)
async def test_one_of_them_brings_the_schema_up_to_date(empty_url: str, before: str) -> None:
    """On a database of any older version all of them come up, and work."""
    begin_at(empty_url, before)
    stores = await opened(empty_url)
    for each in stores:
        assert (await each._database.schema_version(), await each.check()) == (HEAD, ())
        await each.close()


async def test_one_of_them_loads_the_dossier(empty_url: str) -> None:
    """Of processes with different dossiers that find an empty store one fills it, once, and the others take what is there."""
    async with AsyncExitStack() as stack:
        settings = [
            read_settings(_env_file=None, database_url=empty_url, dossier=DOSSIERS[number % 2])
            for number in range(STARTS)
        ]
        cores = await asyncio.gather(
            *(stack.enter_async_context(open_core(each, words=WORDS, semantic=False)) for each in settings)
        )
        found = {tuple((await core.store._database.fetch(FILLED))[0]) for core in cores}
        assert len(found) == 1
        entries, revisions, last, instruments, version = found.pop()
        assert (revisions, last, version) == (entries, 1, "1"), "nobody wrote a second revision of anything"
        assert instruments in (1, 4)
        assert {len(core.services.lookup.catalogue.instruments) for core in cores} == {instruments}


async def test_whoever_is_killed_at_it_holds_nobody_up(postgres_url: str) -> None:
    """One that dies in the middle of a long change lets go; those who waited, longer than for any other lock, finish it."""
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as look:
        dying = await psycopg.AsyncConnection.connect(postgres_url)
        await dying.execute("select pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        await dying.execute("create table meta (key text primary key)")
        starting = asyncio.create_task(opened(postgres_url))

        async def all_wait() -> bool:
            row = await (await look.execute(WAITING)).fetchone()
            return row == (STARTS,)

        await until(all_wait, "they wait for the one who is at it", 20)
        await asyncio.sleep(PATIENCE_SECONDS + 0.3)
        assert await all_wait()
        await dying.close()
        for each in await starting:
            assert (await each._database.schema_version(), await each.check()) == (HEAD, ())
            await each.close()


async def test_a_change_waits_for_a_reader_without_holding_up_others(postgres_url: str) -> None:
    """While a backup reads a table that is to be changed, the change waits, and all others go on reading that table."""
    begin_at(postgres_url, "0005")
    reader, other = [await psycopg.AsyncConnection.connect(postgres_url) for _ in range(2)]
    try:
        await reader.execute("select * from kept_lines")
        starting = asyncio.create_task(open_store(postgres_url))
        began = time.monotonic()
        while time.monotonic() < began + 2 * PATIENCE_SECONDS:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await other.execute("select * from kept_lines")
            await other.rollback()
            assert not starting.done()
            await asyncio.sleep(0.05)
        await reader.rollback()
        store = await starting
        assert await store._database.schema_version() == HEAD
        await store.close()
    finally:
        await asyncio.gather(reader.close(), other.close())


async def opened(url: str) -> list[SqlStore]:
    """As many stores, opened at once."""
    return await asyncio.gather(*(open_store(url) for _ in range(STARTS)))
