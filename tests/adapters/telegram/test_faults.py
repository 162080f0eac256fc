"""What happens when Telegram is slow, strict or away."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.adapters.telegram.faults import AnswerLost, NotDone, NotReached, Remedy, TooMany, fault_of
from bot.adapters.telegram.http import AiohttpRequest
from bot.core.hiding import Marks
from tests.adapters.fakes import EchoWords, FakeAnswers, FakeInbox
from tests.adapters.telegram.conftest import Connect, until
from tests.platforms.telegram_client import ANNA, GROUP, TelegramApi

SECRET = "s3cret-for_the-webhook"
UPDATE = {
    "update_id": 77,
    "message": {
        "message_id": 1,
        "date": 1,
        "text": "/treaty 4",
        "chat": {"id": ANNA, "type": "private"},
        "from": {"id": ANNA, "is_bot": False, "first_name": "A"},
    },
}


async def test_too_many_messages_are_waited_for(api: TelegramApi, connect: Connect) -> None:
    """A chat told to slow down gets its answer after the wait Telegram asked for, and others don't wait."""
    await connect()
    await api.fault(method="sendMessage", chat=ANNA, status=429, description="Too Many Requests", retry_after=2)
    await api.write("/treaty 4")
    await api.records("sendMessage", chat=ANNA, wait=1)
    assert (await api.say("/treaty", user=1002)).text == "you said: /treaty"
    assert not [sent for sent in await api.sent(chat=ANNA) if sent.status == 200]
    refused, sent = await api.records("sendMessage", chat=ANNA, wait=2)
    assert (refused["status"], sent["status"]) == (429, 200)
    assert sent["time"] - refused["time"] >= 2


async def test_a_wait_of_hours_is_not_sat_out(api: TelegramApi, connect: Connect) -> None:
    """Where Telegram shuts a chat for hours the answer is dropped, and the chat is answered again afterwards."""
    await connect()
    await api.fault(method="sendMessage", chat=ANNA, status=429, description="Too Many Requests", retry_after=43838)
    await api.write("/treaty 4")
    await api.records("sendMessage", chat=ANNA, wait=1)
    assert (await api.say("/treaty 5")).text == "you said: /treaty 5"


async def test_a_lost_answer_is_sent_twice_at_most(api: TelegramApi, connect: Connect) -> None:
    """When nobody can know whether a message arrived, it is sent once more and then left."""
    await connect()
    await api.write("/treaty 4")
    await api.records("sendMessage", wait=1)
    await api.fault(method="sendMessage", count=2, cut="after")
    await api.write("/treaty 5")
    await api.write("/treaty 6")
    await api.records("sendMessage", wait=2)
    await api.heard("you said: /treaty 6")
    assert [sent.text for sent in await api.sent(chat=ANNA)] == [
        f"you said: /treaty {number}" for number in (4, 5, 5, 6)
    ]


async def test_offence_at_the_form_costs_only_the_form(api: TelegramApi, connect: Connect) -> None:
    """Should Telegram not take an entity or button of a message, its bare text is sent."""
    await connect()
    await api.fault(method="sendMessage", status=400, description="Bad Request: can't parse entities: surprise")
    await api.write("/treaty 4")
    await api.records("sendMessage", wait=2)
    (sent,) = await api.sent(chat=ANNA)
    assert (sent.text, sent.rows) == ("you said: /treaty 4", [])


async def test_a_group_that_moved_is_answered_where_it_is_now(api: TelegramApi, connect: Connect) -> None:
    """When a group became a supergroup meanwhile, the answer goes to its new id."""
    await connect()
    await api.order("chat", id=-1_000_000_000_999)
    await api.order("chat", id=GROUP, moved_to=-1_000_000_000_999)
    await api.write("/treaty 4", chat=GROUP)
    assert (await api.sent(chat=-1_000_000_000_999, wait=1))[0].text == "you said: /treaty 4"


