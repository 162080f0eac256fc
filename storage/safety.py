"""Whether this database may be sent from: the reading half of `bot.core.safety.Safety`; `safekeeping` writes.

Three marks tell a database from a copy of it. `store`, drawn when it was made, is in every copy. `home` is where it was
sent from last: a file's number, or server and database; a copy elsewhere has another one. `generation` grows with
everything that is sent, in the database and in a file beside it; what was put back in its place is behind that file.
"""

# ruff: noqa: D102 – the port has the docstrings; one promise should not stand in two places
from __future__ import annotations

import json
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.safety import Cause, Doubt, SafeMode
from storage.disk import sync
from storage.reader import Database, Reader
from storage.tracking import labels

if TYPE_CHECKING:
    from storage.writer import Writer

log = logging.getLogger(__name__)

MARKS = "select key, value from meta where key in ('store', 'home', 'generation')"
SAFE_MODE = "select value from meta where key = 'safe_mode'"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a database says of itself. home: empty where it was never sent from."""

    store: str
    home: str
    generation: int


@dataclass(frozen=True, slots=True)
class Trace:
    """What the file beside a database says: which one was sent from here last, and how far it had come."""

    store: str
    generation: int


def cause_of(marks: Marks, home: str, trace: Trace | None, *, alone: bool) -> Cause | None:
    """Why a database with these marks, found at `home`, may not be sent from; None where it may.

    alone: nobody else writes to it, so that the file beside it must be there.
    """
    if trace is not None and trace.store == marks.store and marks.generation < trace.generation:
        return Cause.PUT_BACK
    if not marks.home:
        # Never sent from as far as it knows; but another one was, here: this one is of before there were marks.
        return Cause.COPIED if alone and trace is not None and trace.store != marks.store else None
    lost = alone and (trace is None or trace.store != marks.store)
    return Cause.COPIED if lost or marks.home != home else None


class TraceFile:
    """The file beside the database. A disk that does not take it costs the notice of a copy, and nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failed = False

    def read(self) -> Trace | None:
        """None where there is none, or none that can be read."""
        try:
            store, generation = self._path.read_text(encoding="ascii").split()
            return Trace(store, int(generation))
        except (OSError, ValueError):
            return None

    def write(self, trace: Trace) -> None:
        """Keep it. Synced only when it is new: later, a power cut leaves one that the database is ahead of."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new = not self._path.exists()
            # One write of one short line: a process that is killed leaves the old one or the new one.
            with os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644), "r+", encoding="ascii") as file:
                file.write(f"{trace.store} {trace.generation:020}\n")
                if new:
                    file.flush()
                    os.fsync(file.fileno())
            if new:
                sync(self._path.parent)
            self._failed = False
        except OSError as error:
            if not self._failed:
                log.warning("%s can't be written (%s): a database that is put back goes unnoticed", self._path, error)
            self._failed = True


async def marks(reader: Reader) -> Marks:
    """What the database says of itself."""
    found = {row[0]: row[1] for row in await reader.fetch(MARKS)}
    return Marks(found["store"], found["home"], int(found["generation"]))


UNFINISHED = "select 1 from meta where key = 'unfinished' and value <> ''"


async def unfinished(reader: Reader) -> bool:
    """Whether a move into it was begun and not brought to its end: what is in it is not whole."""
    return bool(await reader.fetch(UNFINISHED))


async def safe_mode(reader: Reader) -> SafeMode | None:
    """See `Safety.safe_mode`."""
    rows = await reader.fetch(SAFE_MODE)
    return read_mode(rows[0][0]) if rows else None


def read_mode(value: str) -> SafeMode | None:
    """The safe mode as `meta` keeps it."""
    if not value:
        return None
    kept = json.loads(value)
    return SafeMode(Cause(kept["cause"]), kept["since"], kept["last_act"])


# What somebody had in hand may have left as well: its `due_at` is the end of their claim. Nobody claims in safe mode.
# Only posts: a change that is made once more finds its message as it is to be.
POSTS = """
    select alert_id, count(*) from deliveries
    where open = 1 and (due_at <= :since or owner <> '') and (deed = 'post' or replaces = 1)
    group by alert_id order by count(*) desc, alert_id"""
DIGESTS = """
    select c.period, count(*) from digest_cursors c join subscriptions s on s.id = c.subscription_id
    where s.active = 1 and c.next_at <= :since group by c.period order by c.period"""
NOTICES = "select title from notices where ended = 0 and approved_by is not null and next_at <= :since order by id"
ANSWERS = "select count(*) from awaited_answers where entry_key <> ''"
# From a database that speaks to nobody, such as one that was filled to be handed out, nothing can be sent twice.
LISTENERS = """
    select 1 from subscriptions union all select 1 from awaited_answers union all select 1 from review_chats
    union all select 1 from staging_chats limit 1"""
ACTIVE = "select count(*) from subscriptions where active = 1"


async def doubts(reader: Reader, mode: SafeMode) -> tuple[Doubt, ...]:
    """See `Safety.doubts`."""
    since = {"since": mode.since}
    posts = await reader.fetch(POSTS, since)
    names = await labels(reader, [row[0] for row in posts])
    found = [Doubt(names[alert], count) for alert, count in posts]
    found += [Doubt(f"{period} digest", count) for period, count in await reader.fetch(DIGESTS, since)]
    everybody = (await reader.fetch(ACTIVE))[0][0]
    found += [Doubt(f"notice: {row[0]}", everybody) for row in await reader.fetch(NOTICES, since)]
    if answers := (await reader.fetch(ANSWERS))[0][0]:
        found.append(Doubt("answers to open questions", answers))
    return tuple(sorted(found, key=lambda doubt: -doubt.chats))


class SqlSafety:
    """See `bot.core.safety.Safety` for what each method promises. Part of `SqlStore`."""

    def __init__(self, database: Database, writing: Callable[[], Awaitable[Writer]]) -> None:
        self._database = database
        self._writing = writing
        self._store = ""
        self._file: TraceFile | None = None

    async def recognise(self, now: int) -> SafeMode | None:
        self._store, home = (await marks(self._database)).store, await self._database.home()
        self._file = TraceFile(self._database.beside(self._store))
        # Its home before the file, its generation after: whoever starts, or sends, meanwhile writes the file before the
        # home and after the generation, and is not taken for a past that is lost.
        known = (await marks(self._database)).home
        trace = self._file.read()
        found = replace(await marks(self._database), home=known)
        cause = cause_of(found, home, trace, alone=self._database.alone)
        mode = await self.safe_mode()
        if cause is not None and await self._database.fetch(LISTENERS):
            mode = await self.begin(cause, now)
        if trace is None or cause is not None:
            # Ahead of a file that knew more, or the next start would find it put back once more.
            await self.advance()
        if self._database.alone and self._file.read() is None:
            home = ""  # without the file the next start would take it for a copy
        # Only then is this its home: whoever is killed before finds it unknown once more.
        if known != home:
            await (await self._writing()).safety.settle_at(home)
        return mode

    async def advance(self) -> None:
        self.note(await (await self._writing()).safety.advance(self._known()))

    def note(self, generation: int) -> None:
        """Keep beside the database how far it has come; before `recognise` nobody sends, and nothing is kept."""
        if self._file is not None:
            self._file.write(Trace(self._store, generation))

    def _known(self) -> int:
        trace = None if self._file is None else self._file.read()
        return trace.generation if trace is not None and trace.store == self._store else 0

    async def safe_mode(self) -> SafeMode | None:
        return await safe_mode(self._database)

    async def begin(self, cause: Cause, now: int) -> SafeMode:
        return await (await self._writing()).safety.begin(cause, now)

    async def doubts(self, mode: SafeMode) -> tuple[Doubt, ...]:
        return await doubts(self._database, mode)

    async def end(self, *, again: bool, now: int) -> int:
        return await (await self._writing()).safety.end(again=again, now=now)
