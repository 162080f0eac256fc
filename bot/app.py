"""The composition root: every object is built here, once, and closed in order. Overrides are keywords."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from bot.adapters.console.carrier import ConsoleCarrier
from bot.adapters.console.platform import ConsolePlatform, open_standard_streams
from bot.core.authority import Role
from bot.core.commands import by_name
from bot.core.deliveries import milliseconds
from bot.core.editorial import Policy
from bot.core.errors import PactwatchError, SchemaTooNew, StoreBusy, StoreError
from bot.core.outbox import Carrier
from bot.core.places import Platform, UserRef
from bot.core.ports import Clock, Outlet, Words
from bot.core.retrieval import VectorIndex
from bot.core.telemetry import UNTOLD, Telemetry
from bot.core.times import SystemClock
from bot.embedding import E5, Shipped, why_not
from bot.heartbeat import Heartbeat, ServiceManager
from bot.loading import FaultyDossier, fill_store, progress_bar
from bot.logs import lost_lines, redacted
from bot.services.announcements import Announcements
from bot.services.answering import Answering
from bot.services.buttons import Buttons
from bot.services.delivery import Broadcaster
from bot.services.desk import Desk
from bot.services.digests import Digests
from bot.services.dispatch import Dispatcher
from bot.services.drafting import Drafting
from bot.services.flood import Flood
from bot.services.forms import Forms
from bot.services.governor import Governor, Limits
from bot.services.inbox import StoredInbox
from bot.services.indexing import Indexing
from bot.services.lookup import Lookup
from bot.services.notices import Notices
from bot.services.people import People
from bot.services.preferences import Preferences
from bot.services.rehearsals import Rehearsals
from bot.services.retention import Retention
from bot.services.review import Review, ReviewChats
from bot.services.services import Services
from bot.services.subscriptions import Subscriptions
from bot.services.unanswered import Unanswered
from bot.services.watch import Watch
from bot.settings import Settings
from bot.stopping import Stopping
from bot.words import load_words
from handlers import COMMANDS
from storage import SqlStore, open_store
from storage.backups import DailyBackups, files_of
from storage.shipped import shipped_vectors

if TYPE_CHECKING:
    from bot.adapters.web.platform import Webhook
    from bot.clock import Ticker
    from bot.metrics import Levels

log = logging.getLogger(__name__)

HISTORY = Path("data/chat_history")
WATCH_SECONDS = LOOK_SECONDS = 5.0
BACKUP_SECONDS = 600.0
FORGET_SECONDS = 600.0
"""How often to look whether it is time to forget, which is done once a day."""
READ_SECONDS = 2.0
PART_SECONDS, LAST_SECONDS = 4.0, 0.7
"""What ends together has so long to do it: twice the first and once the second stay below the deadline of a stop."""
DAY = 86_400
REFRESH_SECONDS = 1.0
"""How soon a change made by another process, such as an import, reaches readers."""


@dataclass(frozen=True, slots=True)
class Core:
    """The product without platforms."""

    store: SqlStore
    services: Services
    dispatcher: Dispatcher
    clock: Clock
    announcements: Announcements
    digests: Digests
    backups: DailyBackups
    retention: Retention

    def keep_time(self, ticker: Ticker) -> None:
        """Have the clock call what needs no platform."""
        ticker.every(REFRESH_SECONDS, self.refresh)
        ticker.every(REFRESH_SECONDS, self.released(self.make_due))
        ticker.every(60, self.store.safety.advance)
        ticker.every(BACKUP_SECONDS, self.backups.make_due)
        ticker.every(60, self.services.preferences.refresh)
        ticker.every(FORGET_SECONDS, self.retention.forget)
        ticker.every(REFRESH_SECONDS, self.services.indexing.catch_up)
        ticker.every(LOOK_SECONDS, self.services.unanswered.look)
        ticker.every(LOOK_SECONDS, self.store.look_after)
        ticker.every(DAY, lambda: self.store.examine(whole=True))

    def now(self) -> int:
        """Milliseconds since 1970, as the outbox counts."""
        return milliseconds(self.clock.now())

    def words_of(self, user: UserRef) -> Words:
        """The words for somebody who is told something unasked."""
        return self.services.words[self.services.preferences.of_person(user)]

    async def refresh(self) -> None:
        """Take up what another process changed, and publish what has its hour."""
        await self.services.lookup.refresh()
        await self.released(self.services.desk.publish_due)()

    async def is_held(self) -> bool:
        """Whether the store is in safe mode: nobody is told anything unasked then."""
        return await self.store.safety.safe_mode() is not None

    def released(self, job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """The job, left out while the store is in safe mode."""

        async def run() -> None:
            if not await self.is_held():
                await job()

        return run

    async def recognise(self) -> None:
        """Tell whether this is the database that was sent from last; to be asked before anything is sent."""
        mode = await self.store.safety.recognise(self.now())
        if mode is not None:
            log.warning(
                "safe mode: the database was %s; nothing is sent until `pactwatch resume`, which says what may have "
                "been sent already",
                mode.cause,
            )

    async def examine(self) -> None:
        """Look for damage. Readers are answered already; what is to be sent waits until the database is sound."""
        await self.store.look_after()
        await self.store.examine(whole=False)

    async def make_due(self) -> None:
        """Make the digests and notices whose time has come; they wait where there is no room for new messages."""
        if self.services.desk.takes_new:
            await self.digests.make_due()


class Running(Outlet, Protocol):
    """What every platform can do. carrier: by which the outbox is sent."""

    @property
    def carrier(self) -> Carrier:
        """By which the outbox is sent."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it takes commands."""
        ...

    @property
    def failure(self) -> str | None:
        """Why it can't go on without the operator (said in the log); None while it runs or still tries."""
        ...

    async def start(self) -> None:
        """Begin."""
        ...

    async def stop(self) -> None:
        """End, within four seconds: all of a service has ten."""
        ...


