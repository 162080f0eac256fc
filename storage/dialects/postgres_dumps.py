"""PostgreSQL databases as files, by the programs that come with it: pg_dump and pg_restore."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot.core.databases import postgres_address
from bot.core.errors import StoreError
from storage import upgrades
from storage.backups import Progress
from storage.dialects.postgres import PostgresDatabase

_VERSION = re.compile(r"^COPY .*alembic_version .*\n(\S+)$", re.MULTILINE)
_USABLE_FROM = re.compile(r"^usable_from\t(.*)$", re.MULTILINE)
_FORMAT = ("--format=custom", "--no-owner", "--no-privileges")


class PostgresDumps:
    """One PostgreSQL database; see `storage.backups.Files`."""

    suffix = ".dump"
    folder = Path("data/backups")

    def __init__(self, url: str) -> None:
        self._url = url
        try:
            # A dump sets things for itself alone, which a pooler would let others have.
            address = conninfo_to_dict(postgres_address(url).session)
        except (psycopg.ProgrammingError, ValueError) as error:
            raise StoreError("store-unreachable", problem="not an address of a database") from error
        # Not among the arguments, which everybody on the machine can read.
        password = address.pop("password", None)
        # In the one encoding that holds everything, whatever the role has set.
        self._environment = (
            os.environ | {"PGCLIENTENCODING": "UTF8"} | ({"PGPASSWORD": str(password)} if password else {})
        )
        self._address = make_conninfo(**{name: str(value) for name, value in address.items() if value is not None})

    def is_own(self, path: Path) -> bool:
        """See `Files`. It has files of its own, which nobody names."""
        del path
        return False

    async def size(self) -> int:
        """See `Files`. A dump is packed, and holds no indexes: this is the most it can take."""
        database = PostgresDatabase(self._url)
        try:
            return int((await database.fetch("select pg_database_size(current_database())"))[0][0])
        finally:
            await database.close()

    async def write(self, target: Path, progress: Progress) -> None:
        """See `Files`. It says nothing of how far it is."""
        del progress
        await self._run("pg_dump", *_FORMAT, f"--file={target}", f"--dbname={self._address}")

    async def check(self, source: Path) -> None:
        """See `Files`. Reads all of it: what is written out is thrown away."""
        if not await asyncio.to_thread(source.is_file):
            raise StoreError("backup-missing", path=str(source))
        version = await self._run(
            *("pg_restore", "--data-only", "--table=alembic_version", "--table=meta", "--file=-", str(source)),
            key="backup-foreign",
        )
        found = _VERSION.search(version)
        if found is None:
            raise StoreError("backup-foreign", path=str(source))
        since = _USABLE_FROM.search(version)
        if not upgrades.is_usable(found[1], since and since[1]):
            raise upgrades.refusal(found[1])
        await self._run("pg_restore", "--file=/dev/null", str(source), key="backup-damaged")

    async def restore(self, source: Path) -> Path | None:
        """See `Files`. Only into an empty database: what is in another one would be lost."""
        database = PostgresDatabase(self._url)
        try:
            if await database.schema_version() is not None:
                raise StoreError("restore-not-empty")
        finally:
            await database.close()
        await self._run(
            "pg_restore", "--single-transaction", "--exit-on-error", *_FORMAT[1:], f"--dbname={self._address}",
            str(source), key="restore-failed",
        )  # fmt: skip
        return None

    async def _run(self, program: str, *arguments: str, key: str = "backup-failed") -> str:
        """What the program prints. Raises StoreError with its last complaint."""
        found = shutil.which(program)
        if found is None:
            raise StoreError("backup-no-program", program=program)
        process = await asyncio.create_subprocess_exec(
            found, *arguments, env=self._environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            out, complaints = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode:
            lines = complaints.decode(errors="replace").strip().splitlines()
            raise StoreError(key, problem=lines[-1] if lines else f"{program} failed")
        return out.decode(errors="replace")
