"""Behind a pooler that lends a connection to the server for one transaction at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from bot.core.checks import Level
from bot.core.errors import StoreError
from storage import open_store
from tests.acceptance.broadcast import stage
from tests.acceptance.newsroom import until
from tests.acceptance.service import chat, running_service
from tests.acceptance.test_two_versions import ended, everybody_is_told
from tests.platforms.pooler import Pooled, pooler
from tests.storage.test_checkup import look

pytestmark = [pytest.mark.needs("pgbouncer"), pytest.mark.one_engine("is about a pooler")]
CHATS = 5
ANSWER_SECONDS, BACK_SECONDS = 3.0, 10.0
LEFT_BEHIND = """
    select current_setting('lock_timeout') || current_setting('statement_timeout') ||
        current_setting('idle_in_transaction_session_timeout'), current_setting('enable_seqscan'),
        (select count(*) from pg_prepared_statements)"""


@pytest.fixture
async def pooled(postgres_url: str) -> AsyncIterator[Pooled]:
    """A database behind a pooler with fewer connections than those who want one."""
    async with pooler(postgres_url, connections=3) as made:
        yield made


async def test_the_whole_program_works_behind_a_pooler(pooled: Pooled, tmp_path: Path) -> None:
    """First start, answers, searches, deliveries, a backup and every check work, and nothing is left on a connection."""
    given = {"DATABASE_URL": pooled.url}
    replies = await asyncio.gather(
        *(chat(tmp_path, ["/search troops", "/language ko"], "--user", name, **given) for name in ("a", "b"))
    )
    assert all(reply["ok"] for talk in replies for reply in talk), "two first starts at once"
    async with stage(pooled.url, tmp_path, CHATS) as scene:
        await scene.telegram.keep(records=True)
        async with running_service(tmp_path, telegram=scene.telegram, discord=scene.discord, **given) as service:
            await everybody_is_told(scene, "Envoys met")
            assert "Article 4" in (await scene.telegram.say("/treaty 4")).text
            assert (await ended(tmp_path, "db", "check", **given)) == (0, "the database is sound")
            code, written = await ended(tmp_path, "db", "backup", "kept.dump", **given)
            assert code == 0, written
            _, told = await ended(tmp_path, "doctor", "--json", **given)
            found = {each["name"]: each for each in json.loads(told)["checks"]}
            assert "mend" not in {each["level"] for name, each in found.items() if name.startswith("database.")}
            assert found["database.session"]["level"] == "ok"
            assert await service.stop() == 0, service.written()
    async with await psycopg.AsyncConnection.connect(pooled.plain, autocommit=True, prepare_threshold=None) as lent:
        for _ in range(4):
            assert await (await lent.execute(LEFT_BEHIND)).fetchone() == ("2500ms00", "on", 0)


async def test_a_pooler_that_is_taken_for_the_server_is_noticed(pooled: Pooled) -> None:
    """Where the address leads back to the pooler instead of to the server itself, doctor says so."""
    port = urlsplit(pooled.plain).port
    found = await look(f"{pooled.plain}?session_port={port}")
    assert found["database.session"].level is Level.MEND
    assert (await look(pooled.url))["database.session"].level is Level.OK


async def test_a_pooler_that_is_not_named_is_noticed(pooled: Pooled, tmp_path: Path) -> None:
    """An address that says nothing of the server behind a pooler is refused with a sentence that says what to add."""
    code, written = await ended(tmp_path, "db", "check", DATABASE_URL=pooled.plain)
    assert (code, "?session_host=" in written, len(written.splitlines())) == (1, True, 1), written


async def test_a_server_that_answers_nobody_behind_a_pooler(pooled: Pooled) -> None:
    """A pooler that takes questions to a server that is away holds nobody longer than three seconds either."""
    store = await open_store(pooled.url)
    try:
        pooled.server.stall()
        for _ in range(2):
            async with asyncio.timeout(ANSWER_SECONDS):
                told = await asyncio.gather(*(store.version() for _ in range(12)), return_exceptions=True)
            assert {type(each) for each in told} == {StoreError}
        pooled.server.heal()

        async def answered() -> bool:
            try:
                return await store.version() == 0
            except StoreError:
                return False

        await until(answered, "it answers again", BACK_SECONDS)
    finally:
        await store.close()
