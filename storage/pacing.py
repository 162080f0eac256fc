"""Writing how fast platforms may be written to: one row each paces all processes, and others say what is paused."""

from __future__ import annotations

from pyrate_limiter import Rate
from pyrate_limiter.abstracts.algorithm import GCRA
from sqlalchemy import BigInteger, Connection, and_, bindparam, cast, func, select, update

from bot.core.leases import News
from bot.core.outbox import Pace
from bot.core.places import Platform
from storage.engine import upserting
from storage.notifying import notify
from storage.schema import limits

SHARE = 0.99
"""Of the limit. All of it would be one request too many as soon as one is on its way a little longer than the next."""
THOUSAND_SECONDS = 1_000_000
"""Milliseconds. The library counts in whole requests, so a rate such as 29.7 a second is said per thousand seconds."""
UNBOUNDED = 1 << 40
"""Slots are handed out ahead of time, as many as are asked for; nobody is ever refused."""
FARTHEST_US, FARTHEST_SLOTS = 60_000_000, 600
"""Nobody claims a minute ahead, or so many slots where they are rare: where the row says so, the clock was put back and
it must not be waited for."""

_WHOLE = ""
_OWN = and_(limits.c.platform == bindparam("on"), limits.c.scope == bindparam("part"))
_TAT = select(limits.c.tat, bindparam("now", type_=BigInteger)).where(_OWN).with_for_update()
# Each process has a machine's clock of its own, and only one of them can be right.
_THERE = cast(func.extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)
_TAT_THERE = select(limits.c.tat, _THERE).where(_OWN).with_for_update()
_SET_TAT = update(limits).where(_OWN).values(tat=bindparam("end"))


def reserve(connection: Connection, platform: Platform, slots: int, pace: Pace, now: int) -> tuple[int, int]:
    """Take so many slots of a platform's rate, after those that were spent beside the outbox.

    Returns in how long the first may leave and the time from one to the next, in microseconds. The row stays locked
    until the transaction ends, so that no two processes are ever given the same slot. now: milliseconds, of a process
    that has the database for itself; where there may be others the database says what time it is.
    """
    rate = Rate(max(1, round(pace.per_second * SHARE * THOUSAND_SECONDS / 1000)), THOUSAND_SECONDS, UNBOUNDED)
    whole: dict[str, object] = {"on": platform.value, "part": _WHOLE}
    row = _TAT_THERE if connection.dialect.name == "postgresql" else _TAT
    found = connection.execute(row, whole | {"now": now * 1000}).one_or_none()
    if found is None:
        connection.execute(upserting(connection, limits), [{"platform": platform.value, "scope": _WHOLE}])
        found = connection.execute(row, whole | {"now": now * 1000}).one()
    tat, micros = found
    now = micros // 1000
    if tat > now * 1000 + max(FARTHEST_US, FARTHEST_SLOTS * 1_000_000 / pace.per_second):
        tat = 0
    gcra = GCRA()
    # The row is where the spent ones end and, after all slots, where the next claim begins.
    before = _after(gcra, rate, tat, now, pace.spent)
    end = _after(gcra, rate, before, now, slots)
    connection.execute(_SET_TAT, whole | {"end": end})
    return before - now * 1000, (end - before) // slots if slots else 0


def _after(gcra: GCRA, rate: Rate, tat: int, now: int, weight: int) -> int:
    state, _admitted = gcra.step([rate], (tat,), now, weight)
    return int(state[0])


def pause(connection: Connection, platform: Platform, scope: str, until: int) -> None:
    """See `Outbox.pause`."""
    connection.execute(upserting(connection, limits), [{"platform": platform.value, "scope": scope}])
    own = and_(limits.c.platform == platform.value, limits.c.scope == scope)
    later = update(limits).where(own, limits.c.paused_until < until).values(paused_until=until)
    if connection.execute(later).rowcount:
        notify(connection, News.PAUSES)
