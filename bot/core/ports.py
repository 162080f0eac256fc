"""What the product needs from the outside, as protocols. Implementations: `storage`, `bot.words`, `bot.clock`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from bot.core.authority import Role
from bot.core.disk import Disk
from bot.core.documents import Document
from bot.core.dossiers import Dossier, ImportReport
from bot.core.editorial import Account, Act, Case, Decision, Policy, Proposal
from bot.core.entries import Entry, EntryKind, Instrument, Revision, Source, Texts, Topic
from bot.core.outbox import ChatEvent
from bot.core.places import ChatRef, MessageRef, UserRef
from bot.core.requests import Card, Reply, Request, Shows, Suggestion
from bot.core.retention import Kept

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A slice of a longer list: `more` says whether another follows, `total` how many there are, where counted."""

    items: tuple[T, ...]
    more: bool
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Choices of language, by printed reference.

    upto: how far this goes; asked with it, the store tells what was chosen later. whole: these are all there are.
    """

    languages: dict[str, str]
    upto: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What becomes of updates that came in. ours: to be acted on by who asked; done: acted on already.

    The others are in hand elsewhere, at least until that process's time for them is over.
    """

    ours: frozenset[int]
    done: frozenset[int]


@dataclass(frozen=True, slots=True)
class Label:
    """Just enough of an entry to suggest it while somebody types: its public names, not its text."""

    kind: EntryKind
    key: str
    number: int | None
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Contents:
    """What is small and asked for all the time, all of it as it stood at one version of the store."""

    version: int
    story: Texts
    instruments: tuple[Instrument, ...]
    topics: tuple[tuple[Topic, int], ...]
    articles: dict[str, tuple[Entry, ...]]
    labels: tuple[Label, ...]


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

    @property
    def shared(self) -> bool:
        """Whether several processes may serve from this database at once."""
        ...

    async def version(self) -> int:
        """A counter that grows with every change to what readers see."""
        ...

    @property
    def version_read(self) -> int:
        """The version at the moment when the last read came back, or a later one; -1 where only `version` can tell."""
        ...

    async def contents(self, labels: int) -> Contents:
        """The version with what goes by it, read at one moment; at most so many `labels`."""
        ...

    async def story(self) -> Texts:
        """What the dossier calls its story, by language; empty before one is loaded."""
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
        self, dossier: Dossier, *, at: str, author: str, progress: Callable[[int, int], None], fresh: bool = False
    ) -> ImportReport:
        """Take a checked dossier over in one transaction; `progress` is told (done, all) as it goes.

        fresh: only into a store that none was taken into yet; another process may have done so just now.

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

    async def choices(self, known: int | None) -> Choices:
        """What was chosen since `known`, or (None) every choice; every one, too, where some were erased since then."""
        ...

    async def set_language(self, ref: str, locale: str) -> None:
        """Keep a person's or a chat's choice of language."""
        ...

    async def keep_line(self, token: str, line: str, at: str) -> None:
        """Keep a command line too long for a button under a short token; the same pair again lasts longer."""
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

    async def take_updates(self, platform: str, ids: Sequence[int], *, at: str, until: int, free: int) -> Taken:
        """Note updates that came in, once among all processes.

        They are the asking process's `until` then (milliseconds), and so are those that were another's only until
        `free` and were not acted on.
        """
        ...

    async def updates_done(self, platform: str, ids: Sequence[int], at: str) -> None:
        """Note updates as acted on, also those that could not be noted when they came in."""
        ...

    async def forget_seen(self, now: datetime) -> int:
        """Drop the numbers whose time (`bot.core.retention`) is over; returns how many."""
        ...

    async def forget_old(self, now: datetime) -> Mapping[Kept, int] | None:
        """Drop all whose time is over, a little at once; how many rows of each kind. None where that was done today."""
        ...


@dataclass(frozen=True, slots=True)
class Posted:
    """A review card in a chat: which message shows which proposal, and at which of its versions."""

    message: MessageRef
    proposal: int
    version: int


@dataclass(frozen=True, slots=True)
class GuardedLine:
    """The command line behind a button that changes something, and where and by whom it may be pressed.

    actor: None where anybody with the right may press it, as in a review chat.
    """

    line: str
    chat: ChatRef
    actor: UserRef | None


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form somebody fills in step by step: the command line it is for, answers by parameter, what was asked last."""

    line: str
    answers: dict[str, str]
    asked: str


