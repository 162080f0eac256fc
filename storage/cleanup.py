"""Taking one person's work back in bulk: what they added is retracted, what they changed last reads as before.

Within `Writer.audited`: nothing is proposed or published meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.editorial import Act
from bot.core.entries import Entry, Status
from bot.core.errors import Refused
from storage import audit
from storage.bodies import entry_from
from storage.forgetting import withdraw
from storage.publishing import Press, publish
from storage.schema import BY_EDITORS, accounts, entries, revisions


@dataclass(frozen=True, slots=True)
class _Step:
    """One revision of an entry that the person touched. theirs: written by them since the moment asked about."""

    entry: Entry
    theirs: bool


async def clean_up(press: Press, person: str, since: str, *, upto: int, reason: str, act: Act) -> tuple[Entry, ...]:
    """See `Newsroom.clean_up`. An entry that others changed since, or that is retracted, is left alone."""
    connection = press.connection
    names = (await connection.execute(select(accounts.c.pseudonym).where(accounts.c.person == person))).scalars().all()
    r = revisions.c
    work = select(r.entry_id, r.seq).where(r.author.in_(names), r.at >= since, BY_EDITORS).order_by(r.seq)
    rows = (await connection.execute(work)).all()
    if any(row.seq > upto for row in rows):  # whoever decided this has not seen all of it
        raise Refused("refused-clean-up-moved")
    detail = {"since": since, "row_seen": upto, "reason": reason}
    await audit.append(connection, act, "clean-up", person, detail=detail)
    done = []
    for identity in dict.fromkeys(row.entry_id for row in rows):
        before = _before(await _steps(connection, identity, names, since), reason)
        if before is not None:
            done.append(await _print(press, before, reason, act))
    for label in await withdraw(connection, names, act.at, reason):
        await audit.append(connection, act, "clean-up", label)
    return tuple(done)


async def _steps(connection: AsyncConnection, identity: int, names: Sequence[str], since: str) -> list[_Step]:
    """All revisions of an entry, oldest first."""
    r = revisions.c
    columns = select(r.body, entries.c.number, r.revision, r.at, r.author).join(entries)
    found = await connection.execute(columns.where(entries.c.id == identity).order_by(r.revision))
    return [_Step(entry_from(*row[:4]), theirs=row.author in names and row.at >= since) for row in found]


def _before(steps: Sequence[_Step], reason: str) -> Entry | None:
    """What readers are to see of an entry again; None where it is to be left alone."""
    current = steps[-1]
    if not current.theirs or current.entry.status is Status.RETRACTED:
        return None
    # The last one that somebody else left as it was, or the person themselves before the moment asked about.
    good = next((step.entry for step in reversed(steps) if not step.theirs), None)
    if good is not None:
        return good
    # An entry that was added and taken back again shows nothing that would have to be retracted.
    return None if current.entry.retired else replace(current.entry, status=Status.RETRACTED, retraction=reason)


async def _print(press: Press, entry: Entry, reason: str, act: Act) -> Entry:
    printed = await publish(press, entry, at=act.at, author=act.account, note=reason)
    detail = {"entry": entry.key, "reason": reason} | printed.detail()
    await audit.append(press.connection, act, "clean-up", entry.label, detail=detail)
    return replace(entry, revision=printed.revision, changed_at=act.at)
