"""A database that was put back: nothing is sent from it before the operator has seen what may have left already."""

from __future__ import annotations

import asyncio
import contextlib
import io
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.core.deliveries import milliseconds
from bot.core.entries import Entry
from bot.core.places import ChatRef, Platform
from bot.core.subscriptions import Mode, PlaceKind, Subscription
from bot.maintenance import back_up_database, restore_database
from bot.settings import read_settings
from bot.watching import hold, let_go_on
from storage import open_store
from tests.acceptance.broadcast import Desk, subscribe_many
from tests.acceptance.newsroom import until
from tests.acceptance.service import name_database, running_service, url_of
from tests.builders import AT, article, dossier
from tests.platforms.telegram_client import TelegramApi, telegram_api
from tests.stores import rows, take_over

CHATS = tuple(ChatRef(Platform.TELEGRAM, str(5_000_001 + number)) for number in range(3))
DIGEST_READER = ChatRef(Platform.TELEGRAM, "5000009")
SETTINGS = {"UNDO_SECONDS": "0", "DEFAULT_LOCALE": "en", "DEFAULT_TIMEZONE": "UTC"}
NAMES = ("pactwatch.db", "pactwatch.db-wal", "pactwatch.db-shm")
CLAIMS_SECONDS = 2.5
"""In which a sender that may send would have looked twice."""


async def pactwatch(folder: Path, *arguments: str) -> str:
    """What a command prints; it must have done what it was asked. In this process: a start takes longer than the work."""
    settings = read_settings(_env_file=None, database_url=url_of(folder))
    works = {
        "pause": hold,
        "resume": let_go_on,
        "list": partial(let_go_on, look=True),
        "backup": lambda given: back_up_database(given, Path(arguments[1])),
        "restore": lambda given: restore_database(given, Path(arguments[1])),
    }
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert await works[arguments[0]](settings) == 0
    return printed.getvalue()


def database(folder: Path) -> Path:
    return folder / "data" / "pactwatch.db"


async def publish(folder: Path, text: str) -> Entry:
    """Publish beside the running service, as another process of the desk would."""
    store = await open_store(url_of(folder))
    try:
        return await Desk(store).publish(text)
    finally:
        await store.close()


async def restored(folder: Path, home: Path, another: str) -> Path:
    """Put back by the command for it; on PostgreSQL into another database, since it wants an empty one."""
    name_database(home, another)
    await pactwatch(home, "restore", str(folder / "copy" / NAMES[0]))
    return home


async def put_back(folder: Path, home: Path, _another: str) -> Path:
    """Written over the database that is there, so that it even is the same file."""
    for name in NAMES:
        database(home).with_name(name).write_bytes((folder / "copy" / name).read_bytes())
    return home


async def copied(folder: Path, home: Path, _another: str) -> Path:
    """Set up elsewhere, with all that lay beside it."""
    other = folder / "elsewhere"
    shutil.copytree(folder / "copy", other / "data")
    return other


A_FILE = pytest.mark.one_engine("is about SQLite's file")
PutInPlace = Callable[[Path, Path, str], Awaitable[Path]]


@pytest.mark.parametrize("put_in_place", [restored, *(pytest.param(each, marks=A_FILE) for each in (put_back, copied))])
async def test_nothing_leaves_before_release(bare: Path, another_url: str, put_in_place: PutInPlace):
    """What a restored or copied database still holds as waiting is not sent twice; what is approved later flows."""
    home = bare / "home"
    home.mkdir()
    name_database(home, url_of(bare))
    await fill(home)
    async with telegram_api() as telegram:
        await telegram.chats(int(CHATS[0].id), 9)
        async with running_service(home, telegram=telegram, **SETTINGS):
            await pactwatch(home, "pause")
            old = await publish(home, "Envoys met in Pyongyang.")
            await until(lambda: digest_waits(home), "a digest that waits", 20)
            await back_up(bare, home, by_command=put_in_place is restored)
            await pactwatch(home, "resume")
            await until(lambda: all_have(telegram, 1, *CHATS, DIGEST_READER), "everybody told", 20)
        before = await copies(telegram)
        place = await put_in_place(bare, home, another_url)
        async with running_service(place, telegram=telegram, **SETTINGS) as service:
            assert "safe mode" in service.written()
            await publish(place, "Envoys left Pyongyang.")
            answer = await telegram.say("/treaty 4", chat=77)
            assert "attacked" in answer.text, "people are answered meanwhile"
            await asyncio.sleep(CLAIMS_SECONDS)
            assert await copies(telegram) == before, "something left before the release"
            listed = await pactwatch(place, "list")
            assert f"{old.label}@1: 3 chats" in listed
            assert "daily 2" in listed, "the digest is named by its day"
            released = await pactwatch(place, "resume")
            assert f"{old.label}@1: 3 chats" in released
            assert "4 of them are `uncertain` now" in released
            await until(lambda: all_have(telegram, 2, *CHATS), "everybody told what is new", 20)
            await asyncio.sleep(CLAIMS_SECONDS)
            assert await copies(telegram) == before | dict.fromkeys(CHATS, 2), "something was sent twice"


async def copies(telegram: TelegramApi) -> dict[ChatRef, int]:
    """How many messages each chat got."""
    return {chat: len(await telegram.sent(chat=int(chat.id))) for chat in (*CHATS, DIGEST_READER)}


async def all_have(telegram: TelegramApi, count: int, *chats: ChatRef) -> bool:
    told = await copies(telegram)
    return all(told[chat] == count for chat in chats)


async def digest_waits(home: Path) -> bool:
    """Whether the daily reader's digest is on its way; its time has come as soon as there is news."""
    url, today = url_of(home), datetime.now(UTC)
    if rows(url, "select 1 from alerts where kind = 'digest'"):
        return True
    if rows(url, "select 1 from digest_cursors where next_at > :now", now=milliseconds(today)):
        rows(
            url,
            "delete from digest_slots",
            "update digest_cursors set next_at = :now, last_day = :yesterday, seen = 0",
            now=milliseconds(today),
            yesterday=str(today.date() - timedelta(days=1)),
        )
    return False


async def fill(home: Path) -> None:
    """Four chats: three are told at once, one daily, and its time has come."""
    store = await open_store(url_of(home))
    try:
        await take_over(store, dossier(article(text={"en": "If either side is attacked …", "it": "In caso …"})))
        await subscribe_many(store, CHATS)
        daily = Subscription(DIGEST_READER, PlaceKind.PRIVATE, "en", "UTC", mode=Mode.DAILY)
        await store.subscribers.keep_subscription(daily, AT, milliseconds(datetime.now(UTC)))
    finally:
        await store.close()


async def back_up(folder: Path, home: Path, *, by_command: bool) -> None:
    if by_command:
        await pactwatch(home, "backup", str(folder / "copy" / NAMES[0]))
    else:
        shutil.copytree(home / "data", folder / "copy")
