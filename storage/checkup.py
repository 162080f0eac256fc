"""What `pactwatch doctor` finds of a database, beside a running service and without changing anything.

It migrates nothing and makes nothing: what differs by engine stands in `dialects/sqlite_checkup` and
`dialects/postgres_checkup`.
"""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.core import checks
from bot.core.checks import Check, Place, Upkeep, counted, mend, ok, warning
from bot.core.deliveries import OPEN_STATES, DeliveryState, milliseconds, moment_of
from bot.core.errors import StoreBusy, StoreError
from bot.core.places import ChatRef
from bot.core.subscriptions import SubscriptionStatus
from storage import chain, desk, safety, tracking, upgrades
from storage.backups import kept_in, newest
from storage.entries import UNLISTED
from storage.migrations import HEAD, KNOWN
from storage.reader import Database, Reader

LOOKED_AT = 500
"""Places that are read; platforms ask for fewer of them yet."""
OVERDUE_MS = 10 * 60_000
"""Late enough that no pause of a platform or quiet hour of a chat explains it by itself."""
CLOSE_SECONDS = 0.5


class Patient(Protocol):
    """What differs between the engines."""

    @property
    def overtaken(self) -> bool:
        """Whether findings may be wrong, because somebody began to write meanwhile."""
        ...

    @property
    def backups(self) -> Path:
        """Where its daily backups are kept."""
        ...

    async def surroundings(self) -> list[Check]:
        """What can be told without opening the database."""
        ...

    async def open(self) -> Database | None:
        """The database, for reading; None where there is none yet. Raises StoreError."""
        ...

    async def engine(self, database: Database) -> list[Check]:
        """Which engine this is, and what it leaves us. Raises StoreError."""
        ...

    async def structure(self, database: Database, seconds: float) -> list[Check]:
        """Whether the database is whole, looked at for so many seconds. Raises StoreError."""
        ...


async def examine(
    patient: Patient, *, model: str | None, now: datetime, seconds: float, places: asyncio.Future[Sequence[Place]]
) -> tuple[Check, ...]:
    """Everything about a database, with whatever could be found within so many seconds. Raises nothing.

    patient: from `patient_of`. model: whose vectors there are to be, None where there is no model. places: is given the
    places that the bot has to be able to write to as soon as they are known, and in any case.
    """
    found: list[Check] = []
    try:
        async with asyncio.timeout(seconds):
            found += await patient.surroundings()
            if any(each.level is checks.Level.MEND and each.name == "database.file" for each in found):
                return tuple(found)
            await _Examination(patient, found, model, now, seconds * 0.6).run(places)
    except TimeoutError:
        if any(each.name == "database.schema" for each in found):
            told = f"not everything could be looked at within {seconds:.0f} s"
            found.append(warning("database.answer", told, "`pactwatch db check` takes its time"))
        else:
            found.append(mend("database.answer", f"none within {seconds:.0f} s", ADVICE))
    except StoreError as error:
        found.append(_failed("database.answer", error))
    finally:
        if not places.done():
            places.set_result(())
    return tuple(found)


ADVICE = "check DATABASE_URL; of a server, that it runs and lets this machine in"


def patient_of(url: str) -> Patient:
    """The database at an address, not opened yet."""
    # Each engine's module is imported only where it is used, as in `open_store`.
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        from storage.dialects.sqlite_checkup import SqliteCheckup  # noqa: PLC0415

        return SqliteCheckup(Path(rest[1:]))
    from storage.dialects.postgres_checkup import PostgresCheckup  # noqa: PLC0415

    return PostgresCheckup(f"postgresql://{rest}")


