"""How people name an article: `article4`, `art. 4`, `статья 4`, `제4조`, `1961/1`, `un 2(4)`, `4 as of 2024-06-20`.

Pure: what an instrument may be called is passed in. Nothing here guesses; a text that is not wholly understood gives
None, and suggestions are made elsewhere from `skeleton`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.dates import iso_date
from bot.core.entries import Instrument
from bot.core.errors import Mistake
from bot.core.numerals import joined

MAX_TOKENS = 24
"""The longest title has 17 words; what is longer than it and an article is no reference, and slow to take apart."""

MAX_WORDS_OF_TEXT, LONGEST_MENTION = 60, 8
"""Of a longer text, and of one reference in it."""

ARTICLE_WORDS = frozenset(
    """
    art article articles articolo articoli articulo artikel
    статья статьи статье статью статьей статьями статей ст артикль артикля артикле артикл артикла
    조 조의 조와 조과 조는 조를 조에 조제 제 조항 第 条 條
    """.split()
)
PREAMBLE_WORDS = frozenset(
    """
    preamble preambolo preambulo преамбула преамбулы преамбуле преамбулу 전문 서문
    """.split()
)
FILLERS = frozenset(
    """
    of the to in on about from n no nr num number th st nd rd o di del della dell dal dalla dall nel nella nell
    sul sulla sull al alla all il la lo l e
    договора договор договоре из от о об про по к в treaty trattato patto pact 조약 조약의 의 년 года год anno year
    """.split()
)
PARAGRAPH_WORDS = frozenset(
    """
    paragraph para par paragrafo comma пункт пункта пункте пункту п часть части ч
    """.split()
)
ROMAN = re.compile(r"(?=.)x{0,3}(?:ix|iv|v?i{0,3})")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_PARAGRAPH = re.compile(r"(?<!\d)(\d{1,3})\s*(?:\(\s*\w{1,2}\s*\)\s*)+")
# `al`, `на` and `@` mean other things too (`all'art. 4`, `4@1`): they count only before a date, `@` before a day.
_AS_OF = re.compile(
    r"(?P<sure>\bas[ -]of\b|\balla data del(?:l')?|\balla data di\b|\balla data\b|\bпо состоянию на\b)"
    r"|\bal(?:l'|\b)|\bна\b|@",
    re.IGNORECASE,
)
_AS_OF_KOREAN = re.compile(r"(?<=\S)\s*(?:기준(?:으로)?|현재|시점)(?=\s|$)")

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
        plain = unicodedata.normalize("NFKC", text)
        words = tokens(_PARAGRAPH.sub(r"\1 ", plain))
        if len(words) > MAX_TOKENS:
            return None
        rest, instrument = self._take_instrument(words)
        article: str | None = None
        named = in_digits = False
        for token in joined(_without_paragraphs(rest)):
            if token in ARTICLE_WORDS:
                named = True
            elif token in FILLERS and not (named and ROMAN.fullmatch(token)):
                continue
            elif article is None and (number := _number(token)):
                article, in_digits = number, token in rest and _is_number(token)
            elif not (instrument and in_digits and token in rest and _is_number(token)):
                return None  # the 4 of `un 2 4` is a paragraph; `4 5` may be two articles
        if instrument is None and article is None and not named:
            return None
        return ArticleReference(instrument or self._default, article)

    def mentioned(self, text: str) -> list[ArticleReference]:
        """The articles that a longer text names, by an article word beside a number: `what does art. 4 say`."""
        words = tokens(text)[:MAX_WORDS_OF_TEXT]
        found: dict[ArticleReference, None] = {}
        at = 0
        while at < len(words):
            # The longest stretch first: `articolo 1 del trattato del 1961` is not article 1 of the default one.
            for end in range(min(len(words), at + LONGEST_MENTION), at + 1, -1):
                part = words[at:end]
                if ARTICLE_WORDS.isdisjoint(part):
                    break
                reference = self.read(" ".join(part))
                if reference is not None and reference.article is not None:
                    found[reference] = None
                    at = end - 1
                    break
            at += 1
        return list(found)

    def _take_instrument(self, words: list[str]) -> tuple[list[str], str | None]:
        """Take out every name of one instrument: `Charter of the UN` names it twice."""
        found: str | None = None
        length = min(self._longest, len(words))
        while length:
            for start in range(len(words) - length + 1):
                name = self._names.get(tuple(words[start : start + length]))
                if name is not None and found in (None, name):
                    words, found = words[:start] + words[start + length :], name
                    break
            else:
                length -= 1
            length = min(length, len(words))
        return words, found


def _without_paragraphs(words: list[str]) -> list[str]:
    """The words without `paragraph 4`, `пункт 4` or `제4항`: articles are held whole."""
    kept: list[str] = []
    position = 0
    while position < len(words):
        here, following = words[position], words[position + 1] if position + 1 < len(words) else ""
        if (here in PARAGRAPH_WORDS and (_is_number(following) or joined([following]) != [following])) or (
            _is_number(here) and following == "항"
        ):
            position += 2
        else:
            kept.append(here)
            position += 1
    return kept


def _is_number(token: str) -> bool:
    return token.isdecimal() and len(token) <= len("000")


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
    if _is_number(token):
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
    """Part a text from its `as of <date>`; the date comes back as it was written, for `read_date`."""
    for match in _AS_OF.finditer(text):
        date = text[match.end() :].strip()
        named = iso_date(date, today=_ANY_DAY) or ""
        if match["sure"] or len(named) >= len("2024-06-20" if match[0] == "@" else "2024"):
            return text[: match.start()].strip(), date
    if korean := _AS_OF_KOREAN.search(text):
        words, after = text[: korean.start()].split(), text[korean.end() :].strip()
        for start in range(max(len(words) - 3, 0), len(words)):
            date = " ".join(words[start:])
            if iso_date(date, today=_ANY_DAY):
                return " ".join((*words[:start], after)).strip(), date
    return text, None


_ANY_DAY = "2000-01-02"
"""Only whether a text is a date is asked, not which day `yesterday` is."""


def read_date(text: str, today: str | None = None) -> str:
    """Read a date of any precision in any of the four languages as ISO: `2024`, `2024-06`, `20 giugno 2024`.

    `yesterday` and its like need `today` (`YYYY-MM-DD`). Raises Mistake for a text that is no date.
    """
    date = iso_date(text, today)
    if date is None:
        raise Mistake("mistake-date", value=text or "…")
    return date
