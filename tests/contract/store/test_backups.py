"""A backup is whole or not there, can be put back, and never replaces what is none of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.errors import SchemaTooNew, StoreError
from storage import SqlStore, open_store
from storage.backups import KEEP, DailyBackups, Files, back_up, files_of, kept_in
from tests.builders import dossier, fact
from tests.contract.store.readership import execute
from tests.stores import take_over


def no_bar(_done: int, _all: int) -> None:
    """Nobody watches."""


@pytest.fixture
async def filled(empty_url: str) -> AsyncIterator[str]:
    """The address of a database with two facts in it."""
    store = await open_store(empty_url)
    await take_over(store, dossier(fact("a", "uno"), fact("b", "due")))
    await store.close()
    return empty_url


async def changed(url: str, sql: str) -> None:
    store = await open_store(url)
    try:
        await execute(store, sql)
    finally:
        await store.close()


async def test_a_backup_is_put_back(filled: str, another_url: str, tmp_path: Path):
    """What was backed up is there again, in a database elsewhere, with logs that verify."""
    target = tmp_path / "kept" / "backup"
    await back_up(files_of(filled), target, no_bar)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600, "others on the machine read what people wrote"
    files = files_of(another_url)
    await files.check(target)
    assert await files.restore(target) is None
    store = await open_store(another_url)
    try:
        assert (await store.entry("b")).text == {"it": "due"}
        assert await store.check() == ()
        assert await store.verify_log() is None
    finally:
        await store.close()


async def test_a_newer_backup_takes_the_place_of_an_older_one(filled: str, tmp_path: Path):
    """The same name may be used every night; another file of that name is left alone."""
    target, foreign = tmp_path / "backup", tmp_path / "thesis.txt"
    await back_up(files_of(filled), target, no_bar)
    first = target.read_bytes()
    await changed(filled, "update meta set value = '7' where key = 'version'")
    await back_up(files_of(filled), target, no_bar)
    assert target.read_bytes() != first
    foreign.write_text("a year of work")
    with pytest.raises(StoreError) as refusal:
        await back_up(files_of(filled), foreign, no_bar)
    assert refusal.value.key == "backup-foreign"
    assert foreign.read_text() == "a year of work"
    assert [each.name for each in tmp_path.iterdir() if "partial" in each.name] == []


@pytest.mark.parametrize("damage", [b"", b"garbage", None])
async def test_a_damaged_backup_is_refused(filled: str, tmp_path: Path, damage: bytes | None):
    """A backup that was cut or changed is told from a sound one before anything is replaced."""
    target = tmp_path / "backup"
    await back_up(files_of(filled), target, no_bar)
    whole = target.read_bytes()
    middle = len(whole) // 2
    target.write_bytes(damage if damage is not None else whole[:middle] + b"\xff" * 4096 + whole[middle + 4096 :])
    with pytest.raises(StoreError) as refusal:
        await files_of(filled).check(target)
    assert refusal.value.key in ("backup-foreign", "backup-damaged")


async def test_a_missing_backup_is_named(filled: str, tmp_path: Path):
    """A slip of the pen gets a clear line."""
    with pytest.raises(StoreError) as refusal:
        await files_of(filled).check(tmp_path / "nothing")
    assert refusal.value.key == "backup-missing"


async def test_a_backup_of_a_newer_program_is_refused(filled: str, tmp_path: Path):
    """An older program does not put back what it would then refuse to open."""
    await changed(filled, "update alembic_version set version_num = '9999'")
    target = tmp_path / "backup"
    await back_up(files_of(filled), target, no_bar)
    target.unlink()  # this far it can still be worked with, and so be put back
    await changed(filled, "update meta set value = '9998' where key = 'usable_from'")
    with pytest.raises(SchemaTooNew):
        await back_up(files_of(filled), target, no_bar)
    assert not target.exists()


@pytest.mark.one_engine("is about SQLite's file")
async def test_a_sqlite_database_is_kept_aside(tmp_path: Path):
    """What stood there before a restore can still be looked at, and put back itself."""
    url = f"sqlite:///{tmp_path}/store.db"
    store = await open_store(url)
    await take_over(store, dossier(fact("a", "uno")))
    await store.close()
    target = tmp_path / "backup"
    await back_up(files_of(url), target, no_bar)
    await changed(url, "update meta set value = '41' where key = 'version'")
    aside = await files_of(url).restore(target)
    assert aside is not None
    assert "before" in aside.name
    old, new = await open_store(f"sqlite:///{aside}"), await open_store(url)
    try:
        assert (await old.version(), await new.version()) == (41, 1)
    finally:
        await old.close()
        await new.close()


@pytest.mark.one_engine("is about SQLite's file")
async def test_a_database_in_use_is_not_replaced(tmp_path: Path):
    """Under a running service nothing is exchanged: it would go on writing into the file that was set aside."""
    url, target = f"sqlite:///{tmp_path}/store.db", tmp_path / "backup"
    store = await open_store(url)
    try:
        await take_over(store, dossier(fact("a", "uno")))
        await back_up(files_of(url), target, no_bar)
        with pytest.raises(StoreError) as refusal:
            await files_of(url).restore(target)
        assert refusal.value.key == "restore-in-use"
        assert (await store.entry("a")).text == {"it": "uno"}
    finally:
        await store.close()


@pytest.mark.one_engine("is about SQLite's file")
async def test_the_database_itself_is_no_backup(tmp_path: Path):
    """Naming the database as its own backup, or as what to restore from, changes nothing."""
    url = f"sqlite:///{tmp_path}/store.db"
    await (await open_store(url)).close()
    files = files_of(url)
    for work, key in (
        (back_up(files, tmp_path / "store.db", no_bar), "backup-in-place"),
        (files.restore(tmp_path / "store.db"), "backup-in-place"),
    ):
        with pytest.raises(StoreError) as refusal:
            await work
        assert refusal.value.key == key


@pytest.mark.one_engine("is about SQLite's file")
async def test_a_damaged_database_in_use_is_not_replaced(tmp_path: Path):
    """Nor is it under a service whose database is damaged, which still has it open."""
    path, target = tmp_path / "store.db", tmp_path / "backup"
    await (await open_store(f"sqlite:///{path}")).close()
    await back_up(files_of(f"sqlite:///{path}"), target, no_bar)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDS, str(path), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        await process.stdout.readline()
        with path.open("rb+") as file:
            file.write(b"no header any more")
        with pytest.raises(StoreError) as refusal:
            await files_of(f"sqlite:///{path}").restore(target)
        assert refusal.value.key == "restore-in-use"
    finally:
        await process.communicate(b"")
    assert await files_of(f"sqlite:///{path}").restore(target) is not None


HOLDS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("select count(*) from meta").fetchone()
print(flush=True)
sys.stdin.read()"""


