"""Times that come again, as people write them: `every monday 09:00`, `ogni lunedì alle 9`, `매일 18:00`. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.errors import Mistake
from bot.core.schedules import split_time
from bot.core.subscriptions import Slot, slots, split

LONGEST_TITLE = 100
EVERY_DAY = tuple(range(7))
WORKDAYS, WEEKEND = EVERY_DAY[:5], EVERY_DAY[5:]

EVERY_WORDS = frozenset(
    """
    every each daily weekly ogni tutti tutte nei каждый каждую каждое каждые ежедневно еженедельно по
    매 매주 매일 매주말
    """.split()
)
"""What a recurring time begins with; no number and no key of an entry does."""
_DAYS: Mapping[str, tuple[int, ...]] = {
    **{
        word: (day,)
        for day, words in enumerate(
            (
                "monday mondays mon lunedi lun понедельник понедельникам понедельники пн 월요일 월",
                "tuesday tuesdays tue tues martedi mar вторник вторникам вторники вт 화요일 화",
                "wednesday wednesdays wed mercoledi mer среда среду средам среды ср 수요일 수",
                "thursday thursdays thu thur thurs giovedi gio четверг четвергам четверги чт 목요일 목",
                "friday fridays fri venerdi ven пятница пятницу пятницам пятницы пт 금요일 금",
                "saturday saturdays sat sabato sabati sab суббота субботу субботам субботы сб 토요일 토",
                "sunday sundays sun domenica domeniche dom воскресенье воскресеньям воскресенья вс 일요일 일",
            )
        )
        for word in words.split()
    },
    **dict.fromkeys(
        "weekday weekdays workday workdays feriale feriali будний будние будни будням 평일".split(), WORKDAYS
    ),
    **dict.fromkeys(("weekend", "weekends", "выходной", "выходные", "выходным", "주말", "매주말"), WEEKEND),
    "daily": EVERY_DAY,
    "ежедневно": EVERY_DAY,
    "매일": EVERY_DAY,
}
_DAY_WORDS = frozenset("day days giorno giorni день дни дням 날".split())
"""Every day, where no days are named beside them."""
_FILLERS = EVERY_WORDS - _DAYS.keys() | frozenset(
    "on and at i gli le il la e ed и в alle ore the week fine settimana".split()
)
_ACCENTS = str.maketrans("ìíё", "iiе", "'’`")
_BETWEEN = re.compile(r"[\s,;/·+&]+")
_COLON = re.compile(r"[:：](?!\d)\s*")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Something that is told again and again. days: Monday is 0, in order. minute: of the day on local clocks."""

    days: tuple[int, ...]
    minute: int
    title: str


def recurs(text: str) -> bool:
    """Whether a text begins like a recurring time, so that whatever else is wrong with it is said of that."""
    words = _fold(text).split(None, 1)
    return bool(words) and (words[0] in EVERY_WORDS or words[0].endswith("마다"))


def read_recurrence(text: str) -> Recurrence:
    """Read `every monday 09:00: the week of the pact`. Raises Mistake with what is wrong.

    The first colon that no digit follows ends the time; all after it is the title, as it was written.
    """
    colon = _COLON.search(text)
    when = text[: colon.start()] if colon else text
    found = split_time(_fold(when), bare=True)
    if found is None:
        raise Mistake("mistake-notice", value=text.strip())
    named, clock = found
    title = " ".join(text[colon.end() :].split()) if colon else ""
    days = _days(named, text)
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise Mistake("mistake-notice-title", limit=LONGEST_TITLE)
    return Recurrence(days, clock.hour * 60 + clock.minute, title)


def _days(named: str, text: str) -> tuple[int, ...]:
    found: set[int] = set()
    any_day = False
    for word in filter(None, _BETWEEN.split(named)):
        known = word if word in _DAYS or word in _FILLERS else _without_particle(word)
        if known not in _DAYS and known not in _DAY_WORDS and known not in _FILLERS:
            raise Mistake("mistake-notice-day", value=word)
        found |= set(_DAYS.get(known, ()))
        any_day = any_day or known in _DAY_WORDS
    if not found and not any_day:
        raise Mistake("mistake-notice", value=text.strip())
    return tuple(sorted(found)) or EVERY_DAY


def _without_particle(word: str) -> str:
    """A Korean word without what is said after it: `월요일과`, `평일마다`."""
    return re.sub(r"(마다|에는|에|과|와|이랑|랑|및)$", "", word)


def _fold(text: str) -> str:
    """Small letters, and those with and without accents alike: `Lunedì` is often written `lunedi'`."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_ACCENTS)
    return plain.replace("fine settimana", "weekend").strip()


def next_slot(days: tuple[int, ...], minute: int, zone: ZoneInfo, now: datetime) -> Slot:
    """When it comes next."""
    yesterday = (now.astimezone(zone).date() - timedelta(days=1)).isoformat()
    return split(slots(yesterday, minute=minute, weekday=days, zone=zone), now)[1]
