"""Slips of the finger, set right by the words the store knows."""

from __future__ import annotations

import pytest

from bot.services.spelling import Spelling

KNOWN = Spelling(
    ["Soldati nordcoreani a Kursk", "The soldiers signed the treaty", "Договор о партнёрстве", "쿠르스크 북한군 방문"],
    ["hwo signed the traety", "ratified", "ratified", *(["treaty"] * 20)],
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("soldatti a Kusrk", "soldati a kursk"),
        ("the solders", "the soldiers"),
        ("догвор", "договор"),
        ("쿠르스크 방믄", "쿠르스크 방문"),
        ("ratifyed", "ratified"),
        ("traety", "treaty"),
        ("Kursk", "Kursk"),
        ("xylophone", "xylophone"),
        ("che a di", "che a di"),
        ("", ""),
    ],
)
def test_a_slip_becomes_the_word_it_was_meant_to_be(typed: str, meant: str):
    """A letter too many, too few, wrong or swapped is set right; what is known or like nothing stays as typed."""
    assert KNOWN.corrected(typed) == meant
