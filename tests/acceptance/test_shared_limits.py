"""Four processes with the same tokens on one PostgreSQL database: one broadcasts, three answer people."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.places import Platform
from bot.core.subscriptions import PlaceKind
from storage import SqlStore, open_store
from tests.acceptance.broadcast import ROOT, Desk, subscribe_many
from tests.acceptance.delivery_studio import DISCORD, NIGHTLY, TELEGRAM, private, room
from tests.acceptance.limits_process import CHANNEL, EACH, PERSON
from tests.acceptance.newsroom import until
from tests.builders import article, dossier
from tests.platforms.discord_api import DiscordApi, discord_api
from tests.platforms.discord_traffic import refusal
from tests.platforms.telegram_client import TelegramApi, telegram_api
from tests.services.test_shared_limits import worst
from tests.stores import take_over

pytestmark = [
    pytest.mark.timeout(900 if NIGHTLY else 120),
    pytest.mark.one_engine("is about processes on one PostgreSQL"),
]

LIMITS = {TELEGRAM: 30, DISCORD: 50}
CHATS = {TELEGRAM: 3_000, DISCORD: 5_000} if NIGHTLY else {TELEGRAM: 80, DISCORD: 130}
ASK = 1.0
"""How often somebody asks each of three processes, on each platform."""
PAUSE, HEARD = 3, 1.5
"""Seconds of a refusal, and until when all know of it: a word of it takes milliseconds, looking for it a second."""


class Cluster(Desk):
    """Four processes at work."""

    def __init__(
        self,
        store: SqlStore,
        telegram: TelegramApi,
        discord: DiscordApi,
        folder: Path,
        nursery: asyncio.subprocess.Process,
    ) -> None:
        super().__init__(store)
        self.telegram, self.discord = telegram, discord
        self.folder, self.nursery = folder, nursery

    async def tell(self, order: str) -> None:
        assert self.nursery.stdin is not None
        self.nursery.stdin.write(f"{order}\n".encode())
        await self.nursery.stdin.drain()

    async def stop(self) -> dict[str, float]:
        """End all processes as the service ends; returns when who asked what."""
        assert self.nursery.stdout is not None
        await self.tell("stop")
        assert await self.nursery.stdout.readline() == b"stopped\n"
        found: dict[str, float] = {}
        for path in self.folder.glob("*.json"):
            found |= json.loads(path.read_text())
        return found

    async def all_sent(self) -> None:
        async def none_open() -> bool:
            return (await self.store._database.fetch("select count(*) from deliveries where open = 1"))[0][0] == 0

        await until(none_open, "every delivery at its end", 600 if NIGHTLY else 60)


@asynccontextmanager
async def cluster(url: str, folder: Path) -> AsyncIterator[Cluster]:
    """Both platforms with their limits on, so many subscribers, and four processes that are connected."""
    store = await open_store(url)
    async with telegram_api() as telegram, discord_api() as discord:
        try:
            await take_over(store, dossier(article(text={"en": "If either side is attacked …"})))
            await telegram.limits(overall=LIMITS[TELEGRAM], private=True, group=20)
            await discord.limits(on=True, per_second=LIMITS[DISCORD], starts=1_000_000)
            await telegram.chats(int(private(0).id), CHATS[TELEGRAM])
            await telegram.chats(PERSON, 4 * EACH)
            await subscribe_many(store, map(private, range(CHATS[TELEGRAM])))
            await subscribe_many(store, map(room, range(CHATS[DISCORD])), kind=PlaceKind.GROUP.value)
            async with nursery(url, folder, telegram, discord) as process:
                made = Cluster(store, telegram, discord, folder, process)
                for order in ("sender send", "one answer", "two answer", "three answer"):
                    await made.tell(order)

                async def ready() -> bool:
                    return len(list(folder.glob("*.ready"))) == 4

                await until(ready, "four processes connected", 30)
                yield made
        finally:
            await store.close()


@asynccontextmanager
async def nursery(
    url: str, folder: Path, telegram: TelegramApi, discord: DiscordApi
) -> AsyncIterator[asyncio.subprocess.Process]:
    with (folder / "processes.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.acceptance.limits_process", "--database", url, "--folder", str(folder)),
            *("--telegram", telegram.url, "--telegram-token", telegram.token, "--ask", str(ASK)),
            *("--discord", discord.url, "--discord-token", discord.token),
            *("--telegram-limit", str(LIMITS[TELEGRAM]), "--discord-limit", str(LIMITS[DISCORD])),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"loaded\n", (folder / "processes.log").read_text()
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()  # it ends with its input, and its children with it
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way


@dataclass(frozen=True)
class Seen:
    """A message as it came to a platform. status: 200 where it was taken."""

    at: float
    chat: str
    status: int


async def seen(made: Cluster, platform: Platform) -> list[Seen]:
    """What was written on a platform, in order."""
    if platform is TELEGRAM:
        found = await made.telegram.records("sendMessage")
        return [Seen(each["time"], str(each["params"]["chat_id"]), each["status"]) for each in found]
    records = await made.discord.records("post_message")
    return [Seen(each["at"], each["path"].split("/")[4], each["status"]) for each in records]


def of_broadcast(platform: Platform, each: Seen) -> bool:
    return int(each.chat) < (PERSON if platform is TELEGRAM else CHANNEL)


async def test_four_processes_share_limits_and_pauses(prepared_postgres_url: str, tmp_path: Path) -> None:
    """Four processes use a limit to the full and send nothing too much; what one is refused none of them asks for."""
    async with cluster(prepared_postgres_url, tmp_path) as made:
        await made.publish("Envoys met")
        await made.all_sent()
        before = {platform: await seen(made, platform) for platform in LIMITS}
        await made.publish("Envoys met again")
        await under_way(made, before)
        await refuse(made)
        await made.all_sent()
        asked = await made.stop()
        for platform, limit in LIMITS.items():
            kept(platform, limit, before[platform], asked)
            await left_alone(made, platform)


def kept(platform: Platform, limit: int, every: list[Seen], asked: dict[str, float]) -> None:
    """A broadcast used a limit, answers to people and all, and kept it."""
    told = [each.at for each in every if of_broadcast(platform, each)]
    during = [each.at for each in every if told[0] <= each.at <= told[-1]]
    share = (len(during) - 1) / (during[-1] - during[0]) / limit
    print(f"\n{platform.value}: {len(told)} and {len(during) - len(told)} answers: {share:.3f} of {limit}/s")
    say_waits(platform, every, asked)
    assert [each for each in every if each.status != 200] == []
    assert len(told) == CHATS[platform]
    assert worst([each.at for each in every]) <= limit
    assert len(during) > len(told), "somebody was answered meanwhile"
    assert share >= 0.95 or not NIGHTLY  # of so few messages, a busy machine decides how many there are in a second


def say_waits(platform: Platform, every: list[Seen], asked: dict[str, float]) -> None:
    """Print how long people waited; the fake of Telegram tells the time of day."""
    ahead = 0.0 if platform is DISCORD else time.time() - time.monotonic()
    answers = [each for each in every if not of_broadcast(platform, each)]
    waits = sorted(each.at - ahead - asked[f"{platform.value}:{each.chat}"] for each in answers)
    print(f"  answered after: median {waits[len(waits) // 2]:.3f} s, p95 {waits[int(len(waits) * 0.95)]:.3f} s")


async def under_way(made: Cluster, before: dict[Platform, list[Seen]]) -> None:
    """Wait until the second broadcast is: Telegram does not say whose limit it is, several chats in a row are."""
    for platform in LIMITS:

        async def begun(platform: Platform = platform) -> bool:
            new = (await seen(made, platform))[len(before[platform]) :]
            return sum(of_broadcast(platform, each) for each in new) >= 10

        await until(begun, "a broadcast under way", 30)


async def refuse(made: Cluster) -> None:
    """Have both platforms refuse the whole bot, once said to whoever asks first."""
    reason = f"Too Many Requests: retry after {PAUSE}"
    await made.telegram.fault(method="sendMessage", status=429, description=reason, retry_after=PAUSE, holds=True)
    body, headers = refusal(PAUSE, "global")
    await made.discord.fault("POST /api/v10/channels/.*/messages$", status=429, body=body, headers=headers)


async def left_alone(made: Cluster, platform: Platform) -> None:
    """From the first refusal on, but for what was under way, nothing came until its time was over, and then all did."""
    every = await seen(made, platform)
    refused = [each for each in every if each.status == 429]
    began = refused[0].at
    print(f"  {len(refused)} refused, the last {refused[-1].at - began:.3f} s after the first")
    assert [each for each in every if began + HEARD < each.at < began + PAUSE] == []
    taken = Counter(each.chat for each in every if each.status == 200 and of_broadcast(platform, each))
    assert taken == {(private if platform is TELEGRAM else room)(number).id: 2 for number in range(CHATS[platform])}
