"""Backups: written beside a running service, read back before they count, kept for a week, and put back.

How an engine's database becomes a file and a file a database: `storage.dialects.sqlite_files`, `postgres_dumps`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.core.errors import StoreError
from storage.disk import sync

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

KEEP = 7
"""Daily backups that are kept. Longer is what a copy elsewhere is for."""
EVERY = timedelta(hours=23, minutes=50)
"""A little less than a day, or the hour of the backup would creep through the day."""
SPARE = 100_000_000
"""Bytes that a backup must leave free: a disk that is full of backups stops the service they are for."""

_NAME = re.compile(r"pactwatch-(\d{8}T\d{6}Z)\.(?:db|dump)")
_PARTIAL = re.compile(rf"{_NAME.pattern}\.partial(?:-\w+)?")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written and read back."""

    path: Path
    at: datetime


class Files(Protocol):
    """One database as files. All methods raise StoreError."""

    suffix: str

    @property
    def folder(self) -> Path:
        """Where its daily backups are kept."""
        ...

    def is_own(self, path: Path) -> bool:
        """Whether a file is the database itself."""
        ...

    async def size(self) -> int:
        """About how many bytes a backup takes."""
        ...

    async def write(self, target: Path, progress: Progress) -> None:
        """Write the database as it is at one moment into a new file, while others go on writing to it."""
        ...

    async def check(self, source: Path) -> None:
        """Read a backup through. Raises StoreError for one that is damaged, or none of this program."""
        ...

    async def restore(self, source: Path) -> Path | None:
        """Make a checked backup the database; returns where the one before is kept, None where there was none."""
        ...


def files_of(url: str) -> Files:
    """The database at `url`, which need not exist."""
    # Each engine's module is imported only where it is used, as in `storage.open_store`.
    if url.startswith("sqlite:///"):
        from storage.dialects.sqlite_files import SqliteFiles  # noqa: PLC0415

        return SqliteFiles(Path(url.removeprefix("sqlite:///")))
    from storage.dialects.postgres_dumps import PostgresDumps  # noqa: PLC0415

    return PostgresDumps(url)


def kept_in(folder: Path) -> tuple[Backup, ...]:
    """The daily backups in a folder, newest first."""
    paths = folder.iterdir() if folder.is_dir() else ()
    found = [Backup(path, _moment(match)) for path in paths if (match := _NAME.fullmatch(path.name))]
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _moment(name: re.Match[str]) -> datetime:
    return datetime.strptime(name[1], _STAMP).replace(tzinfo=UTC)


def newest(kept: Iterable[Backup], now: datetime) -> Backup | None:
    """The last one, of those `kept_in` a folder.

    One of the future is of a day on which the clock was wrong, and older than it says.
    """
    return next((each for each in kept if each.at <= now), None)


async def back_up(files: Files, target: Path, progress: Progress) -> None:
    """Write a backup to `target` and read it back; it is there whole or not at all. Raises StoreError.

    An older backup of that name is replaced, and nothing else is: a slip of the pen must not cost a file.
    """
    if not target.name or await asyncio.to_thread(target.is_dir):
        raise StoreError("backup-folder", path=str(target))
    partial = target.with_name(f"{target.name}.partial")
    try:
        if files.is_own(target):
            raise StoreError("backup-in-place", path=str(target))
        if await asyncio.to_thread(target.exists):
            await files.check(target)
        await asyncio.to_thread(_make_room, partial, await files.size())
        await files.write(partial, progress)
        await files.check(partial)
        await asyncio.to_thread(_put_in_place, partial, target)
    except OSError as error:
        raise StoreError("backup-failed", path=str(target), problem=error.strerror or str(error)) from error
    finally:
        with contextlib.suppress(OSError):  # a disk that does not let go of it has been complained of already
            await asyncio.to_thread(partial.unlink, missing_ok=True)


def _make_room(partial: Path, size: int) -> None:
    partial.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(partial.parent).free < size + SPARE:
        raise StoreError("backup-no-room", path=str(partial.parent))
    # What people wrote stands in it: nobody else on the machine is to read it.
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _put_in_place(partial: Path, target: Path) -> None:
    sync(partial)
    partial.replace(target)
    sync(target.parent)


class DailyBackups:
    """One backup a day, the newest of them kept. now: the moment, in UTC."""

    def __init__(self, files: Files, now: Callable[[], datetime]) -> None:
        self._files = files
        self._now = now

    async def make_due(self) -> None:
        """Make one where the last is a day old; to be called often, since a failed one is tried again."""
        folder, now = self._files.folder, self._now()
        last = self.last()
        if last is not None and now < last.at + EVERY:
            return
        target = folder / f"pactwatch-{now.astimezone(UTC).strftime(_STAMP)}{self._files.suffix}"
        try:
            await back_up(self._files, target, lambda _done, _all: None)
        except StoreError as error:
            log.error(  # noqa: TRY400 - the cause is named; where in the code it was found helps nobody
                "no backup could be made (%s): `pactwatch doctor` says more", _cause(error)
            )
            return
        log.info("a backup was written and read back: %s", target)
        kept = sorted(kept_in(folder), key=lambda each: each.at > now)
        for old in kept[KEEP:]:
            old.path.unlink(missing_ok=True)
        for left in folder.iterdir():
            # Of a service that was killed at it; one that is being made has another name.
            if (match := _PARTIAL.fullmatch(left.name)) and _moment(match) < now - EVERY:
                left.unlink(missing_ok=True)

    def last_made(self) -> float | None:
        """When the newest one was made (seconds since 1970); None where there is none."""
        last = self.last()
        return None if last is None else last.at.timestamp()

    def last(self) -> Backup | None:
        """The newest one."""
        return newest(kept_in(self._files.folder), self._now())


def _cause(error: StoreError) -> str:
    return ", ".join((error.key, *map(str, error.data.values())))
