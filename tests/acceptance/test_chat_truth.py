"""What is true of a chat is learned from errors and from events, in any order, and kept to; and what holds pushes back."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

import pytest

from bot.core.editorial import Severity
from bot.core.places import ChatRef
from bot.core.subscriptions import PlaceKind, QuietHours
from bot.services.governor import Limits
from tests.acceptance.delivery_studio import (
    TELEGRAM,
    Agency,
    Fakes,
    ask,
    group,
    open_agency,
    posts,
    private,
    requests,
    room,
)
from tests.acceptance.newsroom import until
from tests.acceptance.service import ROOT, environment
from tests.platforms.discord_payloads import GUILD

NOBODY_WAITS = 2.0
"""Seconds within which the brake takes hold."""


async def shut_out(agency: Agency, place: ChatRef) -> None:
    """Have a place refuse the bot from now on, without a word."""
    if place.platform is TELEGRAM:
        kind = "private" if int(place.id) > 0 else "supergroup"
        await agency.telegram.order("chat", id=int(place.id), type=kind, blocked=True)
    else:
        await agency.discord.shut(place.id, 50013)


async def take_back(agency: Agency, place: ChatRef) -> None:
    """Have a place take the bot again, and say so."""
    if place.platform is TELEGRAM:
        await agency.telegram.member(int(place.id), "member", old="kicked")
    else:
        await agency.discord.shut(place.id, 0)
        await agency.discord.gateway("invite")


@pytest.mark.parametrize("place", [private(1), group(1), room(1)], ids=["blocked", "kicked", "forbidden"])
async def test_a_chat_that_shuts_the_bot_out_is_left_alone_until_it_takes_it_back(
    agency: Agency, place: ChatRef
) -> None:
    """A chat that refuses is asked once, then never, until the bot is let in again; what was missed is not poured in."""
    await agency.subscribe(place, space=GUILD)
    await shut_out(agency, place)
    await agency.publish("The first news")
    await agency.all_sent()
    assert (await agency.states(), await agency.status(place)) == ({"rejected": 1}, "unreachable")
    await agency.publish("The second news")
    await agency.all_sent()
    assert await requests(agency, place) == 1
    await take_back(agency, place)
    await agency.becomes(place, "active")
    await agency.publish("The third news")
    await agency.all_sent()
    (only,) = await posts(agency, place)
    assert "The third news" in only
    assert await requests(agency, place) == 2


MOVES = ["E", "o", "n", "Eon", "Eno", "no", "on", "oonn", "nEo", "both"]
"""How a group's move is heard of: by an error (E), by the service message of the old (o) and of the new group (n)."""


async def test_a_group_that_became_a_supergroup_is_one_chat(agency: Agency) -> None:
    """However and how often a move is heard of, the group has one subscription under its new number and gets all once."""
    olds = [ChatRef(TELEGRAM, str(-5_000 - number)) for number, _ in enumerate(MOVES)]
    news = [group(number) for number, _ in enumerate(MOVES)]
    for old, new in zip(olds, news, strict=True):
        await agency.telegram.order("chat", id=int(old.id), type="group")
        await agency.telegram.order("chat", id=int(new.id), type="supergroup")
    await agency.subscribe(*olds)
    await agency.publish("The first news")
    await agency.all_sent()
    for move, old, new in zip(MOVES, olds, news, strict=True):
        if move == "both":
            await agency.subscribe(new)
        if move[0] in "Eb":
            await agency.telegram.order("chat", id=int(old.id), moved_to=int(new.id))
        else:
            await hear(agency, move.partition("E")[0], old, new)
    await agency.publish("The second news")
    await agency.all_sent()
    for move, old, new in zip(MOVES, olds, news, strict=True):
        await hear(agency, move.partition("E")[2], old, new)
    await agency.publish("The third news")
    await agency.all_sent()
    for move, old, new in zip(MOVES, olds, news, strict=True):
        assert [each.split("\n")[1] for each in await posts(agency, old)] == ["The first news"], move
        assert [each.split("\n")[1] for each in await posts(agency, new)] == ["The second news", "The third news"], move
        assert "active" not in (await agency.subscriptions(old)).values(), move
        assert list((await agency.subscriptions(new)).values()) == ["active"], move


