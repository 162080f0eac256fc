"""Registration, staying connected, and leaving."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.adapters.discord import commands as registration
from bot.adapters.discord.faults import Fault
from bot.core.requests import Request
from tests.adapters.discord.conftest import Connect, platform_on, until
from tests.adapters.discord.declared import COMMANDS
from tests.adapters.fakes import FakeAnswers, echo_words
from tests.platforms.discord_api import DiscordApi
from tests.platforms.discord_gateway import PRIVILEGED
from tests.platforms.discord_limits import commands_faults


def test_registration_obeys_the_limits() -> None:
    """Discord takes what we register, described in the reader's language and offered wherever it can be used."""
    payloads = registration.payloads(COMMANDS, echo_words(), "it")
    assert commands_faults(payloads) == []
    by_name = {each["name"]: each for each in payloads}
    treaty = by_name["treaty"]
    assert treaty["description"] == "command-treaty (it)"
    assert treaty["description_localizations"] == {
        "it": "command-treaty (it)",
        "en-US": "command-treaty (en)",
        "en-GB": "command-treaty (en)",
        "ru": "command-treaty (ru)",
        "ko": "command-treaty (ko)",
    }
    assert (treaty["integration_types"], treaty["contexts"]) == ([0, 1], [0, 1, 2])
    assert [(each["name"], each["type"], each.get("autocomplete")) for each in treaty["options"]] == [
        ("article", 3, True)
    ]
    assert by_name["article"]["options"] == treaty["options"]
    topic, mode, hour = by_name["subscribe"]["options"]
    assert [each["value"] for each in mode["choices"]] == ["instant", "daily", "weekly"]
    assert (topic["required"], hour["type"]) == (False, 4)
    statement, status = by_name["addfact"]["options"]
    assert [each["value"] for each in status["choices"]] == ["confirmed", "claimed", "disputed"]
    assert not statement["required"]
    assert registration.normal(payloads) == registration.normal([*reversed(payloads)])
    menu = by_name["menu-check (it)"]
    assert (menu["type"], menu["name_localizations"]["ko"]) == (3, "menu-check (ko)")


def test_what_buttons_say_is_no_command_to_choose() -> None:
    """A command that only buttons and forms say appears neither among the commands nor in the menu of a message."""
    names = {each["name"] for each in registration.payloads(COMMANDS, echo_words(), "it")}
    assert names == {"treaty", "article", "subscribe", "check", "addfact", "suggest"} | {
        f"menu-{each} (it)" for each in ("check", "suggest")
    }
    assert set(registration.menu_commands(COMMANDS, echo_words()).values()) == {"check", "suggest"}


def test_long_words_are_cut_for_registration() -> None:
    """A translation longer than Discord takes is cut instead of keeping all commands from being registered."""

    class Long:
        locale = "it"

        def text(self, key: str, /, **data: str | int) -> str:
            return "parola " * 40

        def date(self, date: str) -> str:
            return date

    assert commands_faults(registration.payloads(COMMANDS[:3], {"it": Long()}, "it")) == []


async def test_commands_are_registered_only_when_changed(api: DiscordApi, connect: Connect) -> None:
    """A restart registers nothing anew, and a changed command is registered."""
    platform = await connect()
    await until(lambda: platform.ready)
    await platform.stop()
    again = await connect()
    await until(lambda: again.ready)
    assert (await api.state())["command_writes"] == 1
    await again.stop()
    changed = await connect(commands=COMMANDS[:1])
    await until(lambda: changed.ready)
    state = await api.state()
    assert (state["command_writes"], [each["name"] for each in state["commands"]]) == (2, ["treaty", "article"])


async def test_no_privileged_intents(api: DiscordApi, connect: Connect) -> None:
    """The bot never asks to read messages or to see members."""
    await connect()
    (identify,) = (await api.state())["identifies"]
    assert not any(identify["intents"] & bit for bit in PRIVILEGED)


async def test_ready_only_when_everything_is(api: DiscordApi, answers: FakeAnswers) -> None:
    """The bot is called ready when it is online and its commands are registered, not before."""
    await api.fault("PUT .*/commands", status=503, times=1)
    await api.fault("GET .*/commands", delay=0.3)
    platform = platform_on(api, answers)
    try:
        await platform.start()
        await api.wait("online")
        assert not platform.ready
        await until(lambda: platform.ready)
        assert (await api.state())["command_writes"] == 1
    finally:
        await platform.stop()


@pytest.mark.parametrize("action", ["reconnect", "drop", "invalid_resumable"])
async def test_resume_answers_everything_once(
    api: DiscordApi, connect: Connect, answers: FakeAnswers, action: str
) -> None:
    """After a lost connection, what was asked meanwhile is answered, and nothing twice though it is sent again."""
    platform = await connect()
    await until(lambda: platform.ready)
    before = await api.send_slash("treaty", {"article": "1"})
    await api.answer(before)
    await api.gateway(action, lag=1)
    await api.wait("resumes")
    await until(lambda: platform.ready)
    await api.repeat(before)
    assert (await api.slash("treaty", {"article": "2"})).text == "you said: /treaty"
    assert [each.values for each in answers.requests] == [{"article": "1"}, {"article": "2"}]


