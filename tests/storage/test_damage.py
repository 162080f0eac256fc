"""Databases that are not what was written: found, said, and nothing is sent from them."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.disk import Disk
from bot.core.errors import StoreBusy, StoreDamaged, StoreFull
from bot.core.outbox import Pace
from bot.core.places import ChatRef, Platform
from storage import SqlStore, open_store
from storage.dialects.postgres_pool import POOL
from storage.disk import DiskSpace
from tests.acceptance.broadcast import Desk, now, subscribe_many
from tests.acceptance.faults import break_table, fill_up, small_disk
from tests.acceptance.service import environment
from tests.builders import AT, article, dossier
from tests.stores import take_over

NIGHTLY = bool(os.environ.get("PACTWATCH_NIGHTLY"))
CHAT = ChatRef(Platform.TELEGRAM, "5000001")


def break_header(path: Path) -> None:
    """Put other bytes where a database says that it is one."""
    with path.open("r+b") as file:
        file.write(b"Dear reader,")


def cut_off(path: Path) -> None:
    """Lose the second half of the file."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


async def _alert(store: SqlStore) -> None:
    await take_over(store, dossier(article()))
    await subscribe_many(store, [CHAT])
    await Desk(store).publish("Envoys met")


async def _claimed(store: SqlStore) -> list[int]:
    at = now() + 60_000
    claim = await store.outbox.claim(Platform.TELEGRAM, owner="x", now=at, until=at + 9_000, most=9, pace=Pace(9.0))
    return [each.id for each in claim.deliveries]


@pytest.mark.parametrize("whole", [False, True])
async def test_damage_is_found_and_nothing_is_sent_from_then_on(
    sqlite_store: SqlStore, tmp_path: Path, caplog: pytest.LogCaptureFixture, whole: bool
) -> None:
    """A page that went bad is found by the check at start and the daily one, said once; what is under way stays."""
    await _alert(sqlite_store)
    (delivery,) = await _claimed(sqlite_store)
    await sqlite_store.examine(whole=whole)
    assert (sqlite_store.damaged, await sqlite_store.outbox.braked()) == (False, False)
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    break_table(tmp_path / "store.db", "audit")
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            await sqlite_store.examine(whole=whole)
            await sqlite_store.look_after()
    (said,) = caplog.records
    assert ("`pactwatch db check`" in said.message, "`pactwatch db restore`" in said.message) == (True, True)
    assert await sqlite_store.outbox.braked()
    at = now()
    assert await sqlite_store.outbox.journal("x", now=at, until=at + 9_000, started=[delivery]) == frozenset()
    assert (await sqlite_store.entry("treaty-2024/4")) is not None, "readers are answered where reading works"


async def test_damage_met_by_a_statement_stops_sending_too(sqlite_store: SqlStore, tmp_path: Path) -> None:
    """Whoever comes across a bad page first is enough: from then on nothing is sent."""
    await _alert(sqlite_store)
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    break_table(tmp_path / "store.db", "preferences")
    with pytest.raises(StoreDamaged):
        await sqlite_store.set_language("telegram:1", "ru")
    assert await sqlite_store.outbox.braked()


def break_entries(path: Path) -> None:
    """Put other bytes where the entries begin."""
    break_table(path, "entries")


@pytest.mark.parametrize("broken", [cut_off, break_header, break_entries] if NIGHTLY else [cut_off])
async def test_the_command_line_says_it_in_a_line(
    template_on_sqlite: str, tmp_path: Path, broken: Callable[[Path], None]
) -> None:
    """On a damaged database `db check` fails with lines that lead on, and never with a traceback."""
    (tmp_path / "data").mkdir()
    shutil.copy(template_on_sqlite.removeprefix("sqlite:///"), tmp_path / "data" / "pactwatch.db")
    broken(tmp_path / "data" / "pactwatch.db")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "db", "check", cwd=tmp_path, env=environment(tmp_path),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert b"Traceback" not in out + err
    assert b"`pactwatch db restore`" in err or b"entries" in out or b"database" in out.lower(), (out, err)


