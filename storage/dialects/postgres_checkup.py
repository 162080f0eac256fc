"""What `pactwatch doctor` finds of a PostgreSQL server. It only reads."""

from __future__ import annotations

import asyncio
import shutil
import time
from urllib.parse import urlsplit

import psycopg

from bot.core.checks import Check, clock, in_bytes, mend, ok, warning
from bot.core.databases import postgres_address
from storage.dialects.postgres import MAY_KNOW, PostgresDatabase, home_query
from storage.dialects.postgres_dumps import PostgresDumps
from storage.dialects.postgres_pool import CONNECT_SECONDS, PROCESS
from storage.reader import Database

OLDEST = 120_000
"""Generated columns came with version 12; the number is as `server_version_num` has it."""
# Of others' connections an ordinary role sees no more than to which database they are. The time is a whole number: of
# others some servers show few digits.
SERVER = """
    select current_setting('server_version'), cast(current_setting('server_version_num') as integer),
        (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()),
        cast(current_setting('max_connections') as integer)
            - cast(current_setting('superuser_reserved_connections') as integer),
        (select count(*) from pg_stat_activity where datname is not null),
        pg_database_size(current_database()), cast(extract(epoch from clock_timestamp()) * 1000 as bigint),
        pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on'"""


class PostgresCheckup:
    """One database on a server."""

    overtaken = False
    """What is read is as it was at one moment."""
    backups = PostgresDumps.folder
    """Where its daily backups are kept."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def surroundings(self) -> list[Check]:
        """Whether backups can be made at all."""
        if await asyncio.to_thread(shutil.which, "pg_dump"):
            return []
        advice = "install PostgreSQL's client programs, of the server's version or a newer one"
        return [warning("backup.program", "pg_dump is not there, so that no backup can be made", advice)]

    async def open(self) -> Database:
        """The database; whether it can be reached shows with the first statement. Raises StoreError."""
        return PostgresDatabase(self._url)

    async def engine(self, database: Database) -> list[Check]:
        """Which server this is, and what it leaves us. Raises StoreError."""
        await database.fetch("select 1")  # so that connecting does not count as a clock that is off
        before = time.time()
        row = (await database.fetch(SERVER))[0]
        middle = (before + time.time()) / 2
        version, number, encoding, allowed, taken, size, now, read_only = row
        where = urlsplit(self._url)
        name = f"{where.hostname or 'this machine'}{where.path}, {in_bytes(size)}"
        found = [ok("database.server", name)]
        if read_only:
            advice = "set DATABASE_URL to the primary server, and default_transaction_read_only to off"
            found = [mend("database.server", f"{name}: takes no writes", advice)]
        if number < OLDEST:
            found.append(mend("database.engine", f"PostgreSQL {version} is too old", "12 is the oldest that works"))
        else:
            found.append(ok("database.engine", f"PostgreSQL {version}"))
        if encoding == "UTF8":
            found.append(ok("database.encoding", "UTF8"))
        else:
            advice = "create the database anew with encoding 'UTF8' (template template0) and restore into it"
            found.append(mend("database.encoding", f"{encoding} can't hold all that people write", advice))
        left = f"{taken} of {allowed} connections are taken"
        if allowed - taken < PROCESS:
            advice = f"raise max_connections, or stop what is not needed: a process here takes up to {PROCESS}"
            found.append(warning("database.connections", left, advice))
        else:
            found.append(ok("database.connections", left))
        found += await self._behind(database)
        return [*found, clock("clock.database", "the database server", middle - now / 1000)]

    async def _behind(self, database: Database) -> list[Check]:
        """Of a pooler: whether the server itself is where the address says, and nobody waits too long behind it."""
        address = postgres_address(self._url)
        if not address.pooled:
            return []
        name, advice = "database.session", "set session_host and session_port in DATABASE_URL to the server itself"
        try:
            # With a setting, which a pooler does not take: it would let two processes have the same lock.
            connection = await psycopg.AsyncConnection.connect(
                address.session, autocommit=True, connect_timeout=CONNECT_SECONDS, options="-c lock_timeout=1s"
            )
            async with connection:
                knows = await (await connection.execute(MAY_KNOW)).fetchone()
                query = home_query(knows=knows == (True,))
                row = await (await connection.execute(query)).fetchone()
        except psycopg.Error as error:
            return [mend(name, f"the server behind the pooler: {' '.join(str(error).split())[-200:]}", advice)]
        if row is None or row[0] != await database.home():
            return [mend(name, "what stands behind the pooler is another database than the address says", advice)]
        if (await database.fetch("select current_setting('lock_timeout')"))[0][0] == "0":
            advice = "have it set lock_timeout for every connection, as docs/operating.md says"
            return [warning("database.pooler", "behind the pooler, reading may wait for a lock for ever", advice)]
        return [ok(name, "the server behind the pooler is reached")]

    async def structure(self, database: Database, seconds: float) -> list[Check]:  # noqa: ARG002 - SQLite's takes time
        """PostgreSQL keeps its own structure whole. Raises StoreError where it can't be read."""
        await database.damage()
        return [ok("database.integrity", "the server vouches for it, foreign keys included")]
