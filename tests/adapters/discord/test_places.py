"""Where messages go that are asked for in a place, and what is told when a place is lost or comes back."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from bot.core.deliveries import AlertKind, Order
from bot.core.documents import Document, paragraph
from bot.core.outbox import ChatBack, ChatEvent, ChatLost, SpaceBack, SpaceLost
from bot.core.places import ChatKind, ChatRef, Platform
from bot.core.requests import Reply, Request, Shows
from bot.core.subscriptions import PlaceKind
from tests.adapters.discord.conftest import Connect, until
from tests.adapters.fakes import FakeAnswers, echo
from tests.platforms.discord_api import DiscordApi
from tests.platforms.discord_payloads import CHANNEL, GUILD

NEWS, THREAD = "900000000000000005", "900000000000000006"
LOST_THREAD = ChatRef(Platform.DISCORD, CHANNEL, THREAD)


async def asked(api: DiscordApi, answers: FakeAnswers, **where: str) -> Request:
    await api.slash("treaty", **where)
    return answers.requests[-1]


async def test_place_of_a_text_channel(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A subscription made in a text channel is the channel's, and belongs to its server."""
    await connect()
    request = await asked(api, answers)
    assert (request.place, request.space, str(request.chat)) == (PlaceKind.GROUP, GUILD, f"discord:{CHANNEL}")
    assert await request.actor.administers(CHANNEL) is None


@pytest.mark.parametrize("known", [True, False])
async def test_place_of_an_announcement_channel(
    api: DiscordApi, connect: Connect, answers: FakeAnswers, known: bool
) -> None:
    """A channel for announcements is known as one, whether the bot heard of it before or not."""
    if known:
        await connect()
        await api.channel(NEWS, 5)
    else:
        await api.channel(NEWS, 5)
        await connect()
    request = await asked(api, answers, channel=NEWS)
    assert (request.place, request.kind, request.chat.id) == (PlaceKind.ANNOUNCEMENT, ChatKind.GROUP, NEWS)


@pytest.mark.parametrize("known", [True, False])
async def test_place_of_a_thread(api: DiscordApi, connect: Connect, answers: FakeAnswers, known: bool) -> None:
    """A subscription made in a thread is the thread's, with the channel it belongs to."""
    if known:
        await connect()
        await api.thread(THREAD)
    else:
        await api.thread(THREAD)
        await connect()
    request = await asked(api, answers, channel=THREAD)
    assert (request.place, request.space) == (PlaceKind.GROUP, GUILD)
    assert request.chat == LOST_THREAD


@pytest.mark.parametrize(("place", "lands"), [("dm", "4242"), ("install", "777"), ("foreign", "777")])
async def test_private_subscription_comes_into_the_private_chat(
    api: DiscordApi, connect: Connect, answers: FakeAnswers, place: str, lands: str
) -> None:
    """Whoever subscribes alone with the bot, or where they only brought it along, gets the alerts in private."""
    carrier = (await connect()).carrier
    request = await asked(api, answers, place=place, channel="4242")
    alert = carrier.render(Document((paragraph("A-12"),)), AlertKind.ALERT, ())
    message = await carrier.post(Order(request.chat, "1-a"), alert)
    assert (await api.copies("A-12"), str(message.chat)) == ({lands: 1}, f"discord:{lands}")


async def test_foreign_card_is_not_kept_up_to_date(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A card shown where the bot may not write later is not promised to be changed; at home it is."""

    def shows(request: Request) -> Reply | None:
        made = echo(request)
        return None if made is None else Reply(made.document, shows=Shows(1, 1))

    answers.reply = shows
    await connect()
    await api.slash("treaty", place="foreign")
    await api.slash("treaty")
    await until(lambda: len(answers.told) == 1)
    assert answers.told[0][1].chat.id == CHANNEL


async def happens(answers: FakeAnswers, *expected: ChatEvent) -> None:
    """Wait for as many events as are expected, and compare them."""
    await until(lambda: len(answers.events) >= len(expected))
    assert tuple(answers.events) == expected


async def test_server_is_lost_and_comes_back(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A server the bot is removed from is told as lost, and as back when the bot is invited again."""
    await connect()
    await api.gateway("kick")
    await happens(answers, SpaceLost(GUILD, "the bot was removed from the server"))

    # Just after the start, the library takes a server for one of those it was in before.
    for _ in range(10):
        await api.gateway("invite")
        with contextlib.suppress(TimeoutError):
            await until(lambda: answers.events[1:] == [SpaceBack(GUILD)], 1.0)
            break
    assert answers.events[1:] == [SpaceBack(GUILD)]


async def test_server_that_is_down_is_not_lost(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """An outage of a server, and its end, cost nobody a subscription."""
    await connect()
    await api.gateway("outage")
    await api.gateway("recovery")
    await api.gateway("outage")
    await api.gateway("kick")
    await happens(answers, SpaceLost(GUILD, "the bot was removed from the server"))


async def test_deleted_channels_and_threads_are_lost(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A channel or a thread that is deleted is told as lost at once, also a thread that nobody had seen."""
    await connect()
    await api.delete_channel(CHANNEL)
    await api.channel(NEWS, 5)
    await api.delete_channel(NEWS)
    await api.thread(THREAD)
    await api.delete_channel(THREAD)
    await api.thread(THREAD, archived=True)
    await api.delete_channel(THREAD)
    channels = [ChatLost(ChatRef(Platform.DISCORD, each), "the channel was deleted") for each in (CHANNEL, NEWS)]
    await happens(answers, *channels, *[ChatLost(LOST_THREAD, "the thread was deleted")] * 2)


async def test_only_a_locked_thread_is_lost(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A thread that fell asleep is not lost, a locked one is, and is back when it is opened again."""
    await connect()
    await api.thread(THREAD)
    await api.thread(THREAD, archived=True)
    await api.thread(THREAD, archived=True, locked=True)
    await api.thread(THREAD, locked=True)
    await api.thread(THREAD)
    await happens(answers, ChatLost(LOST_THREAD, "the thread is locked"), ChatBack(LOST_THREAD))


async def test_stop_waits_for_what_is_being_told(api: DiscordApi, connect: Connect, answers: FakeAnswers) -> None:
    """A channel that is deleted while the bot stops is not forgotten."""
    gate, done = asyncio.Event(), list[ChatEvent]()

    class Slow(FakeAnswers):
        async def happened(self, event: ChatEvent) -> None:
            self.events.append(event)
            await gate.wait()
            done.append(event)

    slow = Slow()
    platform = await connect(answers=slow)
    await api.delete_channel(CHANNEL)
    await until(lambda: bool(slow.events))
    stopping = asyncio.create_task(platform.stop())
    await asyncio.sleep(0)
    gate.set()
    await stopping
    assert len(done) == 1
