"""The fake Bot API, checked with the real library: a fake that is wrong would make every other test wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import telegram
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.adapters.telegram.http import AiohttpRequest
from tests.platforms.telegram_client import ANNA, FORUM, GROUP, TelegramApi, telegram_api
from tests.platforms.telegram_limits import Refusal, check_message


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with telegram_api() as api:
        yield api


def library(api: TelegramApi) -> telegram.Bot:
    requests = {"request": AiohttpRequest(8), "get_updates_request": AiohttpRequest(1)}
    return telegram.Bot(api.token, base_url=api.url + "/bot", **requests)


@pytest.fixture
async def bot(api: TelegramApi) -> AsyncIterator[telegram.Bot]:
    async with library(api) as bot:
        yield bot


async def test_a_conversation(api: TelegramApi, bot: telegram.Bot) -> None:
    """Messages reach the library with Telegram's entities, and what it sends back reaches the test."""
    await api.write("/treaty@pactwatch_bot 4")
    (update,) = await bot.get_updates(timeout=5, allowed_updates=["message", "callback_query"])
    assert update.message.entities[0].length == len("/treaty@pactwatch_bot")
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Next", callback_data="treaty 5")]])
    bold = telegram.MessageEntity("bold", 3, 2)
    await bot.send_message(ANNA, "🚀 hi", entities=[bold], reply_markup=keyboard)
    (sent,) = await api.sent()
    assert (sent.text, sent.marked("bold"), sent.buttons) == ("🚀 hi", ["hi"], {"Next": "treaty 5"})
    await api.push_button(sent, "Next")
    (update,) = await bot.get_updates(offset=update.update_id + 1, timeout=5)
    assert update.callback_query.data == "treaty 5"
    await update.callback_query.answer("ok")
    await update.callback_query.edit_message_text("five")
    with pytest.raises(BadRequest, match="not modified"):
        await update.callback_query.edit_message_text("five")
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await update.callback_query.answer("ok")


async def test_a_long_poll_waits_for_the_update(api: TelegramApi, bot: telegram.Bot) -> None:
    """A poll is answered the moment something happens; a second poll ends the first with a conflict."""
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await api.order("records", method=["getUpdates"], wait=1, timeout=5)
    async with library(api) as other:
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict):
            await first
        await api.write("hello")
        assert [update.message.text for update in await second] == ["hello"]
    await bot.get_updates(offset=2)
    assert (await api.state())["pending"] == []
    await bot.set_webhook("https://example.org/hook")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()


async def test_places_it_cannot_write_to(api: TelegramApi, bot: telegram.Bot) -> None:
    """Unknown chats, blocked ones, people who never wrote and missing topics are refused as Telegram refuses them."""
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(77, "x")
    await api.order("chat", id=ANNA, blocked=True)
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(ANNA, "x")
    await api.write("hi", chat=GROUP, user=1002)
    with pytest.raises(Forbidden, match="initiate"):
        await bot.send_message(1002, "x")
    await api.order("chat", id=FORUM, is_forum=True, topics=[7], members={ANNA: "administrator"})
    await bot.send_message(FORUM, "x", message_thread_id=7)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(FORUM, "x", message_thread_id=8)
    assert (await bot.get_chat_member(FORUM, ANNA)).status == "administrator"
    async with telegram_api(token="1:other") as other:
        stranger = telegram.Bot(api.token, base_url=other.url + "/bot")
        with pytest.raises(InvalidToken):
            await stranger.initialize()
        await stranger.shutdown()


async def test_places_it_may_read_but_not_write_to(api: TelegramApi, bot: telegram.Bot) -> None:
    """A closed topic takes no message and no change, a group that muted the bot no message; what stands can be changed."""
    await api.order("chat", id=FORUM, is_forum=True, topics=[7])
    sent = await bot.send_message(FORUM, "x", message_thread_id=7)
    await api.order("chat", id=FORUM, closed=[7])
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(FORUM, "x", message_thread_id=7)
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.edit_message_text("y", FORUM, sent.message_id)
    await api.order("chat", id=FORUM, muted=True, closed=[])
    with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
        await bot.send_message(FORUM, "x")
    await bot.edit_message_text("y", FORUM, sent.message_id)


