"""One record of a dossier's file checked against its fields, each wrong value reported where it stands."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from bot.core.dossiers import Fault
from bot.core.entries import LOCALES, is_date
from storage.dossier.schema import LANGUAGE_TAG, MAX_NUMBER, SLUG, Field, Shape, Target, forbidden_character

_YEAR: Final = range(1000, 10_000)
_BAD: Final = object()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the file, the entry's id or position, and the dotted field."""

    file: str
    entry: str
    field: str = ""

    def at(self, *names: str | int) -> Place:
        """A place further inside."""
        inside = ".".join(printable(str(name)) for name in names)
        return Place(self.file, self.entry, f"{self.field}.{inside}" if self.field else inside)


@dataclass(frozen=True, slots=True)
class Reference:
    """An id that must name something, to be looked up once everything is read."""

    place: Place
    id: str
    target: Target


@dataclass(slots=True)
class Checker:
    """Collects the faults and the references of all records.

    languages: those a text may have. needed: those it must have; none as long as the dossier's own are not known.
    """

    languages: tuple[str, ...] = LOCALES
    needed: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    wrong: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def fault(self, place: Place, problem: str) -> None:
        """Note one fault."""
        # One line a person can read, whatever stands in the file: a name may be megabytes long.
        entry, name, problem = _line(place.entry, NAME), _line(place.field, NAME), _line(problem, SENTENCE)
        self.faults.append(Fault(place.file, entry, name, problem))
        self.wrong.setdefault((place.file, place.entry), set()).add(place.field.partition(".")[0])

    def reported(self, place: Place) -> bool:
        """Whether this field of an entry was found wrong already, so that one slip is not told as two."""
        return place.field in self.wrong.get((place.file, place.entry), ())

    def record(self, data: dict[str, Any], fields: Sequence[Field], place: Place) -> dict[str, Any]:
        """Read the fields of one mapping into attributes; what is missing or wrong is left out and reported."""
        known = [each.name for each in fields]
        for name in data:
            if name not in known:
                # Comparing takes its time, which a file full of unknown names must not take for each of them.
                comparable = len(name) <= NAME and len(self.faults) < MANY
                near = difflib.get_close_matches(name, known, 1) if comparable else []
                hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
                self.fault(place.at(name), f"unknown field; {hint}")
        values: dict[str, Any] = {}
        for each in fields:
            value = data.get(each.name)
            if value is None:
                if each.needed:
                    self.fault(place.at(each.name), f"is missing; expected {_expected(each)}")
                continue
            result = self._value(each, value, place.at(each.name))
            if result is not _BAD:
                values[each.attribute] = result
        return values

    def _value(self, spec: Field, value: Any, place: Place) -> Any:  # noqa: C901 - one case for each shape
        match spec.shape:
            case Shape.TEXT:
                return self._text(value, place)
            case Shape.TEXTS:
                return self._texts(value, place, self._text, needed=self.needed)
            case Shape.SOME_TEXTS:
                return self._texts(value, place, self._text)
            case Shape.WORDS:
                return self._list(value, place, self._text)
            case Shape.WORDS_BY_LANGUAGE:
                take = partial(self._list, take=self._text)
                return {} if value == {} else self._texts(value, place, take)
            case Shape.LANGUAGES:
                return self._list(value, place, self._locale)
            case Shape.REFS:
                return self._list(value, place, lambda item, at: self._reference(item, at, spec.target))
            case Shape.REF:
                return self._reference(value, place, spec.target)
            case Shape.CHOICE:
                words = [word.value for word in spec.choices or ()]
                accepted = isinstance(value, str) and value in words
                return spec.choices(value) if accepted and spec.choices else self._refuse(place, _expected(spec), value)
            case Shape.DATE:
                return self._date(value, place)
            case Shape.FLAG | Shape.NUMBER | Shape.SLUG | Shape.LANGUAGE | Shape.URL:
                return value if _SIMPLE[spec.shape](value) else self._refuse(place, _expected(spec), value)

    def _refuse(self, place: Place, expected: str, value: Any) -> Any:
        self.fault(place, f"expected {expected}, found {found(value)}")
        return _BAD

    def _text(self, value: Any, place: Place) -> Any:
        if not isinstance(value, str):
            hint = " (put it in quotes)" if isinstance(value, int) else ""
            return self._refuse(place, f"a text{hint}", value)
        if not value.strip():
            return self._refuse(place, "a text", value)
        character = forbidden_character(value)
        if character is not None:
            self.fault(place, f"holds the control or direction character {character}; take it out")
            return _BAD
        return value

    def _texts(self, value: Any, place: Place, take: Callable[[Any, Place], Any], needed: tuple[str, ...] = ()) -> Any:
        if not isinstance(value, dict) or not value:
            return self._refuse(place, f"a mapping from languages ({', '.join(self.languages)})", value)
        result = {}
        for language in needed:
            if language not in value:
                self.fault(place.at(language), "is missing; expected a text in this language")
        for language, item in value.items():
            if language not in self.languages:
                self.fault(place.at(language), f"unknown language; expected {', '.join(self.languages)}")
                continue
            result[language] = take(item, place.at(language))
        return _BAD if _BAD in result.values() or not result.keys() >= set(needed) else result

    def _list(self, value: Any, place: Place, take: Callable[[Any, Place], Any]) -> Any:
        if not isinstance(value, list):
            return self._refuse(place, "a list", value)
        result: list[Any] = []
        seen = set()  # looking through the list itself takes minutes where it is long
        for index, item in enumerate(value):
            taken = take(item, place.at(index + 1))
            if taken is not _BAD and taken in seen:
                self.fault(place.at(index + 1), f"{found(item)} is listed twice")
            seen.add(taken)
            result.append(taken)
        return _BAD if _BAD in seen else tuple(result)

    def _locale(self, value: Any, place: Place) -> Any:
        return value if value in LOCALES else self._refuse(place, f"one of {', '.join(LOCALES)}", value)

    def _reference(self, value: Any, place: Place, target: Target | None) -> Any:
        if not isinstance(value, str) or not value:
            return self._refuse(place, "an id", value)
        if target is not None:
            self.references.append(Reference(place, value, target))
        return value

    def _date(self, value: Any, place: Place) -> Any:
        # A year without quotes is a number to YAML; every other unquoted date arrives as text.
        text = str(value) if isinstance(value, int) and value in _YEAR else value
        if isinstance(text, str) and not isinstance(value, bool) and is_date(text):
            return text
        return self._refuse(place, Shape.DATE.value, value)


