"""Messages of the outbox: one attempt each, brought to the right place, and every failure by its name."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.adapters.telegram.carrier import TelegramCarrier
from bot.adapters.telegram.http import AiohttpRequest
from bot.core.deliveries import AlertKind, Order, Trouble, Undelivered
from bot.core.documents import Document, RunCommand, Strong, paragraph
from bot.core.outbox import Carrier
from bot.core.places import ChatRef, MessageRef, Platform, UserRef
from tests.adapters.telegram.conftest import Connect, until
from tests.platforms.telegram_client import ANNA, FORUM, GROUP, SUPERGROUP, TelegramApi

NEW_HOME = -1_000_000_000_999
ALERT = Document((paragraph(Strong("F-12"), ": something happened"),), ((RunCommand("Why?", "why A-1"),),))
CORRECTED = Document((paragraph(Strong("F-12"), ": it did not"),))
UNPARSED = {"status": 400, "description": "Bad Request: can't parse entities: surprise"}


def chat(identity: int, thread: int | None = None) -> ChatRef:
    return ChatRef(Platform.TELEGRAM, str(identity), None if thread is None else str(thread))


def order(identity: int, thread: int | None = None, **more: object) -> Order:
    return Order(chat(identity, thread), "17", **more)  # type: ignore[arg-type]  # the caller knows the fields


def rendered(carrier: Carrier, document: Document = ALERT) -> object:
    return carrier.render(document, AlertKind.ALERT, ("F-12",))


@pytest.fixture
async def carrier(api: TelegramApi) -> AsyncIterator[Carrier]:
    """A carrier without the rest of the platform, for what concerns nothing else."""
    request = AiohttpRequest(8)
    await request.initialize()
    url = f"{api.url}/bot{api.token}/"
    yield TelegramCarrier(request=request, url=url, connected=lambda: True, spent=lambda: None)
    await request.shutdown()


async def trouble(doing: Awaitable[object]) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await doing
    return caught.value


async def test_an_alert_is_posted_and_corrected(api: TelegramApi, connect: Connect) -> None:
    """An alert stands in the chat as it was rendered, and its correction stands in its place."""
    await api.order("chat", id=ANNA)
    carrier: Carrier = (await connect()).carrier
    posted = await carrier.post(order(ANNA), rendered(carrier))
    (alert,) = await api.sent(chat=ANNA)
    assert posted == MessageRef(chat(ANNA), str(alert.id))
    assert (alert.text, alert.marked("bold")) == ("F-12: something happened", ["F-12"])
    assert alert.buttons == {"Why?": "why A-1"}
    assert "disable_notification" not in alert.params
    await carrier.change(posted, rendered(carrier, CORRECTED))
    await carrier.change(posted, rendered(carrier, CORRECTED))
    edits = await api.records("editMessageText")
    assert [(each["status"], each["params"]["text"]) for each in edits] == [
        (200, "F-12: it did not"),
        (400, "F-12: it did not"),
    ]
    assert await carrier.private_chat(UserRef(Platform.TELEGRAM, str(ANNA))) == posted.chat
    assert await carrier.find(posted.chat, "F-12", 0) is None
    assert (await trouble(carrier.crosspost(posted))).trouble is Trouble.REFUSED


async def test_one_message_for_many_chats(api: TelegramApi, connect: Connect) -> None:
    """What was rendered once goes to any number of chats, each in its own place."""
    await api.chats(5000, 200)
    carrier = (await connect()).carrier
    payload = rendered(carrier)
    posted = await asyncio.gather(*(carrier.post(order(5000 + each), payload) for each in range(200)))
    assert [each.chat for each in posted] == [chat(5000 + each) for each in range(200)]
    seen = await api.summary("something happened", first=5000, count=200)
    assert (seen["copies"], seen["missing"], seen["doubled"]) == (200, 0, 0)


async def test_silence_is_kept(api: TelegramApi, connect: Connect) -> None:
    """Who wants no sound gets the message without one."""
    await api.order("chat", id=ANNA)
    carrier = (await connect()).carrier
    await carrier.post(order(ANNA, silent=True), rendered(carrier))
    (alert,) = await api.sent(chat=ANNA)
    assert alert.params["disable_notification"] == "true"


async def test_only_more_than_the_free_rate_is_paid_for(api: TelegramApi, connect: Connect) -> None:
    """An alert says that it may be paid for where the operator set a rate that Telegram does not give for nothing."""
    await api.order("chat", id=ANNA)
    for rate, said in ((30, None), (31, "true")):
        carrier = (await connect(messages_per_second=rate)).carrier
        await carrier.post(order(ANNA), rendered(carrier))
        assert (await api.sent(chat=ANNA))[-1].params.get("allow_paid_broadcast") == said


async def test_a_correction_answers_what_it_corrects(api: TelegramApi, connect: Connect) -> None:
    """A correction that is a message of its own answers the old one, comes also when that is gone, and never strays."""
    await api.order("chat", id=FORUM, is_forum=True, topics=[7, 8])
    carrier = (await connect()).carrier
    old = await carrier.post(order(FORUM, 7), rendered(carrier))
    await carrier.post(order(FORUM, 7, reply_to=old), rendered(carrier, CORRECTED))
    await carrier.post(order(FORUM, 7, reply_to=MessageRef(old.chat, "777")), rendered(carrier, CORRECTED))
    await carrier.post(order(FORUM, 8, reply_to=old), rendered(carrier, CORRECTED))
    await carrier.post(order(FORUM, reply_to=old), rendered(carrier, CORRECTED))
    records = await api.records("sendMessage", chat=FORUM)
    answered = [each["result"].get("reply_to_message", {}).get("message_id") for each in records]
    assert answered == [None, int(old.id), None, None, None]
    assert [sent.thread for sent in await api.sent(chat=FORUM)] == [7, 7, 7, 8, None]
    assert "reply_parameters" not in records[3]["params"] | records[4]["params"]


@pytest.mark.parametrize(
    ("known", "target", "expected"),
    [
        ({"id": GROUP, "blocked": True}, chat(GROUP), Trouble.GONE),
        ({"id": ANNA, "blocked": True}, chat(ANNA), Trouble.GONE),
        ({"id": ANNA, "deleted": True}, chat(ANNA), Trouble.GONE),
        ({"id": GROUP, "deleted": True}, chat(GROUP), Trouble.GONE),
        ({"id": 1002, "started": False}, chat(1002), Trouble.GONE),
        ({"id": GROUP}, chat(-404), Trouble.GONE),
        ({"id": GROUP, "muted": True}, chat(GROUP), Trouble.GONE),
        ({"id": FORUM, "is_forum": True, "topics": [7], "closed": [7]}, chat(FORUM, 7), Trouble.TOPIC_GONE),
        ({"id": FORUM, "is_forum": True, "topics": [7]}, chat(FORUM, 8), Trouble.TOPIC_GONE),
        ({"id": SUPERGROUP}, chat(SUPERGROUP, 8), Trouble.TOPIC_GONE),
    ],
    ids=[
        "kicked",
        "blocked",
        "deleted person",
        "deleted group",
        "never started",
        "unknown",
        "may not write",
        "closed topic",
        "deleted topic",
        "no forum any more",
    ],
)
async def test_places_that_are_shut(
    api: TelegramApi, carrier: Carrier, known: dict[str, object], target: ChatRef, expected: Trouble
) -> None:
    """A place that takes nothing is tried once, said to be shut as a whole or in this topic, and nothing lands beside."""
    await api.order("chat", **known)
    failed = await trouble(carrier.post(Order(target, "1"), rendered(carrier)))
    assert failed.trouble is expected
    assert len(await api.records("sendMessage")) == 1
    assert not await api.sent()


@pytest.mark.parametrize(
    ("fault", "expected", "seconds"),
    [
        ({"status": 429, "description": "Too Many Requests", "retry_after": 43838}, Trouble.CHAT_LIMIT, 43838),
        ({"status": 429, "description": "Flood control"}, Trouble.LIMIT, None),
        ({"status": 429, "body": "<html>nginx</html>"}, Trouble.LIMIT, None),
        ({"status": 429, "body": '{"retry_after": 60, "title": "Error 1015"}'}, Trouble.LIMIT, None),
        ({"status": 500, "description": "Internal Server Error: restart"}, Trouble.OUTAGE, None),
        ({"status": 502, "body": "<html>Bad Gateway</html>"}, Trouble.OUTAGE, None),
        ({"status": 403, "body": "<html>This site is blocked here</html>"}, Trouble.OUTAGE, None),
        ({"status": 400, "body": "<html>Plain HTTP on an HTTPS port</html>"}, Trouble.OUTAGE, None),
        ({"status": 407, "body": "<html>Proxy</html>"}, Trouble.OUTAGE, None),
        ({"status": 504, "body": "<html>Gateway Time-out</html>"}, Trouble.LOST, None),
        ({"status": 200, "body": "<html>not Telegram</html>"}, Trouble.LOST, None),
        ({"status": 200, "body": "{}"}, Trouble.LOST, None),
        ({"status": 200, "body": "[]"}, Trouble.LOST, None),
        ({"status": 200, "body": '{"ok": true, "result": true}'}, Trouble.LOST, None),
        ({"cut": "before"}, Trouble.LOST, None),
        ({"cut": "after"}, Trouble.LOST, None),
        ({"status": 401, "description": "Unauthorized"}, Trouble.OFF, None),
        ({"status": 404, "description": "Not Found"}, Trouble.OFF, None),
        ({"status": 400, "description": "Bad Request: something new"}, Trouble.REFUSED, None),
        ({"status": 403, "description": "Forbidden: bot is not a member of the channel chat"}, Trouble.GONE, None),
        ({"status": 400, "description": "Bad Request: TOPIC_DELETED"}, Trouble.TOPIC_GONE, None),
    ],
)
async def test_each_failure_has_its_name(
    api: TelegramApi, carrier: Carrier, fault: dict[str, object], expected: Trouble, seconds: float | None
) -> None:
    """Whatever goes wrong is tried once, called by its name with Telegram's own figure, and never shows the token."""
    await api.order("chat", id=GROUP)
    await api.fault(method="sendMessage", **fault)
    failed = await trouble(carrier.post(order(GROUP), rendered(carrier)))
    assert (failed.trouble, failed.seconds) == (expected, seconds)
    assert api.token not in failed.reason
    assert len(await api.records("sendMessage")) == 1


