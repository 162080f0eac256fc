"""The measurements themselves work; what they measure is looked at by people, never asserted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.app import open_core
from bot.core.places import Platform
from storage import open_store
from tests.bench import asking, fanout, outbox, postgres
from tests.bench.broadcasts import FLOORS, Figures, broadcast, crowd
from tests.bench.cluster import Server, populate, settings
from tests.bench.processes import WEBHOOK_SECRET, floor, lifted
from tests.bench.report import Row, at_least, at_most, table
from tests.bench.stores import COMMON, build

CHATS = 100
ENTRIES = 30


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up store; making it is most of the time that these tests take."""
    path = tmp_path_factory.mktemp("stores") / f"{ENTRIES}.db"
    asyncio.run(build(path, ENTRIES))
    return path


@pytest.mark.parametrize("kind", ["polling", "webhook", "discord"])
async def test_a_flood_is_answered_to_the_last(kind: str, tmp_path: Path) -> None:
    """Whoever measures gets every command of a flood to the bare bot and sees every answer."""
    async with floor(kind, tmp_path) as bot:
        hook = {"url": bot.hook, "secret": WEBHOOK_SECRET} if bot.hook else {}
        got = await bot.stub.ask("flood", texts=["/treaty article4"], count=120, seconds=30, **hook)
    assert got["answered"] == got["asked"] == 120


async def test_a_made_up_store_is_one_the_product_can_search(made_up: Path) -> None:
    """A store made for measuring is laid out as the product lays its own out."""
    store = await open_store(f"sqlite:///{made_up}")
    try:
        found = await store.search(COMMON, "it", offset=0, limit=8)
        named = await store.entry("made-up-7")
    finally:
        await store.close()
    assert {each.key for each in found.items} == {"made-up-0", "made-up-10", "made-up-20"}
    assert named is not None


@pytest.mark.parametrize("platform", [Platform.TELEGRAM, Platform.DISCORD])
async def test_a_broadcast_is_counted_to_the_last_chat(platform: Platform, made_up: Path, tmp_path: Path) -> None:
    """The product's broadcast and that of the bare loop reach each chat once, and the stub saw it."""
    async with (
        crowd(tmp_path, made_up, "few", platform, CHATS) as desk,
        lifted(platform.value, desk.path) as ours,
        floor(FLOORS[platform], tmp_path, CHATS) as bare,
    ):
        for bot, its in ((ours, desk), (bare, None)):
            figures = Figures()
            await broadcast(bot, its, CHATS, figures)
            assert (figures.wrong, len(figures.rate)) == (0, 1)


async def test_a_stub_refuses_what_is_above_the_limit(tmp_path: Path) -> None:
    """A bare loop that keeps to no limit is refused by the stub, which counts how often."""
    async with floor("posts", tmp_path, CHATS) as bare:
        await bare.stub.ask("expect", count=CHATS, limit=10)
        bare.child.nudge()
        got = await bare.stub.ask("posts", seconds=1.0)
    assert got["taken"] == got["busiest"] == 10
    assert got["refused"] > 0


async def test_a_million_rows_are_measured_with_a_thousand(tmp_path: Path) -> None:
    """The fan-out and the outbox are measured beside statements that write the same rows."""
    made = await fanout.measure(tmp_path, (100,), reps=1)
    moved = await outbox.measure(tmp_path, 2_000, batches=2, reps=1)
    assert all((made[0].floor, moved[0].floor))


async def test_several_processes_are_measured_with_one(postgres_server: str, tmp_path: Path) -> None:
    """On PostgreSQL a publication is measured beside a statement that writes the same rows, and so are those who ask."""
    server = Server(postgres_server, number=0)
    await populate(server, "crowd", 1_000)
    server.make("queued", "crowd")
    try:
        queued = await postgres.publish(server, "queued")
        made = await postgres.fan_out(server, queued, reps=1)
        claimed = await postgres.claim(server, tmp_path, processes=1, batches=1)
        async with open_core(settings(server.url("queued")), fill=False, semantic=False) as core, asking.sending(core):
            asked = await asking.ask(core, each=1, apart=0)
    finally:
        for name in ("queued", "crowd"):
            server.drop(name)
    assert all((made[0].floor, claimed["rate"], *(p95 for _p50, p95 in asked.values())))


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
