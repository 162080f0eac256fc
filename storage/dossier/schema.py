"""The format of a dossier's files as one table, which the reader checks against and the writer writes from.

A change of the format is a change here; `docs/dossier.md` explains it to the people who write the files.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final

from bot.core.entries import Confidence, EntryKind, SourceKind, Status

HEAD_FILE: Final = "dossier.yaml"
TOPICS_FILE: Final = "topics.yaml"
SOURCES_FILE: Final = "sources.yaml"
QUESTIONS_FILE: Final = "questions.yaml"
INSTRUMENTS_FOLDER: Final = "instruments"
ENTRY_FILES: Final = {
    EntryKind.FACT: "facts.yaml",
    EntryKind.EVENT: "events.yaml",
    EntryKind.PERSON: "people.yaml",
}
PREAMBLE: Final = "preamble"
ARTICLES: Final = "articles"

SLUG: Final = re.compile(r"[a-z0-9-]{1,80}")
LANGUAGE_TAG: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
MAX_NUMBER: Final = 999_999  # a permalink number is typed by people: `F-12`


class Shape(Enum):
    """What a field holds."""

    TEXT = "a text"
    TEXTS = "a text in every language"
    SOME_TEXTS = "a text in one or more languages"
    WORDS = "a list of texts"
    WORDS_BY_LANGUAGE = "a list of texts per language"
    LANGUAGES = "a list of languages"
    LANGUAGE = "a language code such as it or pt-BR"
    SLUG = "an id of 1 to 80 characters, a-z, 0-9 and -"
    DATE = "a date that exists, as YYYY, YYYY-MM or YYYY-MM-DD"
    NUMBER = f"a whole number from 1 to {MAX_NUMBER}"
    FLAG = "true or false"
    CHOICE = "one of a few words"
    URL = "an http or https address with a host"
    REF = "an id"
    REFS = "a list of ids"


class Target(StrEnum):
    """What an id may name. The value completes the sentence "… is no …"."""

    SOURCE = "source of sources.yaml"
    TOPIC = "topic of topics.yaml"
    INSTRUMENT = "instrument"
    FACT = "fact"
    SUBJECT = "instrument or article"
    ANYTHING = "instrument, article or other entry"
    ENTRY = "article or other entry"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the file and the attribute it becomes.

    needed: the reader reports it when it is missing. shown: the writer writes it even when it holds nothing.
    default: the value the writer leaves out.
    """

    name: str
    shape: Shape
    attr: str = ""
    needed: bool = False
    shown: bool = False
    target: Target | None = None
    choices: type[StrEnum] | None = None
    default: Any = None

    @property
    def attribute(self) -> str:
        """The attribute of the dataclass; the same word as in the file unless said otherwise."""
        return self.attr or self.name


def _need(name: str, shape: Shape, attr: str = "") -> Field:
    return Field(name, shape, attr, needed=True, shown=True)


_KEY = _need("id", Shape.SLUG, "key")
_NUMBER = Field("number", Shape.NUMBER)
_CONFIDENCE = Field("confidence", Shape.CHOICE, choices=Confidence)
_STATUS = Field("status", Shape.CHOICE, choices=Status, default=Status.CONFIRMED)
_WHO = Field("attributed_to", Shape.TEXTS)
_DATE = Field("date", Shape.DATE)
_TOPICS = Field("topics", Shape.REFS, target=Target.TOPIC, shown=True)
_FEW_TOPICS = Field("topics", Shape.REFS, target=Target.TOPIC)
_RELATED = Field("related", Shape.REFS, target=Target.ANYTHING)
_SOURCES = Field("sources", Shape.REFS, target=Target.SOURCE, shown=True)
_PHRASE = (
    Field("key_phrase", Shape.SOME_TEXTS),
    Field("key_phrase_sources", Shape.REFS, target=Target.SOURCE),
)
_SEED = Field("seed", Shape.FLAG)
_RETIRED = Field("retired", Shape.TEXT)
# No attribute of an entry: which languages its text stands in, where these are not the dossier's.
LANGUAGES: Final = Field("languages", Shape.LANGUAGES)
_DESK = (
    Field("against", Shape.TEXTS),
    Field("against_by", Shape.TEXTS),
    Field("against_sources", Shape.REFS, target=Target.SOURCE),
    Field("retraction", Shape.TEXT, default=""),
    _SEED,
    _RETIRED,
)

