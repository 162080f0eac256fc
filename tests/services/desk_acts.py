"""What people can do at the desk, one act at a time, as rules of a state machine."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.core.authority import Action, Role
from bot.core.editorial import Act, Proposal
from bot.core.places import ChatRef, MessageRef, UserRef
from bot.core.ports import GuardedLine, OpenForm, Posted
from bot.core.requests import Call
from bot.services.drafting import Draft
from tests.builders import fact
from tests.services.desk_model import Account, Wish, later
from tests.services.desk_stage import EDITORS, EVERYBODY, LISTED, OWNER, STAFF, Stage, told
from tests.stores import take_over

anybody = st.sampled_from(EVERYBODY)
mostly_editors = st.sampled_from((*EDITORS, *EDITORS, *EVERYBODY))
mostly_staff = st.sampled_from((*STAFF, *STAFF, *EVERYBODY))
recent = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4])
"""Which of several: mostly what changed last."""
statuses = st.sampled_from(["confirmed", "claimed", "disputed"])


class Acts(Stage, RuleBasedStateMachine):
    """Each act may be refused; the stage knows when it has to be."""

    @initialize(approvals=st.sampled_from([1, 2, 0, 2]))
    def begin(self, approvals: int) -> None:
        self.begin_with(approvals)

    @rule(ref=mostly_staff, sourced=st.sampled_from([True, True, True, False]))
    def add(self, ref: str, *, sourced: bool) -> None:
        who, act, call = self.sign(ref)
        draft = self.drafted(fact("", topics=("defence",), date="2025"), "confirmed", sourced=sourced)
        made = self.attempt(self.model.why_not_more(who), Action.SUGGEST, call, self.desk.add(draft, act))
        if made is not None:
            self.learn(made, "add", self.seen_of(draft))

    @rule(
        ref=mostly_staff,
        which=recent,
        status=statuses,
        sourced=st.sampled_from([True, True, True, False]),
        old=st.sampled_from([False, False, False, True]),
    )
    def edit(self, ref: str, which: int, status: str, *, sourced: bool, old: bool) -> None:
        """Correct an entry as it is, or as it was a moment ago; an open draft of it is corrected instead."""
        who, act, call = self.sign(ref)
        key, entry = self.some_entry(which, old=old)
        waiting = self.bench.run(self.desk.find_open(entry.label))
        wish = self.model.open_for(key)
        assert (waiting and waiting.id) == (wish and wish.id)
        draft = self.drafted(waiting.entry if waiting else entry, status, sourced=sourced)
        if wish is not None:
            self.amend_to(wish, waiting, draft, who, act, call)
            return
        reasons = self.model.why_not_change(who, key, entry.revision, Role.CONTRIBUTOR)
        made = self.attempt(reasons, Action.PROPOSE, call, self.desk.edit(entry, None, draft, act))
        if made is not None:
            self.learn(made, "edit", self.seen_of(draft))

    @precondition(lambda self: self.model.wishes)
    @rule(ref=mostly_staff, which=recent, status=statuses, older=st.sampled_from([0, 0, 0, 1]))
    def amend(self, ref: str, which: int, status: str, older: int) -> None:
        """Complete a proposal as it reads now, or as it read before somebody else completed it."""
        who, act, call = self.sign(ref)
        wish = self.pick(which)
        proposal = self.proposal(wish)
        proposal = replace(proposal, draft=proposal.draft - older)
        self.amend_to(wish, proposal, self.drafted(proposal.entry, status, sourced=True), who, act, call)

    def amend_to(self, wish: Wish, proposal: Proposal, draft: Draft, who: Account, act: Act, call: Call) -> None:
        reasons = self.model.why_not_amend(who, wish, proposal.draft)
        if self.attempt(reasons, Action.PROPOSE, call, self.desk.edit(proposal.entry, proposal, draft, act)):
            self.model.amend(wish, who, self.seen_of(draft))

    @rule(ref=mostly_editors, which=recent, old=st.sampled_from([False, False, False, True]))
    def retract(self, ref: str, which: int, *, old: bool) -> None:
        who, act, call = self.sign(ref)
        key, entry = self.some_entry(which, old=old)
        seen = replace(self.model.entries[key][entry.revision - 1], status="retracted", retraction="why", retired=None)
        reasons = self.model.why_not_change(who, key, entry.revision, Role.EDITOR)
        made = self.attempt(reasons, Action.RETRACT, call, self.desk.retract(entry, "why", act))
        if made is not None:
            self.learn(made, "retract", seen)

    @rule(ref=anybody, which=recent)
    def report(self, ref: str, which: int) -> None:
        who, act, call = self.sign(ref)
        key, entry = self.some_entry(which, old=False)
        made = self.attempt(self.model.why_not_more(who), Action.REPORT, call, self.desk.report(entry, "wrong", act))
        if made is not None:
            self.learn(made, "report", self.model.entries[key][-1])

    # Deciding

    def approves(self, ref: str, wish: Wish, draft: int | None) -> None:
        who, act, call = self.sign(ref)
        reasons = self.model.why_not_approve(wish, who, draft)
        if self.attempt(reasons, Action.APPROVE, call, self.desk.approve(self.proposal(wish), act, draft)):
            self.model.approve(wish, who)

    @precondition(lambda self: self.model.wishes)
    @rule(ref=mostly_editors, which=recent, older=st.sampled_from([None, 0, 0, 1]))
    def approve(self, ref: str, which: int, older: int | None) -> None:
        """By a command, by the button of this wording, or by that of an older one."""
        wish = self.pick(which)
        self.approves(ref, wish, None if older is None else wish.draft - older)

    @precondition(lambda self: any(each.open for each in self.model.wishes))
    @rule(which=recent, first=st.integers(0, len(EDITORS) - 1))
    def approve_by_turns(self, which: int, first: int) -> None:
        """One editor after the other, until it is published or waits for its hour."""
        self.approve_one_by_one(self.pick(which), first)

    def approve_one_by_one(self, wish: Wish, first: int) -> None:
        for ref in (*EDITORS[first:], *EDITORS[:first]):
            if wish.state == "pending":
                self.approves(ref, wish, None)
                self.agree()

    @precondition(lambda self: self.model.wishes)
    @rule(ref=mostly_editors, which=recent)
    def reject(self, ref: str, which: int) -> None:
        who, act, call = self.sign(ref)
        wish = self.pick(which)
        reasons = self.model.why_not_reject(wish, who)
        if self.attempt(reasons, Action.REJECT, call, self.desk.reject(self.proposal(wish), act, "no", None)):
            self.model.close(wish, who, "reject")

    @precondition(lambda self: self.model.wishes)
    @rule(ref=anybody, which=recent)
    def withdraw(self, ref: str, which: int) -> None:
        who, act, call = self.sign(ref)
        wish = self.pick(which)
        reasons = self.model.why_not_withdraw(wish, who)
        if self.attempt(reasons, Action.WITHDRAW, call, self.desk.withdraw(self.proposal(wish), act, None)):
            self.model.close(wish, who, "withdraw")

    @precondition(lambda self: self.model.wishes)
    @rule(ref=mostly_editors, which=recent, seconds=st.sampled_from([15, 60, 600, -60, None]))
    def schedule(self, ref: str, which: int, seconds: int | None) -> None:
        who, act, call = self.sign(ref)
        wish = self.pick(which)
        hour = None if seconds is None else later(self.clock.stamped, seconds)
        reasons = self.model.why_not_schedule(wish, who)
        if self.attempt(reasons, Action.SCHEDULE, call, self.desk.schedule(self.proposal(wish), act, hour, None)):
            self.model.schedule(wish, who, hour)

    @precondition(lambda self: any(each.decided_at for each in self.model.wishes))
    @rule(ref=mostly_editors, which=st.integers(0, 2))
    def undo(self, ref: str, which: int) -> None:
        who, act, call = self.sign(ref)
        wish = self.pick(which, published=True)
        reasons = self.model.why_not_undo(wish, who)
        if self.attempt(reasons, Action.UNDO, call, self.desk.undo(self.proposal(wish), act)):
            self.model.undo(wish, who)

    @rule(seconds=st.sampled_from([3, 10, 30, 60, 900, 3600]))
    def wait(self, seconds: int) -> None:
        """Time passes, and the clock publishes what is due by then."""
        self.tick(seconds)
        self.bench.run(self.desk.publish_due())
        self.model.publish_due()

    # Brakes

    @rule(ref=mostly_editors, stop=st.sampled_from([False, False, True, False]))
    def vote(self, ref: str, *, stop: bool) -> None:
        who, act, call = self.sign(ref)
        reasons = self.model.unless(who, Role.EDITOR)
        if (done := self.attempt(reasons, Action.FREEZE, call, self.desk.vote_freeze(stop=stop, act=act))) is not None:
            self.model.vote(who, stop=stop)
            assert done[0] is self.model.frozen
            assert (done[1] == 0) is (self.model.audit[-1][1] == ("freeze" if stop else "unfreeze") or done[0] is stop)

    @rule(
        ref=st.sampled_from((*[OWNER] * 5, *EDITORS)),
        whose=mostly_staff,
        seconds=st.sampled_from([86_000, 30, 90, 86_000]),
        shown=st.sampled_from([0, 0, 0, 1]),
    )
    def clean_up(self, ref: str, whose: str, seconds: int, shown: int) -> None:
        """An owner takes somebody's work back, having seen all of it or (`shown`) all but the last row of the log."""
        who, act, call = self.sign(ref)
        account = self.bench.run(self.people.account(UserRef.parse(whose)))
        if account is None:
            return
        since = later(self.clock.stamped, -seconds)
        upto = self.bench.run(self.desk.work_of(account.person, since))[2] - shown
        assert upto + shown == len(self.model.printed)
        reasons = self.model.unless(who, Role.OWNER)
        if any(row > upto for row in self.model.work(account.person, since).values()):
            reasons.add("refused-clean-up-moved")
        work = self.desk.clean_up(account.person, since, upto, "clean-up", act)
        if self.attempt(reasons, Action.CLEAN_UP, call, work) is not None:
            self.model.clean_up(account.person, since, who)

    # People

    @rule(
        ref=st.sampled_from((*[OWNER] * 5, *STAFF)),
        whose=st.sampled_from(EVERYBODY[1:]),
        role=st.sampled_from([*[Role.EDITOR] * 4, *Role]),
    )
    def set_role(self, ref: str, whose: str, role: Role) -> None:
        who, act, call = self.sign(ref)
        work = self.people.set_role(UserRef.parse(whose), role, act)
        account = self.attempt(self.model.unless(who, Role.OWNER), Action.GRANT, call, work)
        if account is not None:
            self.model.set_role(who, self.know(whose, account.pseudonym), role)

    @rule(offering=anybody, spending=anybody, seconds=st.sampled_from([600, 600, 600, 0]))
    def link(self, offering: str, spending: str, seconds: int) -> None:
        """One account asks for a code, another one spends it in time, or not."""
        offered, act, _ = self.sign(offering)
        code, until = self.word(), later(self.clock.stamped, seconds)
        self.bench.run(self.people.offer_link(code, act, until))
        spent, act, _ = self.sign(spending)
        done = self.bench.run(self.people.link(code, act))
        assert (done is not None) is (seconds > 0 and self.model.link(offered, spent))

    @rule(ref=anybody, leaves=st.sampled_from([False] * 5 + [True]))
    def leave_traces(self, ref: str, *, leaves: bool) -> None:
        """Somebody leaves behind whatever may name them: in private, in a group, in what others wrote; or goes."""
        _, act, _ = self.sign(ref)
        user, at, run = UserRef.parse(ref), self.clock.stamped, self.bench.run
        private, group = ChatRef(user.platform, user.id), ChatRef(user.platform, "-100500")
        run(self.store.set_language(ref, "it"))
        run(self.store.set_form(user, OpenForm("addfact", {}, "source"), at))
        run(self.store.set_form(UserRef.parse(OWNER), OpenForm("roles", {"user": ref}, "role"), at))
        run(self.store.keep_line(f"~{self.words:016x}", f"roles grant {ref} editor", at))
        for number, line in enumerate(("approve F-1", "approve F-1", f"roles revoke {ref}")):
            guarded = GuardedLine(line, private if number == 0 else group, user if number == 1 else None)
            run(self.store.guard_line(f"!{number}{self.words:015x}", guarded, at))
        run(self.store.set_posted(Posted(MessageRef(private, "1"), 1, 1)))
        run(self.people.offer_link(self.word(), act, later(at, 600)))
        if leaves:
            self.agree()
            self.forget(ref)

    def forget(self, ref: str) -> None:
        """Nothing in the database leads back to the person, with any of their accounts."""
        self.tick()
        mine = next(each for each in self.model.accounts.values() if each.ref == ref)
        refs = [each.ref for each in self.model.accounts.values() if each.person == mine.person and each.ref]
        assert self.bench.run(self.people.forget(UserRef.parse(ref)))
        self.model.forget(mine)
        self.check_forgotten(refs)

    # The program

    @rule(which=st.integers(0, 3), what=st.sampled_from(["nothing", "change", "drop", "new"]))
    def import_dossier(self, which: int, what: str) -> None:
        """An update of the dossier changes one entry, drops it, lists it again, brings a new one, or does nothing."""
        self.tick()
        key = list(LISTED)[which]
        if what == "new":
            key = f"new-{len(self.listed)}" if len(self.listed) < 8 else key
        if what == "drop":
            self.listed.pop(key, None)
        elif what != "nothing":
            self.listed[key] = self.word()
        self.bench.run(take_over(self.store, told(self.listed), self.clock.stamped))
        self.bench.run(self.lookup.refresh())
        entry = self.bench.run(self.store.entry(key))
        assert entry is not None
        self.model.import_({"kim": "kim", **self.listed}, entry.label)

    @rule()
    def restart(self) -> None:
        self.tick()
        self.bench.restart()
        self.open()

    @invariant()
    def compare(self) -> None:
        self.agree()

    def teardown(self) -> None:
        if self.sound:
            self.agree_wholly()