@pytest.mark.one_engine("is about SQLite's file")
async def test_a_database_that_was_copied_as_it_was_is_put_back_whole(tmp_path: Path):
    """Of a copy made with `cp` under a running service, what stands in the log beside it is put back as well."""
    url, other = f"sqlite:///{tmp_path}/store.db", f"sqlite:///{tmp_path}/other/store.db"
    store = await open_store(url)
    try:
        await store.set_language("telegram:5", "ko")
        (tmp_path / "copy").mkdir()
        for each in tmp_path.glob("store.db*"):
            shutil.copy(each, tmp_path / "copy")
    finally:
        await store.close()
    await files_of(other).check(tmp_path / "copy" / "store.db")
    await files_of(other).restore(tmp_path / "copy" / "store.db")
    restored = await open_store(other)
    try:
        assert await restored.languages() == {"telegram:5": "ko"}
    finally:
        await restored.close()


@pytest.mark.one_engine("is about SQLite's file")
async def test_a_database_keeps_its_owner(tmp_path: Path):
    """A restore by root leaves a database that the service's user may open, as before."""
    url, target, nobody = f"sqlite:///{tmp_path}/store.db", tmp_path / "backup", 65534
    await (await open_store(url)).close()
    await back_up(files_of(url), target, no_bar)
    if os.geteuid() == 0:
        os.chown(tmp_path / "store.db", nobody, nobody)
    before = (tmp_path / "store.db").stat()
    await files_of(url).restore(target)
    after = (tmp_path / "store.db").stat()
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino


@pytest.mark.one_engine("is about SQLite's file")
async def test_each_database_before_is_kept(tmp_path: Path):
    """However quickly one restore follows another, what stood there before each of them is kept."""
    url, target = f"sqlite:///{tmp_path}/store.db", tmp_path / "backup"
    await (await open_store(url)).close()
    await back_up(files_of(url), target, no_bar)
    await changed(url, "update meta set value = '41' where key = 'version'")
    kept = [await files_of(url).restore(target) for _ in range(3)]
    assert len(set(kept)) == 3
    store = await open_store(f"sqlite:///{kept[0]}")
    try:
        assert await store.version() == 41
    finally:
        await store.close()


@pytest.mark.one_engine("is about SQLite's file")
async def test_a_restore_that_fails_leaves_everything_as_it_was(tmp_path: Path):
    """A restore that can't be done costs neither the database nor room on its disk."""
    url = f"sqlite:///{tmp_path}/store.db"
    await (await open_store(url)).close()
    (tmp_path / "garbage").write_bytes(b"garbage" * 4096)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(StoreError) as refusal:
        await files_of(url).restore(tmp_path / "garbage")
    assert refusal.value.key == "restore-failed"
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