@pytest.mark.needs("mount")
async def test_the_ballast_goes_and_comes_with_the_room(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It takes room while there is some, gives it back when something found none, and is made again; each said once."""
    with caplog.at_level(logging.INFO), small_disk(tmp_path / "small", 16) as small:
        disk, ballast = DiskSpace(small / "store.db"), small / "store.db-ballast"
        disk.look()
        assert (disk.state, ballast.stat().st_blocks * 512) == (Disk.OK, 1024 * 1024)
        filler = fill_up(small)
        assert disk.state is Disk.LOW
        disk.overflowed()
        disk.look()
        assert (disk.state, ballast.exists()) == (Disk.LOW, False)
        fill_up(small)
        assert (disk.state, disk.exhausted) == (Disk.FULL, True)
        disk.look()
        disk.written()
        disk.look()
        assert disk.state is Disk.LOW
        filler.unlink()
        disk.look()
        assert (disk.state, ballast.exists()) == (Disk.OK, True)
    said = [record.message.partition(":")[0] for record in caplog.records]
    assert said == [
        "the database's disk is almost full",
        "the database's disk is full",
        "the database's disk is almost full",
        "the database's disk has room again",
    ]


async def test_what_is_acknowledged_outlives_a_power_cut(sqlite_store: SqlStore) -> None:
    """Each commit waits for the disk, by the connection of the desk and by that of the outbox."""
    units = (await sqlite_store._writing())._units
    ask = "pragma synchronous"
    full = 2

    async def desk(connection: object) -> int:
        return (await connection.exec_driver_sql(ask)).scalar_one()  # type: ignore[attr-defined]

    assert await units.run_tx(desk) == full
    assert await units.run_in_thread(lambda connection: connection.exec_driver_sql(ask).scalar_one()) == full


async def test_what_another_holds_is_busy_on_postgresql(postgres_url: str) -> None:
    """Whoever waits for what another session holds hears of it within three seconds; readers notice nothing."""
    store = await open_store(postgres_url)
    try:
        await store.set_language("telegram:1", "it")
        assert await store._database.fetch("show lock_timeout") == [("2500ms",)]
        with psycopg.connect(postgres_url) as other:
            # By default as a server's patience that is over at once: no test should wait for nothing.
            patience = "" if NIGHTLY else "set local lock_timeout = 1;"
            other.execute("lock table preferences in exclusive mode")
            assert await store.languages() == {"telegram:1": "it"}
            async with asyncio.timeout(3):
                with pytest.raises(StoreBusy):
                    await _write(store, patience)
        await store.set_language("telegram:1", "ko")
        assert await store.languages() == {"telegram:1": "ko"}
    finally:
        await store.close()


@pytest.mark.parametrize("code", ["40001", "40P01", "55P03", "53300"])
async def test_what_others_stand_in_the_way_of_is_busy_on_postgresql(prepared_postgres_url: str, code: str) -> None:
    """A serialization failure, a deadlock, a lock or too many connections: the same may succeed later, and is told so."""
    store = await open_store(prepared_postgres_url)
    try:
        raised = f"do $$ begin raise exception using errcode = '{code}'; end $$"
        units = (await store._writing())._units
        with pytest.raises(StoreBusy):
            await units.run_tx(lambda connection: connection.exec_driver_sql(raised))
        await store.set_language("telegram:1", "it")
    finally:
        await store.close()


async def test_a_pool_that_is_used_up_is_busy(prepared_postgres_url: str) -> None:
    """With every connection in use whoever comes next is told so within three seconds, and served once one is free."""
    store = await open_store(prepared_postgres_url)
    try:
        held = [asyncio.create_task(store._database.fetch("select pg_sleep(4)")) for _ in range(POOL)]
        await asyncio.sleep(0.5)
        async with asyncio.timeout(3):
            with pytest.raises(StoreBusy):
                await store.languages()
        await asyncio.gather(*held)
        assert await store.languages() == {}
    finally:
        await store.close()


async def _write(store: SqlStore, patience: str) -> None:
    """Choose a language, in a transaction that begins with `patience`."""

    async def work(connection: AsyncConnection) -> None:
        for statement in filter(
            None, (patience, "insert into preferences (ref, language) values ('telegram:2', 'ru')")
        ):
            await connection.exec_driver_sql(statement)

    await (await store._writing())._units.run_tx(work)


@pytest.mark.needs("mount")
async def test_a_start_on_a_full_disk_has_the_ballast_to_begin_with(tmp_path: Path) -> None:
    """Restarted while there is no byte left, the program answers readers, and says what is wrong where there is none."""
    with small_disk(tmp_path / "small", 64) as small:
        url, disk = f"sqlite:///{small}/store.db", DiskSpace(small / "store.db")
        store = await open_store(url)
        await take_over(store, dossier(article()))
        await store.close()
        disk.look()
        fill_up(small)
        store = await open_store(url)
        assert (store.disk, (await store.entry("treaty-2024/4")) is not None) == (Disk.LOW, True)
        await store.close()
        fill_up(small)
        with pytest.raises(StoreFull):
            await open_store(url)


async def test_what_finds_no_room_changes_nothing(sqlite_store: SqlStore) -> None:
    """A file that may not grow takes nothing more, says so by its own name, and goes on once it may."""
    units = (await sqlite_store._writing())._units

    async def limit(connection: AsyncConnection, pages: str) -> None:
        await connection.exec_driver_sql(f"pragma max_page_count = {pages}")

    await units.run_tx(lambda connection: limit(connection, "1"))  # not less than it has
    with pytest.raises(StoreFull):
        await sqlite_store.keep_line("~long", "x" * 100_000, AT)
    assert await sqlite_store.kept_line("~long") is None
    await units.run_tx(lambda connection: limit(connection, "1000000"))
    await sqlite_store.keep_line("~long", "x" * 100_000, AT)
    assert await sqlite_store.kept_line("~long") == "x" * 100_000
