"""Forms: opened by commands, buttons and menus, filled in by people, through the real library and a fake Discord."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.discord.forms import modal
from bot.core.documents import Document, RunCommand, paragraph
from bot.core.requests import Dialog, Form, FormField, Origin, Outcome, Reply, Request
from tests.adapters.discord.conftest import Connect
from tests.adapters.fakes import FakeAnswers
from tests.platforms.discord_api import Answer, DiscordApi
from tests.platforms.discord_modals import inputs, modal_faults

STATEMENT = FormField("statement", "statement", "What happened, in one sentence?", required=True, long=True)
SOURCE = FormField("source", "source", "Where does it say so?", required=True)
TOPICS = (("army", "Army"), ("trade", "Trade"))
TOPIC = FormField("topic", "topic", "What is it about?", value="army", choices=TOPICS)
FORM = Form("addfact", "A new fact", (STATEMENT, SOURCE, TOPIC))


def asking(request: Request) -> Reply:
    """A form for whoever can be shown one, else what arrived."""
    if request.dialog is Dialog.MODAL:
        return Reply(Document((paragraph("write it in one line"),)), form=FORM)
    return Reply(Document((paragraph(f"{request.line} {request.values}"),)))


def test_form_obeys_the_limits() -> None:
    """A form has Discord's shape: a label with its question around each input, texts short or long, choices to pick."""
    made = modal(replace(FORM, title="t" * 80, fields=(*FORM.fields, replace(TOPIC, name="kind", required=True))))
    assert made is not None
    assert modal_faults(made) == []
    assert (made["custom_id"], len(made["title"])) == ("addfact", 45)
    statement, source, topic, kind = made["components"]
    assert (statement["type"], statement["label"]) == (18, "statement")
    assert statement["description"] == "What happened, in one sentence?"
    assert statement["component"] == {
        "type": 4,
        "custom_id": "statement",
        "style": 2,
        "required": True,
        "max_length": 4000,
    }
    assert source["component"]["style"] == 1
    assert topic["component"] == {
        "type": 3,
        "custom_id": "topic",
        "options": [
            {"label": "Army", "value": "army", "default": True},
            {"label": "Trade", "value": "trade", "default": False},
        ],
        "required": False,
        "min_values": 0,
        "max_values": 1,
    }
    assert kind["component"]["min_values"] == 1


texts = st.text(max_size=120)
fields = st.builds(
    FormField,
    name=st.uuids().map(str),
    label=texts,
    question=texts,
    required=st.booleans(),
    long=st.booleans(),
    value=st.one_of(texts, st.sampled_from(["army", "two\nlines", "x" * 4000, "😀" * 2001])),
    choices=st.lists(st.tuples(st.one_of(texts, st.sampled_from(["army", "x" * 101])), texts), max_size=27).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        Form, st.sampled_from(["addfact", "x" * 100, "x" * 101, "é" * 100, ""]), texts, st.lists(fields, max_size=7)
    )
)
def test_every_form_is_taken_by_discord(form: Form) -> None:
    """Whatever a command asks for, Discord takes the form, or there is none and the answer stands for it."""
    form = replace(form, fields=tuple(form.fields))
    made = modal(form)
    if made is None:
        assert not form.fields or not 0 < len(form.line) <= 100 or any(len(each.value) > 2000 for each in form.fields)
        return
    assert modal_faults(made) == []
    assert [each["custom_id"] for each in inputs(made)] == [each.name for each in form.fields[:5]]


@pytest.mark.parametrize("choices", [tuple((f"{at}", "x") for at in range(26)), (("x" * 101, "x"),), (("", "x"),)])
def test_choices_too_many_to_show_are_written(choices: tuple[tuple[str, str], ...]) -> None:
    """Where Discord can't show all there is to pick, it is written instead, and nothing is left out in silence."""
    made = modal(replace(FORM, fields=(replace(TOPIC, choices=choices),)))
    assert made is not None
    assert made["components"][0]["component"]["type"] == 4


def test_text_is_never_cut_short() -> None:
    """What a form can't show in full it does not show at all: sending it in would lose the rest."""
    assert modal(replace(FORM, fields=(replace(STATEMENT, value="x" * 4001),))) is None
    assert modal(replace(FORM, line="editfact " + "x" * 92)) is None


def test_lines_of_a_text_survive() -> None:
    """A text of several lines is shown in an input that has room for them, whatever the field is otherwise."""
    made = modal(replace(FORM, fields=(replace(SOURCE, value="one\ntwo"),)))
    assert made is not None
    assert made["components"][0]["component"] | {"style": 2, "value": "one\ntwo"} == made["components"][0]["component"]