@pytest.mark.one_engine("is about SQLite's file")
async def test_a_link_to_a_database_stays_one(tmp_path: Path):
    """Where the database is named by a link, a restore puts the backup where the link leads: its disk was chosen."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "store.db").symlink_to(tmp_path / "disk" / "real.db")
    url, target = f"sqlite:///{tmp_path}/store.db", tmp_path / "backup"
    await (await open_store(url)).close()
    await back_up(files_of(url), target, no_bar)
    aside = await files_of(url).restore(target)
    assert (tmp_path / "store.db").is_symlink()
    assert aside is not None
    assert aside.parent == tmp_path / "disk"
    await files_of(url).check(tmp_path / "disk" / "real.db")


@pytest.mark.parametrize("name", ["", "/", ".", ".."])
async def test_a_folder_is_no_backup(filled: str, name: str):
    """Whoever names a folder, or nothing, is asked for a file in one clear line."""
    with pytest.raises(StoreError) as refusal:
        await back_up(files_of(filled), Path(name), no_bar)
    assert refusal.value.key == "backup-folder"


@pytest.mark.one_engine("is about PostgreSQL")
async def test_a_postgres_database_with_something_in_it_is_not_replaced(postgres_url: str, tmp_path: Path):
    """Nothing in a database is overwritten: the operator names an empty one."""
    await (await open_store(postgres_url)).close()
    files, target = files_of(postgres_url), tmp_path / "backup"
    await back_up(files, target, no_bar)
    with pytest.raises(StoreError) as refusal:
        await files.restore(target)
    assert refusal.value.key == "restore-not-empty"


class Days:
    """A clock that is put forward by days."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 1, 3, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


async def test_one_backup_a_day_is_kept_for_a_week(own_url: str):
    """However often the clock asks, there is one a day, and those older than a week go."""
    await (await open_store(own_url)).close()
    files, days = files_of(own_url), Days()
    daily = DailyBackups(files, days.now)
    assert daily.last() is None
    for _ in range(KEEP + 3):
        for _hour in range(3):
            await daily.make_due()
            days.moment += timedelta(hours=8)
    kept = kept_in(files_of(own_url).folder)
    assert [each.at.day for each in kept] == [10, 9, 8, 7, 6, 5, 4]
    assert kept[0] == daily.last()
    for each in kept:
        await files.check(each.path)


async def test_what_a_killed_service_left_goes(own_url: str):
    """A service that is killed while it makes a backup leaves a part of one; it does not fill the disk for ever."""
    files = files_of(own_url)
    await (await open_store(own_url)).close()
    files.folder.mkdir(parents=True)
    old, new = (f"pactwatch-{at}{files.suffix}.partial" for at in ("20261029T030000Z", "20261101T025900Z"))
    for name in (old, f"{old}-journal", new, "mine.partial"):
        (files.folder / name).touch()
    await DailyBackups(files, Days().now).make_due()
    made = f"pactwatch-20261101T030000Z{files.suffix}"
    assert {each.name for each in files.folder.iterdir()} == {new, "mine.partial", made}


async def test_backups_from_the_future_go_first(own_url: str):
    """A clock that was a year ahead for a while costs no backup of the days after it was set."""
    await (await open_store(own_url)).close()
    days = Days()
    daily = DailyBackups(files_of(own_url), days.now)
    days.moment += timedelta(days=365)
    for _ in range(KEEP):
        await daily.make_due()
        days.moment += timedelta(days=1)
    days.moment = Days().moment
    for _ in range(3):
        for _again in range(3):
            await daily.make_due()
            days.moment += timedelta(hours=8)
    kept = kept_in(files_of(own_url).folder)
    assert [each.at.day for each in kept if each.at < days.moment] == [3, 2, 1]
    assert len(kept) == KEEP


async def test_a_backup_that_fails_is_tried_again(own_url: str, caplog: pytest.LogCaptureFixture):
    """A day on which none could be made is said in the log, and the next look makes it."""
    daily = DailyBackups(files_of(own_url), Days().now)
    await daily.make_due()
    assert "no backup could be made" in caplog.text
    await (await open_store(own_url)).close()
    await daily.make_due()
    assert daily.last() is not None


async def test_others_write_on_meanwhile(own_url: str):
    """A backup holds nobody up: what is written while it is taken is there afterwards, in it or not."""
    store = await open_store(own_url)
    try:
        await take_over(store, dossier(fact("a", "uno")))
        writing = asyncio.create_task(_write(store, 200))
        for number in range(5):
            await back_up(files_of(own_url), Path(f"backup-{number}"), no_bar)
        await writing
        assert len(await store.languages()) == 200
    finally:
        await store.close()


async def _write(store: SqlStore, count: int) -> None:
    for number in range(count):
        await store.set_language(f"telegram:{number}", "it")


@pytest.mark.one_engine("asks no database")
def test_each_engine_has_its_files():
    """SQLite is copied by itself, PostgreSQL by its own programs; both keep daily backups in a folder of their own."""
    sqlite: Files = files_of("sqlite:///data/pactwatch.db")
    postgres: Files = files_of("postgresql://user:secret@host/name")
    assert (sqlite.suffix, str(sqlite.folder)) == (".db", "data/backups")
    assert (postgres.suffix, str(postgres.folder)) == (".dump", "data/backups")
