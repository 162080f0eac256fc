"""The fake Discord under load and in bad weather: what it counts and refuses, so that a clean figure means something."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from tests.platforms.discord_api import DiscordApi
from tests.platforms.discord_payloads import CHANNEL
from tests.platforms.discord_traffic import Storm

THREAD = "4242"
Ask = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
async def ask(api: DiscordApi) -> AsyncIterator[Ask]:
    """A client that obeys nothing: `ask("POST", path, json)` gives the status and the body; 0 where none came."""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {api.token}"}) as session:

        async def send(method: str, path: str, json: Any = None) -> tuple[int, Any]:
            try:
                async with session.request(method, f"{api.url}{path}", json=json) as response:
                    known = response.content_type == "application/json"
                    return response.status, await response.json() if known else await response.text()
            except (aiohttp.ClientError, OSError):
                return 0, None

        yield send


def words(content: str = "A-12", **more: Any) -> dict[str, Any]:
    return {"content": content, "allowed_mentions": {"parse": []}, **more}


async def post(ask: Ask, channel: str = CHANNEL, content: str = "A-12", **more: Any) -> tuple[int, Any]:
    return await ask("POST", f"/channels/{channel}/messages", words(content, **more))


async def test_copies_are_counted(api: DiscordApi, ask: Ask) -> None:
    """A message that stands twice in a channel is seen, by its words and by its nonce."""
    await api.limits(keep=False, nonce_seconds=0)
    for channel, content in (("1", "A-12"), ("2", "A-12"), ("2", "A-12"), ("3", "A-13")):
        await post(ask, channel, content, nonce=f"n{channel}", enforce_nonce=True)
    figures = await api.summary("A-12")
    assert (figures["messages"], figures["channels"], figures["most_in_a_channel"]) == (3, 2, 2)
    assert (figures["doubled"], figures["most_with_a_nonce"], figures["posts"]) == (["2"], 2, 4)
    assert (figures["requests"], figures["statuses"]) == (4, {"200": 4})
    assert (await api.copies("A-12"), await api.copies()) == ({"1": 1, "2": 2}, {"1": 1, "2": 2, "3": 1})
    assert await api.records() == []


async def test_the_busiest_second_is_known(api: DiscordApi, ask: Ask) -> None:
    """How many requests fell into one second is counted with the limits switched off, too."""
    await asyncio.gather(*(post(ask, str(each)) for each in range(7)))
    await asyncio.sleep(1.1)
    await post(ask)
    assert 1 < (await api.summary())["most_in_a_second"] <= 7


@pytest.mark.parametrize(("scope", "others"), [("user", 0), ("global", 1)])
async def test_requests_into_a_pause_are_counted(api: DiscordApi, ask: Ask, scope: str, others: int) -> None:
    """Whoever goes on after a 429 is counted, for that channel or for all, and who waits is not."""
    await api.limits(grace=0.0)
    body = {"message": "x", "retry_after": 0.5, "global": scope == "global"}
    await api.fault("POST", status=429, body=body)
    assert (await post(ask))[0] == 429
    await post(ask, "4343")
    assert (await api.summary())["inside_pause"] == others
    await post(ask)
    assert (await api.summary())["inside_pause"] == others + 1
    await asyncio.sleep(0.6)
    await post(ask)
    assert (await api.summary())["inside_pause"] == others + 1


def test_storm_repeats_itself() -> None:
    """The same seed brings the same faults, in about the share that was asked for, and of every kind."""
    storms = [Storm(0.3, seed=5) for _ in range(2)]
    first, second = ([storm.strike() for _ in range(2000)] for storm in storms)
    assert first == second
    assert 500 < sum(each is not None for each in first) < 700
    assert set(storms[0].struck) == set(Storm.KINDS)


async def test_storm_strikes(api: DiscordApi, ask: Ask) -> None:
    """In a storm requests are refused, fail and are cut, before or after the work; afterwards they are not."""
    await api.storm(1.0, kinds=["before"])
    assert await post(ask) == (0, None)
    await api.storm(1.0, kinds=["after"])
    assert await post(ask) == (0, None)
    await api.storm(1.0, kinds=["5xx"])
    assert (await post(ask))[0] >= 500
    await api.storm(1.0, kinds=["global"], wait=[2.0, 2.0])
    assert await post(ask) == (429, {"message": "You are being rate limited.", "retry_after": 2.0, "global": True})
    await api.storm()
    assert (await post(ask))[0] == 200
    figures = await api.summary()
    assert 2 <= figures["messages"] <= 3
    assert figures["statuses"]["0"] == 2


@pytest.mark.parametrize(("archived", "locked", "status"), [(True, False, 200), (True, True, 400), (False, True, 400)])
async def test_threads_open_or_stay_shut(api: DiscordApi, ask: Ask, archived: bool, locked: bool, status: int) -> None:
    """A message opens an archived thread and no locked one; nothing in an archived thread can be changed."""
    await api.thread(THREAD)
    _, made = await post(ask, THREAD)
    await api.thread(THREAD, archived=archived, locked=locked)
    changed, _ = await ask("PATCH", f"/channels/{THREAD}/messages/{made['id']}", words("A-13"))
    assert changed == (400 if archived else 200)
    assert (await post(ask, THREAD))[0] == status
    state = (await ask("GET", f"/channels/{THREAD}"))[1]["thread_metadata"]
    assert (state["archived"], state["locked"]) == (archived and locked, locked)


async def test_publishing_has_its_own_limit(api: DiscordApi, ask: Ask) -> None:
    """Ten times an hour something is published or changed that was; posting goes on, and other channels do."""
    await api.limits(crossposts=2)
    for channel in (CHANNEL, "4343"):
        made = [(await post(ask, channel))[1]["id"] for _ in range(2)]
        path = f"/channels/{channel}/messages/{made[0]}"
        assert (await ask("POST", f"{path}/crosspost"))[0] == 200
        assert (await ask("PATCH", path, words("A-13")))[0] == 200
        status, body = await ask("POST", f"/channels/{channel}/messages/{made[1]}/crosspost")
        assert (status, body["code"], 3590 < body["retry_after"] <= 3600) == (429, 20028, True)
        assert (await ask("PATCH", path, words("A-14")))[0] == 429
        assert (await post(ask, channel))[0] == 200


async def test_only_announcements_are_published(api: DiscordApi, ask: Ask) -> None:
    """A message of an ordinary channel can't be published."""
    await api.channel("4343", 0)
    _, made = await post(ask, "4343")
    status, body = await ask("POST", f"/channels/4343/messages/{made['id']}/crosspost")
    assert (status, body["code"]) == (400, 50024)