def _is_address(value: Any) -> bool:
    if not isinstance(value, str) or re.search(r"[\s\x00-\x1f\x7f]", value) or forbidden_character(value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a broken IPv6 host or port
        return False


_SIMPLE: Final[dict[Shape, Callable[[Any], bool]]] = {
    Shape.FLAG: lambda value: isinstance(value, bool),
    Shape.NUMBER: lambda value: type(value) is int and 1 <= value <= MAX_NUMBER,
    Shape.SLUG: lambda value: isinstance(value, str) and SLUG.fullmatch(value) is not None,
    Shape.LANGUAGE: lambda value: isinstance(value, str) and LANGUAGE_TAG.fullmatch(value) is not None,
    Shape.URL: _is_address,
}


NAME, SENTENCE = 100, 400
"""The longest name and problem in the line of a fault, in characters."""
MANY = 200


def _line(text: str, longest: int) -> str:
    shown = printable(text[: longest + 1])
    return shown if len(text) <= longest else f"{shown[: longest - 1]}…"


def printable(text: str) -> str:
    """The text itself, or with escapes where it would break or turn round the line it is printed on."""
    return text if text.isprintable() else ascii(text)


def found(value: Any) -> str:
    """A value as a fault's sentence names it, short and with hidden characters made visible."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int():
            return f"the number {value}"
        case str():
            shown = repr(value) if value.isprintable() else ascii(value)
            return shown if len(shown) <= 60 else f"{shown[:57]}…"
        case list():
            return "a list"
        case _:
            return "a mapping" if value else "an empty mapping"


def _expected(spec: Field) -> str:
    if spec.choices is not None:
        return f"one of {', '.join(word.value for word in spec.choices)}"
    return spec.shape.value
