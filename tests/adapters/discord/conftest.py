"""A fake Discord and our platform on it, as processes and sockets have them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.adapters.discord.platform import DiscordPlatform
from tests.adapters.discord.declared import COMMANDS
from tests.adapters.fakes import FakeAnswers, echo_words
from tests.platforms.discord_api import DiscordApi, discord_api

Connect = Callable[..., Awaitable[DiscordPlatform]]


@pytest.fixture
async def api() -> AsyncIterator[DiscordApi]:
    """A Discord of the test's own; at the end nothing may have been sent that Discord or our mention rule refuses."""
    async with discord_api() as api:
        yield api
        await api.check()


@pytest.fixture
def answers() -> FakeAnswers:
    return FakeAnswers()


def platform_on(api: DiscordApi, answers: FakeAnswers, **more: Any) -> DiscordPlatform:
    """A platform as the service builds it, not yet started."""
    given = {"token": api.token, "commands": COMMANDS, "words": echo_words(), "default_locale": "it", **more}
    return DiscordPlatform(api_url=api.url, answers=answers, retry_after=0.05, **given)


@pytest.fixture
async def connect(api: DiscordApi, answers: FakeAnswers) -> AsyncIterator[Connect]:
    """Starts platforms, waits until Discord has them online with their commands, and stops them at the end."""
    async with AsyncExitStack() as stack:

        async def start(**more: Any) -> DiscordPlatform:
            platform = platform_on(api, answers, **more)
            stack.push_async_callback(platform.stop)
            await platform.start()
            await api.ready()
            return platform

        yield start
