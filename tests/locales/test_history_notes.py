from __future__ import annotations

import pytest

from bot.core.places import ChatRef, Platform, UserRef
from bot.core.requests import Actor, Call, Request
from bot.words import load_words
from handlers.entries import _note

WORDS = load_words()


def call(locale: str) -> Call:
    place = Platform.TERMINAL
    return Call(Request("/history F-1", Actor(UserRef(place, "1")), ChatRef(place, "1")), locale, WORDS[locale])


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("it", "modifiche: testo, fonti della formulazione"),
        ("en", "changed: text, sources of the wording"),
        ("ru", "изменено: текст, источники формулировки"),
        ("ko", "변경: 본문, 인용 문구 출처"),
    ],
)
def test_a_change_is_named_in_the_readers_language(locale: str, said: str) -> None:
    """The history of an entry says what changed in words, not in names from the database."""
    assert _note("fields:text,key_phrase_sources", call(locale)) == said


def test_a_change_without_a_word_is_shown_as_it_was_written() -> None:
    """A field this version does not know appears under its own name, and a person's note is left alone."""
    assert _note("fields:text,colour", call("en")) == "changed: text, colour"
    assert _note("fields: all of them", call("en")) == "fields: all of them"