async def test_a_group_that_moved_is_named(api: TelegramApi, connect: Connect) -> None:
    """A group that became a supergroup is not written to at once: whoever sends learns its new id first."""
    await api.order("chat", id=GROUP)
    carrier = (await connect()).carrier
    before = await carrier.post(order(GROUP), rendered(carrier))
    await api.migrated(GROUP, NEW_HOME, told="old")
    for doing in (carrier.post(order(GROUP), rendered(carrier)), carrier.change(before, rendered(carrier, CORRECTED))):
        failed = await trouble(doing)
        assert (failed.trouble, failed.chat) == (Trouble.MOVED, chat(NEW_HOME))
    assert not await api.sent(chat=NEW_HOME)
    posted = await carrier.post(Order(chat(NEW_HOME), "17", reply_to=before), rendered(carrier, CORRECTED))
    assert posted.chat == chat(NEW_HOME)


@pytest.mark.parametrize(
    "reason",
    [
        "message to edit not found",
        "message can't be edited",
        "MESSAGE_ID_INVALID",
        "MESSAGE_EDIT_TIME_EXPIRED",
        "MESSAGE_AUTHOR_REQUIRED",
    ],
)
async def test_messages_beyond_change(api: TelegramApi, carrier: Carrier, reason: str) -> None:
    """A message that is gone, too old or not ours is said to be beyond change."""
    await api.fault(method="editMessageText", status=400, description=f"Bad Request: {reason}")
    failed = await trouble(carrier.change(MessageRef(chat(GROUP), "1"), rendered(carrier)))
    assert failed.trouble is Trouble.UNEDITABLE