Decide = Callable[[Case], Decision]


class Newsroom(Protocol):
    """What the editorial desk keeps: people, proposals, audit. Part of the store; raises StoreError.

    Every method that takes an `Act` writes one row of the audit log with it, in the same transaction.
    """

    @property
    def disk(self) -> Disk:
        """How much room the database has; nothing new is to be taken in unless it is OK."""
        ...

    # People

    async def account(self, user: UserRef) -> Account | None:
        """The account of somebody who did something before."""
        ...

    async def enrol(self, user: UserRef, at: str) -> Account:
        """The account of somebody who is about to do something for the first time, or again."""
        ...

    async def accounts(self, pseudonyms: Sequence[str]) -> dict[str, Account]:
        """The accounts with these pseudonyms, forgotten ones included; unknown ones are left out."""
        ...

    async def staff(self) -> tuple[Account, ...]:
        """Everybody who was granted a role above reader, the highest first."""
        ...

    async def linked(self, person: str) -> tuple[Account, ...]:
        """The accounts of one person."""
        ...

    async def set_role(self, user: UserRef, role: Role, act: Act) -> Account:
        """Grant an account a role, or (READER) take it away."""
        ...

    async def offer_link(self, code: str, account: str, expires_at: str) -> None:
        """Keep a code (as a hash) by which another account may join `account`'s person until then, once."""
        ...

    async def link(self, code: str, act: Act) -> tuple[Account, ...] | None:
        """Spend a code: make the person behind it and the acting one one person; all accounts of it, or None."""
        ...

    async def forget_person(self, user: UserRef, at: str, chat: ChatRef | None = None) -> bool:
        """Cut what ties the person's pseudonyms to them, with their open forms and codes; False where nothing did.

        What they did stays, signed by pseudonyms that nothing leads back from; their open proposals are withdrawn.
        chat: their private one, of which the subscription goes too; on Discord nothing else tells whose it is.
        """
        ...

    async def everything_about(self, user: UserRef, chat: ChatRef | None = None) -> dict[str, Any] | None:
        """All that `forget_person` would erase or untie, by kind, as JSON knows values; None where there is nothing.

        Others appear in it without who they are.
        """
        ...

    # Proposals

    async def propose(self, proposal: Proposal, act: Act) -> Proposal:
        """Keep a new proposal under a number of its own; a new entry gets its number and key here.

        Raises Refused where another proposal for the entry is open, where the entry is no longer at `base`, where
        the person has proposed too much lately, or where too many suggestions of a reader wait.
        """
        ...

    async def decide(self, proposal: int, decide: Decide, act: Act, policy: Policy) -> Decision:
        """Read the case, decide and write, in one transaction: two decisions never see the same case.

        A publication writes the revision, its place in lists and search, new sources, and the audit row; the entry's
        open reports are closed by it. What `decide` raises is raised and nothing is written.
        """
        ...

    async def proposal(self, identity: int) -> Proposal | None:
        """The proposal with this running number."""
        ...

    async def proposal_for(self, kind: EntryKind, number: int) -> Proposal | None:
        """The open proposal for the entry with this number, else the last one there was (reports left out)."""
        ...

    async def proposal_for_key(self, key: str) -> Proposal | None:
        """As `proposal_for`, by the key of the entry: articles have no number."""
        ...

    async def last_published(self, key: str) -> Proposal | None:
        """The proposal that the entry with this key was last published by, whatever was proposed since."""
        ...

    async def queue(self, *, offset: int, limit: int) -> Page[Proposal]:
        """Open proposals and reports, oldest first, with their number."""
        ...

    async def due(self, now: str) -> tuple[int, ...]:
        """Approved proposals whose hour has come."""
        ...

    async def sources_by_url(self, urls: Sequence[str]) -> dict[str, Source]:
        """Known sources by address, and (under the bare host) any source of the same publisher."""
        ...

    async def texts_of(self, key: str) -> tuple[Entry, ...]:
        """All revisions of an entry, oldest first, for saying what changed when."""
        ...

    # Brakes

    async def frozen(self) -> bool:
        """Whether publishing is stopped."""
        ...

    async def vote_freeze(self, *, stop: bool, act: Act) -> tuple[bool, int]:
        """Vote for a stop or its end: (whether publishing is stopped now, votes still missing for what was wanted).

        An owner's vote decides; else it takes two people within an hour.
        """
        ...

    async def work_of(self, person: str, since: str) -> tuple[tuple[Entry, ...], tuple[Proposal, ...], int]:
        """What `clean_up` would do: the entries it would change, as they are now, and the proposals it would reject.

        An entry that others changed since the person did, or that is retracted, is not in it. The number is that of
        the last row of the log looked at.
        """
        ...

    async def clean_up(self, person: str, since: str, upto: int, reason: str, act: Act) -> tuple[Entry, ...]:
        """Take that work back: retract what the person added, restore what they changed last, reject what is open.

        Raises Refused where that would change an entry as it stands only since after row `upto`, the last one shown.
        """
        ...

    # Audit

    async def audit_head(self) -> tuple[int, str]:
        """The number and the hash of the last row of the audit log."""
        ...

    # Review chats

    async def review_chats(self) -> tuple[ChatRef, ...]:
        """The chats into which review cards are posted."""
        ...

    async def set_review_chat(self, chat: ChatRef, act: Act, *, on: bool) -> None:
        """Post review cards into a chat from now on, or no longer."""
        ...

    async def behind(self, limit: int) -> tuple[tuple[Proposal, ChatRef, Posted | None], ...]:
        """Review cards to be posted (None) or brought up to date."""
        ...

    async def set_posted(self, posted: Posted) -> None:
        """Remember what a card shows now."""
        ...

    async def move_chat(self, old: ChatRef, new: ChatRef) -> None:
        """Carry a review chat and its buttons over to the id that the platform gave it; its cards are posted anew."""
        ...

    # Buttons and forms

    async def guard_line(self, token: str, guarded: GuardedLine, at: str) -> None:
        """Keep the line of a changing button under a token."""
        ...

    async def guarded_line(self, token: str) -> GuardedLine | None:
        """The line kept under a token."""
        ...

    async def form(self, user: UserRef) -> OpenForm | None:
        """The form this person is filling in."""
        ...

    async def set_form(self, user: UserRef, form: OpenForm | None, at: str) -> None:
        """Keep how far a form is, or (None) drop it."""
        ...


