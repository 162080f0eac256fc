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
from tempfile import TemporaryDirectory

import pytest

from bot.core.places import Platform
from tests.acceptance.broadcast import BOTH, FIRST, Scene, deliveries, stage
from tests.acceptance.database_server import Server, own_server
from tests.acceptance.delivery_studio import NIGHTLY
from tests.acceptance.newsroom import until
from tests.acceptance.service import Service, running_service
from tests.platforms.tcp_proxy import TcpProxy, tcp_proxy

pytestmark = pytest.mark.one_engine("is about processes on one PostgreSQL")

CHATS, KILLS, CUT_SECONDS = (50_000, 40, 60.0) if NIGHTLY else (300, 2, 11.0)
PER_SECOND = {Platform.TELEGRAM: 400, Platform.DISCORD: 200} if NIGHTLY else dict.fromkeys(BOTH, 20)
ROLES = ("all", "all", "sender", "gateway") if NIGHTLY else ("all", "sender")
SENT_SECONDS = 3600 if NIGHTLY else 120


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


@dataclass
class Chaos:
    """What is done to a cluster in mid-broadcast, and how long (seconds) it took until something more was sent."""

    scene: Scene
    members: list[Member]
    took: dict[str, list[float]] = field(default_factory=dict)

    async def kill(self, victim: Member) -> None:
        """Kill -9 one process, which is started again at once."""
        await victim.kill()
        await victim.start()
        await self._goes_on("kill")

    async def crash(self, server: Server) -> None:
        """The database loses its power and is back a second later."""
        await asyncio.to_thread(server.stop, "immediate")
        await asyncio.sleep(1)
        await asyncio.to_thread(server.start)
        await self._goes_on("restart of the database")

    async def fail_over(self, server: Server, sockets: Path, *more: TcpProxy) -> None:
        """The database is another one, at another address."""
        proxies = [*(each.proxy for each in self.members), *more]
        await asyncio.gather(*(each.cut() for each in proxies))
        await asyncio.to_thread(server.stop, "immediate")
        socket = await asyncio.to_thread(server.start_elsewhere, sockets)
        for each in proxies:
            each.redirect(socket)
            each.heal()
        await self._goes_on("fail-over")

    async def cut_off(self, victim: Member) -> asyncio.Task[None]:
        """One process hears nothing of the database for a while; returns what heals it."""
        victim.proxy.stall()
        healing = asyncio.create_task(self._heal(victim))
        await self._goes_on("cut")
        return healing

    async def _heal(self, victim: Member) -> None:
        await asyncio.sleep(CUT_SECONDS)
        victim.proxy.heal()

    async def _goes_on(self, after: str) -> None:
        before, since = await self._sent(), time.monotonic()
        if not await self.scene.open_rows():
            return

        async def more() -> bool:
            return await self._sent() > before

        await until(more, f"sending goes on after a {after}", 60)
        self.took.setdefault(after, []).append(time.monotonic() - since)

    async def _sent(self) -> int:
        rows = await self.scene.store._database.fetch("select count(*) from deliveries where state = 'delivered'")
        return int(rows[0][0])

    def told(self) -> str:
        """Median and longest of each."""
        return "; ".join(
            f"{what}: {sorted(found)[len(found) // 2]:.1f} s, at most {max(found):.1f}, {len(found)} times"
            for what, found in self.took.items()
        )


@pytest.mark.timeout(2 * SENT_SECONDS)
async def test_a_broadcast_outlives_what_carries_it(tmp_path: Path) -> None:
    """Processes that are killed, a database that fails over, a cut network: every chat is told, and no limit is broken."""
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        server = stack.enter_context(own_server())
        sockets = Path(stack.enter_context(TemporaryDirectory(prefix="pg")))
        own = await stack.enter_async_context(tcp_proxy(server.url))
        scene = await stack.enter_async_context(stage(own.url, tmp_path, CHATS))
        await scene.telegram.limits(overall=PER_SECOND[Platform.TELEGRAM], private=True, group=20)
        await scene.discord.limits(on=True, per_second=PER_SECOND[Platform.DISCORD], keep=False, starts=1_000_000)
        members = await stack.enter_async_context(cluster(scene, tmp_path, *ROLES))
        chaos, began = Chaos(scene, members), time.monotonic()
        await scene.publish("Envoys met in Pyongyang")
        healing = None
        for number in range(KILLS):
            await asyncio.sleep(chance.uniform(0.5, 4.0))
            await chaos.kill(chance.choice(members) if NIGHTLY else members[number % len(members)])
            if NIGHTLY and number == KILLS // 4:
                await chaos.crash(server)
            if number == KILLS // 3:
                await chaos.fail_over(server, sockets, own)
            if number == KILLS // 2:
                healing = await chaos.cut_off(members[0])
        left = await scene.open_rows()
        await scene.all_sent(SENT_SECONDS)
        seconds = time.monotonic() - began
        assert healing is not None
        await healing
        print(
            f"seed {seed}: {2 * CHATS} deliveries in {seconds:.0f} s, {left} of them after the last kill; {chaos.told()}"
        )
        assert left > 0, "the broadcast was over before the kills were"
        await everybody_was_told(scene)
        for each in members:
            assert await each.stop() == 0, each.written()


async def everybody_was_told(scene: Scene) -> None:
    """Every chat has its message, on Discord once, nobody was asked for more than the limit, and the logs are whole."""
    rows = Counter((each.platform.value, each.state) for each in await deliveries(scene.store))
    there = await scene.telegram.summary("Envoys met", first=FIRST[Platform.TELEGRAM], count=CHATS)
    on_discord = await scene.discord.summary("Envoys met")
    print(dict(rows))
    print(
        {name: there[name] for name in ("busiest_second", "given_429", "reasons", "most_copies", "missing", "doubled")}
    )
    print({name: on_discord[name] for name in ("most_in_a_second", "limited", "channels", "most_in_a_channel")})
    uncertain = sum(count for (_name, state), count in rows.items() if state == "uncertain")
    assert {state for _name, state in rows} <= {"delivered", "uncertain"}
    assert (on_discord["channels"], on_discord["most_in_a_channel"]) == (CHATS, 1), "once on Discord"
    assert there["most_copies"] <= 2
    assert there["missing"] <= uncertain, "whoever was not told stands among the uncertain ones"
    assert (there["given_429"], set(on_discord["limited"].values())) == (0, {0})
    assert there["busiest_second"] <= PER_SECOND[Platform.TELEGRAM]
    assert on_discord["most_in_a_second"] <= PER_SECOND[Platform.DISCORD]
    assert await scene.store.check() == ()
