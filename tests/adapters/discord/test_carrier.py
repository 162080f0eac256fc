"""The outbox's way to Discord, through the real library: one request a call, and what came of it in plain terms."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from discord.http import Route

from bot.adapters.discord.carrier import person_chat
from bot.core.deliveries import AlertKind, Order, Trouble, Undelivered
from bot.core.documents import Document, RunCommand, paragraph
from bot.core.outbox import Carrier
from bot.core.places import ChatRef, MessageRef, Platform, UserRef
from bot.core.ports import PostFailed
from tests.adapters.discord.conftest import Connect, platform_on, until
from tests.adapters.fakes import FakeAnswers
from tests.platforms.discord_api import DiscordApi, read_message
from tests.platforms.discord_limits import COMPONENTS_V2
from tests.platforms.discord_payloads import CHANNEL
from tests.platforms.discord_traffic import refusal

ROOM = ChatRef(Platform.DISCORD, CHANNEL)
THREAD = ChatRef(Platform.DISCORD, CHANNEL, "4242")
SILENT = 1 << 12
VIA = {"Via": "1.1 fake"}


def payload(carrier: Carrier, words: str = "A-12 signed @everyone") -> object:
    document = Document((paragraph(words),), ((RunCommand("Why", "why A-12", below=True),),))
    return carrier.render(document, AlertKind.ALERT, ("fact-12",))


def order(chat: ChatRef = ROOM, key: str = "1-a", **more: Any) -> Order:
    return Order(chat, key, **more)


async def trouble(call: Any) -> Undelivered:
    with pytest.raises(Undelivered) as failed:
        await call
    return failed.value


async def test_alert_is_posted_and_changed(api: DiscordApi, connect: Connect) -> None:
    """An alert is one message with its buttons that mentions nobody, and is changed in place later."""
    carrier: Carrier = (await connect()).carrier
    assert (carrier.connected, carrier.keyed) == (True, True)
    message = await carrier.post(order(), payload(carrier))
    (posted,) = (await api.state())["messages"]
    assert (message, read_message(posted).labels) == (MessageRef(ROOM, posted["id"]), ("Why",))
    (sent,) = [each["json"] for each in await api.records("post_message")]
    assert (sent["nonce"], sent["enforce_nonce"]) == ("1-a", True)
    assert (sent["allowed_mentions"], sent["flags"]) == ({"parse": []}, COMPONENTS_V2)
    await carrier.change(message, payload(carrier, "A-12 corrected"))
    await carrier.change(message, payload(carrier, "A-12 corrected"))
    (changed,) = (await api.state())["messages"]
    assert read_message(changed).text == "A-12 corrected"


async def test_silent_alert_makes_no_sound(api: DiscordApi, connect: Connect) -> None:
    """A silent subscription's alert notifies nobody, and the same alert elsewhere still does."""
    carrier = (await connect()).carrier
    shared = payload(carrier)
    await carrier.post(order(silent=True), shared)
    await carrier.post(order(ChatRef(Platform.DISCORD, "4343")), shared)
    assert [each["flags"] & SILENT for each in (await api.state())["messages"]] == [SILENT, 0]


async def test_correction_replies_to_the_alert(api: DiscordApi, connect: Connect) -> None:
    """A correction that can't be an edit replies to the old message, unless that stands in another channel."""
    carrier = (await connect()).carrier
    old = await carrier.post(order(), payload(carrier))
    await carrier.post(order(key="2-a", reply_to=old), payload(carrier))
    await carrier.post(order(THREAD, key="3-a", reply_to=old), payload(carrier))
    _, near, far = (await api.state())["messages"]
    assert near["message_reference"] == {"message_id": old.id, "fail_if_not_exists": False}
    assert "message_reference" not in far