async def test_what_messages_point_at(api: TelegramApi, bot: telegram.Bot) -> None:
    """Links, forwards and replies come as Telegram tells them; a plain message in a topic answers the topic's first."""
    forum = {"id": FORUM, "is_forum": True, "username": "forum"}
    channel = {"id": -1_001_234_567_890, "type": "channel", "title": "News", "username": "news"}
    origin = {"type": "channel", "date": 1, "chat": channel, "message_id": 45}
    links = {"here": "https://example.org/b"}
    first = await api.write("👩 example.org or here", chat=forum, thread=7, links=links, forwarded=origin)
    await api.write("why?", chat=forum, thread=7, reply_to=first["message_id"])
    said, asked = [update.message for update in await bot.get_updates(timeout=5)]
    assert list(said.parse_entities().values()) == ["example.org", "here"]
    assert (said.forward_origin.chat.link, said.forward_origin.message_id) == ("https://t.me/news", 45)
    assert said.reply_to_message.forum_topic_created
    assert (asked.chat.username, asked.reply_to_message.message_id) == ("forum", said.message_id)
    assert asked.reply_to_message.reply_to_message is None


async def test_limits_and_faults(api: TelegramApi, bot: telegram.Bot) -> None:
    """Too many messages and ordered faults come back as the errors the library knows; limits can be lifted."""
    await api.order("chat", id=ANNA)
    await api.order("chat", id=GROUP)
    for _ in range(3):
        await bot.send_message(ANNA, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(ANNA, "x")
    await api.limits(private=False, overall=None)
    await bot.send_message(ANNA, "x")
    for _ in range(20):
        await bot.send_message(GROUP, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(GROUP, "x")
    await api.fault(method="sendMessage", chat=ANNA, status=502, description="Bad Gateway")
    await api.fault(method="sendMessage", chat=ANNA, cut="after")
    await api.fault(method="sendMessage", chat=ANNA, status=429, description="slow", retry_after=9)
    for error in (NetworkError, NetworkError, RetryAfter):
        with pytest.raises(error):
            await bot.send_message(ANNA, "y")
    statuses = [record["status"] for record in await api.records("sendMessage", chat=ANNA)]
    assert statuses == [200, 200, 200, 429, 200, 502, 0, 429]


@pytest.mark.parametrize(
    ("text", "entities", "reason"),
    [
        (" \n", [], "message text is empty"),
        ("a" * 4097, [], "message is too long"),
        ("👩" * 2049, [], "message is too long"),
        ("👩", [("bold", 1, 1)], "middle of a character"),
        ("abc", [("bold", 2, 2)], "outside"),
        ("abc", [("bold", 0, 0)], "outside"),
        ("a c", [("bold", 1, 1)], "nothing but blanks"),
        ("abc", [("bold", 0, 2), ("italic", 1, 2)], "overlap"),
        ("abc", [("code", 0, 3), ("bold", 1, 1)], "nested"),
        ("abc", [("shout", 0, 3)], "unsupported"),
        ("abc", [("text_link", 0, 2)], "valid url"),
    ],
)
def test_text_telegram_would_refuse(text: str, entities: list, reason: str) -> None:
    """A text or entity Telegram would not take is not taken here either."""
    marks = [{"type": kind, "offset": offset, "length": length} for kind, offset, length in entities]
    with pytest.raises(Refusal, match=reason):
        check_message({"text": text, "entities": marks})


@pytest.mark.parametrize(
    "row",
    [
        [{"text": "x", "callback_data": "é" * 33}],
        [{"text": "x", "callback_data": ""}],
        [{"text": "x", "url": "javascript:alert(1)"}],
        [{"text": " ", "callback_data": "a"}],
        [{"text": "x"}],
        [{"text": "x", "callback_data": "a"}] * 9,
    ],
)
def test_buttons_telegram_would_refuse(row: list) -> None:
    """Buttons with too much data, a strange address, no label or no use are refused, and rows that are too long."""
    with pytest.raises(Refusal):
        check_message({"text": "x", "reply_markup": {"inline_keyboard": [row]}})


async def test_menus_and_descriptions(api: TelegramApi, bot: telegram.Bot) -> None:
    """Commands are kept by scope and language, within Telegram's limits."""
    await bot.set_my_commands(
        [("treaty", "Articles")], scope=telegram.BotCommandScopeAllGroupChats(), language_code="it"
    )
    assert (await api.state())["commands"] == {"all_group_chats/it": [{"command": "treaty", "description": "Articles"}]}
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([("Treaty", "x")])
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_short_description("x" * 121)


async def test_a_flood_is_measured(api: TelegramApi, bot: telegram.Bot) -> None:
    """A load of updates comes in full batches, and the answers are counted and timed."""
    await api.order("flood", count=150)
    first = await bot.get_updates(timeout=1)
    rest = await bot.get_updates(offset=first[-1].update_id + 1, timeout=1)
    assert (len(first), len(rest)) == (100, 50)
    await bot.send_message(rest[-1].message.chat.id, "x")
    stats = await api.order("stats")
    assert stats["sent"] == 1
    assert stats["p99_ms"] > 0
