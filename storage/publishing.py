"""Writing proposals and what becomes of them: kept, decided, put before readers. Each call in one transaction.

Every transaction here runs in `Writer.audited`, which holds the audit log's end: two of them never see the same case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, func, insert, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.authority import Role
from bot.core.editorial import (
    UNDONE,
    Act,
    Case,
    Decision,
    Policy,
    Proposal,
    ProposalKind,
    ProposalState,
    check_patience,
    check_rate,
)
from bot.core.entries import NUMBER_PREFIXES, Entry, Source
from bot.core.errors import Refused, StoreError
from bot.core.places import Platform
from bot.core.ports import Decide
from bot.core.times import stamp
from storage import audit, cards
from storage.bodies import entry_body, entry_from, source_body
from storage.fanout import announce
from storage.imports import GONE
from storage.log import Log
from storage.proposals import FIELDS, proposal_of, row_of
from storage.rows import AsText, Written, write
from storage.schema import accounts, entries, meta, proposals, revisions, sources
from storage.schema import audit as log
from storage.search.analyzer import Analyzer

LAST_PLACE = 1_000_000_000
"""Entries of editors stand behind those of any dossier, also of one that is imported later."""

_PROPOSAL = select(*(proposals.c[name] for name in FIELDS))


@dataclass(frozen=True, slots=True)
class Press:
    """What it takes to put a revision before readers."""

    connection: AsyncConnection
    analyzer: Analyzer
    as_text: AsText


@dataclass(frozen=True, slots=True)
class Printed:
    """A revision that was written: its number, and its row in the log with that row's hash."""

    revision: int
    row: int
    hash: str

    def detail(self) -> dict[str, object]:
        """What the audit row says of it, so that each of the two chains vouches for the other."""
        return {"revision": self.revision, "row": self.row, "hash": self.hash}


async def propose(connection: AsyncConnection, proposal: Proposal, act: Act) -> Proposal:
    """See `Newsroom.propose`."""
    check_patience(act, await _waiting(connection, act))
    check_rate(await _lately(connection, act, ("propose",)))
    # The end of the log of revisions is held too: an import gives numbers as well.
    await Log.open(connection)
    kept = replace(proposal, id=await _next(connection, "id"), changed_at=proposal.changed_at or proposal.created_at)
    if proposal.kind is ProposalKind.ADD:
        kept = replace(kept, entry=await _named(connection, proposal.entry), base=0)
    if proposal.kind is not ProposalKind.REPORT:
        await _refuse_second(connection, kept)
    kept = replace(kept, entry=replace(kept.entry, revision=max(kept.base, 1), changed_at=""))
    await connection.execute(insert(proposals), row_of(kept))
    await audit.append(connection, act, "propose", kept.label, detail=_detail(kept))
    return kept


async def _next(connection: AsyncConnection, column: str) -> int:
    return (await connection.scalar(select(func.max(proposals.c[column]))) or 0) + 1


async def _named(connection: AsyncConnection, entry: Entry) -> Entry:
    """A new entry with its number, which was never given before, and the key made of it."""
    if entry.kind not in NUMBER_PREFIXES:
        return entry
    given = union_all(
        select(func.max(entries.c.number).label("number")).where(entries.c.kind == entry.kind.value),
        select(func.max(proposals.c.number)).where(proposals.c.entry_kind == entry.kind.value),
    ).subquery()
    number = (await connection.scalar(select(func.max(given.c.number))) or 0) + 1
    # A dossier may have a `fact-62` that is no F-62; its number is passed over.
    while await connection.scalar(select(entries.c.id).where(entries.c.key == f"{entry.kind.value}-{number}")):
        number += 1
    return replace(entry, key=f"{entry.kind.value}-{number}", number=number)


def _others_for(key: str) -> Select[tuple[int]]:
    """The proposals that wait for an entry: one at most."""
    return select(proposals.c.id).where(
        proposals.c.entry_key == key, proposals.c.open == 1, proposals.c.kind != ProposalKind.REPORT.value
    )


async def _refuse_second(connection: AsyncConnection, proposal: Proposal) -> None:
    """Refuse a proposal for an entry that has one already, or that is not as its author saw it."""
    key = proposal.entry.key
    if await connection.scalar(_others_for(key)):
        raise Refused("refused-open", label=proposal.label)
    current = await connection.scalar(select(entries.c.revision).where(entries.c.key == key)) or 0
    if current != proposal.base:
        raise Refused("refused-stale-base", label=proposal.label, base=proposal.base, current=current)


