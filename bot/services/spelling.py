"""Setting right what a hasty thumb wrote, by the words that the store knows.

A slip costs a word its place in the index and moves the meaning of the whole question. What is set right is only
looked for; the person is shown entries, never told what they meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

ALIKE = 0.79
"""One slip in a word of five letters; at 0.75 many a good word is taken for a slip of another."""
SHORTEST = 4
"""Letters; a shorter word is one slip away from too many others."""
LONGEST = 40
OFTENER = 20
"""How much oftener than a slip the word is met that it was meant to be."""
ASIDE = 2
"""Letters by which a slip may make a word longer or shorter."""
REMEMBERED = 5_000

_WORD = re.compile(r"[^\W\d_]+")


class Spelling:
    """Knows the words of some texts, and those of what people asked.

    Among the latter are slips, each beside a word that is met far more often. May be made and used in a thread.
    """

    def __init__(self, texts: Iterable[str], asked: Iterable[str] = ()) -> None:
        written = _counted(texts)
        self._sure = frozenset(written)
        self._counts = written + _counted(asked)
        self._alike: dict[tuple[int, int], list[str]] = {}
        for word in self._counts:
            letters = _letters(word)
            self._alike.setdefault((_script(word), len(letters)), []).append(letters)
        self._found: dict[str, str] = {}

    def corrected(self, text: str) -> str:
        """The text with each unknown word replaced by a known one that it may be a slip of."""
        return _WORD.sub(lambda match: self._corrected(match[0]), text)

    def _corrected(self, typed: str) -> str:
        word = _form(typed)
        letters = _letters(word)
        if word in self._sure or not SHORTEST <= len(letters) <= LONGEST:
            return typed
        found = self._found.get(word)
        if found is None:
            if len(self._found) > REMEMBERED:
                self._found.clear()
            found = self._found[word] = self._nearest(word, letters)
        return found or typed

    def _nearest(self, word: str, letters: str) -> str:
        best: tuple[float, int, str] = (0.0, 0, "")
        least = max(self._counts[word] * OFTENER, 1)
        for length in range(len(letters) - ASIDE, len(letters) + ASIDE + 1):
            known = self._alike.get((_script(word), length), ())
            hits = process.extract(letters, known, scorer=OSA.normalized_similarity, score_cutoff=ALIKE, limit=5)
            for each, likeness, _ in hits:
                whole = unicodedata.normalize("NFC", each)
                if self._counts[whole] >= least and (whole in self._sure or self._counts[whole] > 1):
                    best = max(best, (likeness, self._counts[whole], whole))
        return best[2]


def _counted(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in some texts. Each spelling is brought to its form but once, which takes longest."""
    found: Counter[str] = Counter()
    for spelling, count in Counter(word for text in texts for word in _WORD.findall(text)).items():
        found[_form(spelling)] += count
    return found


def _form(word: str) -> str:
    """A word without case and accents, which hasty people leave out; Hangul stays whole."""
    parts = unicodedata.normalize("NFKD", word.casefold().replace("ё", "е"))
    kept = (each for each in parts if not unicodedata.combining(each) or each == "\u0306")  # й is no и with a mark
    return unicodedata.normalize("NFC", "".join(kept))


def _letters(word: str) -> str:
    """A syllable of Hangul is taken apart: one wrong letter costs a third of it, not all."""
    return unicodedata.normalize("NFD", word)


def _script(word: str) -> int:
    return ord(word[0]) >> 10