async def hear(agency: Agency, told: str, old: ChatRef, new: ChatRef) -> None:
    """Let service messages come in, and wait until they are taken up."""
    for each in told:
        await agency.telegram.migrated(int(old.id), int(new.id), told={"o": "old", "n": "new"}[each])
    if told:
        await agency.becomes(new, "active")


@pytest.mark.parametrize("said", [True, False], ids=["said", "found-out"])
async def test_a_closed_topic_gets_nothing_and_nothing_spills_over(agency: Agency, said: bool) -> None:
    """News for a closed topic go to the main chat only where the chat's settings say so, and back once it is reopened."""
    plain, falling = group(1, 45), group(2, 45)
    for place in (plain, falling):
        await agency.telegram.order("chat", id=int(place.id), type="supergroup", is_forum=True, topics=[45])
    await agency.subscribe(plain)
    await agency.subscribe(falling, fallback=1)
    for place in (plain, falling):
        if said:
            await agency.telegram.topic(int(place.id), 45, "closed")
        else:
            await agency.telegram.order("chat", id=int(place.id), closed=[45])
    if said:
        await agency.becomes(plain, "unreachable")
    await agency.publish("The first news")
    await agency.all_sent()
    assert await agency.status(plain) == "unreachable"
    assert await posts(agency, plain) == []
    (fallen,) = await agency.telegram.sent(chat=int(falling.id))
    assert fallen.thread is None
    for place in (plain, falling):
        await agency.telegram.topic(int(place.id), 45, "reopened")
    await agency.becomes(plain, "active")
    await agency.publish("The second news")
    await agency.all_sent()
    for place, count in ((plain, 1), (falling, 2)):
        sent = await agency.telegram.sent(chat=int(place.id))
        assert (len(sent), sent[-1].thread, "The second news" in sent[-1].text) == (count, 45, True)


async def test_a_server_that_is_down_is_not_gone(agency: Agency) -> None:
    """A Discord server with an outage keeps its subscriptions; one that removed the bot gets them back with it."""
    await agency.subscribe(room(1), space=GUILD)
    await agency.discord.gateway("outage")
    await agency.publish("The first news")
    await agency.all_sent()
    await agency.discord.gateway("recovery")
    assert await agency.status(room(1)) == "active"
    await agency.discord.gateway("kick")
    await agency.becomes(room(1), "unreachable")
    await agency.publish("The second news")
    await agency.all_sent()
    await agency.discord.gateway("invite")
    await agency.becomes(room(1), "active")
    await agency.publish("The third news")
    await agency.all_sent()
    assert [each.split("\n")[1] for each in await posts(agency, room(1))] == ["The first news", "The third news"]
    assert await requests(agency, room(1)) == 2


@pytest.mark.parametrize("said", [True, False], ids=["said", "found-out"])
async def test_a_deleted_channel_is_not_written_to(agency: Agency, said: bool) -> None:
    """A channel that was deleted costs no request where Discord tells of it, and one where it does not; others go on."""
    await agency.subscribe(room(1), room(2))
    if said:
        await agency.discord.channel(room(1).id)
        await agency.discord.delete_channel(room(1).id)
        await agency.becomes(room(1), "unreachable")
    else:
        await agency.discord.shut(room(1).id, 10003)
    for text in ("The first news", "The second news"):
        await agency.publish(text)
        await agency.all_sent()
    assert await agency.status(room(1)) == "unreachable"
    assert (await requests(agency, room(1)), await requests(agency, room(2))) == (0 if said else 1, 2)


