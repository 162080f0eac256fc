"""People at the desk, for tests of what they write into a store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.core import editorial
from bot.core.authority import Role, Standing
from bot.core.editorial import Account, Act, Decision, Policy, Proposal, ProposalKind
from bot.core.entries import Entry
from bot.core.places import Platform, UserRef
from bot.core.times import stamp
from storage import SqlStore
from tests.builders import AT


def later(seconds: float) -> str:
    """A moment so long after AT."""
    return stamp(datetime.fromisoformat(AT) + timedelta(seconds=seconds))


@dataclass(frozen=True)
class Person:
    """Somebody at work on one store; each method is one act, `at` so many seconds after AT."""

    store: SqlStore
    account: Account
    role: Role

    def act(self, at: float = 0) -> Act:
        return Act(self.account.pseudonym, self.account.person, Standing(self.role), later(at), "telegram")

    async def propose(self, entry: Entry, *, at: float = 0, **more: object) -> Proposal:
        """Propose an entry as it shall read: a new one, or a change to the one that is there."""
        current = await self.store.entry(entry.key)
        kind = ProposalKind.EDIT if current else ProposalKind.ADD
        plain = {"kind": kind, "base": current.revision if current else 0, "created_at": later(at)}
        wanted = Proposal(id=0, entry=entry, authors=(self.account.pseudonym,), **(plain | more))
        return await self.store.propose(wanted, self.act(at))

    async def decide(self, proposal: Proposal, rule, at: float = 0, policy: Policy = Policy()) -> Decision:  # noqa: B008 - frozen
        return await self.store.decide(proposal.id, rule, self.act(at), policy)

    async def approve(self, proposal: Proposal, at: float = 0, policy: Policy = Policy()) -> Decision:  # noqa: B008 - frozen
        return await self.decide(proposal, partial(editorial.approve, act=self.act(at)), at, policy)

    async def undo(self, proposal: Proposal, at: float = 0) -> Decision:
        return await self.decide(proposal, partial(editorial.undo, act=self.act(at)), at)

    async def reject(self, proposal: Proposal, answer: str = "no", at: float = 0) -> Decision:
        return await self.decide(proposal, partial(editorial.reject, act=self.act(at), answer=answer), at)


async def join(store: SqlStore, name: str, role: Role = Role.EDITOR) -> Person:
    """Let somebody of this number on Telegram (or `terminal:name`) into the newsroom; the role is that of their acts."""
    platform, _, identity = name.rpartition(":")
    user = UserRef(Platform(platform or "telegram"), identity)
    return Person(store, await store.enrol(user, AT), role)