async def test_old_messages_are_rarely_changed(api: DiscordApi, ask: Ask) -> None:
    """A message older than an hour can't be changed any more often than was allowed."""
    await api.limits(old_edits=1)
    young, old = [(await post(ask))[1]["id"] for _ in range(2)]
    await api.age(3700, old)
    answers = [(await ask("PATCH", f"/channels/{CHANNEL}/messages/{each}", words()))[0] for each in (old, young, old)]
    assert answers == [200, 200, 429]


async def test_messages_are_read_from_either_end(api: DiscordApi, ask: Ask) -> None:
    """Messages come newest first: the last ones, those just before one, or those just after one."""
    made = [(await post(ask, content=f"{each}"))[1]["id"] for each in range(5)]

    async def read(query: str) -> list[str]:
        status, found = await ask("GET", f"/channels/{CHANNEL}/messages?{query}")
        assert status == 200
        return [each["content"] for each in found]

    assert await read("limit=2") == ["4", "3"]
    assert await read(f"limit=2&before={made[3]}") == ["2", "1"]
    assert await read(f"limit=2&after={made[0]}") == ["2", "1"]
    assert (await ask("GET", f"/channels/{CHANNEL}/messages?limit=101"))[0] == 400
    await api.reset(everything=True)


async def test_flags_that_are_not_a_bots_are_refused(api: DiscordApi, ask: Ask) -> None:
    """A message may be silent; that it was published is not for a bot to say."""
    assert (await post(ask, flags=1 << 12))[0] == 200
    assert (await post(ask, flags=1))[0] == 400
    await api.reset(everything=True)


async def test_refusals_that_count_are_counted(api: DiscordApi, ask: Ask) -> None:
    """401, 403 and 429 count as invalid, and a 429 for a limit shared with others does not."""
    await api.storm(1.0, kinds=["shared"])
    await post(ask)
    await api.storm(1.0, kinds=["user"])
    await post(ask)
    await api.storm()
    await api.shut(CHANNEL, 50013)
    await post(ask)
    assert (await api.summary())["invalid"] == 2
