"""A few commands as the product declares them, with every trait that Discord has to be told about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import LONGEST_TEXT, Complete, Param, command
from bot.core.documents import Document, paragraph
from bot.core.requests import Call, Reply


@dataclass(frozen=True, slots=True)
class TreatyArgs:
    article: Annotated[str | None, Param(complete=Complete.ARTICLES)] = None
    page: Annotated[int | None, Param(button_only=True)] = None


@dataclass(frozen=True, slots=True)
class SubscribeArgs:
    topic: Annotated[str | None, Param(complete=Complete.TOPICS)] = None
    mode: Annotated[str | None, Param(choices=("instant", "daily", "weekly"))] = None
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class CheckArgs:
    text: str


@dataclass(frozen=True, slots=True)
class AddfactArgs:
    statement: str | None = None
    status: Annotated[str | None, Param(offers=("confirmed", "claimed", "disputed"))] = None


@command("treaty", aliases=("article",))
async def treaty(args: TreatyArgs, call: Call, services: object) -> Reply:
    return Reply(Document((paragraph("treaty"),)))


@command("subscribe")
async def subscribe(args: SubscribeArgs, call: Call, services: object) -> Reply:
    return Reply(Document((paragraph("subscribe"),)))


@command("check", message_menu=True)
async def check(args: CheckArgs, call: Call, services: object) -> Reply:
    return Reply(Document((paragraph("check"),)))


@command("addfact", longest=LONGEST_TEXT)
async def addfact(args: AddfactArgs, call: Call, services: object) -> Reply:
    return Reply(Document((paragraph("addfact"),)))


@command("suggest", message_menu=True)
async def suggest(args: CheckArgs, call: Call, services: object) -> Reply:
    return Reply(Document((paragraph("suggest"),)))


COMMANDS = (treaty, subscribe, check, addfact, suggest)
