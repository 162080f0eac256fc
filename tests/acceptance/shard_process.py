"""A process that serves its share of a Discord bot's shards: `python -m tests.acceptance.shard_process URL DATABASE`.

The real library, the real leases, and answers that repeat the question; the rest of the product has no part in it. It
prints how many shards it has whenever that changes, once it is ready, and after SIGTERM ends with 0.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from bot.adapters.discord.platform import DiscordPlatform
from bot.instances import mark
from storage import open_leases, open_store
from tests.adapters.discord.declared import COMMANDS
from tests.adapters.fakes import FakeAnswers, echo_words
from tests.platforms.discord_control import TOKEN


async def serve(url: str, database: str) -> None:
    own = mark(TOKEN, url).hex()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with open_leases(database, lambda _ahead: None) as leases:
        store = await open_store(database)
        platform = DiscordPlatform(
            token=TOKEN,
            api_url=url,
            answers=FakeAnswers(),
            commands=COMMANDS,
            words=echo_words(),
            default_locale="en",
            leases=leases,
            sessions=store.sessions(own),
            mark=own,
        )
        try:
            await platform.start()
            waiting, has = asyncio.create_task(ended.wait()), -1
            while not (await asyncio.wait({waiting}, timeout=0.05))[0]:
                if platform.ready and has != (has := platform.shards):
                    print(has, flush=True)
        finally:
            await platform.stop()
            await store.close()
    sys.exit(platform.failure is not None)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(name)s %(levelname)s %(message)s")
    asyncio.run(serve(*sys.argv[1:]))
