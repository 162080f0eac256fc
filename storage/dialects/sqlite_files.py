"""SQLite databases as files: written out beside a running service, checked, put back."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.core.errors import SchemaTooNew, StoreError
from storage.backups import Progress
from storage.migrations import HEAD, KNOWN

PAGES = 4_096
"""Pages copied at a time, 16 MB: often enough for a bar, and seldom enough to cost nothing."""
ATTACHED = ("-wal", "-shm", "-journal")


class SqliteFiles:
    """One SQLite file; see `storage.backups.Files`."""

    suffix = ".db"

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def folder(self) -> Path:
        """See `Files`."""
        return self._path.parent / "backups"

    def is_own(self, path: Path) -> bool:
        """See `Files`."""
        return path.exists() and self._path.exists() and self._path.samefile(path)

    async def size(self) -> int:
        """See `Files`."""
        if not self._path.is_file():
            raise StoreError("store-unreachable", problem=f"{self._path} does not exist")
        return sum(each.stat().st_size for each in (self._path, self._beside("-wal")) if each.exists())

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)

    async def write(self, target: Path, progress: Progress) -> None:
        """See `Files`."""
        await asyncio.to_thread(self._write, target, progress)

    def _write(self, target: Path, progress: Progress) -> None:
        try:
            with closing(_reading(self._path)) as source, closing(sqlite3.connect(target)) as copy:
                # A snapshot held open: else every commit of another connection would start the copy over.
                source.execute("begin")
                source.execute("select count(*) from sqlite_master").fetchone()
                source.backup(copy, pages=PAGES, progress=lambda _status, left, total: progress(total - left, total))
                # One file that stands alone: the copy would else be read with a log beside it.
                copy.execute("pragma journal_mode = delete")
        except sqlite3.Error as error:
            raise StoreError("backup-failed", path=str(target), problem=str(error)) from error

    async def check(self, source: Path) -> None:
        """See `Files`."""
        await asyncio.to_thread(_check, source)

    async def restore(self, source: Path) -> Path | None:
        """See `Files`. What was there is kept aside, with its log in it."""
        return await asyncio.to_thread(self._restore, source)

    def _restore(self, source: Path) -> Path | None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self.is_own(source):
                raise StoreError("restore-in-use", path=str(self._path))
            new = self._beside("-restoring")
            new.unlink(missing_ok=True)
            os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            shutil.copyfile(source, new)
            with new.open("rb") as copied:
                os.fsync(copied.fileno())
            aside = self._set_aside()
            new.replace(self._path)
        except OSError as error:
            raise StoreError("restore-failed", path=str(self._path), problem=error.strerror or str(error)) from error
        return aside

    def _set_aside(self) -> Path | None:
        if not self._path.exists():
            return None
        try:
            # Also tells whether anybody has it open: the log can be given up by the last one only.
            with closing(sqlite3.connect(self._path, timeout=0)) as old:
                old.execute("pragma journal_mode = delete")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise StoreError("restore-in-use", path=str(self._path)) from error
            # One that can't be read, which may be why another is put in its place: kept as it is.
        aside = self._beside(f".before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        for suffix in ATTACHED:
            if self._beside(suffix).exists():
                self._beside(suffix).replace(aside.with_name(aside.name + suffix))
        self._path.replace(aside)
        return aside


def _reading(path: Path) -> sqlite3.Connection:
    # Never makes a file, and never writes to one: a checkpoint by a second connection is what `_alone` keeps away.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5, isolation_level=None)


def _check(source: Path) -> None:
    if not source.is_file():
        raise StoreError("backup-missing", path=str(source))
    try:
        with closing(_reading(source)) as copy:
            found = copy.execute("select version_num from alembic_version").fetchone()
            if found is None:
                raise StoreError("backup-foreign", path=str(source))
            if found[0] not in KNOWN:
                raise SchemaTooNew("store-too-new", found=found[0], known=HEAD)
            problems = [row[0] for row in copy.execute("pragma integrity_check") if row[0] != "ok"]
            problems += [f"{row[0]} row {row[1]}" for row in copy.execute("pragma foreign_key_check")]
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0)
        key = "backup-foreign" if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR) else "backup-damaged"
        raise StoreError(key, path=str(source), problem=str(error)) from error
    if problems:
        raise StoreError("backup-damaged", path=str(source), problem=problems[0])