async def test_correction_comes_where_history_is_hidden(api: DiscordApi, connect: Connect) -> None:
    """Where we may not read what was written before, the correction comes as a message of its own."""
    carrier = (await connect()).carrier
    old = await carrier.post(order(), payload(carrier))
    hidden = {"code": 160002, "message": "Cannot reply without permission to read message history"}
    await api.fault("POST .*/messages", status=403, body=hidden)
    await carrier.post(order(key="2-a", reply_to=old), payload(carrier))
    assert [each.get("message_reference") for each in (await api.state())["messages"]] == [None, None]


async def test_thread_has_its_own_messages(api: DiscordApi, connect: Connect) -> None:
    """An alert for a thread is posted, changed and found in the thread and not in the channel around it."""
    carrier = (await connect()).carrier
    message = await carrier.post(order(THREAD), payload(carrier))
    await carrier.change(message, payload(carrier, "A-12 corrected"))
    assert await carrier.find(THREAD, "A-12", 0) == message
    assert (await api.copies(), message.chat) == ({"4242": 1}, THREAD)


@pytest.mark.parametrize("fault", [{"close": "after"}, {"status": 502, "done": True}, {"status": 500}])
async def test_same_key_makes_one_message(api: DiscordApi, connect: Connect, fault: dict[str, Any]) -> None:
    """However often an alert is sent again because its answer was lost, it stands there once; each call is one try."""
    carrier = (await connect()).carrier
    await api.fault("POST .*/messages", times=2, **fault)
    for _ in range(2):
        expected = Trouble.LOST if "close" in fault else Trouble.OUTAGE
        assert (await trouble(carrier.post(order(), payload(carrier)))).trouble is expected
    message = await carrier.post(order(), payload(carrier))
    assert len(await api.records("post_message")) == 3
    assert [each["id"] for each in (await api.state())["messages"]] == [message.id]


async def test_cut_connection_leaves_doubt(api: DiscordApi, connect: Connect) -> None:
    """A connection that breaks before any answer may have carried the message."""
    carrier = (await connect()).carrier
    await api.fault("POST .*/messages", close="before")
    assert (await trouble(carrier.post(order(), payload(carrier)))).trouble is Trouble.LOST


async def test_closed_port_leaves_no_doubt(api: DiscordApi, connect: Connect) -> None:
    """Where nobody listens, nothing left, and sending again is safe."""
    carrier = (await connect()).carrier
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = free.getsockname()
    right, Route.BASE = Route.BASE, f"http://127.0.0.1:{address[1]}/api/v10"
    try:
        assert (await trouble(carrier.post(order(), payload(carrier)))).trouble is Trouble.UNREACHED
    finally:
        Route.BASE = right


async def test_silence_is_not_waited_for_without_end(api: DiscordApi, connect: Connect) -> None:
    """A message whose answer does not come is given back, in doubt, and the next one is not held up by it."""
    carrier = (await connect()).carrier
    carrier.seconds = 0.3
    await api.fault("POST .*/messages", delay=1.0)
    assert (await trouble(carrier.post(order(), payload(carrier)))).trouble is Trouble.LOST
    assert (await carrier.post(order(ChatRef(Platform.DISCORD, "4343"), "2-a"), payload(carrier))).id


async def test_limit_of_one_channel_is_of_that_channel(api: DiscordApi, connect: Connect) -> None:
    """A channel that is limited for half a day gets no further request, and all others get theirs at once."""
    refused: list[int] = []
    carrier = (await connect(on_invalid=refused.append)).carrier
    body = {"message": "You are being rate limited.", "retry_after": 43838.0, "global": False}
    await api.fault(f"POST .*/{CHANNEL}/messages", status=429, body=body, headers=VIA)
    for number in range(3):
        found = await trouble(carrier.post(order(key=f"{number}-a"), payload(carrier)))
        assert found.trouble is Trouble.CHAT_LIMIT
        assert 43830 < (found.seconds or 0) <= 43838
    assert (await carrier.post(order(THREAD), payload(carrier))).id
    assert len(await api.records("post_message")) == 2
    assert refused == [429]


