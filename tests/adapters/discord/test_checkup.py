"""What the operator is told of Discord."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot.adapters.discord.checkup import MOST_CHANNELS, check_discord, permissions
from bot.core.checks import Check, Level, Place
from bot.core.places import ChatRef, Platform
from tests.platforms.discord_api import DiscordApi
from tests.platforms.discord_payloads import APP, CHANNEL, GUILD

VIEW, SEND, HISTORY, THREADS = 1 << 10, 1 << 11, 1 << 16, 1 << 38


def place(channel: str = CHANNEL, thread: str | None = None, space: str | None = GUILD) -> Place:
    return Place(ChatRef(Platform.DISCORD, channel, thread), space)


async def look(api: DiscordApi, *places: Place, token: str = "", seconds: float = 3.0) -> dict[str, Check]:
    """The checks by name; of several with one name the last."""
    known: asyncio.Future[tuple[Place, ...]] = asyncio.get_running_loop().create_future()
    known.set_result(places)
    found = await check_discord(token=token or api.token, api_url=api.url, places=known, seconds=seconds)
    return {each.name: each for each in found}


def exception(identity: str, *, allow: int = 0, deny: int = 0) -> dict[str, Any]:
    return {"id": identity, "type": int(identity == APP), "allow": str(allow), "deny": str(deny)}


async def test_all_is_well(api: DiscordApi) -> None:
    """Where nothing is wrong every line says so, and the link installs the bot with what it needs and no more."""
    found = await look(api, place())
    assert {each.level for each in found.values()} == {Level.OK}
    assert found["discord.channels"].found == "the bot may write in 1 of 1 channel"
    asked = parse_qs(urlsplit(found["discord.install"].advice.split()[-1]).query)
    assert asked == {
        "client_id": [APP],
        "scope": ["bot applications.commands"],
        "permissions": [str(VIEW | SEND | HISTORY | THREADS)],
    }


async def test_a_revoked_token(api: DiscordApi) -> None:
    """Whoever reset the token reads that, and where the new one goes."""
    found = await look(api, token="a.revoked.token")
    assert found["discord.token"].level is Level.MEND
    assert "DISCORD_BOT_TOKEN" in found["discord.token"].advice
    assert "a.revoked.token" not in str(found)


async def test_a_right_that_is_missing_in_a_channel(api: DiscordApi) -> None:
    """A channel where the bot lacks a right is named with that right, as Discord's settings call it."""
    await api.rights(channel="31", overwrites=[exception(GUILD, deny=SEND)], everyone=VIEW | SEND | HISTORY | THREADS)
    found = await look(api, place("31"), place(), place("31", thread="32"))
    assert found["discord.channel"].level is Level.MEND
    assert found["discord.channel"].found == "#c31 (31): the bot lacks Send Messages"
    assert found["discord.channels"].found == "the bot may write in 2 of 3 channels"


@pytest.mark.parametrize("space", [GUILD, None])
async def test_a_channel_that_is_shut(api: DiscordApi, space: str | None) -> None:
    """A channel that is gone, or hidden from the bot, is one to mend and does not hide the others."""
    await api.shut("41", 50001)
    found = await look(api, place("41", space=space), place())
    assert found["discord.channel"].found.startswith("41: ")
    assert found["discord.channels"].found == "the bot may write in 1 of 2 channels"


def server(everyone: int, **roles: int) -> dict[str, Any]:
    known = [{"id": name, "permissions": str(value)} for name, value in roles.items()]
    return {"id": GUILD, "owner_id": "1", "roles": [{"id": GUILD, "permissions": str(everyone)}, *known]}


@pytest.mark.parametrize(
    ("everyone", "roles", "exceptions", "may"),
    [
        (VIEW | SEND, {}, [], True),
        (VIEW, {}, [], False),
        (VIEW, {"mine": SEND}, [], True),
        (VIEW, {"other": SEND}, [], False),
        (VIEW | SEND, {}, [exception(GUILD, deny=SEND)], False),
        (VIEW | SEND, {"mine": 0}, [exception(GUILD, deny=SEND), exception("mine", allow=SEND)], True),
        (VIEW | SEND, {"mine": 0}, [exception("mine", allow=SEND), exception(APP, deny=SEND)], False),
        (VIEW | SEND, {}, [exception(GUILD, deny=VIEW)], False),
        (0, {"mine": 1 << 3}, [exception(GUILD, deny=VIEW | SEND)], True),
    ],
)
def test_rights_follow_discords_rules(
    everyone: int, roles: dict[str, int], exceptions: list[dict[str, Any]], may: bool
) -> None:
    """Roles, exceptions for everybody, for roles and for the bot itself count in Discord's own order."""
    member = {"user": {"id": APP}, "roles": ["mine"]}
    found = permissions(server(everyone, **roles), member, {"permission_overwrites": exceptions})
    assert found.send_messages is may
    assert isinstance(found, discord.Permissions)


async def test_many_channels_are_not_all_looked_at(api: DiscordApi) -> None:
    """With very many channels a check asks little, since the service shares its limit, and says where it stopped."""
    for each in range(60):
        await api.channel(str(1000 + each))
    found = await look(api, *(place(str(1000 + each)) for each in range(60)))
    assert found["discord.channels"].found == (
        f"the bot may write in {MOST_CHANNELS} of {MOST_CHANNELS} channels; 10 more were not looked at"
    )
    assert len(await api.records()) < 10


async def test_what_is_wrong_with_the_application(api: DiscordApi) -> None:
    """Switches in the developer portal that keep commands or installations away are found."""
    await api.application(
        flags=1 << 19, interactions_endpoint_url="https://x.example", bot_require_code_grant=True, bot_public=False
    )
    found = await look(api)
    assert [found[f"discord.{name}"].level for name in ("commands", "grant", "intents")] == [
        Level.MEND,
        Level.MEND,
        Level.OK,
    ]
    assert "Message Content is on" in found["discord.intents"].found
    assert found["discord.intents"].advice


@pytest.mark.parametrize(("left", "level"), [(0, Level.MEND), (50, Level.WARNING), (900, Level.OK)])
async def test_connections_left(api: DiscordApi, left: int, level: Level) -> None:
    """Before Discord resets the token of a bot that restarts over and over, the operator is warned."""
    await api.limits(starts=left)
    found = (await look(api))["discord.gateway"]
    assert found.level is level
    assert found.found == f"{left} of 1,000 connections left today"


async def test_a_clock_that_is_off(api: DiscordApi) -> None:
    """A machine whose clock is off hears by how much, and in which direction."""
    await api.limits(ahead=-75)
    found = (await look(api))["clock.discord"]
    assert found.level is Level.MEND
    assert found.found in {f"{each} s ahead of Discord's" for each in (74, 75, 76)}


@pytest.mark.parametrize("status", [502, 429])
async def test_an_outage_is_none_of_ours(api: DiscordApi, status: int) -> None:
    """While Discord is out of order or busy it is asked once, and the operator sent looking for no fault of theirs."""
    await api.fault("users/@me", status=status, times=9)
    found = await look(api)
    assert found["discord.network"].level is Level.WARNING
    assert len(await api.records()) == 1


async def test_no_answer_at_all(api: DiscordApi) -> None:
    """What was found before Discord fell silent is told all the same."""
    await api.fault("gateway/bot", delay=5)
    found = await look(api, seconds=0.5)
    assert found["discord.token"].level is Level.OK
    assert found["discord.network"].found.startswith("no answer within")
