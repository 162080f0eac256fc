"""What the clock does with what was approved for an hour."""

from __future__ import annotations

import pytest

from bot.core.editorial import CLOCK, Act, Case, Policy, Proposal, ProposalKind, ProposalState, publish_due
from bot.core.errors import Refused
from tests.builders import AT, fact

ACT = Act("clock", "clock", CLOCK, AT, "clock")
DUE = Proposal(
    1, ProposalKind.ADD, fact(), ("anna",), AT, state=ProposalState.APPROVED, approvals=("bob",), publish_at=AT
)


def case(**more: object) -> Case:
    return Case(DUE, None, None, Policy(), editors=frozenset({"bob"}), **more)


def test_its_hour_publishes_what_was_approved() -> None:
    """What editors approved for an hour is published when it has come."""
    assert publish_due(case(), ACT).publish == fact()


def test_a_stop_holds_what_is_due() -> None:
    """While publishing is stopped nothing is published, however due it is."""
    with pytest.raises(Refused):
        publish_due(case(frozen=True), ACT)


def test_an_approval_of_somebody_who_left_publishes_nothing() -> None:
    """If the only approver is no editor any more when the hour comes, the proposal waits for another."""
    decision = publish_due(Case(DUE, None, None, Policy()), ACT)
    assert (decision.publish, decision.proposal.state) == (None, ProposalState.PENDING)
