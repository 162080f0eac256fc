"""From a dossier's folder to a `Dossier`, or to every fault that stands in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from bot.core.dossiers import Dossier, Fault, SampleQuestions
from bot.core.entries import LOCALES, Entry, EntryKind, Instrument, Source, Topic
from storage.dossier import rules, yamlfile
from storage.dossier.fields import Checker, Place, found, printable
from storage.dossier.schema import (
    ARTICLES,
    ENTRY_FIELDS,
    ENTRY_FILES,
    HEAD_FIELDS,
    HEAD_FILE,
    INSTRUMENT_FIELDS,
    INSTRUMENTS_FOLDER,
    LANGUAGES,
    MAX_NUMBER,
    PREAMBLE,
    QUESTION_FIELDS,
    QUESTIONS_FILE,
    SOURCE_FIELDS,
    SOURCES_FILE,
    TOPIC_FIELDS,
    TOPICS_FILE,
    Field,
)

_FILES: Final = (HEAD_FILE, TOPICS_FILE, SOURCES_FILE, *ENTRY_FILES.values(), QUESTIONS_FILE)


def read_dossier(folder: Path) -> tuple[Dossier | None, tuple[Fault, ...]]:
    """Read and check all files of a dossier; the dossier is None as soon as there is one fault. Raises nothing."""
    reading = _Reading(folder)
    reading.read()
    faults = tuple(sorted(reading.checker.faults, key=lambda fault: reading.order(fault.file)))
    return (None if faults else reading.dossier()), faults


@dataclass(slots=True)
class _Reading:
    folder: Path
    checker: Checker = field(default_factory=Checker)
    parts: rules.Parts = field(default_factory=rules.Parts)

    def read(self) -> None:
        paths = _listed(self.folder)
        if paths is None:
            self.checker.fault(Place(printable(str(self.folder)), ""), "is no folder that can be read")
            return
        self._head()
        self.parts.topics = self._records(TOPICS_FILE, TOPIC_FIELDS)
        self.parts.sources = self._records(SOURCES_FILE, SOURCE_FIELDS)
        self._instruments()
        for kind, file in ENTRY_FILES.items():
            self.parts.entries[kind] = self._records(file, ENTRY_FIELDS[kind])
        if any(path.name == QUESTIONS_FILE for path in paths):
            self.parts.questions = self._records(QUESTIONS_FILE, QUESTION_FIELDS)
        self._strangers(path for path in paths if path.name not in _FILES)
        rules.check(self.parts, self.checker)

    def order(self, file: str) -> int:
        """Where the faults of a file stand: in the order in which a dossier is written, instruments in the middle."""
        return _FILES.index(file) * 2 if file in _FILES else 5

    def dossier(self) -> Dossier:
        """Build the values; only called when nothing is wrong."""
        parts = self.parts
        default = parts.head["default_instrument"]
        # The default instrument comes first, the others by id, so that the same files always give the same order.
        instruments = sorted(
            parts.instruments, key=lambda record: (record.values["id"] != default, record.values["id"])
        )
        articles = [
            Entry(kind=EntryKind.ARTICLE, **article.values)
            for instrument in instruments
            for article in parts.articles.get(instrument.values["id"], [])
        ]
        others = [Entry(kind=kind, **record.values) for kind in ENTRY_FILES for record in parts.entries[kind]]
        return Dossier(
            **({"keywords": {}} | parts.head),
            topics=tuple(Topic(**record.values) for record in parts.topics),
            sources=tuple(Source(**record.values) for record in parts.sources),
            instruments=tuple(Instrument(**(rules.NO_DATES | record.values)) for record in instruments),
            entries=(*articles, *others),
            questions=tuple(SampleQuestions(**record.values) for record in parts.questions),
        )

    def _head(self) -> None:
        data = self._load(HEAD_FILE)
        if data is None:
            return
        if not isinstance(data, dict):
            self.checker.fault(Place(HEAD_FILE, ""), f"expected a mapping, found {found(data)}")
            return
        place = Place(HEAD_FILE, printable(str(data.get("id") or "")))
        languages = [each for each in HEAD_FIELDS if each.name == "languages"]
        # The languages decide what is a complete text, so they are read before the title is.
        own = Checker().record({"languages": data.get("languages")}, languages, place).get("languages")
        if own:
            self.checker.languages = self.checker.needed = own
        self.parts.head = self.checker.record(data, HEAD_FIELDS, place)
        if self.parts.head.get("languages") == ():
            self.checker.fault(place.at("languages"), "expected at least one language, found none")

    def _records(self, file: str, fields: tuple[Field, ...]) -> list[rules.Record]:
        data = self._load(file)
        if data is None:
            return []
        if not isinstance(data, list):
            self.checker.fault(Place(file, ""), f"expected a list of entries, found {found(data)}")
            self.parts.unread.add(file)
            return []
        records = []
        for index, item in enumerate(data):
            place = Place(file, _label(item, index))
            if isinstance(item, dict):
                records.append(rules.Record(place, self._values(item, fields, place)))
            else:
                self.checker.fault(place, f"expected a mapping, found {found(item)}")
        return records

    def _values(self, item: dict[str, Any], fields: tuple[Field, ...], place: Place) -> dict[str, Any]:
        """The attributes of one record. An entry may say which languages its text stands in; the rest is then freer."""
        if LANGUAGES not in fields or item.get(LANGUAGES.name) is None:
            return self.checker.record(item, fields, place)
        free = replace(self.checker, languages=LOCALES, needed=())  # its faults are those of all
        values = free.record(item, fields, place)
        languages = values.pop(LANGUAGES.attribute, None)
        if languages is not None and (text := values.get("text")) is not None and set(text) != set(languages):
            stands = ", ".join(text)
            self.checker.fault(place.at(LANGUAGES.name), f"expected the languages its text stands in: {stands}")
        return values

    def _instruments(self) -> None:
        listed = _listed(self.folder / INSTRUMENTS_FOLDER) or []
        self._strangers(path for path in listed if path.suffix != ".yaml")
        paths = [path for path in listed if path.suffix == ".yaml"]
        if not paths:
            self.parts.unread.add(INSTRUMENTS_FOLDER)
            self.checker.fault(Place(INSTRUMENTS_FOLDER, ""), "expected a folder with one .yaml file per instrument")
        for path in paths:
            self._instrument(path)

    def _instrument(self, path: Path) -> None:
        file = f"{INSTRUMENTS_FOLDER}/{path.name}"
        data = self._load(file)
        if data is None:
            self.parts.unread.add(INSTRUMENTS_FOLDER)
            return
        if not isinstance(data, dict):
            self.checker.fault(Place(file, ""), f"expected a mapping, found {found(data)}")
            self.parts.unread.add(INSTRUMENTS_FOLDER)
            return
        place = Place(file, printable(str(data.get("id") or path.stem)))
        own = {name: value for name, value in data.items() if name not in (PREAMBLE, ARTICLES)}
        record = rules.Record(place, self.checker.record(own, INSTRUMENT_FIELDS, place))
        if record.values.get("id", path.stem) != path.stem:
            self.checker.fault(place.at("id"), f"expected the file's name {path.stem}, found {found(data['id'])}")
        self.parts.instruments.append(record)
        articles = self.parts.articles.setdefault(place.entry, [])
        if data.get(PREAMBLE) is not None:
            articles.append(self._article(data[PREAMBLE], PREAMBLE, place))
        listed = data.get(ARTICLES)
        if not isinstance(listed, list):
            self.checker.fault(place.at(ARTICLES), f"expected a list of articles, found {found(listed)}")
            return
        articles += [self._numbered(item, index, place) for index, item in enumerate(listed)]

    def _numbered(self, item: Any, index: int, place: Place) -> rules.Record:
        position = f"#{index + 1}"
        if not isinstance(item, dict):
            return self._article(item, position, place)
        number = item.get("number")
        if type(number) is int and 1 <= number <= MAX_NUMBER:
            position = str(number)
        else:
            at = Place(place.file, f"{place.entry}/{position}", "number")
            self.checker.fault(at, f"expected the article's number, found {found(number)}")
        return self._article({name: value for name, value in item.items() if name != "number"}, position, place)

    def _article(self, item: Any, number: str, place: Place) -> rules.Record:
        at = Place(place.file, f"{place.entry}/{number}")
        if not isinstance(item, dict):
            self.checker.fault(at, f"expected a mapping, found {found(item)}")
            return rules.Record(at, {})
        values = self._values(item, ENTRY_FIELDS[EntryKind.ARTICLE], at)
        return rules.Record(at, {**values, "key": at.entry, "instrument": place.entry})

    def _strangers(self, paths: Iterable[Path]) -> None:
        """Report files that would be passed over in silence, such as `fact.yaml` or `facts.yml`."""
        for path in paths:
            if path.suffix.lower() in (".yaml", ".yml"):
                file = printable(path.relative_to(self.folder).as_posix())
                self.checker.fault(Place(file, ""), f"is no file of a dossier; expected {', '.join(_FILES)}")

    def _load(self, file: str) -> Any:
        """The file's content, or None after reporting why there is none."""
        try:
            data, slips = yamlfile.load((self.folder / file).read_bytes().decode("utf-8-sig"))
        except OSError as error:
            problem = f"can't be read: {error.strerror}"
        except UnicodeDecodeError as error:
            problem = f"is no UTF-8 text: byte {error.start + 1} is wrong"
        except yamlfile.Unreadable as error:
            problem = str(error)
        else:
            for slip in slips:
                entry, trail = _locate(file, data, slip.path)
                self.checker.fault(Place(file, entry, trail), slip.problem)
            if data is not None:
                return data
            problem = "is empty"
        self.checker.fault(Place(file, ""), problem)
        self.parts.unread.add(file)
        return None


def _listed(folder: Path) -> list[Path] | None:
    """The files of a folder by name, hidden ones left out; None where it can't be read."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return None


def _label(item: Any, index: int) -> str:
    name = item.get("id", item.get("entry")) if isinstance(item, dict) else None
    return printable(name) if isinstance(name, str) and name else f"#{index + 1}"


def _locate(file: str, data: Any, path: yamlfile.Trail) -> tuple[str, str]:
    """The entry and the dotted field of a place in a file's tree."""
    entry, rest = "", path
    if isinstance(data, list) and path:
        index = int(path[0])
        entry, rest = _label(data[index], index), path[1:]
    elif isinstance(data, dict):
        entry = printable(str(data.get("id") or ""))
        if file not in _FILES and path[:1] == (PREAMBLE,):
            entry, rest = f"{entry}/{PREAMBLE}", path[1:]
        elif file not in _FILES and path[:1] == (ARTICLES,) and len(path) > 1:
            index = int(path[1])
            article = data[ARTICLES][index]
            number = article.get("number") if isinstance(article, dict) else None
            entry, rest = f"{entry}/{number or f'#{index + 1}'}", path[2:]
    return entry, ".".join(str(part + 1 if isinstance(part, int) else part) for part in rest)
