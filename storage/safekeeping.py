"""Writing whether the database may be sent from: its marks, the beginning and the end of safe mode."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, Text, and_, case, cast, delete, func, or_, select, update

from bot.core.deliveries import Deed, DeliveryState, moment_of
from bot.core.editorial import Severity
from bot.core.errors import StoreError
from bot.core.leases import News
from bot.core.safety import Cause, SafeMode
from bot.core.times import stamp
from storage.bodies import canonical
from storage.claims import OPEN, close
from storage.engine import UnitsOfWork, upserting
from storage.notifying import notify
from storage.safety import read_mode
from storage.schema import alerts, audit, awaited_answers, deliveries, digest_slots, meta, proposals, revisions

MAYBE_SENT = "the database is older than what was sent"
"""The reason of deliveries that may have left before the database was put back."""

_POST = or_(deliveries.c.deed == Deed.POST.value, deliveries.c.replaces == 1)

_SAFE_MODE = meta.c.key == "safe_mode"


def advance(connection: Connection, least: int = 0) -> int:
    """Count one step further than the database, or `least`, has come; returns how far that is."""
    # One statement: every claim ends with it, and on PostgreSQL all other senders wait until it is committed.
    reached = cast(meta.c.value, BigInteger)
    further = cast(case((reached < least, least), else_=reached) + 1, Text)
    row = meta.c.key == "generation"
    return int(connection.execute(update(meta).where(row).values(value=further).returning(meta.c.value)).scalar_one())


class SafetyWriter:
    """The writing half of `storage.safety.SqlSafety`; see `bot.core.safety.Safety` for what the methods promise."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    async def settle_at(self, home: str) -> None:
        """From now on this is where it is sent from."""
        await self._units.run_in_thread(lambda connection: _set(connection, "home", home))

    async def advance(self, least: int) -> int:
        """See `advance`."""
        return await self._units.run_in_thread(lambda connection: advance(connection, least))

    async def begin(self, cause: Cause, now: int) -> SafeMode:
        """See `Safety.begin`."""
        return await self._units.run_in_thread(lambda connection: _begin(connection, cause, now))

    async def end(self, *, again: bool, now: int) -> int:
        """See `Safety.end`."""
        return await self._units.run_in_thread(lambda connection: _end(connection, again=again, now=now))


def _set(connection: Connection, key: str, value: str) -> None:
    connection.execute(update(meta).where(meta.c.key == key).values(value=value))


def _begin(connection: Connection, cause: Cause, now: int) -> SafeMode:
    before = read_mode(connection.execute(select(meta.c.value).where(_SAFE_MODE).with_for_update()).scalar_one())
    last = _last_act(connection) if before is None else before.last_act
    mode = SafeMode(cause if before is None else before.cause, now, last)
    _keep(connection, mode)
    notify(connection, News.OUTBOX)
    return mode


def leave(connection: Connection, there: str, now: int) -> str:
    """Send nothing from here any more: it is sent from `there`. Returns the safe mode before, as `meta` keeps it.

    Raises StoreError where it was left for another place: both might send.
    """
    before = str(connection.execute(select(meta.c.value).where(_SAFE_MODE).with_for_update()).scalar_one())
    mode = read_mode(before)
    known = connection.scalar(select(meta.c.value).where(meta.c.key == "moved_to"))
    if mode is not None and mode.cause is Cause.MOVED:
        if known != there:
            raise StoreError("move-elsewhere")
        return before
    _keep(connection, SafeMode(Cause.MOVED, now, _last_act(connection)))
    connection.execute(upserting(connection, meta, ("value",)), {"key": "moved_to", "value": there})
    return before


def come_back(connection: Connection, before: str) -> None:
    """Take back a `leave` that came to nothing."""
    _set(connection, "safe_mode", before)


def _keep(connection: Connection, mode: SafeMode) -> None:
    value = canonical({"cause": mode.cause.value, "since": mode.since, "last_act": mode.last_act})
    _set(connection, "safe_mode", value)


def _last_act(connection: Connection) -> str:
    """The youngest thing that the database knows of."""
    acts = [connection.scalar(select(func.max(column))) for column in (audit.c.at, revisions.c.at)]
    columns = (deliveries.c.settled_at, deliveries.c.first_at, alerts.c.created_at, digest_slots.c.made_at)
    moments = [connection.scalar(select(func.max(column))) for column in columns]
    acts += [stamp(moment_of(moment)) for moment in moments if moment is not None]
    return max((act for act in acts if act), default="")


def _end(connection: Connection, *, again: bool, now: int) -> int:
    parked = 0
    kept = read_mode(connection.execute(select(meta.c.value).where(_SAFE_MODE).with_for_update()).scalar_one())
    # Where another `resume` was quicker, what is in hand by now is on its way for the first time.
    if kept is not None and not again:
        waiting = and_(OPEN, or_(deliveries.c.due_at <= kept.since, deliveries.c.owner != ""), _POST)
        ids = list(connection.scalars(select(deliveries.c.id).where(waiting)))
        close(connection, ids, DeliveryState.UNCERTAIN, MAYBE_SENT, now)
        parked = len(ids)
        # Told to one person in private: who asked knows to ask again.
        connection.execute(delete(awaited_answers).where(awaited_answers.c.entry_key != ""))
        # Published at once now; it may have been told of long ago, so it goes into digests only.
        due = and_(proposals.c.open == 1, proposals.c.publish_at <= stamp(moment_of(kept.since)))
        connection.execute(update(proposals).where(due).values(severity=Severity.QUIET.value))
    for key in ("safe_mode", "brake"):
        _set(connection, key, "")
    notify(connection, News.OUTBOX)
    return parked