HEAD_FIELDS: Final = (
    _need("id", Shape.SLUG),
    _need("title", Shape.TEXTS),
    Field("default_instrument", Shape.REF, needed=True, shown=True, target=Target.INSTRUMENT),
    _need("parties", Shape.WORDS),
    _need("languages", Shape.LANGUAGES),
    Field("keywords", Shape.WORDS_BY_LANGUAGE, shown=True),
)
TOPIC_FIELDS: Final = (_need("id", Shape.SLUG), _need("title", Shape.TEXTS), Field("aliases", Shape.WORDS))
SOURCE_FIELDS: Final = (
    _need("id", Shape.SLUG),
    _need("title", Shape.TEXT),
    _need("publisher", Shape.TEXT),
    Field("url", Shape.URL),
    Field("date", Shape.DATE, shown=True),
    _need("lang", Shape.LANGUAGE, "language"),
    Field("kind", Shape.CHOICE, needed=True, shown=True, choices=SourceKind),
    Field("retrieved_at", Shape.TEXT),
    Field("checked", Shape.TEXT),
)
QUESTION_FIELDS: Final = (
    Field("entry", Shape.REF, target=Target.ENTRY, default=""),
    _need("questions", Shape.WORDS_BY_LANGUAGE, "texts"),
)
INSTRUMENT_FIELDS: Final = (
    _need("id", Shape.SLUG),
    Field("aliases", Shape.WORDS, shown=True),
    _need("title", Shape.TEXTS),
    _need("parties", Shape.WORDS),
    Field("signed", Shape.DATE, shown=True),
    Field("in_force", Shape.DATE, shown=True),
    Field("in_force_note", Shape.REF, target=Target.FACT),
    Field("ended", Shape.DATE, shown=True),
    Field("ended_note", Shape.REF, target=Target.FACT),
    Field("replaces", Shape.REFS, target=Target.INSTRUMENT, shown=True),
    Field("replaced_by", Shape.REF, target=Target.INSTRUMENT, shown=True),
    _need("article_count", Shape.NUMBER),
)
# An article's `number` (the preamble has none) is not in the table: it becomes part of the key.
ARTICLE_FIELDS: Final = (
    LANGUAGES,
    Field("confidence", Shape.CHOICE, needed=True, shown=True, choices=Confidence),
    _STATUS,
    _need("heading", Shape.TEXTS, "title"),
    _need("summary", Shape.TEXTS, "text"),
    *_PHRASE,
    _WHO,
    _DATE,
    _TOPICS,
    Field("related", Shape.REFS, target=Target.ANYTHING, shown=True),
    _SOURCES,
    *_DESK,
)
FACT_FIELDS: Final = (
    _KEY,
    _NUMBER,
    LANGUAGES,
    Field("title", Shape.TEXTS),
    _need("statement", Shape.TEXTS, "text"),
    *_PHRASE,
    Field("status", Shape.CHOICE, needed=True, shown=True, choices=Status),
    _WHO,
    _CONFIDENCE,
    Field("date", Shape.DATE, shown=True),
    _TOPICS,
    Field("instrument", Shape.REF, target=Target.SUBJECT, shown=True),
    _RELATED,
    _SOURCES,
    *_DESK,
)
EVENT_FIELDS: Final = (
    _KEY,
    _NUMBER,
    LANGUAGES,
    _need("date", Shape.DATE),
    _STATUS,
    _WHO,
    _CONFIDENCE,
    _need("title", Shape.TEXTS),
    _need("text", Shape.TEXTS),
    *_PHRASE,
    _TOPICS,
    Field("instrument", Shape.REF, target=Target.SUBJECT),
    Field("instruments", Shape.REFS, "related", target=Target.ANYTHING, shown=True),
    _SOURCES,
    *_DESK,
)
PERSON_FIELDS: Final = (
    _KEY,
    _NUMBER,
    LANGUAGES,
    _need("name", Shape.TEXTS, "title"),
    _need("role", Shape.TEXTS, "text"),
    *_PHRASE,
    _STATUS,
    _WHO,
    _CONFIDENCE,
    _DATE,
    _FEW_TOPICS,
    Field("instrument", Shape.REF, target=Target.SUBJECT),
    _RELATED,
    _SOURCES,
    *_DESK,
)
ENTRY_FIELDS: Final = {
    EntryKind.ARTICLE: ARTICLE_FIELDS,
    EntryKind.FACT: FACT_FIELDS,
    EntryKind.EVENT: EVENT_FIELDS,
    EntryKind.PERSON: PERSON_FIELDS,
}

# Characters that reorder or hide what a reader sees: a statement must read the same on every screen.
_INVISIBLE: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff"
)


def forbidden_character(text: str) -> str | None:
    """The first control, bidirectional or surrogate character as `U+202E`; a line break alone is allowed."""
    for character in text:
        if character in _INVISIBLE or (character != "\n" and unicodedata.category(character) in ("Cc", "Cs")):
            return f"U+{ord(character):04X}"
    return None
