"""Commands, buttons, menus and completions through the real library and a fake Discord."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.documents import Document, Paragraph, RunCommand, Text, paragraph
from bot.core.places import ChatKind
from bot.core.requests import Dialog, Origin, Outcome, Reply, Request
from bot.core.subscriptions import PlaceKind
from tests.adapters.discord.conftest import Connect
from tests.adapters.fakes import FakeAnswers
from tests.platforms.discord_api import DiscordApi, NoAnswerError
from tests.platforms.discord_payloads import CHANNEL, GUILD


def said(text: str, **more: object) -> Reply:
    return Reply(Document((paragraph(text),)), **more)


async def test_slash_command_in_a_server(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A slash command is answered once, publicly, with what it asked for and in whose language."""
    await connect()
    answer = await api.slash("treaty", {"article": "4"}, user="55", locale="ko")
    assert (answer.text, answer.labels, answer.ephemeral) == ("you said: /treaty", ("Next",), False)
    (request,) = answers.requests
    assert request.values == {"article": "4"}
    assert str(request.actor.user) == "discord:55"
    assert (request.platform_locale, request.kind, request.addressed) == ("ko", ChatKind.GROUP, True)
    assert request.actor.accountable


@pytest.mark.parametrize(("place", "chat"), [("dm", "4242"), ("install", "@77"), ("foreign", "@77")])
async def test_slash_command_elsewhere(
    api: DiscordApi, connect: Connect, answers: FakeAnswers, place: str, chat: str
) -> None:
    """The bot answers in its own chat, and in foreign chats for who installed it for themselves and none else there."""
    await connect()
    answer = await api.slash("treaty", place=place, channel="4242")
    assert answer.text == "you said: /treaty"
    (request,) = answers.requests
    assert (request.kind, request.place, request.space) == (ChatKind.PRIVATE, PlaceKind.PRIVATE, None)
    assert str(request.chat) == f"discord:{chat}"
    assert await request.actor.is_chat_admin()
    pressed = await api.press(answer, "Next")
    assert pressed.edited


