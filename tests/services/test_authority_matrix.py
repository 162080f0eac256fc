"""Every command as every role, in private and in a group, named and anonymous, through the real dispatcher."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.adapters.console.render import plain
from bot.app import Core, open_core
from bot.core.authority import Role, Standing
from bot.core.editorial import Act, Proposal, ProposalKind
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.requests import Actor, Outcome, Reply, Request
from bot.core.times import stamp
from handlers import COMMANDS
from tests import rights
from tests.builders import fact
from tests.cores import WORDS, on

PARTS = 4
QUESTIONS = 30
"""So many questions a minute are answered to anybody."""


@dataclass(frozen=True, slots=True)
class Line:
    """A command line, and the action it takes to be let through. {draft}: an open proposal; {done}: one just published.

    kinds: where it means anything. settings: it changes what a chat gets, so it takes an administrator who can be told
    from others, whatever their role.
    """

    text: str
    action: str
    kinds: tuple[ChatKind, ...] = tuple(ChatKind)
    settings: bool = False

    @property
    def about(self) -> bool:
        """Whether it is about somebody's proposal."""
        return "{draft}" in self.text or "{done}" in self.text


ADDED = "{command} Statement {number} of the matrix | source: https://example.org/{number} | date: 2024-06-19"
# Lines that nothing else stands in the way of, so that whoever is refused is refused for what they are.
WORKING = {
    "suggest": (Line(ADDED.replace("{command}", "suggest"), "suggest"),),
    "addfact": (Line(ADDED.replace("{command}", "addfact"), "propose"),),
    "editfact": (Line("editfact {draft} note: changed | statement: Another wording {number}", "propose"),),
    "approve": (Line("approve {draft}", "approve"),),
    "reject": (Line("reject {draft} it says nothing", "reject"),),
    "withdraw": (Line("withdraw {draft}", "withdraw"),),
    "schedule": (Line("schedule {draft} 2030-01-01 09:00", "schedule"),),
    "undo": (Line("undo {done}", "undo"),),
    "freeze": (Line("freeze status", "freeze"),),
    "queue": (
        Line("queue", "see-drafts"),
        Line("queue {draft}", "see-drafts"),
        Line("queue here", "set-review-chat", kinds=(ChatKind.GROUP,)),
        Line("queue off", "set-review-chat", kinds=(ChatKind.GROUP,)),
    ),
    "retract": (Line("retract F-1", "retract"), Line("retract by telegram:1 since 2026-11-01 stolen", "clean-up")),
    "roles": (Line("roles list", "grant"), Line("roles grant discord:4 contributor", "grant")),
    "link": (Line("link", "link"),),
    "forgetme": (Line("forgetme", "link"), Line("forgetme yes", "link")),
    "mydata": (Line("mydata", "link"),),
    "report": (Line("report F-1 the date is wrong", "report"),),
    "language": (Line("language", "read"),),
    "subscribe": tuple(Line(f"subscribe{each}", "read", settings=True) for each in ("", " sanctions daily silent")),
    "unsubscribe": tuple(Line(f"unsubscribe{each}", "read", settings=True) for each in ("", " sanctions")),
    "settings": (Line("settings", "read"), Line("settings quiet 22:00-07:00", "read", settings=True)),
    "notify": (Line("notify 12", "link"),),
    "questions": (Line("questions", "reject"), Line("questions close 12", "reject")),
    "why": (Line("why", "read"), Line("why F-1", "read")),
}
LINES = {
    command.name: WORKING.get(command.name) or tuple(Line(each, "read") for each in command.examples)
    for command in COMMANDS
}


