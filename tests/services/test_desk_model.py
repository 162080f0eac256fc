"""Whatever a handful of people do at the desk, in whatever order: it never does but what the model says it must."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from bot.core.authority import Role
from tests.services.desk_acts import Acts, mostly_staff, recent
from tests.services.desk_stage import EDITORS, LISTED, OWNER, STAFF, Bench, opened_bench

SEQUENCES = int(os.environ.get("PACTWATCH_FUZZ_EXAMPLES", "16"))
STEPS = 30

staff = st.sampled_from(tuple(STAFF))
first = st.integers(1, len(EDITORS) - 1)
waits = st.sampled_from([None, False, True])
hours = st.sampled_from([None, None, None, 60])
undone = st.sampled_from([None, *EDITORS])
late = st.sampled_from([0, 0, 30])


class AtTheDesk(Acts):
    """Single acts, and what rarely comes about by them alone: that several of them meet in one proposal."""

    @rule(ref=mostly_staff, seconds=hours, undone=undone, late=late)
    def publish_new(self, ref: str, seconds: int | None, undone: str | None, late: int) -> None:
        self.add(ref, sourced=True)
        self.see_through(seconds, undone, late)

    @rule(ref=mostly_staff, which=recent, gone=st.booleans(), seconds=hours, undone=undone, late=late)
    def publish_change(
        self, ref: str, which: int, *, gone: bool, seconds: int | None, undone: str | None, late: int
    ) -> None:
        if gone:
            self.retract(ref, which, old=False)
        else:
            self.edit(ref, which, "confirmed", sourced=True, old=False)
        self.see_through(seconds, undone, late)

    def see_through(self, seconds: int | None, undone: str | None, late: int) -> None:
        """To publication, or so far that it waits for its hour, and maybe back: at once or too late."""
        self.agree()
        if self.model.wishes and seconds is not None:
            self.schedule(OWNER, 0, seconds)
            self.agree()
        if self.model.wishes:
            self.approve_one_by_one(self.pick(0), 0)
        if undone is not None and any(each.decided_at for each in self.model.wishes):
            self.tick(late)
            self.undo(undone, 0)

    @rule(ref=staff, which=recent, how=st.sampled_from(["dossier", "amend", "clean-up"]), first=first, waits=waits)
    def change_meanwhile(self, ref: str, which: int, how: str, first: int, *, waits: bool | None) -> None:
        self._interfere(ref, which, how, first, waits=waits)

    @rule(ref=staff, which=recent, how=st.sampled_from(["link", "link", "revoke", "forget"]), first=first, waits=waits)
    def lose_rights_meanwhile(self, ref: str, which: int, how: str, first: int, *, waits: bool | None) -> None:
        self._interfere(ref, which, how, first, waits=waits)

    @rule(ref=staff, which=recent, first=first, waits=waits)
    def freeze_meanwhile(self, ref: str, which: int, first: int, *, waits: bool | None) -> None:
        self._interfere(ref, which, "freeze", first, waits=waits)

    def _interfere(self, ref: str, which: int, how: str, first: int, *, waits: bool | None) -> None:
        """A correction is proposed and approved by one; something happens to either; then the others approve.

        Where it waits, all approve before that, and its hour comes afterwards; waits=None: nobody does.
        """
        self.edit(ref, which, "claimed", sourced=True, old=False)
        self.agree()
        if not self.model.wishes:
            return
        wish, editor = self.pick(0), EDITORS[first]
        if waits:
            self.schedule(OWNER, 0, 60)
            self.approve_one_by_one(wish, first)
        elif waits is False:
            self.approves(editor, wish, None)
        self.agree()
        match how:
            case "dossier":
                self.import_dossier(list(LISTED).index(wish.key) if wish.key in LISTED else 0, "change")
            case "amend":
                self.amend(editor, 0, "claimed", 0)
            case "clean-up":
                self.clean_up(OWNER, ref, 86_000, 0)
            case "link":
                self.link(ref, editor, 600)
            case "revoke":
                self.set_role(OWNER, editor, Role.CONTRIBUTOR)
            case "forget":
                self.leave_traces(editor, leaves=True)
            case "freeze":
                self.vote(OWNER, stop=True)
        self.agree()
        if waits:
            self.wait(60)
            self.agree()
        self.approve_one_by_one(wish, 0)
        if how == "freeze":
            self.vote(OWNER, stop=False)
        elif how in ("revoke", "forget"):
            self.set_role(OWNER, editor, Role.EDITOR)

    @rule(ref=staff, which=recent, by=st.sampled_from(EDITORS))
    def clean_up_after_undo(self, ref: str, which: int, by: str) -> None:
        """Somebody takes a publication back, and then their own work is taken back."""
        self.edit(ref, which, "confirmed", sourced=True, old=False)
        self.see_through(None, by, 0)
        self.agree()
        self.clean_up(OWNER, by, 86_000, 0)

    @rule(ref=staff, which=st.integers(0, 3))
    def take_up_again(self, ref: str, which: int) -> None:
        """The dossier drops an entry, editors publish it once more, and the same dossier comes again."""
        self.import_dossier(which, "drop")
        self.agree()
        self.edit(ref, 0, "confirmed", sourced=True, old=False)
        self.see_through(None, None, 0)
        self.agree()
        self.import_dossier(which, "nothing")

    @rule(one=st.sampled_from(tuple(STAFF)), other=st.sampled_from(tuple(STAFF)))
    def vote_with_both(self, one: str, other: str) -> None:
        """Somebody votes with both of their accounts."""
        self.link(one, other, 600)
        for ref in (one, other):
            self.agree()
            self.vote(ref, stop=True)
        if self.model.frozen:
            self.agree()
            self.vote(OWNER, stop=False)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with opened_bench() as opened:
        yield opened
        print(f"{opened.sequences} sequences, {opened.steps} steps: {dict(opened.deeds)}")


def test_nothing_that_people_do_breaks_the_desk(bench: Bench) -> None:
    """Nothing unsourced, unapproved or taken back is ever before readers, and every act is in the log once."""
    run_state_machine_as_test(
        lambda: AtTheDesk(bench),
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
