"""The composition root: every object is built here, once, and closed in order. Overrides are keywords."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.adapters.console.carrier import ConsoleCarrier
from bot.adapters.console.platform import ConsolePlatform, open_standard_streams
from bot.core.authority import Role
from bot.core.commands import by_name
from bot.core.deliveries import milliseconds
from bot.core.editorial import Policy
from bot.core.errors import PactwatchError, SchemaTooNew, StoreBusy, StoreError, TokenTaken
from bot.core.leases import News
from bot.core.places import Platform, UserRef
from bot.core.ports import Clock, Words
from bot.core.retrieval import VectorIndex
from bot.core.safety import Cause
from bot.core.telemetry import UNTOLD, Telemetry
from bot.core.times import SteadyClock
from bot.embedding import E5, Shipped, why_not
from bot.loading import FaultyDossier, fill_store, progress_bar
from bot.services.announcements import Announcements
from bot.services.answering import Answering
from bot.services.buttons import Buttons
from bot.services.caution import Caution
from bot.services.delivery import Broadcaster
from bot.services.desk import Desk
from bot.services.digests import Digests
from bot.services.dispatch import Dispatcher
from bot.services.drafting import Drafting
from bot.services.flood import Flood
from bot.services.forms import Forms
from bot.services.governor import Governor, Limits
from bot.services.hearing import Hearing
from bot.services.indexing import Indexing
from bot.services.lookup import Lookup
from bot.services.notices import Notices
from bot.services.people import People
from bot.services.preferences import Preferences
from bot.services.rehearsals import Rehearsals
from bot.services.retention import Retention
from bot.services.review import Review
from bot.services.services import Services
from bot.services.subscriptions import Subscriptions
from bot.services.unanswered import Unanswered
from bot.settings import Settings
from bot.words import load_words
from handlers import COMMANDS
from storage import SqlStore, open_store
from storage.backups import DailyBackups, files_of
from storage.shipped import shipped_vectors

if TYPE_CHECKING:
    from bot.clock import Ticker

log = logging.getLogger(__name__)

HISTORY = Path("data/chat_history")
LOOK_SECONDS = 5.0
BACKUP_SECONDS = 600.0
FORGET_SECONDS = 600.0
"""How often to look whether it is time to forget, which is done once a day."""
DAY = 86_400
REFRESH_SECONDS = 1.0
"""How soon a change made by another process reaches readers where nobody tells of it, as a command beside SQLite."""
WHOLE_SECONDS = 600.0
"""How often choices of language are read anew: a program of before they were counted may run beside this one."""


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
    caution: Caution
    hearing: Hearing

    def told(self, news: News) -> None:
        """Take up what another process changed, soon; to be called by whoever hears of it. Raises nothing."""
        self.hearing.told(news)

    def keep_time(self, ticker: Ticker, leads: Callable[[], bool]) -> None:
        """Have the clock call what needs no platform. leads: whether this process does what one does for all."""
        ticker.every(REFRESH_SECONDS, self.services.lookup.refresh)
        ticker.every(REFRESH_SECONDS, self.services.preferences.refresh)
        ticker.every(WHOLE_SECONDS, lambda: self.services.preferences.refresh(whole=True))
        ticker.every(REFRESH_SECONDS, self.services.indexing.catch_up)
        ticker.every(LOOK_SECONDS, self.store.look_after)
        for seconds, job in (
            (REFRESH_SECONDS, self.released(self.services.desk.publish_due)),
            (REFRESH_SECONDS, self.released(self.make_due)),
            (LOOK_SECONDS, self.released(self.services.unanswered.look)),
            (60, self.store.safety.advance),
            (BACKUP_SECONDS, self.backups.make_due),
            (FORGET_SECONDS, self.retention.forget),
            (DAY, lambda: self.store.examine(whole=True)),
        ):
            ticker.every(seconds, while_(leads, job))

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
        if mode is not None and mode.cause is Cause.MOVED:
            log.warning(
                "safe mode: the database was %s to another server; nothing is sent from this one: set DATABASE_URL to "
                "the new one",
                mode.cause,
            )
        elif mode is not None:
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
        """Make the digests and notices that are due, where the clock can be trusted and the disk has room for them."""
        if self.services.desk.takes_new and not self.caution.holds:
            await self.digests.make_due()


def while_(holds: Callable[[], bool], job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """The job, left out while something does not hold."""

    async def run() -> None:
        if holds():
            await job()

    return run


@contextlib.asynccontextmanager
async def open_core(
    settings: Settings,
    *,
    clock: Clock | None = None,
    words: Mapping[str, Words] | None = None,
    fill: bool = True,
    semantic: bool = True,
    makes_vectors: Callable[[], bool] = lambda: True,
    telemetry: Telemetry = UNTOLD,
) -> AsyncIterator[Core]:
    """Open the store, fill a new one from the dossier, and build the product on it.

    semantic: understand questions by their meaning, where there is a model; else by their words alone. makes_vectors:
    whether it is this process of several that has the model read what is new.
    """
    time_of_day = clock or SteadyClock()
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
        indexing = _indexing(store, lookup, makes_vectors, semantic=semantic)
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
        caution = Caution(store.outbox, store.subscribers, time_of_day)
        await caution.look()
        hearing = _hearing(store, lookup, preferences, indexing)
        yield Core(
            store,
            services,
            Dispatcher(services, Flood(time.monotonic), telemetry),
            time_of_day,
            announcements,
            Digests(store.subscribers, time_of_day),
            DailyBackups(files_of(settings.database_url), time_of_day.now),
            Retention(store, time_of_day),
            caution,
            hearing,
        )
        await hearing.close()
        await indexing.close()
    finally:
        await store.close()


def _hearing(store: SqlStore, lookup: Lookup, preferences: Preferences, indexing: Indexing) -> Hearing:
    """What is done about news, which so far only this process's own writes tell of."""

    async def take_up() -> None:
        await lookup.refresh()
        await indexing.catch_up()

    hearing = Hearing()
    hearing.soon(News.ENTRIES, take_up)
    hearing.soon(News.PREFERENCES, preferences.refresh)
    store.listen(hearing.told)
    return hearing