@contextlib.asynccontextmanager
async def open_core(
    settings: Settings,
    *,
    clock: Clock | None = None,
    words: Mapping[str, Words] | None = None,
    fill: bool = True,
    semantic: bool = True,
    telemetry: Telemetry = UNTOLD,
) -> AsyncIterator[Core]:
    """Open the store, fill a new one from the dossier, and build the product on it.

    semantic: understand questions by their meaning, where there is a model; else by their words alone.
    """
    time_of_day = clock or SystemClock()
    store = await open_store(settings.database_url)
    try:
        lookup = Lookup(store)
        if fill and not await store.instruments():
            await fill_store(store, settings.dossier, time_of_day)
        await lookup.refresh()
        preferences = Preferences(store, settings.default_locale)
        await preferences.refresh()
        zone = ZoneInfo(settings.default_timezone)
        policy = Policy(settings.review_approvals, settings.undo_seconds, frozenset(map(str, settings.owners)))
        people = People(store, settings.owners, time_of_day)
        indexing = _indexing(store, lookup, semantic=semantic)
        drafting = Drafting(lookup, store, indexing, time_of_day, zone)
        all_words = words or load_words()
        answering = Answering(store.meanings, lookup, indexing)
        announcements = Announcements(store.outbox, lookup, all_words, zone)
        services = Services(
            lookup,
            preferences,
            people,
            Desk(store, lookup, policy, time_of_day),
            drafting,
            Review(store, lookup, people, drafting, time_of_day, zone),
            Buttons(store, store, time_of_day, by_name(COMMANDS)),
            Forms(store, time_of_day),
            Subscriptions(
                store.subscribers, store.outbox, store, lookup, preferences, time_of_day, settings.default_timezone
            ),
            Rehearsals(store.outbox, store.subscribers, announcements, lookup, preferences, all_words, time_of_day),
            Notices(store.subscribers, people, policy, time_of_day, zone),
            indexing,
            answering,
            Unanswered(store.questions, answering, indexing, lookup, all_words, time_of_day),
            all_words,
            time_of_day,
            zone,
            {each.name: each for each in COMMANDS},
        )
        yield Core(
            store,
            services,
            Dispatcher(services, Flood(time.monotonic), telemetry),
            time_of_day,
            announcements,
            Digests(store.subscribers, time_of_day),
            DailyBackups(files_of(settings.database_url), time_of_day.now),
            Retention(store, time_of_day),
        )
        await indexing.close()
    finally:
        await store.close()


