from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.adapters.telegram.lanes import MAX_WAITING, MAX_WAITING_IN_LANE, Lanes
from tests.adapters.telegram.conftest import until


def noting(done: list[str], name: str, gate: asyncio.Event | None = None) -> Callable[[], Awaitable[None]]:
    async def job() -> None:
        if gate is not None:
            await gate.wait()
        done.append(name)

    return job


async def test_a_lane_keeps_order_and_others_pass() -> None:
    """Jobs of one chat run one after the other; those of another chat don't wait for them."""
    lanes, done, gate = Lanes(), [], asyncio.Event()
    lanes.add(1, noting(done, "first", gate))
    lanes.add(1, noting(done, "second"))
    lanes.add(2, noting(done, "other"))
    await until(lambda: done == ["other"])
    gate.set()
    assert await lanes.finish(5)
    assert done == ["other", "first", "second"]


async def test_one_failure_stops_nothing() -> None:
    """A job that fails is logged, and its chat goes on."""
    lanes, done = Lanes(), []

    async def failing() -> None:
        raise RuntimeError("surprise")

    lanes.add(1, failing)
    lanes.add(1, noting(done, "next"))
    assert await lanes.finish(5)
    assert done == ["next"]


async def test_a_flood_fills_its_own_lane_only() -> None:
    """A chat far behind loses what it adds, others don't; when all together are too many, intake waits for room."""
    lanes, done, gate = Lanes(), [], asyncio.Event()
    for _ in range(MAX_WAITING_IN_LANE):
        assert lanes.add(1, noting(done, "flood", gate))
    assert not lanes.add(1, noting(done, "too much"))
    assert lanes.add(2, noting(done, "other", gate))
    for key in range(MAX_WAITING_IN_LANE + 1, MAX_WAITING):
        lanes.add(key, noting(done, "crowd", gate))
    assert lanes.full
    room = asyncio.create_task(lanes.room())
    gate.set()
    await asyncio.wait_for(room, 5)
    assert await lanes.finish(5)
    assert "too much" not in done
    assert len(done) == MAX_WAITING


async def test_what_takes_too_long_is_ended() -> None:
    """At shutdown a job that doesn't end is cancelled after the time allowed for it."""
    lanes, done = Lanes(), []
    lanes.add(1, noting(done, "never", asyncio.Event()))
    lanes.add(1, noting(done, "nor this"))
    assert not await lanes.finish(0.05)
    assert done == []
    assert not lanes.full
    assert await lanes.finish(0)
