from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.entries import LOCALES
from bot.core.errors import Mistake
from bot.core.schedules import NEVER, offset_of, read_local
from bot.core.times import stamp
from bot.services.review import local_time
from bot.words import load_words

WORDS = load_words()
ROME, SEOUL, MOSCOW = ZoneInfo("Europe/Rome"), ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Moscow")
ZONES = (
    *(ROME, SEOUL, MOSCOW, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")),
    *(ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")),
)
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""18:00 on a Monday in Rome."""


def at(moment: str, zone: ZoneInfo = ROME, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def mistake(text: str, zone: ZoneInfo = ROME, now: datetime = NOW) -> Mistake:
    with pytest.raises(Mistake) as refused:
        read_local(text, zone, now)
    return refused.value


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # with a day in figures
        ("2026-12-01 09:00", "2026-12-01 09:00"),
        ("2026-12-01T09:00", "2026-12-01 09:00"),
        ("2026-12-01 9:00:30", "2026-12-01 09:00"),
        ("2026-12-01, 9.30", "2026-12-01 09:30"),
        ("1.12.2026 9:00", "2026-12-01 09:00"),
        ("２０２６-１２-０１ ０９：００", "2026-12-01 09:00"),
        ("  2026-12-01   09:00 ", "2026-12-01 09:00"),
        # English
        ("1 December 2026 9:30", "2026-12-01 09:30"),
        ("December 1, 2026 at 9 am", "2026-12-01 09:00"),
        ("today 11:30 pm", "2026-11-23 23:30"),
        ("tomorrow 9:30", "2026-11-24 09:30"),
        ("Tomorrow at 9 p.m.", "2026-11-24 21:00"),
        ("tomorrow 12 am", "2026-11-24 00:00"),
        ("tomorrow 12:30 pm", "2026-11-24 12:30"),
        # Italian
        ("1 dicembre 2026 ore 9", "2026-12-01 09:00"),
        ("1º dicembre 2026 alle 9.30", "2026-12-01 09:30"),
        ("oggi alle 19", "2026-11-23 19:00"),
        ("domani alle ore 9:30", "2026-11-24 09:30"),
        ("domani h 9", "2026-11-24 09:00"),
        # Russian
        ("1 декабря 2026 г., 09:00", "2026-12-01 09:00"),
        ("1 декабря 2026 года в 9:30", "2026-12-01 09:30"),
        ("сегодня в 19", "2026-11-23 19:00"),
        ("Завтра в 9:30", "2026-11-24 09:30"),
        # Korean
        ("2026년 12월 1일 09:00", "2026-12-01 09:00"),
        ("2026년 12월 1일 오전 9시", "2026-12-01 09:00"),
        ("오늘 오후 7시 30분", "2026-11-23 19:30"),
        ("오늘 19시", "2026-11-23 19:00"),
        ("내일 오후 3시 반", "2026-11-24 15:30"),
        ("내일 오전 12시", "2026-11-24 00:00"),
        ("내일 오후12시", "2026-11-24 12:00"),
        ("내일 오후 15시", "2026-11-24 15:00"),
        ("내일 9:30", "2026-11-24 09:30"),
    ],
)
def test_a_local_time_is_read_in_four_languages(text: str, moment: str) -> None:
    """An editor writes an hour as they would in a message to a colleague."""
    assert read_local(text, ROME, NOW) == at(moment)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("18:30", "2026-11-23 18:30"),
        ("18:01", "2026-11-23 18:01"),
        ("18:00", "2026-11-24 18:00"),
        ("17:59", "2026-11-24 17:59"),
        ("0:00", "2026-11-24 00:00"),
        ("alle 9", "2026-11-24 09:00"),
        ("9 am", "2026-11-24 09:00"),
        ("오전 9시", "2026-11-24 09:00"),
        ("в 23", "2026-11-23 23:00"),
    ],
)
def test_a_time_alone_is_the_next_to_come(text: str, moment: str) -> None:
    """Whoever writes 18:30 at six means tonight, and at seven tomorrow; this very minute is over."""
    assert read_local(text, ROME, NOW) == at(moment)


def test_the_day_is_that_of_the_zone() -> None:
    """Tomorrow in Seoul has begun while it is still today in Rome."""
    assert read_local("tomorrow 9:00", SEOUL, NOW) == at("2026-11-25 09:00", SEOUL)
    assert read_local("3:00", SEOUL, NOW) == at("2026-11-24 03:00", SEOUL)
    assert read_local("오늘 03:00", SEOUL, NOW) == at("2026-11-24 03:00", SEOUL)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "soon", "at", "9", "09", "tomorrow", "2026-12-01", "1 December 2026", "December 12", "2026-12-01 9"),
        *("24:00", "25:00", "9:60", "9:5", "-9:00", "2026-12-01 9:00:99", "2026-13-01 09:00", "2026-02-30 09:00"),
        *("2026-12 09:00", "2026 09:00", "yesterday 9:00", "Monday 9:00", "9:00 tomorrow", "9 a", "9 m", "at 9 at"),
        *("오전 15시", "13 am", "내일 9시 60분", "내일 시", "9:00 | 10:00", "9:00 10:00"),
        # An hour of another zone must not be taken for a local one.
        *("2026-12-01T09:00Z", "2026-12-01T09:00+09:00", "2026-12-01 09:00 UTC", "9:00 (Asia/Seoul, UTC+09:00)"),
        *("2026-12-01 09:00 (Europe/Rome, UTC+02:00)", "2026-12-01 09:00 (Rome)"),
        # Beyond what a moment can hold.
        *("9999-12-31 23:59", "0001-01-01 00:00"),
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """Nothing is scheduled on a guess."""
    for zone in (ROME, ZoneInfo("America/New_York")):
        wrong = mistake(text, zone)
        assert (wrong.key, wrong.data) == ("mistake-time", {"value": text})


@pytest.mark.parametrize(
    "text", ["2026-11-23 18:00", "2026-11-23 17:59", "today 9:00", "오늘 18시", "1 января 2020 г. 09:00"]
)
def test_a_time_that_is_past_is_refused(text: str) -> None:
    """An hour of the past is a slip, not a wish to publish at once."""
    wrong = mistake(text)
    assert (wrong.key, wrong.data) == ("mistake-time-past", {"value": text})


@pytest.mark.parametrize(
    ("text", "zone", "now"),
    [
        ("2027-03-28 02:00", ROME, NOW),
        ("2027-03-28 02:59", ROME, NOW),
        ("2:30", ROME, at("2027-03-28 01:00")),
        ("tomorrow 2:30", ROME, at("2027-03-27 12:00")),
        ("2026-10-04 02:15", ZoneInfo("Australia/Lord_Howe"), datetime(2026, 6, 1, tzinfo=UTC)),
    ],
)
def test_a_time_that_clocks_skip_is_refused(text: str, zone: ZoneInfo, now: datetime) -> None:
    """When clocks go forward the hour between is on no clock: the editor chooses another."""
    wrong = mistake(text, zone, now)
    assert (wrong.key, wrong.data) == ("mistake-time-skipped", {"value": text, "zone": zone.key})


def test_the_minutes_around_a_skipped_hour_are_kept() -> None:
    """Right before and right after the gap the clock shows one moment each, a minute apart."""
    before, after = (read_local(f"2027-03-28 {each}", ROME, NOW) for each in ("01:59", "03:00"))
    assert after - before == timedelta(minutes=1)


def test_after_the_gap_a_time_in_it_is_tomorrow() -> None:
    """2:30, written when clocks have jumped over it, is the next half past two there is."""
    assert read_local("2:30", ROME, at("2027-03-28 03:10")) == at("2027-03-29 02:30")


def test_of_a_repeated_hour_the_first_is_meant() -> None:
    """When clocks go back, 2:30 comes twice; the first that is still to come counts."""
    first, second = at("2027-10-31 02:30"), at("2027-10-31 02:30", fold=1)
    assert second - first == timedelta(hours=1)
    assert read_local("2027-10-31 02:30", ROME, NOW) == first
    assert read_local("2:30", ROME, first - timedelta(minutes=1)) == first
    for now in (first, first + timedelta(minutes=50)):
        assert read_local("2:30", ROME, now) == second
        assert read_local("2027-10-31 02:30", ROME, now) == second
    assert read_local("2:30", ROME, second) == at("2027-11-01 02:30")
    assert mistake("2027-10-31 02:30", ROME, second).key == "mistake-time-past"


def test_the_echo_can_choose_between_the_two() -> None:
    """The hour as the bot repeats it names the offset; written back it is that very moment."""
    for fold, offset in ((0, "+02:00"), (1, "+01:00")):
        text = f"31 October 2027, 02:30 (Europe/Rome, UTC{offset})"
        assert read_local(text, ROME, NOW) == at("2027-10-31 02:30", fold=fold)


MINUTES = st.integers(1, 3 * 366 * 24 * 60)
FIRST = int((at("2027-10-31 02:00") - NOW).total_seconds()) // 60


@settings(deadline=None)
@given(MINUTES, st.sampled_from(ZONES), st.sampled_from(LOCALES))
@example(FIRST + 90, ROME, "ru")
@example(FIRST + 30, ROME, "ko")
def test_an_hour_reads_back_as_it_is_repeated(minutes: int, zone: ZoneInfo, locale: str) -> None:
    """Copying the hour out of a reply, in any language and zone, sets the same moment."""
    moment = NOW + timedelta(minutes=minutes)
    echo = local_time(stamp(moment), zone, WORDS[locale])
    assert read_local(echo, zone, NOW) == moment
    plain = read_local(echo.partition(" (")[0], zone, NOW)
    assert moment - plain in (timedelta(0), timedelta(hours=1), timedelta(minutes=30))
    assert plain.astimezone(zone).replace(tzinfo=None, fold=0) == moment.astimezone(zone).replace(tzinfo=None, fold=0)


PIECES = [
    "2026-12-01",
    "tomorrow",
    "내일",
    "г.",
    "at",
    "오후",
    "9",
    "24",
    ":",
    "30",
    "시",
    "반",
    "pm",
    "T",
    " ",
    ",",
    "(",
]


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=8).map("".join))
def test_any_text_is_a_time_to_come_or_a_mistake(text: str) -> None:
    """Whatever is typed, what is set lies ahead."""
    try:
        moment = read_local(text, ROME, NOW)
    except Mistake:
        return
    assert moment > NOW
    assert moment.tzinfo is UTC


def test_words_that_lift_an_hour_are_no_times() -> None:
    """What takes an hour away never sets one, and can be said in every language."""
    assert {"off", "now", "-", "mai", "subito", "отмена", "сейчас", "취소", "지금"} <= NEVER
    assert [word for word in NEVER if mistake(word).key != "mistake-time" or word != word.casefold()] == []


@pytest.mark.parametrize(
    ("moment", "zone", "offset"),
    [
        ("2026-12-01T08:00Z", "Europe/Rome", "UTC+01:00"),
        ("2026-07-01T08:00Z", "Europe/Rome", "UTC+02:00"),
        ("2026-07-01T08:00Z", "Asia/Kathmandu", "UTC+05:45"),
        ("2026-12-01T08:00Z", "America/New_York", "UTC-05:00"),
        ("2026-12-01T08:00Z", "America/St_Johns", "UTC-03:30"),
        ("2026-12-01T08:00Z", "UTC", "UTC+00:00"),
        ("1950-01-01T08:00Z", "Africa/Monrovia", "UTC-00:44"),
    ],
)
def test_an_offset_is_written_with_hours_and_minutes(moment: str, zone: str, offset: str) -> None:
    """Beside an hour stands how far its clocks are from universal time."""
    assert offset_of(datetime.fromisoformat(moment), ZoneInfo(zone)) == offset
