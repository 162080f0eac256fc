"""Answers that stand for a proposal: known by their message, and left alone by what their buttons open."""

from __future__ import annotations

from bot.core.documents import Document, RunCommand, paragraph
from bot.core.requests import Reply, Request, Shows
from tests.adapters.discord.conftest import Connect, until
from tests.adapters.fakes import FakeAnswers
from tests.platforms.discord_api import DiscordApi

CARD = Document((paragraph("card"),), ((RunCommand("Next", "next"), RunCommand("Below", "below")),))


def desk(request: Request) -> Reply:
    if request.line.lstrip("/") == "below":
        return Reply(Document((paragraph("beside it"),)), below=True)
    return Reply(CARD, shows=Shows(7, len(request.line)), discreet=request.line == "/addfact")


async def test_a_card_is_known_by_its_message(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A card asked for is kept up to date later, since the product learns which message it became, also when edited."""
    answers.reply = desk
    await connect()
    card = await api.slash("queue")
    await api.press(card, "Next")
    await until(lambda: len(answers.told) == 2)
    first, second = answers.told
    assert first[1].id == second[1].id == str(card.message["id"])
    assert (first[0], second[0]) == (Shows(7, 6), Shows(7, 4))


async def test_what_one_person_sees_is_not_kept(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A preview only its author sees can't be changed later, and is not tried to."""
    answers.reply = desk
    await connect()
    await api.slash("addfact")
    await api.slash("queue")
    await until(lambda: bool(answers.told))
    assert [shows.version for shows, _ in answers.told] == [len("/queue")]


async def test_what_a_card_opens_comes_below_it(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A button on a card opens a message of its own, and the card goes on standing for everybody."""
    answers.reply = desk
    await connect()
    card = await api.slash("queue")
    opened = await api.press(card, "Below")
    assert (opened.text, opened.edited) == ("beside it", False)