async def _lately(connection: AsyncConnection, act: Act, deeds: tuple[str, ...]) -> tuple[int, int]:
    """How often the person did this within the last minute and the last hour, with whichever account."""
    row = log.c
    own = select(accounts.c.pseudonym).where(accounts.c.person == act.person)
    now = datetime.fromisoformat(act.at)
    minute, hour = (stamp(now - timedelta(minutes=minutes)) for minutes in (1, 60))
    counts = select(func.count(), func.count().filter(row.at > minute)).where(
        row.deed.in_(deeds), row.at > hour, row.actor.in_(own) | (row.actor == act.account)
    )
    found = (await connection.execute(counts)).one()
    return found[1], found[0]


async def _waiting(connection: AsyncConnection, act: Act) -> int:
    """How many proposals and reports the person opened, with whichever account, and nobody has decided."""
    own = select(accounts.c.pseudonym).where(accounts.c.person == act.person)
    opened = (proposals.c.open == 1) & proposals.c.opened_by.in_(own)
    return await connection.scalar(select(func.count()).select_from(proposals).where(opened)) or 0


async def decide(press: Press, identity: int, rule: Decide, act: Act, policy: Policy) -> Decision:
    """See `Newsroom.decide`. Raises StoreError where there is no such proposal."""
    connection = press.connection
    case = await _case(connection, identity, act, policy)
    decision = rule(case)
    proposal = decision.proposal
    await cards.change(connection, proposal)
    detail = _detail(proposal)
    if decision.publish is not None:
        await _learn(connection, proposal.sources)
        # What nobody approved, such as an undo, is signed by whoever did it.
        author = ",".join(proposal.authors) if decision.approved_by else act.account
        printed = await publish(
            press, decision.publish, at=act.at, author=author, note=decision.note, approved_by=decision.approved_by
        )
        detail |= printed.detail()
        undone = decision.deed == "undo"
        await announce(
            connection,
            decision.publish,
            revision=printed.revision,
            severity=proposal.severity,
            # What was added, taken back and published after all is news, too: nobody has heard of it.
            new=case.current is None or case.current.retired == UNDONE,
            note=decision.note,
            at=act.at,
            # Nobody undoes an undo: there is nothing to wait for.
            undo_seconds=0 if undone else policy.undo_seconds,
            undone=undone,
        )
    await audit.append(connection, act, decision.deed, proposal.label, approved_by=decision.approved_by, detail=detail)
    if decision.publish is not None and proposal.published is not None:
        await _close_reports(connection, proposal, act)
    return decision


def _detail(proposal: Proposal) -> dict[str, object]:
    """What the log says of a proposal; what is empty is left out. `wording` proves which text was approved."""
    detail: dict[str, object] = {
        "proposal": proposal.id,
        "kind": proposal.kind.value,
        "entry": proposal.entry.key,
        "draft": proposal.draft,
        "wording": hashlib.sha256(entry_body(proposal.entry).encode()).hexdigest(),
        "base": proposal.base,
        "severity": proposal.severity.value,
        "authors": proposal.authors,
        "publish_at": proposal.publish_at,
        "note": proposal.note,
        "reason": proposal.reason,
        "answer": proposal.answer,
    }
    return {name: value for name, value in detail.items() if value}


async def _case(connection: AsyncConnection, identity: int, act: Act, policy: Policy) -> Case:
    row = (await connection.execute(_PROPOSAL.where(proposals.c.id == identity).with_for_update())).first()
    if row is None:
        raise StoreError("store-no-proposal", id=identity)
    proposal = proposal_of(row)
    named = {*proposal.authors, *proposal.approvals}
    people = {
        each.pseudonym: each
        for each in await connection.execute(select(accounts).where(accounts.c.pseudonym.in_(named)))
    }
    frozen = await connection.scalar(select(meta.c.value).where(meta.c.key == "freeze"))
    return Case(
        proposal,
        await _current(connection, proposal.entry.key),
        await _revision(connection, proposal.entry.key, proposal.base),
        policy,
        frozen=bool(frozen and json.loads(frozen)["frozen"]),
        persons={name: each.person for name, each in people.items()},
        editors=_editors(proposal, people, act, policy),
        lately=await _lately(connection, act, ("approve", "publish")),
        rival=await connection.scalar(_others_for(proposal.entry.key).where(proposals.c.id != identity)) is not None,
    )


