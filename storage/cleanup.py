"""Taking one person's work back in bulk: what they added is retracted, what they changed last reads as before.

Within `Writer.audited`: nothing is proposed or published meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.editorial import Act, Severity
from bot.core.entries import Entry
from bot.core.errors import Refused
from storage import audit
from storage.fanout import announce
from storage.forgetting import withdraw
from storage.log import Log
from storage.publishing import Press, publish
from storage.reader import Params, Row
from storage.schema import accounts
from storage.work import last_row, work


@dataclass(frozen=True, slots=True)
class _Within:
    """Reads what a transaction sees, its own changes included (`storage.reader.Reader`)."""

    connection: AsyncConnection

    async def fetch(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        """All rows."""
        return (await self.connection.execute(text(sql), dict(params or {}))).all()


async def clean_up(press: Press, person: str, since: str, *, upto: int, reason: str, act: Act) -> tuple[Entry, ...]:
    """See `Newsroom.clean_up`. An entry that others changed since, or that is retracted, is left alone."""
    connection = press.connection
    # An import publishes too, and does not hold the audit log.
    await Log.open(connection)
    reader = _Within(connection)
    found = await work(reader, person, since, await last_row(reader), reason)
    if any(each.row > upto for each in found):  # whoever decided this has not seen all of it
        raise Refused("refused-clean-up-moved")
    detail = {"since": since, "row_seen": upto, "reason": reason}
    await audit.append(connection, act, "clean-up", person, detail=detail)
    done = [await _print(press, each.before, reason, act) for each in found]
    names = (await connection.execute(select(accounts.c.pseudonym).where(accounts.c.person == person))).scalars().all()
    for label in await withdraw(connection, names, act.at, reason):
        await audit.append(connection, act, "clean-up", label)
    return tuple(done)


async def _print(press: Press, entry: Entry, reason: str, act: Act) -> Entry:
    printed = await publish(press, entry, at=act.at, author=act.account, note=reason)
    await announce(
        press.connection,
        entry,
        revision=printed.revision,
        severity=Severity.QUIET,
        new=False,
        note=reason,
        at=act.at,
        undo_seconds=0,
    )
    detail = {"entry": entry.key, "reason": reason} | printed.detail()
    await audit.append(press.connection, act, "clean-up", entry.label, detail=detail)
    return replace(entry, revision=printed.revision, changed_at=act.at)
