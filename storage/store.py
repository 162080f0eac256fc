"""The store as the services see it: `bot.core.ports.Store`, put together from the modules of named queries."""

# ruff: noqa: D102 – the port has the docstrings; one promise should not stand in two places
from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.core.authority import Role
from bot.core.disk import Disk
from bot.core.dossiers import Dossier, ImportReport
from bot.core.editorial import Account, Act, Decision, Policy, Proposal
from bot.core.entries import Entry, EntryKind, Instrument, Revision, Source, Texts, Topic
from bot.core.errors import StoreDamaged, StoreError
from bot.core.leases import News
from bot.core.places import ChatRef, UserRef
from bot.core.ports import Choices, Contents, Decide, GuardedLine, Label, OpenForm, Page, Posted, Taken
from bot.core.retention import Kept
from bot.core.sessions import OwnSessions, Sessions
from storage import chain, desk, entries, exports, memories, people, proposals, shelves, upgrades
from storage.meanings import SqlMeanings, SqlQuestions
from storage.migrations import KNOWN
from storage.outbox import SqlOutbox
from storage.permits import PostgresPermits
from storage.reader import Database
from storage.safety import SqlSafety, unfinished
from storage.subscribers import SqlSubscribers

if TYPE_CHECKING:
    from storage.search.analyzer import Analyzer
    from storage.writer import Writer

log = logging.getLogger(__name__)