class PostFailed(Exception):
    """A message could not be posted or changed. `final`: trying again is no use."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


class Outlet(Protocol):
    """A platform the bot can speak on without being asked."""

    async def post(self, chat: ChatRef, document: Document) -> MessageRef:
        """Post exactly one message; what does not fit is cut with a visible mark. Raises PostFailed."""
        ...

    async def edit(self, message: MessageRef, document: Document) -> None:
        """Change one of our messages in place; one that shows this already is fine. Raises PostFailed."""
        ...


class Inbox(Protocol):
    """Which updates were taken in already. Telegram repeats what it was not thanked for."""

    async def expect(self, updates: Sequence[int]) -> None:
        """Be told what a poll brought, before `take` is asked of each: so that they are looked up together."""
        ...

    def take(self, update: int) -> bool:
        """Note an update; False when it was noted before and must not act again."""
        ...

    async def receive(self, update: int, act: Callable[[], None]) -> bool:
        """Have an update acted on that was posted to us, unless it was before; whether it may be thanked for.

        True only where it would be remembered after a restart.
        """
        ...

    def done(self, update: int) -> None:
        """Be told that an update was acted on."""
        ...


class Answers(Protocol):
    """What a platform asks of the product. `bot.services.dispatch` is the implementation."""

    async def __call__(self, request: Request) -> Reply | None:
        """Answer one command line; None where silence is right. Raises nothing."""
        ...

    async def shown(self, shows: Shows, message: MessageRef) -> None:
        """Be told which message a reply with `shows` became, so that it can be kept up to date. Raises nothing."""
        ...

    async def happened(self, event: ChatEvent) -> None:
        """Be told that something became of a chat. Raises nothing."""
        ...

    async def cards(self, request: Request) -> tuple[Card, ...]:
        """Cards for an inline query, best first, at most ten. Raises nothing."""
        ...

    def complete(self, command: str, param: str, typed: str, platform_locale: str | None) -> tuple[Suggestion, ...]:
        """At most 25 completions, from memory: a platform waits three seconds at most and a person none."""
        ...
