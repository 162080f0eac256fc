from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.entries import Instrument, InstrumentState, first_day, is_date, last_day

TREATY = Instrument(
    id="treaty-2000",
    title={"en": "Treaty"},
    aliases=(),
    parties=("RU", "KP"),
    signed="2000-02-09",
    in_force="2000-10-30",
    ended="2024-12-04",
    replaces=(),
    replaced_by=None,
    article_count=12,
)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("1999-12-31", InstrumentState.NOT_YET_SIGNED),
        ("2000-02-08", InstrumentState.NOT_YET_SIGNED),
        ("2000-02-09", InstrumentState.SIGNED),
        ("2000-10-29", InstrumentState.SIGNED),
        ("2000-10-30", InstrumentState.IN_FORCE),
        ("2024-12-03", InstrumentState.IN_FORCE),
        ("2024-12-04", InstrumentState.ENDED),
        ("2026-01-01", InstrumentState.ENDED),
    ],
)
def test_an_instrument_knows_where_it_stood_on_a_day(day: str, state: InstrumentState) -> None:
    """A reader who asks about a day learns whether the treaty was signed, in force or over on that very day."""
    assert TREATY.state_on(day) is state


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("1944-12-31", InstrumentState.NOT_YET_SIGNED),
        ("1945-01-01", InstrumentState.ENTERING),
        ("1945-12-31", InstrumentState.ENTERING),
        ("1946-01-01", InstrumentState.IN_FORCE),
        ("1996-02-29", InstrumentState.IN_FORCE),
        ("1996-03-01", InstrumentState.ENDING),
        ("1996-03-31", InstrumentState.ENDING),
        ("1996-04-01", InstrumentState.ENDED),
    ],
)
def test_a_coarse_date_is_not_taken_for_a_day(day: str, state: InstrumentState) -> None:
    """Within a year or month of which no day is known, nobody is told that the treaty was already in force or over."""
    assert replace(TREATY, signed="1945", in_force="1945", ended="1996-03").state_on(day) is state


def test_an_unknown_entry_into_force_is_said_to_be_unknown() -> None:
    """A treaty whose entry into force nobody recorded is not called "not in force"."""
    old = replace(TREATY, in_force=None)
    assert old.state_on("2001-01-01") is InstrumentState.SIGNED_UNKNOWN
    assert old.state_on("2024-12-04") is InstrumentState.ENDED
    assert replace(old, signed="2000").state_on("2000-05-01") is InstrumentState.SIGNING


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("2024", True),
        ("2024-06", True),
        ("2024-02-29", True),
        ("2023-02-29", False),
        ("2024-06-31", False),
        ("0000", False),
        ("2024-00", False),
        ("24", False),
        ("2024-06-19T00:00", False),
        ("２０２４", False),
    ],
)
def test_only_days_that_exist_are_dates(text: str, valid: bool) -> None:
    """A date in the store is always one that can be found in a calendar."""
    assert is_date(text) is valid


def test_a_coarse_date_spans_its_whole_time() -> None:
    """A month given as a bound includes its first and its last day."""
    assert (first_day("2024-06"), last_day("2024-06")) == ("2024-06-01", "2024-06-30")
    assert (last_day("2024-02"), last_day("2023-02"), last_day("2024-12")) == ("2024-02-29", "2023-02-28", "2024-12-31")
    assert (first_day("2024"), last_day("2024")) == ("2024-01-01", "2024-12-31")
    assert (first_day("2024-06-19"), last_day("2024-06-19")) == ("2024-06-19", "2024-06-19")
