"""Answers that stand for a proposal: known by their message, and left alone by what their buttons open."""

from __future__ import annotations

from bot.core.documents import Document, RunCommand, paragraph
from bot.core.requests import Outcome, Reply, Request, Shows
from tests.adapters.fakes import FakeAnswers
from tests.adapters.telegram.conftest import Connect, until
from tests.platforms.telegram_client import ANNA, GROUP, TelegramApi

BUTTONS = ((RunCommand("Next", "next"), RunCommand("Below", "below")),)


def desk(request: Request) -> Reply:
    match request.line.lstrip("/"):
        case "below":
            return Reply(Document((paragraph("beside it"),)), below=True)
        case "why":
            return Reply(Document((paragraph("why not?"),)), Outcome.MISTAKE, below=True)
    return Reply(Document((paragraph(f"card {request.line}"),), BUTTONS), shows=Shows(7, len(request.line)))


async def test_a_card_is_known_by_its_message(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A card asked for is kept up to date later, since the product learns which message it became, also when edited."""
    answers.reply = desk
    await connect()
    card = await api.say("/queue")
    await api.press(card, "Next")
    await until(lambda: len(answers.told) == 2)
    first, second = answers.told
    assert str(first[1].chat) == f"telegram:{ANNA}"
    assert first[0] == Shows(7, 6)
    assert second == (Shows(7, 4), first[1])


async def test_what_a_card_opens_comes_below_it(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A button on a card in a group opens a message of its own, and the card goes on standing for everybody."""
    answers.reply = desk
    await connect()
    card = await api.say("/queue", chat=GROUP)
    opened = await api.press(card, "Below")
    assert (opened.text, opened.method) == ("beside it", "sendMessage")


async def test_a_question_from_a_card_keeps_its_buttons(
    api: TelegramApi, connect: Connect, answers: FakeAnswers
) -> None:
    """Asked for a reason in a group, an editor gets a message to answer by its buttons, and no alert that goes away."""
    answers.reply = desk
    await connect()
    card = await api.say("/queue", chat=GROUP)
    asked = await api.press(card, "why")
    assert (asked.text, asked.method) == ("why not?", "sendMessage")
