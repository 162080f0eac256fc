"""Broadcasts: as fast as they go, at the platforms' limits, and with people asking meanwhile."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from bot.core.places import Platform
from storage import open_store
from tests.bench.crowd import FIRST, NewsDesk, subscribe
from tests.bench.processes import Bot, floor, lifted, product, stub
from tests.bench.report import Row, at_least, at_most, below, beside
from tests.bench.wire import percentile

TELEGRAM, DISCORD = Platform.TELEGRAM, Platform.DISCORD
FLOORS = {TELEGRAM: "posts", DISCORD: "channels"}
RATE_SETTINGS = {TELEGRAM: "TELEGRAM_MESSAGES_PER_SECOND", DISCORD: "DISCORD_REQUESTS_PER_SECOND"}
PATIENCE = 120
SETTLE_SECONDS = 2.0
HALF_A_DAY = 43_838
FIRST_ATTEMPT_SECONDS = 2.0
ALERTS_APART = (1.5, 2.5)
"""Seconds: a chat takes one message a second, and an alert must not wait for the one before."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured. fast: chats of broadcasts without a limit; at: those of each limit.

    alerts: of which the first attempts are looked at. queued: rows on their way while people ask, for `asked` seconds.
    waiting: chats of the broadcast in which one must wait.
    """

    fast: dict[Platform, int]
    at: tuple[tuple[Platform, int, int], ...]
    alerts: int
    queued: int
    asked: float
    waiting: int
    reps: int


FULL = Sizes(
    {TELEGRAM: 15_000, DISCORD: 4_000},
    ((TELEGRAM, 30, 900), (TELEGRAM, 1_000, 5_000), (DISCORD, 50, 900)),
    alerts=25,
    queued=100_000,
    asked=15.0,
    waiting=3_000,
    reps=3,
)
QUICK = Sizes(
    {TELEGRAM: 3_000, DISCORD: 4_000},
    ((TELEGRAM, 30, 150), (TELEGRAM, 1_000, 2_000), (DISCORD, 50, 200)),
    alerts=6,
    queued=20_000,
    asked=5.0,
    waiting=1_000,
    reps=1,
)


@asynccontextmanager
async def crowd(folder: Path, template: Path, name: str, platform: Platform, chats: int) -> AsyncIterator[NewsDesk]:
    """A copy of a store with so many subscribers, and its desk."""
    path = folder / f"crowd-{name}.db"
    shutil.copy(template, path)
    subscribe(path, platform, chats)
    store = await open_store(f"sqlite:///{path}")
    try:
        await store.warm_up()
        yield NewsDesk(path, store)
    finally:
        await store.close()


# As fast as they go


@dataclass
class Figures:
    """What the broadcasts of one sender gave, one value a repetition; memory is what it grew by in all of them."""

    rate: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    grown: list[float] = field(default_factory=list)
    stub: list[float] = field(default_factory=list)
    wrong: int = 0


async def broadcast(bot: Bot, desk: NewsDesk | None, chats: int, figures: Figures) -> None:
    """Have it send to all chats once. desk: of the product; a floor is told by a signal."""
    await bot.stub.ask("expect", count=chats)
    used, held = bot.child.cpu(), bot.child.memory()
    if desk is None:
        bot.child.nudge()
    else:
        await desk.publish()
    got = await bot.stub.ask("posts", seconds=PATIENCE)
    if desk is not None:
        await all_settled(desk)
    figures.rate.append(got["rate"])
    figures.cpu.append((bot.child.cpu() - used) / chats * 1_000_000)
    figures.grown.append((bot.child.memory() - held) / chats * 1_000)
    figures.stub.append(got["stub"])
    figures.wrong += int(chats - got["chats"] + got["most"] - 1)


async def all_settled(desk: NewsDesk, seconds: float = PATIENCE) -> None:
    """Wait until each delivery has come to its end. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while await desk.open_rows():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)


