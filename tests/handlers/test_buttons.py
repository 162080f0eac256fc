from __future__ import annotations

import pytest

from bot.adapters.console.render import plain
from bot.app import Core
from bot.core.documents import RunCommand
from bot.core.places import ChatRef, Platform, UserRef
from bot.core.requests import Actor, Origin, Outcome, Reply, Request

STARTS = (
    "treaty 4",
    "treaty 4 as of 2024-06-20",
    "treaty as of 2024-06-20",
    "treaty",
    "treaty 51",
    "treaty un 51",
    "history 4",
    "history un-charter/51",
    "compare 4 1961/1",
    "compare 4 51",
    "fact F-11",
    "sources 4",
    "timeline",
    "latest",
    "topics",
    "people",
    "search Kursk",
    "start",
    "help",
)
CHANGES = ("language", "suggest", "report", "link", "forgetme", "subscribe", "unsubscribe", "settings", "!")
"""Buttons that change something, which the walk leaves alone; `!` begins those that only work where they stand."""


class Walk:
    """Presses every button once, each as another person, so that nobody is asked to slow down."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._people = 0
        self.pressed: set[str] = set()

    async def press(self, line: str) -> Reply:
        self._people += 1
        self.pressed.add(line)
        place = UserRef(Platform.TELEGRAM, str(10_000 + self._people))
        request = Request(line, Actor(place), ChatRef(Platform.TELEGRAM, place.id), origin=Origin.BUTTON)
        reply = await self._core.dispatcher(request)
        assert reply is not None
        return reply

    def new(self, replies: list[Reply]) -> list[str]:
        rows = [row for reply in replies for row in reply.document.buttons]
        lines = dict.fromkeys(each.command for row in rows for each in row if isinstance(each, RunCommand))
        return [line for line in lines if line not in self.pressed and not line.startswith(CHANGES)]


async def test_no_button_leads_astray(core: Core) -> None:
    """Whatever a reader presses, and whatever they press then, is answered: no button is dead."""
    walk = Walk(core)
    shown = [await walk.press(start) for start in STARTS]
    dead: list[tuple[str, str]] = []
    for _ in range(2):
        pressed = [(line, await walk.press(line)) for line in walk.new(shown)]
        dead += [(line, plain(reply.document)) for line, reply in pressed if not reply.ok]
        shown = [reply for _, reply in pressed]
    assert dead == []
    assert {"treaty 4@1", "treaty 5 as of 2024-06-20", "compare 4 un-charter/51"} <= walk.pressed


@pytest.mark.parametrize("line", ["treaty 4@1", "treaty un-charter/51@1", "treaty preamble@1", "treaty 4@1 in:en"])
async def test_the_revisions_of_an_article_open(core: Core, line: str) -> None:
    """The buttons under the history of an article show what they say they show."""
    reply = await Walk(core).press(line)
    assert reply.outcome is Outcome.ANSWERED
    assert "@1" in plain(reply.document)
