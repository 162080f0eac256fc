"""Local times as people write them: `2026-12-01 09:00`, `tomorrow 9:30`, `18:00`, `1 dicembre 2026 ore 9`. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
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
    r"(?:^|[\s,T])(?:at\s+|alle\s+|ore\s+|h\s*|в\s+)?(?P<pm>오후\s*|오전\s*)?(?P<hour>[01]?\d|2[0-4])"
    r"(?:[:.h](?P<minute>[0-5]\d)(?::\d\d)?|\s*시(?:\s*(?P<korean>[0-5]?\d)\s*분)?)?\s*(?P<half>am|pm)?$",
    re.IGNORECASE,
)
NOON = 12


def read_local(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The moment (UTC) of a local time in `zone`. Raises Mistake for what is none, is past, or does not exist there.

    A time without a day is the next one to come. Of a time that comes twice, when clocks are put back, the first is
    meant: the echo names the offset, so that nobody has to guess.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    local_now = now.astimezone(zone)
    match = _TIME.search(plain)
    clock = _clock(match) if match else None
    if match is None or clock is None:
        raise Mistake("mistake-time", value=text)
    day_text = plain[: match.start()].strip(" ,")
    day = _day(day_text, local_now.date())
    if day is None:
        raise Mistake("mistake-time", value=text)
    meant = datetime.combine(day, clock, zone)
    if not day_text and meant <= local_now:
        meant = datetime.combine(day + timedelta(days=1), clock, zone)
    moment = meant.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != meant.replace(tzinfo=None):
        raise Mistake("mistake-time-skipped", value=text, zone=zone.key)
    if moment <= now:
        raise Mistake("mistake-time-past", value=text)
    return moment


def _clock(match: re.Match[str]) -> time | None:
    hour, minute = int(match["hour"]), int(match["minute"] or match["korean"] or 0)
    later = match["half"] == "pm" or (match["pm"] or "").startswith("오후")
    if (match["half"] or match["pm"]) and hour <= NOON:
        hour = hour % NOON + (NOON if later else 0)
    # A bare number is a year or a day as likely as an hour.
    said = match["minute"] or match["half"] or match["pm"] or "시" in match[0] or re.search(r"[^\d\s,]", match[0])
    return time(hour, minute) if hour < 24 and said else None


def _day(text: str, today: date) -> date | None:
    if not text:
        return today
    if text in _DAYS_AHEAD:
        return today + timedelta(days=_DAYS_AHEAD[text])
    named = iso_date(text)
    return date.fromisoformat(named) if named is not None and len(named) == len("2026-12-01") else None


def offset_of(moment: datetime, zone: ZoneInfo) -> str:
    """`UTC+01:00` of a moment in a zone."""
    shown = moment.astimezone(zone).strftime("%z")
    return f"UTC{shown[:3]}:{shown[3:]}"
