"""What the product gets to know of an update: who speaks, what they point at, and how they can be asked back."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.places import ChatKind
from bot.core.requests import Dialog, Request
from tests.adapters.fakes import FakeAnswers
from tests.adapters.telegram.conftest import Connect, until
from tests.platforms.telegram_client import (
    ANNA,
    ANONYMOUS_ADMIN,
    CHANNEL_BOT,
    FORUM,
    GROUP,
    SUPERGROUP,
    TELEGRAM_ITSELF,
    TelegramApi,
)

PUBLIC = {"id": SUPERGROUP, "username": "pactwatchers"}
NEWSPAPER = {"id": -1_001_234_567_890, "type": "channel", "title": "News", "username": "somenews"}
SECRETIVE = {"id": -1_001_234_567_891, "type": "channel", "title": "Hush"}
FORWARDED = {"type": "channel", "date": 1, "chat": NEWSPAPER, "message_id": 45}


async def request_for(api: TelegramApi, answers: FakeAnswers, text: str = "/suggest", **more: Any) -> Request:
    """What the command comes to; a message it answers may be a request of its own and come first."""
    seen = len(answers.requests)
    await api.write(text, **more)
    await until(lambda: any(request.line == text for request in answers.requests[seen:]))
    return answers.requests[-1]


async def links_of(api: TelegramApi, answers: FakeAnswers, chat: object, text: str, **more: Any) -> tuple[str, ...]:
    """What a command brings along that is given in answer to a message with `text`."""
    said = await api.write(text, chat=chat, user=1003, **more)
    asked = await request_for(api, answers, "/suggest", chat=chat, reply_to=said["message_id"])
    return asked.quoted_links


@pytest.mark.parametrize(
    ("user", "more"),
    [
        (ANONYMOUS_ADMIN, {"sender_chat": {"id": SUPERGROUP, "type": "supergroup", "title": "G"}}),
        (CHANNEL_BOT, {"sender_chat": NEWSPAPER}),
        (TELEGRAM_ITSELF, {"sender_chat": NEWSPAPER}),
        (ANONYMOUS_ADMIN, {}),
        (CHANNEL_BOT, {}),
        (TELEGRAM_ITSELF, {}),
        ({"id": 1004}, {"sender_chat": NEWSPAPER}),
    ],
    ids=["anonymous admin", "as a channel", "linked channel", "bare id", "bare id", "bare id", "channel on any id"],
)
async def test_who_speaks_for_many_is_not_accountable(
    api: TelegramApi, connect: Connect, answers: FakeAnswers, user: dict[str, Any], more: dict[str, Any]
) -> None:
    """An identity many people share is answered like anybody and known as one that can't be held to anything."""
    await connect()
    asked = await request_for(api, answers, chat=SUPERGROUP, user=user, **more)
    assert not asked.actor.accountable
    card = (await api.sent(chat=SUPERGROUP, wait=1))[0]
    assert card.text == "you said: /suggest"
    assert (await request_for(api, answers, chat=SUPERGROUP, user=1004)).actor.accountable


@pytest.mark.parametrize("user", [ANONYMOUS_ADMIN, CHANNEL_BOT, TELEGRAM_ITSELF])
async def test_a_press_by_many_is_not_accountable(
    api: TelegramApi, connect: Connect, answers: FakeAnswers, user: dict[str, Any]
) -> None:
    """A button pressed under a shared identity is the act of nobody; pressed by a person under the same card it is theirs."""
    await connect()
    card = await api.say("/queue", chat=SUPERGROUP, user=ANONYMOUS_ADMIN)
    await api.press(card, "Next", user=user)
    await api.push_button(card, "Next", user=1004)
    await until(lambda: len(answers.requests) == 3)
    assert [request.actor.accountable for request in answers.requests] == [False, False, True]


async def test_a_post_of_the_linked_channel_is_no_command(
    api: TelegramApi, connect: Connect, answers: FakeAnswers
) -> None:
    """What a linked channel posts appears in its group by itself, so nobody there asked for anything."""
    await connect()
    await api.write("/suggest x", chat=SUPERGROUP, user=TELEGRAM_ITSELF, sender_chat=NEWSPAPER, forwarded=FORWARDED)
    assert (await request_for(api, answers, "/treaty", chat=SUPERGROUP)).line == "/treaty"
    assert len(answers.requests) == 1


async def test_only_a_private_chat_can_be_asked_step_by_step(
    api: TelegramApi, connect: Connect, answers: FakeAnswers
) -> None:
    """In private the bot may ask one question after the other; a group is not read, so it can't be asked there."""
    await connect()
    card = await api.say("/addfact")
    await api.press(card, "Next")
    card = await api.say("/addfact", chat=GROUP)
    await api.press(card, "Next")
    await api.order("callback", user=ANNA, data="treaty 5", inline_message_id="AAQ1")
    await api.records("editMessageText", wait=3)
    await api.inline("art 4")
    assert [request.dialog for request in answers.requests] == [Dialog.STEPS] * 2 + [Dialog.NONE] * 4
    assert answers.requests[4].kind is ChatKind.PRIVATE