def _indexing(store: SqlStore, lookup: Lookup, *, semantic: bool) -> Indexing:
    """What questions are compared by: vectors, where there is a model that makes them."""
    if not semantic:
        return Indexing(store.meanings, lookup, None, None)
    if reason := why_not():
        log.info("questions are answered by their words alone: %s", reason)
        return Indexing(store.meanings, lookup, None, None)
    return Indexing(store.meanings, lookup, Shipped(shipped_vectors(), E5()), _new_index, bar=progress_bar)


def _new_index() -> VectorIndex:
    from storage.search.semantic import NumpyIndex  # noqa: PLC0415 - brings numpy in, which only questions need

    return NumpyIndex()


def _governors(settings: Settings, core: Core, telemetry: Telemetry) -> dict[Platform, Governor]:
    """How fast each platform may be written to."""
    limits = {
        Platform.TELEGRAM: Limits(settings.telegram_messages_per_second),
        # Five in five seconds to a channel.
        Platform.DISCORD: Limits(settings.discord_requests_per_second, private=1.0, group=1.0),
    }
    return {
        name: Governor(name, each, core.store.outbox, now=core.now, telemetry=telemetry)
        for name, each in limits.items()
    }


def _platforms(
    settings: Settings,
    core: Core,
    inbox: StoredInbox,
    governors: Mapping[Platform, Governor],
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
            on_refused=partial(refused, Platform.TELEGRAM),
        )
    if settings.discord_bot_token:
        from bot.adapters.discord.platform import DiscordPlatform  # noqa: PLC0415

        found["discord"] = DiscordPlatform(
            token=settings.discord_bot_token.get_secret_value(),
            api_url=settings.discord_api_url,
            answers=core.dispatcher,
            commands=COMMANDS,
            words=words,
            default_locale=settings.default_locale,
            spent=governors[Platform.DISCORD].spent,
            on_invalid=partial(refused, Platform.DISCORD),
        )
    return found


def _speak_unasked(
    settings: Settings,
    core: Core,
    outlets: Mapping[Platform, Running],
    governors: Mapping[Platform, Governor],
    ticker: Ticker,
) -> None:
    """Have the clock bring review cards, rehearsals, warnings and late answers to the platforms."""
    services = core.services
    cards = ReviewChats(
        core.store, services.review, services.buttons, services.preferences, services.words, services.desk.policy
    )
    watch = Watch(core.store.outbox, settings.owners, core.words_of, core.now)
    carriers = {name: each.carrier for name, each in outlets.items()}
    ticker.every(REFRESH_SECONDS, core.released(lambda: cards.sync(outlets)))
    ticker.every(REFRESH_SECONDS, core.released(lambda: services.rehearsals.show(outlets)))
    ticker.every(WATCH_SECONDS, core.released(lambda: watch.look(carriers)))
    ticker.every(LOOK_SECONDS, core.released(lambda: services.unanswered.tell(carriers, governors)))


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

    def __init__(self) -> None:
        from bot.metrics import Counts  # noqa: PLC0415 - the chat needs no metrics

        self.counts = Counts(each.name for each in COMMANDS)
        self.manager = ServiceManager(os.environ)
        self.heartbeat = Heartbeat(lagged=self.counts.lagged, beat=lambda: self.manager.beat(self.parts()))
        self.ready: dict[str, Callable[[], bool]] = {}

    def parts(self) -> dict[str, bool]:
        """What is up and what is not; empty until there is anything."""
        return {name: is_ready() for name, is_ready in self.ready.items()}

    def levels(self, settings: Settings, core: Core, governors: Mapping[Platform, Governor]) -> Levels:
        """What Prometheus is told beside the counts."""
        from bot.metrics import Levels  # noqa: PLC0415 - as above

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
        )


async def run_service(settings: Settings) -> int:
    """Serve every platform that has a token, until SIGTERM or SIGINT."""
    stopping = Stopping()
    stopping.listen()
    try:
        return await _serve(settings, stopping)
    except asyncio.CancelledError:
        if not stopping.asked.is_set():
            raise
        log.info("asked to end while still starting")
        return 0


