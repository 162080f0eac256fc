"""Writing accounts: enrolling somebody, granting roles, making two accounts one person.

What takes an `Act` runs in `Writer.audited`, one at a time: of two links that share a person, the second sees what
became of it in the first.
"""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.authority import Role
from bot.core.editorial import Account, Act
from bot.core.places import UserRef
from storage import audit, brakes
from storage.engine import upsert
from storage.people import account_of
from storage.schema import accounts, link_codes

_ACCOUNT = select(accounts.c.pseudonym, accounts.c.person, accounts.c.ref, accounts.c.role)


async def _find(connection: AsyncConnection, *where: ColumnElement[bool]) -> tuple[Account, ...]:
    rows = await connection.execute(_ACCOUNT.where(*where).order_by(accounts.c.at, accounts.c.pseudonym))
    return tuple(account_of(row) for row in rows)


async def enrol(connection: AsyncConnection, user: UserRef, at: str) -> Account:
    """See `Newsroom.enrol`."""
    ref = str(user)
    # More than one turn only where the random name is taken: whatever else stands in the way is the account itself.
    while not (found := await _find(connection, accounts.c.ref == ref)):
        name = f"p-{secrets.token_hex(5)}"
        row = {"pseudonym": name, "person": name, "ref": ref, "role": int(Role.READER), "at": at}
        await upsert(connection, accounts, [row])
    return found[0]


async def set_role(connection: AsyncConnection, user: UserRef, role: Role, act: Act) -> Account:
    """See `Newsroom.set_role`. The log names the account by its pseudonym; it must hold nobody's id."""
    account = await enrol(connection, user, act.at)
    if role < Role.EDITOR:
        await brakes.drop_votes(connection, {account.pseudonym})
    deed = "revoke" if role is Role.READER else "grant"
    await audit.append(connection, act, deed, account.pseudonym, detail={"role": role.name.lower()})
    row = accounts.c.pseudonym == account.pseudonym
    await connection.execute(update(accounts).where(row).values(role=int(role)))
    return (await _find(connection, row))[0]


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()


async def offer_link(connection: AsyncConnection, code: str, account: str, expires_at: str) -> None:
    """See `Newsroom.offer_link`. Whoever reads the table can't link with what stands there."""
    await upsert(connection, link_codes, [{"code": _hashed(code), "account": account, "expires_at": expires_at}])


async def link(connection: AsyncConnection, code: str, act: Act) -> tuple[Account, ...] | None:
    """See `Newsroom.link`. One's own code is not spent: it was typed in the wrong place and is still wanted."""
    await connection.execute(delete(link_codes).where(link_codes.c.expires_at <= act.at))
    row = link_codes.c.code == _hashed(code)
    offered_by = await connection.scalar(select(link_codes.c.account).where(row))
    # Only accounts that are somebody's: a forgotten pseudonym must not be tied to anybody again.
    named = accounts.c.pseudonym.in_((offered_by or "", act.account))
    found = await _find(connection, named, accounts.c.ref.is_not(None))
    persons = {each.pseudonym: each.person for each in found}
    kept, joining = persons.get(offered_by or ""), persons.get(act.account)
    if kept is None or joining is None or kept == joining:
        return None
    await connection.execute(delete(link_codes).where(row))
    await connection.execute(update(accounts).where(accounts.c.person == joining).values(person=kept))
    await audit.append(connection, act, "link", offered_by or "")
    return await _find(connection, accounts.c.person == kept)