async def test_limit_of_the_whole_bot_holds_everything(api: DiscordApi, connect: Connect) -> None:
    """While the whole bot is limited no message, no card and no other request leaves; answers to people do."""
    platform = await connect()
    carrier = platform.carrier
    body = {"message": "You are being rate limited.", "retry_after": 0.6, "global": True}
    await api.fault("POST .*/messages", status=429, body=body, headers=VIA)
    found = await trouble(carrier.post(order(), payload(carrier)))
    assert (found.trouble, found.seconds) == (Trouble.LIMIT, 0.6)
    for number in range(20):
        found = await trouble(carrier.post(order(ChatRef(Platform.DISCORD, f"4{number}"), "2-a"), payload(carrier)))
        assert found.trouble is Trouble.LIMIT
        assert 0 < (found.seconds or 0) <= 0.6
    assert (await trouble(carrier.change(MessageRef(ROOM, "1"), payload(carrier)))).trouble is Trouble.LIMIT
    card = asyncio.create_task(platform.post(ROOM, Document((paragraph("a card"),))))
    assert (await api.slash("treaty")).text == "you said: /treaty"
    await card
    sent = await api.records("post_message")
    assert len(sent) == 2
    assert sent[-1]["at"] - sent[0]["at"] > 0.6 - 0.05
    assert (await carrier.post(order(), payload(carrier))).id


async def test_limit_met_by_a_card_holds_the_alerts(api: DiscordApi, connect: Connect) -> None:
    """A limit that something else of ours met is kept by the alerts too, and the card comes later."""
    platform = await connect()
    body = {"message": "You are being rate limited.", "retry_after": 0.4, "global": True}
    await api.fault("POST .*/messages", status=429, body=body, headers=VIA)
    with pytest.raises(Exception, match="limited"):
        await platform.post(ROOM, Document((paragraph("a card"),)))
    assert (await trouble(platform.carrier.post(order(), payload(platform.carrier)))).trouble is Trouble.LIMIT
    assert (await platform.post(ROOM, Document((paragraph("a card"),)))).id
    assert (await api.summary())["requests"] >= 2


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"status": 429, "body": "<html>error 1015</html>"}, None),
        ({"status": 429, "body": {"retry_after": 1.0, "global": False}}, None),
        ({"status": 429, "body": "<html>error 1015</html>", "headers": {"Retry-After": "3600"}}, 3600.0),
        ({"status": 403, "body": "<html>Sorry, you have been blocked</html>"}, None),
    ],
)
async def test_words_of_the_proxy_end_no_subscription(
    api: DiscordApi, connect: Connect, fault: dict[str, Any], seconds: float | None
) -> None:
    """When the proxy in front of Discord turns us away, everything waits, and no channel is taken for gone."""
    carrier = (await connect()).carrier
    await api.fault("POST .*/messages", **fault)
    found = await trouble(carrier.post(order(), payload(carrier)))
    assert (found.trouble, found.seconds) == (Trouble.LIMIT, seconds)
    assert (await trouble(carrier.post(order(THREAD, "2-a"), payload(carrier)))).trouble is Trouble.LIMIT
    assert len(await api.records("post_message")) == 1


