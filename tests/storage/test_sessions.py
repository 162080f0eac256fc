"""What processes that share a Discord bot's shards agree on through PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import psycopg

from bot.core.sessions import START_SECONDS, OwnSessions, Session, Sessions, company
from storage import SqlStore, open_store
from storage.leases import PostgresLeases
from storage.sessions import STALE_SECONDS

MARK = "4f1c"


@asynccontextmanager
async def processes(url: str, count: int) -> AsyncIterator[list[tuple[Sessions, PostgresLeases]]]:
    """So many that serve one bot on one database."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            leases = PostgresLeases(url, lambda _ahead: None)
            await leases.open()
            stack.push_async_callback(leases.close)
            store = await open_store(url)
            stack.push_async_callback(store.close)
            made.append((store.sessions(MARK), leases))
        yield made


async def test_the_first_one_says_how_many_shards(postgres_url: str) -> None:
    """However Discord's advice changes, all who serve at one time serve as many shards; who is alone may change it."""
    async with processes(postgres_url, 3) as ((first, one), (second, two), (third, three)):
        for each in (one, two):
            await each.join(company(MARK))
        assert set(await asyncio.gather(first.count(16), second.count(18))) in ({16}, {18})
        agreed = await first.count(16)
        await one.close()
        await three.join(company(MARK))
        assert await third.count(20) == agreed
        assert await third.count(20, outgrown=agreed + 1) == agreed
        assert await third.count(20, outgrown=agreed) == 20
        assert await second.count(agreed) == 20
        await three.leave(company(MARK))
        assert await second.count(24) == 24


async def test_sessions_begin_in_turn(postgres_url: str) -> None:
    """Of all processes that want to begin a session one may, and the next one after Discord's pace, in each bucket."""
    async with processes(postgres_url, 2) as ((first, _), (second, _)):
        waits = await asyncio.gather(*(each.start_in(0) for each in (first, second) * 5))
        assert min(waits) == 0.0
        assert all(START_SECONDS - 5 < each <= START_SECONDS for each in sorted(waits)[1:])
        assert await second.start_in(1) == 0.0
        await pass_by(postgres_url, START_SECONDS)
        assert min(await asyncio.gather(first.start_in(0), second.start_in(0))) == 0.0
        # The database's clock was put back by a day: nobody waits for it.
        await pass_by(postgres_url, -86_400)
        assert await first.start_in(0) == 0.0


async def test_a_shard_is_taken_up_where_it_was_left(postgres_url: str) -> None:
    """Who takes a shard over goes on where it was last noted to stand, unless Discord has forgotten that by now."""
    async with processes(postgres_url, 2) as ((first, _), (second, _)):
        left = Session("session", 4, "wss://gateway.example/")
        await first.keep({0: Session("older", 1, left.address), 1: left}, 16)
        await first.keep({0: left}, 16)
        assert [await second.left(each, 16) for each in range(3)] == [left, left, None]
        assert await second.left(0, 18) is None
        await second.keep({0: None}, 16)
        assert [await first.left(each, 16) for each in range(2)] == [None, left]
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            ago = str(round(time.time()) - STALE_SECONDS - 1)
            sql = "update meta set value = jsonb_set(value::jsonb, '{at}', %s::jsonb)::text where key like 'shard:%%'"
            connection.execute(sql, (ago,))
        assert await first.left(1, 16) is None


async def test_one_process_agrees_with_itself(sqlite_store: SqlStore) -> None:
    """On SQLite nothing of this is asked of the database, and the pace is kept all the same."""
    own = sqlite_store.sessions(MARK)
    assert isinstance(own, OwnSessions)
    assert await own.count(16) == 16
    assert (await own.start_in(0), await own.start_in(1)) == (0.0, 0.0)
    assert 0 < await own.start_in(0) <= START_SECONDS


async def pass_by(url: str, seconds: float) -> None:
    """Let time pass for what is kept about session starts."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        sql = "update meta set value = (value::bigint - %s)::text where key like 'start:%%'"
        await connection.execute(sql, (round(seconds * 1000),))
