"""A fake Bot API server and our platform on it, with a socket between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.adapters.telegram.platform import TelegramPlatform
from bot.core.authority import Action
from bot.core.commands import command
from bot.core.requests import Call, Reply
from tests.adapters.fakes import FakeAnswers, FakeInbox, echo_words
from tests.platforms.process import shared
from tests.platforms.telegram_api import TOKEN
from tests.platforms.telegram_client import TelegramApi

Connect = Callable[..., Awaitable[TelegramPlatform]]


@dataclass(frozen=True, slots=True)
class NoArgs:
    """Nothing to give."""


@command("treaty", aliases=("article",))
async def treaty(args: NoArgs, call: Call, services: Any) -> Reply:
    raise AssertionError("menus are made of the declaration alone")


@command("suggest", action=Action.SUGGEST)
async def suggest(args: NoArgs, call: Call, services: Any) -> Reply:
    raise AssertionError("menus are made of the declaration alone")


@command("approve", action=Action.APPROVE)
async def approve(args: NoArgs, call: Call, services: Any) -> Reply:
    raise AssertionError("menus are made of the declaration alone")


@pytest.fixture(scope="session")
def server() -> Iterator[int]:
    with shared("tests.platforms.telegram_api") as port:
        yield port


@pytest.fixture
async def api(server: int) -> AsyncIterator[TelegramApi]:
    """A server that knows nothing yet; at the end nothing may have been sent that Telegram refuses for its form."""
    async with aiohttp.ClientSession() as session:
        api = TelegramApi(f"http://127.0.0.1:{server}", TOKEN, session)
        await api.order("reset")
        await api.limits(overall=None, private=False, group=None)
        yield api
        faulty = ("can't parse", "too long", "is empty", "INVALID", "invalid", "TOO_MUCH", "TOO_LONG", "DUPLICATE")
        refused = [each for each in await api.records() if each["status"] == 400]
        assert not [each for each in refused if any(word in each["reason"] for word in faulty)]


@pytest.fixture
def answers() -> FakeAnswers:
    return FakeAnswers()


@pytest.fixture
def inbox() -> FakeInbox:
    return FakeInbox()


@pytest.fixture
async def connect(api: TelegramApi, answers: FakeAnswers, inbox: FakeInbox) -> AsyncIterator[Connect]:
    """Starts platforms, waits until they are ready (unless `wait` is False), and stops them at the end."""
    async with AsyncExitStack() as stack:

        async def start(*, wait: bool = True, **more: Any) -> TelegramPlatform:
            given = {
                "answers": answers,
                "token": api.token,
                "api_url": api.url,
                "inbox": inbox,
                "commands": (treaty, suggest, approve),
                "words": echo_words(),
            }
            platform = TelegramPlatform(default_locale="it", **(given | more))
            stack.push_async_callback(platform.stop)
            await platform.start()
            if wait:
                await until(lambda: platform.ready)
            return platform

        yield start


async def until(true: Callable[[], bool], seconds: float = 8.0) -> None:
    """Wait until something is so; AssertionError where it doesn't become so."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # what is waited for offers no event
            await asyncio.sleep(0.005)
