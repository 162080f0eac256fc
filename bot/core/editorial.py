"""The editorial desk's rules: what a proposal is, and what may become of it. Pure.

A proposal is one wanted change to one entry; it is no part of the store that readers see. Every rule is a function
from a `Case` – all that the decision looks at, read in the transaction that will write – to a `Decision`. It raises
Refused where the answer is no. Storage runs it and writes what it says, so that no rule lives in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.authority import Action, Role, Standing, denial
from bot.core.diffs import credited, rebased
from bot.core.entries import STATUS_MOVES, Entry, Source, Status
from bot.core.errors import Refused
from bot.core.times import stamp

PER_MINUTE, PER_HOUR = 30, 120
"""How many times one person may propose, and approve, each: far above a busy day, far below what a stolen account
would like to publish before somebody freezes it."""
LONGEST_REASON = 800
"""Characters of a reason and of a note: they stand in sentences, on cards and in lists."""
OPEN_SUGGESTIONS = 5
"""How many suggestions and reports of one reader may wait at a time."""
UNDONE = "undone"
"""Why an entry is retired, or a proposal closed, that was taken back right after it was published."""


class ProposalKind(StrEnum):
    """What is wanted. A report wants nothing definite: it says that something is wrong with an entry."""

    ADD = "add"
    EDIT = "edit"
    RETRACT = "retract"
    REPORT = "report"


class ProposalState(StrEnum):
    """Where a proposal stands. APPROVED ones wait for their hour; REJECTED includes those taken back."""

    PENDING = "pending"
    APPROVED = "approved"
    PUBLISHED = "published"
    REJECTED = "rejected"


OPEN = frozenset({ProposalState.PENDING, ProposalState.APPROVED})


class Severity(StrEnum):
    """How loudly a publication is told. `flash` ignores quiet hours, `quiet` only goes into digests."""

    FLASH = "flash"
    NORMAL = "normal"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on one platform.

    ref: `telegram:123`; None once the person was forgotten. pseudonym: what logs call the account, random.
    person: the same for all accounts that one person linked. role: granted by an owner.
    """

    pseudonym: str
    person: str
    ref: str | None
    role: Role = Role.READER


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, as what, when (UTC, ISO 8601) and where (a chat; only the platform of a private one)."""

    account: str
    person: str
    standing: Standing
    at: str
    place: str


CLOCK = Standing(Role.OWNER)
"""The standing of the clock, which publishes what was approved for a time."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decided: approvals by other people (0: an editor publishes alone), seconds to undo.

    owners: references (`telegram:123`) of those who are owners whatever the store grants them.
    """

    approvals: int = 1
    undo_seconds: int = 30
    owners: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One wanted change to one entry.

    id: the running number. entry: as it will read; for a report, the entry as it is. base: the revision it was made
    against, 0 for a new entry. draft: counts its wordings; whoever approves, approves one of them. version: counts
    everything that happens to it. authors: accounts (pseudonyms) that had a hand in it, the first opened it.
    approvals: of this draft. sources: those it brings in. publish_at: not before (UTC). reason: of a retraction or a
    report; `answer`: of a rejection. published: the revision it became.
    """

    id: int
    kind: ProposalKind
    entry: Entry
    authors: tuple[str, ...]
    created_at: str
    base: int = 0
    draft: int = 1
    version: int = 1
    state: ProposalState = ProposalState.PENDING
    approvals: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    severity: Severity = Severity.NORMAL
    note: str = ""
    reason: str = ""
    answer: str = ""
    publish_at: str | None = None
    changed_at: str = ""
    decided_at: str | None = None
    published: int | None = None

    @property
    def label(self) -> str:
        """What people call it: the number of the entry (`F-12`), or its own for a report (`R-3`)."""
        return f"R-{self.id}" if self.kind is ProposalKind.REPORT else self.entry.label

    @property
    def open(self) -> bool:
        """Whether it can still be decided."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Case:
    """All that a decision about a proposal looks at.

    current: the entry as readers see it. base: as it stood in the revision the proposal was made against.
    persons: the person behind each account named here. editors: accounts among the approvers that may still approve.
    lately: how many of the acting person's approvals fell into the last minute and the last hour. rival: another
    proposal for the entry waits.
    """

    proposal: Proposal
    current: Entry | None
    base: Entry | None
    policy: Policy
    frozen: bool = False
    persons: Mapping[str, str] = field(default_factory=dict)
    editors: frozenset[str] = frozenset()
    lately: tuple[int, int] = (0, 0)
    rival: bool = False

    def wrote(self, person: str) -> bool:
        """Whether somebody had a hand in the proposal, with whichever of their accounts."""
        return person in {self.persons.get(each, each) for each in self.proposal.authors}

    def approving(self) -> frozenset[str]:
        """The people whose approval counts: editors still, and none of the authors."""
        authors = {self.persons.get(each, each) for each in self.proposal.authors}
        people = {self.persons.get(each, each) for each in self.proposal.approvals if each in self.editors}
        return frozenset(people if self.policy.approvals == 0 else people - authors)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be written: the proposal as it is from now on, and what readers get to see, if anything.

    publish: the entry of the next revision. note: that revision's. deed: the audit row's word for it. approved_by:
    accounts.
    """

    proposal: Proposal
    deed: str
    publish: Entry | None = None
    note: str = ""
    approved_by: tuple[str, ...] = ()


