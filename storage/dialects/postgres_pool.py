"""The connections of a process to PostgreSQL: how many there are, how long they wait, and what ends those that hang.

The figures stand in docs/operating.md as well, with why; a test compares the two.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.core.databases import PostgresAddress
from bot.core.errors import StoreError

POOL = 8
"""Connections of a process, all of them kept: opening one takes as long as ten statements."""
PROCESS = POOL + 2
"""What a process takes at most: one more for what lasts longer than a transaction, one to ask whether all is well."""
PATIENCE_SECONDS = 2.5
"""How long to wait for others, for a connection or for what they hold; see the same for SQLite."""
CONNECT_SECONDS = 2
SLOW_SECONDS, PROBE_SECONDS = 1.0, 1.2
"""A connection that is in use for the first makes us ask whether the server answers at all, within the second."""
MUTE_SECONDS, PARTS = 3.0, 3
"""How long it may take to answer afterwards, when nobody waits for that. It is waited for in parts: where this process
itself stands still for a while, one of them is lost and not the answer that came meanwhile."""
ABANDONED_SECONDS = 10
"""After so long the server ends a transaction in which nothing is asked: whoever began it stands still or is gone. It
may hold the row by which all processes are paced; none of them sends until then."""

# Set at both ends: a machine that vanishes without a word must be noticed by the other one, whichever of them it is.
TCP = {"tcp_keepalives_idle": 5, "tcp_keepalives_interval": 2, "tcp_keepalives_count": 3, "tcp_user_timeout": 10_000}
# Ours in libpq's words: without the `tcp_` that only the last of them has there.
OUR_TCP: Mapping[str, Any] = {
    name.removeprefix("tcp_") if "keepalives" in name else name: value for name, value in TCP.items()
}
LIMITS = {
    "lock_timeout": int(PATIENCE_SECONDS * 1000),
    "idle_in_transaction_session_timeout": ABANDONED_SECONDS * 1000,
}
# Whatever the server, the database or the role has set: rows that others changed meanwhile are read as they are by now,
# which is what every `for update` here goes by.
BEGIN = "begin isolation level read committed"
# A pooler refuses settings that a connection begins with, and what one sets for good another one gets: here they are
# set for each transaction, in the one message that begins it.
BEGIN_POOLED = "; ".join((BEGIN, *(f"set local {name} = {value}" for name, value in LIMITS.items())))


class Pool:
    """The pool of one database, with a watch over it."""

    def __init__(self, address: PostgresAddress) -> None:
        """Connects to nothing yet. Raises ArgumentError or ValueError where it is no address."""
        self.engine: AsyncEngine = _engine(address, self._connect)
        self.reading = self.engine.execution_options(begin="")
        """For lone statements: each commits by itself, without two more messages around it."""
        self._address = address
        self._out: dict[int, tuple[float, psycopg.AsyncConnection]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._probing: asyncio.Task[None] | None = None
        self._heard = 0.0
        self.mute = False
        """Whether the server takes what is said to it and answers nothing. It may be half dead, or the network is."""
        event.listen(self.engine.sync_engine, "checkout", self._goes_out)
        event.listen(self.engine.sync_engine, "checkin", self._comes_in)

    @asynccontextmanager
    async def gate(self) -> AsyncIterator[None]:
        """Pass where the server answers. Raises StoreError."""
        self.check()
        yield

    def check(self) -> None:
        """Raise StoreError where the server answers nobody, so that nobody waits for it."""
        if self.mute:
            raise StoreError("store-unreachable", problem="no answer")

    async def close(self) -> None:
        """Close all connections, and look no more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)
        await self.engine.dispose()

    def _goes_out(self, adapted: Any, record: Any, _fairy: object) -> None:
        connection: psycopg.AsyncConnection = adapted.driver_connection
        # A new one is not looked at: a pool that finds nothing but ended ones complains in words of its own.
        if record.info.get("used") and _has_ended(connection):
            raise InvalidatePoolError
        record.info["used"] = True
        loop = asyncio.get_running_loop()
        self._out[id(record)] = (loop.time(), connection)
        if self._timer is None and self._probing is None:
            self._timer = loop.call_later(SLOW_SECONDS, self._look)

    def _comes_in(self, adapted: object, record: Any) -> None:
        self._out.pop(id(record), None)
        if adapted is not None:  # else it was found to have ended
            self._heard = time.monotonic()  # as the loop has it, which may be gone by then

    def _look(self) -> None:
        self._timer = None
        if not self._out and not self.mute:
            return
        loop = asyncio.get_running_loop()
        oldest = min((since for since, _ in self._out.values()), default=0.0)
        if not self.mute and (left := oldest + SLOW_SECONDS - loop.time()) > 0:
            self._timer = loop.call_later(left, self._look)
        else:
            self._probing = asyncio.create_task(self._probe())

    async def _connect(self, *address: Any, **settings: Any) -> psycopg.AsyncConnection:
        """A new connection for the pool."""
        self.check()  # whoever waited for their turn need not find out once more
        began = asyncio.get_running_loop().time()
        try:
            return await psycopg.AsyncConnection.connect(*address, **settings)
        except errors.ConnectionTimeout:
            self._has_not_answered(began)
            raise

    def _has_not_answered(self, since: float) -> None:
        """End all that is waited for, unless somebody was answered meanwhile, and see when the server is back."""
        if self._heard > since:
            return
        self.mute = True
        for _, connection in tuple(self._out.values()):
            _hang_up(connection)
        if self._timer is None and self._probing is None:
            self._timer = asyncio.get_running_loop().call_later(SLOW_SECONDS, self._look)

    async def _probe(self) -> None:
        """Ask on a connection of its own whether the server answers; where it does not, end what waits for it."""
        loop = asyncio.get_running_loop()
        began, patience = loop.time(), MUTE_SECONDS if self.mute else PROBE_SECONDS
        asking = asyncio.create_task(self._ask(self._where()))
        try:
            for _ in range(PARTS):
                await asyncio.wait({asking}, timeout=patience / PARTS)
        finally:
            asking.cancel()
        self._probing = None
        if asking.done():
            self.mute = False
        else:
            self._has_not_answered(began)
        if self._timer is None and (self._out or self.mute):
            self._timer = loop.call_later(SLOW_SECONDS, self._look)

    def _where(self) -> dict[str, Any]:
        """Where to ask: the very server that is waited for; once it is mute, any that has taken over its name."""
        if self.mute or not self._out:
            return {}
        info = min(self._out.values(), key=lambda each: each[0])[1].info
        # By number, or names that nobody can look up just now would be taken for a server that is away.
        return {"host": info.host, "hostaddr": info.hostaddr or None, "port": info.port}

    async def _ask(self, where: dict[str, Any]) -> None:
        """Return once the server has said anything, be it a refusal.

        Behind a pooler both must, each for itself: one that has no connection to lend just now is not away.
        """
        with contextlib.suppress(psycopg.Error, OSError):
            for url in dict.fromkeys((self._address.url, self._address.session)):
                connection = await psycopg.AsyncConnection.connect(url, **(where if url == self._address.url else {}))
                await connection.close()