async def lifted_limit(folder: Path, template: Path, platform: Platform, sizes: Sizes) -> list[Row]:
    """Messages a second with the outbox on and no limit, beside a bare loop over the same library, turn by turn.

    The bare loop is started anew for each broadcast: discord.py forgets within five minutes what it knows of the
    channels of the last one, and learning it again is part of what a broadcast costs it.
    """
    chats = sizes.fast[platform]
    found = {name: Figures() for name in ("ours", "bare", "again")}
    async with (
        crowd(folder, template, f"fast-{platform.value}", platform, chats) as desk,
        lifted(platform.value, desk.path) as ours,
    ):
        await broadcast(ours, desk, chats, Figures())
        for _ in range(sizes.reps):
            await broadcast(ours, desk, chats, found["ours"])
            async with floor(FLOORS[platform], folder, chats) as bare:
                for name in ("bare", "again"):
                    await broadcast(bare, None, chats, found[name])
    return _rows(f"{platform.value.title()} broadcast to {chats:,}, no limit", found)


def _rows(what: str, found: dict[str, Figures]) -> list[Row]:
    ours, bare, again = found["ours"], found["bare"], found["again"]
    notes = [f"{each.wrong} lost or doubled by {name}" for name, each in found.items() if each.wrong]
    notes += [f"stub {max(each.stub):.0%} busy with {name}" for name, each in found.items() if max(each.stub) > 0.7]
    row = at_least(what, "messages/s", ours.rate, bare.rate, 0.8, "; ".join(notes))
    return [
        replace(row, met=row.met and not ours.wrong),
        beside(f"{what}, the loop's second one", "messages/s", ours.rate, again.rate),
        beside(what, "CPU ms/1000", ours.cpu, bare.cpu),
        beside(what, "MB more/1000", ours.grown, again.grown),
    ]


# At the limits


async def at_the_limits(folder: Path, template: Path, sizes: Sizes) -> list[Row]:
    """The share of each platform's limit that the service uses; a stub refuses whatever is above it."""
    rows = []
    for platform, limit, chats in sizes.at:
        async with serving(folder, template, platform, limit, chats) as (bot, desk):
            shares, refused, wrong = [], [], 0
            for _ in range(sizes.reps):
                await bot.stub.ask("expect", count=chats, limit=limit)
                await desk.publish()
                got = await bot.stub.ask("posts", seconds=PATIENCE)
                await all_settled(desk)
                shares.append(got["rate"] / limit)
                refused.append(got["refused"])
                wrong += int(chats - got["chats"] + got["most"] - 1)
        what = f"{platform.value.title()} broadcast to {chats:,} at {limit:,}/s"
        note = f"{wrong} lost or doubled" if wrong else ""
        rows += [_least(f"{what}, share used", "of 1", median(shares), 0.98, note, wrong=wrong)]
        rows += [below(f"{what}, refused", "429s", max(refused), 0)]
    return rows


def _least(measure: str, unit: str, ours: float, least: float, note: str = "", *, wrong: int = 0) -> Row:
    return Row(measure, unit, ours, None, f">= {least:g}", ours >= least and not wrong, note)


