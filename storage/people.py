"""Reading accounts: who has acted, as which person, with which role."""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

from collections.abc import Sequence

from bot.core.authority import Role
from bot.core.editorial import Account
from bot.core.places import UserRef
from storage.entries import BATCH
from storage.reader import Reader, Row, placeholders

COLUMNS = "pseudonym, person, ref, role"
BY_REF = f"select {COLUMNS} from accounts where ref = :ref"
OF_PERSON = f"select {COLUMNS} from accounts where person = :person order by at, pseudonym"
STAFF = f"select {COLUMNS} from accounts where role > 0 order by role desc, at, pseudonym"


def account_of(row: Row) -> Account:
    """The account of a row of COLUMNS."""
    return Account(row[0], row[1], row[2], Role(row[3]))


async def account(reader: Reader, user: UserRef) -> Account | None:
    """See `Newsroom.account`."""
    rows = await reader.fetch(BY_REF, {"ref": str(user)})
    return account_of(rows[0]) if rows else None


async def accounts(reader: Reader, pseudonyms: Sequence[str]) -> dict[str, Account]:
    """See `Newsroom.accounts`."""
    found: dict[str, Account] = {}
    for start in range(0, len(pseudonyms), BATCH):
        names, params = placeholders("p", pseudonyms[start : start + BATCH])
        for row in await reader.fetch(f"select {COLUMNS} from accounts where pseudonym in ({names})", params):
            found[row[0]] = account_of(row)
    return {each: found[each] for each in pseudonyms if each in found}


async def staff(reader: Reader) -> tuple[Account, ...]:
    """See `Newsroom.staff`."""
    return tuple(account_of(row) for row in await reader.fetch(STAFF))


async def linked(reader: Reader, person: str) -> tuple[Account, ...]:
    """See `Newsroom.linked`."""
    return tuple(account_of(row) for row in await reader.fetch(OF_PERSON, {"person": person}))