async def test_changes_meet_shut_places_too(api: TelegramApi, connect: Connect) -> None:
    """A change is refused by a chat's age limit, by a closed topic and by a chat that is gone, each by its name."""
    await api.order("chat", id=FORUM, is_forum=True, topics=[7])
    carrier = (await connect()).carrier
    posted = await carrier.post(order(FORUM, 7), rendered(carrier))
    payload = rendered(carrier, CORRECTED)
    seen = []
    for known in ({"edits": "too old"}, {"edits": "gone"}, {"edits": "", "closed": [7]}, {"blocked": True}):
        await api.order("chat", id=FORUM, **known)
        seen.append((await trouble(carrier.change(posted, payload))).trouble)
    assert seen == [Trouble.UNEDITABLE, Trouble.UNEDITABLE, Trouble.TOPIC_GONE, Trouble.GONE]


async def test_offence_at_the_form_of_an_alert(api: TelegramApi, connect: Connect) -> None:
    """An alert whose form Telegram does not take comes as bare text, once, and the second request is told of."""
    spent = Counter[str]()
    await api.order("chat", id=GROUP)
    carrier = (await connect(spent=lambda: spent.update(["spent"]))).carrier
    await api.fault(method="sendMessage", **UNPARSED)
    posted = await carrier.post(order(GROUP), rendered(carrier))
    (bare,) = await api.sent(chat=GROUP)
    assert (bare.text, bare.entities, bare.rows) == ("F-12: something happened", [], [])
    assert (str(bare.id), spent["spent"]) == (posted.id, 1)
    await api.fault(method="editMessageText", **UNPARSED)
    await carrier.change(posted, rendered(carrier, CORRECTED))
    assert (await api.sent(chat=GROUP, edits=True))[-1].text == "F-12: it did not"
    await api.fault(method="sendMessage", count=2, **UNPARSED)
    failed = await trouble(carrier.post(order(GROUP), rendered(carrier)))
    assert failed.trouble is Trouble.REFUSED
    assert len(await api.records("sendMessage")) == 4


