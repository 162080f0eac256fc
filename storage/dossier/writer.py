"""From a `Dossier` to the files it is read from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from bot.core.dossiers import Dossier
from bot.core.entries import LOCALES, Entry, EntryKind
from storage.dossier.schema import (
    ARTICLES,
    ENTRY_FIELDS,
    ENTRY_FILES,
    HEAD_FIELDS,
    HEAD_FILE,
    INSTRUMENT_FIELDS,
    INSTRUMENTS_FOLDER,
    LANGUAGES,
    PREAMBLE,
    QUESTION_FIELDS,
    QUESTIONS_FILE,
    SOURCE_FIELDS,
    SOURCES_FILE,
    TOPIC_FIELDS,
    TOPICS_FILE,
    Field,
    Shape,
)

_WIDTH = 110
NOTHING: Mapping[str, Any] = {}


class _Quoted(str):
    """A date: always in quotes, since other readers of YAML would make a day, a number or a text of it by its form."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """The Python dumper even where the C one exists: they fold lines differently, and the files must stay the same."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write equal lists out each time; `&id001` is nothing for people."""
        return True


_Dumper.add_representer(_Quoted, lambda dumper, data: dumper.represent_scalar("tag:yaml.org,2002:str", data, style="'"))


def write_dossier(dossier: Dossier, folder: Path) -> None:
    """Write all files of a dossier, each one whole or not at all; reading them gives the same dossier.

    What is not of the format is left out: revision numbers and times of change. Raises OSError, and FileExistsError
    before anything is written where `folder` holds instruments that are not of this dossier: they would be read
    back as part of it.
    """
    instruments = folder / INSTRUMENTS_FOLDER
    names = {f"{instrument.id}.yaml" for instrument in dossier.instruments}
    strangers = sorted(path.name for path in instruments.glob("*.yaml") if path.name not in names)
    if strangers:
        raise FileExistsError(f"{instruments} holds instruments of another dossier: {', '.join(strangers)}")
    instruments.mkdir(parents=True, exist_ok=True)
    _write(folder / HEAD_FILE, _record(dossier, HEAD_FIELDS))
    _write(folder / TOPICS_FILE, _records(dossier.topics, TOPIC_FIELDS))
    _write(folder / SOURCES_FILE, _records(dossier.sources, SOURCE_FIELDS))
    for instrument in dossier.instruments:
        articles = [
            entry for entry in dossier.entries if entry.kind is EntryKind.ARTICLE and entry.instrument == instrument.id
        ]
        data = _record(instrument, INSTRUMENT_FIELDS) | _articles(articles, dossier)
        _write(instruments / f"{instrument.id}.yaml", data)
    for kind, file in ENTRY_FILES.items():
        entries = [_entry(entry, dossier) for entry in dossier.entries if entry.kind is kind]
        _write(folder / file, entries)
    if dossier.questions:
        _write(folder / QUESTIONS_FILE, _records(dossier.questions, QUESTION_FIELDS))
    else:
        (folder / QUESTIONS_FILE).unlink(missing_ok=True)


def _articles(articles: Sequence[Entry], dossier: Dossier) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for article in articles:
        if article.article_number == PREAMBLE:
            data[PREAMBLE] = _entry(article, dossier)
    numbered = [article for article in articles if article.article_number != PREAMBLE]
    data[ARTICLES] = [{"number": int(article.article_number or 0), **_entry(article, dossier)} for article in numbered]
    return data


def _records(values: Iterable[object], fields: Sequence[Field]) -> list[dict[str, Any]]:
    return [_record(value, fields) for value in values]


def _entry(entry: Entry, dossier: Dossier) -> dict[str, Any]:
    return _record(entry, ENTRY_FIELDS[entry.kind], {LANGUAGES.attribute: _languages(entry, dossier)})


def _languages(entry: Entry, dossier: Dossier) -> tuple[str, ...]:
    """The languages of an entry's text; empty where all its texts stand in those of the dossier, as is the rule."""
    rule = set(dossier.languages)
    for each in ENTRY_FIELDS[entry.kind]:
        if each.shape in (Shape.TEXTS, Shape.SOME_TEXTS) and (texts := getattr(entry, each.attribute)):
            found = set(texts)
            if not found <= rule or (each.shape is Shape.TEXTS and found != rule):
                return tuple(language for language in LOCALES if language in entry.text)
    return ()


def _record(value: object, fields: Sequence[Field], own: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    """The fields of a value; `own`: what of them is no attribute of it."""
    record = {}
    for each in fields:
        content = own[each.attribute] if each.attribute in own else getattr(value, each.attribute)
        if each.shown or not (content == each.default or content in (None, (), {}, False)):
            record[each.name] = _plain(content, each.shape)
    return record


def _plain(content: Any, shape: Shape) -> Any:
    match shape:
        case Shape.DATE:
            return None if content is None else _Quoted(content)
        case Shape.TEXTS | Shape.SOME_TEXTS:
            return {language: content[language] for language in LOCALES if language in content}
        case Shape.WORDS_BY_LANGUAGE:
            return {language: list(content[language]) for language in LOCALES if language in content}
        case _:
            return (
                list(content)
                if isinstance(content, tuple)
                else content.value
                if isinstance(content, StrEnum)
                else content
            )


def _write(path: Path, data: Any) -> None:
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    # Beside the target and not a .yaml file: the rename stays on one disk, and what a crash leaves is not read.
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
