"""What SQLite alone needs: files, locks, time limits."""

from __future__ import annotations

import asyncio
import fcntl
import sqlite3
import sys
from pathlib import Path

import pytest

from bot.core.errors import StoreBusy, StoreError
from storage import SqlStore, open_store
from storage.dialects import sqlite
from tests.builders import dossier, fact
from tests.stores import take_over


async def test_the_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The default address works in an empty working directory; the path is relative to it."""
    monkeypatch.chdir(tmp_path)
    store = await open_store("sqlite:///data/deep/pact%20.db")
    await store.close()
    assert (tmp_path / "data/deep/pact%20.db").exists()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path):
    """A wrong path in the settings destroys nothing and says so."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 100)
    with pytest.raises(StoreError):
        await open_store(f"sqlite:///{path}")
    assert path.read_text() == "Dear reader, " * 100


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "mysql://x/y", "nonsense", "", "postgresql://[", "postgresql://127.0.0.1:1/x"]
)
async def test_a_wrong_address_is_refused(url: str):
    """An address that leads nowhere is one clear error and nothing else."""
    with pytest.raises(StoreError):
        await open_store(url)


async def test_reading_goes_on_while_another_program_writes(sqlite_store: SqlStore, tmp_path: Path):
    """Readers get their answer from what was there before, however long the other one takes."""
    await take_over(sqlite_store, dossier(fact(text="prima")))
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    try:
        other.execute("begin immediate")
        other.execute("update meta set value = '99' where key = 'version'")
        assert (await sqlite_store.version(), (await sqlite_store.entry("signed")).text["it"]) == (1, "prima")
        assert len((await sqlite_store.search("prima", "it", offset=0, limit=5)).items) == 1
    finally:
        other.close()


async def test_a_file_held_by_another_program_is_busy(sqlite_store: SqlStore, tmp_path: Path):
    """Whoever wants to write meanwhile hears of it in time for a button press, and can write afterwards."""
    await sqlite_store.set_language("telegram:1", "it")
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    try:
        other.execute("begin immediate")
        waiting = asyncio.create_task(sqlite_store.set_language("telegram:2", "ru"))
        await asyncio.sleep(sqlite.PATIENCE_SECONDS / 5)
        async with asyncio.timeout(3):  # whoever comes second has waited for the first, too
            with pytest.raises(StoreBusy):
                await sqlite_store.set_language("telegram:1", "ru")
        with pytest.raises(StoreBusy):
            await waiting
    finally:
        other.close()
    await sqlite_store.set_language("telegram:1", "ko")
    assert await sqlite_store.languages() == {"telegram:1": "ko"}


async def test_our_own_programs_queue_at_the_lock_file(sqlite_store: SqlStore, tmp_path: Path):
    """Where SQLite has the WAL fault, no two of our processes write or checkpoint at once."""
    await sqlite_store.set_language("telegram:1", "it")
    if not sqlite.wal_may_corrupt(sqlite3.sqlite_version_info):
        assert not (tmp_path / "store.db-lock").exists()
        return
    with (tmp_path / "store.db-lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        writing = asyncio.create_task(sqlite_store.set_language("telegram:1", "ru"))
        done, _ = await asyncio.wait([writing], timeout=0.2)
        assert not done
        fcntl.flock(lock, fcntl.LOCK_UN)
        await writing
    assert await sqlite_store.languages() == {"telegram:1": "ru"}


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((4, 0, 0), False),
    ],
)
def test_versions_with_the_wal_fault_are_known(version: tuple[int, ...], faulty: bool):
    """The queue at the lock file is there exactly where the fault is."""
    assert sqlite.wal_may_corrupt(version) is faulty


async def test_a_search_that_takes_too_long_is_cut_short(tmp_path: Path):
    """The time limit interrupts a statement, and the connection answers the next one at once."""
    database = sqlite.SqliteDatabase(tmp_path / "store.db")
    await database.open()
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
    try:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await database._fetch(endless, {}, 0.02)
        async with asyncio.timeout(5):
            assert await database.fetch("select 1") == [(1,)]
    finally:
        await database.close()


async def test_readers_can_not_write(tmp_path: Path):
    """A slip in a reading statement can't change the file past the one writer."""
    database = sqlite.SqliteDatabase(tmp_path / "store.db")
    await database.open()
    try:
        with pytest.raises(StoreError):
            await database.fetch("create table slip (x)")
    finally:
        await database.close()


async def test_a_start_on_a_current_database_loads_no_sqlalchemy(tmp_path: Path):
    """A second start reads entries without the half second that importing SQLAlchemy and Alembic takes."""
    url = f"sqlite:///{tmp_path}/store.db"
    store = await open_store(url)
    await take_over(store, dossier(fact()))
    await store.close()
    program = (
        "import asyncio, sys\n"
        "from storage import open_store\n"
        "async def main():\n"
        f"    store = await open_store({url!r})\n"
        "    print((await store.search('signed', 'it', offset=0, limit=1)).items[0].label)\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
        "print({'sqlalchemy', 'alembic', 'psycopg'} & set(sys.modules))\n"
    )
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    output, _ = await child.communicate()
    assert output.decode().splitlines() == ["F-1", "set()"]


async def test_a_program_that_forgets_to_close_still_ends(tmp_path: Path):
    """A crash between opening and closing the store ends the process; it does not hang."""
    program = f"import asyncio; from storage import open_store; asyncio.run(open_store('sqlite:///{tmp_path}/a.db'))"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    async with asyncio.timeout(30):
        assert await child.wait() == 0


async def test_the_event_loop_goes_on_during_an_import(sqlite_store: SqlStore):
    """People are answered while a large dossier comes in: the loop gets its turn some thousand times."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await take_over(sqlite_store, dossier(*(fact(f"fact-{at}", f"parola{at % 50} altra") for at in range(2_000))))
    counting.cancel()
    assert turns > 500
