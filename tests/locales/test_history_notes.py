from __future__ import annotations

import pytest

from bot.core.entries import Revision
from bot.services.revisions import note
from bot.words import load_words

WORDS = load_words()


def noted(text: str, author: str = "dossier", number: int = 2) -> Revision:
    return Revision("signed", number, "2026-11-24T10:00:00.000Z", author, (), text)


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
    assert note(noted("fields:text,key_phrase_sources"), WORDS[locale]) == said


def test_a_change_without_a_word_is_shown_as_it_was_written() -> None:
    """A field this version does not know appears under its own name, and a person's note is left alone."""
    assert note(noted("fields:text,colour"), WORDS["en"]) == "changed: text, colour"
    assert note(noted("fields: all of them"), WORDS["en"]) == "fields: all of them"


def test_a_persons_note_is_never_taken_for_the_programs() -> None:
    """An editor who notes "first" is quoted; only what the desk itself notes is put into the reader's language."""
    assert note(noted("first", "p-1a2b"), WORDS["it"]) == "first"
    assert note(noted("fields:text", "p-1a2b"), WORDS["it"]) == "fields:text"
    assert note(noted("undo", "p-1a2b"), WORDS["it"]) == "annullata"
    assert note(noted("", "p-1a2b", number=1), WORDS["it"]) == note(noted("first"), WORDS["it"])
    assert note(noted("", "p-1a2b"), WORDS["it"]) == ""