async def test_links_in_the_message_replied_to(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """The web addresses in a message are brought along, seen or behind words, in a caption too, each of them once."""
    await connect()
    text = "👩 see https://example.org/a and this HTTPS://example.org/b https://example.org/a"
    found = ("https://example.org/a", "https://example.org/c", "HTTPS://example.org/b")
    links = {"this": "https://example.org/c"}
    assert await links_of(api, answers, ANNA, text, links=links) == found
    picture = await api.write(None, caption=text, links=links, chat=GROUP)
    asked = await request_for(api, answers, chat=GROUP, reply_to=picture["message_id"])
    assert (asked.quoted, asked.quoted_links) == (text, found)


async def test_what_is_no_web_address_is_no_source(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """Addresses of other schemes, and names that only look like one, are not taken for sources."""
    await connect()
    links = {"him": "tg://user?id=1", "that": "https://", "file": "ftp://example.org/x"}
    assert (
        await links_of(api, answers, ANNA, "Booking.com says ftp://example.org/f to him, that file", links=links) == ()
    )


@pytest.mark.parametrize(
    ("chat", "more", "place"),
    [
        (PUBLIC, {}, "https://t.me/pactwatchers/1"),
        ({"id": -1_001_234_567_892}, {}, "https://t.me/c/1234567892/1"),
        ({"id": FORUM, "is_forum": True}, {"thread": 7}, "https://t.me/c/600/1"),
        (PUBLIC, {"forwarded": FORWARDED}, "https://t.me/somenews/45"),
        (ANNA, {"forwarded": FORWARDED}, "https://t.me/somenews/45"),
        (PUBLIC, {"forwarded": FORWARDED | {"chat": SECRETIVE}}, "https://t.me/pactwatchers/1"),
        (PUBLIC, {"forwarded": True}, "https://t.me/pactwatchers/1"),
        (ANNA, {"forwarded": FORWARDED | {"chat": SECRETIVE}}, None),
        (ANNA, {}, None),
        (GROUP, {}, None),
    ],
    ids=[
        "public group",
        "supergroup",
        "topic",
        "from a public channel",
        "from a public channel, in private",
        "from a private channel",
        "from somebody hidden",
        "from a private channel, in private",
        "private",
        "basic group",
    ],
)
async def test_where_the_message_replied_to_stands(
    api: TelegramApi, connect: Connect, answers: FakeAnswers, chat: object, more: dict[str, Any], place: str | None
) -> None:
    """A message is found again by its own address, or by that of the post it was forwarded from, after its links."""
    await connect()
    said = await api.write("see https://example.org/a", chat=chat, user=1003, **more)
    where = {"thread": more["thread"]} if "thread" in more else {}
    asked = await request_for(api, answers, chat=chat, reply_to=said["message_id"], **where)
    assert asked.quoted_links == ("https://example.org/a", *([place] if place else []))


async def test_a_message_with_many_links_keeps_its_own(
    api: TelegramApi, connect: Connect, answers: FakeAnswers
) -> None:
    """Of many links five are brought along, the last being where the message stands; a link to itself counts once."""
    await connect()
    many = " ".join(f"https://example.org/{number}" for number in range(9))
    assert (await links_of(api, answers, PUBLIC, many))[3:] == ("https://example.org/3", "https://t.me/pactwatchers/1")
    assert len(await links_of(api, answers, ANNA, many)) == 5
    itself = "https://t.me/somenews/45 https://example.org/a"
    assert await links_of(api, answers, PUBLIC, itself, forwarded=FORWARDED) == (
        "https://example.org/a",
        "https://t.me/somenews/45",
    )


async def test_a_message_elsewhere_can_be_replied_to(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A reply to a message of another chat brings the marked words and where that message stands."""
    await connect()
    elsewhere = {"origin": FORWARDED, "chat": NEWSPAPER, "message_id": 45}
    asked = await request_for(api, answers, chat=GROUP, external_reply=elsewhere, quote="obliged")
    assert (asked.quoted, asked.quoted_links) == ("obliged", ("https://t.me/somenews/45",))
    hidden = {"origin": {"type": "hidden_user", "date": 1, "sender_user_name": "X"}}
    assert (await request_for(api, answers, chat=GROUP, external_reply=hidden)).quoted_links == ()


async def test_a_plain_message_points_at_nothing(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A command that answers no message brings no link, though in a topic every message formally answers its first."""
    await connect()
    assert (await request_for(api, answers, chat=PUBLIC)).quoted_links == ()
    asked = await request_for(api, answers, chat={"id": FORUM, "is_forum": True}, thread=7)
    assert (asked.quoted, asked.quoted_links) == (None, ())
