"""Finding things by a name somebody half remembers: all of it, some of its words, or a slip of the finger in one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from rapidfuzz import fuzz, process

from bot.core.references import fold, skeleton

CLOSE_ENOUGH = 72
"""Of 100. One wrong letter in a word of four or more stays above this, and few other words do."""
CLOSE_ENOUGH_SHORT = 66
"""The same for words of three letters, of which one wrong letter is a third."""
NEAR_ENOUGH = 25
"""How much of what was typed, by letters, must be accounted for: `di` alone makes no guess of a sentence."""
MAX_TYPED = 80
MAX_WORDS = 8
"""Longer input is no slip of a finger, and comparing it would hold up everybody else."""
STEM = 4
ENDING = 2

_MIXED = re.compile(r"(?=.*[a-z])(?=.*[α-ωа-я])")


def plain(text: str) -> str:
    """The form in which names are compared: `fold`, and no accents, which few people type."""
    return "".join(letter for letter in fold(text) if not unicodedata.combining(letter))


class Names:
    """Things, by their ids, and the names they go by in any language.

    Names are compared word by word: compared as a whole, one wrong letter in a surname drowns in the rest of the name.
    """

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        self.lines: dict[str, str] = {}
        """By id: all names in their plain form, each behind a line break."""
        self._whole: dict[str, dict[str, None]] = {}
        self._holders: dict[str, dict[str, None]] = {}
        for each, names in named:
            forms = list(dict.fromkeys(map(plain, names)))
            self.lines[each] = "".join(f"\n{form}" for form in forms)
            for form in forms:
                self._whole.setdefault(form.replace(" ", ""), {})[each] = None
                for word in form.split():
                    self._holders.setdefault(word, {})[each] = None
        self._words = list(self._holders)
        # A word is compared with those of its own script and about its length; nothing else could come near it.
        self._alike: dict[tuple[int, int], list[str]] = {}
        for word in self._words:
            self._alike.setdefault((_script(word), len(word)), []).append(word)

    def exact(self, typed: str) -> list[str]:
        """Things with this very name; blanks and accents do not count."""
        return list(self._whole.get(plain(typed[:MAX_TYPED]).replace(" ", ""), ()))

    def holding(self, typed: str) -> list[str]:
        """Things whose names hold every word of `typed`."""
        return self._with_all(typed, lambda word: self._holders.get(word, ()))

    def stems(self, typed: str) -> list[str]:
        """Things that have, for every word of `typed`, a word it begins or differs from by its ending only."""

        def alike(word: str) -> Iterable[str]:
            return (each for known in self._words if _same_stem(word, known) for each in self._holders[known])

        return self._with_all(typed, alike)

    def near(self, typed: str, limit: int) -> list[tuple[float, str]]:
        """Things with words like those typed, best first, scored up to 100. A known word is no slip of another."""
        words = _words(typed)
        total: dict[str, float] = {}
        for word in words:
            best: dict[str, float] = {}
            for known, score in self._like(word).items():
                for each in self._holders[known]:
                    best[each] = max(score, best.get(each, 0))
            for each, score in best.items():
                total[each] = total.get(each, 0) + score * len(word)
        letters = sum(map(len, words))
        found = [(score / letters, each) for each, score in total.items() if score / letters >= NEAR_ENOUGH]
        return sorted(found, key=lambda pair: -pair[0])[:limit]

    def _like(self, word: str) -> dict[str, float]:
        cutoff = CLOSE_ENOUGH_SHORT if len(word) <= len("Kim") else CLOSE_ENOUGH
        if word in self._holders:
            return {word: 100}
        forms = [word, plain(skeleton(word))] if _MIXED.match(word) else [word]
        found: dict[str, float] = {}
        for form in forms:
            for length in range(len(form) // 2, len(form) * 2 + 1):
                known = self._alike.get((_script(form), length), ())
                for each, score, _ in process.extract(form, known, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None):
                    found[each] = max(score, found.get(each, 0))
        return found

    def _with_all(self, typed: str, holders: Callable[[str], Iterable[str]]) -> list[str]:
        words = _words(typed)
        found = dict.fromkeys(holders(words[0])) if words else {}
        for word in words[1:]:
            others = set(holders(word))
            found = {each: None for each in found if each in others}
        return list(found)


def _words(typed: str) -> list[str]:
    return list(dict.fromkeys(plain(typed[:MAX_TYPED]).split()))[:MAX_WORDS]


def _script(word: str) -> int:
    return ord(word[0]) >> 10  # Latin and Greek, Cyrillic, and the letters of Hangul fall into blocks of 1,024


def _same_stem(word: str, known: str) -> bool:
    if known.startswith(word):
        return len(word) >= STEM - 1
    longest = max(len(word), len(known))
    shared = next((at for at, (one, other) in enumerate(zip(word, known, strict=False)) if one != other), len(known))
    return shared >= max(STEM, longest - ENDING)
