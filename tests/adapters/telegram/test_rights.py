"""Where a subscription would post, and whose channel is whose."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.documents import Document, RunCommand, paragraph
from bot.core.places import ChatRef, Platform
from bot.core.requests import Administered, Request
from bot.core.subscriptions import PlaceKind
from tests.adapters.fakes import FakeAnswers
from tests.adapters.telegram.conftest import Connect, until
from tests.platforms.telegram_client import ANNA, ANONYMOUS_ADMIN, CHANNEL, GROUP, SUPERGROUP, TelegramApi

BOT = 123456
NEWS = {"id": CHANNEL, "type": "channel", "title": "News", "username": "the_news"}
MUTE_ADMIN = {"status": "administrator", "can_post_messages": False}
TALKING = {"status": "restricted", "can_send_messages": True}
CARD = Document((paragraph("news"),), ((RunCommand("Settings", "settings"),),))


def ref(identity: int) -> ChatRef:
    return ChatRef(Platform.TELEGRAM, str(identity))


async def asked(api: TelegramApi, answers: FakeAnswers, **more: Any) -> Request:
    await api.write("/subscribe", **more)
    await until(lambda: bool(answers.requests))
    return answers.requests[-1]


@pytest.mark.parametrize(
    ("where", "place"), [(ANNA, PlaceKind.PRIVATE), (GROUP, PlaceKind.GROUP), (SUPERGROUP, PlaceKind.GROUP)]
)
async def test_the_sort_of_place(
    api: TelegramApi, connect: Connect, answers: FakeAnswers, where: int, place: PlaceKind
) -> None:
    """A command knows whether what it subscribes is a person or a group, and so does a button under its answer."""
    await connect()
    card = await api.say("/settings", chat=where)
    await api.press(card, "Next")
    assert [request.place for request in answers.requests] == [place, place]


async def test_a_button_in_a_channel(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A button under a message in a channel knows that it stands in one, however old the message is."""
    await api.order("chat", **NEWS)
    platform = await connect()
    answers.reply = lambda _: None
    posted = await platform.post(ref(CHANNEL), CARD)
    for more in ({}, {"inaccessible": True}):
        await api.order("callback", chat=CHANNEL, message_id=int(posted.id), user=1002, data="settings", **more)
    await until(lambda: len(answers.requests) == 2)
    assert [request.place for request in answers.requests] == [PlaceKind.CHANNEL] * 2
    assert [request.chat for request in answers.requests] == [ref(CHANNEL)] * 2


@pytest.mark.parametrize("name", ["@the_news", str(CHANNEL), f" {CHANNEL} "])
@pytest.mark.parametrize("status", ["creator", "administrator"])
async def test_who_administers_a_channel(
    api: TelegramApi, connect: Connect, answers: FakeAnswers, name: str, status: str
) -> None:
    """Who administers a channel can name it in private, by name or number, and learns that the bot may post there."""
    await api.order("chat", **NEWS, members={ANNA: status, BOT: "administrator"})
    await connect()
    actor = (await asked(api, answers)).actor
    assert await actor.administers(name) == Administered(ref(CHANNEL), "News", postable=True, kind=PlaceKind.CHANNEL)


@pytest.mark.parametrize(
    ("known", "postable"),
    [
        (NEWS | {"members": {BOT: MUTE_ADMIN}}, False),
        (NEWS | {"members": {BOT: "member"}}, False),
        (NEWS | {"members": {BOT: "left"}}, False),
        ({"id": GROUP, "title": "Us", "members": {BOT: "member"}}, True),
        ({"id": GROUP, "title": "Us", "members": {BOT: "left"}}, False),
        ({"id": GROUP, "title": "Us", "members": {BOT: "restricted"}}, False),
        ({"id": GROUP, "title": "Us", "members": {BOT: TALKING}}, True),
        ({"id": GROUP, "title": "Us", "permissions": {"can_send_messages": False}}, False),
        (
            {
                "id": GROUP,
                "title": "Us",
                "permissions": {"can_send_messages": False},
                "members": {BOT: "administrator"},
            },
            True,
        ),
    ],
)
async def test_whether_the_bot_may_post(
    api: TelegramApi, connect: Connect, answers: FakeAnswers, known: dict[str, Any], postable: bool
) -> None:
    """An administrator is told beforehand where the bot could not write, in channels and in groups."""
    await api.order("chat", **(known | {"members": known.get("members", {}) | {ANNA: "administrator"}}))
    await connect()
    found = await (await asked(api, answers)).actor.administers(str(known["id"]))
    assert found is not None
    assert (found.postable, found.title) == (postable, known["title"])
    assert found.kind is (PlaceKind.CHANNEL if known["id"] == CHANNEL else PlaceKind.GROUP)


@pytest.mark.parametrize(
    "name", ["@the_news", "@nobody_knows", "-404", "", "the_news", str(ANNA), "1002", "@a b", "-", "-1" + "0" * 30]
)
async def test_nobody_elses_channel(api: TelegramApi, connect: Connect, answers: FakeAnswers, name: str) -> None:
    """A channel one does not administer, one the bot can't see, a person, or no chat at all is nobody's to subscribe."""
    await api.order("chat", **NEWS, members={ANNA: "member", BOT: "administrator"})
    await connect()
    assert await (await asked(api, answers)).actor.administers(name) is None


async def test_a_channel_telegram_says_nothing_about(
    api: TelegramApi, connect: Connect, answers: FakeAnswers, caplog: pytest.LogCaptureFixture
) -> None:
    """While Telegram does not answer, or not as it should, nobody administers anything, and the log says why."""
    caplog.set_level("INFO")
    await api.order("chat", **NEWS, members={ANNA: "creator", BOT: "administrator"})
    await connect()
    actor = (await asked(api, answers)).actor
    await api.fault(method="getChatMember", cut="before")
    assert await actor.administers("@the_news") is None
    assert "doesn't say who administers" in caplog.text
    assert "the_news" not in caplog.text
    await api.fault(method="getChat", body='{"ok": true, "result": {"id": 1}}')
    assert await actor.administers("@the_news") is None
    assert caplog.text.count("doesn't say who administers") == 2
    await api.order("chat", id=CHANNEL, blocked=True)
    assert await actor.administers("@the_news") is None


async def test_who_speaks_for_many_administers_nothing(
    api: TelegramApi, connect: Connect, answers: FakeAnswers
) -> None:
    """A shared identity can't prove to be an administrator of anything, and Telegram is not even asked."""
    await api.order("chat", **NEWS, members={ANONYMOUS_ADMIN["id"]: "administrator", BOT: "administrator"})
    await connect()
    actor = (await asked(api, answers, chat=SUPERGROUP, user=ANONYMOUS_ADMIN)).actor
    assert await actor.administers("@the_news") is None
    assert not await api.records("getChat", "getChatMember")
