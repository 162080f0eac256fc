"""A long run of the real service under many times the load it is made for: does it lose anything, and does it grow?

    python -m tests.soak [--minutes 30] [--load 10] [--warm-up 15]

The service is a process of its own on SQLite, the platforms are the fakes with their limits on. The expected load, times
`--load`: a command a second, half of them on each platform, by 2,000 people; a publication every hour to 1,000 chats on
each platform, the first of which and every second one after it is corrected; `/metrics` is read every 15 seconds.
Resident memory is read every five seconds; after a warm-up of fifteen minutes (of short runs: a half) a line is fitted
to it. Until then things fill up that have a limit: SQLite's page caches, the interactions that are remembered, the
buckets of people.

The last line on standard output is JSON. The exit code is 1 where anything was lost or told twice, or where memory grew
by more than 1 MB an hour. A run of less than 20 minutes is for trying: its slope says nothing and is not judged.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from bot.core.entries import Entry
from bot.core.errors import StoreBusy
from bot.core.places import Platform
from bot.core.subscriptions import PlaceKind
from storage import SqlStore, open_store
from tests.acceptance.broadcast import BOTH, FIRST, Desk, chat_of, subscribe_many
from tests.acceptance.newsroom import until
from tests.acceptance.service import Service, chat, running_service
from tests.platforms.discord_api import DiscordApi, NoAnswerError, discord_api
from tests.platforms.telegram_client import TelegramApi, telegram_api

CHATS, PEOPLE = 1_000, 1_000
COMMANDS_PER_SECOND, PUBLICATION_SECONDS, CORRECTED = 1.0, 3600.0, 2
WARM_UP_MINUTES, LOOK_SECONDS, SCRAPE_SECONDS = 15.0, 5.0, 15.0
JUDGED_MINUTES, ALLOWED_MB_PER_HOUR = 20.0, 1.0
SETTLE_SECONDS = 300.0
PERSON = {Platform.TELEGRAM: 20_000_001, Platform.DISCORD: 800_000_000_001}
LINES: tuple[tuple[str, dict[str, str]], ...] = (
    ("treaty", {"article": "4"}),
    ("fact", {"fact": "F-1"}),
    ("search", {"query": "train"}),
    ("treaty", {"article": "art. 99"}),
    ("timeline", {}),
    ("search", {"query": "artillery shells"}),
    ("latest", {}),
    ("treaty", {"article": "preamble"}),
    ("sources", {"fact": "F-1"}),
    ("ask", {"question": "does the treaty oblige Russia to send troops?"}),
)
"""What people type, in turn: answers from memory, from the store, of a typo, by search and by meaning."""


@dataclass
class Seen:
    """What was done and what came of it."""

    asked: Counter[Platform] = field(default_factory=Counter)
    answered: Counter[Platform] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)


class Soak:
    """One run. begun, ends: on the monotonic clock."""

    def __init__(self, service: Service, telegram: TelegramApi, discord: DiscordApi, store: SqlStore) -> None:
        self.service, self.telegram, self.discord, self.store = service, telegram, discord, store
        self.seen = Seen()
        self.begun = self.ends = time.monotonic()

    async def run(self, minutes: float, load: float) -> None:
        """Put the load on, and keep an eye on the process."""
        await self._first_question()
        self.begun = time.monotonic()
        self.ends = self.begun + minutes * 60
        asking: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            group.create_task(self._scrape())
            group.create_task(self._publish(PUBLICATION_SECONDS / load))
            number = 0
            while (at := self.begun + number / (COMMANDS_PER_SECOND * load)) < self.ends:
                await asyncio.sleep(max(0.0, at - time.monotonic()))
                task = asyncio.create_task(self._ask(number))
                asking.add(task)
                task.add_done_callback(asking.discard)
                number += 1
        if asking:
            await asyncio.wait(asking)

    async def _first_question(self) -> None:
        """The first question loads the model, which takes a slow machine longer than Discord waits for its neighbours."""
        self.seen.asked[Platform.TELEGRAM] += 1
        name, options = LINES[-1]
        user = {"id": PERSON[Platform.TELEGRAM], "language_code": "en"}
        await self.telegram.write(" ".join(("/" + name, *options.values())), user=user)

        async def answered() -> bool:
            return bool((await self.telegram.summary())["sent"])

        await until(answered, "the first question is answered", 60)

    async def _ask(self, number: int) -> None:
        name, options = LINES[number // 2 % len(LINES)]
        person = number // 2 % PEOPLE
        platform = BOTH[number % 2]
        self.seen.asked[platform] += 1
        if platform is Platform.TELEGRAM:
            user = {"id": PERSON[platform] + person, "language_code": "en"}
            await self.telegram.write(" ".join(("/" + name, *options.values())), user=user)
            return  # counted by the server, in all
        began = time.monotonic()
        try:
            await self.discord.slash(name, options, user=str(PERSON[platform] + person))
        except NoAnswerError:
            self.seen.faults.append(f"Discord: no answer to {name} {options}")
            return
        self.seen.took.append(time.monotonic() - began)
        self.seen.answered[platform] += 1

    async def _publish(self, every: float) -> None:
        desk, number = Desk(self.store), 0
        while (at := self.begun + number * every) < self.ends:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            mark = f"Bulletin {number:05}."
            self.seen.marks.append(mark)
            fact = await _patiently(partial(desk.publish, f"{mark} Envoys met."))
            # The first one, too: what is done for the first time in the minutes that are judged would look like growth.
            if number % CORRECTED == 0:
                await asyncio.sleep(min(every / 2, max(0.0, self.ends - time.monotonic())))
                await _patiently(partial(desk.correct, fact, f"{mark} Envoys did not meet."))
            number += 1

    async def _look(self) -> None:
        while time.monotonic() < self.ends:
            now = time.monotonic() - self.begun
            self.seen.memory.append((now, resident_mb(self.service.process.pid)))
            if len(self.seen.memory) % 12 == 1:
                print(
                    f"{now / 60:5.1f} min  {self.seen.memory[-1][1]:7.1f} MB  {self.seen.asked.total()} commands",
                    file=sys.stderr,
                )
            await asyncio.sleep(LOOK_SECONDS)

    async def _scrape(self) -> None:
        while time.monotonic() < self.ends:
            if total(await metrics(self.service), "pactwatch_ready") != 1:
                self.seen.faults.append("it was not ready")
            await asyncio.sleep(SCRAPE_SECONDS)

    # Afterwards

    async def settle(self) -> dict[str, int]:
        """Wait until all that was asked and published had its time to arrive; returns deliveries by state."""
        until = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < until:
            states = await self.store.outbox.counts()
            arrived = await self._telegram_answers()
            if not states["queued"] + states["started"] and arrived >= self.seen.asked[Platform.TELEGRAM]:
                break
            await asyncio.sleep(1)
        self.seen.answered[Platform.TELEGRAM] = await self._telegram_answers()
        return {state: count for state, count in states.items() if count}

    async def _telegram_answers(self) -> int:
        """All messages but those of the broadcasts."""
        return int((await self.telegram.summary())["sent"]) - await self._posts(Platform.TELEGRAM)

    async def _posts(self, platform: Platform) -> int:
        rows = await self.store._database.fetch(
            "select count(*) from deliveries where platform = :platform and state = 'delivered' and deed = 'post'",
            {"platform": platform.value},
        )
        return int(rows[0][0])

    async def check(self, states: dict[str, int]) -> None:
        """Note what was lost or told twice."""
        faults = self.seen.faults
        for platform in BOTH:
            asked, answered = self.seen.asked[platform], self.seen.answered[platform]
            if asked != answered:
                faults.append(f"{platform.value}: {asked} commands, {answered} answers")
        counted = total(await metrics(self.service), "pactwatch_answers_total")
        if counted != self.seen.asked.total():
            faults.append(f"the service counts {counted:.0f} answers to {self.seen.asked.total()} commands")
        if wrong := {state: count for state, count in states.items() if state not in ("delivered", "cancelled")}:
            faults.append(f"deliveries did not all arrive: {wrong}")
        for mark in self.seen.marks:
            for platform in BOTH:
                if (found := await self._copies(platform, mark)) != (CHATS, CHATS):
                    faults.append(f"{platform.value}, {mark} {found[0]} copies in {found[1]} of {CHATS} chats")

    async def _copies(self, platform: Platform, mark: str) -> tuple[int, int]:
        """Deliveries of one bulletin that were posted, and in how many chats, as the platform has them."""
        if platform is Platform.TELEGRAM:
            told = await self.telegram.summary(mark, first=FIRST[platform], count=CHATS)
            return CHATS - told["missing"] + told["doubled"], CHATS - told["missing"]
        found = {channel: count for channel, count in (await self.discord.copies(mark)).items() if _subscribed(channel)}
        return sum(found.values()), len(found)


async def _patiently(deed: Callable[[], Awaitable[Entry]]) -> Entry:
    """What a deed makes, as soon as the service leaves the database free for it; in vain it leaves nothing public."""
    while True:
        try:
            return await deed()
        except StoreBusy:
            await asyncio.sleep(1)


def _subscribed(channel: str) -> bool:
    return FIRST[Platform.DISCORD] <= int(channel) < FIRST[Platform.DISCORD] + CHATS


def resident_mb(pid: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError("the kernel does not say")


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Units an hour, by least squares over (seconds, units)."""
    if len(points) < 2:
        return 0.0
    mean_x, mean_y = (sum(each[at] for each in points) / len(points) for at in (0, 1))
    over = sum((x - mean_x) ** 2 for x, _ in points)
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in points) / over


