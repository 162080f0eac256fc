"""Broadcasts at the platforms' own limits, which the fakes enforce, and chats that must be left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from bot.core.deliveries import Priority, milliseconds
from bot.core.entries import Entry
from bot.core.places import ChatRef, Platform
from bot.core.subscriptions import MODES, Mode
from bot.services.governor import Limits
from storage import schema
from tests import outbox
from tests.acceptance.delivery_studio import (
    DISCORD,
    NIGHTLY,
    TELEGRAM,
    Agency,
    Fakes,
    ask,
    open_agency,
    private,
    requests,
    room,
)
from tests.acceptance.newsroom import until
from tests.platforms.discord_traffic import refusal

pytestmark = pytest.mark.timeout(900 if NIGHTLY else 120)

HALF_A_DAY = 43_838
CHATS = 3_000 if NIGHTLY else 70
SECONDS = 600 if NIGHTLY else 60
FAST, OF_FAST = (20_000, 1_000) if NIGHTLY else (600, 250)
ALONE = 30
DIGESTS = 10_000 if NIGHTLY else 150
OVERTAKEN_MS = 2_000
SLACK_MS = 3_000
"""For a machine that is busy; a chat that is waited for costs half a day."""


@asynccontextmanager
async def at_the_limit(
    fakes: Fakes, *, telegram: int = 0, discord: int = 0, chats: int = CHATS
) -> AsyncIterator[Agency]:
    """An agency with that many subscribers on each platform that has a limit; neither takes one request more."""
    limits = {name: limit for name, limit in (("telegram", telegram), ("discord", discord)) if limit}
    # To one channel Discord takes five messages in five seconds.
    pace = {name: Limits(limit, private=1.0, group=1.0) for name, limit in limits.items()}
    async with open_agency(fakes, map(Platform, limits), **pace) as agency:
        await agency.telegram.keep(records=False)
        await agency.telegram.limits(overall=telegram or None, private=True, group=20)
        await agency.discord.limits(on=True, per_second=discord or 50, keep=False)
        if telegram:
            await agency.telegram.chats(int(private(0).id), chats)
            await agency.subscribe(*(private(number) for number in range(chats)))
        if discord:
            await agency.subscribe(*(room(number) for number in range(chats)))
        yield agency


async def refused(agency: Agency) -> dict[str, int]:
    """How often each platform said "too many"."""
    told, limited = await agency.telegram.summary(), (await agency.discord.summary())["limited"]
    return {"telegram": told["given_429"]} | limited


NONE = {"telegram": 0, "global": 0, "user": 0}


def share(count: int, seconds: float, limit: int) -> float:
    """How much of a limit so many messages in that time use; said to whoever runs the full sizes."""
    used = (count - 1) / seconds / limit
    print(f"\n{count} messages in {seconds:.1f} s: {used:.3f} of {limit}/s")
    return used


async def test_telegram_broadcast_keeps_the_limit_and_people_are_answered(fakes: Fakes) -> None:
    """A broadcast uses Telegram's 30 a second and never more, also while people ask and get their answers."""
    async with at_the_limit(fakes, telegram=30) as agency:
        await agency.publish("Envoys met")
        for _ in range(3):
            await ask(agency)
        assert await agency.open_rows() > 0, "the answers came while the broadcast went on"
        await agency.all_sent(SECONDS)
        told = await agency.telegram.summary("Envoys met", first=int(private(0).id), count=CHATS)
        assert (await refused(agency), told["missing"], told["most_copies"]) == (NONE, 0, 1)
        assert told["busiest_second"] <= 30
        assert share(told["sent"], told["last"] - told["first"], 30) > 0.5


async def test_paid_telegram_broadcast_keeps_its_limit(fakes: Fakes) -> None:
    """A bot that pays for 1,000 messages a second sends that many, and never more."""
    async with at_the_limit(fakes, telegram=OF_FAST, chats=FAST) as agency:
        await agency.publish("Envoys met")
        await agency.all_sent(SECONDS)
        told = await agency.telegram.summary("Envoys met", first=int(private(0).id), count=FAST)
        assert (await refused(agency), told["missing"], told["most_copies"]) == (NONE, 0, 1)
        assert told["busiest_second"] <= OF_FAST
        share(told["sent"], told["last"] - told["first"], OF_FAST)


