"""SQLite databases as files: written out beside a running service, checked, put back."""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.core.errors import StoreError
from storage import upgrades
from storage.backups import Progress
from storage.disk import sync

PAGES = 4_096
"""Pages copied at a time, 16 MB: often enough for a bar, and seldom enough to cost nothing."""
ATTACHED = ("-wal", "-shm", "-journal")
SHARED_BYTES = (510, 0x40000002)
"""How many there are and where they begin: whoever has a database open with a log holds a lock on some of these."""


class SqliteFiles:
    """One SQLite file; see `storage.backups.Files`."""

    suffix = ".db"

    def __init__(self, path: Path) -> None:
        self._named = path
        # What the name leads to, where it is a link: SQLite keeps its log there.
        self._path = path.resolve() if path.is_symlink() else path

    @property
    def folder(self) -> Path:
        """See `Files`."""
        return self._named.parent / "backups"

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
            _copy(self._path, target, progress)
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
                raise StoreError("backup-in-place", path=str(self._path))
            new = self._beside("-restoring")
            try:
                new.unlink(missing_ok=True)
                os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                self._hand_over(new)
                # Not its bytes: of a database that was copied as it was, the youngest stand in the log beside it.
                _copy(source, new, lambda _done, _all: None)
                sync(new)
                aside = self._set_aside()
                new.replace(self._path)
                sync(self._path.parent)
            finally:
                new.unlink(missing_ok=True)
        except sqlite3.Error as error:
            raise StoreError("restore-failed", path=str(self._path), problem=str(error)) from error
        except OSError as error:
            raise StoreError("restore-failed", path=str(self._path), problem=error.strerror or str(error)) from error
        return aside

    def _hand_over(self, new: Path) -> None:
        """To whoever owns what it replaces: what root puts back is the service's."""
        if self._path.exists() and os.geteuid() == 0:
            owner = self._path.stat()
            os.chown(new, owner.st_uid, owner.st_gid)

    def _set_aside(self) -> Path | None:
        """Keep what is there under another name; it stays under its own until it is replaced, but for its log."""
        if not self._path.exists():
            return None
        try:
            # Also tells whether anybody has it open: the log can be given up by the last one only.
            with closing(sqlite3.connect(self._path, timeout=0)) as old:
                old.execute("pragma journal_mode = delete")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY or _held(self._path):
                raise StoreError("restore-in-use", path=str(self._path)) from error
            # One that can't be read, which may be why another is put in its place: kept as it is.
        wanted = self._beside(f".before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        names = itertools.chain((wanted,), (wanted.with_name(f"{wanted.name}-{more}") for more in itertools.count(2)))
        aside = next(each for each in names if not each.exists())
        for suffix in ATTACHED:
            if self._beside(suffix).exists():
                self._beside(suffix).replace(aside.with_name(aside.name + suffix))
        try:
            # A second name, so that at no moment a service that starts finds nothing here and begins anew.
            aside.hardlink_to(self._path)
        except OSError:  # not every disk has second names
            self._path.replace(aside)
        return aside


def _copy(path: Path, target: Path, progress: Progress) -> None:
    with closing(_reading(path)) as source, closing(sqlite3.connect(target)) as copy:
        # Of what is thrown away if it fails nothing need be rolled back, and so nothing lies about if this is killed.
        copy.execute("pragma journal_mode = off")
        # A snapshot held open: else every commit of another connection would start the copy over.
        source.execute("begin")
        source.execute("select count(*) from sqlite_master").fetchone()
        source.backup(copy, pages=PAGES, progress=lambda _status, left, total: progress(total - left, total))
        # One file that stands alone: the copy would else be read with a log beside it.
        copy.execute("pragma journal_mode = delete")


def _held(path: Path) -> bool:
    """Whether another process has it open, of a database that is too damaged for SQLite to tell."""
    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, *SHARED_BYTES)
        except BlockingIOError:
            return True
        return False


def _reading(path: Path) -> sqlite3.Connection:
    # Never makes a file, and never writes to one: a checkpoint by a second connection is what `_alone` keeps away.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5, isolation_level=None)


_NONE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
_BARRED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
"""Also of a copy with its log beside it, where the folder can't be written to."""


def _check(source: Path) -> None:
    if not source.is_file():
        raise StoreError("backup-missing", path=str(source))
    try:
        with closing(_reading(source)) as copy:
            found = copy.execute("select version_num from alembic_version").fetchone()
            if found is None:
                raise StoreError("backup-foreign", path=str(source))
            since = copy.execute(upgrades.USABLE_FROM).fetchone()
            if not upgrades.is_usable(found[0], since and since[0]):
                raise upgrades.refusal(found[0])
            problems = [row[0] for row in copy.execute("pragma integrity_check") if row[0] != "ok"]
            problems += [f"{row[0]} row {row[1]}" for row in copy.execute("pragma foreign_key_check")]
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        key = "backup-foreign" if code in _NONE else "backup-unreadable" if code in _BARRED else "backup-damaged"
        raise StoreError(key, path=str(source), problem=str(error)) from error
    if problems:
        raise StoreError("backup-damaged", path=str(source), problem=problems[0])