class _Examination:
    def __init__(self, patient: Patient, found: list[Check], model: str | None, now: datetime, seconds: float) -> None:
        self._patient, self._found = patient, found
        self._model, self._now, self._seconds = model, now, seconds

    async def run(self, places: asyncio.Future[Sequence[Place]]) -> None:
        before = len(self._found)
        await self._once(places)
        if self._patient.overtaken:
            # The service started just now: what was read of the file alone may lack what stands in its log.
            del self._found[before:]
            await self._once(places)

    async def _once(self, places: asyncio.Future[Sequence[Place]]) -> None:
        try:
            database = await self._patient.open()
        except StoreError as error:
            self._found.append(_failed("database.integrity", error))
            return
        if database is None:
            self._found.append(ok("database.schema", "will be set up on first start"))
            return
        try:
            await self._look(database, places)
        finally:
            try:
                await asyncio.wait_for(database.close(), CLOSE_SECONDS)
            except TimeoutError:
                self._found.append(warning("database.answer", "does not let go of its connections", ADVICE))

    async def _look(self, database: Database, places: asyncio.Future[Sequence[Place]]) -> None:
        self._found += await self._patient.engine(database)
        try:
            version, usable = await upgrades.look(database)
        except StoreError as error:
            # What is no database says so here; the look at its structure says how bad it is.
            self._found += await self._patient.structure(database, self._seconds) or [_failed("database.schema", error)]
            return
        self._found.append(schema(version, usable=usable))
        if version is None:
            return
        if not usable or version in KNOWN[:-1]:
            # The statements below are for the tables of today.
            self._found += await self._patient.structure(database, self._seconds)
            return
        if await safety.unfinished(database):
            advice = "run `pactwatch db move` again, with the address of the old database in DATABASE_URL"
            self._found.append(
                mend("database.move", "a move into it was not finished: no service starts on it", advice)
            )
        if not places.done():
            places.set_result(await _or(read_places(database), ()))
        parts = (
            self._patient.structure(database, self._seconds),
            logs(database, self._seconds),
            search(database),
            meaning(database, self._model),
            digests(database, self._now),
            deliveries(database, self._now),
            brakes(database),
            _upkeep(database, self._patient.backups, self._now),
        )
        names = ("integrity", "logs", "search", "meaning", "digests", "deliveries", "brakes", "upkeep")
        told = [asyncio.create_task(_told(f"database.{name}", part)) for name, part in zip(names, parts, strict=True)]
        try:
            await asyncio.gather(*told)
        finally:
            # Also where time ran out: what was found by then counts.
            self._found += [check for each in told if each.done() and not each.cancelled() for check in each.result()]


async def _told(name: str, part: Awaitable[list[Check]]) -> list[Check]:
    """Let one part that fails be told and not keep the others from being looked at."""
    try:
        return await part
    except StoreError as error:
        return [_failed(name, error)]
    except OSError as error:
        return [warning(name, f"can't be looked at: {error.strerror or error}", "run doctor as the service's user")]


async def _or(part: Awaitable[Sequence[Place]], instead: Sequence[Place]) -> Sequence[Place]:
    try:
        return await part
    except StoreError:
        return instead


def _failed(name: str, error: StoreError) -> Check:
    if isinstance(error, StoreBusy):
        return warning(name, "busy: another process holds the database", "try again; a long import ends by itself")
    cause = error.__cause__
    why = str(getattr(cause, "orig", None) or cause or error.key)
    # libpq tells the same for each address of a host, the last one in full.
    return mend(name, f"can't be read: {' '.join(why.split())[-240:]}", ADVICE)


def schema(version: str | None, *, usable: bool) -> Check:
    """What is to be said of the step that the tables are at. usable: whether this program can work with them."""
    name = "database.schema"
    if version is None:
        return ok(name, "empty: will be set up on first start")
    if version == HEAD:
        return ok(name, f"{version}, as it should be")
    if version in KNOWN:
        advice = "run `pactwatch db upgrade`; the next start of the service does it as well"
        return warning(name, f"{version}, and this program works with {HEAD}", advice)
    if usable:
        told = f"{version}, made by a newer version of this program, with which this one can go on"
        return ok(name, told, "update this one too")
    advice = "update the program; to go back to this one, restore a backup from before the update"
    return mend(name, f"{version}, made by a newer version of this program, which works with {HEAD}", advice)


SUBSCRIBED = "select place, space from subscriptions where active = 1 order by id limit :most"


async def read_places(reader: Reader) -> tuple[Place, ...]:
    """Review chats first, then subscriptions, each place once. Raises StoreError."""
    found = {str(each): Place(each) for each in await desk.review_chats(reader)}
    for place, server in await reader.fetch(SUBSCRIBED, {"most": LOOKED_AT}):
        found[place] = Place(ChatRef.parse(place), server)
    return tuple(found.values())


async def logs(reader: Reader, seconds: float) -> list[Check]:
    """Whether both logs are as they were written, looked at for so many seconds."""
    name = "database.logs"
    try:
        async with asyncio.timeout(seconds):
            broken = await chain.first_broken(reader)
    except TimeoutError:
        return [ok(name, f"too long to be verified in {seconds:.0f} s", "`pactwatch audit verify` takes its time")]
    if broken is None:
        return [ok(name, "both hash chains are unbroken")]
    advice = "somebody changed the database past this program: `pactwatch audit verify`, and restore a backup"
    return [mend(name, str(broken), advice)]


LISTED = f"""
    select count(*), coalesce(sum(case when d.entry_id is null then 1 else 0 end), 0) from entries e
    left join search_documents d on d.entry_id = e.id where e.shelf <> {UNLISTED}"""
SPARE = f"""
    select count(*) from search_documents d left join entries e on e.id = d.entry_id and e.shelf <> {UNLISTED}
    where e.id is null"""


async def search(reader: Reader) -> list[Check]:
    """Whether every entry that is listed is found by its words, and nothing else."""
    name = "search.words"
    total, missing = (await reader.fetch(LISTED))[0]
    spare = (await reader.fetch(SPARE))[0][0]
    if not total:
        return [ok(name, "no entries yet: the dossier is loaded on first start")]
    if not missing and not spare:
        return [ok(name, f"{counted(total, 'entry', 'entries')}, all in the index")]
    told = f"of {counted(total, 'entry', 'entries')} {missing:,} can't be found, and {spare:,} others are"
    return [mend(name, told, "restore a backup: somebody changed the database past this program")]