async def metrics(service: Service) -> str:
    """What Prometheus reads."""
    async with aiohttp.ClientSession() as session, session.get(f"http://{service.address}/metrics") as answer:
        return await answer.text()


def total(page: str, name: str) -> float:
    """The sum of all samples of a metric."""
    return sum(
        float(line.rpartition(" ")[2]) for line in page.splitlines() if line.startswith((name + "{", name + " "))
    )


async def soak(folder: Path, minutes: float, load: float, warm_up: float = WARM_UP_MINUTES) -> dict[str, Any]:
    """Set the stage, run, and say what came of it."""
    await chat(folder, [])  # makes the database and loads the dossier
    store = await open_store(f"sqlite:///{folder}/data/pactwatch.db")
    try:
        async with telegram_api() as telegram, discord_api() as discord:
            await telegram.chats(FIRST[Platform.TELEGRAM], CHATS)
            await telegram.chats(PERSON[Platform.TELEGRAM], PEOPLE)
            await telegram.keep(records=False)
            await discord.limits(keep=False)
            for platform, kind in ((Platform.TELEGRAM, PlaceKind.PRIVATE), (Platform.DISCORD, PlaceKind.GROUP)):
                await subscribe_many(store, (chat_of(platform, each) for each in range(CHATS)), kind=kind.value)
            settings = {"DEFAULT_LOCALE": "en", "LOG_LEVEL": "INFO"}
            async with running_service(folder, telegram=telegram, discord=discord, **settings) as service:
                run = Soak(service, telegram, discord, store)
                await run.run(minutes, load)
                states = await run.settle()
                await run.check(states)
                with contextlib.suppress(TimeoutError):
                    if (code := await service.stop()) != 0:
                        run.seen.faults.append(f"it ended with {code}")
    finally:
        await store.close()
    return report(run.seen, states, folder, minutes, load, warm_up)


