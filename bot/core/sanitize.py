"""Making text of unknown origin fit for display: what can't be seen can't mislead."""

from __future__ import annotations

import re
import unicodedata

MAX_MARKS = 8

# Controls other than the newline; characters that turn the direction of the text around them; characters without
# width that hide inside words; halves of surrogate pairs, which no encoder takes. U+200C and U+200D stay: Persian
# and emoji need them.
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_JOINERS = "\u200c\u200d"
# No mark is a word character, so this finds every run that is too long (and a few emoji, which do no harm).
_MANY_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{MAX_MARKS + 1}}}")


def clean(text: str) -> str:
    """Take out controls (a tab becomes a blank), direction and zero-width characters and unpaired surrogates.

    At most `MAX_MARKS` combining marks stay on one letter. Cleaning twice changes nothing more.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _UNSEEN.sub("", text.replace("\t", " "))
    return _limit_marks(text) if _MANY_MARKS.search(text) else text


def _limit_marks(text: str) -> str:
    kept, marks = [], 0
    for char in text:
        if unicodedata.category(char) in ("Mn", "Me"):
            marks += 1
        elif char not in _JOINERS:  # a joiner between marks would else start the count anew
            marks = 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)
