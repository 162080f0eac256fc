"""The measurements themselves work; what they measure is looked at by people, never asserted."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import open_store
from tests.bench.processes import WEBHOOK_SECRET, floor
from tests.bench.report import Row, at_least, at_most, table
from tests.bench.stores import COMMON, build


@pytest.mark.parametrize("kind", ["polling", "webhook", "discord"])
async def test_a_flood_is_answered_to_the_last(kind: str, tmp_path: Path) -> None:
    """Whoever measures gets every command of a flood to the bare bot and sees every answer."""
    async with floor(kind, tmp_path) as bot:
        hook = {"url": bot.hook, "secret": WEBHOOK_SECRET} if bot.hook else {}
        got = await bot.stub.ask("flood", texts=["/treaty article4"], count=120, seconds=30, **hook)
    assert got["answered"] == got["asked"] == 120


async def test_a_made_up_store_is_one_the_product_can_search(tmp_path: Path) -> None:
    """A store made for measuring is laid out as the product lays its own out."""
    await build(tmp_path / "30.db", 30)
    store = await open_store(f"sqlite:///{tmp_path / '30.db'}")
    try:
        found = await store.search(COMMON, "it", offset=0, limit=8)
        named = await store.entry("made-up-7")
    finally:
        await store.close()
    assert {each.key for each in found.items} == {"made-up-0", "made-up-10", "made-up-20"}
    assert named is not None


def test_the_median_decides_whether_a_goal_is_met() -> None:
    """One outlier of a busy machine neither passes nor fails a goal."""
    assert at_least("rate", "1/s", [90, 10, 86], [100, 100, 100], 0.85).met
    assert not at_least("rate", "1/s", [84, 99, 10], [100, 100, 100], 0.85).met
    assert at_most("time", "ms", [0.3, 9, 0.37], [0.1, 0.1, 0.1], 1.2, 0.25).met
    assert not at_most("time", "ms", [0.38, 0.38, 0.1], [0.1, 0.1, 0.1], 1.2, 0.25).met


def test_a_missed_goal_stands_out_in_the_table() -> None:
    """The table says NO where a goal was missed."""
    missed = table([Row("rate", "1/s", 10, 100, ">= 0.85x", met=False)]).splitlines()[-1]
    assert missed.split() == ["rate", "1/s", "10", "100", "0.10", ">=", "0.85x", "NO"]
