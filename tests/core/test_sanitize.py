from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.sanitize import MAX_MARKS, clean


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain words", "plain words"),
        ("two\nlines", "two\nlines"),
        ("a\tb", "a b"),
        ("a\r\nb\x00\x1b[31m\x7f\x85", "a\nb[31m"),
        ("\u202eevil\u202c \u2066x\u2069 \u200e\u200f\u061c", "evil x "),
        ("tre\u200baty\u2060 \ufeff4", "treaty 4"),
        ("half \ud83d pair", "half  pair"),
        ("👩\u200d🚀 می\u200cخواهم", "👩\u200d🚀 می\u200cخواهم"),
        ("제4조 статья «4» ‘4’", "제4조 статья «4» ‘4’"),
    ],
)
def test_only_what_misleads_is_taken_out(raw: str, shown: str) -> None:
    """A reader sees the words that were written, and nothing turns, hides or breaks them."""
    assert clean(raw) == shown


def test_towers_of_marks_are_cut() -> None:
    """Text stacked with combining marks can't cover the lines around it, not even with joiners in between."""
    assert clean("Z" + "\u0301" * 50 + "a") == "Z" + "\u0301" * MAX_MARKS + "a"
    assert clean("Z" + "\u0301\u200d" * 50).count("\u0301") == MAX_MARKS
    assert clean("e\u0301" * 50) == "e\u0301" * 50


@given(st.text(st.characters(codec=None) | st.sampled_from("\u202e\u200b\u0301\u20dd\ud800\t\n\u200d")))
def test_cleaned_text_can_be_sent_anywhere(text: str) -> None:
    """Whatever was typed, the cleaned text encodes, holds no unseen characters, and cleaning it again is no change."""
    shown = clean(text)
    shown.encode()
    assert clean(shown) == shown
    assert not {"\u202e", "\u200b", "\t"} & set(shown)
    assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cs") for char in shown)
