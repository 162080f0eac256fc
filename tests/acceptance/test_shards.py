"""A Discord bot in several processes on one PostgreSQL: its shards go on whatever becomes of some of them.

In full size (`make nightly`) 16 shards over three processes, begun one by one and sixteen at once. The fake enforces
Discord's pace of five seconds and its budget of a day throughout.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

import pytest

from bot.adapters.discord.shards import LOOK_SECONDS
from storage import open_store
from storage.leases import HANDOVER_SECONDS
from tests.acceptance.delivery_studio import NIGHTLY
from tests.acceptance.newsroom import until
from tests.acceptance.test_postgres_faults import Server, server
from tests.platforms.discord_api import DiscordApi, NoAnswerError, discord_api
from tests.platforms.discord_payloads import guild_on
from tests.platforms.process import ROOT
from tests.platforms.tcp_proxy import tcp_proxy

pytestmark = pytest.mark.one_engine("is about processes on one PostgreSQL")

__all__ = ["server"]

SHARDS, PROCESSES, KILLS = (16, 3, 5) if NIGHTLY else (4, 2, 1)
AT_ONCE = (1, 16) if NIGHTLY else (4,)
BACK_SECONDS = 15.0
UP_SECONDS = 30 + SHARDS * 6.0
ASK_SECONDS = 0.5


class Part:
    """One process of the bot. has: how many shards, as it said last; -1 before it is ready."""

    def __init__(self, process: Process) -> None:
        self.process, self.has = process, -1
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.has = int(line)

    async def end(self, how: signal.Signals) -> int:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(how)
        await asyncio.wait_for(self.process.wait(), 15)
        await self._reading
        self.process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way
        return self.process.returncode or 0


class Bot:
    """All processes of a bot on one database, and the Discord it is on."""

    def __init__(self, api: DiscordApi, folder: Path, shards: int) -> None:
        self.api, self.shards = api, shards
        self.parts: list[Part] = []
        self._folder, self._numbers = folder, itertools.count()
        self._started: list[Part] = []

    async def start(self, database: str) -> Part:
        """One more process."""
        log = (self._folder / f"{next(self._numbers)}.log").open("wb")
        with log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.acceptance.shard_process", self.api.url, database),
                cwd=ROOT, stdout=PIPE, stderr=log,
            )  # fmt: skip
        part = Part(process)
        self.parts.append(part)
        self._started.append(part)
        return part

    async def end(self, part: Part, how: signal.Signals) -> int:
        self.parts.remove(part)
        return await part.end(how)

    async def served(self, seconds: float = UP_SECONDS) -> None:
        """Wait until each shard is served, by one process, and all processes know it."""
        wanted = [[each, self.shards] for each in range(self.shards)]

        async def all_are() -> bool:
            found = (await self.api.state())["sessions"]
            return found == wanted and sum(max(0, each.has) for each in self.parts) == self.shards

        await until(all_are, "all shards are served", seconds)

    async def shared_out(self) -> None:
        """Wait until nobody has more than a fair share."""
        share = -(-self.shards // len(self.parts))

        async def is_fair() -> bool:
            return all(0 <= each.has <= share for each in self.parts)

        await until(is_fair, "the shards are shared out", UP_SECONDS)
        await self.served()

    async def answers(self, shard: int, seconds: float) -> bool:
        """Whether a question in a server of this shard is answered at once."""
        with contextlib.suppress(NoAnswerError):
            await self.api.slash("treaty", {"article": "4"}, guild=guild_on(shard, self.shards), timeout=seconds)
            return True
        return False

    async def all_answer(self, within: float) -> float:
        """Ask in a server of each shard until somebody answers; seconds until the last one did."""
        began = time.monotonic()

        async def asked(shard: int) -> None:
            while not await self.answers(shard, ASK_SECONDS):
                assert time.monotonic() < began + within, f"shard {shard} is not served within {within} s"

        await asyncio.gather(*(asked(each) for each in range(self.shards)))
        return time.monotonic() - began

    async def close(self) -> None:
        for each in self._started:
            if each.process.returncode is None:
                await each.end(signal.SIGKILL)


@asynccontextmanager
async def running(folder: Path, database: str, at_once: int, count: int = PROCESSES) -> AsyncIterator[Bot]:
    """So many processes that share the shards; at the end nobody may have begun a session out of turn."""
    await (await open_store(database)).close()
    async with discord_api() as api, AsyncExitStack() as stack:
        await api.limits(shards=SHARDS, at_once=at_once, start_seconds=5, starts=SHARDS + at_once)
        bot = Bot(api, folder, SHARDS)
        stack.push_async_callback(bot.close)
        for _ in range(count):
            await bot.start(database)
        await bot.shared_out()
        yield bot
        await api.check_starts()
        await api.check()


@asynccontextmanager
async def asking(bot: Bot) -> AsyncIterator[None]:
    """Ask in a server of each shard again and again; each question must be answered."""
    over, asked, unanswered = asyncio.Event(), 0, list[int]()

    async def ask(shard: int) -> None:
        nonlocal asked
        while not over.is_set():
            asked += 1
            if not await bot.answers(shard, 4):
                unanswered.append(shard)
            await asyncio.sleep(0.2)

    tasks = [asyncio.create_task(ask(each)) for each in range(SHARDS)]
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*tasks)
    print(f"{len(unanswered)} of {asked} questions were not answered")
    assert not unanswered


@pytest.mark.timeout(1200 if NIGHTLY else 150)
@pytest.mark.parametrize("at_once", AT_ONCE)
async def test_processes_come_and_go(tmp_path: Path, postgres_url: str, at_once: int) -> None:
    """One that joins or ends leaves no question unanswered; after a kill all are answered again within 15 seconds."""
    async with running(tmp_path, postgres_url, at_once) as bot:
        async with asking(bot):
            await bot.start(postgres_url)
            await bot.shared_out()
            assert await bot.end(bot.parts[0], signal.SIGTERM) == 0
            await bot.shared_out()
        took = list[float]()
        for number in range(KILLS):
            if number:
                await bot.start(postgres_url)
                await bot.shared_out()
            await asyncio.sleep(2 * LOOK_SECONDS)  # as in the middle of a day: everybody has seen who has what
            await bot.end(max(bot.parts, key=lambda each: each.has), signal.SIGKILL)
            took.append(await bot.all_answer(BACK_SECONDS))
            await bot.served(BACK_SECONDS)
        print(f"answered again after {', '.join(f'{each:.1f}' for each in took)} s, median {median(took):.1f}")
        assert len((await bot.api.state())["identifies"]) == SHARDS, "a session start was spent"


@pytest.mark.timeout(900 if NIGHTLY else 150)
async def test_the_database_is_away(tmp_path: Path, server: Server) -> None:
    """A restart of the database moves no shard; those of a process that is cut off from it are another's, never both's."""
    async with (
        tcp_proxy(server.url) as proxy,
        running(tmp_path, server.url, max(AT_ONCE), PROCESSES - 1) as bot,
    ):
        cut_off = await bot.start(proxy.url)
        await bot.shared_out()
        had = [each.has for each in bot.parts]
        for seconds in (0, 30) if NIGHTLY else (0,):
            await asyncio.to_thread(server.stop, "immediate")
            await asyncio.sleep(seconds)
            await asyncio.to_thread(server.start)
            print(f"away for {seconds} s, answered after {await bot.all_answer(BACK_SECONDS):.1f} s more")
            await asyncio.sleep(HANDOVER_SECONDS + 2 * LOOK_SECONDS)  # whoever wanted to take one would have it by now
            await bot.served()
            assert [each.has for each in bot.parts] == had
        proxy.stall()

        async def taken_over() -> bool:
            return cut_off.has == 0 and sum(each.has for each in bot.parts) == SHARDS

        await until(taken_over, "the others serve all", 30)
        await bot.all_answer(BACK_SECONDS)
        await bot.served()
        if NIGHTLY:
            await asyncio.sleep(40)
        proxy.heal()
        await bot.shared_out()
        await bot.all_answer(BACK_SECONDS)
        assert len((await bot.api.state())["identifies"]) == SHARDS, "a session start was spent"
