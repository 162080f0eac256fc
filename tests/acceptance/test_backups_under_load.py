"""Backups taken while everything is written to: each one can be put back, and tells of one moment."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.core.deliveries import OPEN_STATES, DeliveryState, Settled
from bot.core.outbox import Pace
from bot.core.places import MessageRef, Platform
from storage import SqlStore, open_store
from storage.backups import back_up, files_of
from tests.acceptance.broadcast import Desk, chat_of, now, subscribe_many
from tests.acceptance.delivery_studio import NIGHTLY
from tests.builders import article, dossier
from tests.stores import take_over

CHATS = 40
BACKUPS = 200 if NIGHTLY else 4
TELEGRAM = Platform.TELEGRAM


@pytest.mark.timeout(3600 if NIGHTLY else 120)
async def test_backups_under_load(empty_url: str, another_url: str, tmp_path: Path):
    """Each of many backups taken in the middle of publishing and sending is sound, whole and of one moment."""
    store = await open_store(empty_url)
    draw = random.Random(6)
    try:
        await take_over(store, dossier(article()))
        await subscribe_many(store, (chat_of(TELEGRAM, number) for number in range(CHATS)))
        async with busy(store):
            for _ in range(BACKUPS):
                await asyncio.sleep(draw.random() * 0.2)
                target = tmp_path / "backup"
                await back_up(files_of(empty_url), target, lambda _done, _all: None)
                await put_back(another_url, target)
                await check(another_url)
                await emptied(another_url)
                target.unlink()
    finally:
        await store.close()


@asynccontextmanager
async def busy(store: SqlStore) -> AsyncIterator[None]:
    """Publishing, sending and people's own settings, as fast as they go."""

    async def publish() -> None:
        desk = Desk(store)
        for number in range(1, 100_000):
            await desk.publish(f"Envoys met for the {number}th time")

    async def send() -> None:
        while True:
            claim = await store.outbox.claim(
                TELEGRAM, owner="me", now=now(), until=now() + 15_000, most=20, pace=Pace(1000.0)
            )
            ids = [each.id for each in claim.deliveries]
            await store.outbox.journal("me", now=now(), until=now() + 15_000, started=ids)
            settled = [
                Settled(each.id, DeliveryState.DELIVERED, message=MessageRef(each.to, str(each.id)))
                for each in claim.deliveries
            ]
            await store.outbox.journal("me", now=now(), until=now(), settled=settled)
            await asyncio.sleep(0 if ids else 0.01)

    async def choose() -> None:
        for number in range(1, 100_000):
            await store.set_language(f"telegram:{number}", "it")

    works = [asyncio.create_task(work()) for work in (publish, send, choose)]
    try:
        yield
        assert not any(each.done() for each in works), [each.exception() for each in works if each.done()]
    finally:
        for each in works:
            each.cancel()
        await asyncio.gather(*works, return_exceptions=True)


async def put_back(url: str, target: Path) -> None:
    files = files_of(url)
    await files.check(target)
    await files.restore(target)


async def check(url: str) -> None:
    """Integrity, references, both chains; and that nothing was caught between a publication and its deliveries."""
    store = await open_store(url)
    try:
        assert await store.check() == ()
        assert await store.verify_log() is None
        fetch = store._database.fetch
        published = await fetch("select count(*) from revisions where author <> 'dossier'")
        told = await fetch("select count(*) from alerts where kind = 'alert'")
        assert published[0][0] == told[0][0], "a publication without its alert, or the other way round"
        for (count,) in await fetch("select count(*) from deliveries group by alert_id"):
            assert count == CHATS, "a part of an alert's deliveries"
        for state, is_open, message in await fetch("select state, open, message from deliveries"):
            assert bool(is_open) is (DeliveryState(state) in OPEN_STATES), "neither open nor at its end"
            assert (message is not None) is (state == "delivered")
    finally:
        await store.close()


async def emptied(url: str) -> None:
    """Room for the next one."""
    if url.startswith("sqlite"):
        for each in Path(url.removeprefix("sqlite:///")).parent.iterdir():
            each.unlink()
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop schema public cascade")
        connection.execute("create schema public")
