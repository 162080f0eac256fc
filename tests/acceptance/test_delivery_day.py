"""A day of deliveries: the real program on both platforms, from the first subscription to a restart."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.places import ChatRef
from tests.acceptance.delivery_studio import DISCORD, NIGHTLY, TELEGRAM
from tests.acceptance.newsroom import Newsroom, Seen, discord, telegram, until
from tests.acceptance.service import Service, running_service, url_of
from tests.platforms.discord_api import discord_api
from tests.platforms.discord_payloads import CHANNEL
from tests.platforms.telegram_client import telegram_api
from tests.stores import rows

OWNER, SECOND_OWNER = telegram(1), discord(2)
ADMIN, MEMBER, READER = telegram(40), telegram(41), telegram(50)
GROUP = ChatRef(TELEGRAM, "-1000000000500")
ROOM = ChatRef(DISCORD, CHANNEL)
HOME = ChatRef(TELEGRAM, READER.id)
DESK = ChatRef(DISCORD, f"7{SECOND_OWNER.id}")
"""The private chat of the second owner with the bot, as the fake opens it."""
SEVERAL = (GROUP, ROOM)
URL = "https://tass.com/politics/1807551"
MANAGE_GUILD = 1 << 5
OLD, NEW = "Envoys met in Pyongyang on Monday.", "Envoys met in Pyongyang on Tuesday."
LATER = "Envoys left Pyongyang by train."
TOLD_SECONDS = 60.0
BACK_SECONDS = 90.0
"""What failed for a minute may wait for another one before it is tried again."""
NOTICED_MS = 0 if NIGHTLY else 50_000
"""How much older an alert is made, so that nobody has to wait until it is one to be worried about."""


@pytest.mark.timeout(400 if NIGHTLY else 120)
async def test_a_day_of_deliveries(folder: Path) -> None:
    """Group and channel subscribe, are told, corrected and sent a digest; owners hear of trouble; a restart doubles nothing."""
    settings = {
        "OWNERS": f"{OWNER}, {SECOND_OWNER}",
        "DEFAULT_LOCALE": "en",
        "DEFAULT_TIMEZONE": "UTC",
        "UNDO_SECONDS": "0",
    }
    async with AsyncExitStack() as stack:
        on_telegram = await stack.enter_async_context(telegram_api())
        on_discord = await stack.enter_async_context(discord_api())
        room = Newsroom(on_telegram, on_discord)
        async with running_service(folder, telegram=on_telegram, discord=on_discord, **settings) as service:
            await subscribe(room)
            fact = await publish(room, OLD)
            for place in SEVERAL:
                await one_that_shows(room, place, OLD)
            await correct(room, fact)
            for place in SEVERAL:
                await one_that_shows(room, place, NEW)
            await read_the_digest(room, folder)
            await stall(room, folder)
            await end(service)
        await on_telegram.storm(0.0)
        async with running_service(folder, telegram=on_telegram, discord=on_discord, **settings) as service:
            await one_that_shows(room, GROUP, LATER, BACK_SECONDS)
            for place in SEVERAL:
                assert [OLD in each.text or NEW in each.text for each in await room.messages(place)].count(True) == 1
            assert len([each for each in await room.messages(HOME) if NEW in each.text]) == 1
            assert len([each for each in await room.messages(ROOM) if LATER in each.text]) == 0
            await end(service)
        await on_discord.check()


async def subscribe(room: Newsroom) -> None:
    """Administrators subscribe a group and a channel; a member can't; a reader takes the daily digest."""
    group = {"id": int(GROUP.id), "type": "supergroup", "title": "News", "members": {ADMIN.id: "administrator"}}
    await room.telegram.order("chat", **group)
    refused = await room.types(MEMBER, "subscribe", chat=GROUP)
    assert "administrator" in refused.text, refused.text
    await room.types(ADMIN, "subscribe", chat=GROUP)
    sent = await room.discord.slash("subscribe", locale="en-US", channel=ROOM.id, permissions=MANAGE_GUILD)
    assert "/settings" in sent.text or sent.buttons, sent.text
    await room.types(READER, "subscribe", mode="daily")


async def publish(room: Newsroom, text: str) -> str:
    """One owner writes a fact, the other one approves it; returns its number."""
    draft = await room.types(OWNER, "addfact", statement=text, source=URL, date="2026-11-23")
    await room.types(SECOND_OWNER, "approve", entry=draft.label)
    return draft.label


async def correct(room: Newsroom, fact: str) -> None:
    await room.types(OWNER, "editfact", entry=fact, more=f"statement: {NEW} | note: it was Tuesday")
    await room.types(SECOND_OWNER, "approve", entry=fact)


async def one_that_shows(room: Newsroom, place: ChatRef, text: str, seconds: float = 20) -> Seen:
    """The one message in a place that shows this, once it does."""

    async def find() -> list[Seen]:
        return [each for each in await room.messages(place) if text in each.text]

    (only,) = await until(find, f"{text!r} in {place}", seconds)
    return only


async def read_the_digest(room: Newsroom, folder: Path) -> None:
    """The reader's digest comes, with what holds by now and nothing of what does not."""
    rows(
        url_of(folder),
        "update subscriptions set digest_at = 0 where kind = 'private'",
        "update digest_cursors set next_at = 1, last_day = :yesterday",
        yesterday=str(datetime.now(UTC).date() - timedelta(days=1)),
    )
    digest = await one_that_shows(room, HOME, NEW[:20])
    assert (NEW in digest.text, OLD in digest.text) == (True, False)


async def stall(room: Newsroom, folder: Path) -> None:
    """Telegram takes nothing any more: within a minute an owner on Discord is told which alert reaches nobody."""
    await room.discord.slash("unsubscribe", locale="en-US", channel=ROOM.id, permissions=MANAGE_GUILD)
    await room.telegram.storm(1.0, kinds=["500"])
    # Both owners on Discord would be one person too few, and on Telegram nobody gets an answer now.
    draft = await room.discord.slash(
        "addfact", {"statement": LATER, "source": URL, "date": "2026-11-23"}, locale="en-US", user=SECOND_OWNER.id,
        place="dm", channel=f"5{SECOND_OWNER.id}",
    )  # fmt: skip
    label = next(word for word in draft.text.split() if word.startswith("F-")).strip(".,:")
    await room.telegram.write(f"/approve {label}", user={"id": int(OWNER.id), "language_code": "en"})

    async def tried() -> bool:
        return bool(rows(url_of(folder), "select 1 from deliveries where open = 1 and attempts > 0"))

    await until(tried, "an attempt on Telegram", 20)
    begun = time.monotonic()
    rows(
        url_of(folder),
        f"update alerts set due_at = due_at - {NOTICED_MS}",  # noqa: S608 - a number of ours
        f"update deliveries set first_at = first_at - {NOTICED_MS}, settled_at = settled_at - {NOTICED_MS}",  # noqa: S608
    )

    async def warned() -> list[Seen]:
        return [each for each in await room.messages(DESK) if label in each.text]

    (warning,) = await until(warned, f"a warning about {label}", TOLD_SECONDS)
    assert "pactwatch deliveries" in warning.text
    assert time.monotonic() - begun < TOLD_SECONDS


async def end(service: Service) -> None:
    """SIGTERM ends it, in time and in order."""
    assert await service.stop() == 0, service.written()
