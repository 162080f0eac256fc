"""What Telegram tells of chats themselves: shut, open again, moved."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.core.outbox import ChatBack, ChatEvent, ChatLost, ChatMoved
from bot.core.places import ChatRef, Platform
from bot.core.requests import Request
from tests.adapters.fakes import FakeAnswers
from tests.adapters.telegram.conftest import Connect, until
from tests.platforms.telegram_client import ANNA, CHANNEL, FORUM, GROUP, SUPERGROUP, TelegramApi

NEWS = {"id": CHANNEL, "type": "channel", "title": "News"}
MUTE_ADMIN = {"status": "administrator", "can_post_messages": False}
GONE_RESTRICTED = {"status": "restricted", "is_member": False, "can_send_messages": True}
TALKING = {"status": "restricted", "can_send_messages": True}


def chat(identity: int, thread: int | None = None) -> ChatRef:
    return ChatRef(Platform.TELEGRAM, str(identity), None if thread is None else str(thread))


MOVED = ChatMoved(chat(GROUP), chat(SUPERGROUP))
ARRIVED = ChatBack(chat(SUPERGROUP))


async def events_of(answers: FakeAnswers, count: int) -> list[ChatEvent]:
    await until(lambda: len(answers.events) >= count)
    return answers.events


@pytest.mark.parametrize(
    ("where", "new", "expected"),
    [
        (ANNA, "kicked", ChatLost(chat(ANNA), "the bot was blocked")),
        (ANNA, "member", ChatBack(chat(ANNA))),
        (GROUP, "kicked", ChatLost(chat(GROUP), "the bot was removed")),
        (GROUP, "left", ChatLost(chat(GROUP), "the bot was removed")),
        (GROUP, "member", ChatBack(chat(GROUP))),
        (SUPERGROUP, "administrator", ChatBack(chat(SUPERGROUP))),
        (SUPERGROUP, MUTE_ADMIN, ChatBack(chat(SUPERGROUP))),
        (SUPERGROUP, "restricted", ChatLost(chat(SUPERGROUP), "the bot may not write there")),
        (SUPERGROUP, GONE_RESTRICTED, ChatLost(chat(SUPERGROUP), "the bot may not write there")),
        (SUPERGROUP, TALKING, ChatBack(chat(SUPERGROUP))),
        (NEWS, "administrator", ChatBack(chat(CHANNEL))),
        (NEWS, MUTE_ADMIN, ChatLost(chat(CHANNEL), "the bot may not write there")),
        (NEWS, "member", ChatLost(chat(CHANNEL), "the bot may not write there")),
        (NEWS, "left", ChatLost(chat(CHANNEL), "the bot was removed")),
        (NEWS, "kicked", ChatLost(chat(CHANNEL), "the bot was removed")),
    ],
)
async def test_the_bots_own_place(
    api: TelegramApi, connect: Connect, answers: FakeAnswers, where: Any, new: Any, expected: ChatEvent
) -> None:
    """Being blocked, removed or silenced, and being let in again, is known as soon as Telegram tells."""
    await connect()
    await api.member(where, new)
    assert await events_of(answers, 1) == [expected]
    assert not answers.requests


async def test_a_server_older_than_the_library(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A server of one's own that tells fewer of a member's rights than the library demands is understood all the same."""
    await connect()
    group = {"id": GROUP, "type": "group", "title": "Us"}
    old = {"status": "member", "user": {"id": 123456, "is_bot": True, "first_name": "Pactwatch"}}
    new = old | {"status": "restricted", "is_member": True, "can_send_messages": False, "until_date": 0}
    change = {"chat": group, "from": old["user"], "date": 1, "old_chat_member": old, "new_chat_member": new}
    await api.order("raw", update={"my_chat_member": change})
    assert await events_of(answers, 1) == [ChatLost(chat(GROUP), "the bot may not write there")]


async def test_nonsense_about_a_chat(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """What can't be read of a chat is skipped, and what comes after it is read."""
    await connect()
    await api.order("raw", update={"my_chat_member": {"chat": {"id": GROUP}}})
    await api.member(ANNA, "kicked")
    assert await events_of(answers, 1) == [ChatLost(chat(ANNA), "the bot was blocked")]


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old"), ("old", "new", "new", "old")])
async def test_a_group_that_moves(
    api: TelegramApi, connect: Connect, answers: FakeAnswers, order: tuple[str, ...]
) -> None:
    """A group's move is known by whichever message comes first, and told the same however often it comes."""
    await connect()
    for told in order:
        await api.migrated(GROUP, SUPERGROUP, told=told)
    assert await events_of(answers, 2 * len(order)) == [MOVED, ARRIVED] * len(order)


async def test_a_move_keeps_its_place_among_commands(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """What was asked before a group moved is done before the move, and what is asked afterwards is done after it."""
    gate = asyncio.Event()
    seen: list[tuple[str, int]] = []

    async def slow(request: Request) -> None:
        seen.append((request.line, len(answers.events)))
        if request.line == "/subscribe":
            await gate.wait()

    answers.slow = slow
    await connect()
    await api.write("/subscribe", chat=GROUP)
    await until(lambda: bool(seen))
    await api.migrated(GROUP, SUPERGROUP, told="old")
    await api.say("/hello", user=1005)  # a later update of another chat: the move is in its lane by now
    assert answers.events == []
    gate.set()
    await events_of(answers, 2)
    await api.migrated(GROUP, SUPERGROUP, told="new")
    await api.write("/settings", chat=SUPERGROUP)
    await until(lambda: ("/settings", 4) in seen)
    assert answers.events == [MOVED, ARRIVED] * 2


async def test_topics_open_and_close(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A topic that is closed, reopened or made is known as such; the group around it is left as it is."""
    await connect()
    for what in ("created", "closed", "reopened"):
        await api.topic(FORUM, 7, what)
    topic = chat(FORUM, 7)
    assert await events_of(answers, 3) == [ChatBack(topic), ChatLost(topic, "the topic was closed"), ChatBack(topic)]
    assert not answers.requests


async def test_a_message_in_a_topic_is_no_event(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """Talk in a topic, which formally answers the message that opened it, tells nothing of the topic."""
    await connect()
    await api.say("/treaty 4", chat={"id": FORUM, "is_forum": True}, thread=7)
    assert not answers.events


async def test_closing_the_general_topic_is_no_goodbye(
    api: TelegramApi, connect: Connect, answers: FakeAnswers
) -> None:
    """When a forum closes its general topic, its other topics still get what they subscribed to."""
    await connect()
    await api.topic(FORUM, 7, "closed")
    content = {"message_id": 99, "date": 1, "chat": {"id": FORUM, "type": "supergroup", "title": "F"}}
    await api.order("raw", update={"message": content | {"forum_topic_closed": {}}})
    await api.say("/treaty 4", chat=FORUM)
    assert answers.events == [ChatLost(chat(FORUM, 7), "the topic was closed")]


async def test_memberships_are_asked_for(api: TelegramApi, connect: Connect) -> None:
    """Telegram tells of memberships only to who asks for them, polling or not."""
    await connect()
    await api.records("getUpdates", wait=1)
    assert "my_chat_member" in (await api.state())["allowed_updates"]
    await connect(webhook_url="https://example.org/hook", webhook_secret="s3cret")
    assert "my_chat_member" in (await api.state())["allowed_updates"]
