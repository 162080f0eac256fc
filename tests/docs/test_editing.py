"""The editor's guide is true: what it has people type is typed, and the answers are those it shows."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_core
from handlers import COMMANDS
from tests.acceptance.service import chat
from tests.cores import WORDS, on
from tests.docs.papers import DOCS
from tests.docs.terminal import EXAMPLE, says

PAGE = (DOCS / "editing.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```desk\n(.*?)^```", re.DOTALL | re.MULTILINE)
NIGHTLY = bool(os.environ.get("PACTWATCH_NIGHTLY"))


@dataclass
class Step:
    """Somebody's line, and pieces of the answer that the page shows."""

    who: str
    line: str
    shown: list[str] = field(default_factory=list)


def steps() -> list[Step]:
    found: list[Step] = []
    for line in "".join(BLOCK.findall(PAGE)).splitlines():
        if line.startswith(" "):
            found[-1].shown.append(line.strip())
        else:
            who, _, typed = line.partition("> ")
            found.append(Step(who, typed))
    return found


Speak = Callable[[Step], Awaitable[dict[str, Any]]]


@asynccontextmanager
async def in_one_process(folder: Path) -> AsyncIterator[Speak]:
    """Everybody on one opened store."""
    async with open_core(on(f"sqlite:///{folder}/pactwatch.db", dossier=EXAMPLE), words=WORDS, semantic=False) as core:
        yield lambda step: says(core, step.who, step.line)


@asynccontextmanager
async def each_in_a_process(folder: Path) -> AsyncIterator[Speak]:
    """The program itself, started anew for each line."""

    async def speak(step: Step) -> dict[str, Any]:
        who = ("--lang", "en", "--as", step.who, "--user", step.who)
        replies = await chat(folder, [step.line], *who, DOSSIER=str(EXAMPLE))
        return next(each for each in replies if not each.get("push"))

    yield speak


@pytest.mark.parametrize("way", [in_one_process, each_in_a_process] if NIGHTLY else [in_one_process])
async def test_the_worked_example_works(
    tmp_path: Path, way: Callable[[Path], AbstractAsyncContextManager[Speak]]
) -> None:
    """Whoever types the guide's lines one after the other gets the answers it shows, from the first role to the last."""
    async with way(tmp_path) as speak:
        for step in steps():
            reply = await speak(step)
            for piece in step.shown:
                assert piece in reply["text"], (step.line, reply["text"])


def test_the_guide_goes_all_the_way() -> None:
    """Every command of the desk has its place in the guide."""
    told = set(re.findall(r"/([a-z]+)", PAGE))
    desk = {each.name for each in COMMANDS if each.role.name != "READER"}
    assert desk - told == set()
    assert {"suggest", "report", "link", "why"} <= told
    assert len(steps()) > 25