async def opened(api: DiscordApi, answers: FakeAnswers, how: str) -> Answer:
    """A form opened by a slash command, a button or the menu of a message."""
    if how == "slash":
        answers.reply = asking
        return await api.slash("treaty")
    if how == "menu":
        answers.reply = asking
        return await api.message_menu("menu-check (it)", "It rained.")
    first = await api.slash("treaty")
    answers.reply = asking
    return await api.press(first, "Next")


@pytest.mark.parametrize("how", ["slash", "button", "menu"])
async def test_form_is_filled_in(api: DiscordApi, connect: Connect, answers: FakeAnswers, how: str) -> None:
    """A command, a button and a menu entry open a form; sent in, it is the command with what was written and picked.

    As with the button itself, the answer then changes the message the button is on.
    """
    await connect()
    form = await opened(api, answers, how)
    assert (form.kind, tuple(form.fields)) == (9, ("statement", "source", "topic"))
    answer = await api.submit(form, {"statement": "It rained.", "source": "https://x.org"})
    assert (answer.kind, answer.edited) == ((7, True) if how == "button" else (4, False))
    request = answers.requests[-1]
    assert (request.line, request.origin, request.dialog) == ("addfact", Origin.TYPED, Dialog.NONE)
    assert request.values == {"statement": "It rained.", "source": "https://x.org", "topic": "army"}
    assert request.actor.user == answers.requests[0].actor.user


async def test_refused_form_leaves_the_card(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """What is refused after a form was sent in is told beside the card whose button opened it."""
    await connect()
    form = await opened(api, answers, "button")
    card = (await api.state())["messages"][0]["components"]
    answers.reply = lambda _: Reply(Document((paragraph("decided already"),)), outcome=Outcome.REFUSED)
    answer = await api.submit(form, {"statement": "It rained.", "source": "https://x.org"})
    assert (answer.edited, answer.ephemeral, answer.text) == (False, True, "decided already")
    assert (await api.state())["messages"][0]["components"] == card


async def test_nothing_picked_is_nothing_said(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A choice taken back in a form arrives as an empty field, and a picked one as its value."""
    answers.reply = asking
    await connect()
    form = await api.slash("treaty")
    needed = {"statement": "It rained.", "source": "https://x.org"}
    await api.submit(form, {**needed, "topic": ""})
    await api.submit(form, {**needed, "topic": "trade"})
    assert [(each.values or {})["topic"] for each in answers.requests[-2:]] == ["", "trade"]


async def test_no_form_after_a_form(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """What is wrong with a filled-in form is said in words, since Discord opens no form from a form."""
    answers.reply = lambda request: replace(asking(request), form=FORM, outcome=Outcome.MISTAKE)
    await connect()
    form = await api.slash("treaty")
    answer = await api.submit(form, {"statement": "It rained.", "source": "x"})
    assert (answer.kind, answer.ephemeral) == (4, True)
    assert answer.text.startswith("addfact")


@pytest.mark.parametrize("how", ["slash", "button", "menu"])
async def test_late_form_is_said_in_words(api: DiscordApi, connect: Connect, answers: FakeAnswers, how: str) -> None:
    """Where the answer took too long for a form, who asked is told in words, and a card with a button stays."""
    await connect(defer_after=0.05)
    first = await api.slash("treaty")
    gate, answers.reply = asyncio.Event(), asking

    async def slow(_: Request) -> None:
        await gate.wait()

    answers.slow = slow
    match how:
        case "slash":
            sent = await api.send_slash("treaty")
        case "button":
            sent = await api.send_press(first.message, "treaty 5")
        case _:
            sent = await api.send_message_menu("menu-check (it)", "It rained.")
    await api.deferred(sent)
    gate.set()
    answer = await api.answer(sent)
    assert (answer.text, answer.modal, answer.ephemeral) == ("write it in one line", None, True)
    assert (await api.state())["messages"][0]["components"] == first.message["components"]


async def test_form_too_large_is_said_in_words(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A form Discord has no room for leaves the answer that stands for it."""
    document = Document((paragraph("write it in one line"),), ((RunCommand("Help", "help addfact"),),))
    answers.reply = lambda _: Reply(document, form=replace(FORM, line="editfact " + "x" * 100))
    await connect()
    answer = await api.slash("treaty")
    assert (answer.text, answer.labels, answer.ephemeral) == ("write it in one line", ("Help",), True)
    pressed = await api.press(answer, "Help")
    assert (pressed.edited, pressed.ephemeral) == (False, True)
