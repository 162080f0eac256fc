from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.entries import LOCALES
from bot.core.errors import Mistake
from bot.core.recurrence import EVERY_DAY, WEEKEND, WORKDAYS, next_slot, read_recurrence, recurs
from bot.words import load_words

WORDS = load_words()
ROME, SEOUL = ZoneInfo("Europe/Rome"), ZoneInfo("Asia/Seoul")
MON, WED, THU, FRI, SUN = 0, 2, 3, 4, 6


@pytest.mark.parametrize(
    ("when", "days", "hour"),
    [
        # English
        ("every monday 09:00", (MON,), "09:00"),
        ("Every Monday at 9 am", (MON,), "09:00"),
        ("every mon, thu 9:00", (MON, THU), "09:00"),
        ("every thursday and monday 9", (MON, THU), "09:00"),
        ("every week on friday 21:30", (FRI,), "21:30"),
        ("every day 18:00", EVERY_DAY, "18:00"),
        ("daily 0:00", EVERY_DAY, "00:00"),
        ("every weekday 9:30 pm", WORKDAYS, "21:30"),
        ("each weekend 10.15", WEEKEND, "10:15"),
        # Italian
        ("ogni lunedì alle 9", (MON,), "09:00"),
        ("ogni lunedi' alle ore 9:30", (MON,), "09:30"),
        ("ogni mar e ven h 9", (1, FRI), "09:00"),
        ("tutti i giorni alle 18", EVERY_DAY, "18:00"),
        ("tutte le domeniche alle 9.30", (SUN,), "09:30"),
        ("ogni giorno feriale alle 9", WORKDAYS, "09:00"),
        ("ogni fine settimana alle 9", WEEKEND, "09:00"),
        # Russian
        ("каждый понедельник в 9:00", (MON,), "09:00"),
        ("Каждую среду, пятницу в 12:30", (WED, FRI), "12:30"),
        ("по понедельникам и четвергам в 18", (MON, THU), "18:00"),
        ("каждый день 9:00", EVERY_DAY, "09:00"),
        ("по будням в 9", WORKDAYS, "09:00"),
        ("по выходным 11:00", WEEKEND, "11:00"),
        # Korean
        ("매주 월요일 9시", (MON,), "09:00"),
        ("매주 월·목 9시 30분", (MON, THU), "09:30"),
        ("매주 월요일과 목요일 오전 9시", (MON, THU), "09:00"),
        ("월요일마다 오후 6시 반", (MON,), "18:30"),
        ("매일 18시", EVERY_DAY, "18:00"),
        ("평일마다 ９：００", WORKDAYS, "09:00"),
        ("매 주말 9시", WEEKEND, "09:00"),
    ],
)
def test_days_and_an_hour_are_read_in_four_languages(when: str, days: tuple[int, ...], hour: str) -> None:
    """An editor says when something comes again as they would say it to a colleague."""
    found = read_recurrence(f"{when}: The week")
    assert (found.days, f"{found.minute // 60:02}:{found.minute % 60:02}") == (days, hour)
    assert recurs(when)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("every monday 09:00: the week: what was new", "the week: what was new"),
        ("every monday 9: 19 June and after", "19 June and after"),
        ("매주 월요일 9시：조약의 한 주", "조약의 한 주"),
        ("every monday 9:00:  Two \n lines ", "Two lines"),
        ("every monday 9:00: " + "x" * 100, "x" * 100),
    ],
)
def test_the_title_is_what_follows_the_first_colon_after_the_time(text: str, title: str) -> None:
    """A title keeps its own colons, numbers and capitals, and is one line."""
    assert read_recurrence(text).title == title


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("every monday: the week", "mistake-notice"),
        ("every monday 25:00: the week", "mistake-notice"),
        ("every 9:00: the week", "mistake-notice"),
        ("every week 9:00: the week", "mistake-notice"),
        ("every", "mistake-notice"),
        ("every funday 9:00: the week", "mistake-notice-day"),
        ("every second monday 9:00: the week", "mistake-notice-day"),
        ("every monday 9:00", "mistake-notice-title"),
        ("every monday 9:00:", "mistake-notice-title"),
        ("every monday 9:00: " + "x" * 101, "mistake-notice-title"),
    ],
)
def test_what_is_missing_or_wrong_is_said(text: str, key: str) -> None:
    """Nothing is told at a day or an hour that somebody did not mean: what can't be read is refused by its name."""
    with pytest.raises(Mistake) as refused:
        read_recurrence(text)
    assert refused.value.key == key


@pytest.mark.parametrize("text", ["F-12", "F-12 2026-12-01 09:00", "4", "reports", "1961 1", "статья 4", "제4조", ""])
def test_a_proposal_is_never_taken_for_a_recurring_time(text: str) -> None:
    """Setting the hour of a proposal works as before, however its entry is named."""
    assert not recurs(text)


@pytest.mark.parametrize("locale", LOCALES)
def test_offered_notices_are_understood(locale: str) -> None:
    """What the bot tells people to type in their language it also understands."""
    said = WORDS[locale].text
    texts = [
        *(said(key, value="x") for key in ("mistake-notice", "mistake-notice-day")),
        *(said("mistake-notice-title", limit=100), said("notice-how")),
    ]
    examples = [text.partition("/schedule ")[2] for text in texts]
    examples += re.findall(r"\(([^()]*9[^()]*:[^()]*)\)", said("command-schedule-help"))
    examples += [re.split(r"; \w+:? | 또는 |; или: ", said("param-schedule-entry"))[-1]]
    examples[-1] = {"en": "every "}.get(locale, "") + examples[-1].removeprefix("every ")
    found = [read_recurrence(each) for each in examples]
    assert len(found) == 6
    assert [each.minute for each in found] == [540, 540, 1080, 540, 540, 540]
    assert [each.days for each in found] == [(MON, THU), (MON, THU), EVERY_DAY, (MON,), (MON,), (MON,)]


MOMENTS = st.integers(0, 10 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@settings(deadline=None)
@given(
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    st.integers(0, 24 * 60 - 1),
    st.sampled_from([ROME, SEOUL, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")]),
    MOMENTS,
)
def test_the_next_time_is_the_first_to_come_on_such_a_day(
    days: tuple[int, ...], minute: int, zone: ZoneInfo, now: datetime
) -> None:
    """What is announced as next lies ahead, on a day that was asked for, and no such day lies in between."""
    slot = next_slot(days, minute, zone, now)
    local = slot.moment.astimezone(zone)
    assert slot.moment > now
    assert local.date().isoformat() == slot.date
    assert local.weekday() in days
    between = (local.date() - now.astimezone(zone).date()).days
    passed = [(now.astimezone(zone) + timedelta(days=each)).weekday() for each in range(1, between)]
    assert not set(passed) & set(days)