async def test_nothing_is_sent_without_a_connection(api: TelegramApi, connect: Connect) -> None:
    """Before Telegram answered for the first time and after the stop nothing is tried, and that is said."""
    await api.order("chat", id=GROUP)
    await api.fault(method="getMe", cut="before")
    platform = await connect(wait=False)
    carrier = platform.carrier
    assert not carrier.connected
    assert (await trouble(carrier.post(order(GROUP), rendered(carrier)))).trouble is Trouble.OFF
    await until(lambda: carrier.connected)
    posted = await carrier.post(order(GROUP), rendered(carrier))
    await platform.stop()
    assert not carrier.connected
    assert (await trouble(carrier.change(posted, rendered(carrier, CORRECTED)))).trouble is Trouble.OFF
    assert len(await api.sent()) == 1


async def test_a_revoked_token_ends_sending(api: TelegramApi, connect: Connect) -> None:
    """Once Telegram no longer knows the token nothing more is tried."""
    platform = await connect()
    await api.fault(method="getUpdates", status=401, description="Unauthorized")
    await api.write("hello")
    await until(lambda: platform.failure is not None)
    assert not platform.carrier.connected


async def test_what_never_left_is_told_apart(api: TelegramApi) -> None:
    """Where no connection can be made, or none is free in time, nothing was sent, and that is known for sure."""
    await api.order("chat", id=GROUP)
    request = AiohttpRequest(1, pool_seconds=0.2)
    await request.initialize()
    for url in ("http://127.0.0.1:1/bot1:x/", f"{api.url}/bot{api.token}/"):
        carrier = TelegramCarrier(request=request, url=url, connected=lambda: True, spent=lambda: None)
        await api.fault(method="sendMessage", delay=1.0)
        posts = [carrier.post(order(GROUP), rendered(carrier)) for _ in range(2)]
        outcomes = await asyncio.gather(*posts, return_exceptions=True)
        unreached = [each for each in outcomes if isinstance(each, Undelivered)]
        assert {each.trouble for each in unreached} == {Trouble.UNREACHED}
        assert api.token not in "".join(each.reason for each in unreached)
    await request.shutdown()
    assert len(await api.sent()) == 1


