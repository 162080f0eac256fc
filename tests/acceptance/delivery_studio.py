"""The delivering half of the product in this process, with the real libraries on both fakes, restarted at will.

    async with open_agency(fakes) as agency:
        await agency.subscribe(private(1), room(1))
        fact = await agency.publish("Envoys met")
        await agency.all_sent()

The fakes are shared by all tests of a worker and are as new for each.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.adapters.discord.platform import DiscordPlatform
from bot.adapters.telegram.platform import TelegramPlatform
from bot.app import REFRESH_SECONDS, Core, open_core
from bot.core.authority import Role
from bot.core.editorial import Policy, ProposalKind, Severity
from bot.core.entries import Entry, Status
from bot.core.places import ChatRef, Platform
from bot.core.subscriptions import PlaceKind, Subscription
from bot.core.times import stamp
from bot.services.delivery import Broadcaster
from bot.services.governor import Governor, Limits
from bot.services.inbox import StoredInbox
from storage import open_store
from tests.acceptance.broadcast import Row, deliveries, subscribe_many
from tests.acceptance.newsroom import until
from tests.builders import AT, article, dossier, fact
from tests.cores import WORDS, on
from tests.newsroom import join
from tests.platforms.discord_api import DiscordApi, read_message
from tests.platforms.process import shared
from tests.platforms.telegram_api import TOKEN
from tests.platforms.telegram_client import TelegramApi
from tests.stores import copy_of, database_on, take_over

NIGHTLY = os.environ.get("PACTWATCH_NIGHTLY") == "1"
"""Whether tests run at the sizes that the goals are stated for."""
TELEGRAM, DISCORD = Platform.TELEGRAM, Platform.DISCORD
BOTH = (TELEGRAM, DISCORD)
FAST = Limits(1000.0, private=0.0, group=0.0)
AT_ONCE = Policy(undo_seconds=0)
PATIENCE = 30.0


def private(number: int) -> ChatRef:
    """A person's chat on Telegram."""
    return ChatRef(TELEGRAM, str(5_000_000 + number))


def group(number: int, thread: int | None = None) -> ChatRef:
    """A group on Telegram, or a topic of it."""
    return ChatRef(TELEGRAM, str(-1_000_000_000_000 - number), None if thread is None else str(thread))


def room(number: int) -> ChatRef:
    """A channel on Discord."""
    return ChatRef(DISCORD, str(700_000_000_000 + number))


@dataclass
class StageClock:
    """A time of day that goes on with the loop's time, and can be put forward."""

    time: Callable[[], float]
    begun: datetime

    def __post_init__(self) -> None:
        self._zero = self.time()

    def now(self) -> datetime:
        return self.begun + timedelta(seconds=self.time() - self._zero)

    def passes(self, **span: float) -> None:
        """Let so many `seconds`, `minutes`, `hours` pass at once."""
        self.begun += timedelta(**span)


@dataclass(frozen=True)
class Fakes:
    """Where the fake platforms listen, a database to copy, and where a test may write."""

    telegram: int
    discord: int
    template: str
    folder: Path


@pytest.fixture(scope="session")
def telegram_port() -> Iterator[int]:
    with shared("tests.platforms.telegram_api") as port:
        yield port


@pytest.fixture(scope="session")
def discord_port() -> Iterator[int]:
    with shared("tests.platforms.discord_control") as port:
        yield port


