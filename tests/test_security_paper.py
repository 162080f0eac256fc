"""SECURITY.md, against the code it speaks of."""

from __future__ import annotations

import re
from pathlib import Path

from bot.core.authority import denial
from bot.settings import Settings
from handlers import COMMANDS

ROOT = Path(__file__).parents[1]
PAPER = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"`([^`\n]+)`", PAPER)


def test_what_the_paper_names_is_there() -> None:
    """Whoever follows a path, a setting or a command of SECURITY.md finds it, and no boundary goes without its test."""
    paths = {each for each in QUOTED if re.fullmatch(r"[a-z_]+/[\w/]+\.(py|txt)", each)} | set(
        re.findall(r"\]\(([\w/.]+)\)", PAPER)
    )
    assert len(paths) > 40
    assert [each for each in sorted(paths) if not (ROOT / each).is_file()] == []
    settings = {name.upper() for name in Settings.model_fields} | {"PGPASSWORD"}
    words = {word for each in QUOTED for word in re.findall(r"\b[A-Z]{4,}(?:_[A-Z]+)*\b", each)}
    assert words <= settings
    commands = {each.partition(" ")[0].removeprefix("/") for each in QUOTED if re.match(r"/[a-z]+( |$)", each)}
    elsewhere = {"revoke", "readyz"}
    assert commands - elsewhere <= {each.name for each in COMMANDS}
    assert denial.__module__ == "bot.core.authority"


def test_every_boundary_has_its_module_and_its_test() -> None:
    """A row of the table of boundaries names what enforces it and what shows it."""
    rows = PAPER.partition("| boundary |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(rows) > 12
    for row in rows:
        *_, enforced, shown = (cell.strip() for cell in row.strip("|").split("|"))
        assert re.search(r"`(bot|handlers|storage)/", enforced), row
        assert re.search(r"`tests/", shown), row
