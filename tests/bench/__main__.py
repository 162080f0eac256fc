"""`python -m tests.bench [part]`: the product beside its floors, in one run, turn by turn. Never a test: times vary.

Rates of one machine at one moment say little, so each figure stands beside that of something bare doing the same
work in the same run, and the medians of `--reps` repetitions are compared. Bots run on the first core, stubs on the
last; run nothing else meanwhile. Exit code 1 where a goal was missed.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.bench import answers, broadcasts, fanout, outbox, postgres, questions, report, searches, starts
from tests.bench.processes import ROOT
from tests.bench.stores import build

ANSWERS = ("telegram", "discord", "search", "questions", "start", "memory")
DELIVERY = ("fanout", "outbox", "broadcast", "limits", "people")
POSTGRES = "postgres"
"""Not among `all`: it takes as long as they do."""
PEER = ROOT / ".venv-bench" / "bin" / "python"
SMALL, LARGE, HUGE = 1_000, 100_000, 1_000_000
CALM_SECONDS = 10


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    choices = ("all", "answers", "delivery", *ANSWERS, *DELIVERY, POSTGRES)
    parser.add_argument("part", nargs="?", choices=choices, default="all")
    parser.add_argument("--reps", type=int, default=3, help="repetitions, of which the median counts")
    parser.add_argument("--updates", type=int, default=3_000, help="commands sent in one repetition")
    parser.add_argument("--quick", action="store_true", help="nothing of a million rows, less of all, once")
    parser.add_argument("--stores", type=Path, help="where to keep the made-up stores for the next run")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument("--peer", type=Path, default=PEER, help="a Python that has procrastinate, for `postgres`")
    return parser.parse_args()


async def _measure(given: argparse.Namespace, folder: Path) -> list[report.Row]:
    if given.part == POSTGRES:
        sizes = postgres.QUICK if given.quick else replace(postgres.FULL, reps=given.reps)
        return await postgres.measure(folder, sizes, given.peer)
    groups = {"all": (*ANSWERS, *DELIVERY), "answers": ANSWERS, "delivery": DELIVERY}
    stores = given.stores or folder
    stores.mkdir(parents=True, exist_ok=True)
    rows: list[report.Row] = []
    for part in groups.get(given.part, (given.part,)):
        for size in _sizes(part, quick=given.quick):
            print(f"{part}: a store of {size:,} entries …", file=sys.stderr)
            await build(_store(stores, size), size)
        print(f"{part}: measuring …", file=sys.stderr)
        found = await (_delivery if part in DELIVERY else _answers)(part, given, folder, stores)
        print(report.table(found), file=sys.stderr)
        rows += found
    return rows


def _sizes(part: str, *, quick: bool) -> tuple[int, ...]:
    """Entries of the stores that a part needs."""
    if part in DELIVERY:
        return (SMALL,)
    if part == "questions":
        return ()
    return (SMALL, LARGE, *(() if quick else (HUGE,))) if part == "search" else (LARGE,)


async def _answers(part: str, given: argparse.Namespace, folder: Path, stores: Path) -> list[report.Row]:
    reps, large = 1 if given.quick else given.reps, _store(stores, LARGE)
    calm = int(answers.CALM_RATE * CALM_SECONDS)
    match part:
        case "telegram":
            return await answers.telegram(folder, large, reps=reps, count=given.updates, calm=calm)
        case "discord":
            return await answers.discord(folder, large, reps=reps, count=given.updates, calm=calm)
        case "search":
            made = {size: _store(stores, size) for size in _sizes(part, quick=given.quick)}
            return await searches.measure(folder, made, reps=reps)
        case "questions":
            return await questions.measure(folder)
        case "start":
            return await starts.start(folder, large, reps=max(reps, starts.MIN_STARTS))
        case _:
            return await starts.memory(folder, large)


async def _delivery(part: str, given: argparse.Namespace, folder: Path, stores: Path) -> list[report.Row]:
    small = _store(stores, SMALL)
    sizes = broadcasts.QUICK if given.quick else replace(broadcasts.FULL, reps=given.reps)
    match part:
        case "fanout":
            return await fanout.measure(folder, fanout.SIZES[:2] if given.quick else fanout.SIZES, sizes.reps)
        case "outbox":
            rows = LARGE if given.quick else HUGE
            return await outbox.measure(folder, rows, reps=sizes.reps)
        case "broadcast":
            telegram, discord = [await broadcasts.lifted_limit(folder, small, each, sizes) for each in sizes.fast]
            return telegram + discord
        case "limits":
            return [
                *await broadcasts.at_the_limits(folder, small, sizes),
                *await broadcasts.first_attempts(folder, small, sizes),
                *await broadcasts.one_must_wait(folder, small, sizes),
            ]
        case _:
            return await broadcasts.asked_meanwhile(folder, small, sizes)


def _store(folder: Path, size: int) -> Path:
    return folder.absolute() / f"{size}.db"


def main() -> int:
    """Measure, print, and say whether every goal was reached."""
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="pactwatch-bench-") as folder:
        rows = asyncio.run(_measure(given, Path(folder)))
    print(report.table(rows))
    if given.part == POSTGRES:
        print(report.as_json(rows))
    if given.json is not None:
        report.write(given.json, rows)
    return 1 if any(row.met is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