async def _serve(settings: Settings, stopping: Stopping) -> int:
    from bot.adapters.web.platform import Metrics, WebPlatform  # noqa: PLC0415
    from bot.clock import Ticker  # noqa: PLC0415 - the chat needs no ticker
    from bot.metrics import CONTENT_TYPE  # noqa: PLC0415 - as above

    vitals = _Vitals()
    vitals.heartbeat.start()
    async with open_core(settings, telemetry=vitals.counts) as core:
        await core.recognise()
        inbox = StoredInbox(core.store, core.clock, "telegram")
        await inbox.open()
        governors = _governors(settings, core, vitals.counts)
        platforms = _platforms(settings, core, inbox, governors, vitals.counts.refused)
        database = _Database(core.store)
        vitals.ready |= {name: partial(_is_up, each) for name, each in platforms.items()}
        vitals.ready["database"] = lambda: database.readable and not core.store.damaged
        outlets = {Platform(name): each for name, each in platforms.items()}
        levels = vitals.levels(settings, core, {name: governors[name] for name in outlets})
        metrics = Metrics(levels.page, CONTENT_TYPE)
        web = WebPlatform(settings.http_address, vitals.parts, _webhook(settings, platforms), metrics)

        def given_up() -> bool:
            return all(each.failure for each in platforms.values())

        async def end_when_given_up() -> None:
            if given_up():
                stopping.asked.set()

        senders = _senders(core, outlets, governors, vitals.counts)
        ticker = Ticker()
        ticker.every(REFRESH_SECONDS, end_when_given_up)
        ticker.every(REFRESH_SECONDS, database.look)
        ticker.every(3600, inbox.prune)
        core.keep_time(ticker)
        _speak_unasked(settings, core, outlets, governors, ticker)
        try:
            await web.start()
            await asyncio.gather(*(each.start() for each in platforms.values()))
            ticker.start()
            await core.store.warm_up()
            await core.examine()
            await asyncio.gather(*(each.start() for each in senders))
            # What was built so far lives to the end: the collector need not look at it again in mid-answer.
            gc.collect()
            gc.freeze()
            stopping.starting = False
            await stopping.asked.wait()
        except OSError as error:
            print(f"HTTP_ADDRESS {settings.http_address}: {error.strerror or error}", file=sys.stderr)
            return 1
        finally:
            stopping.starting = False
            vitals.manager.tell("STOPPING=1", "STATUS=ending")
            # First what is pushed: its platform must still be there for what is under way.
            await _ended("sending", ticker.stop(), *(each.stop() for each in senders))
            await _ended("a platform", *(each.stop() for each in platforms.values()))
            await _ended("the last writes", web.stop(), inbox.close(), seconds=LAST_SECONDS)
            vitals.heartbeat.stop()
    return 1 if given_up() else 0


def _webhook(settings: Settings, platforms: Mapping[str, Running]) -> Webhook | None:
    from bot.adapters.web.platform import Webhook  # noqa: PLC0415 - the chat serves nothing

    telegram = platforms.get("telegram")
    if telegram is None or not settings.telegram_webhook_url:
        return None
    return Webhook(settings.telegram_webhook_url, telegram.receive)  # type: ignore[attr-defined]  # only it has one


def _senders(
    core: Core, outlets: Mapping[Platform, Running], governors: Mapping[Platform, Governor], telemetry: Telemetry
) -> list[Broadcaster]:
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


async def run_without_platforms(settings: Settings) -> int:
    """The terminal chat, with a word on how to connect a platform."""
    print(
        "No platform is connected: put TELEGRAM_BOT_TOKEN or DISCORD_BOT_TOKEN into .env (see .env.example).",
        file=sys.stderr,
    )
    return await run_chat(settings, role=Role.READER, name="me", locale=None, as_json=False)


