"""A broadcast to many chats on both fakes, by a sender that can be killed at any moment.

async with stage(url, chats=500) as scene, sender(scene) as sending:
    fact = await scene.publish("Envoys met")
    await sending.start()
    await scene.all_sent()
    copies = await scene.copies(Platform.TELEGRAM, fact)
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.authority import Role
from bot.core.deliveries import milliseconds
from bot.core.editorial import Policy, Severity
from bot.core.entries import Entry
from bot.core.places import ChatRef, Platform
from bot.core.subscriptions import MODES, Mode, PlaceKind
from bot.services.journal import LEASE_MS
from storage import SqlStore, open_store, schema
from tests.acceptance.newsroom import until
from tests.acceptance.service import environment, free_port
from tests.builders import AT, article, dossier, fact
from tests.newsroom import join
from tests.platforms.discord_api import DiscordApi, discord_api
from tests.platforms.telegram_client import TelegramApi, telegram_api
from tests.stores import take_over

ROOT = Path(__file__).parents[2]
BOTH = (Platform.TELEGRAM, Platform.DISCORD)
FIRST = {Platform.TELEGRAM: 5_000_001, Platform.DISCORD: 700_000_000_001}
"""The number of the first chat; the others come after it."""
AT_ONCE = Policy(undo_seconds=0)


def now() -> int:
    """Milliseconds since 1970."""
    return milliseconds(datetime.now(UTC))


def chat_of(platform: Platform, number: int) -> ChatRef:
    """The chat of a platform with this place in the order of chats."""
    return ChatRef(platform, str(FIRST[platform] + number))


PLAIN: dict[str, Any] = {
    "kind": PlaceKind.PRIVATE.value,
    "locale": "en",
    "zone": "UTC",
    "mode": MODES.index(Mode.INSTANT),
    "silent": 0,
    "digest_at": 540,
    "weekday": 0,
    "fallback": 0,
    "status": "active",
    "active": 1,
    "since": AT,
    "reason": "",
    "created_at": AT,
}


async def subscribe_many(store: SqlStore, chats: Iterable[ChatRef], **columns: Any) -> None:
    """Subscribe chats, a thousand in one statement. columns: other values than those of `PLAIN`."""
    rows = [
        PLAIN | {"place": str(each), "chat": str(replace(each, thread=None)), "platform": each.platform.value} | columns
        for each in chats
    ]

    async def work(connection: AsyncConnection) -> None:
        for start in range(0, len(rows), 1000):
            await connection.execute(insert(schema.subscriptions), rows[start : start + 1000])

    await (await store._writing())._units.run_tx(work)


@dataclass(frozen=True)
class Row:
    """A delivery as it stands in the store. chat: the one that its subscription is of."""

    id: int
    alert: int
    platform: Platform
    chat: str
    deed: str
    state: str
    owner: str
    lost: int
    message: str | None
    first_at: int | None
    settled_at: int | None


DELIVERIES = """
    select d.id, d.alert_id, d.platform, s.place, d.deed, d.state, d.owner, d.lost, d.message, d.first_at, d.settled_at
    from deliveries d join subscriptions s on s.id = d.subscription_id"""


async def deliveries(store: SqlStore, where: str = "1 = 1", **params: object) -> list[Row]:
    """Deliveries in the order of their numbers; where: a condition on `d` and on subscriptions `s`."""
    found = await store._database.fetch(f"{DELIVERIES} where {where} order by d.id", params)
    return [Row(each[0], each[1], Platform(each[2]), *each[3:]) for each in found]


AT_WORK = """
    select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
    and backend_type = 'client backend' and state <> 'idle'"""


class Desk:
    """Publishes what a test wants to have told, by the way every publication goes."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self._numbers = itertools.count(1)

    async def publish(self, text: str, severity: Severity = Severity.NORMAL) -> Entry:
        """A new fact that reads so, due at once."""
        return await self._decided(fact("", {"en": text}), severity)

    async def correct(self, entry: Entry, text: str) -> Entry:
        """Have a fact read otherwise."""
        return await self._decided(replace(entry, text={"en": text}), Severity.NORMAL)

    async def _decided(self, entry: Entry, severity: Severity) -> Entry:
        # New people each time: nobody may approve as much in a minute as a test wants.
        number, at = next(self._numbers), now() / 1000 - datetime.fromisoformat(AT).timestamp()
        author = await join(self.store, f"{number}01", Role.CONTRIBUTOR)
        editor = await join(self.store, f"{number}02")
        proposal = await author.propose(entry, at=at, severity=severity)
        decision = await editor.approve(proposal, at=at, policy=AT_ONCE)
        found = await self.store.entry(decision.proposal.entry.key)
        assert found is not None
        return found