def _editors(proposal: Proposal, people: Mapping[str, Row], act: Act, policy: Policy) -> frozenset[str]:  # type: ignore[type-arg]  # rows have whatever columns
    """Which approvers may still approve. The terminal's roles and the owners' are not in the table."""
    found = {act.account} if act.standing.role >= Role.EDITOR else set()
    for name, each in people.items():
        ref = each.ref or ""
        if each.role >= Role.EDITOR or ref in policy.owners or ref.startswith(f"{Platform.TERMINAL.value}:"):
            found.add(name)
    return frozenset(found & set(proposal.approvals))


async def _current(connection: AsyncConnection, key: str) -> Entry | None:
    columns = select(entries.c.body, entries.c.number, entries.c.revision, entries.c.changed_at)
    row = (await connection.execute(columns.where(entries.c.key == key))).first()
    return entry_from(*row) if row else None


async def _revision(connection: AsyncConnection, key: str, revision: int) -> Entry | None:
    columns = select(revisions.c.body, entries.c.number, revisions.c.revision, revisions.c.at)
    found = columns.join(entries).where(entries.c.key == key, revisions.c.revision == revision)
    row = (await connection.execute(found)).first()
    return entry_from(*row) if row else None


async def publish(
    press: Press, entry: Entry, *, at: str, author: str, note: str, approved_by: tuple[str, ...] = ()
) -> Printed:
    """Write the next revision of an entry, or its first, and whatever readers find it by."""
    connection = press.connection
    history = await Log.open(connection)
    row = (await connection.execute(select(entries).where(entries.c.key == entry.key))).first()
    body = entry_body(entry)
    if row is None:
        ends = select(func.max(entries.c.id), func.max(entries.c.position))
        last_id, last_position = (await connection.execute(ends)).one()
        position = max(last_position or 0, LAST_PLACE) + 1
        written = Written((last_id or 0) + 1, entry, body, entry.number, position, 1, None)
    else:
        # The hash of the dossier's text stays, so that importing the same dossier again leaves this revision alone.
        # What the dossier had dropped is the editors' own once they take it up: the next import would retire it again.
        taken_up = entry.retired is None and entry_from(row.body, None, 1, "").retired == GONE
        digest = None if taken_up else row.imported_hash
        written = Written(row.id, entry, body, row.number, row.position, row.revision + 1, digest)
    await write(connection, [written], at, press.analyzer, press.as_text)
    seq, own_hash = history.add(
        written.id, entry.key, written.revision, at=at, author=author, note=note, body=body, approvals=approved_by
    )
    await history.close()
    return Printed(written.revision, seq, own_hash)


async def _learn(connection: AsyncConnection, new: tuple[Source, ...]) -> None:
    """Add the sources that the store does not know; a known one is never replaced by what a proposal says of it."""
    if not new:
        return
    names = select(sources.c.id).where(sources.c.id.in_([each.id for each in new]))
    known = set((await connection.execute(names)).scalars())
    position = await connection.scalar(select(func.max(sources.c.position))) or 0
    rows = [
        {"id": each.id, "position": max(position, LAST_PLACE) + at, "retired": 0, "body": source_body(each)}
        for at, each in enumerate(new, 1)
        if each.id not in known
    ]
    if rows:
        await connection.execute(insert(sources), rows)


async def _close_reports(connection: AsyncConnection, done: Proposal, act: Act) -> None:
    """Close what readers reported about the entry: an editor looked at it and something was published."""
    waiting = _PROPOSAL.where(
        proposals.c.entry_key == done.entry.key, proposals.c.open == 1, proposals.c.kind == ProposalKind.REPORT.value
    )
    for row in (await connection.execute(waiting.order_by(proposals.c.id))).all():
        report = proposal_of(row)
        closed = replace(
            report,
            state=ProposalState.PUBLISHED,
            version=report.version + 1,
            changed_at=act.at,
            decided_at=act.at,
            published=done.published,
        )
        await cards.change(connection, closed)
        await audit.append(connection, act, "resolve", closed.label, detail=_detail(closed) | {"by": done.id})