@pytest.mark.parametrize(
    ("code", "place", "posting", "changing"),
    [
        (10003, ROOM, Trouble.GONE, Trouble.GONE),
        (10003, THREAD, Trouble.TOPIC_GONE, Trouble.TOPIC_GONE),
        (50001, ROOM, Trouble.GONE, Trouble.GONE),
        (50007, ROOM, Trouble.GONE, Trouble.GONE),
        (50008, ROOM, Trouble.GONE, Trouble.GONE),
        (50013, ROOM, Trouble.GONE, Trouble.GONE),
        (50013, THREAD, Trouble.GONE, Trouble.GONE),
        (50083, THREAD, Trouble.TOPIC_GONE, Trouble.UNEDITABLE),
        (160005, THREAD, Trouble.TOPIC_GONE, Trouble.TOPIC_GONE),
    ],
)
async def test_shut_places_are_told_apart(
    api: DiscordApi, connect: Connect, code: int, place: ChatRef, posting: Trouble, changing: Trouble
) -> None:
    """A channel that is gone or shuts us out, and a thread that is closed, are known after one request."""
    carrier = (await connect()).carrier
    message = await carrier.post(order(place), payload(carrier))
    await api.shut(place.thread or place.id, code)
    found = await trouble(carrier.post(order(place, "2-a"), payload(carrier)))
    assert (found.trouble, f"(error code: {code})" in found.reason) == (posting, True)
    assert (await trouble(carrier.change(message, payload(carrier)))).trouble is changing
    assert [each["status"] < 400 for each in await api.records("post_message")] == [True, False]


@pytest.mark.parametrize(
    ("status", "code"), [(404, 10008), (429, 30046), (403, 50005), (400, 50021), (400, 50024), (400, 50083)]
)
async def test_what_can_not_be_changed_is_known(api: DiscordApi, connect: Connect, status: int, code: int) -> None:
    """A message that is gone, too old, not ours or in an archived thread can't be changed; its channel is fine."""
    carrier = (await connect()).carrier
    message = await carrier.post(order(), payload(carrier))
    await api.fault("PATCH", status=status, body={"code": code, "message": "no"}, headers=VIA)
    assert (await trouble(carrier.change(message, payload(carrier)))).trouble is Trouble.UNEDITABLE
    assert (await carrier.post(order(key="2-a"), payload(carrier))).id


async def test_old_message_is_known_for_it(api: DiscordApi, connect: Connect) -> None:
    """Discord lets messages older than an hour be changed so often only; the next one says that it can't be."""
    carrier = (await connect()).carrier
    message = await carrier.post(order(), payload(carrier))
    await api.limits(old_edits=1)
    await carrier.change(message, payload(carrier, "one"))
    await api.age(7200)
    await carrier.change(message, payload(carrier, "two"))
    assert (await trouble(carrier.change(message, payload(carrier, "three")))).trouble is Trouble.UNEDITABLE
    assert read_message((await api.state())["messages"][0]).text == "two"


async def test_wrong_message_is_refused_for_good(api: DiscordApi, connect: Connect) -> None:
    """What Discord will never take is refused after one request, with Discord's own reason."""
    carrier = (await connect()).carrier
    body = {"code": 50035, "message": "Invalid Form Body"}
    await api.fault("POST .*/messages", status=400, body=body | {"code": 50006})
    found = await trouble(carrier.post(order(), payload(carrier)))
    assert (found.trouble, "Invalid Form Body" in found.reason) == (Trouble.REFUSED, True)


async def test_archived_thread_opens_and_locked_one_stays_shut(api: DiscordApi, connect: Connect) -> None:
    """An alert opens a thread that was only archived; a locked one is told from a channel that is gone."""
    carrier = (await connect()).carrier
    await api.thread("4242", archived=True)
    assert (await carrier.post(order(THREAD), payload(carrier))).chat == THREAD
    await api.thread("4242", archived=True, locked=True)
    assert (await trouble(carrier.post(order(THREAD, "2-a"), payload(carrier)))).trouble is Trouble.TOPIC_GONE
    await api.thread("4242", locked=True)
    assert (await trouble(carrier.post(order(THREAD, "3-a"), payload(carrier)))).trouble is Trouble.TOPIC_GONE


async def test_announcement_is_published_once(api: DiscordApi, connect: Connect) -> None:
    """An announcement is published to those who follow the channel; a second time is fine and changes nothing."""
    carrier = (await connect()).carrier
    await api.channel(CHANNEL, 5)
    message = await carrier.post(order(), payload(carrier))
    await carrier.crosspost(message)
    await carrier.crosspost(message)
    assert (await api.state())["messages"][0]["flags"] & 1


