"""Processes that share the tokens of both platforms: `python -m tests.acceptance.limits_process`.

Each line on standard input is an order: a child's name and what it does beside that, `send` what is in the outbox or
`answer` people. It writes `NAME.ready` once it is connected and, asked to end, when it was asked what into `NAME.json`.
`stop` ends all children and says `stopped`; with the end of its input they are killed.

A child has what the service's parts for a platform have; who is asked is told the answer by the platform's own code.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import os
import random
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.adapters.discord.platform import DiscordPlatform
from bot.adapters.telegram.platform import TelegramPlatform
from bot.app import Core, open_core
from bot.core.documents import Document, paragraph
from bot.core.places import ChatRef, Platform
from bot.core.ports import PostFailed, Words
from bot.services.delivery import Broadcaster
from bot.services.governor import Governor, Limits
from bot.services.inbox import StoredInbox
from bot.settings import read_settings
from bot.words import load_words
from storage.leases import PostgresLeases
from tests.acceptance.sender_process import LOADED

TELEGRAM, DISCORD = Platform.TELEGRAM, Platform.DISCORD
PERSON, CHANNEL = 8_000_000, 790_000_000_000
"""The numbers of the first who ask; each child has those of its own, and each of them asks once."""
EACH = 10_000


def main() -> None:
    given = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(name)s %(levelname)s %(message)s")
    words = load_words()
    for each in words.values():
        each.text("push-alert")  # the first word of a language reads its file
    for name in LOADED:
        import_module(name)
    gc.collect()
    gc.freeze()
    print("loaded", flush=True)
    children: list[int] = []
    for line in sys.stdin:
        if line == "stop\n":
            for child in children:
                os.kill(child, signal.SIGTERM)
            for child in children:
                os.waitpid(child, 0)
            children.clear()
            print("stopped", flush=True)
            continue
        child = os.fork()
        if child == 0:
            number, what = len(children), line.split()
            asyncio.run(_live(given, words, number, *what))
            os._exit(0)
        children.append(child)
    for child in children:
        os.kill(child, signal.SIGKILL)


def _arguments() -> Namespace:
    parser = argparse.ArgumentParser()
    for name in ("database", "folder", "telegram", "telegram-token", "discord", "discord-token"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("telegram-limit", "discord-limit", "ask"):
        parser.add_argument(f"--{name}", type=float, required=True)
    return parser.parse_args()


async def _live(given: Namespace, words: Mapping[str, Words], number: int, name: str, what: str) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    settings = read_settings(_env_file=None, database_url=given.database, default_locale="en")
    leases = PostgresLeases(given.database, lambda _ahead: None)
    await leases.open()
    await leases.join("limits")
    async with open_core(settings, words=words, fill=False, semantic=False) as core:
        await core.store.warm_up()
        governors = _governors(given, core, leases)
        inbox = StoredInbox(core.store, core.clock, "telegram")
        await inbox.open()
        platforms = _platforms(given, core, inbox, governors)
        for each in platforms.values():
            await each.start()
        while not all(each.ready and each.carrier.connected for each in platforms.values()):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
        watching = [asyncio.create_task(each.watch()) for each in governors.values()]
        senders: list[Broadcaster] = []
        asking: list[asyncio.Task[None]] = []
        asked: dict[str, float] = {}
        if what == "send":
            senders = [
                Broadcaster(
                    each, platforms[each].carrier, governors[each], core.store.outbox, core.announcements, now=core.now
                )
                for each in platforms
            ]
            for sender in senders:
                await sender.start()
        else:
            telegram, discord = platforms[TELEGRAM], platforms[DISCORD]
            asking = [
                asyncio.create_task(_ask_telegram(telegram, number * EACH, given.ask, asked)),
                asyncio.create_task(_ask_discord(discord, number * EACH, given.ask, asked)),
            ]
        (Path(given.folder) / f"{name}.ready").touch()
        await stopping.wait()
        for task in (*asking, *watching):
            task.cancel()
        await asyncio.gather(*asking, *watching, return_exceptions=True)
        await asyncio.gather(*(each.stop() for each in senders))
        await asyncio.gather(*(each.stop() for each in platforms.values()))
        await inbox.close()
        (Path(given.folder) / f"{name}.json").write_text(json.dumps(asked))
    await leases.close()


def _governors(given: Namespace, core: Core, leases: PostgresLeases) -> dict[Platform, Governor]:
    found = {
        platform: Governor(
            platform,
            Limits(limit, private=0.0, group=0.0),
            core.store.outbox,
            now=core.now,
            permits=core.store.permits,
            members=partial(leases.members, "limits"),
        )
        for platform, limit in ((TELEGRAM, given.telegram_limit), (DISCORD, given.discord_limit))
    }
    for each in found.values():
        leases.listen(each.told)
    return found


def _platforms(
    given: Namespace, core: Core, inbox: StoredInbox, governors: Mapping[Platform, Governor]
) -> dict[Platform, Any]:
    shared: dict[str, Any] = {
        "answers": core.dispatcher,
        "commands": (),
        "words": {"en": core.services.words["en"]},  # fewer requests to register what nobody looks at here
        "default_locale": "en",
    }
    telegram, discord = governors[TELEGRAM], governors[DISCORD]
    return {
        TELEGRAM: TelegramPlatform(
            token=given.telegram_token,
            api_url=given.telegram,
            inbox=inbox,
            webhook_url="https://bot.example.org/telegram",
            webhook_secret="secret",
            room=telegram.room,
            spent=telegram.spent,
            limited=telegram.limited,
            **shared,
        ),
        DISCORD: DiscordPlatform(
            token=given.discord_token,
            api_url=given.discord,
            room=discord.room,
            spent=discord.spent,
            limited=discord.limited,
            **shared,
        ),
    }


async def _ask_telegram(telegram: TelegramPlatform, first: int, per_second: float, asked: dict[str, float]) -> None:
    """People type a command at random moments, each once, and Telegram brings it to this process."""
    draw = random.Random(first)
    async with asyncio.TaskGroup() as group:
        for number in range(first, first + EACH):
            await asyncio.sleep(draw.expovariate(per_second))
            person = {"id": PERSON + number, "first_name": "A", "is_bot": False, "language_code": "en"}
            message = {
                "message_id": 1,
                "date": int(time.time()),
                "text": "/treaty 4",
                "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
                "chat": {"id": PERSON + number, "type": "private", "first_name": "A"},
                "from": person,
            }
            asked[f"telegram:{PERSON + number}"] = time.monotonic()
            body = json.dumps({"update_id": 1 + number, "message": message}).encode()
            group.create_task(telegram.receive("secret", body))


async def _ask_discord(discord: DiscordPlatform, first: int, per_second: float, asked: dict[str, float]) -> None:
    """This process posts at random moments, as it does with cards; what answers a command is no part of the limit."""
    draw = random.Random(first + 1)

    async def post(chat: ChatRef) -> None:
        try:
            await discord.post(chat, Document((paragraph("Somebody asked"),)))
        except PostFailed:
            logging.getLogger(__name__).info("a post failed", exc_info=True)

    async with asyncio.TaskGroup() as group:
        for number in range(first, first + EACH):
            await asyncio.sleep(draw.expovariate(per_second))
            asked[f"discord:{CHANNEL + number}"] = time.monotonic()
            group.create_task(post(ChatRef(DISCORD, str(CHANNEL + number))))


if __name__ == "__main__":
    main()
