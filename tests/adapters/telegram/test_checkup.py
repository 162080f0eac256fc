"""What the operator is told of Telegram."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from bot.adapters.telegram.checkup import MOST_CHATS, check_telegram
from bot.core.checks import Check, Level, Place
from bot.core.places import ChatRef
from tests.platforms.telegram_client import CHANNEL, SUPERGROUP, TelegramApi

SECRET_PATH = "https://elsewhere.example/hook/a-secret-path"


async def look(api: TelegramApi, *places: str, token: str = "", **more: Any) -> dict[str, Check]:
    """The checks by name; of several with one name the last."""
    known: asyncio.Future[tuple[Place, ...]] = asyncio.get_running_loop().create_future()
    known.set_result(tuple(Place(ChatRef.parse(each)) for each in places))
    given: dict[str, Any] = {"webhook_url": None, "seconds": 3.0, **more}
    found = await check_telegram(token=token or api.token, api_url=api.url, places=known, **given)
    return {each.name: each for each in found}


async def test_all_is_well(api: TelegramApi) -> None:
    """Where nothing is wrong every line says so, and the running service's poll is left alone."""
    found = await look(api)
    assert {each.level for each in found.values()} == {Level.OK}
    assert "@pactwatch_bot" in found["telegram.token"].found
    assert {each["method"] for each in await api.records()} <= {"getMe", "getWebhookInfo"}


async def test_a_revoked_token(api: TelegramApi) -> None:
    """Whoever revoked the token reads that, and where a new one comes from."""
    found = await look(api, token="123456:revoked")
    assert found["telegram.token"].level is Level.MEND
    assert "@BotFather" in found["telegram.token"].advice
    assert "revoked:" not in str(found)
    assert "123456" not in str(found)


@pytest.mark.parametrize(
    ("wanted", "there", "level"),
    [
        (None, SECRET_PATH, Level.MEND),
        ("https://mine.example/hook", SECRET_PATH, Level.MEND),
        ("https://mine.example/hook", "", Level.WARNING),
        (SECRET_PATH, SECRET_PATH, Level.OK),
    ],
)
async def test_where_updates_go(api: TelegramApi, wanted: str | None, there: str, level: Level) -> None:
    """A webhook that belongs to another program is found, named by its host only, for its path may be a secret."""
    await api.order("webhook", url=there)
    found = (await look(api, webhook_url=wanted))["telegram.webhook"]
    assert found.level is level
    assert ("elsewhere.example" in found.found) is bool(there)
    assert "a-secret-path" not in str(found)


async def test_what_telegram_could_not_deliver(api: TelegramApi) -> None:
    """What Telegram says of failed deliveries is passed on while it is fresh, and that many updates wait."""
    told = {"last_error_message": "Wrong response from the webhook: 401 Unauthorized"}
    await api.order("webhook", url=SECRET_PATH, last_error_date=int(time.time()) - 120, **told)
    for number in range(101):
        await api.order("raw", update={"update_id": number + 1, "message": {}}, force=True)
    found = await look(api, webhook_url=SECRET_PATH)
    assert "2 min ago" in found["telegram.delivery"].found
    assert "401" in found["telegram.delivery"].found
    assert found["telegram.updates"].found == "101 updates wait"
    await api.order("webhook", url=SECRET_PATH, last_error_date=int(time.time()) - 7200, **told)
    assert "telegram.delivery" not in await look(api, webhook_url=SECRET_PATH)


async def test_how_the_account_is_set_up(api: TelegramApi) -> None:
    """What was left off or on with @BotFather is told with the command that changes it."""
    await api.order("account", can_join_groups=False, can_read_all_group_messages=True, supports_inline_queries=False)
    found = await look(api)
    for name, command in (("groups", "/setjoingroups"), ("privacy", "/setprivacy"), ("inline", "/setinline")):
        assert found[f"telegram.{name}"].level is Level.WARNING
        assert command in found[f"telegram.{name}"].advice


async def test_where_the_bot_may_not_write(api: TelegramApi) -> None:
    """A channel in which the bot may not post is named before the next alert fails there; people are not asked about."""
    await api.order("chat", id=SUPERGROUP)
    await api.order("chat", id=CHANNEL, type="channel", members={123456: "member"})
    found = await look(api, f"telegram:{SUPERGROUP}/7", f"telegram:{CHANNEL}", "telegram:-999", "telegram:1001")
    assert found["telegram.chats"].found == "the bot may write in 1 of 3 groups and channels"
    assert found["telegram.chat"].level is Level.MEND
    asked = {each["params"]["chat_id"] for each in await api.records("getChatMember")}
    assert asked == {str(SUPERGROUP), str(CHANNEL), "-999"}


async def test_many_chats_are_not_all_asked_about(api: TelegramApi) -> None:
    """With very many chats a check stays short, and says that it did not look everywhere."""
    await api.chats(-600, 60)
    found = await look(api, *(f"telegram:{each}" for each in range(-600, -540)))
    assert f"of {MOST_CHATS} groups and channels; 10 more were not looked at" in found["telegram.chats"].found


@pytest.mark.parametrize(("seconds", "level"), [(0, Level.OK), (20, Level.WARNING), (-90, Level.MEND)])
async def test_a_clock_that_is_off(api: TelegramApi, seconds: int, level: Level) -> None:
    """A machine whose clock is off hears by how much, and in which direction."""
    await api.order("ahead", seconds=seconds)
    found = (await look(api))["clock.telegram"]
    assert found.level is level
    assert ("behind" in found.found, "ahead of" in found.found) == (seconds > 0, seconds < 0)


async def test_an_outage_is_none_of_ours(api: TelegramApi) -> None:
    """While Telegram is out of order the operator is not sent looking for a fault of their own."""
    await api.fault(method="getMe", status=502, description="Bad Gateway")
    assert (await look(api))["telegram.network"].level is Level.WARNING


async def test_an_answer_of_something_else(api: TelegramApi) -> None:
    """A page of a proxy in the way is no reason to fail, and says what it is."""
    await api.fault(method="getMe", body="<html>Welcome to our hotel</html>")
    found = await look(api)
    assert found["telegram.network"].found == "an answer that is none of Telegram's"


async def test_no_answer_at_all(api: TelegramApi) -> None:
    """What was found before Telegram fell silent is told all the same."""
    await api.fault(method="getWebhookInfo", delay=5)
    found = await look(api, seconds=0.5)
    assert found["telegram.token"].level is Level.OK
    assert found["telegram.network"].found.startswith("no answer within")
