"""What two texts that mean nearly the same may still differ by: figures, and a denial. Vectors see neither. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.core.entries import Texts
from bot.core.references import tokens


class Difference(StrEnum):
    """What an editor should look at."""

    FIGURES = "figures"
    DENIAL = "denial"


NOT = frozenset(
    """
    non nessun nessuno nessuna senza mai nega negato negano smentisce smentito smentiscono
    not no never none without denied denies deny refuted refutes cannot
    не нет ни без никогда никто отрицает отрицают отрицал отрицала опроверг опровергает опровергла
    """.split()
)
_NOT_KOREAN = re.compile(r"(?:지\s?않|지\s?못|없(?:다|었|는|이)|아니(?:다|라|며|고)|부인(?:했|하|한)|\b안\s|\b못\s)")
_FIGURE = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")


def figures(text: str) -> frozenset[str]:
    """The numbers in a text, however their thousands are set apart."""
    return frozenset(_plain(match) for match in _FIGURE.findall(text))


def _plain(figure: str) -> str:
    if re.fullmatch(r"\d+(?:[.,\u00a0\u202f ]\d{3})+", figure):
        return re.sub(r"\D", "", figure)
    return figure.replace(",", ".")


def denies(text: str) -> bool:
    """Whether a text says that something is not so."""
    return not NOT.isdisjoint(tokens(text)) or _NOT_KOREAN.search(text) is not None


def differences(one: Texts, other: Texts) -> tuple[Difference, ...]:
    """What texts of one meaning differ by; compared in a language that both stand in, else across languages."""
    shared = [language for language in one if language in other]
    pairs = [(one[each], other[each]) for each in shared[:1]]
    pairs = pairs or [(first, second) for first in list(one.values())[:1] for second in list(other.values())[:1]]
    found: list[Difference] = []
    for first, second in pairs:
        if figures(first) != figures(second):
            found.append(Difference.FIGURES)
        if denies(first) != denies(second):
            found.append(Difference.DENIAL)
    return tuple(dict.fromkeys(found))
