"""From text to index terms, the same way for what is stored and for what is asked. Pure, and no query is an error.

Terms are folded (case, width, diacritics, ё), cut where the script changes, and stemmed by the text's language.
Nothing is left to the databases, which fold and split differently from one another and from server to server.
Terms hold letters and digits only, so that no engine's query syntax can be reached from outside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

import snowballstemmer

from storage.search.stopwords import STOP_WORDS
from storage.search.terms import Query, Term

MAX_TERMS = 16
"""Terms of a query that are looked up; each costs time and the first ones say what it is about."""

MAX_QUERY = 400
"""Characters of a query that are looked at; longer than any platform's inline query."""

MAX_LENGTH = 40
"""Characters of a term; what is longer is no word, and PostgreSQL takes no term above 2 KB."""

STEMMED = {"it": "italian", "en": "english", "ru": "russian"}

# Letters that Unicode does not take apart into a base and a mark, but people type as the base.
_BASES = {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ё": "е"}

_RUNS = re.compile(
    r"(?P<digits>[0-9]+)|(?P<latin>[a-z]+)|(?P<cyrillic>[\u0400-\u052f]+)"
    # Hangul words carry their particles and Han and kana have no blanks: both are found by pairs of characters.
    r"|(?P<pairs>[\uac00-\ud7a3]+|[\u3040-\u30ff\u3400-\u9fff]+)|(?P<other>[^\W\d_a-z\u0400-\u052f\uac00-\ud7a3]+)"
)
_LABEL = re.compile(r"(?<![^\W_])([fep])\s?-?\s?(\d{1,9})(?![^\W_])")


class _Folding(dict[int, str]):
    """A table for `str.translate` that fills itself: from a folded character to what is left of it."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character in _BASES:
            folded = _BASES[character]
        elif category[0] == "L":
            # Only Latin loses its marks: й is another letter than и, and a Hangul syllable is made of parts.
            parts = unicodedata.normalize("NFD", character)
            folded = parts[0] if "a" <= parts[0] <= "z" else character
        elif category == "Nd":
            folded = str(unicodedata.digit(character))
        elif category in ("Mn", "Cf"):
            folded = ""  # marks left over and invisible characters inside a word
        else:
            folded = " "
        self[code] = folded
        return folded


class Analyzer:
    """Holds the stemmers, which remember words while they work: use one analyzer in one thread only."""

    def __init__(self) -> None:
        self._folding = _Folding()
        self._stems: dict[str, Callable[[str], str]] = {
            language: lru_cache(50_000)(snowballstemmer.stemmer(name).stemWord) for language, name in STEMMED.items()
        }

    def fold(self, text: str) -> str:
        """Letters, digits and blanks only, in the one form all spellings share."""
        return unicodedata.normalize("NFKC", text).casefold().translate(self._folding)

    def name(self, text: str) -> str:
        """All of a name as one word: who types it in full wants this entry before those that mention it."""
        return self.fold(text).replace(" ", "")[:MAX_LENGTH]

    def terms(self, text: str, language: str) -> Iterator[str]:
        """The index terms of a text in a known language, in its order."""
        latin = self._stems["it" if language == "it" else "en"]
        for match in _RUNS.finditer(self.fold(text)):
            run = match.group()
            match match.lastgroup:
                case "latin":
                    yield latin(run[:MAX_LENGTH])
                case "cyrillic":
                    yield self._stems["ru"](run[:MAX_LENGTH])
                case "digits":
                    yield _number(run)
                case "pairs":
                    yield from _pairs(run)
                case _:
                    yield run[:MAX_LENGTH]

    def query(self, text: str) -> Query:
        """Take a query in any language apart."""
        text = unicodedata.normalize("NFKC", text[:MAX_QUERY]).casefold()
        clauses: list[tuple[Term, ...]] = [
            (Term((kind + _number(digits),), (kind, _number(digits))),) for kind, digits in _LABEL.findall(text)
        ]
        words = list(_RUNS.finditer(_LABEL.sub(" ", text).translate(self._folding)))
        telling = [match for match in words if match.group() not in STOP_WORDS]
        spoken = telling or ([] if clauses else words)
        clauses += [self._clause(match.group(), match.lastgroup) for match in spoken]
        return _capped(clauses, self.name(text))

    def _clause(self, run: str, script: str | None) -> tuple[Term, ...]:
        match script:
            case "latin":
                # Which of the two languages it is nobody knows; a stem of the other one rarely is a word.
                return (Term(tuple(dict.fromkeys(self._stems[each](run[:MAX_LENGTH]) for each in ("it", "en")))),)
            case "cyrillic":
                return (Term((self._stems["ru"](run[:MAX_LENGTH]),)),)
            case "digits":
                return (Term((_number(run),)),)
            case "pairs":
                return tuple(Term((pair,)) for pair in _pairs(run))
            case _:
                return (Term((run[:MAX_LENGTH],)),)


def _capped(clauses: list[tuple[Term, ...]], name: str) -> Query:
    terms: dict[Term, None] = {}
    kept: dict[tuple[Term, ...], None] = {}
    for clause in clauses:
        if len(terms) >= MAX_TERMS:
            break
        part = clause[: MAX_TERMS - len(terms)]
        kept[part] = None
        terms |= dict.fromkeys(part)
    return Query(tuple(terms), tuple(kept), name)


def _number(digits: str) -> str:
    return digits.lstrip("0")[:MAX_LENGTH] or "0"


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
