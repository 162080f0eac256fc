"""Answers a second, and how long one takes: the service beside bare bots on the same libraries, turn by turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.bench.processes import WEBHOOK_SECRET, Bot, floor, product, stub
from tests.bench.report import Row, at_least, at_most, beside
from tests.bench.stores import rare_words

ARTICLE = ("/treaty article4",)
FLOOD_SECONDS = 60
WARM_UP = 300
CALM_RATE = 100.0
STUB_LIMIT = 0.7
"""Share of its core above which a stub might be what is measured."""


@dataclass
class Figures:
    """What the floods of one bot gave, one value a repetition."""

    rate: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    stub: list[float] = field(default_factory=list)
    lost: int = 0


async def _flood(bot: Bot, figures: Figures, texts: Sequence[str], count: int, rate: float) -> None:
    used = bot.child.cpu()
    hook = {"url": bot.hook, "secret": WEBHOOK_SECRET} if bot.hook else {}
    got = await bot.stub.ask("flood", texts=list(texts), count=count, rate=rate, seconds=FLOOD_SECONDS, **hook)
    figures.rate.append(got["rate"])
    figures.cpu.append((bot.child.cpu() - used) / max(1, got["answered"]) * 1_000_000)
    figures.p50.append(got["p50"])
    figures.p99.append(got["p99"])
    figures.stub.append(got["stub"])
    figures.lost += int(got["asked"] - got["answered"])


async def _compare(
    bots: Mapping[str, Bot], texts: Sequence[str], *, reps: int, count: int, rate: float = 0, distinct: bool = False
) -> dict[str, Figures]:
    """Flood the bots in turn, `reps` times. distinct: no text is sent twice to a bot."""
    found = {name: Figures() for name in bots}
    warm_up = min(WARM_UP, count)
    for bot in bots.values():
        await _flood(bot, Figures(), texts[:warm_up], warm_up, 0)
    for rep in range(reps):
        start = warm_up + rep * count if distinct else 0
        for name, bot in bots.items():
            await _flood(bot, found[name], texts[start : start + count] if distinct else texts, count, rate)
    return found


def _rows(what: str, found: Mapping[str, Figures], goals: Mapping[str, float]) -> list[Row]:
    """A row for each floor's rate with its goal, and one for what an answer costs in processor time."""
    ours = found["ours"]
    rows = []
    for name, part in goals.items():
        row = at_least(f"{what}, against {name}", "answers/s", ours.rate, found[name].rate, part, _note(found))
        rows.append(_sound(row, ours))
        rows.append(beside(f"{what}, against {name}", "CPU ms/1000", ours.cpu, found[name].cpu))
    return rows


def _note(found: Mapping[str, Figures]) -> str:
    notes = [f"{each.lost} unanswered by {name}" for name, each in found.items() if each.lost]
    notes += [f"stub busy with {name}" for name, each in found.items() if max(each.stub) > STUB_LIMIT]
    return "; ".join(notes)


def _sound(row: Row, ours: Figures) -> Row:
    """A goal is missed where anything was left unanswered."""
    return replace(row, met=False) if ours.lost else row


def _latency(what: str, found: Mapping[str, Figures]) -> list[Row]:
    ours, bare = found["ours"], found["bare"]
    row = at_most(f"{what} at {CALM_RATE:g}/s, p99", "ms", ours.p99, bare.p99, 2, note=_note(found))
    return [
        _sound(row, ours),
        beside(f"{what} at {CALM_RATE:g}/s, p50", "ms", ours.p50, bare.p50),
    ]


async def telegram(folder: Path, database: Path, *, reps: int, count: int, calm: int) -> list[Row]:
    """`/treaty article4` and `/search` of rare words on a large store, polled and by webhook."""
    words = [f"/search {word}" for word in rare_words()]
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        bots = {
            "ours": await enter(product(database, telegram=await enter(stub("telegram", folder)))),
            "bare": await enter(floor("polling", folder)),
            "default": await enter(floor("default", folder)),
        }
        rows = _rows(
            "Telegram polling, exact",
            await _compare(bots, ARTICLE, reps=reps, count=count),
            {"bare": 0.85, "default": 1.5},
        )
        del bots["default"]
        most = min(count, (len(words) - WARM_UP) // reps)
        searched = await _compare(bots, words, reps=reps, count=most, distinct=True)
        rows += _rows("Telegram polling, searched", searched, {"bare": 0.65})
        rows += _latency("Telegram", await _compare(bots, ARTICLE, reps=reps, count=calm, rate=CALM_RATE))
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        served = await enter(stub("telegram", folder))
        bots = {
            "ours": await enter(product(database, telegram=served, webhook=True)),
            "bare": await enter(floor("webhook", folder)),
        }
        found = await _compare(bots, ARTICLE, reps=reps, count=count)
        rows += _rows("Telegram webhook, exact", found, {"bare": 0.85})
        rows += _latency("Telegram webhook", await _compare(bots, ARTICLE, reps=reps, count=calm, rate=CALM_RATE))
    return rows


async def discord(folder: Path, database: Path, *, reps: int, count: int, calm: int) -> list[Row]:
    """The slash command `/treaty`."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        bots = {
            "ours": await enter(product(database, discord=await enter(stub("discord", folder)))),
            "bare": await enter(floor("discord", folder)),
        }
        rows = _rows("Discord slash, exact", await _compare(bots, (), reps=reps, count=count), {"bare": 0.85})
        rows += _latency("Discord slash", await _compare(bots, (), reps=reps, count=calm, rate=CALM_RATE))
    return rows
