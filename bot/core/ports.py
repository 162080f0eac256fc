"""What the product needs from the outside, as protocols. Implementations: `storage`, `bot.words`, `bot.clock`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bot.core.dossiers import Dossier, ImportReport
from bot.core.entries import Entry, EntryKind, Instrument, Revision, Source, Topic
from bot.core.requests import Card, Reply, Request, Suggestion

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A slice of a longer list: `more` says whether another follows, `total` how many there are, where counted."""

    items: tuple[T, ...]
    more: bool
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """Just enough of an entry to suggest it while somebody types: its public names, not its text."""

    kind: EntryKind
    key: str
    number: int | None
    titles: dict[str, str]


class Clock(Protocol):
    """The time of day, replaceable in tests."""

    def now(self) -> datetime:
        """The current moment, in UTC and aware of it."""
        ...


class Words(Protocol):
    """Everything the bot says in one language."""

    @property
    def locale(self) -> str:
        """The language: one of `LOCALES`."""
        ...

    def text(self, key: str, /, **data: str | int) -> str:
        """The message `key` with its variables filled in. Raises KeyError for an unknown key."""
        ...

    def date(self, date: str) -> str:
        """A date of any precision (`2024`, `2024-06`, `2024-06-19`) as people write it."""
        ...


class Store(Protocol):
    """The entries and what belongs to them, the same on SQLite and PostgreSQL. Raises StoreError."""

    async def version(self) -> int:
        """A counter that grows with every change to what readers see."""
        ...

    async def instruments(self) -> tuple[Instrument, ...]:
        """All treaties, in the order of the dossier: the default one first."""
        ...

    async def topics(self) -> tuple[tuple[Topic, int], ...]:
        """All topics in the order of the dossier, each with the number of current entries."""
        ...

    async def articles(self, instrument: str) -> tuple[Entry, ...]:
        """The articles of an instrument, preamble first."""
        ...

    async def entry(self, key: str) -> Entry | None:
        """The current revision, retired entries included; None where there never was one."""
        ...

    async def entry_by_number(self, kind: EntryKind, number: int) -> Entry | None:
        """As `entry`, by permalink number (`F-12`)."""
        ...

    async def entries(self, keys: Sequence[str]) -> dict[str, Entry]:
        """The current revisions of several entries; unknown keys are left out."""
        ...

    async def revision(self, key: str, revision: int) -> Entry | None:
        """The entry as it stood in one revision."""
        ...

    async def revision_as_of(self, key: str, moment: str) -> Entry | None:
        """The entry as it stood at `moment` (UTC, ISO 8601); the first revision where it is younger than that."""
        ...

    async def history(self, key: str) -> tuple[Revision, ...]:
        """All revisions, newest first."""
        ...

    async def sources(self, ids: Sequence[str]) -> dict[str, Source]:
        """The sources with these ids; unknown ids are left out."""
        ...

    async def timeline(
        self, *, topic: str | None, since: str | None, until: str | None, offset: int, limit: int
    ) -> Page[Entry]:
        """Dated events, oldest first, within the bounds (any precision, inclusive)."""
        ...

    async def latest(self, *, offset: int, limit: int) -> Page[Entry]:
        """Dated facts and events, newest first."""
        ...

    async def by_topic(self, topic: str, *, offset: int, limit: int) -> Page[Entry]:
        """Everything filed under a topic: articles, then facts and events, newest first."""
        ...

    async def people(self, *, offset: int, limit: int) -> Page[Entry]:
        """All people in the order of the dossier."""
        ...

    async def facts_about(self, article: str, *, limit: int) -> tuple[Entry, ...]:
        """Facts that name this article (`treaty-2024/4`), in the order of their numbers."""
        ...

    async def search(self, query: str, locale: str, *, offset: int, limit: int) -> Page[Entry]:
        """Entries that hold the words of `query`, best first. No input is a syntax error."""
        ...

    async def labels(self, limit: int) -> tuple[Label, ...]:
        """Names for suggestions: all articles and people, then the newest facts and events, `limit` in all."""
        ...

    async def import_dossier(
        self, dossier: Dossier, *, at: str, author: str, progress: Callable[[int, int], None]
    ) -> ImportReport:
        """Take a checked dossier over in one transaction; `progress` is told (done, all) as it goes.

        An entry whose dossier text did not change since the last import is left alone, so a correction made by
        editors survives; what changed gets a revision, what is gone is retired, entries of editors are not touched.
        """
        ...

    async def export_dossier(self) -> Dossier:
        """Everything current as a dossier; importing it into an empty store gives the same entries and numbers."""
        ...

    async def languages(self) -> dict[str, str]:
        """The chosen language of every person and chat that chose one, by printed reference."""
        ...

    async def set_language(self, ref: str, locale: str) -> None:
        """Keep a person's or a chat's choice of language."""
        ...

    async def keep_line(self, token: str, line: str) -> None:
        """Keep a command line too long for a button under a short token; the same pair again is no error."""
        ...

    async def kept_line(self, token: str) -> str | None:
        """The command line kept under `token`."""
        ...

    async def mark_seen(self, platform: str, ids: Sequence[int], at: str) -> None:
        """Remember the numbers of updates that were taken in, so that a restart does not act on them again."""
        ...

    async def seen(self, platform: str) -> tuple[int, ...]:
        """The numbers of updates still remembered."""
        ...

    async def forget_seen(self, before: str) -> int:
        """Drop numbers remembered before `before` (UTC, ISO 8601); returns how many."""
        ...


class Inbox(Protocol):
    """Which updates were taken in already. Telegram repeats what it was not thanked for."""

    def take(self, update: int) -> bool:
        """Note an update; False when it was noted before and must not act again."""
        ...

    async def kept(self) -> None:
        """Return once everything taken so far would be remembered after a restart."""
        ...


class Answers(Protocol):
    """What a platform asks of the product. `bot.services.dispatch` is the implementation."""

    async def __call__(self, request: Request) -> Reply | None:
        """Answer one command line; None where silence is right. Raises nothing."""
        ...

    async def cards(self, request: Request) -> tuple[Card, ...]:
        """Cards for an inline query, best first, at most ten. Raises nothing."""
        ...

    def complete(self, command: str, param: str, typed: str, platform_locale: str | None) -> tuple[Suggestion, ...]:
        """At most 25 completions, from memory: a platform waits three seconds at most and a person none."""
        ...