async def run_chat(settings: Settings, *, role: Role, name: str, locale: str | None, as_json: bool) -> int:
    """The chat at a terminal, or line by line behind a pipe."""
    lines, out = open_standard_streams()
    talking = asyncio.current_task()
    if talking is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, talking.cancel)
    async with open_core(settings) as core:
        await core.recognise()

        async def catch_up() -> None:
            # Whatever has changed meanwhile is taken up before each answer, and once a second.
            with contextlib.suppress(StoreError):
                await core.refresh()
                await make_due()
                await core.services.indexing.catch_up()
                await core.services.unanswered.look()
                await tell()

        make_due = core.released(core.make_due)
        tell = core.released(lambda: core.services.unanswered.tell({Platform.TERMINAL: carrier}, {}, console.user))

        async def catch_up_for_ever() -> None:
            while True:
                await asyncio.sleep(REFRESH_SECONDS)
                await catch_up()

        async def flush() -> None:
            await catch_up()
            with contextlib.suppress(StoreError):
                await sender.idle()

        console = ConsolePlatform(
            core.dispatcher, COMMANDS, name=name, role=role, locale=locale, before_each=catch_up, at_end=flush
        )
        carrier = ConsoleCarrier(console)
        sender = _terminal_sender(core, console, carrier)
        if locale is not None:
            core.services.preferences.assume(console.user, locale)
        await sender.start()
        keeping_up = asyncio.create_task(catch_up_for_ever())
        try:
            with contextlib.suppress(asyncio.CancelledError):
                if lines.isatty() and not as_json:
                    await console.talk(HISTORY)
                else:
                    await console.pipe(lines, out, as_json=as_json)
        finally:
            keeping_up.cancel()
            await asyncio.gather(keeping_up, return_exceptions=True)
            await sender.stop()
    return 0


def _terminal_sender(core: Core, console: ConsolePlatform, carrier: ConsoleCarrier) -> Broadcaster:
    """What pushes to the chat at the terminal, and to no other."""
    limits = Limits(1000.0, private=0.0, group=0.0)
    governor = Governor(Platform.TERMINAL, limits, core.store.outbox, now=core.now)
    return Broadcaster(
        Platform.TERMINAL,
        carrier,
        governor,
        core.store.outbox,
        core.announcements,
        now=core.now,
        only=console.chat,
        at_once=1,
    )


def say_error(error: PactwatchError) -> str:
    """One clear line for an operator."""
    match error:
        case FaultyDossier():
            return "\n".join([*error.faults, f"{error.data['path']}: not loaded, nothing was changed"])
        case StoreBusy():
            return "DATABASE_URL: the database is busy, another process is writing to it; try again"
        case SchemaTooNew():
            return "DATABASE_URL: the database was written by a newer version of this program; update the program"
        case _:
            details = ", ".join(str(value) for value in error.data.values())
            return f"{_SENTENCES.get(error.key, error.key)}{f' ({details})' if details else ''}"


_SENTENCES = {
    "store-unreachable": "DATABASE_URL: the database can't be opened; check its address, the folder and the rights",
    "store-failed": "DATABASE_URL: the database could not do its work; `pactwatch db check` looks for damage",
    "backup-damaged": "the backup is damaged; take an older one",
    "backup-failed": "the backup could not be written",
    "backup-foreign": "this is no backup of Pactwatch",
    "backup-in-place": "this is the database itself; name another file",
    "backup-missing": "there is no such file",
    "backup-no-program": "a program that comes with PostgreSQL is needed and not there; install its client programs",
    "backup-no-room": "there is too little room on the disk for a backup; nothing was written",
    "restore-failed": "the backup could not be put back",
    "restore-in-use": "DATABASE_URL: the database is in use; stop the service first",
    "restore-not-empty": "DATABASE_URL: the database is not empty; name an empty one, which the service then uses",
    "store-full": "DATABASE_URL: its disk is full and nothing was changed; make room and try again",
    "store-read-only": "DATABASE_URL: the database can't be written; check the rights to its file, folder and disk",
    "store-damaged": "DATABASE_URL: the database is damaged, or is none; `pactwatch db check` lists what is broken, "
    "`pactwatch db restore` puts a backup in its place",
    "store-double": "the dossier names something twice; `pactwatch dossier check` says where",
}
