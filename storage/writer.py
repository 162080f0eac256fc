"""All that changes the store, each method one transaction. Imports SQLAlchemy, so it is loaded when first wanted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.authority import Role
from bot.core.dossiers import Dossier, ImportReport
from bot.core.editorial import Account, Act, Decision, Policy, Proposal
from bot.core.entries import Entry
from bot.core.leases import News
from bot.core.places import ChatRef, UserRef
from bot.core.ports import Decide, GuardedLine, OpenForm, Posted, Taken
from storage import audit, brakes, cards, choosing, cleanup, enrolment, forgetting, publishing, schema, updates
from storage.asking import QuestionWriter
from storage.engine import UnitsOfWork, upsert
from storage.imports import import_dossier
from storage.reader import Database
from storage.retention import Pruner
from storage.safekeeping import SafetyWriter
from storage.search.analyzer import Analyzer
from storage.sending import OutboxWriter
from storage.subscribing import SubscriberWriter

log = logging.getLogger(__name__)

T = TypeVar("T")


class Writer:
    """The writing half of the store."""

    def __init__(self, database: Database, tell: Callable[[News], None]) -> None:
        """`tell` hears of what was written as soon as it is committed."""
        self._as_text = database.document
        self._units: UnitsOfWork = database.units_of_work()
        self._units.tell = tell
        self._head = (0, "")
        self._analyzer: Analyzer | None = None
        self.outbox = OutboxWriter(self._units)
        self.subscribers = SubscriberWriter(self._units, self)
        self.questions = QuestionWriter(self._units)
        self.safety = SafetyWriter(self._units)
        self.pruner = Pruner(database, self._units)

    async def audited(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run work that appends to the audit log in one transaction, then say the log's new head.

        Whoever rewrites the whole log can't rewrite what the program said elsewhere. The log is held from the first
        statement on: everything done at the desk is done one after the other.
        """

        async def unit(connection: AsyncConnection) -> tuple[T, tuple[int, str]]:
            await audit.hold(connection)
            result = await work(connection)
            return result, await audit.head(connection)

        result, head = await self._units.run_tx(unit)
        if head != self._head:
            self._head = head
            log.info("the audit log now ends with row #%d, %s", *head)
        return result

    async def press(self, connection: AsyncConnection) -> publishing.Press:
        """What it takes to publish within a transaction."""
        if self._analyzer is None:
            self._analyzer = await asyncio.to_thread(Analyzer)
        return publishing.Press(connection, self._analyzer, self._as_text)

    async def propose(self, proposal: Proposal, act: Act) -> Proposal:
        """See `Newsroom.propose`."""
        return await self.audited(lambda connection: publishing.propose(connection, proposal, act))

    async def decide(self, proposal: int, decide: Decide, act: Act, policy: Policy) -> Decision:
        """See `Newsroom.decide`."""

        async def work(connection: AsyncConnection) -> Decision:
            return await publishing.decide(await self.press(connection), proposal, decide, act, policy)

        return await self.audited(work)

    async def close(self) -> None:
        """Let open work end and disconnect."""
        await self._units.close()

    async def migrate(self) -> None:
        """Bring the schema up to date."""
        await self._units.migrate()

    async def import_dossier(
        self, dossier: Dossier, *, at: str, author: str, progress: Callable[[int, int], None], fresh: bool
    ) -> ImportReport:
        """See `Store.import_dossier`."""

        async def work(connection: AsyncConnection) -> ImportReport:
            return await import_dossier(
                connection, dossier, at=at, author=author, progress=progress, as_text=self._as_text, fresh=fresh
            )

        return await self._units.run_tx(work)

    async def set_language(self, ref: str, locale: str) -> None:
        """See `Store.set_language`."""
        await self._units.run_tx(lambda connection: choosing.choose(connection, ref, locale))

    async def keep_line(self, token: str, line: str, at: str) -> None:
        """See `Store.keep_line`."""
        await self._upsert(schema.kept_lines, [{"token": token, "line": line, "at": at}], replace=("at",))

    async def mark_seen(self, platform: str, ids: Sequence[int], at: str) -> None:
        """See `Store.mark_seen`."""
        if ids:
            await self._upsert(schema.seen_updates, [{"platform": platform, "id": each, "at": at} for each in ids])

    async def take_updates(self, platform: str, ids: Sequence[int], *, at: str, until: int, free: int) -> Taken:
        """See `Store.take_updates`."""
        return await self._units.run_tx(
            lambda connection: updates.take(connection, platform, ids, at=at, until=until, free=free)
        )

    async def updates_done(self, platform: str, ids: Sequence[int], at: str) -> None:
        """See `Store.updates_done`."""
        await self._units.run_tx(lambda connection: updates.note_done(connection, platform, ids, at))

    async def enrol(self, user: UserRef, at: str) -> Account:
        """See `Newsroom.enrol`."""
        return await self._units.run_tx(lambda connection: enrolment.enrol(connection, user, at))

    async def set_role(self, user: UserRef, role: Role, act: Act) -> Account:
        """See `Newsroom.set_role`."""
        return await self.audited(lambda connection: enrolment.set_role(connection, user, role, act))

    async def offer_link(self, code: str, account: str, expires_at: str) -> None:
        """See `Newsroom.offer_link`."""
        await self._units.run_tx(lambda connection: enrolment.offer_link(connection, code, account, expires_at))

    async def link(self, code: str, act: Act) -> tuple[Account, ...] | None:
        """See `Newsroom.link`."""
        return await self.audited(lambda connection: enrolment.link(connection, code, act))

    async def forget_person(self, user: UserRef, at: str, chat: ChatRef | None) -> bool:
        """See `Newsroom.forget_person`."""
        return await self.audited(lambda connection: forgetting.forget_person(connection, user, at, chat))

    async def vote_freeze(self, *, stop: bool, act: Act) -> tuple[bool, int]:
        """See `Newsroom.vote_freeze`."""
        return await self.audited(lambda connection: brakes.vote_freeze(connection, stop=stop, act=act))

    async def clean_up(self, person: str, since: str, upto: int, reason: str, act: Act) -> tuple[Entry, ...]:
        """See `Newsroom.clean_up`."""

        async def work(connection: AsyncConnection) -> tuple[Entry, ...]:
            return await cleanup.clean_up(
                await self.press(connection), person, since, upto=upto, reason=reason, act=act
            )

        return await self.audited(work)

    async def set_review_chat(self, chat: ChatRef, act: Act, *, on: bool) -> None:
        """See `Newsroom.set_review_chat`."""
        await self.audited(lambda connection: cards.set_review_chat(connection, chat, act, on=on))

    async def set_posted(self, posted: Posted) -> None:
        """See `Newsroom.set_posted`."""
        await self._units.run_tx(lambda connection: cards.set_posted(connection, posted))

    async def move_chat(self, old: ChatRef, new: ChatRef) -> None:
        """See `Newsroom.move_chat`."""
        await self._units.run_tx(lambda connection: cards.move_chat(connection, old, new))

    async def guard_line(self, token: str, guarded: GuardedLine, at: str) -> None:
        """See `Newsroom.guard_line`."""
        await self._units.run_tx(lambda connection: cards.guard_line(connection, token, guarded, at))

    async def set_form(self, user: UserRef, form: OpenForm | None, at: str) -> None:
        """See `Newsroom.set_form`."""
        await self._units.run_tx(lambda connection: cards.set_form(connection, user, form, at))

    async def _upsert(self, table: Table, rows: list[dict[str, object]], replace: tuple[str, ...] = ()) -> None:
        await self._units.run_tx(lambda connection: upsert(connection, table, rows, replace))
