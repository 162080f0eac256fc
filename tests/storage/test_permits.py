"""What processes share of a platform's limit: the permits of the database, and those in memory that other tests use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import chain

import psycopg
import pytest

from bot.core.deliveries import milliseconds
from bot.core.permits import Permits, Terms, Used
from bot.core.places import Platform
from bot.core.times import SystemClock
from storage import open_store
from tests.permits import PermitRows

TELEGRAM, DISCORD = Platform.TELEGRAM, Platform.DISCORD
TERMS = Terms(most=4, kept=1, rest=0.3)
NUMBERS = ["#0001", "#0002", "#0003", "#0004"]


@pytest.fixture(params=["memory", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of a database; empty for none."""
    return str(request.getfixturevalue("prepared_postgres_url")) if request.param == "postgres" else ""


@pytest.fixture
async def permits(database: str) -> AsyncIterator[Permits]:
    """Four permits of Telegram."""
    if not database:
        rows = PermitRows()
        await rows.prepare(TELEGRAM, TERMS)
        yield rows
        return
    store = await open_store(database)
    try:
        assert store.permits is not None
        await store.permits.prepare(TELEGRAM, TERMS)
        yield store.permits
    finally:
        await store.close()


async def test_as_many_as_the_limit(permits: Permits) -> None:
    """However many ask at once, in a second there are as many permits as the platform takes requests, each once."""
    await permits.prepare(TELEGRAM, TERMS)
    got = await asyncio.gather(*(permits.take(TELEGRAM, TERMS, answers=2) for _ in range(10)))
    taken = list(chain.from_iterable(each.permits for each in got))
    assert sorted(each.number for each in taken) == NUMBERS
    assert all(each.wait == 0 for each in taken)
    none = await permits.take(TELEGRAM, TERMS, answers=1, posts=1)
    assert not none.permits
    assert 0 < none.next_in < TERMS.rest + 1


async def test_a_permit_is_free_again_after_its_arrival(permits: Permits) -> None:
    """A place is there again as soon as its request is so long ago, and not before; without word, a second later."""
    first, second = (await permits.take(TELEGRAM, TERMS, posts=2)).permits
    assert not (await permits.take(TELEGRAM, TERMS, used=[Used(first, TERMS.rest - 0.2)])).permits
    assert {each.number for each in (await permits.take(TELEGRAM, TERMS, posts=9)).permits} == set(NUMBERS[2:])
    assert not (await permits.take(TELEGRAM, TERMS, posts=9)).permits
    (again,) = (await permits.take(TELEGRAM, TERMS, posts=9, lead=0.25)).permits
    assert again.number == first.number
    assert 0 < again.wait < 0.2
    assert again.end > second.end


async def test_late_word_frees_nobody_elses_permit(permits: Permits) -> None:
    """A process that stood still and then tells of an old request takes no place from whoever has it by now."""
    taken = (await permits.take(TELEGRAM, TERMS, posts=9)).permits
    await permits.take(TELEGRAM, TERMS, used=[Used(each, TERMS.rest) for each in taken])
    again = (await permits.take(TELEGRAM, TERMS, posts=9)).permits
    assert len(again) == TERMS.most
    assert not (await permits.take(TELEGRAM, TERMS, posts=9, used=[Used(each, TERMS.rest) for each in taken])).permits
    assert not (await permits.take(TELEGRAM, TERMS, posts=9)).permits


async def test_a_broadcast_leaves_a_place_to_answers(permits: Permits) -> None:
    """While people ask somewhere, whoever broadcasts leaves them a place, so that the next one is answered at once."""
    got = await permits.take(TELEGRAM, TERMS, answers=1)
    assert len(got.permits) == 1
    assert len((await permits.take(TELEGRAM, TERMS, posts=9)).permits) == 2
    both = await permits.take(TELEGRAM, TERMS, answers=1, posts=9)
    assert len(both.permits) == 1


async def test_one_that_is_alone_is_heard_of(permits: Permits) -> None:
    """Whoever begins knows whether another process still believes that there is nobody else."""
    assert not await permits.anybody_alone(TELEGRAM)
    await permits.alone(TELEGRAM)
    assert await permits.anybody_alone(TELEGRAM)


async def test_platforms_share_nothing(prepared_postgres_url: str) -> None:
    """What Telegram is sent is no part of Discord's limit, and no permit is taken for a chat that is paused."""
    store = await open_store(prepared_postgres_url)
    try:
        permits = store.permits
        assert permits is not None
        until = milliseconds(SystemClock().now()) + 60_000
        for scope in ("", "1", "-5", "post:7"):
            await store.outbox.pause(TELEGRAM, scope, until)
        for platform in (TELEGRAM, DISCORD):
            await permits.prepare(platform, TERMS)
            taken = (await permits.take(platform, TERMS, posts=99)).permits
            assert sorted(each.number for each in taken) == NUMBERS
        assert await store.outbox.pauses(TELEGRAM, until - 1) == dict.fromkeys(("", "1", "-5", "post:7"), until)
    finally:
        await store.close()


async def test_a_database_whose_clock_was_wrong_stops_nothing(prepared_postgres_url: str) -> None:
    """After a failover to a server whose clock is behind, nobody waits for what the other one's clock said."""
    store = await open_store(prepared_postgres_url)
    try:
        permits = store.permits
        assert permits is not None
        await permits.prepare(TELEGRAM, TERMS)
        await permits.take(TELEGRAM, TERMS, posts=9)
        with psycopg.connect(prepared_postgres_url, autocommit=True) as connection:
            connection.execute("update limits set tat = tat + 3600000000 where scope like '#0%'")
        assert len((await permits.take(TELEGRAM, TERMS, posts=9)).permits) == TERMS.most
        assert not (await permits.take(TELEGRAM, TERMS, posts=9)).permits
    finally:
        await store.close()


async def test_one_that_is_stopped_holds_nobody_up(prepared_postgres_url: str) -> None:
    """A process that stands still, or is cut off, in the middle of asking keeps its permits and nothing else."""
    store = await open_store(prepared_postgres_url)
    try:
        permits = store.permits
        assert permits is not None
        await permits.prepare(TELEGRAM, TERMS)
        with psycopg.connect(prepared_postgres_url) as stopped:
            stopped.execute("select 1 from limits where scope in ('#0001', '#0002') for update")
            async with asyncio.timeout(2):
                taken = (await permits.take(TELEGRAM, TERMS, posts=9)).permits
            assert [each.number for each in taken] == NUMBERS[2:]
    finally:
        await store.close()


async def test_a_pause_is_told_to_all(prepared_postgres_url: str) -> None:
    """One process that is refused tells the others, once, and not of what they know already."""
    store = await open_store(prepared_postgres_url)
    try:
        until = milliseconds(SystemClock().now()) + 60_000
        with psycopg.connect(prepared_postgres_url, autocommit=True) as other:
            other.execute("listen pactwatch")
            await store.outbox.pause(TELEGRAM, "", until)
            await store.outbox.pause(TELEGRAM, "", until - 1)
            assert [note.payload for note in other.notifies(timeout=0.5)] == ["pauses"]
    finally:
        await store.close()
