"""The one kind of thing the store holds: an `Entry` (article, fact, event, person), its revisions and sources.

Dates are strings, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: a source that gives only a month must not gain a day here.
Texts are mappings from language to text; a missing language is missing, never an empty string.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LOCALES = ("it", "en", "ru", "ko")
"""The languages the bot speaks; the first is the one it falls back to last of all."""

Texts = Mapping[str, str]

NO_TEXTS: Texts = {}


class EntryKind(StrEnum):
    """The value is the prefix of a reference: `fact:<slug>`."""

    ARTICLE = "article"
    FACT = "fact"
    EVENT = "event"
    PERSON = "person"


class Status(StrEnum):
    """How far a statement can be relied on. Claimed and disputed ones always say who says so."""

    CONFIRMED = "confirmed"
    CLAIMED = "claimed"
    DISPUTED = "disputed"
    RETRACTED = "retracted"


STATUS_MOVES: Mapping[Status, frozenset[Status]] = {
    Status.CONFIRMED: frozenset({Status.CLAIMED, Status.DISPUTED, Status.RETRACTED}),
    Status.CLAIMED: frozenset({Status.CONFIRMED, Status.DISPUTED, Status.RETRACTED}),
    Status.DISPUTED: frozenset({Status.CONFIRMED, Status.CLAIMED, Status.RETRACTED}),
    Status.RETRACTED: frozenset(),
}
"""What a status may become. What was retracted stays so: who has it back on better grounds adds it anew."""


class Confidence(StrEnum):
    """How far our reading of a text was checked: content and number, content only, or nothing."""

    VERIFIED = "verified"
    PARTIAL = "partial"
    UNVERIFIED = "unverified"


class SourceKind(StrEnum):
    """What sort of publication a source is."""

    PRIMARY = "primary"
    OFFICIAL = "official"
    AGENCY = "agency"
    PRESS = "press"
    ANALYSIS = "analysis"
    WEB = "web"
    """A page whose publisher nobody has judged yet; what editors cite from elsewhere than the known publishers."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from. `url` is None only where the publication names none."""

    id: str
    title: str
    publisher: str
    kind: SourceKind
    language: str
    date: str | None = None
    url: str | None = None
    retrieved_at: str | None = None
    checked: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that entries are filed under. `aliases` are other words, in any language, that mean it."""

    id: str
    title: Texts
    aliases: tuple[str, ...] = ()


class InstrumentState(StrEnum):
    """Where a treaty stood on a given day."""

    NOT_YET_SIGNED = "not-yet-signed"
    SIGNING = "signing"
    """The day lies in the year or month in which it was signed; which day that was is not known."""
    SIGNED = "signed"
    SIGNED_UNKNOWN = "signed-unknown"
    """Signed, and it is not known when, or whether, it entered into force."""
    ENTERING = "entering"
    IN_FORCE = "in-force"
    ENDING = "ending"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A treaty or charter whose articles are entries. `*_note` names the fact that explains a disputed date."""

    id: str
    title: Texts
    aliases: tuple[str, ...]
    parties: tuple[str, ...]
    signed: str | None
    in_force: str | None
    ended: str | None
    replaces: tuple[str, ...]
    replaced_by: str | None
    article_count: int
    in_force_note: str | None = None
    ended_note: str | None = None

    def state_on(self, day: str) -> InstrumentState:
        """Say where the instrument stood on `day` (`YYYY-MM-DD`).

        A day within a year or month that is all we know of a step is neither before nor after that step.
        """
        steps = (
            (self.ended, InstrumentState.ENDED, InstrumentState.ENDING),
            (self.in_force, InstrumentState.IN_FORCE, InstrumentState.ENTERING),
            (self.signed, InstrumentState.SIGNED, InstrumentState.SIGNING),
        )
        for date, after, during in steps:
            if date is not None and day >= first_day(date):
                state = after if len(date) == len(day) or day > last_day(date) else during
                unknown = state is InstrumentState.SIGNED and self.in_force is None
                return InstrumentState.SIGNED_UNKNOWN if unknown else state
        return InstrumentState.NOT_YET_SIGNED if self.signed else InstrumentState.SIGNED


@dataclass(frozen=True, slots=True)
class Entry:
    """One article, fact, event or person in one revision.

    key: `treaty-2024/4` for an article, the slug for the others; unique over all kinds.
    number: the permalink number within the kind (facts are `F-12`); None for articles, whose key is short already.
    title: heading of an article, title of an event, name of a person; empty for a fact.
    text: summary, statement, account, or role.
    attributed_to: who says so; present on claimed and disputed entries.
    retired: why the entry is no longer kept up, else None. Its number goes on answering.
    against: what the other side of a dispute says, `against_by` who that is, `against_sources` where it stands.
    retraction: why the entry was retracted, in the words of who did.
    credits: who wrote each language here (a pseudonym); a language of the dossier has nobody.
    """

    key: str
    kind: EntryKind
    text: Texts
    sources: tuple[str, ...]
    title: Texts = field(default_factory=dict)
    number: int | None = None
    status: Status = Status.CONFIRMED
    confidence: Confidence | None = None
    attributed_to: Texts = field(default_factory=dict)
    date: str | None = None
    topics: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    instrument: str | None = None
    key_phrase: Texts = field(default_factory=dict)
    key_phrase_sources: tuple[str, ...] = ()
    seed: bool = False
    retired: str | None = None
    against: Texts = field(default_factory=dict)
    against_by: Texts = field(default_factory=dict)
    against_sources: tuple[str, ...] = ()
    retraction: str = ""
    credits: Texts = field(default_factory=dict)
    revision: int = 1
    changed_at: str = ""

    @property
    def ref(self) -> str:
        """The public reference: `article:treaty-2024/4`, `fact:<slug>`."""
        return f"{self.kind.value}:{self.key}"

    @property
    def label(self) -> str:
        """What people type to come back: `F-12`, `E-3`, `P-7`, or the key of an article."""
        return self.key if self.number is None else f"{NUMBER_PREFIXES[self.kind]}-{self.number}"

    @property
    def article_number(self) -> str | None:
        """`4` or `preamble` for an article, None for everything else."""
        return self.key.partition("/")[2] if self.kind is EntryKind.ARTICLE else None


NUMBER_PREFIXES = {EntryKind.FACT: "F", EntryKind.EVENT: "E", EntryKind.PERSON: "P"}


@dataclass(frozen=True, slots=True)
class Revision:
    """One step in an entry's history. `at` is UTC, ISO 8601; `author` `dossier`, or pseudonyms joined with commas."""

    entry_key: str
    revision: int
    at: str
    author: str
    approved_by: tuple[str, ...]
    note: str


# Year 0 is none in any calendar that dates are printed in.
_DATE = re.compile(r"((?!0000)[0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?")


def is_date(text: str) -> bool:
    """Whether `text` is a date in one of the three precisions, and a day that exists."""
    match = _DATE.fullmatch(text)
    return match is not None and (match[3] is None or int(match[3]) <= monthrange(int(match[1]), int(match[2]))[1])


def first_day(date: str) -> str:
    """The first day a date of any precision can mean: `2024-06` is `2024-06-01`."""
    return date + "-01-01"[len(date) - 4 :] if len(date) < len("YYYY-MM-DD") else date


def last_day(date: str) -> str:
    """The last day a date of any precision can mean: `2024-06` is `2024-06-30`."""
    match len(date):
        case 4:
            return f"{date}-12-31"
        case 7:
            return f"{date}-{monthrange(int(date[:4]), int(date[5:]))[1]}"
    return date