class Desk:
    """The product with one person for every cell, so that no cell is in another one's way."""

    def __init__(self, core: Core, approvals: int) -> None:
        self.core = core
        self.approvals = approvals
        self._numbers = itertools.count(1000)
        self._asking: dict[Role, list[UserRef]] = {role: [] for role in Role}

    async def person(self, role: Role) -> UserRef:
        """Somebody new with this role."""
        user = UserRef(Platform.TELEGRAM, str(next(self._numbers)))
        owner = await self.act(UserRef(Platform.TELEGRAM, "1"), Role.OWNER)
        if role is not Role.READER:
            await self.core.store.set_role(user, role, owner)
        return user

    async def reader(self, role: Role) -> UserRef:
        """Somebody with this role who only asks, and not more often than people do."""
        asking = self._asking[role]
        if not asking:
            asking.extend([await self.person(role)] * QUESTIONS)
        return asking.pop()

    async def act(self, user: UserRef, role: Role, *, hours_ago: int = 0) -> Act:
        at = stamp(self.core.clock.now() - timedelta(hours=hours_ago))
        account = await self.core.store.enrol(user, at)
        return Act(account.pseudonym, account.person, Standing(role), at, "telegram")

    async def draft(self, author: UserRef) -> Proposal:
        """An open proposal of this person's."""
        act = await self.act(author, Role.CONTRIBUTOR, hours_ago=2)
        entry = fact("new", f"Statement {next(self._numbers)}", sources=("kcna-2024-06-20",))
        return await self.core.store.propose(Proposal(0, ProposalKind.ADD, entry, (act.account,), act.at), act)

    async def done(self, author: UserRef) -> Proposal:
        """One that was just published."""
        proposal = await self.draft(author)
        for _ in range(max(1, self.approvals)):
            act = await self.act(await self.person(Role.EDITOR), Role.EDITOR)
            proposal = (await self.core.services.desk.approve(proposal, act, None)).proposal
        assert proposal.published
        return proposal

    async def say(self, line: Line, role: Role, kind: ChatKind, *, accountable: bool, own: bool) -> Reply:
        """What somebody with this role is answered."""
        user = await (self.reader(role) if line.action == "read" else self.person(role))
        author = await self.person(Role.CONTRIBUTOR) if line.about and not own else user
        text = line.text.replace("{number}", str(next(self._numbers)))
        if "{draft}" in text:
            text = text.replace("{draft}", (await self.draft(author)).label)
        if "{done}" in text:
            text = text.replace("{done}", (await self.done(author)).label)
        place = user.id if kind is ChatKind.PRIVATE else f"-{user.id}"

        async def admin() -> bool:
            return True

        actor = Actor(user, accountable=accountable, is_chat_admin=admin)
        before = await self.core.store.audit_head()
        reply = await self.core.dispatcher(
            Request(text, actor, ChatRef(Platform.TELEGRAM, place), kind, platform_locale="en")
        )
        assert reply is not None
        if reply.outcome is Outcome.REFUSED:
            assert await self.core.store.audit_head() == before, f"{text}: refused, and yet something was done"
        return reply


@asynccontextmanager
async def desk_at(url: str, approvals: int) -> AsyncIterator[Desk]:
    """The desk where so many others have to approve."""
    settings = on(url, owners="telegram:1", review_approvals=approvals, undo_seconds=3600)
    async with open_core(settings, words=WORDS, semantic=False) as core:
        yield Desk(core, approvals)


async def wrong_cells(desk: Desk, name: str) -> list[object]:
    """Where the program and the table are not of one mind about a command."""
    wrong: list[object] = []
    for line in LINES[name]:
        for role, kind, accountable in itertools.product(Role, line.kinds, (True, False)):
            for own in (False, True) if line.about else (False,):
                should = rights.allowed(line.action, role, accountable=accountable, own=own, approvals=desk.approvals)
                should = should and (accountable or not line.settings)
                reply = await desk.say(line, role, kind, accountable=accountable, own=own)
                if (reply.outcome is not Outcome.REFUSED) is not should:
                    said = plain(reply.document)
                    wrong.append((line.text, role.name, kind.value, accountable, own, reply.outcome.value, said))
    return wrong


@pytest.mark.parametrize("part", range(PARTS))
async def test_a_command_is_refused_to_whom_the_table_says(filled_url: str, part: int) -> None:
    """Whoever may not do something is refused wherever they write, and whoever may is not; a refusal changes nothing."""
    async with desk_at(filled_url, 1) as desk:
        names = sorted(LINES)[part::PARTS]
        assert [cell for name in names for cell in await wrong_cells(desk, name)] == []


@pytest.mark.parametrize("approvals", [0, 2])
async def test_approving_depends_on_who_has_to(filled_url: str, approvals: int) -> None:
    """An editor publishes alone only where the operator said so, and nobody counts for two where it takes two."""
    async with desk_at(filled_url, approvals) as desk:
        assert await wrong_cells(desk, "approve") == []


def test_every_command_is_tried_with_what_it_takes() -> None:
    """Every command of the desk has a line here, and the lines begin with what the command itself asks for."""
    assert set(LINES) == set(rights.COMMANDS)
    for name, lines in LINES.items():
        assert lines[0].action == rights.COMMANDS[name], name
