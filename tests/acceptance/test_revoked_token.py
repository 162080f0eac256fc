"""A token that is revoked while the service runs: on one platform, and then on the other."""

from __future__ import annotations

import time
from pathlib import Path

import aiohttp
import pytest

from bot.core.places import ChatRef, UserRef
from bot.words import load_words
from tests.acceptance.delivery_studio import DISCORD, TELEGRAM
from tests.acceptance.newsroom import Newsroom, discord, telegram, until
from tests.acceptance.service import Service, running_service, url_of
from tests.acceptance.test_delivery_day import ADMIN, GROUP, MANAGE_GUILD, ROOM, URL, one_that_shows
from tests.platforms.discord_api import discord_api
from tests.platforms.telegram_client import telegram_api
from tests.stores import rows

WAITS = "select state, attempts from deliveries where open = 1"


@pytest.mark.parametrize("platform", [TELEGRAM, DISCORD])
async def test_a_revoked_token_loses_nothing(folder: Path, platform: str) -> None:
    """The platform stops at once and says so, owners hear of it elsewhere, the other goes on; a new token sends the rest."""
    other = DISCORD if platform is TELEGRAM else TELEGRAM
    owner = telegram(1) if other is TELEGRAM else discord(2)
    shut, open_ = (GROUP, ROOM) if platform is TELEGRAM else (ROOM, GROUP)
    settings = {"OWNERS": f"{telegram(1)}, {discord(2)}", "REVIEW_APPROVALS": "0", "UNDO_SECONDS": "0"}
    async with telegram_api() as on_telegram, discord_api() as on_discord:
        room = Newsroom(on_telegram, on_discord)
        api = {TELEGRAM: on_telegram, DISCORD: on_discord}[platform]
        async with running_service(folder, telegram=on_telegram, discord=on_discord, **settings) as service:
            await subscribe_both(room)
            await room.types(owner, "language", language="ru")
            await api.renew_token("4711:renewed" if platform is TELEGRAM else "renewed.discord.token")
            await until(lambda: is_red(service, platform), "readiness is red", 5)
            heading = load_words()["ru"].text("off-heading", platform=platform.value.capitalize())
            warning = await one_that_shows(room, home(owner), heading)
            fact = await publish(room, owner, "Envoys met in Pyongyang on Monday.")
            await one_that_shows(room, open_, fact)
            assert f"{platform.value.upper()}_BOT_TOKEN" in warning.text
            await until(lambda: waits(folder), "the other one's delivery is written down, and this one's waits", 5)
            assert service.process.returncode is None
            assert await service.stop() == 0
            assert service.written().count(f"{platform.value.capitalize()} is off") == 1
        async with running_service(folder, telegram=on_telegram, discord=on_discord, **settings) as service:
            await one_that_shows(room, shut, fact)
            assert len([each for each in await room.messages(open_) if fact in each.text]) == 1
            assert len([each for each in await room.messages(home(owner)) if heading in each.text]) == 1
            await until(lambda: waits(folder, 0), "what was sent is written down", 5)
            assert await service.stop() == 0


async def waits(folder: Path, count: int = 1) -> bool:
    return rows(url_of(folder), WAITS) == [("queued", 0)] * count


def home(owner: UserRef) -> ChatRef:
    """The private chat of an owner with the bot, as the fakes open it."""
    return ChatRef(owner.platform, owner.id if owner.platform is TELEGRAM else f"7{owner.id}")


async def subscribe_both(room: Newsroom) -> None:
    group = {"id": int(GROUP.id), "type": "supergroup", "title": "News", "members": {ADMIN.id: "administrator"}}
    await room.telegram.order("chat", **group)
    await room.types(ADMIN, "subscribe", chat=GROUP)
    await room.discord.slash("subscribe", locale="en-US", channel=ROOM.id, permissions=MANAGE_GUILD)


async def publish(room: Newsroom, owner: UserRef, text: str) -> str:
    draft = await room.types(owner, "addfact", statement=text, source=URL, date="2026-11-23")
    await room.types(owner, "approve", entry=draft.label)
    return text


async def is_red(service: Service, platform: str) -> bool:
    async with aiohttp.ClientSession() as session, session.get(f"http://{service.address}/readyz") as answer:
        told = await answer.json()
        names = {each: ready for each, ready in told["parts"].items() if each in (TELEGRAM.value, DISCORD.value)}
        return answer.status == 503 and names == {each: each != platform.value for each in names}


async def test_the_only_platform_stays_to_say_that_it_is_off(folder: Path) -> None:
    """With nobody left to tell, the log says it once and readiness stays red, while the health page still answers."""
    async with telegram_api() as on_telegram, running_service(folder, telegram=on_telegram) as service:
        await on_telegram.say("/treaty 4")
        began = time.monotonic()
        await on_telegram.renew_token("4711:renewed")
        await until(lambda: is_red(service, TELEGRAM), "readiness is red", 5)
        assert time.monotonic() - began < 5
        async with aiohttp.ClientSession() as session, session.get(f"http://{service.address}/healthz") as answer:
            assert answer.status == 200
        assert await service.stop() == 0
        assert service.written().count("Telegram is off") == 1
