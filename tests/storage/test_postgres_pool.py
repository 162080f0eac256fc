"""The connections of a process to PostgreSQL: few, kept, and none that hangs for ever."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import psycopg
import pytest

from bot.core.errors import StoreError
from storage.dialects.postgres import PostgresDatabase
from storage.dialects.postgres_pool import LIMITS, POOL, PROBE_SECONDS, SLOW_SECONDS, TCP
from tests.acceptance.newsroom import until
from tests.platforms.tcp_proxy import TcpProxy, tcp_proxy

ANSWER_SECONDS = 3.0
BACK_SECONDS = 8.0


@pytest.fixture
async def proxy(prepared_postgres_url: str) -> AsyncIterator[TcpProxy]:
    """The network between us and a database with the schema."""
    async with tcp_proxy(prepared_postgres_url) as network:
        yield network


@pytest.fixture
async def database(proxy: TcpProxy) -> AsyncIterator[PostgresDatabase]:
    opened = PostgresDatabase(proxy.url)
    yield opened
    await opened.close()


async def asleep(database: PostgresDatabase, seconds: float) -> None:
    await database.fetch("select pg_sleep(:seconds)", {"seconds": seconds})


async def test_a_process_takes_a_handful_of_connections_and_keeps_them(
    database: PostgresDatabase, proxy: TcpProxy
) -> None:
    """However much is asked at once, a process holds no more connections than the guide says, each with its limits."""
    for _ in range(2):
        await asyncio.gather(*(asleep(database, 0.05) for _ in range(3 * POOL)))
        assert proxy.connections == POOL
    for name, value in (LIMITS | TCP).items():
        # What holds for TCP is kept, and not shown, by a server that is reached by a socket of its machine.
        shown = await database.fetch("select reset_val from pg_settings where name = :name", {"name": name})
        assert int(shown[0][0]) == value, name


async def test_what_takes_long_is_left_alone(database: PostgresDatabase) -> None:
    """A statement that takes its time on a server that answers others comes to its end."""
    await asleep(database, SLOW_SECONDS + PROBE_SECONDS + 0.3)


async def test_connections_that_were_ended_cost_nobody_an_answer(
    database: PostgresDatabase, prepared_postgres_url: str
) -> None:
    """After a restart or a fail-over the next question is answered, on a new connection."""
    await asyncio.gather(*(asleep(database, 0.05) for _ in range(POOL)))
    async with await psycopg.AsyncConnection.connect(prepared_postgres_url, autocommit=True) as admin:
        ended = await admin.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        assert await ended.fetchall() == [(True,)] * POOL
    await asyncio.gather(*(database.fetch("select 1") for _ in range(POOL)))


@pytest.mark.parametrize("used", [0, POOL])
async def test_a_server_that_answers_nobody_holds_nobody(
    database: PostgresDatabase, proxy: TcpProxy, used: int
) -> None:
    """On a network that swallows everything each question fails within three seconds, and is answered soon after it."""
    await asyncio.gather(*(asleep(database, 0.05) for _ in range(used)))
    proxy.stall()
    for _ in range(2):
        async with asyncio.timeout(ANSWER_SECONDS):
            told = await asyncio.gather(*(database.fetch("select 1") for _ in range(2 * POOL)), return_exceptions=True)
        assert {type(each) for each in told} == {StoreError}
    proxy.heal()

    async def answered() -> bool:
        with contextlib.suppress(StoreError):
            return await database.fetch("select 1") == [(1,)]
        return False

    await until(answered, "it answers again", BACK_SECONDS)
