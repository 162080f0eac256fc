"""`python -m tests.questions [eval|calibrate|ship]`.

Measure the answers, fit the figures of `bot.core.answering`, or make the vectors that ship with the dossier.
"""

from __future__ import annotations

import argparse
import asyncio

from tests.questions import calibration, evaluation
from tests.questions.sets import CALIBRATION, TEST


def main() -> int:
    """Run one of the three."""
    parser = argparse.ArgumentParser(prog="python -m tests.questions")
    parser.add_argument("what", nargs="?", choices=("eval", "calibrate", "ship"), default="eval")
    parser.add_argument("--on", choices=("test", "calibration"), default="test", help="the set that eval asks")
    given = parser.parse_args()
    match given.what:
        case "ship":
            asyncio.run(evaluation.ship_vectors())
            return 0
        case "calibrate":
            asyncio.run(calibration.calibrate())
            return 0
        case _:
            return asyncio.run(evaluation.evaluate(TEST if given.on == "test" else CALIBRATION))


if __name__ == "__main__":
    raise SystemExit(main())
