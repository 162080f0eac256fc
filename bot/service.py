"""The running service: the platforms that have a token, what is pushed to them, and when this process may do that."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from bot.adapters.web.platform import Metrics, Webhook, WebPlatform
from bot.app import REFRESH_SECONDS, Core, open_core, while_
from bot.clock import Ticker
from bot.core.leases import News
from bot.core.outbox import Carrier
from bot.core.places import Platform
from bot.core.ports import Clock, Inbox, Outlet
from bot.core.telemetry import Telemetry
from bot.core.times import SteadyClock
from bot.duties import Duties, ProcessRole
from bot.heartbeat import Heartbeat, ServiceManager
from bot.instances import hold, mark
from bot.logs import lost_lines, redacted
from bot.metrics import CONTENT_TYPE, Counts, Levels
from bot.services.delivery import Broadcaster
from bot.services.governor import Governor, Limits
from bot.services.inbox import inbox_of
from bot.services.review import ReviewChats
from bot.services.watch import Watch
from bot.settings import Settings
from bot.stopping import Stopping
from handlers import COMMANDS
from storage import SqlStore, open_leases

log = logging.getLogger(__name__)

WATCH_SECONDS = LATE_ANSWERS_SECONDS = 5.0
READ_SECONDS = 2.0
PART_SECONDS, LAST_SECONDS = 4.0, 0.7
"""What ends together has so long to do it: twice the first and once the second stay below the deadline of a stop."""


class Running(Outlet, Protocol):
    """What every platform can do. carrier: by which the outbox is sent."""

    @property
    def carrier(self) -> Carrier:
        """By which the outbox is sent."""
        ...

    @property
    def served(self) -> bool:
        """Whether it once came so far that its platform knew it."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it takes commands."""
        ...

    @property
    def failure(self) -> str | None:
        """Why it can't go on without the operator (said in the log); None while it runs or still tries."""
        ...

    @property
    def rivalled(self) -> bool:
        """Whether the failure is another program that had this token first: then nothing of this service may go on."""
        ...

    async def start(self) -> None:
        """Begin."""
        ...

    async def stop(self) -> None:
        """End, within four seconds: all of a service has ten."""
        ...


async def run_service(settings: Settings, role: ProcessRole = ProcessRole.ALL) -> int:
    """Serve every platform that has a token, until SIGTERM or SIGINT. Raises TokenTaken where another one does."""
    stopping = Stopping()
    stopping.listen()
    marks = _marks(settings)
    shared = not settings.database_url.startswith("sqlite")
    # A service manager may give each service a temporary folder of its own; the database is where it is.
    beside = () if shared else (Path(settings.database_url.removeprefix("sqlite:///")).parent,)
    clock = SteadyClock()
    try:
        async with (
            hold(marks, Path(tempfile.gettempdir()), *beside, shared=shared),
            open_leases(settings.database_url, clock.agree) as leases,
        ):
            known = {Platform(setting.partition("_")[0].lower()): each.hex() for setting, each in marks.items()}
            return await _serve(settings, stopping, Duties(role, leases, known), clock)
    except asyncio.CancelledError:
        if not stopping.asked.is_set():
            raise
        log.info("asked to end while still starting")
        return 0


def _freeze() -> None:
    """What was built so far lives to the end: the collector need not look at it again in mid-answer."""
    gc.collect()
    gc.freeze()


def _marks(settings: Settings) -> dict[str, bytes]:
    """What each token is known by to other processes."""
    tokens = {
        "TELEGRAM_BOT_TOKEN": (settings.telegram_bot_token, settings.telegram_api_url),
        "DISCORD_BOT_TOKEN": (settings.discord_bot_token, settings.discord_api_url),
    }
    return {name: mark(token.get_secret_value(), url) for name, (token, url) in tokens.items() if token}


