"""The fake Bot API, checked with the real library: a fake that is wrong would make every other test wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import telegram
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.adapters.telegram.http import AiohttpRequest
from tests.platforms.process import shared
from tests.platforms.telegram_api import TOKEN
from tests.platforms.telegram_client import ANNA, FORUM, GROUP, TelegramApi, telegram_api
from tests.platforms.telegram_limits import Refusal, check_message


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    with shared("tests.platforms.telegram_api") as port:
        yield port


@pytest.fixture
async def api(server: int) -> AsyncIterator[TelegramApi]:
    async with aiohttp.ClientSession() as session:
        api = TelegramApi(f"http://127.0.0.1:{server}", TOKEN, session)
        await api.order("reset")
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


async def test_a_broadcast_is_counted(api: TelegramApi, bot: telegram.Bot) -> None:
    """Copies, gaps and relapses are known of each chat, whether requests are kept or not, also where answers were lost."""
    for kept in (True, False):
        await api.order("reset")
        await api.limits(overall=None, private=False)
        await api.keep(records=kept)
        await api.chats(5000, 4)
        await api.fault(method="sendMessage", chat=5001, cut="after")
        with pytest.raises(NetworkError):
            await bot.send_message(5001, "A-1: old")
        sent = [await bot.send_message(chat, "A-1: old") for chat in (5000, 5001, 5002)]
        assert [message.chat.id for message in sent] == [5000, 5001, 5002]
        await bot.edit_message_text("A-1: new", 5000, sent[0].message_id)
        await bot.edit_message_text("A-1: new", 5002, sent[2].message_id)
        await bot.edit_message_text("A-1: old", 5002, sent[2].message_id)
        await api.order("chat", id=5003, blocked=True)
        with pytest.raises(Forbidden):
            await bot.send_message(5003, "A-1: old")
        seen = await api.summary("A-1: old", first=5000, count=4, old="A-1: old", new="A-1: new", wait=7, timeout=5)
        assert (seen["sent"], seen["edited"], seen["cut"], seen["refused"]) == (4, 3, 1, {"403": 1})
        assert (seen["chats"], seen["copies"], seen["most_copies"], seen["doubled_chats"]) == (3, 4, 2, [5001])
        assert (seen["missing"], seen["missing_chats"]) == (1, [5003])
        assert (seen["relapsed_chats"], seen["still_old_chats"]) == ([5002], [5001, 5002])
        assert seen["texts"] == [{"text": "A-1: old", "chats": 3, "most": 2}]
        assert 1 <= seen["busiest_second"] <= 7
        assert seen["first"] < seen["last"]
        assert len(await api.records("sendMessage", "editMessageText")) == (8 if kept else 0)


async def test_what_is_not_kept_is_checked_all_the_same(api: TelegramApi, bot: telegram.Bot) -> None:
    """The fast way in takes and refuses what the slow one does, and menus still go in on the same connection."""
    await api.keep(records=False)
    await api.limits(private=False, group=None)
    await api.order("chat", id=ANNA)
    sent = await bot.send_message(ANNA, "🚀 мир & +1", entities=[telegram.MessageEntity("bold", 3, 3)])
    assert (sent.text, sent.parse_entities()) == ("🚀 мир & +1", {sent.entities[0]: "мир"})
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(ANNA, "a" * 4097)
    with pytest.raises(BadRequest, match="outside"):
        await bot.send_message(ANNA, "a", entities=[telegram.MessageEntity("bold", 0, 3)])
    await bot.set_my_commands([("treaty", "Articles")])
    await api.fault(method="sendMessage", delay=0.05, status=429, body="<html>")
    with pytest.raises(NetworkError):
        await bot.send_message(ANNA, "x")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(77, "x")
    assert (await api.summary())["refused"] == {"400": 3, "429": 1}


async def test_a_pause_stays_in_force(api: TelegramApi, bot: telegram.Bot) -> None:
    """A chat told to wait takes nothing until the wait is over, and whoever tries meanwhile is counted."""
    await api.limits(private=False, speed=100.0)
    await api.chats(5000, 2)
    await api.fault(method="sendMessage", chat=5000, status=429, description="slow", retry_after=43838, holds=True)
    with pytest.raises(RetryAfter):
        await bot.send_message(5000, "x")
    await asyncio.sleep(0.3)
    with pytest.raises(RetryAfter) as again:
        await bot.edit_message_text("x", 5000, 1)
    assert 43_000 < again.value._retry_after.total_seconds() < 43_838
    await bot.send_message(5001, "x")
    assert (await api.summary())["inside_pause"] == 1
    await api.fault(method="sendMessage", chat=5001, status=429, description="slow", retry_after=50, holds=True)
    with pytest.raises(RetryAfter):
        await bot.send_message(5001, "x")
    await asyncio.sleep(0.6)
    await bot.send_message(5001, "x")
    assert (await api.summary())["given_429"] == 3


async def test_bad_weather_is_the_same_for_a_seed(api: TelegramApi, bot: telegram.Bot) -> None:
    """A storm spoils about the share it was told to, in every way it knows, and the same way each time."""

    async def weather() -> tuple[list[int], dict]:
        await api.order("reset")
        await api.limits(overall=None, private=False)
        await api.chats(5000, 100)
        await api.storm(0.3, seed=7)
        outcomes = []
        for chat in range(5000, 5100):
            outcomes += await asyncio.gather(bot.send_message(chat, "x"), return_exceptions=True)
        return [type(each).__name__ for each in outcomes], await api.summary(first=5000, count=100)

    kinds, seen = await weather()
    again, _ = await weather()
    assert kinds == again
    assert {"RetryAfter", "TooMany", "NotDone", "AnswerLost"} <= set(kinds)
    assert 15 <= len([kind for kind in kinds if kind != "Message"]) <= 45
    assert 0 < seen["missing"] < len(kinds)
    await api.storm(0)
    await bot.send_message(5000, "x")


async def test_limits_are_as_told(api: TelegramApi, bot: telegram.Bot) -> None:
    """A person takes one message a second where no burst is allowed, and changes count where they are said to."""
    await api.limits(burst=1, edits=True)
    await api.chats(5000, 2)
    sent = await bot.send_message(5000, "x")
    for doing in (bot.send_message(5000, "y"), bot.edit_message_text("y", 5000, sent.message_id)):
        with pytest.raises(RetryAfter):
            await doing
    await bot.send_message(5001, "x")


async def test_what_telegram_tells_of_chats(api: TelegramApi, bot: telegram.Bot) -> None:
    """Memberships, moves and topics come as the library reads them, and the server behaves accordingly afterwards."""
    await api.order("chat", id=FORUM, is_forum=True)
    await api.member(GROUP, "restricted")
    await api.migrated(-501, -1_000_000_000_501, told="old")
    await api.migrated(-501, -1_000_000_000_501, told="new")
    await api.topic(FORUM, 7, "created")
    await api.topic(FORUM, 7, "closed")
    updates = await bot.get_updates(timeout=5)
    assert updates[0].my_chat_member.new_chat_member.can_send_messages is False
    assert (updates[1].message.chat.id, updates[1].message.migrate_to_chat_id) == (-501, -1_000_000_000_501)
    assert (updates[2].message.chat.id, updates[2].message.migrate_from_chat_id) == (-1_000_000_000_501, -501)
    assert updates[3].message.forum_topic_created.name == "Topic"
    assert updates[4].message.forum_topic_closed
    with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
        await bot.send_message(GROUP, "x")
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(-501, "x")
    assert moved.value.new_chat_id == -1_000_000_000_501
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(FORUM, "x", message_thread_id=7)
    await api.topic(FORUM, 7, "reopened")
    await bot.send_message(FORUM, "x", message_thread_id=7)
    await api.member(GROUP, "kicked")
    with pytest.raises(Forbidden, match="kicked"):
        await bot.send_message(GROUP, "x")
    await api.member(GROUP, "member", old="left")
    await bot.send_message(GROUP, "x")
