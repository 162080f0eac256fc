from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.splitting import cut, split, utf16_length

TEXTS = st.text(st.sampled_from("ab .!?\n\u0301\u200d👩🚀é한")) | st.text(max_size=60)


def pieces(text: str, limit: int, **options) -> list[str]:
    return [text[start:end] for start, end in split(text, limit, **options)[0]]


def test_the_best_place_is_taken() -> None:
    """A long text is parted between paragraphs first, then lines, sentences, words, and letters only at the end."""
    assert pieces("one two\n\nthree four", 12) == ["one two", "three four"]
    assert pieces("one two\nthree four", 12) == ["one two", "three four"]
    assert pieces("One two. Three four", 14) == ["One two.", "Three four"]
    assert pieces("one two three", 9) == ["one two", "three"]
    assert pieces("onetwothree", 5) == ["onetw", "othre", "e"]


def test_a_whole_span_is_kept_together() -> None:
    """A link is never torn in two, as long as it fits into one message at all."""
    text = "see the whole link here"
    assert pieces(text, 14, whole=[(8, 18)]) == ["see the", "whole link", "here"]
    assert pieces(text, 6, whole=[(8, 18)])[2:4] == ["whole", "link"]


def test_too_long_a_text_says_so() -> None:
    """Where the pieces run out the last one leaves room for an ellipsis, and the caller knows."""
    spans, more = split("aa bb cc dd", 2, most=2)
    assert more
    assert len(spans) == 2
    assert spans[1][1] - spans[1][0] <= 1
    assert split("aa bb", 2, most=2) == ([(0, 2), (3, 5)], False)


def test_lengths_are_counted_as_the_platform_counts() -> None:
    """An emoji outside the basic plane takes two of Telegram's units."""
    assert utf16_length("a👩é") == 4
    assert cut("👩👩👩", 5, measure=utf16_length) == 2


@given(TEXTS, st.integers(1, 12), st.sampled_from([len, utf16_length]))
def test_nothing_but_blanks_is_lost(text: str, limit: int, measure) -> None:
    """Every piece fits, and read one after the other they are the text."""
    parts = pieces(text, max(limit, 2), measure=measure)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(measure(part) <= max(limit, 2) for part in parts)


@given(TEXTS, st.integers(8, 20))
def test_letters_keep_their_accents(text: str, limit: int) -> None:
    """A cut never falls inside what a reader sees as one character, where that fits into a message."""
    clusters = regex.findall(r"\X", text)
    if any(len(cluster) > limit for cluster in clusters):
        return
    edges, place = {0}, 0
    for cluster in clusters:
        place += len(cluster)
        edges.add(place)
    assert all(start in edges or text[start - 1].isspace() for start, _ in split(text, limit)[0])