async def test_discord_broadcast_keeps_the_limit_and_people_are_answered(fakes: Fakes) -> None:
    """A broadcast uses Discord's 50 a second and never more, also while people ask and get their answers."""
    async with at_the_limit(fakes, discord=50) as agency:
        await agency.publish("Envoys met")
        for number in range(3):
            answer = await agency.discord.slash("treaty", {"article": "4"}, user=str(100 + number), locale="en-US")
            assert "attacked" in answer.text
        assert await agency.open_rows() > 0, "the answers came while the broadcast went on"
        await agency.all_sent(SECONDS)
        told = await agency.discord.summary("Envoys met")
        assert await refused(agency) == NONE
        assert (told["channels"], told["most_in_a_channel"]) == (CHATS, 1)
        assert told["most_in_a_second"] <= 50
        assert share(CHATS, told["post_seconds"], 50) > 0.5


async def leave_alone(agency: Agency, chat: ChatRef) -> None:
    """Have a platform say, once, that a chat takes nothing for half a day."""
    if chat.platform is TELEGRAM:
        reason = f"Too Many Requests: retry after {HALF_A_DAY}"
        await agency.telegram.fault(
            method="sendMessage", chat=int(chat.id), status=429, description=reason, retry_after=HALF_A_DAY
        )
    else:
        body, headers = refusal(HALF_A_DAY, "user")
        await agency.discord.fault(
            f"POST /api/v10/channels/{chat.id}/messages$", status=429, body=body, headers=headers
        )


@pytest.mark.parametrize("platform", [TELEGRAM, DISCORD])
async def test_one_chat_that_must_wait_holds_nobody_up(fakes: Fakes, platform: Platform) -> None:
    """A chat told to wait for twelve hours is left alone, also after a restart, gets all at last, and others wait for nothing."""
    place = private if platform is TELEGRAM else room
    async with open_agency(fakes, [platform], **{platform.value: Limits(100.0, private=0.0, group=0.0)}) as agency:
        await agency.telegram.chats(int(private(0).id), ALONE)
        await agency.subscribe(*map(place, range(ALONE)))
        await agency.publish("All may hear this")
        await agency.all_sent()
        await leave_alone(agency, place(3))
        before = await requests(agency, place(3))
        for waiting in (1, 2):
            await agency.publish("Not all may hear this yet")
            await agency.all_sent(but=waiting)
            await agency.restart()
        assert await requests(agency, place(3)) == before + 1
        usual, *later = await slowest(agency)
        assert all(each <= 2 * usual + SLACK_MS for each in later), (usual, later)
        agency.clock.passes(seconds=HALF_A_DAY)
        await agency.restart()
        await agency.all_sent()
        assert await agency.states() == {"delivered": 3 * ALONE}
        assert await requests(agency, place(3)) == before + 3


async def slowest(agency: Agency) -> list[int]:
    """Of each alert: milliseconds until the last chat had it, of those that have it."""
    done = "select max(d.settled_at) - a.due_at from alerts a join deliveries d on d.alert_id = a.id group by a.id"
    return [row[0] for row in await agency.core.store._database.fetch(done + " order by a.id")]


async def test_an_alert_overtakes_digests_that_are_due(fakes: Fakes) -> None:
    """With thousands of digests due before it, an alert is first tried within two seconds of its approval."""
    async with at_the_limit(fakes, telegram=30, chats=DIGESTS + 1) as agency:
        store = agency.core.store
        told = await outbox.alert(store, kind="digest", expires_at=milliseconds(agency.clock.now()) + outbox.HOUR)
        ids = [row[0] for row in await store._database.fetch("select id from subscriptions order by id")]
        due = {"due_at": 1, "priority": Priority.DIGEST.value}
        for subscription in ids[:-1]:
            await outbox.change(store, subscription, schema.subscriptions, mode=MODES.index(Mode.DAILY))
            await outbox.delivery(store, told, subscription, **due)
        waits: list[float] = []
        for number in range(3):
            began = milliseconds(agency.clock.now())
            fact = await agency.publish(f"Envoys met, number {number}")
            await until(partial(tried, agency, fact), "a first attempt", 20)
            waits.append(await tried(agency, fact) - began)
            assert await agency.open_rows() > 0
        assert max(waits) <= OVERTAKEN_MS, waits


async def tried(agency: Agency, fact: Entry) -> int:
    """When the first attempt of an alert was made; 0 where there was none."""
    found = await agency.core.store._database.fetch(
        "select min(d.first_at) from deliveries d join alert_entries e on e.alert_id = d.alert_id where e.entry_key = :k",
        {"k": fact.key},
    )
    return found[0][0] or 0
