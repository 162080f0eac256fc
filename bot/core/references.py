"""How people name an article: `article4`, `art. 4`, `статья 4`, `제4조`, `1961/1`, `un 51`, `4 as of 2024-06-20`.

Pure: what an instrument may be called is passed in. Nothing here guesses; a text that is not wholly understood gives
None, and suggestions are made elsewhere from `skeleton`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.entries import Instrument, is_date
from bot.core.errors import Mistake

ARTICLE_WORDS = frozenset(
    """
    art article articles articolo articoli articulo artikel
    статья статьи статье статью статьей ст 조 제 조항 第 条
    """.split()
)
PREAMBLE_WORDS = frozenset(
    """
    preamble preambolo preambulo преамбула преамбулы преамбуле преамбулу 전문 서문
    """.split()
)
FILLERS = frozenset(
    """
    of the to in from n no nr num number th st nd rd o di del della dell dal nel il la lo l e
    договора договор договоре из от о treaty trattato patto pact 조약 조약의 의 년 года год anno year
    """.split()
)
ROMAN = re.compile(r"(?=.)x{0,3}(?:ix|iv|v?i{0,3})")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_AS_OF = re.compile(
    r"\s*(?:\bas[ -]of\b|\balla data del\b|\balla data\b|\bal\b|\bпо состоянию на\b|\bна\b|@)\s*(?P<after>.*)$"
    r"|\s+(?P<before>\S+)\s*(?:기준|현재)$",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")

# Cyrillic and Greek letters that look like Latin ones; a line that mixes them is a typo at best, a trick at worst.
_LOOKALIKES = str.maketrans("аеорсухіјѕһкмтвнԁԛԝοανρτι", "aeopcyxijshkmtbhdqwoavpti")


@dataclass(frozen=True, slots=True)
class ArticleReference:
    """An instrument and, where one was named, the article in it: a number or `preamble`."""

    instrument: str
    article: str | None

    @property
    def key(self) -> str:
        """The entry's key, `treaty-2024/4`."""
        return f"{self.instrument}/{self.article}"


class ReferenceReader:
    """Reads references to the articles of the given instruments; the first of them is the default."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        self._default = ""
        for instrument in instruments:
            self._default = self._default or instrument.id
            for alias in (instrument.id, *instrument.aliases, *instrument.title.values()):
                self._names.setdefault(tuple(tokens(alias)), instrument.id)
            if year := re.fullmatch(r"\D*(\d{4})\D*", instrument.id):
                self._names.setdefault((year[1],), instrument.id)
        self._names.pop((), None)
        self._longest = max(map(len, self._names), default=0)
        self.vocabulary = ARTICLE_WORDS | PREAMBLE_WORDS | {name[0] for name in self._names if len(name) == 1}
        """Single words worth comparing a misspelt one with."""

    def read(self, text: str) -> ArticleReference | None:
        """Read a reference; None where any word of it is not understood."""
        rest, instrument = self._take_instrument(tokens(text))
        article: str | None = None
        named = False
        for token in rest:
            if token in ARTICLE_WORDS:
                named = True
            elif token in FILLERS and not (named and ROMAN.fullmatch(token)):
                continue
            elif article is None and (number := _number(token)):
                article = number
            else:
                return None
        if instrument is None and article is None:
            return None
        return ArticleReference(instrument or self._default, article)

    def _take_instrument(self, words: list[str]) -> tuple[list[str], str | None]:
        for length in range(min(self._longest, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                name = self._names.get(tuple(words[start : start + length]))
                if name is not None:
                    return words[:start] + words[start + length :], name
        return words, None


def tokens(text: str) -> list[str]:
    """Words and numbers of a text, compatibility forms and case folded, everything else dropped."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold().replace("ё", "е"))


def fold(text: str) -> str:
    """The form in which typed and known names are compared.

    Hangul is taken apart into its letters: one wrong letter in a syllable then costs a third, not the whole syllable.
    """
    return unicodedata.normalize("NFD", " ".join(tokens(text)))


def _number(token: str) -> str | None:
    if token in PREAMBLE_WORDS:
        return "preamble"
    if token.isdecimal() and len(token) <= len("000"):
        return str(int(token))
    if ROMAN.fullmatch(token):
        return str(_roman(token))
    return None


def _roman(token: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in token]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def skeleton(text: str) -> str:
    """The text with letters of other scripts replaced by the Latin ones they look like."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_LOOKALIKES)


def split_as_of(text: str) -> tuple[str, str | None]:
    """Part a text from its `as of <date>`; the date comes back as ISO. Raises Mistake for a date that is none."""
    match = _AS_OF.search(text)
    if not match:
        return text, None
    date = (match["after"] or match["before"] or "").strip()
    return text[: match.start()].strip(), read_date(date)


def read_date(text: str) -> str:
    """Read `2024`, `2024-06`, `2024-06-20`, `20/06/2024` or `20.06.2024`. Raises Mistake."""
    candidate = unicodedata.normalize("NFKC", text).strip(" .")
    if match := _DAY_FIRST.fullmatch(candidate):
        candidate = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    if not is_date(candidate):
        raise Mistake("mistake-date", value=text or "…")
    return candidate
