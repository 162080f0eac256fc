"""PostgreSQL that is restarted, throws everybody out, or has no room, in the middle of a broadcast and of a question."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.app import open_core
from bot.core.requests import Outcome
from bot.settings import read_settings
from tests.acceptance.broadcast import BOTH, deliveries, sender, stage
from tests.acceptance.database_server import Server, own_server
from tests.acceptance.delivery_studio import NIGHTLY
from tests.acceptance.newsroom import until
from tests.cores import WORDS
from tests.handlers.test_desk import Talk

CHATS = 2_000 if NIGHTLY else 60
PER_SECOND = 100.0 if NIGHTLY else 40.0
TRY_AGAIN_SECONDS = 3.0


pytestmark = pytest.mark.one_engine("mistreats a PostgreSQL of its own")


@pytest.fixture
def server() -> Iterator[Server]:
    with own_server() as made:
        yield made


async def test_a_broadcast_outlives_its_database(server: Server, tmp_path: Path) -> None:
    """Restarts, a crash and thrown-out connections in mid-broadcast lose nothing; Discord gets nothing twice."""
    async with stage(server.url, tmp_path, CHATS) as scene, sender(scene, PER_SECOND, lease_ms=3_000) as sending:
        fact = await scene.publish("Envoys met in Pyongyang")
        await sending.start()

        async def under_way() -> bool:
            return bool(await deliveries(scene.store, "d.state = 'delivered'"))

        await until(under_way, "the broadcast has begun", 30)
        await asyncio.to_thread(server.throw_everybody_out)
        await asyncio.sleep(0.3)
        for mode in ("fast", "immediate"):
            await asyncio.to_thread(server.stop, mode)
            await asyncio.sleep(0.3)
            await asyncio.to_thread(server.start)
            await asyncio.sleep(0.3)
        await scene.all_sent(90)
        await sending.stop()
        rows = await deliveries(scene.store)
        assert len(rows) == 2 * CHATS
        assert {each.state for each in rows} <= {"delivered", "uncertain"}
        on_telegram, on_discord = [await scene.copies(each, "Envoys met") for each in BOTH]
        assert (on_discord["chats"], on_discord["most"]) == (CHATS, 1)
        assert on_telegram["chats"] == CHATS
        assert on_telegram["most"] <= 2
        assert fact.number


async def test_people_are_told_to_try_again(server: Server) -> None:
    """Without a database people hear within three seconds that they should try again; it comes back by itself."""
    given = read_settings(_env_file=None, database_url=server.url, owners="telegram:1", default_locale="en")
    async with open_core(given, words=WORDS, semantic=False) as core:
        talk = Talk(core)
        for line in ("/search envoys", "/treaty 4"):
            assert (await talk.says(100, line)).ok

        async def asked(word: str) -> bool:
            """Whether a question that no memory holds the answer to was answered; said within three seconds."""
            began = time.monotonic()
            reply = await talk.says(100, f"/search {word}")
            assert time.monotonic() - began < TRY_AGAIN_SECONDS
            assert reply.ok or "try again" in str(reply.document) or reply.outcome is Outcome.UNKNOWN, reply
            return "try again" not in str(reply.document)

        await asyncio.to_thread(server.throw_everybody_out)
        await until(lambda: asked("soldiers"), "answers after a fail-over", 5)
        await asyncio.to_thread(server.stop, "fast")
        assert not await asked("troops")
        assert (await talk.says(100, "/treaty 4")).ok, "what is in memory needs no database"
        await asyncio.to_thread(server.start)
        await until(lambda: asked("kursk"), "answers after a restart", 5)
        with psycopg.connect(server.url) as held:
            held.execute("lock table entries, search_documents in access exclusive mode")
            replies = await asyncio.gather(
                *(asyncio.wait_for(asked(f"w{n}"), 10) for n in range(3)), return_exceptions=True
            )
            assert True not in replies
        await until(lambda: asked("moscow"), "answers when the lock is gone", 5)
