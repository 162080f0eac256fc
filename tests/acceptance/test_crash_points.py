"""A machine that dies while something is published leaves nothing or everything of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.authority import Role
from bot.core.editorial import Proposal, ProposalKind, ProposalState
from storage import SqlStore, open_store
from tests.acceptance.boundaries import AFTER_COMMIT, mother
from tests.builders import article, dossier, fact, source
from tests.newsroom import Person, join
from tests.stores import take_over

PAGE = {"offset": 0, "limit": 5}


async def correction(writer: Person, key: str) -> tuple[Proposal, Proposal]:
    """A correction that writes into every table a publication can write into, and a report that it answers."""
    current = await writer.store.entry(key)
    report = await writer.propose(current, kind=ProposalKind.REPORT, reason="falso")
    wanted = replace(current, text={"it": f"nuovo{key}"}, sources=("kcna", f"site-{key}"))
    return await writer.propose(wanted, sources=(source(f"site-{key}"),)), report


async def stands(store: SqlStore, proposal: Proposal, report: Proposal) -> list[bool]:
    """Each part of the publication, whether it is there."""
    key = proposal.entry.key
    entry = await store.entry(key)
    found = await store.search(f"nuovo{key}", "it", **PAGE)
    rows = await store._database.fetch("select detail from audit where deed in ('publish', 'resolve')")
    return [
        (await store.proposal(proposal.id)).state is ProposalState.PUBLISHED,
        (await store.proposal(report.id)).state is ProposalState.PUBLISHED,
        entry.text == proposal.entry.text,
        entry.revision == 2,
        len(await store.history(key)) == 2,
        [each.key for each in found.items] == [key],
        f"site-{key}" in await store.sources([f"site-{key}"]),
        sum(f'"entry":"{key}"' in row[0] for row in rows) == 2,
    ]


@pytest.mark.timeout(300)  # on a machine that is busy with other things a hundred processes take their time
async def test_a_kill_at_any_moment_of_an_approval_leaves_nothing_or_everything(store_url: str):
    """Killed before or after any statement, or around the commit, the desk shows no half of a publication."""
    named = {"topics": ("defence",), "related": ("treaty-2024/4",)}
    store = await open_store(store_url)
    await take_over(store, dossier(article(), fact("uno", **named), fact("due", **named)))
    writer = await join(store, "1", Role.CONTRIBUTOR)
    await join(store, "2")
    (counted, _), (proposal, report) = [await correction(writer, key) for key in ("uno", "due")]
    await store.close()
    async with mother("tests.acceptance.approver", store_url) as approver:
        count = len((await approver.live(f"{counted.id} 0")).passed)
        killed: list[str] = []
        for boundary in range(1, count + 1):
            killed.append((await approver.live(f"{proposal.id} {boundary}")).killed or "survived")
            store = await open_store(store_url)
            parts = await stands(store, proposal, report)
            assert parts == [killed[-1] == AFTER_COMMIT] * len(parts), killed[-1]
            assert await store.check() == (), killed[-1]
            await store.close()
        assert killed[-2:] == ["before commit", AFTER_COMMIT], "no boundary was missed"
        for table in (
            "proposals",
            "entries",
            "revisions",
            "entry_topics",
            "entry_links",
            "search_documents",
            "audit",
            "sources",
        ):
            assert any(table in each for each in killed), table
        assert len(killed) > 60
