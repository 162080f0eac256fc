"""Where REVIEW_APPROVALS is two, through both libraries."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.core.authority import Role
from bot.core.editorial import ProposalState
from bot.core.places import Platform
from tests.acceptance.studio import Studio, nothing_changes, refused, studio

pytestmark = pytest.mark.asyncio(loop_scope="module")
APPROVE = "✓"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async with studio(template, tmp_path_factory.mktemp("desk"), review_approvals=2) as opened:
        yield opened
        await opened.discord.check()


@pytest.mark.parametrize("platform", [Platform.TELEGRAM, Platform.DISCORD])
async def test_approving_again_counts_once(room: Studio, platform: Platform) -> None:
    """The same editor's second approval is refused, typed or pressed; another one's publishes."""
    draft, editor = await room.draft(), await room.hire(Role.EDITOR, platform)
    card = await room.on_card(draft, platform)
    await room.presses(editor, card, card.starting(APPROVE))
    assert (await room.state(draft)).state is ProposalState.PENDING
    async with nothing_changes(room):
        refused(await room.types(editor, "approve", entry=draft.label), room, "refused-approved", label=draft.label)
        seen = await room.presses(editor, card, card.starting(APPROVE))
        refused(seen, room, "refused-approved", label=draft.label)
    await room.types(await room.hire(Role.EDITOR), "approve", entry=draft.label)
    assert (await room.state(draft)).state is ProposalState.PUBLISHED


async def test_two_accounts_of_one_person_are_one_approval(room: Studio) -> None:
    """A person with an account on each platform approves once."""
    here, there = await room.hire(Role.EDITOR), await room.hire(Role.EDITOR, Platform.DISCORD)
    draft = await room.draft()
    await room.types(here, "approve", entry=draft.label)
    await room.types(there, "link", code=await room.code(here))
    async with nothing_changes(room):
        refused(await room.types(there, "approve", entry=draft.label), room, "refused-approved", label=draft.label)
    assert (await room.state(draft)).state is ProposalState.PENDING


async def test_a_new_wording_needs_all_approvals_again(room: Studio) -> None:
    """Whoever approved one wording did not approve the next."""
    first, second = await room.hire(Role.EDITOR), await room.hire(Role.EDITOR, Platform.DISCORD)
    draft = await room.draft()
    await room.types(first, "approve", entry=draft.label)
    await room.types(await room.hire(Role.CONTRIBUTOR), "editfact", entry=draft.label, more="ko: 특사들이 만났다")
    await room.types(second, "approve", entry=draft.label)
    assert (await room.state(draft)).state is ProposalState.PENDING
    await room.types(first, "approve", entry=draft.label)
    assert (await room.state(draft)).state is ProposalState.PUBLISHED


async def test_an_approver_who_left_counts_no_more(room: Studio) -> None:
    """The approval of somebody who lost the role meanwhile is worth nothing."""
    first, second = await room.hire(Role.EDITOR), await room.hire(Role.EDITOR, Platform.DISCORD)
    draft = await room.draft()
    await room.types(first, "approve", entry=draft.label)
    await room.grant(first, Role.CONTRIBUTOR)
    await room.types(second, "approve", entry=draft.label)
    assert (await room.state(draft)).state is ProposalState.PENDING
