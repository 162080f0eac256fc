"""Dates as people write them: `20 June 2024`, `20 giugno 2024`, `июнь 2024 г.`, `2024년 6월 20일`, `today`.

Pure: what day it is today is passed in.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from bot.core.entries import is_date

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan gennaio gen январь января январе янв",
            "february feb febbraio февраль февраля феврале фев февр",
            "march mar marzo март марта марте мар",
            "april apr aprile апрель апреля апреле апр",
            "may maggio mag май мая мае",
            "june jun giugno giu июнь июня июне июн",
            "july jul luglio lug июль июля июле июл",
            "august aug agosto ago август августа августе авг",
            "september sept sep settembre set сентябрь сентября сентябре сен сент",
            "october oct ottobre ott октябрь октября октябре окт",
            "november nov novembre ноябрь ноября ноябре ноя нояб",
            "december dec dicembre dic декабрь декабря декабре дек",
        ),
        start=1,
    )
    for name in names.split()
}
"""Month names of the four languages and their short forms; Korean months are numbers."""

DAYS_AGO = dict.fromkeys(("today", "now", "oggi", "сегодня", "오늘"), 0) | dict.fromkeys(
    ("yesterday", "ieri", "вчера", "어제"), 1
)

_YEAR = r"(?P<year>\d{4})(?:\s*(?:года|году|год|г))?"
_FORMS = (
    re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})\s*년(?:\s*(?P<month>\d{1,2})\s*월(?:\s*(?P<day>\d{1,2})\s*일)?)?"),
    re.compile(rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|°|-?го|-?е)?\s+(?:of\s+)?)?(?P<name>[^\W\d_]+)\.?,?\s+{_YEAR}"),
    re.compile(rf"(?P<name>[^\W\d_]+)\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}"),
    re.compile(_YEAR),
)
_ARTICLE = re.compile(r"(?:il|the|del)\s+|l'|dell'|all'")


def iso_date(text: str, today: str | None = None) -> str | None:
    """The date a text names, as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; None where it names none.

    Words such as `yesterday` are read only where `today` (`YYYY-MM-DD`) is given.
    """
    plain = unicodedata.normalize("NFKC", text.replace("º", "°")).casefold().replace("’", "'").strip(" .,")
    plain = _ARTICLE.sub("", plain, count=1) if _ARTICLE.match(plain) else plain
    if is_date(plain):
        return plain
    if plain in DAYS_AGO:
        return None if today is None else (date.fromisoformat(today) - timedelta(days=DAYS_AGO[plain])).isoformat()
    for form in _FORMS:
        if match := form.fullmatch(plain):
            parts = match.groupdict()
            month = MONTHS.get(parts.get("name") or "", parts.get("month"))
            if parts.get("name") and month is None:
                continue
            found = "-".join(str(part).zfill(2) for part in (parts["year"], month, parts.get("day")) if part)
            return found if is_date(found) else None
    return None
