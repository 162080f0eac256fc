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
from pathlib import Path

from tests.bench import answers, report, searches, starts
from tests.bench.stores import build

PARTS = ("telegram", "discord", "search", "start", "memory")
SMALL, LARGE, HUGE = 1_000, 100_000, 1_000_000
CALM_SECONDS = 10


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("part", nargs="?", choices=(*PARTS, "all"), default="all")
    parser.add_argument("--reps", type=int, default=3, help="repetitions, of which the median counts")
    parser.add_argument("--updates", type=int, default=3_000, help="commands sent in one repetition")
    parser.add_argument("--quick", action="store_true", help="no store of a million entries, and one repetition")
    parser.add_argument("--stores", type=Path, help="where to keep the made-up stores for the next run")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    return parser.parse_args()


async def _measure(given: argparse.Namespace, folder: Path) -> list[report.Row]:
    reps, parts = 1 if given.quick else given.reps, PARTS if given.part == "all" else (given.part,)
    stores = given.stores or folder
    stores.mkdir(parents=True, exist_ok=True)
    rows: list[report.Row] = []
    for part in parts:
        sizes = (SMALL, LARGE, *(() if given.quick else (HUGE,))) if part == "search" else (LARGE,)
        for size in sizes:
            print(f"{part}: a store of {size:,} entries …", file=sys.stderr)
            await build(_store(stores, size), size)
        print(f"{part}: measuring …", file=sys.stderr)
        large = _store(stores, LARGE)
        calm = int(answers.CALM_RATE * CALM_SECONDS)
        match part:
            case "telegram":
                rows += await answers.telegram(folder, large, reps=reps, count=given.updates, calm=calm)
            case "discord":
                rows += await answers.discord(folder, large, reps=reps, count=given.updates, calm=calm)
            case "search":
                rows += await searches.measure(folder, {size: _store(stores, size) for size in sizes}, reps=reps)
            case "start":
                rows += await starts.start(folder, large, reps=max(reps, starts.MIN_STARTS))
            case "memory":
                rows += await starts.memory(folder, large)
    return rows


def _store(folder: Path, size: int) -> Path:
    return folder.absolute() / f"{size}.db"


def main() -> int:
    """Measure, print, and say whether every goal was reached."""
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="pactwatch-bench-") as folder:
        rows = asyncio.run(_measure(given, Path(folder)))
    print(report.table(rows))
    if given.json is not None:
        report.write(given.json, rows)
    return 1 if any(row.met is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
