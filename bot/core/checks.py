"""What `pactwatch doctor` finds: one value a check, made where the thing is known, told by `bot.doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from bot.core.places import ChatRef
from bot.core.safety import Cause


class Level(StrEnum):
    """ok; warning: it works, but somebody should look at it; mend: it does not, and must be mended."""

    OK = "ok"
    WARNING = "warning"
    MEND = "mend"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. name: `telegram.webhook`, its section before the dot. advice: what to do, if anything.

    Both texts are English, one line each, for the operator.
    """

    name: str
    level: Level
    found: str
    advice: str = ""


def ok(name: str, found: str, advice: str = "") -> Check:
    """All is well."""
    return Check(name, Level.OK, found, advice)


def warning(name: str, found: str, advice: str) -> Check:
    """It works, but somebody should look at it."""
    return Check(name, Level.WARNING, found, advice)


def mend(name: str, found: str, advice: str) -> Check:
    """It must be mended."""
    return Check(name, Level.MEND, found, advice)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bot is to be able to write. space: the Discord server it is in, where that is known."""

    chat: ChatRef
    space: str | None = None


@dataclass(frozen=True, slots=True)
class Upkeep:
    """last_backup: when the last one was made that is known of. safe_mode: why nothing is sent until `resume`."""

    last_backup: datetime | None = None
    safe_mode: str | None = None


BACKUP_AGE = timedelta(days=2)


def upkeep(state: Upkeep, now: datetime) -> tuple[Check, Check]:
    """What is to be said of backups and of safe mode."""
    advice = "the running service makes one a day, `pactwatch db backup FILE` one now; keep copies on another machine"
    if state.last_backup is None:
        backup = warning("backup.last", "no daily one yet (those made by hand are not counted)", advice)
    elif now - state.last_backup > BACKUP_AGE:
        days = (now - state.last_backup).days
        backup = warning("backup.last", f"{state.last_backup:%Y-%m-%d %H:%M} UTC, {days} days ago", advice)
    else:
        backup = ok("backup.last", f"{state.last_backup:%Y-%m-%d %H:%M} UTC")
    if state.safe_mode is None:
        return backup, ok("backup.safe-mode", "off")
    advice = "`pactwatch resume` lists what may have been sent already, and then lets pushes go on"
    if state.safe_mode == Cause.MOVED:
        advice = "set DATABASE_URL to the database that this one was moved to, and start anew"
    return backup, mend("backup.safe-mode", f"on ({state.safe_mode}): nothing is sent", advice)


CLOCK_WARNING, CLOCK_MEND = 5.0, 60.0
"""Seconds. Digests and alerts leave by this machine's clock; a minute off, and limits and expiries go wrong as well."""


def clock(name: str, whose: str, ahead: float) -> Check:
    """What is to be said of a clock that is so many seconds ahead of somebody else's."""
    off = abs(ahead)
    if off <= CLOCK_WARNING:
        return ok(name, f"agrees with {whose}'s to {max(1, round(off))} s")
    found = f"{off:,.0f} s {'ahead of' if ahead > 0 else 'behind'} {whose}'s"
    advice = "set this machine's clock by NTP, such as with `timedatectl set-ntp true`"
    return mend(name, found, advice) if off > CLOCK_MEND else warning(name, found, advice)


def seconds_ahead(date: str, ours: float) -> float | None:
    """How far our clock (seconds since 1970) is ahead of an HTTP `Date`, which leaves out the part of a second."""
    try:
        return ours - parsedate_to_datetime(date).timestamp() - 0.5
    except (TypeError, ValueError):
        return None


MEGABYTE = 1024 * 1024
SPACE_WARNING, SPACE_MEND, COPIES = 1024 * MEGABYTE, 100 * MEGABYTE, 3
"""Bytes, and how many times the database must fit in beside itself: a backup and a migration each take a copy."""


def space(name: str, size: int, free: int) -> Check:
    """What is to be said of the disk under a database of this size."""
    found = f"{in_bytes(free)} free, the database takes {in_bytes(size)}"
    if free < SPACE_MEND:
        return mend(name, found, "make room now: a full disk stops everything that is to be written")
    if free < SPACE_WARNING or free < COPIES * size:
        return warning(name, found, "make room: backups and migrations need some three times the database's size")
    return ok(name, found)


def in_bytes(size: int) -> str:
    """`3.4 GB`."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TB"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 entry`, `2 entries`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
