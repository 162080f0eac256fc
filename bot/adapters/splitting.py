"""Cutting text that is too long for one message where a reader minds it least."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

import regex  # type: ignore[import-untyped]  # the library ships no types

Measure = Callable[[str], int]
Span = tuple[int, int]

ELLIPSIS = "…"

# From the best place to the worst. Only whitespace is lost at a cut.
_PLACES = (
    regex.compile(r"\n\s*\n\s*"),
    regex.compile(r"\s*\n\s*"),
    regex.compile(r"(?<=[.!?…。！？][\"'»”’)\]]*)\s+"),
    regex.compile(r"\s+"),
)
_GRAPHEME = regex.compile(r"\X")


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 code units, the way Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def split(
    text: str, limit: int, *, measure: Measure = len, whole: Sequence[Span] = (), most: int | None = None
) -> tuple[list[Span], bool]:
    """Cut `text` into pieces of at most `limit` by `measure`, given as (start, end) without the blanks around them.

    whole: sorted spans no cut may fall into, as long as they fit into a piece themselves. most: the most pieces;
    where there is more text, the last piece leaves room for an ellipsis and the second result is True.
    """
    spans: list[Span] = []
    start = _skip_blanks(text, 0)
    while start < len(text):
        last = most is not None and len(spans) == most - 1
        rest = text[start:]
        kept = [(low - start, high - start) for low, high in whole if high > start]
        size = cut(rest, limit, measure=measure, whole=kept)
        if last and rest[size:].strip():
            size = cut(rest, limit - measure(ELLIPSIS), measure=measure, whole=kept)
        spans.append((start, start + len(rest[:size].rstrip())))
        start = _skip_blanks(text, start + size)
        if last:
            break
    return spans, start < len(text)


def cut(text: str, limit: int, *, measure: Measure = len, whole: Sequence[Span] = ()) -> int:
    """Where to cut `text` (an index) so that what stands before measures at most `limit`, but at least one character.

    The best of: between paragraphs, lines, sentences, words, graphemes; the first third of the room counts only where
    the rest has no such place, lest a piece become a mere line. `measure` must grow with the text.
    """
    if measure(text) <= limit:
        return len(text)
    room = bisect_right(range(len(text) + 1), limit, key=lambda end: measure(text[:end])) - 1

    def free(place: int) -> bool:
        return not any(low < place < high for low, high in whole)

    for least in (room // 3, 1):
        for pattern in _PLACES:
            places: list[int] = [found.start() for found in pattern.finditer(text, 0, room + 1)]
            for place in reversed(places):
                if place >= max(least, 1) and free(place):
                    return place
    edges = _grapheme_edges(text, room)
    return next((edge for edge in reversed(edges) if free(edge)), edges[-1] if edges else max(room, 1))


def _grapheme_edges(text: str, last: int) -> list[int]:
    edges: list[int] = []
    for found in _GRAPHEME.finditer(text):
        if found.end() > last:
            break
        edges.append(found.end())
    return edges


def _skip_blanks(text: str, start: int) -> int:
    return start + len(text[start:]) - len(text[start:].lstrip())