UNREAD = f"""
    select count(*), coalesce(sum(case when v.digest = cast(e.revision as text) || '/' || coalesce(q.digest, '')
        then 0 else 1 end), 0)
    from entries e left join sample_questions q on q.entry_key = e.key
    left join vectors v on v.model = :model and v.entry_id = e.id and v.part = '' where e.shelf <> {UNLISTED}"""


async def meaning(reader: Reader, model: str | None) -> list[Check]:
    """Whether every entry that is listed is found by its meaning; nothing where there is no model."""
    if model is None:
        return []
    total, missing = (await reader.fetch(UNREAD, {"model": model}))[0]
    if not missing:
        return [ok("search.meaning", f"vectors of {counted(total, 'entry', 'entries')}, complete")]
    told = f"{missing:,} of {counted(total, 'entry', 'entries')} lack vectors of their present text"
    return [warning("search.meaning", told, "let the service run: it makes them, some ten entries a second")]


DIGESTS = "select max(made_at) from digest_slots where outcome in ('sent', 'late')"
LATE = "select count(*), min(next_at) from digest_cursors where next_at < :since"


async def digests(reader: Reader, now: datetime) -> list[Check]:
    """When the last digest was made, and whether one is overdue."""
    name = "digest.last"
    last = (await reader.fetch(DIGESTS))[0][0]
    told = "none yet" if last is None else f"{moment_of(last):%Y-%m-%d %H:%M} UTC"
    late, since = (await reader.fetch(LATE, {"since": milliseconds(now) - OVERDUE_MS}))[0]
    if not late:
        return [ok(name, told)]
    overdue = f"{counted(late, 'is', 'are')} overdue, since {moment_of(since):%Y-%m-%d %H:%M} UTC"
    return [warning(name, f"{told}; {overdue}", "start the service; where it runs, its log says what is in the way")]


OVERDUE = f"""
    select count(*) from deliveries d join alerts a on a.id = d.alert_id
    where d.state in ({", ".join(f"'{each.value}'" for each in OPEN_STATES)}) and d.due_at < :since
    and a.expires_at > :now"""
REFUSED = f"select count(*) from subscriptions where status = '{SubscriptionStatus.UNREACHABLE.value}'"


async def deliveries(reader: Reader, now: datetime) -> list[Check]:
    """What is overdue, what is in doubt, and where nothing is sent any more."""
    moment = milliseconds(now)
    counts = await tracking.counts(reader, None)
    late = (await reader.fetch(OVERDUE, {"since": moment - OVERDUE_MS, "now": moment}))[0][0]
    waiting = sum(counts[each.value] for each in OPEN_STATES)
    found = []
    if late and not await tracking.braked(reader):
        told = f"{counted(late, 'message')} should have left more than {OVERDUE_MS // 60_000} minutes ago"
        found.append(
            warning("delivery.overdue", told, "start the service; `pactwatch deliveries` says where they stand")
        )
    if doubts := counts[DeliveryState.UNCERTAIN.value]:
        told = f"{counted(doubts, 'message')} may or may not have come through"
        found.append(
            warning("delivery.uncertain", told, "`pactwatch deliveries A-…` names the chats; look, and settle")
        )
    if refused := (await reader.fetch(REFUSED))[0][0]:
        told = f"{counted(refused, 'chat')} refused the bot, and nothing is sent there any more"
        found.append(ok("delivery.refused", told, "the bot goes on there once it is let in again"))
    told = f"{counted(waiting, 'message')} on the way, none overdue or in doubt" if waiting else "nothing waits"
    return found or [ok("delivery.waiting", told)]


async def brakes(reader: Reader) -> list[Check]:
    """Whether the operator stopped pushes, or the editors publishing."""
    found = []
    if await tracking.braked(reader):
        found.append(
            warning("delivery.brake", "pushes are paused: nothing is sent", "`pactwatch resume` lets them go on")
        )
    if await desk.frozen(reader):
        found.append(
            warning("desk.freeze", "publishing is stopped", "an owner, or two editors, end it with /freeze off")
        )
    return found


async def _upkeep(reader: Reader, backups: Path, now: datetime) -> list[Check]:
    return [*checks.upkeep(await upkeep(reader, backups, now), now)]


async def upkeep(reader: Reader, backups: Path, now: datetime) -> Upkeep:
    """What is known of backups and of safe mode. Raises StoreError."""
    mode = await safety.safe_mode(reader)
    last = newest(await asyncio.to_thread(kept_in, backups), now)
    return Upkeep(last.at if last else None, mode.cause.value if mode else None)
