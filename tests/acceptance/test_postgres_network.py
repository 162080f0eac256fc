"""The network between the service and its PostgreSQL swallows everything for a while, or is cut."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import open_core
from bot.core.requests import Outcome
from bot.settings import read_settings
from tests.acceptance.broadcast import BOTH, deliveries, sender, stage
from tests.acceptance.delivery_studio import NIGHTLY
from tests.acceptance.newsroom import until
from tests.cores import WORDS
from tests.handlers.test_desk import Talk
from tests.platforms.tcp_proxy import tcp_proxy

pytestmark = pytest.mark.one_engine("is about PostgreSQL's network")

CHATS = 2_000 if NIGHTLY else 30
PER_SECOND = 100.0 if NIGHTLY else 20.0
HELD_SECONDS = 60.0 if NIGHTLY else 5.0
TRY_AGAIN_SECONDS, BACK_SECONDS = 3.0, 10.0


async def test_people_are_told_to_try_again(postgres_url: str) -> None:
    """Whatever somebody asks or wants done meanwhile, they hear within three seconds that they should try again."""
    async with tcp_proxy(postgres_url) as network:
        given = read_settings(_env_file=None, database_url=network.url, owners="telegram:1", default_locale="en")
        async with open_core(given, words=WORDS, semantic=False) as core:
            talk = Talk(core)

            async def done(line: str) -> bool:
                began = time.monotonic()
                reply = await talk.says(100, line)
                assert time.monotonic() - began < TRY_AGAIN_SECONDS
                assert reply.ok or "try again" in str(reply.document) or reply.outcome is Outcome.UNKNOWN, reply
                return "try again" not in str(reply.document)

            assert await done("/treaty 4")
            assert await done("/language en")
            network.stall()
            for line in ("/search troops", "/language it", "/search kursk", "/subscribe"):
                assert not await done(line)
            assert await done("/treaty 4"), "what is in memory needs no database"
            network.heal()
            await until(lambda: done("/search moscow"), "answers when it is over", BACK_SECONDS)
            await until(lambda: done("/language it"), "what is to be kept is kept again", BACK_SECONDS)


@pytest.mark.timeout(400 if NIGHTLY else 120)
async def test_a_broadcast_outlives_its_network(postgres_url: str, tmp_path: Path) -> None:
    """A network that swallows everything in mid-broadcast, and more, loses nothing; it goes on within seconds."""
    async with tcp_proxy(postgres_url) as network, stage(postgres_url, tmp_path, CHATS) as scene:
        async with sender(replace(scene, url=network.url), PER_SECOND, lease_ms=3_000) as sending:
            await scene.publish("Envoys met in Pyongyang")
            await sending.start()

            async def settled() -> int:
                return len(await deliveries(scene.store, "d.open = 0"))

            await until(settled, "the broadcast has begun", 30)
            network.stall()
            await asyncio.sleep(HELD_SECONDS)
            await network.cut()  # what was on its way never arrives, nor do its answers
            network.heal()
            before = await settled()

            async def goes_on() -> bool:
                return await settled() > before

            await until(goes_on, "it goes on", BACK_SECONDS)
            await scene.all_sent(90 if not NIGHTLY else 300)
            await sending.stop()
        assert {each.state for each in await deliveries(scene.store)} <= {"delivered", "uncertain"}
        on_telegram, on_discord = [await scene.copies(each, "Envoys met") for each in BOTH]
        assert (on_discord["chats"], on_discord["most"]) == (CHATS, 1)
        assert on_telegram["chats"] == CHATS
        assert on_telegram["most"] <= 2