def _check(case: Case, act: Act, action: Action) -> None:
    own = case.wrote(act.person)
    if reason := denial(act.standing, action, own=own, alone=case.policy.approvals == 0):
        raise Refused(reason, label=case.proposal.label, command=action.value)


def check_open(proposal: Proposal, draft: int | None) -> None:
    """Refuse what was decided already, and a button of another wording than the one that stands."""
    if not proposal.open and proposal.answer not in ("", UNDONE):
        raise Refused("refused-decided-because", label=proposal.label, reason=proposal.answer)
    if not proposal.open:
        how = "report" if proposal.kind is ProposalKind.REPORT else proposal.state.value
        raise Refused(f"refused-decided-{how}", label=proposal.label)
    if draft is not None and draft != proposal.draft:
        raise Refused("refused-stale-draft", label=proposal.label, draft=draft, current=proposal.draft)


def stale(case: Case) -> bool:
    """Whether the entry moved on since the proposal was made."""
    return case.current is not None and case.current.revision != case.proposal.base


def check_rate(lately: tuple[int, int]) -> None:
    """Refuse a person who did this more often than a person can mean it."""
    if lately[0] >= PER_MINUTE or lately[1] >= PER_HOUR:
        raise Refused("refused-rate", per_minute=PER_MINUTE, per_hour=PER_HOUR)


def check_patience(act: Act, waiting: int) -> None:
    """Refuse a reader who has as many suggestions and reports waiting as there may be."""
    if act.standing.role < Role.CONTRIBUTOR and waiting >= OPEN_SUGGESTIONS:
        raise Refused("refused-suggestions", limit=OPEN_SUGGESTIONS)


def approve(case: Case, act: Act, draft: int | None = None) -> Decision:
    """Count an approval; publish, or wait for the hour, once there are enough."""
    _check(case, act, Action.APPROVE)
    check_open(case.proposal, draft)
    proposal = case.proposal
    if proposal.kind is ProposalKind.REPORT:
        raise Refused("refused-report", label=proposal.label, entry=proposal.entry.label)
    if stale(case):
        raise Refused(
            "refused-stale-base",
            label=proposal.label,
            base=proposal.base,
            current=case.current.revision if case.current else 0,
        )
    if case.frozen:
        raise Refused("refused-frozen", label=proposal.label)
    # Whoever may not approve any more has not approved: neither the card nor the history is to name them.
    still = tuple(each for each in proposal.approvals if each in case.editors)
    if act.person in {case.persons.get(each, each) for each in still}:
        raise Refused("refused-approved", label=proposal.label)
    check_rate(case.lately)
    approved = replace(proposal, approvals=(*still, act.account))
    counted = replace(
        case,
        proposal=approved,
        persons={**case.persons, act.account: act.person},
        editors=case.editors | {act.account},
    )
    if len(counted.approving()) < max(1, case.policy.approvals):
        return Decision(_moved(approved, act), "approve")
    if proposal.publish_at is not None and proposal.publish_at > act.at:
        return Decision(_moved(approved, act, state=ProposalState.APPROVED), "approve")
    return _publish(counted, act)


def publish_due(case: Case, act: Act) -> Decision:
    """Publish what was approved for an hour that has come. Back to pending where the entry moved on meanwhile."""
    proposal = case.proposal
    early = proposal.publish_at is not None and proposal.publish_at > act.at
    if case.frozen or early or proposal.state is not ProposalState.APPROVED:
        raise Refused("refused-frozen", label=proposal.label)
    if stale(case) or len(case.approving()) < max(1, case.policy.approvals):
        return Decision(_moved(proposal, act, state=ProposalState.PENDING, approvals=()), "return")
    return _publish(case, act)


def _publish(case: Case, act: Act) -> Decision:
    proposal = case.proposal
    if not proposal.entry.sources:
        raise Refused("refused-unsourced", label=proposal.label)
    revision = case.current.revision + 1 if case.current else 1
    done = _moved(proposal, act, state=ProposalState.PUBLISHED, decided_at=act.at, published=revision)
    note = proposal.note or proposal.reason
    entry = replace(proposal.entry, retired=None)
    approved_by = tuple(each for each in proposal.approvals if each in case.editors)
    return Decision(done, "publish", publish=entry, note=note, approved_by=approved_by)


