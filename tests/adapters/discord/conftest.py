"""A fake Discord and our platform on it, as processes and sockets have them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.adapters.discord.platform import DiscordPlatform
from tests.adapters.discord.declared import COMMANDS
from tests.adapters.fakes import FakeAnswers, echo_words
from tests.platforms.discord_api import DiscordApi
from tests.platforms.process import running

Connect = Callable[..., Awaitable[DiscordPlatform]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def discord_port() -> AsyncIterator[int]:
    """One fake for all tests of a file: starting a process takes longer than most of them."""
    async with running("tests.platforms.discord_control") as port:
        yield port


@pytest.fixture
async def api(discord_port: int) -> AsyncIterator[DiscordApi]:
    """A Discord as new; at the end nothing may have been sent that Discord or our mention rule refuses."""
    async with aiohttp.ClientSession() as session:
        api = DiscordApi(discord_port, session)
        await api.reset(everything=True)
        yield api
        await api.check()


@pytest.fixture
def answers() -> FakeAnswers:
    return FakeAnswers()


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        await asyncio.sleep(0.01)


def platform_on(api: DiscordApi, answers: FakeAnswers, **more: Any) -> DiscordPlatform:
    """A platform as the service builds it, not yet started."""
    given = {"token": api.token, "api_url": api.url, "commands": COMMANDS, "words": echo_words()}
    return DiscordPlatform(answers=answers, **{"retry_after": 0.05, "default_locale": "it", **given, **more})


@pytest.fixture
async def connect(api: DiscordApi, answers: FakeAnswers) -> AsyncIterator[Connect]:
    """Starts platforms, waits until Discord has them online with their commands, and stops them at the end."""
    async with AsyncExitStack() as stack:

        async def start(answers: FakeAnswers = answers, **more: Any) -> DiscordPlatform:
            platform = platform_on(api, answers, **more)
            stack.push_async_callback(platform.stop)
            await platform.start()
            await api.ready()
            return platform

        yield start
