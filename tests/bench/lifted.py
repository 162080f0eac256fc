"""The product's sender with the platform's limit lifted, further than its settings allow. `python -m tests.bench.lifted`.

It does what `bot.service.run_service` does for one platform, without what has no part in sending, and writes `up` once it
is connected. `--profile FILE` has the standard library's profiler watch it, from then until it is ended.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import signal

from bot.app import REFRESH_SECONDS, Core, open_core
from bot.clock import Ticker
from bot.core.places import Platform
from bot.service import Running
from bot.services.delivery import Broadcaster
from bot.services.governor import Governor, Limits
from bot.services.inbox import StoredInbox
from bot.settings import read_settings
from handlers import COMMANDS

PER_SECOND = 20_000.0
"""Ten times what can be reached."""


async def send(platform: Platform, api: str, database: str, profile: str | None) -> None:
    """Send what is in the store until ended."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    settings = read_settings(_env_file=None, database_url=f"sqlite:///{database}")
    async with open_core(settings, fill=False, semantic=False) as core:
        await core.store.warm_up()
        limits = Limits(PER_SECOND, private=0.0, group=0.0)
        governor = Governor(platform, limits, core.store.outbox, now=core.now)
        inbox = StoredInbox(core.store, core.clock, "telegram")
        await inbox.open()
        adapter = _adapter(platform, api, core, inbox, governor)
        outbox = core.store.outbox
        sender = Broadcaster(platform, adapter.carrier, governor, outbox, core.announcements, now=core.now)
        ticker = Ticker()
        ticker.every(REFRESH_SECONDS, core.refresh)
        await adapter.start()
        ticker.start()
        while not adapter.ready:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        await sender.start()
        gc.collect()
        gc.freeze()
        profiler = cProfile.Profile() if profile else None
        if profiler is not None:
            profiler.enable()
        print("up", flush=True)
        await stopping.wait()
        if profiler is not None:
            profiler.disable()
            profiler.dump_stats(profile)
        await ticker.stop()
        await sender.stop()
        await adapter.stop()
        await inbox.close()


def _adapter(platform: Platform, api: str, core: Core, inbox: StoredInbox, governor: Governor) -> Running:
    from bot.adapters.discord.platform import DiscordPlatform
    from bot.adapters.telegram.platform import TelegramPlatform

    shared = {
        "answers": core.dispatcher,
        "commands": COMMANDS,
        "words": core.services.words,
        "default_locale": "en",
        "spent": governor.spent,
    }
    if platform is Platform.TELEGRAM:
        return TelegramPlatform(token="1:T", api_url=api, inbox=inbox, **shared)
    return DiscordPlatform(token="x.y.z", api_url=f"{api}/api/v10", **shared)


def main() -> None:
    """Run until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("platform", choices=("telegram", "discord"))
    parser.add_argument("--api", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--profile")
    given = parser.parse_args()
    asyncio.run(send(Platform(given.platform), given.api, given.database, given.profile))


if __name__ == "__main__":
    main()