async def test_limit_on_publishing_is_of_publishing_alone(api: DiscordApi, connect: Connect) -> None:
    """After ten announcements an hour the eleventh waits for as long as Discord says; messages still appear."""
    carrier = (await connect()).carrier
    await api.channel(CHANNEL, 5)
    messages = [await carrier.post(order(key=f"{each}-a"), payload(carrier)) for each in range(12)]
    for each in messages[:10]:
        await carrier.crosspost(each)
    for each in messages[10:]:
        found = await trouble(carrier.crosspost(each))
        assert found.trouble is Trouble.CHAT_LIMIT
        assert (found.seconds or 0) > 3500
    assert len(await api.records("crosspost")) == 11
    assert (await carrier.post(order(key="x-a"), payload(carrier))).id
    assert (await api.state())["invalid"] == 0


async def test_what_can_not_be_published_costs_no_subscription(api: DiscordApi, connect: Connect) -> None:
    """Without the right to publish, or in a channel that is no longer one for it, only the publishing fails."""
    carrier = (await connect()).carrier
    message = await carrier.post(order(), payload(carrier))
    await api.fault("POST .*/crosspost", status=403, body={"code": 50013, "message": "Missing Permissions"})
    assert (await trouble(carrier.crosspost(message))).trouble is Trouble.REFUSED
    await api.channel(CHANNEL, 0)
    assert (await trouble(carrier.crosspost(message))).trouble is Trouble.UNEDITABLE


async def test_our_message_is_found(api: DiscordApi, connect: Connect) -> None:
    """After a long outage our message is found by the number it shows, and no other one is taken for it."""
    carrier = (await connect()).carrier
    before = int(time.time() * 1000) - 1000
    await carrier.post(order(key="0-a"), payload(carrier, "A-123 something else"))
    message = await carrier.post(order(), payload(carrier, "signed. `A-12`"))
    await carrier.post(order(key="2-a"), payload(carrier, "A-13"))
    assert await carrier.find(ROOM, "A-12", before) == message
    assert await carrier.find(ROOM, "A-1", before) is None
    assert await carrier.find(THREAD, "A-12", before) is None
    assert await carrier.find(ROOM, "A-12", int(time.time() * 1000) + 60_000) is None


async def test_our_message_is_found_below_many(api: DiscordApi, connect: Connect) -> None:
    """However much was written in a busy channel since, our message is found."""
    carrier = (await connect()).carrier
    await carrier.post(order(key="0-a"), payload(carrier, "long ago"))
    await asyncio.sleep(0.02)
    since = int(time.time() * 1000)
    message = await carrier.post(order(), payload(carrier))
    for number in range(130):
        await carrier.post(order(key=f"{number}-b"), payload(carrier, f"talk {number}"))
    assert await carrier.find(ROOM, "A-12", since) == message


