"""The fake Discord itself: it refuses what Discord refuses, so that a test that passes on it means something."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from tests.platforms.discord_api import DiscordApi
from tests.platforms.discord_limits import commands_faults, mention_faults, message_faults
from tests.platforms.discord_markdown import read
from tests.platforms.discord_modals import fill, modal_faults
from tests.platforms.discord_payloads import CHANNEL

V2 = 1 << 15
NOBODY = discord.AllowedMentions.none()


def texts(*contents: str) -> dict[str, Any]:
    return {"flags": V2, "components": [{"type": 10, "content": each} for each in contents]}


def button(**fields: Any) -> dict[str, Any]:
    made = {"type": 2, "style": 2, "label": "a", "custom_id": "a", **fields}
    return {"type": 1, "components": [{key: value for key, value in made.items() if value is not None}]}


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"content": "x" * 2001},
        {"content": "x", "nonce": "1" * 26},
        {**texts("x"), "content": "x"},
        texts("x" * 4001),
        texts("x" * 2000, "😀" * 1001),
        texts(*["x"] * 41),
        texts(" "),
        {"flags": V2, "components": []},
        {"components": [{"type": 10, "content": "x"}]},
        {"flags": V2, "components": [{"type": 99}]},
        {"flags": V2, "components": [{"type": 17, "components": [{"type": 17, "components": []}]}]},
        {"flags": V2, "components": [{"type": 1, "components": [button()["components"][0] | {"custom_id": c} for c in "abcdef"]}]},
        {"flags": V2, "components": [button(), button()]},
        {"flags": V2, "components": [button(label="x" * 81)]},
        {"flags": V2, "components": [button(custom_id="x" * 101)]},
        {"flags": V2, "components": [button(url="https://x.org")]},
        {"flags": V2, "components": [button(style=5, custom_id=None, url="javascript:alert(1)")]},
    ],
)  # fmt: skip
def test_bad_messages_are_refused(bad: dict[str, Any]) -> None:
    """A message Discord would refuse is refused here."""
    assert message_faults(bad)


def test_good_messages_are_taken() -> None:
    """Messages at the very limits are taken."""
    assert message_faults({"content": "x" * 2000}) == []
    assert message_faults(texts("x" * 4000)) == []
    assert message_faults(texts(*["x"] * 40)) == []
    link = button(style=5, custom_id=None, url="https://x.org")
    assert message_faults({"flags": V2, "components": [button(custom_id="x" * 100, label="y" * 80), link]}) == []


def form(*inputs: dict[str, Any], **fields: Any) -> dict[str, Any]:
    labels = [{"type": 18, "label": "a", "component": each} for each in inputs]
    return {"title": "t", "custom_id": "c", "components": labels, **fields}


def field(**fields: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": "a", "style": 1, **fields}


def select(count: int = 2, **fields: Any) -> dict[str, Any]:
    options = [{"label": f"{at}", "value": f"{at}"} for at in range(count)]
    return {"type": 3, "custom_id": "b", "options": options, **fields}


@pytest.mark.parametrize(
    "bad",
    [
        form(),
        form(*(field(custom_id=f"{at}") for at in range(6))),
        form(field(), field()),
        form(field(), title=""),
        form(field(), title="x" * 46),
        form(field(), custom_id="x" * 101),
        form(field(), flags=64),
        form(components=[field()]),
        form(components=[{"type": 18, "label": "x" * 46, "component": field()}]),
        form(components=[{"type": 18, "label": "", "component": field()}]),
        form(components=[{"type": 18, "label": "a", "description": "x" * 101, "component": field()}]),
        form(components=[{"type": 18, "label": "a"}]),
        form(components=[{"type": 1, "components": [field()]}]),
        form(components=[{"type": 1, "components": [select()]}]),
        form({"type": 2, "custom_id": "a", "label": "a", "style": 1}),
        form(field(style=3)),
        form(field(label="a")),
        form(field(custom_id="")),
        form(field(value="")),
        form(field(value="x" * 4001)),
        form(field(max_length=4001)),
        form(field(disabled=True)),
        form(select(0)),
        form(select(26)),
        form(select(min_values=0)),
        form(select(max_values=3)),
        form(select(options=[{"label": "a", "value": "1"}, {"label": "b", "value": "1"}])),
        form(select(options=[{"label": "a", "value": "x" * 101}])),
        form(select(options=[{"label": "a", "value": each, "default": True} for each in "ab"])),
    ],
)
def test_bad_forms_are_refused(bad: dict[str, Any]) -> None:
    """A modal Discord would refuse is refused here."""
    assert modal_faults(bad)


def test_good_forms_are_taken() -> None:
    """Modals at the very limits are taken."""
    full = (field(custom_id=f"{at}", value="x" * 4000, style=2) for at in range(4))
    assert (
        modal_faults(form(*full, select(25, required=False, min_values=0), title="x" * 45, custom_id="x" * 100)) == []
    )


@pytest.mark.parametrize(
    "values", [{"c": "x"}, {"a": ""}, {"a": "x" * 11}, {"a": "x\ny"}, {"a": "x", "b": "9"}, {"a": "x", "b": ""}]
)
def test_nobody_sends_what_a_form_does_not_let(values: dict[str, str]) -> None:
    """A person can leave out nothing required, write no more than fits and pick only what is offered."""
    asked = form(field(max_length=10), select(required=True))
    with pytest.raises(ValueError, match=r"form|required|characters|line|offer"):
        fill(asked, {"b": "1", **values})


def test_filled_form_is_sent_as_discord_sends_it() -> None:
    """What was written arrives as a value, what was picked as values, each in its label."""
    sent = fill(form(field(value="x"), select(required=False, min_values=0)), {"b": "1"})
    assert [each["component"] for each in sent] == [
        {"type": 4, "id": 51, "custom_id": "a", "value": "x"},
        {"type": 3, "id": 52, "custom_id": "b", "values": ["1"]},
    ]


@pytest.mark.parametrize("allowed", [None, {}, {"parse": ["users"]}, {"parse": [], "users": ["1"]}])
def test_mentions_are_watched(allowed: dict[str, Any] | None) -> None:
    """A message that could mention somebody is noted."""
    assert mention_faults({"content": "x", "allowed_mentions": allowed})


def command(**fields: Any) -> dict[str, Any]:
    return {"name": "treaty", "description": "x", **fields}


def option(**fields: Any) -> dict[str, Any]:
    return {"name": "article", "description": "x", "type": 3, **fields}


@pytest.mark.parametrize(
    "bad",
    [
        [command(name="Treaty")],
        [command(name="x" * 33)],
        [command(description="")],
        [command(description="x" * 101)],
        [command(description_localizations={"en": "x"})],
        [command(), command()],
        [command(contexts=[3])],
        [command(options=[option(), option(name="b", required=True)])],
        [command(options=[option(name=f"o{at}") for at in range(26)])],
        [command(options=[option(choices=[{"name": f"{at}", "value": f"{at}"} for at in range(26)])])],
        [command(options=[option(type=99)])],
        [command(options=[option(choices=[{"name": "a", "value": "a"}], autocomplete=True)])],
        [command(name=f"c{at}") for at in range(101)],
        [{"type": 3, "name": "x" * 33}],
        [{"type": 3, "name": "Check", "description": "x"}],
        [
            command(
                options=[
                    option(name=f"o{at}", choices=[{"name": "n" * 90 + str(c), "value": f"{c}"} for c in range(25)])
                    for at in range(4)
                ]
            )
        ],
    ],
)
def test_bad_commands_are_refused(bad: list[dict[str, Any]]) -> None:
    """A command Discord would refuse is refused here."""
    assert commands_faults(bad)


@pytest.mark.parametrize(
    ("markdown", "text", "kind"),
    [
        ("**a**", "a", "bold"), ("*a*", "a", "italic"), ("_a_", "a", "italic"), ("__a__", "a", "underline"),
        ("~~a~~", "a", "strike"), ("||a||", "a", "spoiler"), ("`a`", "a", "code"), ("# a", "a", "heading"),
        ("-# a", "a", "note"), ("> a", "a", "quote"), ("- a", "a", "bullet"), ("1. a", "a", "number"),
        ("[a](https://x.org)", "a", "link"), ("https://x.org/y", "https://x.org/y", "url"), ("<@1>", "<@1>", "mention"),
        ("@everyone", "@everyone", "mention"), ("<t:1:R>", "<t:1:R>", "timestamp"), ("<:a:1>", "<:a:1>", "emoji"),
        (":smile:", ":smile:", "shortcode"), ("</a:1>", "</a:1>", "command"),
    ],
)  # fmt: skip
def test_markdown_is_seen(markdown: str, text: str, kind: str) -> None:
    """What Discord makes more of than text is seen as such, and escaped it is just text."""
    assert (read(markdown).text, read(markdown).kinds()) == (text, {kind})
    escaped = "".join(each if each.isalnum() or each.isspace() else "\\" + each for each in markdown)
    if kind != "number":
        assert (read(escaped).text, read(escaped).kinds()) == (markdown, set())


@pytest.fixture
async def client(api: DiscordApi) -> AsyncIterator[discord.Client]:
    """discord.py as anybody would use it, logged in."""
    discord.http.Route.BASE = api.url
    async with discord.Client(intents=discord.Intents.none(), allowed_mentions=NOBODY) as client:
        await client.login(api.token)
        yield client


async def test_nonce_makes_a_message_unique(api: DiscordApi, client: discord.Client) -> None:
    """A message posted again because its answer was lost is there once."""
    channel = client.get_partial_messageable(int(CHANNEL))
    await api.fault("POST .*/messages", close="after")
    with pytest.raises((aiohttp.ClientError, OSError)):
        await channel.send("x", nonce="delivery-1")
    again = await channel.send("x", nonce="delivery-1")
    other = await channel.send("x", nonce="delivery-2")
    assert [each["id"] for each in (await api.state())["messages"]] == [str(again.id), str(other.id)]


async def test_limits_are_kept_and_counted(api: DiscordApi, client: discord.Client) -> None:
    """The library waits as the headers of the fake tell it; who does not is refused and counted."""
    await api.limits(on=True, route=3, route_seconds=0.4)
    channel = client.get_partial_messageable(int(CHANNEL))
    for number in range(7):
        await channel.send(str(number))
    state = await api.state()
    assert (len(state["messages"]), state["limited"], state["invalid"]) == (7, {"global": 0, "user": 0}, 0)
    await api.limits(per_second=2)
    headers = {"Authorization": f"Bot {api.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        statuses = [(await session.get(f"{api.url}/users/@me")).status for _ in range(4)]
    assert statuses.count(429) >= 1
    assert (await api.state())["limited"]["global"] == statuses.count(429) == (await api.state())["invalid"]


async def test_editing_and_crossposting(api: DiscordApi, client: discord.Client) -> None:
    """Messages can be edited, published once, deleted, and are gone then."""
    message = await client.get_partial_messageable(int(CHANNEL)).send("x")
    await message.edit(content="y")
    await message.publish()
    with pytest.raises(discord.HTTPException):
        await message.publish()
    assert (await api.state())["messages"][0]["content"] == "y"
    await message.delete()
    with pytest.raises(discord.NotFound):
        await message.edit(content="z")


async def test_privileged_intents_are_refused(api: DiscordApi) -> None:
    """A bot that asks to read all messages does not get online."""
    discord.http.Route.BASE = api.url
    intents = discord.Intents(guilds=True, message_content=True)
    async with discord.AutoShardedClient(intents=intents, allowed_mentions=NOBODY) as client:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await client.start(api.token)
    assert (await api.state())["online"] == 0