def _engine(address: PostgresAddress, connect: Callable[..., Awaitable[psycopg.AsyncConnection]]) -> AsyncEngine:
    url = make_url(address.url).set(drivername="postgresql+psycopg")
    settings: dict[str, Any] = {"async_creator_fn": connect, "connect_timeout": CONNECT_SECONDS, **OUR_TCP}
    settings["client_encoding"] = "utf8"  # where a role has another one, it could not read what people wrote
    if address.pooled:
        settings["prepare_threshold"] = None  # the next transaction may be another server connection's
    else:
        given = url.query.get("options", "")
        ours = (f"-c {name}={value}" for name, value in (LIMITS | TCP).items())
        settings["options"] = " ".join(filter(None, ((given,) if isinstance(given, str) else given) + tuple(ours)))
    engine = create_async_engine(
        url,
        pool_size=POOL,
        max_overflow=0,
        pool_timeout=PATIENCE_SECONDS,
        connect_args=settings,
        # The driver begins nothing by itself, we do (`begin` below): a lone SELECT needs none around it, and what holds
        # for one transaction is set in the message that begins it.
        isolation_level="AUTOCOMMIT",
        use_native_hstore=False,  # which it would ask for, and we have none
        hide_parameters=True,  # an error must not carry what people wrote into the log
    )
    usual = BEGIN_POOLED if address.pooled else BEGIN

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        if begin := connection.get_execution_options().get("begin", usual):
            connection.exec_driver_sql(begin)

    return engine


def _has_ended(connection: psycopg.AsyncConnection) -> bool:
    """Whether the server has said anything on a connection at rest: then that it ends it.

    Asking it (`pool_pre_ping`) would cost every statement a second message, and wait where nobody answers.
    """
    if connection.closed:
        return True
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return bool(look.poll(0))


def _hang_up(connection: psycopg.AsyncConnection) -> None:
    """Have whoever waits on a connection be told at once that it has ended.

    Cancelling them would not do: the driver then waits for the server to confirm it.
    """
    with contextlib.suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as end:
        end.shutdown(socket.SHUT_RDWR)