class SqlStore:
    """See `bot.core.ports.Store` for what each method promises. Made by `open_store`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer: Writer | None = None
        self._loading = asyncio.Lock()
        self._analyzer: Analyzer | None = None
        self._told: list[Callable[[News], None]] = []
        self.safety = SqlSafety(database, self._writing)
        self.outbox = SqlOutbox(database, self._writing, self.safety.note)
        self.subscribers = SqlSubscribers(database, self._writing)
        self.meanings = SqlMeanings(database, self._writing, self._analyzing)
        self.questions = SqlQuestions(database, self._writing)

    def sessions(self, mark: str) -> Sessions:
        """What processes agree on that share the shards of the Discord bot with this mark."""
        if self._database.alone:
            return OwnSessions()
        from storage.sessions import PostgresSessions  # noqa: PLC0415 - brings SQLAlchemy in

        return PostgresSessions(self._database, mark)

    async def prepare(self) -> None:
        """Create or migrate the schema where it is not of today; does nothing more than look where it is.

        Raises StoreError for one that was not moved into to the end.
        """
        found, usable = await upgrades.look(self._database)
        if found is not None and not usable:
            raise upgrades.refusal(found)
        if found in (None, *KNOWN[:-1]):
            await (await self._writing()).migrate()
        if await unfinished(self._database):
            raise StoreError("store-unfinished")

    async def warm_up(self) -> None:
        """Load what the first write and the first search need, so that neither has to wait for it."""
        await self._writing()
        await self._analyzing()

    @property
    def permits(self) -> PostgresPermits | None:
        """What several processes share of the platforms' limits; None where the database has one process only."""
        return None if self._database.alone else PostgresPermits(self._database)

    @property
    def disk(self) -> Disk:
        """See `Newsroom.disk`."""
        return self._database.disk.state

    async def look_after(self) -> None:
        """Keep the ballast on the database's disk; log damage, and changes of `disk`, once each. For the clock."""
        await asyncio.to_thread(self._database.disk.look)
        with contextlib.suppress(StoreError):
            found, usable = await upgrades.look(self._database)
            if found is not None and not usable:
                self._database.broken.outgrow(found)
        self._database.broken.say()

    @property
    def damaged(self) -> bool:
        """Whether this process has seen that the database is damaged; nothing is sent from it then."""
        return self._database.broken.known

    @property
    def outgrown(self) -> bool:
        """Whether a newer program changed the database so that this process can't work with it any more."""
        return self._database.broken.outgrown

    async def examine(self, *, whole: bool) -> None:
        """Look for damage, quickly or at everything, while all goes on. What is found is logged; raises nothing."""
        try:
            await self._database.examine(whole=whole)
        except StoreDamaged:
            pass  # noted already
        except StoreError as error:
            log.warning("the database could not be looked through: %s", error.key)
        self._database.broken.say()

    @property
    def shared(self) -> bool:
        """Whether several processes may serve from this database at once."""
        return not self._database.alone

    @property
    def version_read(self) -> int:
        """See `Store`."""
        return self._database.version_read

    def listen(self, told: Callable[[News], None]) -> None:
        """Have `told` called with whatever this process itself changes, as soon as it is committed."""
        self._told.append(told)

    def _tell(self, news: News) -> None:
        for told in self._told:
            told(news)

    async def close(self) -> None:
        """Let open writes end and close every connection."""
        if self._writer is not None:
            await self._writer.close()
        await self._database.close()

    async def _writing(self) -> Writer:
        async with self._loading:
            if self._writer is None:
                self._writer = await asyncio.to_thread(_load_writer, self._database, self._tell)
        return self._writer

    async def _analyzing(self) -> Analyzer:
        if self._analyzer is None:
            self._analyzer = await asyncio.to_thread(_load_analyzer)
        return self._analyzer

    async def version(self) -> int:
        return await shelves.version(self._database)

    async def contents(self, labels: int) -> Contents:
        async with self._database.snapshot() as reader:
            return await shelves.contents(reader, labels)

    async def story(self) -> Texts:
        return await shelves.story(self._database)

    async def instruments(self) -> tuple[Instrument, ...]:
        return await shelves.instruments(self._database)

    async def topics(self) -> tuple[tuple[Topic, int], ...]:
        return await shelves.topics(self._database)

    async def sources(self, ids: Sequence[str]) -> dict[str, Source]:
        return await shelves.sources(self._database, ids)

    async def articles(self, instrument: str) -> tuple[Entry, ...]:
        return await entries.articles(self._database, instrument)

    async def entry(self, key: str) -> Entry | None:
        return await entries.by_key(self._database, key)

    async def entry_by_number(self, kind: EntryKind, number: int) -> Entry | None:
        return await entries.by_number(self._database, kind, number)

    async def entries(self, keys: Sequence[str]) -> dict[str, Entry]:
        return await entries.by_keys(self._database, keys)

    async def revision(self, key: str, revision: int) -> Entry | None:
        return await entries.revision(self._database, key, revision)

    async def revision_as_of(self, key: str, moment: str) -> Entry | None:
        return await entries.revision_as_of(self._database, key, moment)

    async def history(self, key: str) -> tuple[Revision, ...]:
        return await entries.history(self._database, key)

    async def timeline(
        self, *, topic: str | None, since: str | None, until: str | None, offset: int, limit: int
    ) -> Page[Entry]:
        return await entries.timeline(self._database, topic=topic, since=since, until=until, offset=offset, limit=limit)

    async def latest(self, *, offset: int, limit: int) -> Page[Entry]:
        return await entries.latest(self._database, offset=offset, limit=limit)

    async def by_topic(self, topic: str, *, offset: int, limit: int) -> Page[Entry]:
        return await entries.by_topic(self._database, topic, offset=offset, limit=limit)

    async def people(self, *, offset: int, limit: int) -> Page[Entry]:
        return await entries.people(self._database, offset=offset, limit=limit)

    async def facts_about(self, article: str, *, limit: int) -> tuple[Entry, ...]:
        return await entries.facts_about(self._database, article, limit)

    async def search(self, query: str, locale: str, *, offset: int, limit: int) -> Page[Entry]:  # noqa: ARG002 – see below
        # The reader's language decides nothing: people ask for Italian names in Russian and the other way round.
        parsed = (await self._analyzing()).query(query)
        if not parsed.terms:
            return Page((), more=False)
        rows = await self._database.search(parsed, offset=max(0, offset), limit=limit + 1)
        return Page(tuple(entries.entry_of(row) for row in rows[:limit]), more=len(rows) > limit)

    async def labels(self, limit: int) -> tuple[Label, ...]:
        return await entries.labels(self._database, limit)

    async def import_dossier(
        self, dossier: Dossier, *, at: str, author: str, progress: Callable[[int, int], None], fresh: bool = False
    ) -> ImportReport:
        writer = await self._writing()
        return await writer.import_dossier(dossier, at=at, author=author, progress=progress, fresh=fresh)

    async def export_dossier(self) -> Dossier:
        return await exports.export_dossier(self._database)

    async def propose(self, proposal: Proposal, act: Act) -> Proposal:
        return await (await self._writing()).propose(proposal, act)

    async def decide(self, proposal: int, decide: Decide, act: Act, policy: Policy) -> Decision:
        return await (await self._writing()).decide(proposal, decide, act, policy)

    async def proposal(self, identity: int) -> Proposal | None:
        return await proposals.proposal(self._database, identity)

    async def proposal_for(self, kind: EntryKind, number: int) -> Proposal | None:
        return await proposals.proposal_for(self._database, kind, number)

    async def proposal_for_key(self, key: str) -> Proposal | None:
        return await proposals.proposal_for_key(self._database, key)

    async def last_published(self, key: str) -> Proposal | None:
        return await proposals.last_published(self._database, key)

    async def queue(self, *, offset: int, limit: int) -> Page[Proposal]:
        return await proposals.queue(self._database, offset=offset, limit=limit)

    async def due(self, now: str) -> tuple[int, ...]:
        return await proposals.due(self._database, now)

    async def sources_by_url(self, urls: Sequence[str]) -> dict[str, Source]:
        return await proposals.sources_by_url(self._database, urls)

    async def texts_of(self, key: str) -> tuple[Entry, ...]:
        return await proposals.texts_of(self._database, key)

    async def audit_head(self) -> tuple[int, str]:
        return await proposals.audit_head(self._database)

    async def check(self) -> tuple[str, ...]:
        """What is wrong with the database, a line each; empty where it is sound. Raises StoreError."""
        # A log can't be gone through on pages that are not what was written.
        if problems := await self._database.damage():
            return problems
        broken = await self.verify_log()
        return () if broken is None else (str(broken),)

    async def verify_log(self) -> chain.Broken | None:
        """The first row of a log, or the entry, that is not as it was written; None where all is well."""
        return await chain.first_broken(self._database)

    async def heads(self) -> str:
        """The ends of both logs on one line, to be kept where nobody can reach it who can write to the database."""
        return await chain.heads(self._database)

    async def lost(self, heads: str) -> chain.Broken | None:
        """What of a line of `heads` the logs do not hold any more. Raises ValueError for a line that is none."""
        return await chain.lost(self._database, heads)

    async def languages(self) -> dict[str, str]:
        return await memories.languages(self._database)

    async def choices(self, known: int | None) -> Choices:
        return await memories.choices(self._database, known)

    async def set_language(self, ref: str, locale: str) -> None:
        await (await self._writing()).set_language(ref, locale)

    async def keep_line(self, token: str, line: str, at: str) -> None:
        await (await self._writing()).keep_line(token, line, at)

    async def kept_line(self, token: str) -> str | None:
        return await memories.kept_line(self._database, token)

    async def mark_seen(self, platform: str, ids: Sequence[int], at: str) -> None:
        await (await self._writing()).mark_seen(platform, ids, at)

    async def seen(self, platform: str) -> tuple[int, ...]:
        return await memories.seen(self._database, platform)

    async def take_updates(self, platform: str, ids: Sequence[int], *, at: str, until: int, free: int) -> Taken:
        return await (await self._writing()).take_updates(platform, ids, at=at, until=until, free=free)

    async def updates_done(self, platform: str, ids: Sequence[int], at: str) -> None:
        await (await self._writing()).updates_done(platform, ids, at)

    async def forget_seen(self, now: datetime) -> int:
        return await (await self._writing()).pruner.by_age(Kept.UPDATES, now)

    async def forget_old(self, now: datetime) -> dict[Kept, int] | None:
        return await (await self._writing()).pruner.daily(now)

    async def account(self, user: UserRef) -> Account | None:
        return await people.account(self._database, user)

    async def enrol(self, user: UserRef, at: str) -> Account:
        # Most who act have acted before, and looking needs no turn among the writers.
        return await self.account(user) or await (await self._writing()).enrol(user, at)

    async def accounts(self, pseudonyms: Sequence[str]) -> dict[str, Account]:
        return await people.accounts(self._database, pseudonyms)

    async def staff(self) -> tuple[Account, ...]:
        return await people.staff(self._database)

    async def linked(self, person: str) -> tuple[Account, ...]:
        return await people.linked(self._database, person)

    async def set_role(self, user: UserRef, role: Role, act: Act) -> Account:
        return await (await self._writing()).set_role(user, role, act)

    async def offer_link(self, code: str, account: str, expires_at: str) -> None:
        await (await self._writing()).offer_link(code, account, expires_at)

    async def link(self, code: str, act: Act) -> tuple[Account, ...] | None:
        return await (await self._writing()).link(code, act)

    async def forget_person(self, user: UserRef, at: str, chat: ChatRef | None = None) -> bool:
        return await (await self._writing()).forget_person(user, at, chat)

    async def everything_about(self, user: UserRef, chat: ChatRef | None = None) -> dict[str, Any] | None:
        await self._writing()  # the list of what there is speaks of tables, and those are loaded with the writer
        from storage import personal  # noqa: PLC0415

        return await personal.everything(self._database, user, chat)

    async def frozen(self) -> bool:
        return await desk.frozen(self._database)

    async def vote_freeze(self, *, stop: bool, act: Act) -> tuple[bool, int]:
        return await (await self._writing()).vote_freeze(stop=stop, act=act)

    async def work_of(self, person: str, since: str) -> tuple[tuple[Entry, ...], tuple[Proposal, ...], int]:
        return await desk.work_of(self._database, person, since)

    async def clean_up(self, person: str, since: str, upto: int, reason: str, act: Act) -> tuple[Entry, ...]:
        return await (await self._writing()).clean_up(person, since, upto, reason, act)

    async def review_chats(self) -> tuple[ChatRef, ...]:
        return await desk.review_chats(self._database)

    async def set_review_chat(self, chat: ChatRef, act: Act, *, on: bool) -> None:
        await (await self._writing()).set_review_chat(chat, act, on=on)

    async def behind(self, limit: int) -> tuple[tuple[Proposal, ChatRef, Posted | None], ...]:
        return await desk.behind(self._database, limit)

    async def set_posted(self, posted: Posted) -> None:
        await (await self._writing()).set_posted(posted)

    async def move_chat(self, old: ChatRef, new: ChatRef) -> None:
        await (await self._writing()).move_chat(old, new)

    async def guard_line(self, token: str, guarded: GuardedLine, at: str) -> None:
        await (await self._writing()).guard_line(token, guarded, at)

    async def guarded_line(self, token: str) -> GuardedLine | None:
        return await desk.guarded_line(self._database, token)

    async def form(self, user: UserRef) -> OpenForm | None:
        return await desk.form(self._database, user)

    async def set_form(self, user: UserRef, form: OpenForm | None, at: str) -> None:
        await (await self._writing()).set_form(user, form, at)


# Both are loaded when first wanted and in a thread: importing takes 50 ms (stemmers) and 400 ms (SQLAlchemy), which
# a start has no use for and the event loop can't wait for.


def _load_writer(database: Database, tell: Callable[[News], None]) -> Writer:
    from storage.writer import Writer  # noqa: PLC0415

    return Writer(database, tell)


def _load_analyzer() -> Analyzer:
    from storage.search.analyzer import Analyzer  # noqa: PLC0415

    return Analyzer()
