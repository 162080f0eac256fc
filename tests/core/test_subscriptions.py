"""When digests are due and quiet hours end, in every zone and around every change of its clocks from 2024 to 2037."""

from __future__ import annotations

import os
import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.places import ChatRef
from bot.core.subscriptions import (
    Mode,
    Period,
    PlaceKind,
    QuietHours,
    Slot,
    Subscription,
    dealt_with,
    moment_on,
    slots,
    split,
    zone_of,
)

EXHAUSTIVE = bool(os.environ.get("PACTWATCH_NIGHTLY"))
"""Every day of every zone, which takes minutes; else the days around each change and samples of the others."""

DAY = 24 * 60 * 60
FIRST, LAST = date(2024, 1, 1), date(2037, 12, 31)
ZONES = sorted(available_timezones())
ROME = ZoneInfo("Europe/Rome")
FEW = ("Europe/Rome", "America/Nuuk", "Antarctica/Troll")


def number(day: date) -> int:
    """Days since 1970."""
    return (day - date(1970, 1, 1)).days


def day_of(days: int) -> date:
    return date(1970, 1, 1) + timedelta(days=days)


@dataclass(frozen=True)
class Clocks:
    """The clocks of a zone as stretches of one offset each, all in seconds: plain arithmetic instead of `fold`."""

    starts: list[int]
    offsets: list[int]

    @classmethod
    def of(cls, name: str, step: int = 10 * DAY) -> Clocks:
        zone = ZoneInfo(name)

        def offset(at: int) -> int:
            shown = datetime.fromtimestamp(at, zone).utcoffset()
            assert shown is not None
            return int(shown.total_seconds())

        at = (number(FIRST) - 40) * DAY
        starts, offsets = [at], [offset(at)]
        while at < (number(LAST) + 40) * DAY:
            if offset(at + step) != offsets[-1]:
                low, high = at, at + step
                while high - low > 1:
                    middle = (low + high) // 2
                    low, high = (middle, high) if offset(middle) == offsets[-1] else (low, middle)
                starts.append(high)
                offsets.append(offset(high))
            at += step
        return cls(starts, offsets)

    def slot(self, day: int, minute: int) -> int | None:
        """When the slot of a day is due; None where the zone has no such day."""
        wall = day * DAY + minute * 60
        near = bisect_right(self.starts, wall)
        stretches = range(max(0, near - 2), min(len(self.starts), near + 2))
        shown = [
            wall - self.offsets[each]
            for each in stretches
            if self.starts[each] <= wall - self.offsets[each] and self.before_end(each, wall - self.offsets[each])
        ]
        if shown:
            return min(shown)
        leap = next(self.starts[each] for each in stretches if self.starts[each] + self.offsets[each] > wall)
        on_its_day = [at for at in (leap, leap - 1) if (at + self.offset(at)) // DAY == day]
        return on_its_day[0] if on_its_day else None

    def before_end(self, stretch: int, at: int) -> bool:
        return stretch + 1 == len(self.starts) or at < self.starts[stretch + 1]

    def offset(self, at: int) -> int:
        return self.offsets[bisect_right(self.starts, at) - 1]

    def changes(self) -> Iterator[tuple[int, int, int]]:
        """Each change: the clock's seconds before and after it, and its day."""
        for at, before, after in zip(self.starts[1:], self.offsets, self.offsets[1:], strict=False):
            yield at + before, at + after, (at + max(before, after)) // DAY


def check(name: str, clocks: Clocks, first: int, days: int, minute: int) -> int:
    """Compare the slots of some days with plain arithmetic; returns how many there were."""
    zone = ZoneInfo(name)
    expected = [
        Slot(day_of(day).isoformat(), datetime.fromtimestamp(at, UTC))
        for day in range(first, first + days)
        if (at := clocks.slot(day, minute)) is not None
    ]
    found = list(islice(slots(day_of(first - 1).isoformat(), minute=minute, weekday=None, zone=zone), len(expected)))
    assert found == expected, (name, minute)
    assert all(one.moment < two.moment for one, two in pairwise(found)), (name, minute)
    assert all(each.moment.astimezone(zone).date().isoformat() == each.date for each in found), (name, minute)
    return len(found)


@pytest.mark.parametrize("half", [0, 1])
def test_every_local_day_has_one_slot_at_the_time_its_clocks_show(half: int):
    """Wherever somebody lives, a digest comes once on each day of their calendar, also when clocks change."""
    cases = 0
    chance = random.Random(4)
    for name in ZONES[half::2]:
        clocks = Clocks.of(name)
        for before, after, day in clocks.changes():
            low, high = sorted((before // 60, after // 60))
            near = (low - 1, low, low + 1, (low + high) // 2, high - 1, high, high + 1)
            for minute in {each % 1440 for each in near} | {0, 9 * 60, 20 * 60, 1439}:
                cases += check(name, clocks, day - 2, 4, minute)
        for _ in range(12):
            first = chance.randrange(number(FIRST), number(LAST) - 5)
            cases += check(name, clocks, first, 5, chance.randrange(1440))
    assert cases >= 130_000, cases


def test_a_weekly_digest_comes_once_a_week():
    """Of a week that has a change of clocks in it, too, one day is the digest's."""
    for name in ZONES:
        clocks = Clocks.of(name)
        for before, _, day in clocks.changes():
            minute = before // 60 % 1440
            weekday = day_of(day).weekday()
            coming = slots(day_of(day - 8).isoformat(), minute=minute, weekday=weekday, zone=ZoneInfo(name))
            found = [(each.date, int(each.moment.timestamp())) for each in islice(coming, 3)]
            days = (day - 7, day, day + 7)
            assert found == [(day_of(each).isoformat(), clocks.slot(each, minute)) for each in days], name


def every_day(names: list[str]) -> int:
    """Compare every day from 2024 to 2037 at several times of the day; changes are looked for every six hours."""
    cases = 0
    for name in names:
        clocks = Clocks.of(name, DAY // 4)
        odd = {each // 60 % 1440 for change in clocks.changes() for each in change[:2]}
        for minute in {0, 30, 9 * 60, 23 * 60 + 30} | odd | {(each + 15) % 1440 for each in odd}:
            cases += check(name, clocks, number(FIRST), number(LAST) - number(FIRST) + 1, minute)
    return cases


@pytest.mark.parametrize("share", range(len(FEW)))
def test_no_day_of_fourteen_years_is_left_out(share: int):
    """No day between the changes is missed or doubled either: of a few zones in each run, of all of them at night."""
    names = ZONES[share :: len(FEW)] if EXHAUSTIVE else [FEW[share]]
    assert every_day(names) >= 4 * len(names) * 14 * 365


@pytest.mark.parametrize(
    ("day", "minute", "zone", "moment"),
    [
        ("2026-11-24", 9 * 60, "Europe/Rome", "2026-11-24T08:00:00+00:00"),
        ("2026-03-29", 2 * 60 + 30, "Europe/Rome", "2026-03-29T01:00:00+00:00"),
        ("2026-10-25", 2 * 60 + 30, "Europe/Rome", "2026-10-25T00:30:00+00:00"),
        ("2026-03-28", 23 * 60 + 30, "America/Nuuk", "2026-03-29T00:59:59+00:00"),
        ("2026-03-29", 0, "America/Nuuk", "2026-03-29T01:00:00+00:00"),
        ("2026-04-24", 30, "Africa/Cairo", "2026-04-23T22:00:00+00:00"),
        ("2026-04-05", 105, "Australia/Lord_Howe", "2026-04-04T14:45:00+00:00"),
    ],
)
def test_slots_that_were_looked_up(day: str, minute: int, zone: str, moment: str):
    """What is skipped by the clock comes when it leaps, what it shows twice comes the first time."""
    after = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    assert next(slots(after, minute=minute, weekday=None, zone=ZoneInfo(zone))) == Slot(
        day, datetime.fromisoformat(moment)
    )


def test_a_day_that_a_calendar_leaves_out_has_no_slot():
    """In Samoa there was no 30 December 2011, and so no digest for it."""
    coming = slots("2011-12-28", minute=540, weekday=None, zone=ZoneInfo("Pacific/Apia"))
    assert [each.date for each in islice(coming, 3)] == ["2011-12-29", "2011-12-31", "2012-01-01"]


def test_several_days_of_the_week():
    """A notice may come on Mondays and Thursdays."""
    coming = slots("2026-11-23", minute=540, weekday=(0, 3), zone=ROME)
    assert [each.date for each in islice(coming, 3)] == ["2026-11-26", "2026-11-30", "2026-12-03"]


def test_a_moment_parts_what_is_due_from_what_is_to_come():
    """After a long pause all missed slots are known, and which one is next."""
    now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    due, coming = split(slots("2026-11-21", minute=540, weekday=None, zone=ROME), now)
    assert [each.date for each in due] == ["2026-11-22", "2026-11-23", "2026-11-24"]
    assert coming.date == "2026-11-25"


@pytest.mark.parametrize(("minute", "day"), [(539, "2026-11-24"), (540, "2026-11-24"), (541, "2026-11-23")])
def test_whoever_begins_now_missed_nothing(minute: int, day: str):
    """A new subscription gets its first digest today only where today's time is still to come."""
    assert dealt_with(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), minute, ROME) == day


def test_a_zone_that_is_no_more_is_universal_time():
    """A name that the time zone database drops stops nobody's digests."""
    assert zone_of("Europe/Rome") is ROME
    for name in ("Mars/Olympus", "", "Europe", "../etc", "a" * 300, "\0"):
        assert zone_of(name).key == "UTC"


def subscription(mode: Mode, **topics: Mode) -> Subscription:
    place = ChatRef.parse("telegram:5")
    return Subscription(place, PlaceKind.PRIVATE, "en", "Europe/Rome", mode=mode, topics=topics)


def test_a_topic_is_heard_of_as_soon_as_the_soonest_wish():
    """News under two topics comes as soon as either is wanted; what is not named goes by the general wish."""
    wishes = subscription(Mode.WEEKLY, defence=Mode.INSTANT, trade=Mode.OFF, sport=Mode.DAILY)
    assert wishes.mode_for(("defence", "trade")) is Mode.INSTANT
    assert wishes.mode_for(("trade",)) is Mode.OFF
    assert wishes.mode_for(("trade", "space")) is Mode.WEEKLY
    assert wishes.mode_for(()) is Mode.WEEKLY
    assert wishes.periods() == (Period.DAILY, Period.WEEKLY)
    assert subscription(Mode.INSTANT).periods() == ()


def test_a_subscription_knows_its_days():
    """The daily digest comes every day, the weekly one on the day that was chosen, both at the chosen time."""
    wishes = subscription(Mode.DAILY)
    assert [each.date for each in islice(wishes.slots(Period.DAILY, "2026-11-23"), 2)] == ["2026-11-24", "2026-11-25"]
    weekly = next(wishes.slots(Period.WEEKLY, "2026-11-23"))
    assert weekly == Slot("2026-11-30", datetime(2026, 11, 30, 8, 0, tzinfo=UTC))


CHANGING = ("Europe/Rome", "America/Nuuk", "Antarctica/Troll", "Africa/Cairo", "Australia/Lord_Howe", "America/Havana")
CLOCKS = {name: Clocks.of(name) for name in CHANGING}
MINUTES = st.integers(0, 1439)


@st.composite
def near_changes(draw: st.DrawFn) -> tuple[str, int]:
    """A zone, and a moment (seconds) within two days of a change of its clocks, at a full minute."""
    name = draw(st.sampled_from(CHANGING))
    at = draw(st.sampled_from(CLOCKS[name].starts[1:]))
    return name, at + 60 * draw(st.integers(-2880, 2880))


@settings(deadline=None, max_examples=400)
@given(near_changes(), MINUTES, MINUTES)
def test_quiet_hours_end(near: tuple[str, int], start: int, end: int):
    """What is held back by quiet hours goes out within a day and a change of clocks, and is not held back again."""
    name, at = near
    quiet, now = QuietHours(start, end), datetime.fromtimestamp(at, UTC)
    until = quiet.until(now, ZoneInfo(name))
    if until is None:
        return
    assert now < until <= now + timedelta(hours=26 if name == "Antarctica/Troll" else 25)
    local = until.astimezone(ZoneInfo(name))
    if quiet.until(until, ZoneInfo(name)) is not None:
        # Both times fell into the hour that was skipped: one night's quiet begins where the other's ends.
        assert moment_on(local.date(), start, ZoneInfo(name)) == moment_on(local.date(), end, ZoneInfo(name)) == until


@settings(deadline=None, max_examples=60)
@given(near_changes(), MINUTES, MINUTES)
def test_it_is_quiet_from_the_first_time_to_the_first_time(near: tuple[str, int], start: int, end: int):
    """Minute by minute: quiet begins when clocks come to its start for the first time, and ends likewise."""
    name, at = near
    clocks, quiet, zone = CLOCKS[name], QuietHours(start, end), ZoneInfo(name)
    furthest = 0
    for moment in range(at - 6 * 3600, at + 6 * 3600, 60):
        # How far the clock has come, whatever it was put back since.
        furthest = max(furthest, moment + clocks.offset(moment))
        minute = furthest % DAY // 60
        inside = start <= minute < end if start <= end else minute >= start or minute < end
        shown = quiet.until(datetime.fromtimestamp(moment, UTC), zone)
        if moment > at - 3 * 3600:  # before that a change may have been that the walk did not see
            assert (shown is not None) is inside, (name, moment)


@pytest.mark.parametrize("minute", [0, 540, 1439])
def test_quiet_hours_of_no_length_are_none(minute: int):
    """Whoever sets the same time twice is not cut off for ever."""
    for hour in range(24):
        assert QuietHours(minute, minute).until(datetime(2026, 11, 24, hour, tzinfo=UTC), ROME) is None


def test_quiet_hours_across_midnight():
    """From eleven to seven means the night, in the reader's own zone."""
    quiet = QuietHours(23 * 60, 7 * 60)
    end = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
    assert quiet.until(datetime(2026, 11, 24, 22, 0, tzinfo=UTC), ROME) == end
    assert quiet.until(datetime(2026, 11, 25, 5, 59, tzinfo=UTC), ROME) == end
    assert quiet.until(datetime(2026, 11, 24, 21, 59, tzinfo=UTC), ROME) is None
    assert quiet.until(end, ROME) is None
