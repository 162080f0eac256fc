"""Leases on PostgreSQL: who has a duty, who takes it over, and who knows that it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import psycopg

from bot.core.leases import Alone, News
from storage.leases import HANDOVER_SECONDS, PostgresLeases, key
from tests.acceptance.newsroom import until


@asynccontextmanager
async def leases(url: str, count: int) -> AsyncIterator[list[PostgresLeases]]:
    """So many processes on one database."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            each = PostgresLeases(url, lambda _ahead: None)
            await each.open()
            stack.push_async_callback(each.close)
            made.append(each)
        yield made


def throw_out(url: str, pid: int | None = None) -> None:
    """End the connections of all leases, or one of them, as the end of a process does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'pactwatch leases' and pid = coalesce(%s, pid)",
            (pid,),
        )


def pid_of(one: PostgresLeases) -> int:
    assert one._connection is not None
    return one._connection.info.backend_pid


async def test_one_process_has_a_duty(postgres_url: str) -> None:
    """Two processes never have one duty at once, and the second has it some seconds after the first has ended."""
    async with leases(postgres_url, 3) as (first, second, third):
        assert await first.take("poll")
        assert first.holds("poll")
        assert not await second.take("poll")
        assert not second.holds("poll")
        assert await second.take("send"), "another duty is another one's"
        await first.close()
        loop = asyncio.get_running_loop()
        freed = loop.time()
        while not any([await second.take("poll"), await third.take("poll")]):
            assert not (second.holds("poll") and third.holds("poll"))
            await asyncio.sleep(0.1)
        assert HANDOVER_SECONDS / 2 < loop.time() - freed < 15
        assert second.holds("poll") != third.holds("poll")


async def test_what_is_given_back_is_free(postgres_url: str) -> None:
    """A duty that was given back, or never anybody's, is taken without waiting for anyone to notice."""
    async with leases(postgres_url, 2) as (first, second):
        assert await first.take("shard")
        await first.give_back("shard")
        assert not first.holds("shard")
        assert await second.take("shard")
        assert second.holds("shard")


async def test_what_was_waited_for_and_given_back_is_free(postgres_url: str) -> None:
    """Who waits for a duty that is given back has it at once: whoever had it knows that it is over."""
    async with leases(postgres_url, 2) as (first, second):
        assert await first.take("shard")
        assert not await second.take("shard")
        await first.give_back("shard")

        async def taken() -> bool:
            return await second.take("shard")

        await until(taken, "it has been told", HANDOVER_SECONDS / 2)


async def test_what_is_free_is_seen(postgres_url: str) -> None:
    """Who looks which duties are free sees those of others as taken, and gets them as late as who asked for them."""
    async with leases(postgres_url, 2) as (first, second):
        duties = ["shard/0", "shard/1", "shard/2"]
        assert await first.take("shard/0")
        assert await second.take("shard/1")
        assert await second.free(duties) == ["shard/1", "shard/2"]
        assert await first.free(duties) == ["shard/0", "shard/2"]
        await first.close()

        async def seen() -> bool:
            return await second.free(duties) == duties

        await until(seen, "those of a process that is gone are free", 5)
        assert not await second.take("shard/0"), "that one may not know yet that it is over"
        assert await second.take("shard/2"), "this one was nobody's"
        assert await first.free(duties) is None


async def test_each_has_its_own_back_first(postgres_url: str) -> None:
    """After a restart of the database nobody takes what another one had, before that one had time to come back."""
    async with leases(postgres_url, 2) as (first, second):
        assert await first.take("shard/0")
        assert await second.take("shard/1")
        throw_out(postgres_url)

        async def back() -> bool:
            free = await second.free(["shard/0", "shard/1"])
            assert free in (None, ["shard/1"])
            return free is not None

        await until(back, "the second is connected again", 10)

        async def first_is_back() -> bool:
            return await first.free(["shard/0", "shard/1"]) == ["shard/0"]

        await until(first_is_back, "the first is connected again", 10)
        assert first.holds("shard/0")
        assert second.holds("shard/1")