@asynccontextmanager
async def serving(
    folder: Path, template: Path, platform: Platform, limit: int, chats: int
) -> AsyncIterator[tuple[Bot, NewsDesk]]:
    """The whole service, at a limit, with its stub and a desk."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        desk = await enter(crowd(folder, template, f"{platform.value}-{limit}-{chats}", platform, chats))
        served = await enter(stub(platform.value, folder))
        rate = {RATE_SETTINGS[platform]: str(limit)}
        if platform is TELEGRAM:
            yield await enter(product(desk.path, telegram=served, **rate)), desk
        else:
            yield await enter(product(desk.path, discord=served, **rate)), desk


async def first_attempts(folder: Path, template: Path, sizes: Sizes) -> list[Row]:
    """From the moment that an alert is due to the first attempt to send it; alerts come at any moment."""
    chance = random.Random(sizes.alerts)
    async with serving(folder, template, TELEGRAM, 30, 3) as (_bot, desk):
        for _ in range(sizes.alerts):
            await desk.publish()
            await asyncio.sleep(chance.uniform(*ALERTS_APART))
        await all_settled(desk)
        waits = sorted(await desk.first_attempts())
    what = "from an alert's being due to its first attempt"
    return [
        below(f"{what}, p95", "s", percentile(waits, 0.95), FIRST_ATTEMPT_SECONDS),
        Row(f"{what}, p50", "s", percentile(waits, 0.5)),
    ]


async def one_must_wait(folder: Path, template: Path, sizes: Sizes) -> list[Row]:
    """How late the others are when one chat must wait for half a day, and how often that one is asked all the same."""
    chats, limit = sizes.waiting, 1_000
    closed = FIRST[TELEGRAM] + chats // 3
    usual: list[float] = []
    others: list[float] = []
    async with serving(folder, template, TELEGRAM, limit, chats) as (bot, desk):
        for late in (usual, others):
            shut = {"refuse": str(closed), "retry_after": HALF_A_DAY} if late is others else {}
            asked = 0
            for _ in range(sizes.reps):
                await bot.stub.ask("expect", count=chats - bool(shut), limit=limit, **shut)
                due = await desk.publish()
                got = await bot.stub.ask("posts", seconds=PATIENCE, since=due)
                late.append(got["p95"])
                asked += int(got["to_closed"])
                await asyncio.sleep(SETTLE_SECONDS)
    what = f"one of {chats:,} chats must wait for {HALF_A_DAY:,} s"
    return [
        at_most(f"{what}, lateness of the others, p95", "s", others, usual, 2),
        below(f"{what}, requests to it", "", asked, 1),
    ]


# With people asking meanwhile


async def asked_meanwhile(folder: Path, template: Path, sizes: Sizes) -> list[Row]:
    """How long an answer takes while a broadcast runs, against the same service with the brake on, turn by turn."""
    rows = []
    # At 30 a second answers would leave nothing to the broadcast if they were many.
    for limit, rate in ((30, 10.0), (1_000, 50.0)):
        idle: list[dict[str, float]] = []
        busy: list[dict[str, float]] = []
        async with serving(folder, template, TELEGRAM, limit, sizes.queued) as (bot, desk):
            await desk.brake(on=True)
            await desk.publish()
            for _ in range(sizes.reps):
                for on, figures in ((True, idle), (False, busy)):
                    await desk.brake(on=on)
                    await asyncio.sleep(SETTLE_SECONDS)
                    count = int(rate * sizes.asked)
                    await bot.stub.ask("expect")
                    got = await bot.stub.ask(
                        "flood", texts=["/treaty article4"], count=count, rate=rate, seconds=PATIENCE
                    )
                    sent = (await bot.stub.ask("posts", seconds=0))["rate"]
                    figures.append(got | {"sent": sent})
            left = await desk.open_rows()
        rows += _answer_rows(f"answer during a broadcast to {sizes.queued:,} at {limit:,}/s", idle, busy, left)
    return rows


def _answer_rows(what: str, idle: Sequence[dict[str, float]], busy: Sequence[dict[str, float]], left: int) -> list[Row]:
    lost = sum(int(each["asked"] - each["answered"]) for each in busy)
    notes = [f"{median(each['sent'] for each in busy):.1f} messages/s meanwhile"]
    notes += [f"{lost} unanswered"] if lost else []
    notes += [] if left else ["the broadcast was over before the end"]
    rows = []
    for part, goal in (("p95", 2), ("p50", None)):
        ours, bare = ([each[part] for each in runs] for runs in (busy, idle))
        if goal is None:
            rows.append(beside(f"{what}, {part}", "ms", ours, bare))
        else:
            row = at_most(f"{what}, {part}", "ms", ours, bare, goal, note="; ".join(notes))
            rows.append(replace(row, met=row.met and not lost and bool(left)))
    return rows
