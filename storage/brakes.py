"""Writing the stop of all publishing: the votes on it, and what they come to. All of it within `Writer.audited`."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.authority import Role
from bot.core.editorial import Act
from bot.core.times import stamp
from storage import audit
from storage.bodies import canonical
from storage.schema import accounts, meta

VOTES = 2
WINDOW = timedelta(hours=1)
"""So many people must want the same within this time; an owner's vote is enough alone."""

_ROW = meta.c.key == "freeze"


async def _kept(connection: AsyncConnection) -> dict[str, Any]:
    """What is kept of the stop. Votes: account -> (wanted, at)."""
    value = await connection.scalar(select(meta.c.value).where(_ROW))
    return json.loads(value) if value else {"frozen": False, "votes": {}}


async def _keep(connection: AsyncConnection, state: dict[str, Any]) -> None:
    await connection.execute(update(meta).where(_ROW).values(value=canonical(state)))


async def vote_freeze(connection: AsyncConnection, *, stop: bool, act: Act) -> tuple[bool, int]:
    """See `Newsroom.vote_freeze`."""
    state = await _kept(connection)
    since = stamp(datetime.fromisoformat(act.at) - WINDOW)
    votes = {name: vote for name, vote in state["votes"].items() if vote[1] >= since and name != act.account}
    missing = 0
    if state["frozen"] != stop:  # else the vote only takes back the one against it that the account gave before
        votes[act.account] = [stop, act.at]
        missing = max(0, VOTES - await _people(connection, [name for name in votes if votes[name][0] == stop]))
    deed = "freeze" if stop else "unfreeze"
    if act.standing.role >= Role.OWNER or (state["frozen"] != stop and not missing):
        state, missing = {"frozen": stop, "votes": {}}, 0
    else:
        state, deed = {**state, "votes": votes}, f"{deed}-vote"
    await _keep(connection, state)
    await audit.append(connection, act, deed, "")
    return state["frozen"], missing


async def _people(connection: AsyncConnection, names: Collection[str]) -> int:
    """How many people these accounts are; they may have been linked since they voted."""
    row = select(accounts.c.pseudonym, accounts.c.person).where(accounts.c.pseudonym.in_(names))
    persons = {each.pseudonym: each.person for each in await connection.execute(row)}
    return len({persons.get(name, name) for name in names})


async def drop_votes(connection: AsyncConnection, names: Collection[str]) -> None:
    """Count the votes of these accounts no longer: they may vote no more."""
    state = await _kept(connection)
    if votes := state["votes"].keys() & names:
        left = {name: vote for name, vote in state["votes"].items() if name not in votes}
        await _keep(connection, {**state, "votes": left})
