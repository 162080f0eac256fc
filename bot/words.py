"""The words of the bot: Project Fluent messages in `bot/locales`, dates and numbers by Babel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from fluent.runtime import FluentBundle, FluentResource

from bot.core.entries import LOCALES
from bot.core.ports import Words

# British English: the dossier writes "19 June 2024", and so must the sentences around it.
_BABEL = {"it": "it", "en": "en_GB", "ru": "ru", "ko": "ko"}

_HANGUL_FIRST, _HANGUL_LAST, _FINALS = 0xAC00, 0xD7A3, 28
_DIGITS_WITH_FINAL = "013678"  # read aloud (영 일 삼 육 칠 팔) these end in a consonant
_RIEUL, _RIEUL_DIGITS = 8, "178"


def particle(value: Any, pair: Any = "", after: Any = "") -> Any:
    """Append the Korean particle that fits the sound before it: `{ PARTICLE($name, "을/를") }`.

    `pair` is written with the form after a consonant first. After a script we can't read aloud both are shown, as
    Korean newspapers do. `after` is a closing quote that comes between: `‘{ PARTICLE($name, "을/를", after: "’") }`.
    """
    text, (closed, opened) = str(value), str(pair).split("/")
    last = text.rstrip("»”’\"')] ")[-1:]
    if last and _HANGUL_FIRST <= ord(last) <= _HANGUL_LAST:
        final = (ord(last) - _HANGUL_FIRST) % _FINALS
        closes, rieul = final != 0, final == _RIEUL
    elif last.isdecimal():
        closes, rieul = last in _DIGITS_WITH_FINAL, last in _RIEUL_DIGITS
    else:
        shared = f"({closed.removesuffix(opened)}){opened}" if closed.endswith(opened) else f"{closed}({opened})"
        return f"{text}{after}{shared}"
    if closed == "으로" and rieul:
        closes = False
    return f"{text}{after}{closed if closes else opened}"


LONGEST_VALUE = 950


class FluentWords:
    """Everything the bot says in one language."""

    def __init__(self, locale: str, source: str) -> None:
        self._locale = locale
        self._babel = Locale.parse(_BABEL[locale])
        self._source = source
        self._plain: dict[str, str] = {}
        self.date = lru_cache(maxsize=4096)(self._date)

    @cached_property
    def _bundle(self) -> FluentBundle:
        """Parsed when the first word is wanted: four languages at once would add a sixth to every start."""
        # Isolating marks around variables would end up in commands and addresses that people copy.
        bundle = FluentBundle(
            [_BABEL[self._locale].replace("_", "-")], use_isolating=False, functions={"PARTICLE": particle}
        )
        bundle.add_resource(FluentResource(self._source))
        return bundle

    @property
    def locale(self) -> str:
        """The language: one of `LOCALES`."""
        return self._locale

    def text(self, key: str, /, **data: str | int) -> str:
        """The message `key` with its variables filled in. Raises KeyError for an unknown key."""
        if not data and (known := self._plain.get(key)) is not None:
            return known
        pattern = self._bundle.get_message(key).value
        assert pattern is not None, key  # noqa: S101 - a message without a value is a fault in the locale file
        fitting = {name: _fitting(value) if isinstance(value, str) else value for name, value in data.items()}
        text, errors = self._bundle.format_pattern(pattern, fitting)
        if errors:
            raise KeyError(f"{key}: {errors[0]}")
        if not data:
            self._plain[key] = str(text)
        return str(text)

    def _date(self, date: str) -> str:
        year, month, day = (*map(int, date.split("-")), 1, 1)[:3]
        moment = dt.date(year, month, day)
        precision = date.count("-")
        if precision == 0:
            return format_skeleton("y", moment, locale=self._babel)
        if precision == 1:
            return format_skeleton("yMMMM", moment, locale=self._babel)
        return format_date(moment, "long", locale=self._babel)


def _fitting(value: str) -> str:
    """A value no longer than Fluent takes (1,000 characters, with a particle); a longer one fails the whole answer."""
    return value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"


def missing_keys(sources: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By language, the messages that another one has and this one lacks; only languages that lack some.

    sources: by language, as `read_sources` gives them.
    """
    keys = {
        locale: {each.id.name for each in FluentResource(source).body if hasattr(each, "id")}
        for locale, source in sources.items()
    }
    every = frozenset().union(*keys.values())
    return {locale: tuple(sorted(every - own)) for locale, own in keys.items() if every - own}


def load_words() -> Mapping[str, Words]:
    """Read the shipped locale files."""
    return {locale: FluentWords(locale, source) for locale, source in read_sources().items()}


def read_sources() -> dict[str, str]:
    """By language, all that its locale files say."""
    folder = files("bot") / "locales"
    return {
        locale: "\n".join(
            part.read_text(encoding="utf-8")
            for part in sorted((folder / locale).iterdir(), key=lambda part: part.name)
            if part.name.endswith(".ftl")
        )
        for locale in LOCALES
    }
