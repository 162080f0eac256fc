"""A TCP proxy on loopback that can be broken: the network between a service and its database.

    async with tcp_proxy(postgres_url) as proxy:       # or tcp_proxy("127.0.0.1", 5432), tcp_proxy("/run/.s.PGSQL.5432")
        proxy.url, proxy.port                          # the same database through the proxy; 127.0.0.1:port for the others
        proxy.stall()                                  # a black hole: all stays open, nothing comes through either way
        proxy.heal()                                   # all goes on: what was on its way arrives now
        await proxy.cut()                              # every connection is reset, new ones are refused
        proxy.heal()                                   # new ones are let in again
        proxy.redirect(5433)                           # new connections go there (also a socket's path, or an address)

`redirect` leaves open connections where they are; a fail-over is `await cut()`, `redirect`, `heal()`. While it is stalled
new connections are taken in and left alone, and an end that hangs up is not told to the other one: a server keeps the
session, and the locks, of a client that was killed, until `heal` or `cut`. The kernel still confirms what it gets on
loopback, so keepalives see nothing wrong here; only what waits for an answer does.

It runs on the loop of the test: whoever blocks that (`psycopg.connect` instead of its async twin) waits for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

HOST = "127.0.0.1"
CHUNK = 1 << 16
BACKLOG = 512
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing resets the connection."""


@dataclass(frozen=True)
class Target:
    """Where connections are passed on to: a port of a host, or the path of a Unix socket."""

    host: str
    port: int = 0

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.host.startswith("/"):
            return await asyncio.open_unix_connection(self.host)
        return await asyncio.open_connection(self.host, self.port)


def target_of(where: str | int, port: int | None = None, *, host: str = HOST) -> Target:
    """A port, a host and a port, the path of a socket, or the address of a PostgreSQL database."""
    if isinstance(where, int):
        return Target(host, where)
    if "://" not in where:
        return Target(where, port or 0)
    parts = urlsplit(where)
    asked = dict(parse_qsl(parts.query))
    name, number = asked.get("host") or unquote(parts.hostname or HOST), parts.port or int(asked.get("port", 5432))
    return Target(str(Path(name) / f".s.PGSQL.{number}")) if name.startswith("/") else Target(name, number)


class TcpProxy:
    """See the module. port: that it listens on. target: where new connections go."""

    def __init__(self, target: Target, url: str | None) -> None:
        self.target = target
        self._url = url
        self._through = asyncio.Event()
        self._through.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Task[None] | None = None
        self._socket = _bound(0)
        self.port: int = self._socket.getsockname()[1]

    @property
    def url(self) -> str:
        """The target's address with this proxy in it."""
        if self._url is None:
            return f"{HOST}:{self.port}"
        parts = urlsplit(self._url)
        query = urlencode([each for each in parse_qsl(parts.query) if each[0] not in ("host", "port")])
        who = parts.netloc.rpartition("@")[0]
        return urlunsplit(
            parts._replace(netloc=f"{who}@{HOST}:{self.port}" if who else f"{HOST}:{self.port}", query=query)
        )

    @property
    def connections(self) -> int:
        """How many are open on the service's side."""
        return len(self._open)

    async def cut(self) -> None:
        """Reset every connection and refuse new ones."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
            self._socket.close()
            self._socket = _bound(self.port)  # nobody listens, so nobody is let in; nor can somebody else get the port
        tasks = tuple(self._tasks)
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def stall(self) -> None:
        """Let nothing through any more, without a word to either end."""
        self._through.clear()

    def heal(self) -> None:
        """Let through what was held up, and new connections."""
        self._through.set()
        if self._listening is None:
            self._socket.listen(BACKLOG)
            self._listening = asyncio.create_task(self._listen())

    def redirect(self, where: str | int, port: int | None = None) -> None:
        """From now on new connections go there."""
        self.target = target_of(where, port, host=HOST if self.target.host.startswith("/") else self.target.host)

    async def close(self) -> None:
        """Cut it for good."""
        await self.cut()
        self._socket.close()

    async def _listen(self) -> None:
        while True:
            client, _ = await asyncio.get_running_loop().sock_accept(self._socket)
            self._start(self._serve(client))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        near_in, near_out = await asyncio.open_connection(sock=client)
        self._open.add(near_out)
        ends, ways = [near_out], []
        try:
            await self._through.wait()
            with contextlib.suppress(OSError):
                far_in, far_out = await self.target.connect()
                ends.append(far_out)
                ways = [
                    asyncio.ensure_future(each) for each in (self._pass(near_in, far_out), self._pass(far_in, near_out))
                ]
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            for each in ends:
                _reset_on_close(each)
            raise
        finally:
            self._open.discard(near_out)
            for way in ways:
                way.cancel()
            for each in ends:
                each.transport.abort()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pass(self, source: asyncio.StreamReader, drain: asyncio.StreamWriter) -> None:
        """Pass on what comes, until its end, which nobody hears of either while nothing comes through."""
        more = True
        while more:
            data = await source.read(CHUNK)
            await self._through.wait()
            drain.write(data)
            await drain.drain()
            more = bool(data)


def _bound(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setblocking(False)
    made.bind((HOST, port))
    return made


def _reset_on_close(writer: asyncio.StreamWriter) -> None:
    found = writer.get_extra_info("socket")
    if found is not None and found.family != socket.AF_UNIX and found.fileno() >= 0:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


@asynccontextmanager
async def tcp_proxy(where: str | int, port: int | None = None) -> AsyncIterator[TcpProxy]:
    """A proxy before a port, a host and port, a Unix socket's path or the address of a PostgreSQL database."""
    proxy = TcpProxy(target_of(where, port), where if isinstance(where, str) and "://" in where else None)
    proxy.heal()
    try:
        yield proxy
    finally:
        await proxy.close()