async def _serve(settings: Settings, stopping: Stopping, duties: Duties, clock: Clock) -> int:
    vitals = _Vitals(duties)
    vitals.heartbeat.start()
    async with open_core(settings, clock=clock, makes_vectors=duties.ticks, telemetry=vitals.counts) as core:
        inbox = inbox_of(core.store, core.clock, "telegram")
        governors = _governors(settings, core, duties, vitals.counts)
        platforms = _platforms(settings, core, duties, inbox, governors, refused=vitals.counts.refused)
        database = _Database(core.store)
        vitals.ready |= {name: partial(_is_up, each) for name, each in platforms.items()}
        vitals.ready["database"] = lambda: database.readable and not core.store.damaged
        outlets = {Platform(name): each for name, each in platforms.items()}
        levels = vitals.levels(settings, core, {name: governors[name] for name in outlets})
        metrics = Metrics(levels.page, CONTENT_TYPE)
        webhook = _webhook(settings, platforms) if duties.role.answers else None
        web = WebPlatform(settings.http_address, vitals.parts, webhook, metrics)

        def given_up() -> bool:
            # What once served stays to say that it is off; a start that comes to nothing ends.
            never = all(each.failure and not each.served for each in platforms.values())
            return never or any(each.rivalled for each in platforms.values())

        async def end_when_given_up() -> None:
            if given_up():
                stopping.asked.set()

        senders = _senders(core, duties, outlets, governors, vitals.counts) if duties.role.sends else []
        ticker = Ticker()
        ticker.every(REFRESH_SECONDS, end_when_given_up)
        ticker.every(REFRESH_SECONDS, database.look)
        ticker.every(3600, inbox.prune)
        core.keep_time(ticker, duties.ticks)
        _hear(core, duties, senders)
        _speak_unasked(settings, core, duties, outlets, governors, ticker=ticker)
        try:
            await web.start()
            await core.recognise()
            await inbox.open()
            await duties.start({name: governors[name] for name in outlets})
            await asyncio.gather(*(each.start() for each in platforms.values()))
            ticker.start()
            await core.store.warm_up()
            await core.examine()
            await asyncio.gather(*(each.start() for each in senders))
            stopping.starting = False
            _freeze()
            await stopping.asked.wait()
        except OSError as error:
            print(f"HTTP_ADDRESS {settings.http_address}: {error.strerror or error}", file=sys.stderr)
            return 1
        finally:
            stopping.starting = False
            vitals.manager.tell("STOPPING=1", "STATUS=ending")
            # First what is pushed: its platform must still be there for what is under way.
            await _ended("sending", duties.stop(), ticker.stop(), *(each.stop() for each in senders))
            await _ended("a platform", *(each.stop() for each in platforms.values()))
            await _ended("the last writes", web.stop(), inbox.close(), seconds=LAST_SECONDS)
            vitals.heartbeat.stop()
    return 1 if given_up() else 0


def _hear(core: Core, duties: Duties, senders: Iterable[Broadcaster]) -> None:
    """Take up what other processes change, and what this one does, at once."""
    duties.leases.listen(core.told)
    for each in senders:
        core.hearing.on(News.OUTBOX, each.wake)


def _governors(settings: Settings, core: Core, duties: Duties, telemetry: Telemetry) -> dict[Platform, Governor]:
    """How fast each platform may be written to, by all processes with its token together."""
    limits = {
        Platform.TELEGRAM: Limits(settings.telegram_messages_per_second),
        # Five in five seconds to a channel.
        Platform.DISCORD: Limits(settings.discord_requests_per_second, private=1.0, group=1.0),
    }
    governors = {
        name: Governor(
            name,
            each,
            core.store.outbox,
            now=core.now,
            telemetry=telemetry,
            permits=core.store.permits if name in duties.marks else None,
            members=partial(duties.leases.members, duties.sharing(name)),
        )
        for name, each in limits.items()
    }
    for each in governors.values():
        duties.leases.listen(each.told)
    return governors


def _platforms(
    settings: Settings,
    core: Core,
    duties: Duties,
    inbox: Inbox,
    governors: Mapping[Platform, Governor],
    *,
    refused: Callable[[Platform, int], None],
) -> dict[str, Running]:
    """The platforms that have a token. Each library is imported only where it is used: both cost half a second."""
    found: dict[str, Running] = {}
    words = core.services.words
    if settings.telegram_bot_token:
        from bot.adapters.telegram.platform import TelegramPlatform  # noqa: PLC0415

        secret = settings.telegram_webhook_secret
        found["telegram"] = TelegramPlatform(
            token=settings.telegram_bot_token.get_secret_value(),
            api_url=settings.telegram_api_url,
            answers=core.dispatcher,
            inbox=inbox,
            commands=COMMANDS,
            words=words,
            default_locale=settings.default_locale,
            story=core.services.lookup.catalogue.story,
            webhook_url=settings.telegram_webhook_url,
            webhook_secret=secret.get_secret_value() if secret else None,
            room=governors[Platform.TELEGRAM].room,
            spent=governors[Platform.TELEGRAM].spent,
            limited=governors[Platform.TELEGRAM].limited,
            messages_per_second=settings.telegram_messages_per_second,
            on_refused=partial(refused, Platform.TELEGRAM),
            leases=duties.leases,
            duty=duties.taking_in[Platform.TELEGRAM],
            takes_in=duties.role.answers if settings.telegram_webhook_url else duties.role.connects,
        )
    if settings.discord_bot_token and duties.role is not ProcessRole.WEB:
        from bot.adapters.discord.platform import DiscordPlatform  # noqa: PLC0415

        found["discord"] = DiscordPlatform(
            token=settings.discord_bot_token.get_secret_value(),
            api_url=settings.discord_api_url,
            answers=core.dispatcher,
            commands=COMMANDS,
            words=words,
            default_locale=settings.default_locale,
            room=governors[Platform.DISCORD].room,
            spent=governors[Platform.DISCORD].spent,
            limited=governors[Platform.DISCORD].limited,
            on_invalid=partial(refused, Platform.DISCORD),
            leases=duties.leases,
            sessions=core.store.sessions(duties.marks[Platform.DISCORD]),
            mark=duties.marks[Platform.DISCORD],
            takes_in=duties.role.connects,
        )
    return found