async def test_who_blocked_the_bot_is_left_alone(
    api: TelegramApi, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """Being blocked is an everyday thing: one try, one quiet line that says by whom in a mark only, no more."""
    caplog.set_level(logging.INFO)
    await connect()
    await api.fault(method="sendMessage", status=403, description="Forbidden: bot was blocked by the user")
    await api.write("/treaty 4")
    await until(lambda: "could not be sent" in caplog.text)
    assert len(await api.records("sendMessage")) == 1
    ours = [record for record in caplog.records if record.name.startswith("bot")]
    assert not [record for record in caplog.records if record.levelno > logging.INFO]
    assert not [record for record in ours if str(ANNA) in Marks(b"key").text(record.getMessage())]


async def test_polling_survives_outages(api: TelegramApi, connect: Connect) -> None:
    """After errors of every kind the bot takes updates in again by itself."""
    await api.fault(method="getUpdates", status=502, description="Bad Gateway")
    await api.fault(method="getUpdates", status=200, body="<html>not Telegram</html>")
    await connect()
    assert (await api.say("/treaty 4")).text == "you said: /treaty 4"


async def test_a_slow_start_goes_on_in_the_background(
    api: TelegramApi, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """A start while Telegram is away returns at once, says so in one line, and the bot comes up when Telegram does."""
    await api.fault(method="getMe", cut="before")
    await api.fault(method="setMyCommands", status=429, description="Too Many Requests", retry_after=1)
    platform = await connect(wait=False)
    assert not platform.ready
    await until(lambda: platform.ready)
    lines = [record for record in caplog.records if "can't reach Telegram yet" in record.getMessage()]
    assert len(lines) == 1
    assert platform.failure is None


async def test_a_refused_token_ends_with_a_clear_line(
    api: TelegramApi, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """A token Telegram doesn't know is said once, without the token, and nothing is tried again."""
    caplog.set_level(logging.DEBUG, "bot")
    platform = await connect(wait=False, token="999:wrong-token-canary")
    await until(lambda: platform.failure is not None)
    assert "TELEGRAM_BOT_TOKEN" in str(platform.failure)
    assert "wrong-token-canary" not in caplog.text + str(platform.failure)
    assert not platform.ready


async def test_a_token_revoked_while_polling(api: TelegramApi, connect: Connect) -> None:
    """When the token is revoked under way the bot is no longer ready and says why."""
    platform = await connect()
    await api.fault(method="getUpdates", status=401, description="Unauthorized")
    await api.say("/treaty 4")
    await until(lambda: platform.failure is not None)
    assert not platform.ready


async def test_a_second_poller_is_named(api: TelegramApi, connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """When another program polls with the same token, the log says so and the bot is not ready meanwhile."""
    platform = await connect()
    await api.records("getUpdates", wait=1)
    await api.fault(method="getUpdates", status=409, count=1000, description="Conflict: terminated by other getUpdates")
    await api.say("/treaty 4")
    await until(lambda: "another program polls" in caplog.text)
    assert not platform.ready


async def test_missing_words_cost_only_the_menus(
    api: TelegramApi, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault in our own words leaves the bot without menus and not ready, says so, and doesn't silence it."""

    class NoWords(EchoWords):
        def text(self, key: str, /, **data: str | int) -> str:
            raise KeyError(key)

    platform = await connect(wait=False, words={"it": NoWords("it")})
    await until(lambda: "menus could not be registered" in caplog.text)
    assert (await api.say("/treaty 4")).text == "you said: /treaty 4"
    assert not platform.ready


async def test_no_log_or_error_holds_the_token(
    api: TelegramApi, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """Even at DEBUG and with errors of every kind our lines never show the token."""
    caplog.set_level(logging.DEBUG, "bot")
    platform = await connect()
    for fault in ({"cut": "before"}, {"status": 500, "body": "<html>"}, {"status": 404, "description": "Not Found"}):
        await api.fault(method="sendMessage", **fault)
        await api.write("/treaty 4")
    await api.records("sendMessage", wait=3)
    await platform.stop()
    assert api.token not in caplog.text
    assert api.token.partition(":")[2] not in caplog.text


async def test_requests_say_whether_they_left(api: TelegramApi) -> None:
    """A closed port is told from a lost answer, and neither error quotes the address with the token."""
    request = AiohttpRequest(2)
    await request.initialize()
    with pytest.raises(NotReached) as unreached:
        await request.post(f"http://127.0.0.1:1/bot{api.token}/getMe")
    await api.fault(method="getMe", cut="after")
    with pytest.raises(AnswerLost) as lost:
        await request.post(f"{api.url}/bot{api.token}/getMe")
    await api.fault(method="getMe", delay=5)
    with pytest.raises(AnswerLost):
        await request.post(f"{api.url}/bot{api.token}/getMe", read_timeout=0.1)
    with pytest.raises(NotReached):
        await request.post(f"nonsense/{api.token}")
    await request.shutdown()
    with pytest.raises(NotReached):
        await request.post(f"{api.url}/bot{api.token}/getMe")
    assert api.token not in repr(unreached.value) + repr(lost.value)


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (RetryAfter(7), Remedy.WAIT),
        (ChatMigrated(-100), Remedy.MOVE),
        (InvalidToken("Unauthorized"), Remedy.STOP),
        (Forbidden("Forbidden: bot was kicked"), Remedy.LEAVE),
        (BadRequest("Bad Request: message is not modified: …"), Remedy.UNCHANGED),
        (BadRequest("Bad Request: chat not found"), Remedy.LEAVE),
        (BadRequest("Bad Request: TOPIC_CLOSED"), Remedy.LEAVE_TOPIC),
        (BadRequest("Bad Request: BUTTON_URL_INVALID"), Remedy.SIMPLIFY),
        (BadRequest("Bad Request: message to edit not found"), Remedy.SEND_ANEW),
        (BadRequest("Bad Request: message is too long"), Remedy.DROP),
        (NotReached("x"), Remedy.RETRY),
        (AnswerLost("x"), Remedy.RETRY_ONCE),
        (TimedOut(), Remedy.RETRY_ONCE),
        (TooMany("x"), Remedy.WAIT),
        (NotDone(502, "x"), Remedy.RETRY_LATER),
        (TelegramError("Invalid server response"), Remedy.RETRY_ONCE),
        (Conflict("terminated"), Remedy.DROP),
    ],
)
def test_every_error_has_its_remedy(error: TelegramError, remedy: Remedy) -> None:
    """What is done about an error depends on what it says about the message: arrived, not arrived, or never will."""
    assert fault_of(error).remedy is remedy


async def test_the_webhook_lets_only_telegram_in(
    api: TelegramApi, connect: Connect, answers: FakeAnswers, inbox: FakeInbox
) -> None:
    """Without the right secret nothing is even parsed; an update is taken once and confirmed when it is safe."""
    platform = await connect(webhook_url="https://example.org/hook", webhook_secret=SECRET)
    assert (await api.state())["webhook"] == {"url": "https://example.org/hook", "secret_token": SECRET}
    body = json.dumps(UPDATE).encode()
    await api.order("chat", id=ANNA)
    for secret in (None, "", "wrong", SECRET + "x", "\udcff"):
        assert await platform.receive(secret, body) == 401
    for nonsense in (b"", b"{", b"[]", b"{}", b'{"update_id": "1"}', b'{"update_id": true}', b"[" * 100_000, b"\xff"):
        assert await platform.receive(SECRET, nonsense) == 400
    assert not inbox.taken
    assert await platform.receive(SECRET, body) == 200
    assert inbox.kept_count == 1
    assert await platform.receive(SECRET, body) == 200
    await api.sent(chat=ANNA, wait=1)
    assert [request.line for request in answers.requests] == ["/treaty 4"]
    await platform.stop()
    assert await platform.receive(SECRET, body) == 503


async def test_a_webhook_needs_a_secret(connect: Connect) -> None:
    """A webhook anybody could post to is refused before anything starts."""
    with pytest.raises(ValueError, match="secret"):
        await connect(webhook_url="https://example.org/hook")


async def test_a_webhook_telegram_refuses_is_said(api: TelegramApi, connect: Connect) -> None:
    """An address Telegram won't post to ends the start with Telegram's own reason."""
    await api.fault(method="setWebhook", status=400, description="Bad Request: bad webhook: HTTPS url must be provided")
    platform = await connect(wait=False, webhook_url="http://example.org/hook", webhook_secret=SECRET)
    await until(lambda: platform.failure is not None)
    assert "https url" in str(platform.failure)


async def test_stopping_finishes_what_was_taken(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """Whoever was being answered when the service stops gets the answer, and Telegram doesn't ask again."""
    gate = asyncio.Event()

    async def slow(_request) -> None:
        await gate.wait()

    answers.slow = slow
    platform = await connect()
    await api.write("/treaty 4")
    await until(lambda: bool(answers.requests))
    stopping = asyncio.create_task(platform.stop())
    await until(lambda: not platform.ready)
    gate.set()
    await stopping
    assert [sent.text for sent in await api.sent(chat=ANNA)] == ["you said: /treaty 4"]
    assert (await api.state())["pending"] == []
