"""The editorial desk: who proposes, decides and publishes what. The rules are in `bot.core.editorial`."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

from bot.core import editorial
from bot.core.diffs import credited
from bot.core.disk import Disk
from bot.core.documents import RunCommand
from bot.core.editorial import (
    CLOCK,
    LONGEST_REASON,
    Act,
    Case,
    Decision,
    Policy,
    Proposal,
    ProposalKind,
    ProposalState,
    check_move,
)
from bot.core.entries import Entry, Status
from bot.core.errors import Mistake, Refused, StoreError, StoreFull, Unknown
from bot.core.places import ChatKind, ChatRef
from bot.core.ports import Clock, Decide, Newsroom, Page
from bot.core.requests import Request
from bot.core.times import stamp
from bot.services.drafting import Draft
from bot.services.lookup import Lookup, Pointer
from bot.services.people import group

log = logging.getLogger(__name__)

_REPORT = re.compile(r"r-?(\d{1,9})", re.IGNORECASE)
_BARE = re.compile(r"\d{1,9}")


class Desk:
    """What editors do. Whatever is published is taken up by readers before the answer goes out."""

    def __init__(self, newsroom: Newsroom, lookup: Lookup, policy: Policy, clock: Clock) -> None:
        self._newsroom = newsroom
        self._lookup = lookup
        self._clock = clock
        self.policy = policy

    @property
    def takes_new(self) -> bool:
        """Whether there is room for anything new. What was begun goes on without, and what takes something back."""
        return self._newsroom.disk is Disk.OK

    # Finding

    async def revisions(self, key: str) -> tuple[Entry, ...]:
        """A published entry as it stood in each of its revisions, oldest first."""
        return await self._newsroom.texts_of(key)

    async def find(self, typed: str) -> Proposal:
        """The proposal people mean by an entry's number or key, or by a report's. Raises Unknown."""
        found = await self._find(typed.strip())
        if found is None:
            raise Unknown("unknown-proposal", value=typed, buttons=(RunCommand("/queue", "queue"),))
        return found

    async def find_published(self, typed: str) -> Proposal:
        """The proposal that an entry was last published by, else the one people may mean. Raises Unknown.

        What was proposed since, and waits or was turned down, must not keep anybody from taking that back.
        """
        found = await self.find(typed)
        if found.state is ProposalState.PUBLISHED:
            return found
        return await self._newsroom.last_published(found.entry.key) or found

    async def _find(self, typed: str) -> Proposal | None:
        if match := _REPORT.fullmatch(typed):
            report = await self._newsroom.proposal(int(match[1]))
            return report if report is not None and report.kind is ProposalKind.REPORT else None
        # A bare number is mostly a fact's; an article is rarely changed, and has one only if no fact does.
        names = (f"F-{typed}", typed) if _BARE.fullmatch(typed) else (typed,)
        for pointer in filter(None, map(self._lookup.pointer, names)):
            if (found := await self._pointed_at(pointer)) is not None:
                return found
        return None

    async def _pointed_at(self, pointer: Pointer) -> Proposal | None:
        if pointer.key is not None:
            found = await self._newsroom.proposal_for_key(pointer.key)
        else:
            assert pointer.kind is not None and pointer.number is not None  # noqa: S101, PT018 - how pointers are made
            found = await self._newsroom.proposal_for(pointer.kind, pointer.number)
        becomes = found.published or found.base + 1 if found is not None else 0
        if found is not None and pointer.revision not in (None, becomes):
            raise Refused("refused-other-revision", label=found.label, revision=pointer.revision or 0, becomes=becomes)
        return found

    async def find_open(self, typed: str) -> Proposal | None:
        """The open proposal for an entry; None where there is none."""
        found = await self._find(typed.strip())
        return found if found is not None and found.open else None

    async def queue(self, *, offset: int, limit: int) -> Page[Proposal]:
        """Open proposals and reports, oldest first."""
        return await self._newsroom.queue(offset=offset, limit=limit)

    # Proposing

    async def add(self, draft: Draft, act: Act) -> Proposal:
        """Put a new fact into the queue."""
        worded = {"sources": draft.sources, "severity": draft.severity, "note": draft.note}
        new = _wanted(ProposalKind.ADD, credited(draft.entry, act.account), act, **worded)
        return await self._newsroom.propose(new, act)

    async def edit(self, entry: Entry, open_: Proposal | None, draft: Draft, act: Act) -> Proposal:
        """Propose a change to a published entry, or put a new wording into the open proposal for it."""
        worded = {"sources": draft.sources, "severity": draft.severity, "note": draft.note}
        changed = credited(draft.entry, act.account, entry)
        new = _wanted(ProposalKind.EDIT, changed, act, base=entry.revision, **worded)
        if open_ is not None:
            return (await self.decide(open_, lambda case: editorial.amend(case, act, new, open_.draft), act)).proposal
        check_move(entry, draft.entry)
        return await self._newsroom.propose(new, act)

    async def retract(self, entry: Entry, reason: str, act: Act) -> Proposal:
        """Propose that an entry be retracted."""
        _check_reason(reason)
        if entry.status is Status.RETRACTED:
            raise Refused("refused-retracted", label=entry.label)
        gone = replace(entry, status=Status.RETRACTED, retraction=reason)
        new = _wanted(ProposalKind.RETRACT, gone, act, base=entry.revision, reason=reason)
        return await self._newsroom.propose(new, act)

    async def report(self, entry: Entry, reason: str, act: Act) -> Proposal:
        """Put a reader's report of a fault into the queue."""
        _check_reason(reason)
        new = _wanted(ProposalKind.REPORT, entry, act, base=entry.revision, reason=reason)
        return await self._newsroom.propose(new, act)

    # Deciding

    async def approve(self, proposal: Proposal, act: Act, draft: int | None) -> Decision:
        """Approve; the last approval needed publishes. Raises StoreFull where there is no room for news."""
        if proposal.kind is not ProposalKind.RETRACT and not self.takes_new:
            raise StoreFull("store-full")
        return await self.decide(proposal, lambda case: editorial.approve(case, act, draft), act)

    async def reject(self, proposal: Proposal, act: Act, answer: str, draft: int | None) -> Decision:
        """Turn down."""
        _check_reason(answer)
        return await self.decide(proposal, lambda case: editorial.reject(case, act, answer, draft), act)

    async def withdraw(self, proposal: Proposal, act: Act, draft: int | None) -> Decision:
        """Take one's own back."""
        return await self.decide(proposal, lambda case: editorial.withdraw(case, act, draft), act)

    async def schedule(self, proposal: Proposal, act: Act, publish_at: str | None, draft: int | None) -> Decision:
        """Set or lift an embargo."""
        return await self.decide(proposal, lambda case: editorial.schedule(case, act, publish_at, draft), act)

    async def undo(self, proposal: Proposal, act: Act) -> Decision:
        """Take back what was just published."""
        return await self.decide(proposal, lambda case: editorial.undo(case, act), act)

    async def decide(self, proposal: Proposal, decide: Decide, act: Act) -> Decision:
        """Let a rule decide about a proposal; readers see what came of it when this returns."""
        decision = await self._newsroom.decide(proposal.id, decide, act, self.policy)
        if decision.publish is not None:
            await self._lookup.refresh()
        return decision

    async def publish_due(self) -> None:
        """Publish what was approved for an hour that has come."""
        if not self.takes_new:
            return
        now = stamp(self._clock.now())
        for identity in await self._newsroom.due(now):
            act = Act("clock", "clock", CLOCK, now, "clock")
            proposal = await self._newsroom.proposal(identity)
            if proposal is None:
                continue

            def rule(case: Case, act: Act = act) -> Decision:
                return editorial.publish_due(case, act)

            try:
                await self.decide(proposal, rule, act)
            except Refused:
                log.debug("%s is due but held", proposal.label)
            except StoreError as error:
                log.warning("%s is due but could not be published: %s", proposal.label, error.key)

    # Brakes

    async def frozen(self) -> bool:
        """Whether publishing is stopped."""
        return await self._newsroom.frozen()

    async def vote_freeze(self, *, stop: bool, act: Act) -> tuple[bool, int]:
        """Vote for a stop or its end: whether publishing is stopped now, and how many votes are still missing."""
        return await self._newsroom.vote_freeze(stop=stop, act=act)

    async def work_of(self, person: str, since: str) -> tuple[tuple[Entry, ...], tuple[Proposal, ...], int]:
        """What somebody published and proposed since a moment, and the last row of the log looked at."""
        return await self._newsroom.work_of(person, since)

    async def clean_up(self, person: str, since: str, upto: int, reason: str, act: Act) -> tuple[Entry, ...]:
        """Take that work back."""
        _check_reason(reason)
        _, _, last = await self._newsroom.work_of(person, since)
        if upto > last:  # a row that nobody can have been shown
            raise Refused("refused-clean-up-moved")
        done = await self._newsroom.clean_up(person, since, upto, reason, act)
        await self._lookup.refresh()
        return done

    # Review chats

    async def in_the_open(self, request: Request) -> bool:
        """Whether drafts may be shown where something was asked: in private, and in a review chat."""
        if request.kind is ChatKind.PRIVATE:
            return True
        chats = await self._newsroom.review_chats()
        return request.chat in chats or group(request.chat) in chats

    async def review_chats(self) -> tuple[ChatRef, ...]:
        """Where cards are posted."""
        return await self._newsroom.review_chats()

    async def set_review_chat(self, chat: ChatRef, act: Act, *, on: bool) -> None:
        """Post cards there from now on, or no longer."""
        await self._newsroom.set_review_chat(chat, act, on=on)


def _wanted(kind: ProposalKind, entry: Entry, act: Act, **more: Any) -> Proposal:
    """A proposal that has no number yet."""
    return Proposal(0, kind, entry, (act.account,), act.at, changed_at=act.at, **more)


def _check_reason(reason: str) -> None:
    if len(reason) > LONGEST_REASON:
        raise Mistake("fault-long", field="reason", limit=LONGEST_REASON)