@contextmanager
def _small_template(engine: str, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[str]:
    async def fill(url: str) -> None:
        store = await open_store(url)
        await take_over(store, dossier(article(text={"en": "If either side is attacked …", "it": "In caso …"})))
        await store.close()

    with database_on(engine, request, folders.mktemp("small") / "store.db") as url:
        asyncio.run(fill(url))
        yield url


@pytest.fixture(scope="session")
def small_template_on_sqlite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database in which the fourth article stands and nothing else; see `copy_of`."""
    with _small_template("sqlite", request, tmp_path_factory) as url:
        yield url


@pytest.fixture(scope="session")
def small_template_on_postgres(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same on PostgreSQL."""
    with _small_template("postgres", request, tmp_path_factory) as url:
        yield url


@pytest.fixture
def small_template(engine: str, request: pytest.FixtureRequest) -> str:
    """The same on the engine that a test runs on."""
    return str(request.getfixturevalue(f"small_template_on_{engine}"))


@pytest.fixture
def fakes(
    telegram_port: int, discord_port: int, small_template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Fakes:
    monkeypatch.chdir(tmp_path)
    return Fakes(telegram_port, discord_port, small_template, tmp_path)


@pytest.fixture
async def agency(fakes: Fakes) -> AsyncIterator[Agency]:
    """An agency on both platforms, which limit nothing."""
    async with open_agency(fakes) as opened:
        yield opened


class Agency:
    """Publishes, and sends what follows from it, from `start` until `stop` or `crash`; then it can start again."""

    def __init__(
        self,
        core: Core,
        clock: StageClock,
        telegram: TelegramApi,
        discord: DiscordApi,
        *,
        url: str,
        limits: dict[Platform, Limits],
        lease_ms: int,
    ) -> None:
        self.core, self.clock, self.url = core, clock, url
        self.telegram, self.discord = telegram, discord
        self.governors: dict[Platform, Governor] = {}
        self._limits, self._lease_ms = limits, lease_ms
        self._numbers = itertools.count(1)
        self._platforms: dict[Platform, TelegramPlatform | DiscordPlatform] = {}
        self._senders: list[Broadcaster] = []
        self._inbox: StoredInbox | None = None

    # Sending

    async def start(self) -> None:
        """Connect, and begin to send."""
        core, loop = self.core, asyncio.get_running_loop()
        self.governors = {
            name: Governor(name, each, core.store.outbox, now=core.now, monotonic=loop.time)
            for name, each in self._limits.items()
        }
        self._inbox = StoredInbox(core.store, core.clock, "telegram")
        await self._inbox.open()
        self._platforms = {name: self._platform(name, self._inbox) for name in self._limits}
        for each in self._platforms.values():
            await each.start()

        async def connected() -> bool:
            return all(each.carrier.connected and each.ready for each in self._platforms.values())

        await until(connected, "all platforms connected", 20)
        self._senders = [
            Broadcaster(
                name,
                each.carrier,
                self.governors[name],
                core.store.outbox,
                core.announcements,
                now=core.now,
                lease_ms=self._lease_ms,
            )
            for name, each in self._platforms.items()
        ]
        for sender in self._senders:
            await sender.start()

    def _platform(self, name: Platform, inbox: StoredInbox) -> TelegramPlatform | DiscordPlatform:
        shared_by_all: dict[str, Any] = {
            "answers": self.core.dispatcher,
            "commands": (),
            "words": WORDS,
            "default_locale": "en",
            "spent": self.governors[name].spent,
        }
        if name is TELEGRAM:
            shared_by_all["room"] = self.governors[name].room
            return TelegramPlatform(token=self.telegram.token, api_url=self.telegram.url, inbox=inbox, **shared_by_all)
        return DiscordPlatform(token=self.discord.token, api_url=self.discord.url, **shared_by_all)

    async def stop(self) -> None:
        """End as the service does."""
        senders, self._senders = self._senders, []
        await asyncio.gather(*(each.stop() for each in senders))
        await self._disconnect()

    async def crash(self) -> None:
        """End in the middle of everything: what was under way is neither awaited nor written down."""
        senders, self._senders = self._senders, []
        tasks = [task for each in senders for task in each._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._disconnect()

    async def restart(self) -> None:
        """Crash, and come up again once nothing is anybody's any more."""
        await self.crash()
        self.clock.passes(seconds=self._lease_ms / 1000)
        await self.start()

    async def _disconnect(self) -> None:
        platforms, self._platforms = self._platforms, {}
        await asyncio.gather(*(each.stop() for each in platforms.values()))
        if self._inbox is not None:
            await self._inbox.close()
            self._inbox = None

    # Publishing

    async def subscribe(self, *places: ChatRef, **columns: Any) -> None:
        """Subscribe places to everything at once; see `broadcast.PLAIN` for other values."""
        for kind in PlaceKind:
            await subscribe_many(
                self.core.store,
                [each for each in places if _kind(each) is kind],
                **({"kind": kind.value} | columns),
            )

    async def keep(self, place: ChatRef, **wishes: Any) -> Subscription:
        """Subscribe one place by way of the store, which also says when its digests are due."""
        plain: dict[str, Any] = {"kind": _kind(place), "locale": "en", "zone": "UTC"}
        wanted = Subscription(place, **(plain | wishes))
        return await self.core.store.subscribers.keep_subscription(wanted, self._now(), self.core.now())

    async def publish(self, text: str, severity: Severity = Severity.NORMAL) -> Entry:
        """A new fact that reads so, due at once."""
        return await self._decided(fact("", {"en": text}), severity=severity)

    async def correct(self, entry: Entry, text: str, note: str = "") -> Entry:
        """Have a fact read otherwise."""
        return await self._decided(replace(await self._current(entry), text={"en": text}), note=note)

    async def retract(self, entry: Entry, reason: str) -> Entry:
        """Take a fact back."""
        gone = replace(await self._current(entry), status=Status.RETRACTED, retraction=reason)
        return await self._decided(gone, kind=ProposalKind.RETRACT, reason=reason)

    async def _current(self, entry: Entry) -> Entry:
        found = await self.core.store.entry(entry.key)
        assert found is not None
        return found

    async def _decided(self, entry: Entry, **wanted: Any) -> Entry:
        # New people each time: nobody may approve as much in a minute as a test wants.
        number, at = next(self._numbers), (self.clock.now() - datetime.fromisoformat(AT)).total_seconds()
        author = await join(self.core.store, f"{number}01", Role.CONTRIBUTOR)
        editor = await join(self.core.store, f"{number}02")
        proposal = await author.propose(entry, at=at, **wanted)
        decision = await editor.approve(proposal, at=at, policy=AT_ONCE)
        return await self._current(decision.proposal.entry)

    def _now(self) -> str:
        return stamp(self.clock.now())

    # What came of it

    async def rows(self, where: str = "1 = 1", **params: object) -> list[Row]:
        """Deliveries in the order of their numbers."""
        return await deliveries(self.core.store, where, **params)

    async def states(self, where: str = "1 = 1", **params: object) -> dict[str, int]:
        """How many deliveries are in which state."""
        found = [each.state for each in await self.rows(where, **params)]
        return {state: found.count(state) for state in sorted(set(found))}

    async def open_rows(self) -> int:
        """How many deliveries have not come to their end."""
        return int((await self.core.store._database.fetch("select count(*) from deliveries where open = 1"))[0][0])

    async def all_sent(self, seconds: float = PATIENCE, *, but: int = 0) -> None:
        """Wait until every delivery, but for so many, has come to its end."""

        async def none_open() -> bool:
            return await self.open_rows() <= but

        await until(none_open, f"every delivery but {but} at its end", seconds)

    async def subscriptions(self, chat: ChatRef | None = None) -> dict[str, str]:
        """Place → status, of all or of those in one chat."""
        found = await self.core.store._database.fetch("select place, chat, status from subscriptions order by id")
        return {row[0]: row[2] for row in found if chat is None or row[1] == str(chat)}

    async def status(self, place: ChatRef) -> str:
        """How the subscription of a place stands."""
        return (await self.subscriptions())[str(place)]

    async def becomes(self, place: ChatRef, status: str) -> None:
        """Wait until the subscription of a place stands so."""

        async def is_so() -> bool:
            return (await self.subscriptions()).get(str(place)) == status

        await until(is_so, f"{place} {status}")

    async def refreshing(self, every: float) -> None:
        """What the program does every second."""
        while True:
            await self.core.refresh()
            await self.core.digests.make_due()
            await asyncio.sleep(every)


def _kind(place: ChatRef) -> PlaceKind:
    return PlaceKind.PRIVATE if place.platform is TELEGRAM and int(place.id) > 0 else PlaceKind.GROUP


@asynccontextmanager
async def open_agency(
    fakes: Fakes,
    platforms: Iterable[Platform] = BOTH,
    *,
    lease_ms: int = 15_000,
    begun: datetime | None = None,
    every: float = REFRESH_SECONDS,
    **limits: Limits,
) -> AsyncIterator[Agency]:
    """An agency that is connected and sends. limits: by platform, where not `FAST`. begun: what time it is; now.

    every: seconds between two looks at what is due.
    """
    clock = StageClock(asyncio.get_running_loop().time, begun or datetime.now(UTC))
    async with AsyncExitStack() as stack:
        url = stack.enter_context(copy_of(fakes.template, fakes.folder / "store.db"))
        given = on(url, owners="telegram:1", default_locale="en", default_timezone="UTC")
        session = await stack.enter_async_context(aiohttp.ClientSession())
        telegram = TelegramApi(f"http://127.0.0.1:{fakes.telegram}", TOKEN, session)
        discord = DiscordApi(fakes.discord, session)
        await telegram.order("reset")
        await telegram.limits(overall=None, private=False, group=None)
        await discord.reset(everything=True)
        await discord.limits(starts=1_000_000)
        core = await stack.enter_async_context(open_core(given, clock=clock, words=WORDS, fill=False, semantic=False))
        agency = Agency(
            core,
            clock,
            telegram,
            discord,
            url=url,
            limits={each: limits.get(each.value, FAST) for each in platforms},
            lease_ms=lease_ms,
        )
        refreshing = asyncio.create_task(agency.refreshing(every))
        try:
            await agency.start()
            yield agency
        finally:
            refreshing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await refreshing
            await agency.stop()


async def ask(agency: Agency, mark: str = "attacked", line: str = "/treaty 4") -> None:
    """Somebody new on Telegram types a command and waits for the answer, which shows `mark`."""
    before = (await agency.telegram.summary(mark))["copies"]
    number = next(agency._numbers)
    await agency.telegram.write(line, user={"id": 9_000_000 + number, "language_code": "en"})

    async def answered() -> bool:
        return (await agency.telegram.summary(mark))["copies"] > before

    await until(answered, f"an answer to {line}")


async def posts(agency: Agency, place: ChatRef) -> list[str]:
    """The texts of the new messages in a place, the oldest first, as they are now."""
    if place.platform is DISCORD:
        found = (await agency.discord.state())["messages"]
        return [read_message(each).text for each in found if each["channel_id"] == (place.thread or place.id)]
    now: dict[int, str] = {}
    for each in await agency.telegram.sent(chat=int(place.id), edits=True):
        now[each.id] = each.text
    return list(now.values())


async def requests(agency: Agency, place: ChatRef) -> int:
    """How often it was tried to post into a place, in vain or not."""
    if place.platform is TELEGRAM:
        return len(await agency.telegram.records("sendMessage", chat=int(place.id)))
    found = await agency.discord.records("post_message")
    return sum(f"/channels/{place.thread or place.id}/" in each["path"] for each in found)