@dataclass
class Scene(Desk):
    """Both fakes, and a store with as many subscriptions of each. `url`: of the store."""

    url: str
    store: SqlStore
    telegram: TelegramApi
    discord: DiscordApi
    chats: int
    folder: Path
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def open_rows(self) -> int:
        """How many deliveries have not come to their end."""
        return (await self.store._database.fetch("select count(*) from deliveries where open = 1"))[0][0]

    async def all_sent(self, seconds: float = 60) -> None:
        """Wait until every delivery has come to its end."""

        async def none_open() -> bool:
            return await self.open_rows() == 0

        await until(none_open, "every delivery at its end", seconds)

    async def undisturbed(self) -> None:
        """Wait until nothing of a sender that was killed is under way in the database any more."""
        if self.url.startswith("sqlite"):
            return  # what a dead process has not written, nobody will

        async def none_at_work() -> bool:
            return not await self.store._database.fetch(AT_WORK)

        await until(none_at_work, "the database has done with a dead sender", 30)

    async def copies(self, platform: Platform, mark: str) -> dict[str, Any]:
        """Of new messages that show `mark`: how many `copies`, in how many `chats`, the `most` in one."""
        if platform is Platform.TELEGRAM:
            told = await self.telegram.summary(mark)
            return {"copies": told["copies"], "chats": told["chats"], "most": told["most_copies"]}
        told = await self.discord.summary(mark)
        return {"copies": told["messages"], "chats": told["channels"], "most": told["most_in_a_channel"]}

    async def has(self, chat: ChatRef, mark: str) -> bool:
        """Whether a Telegram chat got a message that shows this."""
        return not (await self.telegram.summary(mark, first=int(chat.id), count=1))["missing"]


@asynccontextmanager
async def stage(url: str, folder: Path, chats: int, *, seconds: float = 0.0, **columns: Any) -> AsyncIterator[Scene]:
    """Fakes without limits that take `seconds` for a message, and `chats` chats of each, all subscribed.

    Chats are private on Telegram and ordinary channels on Discord. columns: see `subscribe_many`.
    """
    store = await open_store(url)
    try:
        await take_over(store, dossier(article()))
        async with telegram_api() as telegram, discord_api() as discord:
            await telegram.limits(overall=None, private=False, group=None)
            await telegram.chats(FIRST[Platform.TELEGRAM], chats)
            await telegram.keep(records=False)
            await discord.limits(keep=False, starts=1_000_000)
            if seconds:
                await telegram.fault(method="sendMessage", delay=seconds, count=10**9)
                await discord.fault("POST /api/v10/channels/.*/messages$", delay=seconds, times=10**9)
            for platform in BOTH:
                kind = PlaceKind.PRIVATE if platform is Platform.TELEGRAM else PlaceKind.GROUP
                everybody = (chat_of(platform, number) for number in range(chats))
                await subscribe_many(store, everybody, **({"kind": kind.value} | columns))
            yield Scene(url, store, telegram, discord, chats, folder)
    finally:
        await store.close()


class Mortal(Protocol):
    """Sends what is in a store, from `start` until it is killed; then it can be started again."""

    async def start(self) -> None:
        """Begin a new life."""
        ...

    async def kill(self) -> None:
        """Kill -9. Returns once the process is gone."""
        ...


class Program:
    """The whole program, as an operator starts it."""

    def __init__(self, scene: Scene, per_second: float) -> None:
        self._scene = scene
        self._settings = {
            "DATABASE_URL": scene.url,
            "TELEGRAM_BOT_TOKEN": scene.telegram.token,
            "TELEGRAM_API_URL": scene.telegram.url,
            "TELEGRAM_MESSAGES_PER_SECOND": str(per_second),
            "DISCORD_BOT_TOKEN": scene.discord.token,
            "DISCORD_API_URL": scene.discord.url,
            "DISCORD_REQUESTS_PER_SECOND": str(per_second),
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """See `Mortal`. It is not ready yet."""
        given = {**self._settings, "HTTP_ADDRESS": f"127.0.0.1:{free_port()}"}
        with (self._scene.folder / "program.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self._scene.folder,
                env=environment(self._scene.folder, **given),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """See `Mortal`."""
        if (process := self._process) is not None:
            self._process = None
            process.kill()
            await process.wait()
            process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way


@asynccontextmanager
async def program(scene: Scene, *, per_second: float) -> AsyncIterator[Program]:
    """The whole program on the store of a scene; what it logs goes into `program.log`."""
    made = Program(scene, per_second)
    try:
        yield made
    finally:
        await made.kill()


class Sender:
    """A child of `sender_process`; see `Mortal`."""

    def __init__(self, nursery: asyncio.subprocess.Process) -> None:
        self._nursery = nursery
        self._child = 0

    async def start(self) -> None:
        """Begin a new life, which takes a few milliseconds: everything is loaded already."""
        self._child = int(await self._ask("start"))

    async def kill(self) -> None:
        """Kill -9. Returns once the process is gone."""
        os.kill(self._child, signal.SIGKILL)
        await self._ask("wait")

    async def stop(self) -> None:
        """SIGTERM: what is under way comes to its end."""
        os.kill(self._child, signal.SIGTERM)
        status = await self._ask("wait")
        assert status == "0", f"the sender ended with {status}"

    async def _ask(self, what: str) -> str:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(f"{what}\n".encode())
        return (await self._nursery.stdout.readline()).decode().strip()


@asynccontextmanager
async def sender(scene: Scene, per_second: float = 1000.0, lease_ms: int = LEASE_MS) -> AsyncIterator[Sender]:
    """A sender of what is in the store of a scene; what it logs goes into `sender.log`."""
    with (scene.folder / "sender.log").open("ab") as log:
        nursery = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.acceptance.sender_process"),
            *("--database", scene.url, "--telegram", scene.telegram.url, "--telegram-token", scene.telegram.token),
            *("--discord", scene.discord.url, "--discord-token", scene.discord.token),
            *("--per-second", str(per_second), "--lease-ms", str(lease_ms)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        assert nursery.stdout is not None
        assert await nursery.stdout.readline() == b"loaded\n", (scene.folder / "sender.log").read_text()
        yield Sender(nursery)
    finally:
        assert nursery.stdin is not None
        nursery.stdin.close()  # it ends with its input, and its child with it
        await nursery.wait()
        nursery._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way
