"""A process whose children send what is in a store, by the real libraries: `python -m tests.acceptance.sender_process`.

It prints `loaded`, and then answers each line on standard input: `start` with the number of a new child, `wait` with
how the child ended. Children are forked off once everything is loaded, because loading takes longer than all the rest
of a start; so a test can kill dozens of them. With the end of its input the child is killed.

A child does what `bot.app.run_service` does, without what has no part in sending: menus, cards, the web, the watch.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Mapping
from importlib import import_module

from bot.adapters.discord.platform import DiscordPlatform
from bot.adapters.telegram.platform import TelegramPlatform
from bot.app import REFRESH_SECONDS, Core, open_core
from bot.clock import Ticker
from bot.core.places import Platform
from bot.core.ports import Words
from bot.services.delivery import Broadcaster
from bot.services.governor import Governor, Limits
from bot.services.inbox import StoredInbox
from bot.settings import read_settings
from bot.words import load_words

LOADED = (
    "storage.writer",
    "storage.search.analyzer",
    "storage.dialects.sqlite",
    "storage.dialects.postgres",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "sqlalchemy.dialects.postgresql.psycopg",
    "apscheduler.triggers.interval",
)
"""What is loaded when it is first wanted."""


def main() -> None:
    given = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(name)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    words = load_words()
    for each in words.values():
        each.text("push-alert")  # the first word of a language reads its file
    for name in LOADED:
        import_module(name)
    gc.collect()
    gc.freeze()
    print("loaded", flush=True)
    child = 0
    for line in sys.stdin:
        if line == "wait\n":
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
            child = 0
            continue
        child = os.fork()
        if child == 0:
            asyncio.run(_send(given, words))
            os._exit(0)
        print(child, flush=True)
    if child:
        os.kill(child, signal.SIGKILL)


def _arguments() -> Namespace:
    parser = argparse.ArgumentParser()
    for name in ("database", "telegram", "telegram-token", "discord", "discord-token"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--per-second", type=float, required=True)
    parser.add_argument("--lease-ms", type=int, required=True)
    return parser.parse_args()


async def _send(given: Namespace, words: Mapping[str, Words]) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    settings = read_settings(_env_file=None, database_url=given.database, default_locale="en")
    async with open_core(settings, words=words, fill=False, semantic=False) as core:
        await core.store.warm_up()
        limits = Limits(given.per_second, private=0.0, group=0.0)
        governors = {each: Governor(each, limits, core.store.outbox, now=core.now) for each in Platform}
        inbox = StoredInbox(core.store, core.clock, "telegram")
        await inbox.open()
        platforms = _platforms(given, core, inbox, governors)
        senders = [
            Broadcaster(
                name,
                each.carrier,
                governors[name],
                core.store.outbox,
                core.announcements,
                now=core.now,
                lease_ms=given.lease_ms,
            )
            for name, each in platforms.items()
        ]
        ticker = Ticker()
        ticker.every(REFRESH_SECONDS, core.refresh)
        await asyncio.gather(*(each.start() for each in platforms.values()))
        ticker.start()
        while not all(each.carrier.connected for each in platforms.values()):  # noqa: ASYNC110 - nothing tells of it
            # A sender looks again a second later only, and most lives are shorter than that.
            await asyncio.sleep(0.01)
        await asyncio.gather(*(each.start() for each in senders))
        await stopping.wait()
        await ticker.stop()
        await asyncio.gather(*(each.stop() for each in senders))
        await asyncio.gather(*(each.stop() for each in platforms.values()))
        await inbox.close()


def _platforms(
    given: Namespace, core: Core, inbox: StoredInbox, governors: Mapping[Platform, Governor]
) -> dict[Platform, TelegramPlatform | DiscordPlatform]:
    shared = {
        "answers": core.dispatcher,
        "commands": (),
        "words": {"en": core.services.words["en"]},  # fewer requests to register what nobody looks at here
        "default_locale": "en",
    }
    return {
        Platform.TELEGRAM: TelegramPlatform(
            token=given.telegram_token,
            api_url=given.telegram,
            inbox=inbox,
            spent=governors[Platform.TELEGRAM].spent,
            **shared,
        ),
        Platform.DISCORD: DiscordPlatform(
            token=given.discord_token,
            api_url=given.discord,
            spent=governors[Platform.DISCORD].spent,
            **shared,
        ),
    }


if __name__ == "__main__":
    main()
