"""One bot in several processes: each shard is served by one of them, and taken up where the last one left it."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.adapters.discord.faults import Fault
from bot.adapters.discord.shards import UNREACHED_SECONDS
from bot.core.documents import Document, paragraph
from bot.core.outbox import SpaceLost
from bot.core.places import ChatRef, Platform
from bot.core.ports import PostFailed
from bot.core.sessions import START_SECONDS
from tests.adapters.discord.company import Company
from tests.adapters.discord.conftest import Connect, platform_on, until
from tests.adapters.fakes import FakeAnswers
from tests.platforms.discord_api import DiscordApi
from tests.platforms.discord_payloads import CHANNEL, GUILD, guild_on
from tests.platforms.tcp_proxy import tcp_proxy

SHARDS = 4
DOCUMENT = Document((paragraph("Envoys met"),))


async def served(api: DiscordApi, count: int = SHARDS) -> None:
    """Wait until each of so many shards is served, and by one process."""
    wanted = [[shard, count] for shard in range(count)]
    end = time.monotonic() + 20
    while (found := (await api.state())["sessions"]) != wanted:
        assert time.monotonic() < end, found
        await asyncio.sleep(0.05)


async def all_answer(api: DiscordApi, count: int = SHARDS) -> None:
    for shard in range(count):
        assert (await api.slash("treaty", {"article": "1"}, guild=guild_on(shard, count))).text == "you said: /treaty"


async def test_processes_share_the_shards(api: DiscordApi, connect: Connect) -> None:
    """A newcomer gets its share, each question is answered once, and none of this begins a session anew."""
    await api.limits(shards=SHARDS, at_once=SHARDS, start_seconds=5)
    company = Company(START_SECONDS)
    first = await connect(FakeAnswers(), **company.one())
    await served(api)
    mine = FakeAnswers()
    second = await connect(mine, **company.one())
    await until(lambda: second.ready)
    await until(lambda: len(company.shards_of(company.members[1])) == SHARDS // 2, 20)
    await served(api)
    await until(lambda: first.ready and second.ready)
    await all_answer(api)
    assert len(mine.requests) == SHARDS // 2
    state = await api.state()
    assert (len(state["identifies"]), len(state["resumes"])) == (SHARDS, SHARDS // 2)
    # With nothing left for it, a third one stands by.
    third = await connect(FakeAnswers(), **company.one())
    await until(lambda: third.ready)
    assert company.shards_of(company.members[2]) == []
    await api.check_starts()


async def cut_off(api: DiscordApi, company: Company, number: int) -> None:
    """Have a process lose what it has, once it is noted where that stands."""
    await until(lambda: 0 in company.sessions.kept)
    company.members[number].die()
    end = time.monotonic() + 5
    while (await api.state())["sessions"]:
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def test_who_takes_over_answers_what_came_meanwhile(api: DiscordApi, connect: Connect) -> None:
    """What was asked since is answered, once for each person, and what is too old to be answered is left alone."""
    company, before, after = Company(), FakeAnswers(), FakeAnswers()
    first = await connect(before, **company.one())
    await until(lambda: first.ready and 0 in company.sessions.kept)
    answered = [await api.send_slash("treaty", {"article": str(each)}) for each in range(3)]
    for each in answered:
        await api.answer(each)
    await cut_off(api, company, 0)
    await api.send_slash("treaty", {"article": "old"}, ago=4)
    waiting = await api.send_slash("treaty", {"article": "new"})
    second = await connect(after, **company.one())
    assert (await api.answer(waiting)).text == "you said: /treaty"
    await until(lambda: second.ready)
    assert "old" not in [each.values["article"] for each in after.requests]
    # Three of its answers came too late: those of the first one stand, and that one is no foreign program.
    await api.wait("refused", 3)
    assert all([(await api.answer(each)).parts for each in answered])
    assert (second.failure, first.failure) == (None, None)
    state = await api.state()
    assert (len(state["identifies"]), len(state["resumes"])) == (1, 1)


async def test_a_forgotten_session_is_begun_anew(api: DiscordApi, connect: Connect) -> None:
    """Where Discord does not know any more where a shard was left, it is served all the same."""
    company = Company()
    await connect(FakeAnswers(), **company.one())
    await cut_off(api, company, 0)
    await api.gateway("invalid")
    second = await connect(FakeAnswers(), **company.one())
    await until(lambda: second.ready)
    assert (await api.slash("treaty")).text == "you said: /treaty"
    assert len((await api.state())["identifies"]) == 2


async def test_what_becomes_of_places_is_told_after_a_take_over(api: DiscordApi, connect: Connect) -> None:
    """A server that is lost is told as lost also by who never heard of it before."""
    company, after = Company(), FakeAnswers()
    await connect(FakeAnswers(), **company.one())
    await cut_off(api, company, 0)
    second = await connect(after, **company.one())
    await until(lambda: second.ready)
    await api.gateway("kick")
    await until(lambda: bool(after.events))
    assert after.events == [SpaceLost(GUILD, "the bot was removed from the server")]
    assert len((await api.state())["resumes"]) == 1


async def test_who_stops_leaves_nothing_unanswered(api: DiscordApi, connect: Connect) -> None:
    """While one process stops and another takes over, each question is answered once."""
    company, before, after = Company(), FakeAnswers(), FakeAnswers()
    first = await connect(before, **company.one())
    second = await connect(after, **company.one())
    await until(lambda: first.ready and second.ready)
    sent, stopping = [], None
    for number in range(30):
        sent.append(await api.send_slash("treaty", {"article": str(number)}))
        if number == 10:
            stopping = asyncio.create_task(first.stop())
        await asyncio.sleep(0.1)
    assert stopping is not None
    await stopping
    for each in sent:
        assert (await api.answer(each)).text == "you said: /treaty"
    asked = [each.values["article"] for each in before.requests + after.requests]
    assert sorted(asked, key=int) == [str(number) for number in range(30)]
    assert len((await api.state())["identifies"]) == 1


async def test_who_can_not_reach_discord_leaves_it_to_others(api: DiscordApi, connect: Connect) -> None:
    """A process whose way to Discord is cut does not keep its shards from those that have one, and comes back later."""
    company, mine = Company(), FakeAnswers()
    async with tcp_proxy(api.port) as proxy:
        direct = f"ws://127.0.0.1:{api.port}/"
        await api.limits(url=f"ws://127.0.0.1:{proxy.port}/")
        first = await connect(FakeAnswers(), **company.one(), api_url=f"http://127.0.0.1:{proxy.port}/api/v10")
        await until(lambda: first.ready)
        await api.limits(url=direct)
        second = await connect(mine, **company.one())
        await until(lambda: second.ready and second.shards == 0)
        await api.fault("GET .*/users/@me", status=403, times=6)  # the library has one address for all in a process
        await proxy.cut()
        await until(lambda: second.shards == 1, UNREACHED_SECONDS + 10)
        assert (await api.slash("treaty")).text == "you said: /treaty"
        assert len(mine.requests) == 1
        assert not first.ready
        proxy.heal()
        await until(lambda: first.ready and first.shards == 0, 20)


async def test_all_serve_as_many_shards(api: DiscordApi, connect: Connect) -> None:
    """When Discord's advice changes, whoever comes later goes by what those who serve agreed upon."""
    company = Company()
    first = await connect(FakeAnswers(), **company.one())
    await api.limits(shards=2, at_once=2)
    second = await connect(FakeAnswers(), **company.one())
    await until(lambda: second.ready)
    await first.stop()
    await until(lambda: bool(company.shards_of(company.members[1])))
    await served(api, 1)
    await second.stop()
    await connect(FakeAnswers(), **company.one())
    await served(api, 2)