async def test_replies_do_not_wait_behind_a_broadcast(api: TelegramApi, connect: Connect) -> None:
    """With every connection of a broadcast busy, a person is still answered at once."""
    await api.chats(5000, 64)
    carrier = (await connect()).carrier
    for each in range(64):
        await api.fault(method="sendMessage", chat=5000 + each, gated=True)
    payload = rendered(carrier)
    posts = [asyncio.create_task(carrier.post(order(5000 + each), payload)) for each in range(64)]
    await api.order("records", method=["sendMessage"], wait=64, timeout=5)
    assert (await api.say("/treaty 4")).text == "you said: /treaty 4"
    assert not any(post.done() for post in posts)
    await api.order("release")
    await asyncio.gather(*posts)


async def test_what_goes_out_beside_the_outbox_is_told(api: TelegramApi, connect: Connect) -> None:
    """Replies, pressed buttons, cards and their changes are told of as they leave; what the outbox sends is not."""
    spent = Counter[str]()
    platform = await connect(spent=lambda: spent.update(["spent"]))
    card = await api.say("/treaty 4")
    await api.press(card, "Next")
    posted = await platform.post(chat(ANNA), ALERT)
    await platform.edit(posted, CORRECTED)
    assert spent["spent"] == 4
    await platform.carrier.post(order(ANNA), rendered(platform.carrier))
    assert spent["spent"] == 4
    await api.fault(method="sendMessage", cut="after")
    await api.write("/treaty 5")
    await api.heard("you said: /treaty 5")
    await until(lambda: spent["spent"] == 6)


async def test_an_answer_waits_for_room_and_tells_of_its_end(api: TelegramApi, connect: Connect) -> None:
    """What counts waits until there is room, says when it is over and whether it was done, also the carrier's second."""
    told: list[object] = []

    async def room() -> None:
        told.append("room")

    def spent() -> Callable[[bool], None]:
        told.append("spent")
        return told.append

    platform = await connect(room=room, spent=spent)
    await api.say("/treaty 4")
    await until(lambda: len(told) == 3)
    assert told == ["room", "spent", True]
    told.clear()
    await api.fault(method="sendMessage", **UNPARSED)
    await platform.carrier.post(order(ANNA), rendered(platform.carrier))
    assert told == ["room", "spent", True]
    told.clear()
    await api.fault(method="sendMessage", status=403, description="Forbidden: bot was blocked by the user")
    await api.write("/treaty 5")
    await until(lambda: len(told) == 3)
    assert told == ["room", "spent", False]


async def test_a_refused_answer_is_told(api: TelegramApi, connect: Connect) -> None:
    """Whoever sends for this bot elsewhere can know which chat has to be left alone, or that all have, and for how long."""
    told: list[tuple[float | None, str]] = []

    async def limited(seconds: float | None, chat: str) -> None:
        told.append((seconds, chat))

    await connect(limited=limited)
    await api.fault(method="sendMessage", status=429, description="Too Many Requests", retry_after=1)
    await api.say("/treaty 4")
    await api.fault(method="sendMessage", status=429, body="<html>nginx</html>")
    await api.write("/treaty 5")
    await until(lambda: len(told) == 2)
    assert told == [(1.0, str(ANNA)), (None, "")]
