"""Senders that are killed again and again in the middle of broadcasts, on both platforms at once."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.core.entries import Entry
from bot.core.places import ChatRef, Platform
from storage import SqlStore
from tests.acceptance.broadcast import BOTH, Mortal, Row, Scene, deliveries, now, program, sender, stage
from tests.acceptance.newsroom import until
from tests.stores import ENGINES

NIGHTLY = bool(os.environ.get("PACTWATCH_NIGHTLY"))
KILLS = {"sqlite": 700, "postgres": 250, "program": 50} if NIGHTLY else {"sqlite": 38, "postgres": 12}
"""On which database, and of the whole program, which takes seconds to start."""
CHATS = 150
PER_SECOND = 300.0
LEASE_MS = 3_000
"""A fifth of what it really is, so that what was under way at a kill is soon under way at another."""
FLIGHT_SECONDS = 0.03
"""What a request takes at the platform, so that a kill finds some under way."""
RESUMED_SECONDS = 30
WORK = "select 1 from deliveries where first_at >= :began or settled_at >= :began limit 1"


@dataclass
class Toll:
    """What kills left behind. started: (delivery, sender) of posts on Telegram that were in doubt at a kill."""

    kills: int = 0
    started: set[tuple[int, str]] = field(default_factory=set)
    resumed: list[float] = field(default_factory=list)

    async def count(self, store: SqlStore, began: int) -> None:
        """Look at the store after a kill of a sender that began at this moment."""
        self.kills += 1
        for row in await deliveries(store, "d.state = 'started' and d.platform = 'telegram' and d.deed = 'post'"):
            self.started.add((row.id, row.owner))
        await self.note_resumed(store, began)

    async def note_resumed(self, store: SqlStore, began: int) -> None:
        """Note when the first message arrived that was sent after this moment."""
        sql = "select min(settled_at) from deliveries where state = 'delivered' and settled_at >= :began"
        if first := (await store._database.fetch(sql, {"began": began}))[0][0]:
            self.resumed.append((first - began) / 1000)

    def doubts(self, delivery: int) -> int:
        """How many kills found this delivery under way."""
        return sum(each == delivery for each, _owner in self.started)


@dataclass
class Newspaper:
    """Keeps the senders of a scene busy: a fact, a fact, the correction of it, and so on. told: facts by their mark."""

    scene: Scene
    told: dict[str, Entry] = field(default_factory=dict)
    corrected: set[str] = field(default_factory=set)

    async def fill(self) -> None:
        """Publish something where little is left to be sent; a correction in the middle of what it corrects."""
        left = await self.scene.open_rows()
        last = next(reversed(self.told), "")
        if left < CHATS and last and len(self.told) % 2 == 0 and last not in self.corrected:
            self.corrected.add(last)
            await self.scene.correct(self.told[last], f"Envoys met, {last}: corrected.")
        elif left < CHATS:
            mark = f"number {len(self.told) + 1:04}"
            self.told[mark] = await self.scene.publish(f"Envoys met, {mark}: first.")


async def kill_at_random(scene: Scene, sending: Mortal, toll: Toll, chance: random.Random) -> None:
    """One life of a sender. Most end in mid-broadcast, some before they have sent anything."""
    began = now()
    await sending.start()

    async def broadcasting() -> bool:
        return bool(await scene.store._database.fetch(WORK, {"began": began}))

    if chance.random() < 0.85:
        await until(broadcasting, "a new sender goes on", RESUMED_SECONDS)
    await asyncio.sleep(chance.uniform(0, 0.4))
    await sending.kill()
    await scene.undisturbed()
    await toll.count(scene.store, began)


@pytest.fixture(params=[each for each in KILLS if each in ENGINES or each == "program"])
def wanted(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """What is to be killed, and the database that it works on."""
    if request.param == "postgres" or (request.param == "program" and engine == "postgres"):
        return request.param, str(request.getfixturevalue("prepared_postgres_url"))
    return request.param, f"sqlite:///{tmp_path}/store.db"


@pytest.mark.timeout(3 * 3600 if NIGHTLY else 300)
async def test_kills_lose_nothing_and_double_only_what_was_under_way(wanted: tuple[str, str], tmp_path: Path):
    """However often the service dies, every chat gets every message: once on Discord, at most twice on Telegram."""
    (what, url), seed = wanted, random.randrange(10**6)
    print(f"{what}, seed {seed}")
    chance, toll = random.Random(seed), Toll()
    async with stage(url, tmp_path, CHATS, seconds=FLIGHT_SECONDS) as scene:
        paper = Newspaper(scene)
        killed = program(scene, per_second=PER_SECOND) if what == "program" else sender(scene, PER_SECOND, LEASE_MS)
        async with killed as sending:
            while toll.kills < KILLS[what]:
                await paper.fill()
                await kill_at_random(scene, sending, toll, chance)
            began = now()
            await sending.start()
            await scene.all_sent(120)
            await toll.note_resumed(scene.store, began)
            doubtful = await deliveries(scene.store, "d.state = 'uncertain'")
            surplus = await weigh(scene, paper, toll, doubtful)
            await settle_doubts(scene, doubtful)
            await scene.all_sent()
        await everybody_was_told(scene, paper)
        assert await scene.store.check() == ()
    print(
        f"{what}, seed {seed}: {toll.kills} kills, {len(paper.told)} facts and {len(paper.corrected)} corrections, "
        f"{len(toll.started)} posts under way on Telegram, {surplus} doubled, {len(doubtful)} uncertain; "
        f"resumed in {sorted(toll.resumed)[len(toll.resumed) // 2]:.1f} s, at most {max(toll.resumed):.1f} s"
    )


async def weigh(scene: Scene, paper: Newspaper, toll: Toll, doubtful: list[Row]) -> int:
    """Check what arrived before anybody settled doubts; returns how many copies too many there are on Telegram."""
    surplus, unheard = 0, 0
    for mark in paper.told:
        here, there = [await scene.copies(each, mark) for each in BOTH]
        assert there == {"copies": CHATS, "chats": CHATS, "most": 1}, "once on Discord"
        assert here["most"] <= 2, "twice on Telegram at most"
        surplus += here["copies"] - here["chats"]
        unheard += CHATS - here["chats"]
    assert surplus <= len(toll.started), "doubled is only what was under way at a kill"
    assert all(each.platform is Platform.TELEGRAM and each.deed == "post" for each in doubtful)
    assert all(toll.doubts(each.id) >= 2 for each in doubtful), "uncertain is only what two kills found under way"
    assert unheard <= len(doubtful), "whoever was not told stands among the uncertain ones"
    assert max(toll.resumed) <= RESUMED_SECONDS
    return surplus


async def settle_doubts(scene: Scene, doubtful: list[Row]) -> None:
    """Look into each chat, as an operator does, and say whether the message is there."""
    marks = await marks_by_alert(scene)
    for row in doubtful:
        there = await scene.has(ChatRef.parse(row.chat), marks[row.alert])
        assert await scene.store.outbox.settle_doubt(row.id, arrived=there, now=now())


async def marks_by_alert(scene: Scene) -> dict[int, str]:
    """By which words the fact can be told from others that an alert is about."""
    sql = "select a.alert_id, e.number from alert_entries a join entries e on e.key = a.entry_key where e.kind = 'fact'"
    return {alert: f"number {number:04}" for alert, number in await scene.store._database.fetch(sql)}


async def everybody_was_told(scene: Scene, paper: Newspaper) -> None:
    """In the end every chat has every message, nowhere thrice, and what was corrected reads so."""
    for mark in paper.told:
        here, there = [await scene.copies(each, mark) for each in BOTH]
        assert here["chats"] == CHATS
        assert here["most"] <= 2
        assert there == {"copies": CHATS, "chats": CHATS, "most": 1}
    for mark in paper.corrected:
        assert not await scene.discord.copies(f"{mark}: first"), "no old text stands on Discord"
        shown = await scene.telegram.summary(old=f"{mark}: first", new=f"{mark}: corrected")
        assert shown["relapsed"] == 0, "nobody read the old text after the new one"
    states = Counter((each.deed, each.state) for each in await deliveries(scene.store))
    final = {("post", "delivered"), ("post", "cancelled"), ("edit", "delivered"), ("edit", "rejected")}
    assert set(states) <= final, states