async def test_numbers_arrive_as_text(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A number typed into an option reaches the command like one typed in a chat."""
    await connect()
    await api.slash("subscribe", {"topic": "army", "hour": 7})
    assert answers.requests[0].values == {"topic": "army", "hour": "7"}


@pytest.mark.parametrize(("permissions", "admin"), [(0, False), (1 << 5, True), (1 << 3, True), (1 << 13, False)])
async def test_server_admins_are_known(
    api: DiscordApi, connect: Connect, answers: FakeAnswers, permissions: int, admin: bool
) -> None:
    """Only who may manage the server counts as its administrator."""
    await connect()
    await api.slash("treaty", permissions=permissions)
    assert await answers.requests[0].actor.is_chat_admin() is admin


async def test_bots_are_not_accountable(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A bot or webhook is answered and can never be held to account, whatever it uses."""
    await connect()
    first = await api.slash("treaty", is_bot=True)
    await api.press(first, "Next")
    await api.message_menu("menu-check (it)", "It rained.", is_bot=True)
    await api.answer(await api.send(5, {"custom_id": "addfact", "components": []}, is_bot=True))
    assert [each.actor.accountable for each in answers.requests] == [False] * 4


async def test_completion(api: DiscordApi, connect: Connect) -> None:
    """Suggestions appear while somebody types, for an alias as for the command itself."""
    await connect()
    assert await api.autocomplete("article", "article", "art 4", locale="ru") == [
        {"name": "treaty article art 4 ru", "value": "art 4"}
    ]


async def test_completion_is_cut_to_what_discord_takes(api: DiscordApi, connect: Connect) -> None:
    """A suggestion too long to send is left out, and one with a long name is shortened: the list still appears."""
    await connect()
    assert await api.autocomplete("treaty", "article", "x" * 101) == []
    (choice,) = await api.autocomplete("treaty", "article", "y" * 90)
    assert choice["value"] == "y" * 90
    assert choice["name"].endswith("…")


async def test_button_edits_its_message(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """Pressing a button changes the message it stands on instead of adding another."""
    await connect()
    answer = await api.slash("treaty")
    pressed = await api.press(answer, "Next")
    assert pressed.edited
    assert pressed.message["id"] == answer.message["id"]
    assert pressed.text == "you said: treaty 5"
    assert answers.requests[-1].origin is Origin.BUTTON
    assert answers.requests[-1].values is None
    assert len((await api.state())["messages"]) == 1


async def test_refusal_on_a_button_leaves_the_message(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """Who presses a button they may not use is told so alone; the message stays as it was for all others."""
    await connect()
    answer = await api.slash("treaty")
    answers.reply = lambda _: said("not you", outcome=Outcome.REFUSED)
    pressed = await api.press(answer, "Next", user="99")
    assert (pressed.edited, pressed.ephemeral, pressed.text) == (False, True, "not you")
    assert (await api.state())["messages"][0]["components"] == answer.message["components"]


async def test_refusal_on_a_private_button_leaves_the_message(
    api: DiscordApi, connect: Connect, answers: FakeAnswers
) -> None:
    """A private answer keeps its buttons when one of them is refused, so that the next attempt has them."""
    buttons = ((RunCommand("Approve", "!ab"),),)
    answers.reply = lambda _: Reply(Document((paragraph("preview"),), buttons), discreet=True)
    await connect()
    preview = await api.slash("treaty")
    answers.reply = lambda _: said("not your own", outcome=Outcome.REFUSED)
    refused = await api.press(preview, "Approve")
    assert (refused.edited, refused.ephemeral, refused.text) == (False, True, "not your own")
    answers.reply = lambda _: said("approved", discreet=True)
    done = await api.press(preview, "Approve")
    assert (done.edited, done.text) == (True, "approved")


async def test_discreet_answer_on_a_card_leaves_it(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """What a press on everybody's card tells one person stands beside the card and not in its place."""
    await connect()
    card = await api.slash("treaty")
    answers.reply = lambda _: said("you approved it", discreet=True)
    pressed = await api.press(card, "Next", user="99")
    assert (pressed.edited, pressed.ephemeral, pressed.text) == (False, True, "you approved it")
    assert (await api.state())["messages"][0]["components"] == card.message["components"]


@pytest.mark.parametrize(
    "reply",
    [
        said("for you", private=True),
        said("not for all", discreet=True),
        said("no", outcome=Outcome.REFUSED),
        said("what?", outcome=Outcome.MISTAKE),
    ],
)
async def test_private_answers_are_ephemeral(
    api: DiscordApi, connect: Connect, answers: FakeAnswers, reply: Reply
) -> None:
    """Personal answers, refusals and corrections of one's typing are seen by that person only."""
    answers.reply = lambda _: reply
    await connect()
    assert (await api.slash("treaty")).ephemeral


async def test_buttons_of_a_private_answer_edit_it(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A private answer with buttons stays one private message."""
    answers.reply = lambda request: Reply(
        Document((paragraph(request.line),), ((RunCommand("More", "settings 2"),),)), private=True
    )
    await connect()
    answer = await api.slash("treaty")
    pressed = await api.press(answer, "More")
    assert (pressed.edited, pressed.ephemeral, pressed.text) == (True, True, "settings 2")


async def test_message_menu(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """Choosing the menu entry on somebody's message looks at that message, and only the curious one sees what comes."""
    await connect()
    answer = await api.message_menu("menu-check (it)", "The treaty was signed in 1999.")
    assert answer.ephemeral
    (request,) = answers.requests
    assert (request.line, request.quoted) == ("check", "The treaty was signed in 1999.")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("It rained.", ()),
        ("See https://x.org/a, (http://y.org/b) and https://x.org/a.", ("https://x.org/a", "http://y.org/b")),
        ("[KCNA](https://kcna.kp/a) **https://x.org/b** <https://x.org/c>", ("https://kcna.kp/a", "https://x.org/b", "https://x.org/c")),
        ("https://ru.wikipedia.org/wiki/Пакт_(2024)!", ("https://ru.wikipedia.org/wiki/Пакт_(2024)",)),
        ("ftp://x.org javascript:alert(1) HTTPS://X.org", ("HTTPS://X.org",)),
        (" ".join(f"https://x.org/{at}" for at in range(7)), tuple(f"https://x.org/{at}" for at in range(5))),
    ],
)  # fmt: skip
async def test_sources_of_a_message(
    api: DiscordApi, connect: Connect, answers: FakeAnswers, text: str, links: tuple[str, ...]
) -> None:
    """A message chosen as a draft brings the addresses it names, and always the one where it stands itself."""
    await connect()
    await api.message_menu("menu-suggest (ko)", text)
    (request,) = answers.requests
    own = f"https://discord.com/channels/{GUILD}/{CHANNEL}/555"
    assert (request.line, request.quoted, request.dialog) == ("suggest", text, Dialog.MODAL)
    assert request.quoted_links == (*links, own)


async def test_sources_of_other_messages(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A message in private, one made of components and one passed on from elsewhere can be chosen, too."""
    await connect()
    shown = {"components": [{"type": 17, "components": [{"type": 10, "content": "It rained: https://x.org"}]}]}
    passed_on = {"message_snapshots": [{"message": {"content": "It snowed: https://y.org"}}]}
    await api.message_menu("menu-suggest (it)", "", place="dm", channel="4242", more=shown)
    await api.message_menu("menu-suggest (it)", "", more=passed_on)
    await api.message_menu("menu-suggest (it)", "")
    own = f"https://discord.com/channels/{GUILD}/{CHANNEL}/555"
    assert [(each.quoted, each.quoted_links) for each in answers.requests] == [
        ("It rained: https://x.org", ("https://x.org", "https://discord.com/channels/@me/4242/555")),
        ("It snowed: https://y.org", ("https://y.org", own)),
        (None, (own,)),
    ]


async def test_silence_gets_a_word(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """Where the product would stay silent, Discord's own error message does not appear."""
    answers.reply = lambda _: None
    await connect()
    answer = await api.slash("treaty", locale="ko")
    assert (answer.text, answer.ephemeral) == ("discord-nothing (ko)", True)


class Gate:
    """Holds answers back until opened."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def __call__(self, request: Request) -> None:
        await self.open.wait()


@pytest.mark.parametrize("private", [False, True])
async def test_slow_answer_is_deferred(api: DiscordApi, connect: Connect, answers: FakeAnswers, private: bool) -> None:
    """A slow answer is announced in time and completed later; a private one stays private even then."""
    gate = answers.slow = Gate()
    answers.reply = lambda _: said("at last", private=private)
    await connect(defer_after=0.05)
    sent = await api.send_slash("treaty")
    await api.deferred(sent)
    gate.open.set()
    answer = await api.answer(sent)
    assert (answer.deferred, answer.text, answer.ephemeral) == (True, "at last", private)
    assert len((await api.state())["messages"]) == 1


@pytest.mark.parametrize("private", [False, True])
async def test_slow_button_is_deferred(api: DiscordApi, connect: Connect, answers: FakeAnswers, private: bool) -> None:
    """A slow button still edits its message, unless the answer is for one person only."""
    await connect(defer_after=0.05)
    first = await api.slash("treaty")
    gate = answers.slow = Gate()
    answers.reply = lambda _: said("at last", private=private)
    sent = await api.send_press(first.message, "treaty 5")
    await api.deferred(sent)
    gate.open.set()
    answer = await api.answer(sent)
    assert (answer.kind, answer.edited, answer.ephemeral) == (6, not private, private)


async def test_slow_refusal_leaves_a_private_message(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A slow refusal stands beside the private message whose button was pressed."""
    answers.reply = lambda _: Reply(Document((paragraph("preview"),), ((RunCommand("Go", "!ab"),),)), private=True)
    await connect(defer_after=0.05)
    preview = await api.slash("treaty")
    gate = answers.slow = Gate()
    answers.reply = lambda _: said("no", outcome=Outcome.REFUSED)
    sent = await api.send_press(preview.message, "!ab")
    await api.deferred(sent)
    gate.open.set()
    answer = await api.answer(sent)
    assert (answer.edited, answer.ephemeral, answer.text) == (False, True, "no")


async def test_slow_message_menu_stays_private(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """Looking closely at somebody's message takes its time in private, too."""
    gate = answers.slow = Gate()
    await connect(defer_after=0.05)
    asking = asyncio.create_task(api.message_menu("menu-check (it)", "It was signed in 1999."))
    await api.wait("messages")
    gate.open.set()
    answer = await asking
    assert (answer.deferred, answer.ephemeral, answer.text) == (True, True, "you said: check")


@pytest.mark.parametrize("limit", ["callback_seconds", "token_seconds"])
async def test_late_answer_is_noted(
    api: DiscordApi, connect: Connect, answers: FakeAnswers, caplog: pytest.LogCaptureFixture, limit: str
) -> None:
    """An answer Discord no longer takes leaves one line in the log, and the next one works."""
    gate = answers.slow = Gate()
    await connect(defer_after=0.05 if limit == "token_seconds" else 5.0)
    sent = await api.send_slash("treaty")
    if limit == "token_seconds":
        await api.deferred(sent)
    await api.limits(**{limit: 0.0})
    gate.open.set()
    await api.wait("refused")
    await api.limits(**{limit: 100.0})
    assert (await api.slash("treaty")).text == "you said: /treaty"
    assert [each.getMessage() for each in caplog.records if each.name.startswith("bot")] == [
        "an answer came too late for Discord"
    ]


async def test_slow_silence_gets_a_word(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A deferral never stays "thinking" for ever."""
    gate = answers.slow = Gate()
    answers.reply = lambda _: None
    await connect(defer_after=0.05)
    sent = await api.send_slash("treaty", locale="ru")
    await api.deferred(sent)
    gate.open.set()
    assert (await api.answer(sent)).text == "discord-nothing (ru)"


async def test_long_answer_comes_in_parts(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A long answer follows in further messages, the buttons below the last."""
    sentences = "".join(f"Sentence number {number}. " for number in range(450))
    document = Document((Paragraph((Text(sentences),)),), ((RunCommand("Next", "treaty 5"),),))
    answers.reply = lambda _: Reply(document)
    await connect()
    sent = await api.send_slash("treaty")
    answer = await api.answer(sent, answers=3)
    assert answer.text.replace("\n", " ") == sentences.strip()
    assert [bool(each["components"][1:]) for each in answer.parts] == [False, False, True]


async def test_form_becomes_a_command(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A filled-in form reaches the product as the command it stands for, its inputs by name."""
    await connect()
    data = {
        "custom_id": "addfact",
        "components": [
            {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "statement", "value": "It rained."}},
            {"type": 1, "id": 3, "components": [{"type": 4, "id": 4, "custom_id": "source", "value": "https://x.org"}]},
        ],
    }
    sent = await api.send(5, data)
    assert (await api.answer(sent)).text == "you said: addfact"
    assert answers.requests[0].values == {"statement": "It rained.", "source": "https://x.org"}


async def test_failing_answer_does_not_stop_others(api: DiscordApi, connect: Connect) -> None:
    """When Discord stumbles over one answer, it gets through at the second attempt, and others are not held up."""
    await connect()
    await api.fault("callback", status=500, times=1)
    assert (await api.slash("treaty")).text == "you said: /treaty"
    await api.fault("callback", close="before", times=1)
    with pytest.raises(NoAnswerError):
        await api.slash("treaty", timeout=0.5)
    assert (await api.slash("treaty")).text == "you said: /treaty"


async def test_follow_ups_wait_out_a_limit(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A limit on later messages delays them and loses none."""
    gate = answers.slow = Gate()
    await connect(defer_after=0.05)
    limited = {"message": "You are being rate limited.", "retry_after": 0.1, "global": False}
    await api.fault("PATCH", status=429, body=limited, headers={"Via": "1.1 fake", "Retry-After": "1"})
    sent = await api.send_slash("treaty")
    await api.deferred(sent)
    gate.open.set()
    assert (await api.answer(sent)).text == "you said: /treaty"
