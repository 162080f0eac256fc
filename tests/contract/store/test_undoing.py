"""Taking a publication back while something else for the same entry waits, on both engines."""

from __future__ import annotations

from dataclasses import replace

from bot.core.authority import Role
from bot.core.editorial import UNDONE, ProposalKind, ProposalState, undo
from storage import SqlStore
from tests.contract.store.desk import POLICY, act_of, approved, proposed


async def test_a_waiting_correction_hinders_no_undo(store: SqlStore):
    """The publication is taken back and closed, the correction goes on waiting, and the log stays whole."""
    writer, editor = await act_of(store, "telegram:5", Role.CONTRIBUTOR), await act_of(store, "telegram:6")
    done = await approved(store, await proposed(store, writer), editor)
    assert await store.last_published(done.entry.key) == done
    correction = replace(done.entry, text={"it": "altro"})
    waiting = await proposed(store, writer, correction, kind=ProposalKind.EDIT, base=1)
    assert await store.last_published(done.entry.key) == done

    back = (await store.decide(done.id, lambda case: undo(case, editor), editor, POLICY)).proposal
    kept = await store.proposal(done.id)
    assert kept is not None
    for each in (back, kept):
        assert (each.state, each.answer, each.published) == (ProposalState.REJECTED, UNDONE, None)
    assert await store.proposal_for_key(done.entry.key) == waiting
    assert await store.last_published(done.entry.key) is None
    current = await store.entry(done.entry.key)
    assert current is not None
    assert (current.revision, current.retired) == (2, UNDONE)
    assert await store.verify_log() is None


async def test_a_report_hinders_no_undo_either(store: SqlStore):
    """A reader's report leaves room: what was taken back waits again."""
    writer, editor = await act_of(store, "telegram:5", Role.CONTRIBUTOR), await act_of(store, "telegram:6")
    done = await approved(store, await proposed(store, writer), editor)
    await proposed(store, writer, done.entry, kind=ProposalKind.REPORT, base=1, reason="wrong")
    back = (await store.decide(done.id, lambda case: undo(case, editor), editor, POLICY)).proposal
    assert back.state is ProposalState.PENDING
    assert await store.last_published(done.entry.key) is None