def reject(case: Case, act: Act, answer: str, draft: int | None = None) -> Decision:
    """Turn a proposal down with a reason."""
    _check(case, act, Action.REJECT)
    check_open(case.proposal, draft)
    return Decision(_closed(case, act, answer), "reject")


def withdraw(case: Case, act: Act, draft: int | None = None) -> Decision:
    """Take one's own proposal back."""
    _check(case, act, Action.WITHDRAW)
    check_open(case.proposal, draft)
    return Decision(_closed(case, act, ""), "withdraw")


def _closed(case: Case, act: Act, answer: str) -> Proposal:
    return _moved(case.proposal, act, state=ProposalState.REJECTED, decided_at=act.at, answer=answer)


def schedule(case: Case, act: Act, publish_at: str | None, draft: int | None = None) -> Decision:
    """Set the hour before which a proposal is not published, or (None) take it away."""
    _check(case, act, Action.SCHEDULE)
    check_open(case.proposal, draft)
    proposal = case.proposal
    if proposal.kind is ProposalKind.REPORT:
        raise Refused("refused-report", label=proposal.label, entry=proposal.entry.label)
    # An approval was given for the hour that stood then; another hour, or none, is another decision.
    return Decision(_moved(proposal, act, state=ProposalState.PENDING, approvals=(), publish_at=publish_at), "schedule")


def amend(case: Case, act: Act, new: Proposal, draft: int | None = None) -> Decision:
    """Put a new wording in place of the one that stands; approvals of the old one no longer count.

    draft: the wording that the new one was made from. Of two people who complete the same one, the second looks again.
    """
    _check(case, act, Action.PROPOSE)
    check_open(case.proposal, draft)
    if case.proposal.kind in (ProposalKind.REPORT, ProposalKind.RETRACT):
        raise Refused("refused-amend", label=case.proposal.label)
    entry = new.entry
    if case.current is not None and case.base is not None and stale(case):
        entry = rebased(case.base, entry, case.current)
    if case.current is not None:
        check_move(case.current, entry)
    old = case.proposal
    entry = credited(entry, act.account, *([case.current] if case.current else []), old.entry)
    amended = replace(
        old,
        entry=replace(entry, key=old.entry.key, number=old.entry.number),
        sources=new.sources,
        severity=new.severity,
        note=new.note or old.note,
        base=case.current.revision if case.current else 0,
        draft=old.draft + 1,
        state=ProposalState.PENDING,
        approvals=(),
        authors=(*old.authors, act.account) if act.account not in old.authors else old.authors,
    )
    return Decision(_moved(amended, act), "amend")


def undo_until(proposal: Proposal, policy: Policy) -> str | None:
    """The last moment at which a publication can be taken back; None for what is not published, or no entry."""
    published = proposal.state is ProposalState.PUBLISHED and proposal.kind is not ProposalKind.REPORT
    if not published or proposal.decided_at is None:
        return None
    return stamp(datetime.fromisoformat(proposal.decided_at) + timedelta(seconds=policy.undo_seconds))


def undo(case: Case, act: Act) -> Decision:
    """Take a publication back while it is young: readers get the entry as it was.

    The proposal waits again; where another one for the entry came in meanwhile, there is room for that one only.
    """
    _check(case, act, Action.UNDO)
    proposal, current = case.proposal, case.current
    until = undo_until(proposal, case.policy)
    if until is None:
        raise Refused("refused-not-published", label=proposal.label)
    if current is None or current.revision != proposal.published:
        raise Refused("refused-moved-on", label=proposal.label)
    if act.at > until:
        raise Refused("refused-undo-late", label=proposal.label, seconds=case.policy.undo_seconds)
    restored = case.base if case.base is not None else replace(current, retired=UNDONE)
    back = replace(proposal, base=current.revision + 1, draft=proposal.draft + 1, approvals=(), published=None)
    if case.rival:
        done = _moved(back, act, state=ProposalState.REJECTED, decided_at=act.at, answer=UNDONE)
    else:
        done = _moved(back, act, state=ProposalState.PENDING, decided_at=None)
    return Decision(done, "undo", publish=restored, note="undo", approved_by=())


def check_move(before: Entry, after: Entry) -> None:
    """Refuse a change of status that the table does not list, and any change to what was retracted."""
    if before.status is Status.RETRACTED:
        raise Refused("refused-retracted", label=before.label)
    if after.status is not before.status and after.status not in STATUS_MOVES[before.status]:
        raise Refused("refused-status", label=before.label, before=before.status.value, after=after.status.value)


def _moved(proposal: Proposal, act: Act, **changes: object) -> Proposal:
    return replace(proposal, version=proposal.version + 1, changed_at=act.at, **changes)  # type: ignore[arg-type]
