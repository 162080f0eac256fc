"""Numbers in words, 1 to 39, as people say an article: `four`, `fourth`, `quattro`, `четвёртая`, `사`.

No treaty here has more than 23 articles that anybody would spell out; the Charter's are written in digits.
"""

from __future__ import annotations

import re

_CARDINALS = (
    "one uno один одна",
    "two due два две",
    "three tre три",
    "four quattro четыре",
    "five cinque пять",
    "six sei шесть",
    "seven sette семь",
    "eight otto восемь",
    "nine nove девять",
    "ten dieci десять",
    "eleven undici одиннадцать",
    "twelve dodici двенадцать",
    "thirteen tredici тринадцать",
    "fourteen quattordici четырнадцать",
    "fifteen quindici пятнадцать",
    "sixteen sedici шестнадцать",
    "seventeen diciassette семнадцать",
    "eighteen diciotto восемнадцать",
    "nineteen diciannove девятнадцать",
    "twenty venti двадцать",
    "ventuno",
    "ventidue",
    "ventitre ventitré",
)
_ORDINALS = (
    "first primo",
    "second secondo",
    "third terzo",
    "fourth quarto",
    "fifth quinto",
    "sixth sesto",
    "seventh settimo",
    "eighth ottavo",
    "ninth nono",
    "tenth decimo",
    "eleventh undicesimo",
    "twelfth dodicesimo",
    "thirteenth tredicesimo",
    "fourteenth quattordicesimo",
    "fifteenth quindicesimo",
    "sixteenth sedicesimo",
    "seventeenth diciassettesimo",
    "eighteenth diciottesimo",
    "nineteenth diciannovesimo",
    "twentieth ventesimo",
    "ventunesimo",
    "ventiduesimo",
    "ventitreesimo",
)
_RUSSIAN_STEMS = (
    "перв втор - четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат "
    "шестнадцат семнадцат восемнадцат девятнадцат двадцат"
).split()
_THIRD = "третья третьей третью третий третьего третьем"
_SINO = {digit: value for value, digit in enumerate("일이삼사오육칠팔구", start=1)}
_KOREAN = re.compile(
    r"제?(?:(?P<tens>[이삼]?)(?P<ten>십))?(?P<ones>[일이삼사오육칠팔구]?)조(?:의|와|과|는|은|를|을|에|가|이)?"
)

WORDS = {
    word: value for rows in (_CARDINALS, _ORDINALS) for value, row in enumerate(rows, start=1) for word in row.split()
}
WORDS |= {
    stem + ending: value
    for value, stem in enumerate(_RUSSIAN_STEMS, start=1)
    for ending in ("ая", "ой", "ую", "ый", "ого", "ом")
}
WORDS |= dict.fromkeys(_THIRD.split(), 3)
_TENS = frozenset(("twenty", "двадцать"))


def joined(words: list[str]) -> list[str]:
    """The words with every number in words as digits: `twenty`, `third` becomes `23`, `제사조` becomes `4`."""
    found: list[str] = []
    last = ""
    for word in words:
        value = WORDS.get(word) or _korean(word)
        if value is not None and value < len(_SINO) + 1 and last in _TENS:
            found[-1] = str(20 + value)
        else:
            found.append(word if value is None else str(value))
        last = word
    return found


def _korean(word: str) -> int | None:
    match = _KOREAN.fullmatch(word)
    if match is None:
        return None
    tens = (_SINO.get(match["tens"], 1) if match["ten"] else 0) * 10
    return (tens + _SINO.get(match["ones"], 0)) or None
