"""Four processes on one PostgreSQL that are killed, cut off and left without a database in the middle of a broadcast."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.core.places import Platform
from tests.acceptance.broadcast import BOTH, FIRST, Scene, deliveries, stage
from tests.acceptance.database_server import own_server
from tests.acceptance.delivery_studio import NIGHTLY
from tests.acceptance.newsroom import until
from tests.acceptance.service import Service, running_service
from tests.platforms.tcp_proxy import TcpProxy, tcp_proxy

CHATS, KILLS, CUT_SECONDS = (50_000, 40, 60.0) if NIGHTLY else (500, 2, 12.0)
PER_SECOND = {Platform.TELEGRAM: 400, Platform.DISCORD: 200} if NIGHTLY else dict.fromkeys(BOTH, 20)
ROLES = ("all", "all", "sender", "gateway") if NIGHTLY else ("all", "sender")
SENT_SECONDS = 3600 if NIGHTLY else 120
BACK_SECONDS = 15


@dataclass
class Member:
    """One process of several, with a network of its own to the database; it can be killed and started again."""

    folder: Path
    role: str
    proxy: TcpProxy
    settings: dict[str, str]
    scene: Scene
    _life: AsyncExitStack = field(default_factory=AsyncExitStack)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    service: Service | None = None
    ended: list[str] = field(default_factory=list)

    async def start(self, *, ready: bool = False) -> None:
        """Begin a new life."""
        async with self._one:
            await self._start(ready=ready)

    async def _start(self, *, ready: bool) -> None:
        running = running_service(
            self.folder,
            telegram=self.scene.telegram,
            discord=self.scene.discord,
            ready=ready,
            role=self.role,
            DATABASE_URL=self.proxy.url,
            **self.settings,
        )
        self.service = await self._life.enter_async_context(running)

    async def kill(self) -> None:
        """Kill -9."""
        async with self._one:
            await self._end()

    async def _end(self) -> None:
        if self.service is not None:
            if self.service.process.returncode is None:
                self.service.process.kill()
            await self._life.aclose()
            (self.folder / "service.log").rename(self.folder / f"{time.monotonic_ns()}.log")
            self.service = None

    async def supervise(self) -> None:
        """Start it again where it ended by itself, as a service manager does."""
        while True:
            await asyncio.sleep(1)
            async with self._one:
                if self.service is not None and self.service.process.returncode is not None:
                    self.ended.append(self.written())
                    await self._end()
                    await self._start(ready=False)

    def written(self) -> str:
        """The last that it logged."""
        return "" if self.service is None else self.service.written()[-3000:]

    async def stop(self) -> int:
        assert self.service is not None
        return await self.service.stop()


@asynccontextmanager
async def cluster(scene: Scene, folder: Path, *roles: str) -> AsyncIterator[list[Member]]:
    """A ready process of each role."""
    settings = {
        "TELEGRAM_MESSAGES_PER_SECOND": str(PER_SECOND[Platform.TELEGRAM]),
        "DISCORD_REQUESTS_PER_SECOND": str(PER_SECOND[Platform.DISCORD]),
        "DEFAULT_LOCALE": "en",
    }
    async with AsyncExitStack() as stack:
        members = []
        for number, role in enumerate(roles):
            own = folder / f"{number}-{role}"
            own.mkdir()
            proxy = await stack.enter_async_context(tcp_proxy(scene.url))
            members.append(Member(own, role, proxy, settings, scene))
            stack.push_async_callback(members[-1].kill)
        for each in members:
            await each.start(ready=True)
        guards = [asyncio.create_task(each.supervise()) for each in members]
        try:
            yield members
        finally:
            for guard in guards:
                guard.cancel()


@pytest.mark.timeout(2 * SENT_SECONDS)
async def test_a_broadcast_outlives_what_carries_it(tmp_path: Path) -> None:
    """Processes that are killed, a database that restarts, a cut network: every chat is told, and no limit is broken."""
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    with own_server() as server:
        async with stage(server.url, tmp_path, CHATS) as scene:
            await scene.telegram.limits(overall=PER_SECOND[Platform.TELEGRAM], private=True, group=20)
            await scene.discord.limits(on=True, per_second=PER_SECOND[Platform.DISCORD], keep=False, starts=1_000_000)
            async with cluster(scene, tmp_path, *ROLES) as members:
                await scene.publish("Envoys met in Pyongyang")
                began = time.monotonic()
                left = [await scene.open_rows()]

                async def goes_on(what: str) -> float:
                    """Wait until something more was sent; returns how long that took."""
                    before, since = await settled(scene), time.monotonic()

                    async def more() -> bool:
                        return await settled(scene) > before

                    try:
                        await until(more, f"sending goes on after {what}", 60)
                    except AssertionError:
                        print(*(each.written() for each in members), sep="\n\n")
                        raise
                    return time.monotonic() - since

                took: dict[str, list[float]] = {}
                for number in range(KILLS):
                    await asyncio.sleep(chance.uniform(0.5, 4.0))
                    victim = chance.choice(members) if NIGHTLY else members[number % len(members)]
                    await victim.kill()
                    await victim.start()
                    if await scene.open_rows():
                        took.setdefault("kill", []).append(await goes_on("a kill"))
                    if number == KILLS // 3:
                        await asyncio.to_thread(server.stop, "immediate")
                        await asyncio.sleep(1)
                        await asyncio.to_thread(server.start)
                        if await scene.open_rows():
                            took["restart"] = [await goes_on("a restart of the database")]
                    if number == KILLS // 2:
                        cut_off = members[0]
                        cut_off.proxy.stall()
                        if await scene.open_rows():
                            took["cut"] = [await goes_on("a cut")]
                        healing = asyncio.get_running_loop().call_later(CUT_SECONDS, cut_off.proxy.heal)
                left.append(await scene.open_rows())
                await scene.all_sent(SENT_SECONDS)
                seconds = time.monotonic() - began
                await asyncio.sleep(max(0.0, healing.when() - asyncio.get_running_loop().time()))
                rows = Counter((each.platform, each.state) for each in await deliveries(scene.store))
                print(f"seed {seed}: {dict(rows)} in {seconds:.0f} s; left at the last kill: {left[1]} of {left[0]}")
                print(
                    {
                        what: (f"{sorted(found)[len(found) // 2]:.1f}", f"{max(found):.1f}")
                        for what, found in took.items()
                    }
                )
                assert left[1] > 0 or not NIGHTLY, "the broadcast was over before the kills were"
                told = await scene.telegram.summary("Envoys met", first=FIRST[Platform.TELEGRAM], count=CHATS)
                there = await scene.discord.summary("Envoys met")
                print(
                    {
                        name: told[name]
                        for name in ("busiest_second", "given_429", "most_copies", "missing", "doubled", "reasons")
                    }
                )
                print({name: there[name] for name in ("most_in_a_second", "limited", "channels", "most_in_a_channel")})
                uncertain = sum(count for (_name, state), count in rows.items() if state == "uncertain")
                assert {state for _name, state in rows} <= {"delivered", "uncertain"}
                assert (there["channels"], there["most_in_a_channel"]) == (CHATS, 1), "once on Discord"
                assert told["most_copies"] <= 2
                assert told["missing"] <= uncertain, "whoever was not told stands among the uncertain ones"
                assert told["given_429"] == 0, [each.written() for each in members]
                assert set(there["limited"].values()) == {0}
                assert told["busiest_second"] <= PER_SECOND[Platform.TELEGRAM]
                assert there["most_in_a_second"] <= PER_SECOND[Platform.DISCORD]
                assert await scene.store.check() == ()
                print([each.ended for each in members])
                for each in members:
                    assert await each.stop() == 0, each.written()


async def settled(scene: Scene) -> int:
    rows = await scene.store._database.fetch("select count(*) from deliveries where state = 'delivered'")
    return int(rows[0][0])
