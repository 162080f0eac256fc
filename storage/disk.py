"""Room on the disk of the database, and the ballast that keeps some of it for when there is none.

The state is worked out from the disk itself, so that all processes on one database agree without talking. Deleting
rows is no way out of a full disk: it writes as well.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from pathlib import Path

from bot.core.disk import Disk

log = logging.getLogger(__name__)

BALLAST = 16 * 1024 * 1024
"""Bytes. SQLite's log grows to 4 MB before it is used anew; four times that hold some hundred acts of editors and
whatever was under way, while the operator makes room."""
SHARE = 16
"""On a small disk the ballast is this part of it and no more."""
ENOUGH = 3
"""So many times the ballast must be free before it is made: released again at once, it would help nobody."""
NO_ROOM = 64 * 1024
"""Bytes. SQLite calls some writes that found no room errors of the disk; with less than this free they are none."""
REMEMBERED_SECONDS = 10.0
"""On PostgreSQL only a write that finds room tells that there is some again, so one must be tried now and then."""


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before it is relied on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class DiskSpace:
    """The disk below one database; `database` is None where it is a server's and can't be looked at."""

    def __init__(self, database: Path | None) -> None:
        self._folder = database.parent if database else None
        self._ballast = database.with_name(f"{database.name}-ballast") if database else None
        self._overflowed_at: float | None = None
        self._said = Disk.OK

    @property
    def state(self) -> Disk:
        """How things stand at this moment; two questions to the operating system."""
        if self._folder is None or self._ballast is None:
            recent = self._overflowed_at is not None and time.monotonic() - self._overflowed_at < REMEMBERED_SECONDS
            return Disk.FULL if recent else Disk.OK
        free, size = self._room(self._folder)
        if self._overflowed_at is not None and free < size:
            return Disk.FULL
        # Once the ballast is gone, room for it and twice as much must be there: else the state would flap.
        return Disk.LOW if free < (size if self._ballast.exists() else ENOUGH * size) else Disk.OK

    @property
    def exhausted(self) -> bool:
        """Whether there is no room at all, whatever an error called it."""
        return self._folder is not None and self._room(self._folder)[0] < NO_ROOM

    def overflowed(self) -> None:
        """Something could not be written for want of room: give the ballast away, so that the next thing can be."""
        self._overflowed_at = time.monotonic()
        if self._ballast is not None:
            with contextlib.suppress(OSError):
                self._ballast.unlink(missing_ok=True)

    def written(self) -> None:
        """Something was written: there is some room."""
        self._overflowed_at = None

    def look(self) -> None:
        """Make the ballast where there is room for it, and log a change of state once. Called every few seconds."""
        state = self.state
        if self._folder is not None and self._ballast is not None and state is Disk.OK:
            free, size = self._room(self._folder)
            if not self._ballast.exists() and free >= ENOUGH * size:
                _allocate(self._ballast, size)
        self._say(state)

    def _say(self, state: Disk) -> None:
        if state is self._said:
            return
        self._said = state
        if state is Disk.OK:
            log.info("the database's disk has room again: everything is taken in as before")
            return
        where = f"in {self._folder.resolve()}" if self._folder is not None else "at the database's server"
        how = "is full" if state is Disk.FULL else "is almost full"
        log.critical(
            "the database's disk %s: make room %s; nothing new is taken in until then, reading goes on", how, where
        )

    @staticmethod
    def _room(folder: Path) -> tuple[int, int]:
        """Bytes free for us, and of a ballast on this disk."""
        found = os.statvfs(folder)
        return found.f_bavail * found.f_frsize, min(BALLAST, found.f_blocks * found.f_frsize // SHARE)


def _allocate(path: Path, size: int) -> None:
    """Take so much of the disk; no file of a mere length, which would take nothing and free nothing."""
    try:
        with path.open("xb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.write(os.urandom(size))
    except FileExistsError:
        return  # another process was quicker
    except OSError as error:
        log.warning("no ballast could be kept on the database's disk: %s", error.strerror)
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
