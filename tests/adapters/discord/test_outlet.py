"""Messages nobody asked for: posted once, changed in place, refused for good or for now."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.documents import Deleted, Document, Inserted, RunCommand, paragraph
from bot.core.places import ChatRef, MessageRef, Platform
from bot.core.ports import Outlet, PostFailed
from tests.adapters.discord.conftest import Connect, platform_on, until
from tests.adapters.fakes import FakeAnswers
from tests.platforms.discord_api import DiscordApi, read_message
from tests.platforms.discord_payloads import CHANNEL

ROOM = ChatRef(Platform.DISCORD, CHANNEL)
CARD = Document(
    (paragraph("F-12 ", Deleted("old"), Inserted("new"), " @everyone"),), ((RunCommand("Approve", "!ab"),),)
)
DONE = Document((paragraph("F-12 was approved"),))


async def test_card_is_posted_and_changed(api: DiscordApi, connect: Connect) -> None:
    """A card appears as one message with its buttons, mentions nobody, and is changed in place later."""
    outlet: Outlet = await connect()
    message = await outlet.post(ROOM, CARD)
    (posted,) = (await api.state())["messages"]
    assert (message.chat, message.id) == (ROOM, posted["id"])
    shown = read_message(posted)
    assert (shown.text.replace("\u200b", ""), shown.labels) == ("F-12 oldnew @everyone", ("Approve",))
    assert {"strike", "underline"} == shown.kinds
    (sent,) = [each["json"] for each in await api.records("post_message")]
    assert sent["allowed_mentions"] == {"parse": []}
    assert 0 < len(sent["nonce"]) <= 25
    await outlet.edit(message, DONE)
    await outlet.edit(message, DONE)
    (changed,) = (await api.state())["messages"]
    assert (changed["id"], read_message(changed).text, read_message(changed).labels) == (
        message.id,
        "F-12 was approved",
        (),
    )


async def test_thread_wins(api: DiscordApi, connect: Connect) -> None:
    """A card for a thread is posted and changed in the thread and not in the channel around it."""
    platform = await connect()
    thread = ChatRef(Platform.DISCORD, CHANNEL, "4242")
    message = await platform.post(thread, CARD)
    await platform.edit(message, DONE)
    (posted,) = (await api.state())["messages"]
    assert (posted["channel_id"], message.chat) == ("4242", thread)


async def test_card_is_one_message(api: DiscordApi, connect: Connect) -> None:
    """However long a draft is, its card is one message that visibly ends where there is no more room."""
    platform = await connect()
    await platform.post(ROOM, Document((paragraph("word " * 3000),), CARD.buttons))
    (posted,) = (await api.state())["messages"]
    shown = read_message(posted)
    assert shown.text.endswith("word…")
    assert shown.labels == ("Approve",)


async def test_pressing_a_posted_card(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """The button of a posted card reaches the product with who pressed it and where."""
    platform = await connect()
    await platform.post(ROOM, CARD)
    (posted,) = (await api.state())["messages"]
    await api.answer(await api.send_press(posted, "!ab", user="99"))
    (request,) = answers.requests
    assert (request.line, str(request.actor.user), request.chat) == ("!ab", "discord:99", ROOM)


async def test_stumbling_makes_one_message(api: DiscordApi, connect: Connect) -> None:
    """When Discord stumbles after it took a card, the library tries again, and there is one message all the same."""
    platform = await connect()
    await api.fault("POST .*/messages", status=502, done=True)
    message = await platform.post(ROOM, CARD)
    assert [each["status"] for each in await api.records("post_message")] == [502, 200]
    assert [each["id"] for each in (await api.state())["messages"]] == [message.id]


@pytest.mark.parametrize("close", ["before", "after"])
async def test_lost_answer_makes_one_message(api: DiscordApi, connect: Connect, close: str) -> None:
    """A card whose way there or back was lost is there once; the same card posted anew is a new one."""
    platform = await connect()
    await api.fault("POST .*/messages", close=close, times=2)
    message = await platform.post(ROOM, CARD)
    assert [each["id"] for each in (await api.state())["messages"]] == [message.id]
    await api.fault("PATCH .*/messages", close=close)
    await platform.edit(message, DONE)
    other = await platform.post(ROOM, DONE)
    assert [each["id"] for each in (await api.state())["messages"]] == [message.id, other.id]


async def test_lost_connection_is_not_the_end(api: DiscordApi, connect: Connect) -> None:
    """Where no answer comes at all, a card is given back after a few attempts, to be posted later."""
    platform = await connect()
    await api.fault("POST .*/messages", close="before", times=100)
    with pytest.raises(PostFailed) as failed:
        await platform.post(ROOM, CARD)
    assert not failed.value.final
    assert (await api.state())["messages"] == []


@pytest.mark.parametrize(
    ("code", "final"), [(10003, True), (50001, True), (50007, True), (50008, True), (50013, True), (50083, False)]
)
async def test_shut_channels_are_told_apart(api: DiscordApi, connect: Connect, code: int, final: bool) -> None:
    """A channel that is gone or closed to us is given up after one request; an archived thread may open again."""
    platform = await connect()
    message = await platform.post(ROOM, CARD)
    await api.shut(CHANNEL, code)
    with pytest.raises(PostFailed) as posting:
        await platform.post(ROOM, DONE)
    with pytest.raises(PostFailed) as changing:
        await platform.edit(message, DONE)
    assert (posting.value.final, changing.value.final) == (final, final)
    assert [each["status"] < 400 for each in await api.records("post_message")] == [True, False]
    assert (await platform.post(ChatRef(Platform.DISCORD, "4242"), DONE)).id
    await api.shut(CHANNEL, 0)
    await platform.edit(message, DONE)


async def test_deleted_card_is_given_up(api: DiscordApi, connect: Connect) -> None:
    """A card that somebody deleted can't be changed, and trying again is no use."""
    platform = await connect()
    with pytest.raises(PostFailed, match="Unknown Message") as failed:
        await platform.edit(MessageRef(ROOM, "1"), CARD)
    assert failed.value.final


