"""The network that tests break does what its docstring says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from tests.platforms.tcp_proxy import TcpProxy, tcp_proxy

SOON = 0.2


@asynccontextmanager
async def echo(mark: bytes) -> AsyncIterator[int]:
    """A server that answers each line with its mark and the line."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(mark + line)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


class Client:
    """One connection through a proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def of(cls, proxy: TcpProxy) -> Client:
        return cls(*await asyncio.open_connection("127.0.0.1", proxy.port))

    async def ask(self, line: bytes) -> bytes:
        self._writer.write(line)
        return await self.hear()

    async def hear(self) -> bytes:
        return await self._reader.readline()

    def close(self) -> None:
        self._writer.close()


async def test_what_is_stalled_arrives_when_it_is_healed() -> None:
    """Nothing comes through a stalled proxy, new connections included, and all of it afterwards."""
    async with echo(b"a:") as port, tcp_proxy(port) as proxy:
        old = await Client.of(proxy)
        assert await old.ask(b"1\n") == b"a:1\n"
        proxy.stall()
        new = await Client.of(proxy)
        waiting = [asyncio.ensure_future(each) for each in (old.ask(b"2\n"), new.ask(b"3\n"))]
        assert not (await asyncio.wait(waiting, timeout=SOON))[0]
        proxy.heal()
        assert await asyncio.gather(*waiting) == [b"a:2\n", b"a:3\n"]
        assert proxy.connections == 2
        old.close()
        new.close()


async def test_what_is_cut_is_reset_and_refused() -> None:
    """A cut ends what is open at once, lets nobody in until it is healed, and then on the same port."""
    async with echo(b"a:") as port, tcp_proxy("127.0.0.1", port) as proxy:
        old = await Client.of(proxy)
        assert await old.ask(b"1\n") == b"a:1\n"
        hearing = asyncio.ensure_future(old.hear())
        await proxy.cut()
        with pytest.raises(ConnectionResetError):
            await hearing
        with pytest.raises(ConnectionRefusedError):
            await Client.of(proxy)
        proxy.heal()
        new = await Client.of(proxy)
        assert await new.ask(b"2\n") == b"a:2\n"
        old.close()
        new.close()


async def test_it_leads_elsewhere() -> None:
    """New connections go where it was redirected to, open ones stay where they are."""
    async with echo(b"a:") as first, echo(b"b:") as second, tcp_proxy(first) as proxy:
        old = await Client.of(proxy)
        assert await old.ask(b"1\n") == b"a:1\n"
        proxy.redirect(second)
        new = await Client.of(proxy)
        assert await new.ask(b"2\n") == b"b:2\n"
        assert await old.ask(b"3\n") == b"a:3\n"
        old.close()
        new.close()


async def test_a_database_on_a_socket(postgres_url: str) -> None:
    """A PostgreSQL server that listens on a Unix socket is reached through a port of loopback."""
    async with tcp_proxy(postgres_url) as proxy:
        assert f"127.0.0.1:{proxy.port}" in proxy.url
        connection = await psycopg.AsyncConnection.connect(proxy.url, connect_timeout=5)
        async with connection:
            assert await (await connection.execute("select 1")).fetchone() == (1,)
