"""What was measured: rows beside their floors, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One measure. met: whether the goal was reached, None where there is none."""

    measure: str
    unit: str
    ours: float
    floor: float | None = None
    goal: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours to the floor's."""
        return self.ours / self.floor if self.floor else None


def at_least(
    measure: str, unit: str, ours: Sequence[float], floor: Sequence[float], part: float, note: str = ""
) -> Row:
    """More is better: ours must be `part` of the floor. The medians of both are compared."""
    mine, theirs = median(ours), median(floor)
    return Row(measure, unit, mine, theirs, f">= {part:g}x", mine >= part * theirs, note)


def at_most(
    measure: str,
    unit: str,
    ours: Sequence[float],
    floor: Sequence[float],
    times: float,
    plus: float = 0,
    note: str = "",
) -> Row:
    """Less is better: ours may be `times` the floor and `plus` more."""
    mine, theirs = median(ours), median(floor)
    goal = f"<= {times:g}x" + (f" + {plus:g}" if plus else "")
    return Row(measure, unit, mine, theirs, goal, mine <= times * theirs + plus, note)


def below(measure: str, unit: str, ours: float, limit: float, note: str = "") -> Row:
    """Less is better: ours has an absolute limit."""
    return Row(measure, unit, ours, None, f"<= {limit:g}", ours <= limit, note)


def beside(measure: str, unit: str, ours: Sequence[float], floor: Sequence[float], note: str = "") -> Row:
    """Two figures that explain others; there is no goal."""
    return Row(measure, unit, median(ours), median(floor), note=note)


HEADS = ("measure", "unit", "ours", "floor", "ratio", "goal", "met", "")


def table(rows: Sequence[Row]) -> str:
    """The rows as text in columns."""
    cells = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    numbers = range(2, 5)
    lines = [
        "  ".join(
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    met = "" if row.met is None else "yes" if row.met else "NO"
    ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
    floor = f"{row.floor:.4g}" if row.floor is not None else ""
    return (row.measure, row.unit, f"{row.ours:.4g}", floor, ratio, row.goal, met, row.note)


def write(path: Path, rows: Sequence[Row]) -> None:
    """Keep the rows, and where they were measured, as JSON."""
    path.write_text(as_json(rows, indent=1), encoding="utf-8")


def as_json(rows: Sequence[Row], indent: int | None = None) -> str:
    """The rows, and where they were measured."""
    machine = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    return json.dumps({"machine": machine, "rows": [asdict(row) | {"ratio": row.ratio} for row in rows]}, indent=indent)
