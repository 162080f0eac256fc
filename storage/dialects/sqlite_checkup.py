"""What `pactwatch doctor` finds of an SQLite file and what it lies on, without making or changing anything."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from bot.core.checks import MEGABYTE, Check, counted, in_bytes, mend, ok, space, warning
from bot.core.errors import StoreError
from storage.dialects.sqlite import SqliteDatabase, log_of, untouched, wal_may_corrupt
from storage.dialects.sqlite_files import SqliteFiles
from storage.reader import Database

NETWORK_DRIVES = frozenset(
    "nfs nfs4 cifs smb smb3 smbfs afs ncpfs 9p ceph glusterfs lustre beegfs fuse.sshfs fuse.glusterfs fuse.s3fs "
    "fuse.rclone fuse.davfs fuse.ceph".split()
)
SMALL = 50 * MEGABYTE
"""Up to this size every page of the indexes is compared as well."""
LONG_LOG = 256 * MEGABYTE
SHOWN, LONGEST = 2, 120
"""Faults that are told, and the characters of each: SQLite lists every page that is out of place in one of them."""
STEPS = 20_000
"""Of SQLite's machine, between two looks at the time."""
MOUNTS = Path("/proc/mounts")
RESTORE = "stop the service, keep a copy of the file, then `pactwatch db restore FILE` with the last good backup"


class SqliteCheckup:
    """One file, which may not be there yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._without_log = False

    @property
    def backups(self) -> Path:
        """Where its daily backups are kept."""
        return SqliteFiles(self._path).folder

    async def surroundings(self) -> list[Check]:
        """What can be told without opening the database."""
        return await asyncio.to_thread(self._surroundings)

    async def open(self) -> Database | None:
        """The database, for reading; None where there is none yet. Raises StoreError."""
        try:
            if not self._path.exists() or not self._path.stat().st_size:
                return None
            self._without_log = not log_of(self._path).exists()
        except OSError as error:
            raise StoreError("store-unreachable", problem=error.strerror or str(error)) from error
        database = SqliteDatabase(self._path)
        await database.look()
        return database

    @property
    def overtaken(self) -> bool:
        """Whether somebody began to write to what was taken for a file at rest, so that findings may be wrong."""
        return self._without_log and log_of(self._path).exists()

    async def engine(self, database: Database) -> list[Check]:  # noqa: ARG002 - PostgreSQL has to be asked
        """Which SQLite this is."""
        version = sqlite3.sqlite_version
        if not wal_may_corrupt(sqlite3.sqlite_version_info):
            return [ok("database.engine", f"SQLite {version}")]
        found = f"SQLite {version} has the WAL-reset fault; Pactwatch lets one program at a time write"
        return [ok("database.engine", found, "let no other program write to the file; SQLite 3.51.3 has it mended")]

    async def structure(self, database: Database, seconds: float) -> list[Check]:  # noqa: ARG002 - as above
        """Whether the file is whole, looked at for so many seconds."""
        return [await asyncio.to_thread(self._structure, seconds)]

    def _surroundings(self) -> list[Check]:
        try:
            there = self._path.exists()
            folder = _nearest(self._path.absolute().parent)
            found = [_rights(self._path, folder, there=there), _drive(folder)]
            size = self._path.stat().st_size if there else 0
            found.append(space("database.space", size, shutil.disk_usage(folder).free))
            if log_of(self._path).exists() and (long := _log(log_of(self._path).stat().st_size, size)):
                found.append(long)
        except OSError as error:
            advice = "check DATABASE_URL and the rights on the folder; run doctor as the user of the service"
            return [mend("database.file", f"{self._path}: {error.strerror or error}", advice)]
        return found

    def _structure(self, seconds: float) -> Check:
        name = "database.integrity"
        deadline = time.monotonic() + seconds
        whole = self._path.stat().st_size <= SMALL
        check = "integrity_check" if whole else "quick_check"
        try:
            with closing(sqlite3.connect(untouched(self._path), uri=True)) as connection:
                connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
                faults = [str(row[0]) for row in connection.execute(f"pragma {check}") if row[0] != "ok"]
                dangling = connection.execute("pragma foreign_key_check").fetchall()
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                return ok(name, f"too large to be read in {seconds:.0f} s", "`pactwatch db check` takes its time")
            return mend(name, f"can't be read: {error}", RESTORE)
        except sqlite3.Error as error:
            return mend(name, f"can't be read: {error}", RESTORE)
        faults += [f"{row[0]} row {row[1]} names a missing row of {row[2]}" for row in dangling]
        if not faults:
            return ok(name, f"sound ({check.replace('_', ' ')}, foreign keys)")
        told = "; ".join(" ".join(each.split())[:LONGEST] for each in faults[:SHOWN])
        more = f"; and {len(faults) - SHOWN:,} more" if len(faults) > SHOWN else ""
        return mend(name, f"damaged: {told}{more}", RESTORE)


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _rights(path: Path, folder: Path, *, there: bool) -> Check:
    name, advice = "database.file", "give them to the service's user, and run doctor as that user"
    if there and not os.access(path, os.R_OK | os.W_OK):
        return mend(name, f"{path} can't be read and written by this user", advice)
    if not os.access(folder, os.W_OK | os.X_OK):
        return mend(name, f"the folder {folder} can't be written to by this user", advice)
    if not there or not path.stat().st_size:
        return ok(name, f"{path} will be created on first start")
    return ok(name, str(path))


def _drive(folder: Path) -> Check:
    kind = file_system(folder, MOUNTS.read_text(encoding="utf-8", errors="replace")) if MOUNTS.exists() else ""
    if kind in NETWORK_DRIVES:
        advice = "move the database to a disk of this machine, or use PostgreSQL (DATABASE_URL)"
        return mend("database.disk", f"a network drive ({kind}), where SQLite's locks do not hold", advice)
    return ok("database.disk", f"a disk of this machine ({kind})" if kind else "not known of what kind")


def file_system(folder: Path, mounts: str) -> str:
    """The kind of file system that a folder is on, by the lines of /proc/mounts; empty where none tells."""
    kind, at = "", str(folder.resolve())
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[1])
        # They stand in the order of mounting: what was mounted last hides what was there before.
        if at == point or at.startswith(point.rstrip("/") + "/"):
            kind = fields[2]
    return kind


def _log(size: int, database: int) -> Check | None:
    if size <= LONG_LOG or size * 2 <= database:
        return None
    told = f"{in_bytes(size)} beside {counted(database // MEGABYTE, 'megabyte')} of database"
    return warning(
        "database.log", told, "restart the service: something has been reading for very long, or the disk was full"
    )