async def test_outgrown(api: DiscordApi, connect: Connect) -> None:
    """When Discord takes no connection of so few shards any more, all processes go on with more."""
    company = Company()
    for _ in range(2):
        await connect(FakeAnswers(), **company.one())
    await api.limits(shards=2, least=2, at_once=2)
    await api.gateway("invalid")
    await served(api, 2)
    assert [company.shards_of(each) for each in company.members] == [[0], [1]]
    await all_answer(api, 2)


async def test_only_requests(api: DiscordApi, answers: FakeAnswers) -> None:
    """A process that only sends is ready without a connection of its own to the gateway, and takes nothing in."""
    platform = platform_on(api, answers, takes_in=False)
    try:
        await platform.start()
        await until(lambda: platform.ready)
        assert platform.carrier.connected
        assert platform.served
        await platform.post(ChatRef(Platform.DISCORD, CHANNEL), DOCUMENT)
        state = await api.state()
        assert (state["identifies"], state["commands"], len(state["messages"])) == ([], [], 1)
    finally:
        await platform.stop()
    assert not platform.ready


async def test_only_requests_with_a_wrong_token(api: DiscordApi, answers: FakeAnswers) -> None:
    """A process that only sends gives up, too, when its token is revoked."""
    platform = platform_on(api, answers, takes_in=False)
    try:
        await platform.start()
        await until(lambda: platform.ready)
        await api.fault("POST .*/messages", status=401)
        with pytest.raises(PostFailed):
            await platform.post(ChatRef(Platform.DISCORD, CHANNEL), DOCUMENT)
        await until(lambda: platform.failure is not None)
        assert (platform.failure, platform.ready) == (Fault.TOKEN, False)
    finally:
        await platform.stop()


async def test_sessions_begin_one_after_the_other(api: DiscordApi, connect: Connect) -> None:
    """Processes that begin at one moment keep Discord's pace together."""
    await api.limits(shards=2, at_once=1, start_seconds=5, starts=2)
    company = Company(START_SECONDS)
    for _ in range(2):
        await connect(FakeAnswers(), **company.one())
    await served(api, 2)
    await api.check_starts()