async def test_channel_that_can_not_be_read_has_nothing(
    api: DiscordApi, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """Where we may post and not read, nothing is found, and the log says why."""
    carrier = (await connect()).carrier
    await carrier.post(order(), payload(carrier))
    await api.fault("GET .*/messages", status=403, body={"code": 50001, "message": "Missing Access"})
    assert await carrier.find(ROOM, "A-12", 0) is None
    assert "can't be read" in caplog.text


async def test_private_chat_is_opened(api: DiscordApi, connect: Connect) -> None:
    """A person's private chat is opened by their id, and an alert for somebody who brought us along goes there."""
    carrier = (await connect()).carrier
    person = UserRef(Platform.DISCORD, "77")
    chat = await carrier.private_chat(person)
    assert str(chat) == "discord:777"
    message = await carrier.post(order(person_chat(person)), payload(carrier))
    assert (message.chat, await carrier.find(person_chat(person), "A-12", 0)) == (chat, message)
    assert await api.copies("A-12") == {"777": 1}


async def test_revoked_token_stops_sending(api: DiscordApi, connect: Connect) -> None:
    """A token that was revoked is told from anything that is wrong with a message."""
    carrier = (await connect()).carrier
    await api.fault("POST .*/messages", status=401, body={"code": 0, "message": "401: Unauthorized"})
    assert (await trouble(carrier.post(order(), payload(carrier)))).trouble is Trouble.OFF


async def test_unconnected_carrier_says_so(api: DiscordApi, answers: FakeAnswers) -> None:
    """Before the start and after the end nothing can be sent; without the gateway it can."""
    platform = platform_on(api, answers)
    carrier = platform.carrier
    assert not carrier.connected
    assert (await trouble(carrier.post(order(), payload(carrier)))).trouble is Trouble.OFF
    await api.gateway("refuse")
    await platform.start()
    try:
        await until(lambda: carrier.connected)
        assert not platform.ready
        assert (await carrier.post(order(), payload(carrier))).id
    finally:
        await platform.stop()
    assert not carrier.connected
    assert (await trouble(carrier.post(order(), payload(carrier)))).trouble is Trouble.OFF


async def test_requests_beside_the_outbox_are_told(api: DiscordApi, connect: Connect) -> None:
    """Cards and what else goes out beside the alerts is counted, and the alerts and answers themselves are not."""
    spent: list[None] = []
    platform = await connect(spent=lambda: spent.append(None))
    carrier = platform.carrier
    before = len(spent)
    message = await carrier.post(order(), payload(carrier))
    await carrier.change(message, payload(carrier))
    await api.slash("treaty")
    assert len(spent) == before
    card = await platform.post(ROOM, Document((paragraph("a card"),)))
    await platform.edit(card, Document((paragraph("another"),)))
    await carrier.find(ROOM, "A-12", 0)
    assert len(spent) == before + 3


async def test_refusals_are_counted_as_discord_counts_them(api: DiscordApi, connect: Connect) -> None:
    """Every refusal that counts against the ten thousand is told, whoever met it; shared limits do not count."""
    refused: list[int] = []
    platform = await connect(on_invalid=refused.append)
    shared = {"message": "x", "retry_after": 0.05, "global": False}
    await api.fault("POST", status=429, body=shared, headers=VIA | {"X-RateLimit-Scope": "shared"})
    assert (await trouble(platform.carrier.post(order(), payload(platform.carrier)))).trouble is Trouble.CHAT_LIMIT
    await api.fault("POST .*/messages", status=429, body=shared, headers=VIA | {"X-RateLimit-Scope": "user"})
    await platform.post(THREAD, Document((paragraph("a card"),)))
    await api.shut(CHANNEL, 50013)
    await trouble(platform.carrier.post(order(), payload(platform.carrier)))
    assert refused == [429, 403]
    assert (await api.state())["invalid"] == 2


async def test_storm_is_weathered(api: DiscordApi, connect: Connect) -> None:
    """With a third of all requests refused or cut, every alert arrives once and nothing is sent into a pause."""
    carrier = (await connect()).carrier
    await api.limits(keep=False, grace=0.1)
    await api.storm(0.3, seed=7, wait=(0.05, 0.6))
    shared = payload(carrier)
    channels = [ChatRef(Platform.DISCORD, str(10**17 + number)) for number in range(60)]

    async def deliver(chat: ChatRef) -> None:
        while True:
            try:
                await carrier.post(order(chat, f"1-{chat.id[-3:]}"), shared)
            except Undelivered as error:
                await asyncio.sleep(error.seconds or 0.02)
            else:
                return

    await asyncio.gather(*(deliver(each) for each in channels))
    figures = await api.summary("A-12")
    assert (figures["channels"], figures["most_in_a_channel"], figures["inside_pause"]) == (60, 1, 0)
    assert sum(figures["struck"].values()) > 10


async def test_bucket_that_is_empty_for_long_is_left_alone(api: DiscordApi, connect: Connect) -> None:
    """Where Discord says with the last message of an hour that it was the last, no further one is tried."""
    carrier = (await connect()).carrier
    empty = {
        "X-RateLimit-Limit": "1",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset-After": "3000",
        "X-RateLimit-Bucket": "b",
    }
    await api.fault("POST .*/messages", status=200, body={"id": "1"}, headers=empty)
    assert (await carrier.post(order(), payload(carrier))).id == "1"
    found = await trouble(carrier.post(order(key="2-a"), payload(carrier)))
    assert found.trouble is Trouble.CHAT_LIMIT
    assert 2990 < (found.seconds or 0) <= 3000
    assert len(await api.records("post_message")) == 1


async def test_answer_without_sense_is_no_answer(api: DiscordApi, connect: Connect) -> None:
    """What something on the way answers in Discord's place leaves it open whether the message arrived."""
    carrier = (await connect()).carrier
    await api.fault("POST .*/messages", status=200, body="<html>Welcome to our Wi-Fi</html>")
    assert (await trouble(carrier.post(order(), payload(carrier)))).trouble is Trouble.LOST
    await api.fault("POST .*/messages", status=404, body={"code": 0, "message": "404: Not Found"})
    assert (await trouble(carrier.post(order(), payload(carrier)))).trouble is Trouble.OUTAGE


async def test_many_channels_cost_no_more_each(api: DiscordApi, connect: Connect) -> None:
    """However many channels got an alert, nothing is kept of each that would slow down the next."""
    platform = await connect()
    shared = payload(platform.carrier)
    for start in range(0, 400, 40):
        chats = [ChatRef(Platform.DISCORD, str(10**17 + start + number)) for number in range(40)]
        await asyncio.gather(*(platform.carrier.post(order(each), shared) for each in chats))
    assert (await api.summary())["channels"] == 400
    client = platform._client
    assert client is not None
    assert len(client.http._buckets) < 300


async def test_what_counts_waits_for_room_and_tells_of_its_end(api: DiscordApi, connect: Connect) -> None:
    """Cards wait until there is room for them, and say when they are over and whether they were done; answers do not."""
    told: list[object] = []

    async def room() -> None:
        told.append("room")

    def spent() -> Callable[[bool], None]:
        told.append("spent")
        return told.append

    platform = await connect(room=room, spent=spent)
    told.clear()
    await api.slash("treaty")
    await platform.carrier.post(order(), payload(platform.carrier))
    assert told == []
    await platform.post(ROOM, Document((paragraph("a card"),)))
    assert told == ["room", "spent", True]
    told.clear()
    await api.fault("POST .*/messages$", status=502, body={"message": "x"}, times=1)
    await api.fault("POST .*/messages$", close="before", times=1)
    await platform.post(ROOM, Document((paragraph("a card"),)))
    assert told == ["room", "spent", False] * 2 + ["room", "spent", True]


async def test_a_refusal_of_the_whole_bot_is_told(api: DiscordApi, connect: Connect) -> None:
    """Whoever sends for this bot elsewhere can know that nothing may be sent, and for how long; a channel's limit is its own."""
    told: list[float | None] = []

    async def limited(seconds: float | None) -> None:
        told.append(seconds)

    platform = await connect(limited=limited)
    body, headers = refusal(0.2, "user")
    await api.fault("POST .*/messages$", status=429, body=body, headers=headers)
    await platform.post(ROOM, Document((paragraph("a card"),)))
    assert told == []
    body, headers = refusal(7.5, "global")
    await api.fault("POST .*/messages$", status=429, body=body, headers=headers)
    with pytest.raises(PostFailed):
        await platform.post(ROOM, Document((paragraph("a card"),)))
    assert told == [7.5]