def _indexing(store: SqlStore, lookup: Lookup, makes: Callable[[], bool], *, semantic: bool) -> Indexing:
    """What questions are compared by: vectors, where there is a model that makes them."""
    if not semantic:
        return Indexing(store.meanings, lookup, None, None)
    if reason := why_not():
        log.info("questions are answered by their words alone: %s", reason)
        return Indexing(store.meanings, lookup, None, None)
    return Indexing(store.meanings, lookup, Shipped(shipped_vectors(), E5()), _new_index, bar=progress_bar, makes=makes)


def _new_index() -> VectorIndex:
    from storage.search.semantic import NumpyIndex  # noqa: PLC0415 - brings numpy in, which only questions need

    return NumpyIndex()


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
                await tell()

        make_due = core.released(core.make_due)

        async def tell_answers() -> None:
            await core.services.unanswered.look()
            await core.services.unanswered.tell({Platform.TERMINAL: carrier}, {}, console.user)

        tell = core.released(tell_answers)

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
        core.hearing.on(News.OUTBOX, sender.wake)
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
        holds=lambda: core.caution.holds,
        only=console.chat,
        at_once=1,
    )


def say_error(error: PactwatchError) -> str:
    """One clear line for an operator."""
    match error:
        case TokenTaken():
            setting = error.data["setting"]
            return f"{setting}: another pactwatch on this machine runs with this token; stop it, or use another token"
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
    "backup-folder": "expected a file, found a folder; name a file in it",
    "backup-foreign": "this is no backup of Pactwatch",
    "backup-in-place": "this is the database itself; name another file",
    "backup-missing": "there is no such file",
    "backup-no-program": "a program that comes with PostgreSQL is needed and not there; install its client programs",
    "backup-no-room": "there is too little room on the disk for a backup; nothing was written",
    "backup-unreadable": "the backup can't be read; check the rights to it, or copy it into a folder of your own",
    "move-elsewhere": "DATABASE_URL: this database was moved to another one than --to names; name that one",
    "move-encoding": "--to: the encoding of the database must be UTF8; make it anew from template0",
    "move-failed": "--to: the database could not do its work; mend that and run the same again",
    "move-full": "--to: the server's disk is full; make room and run the same again, it goes on where it was",
    "move-not-empty": "--to: the database is not empty, and holds no move of this one; name an empty one",
    "move-running": "--to: another `pactwatch db move` is at work on it; let that one end",
    "move-sending": "DATABASE_URL: a service goes on sending from it; stop the service and try again",
    "move-source": "DATABASE_URL: only a SQLite database can be moved",
    "move-too-new": "--to: the database was written by a newer version of this program; update the program",
    "move-unfit": "--to: what came over is not what is here; nothing is sent from there",
    "move-unreachable": "--to: the database can't be reached, or no longer; check address, name and password",
    "move-used": "--to: the database was used since this one was moved there, or is newer; name a new, empty one",
    "restore-failed": "the backup could not be put back",
    "restore-in-use": "DATABASE_URL: the database is in use; stop the service first",
    "restore-not-empty": "DATABASE_URL: the database is not empty; name an empty one, which the service then uses",
    "store-pooler": "DATABASE_URL: a pooler stands before the database; name the server behind it too, by "
    "?session_host=…&session_port=… at the end",
    "store-full": "DATABASE_URL: its disk is full and nothing was changed; make room and try again",
    "store-read-only": "DATABASE_URL: the database can't be written; check the rights to its file, folder and disk",
    "store-damaged": "DATABASE_URL: the database is damaged, or is none; `pactwatch db check` lists what is broken, "
    "`pactwatch db restore` puts a backup in its place",
    "store-unfinished": "DATABASE_URL: a move into this database was not finished; run `pactwatch db move` again, with "
    "the old address here",
    "store-double": "the dossier names something twice; `pactwatch dossier check` says where",
}
