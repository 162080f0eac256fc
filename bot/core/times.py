"""Moments as text: UTC, ISO 8601 with milliseconds, so that comparing text compares time on every database."""

from __future__ import annotations

import logging
import time as machine
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

log = logging.getLogger(__name__)

FOLLOWED_SECONDS, PROVEN_SECONDS, ANCHORED_SECONDS = 300.0, 600.0, 3600.0
APART_SECONDS = 0.1
"""What two clocks may differ by before one follows the other: asking takes its time, and time should not go back."""


class SystemClock:
    """The time of day; tests put a clock of their own in its place."""

    def now(self) -> datetime:
        """The current moment, in UTC and aware of it."""
        return datetime.now(UTC)


def _since_boot() -> float:
    """Seconds that nobody can set, those in which the machine slept included where the system counts them."""
    boot = getattr(machine, "CLOCK_BOOTTIME", None)
    return machine.monotonic() if boot is None else machine.clock_gettime(boot)


class SteadyClock:
    """The time of day as a service goes by it: it does not follow a machine's clock that leaps, nor one that stands.

    Corrections of some minutes an hour are followed at once. More than that is taken for a fault at first, and time is
    counted on as it was; a minute in the year 2036 would make everything that waits too late, and that for good. Where
    the machine's clock goes on for ten minutes from where it leapt to, it is believed. wall: the machine's time of day
    in seconds since 1970; steady: seconds that can't be set.
    """

    def __init__(self, wall: Callable[[], float] = machine.time, steady: Callable[[], float] = _since_boot) -> None:
        self._wall, self._steady = wall, steady
        now = steady()
        self._gap = self._anchor = wall() - now
        self._anchored_at = now
        self._leap: tuple[float, float] | None = None
        self._ahead: float | None = None

    def agree(self, ahead: float) -> None:
        """Go by a clock that is so many seconds ahead of this machine's: several machines share the database's."""
        if self._ahead is None:
            # Nothing was told by this clock yet that the other one could be said to have leapt from.
            self._gap = self._anchor = self._gap + ahead
            self._ahead = ahead
        elif abs(ahead - self._ahead) > APART_SECONDS:
            self._ahead = ahead

    def now(self) -> datetime:
        """The current moment, in UTC and aware of it."""
        steady = self._steady()
        gap = self._wall() + (self._ahead or 0.0) - steady
        if abs(gap - self._anchor) <= FOLLOWED_SECONDS:
            self._follow(gap, steady)
        elif self._leap is None or abs(gap - self._leap[0]) > FOLLOWED_SECONDS:
            log.warning(
                "The machine's clock is off by %s s all at once: time is counted on without it. If it is right now, "
                "it is believed in %.0f min, or at once by a restart",
                f"{gap - self._gap:+,.0f}",
                PROVEN_SECONDS / 60,
            )
            self._leap = (gap, steady)
        elif steady - self._leap[1] > PROVEN_SECONDS:
            log.warning("The machine's clock has kept to its new time; it is believed from now on")
            self._anchor, self._anchored_at, self._leap = gap, steady, None
            self._gap = gap
        return datetime.fromtimestamp(steady + self._gap, UTC)

    def _follow(self, gap: float, steady: float) -> None:
        self._gap, self._leap = gap, None
        # Measured against an old gap only: a clock that stands would else be followed second by second.
        if steady - self._anchored_at > ANCHORED_SECONDS:
            self._anchor, self._anchored_at = gap, steady


def stamp(moment: datetime) -> str:
    """`2026-11-23T18:44:03.120Z` of an aware moment."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def local_day(stamped: str, zone: ZoneInfo) -> str:
    """The calendar day (`2026-11-23`) of a stamp in a zone."""
    return datetime.fromisoformat(stamped).astimezone(zone).date().isoformat()


def end_of_day(day: str, zone: ZoneInfo) -> str:
    """The stamp of the last millisecond of a calendar day in a zone."""
    midnight = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), zone)
    return stamp(midnight.astimezone(UTC) - timedelta(milliseconds=1))