async def test_a_lost_connection_takes_nothing_by_itself(postgres_url: str) -> None:
    """Whoever loses the connection alone goes on and has everything back; where another one was quicker, it is over."""
    async with leases(postgres_url, 1) as (one,):
        assert await one.take("poll")
        pid = pid_of(one)
        throw_out(postgres_url)

        async def back() -> bool:
            assert one.holds("poll")
            return one._connection is not None and pid_of(one) != pid

        await until(back, "it is connected again", 10)
        async with leases(postgres_url, 1) as (other,):
            assert not await other.take("poll"), "it was locked again"
            with psycopg.connect(postgres_url, autocommit=True) as quicker:
                waits = asyncio.create_task(
                    asyncio.to_thread(quicker.execute, "select pg_advisory_lock(%s)", (key("poll"),))
                )

                async def queued() -> bool:
                    with psycopg.connect(postgres_url) as look:
                        return look.execute("select 1 from pg_locks where not granted").fetchone() is not None

                await until(queued, "the other one waits for it", 10)
                throw_out(postgres_url, pid_of(one))
                await waits

                async def over() -> bool:
                    return not one.holds("poll") and not one.keeps("poll")

                await until(over, "the first knows that it is over", 10)


async def test_a_process_that_stands_still_loses_its_duties(postgres_url: str) -> None:
    """A holder that says nothing for ten seconds, stopped or cut off, is taken over, and does not believe it has it."""
    async with leases(postgres_url, 2) as (still, other):
        assert await still.take("poll")
        assert not await other.take("poll")
        assert still._running is not None
        still._running.cancel()  # the connection stays open and says nothing any more
        async with asyncio.timeout(30):
            while not await other.take("poll"):
                await asyncio.sleep(0.2)
                assert not (still.holds("poll") and other.holds("poll"))
        assert not still.holds("poll")


async def test_everybody_is_told(postgres_url: str) -> None:
    """What one process changed is told to all others within a moment, and again after a connection was lost."""
    async with leases(postgres_url, 2) as (first, second):
        heard: list[News] = []
        second.listen(heard.append)
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(
                "select pg_notify('pactwatch', 'entries'), pg_notify('pactwatch', 'from a later version')"
            )

        async def told() -> bool:
            return heard == [News.ENTRIES]

        await until(told, "the second process has heard of it", 5)
        throw_out(postgres_url)

        async def told_all() -> bool:
            return set(heard) == set(News)

        await until(told_all, "it reads everything anew", 10)
        assert first is not second


async def test_those_who_share_are_counted(postgres_url: str) -> None:
    """Processes that share duties know how many they are, also after one has ended."""
    async with leases(postgres_url, 2) as (first, second):
        for each in (first, second):
            await each.join("shards")
        assert await first.members("shards") == 2
        await second.leave("shards")
        assert await first.members("shards") == 1
        await second.join("shards")
        assert await first.members("shards") == 2
        await second.close()

        async def one_left() -> bool:
            return await first.members("shards") == 1

        await until(one_left, "the one that ended is counted no more", 5)


async def test_without_a_database(tmp_path: object) -> None:
    """Leases of a database that is not there are nobody's, and asking for them raises nothing."""
    one = PostgresLeases("postgresql://127.0.0.1:1/nowhere", lambda _ahead: None)
    await one.open()
    try:
        assert not await one.take("poll")
        await one.join("shards")
        assert await one.members("shards") == 1
        assert not one.holds("poll")
    finally:
        await one.close()


async def test_alone(postgres_url: str) -> None:
    """A process that has its database for itself has every duty."""
    alone = Alone()
    assert await alone.take("poll")
    assert alone.holds("poll")
    assert await alone.free(["shard/0", "shard/1"]) == ["shard/0", "shard/1"]
    await alone.join("shards")
    await alone.leave("shards")
    assert await alone.members("shards") == 1


async def test_the_clock_of_the_database(postgres_url: str) -> None:
    """Processes learn how far their clock is from the one they share."""
    told: list[float] = []
    one = PostgresLeases(postgres_url, told.append)
    await one.open()
    try:
        assert abs(told[0]) < 1.0
    finally:
        await one.close()