async def test_announcements_are_published_once_and_their_limit_holds_no_news_up(fakes: Fakes) -> None:
    """Each alert in an announcement channel is published to its followers once; past Discord's limit only that waits."""
    async with open_agency(fakes) as agency:
        await agency.discord.channel(room(1).id, kind=5)
        await agency.discord.limits(crossposts=1)
        await agency.subscribe(room(1), kind=PlaceKind.ANNOUNCEMENT.value)
        for number in (1, 2):
            await agency.publish(f"News {number}")
            await all_posted(agency, number)
        assert (await published(agency), len(await agency.discord.records("crosspost"))) == (1, 2)
        await agency.publish("News 3")
        await all_posted(agency, 3)
        assert (await published(agency), len(await agency.discord.records("crosspost"))) == (1, 2)
        await agency.discord.limits(crossposts=10)
        agency.clock.passes(hours=1)
        await agency.restart()
        await agency.all_sent()
        assert await published(agency) == 3
        assert await agency.states("d.deed = 'crosspost'") == {"delivered": 3}


async def all_posted(agency: Agency, count: int) -> None:
    """Wait until so many messages stand in the channel, and what is to be published was tried."""

    async def so_many() -> bool:
        held = await agency.rows("d.deed = 'crosspost' and d.state = 'queued' and d.reason = ''")
        return await agency.states("d.deed = 'post'") == {"delivered": count} and not held

    await until(so_many, f"{count} messages")
    assert len(await posts(agency, room(1))) == count


async def published(agency: Agency) -> int:
    """How many messages went to those who follow an announcement channel."""
    return sum(each["flags"] & 1 for each in (await agency.discord.state())["messages"])


async def test_quiet_hours_hold_everything_but_a_flash(fakes: Fakes) -> None:
    """In a chat's quiet hours, across midnight on its own clock, news waits for the morning; a flash does not wait."""
    night = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # half past eleven in Rome
    async with open_agency(fakes, begun=night) as agency:
        for place in (private(1), room(1)):
            await agency.keep(place, zone="Europe/Rome", quiet=QuietHours(23 * 60, 7 * 60))
            await agency.keep(ChatRef(place.platform, place.id + "0"))
        await agency.telegram.chats(int(private(1).id), 1)
        await agency.telegram.chats(int(private(1).id) * 10, 1)
        await agency.publish("News of the night")
        await agency.all_sent(but=2)
        await agency.publish("Flash of the night", Severity.FLASH)
        await agency.all_sent(but=2)
        agency.clock.passes(hours=7, minutes=29)
        await agency.publish("News of the small hours")
        await agency.all_sent(but=4)
        for place in (private(1), room(1)):
            assert ["Flash of the night" in each for each in await posts(agency, place)] == [True]
        agency.clock.passes(minutes=1)
        await agency.all_sent()
        for place in (private(1), room(1)):
            assert len(await posts(agency, place)) == 3


async def brake(agency: Agency, command: str) -> None:
    """Use the operator's command on the same database."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", command),
        cwd=ROOT,
        env=environment(ROOT, DATABASE_URL=agency.url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, (out + err).decode()
    process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way


async def test_the_brake_stops_pushes_and_not_answers(fakes: Fakes) -> None:
    """`pactwatch pause` stops a broadcast within two seconds and nobody's answers; `resume` lets it go on to its end."""
    count = 50
    slow = Limits(10.0, private=0.0, group=0.0)
    async with open_agency(fakes, telegram=slow, discord=slow) as agency:
        await agency.telegram.chats(int(private(0).id), count)
        await agency.subscribe(*map(private, range(count)), *map(room, range(count)))
        await agency.publish("Envoys met")

        async def sent() -> int:
            return (await agency.telegram.summary("Envoys met"))["copies"] + (
                await agency.discord.summary("Envoys met")
            )["messages"]

        await until(sent, "the first messages")
        await brake(agency, "pause")
        await asyncio.sleep(NOBODY_WAITS)
        before = await sent()
        assert before < 2 * count
        await ask(agency)
        answer = await agency.discord.slash("treaty", {"article": "4"}, locale="en-US")
        assert "attacked" in answer.text
        assert await sent() == before
        await brake(agency, "resume")

        async def goes_on() -> bool:
            return await sent() > before

        await until(goes_on, "messages after the brake", NOBODY_WAITS)
        await agency.all_sent()
        assert (await sent(), await agency.states()) == (2 * count, {"delivered": 2 * count})
