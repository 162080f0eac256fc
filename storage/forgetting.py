"""Forgetting a person: what ties pseudonyms to them goes; what they did stays, and the log stays whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Column, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.authority import Role, Standing
from bot.core.editorial import Act, ProposalState
from bot.core.places import ChatRef, UserRef
from storage import audit, brakes, cards, schema
from storage.proposals import FIELDS, proposal_of
from storage.schema import accounts, forms, guarded_lines, kept_lines, link_codes, proposals
from storage.subscribing import forget_places


async def forget_person(connection: AsyncConnection, user: UserRef, at: str, chat: ChatRef | None) -> bool:
    """See `Newsroom.forget_person`. Signed in the log with the pseudonym, which from then on is nobody's."""
    if chat is not None:
        await forget_places(connection, [str(chat)])
    mine = (await connection.execute(select(accounts).where(accounts.c.ref == str(user)))).first()
    if mine is None:
        return await _erase(connection, [str(user)])
    rows = (await connection.execute(select(accounts).where(accounts.c.person == mine.person))).all()
    names = [row.pseudonym for row in rows]
    act = Act(mine.pseudonym, mine.person, Standing(), at, user.platform.value)
    for subject in (*await withdraw(connection, names, at), mine.pseudonym):
        await audit.append(connection, act, "forget", subject)
    await brakes.drop_votes(connection, names)
    of_theirs = accounts.c.pseudonym.in_(names)
    await connection.execute(update(accounts).where(of_theirs).values(ref=None, role=int(Role.READER)))
    await connection.execute(delete(link_codes).where(link_codes.c.account.in_(names)))
    await _erase(connection, [row.ref for row in rows if row.ref is not None])
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


async def _erase(connection: AsyncConnection, refs: Sequence[str]) -> bool:
    """Delete what is kept under these references or names them; False where there was nothing."""
    gone = 0
    # A private chat on Telegram has the number of the person it is with.
    for column in (
        schema.preferences.c.ref,
        forms.c.ref,
        guarded_lines.c.actor,
        guarded_lines.c.chat,
        schema.review_chats.c.chat,
        schema.review_cards.c.chat,
        schema.staging_chats.c.chat,
        schema.awaited_answers.c.person,
    ):
        gone += (await connection.execute(delete(column.table).where(column.in_(refs)))).rowcount
    # On Discord one that was never opened is known by the person, and marked so (`bot.adapters.discord.carrier`).
    gone += await forget_places(connection, [*refs, *(ref.replace(":", ":@", 1) for ref in refs)])
    for table, columns in (
        (guarded_lines, (guarded_lines.c.line,)),
        (kept_lines, (kept_lines.c.line,)),
        (forms, (forms.c.line, forms.c.answers)),
    ):
        gone += await _erase_mentions(connection, table, columns, refs)
    return gone > 0


async def _erase_mentions(
    connection: AsyncConnection, table: Table, columns: tuple[Column[str], ...], refs: Sequence[str]
) -> int:
    """Delete rows that name a reference somewhere, as the button `roles revoke telegram:5` does."""
    key = table.primary_key.columns[0]
    near = or_(*(column.contains(ref, autoescape=True) for column in columns for ref in refs))
    # telegram:5 is not named by telegram:55, and SQL can't tell.
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, refs))})(?!\w)")
    rows = (await connection.execute(select(key, *columns).where(near))).all()
    gone = [row[0] for row in rows if any(named.search(text) for text in row[1:])]
    for name in gone:
        await connection.execute(delete(table).where(key == name))
    return len(gone)
