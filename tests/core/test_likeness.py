"""What two texts that mean the same may differ by."""

from __future__ import annotations

import pytest

from bot.core.likeness import Difference, denies, differences, figures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("20.000 container", {"20000"}),
        ("20,000 containers and 1.5 km", {"20000", "1.5"}),
        ("около 15 000 военных", {"15000"}),
        ("nessuna cifra", set()),
    ],
)
def test_figures_are_read_as_people_write_them(text: str, found: set[str]):
    """`20.000` and `20,000` are one number to an editor, and 600 and 2,000 are two."""
    assert figures(text) == found


@pytest.mark.parametrize(
    "text",
    ["Mosca non ha inviato armi", "Russia did not send arms", "Россия не отправляла оружие", "무기를 보내지 않았다"],
)
def test_denials_are_seen_in_four_languages(text: str):
    """A text that says that something is not so is noticed."""
    assert denies(text)
    assert not denies("Russia sent arms · Mosca ha inviato armi · Россия отправила оружие · 무기를 보냈다")


def test_differences_are_those_of_one_language_where_there_is_one():
    """An editor is told of other figures and of a denial, and of neither where the texts agree."""
    one = {"it": "Sono morti 600 soldati"}
    assert differences(one, {"it": "Sono morti 2.000 soldati"}) == (Difference.FIGURES,)
    assert differences(one, {"it": "Non sono morti 600 soldati"}) == (Difference.DENIAL,)
    assert differences(one, {"en": "600 soldiers died"}) == ()