async def test_invalid_session_identifies_anew(api: DiscordApi, connect: Connect) -> None:
    """A session Discord has forgotten is replaced, at the address the API names."""
    platform = await connect()
    await api.gateway("invalid")
    await api.wait("identifies", 2)
    await until(lambda: platform.ready)
    assert (await api.slash("treaty")).text == "you said: /treaty"


async def test_unavailable_server_is_not_gone(api: DiscordApi, connect: Connect) -> None:
    """An outage of a server changes nothing for its people."""
    await connect()
    await api.gateway("outage")
    assert (await api.slash("treaty")).text == "you said: /treaty"
    await api.gateway("recovery")
    assert (await api.slash("treaty")).text == "you said: /treaty"


async def test_several_shards(api: DiscordApi, connect: Connect) -> None:
    """A bot that Discord wants split over several connections is ready when all of them are."""
    await api.limits(shards=2)
    platform = await connect()
    await until(lambda: platform.ready)
    assert (await api.state())["online"] == 2
    assert (await api.slash("treaty")).text == "you said: /treaty"
    assert (await api.slash("treaty", place="dm")).text == "you said: /treaty"


async def test_start_survives_an_outage(
    api: DiscordApi, answers: FakeAnswers, caplog: pytest.LogCaptureFixture
) -> None:
    """A bot started while Discord is down comes up with it, having said in a line what is the matter."""
    await api.fault("GET /api/v10/users/@me", status=403, times=2)
    platform = platform_on(api, answers)
    try:
        with caplog.at_level(logging.WARNING, "bot"):
            await platform.start()
            await api.ready()
            await until(lambda: platform.ready)
    finally:
        await platform.stop()
    assert [each.getMessage().split(" (")[0] for each in caplog.records] == ["Discord can't be reached"] * 2


async def test_wrong_token_is_final(api: DiscordApi, answers: FakeAnswers, caplog: pytest.LogCaptureFixture) -> None:
    """A wrong token ends the attempts with a line that says what to check and does not contain it."""
    platform = platform_on(api, answers, token="wrong.secret.token")
    try:
        with caplog.at_level(logging.DEBUG):
            await platform.start()
            await until(lambda: platform.failure is not None)
    finally:
        await platform.stop()
    assert (platform.failure, platform.ready) == (Fault.TOKEN, False)
    assert any("DISCORD_BOT_TOKEN" in each.getMessage() for each in caplog.records)
    assert "wrong.secret.token" not in caplog.text


async def test_revoked_token_is_final(api: DiscordApi, connect: Connect) -> None:
    """A token that is withdrawn while the bot runs ends it instead of hammering Discord."""
    platform = await connect()
    await api.gateway("close", code=4004)
    await until(lambda: platform.failure is not None)
    assert platform.failure is Fault.TOKEN
    assert len((await api.state())["identifies"]) == 1


async def test_stop_finishes_what_was_begun(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """Whoever asked before the bot stops still gets an answer."""
    begun, finish = asyncio.Event(), asyncio.Event()

    async def slow(_: Request) -> None:
        begun.set()
        await finish.wait()

    answers.slow = slow
    platform = await connect()
    sent = await api.send_slash("treaty")
    await begun.wait()
    stopping = asyncio.create_task(platform.stop())
    await asyncio.sleep(0)
    finish.set()
    await stopping
    assert (await api.answer(sent)).text == "you said: /treaty"
    assert (await api.state())["online"] == 0
    assert not platform.ready


async def test_stop_before_anything(api: DiscordApi, answers: FakeAnswers) -> None:
    """A bot stopped in the middle of its start leaves nothing behind."""
    platform = platform_on(api, answers)
    await platform.start()
    await platform.stop()
    assert not platform.ready


async def test_stop_does_not_wait_for_a_gateway_that_says_nothing(api: DiscordApi, connect: Connect) -> None:
    """The bot ends in time although Discord does not answer its goodbye, and leaves no connection open."""
    platform = await connect()
    await api.gateway("deaf")
    async with asyncio.timeout(10):
        await platform.stop()
    assert not platform.ready


async def test_no_start_too_many(api: DiscordApi, answers: FakeAnswers) -> None:
    """When Discord allows no further session today the bot waits, for one too many would cost it its token."""
    await api.limits(starts=0)
    platform = platform_on(api, answers)
    try:
        await platform.start()
        await api.wait("requests", 6)
        assert (await api.state())["identifies"] == []
        await api.limits(starts=1)
        await until(lambda: platform.ready)
    finally:
        await platform.stop()
