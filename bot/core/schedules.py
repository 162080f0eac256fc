"""Local times as people write them: `2026-12-01 09:00`, `tomorrow 9:30`, `18:00`, `1 dicembre 2026 ore 9`. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.dates import iso_date
from bot.core.errors import Mistake

_DAYS_AHEAD = {
    **dict.fromkeys(("today", "oggi", "сегодня", "오늘"), 0),
    **dict.fromkeys(("tomorrow", "domani", "завтра", "내일"), 1),
}
NEVER = frozenset(
    {"off", "none", "no", "now", "cancel", "-", "mai", "subito", "ora", "нет", "сейчас", "отмена", "취소", "지금"}
)
"""What takes an hour set before away."""
_TIME = re.compile(
    r"(?:^|[\s,T])(?:(?:at|alle|ore|в)\s+|h\s*)*(?P<noon>오후\s*|오전\s*)?(?P<hour>[01]?\d|2[0-3])"
    r"(?:[:.h](?P<minute>[0-5]\d)(?::[0-5]\d)?|\s*시(?:\s*(?P<korean>[0-5]?\d)\s*분|\s*(?P<half>반))?)?"
    r"\s*(?P<letter>[ap])?(?(letter)\.?m\.?)$",
    re.IGNORECASE,
)
_ECHO = re.compile(r"\s*\(\S+, utc(?P<offset>[+-]\d\d:\d\d)\)$")
NOON = 12


def read_local(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The moment (UTC) of a local time in `zone`. Raises Mistake for what is none, is past, or does not exist there.

    A time without a day is the next one to come. Of a time that comes twice, when clocks are put back, the first that
    is still to come is meant: the echo names the offset, so that nobody has to guess. The echo itself can be read.
    """
    plain = unicodedata.normalize("NFKC", text.replace("º", "°")).casefold().strip()
    echo = _ECHO.search(plain)
    plain = plain[: echo.start()] if echo else plain
    found = split_time(plain)
    if found is None:
        raise Mistake("mistake-time", value=text)
    named, clock = found
    local_now = now.astimezone(zone).replace(tzinfo=None)
    day = _day(named, local_now.date())
    if day is None:
        raise Mistake("mistake-time", value=text)
    moments = _moments(day, clock, zone)
    gone = moments[-1] <= now if moments else datetime.combine(day, clock) <= local_now
    if gone and not named:
        moments = _moments(day + timedelta(days=1), clock, zone)
    if not moments:
        raise Mistake("mistake-time-skipped", value=text, zone=zone.key)
    if echo:
        moments = [each for each in moments if offset_of(each, zone).casefold() == f"utc{echo['offset']}"]
        if not moments:
            raise Mistake("mistake-time", value=text)
    coming = next((each for each in moments if each > now), None)
    if coming is None:
        raise Mistake("mistake-time-past", value=text)
    return coming


def _moments(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """When clocks in a zone show this: once, twice where they are put back, never where they are put forward."""
    meant = datetime.combine(day, clock)
    both = {meant.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(each for each in both if each.astimezone(zone).replace(tzinfo=None) == meant)


def split_time(plain: str, *, bare: bool = False) -> tuple[str, time] | None:
    """What stands before the time of day that a case-folded text ends in, and that time; None where it ends in none.

    bare: a number alone is an hour. Elsewhere it is a year or a day as likely.
    """
    match = _TIME.search(plain)
    clock = _clock(match, bare=bare) if match else None
    return (plain[: match.start()].strip(" ,"), clock) if match is not None and clock is not None else None


def _clock(match: re.Match[str], *, bare: bool) -> time | None:
    hour, minute = int(match["hour"]), 30 if match["half"] else int(match["minute"] or match["korean"] or 0)
    later = match["letter"] == "p" or (match["noon"] or "").startswith("오후")
    if match["letter"] or match["noon"]:
        if hour > NOON and not later:
            return None
        hour = hour if hour > NOON else hour % NOON + (NOON if later else 0)
    return time(hour, minute) if bare or re.search(r"[^\d\s,]", match[0]) else None


def _day(text: str, today: date) -> date | None:
    if not text:
        return today
    if text in _DAYS_AHEAD:
        return today + timedelta(days=_DAYS_AHEAD[text])
    named = iso_date(text)
    if named is None or len(named) != len("2026-12-01"):
        return None
    day = date.fromisoformat(named)
    return day if MINYEAR < day.year < MAXYEAR else None  # a zone's offset would lead out of what datetime can hold


def offset_of(moment: datetime, zone: ZoneInfo) -> str:
    """`UTC+01:00` of a moment in a zone."""
    shown = moment.astimezone(zone).strftime("%z")
    return f"UTC{shown[:3]}:{shown[3:5]}"
