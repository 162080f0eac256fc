"""Forgetting a person: what ties pseudonyms to them goes; what they did stays, and the log stays whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Column, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.authority import Role, Standing
from bot.core.editorial import Act, ProposalState
from bot.core.places import ChatRef, UserRef
from storage import audit, brakes, cards, choosing, personal
from storage.proposals import FIELDS, proposal_of
from storage.schema import accounts, link_codes, preferences, proposals
from storage.subscribing import forget_places


async def forget_person(connection: AsyncConnection, user: UserRef, at: str, chat: ChatRef | None) -> bool:
    """See `Newsroom.forget_person`. Signed in the log with the pseudonym, which from then on is nobody's."""
    mine = (await connection.execute(select(accounts).where(accounts.c.ref == str(user)))).first()
    if mine is None:
        return await _erase(connection, [str(user)], chat)
    rows = (await connection.execute(select(accounts).where(accounts.c.person == mine.person))).all()
    names = [row.pseudonym for row in rows]
    act = Act(mine.pseudonym, mine.person, Standing(), at, user.platform.value)
    for subject in (*await withdraw(connection, names, at), mine.pseudonym):
        await audit.append(connection, act, "forget", subject)
    await brakes.drop_votes(connection, names)
    of_theirs = accounts.c.pseudonym.in_(names)
    await connection.execute(update(accounts).where(of_theirs).values(ref=None, role=int(Role.READER)))
    await connection.execute(delete(link_codes).where(link_codes.c.account.in_(names)))
    await _erase(connection, [row.ref for row in rows if row.ref is not None], chat)
    return True


async def withdraw(connection: AsyncConnection, names: Sequence[str], at: str, answer: str = "") -> tuple[str, ...]:
    """Close as rejected whatever these accounts opened and nobody has decided; the labels of that."""
    opened = proposals.c.opened_by.in_(names) & (proposals.c.open == 1)
    columns = [proposals.c[name] for name in FIELDS]
    rows = await connection.execute(select(*columns).where(opened).order_by(proposals.c.id).with_for_update())
    found = [proposal_of(row) for row in rows]
    for old in found:
        new = replace(
            old,
            state=ProposalState.REJECTED,
            version=old.version + 1,
            changed_at=at,
            decided_at=at,
            answer=answer,
        )
        await cards.change(connection, new)
    return tuple(each.label for each in found)


async def _erase(connection: AsyncConnection, refs: Sequence[str], chat: ChatRef | None) -> bool:
    """Delete what is kept under these references, or of this private chat, or names them; False if there was nothing.

    What that is stands in `storage.personal`.
    """
    gone = 0
    own = [f"{chat.platform.value}:{chat.id}"] if chat is not None else []
    chats = list(dict.fromkeys((*personal.chats_of(refs), *own)))
    for column in personal.OWNED:
        count = (await connection.execute(delete(column.table).where(column.in_(chats)))).rowcount
        if count and column.table is preferences:
            await choosing.erased(connection)
        gone += count
    gone += await forget_places(connection, chats)
    for table, columns in personal.NAMED.items():
        gone += await _erase_mentions(connection, table, columns, refs)
    return gone > 0


async def _erase_mentions(
    connection: AsyncConnection, table: Table, columns: tuple[Column[str], ...], refs: Sequence[str]
) -> int:
    """Delete rows that name a reference somewhere, as the button `roles revoke telegram:5` does."""
    key = table.primary_key.columns[0]
    near = or_(*(column.contains(ref, autoescape=True) for column in columns for ref in refs))
    named = personal.naming(refs)
    rows = (await connection.execute(select(key, *columns).where(near))).all()
    gone = [row[0] for row in rows if any(named.search(text) for text in row[1:])]
    for name in gone:
        await connection.execute(delete(table).where(key == name))
    return len(gone)