def _speak_unasked(
    settings: Settings,
    core: Core,
    duties: Duties,
    outlets: Mapping[Platform, Running],
    governors: Mapping[Platform, Governor],
    *,
    ticker: Ticker,
) -> None:
    """Have the clock bring review cards, rehearsals, warnings and late answers to the platforms."""
    services = core.services
    cards = ReviewChats(
        core.store, services.review, services.buttons, services.preferences, services.words, services.desk.policy
    )
    watch = Watch(core.store.outbox, settings.owners, core.words_of, core.now)
    carriers = {name: each.carrier for name, each in outlets.items()}
    # What is rehearsed waits in the memory of the process that was asked.
    ticker.every(REFRESH_SECONDS, core.released(lambda: services.rehearsals.show(outlets)))

    async def tell_of_ends() -> None:
        off = {name: f"{name.value.upper()}_BOT_TOKEN" for name, each in outlets.items() if each.failure}
        await watch.tell_of_ends(off, carriers)

    jobs: tuple[tuple[float, Callable[[], Awaitable[object]]], ...] = (
        (REFRESH_SECONDS, lambda: cards.sync(outlets)),
        (WATCH_SECONDS, lambda: watch.look(carriers)),
        (WATCH_SECONDS, tell_of_ends),
        (LATE_ANSWERS_SECONDS, lambda: services.unanswered.tell(carriers, governors)),
    )
    for seconds, job in jobs:
        ticker.every(seconds, while_(duties.ticks, core.released(job)))


class _Database:
    """Whether the database can be read, as a part of readiness."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._reading: asyncio.Task[int] | None = None
        self.readable = True

    async def look(self) -> None:
        """Read something small. A read that hangs is left alone: drivers wait for the end of what they cancel."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._store.version())
        done, _ = await asyncio.wait({self._reading}, timeout=READ_SECONDS)
        self.readable = bool(done) and self._reading.exception() is None
        if done:
            self._reading = None


class _Vitals:
    """How the service does, for `/readyz`, for systemd and for Prometheus. ready: whether each part of it is up."""

    def __init__(self, duties: Duties) -> None:
        self._duties = duties
        self.counts = Counts(each.name for each in COMMANDS)
        self.manager = ServiceManager(os.environ)
        self.heartbeat = Heartbeat(lagged=self.counts.lagged, beat=lambda: self.manager.beat(self.parts()))
        self.ready: dict[str, Callable[[], bool]] = {}

    def parts(self) -> dict[str, bool]:
        """What is up and what is not; empty until there is anything."""
        return {name: is_ready() for name, is_ready in self.ready.items()}

    def levels(self, settings: Settings, core: Core, governors: Mapping[Platform, Governor]) -> Levels:
        """What Prometheus is told beside the counts."""
        return Levels(
            self.counts,
            now=core.now,
            backlog=core.store.outbox.backlog,
            governors=governors,
            parts=self.parts,
            database=settings.database_url.partition(":")[0],
            blocks=lambda: self.heartbeat.blocks,
            lost_lines=lost_lines,
            last_backup=core.backups.last_made,
            safe_mode=core.is_held,
            disk=lambda: core.store.disk,
            duties=self._duties.held,
        )


def _webhook(settings: Settings, platforms: Mapping[str, Running]) -> Webhook | None:
    telegram = platforms.get("telegram")
    if telegram is None or not settings.telegram_webhook_url:
        return None
    return Webhook(settings.telegram_webhook_url, telegram.receive)  # type: ignore[attr-defined]  # only it has one


def _senders(
    core: Core,
    duties: Duties,
    outlets: Mapping[Platform, Running],
    governors: Mapping[Platform, Governor],
    telemetry: Telemetry,
) -> list[Broadcaster]:
    def holds(platform: Platform) -> bool:
        return core.caution.holds or not duties.sends(platform)

    return [
        Broadcaster(
            name,
            each.carrier,
            governors[name],
            core.store.outbox,
            core.announcements,
            now=core.now,
            telemetry=telemetry,
            redact=redacted,
            holds=partial(holds, name),
        )
        for name, each in outlets.items()
    ]


def _is_up(platform: Running) -> bool:
    return platform.ready and platform.failure is None


async def _ended(what: str, *ends: Awaitable[None], seconds: float = PART_SECONDS) -> None:
    """Wait for the end of some things at once, and no longer than that, so that the others have their time."""
    tasks = [asyncio.ensure_future(each) for each in ends]
    done, late = await asyncio.wait(tasks, timeout=seconds)
    if late:  # not cancelled: that may take as long
        log.warning("%s did not end within %.1f s and is left behind", what, seconds)
    for each in done:
        if (error := each.exception()) is not None:
            log.error("%s ended by a fault of ours", what, exc_info=error)
