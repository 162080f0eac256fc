"""The whole service on a disk that fills up and a database that is held: what is pushed arrives, once."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.app import LOOK_SECONDS
from bot.core.places import Platform
from storage import open_store
from tests.acceptance.broadcast import FIRST, Desk, chat_of, deliveries, subscribe_many
from tests.acceptance.faults import FULL, break_table, fill_up, small_disk
from tests.acceptance.newsroom import until
from tests.acceptance.service import Service, running_service
from tests.platforms.telegram_client import Sent, TelegramApi, telegram_api

NIGHTLY = bool(os.environ.get("PACTWATCH_NIGHTLY"))
CHATS = 1_500 if NIGHTLY else 60
HELD_SECONDS = 30.0 if NIGHTLY else 1.0
MEGABYTES = 96
SETTINGS = {"OWNERS": "telegram:1", "REVIEW_APPROVALS": "0", "UNDO_SECONDS": "0", "DEFAULT_LOCALE": "en"}
READER_LEFT, FULL_LOG, KEPT = "its reader left", "its disk is full", "it is kept"
NEWS = "Envoys met in Pyongyang on Monday."


@pytest.fixture
def small(filled_on_sqlite: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder on a small disk of its own, with a filled database in it."""
    with small_disk(tmp_path / "small", MEGABYTES) as at:
        shutil.copytree(filled_on_sqlite / "data", at / "data")
        yield at


async def _says(telegram: TelegramApi, line: str, user: int = 1) -> Sent:
    return await telegram.say(line, chat=user, user={"id": user, "language_code": "en"})


@pytest.mark.one_engine("fills the disk of SQLite's file")
@pytest.mark.needs("mount")
@pytest.mark.timeout(600 if NIGHTLY else 120)
@pytest.mark.parametrize("log", [READER_LEFT, FULL_LOG, KEPT] if NIGHTLY else [READER_LEFT])
async def test_a_broadcast_outlives_whatever_is_wrong_below(small: Path, log: str) -> None:
    """Everybody is told once though nobody takes the log, another holds the database and the disk fills up meanwhile."""
    database = small / "data" / "pactwatch.db"
    await _broadcast_to(database, CHATS)
    async with telegram_api() as telegram:
        await telegram.chats(FIRST[Platform.TELEGRAM], CHATS)
        with _log(log) as out:
            async with running_service(small, telegram=telegram, out=out, LOG_LEVEL="DEBUG", **SETTINGS) as service:
                await until(lambda: _told(telegram, 5), "the first are told")
                await _hold(database, telegram)
                await _fill(small, telegram)
                await until(lambda: _told(telegram, CHATS), "everybody is told", 120)
                assert "Subscribed" in (await _says(telegram, "/subscribe sanctions", 60)).text
                await until(lambda: _settled(f"sqlite:///{database}"), "everything is settled")
                if NIGHTLY:
                    await until(lambda: _there(_ballast(small)), "the ballast is made again")
                assert await service.stop() == 0
        copies = Counter(each.chat for each in await telegram.sent() if NEWS in each.text and each.chat >= 5_000_000)
        assert (len(copies), set(copies.values())) == (CHATS, {1})
        assert "Traceback" not in service.written()
        assert log != KEPT or "the database's disk is almost full" in service.written()


@contextmanager
def _log(what: str) -> Iterator[int | None]:
    """Where a service writes its log to; None for a file that is kept."""
    if what == KEPT:
        yield None
        return
    reader, out = os.pipe()
    os.close(reader)
    if what == FULL_LOG:
        os.close(out)
        out = os.open("/dev/full", os.O_WRONLY)
    yield out
    os.close(out)


async def _broadcast_to(database: Path, chats: int) -> None:
    store = await open_store(f"sqlite:///{database}")
    await subscribe_many(store, [chat_of(Platform.TELEGRAM, number) for number in range(chats)])
    await Desk(store).publish(NEWS)
    await store.close()


async def _hold(database: Path, telegram: TelegramApi) -> None:
    """Readers are answered while another holds the database in the middle of the broadcast."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as other:
        other.execute("begin immediate")
        until_then = asyncio.get_running_loop().time() + HELD_SECONDS
        user = 30
        while asyncio.get_running_loop().time() < until_then:
            async with asyncio.timeout(3):
                assert "Article 4" in (await _says(telegram, "/treaty 4", user := user + 1)).text


async def _fill(small: Path, telegram: TelegramApi) -> None:
    """With no room left the ballast goes: what was begun is finished, and nothing new is taken in."""
    ballast = _ballast(small)
    await until(lambda: _there(ballast), "the ballast is made")
    assert ballast.stat().st_blocks * 512 >= MEGABYTES * 1024 * 1024 // 16
    with closing(sqlite3.connect(small / "data" / "pactwatch.db")) as other:
        other.execute("pragma wal_checkpoint(truncate)")
    filler = fill_up(small)
    try:
        await until(lambda: _gone(ballast), "the ballast is given away")
        assert (await _says(telegram, "/subscribe sanctions", 60)).text.startswith(FULL)
        assert (await _says(telegram, "/addfact They met. | source: https://tass.com/2")).text.startswith(FULL)
        assert "по-русски" in (await _says(telegram, "/language ru", 61)).text
        if NIGHTLY:
            await asyncio.sleep(LOOK_SECONDS)  # the operator is told
        fill_up(small)
        assert "Article 5" in (await _says(telegram, "/treaty 5", 62)).text
    finally:
        filler.unlink()


def _ballast(small: Path) -> Path:
    return small / "data" / "pactwatch.db-ballast"


async def _gone(path: Path) -> bool:
    return not path.exists()


async def _logged(service: Service, line: str) -> bool:
    return line in service.written()


async def _there(path: Path) -> bool:
    return path.exists()


async def _told(telegram: TelegramApi, count: int) -> bool:
    sent = [each for each in await telegram.sent() if NEWS in each.text and each.chat >= 5_000_000]
    return len({each.chat for each in sent}) >= count


async def _settled(url: str) -> bool:
    store = await open_store(url)
    try:
        return {each.state for each in await deliveries(store)} == {"delivered"}
    finally:
        await store.close()


@pytest.mark.one_engine("breaks pages of SQLite's file")
@pytest.mark.timeout(120)
async def test_nothing_is_sent_from_a_damaged_database(folder: Path) -> None:
    """With a page gone bad the operator is told once and how to mend it, readers are answered, and nobody is pushed."""
    database = folder / "data" / "pactwatch.db"
    await _broadcast_to(database, 3)
    break_table(database, "audit")
    async with telegram_api() as telegram:
        await telegram.chats(FIRST[Platform.TELEGRAM], 3)
        async with running_service(folder, telegram=telegram, ready=False, **SETTINGS) as service:
            await until(lambda: _logged(service, "the database is damaged"), "the operator is told")
            assert "Article 4" in (await _says(telegram, "/treaty 4", 62)).text
            assert await service.stop() == 0
        assert not await _told(telegram, 1)
    assert service.written().count("`pactwatch db restore`") == 1
    assert "Traceback" not in service.written()
