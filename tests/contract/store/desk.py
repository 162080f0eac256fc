"""People at the desk, and what they do, with as little said as a test wants to say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import MetaData, Text, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.authority import Role, Standing
from bot.core.editorial import Account, Act, Policy, Proposal, ProposalKind, approve
from bot.core.entries import Entry
from bot.core.places import UserRef
from bot.core.times import stamp
from storage import SqlStore, schema
from tests.builders import AT, fact

GROUP = "telegram:-100200"
POLICY = Policy()


def later(minutes: float = 0, *, hours: float = 0) -> str:
    """So much after AT."""
    return stamp(datetime.fromisoformat(AT) + timedelta(minutes=minutes, hours=hours))


def user(ref: str) -> UserRef:
    return UserRef.parse(ref)


async def enrolled(store: SqlStore, ref: str) -> Account:
    return await store.enrol(user(ref), AT)


def acting(account: Account, role: Role = Role.EDITOR, at: str = AT) -> Act:
    return Act(account.pseudonym, account.person, Standing(role), at, GROUP)


async def act_of(store: SqlStore, ref: str, role: Role = Role.EDITOR, at: str = AT) -> Act:
    """Somebody's act, with the accounts they have linked by now."""
    return acting(await enrolled(store, ref), role, at)


async def proposed(store: SqlStore, act: Act, entry: Entry | None = None, **more: Any) -> Proposal:
    """A proposal of a new fact, or of what `more` says."""
    plain: dict[str, Any] = {"kind": ProposalKind.ADD} | more
    wanted = Proposal(0, entry=entry or fact("new"), authors=(act.account,), created_at=act.at, **plain)
    return await store.propose(wanted, act)


async def approved(store: SqlStore, proposal: Proposal, act: Act, policy: Policy = POLICY) -> Proposal:
    return (await store.decide(proposal.id, lambda case: approve(case, act), act, policy)).proposal


async def published(store: SqlStore, act: Act, by: Act, entry: Entry | None = None, **more: Any) -> Entry:
    """The entry that readers see once `by` approved what `act` proposed."""
    done = await approved(store, await proposed(store, act, entry, **more), by)
    current = await store.entry(done.entry.key)
    assert current is not None
    return current


async def edited(store: SqlStore, act: Act, by: Act, key: str, wording: str) -> Entry:
    """The entry with another Italian text."""
    current = await store.entry(key)
    assert current is not None
    changed = fact(key, wording, number=current.number)
    return await published(store, act, by, changed, kind=ProposalKind.EDIT, base=current.revision)


async def deeds(store: SqlStore) -> list[tuple[str, str, str]]:
    """The audit log as (actor, deed, subject)."""
    rows = await store._database.fetch("select actor, deed, subject from audit order by seq")
    return [(row[0], row[1], row[2]) for row in rows]


async def all_texts(store: SqlStore) -> dict[str, list[str]]:
    """Everything that stands in a column of text, by table and column: of all tables there are, known or not."""

    async def work(connection: AsyncConnection) -> dict[str, list[str]]:
        there = MetaData()
        await connection.run_sync(lambda each: there.reflect(each, only=lambda name, _: "search_index" not in name))
        found = {}
        for table in there.tables.values():
            for column in table.columns:
                if isinstance(column.type, Text) or "CHAR" in str(column.type):
                    values = await connection.execute(select(column).where(column.is_not(None)))
                    found[f"{table.name}.{column.name}"] = [str(value) for value in values.scalars()]
        return found

    found = await (await store._writing())._units.run_tx(work)
    assert {name.partition(".")[0] for name in found} >= set(schema.metadata.tables) - {"seen_updates"}
    return found


async def run(store: SqlStore, statement: str) -> None:
    """Change the database behind the store's back."""
    await (await store._writing())._units.run_tx(lambda connection: connection.execute(text(statement)))
