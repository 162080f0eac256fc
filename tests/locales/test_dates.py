from __future__ import annotations

import re

import pytest

from bot.core.entries import LOCALES
from bot.words import load_words
from tests.locales.reading import MESSAGES

WORDS = load_words()
PRECISIONS = ("2024", "2024-06", "2024-12-08")
DATED = sorted(key for key, each in MESSAGES["it"].items() if "date" in each.variables)
DAYS_ONLY = {
    *("card-recorded", "card-first-revision", "card-retracted", "card-retracted-because"),
    *("push-corrected", "push-corrected-because"),
}
"""Messages that always get a day: the moment when the store took something down."""

# What must not stand right before a date. Italian articles would have to change before 8 and 11 (dall'8 dicembre);
# a Russian preposition asks for a case that only dates with a day are in; English says "on" of days alone.
BEFORE = {
    "it": re.compile(r"\b(il|dal|al|del|nel|lo|l'|dell'|dall'|all')\s*$", re.IGNORECASE),
    "ru": re.compile(r"\b(с|до|от|по|на|в|к|после|около)\s*$", re.IGNORECASE),
    "en": re.compile(r"\b(on|the)\s*$", re.IGNORECASE),
    "ko": re.compile(r"(?!)"),
}


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("it", ["2024", "giugno 2024", "8 dicembre 2024"]),
        ("en", ["2024", "June 2024", "8 December 2024"]),
        ("ru", ["2024", "июнь 2024\u202fг.", "8 декабря 2024\u202fг."]),
        ("ko", ["2024년", "2024년 6월", "2024년 12월 8일"]),
    ],
)
def test_a_date_is_written_as_precisely_as_it_is_known(locale: str, written: list[str]) -> None:
    """A month stays a month and a year a year, written as newspapers of the language write them."""
    assert [WORDS[locale].date(each) for each in PRECISIONS] == written


@pytest.mark.parametrize(
    ("locale", "sentences"),
    [
        (
            "it",
            [
                "In vigore (decorrenza: 2024).",
                "In vigore (decorrenza: giugno 2024).",
                "In vigore (decorrenza: 8 dicembre 2024).",
            ],
        ),
        ("en", ["In force since 2024.", "In force since June 2024.", "In force since 8 December 2024."]),
        (
            "ru",
            [
                "Действует (вступление в силу: 2024).",
                "Действует (вступление в силу: июнь 2024\u202fг.).",
                "Действует (вступление в силу: 8 декабря 2024\u202fг.).",
            ],
        ),
        (
            "ko",
            [
                "효력 있음(발효: 2024년).",
                "효력 있음(발효: 2024년 6월).",
                "효력 있음(발효: 2024년 12월 8일).",
            ],
        ),
    ],
)
def test_a_treaty_in_force_says_since_when(locale: str, sentences: list[str]) -> None:
    """The sentence about a treaty's state reads right with a year, a month and a day."""
    words = WORDS[locale]
    assert [words.text("instrument-in-force", date=words.date(each)) for each in PRECISIONS] == sentences


@pytest.mark.parametrize("locale", LOCALES)
def test_bounds_of_a_timeline_read_right(locale: str) -> None:
    """The bounds above a timeline are plain whether a year, a month or a day was asked for."""
    words = WORDS[locale]
    since = [words.text("timeline-since", date=words.date(each)) for each in PRECISIONS]
    until = [words.text("timeline-until", date=words.date(each)) for each in PRECISIONS]
    shape = {"it": ("inizio: {}", "fine: {}"), "en": ("from {}", "until {}")} | {
        "ru": ("начало: {}", "конец: {}"),
        "ko": ("{}부터", "{}까지"),
    }
    assert since == [shape[locale][0].format(words.date(each)) for each in PRECISIONS]
    assert until == [shape[locale][1].format(words.date(each)) for each in PRECISIONS]


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sentence_bends_to_a_date(locale: str) -> None:
    """Around a date stands nothing that would be wrong with another precision or another day."""
    assert len(DATED) > 8
    faults = []
    for key in DATED:
        others = dict.fromkeys(MESSAGES[locale][key].variables - {"date"}, 3)
        for date in PRECISIONS:
            written = WORDS[locale].date(date)
            text = WORDS[locale].text(key, date=written, **others)
            before, found, after = text.partition(written)
            bent = BEFORE[locale].search(before) and not (locale == "en" and key in DAYS_ONLY)
            if not found or bent or (written.endswith(".") and after.startswith(".")):
                faults.append((key, text))
    assert faults == []


def test_a_missing_date_is_a_dash() -> None:
    """Where a treaty's date is unknown, the sentence stands with a dash in its place."""
    said = {locale: words.text("instrument-signed", date="—") for locale, words in WORDS.items()}
    assert said == {
        "it": "Firma: —; non in vigore.",
        "en": "Signed (—), not in force.",
        "ru": "Договор подписан (—), но не вступил в силу.",
        "ko": "서명(—), 미발효.",
    }
