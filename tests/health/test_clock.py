"""The clock goes on ticking whatever the clock of the machine does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bot.clock import Ticker

TICK_SECONDS = 0.05
NOTICED_SECONDS = 5.0


@pytest.mark.parametrize("leap", [timedelta(days=3652), timedelta(hours=1), timedelta(hours=-1), timedelta(days=-3652)])
async def test_jobs_go_on_when_the_clock_leaps(leap: timedelta) -> None:
    """Set by ten years or by an hour, ahead or back, the machine's clock neither stops the jobs nor hurries them."""
    ticked = asyncio.Event()
    ticks = 0

    async def job() -> None:
        nonlocal ticks
        ticks += 1
        ticked.set()

    async def next_tick() -> None:
        ticked.clear()
        async with asyncio.timeout(NOTICED_SECONDS):
            await ticked.wait()

    ticker = Ticker()
    ticker.every(TICK_SECONDS, job)
    ticker.start()
    try:
        await next_tick()
        with time_machine.travel(datetime.now(UTC) + leap):
            for _ in range(3):
                await next_tick()
            assert ticks < NOTICED_SECONDS / TICK_SECONDS + 10, "the time between was not made up for"
    finally:
        await ticker.stop()