def report(
    seen: Seen, states: dict[str, int], folder: Path, minutes: float, load: float, warm_up: float
) -> dict[str, Any]:
    """The figures, ready for JSON."""
    after = [each for each in seen.memory if each[0] >= 60 * min(warm_up, minutes / 2)]
    last_half = [each for each in seen.memory if each[0] >= 60 * minutes / 2]
    grows, judged = slope(after), minutes >= JUDGED_MINUTES
    took = sorted(seen.took) or [0.0]
    return {
        "ok": not seen.faults and not (judged and grows > ALLOWED_MB_PER_HOUR),
        "minutes": minutes,
        "load": load,
        "commands": seen.asked.total(),
        "answers": seen.answered.total(),
        "discord_answer_p99_ms": round(took[int(len(took) * 0.99)] * 1000, 1),
        "publications": len(seen.marks),
        "deliveries": states,
        "slope_mb_per_hour": round(grows, 2),
        "slope_judged": judged,
        "slope_of_last_half": round(slope(last_half), 2),
        "memory_mb": {"after_warm_up": after[0][1] if after else None, "at_end": seen.memory[-1][1]},
        "files_mb": {
            str(each.relative_to(folder)): round(each.stat().st_size / 1e6, 2)
            for each in sorted((*folder.glob("data/*.db*"), folder / "service.log"))
        },
        "faults": seen.faults[:20],
    }


def main() -> int:
    """Run, and print one line of JSON at the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="A long run under load.")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--load", type=float, default=10.0, help="times the expected load")
    parser.add_argument("--warm-up", type=float, default=WARM_UP_MINUTES, help="minutes that are not judged")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak") as folder:
        found = asyncio.run(soak(Path(folder), given.minutes, given.load, given.warm_up))
        if not found["ok"]:
            print((Path(folder) / "service.log").read_text(encoding="utf-8")[-20_000:], file=sys.stderr)
    print(json.dumps(found))
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
