from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.editorial import Severity
from bot.core.entries import LOCALES, Status
from bot.core.fields import FIELD_WORDS, SEVERITY_WORDS, STATUS_WORDS, FieldName, fold_word
from bot.core.schedules import NEVER, read_local
from bot.words import load_words
from tests.locales.reading import MESSAGES

WORDS = load_words()
F = FieldName
NAMED = {
    "fault-no-who": (F.BY,),
    "fault-against-text": (F.AGAINST,),
    "fault-against-who": (F.AGAINST_BY,),
    "fault-against-source": (F.AGAINST_SOURCE,),
    "remark-one-side": (F.AGAINST, F.AGAINST_BY, F.AGAINST_SOURCE),
    "param-suggest-more": (F.KO, F.NOTE),
    "param-addfact-more": (F.KO, F.NOTE),
    "param-editfact-more": (F.DATE, F.NOTE),
    "fault-no-source": (F.SOURCE,),
    "ask-more": (F.STATUS, F.BY, F.ARTICLE),
}
"""Messages that tell people which fields to write, in the order they name them."""
STATUSES = {*Status} - {Status.RETRACTED}


def said(locale: str, key: str) -> str:
    return WORDS[locale].text(key, **dict.fromkeys(MESSAGES[locale][key].variables, "?"))


def understood(text: str) -> list[FieldName]:
    """The fields whose names stand before a colon, of one word or of two, each once."""
    names = re.findall(r"(?:([\w-]+) )?([\w-]+):", text)
    pairs = [(f"{first} {last}" if first else last, last) for first, last in names]
    found = (FIELD_WORDS.get(fold_word(both)) or FIELD_WORDS.get(last.casefold()) for both, last in pairs)
    return [*dict.fromkeys(each for each in found if each is not None)]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("key", "fields"), NAMED.items())
def test_fields_in_examples_are_understood(locale: str, key: str, fields: tuple[FieldName, ...]) -> None:
    """Whoever writes a field as the bot tells them to fills in that field."""
    assert understood(said(locale, key)) == list(fields)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "name", sorted(key.removeprefix("input-") for key in MESSAGES["en"] if key.startswith("input-"))
)
def test_the_label_of_a_box_is_a_name_of_its_field(locale: str, name: str) -> None:
    """What stands above a box of a form can also be typed, in the reader's language and in English."""
    label, _, english = said(locale, f"input-{name}").removesuffix(")").partition(" (")
    assert (english or label) == name
    if name in set(FieldName):
        assert FIELD_WORDS.get(fold_word(label)) is FieldName(name)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", ["fault-status", "ask-change-status", "param-addfact-status"])
def test_offered_statuses_are_understood(locale: str, key: str) -> None:
    """Each of the three statuses that can be chosen is offered by a word that chooses it."""
    found = [STATUS_WORDS[word] for word in re.findall(r"[\w-]+", said(locale, key)) if word in STATUS_WORDS]
    assert found == [Status.CONFIRMED, Status.CLAIMED, Status.DISPUTED]
    assert set(found) == STATUSES


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", ["fault-severity", "param-addfact-severity"])
def test_offered_urgencies_are_understood(locale: str, key: str) -> None:
    """Each urgency is offered by a word that chooses it."""
    found = [SEVERITY_WORDS[word] for word in re.findall(r"[\w-]+", said(locale, key)) if word in SEVERITY_WORDS]
    assert found == list(Severity)


@pytest.mark.parametrize("locale", LOCALES)
def test_offered_hours_are_understood(locale: str) -> None:
    """The examples of hours can be typed as they stand, and the last takes the hour away."""
    now, zone = datetime(2026, 11, 23, 9, 0, tzinfo=UTC), ZoneInfo("Europe/Rome")
    *hours, off = said(locale, "param-schedule-time").split(", ")
    assert len(hours) == 3
    assert [read_local(each, zone, now) > now for each in hours] == [True] * 3
    assert off in NEVER
    assert off in said(locale, "mistake-time")
