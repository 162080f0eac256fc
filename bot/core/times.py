"""Moments as text: UTC, ISO 8601 with milliseconds, so that comparing text compares time on every database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class SystemClock:
    """The time of day; tests put a clock of their own in its place."""

    def now(self) -> datetime:
        """The current moment, in UTC and aware of it."""
        return datetime.now(UTC)


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