async def test_long_limit_is_not_waited_out(api: DiscordApi, connect: Connect) -> None:
    """A limit of many minutes gives the card back instead of holding it, and is not the end of it."""
    platform = await connect()
    limited = {"message": "You are being rate limited.", "retry_after": 600.0, "global": False}
    await api.fault("POST .*/messages", status=429, body=limited, headers={"Via": "1.1 fake", "Retry-After": "600"})
    with pytest.raises(PostFailed) as failed:
        await platform.post(ROOM, CARD)
    assert not failed.value.final


async def test_limits_of_a_channel_are_kept(api: DiscordApi, connect: Connect) -> None:
    """Many cards at once wait as Discord tells, and none is refused for it."""
    await api.limits(on=True, route=3, route_seconds=0.3)
    platform = await connect()
    await asyncio.gather(*(platform.post(ROOM, Document((paragraph(f"F-{at}"),))) for at in range(8)))
    state = await api.state()
    assert (len(state["messages"]), state["limited"], state["invalid"]) == (8, {"global": 0, "user": 0}, 0)


async def test_unconnected_outlet_fails_for_now(
    api: DiscordApi, answers: FakeAnswers, caplog: pytest.LogCaptureFixture
) -> None:
    """Before the start, between two attempts to connect and after the end no card can be posted, but may be later."""
    platform = platform_on(api, answers, retry_after=60.0)
    await api.fault("GET /api/v10/users/@me", status=403)

    async def fails() -> bool:
        with pytest.raises(PostFailed, match="not connected") as failed:
            await platform.post(ROOM, CARD)
        return not failed.value.final

    assert await fails()
    await platform.start()
    try:
        await until(lambda: "can't be reached" in caplog.text)
        assert await fails()
    finally:
        await platform.stop()
    assert await fails()
