"""Leases on PostgreSQL: session advisory locks and LISTEN, on the one connection of a process that no pooler may share.

PostgreSQL gives a lock back as soon as the connection that took it ends, however it ends: at once when the process is
killed, and after ten seconds without a beat when the machine or the network is gone or the process stands still. The
holder notices the same from its side, and sooner:

      holder's last beat      +7 s: acts no more        +10 s: the server ends the session, another one takes it
      connection broken       +2 s: acts no more        +3 s after it took it, another one acts
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import socket
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import psycopg

from bot.core.leases import News
from storage.notifying import CHANNEL

log = logging.getLogger(__name__)

T = TypeVar("T")

LISTEN_SECONDS = 0.2
"""How long the connection waits for news at a time; whoever asks for a lease waits as long at most."""
BEAT_SECONDS, ANSWER_SECONDS, AGAIN_SECONDS = 1.5, 3.0, 0.5
IDLE_SECONDS = 10
SURE_SECONDS, BROKEN_SECONDS, HANDOVER_SECONDS = 7.0, 2.0, 3.0
LENIENT_SECONDS = 12.0
EVERYBODY = "pactwatch"
LEFT = "left "
_OPTIONS: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "pactwatch leases",
}
# The server, too, must notice within seconds that the other end is gone: it would wait for two hours. The first of
# these also sees a process that stands still, and a network whose other end goes on acknowledging.
_SERVER = (
    f"set idle_session_timeout = '{IDLE_SECONDS}s'",
    "set tcp_keepalives_idle = 5",
    "set tcp_keepalives_interval = 2",
    "set tcp_keepalives_count = 3",
    "set tcp_user_timeout = 10000",
    "set lock_timeout = 1000",
    f"listen {CHANNEL}",
)
MEMBERS = """
    select count(*) from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and granted
    and database = (select oid from pg_database where datname = current_database())
    and ((classid::bigint << 32) | objid::bigint) = %s"""
_TAKEN = """
    select ((classid::bigint << 32) | objid::bigint) from pg_locks
    where locktype = 'advisory' and mode = 'ExclusiveLock' and granted
    and database = (select oid from pg_database where datname = current_database())
    and ((classid::bigint << 32) | objid::bigint) = any(%s)"""
_KNOWN = frozenset(each.value for each in News)
_BEAT = f"select extract(epoch from clock_timestamp())::float8, ({MEMBERS})"  # noqa: S608 - our own text


class PostgresLeases:
    """See `bot.core.leases.Leases`. url: of the database itself, not of a pooler.

    on_time: told how many seconds the database's clock is ahead of this machine's, at each beat.
    """

    def __init__(self, url: str, on_time: Callable[[float], None]) -> None:
        self._url = url
        self._on_time = on_time
        self._connection: psycopg.AsyncConnection | None = None
        self._running: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._held: set[str] = set()
        self._acts_at: dict[str, float] = {}
        self._refused: set[str] = set()
        self._groups: dict[str, int] = {}
        self._everybody = 1
        self._closing = self._said = False
        self._beat_at = self._broken_at = self._back_at = 0.0
        self._told: list[Callable[[News], None]] = []

    async def open(self) -> None:
        """Connect, in the background from then on; returns with the first connection or after a moment without one."""
        self._groups[EVERYBODY] = 1
        self._running = asyncio.create_task(self._run(), name="leases")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._connected.wait()

    async def close(self) -> None:
        """Give everything back by hanging up."""
        self._held.clear()
        self._closing = True
        await self._hang_up()
        if self._running is not None:
            # Broken off it ends by itself; the driver would go on for seconds to cancel what it was doing.
            await asyncio.wait({self._running}, timeout=2 * AGAIN_SECONDS)
            self._running.cancel()

    # What is held

    async def take(self, duty: str) -> bool:
        """See `Leases`."""
        if duty not in self._held:
            if not await self._locked(duty):
                self._refused.add(duty)
                return False
            # Who was refused before takes over from somebody, who may need a moment to know of it.
            wait = HANDOVER_SECONDS if duty in self._refused else 0.0
            self._refused.discard(duty)
            self._held.add(duty)
            self._acts_at[duty] = _now() + wait
        return self.holds(duty)

    async def free(self, duties: Sequence[str]) -> Sequence[str] | None:
        """See `Leases`."""
        if (rows := await self._asked(_TAKEN, [key(each) for each in duties])) is None:
            return None
        locked = {row[0] for row in rows}
        self._refused.update(each for each in duties if key(each) in locked and each not in self._held)
        # After a restart of the server nobody has anything for a moment, and each is to have back what was its own.
        settling = _now() < self._back_at + HANDOVER_SECONDS
        return [each for each in duties if each in self._held or not (settling or key(each) in locked)]

    async def give_back(self, duty: str) -> None:
        """See `Leases`."""
        if duty in self._held:
            self._held.discard(duty)
            # Whoever waits for it is told that we know, and need not wait for us to notice.
            told = (CHANNEL, f"{LEFT}{key(duty)}")
            await self._asked("select pg_advisory_unlock(%s), pg_notify(%s, %s)", key(duty), *told)

    def holds(self, duty: str) -> bool:
        """See `Leases`."""
        return self._is_ours(duty, BROKEN_SECONDS, SURE_SECONDS)

    def keeps(self, duty: str) -> bool:
        """See `Leases`."""
        return self._is_ours(duty, LENIENT_SECONDS, LENIENT_SECONDS)

    def _is_ours(self, duty: str, broken: float, silent: float) -> bool:
        if duty not in self._held or self._acts_at[duty] > (now := _now()):
            return False
        if self._connection is not None:
            return now <= self._beat_at + silent
        # Where nobody else was there to take it when we last saw, it is ours without a database, too.
        return self._everybody == 1 or now <= min(self._broken_at + broken, self._beat_at + silent)

    async def join(self, group: str) -> None:
        """See `Leases`."""
        self._groups.setdefault(group, 1)
        await self._asked("select pg_try_advisory_lock_shared(%s)", key(group))

    async def leave(self, group: str) -> None:
        """See `Leases`."""
        if self._groups.pop(group, 0):
            await self._asked("select pg_advisory_unlock_shared(%s)", key(group))

    async def members(self, group: str) -> int:
        """See `Leases`."""
        if (rows := await self._asked(MEMBERS, key(group))) is not None:
            self._groups[group] = max(1, rows[0][0])
        return self._groups.get(group, 1)

    def listen(self, told: Callable[[News], None]) -> None:
        """See `Leases`."""
        self._told.append(told)

    # The connection

    async def _locked(self, duty: str) -> bool:
        rows = await self._asked("select pg_try_advisory_lock(%s)", key(duty))
        return rows is not None and bool(rows[0][0])

    async def _asked(self, sql: str, *params: object) -> Sequence[tuple[Any, ...]] | None:
        """The rows of one statement; None where the database does not answer."""
        connection = self._connection
        if connection is None:
            return None
        try:
            return await self._in_time(connection, _rows(connection, sql, params))
        except (psycopg.Error, OSError):
            return None

    async def _in_time(self, connection: psycopg.AsyncConnection, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns; a connection that does not answer is broken off, which ends it. Raises TimeoutError."""
        task = asyncio.ensure_future(work)
        task.add_done_callback(_looked_at)  # whoever waits here may be cancelled, and nobody is told how it ended
        # Not cancelled: the driver would ask the server, which does not answer, to end what it does, and wait for it.
        if (await asyncio.wait({task}, timeout=ANSWER_SECONDS))[0]:
            return await task
        _break_off(connection)
        raise TimeoutError

    async def _run(self) -> None:
        while not self._closing:
            try:
                await self._serve()
            except (psycopg.Error, OSError) as error:
                if self._connection is not None and not self._closing:
                    log.warning("the connection that holds the leases is lost (%s)", type(error).__name__)
                    self._broken_at = _now()
                elif not (self._connected.is_set() or self._said):
                    self._said = True
                    log.warning(
                        "no connection of its own to the database (%s): until there is, nothing is done that one "
                        "process does for all",
                        type(error).__name__,
                    )
                await self._hang_up()
            except Exception:
                log.exception("the leases failed by a fault of ours")
                self._broken_at = _now()
                await self._hang_up()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _serve(self) -> None:
        connection = await self._in_time_of_connecting()
        try:
            for each in _SERVER:
                await self._in_time(connection, _rows(connection, each, ()))
            await self._begin(connection)
        except BaseException:
            _break_off(connection)
            raise
        self._back_at = _now() if self._broken_at else 0.0
        self._connection = connection
        self._connected.set()
        for news in News:  # what was said meanwhile was not heard
            self._tell(news)
        while True:
            async for note in connection.notifies(timeout=LISTEN_SECONDS):
                if note.payload in _KNOWN:  # a later version may tell of more
                    self._tell(News(note.payload))
                elif note.payload.startswith(LEFT):
                    self._is_left(note.payload.removeprefix(LEFT))
            if _now() >= self._beat_at + BEAT_SECONDS:
                await self._beat(connection)

    async def _in_time_of_connecting(self) -> psycopg.AsyncConnection:
        async with asyncio.timeout(2 * ANSWER_SECONDS):
            return await psycopg.AsyncConnection.connect(self._url, autocommit=True, prepare_threshold=None, **_OPTIONS)

    async def _begin(self, connection: psycopg.AsyncConnection) -> None:
        """Be counted, and have back what was held before, where nobody has taken it since."""
        for group in self._groups:
            await self._in_time(connection, _rows(connection, "select pg_try_advisory_lock_shared(%s)", (key(group),)))
        for duty in sorted(self._held):
            lock = _rows(connection, "select pg_try_advisory_lock(%s)", (key(duty),))
            if not (await self._in_time(connection, lock))[0][0]:
                self._held.discard(duty)
                self._refused.add(duty)
        # Last: with a beat as young as this one, what was not yet asked for again would count as ours.
        await self._beat(connection)

    async def _beat(self, connection: psycopg.AsyncConnection) -> None:
        sent = _now()
        ((there, everybody),) = await self._in_time(connection, _rows(connection, _BEAT, (key(EVERYBODY),)))
        # From before it was sent: by then, at the earliest, the server began to wait for the next one.
        self._beat_at, self._everybody = sent, max(1, everybody)
        self._on_time(there - (time.time() - (_now() - sent) / 2))

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            _break_off(connection)
            with contextlib.suppress(psycopg.Error, OSError):
                await connection.close()

    def _is_left(self, number: str) -> None:
        """Whoever had a duty knows that it is over, so there is nothing to wait for; it may be ours already."""
        self._refused = {each for each in self._refused if str(key(each)) != number}
        for duty in self._held:
            if str(key(duty)) == number:
                self._acts_at[duty] = min(self._acts_at[duty], _now())

    def _tell(self, news: News) -> None:
        for told in self._told:
            told(news)


def key(name: str) -> int:
    """The number of an advisory lock: 64 bits, signed."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)


async def _rows(connection: psycopg.AsyncConnection, sql: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(sql, params or None)
    return await cursor.fetchall() if cursor.description else []


def _break_off(connection: psycopg.AsyncConnection) -> None:
    """End the connection below the driver: whatever waits for it ends with an error at once."""
    with contextlib.suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)


def _looked_at(task: asyncio.Future[Any]) -> None:
    if not task.cancelled():
        task.exception()


def _now() -> float:
    """Seconds, those in which the machine slept included where the system counts them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
