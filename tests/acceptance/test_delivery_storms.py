"""An hour of bad weather on both platforms, in a minute: the loop's time runs fast, and the fakes' with it."""

from __future__ import annotations

import asyncio
import selectors
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.places import Platform
from bot.services.governor import Limits
from tests.acceptance.broadcast import Row
from tests.acceptance.delivery_studio import (
    DISCORD,
    NIGHTLY,
    TELEGRAM,
    Agency,
    Fakes,
    open_agency,
    private,
    room,
)

SPEED = 20.0 if NIGHTLY else 60.0
MINUTES, CHATS, ALERTS = (60, 50, 12) if NIGHTLY else (5, 15, 4)
PER_SECOND = 5.0
"""Enough for what is to be told; at the platforms' own limits far more would be under way when a pause begins."""
SHARE, LONGEST = 0.3, 60
CALM_MINUTES = 90
"""How long after the storm everything must have come to its end: some wait for a quarter of an hour each time."""
LOOK_SECONDS = 20.0
FINAL = {TELEGRAM: {"delivered", "uncertain"}, DISCORD: {"delivered"}}


class HurriedSelector(selectors.DefaultSelector):
    """Waits for the time that a wait takes on a clock which is `SPEED` times as fast."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(None if timeout is None else timeout / SPEED)


class HurriedLoop(asyncio.SelectorEventLoop):
    """A loop in which a minute passes in a second: for every sleep, timeout and deadline, of libraries as well."""

    def __init__(self) -> None:
        super().__init__(HurriedSelector())

    def time(self) -> float:
        return super().time() * SPEED


@pytest.mark.timeout(900 if NIGHTLY else 120)
def test_an_hour_of_storm_loses_nothing(fakes: Fakes) -> None:
    """With 30 % of all requests refused, failed or cut for an hour, nothing is lost and no pause is broken.

    Every message ends in one state. Discord's stand there once; Telegram's once, or twice where an answer was lost.
    """
    with asyncio.Runner(loop_factory=HurriedLoop) as runner:
        runner.run(weather(fakes))


async def weather(fakes: Fakes) -> None:
    # Discord's own clock is the real one, and what is looked for there after an outage must not lie in our future.
    begun = datetime.now(UTC) - timedelta(hours=6)
    usual = Limits(PER_SECOND)
    opened = open_agency(fakes, begun=begun, every=LOOK_SECONDS, lease_ms=120_000, telegram=usual, discord=usual)
    async with opened as agency:
        await begin(agency)
        texts = [f"Envoys met, part {number} of the talks" for number in range(ALERTS)]
        for one, other in zip(texts[::2], texts[1::2], strict=True):
            # Two at once: what one of them is told of a chat holds for the other.
            await agency.publish(one)
            await agency.publish(other)
            await asyncio.sleep(MINUTES * 60 / ALERTS * 2)
        struck = (await agency.discord.summary())["struck"]
        assert sum(struck.values()) > CHATS * ALERTS * SHARE / 2
        await agency.telegram.storm(0.0)
        await agency.discord.storm()
        await calm(agency)
        await on_telegram(agency, texts)
        await on_discord(agency, texts)


async def begin(agency: Agency) -> None:
    """Subscribe everybody, and let it break out."""
    await agency.telegram.keep(records=False)
    await agency.telegram.chats(int(private(0).id), CHATS)
    await agency.subscribe(*map(private, range(CHATS)), *map(room, range(CHATS)))
    await agency.telegram.limits(speed=SPEED)
    await agency.discord.limits(speed=SPEED, nonce_seconds=300.0 / SPEED, keep=False)
    await agency.telegram.storm(SHARE, longest=LONGEST, seed=7)
    await agency.discord.storm(SHARE, wait=(1.0, LONGEST), seed=7)


async def calm(agency: Agency) -> None:
    """Wait until every delivery has come to its end."""
    async with asyncio.timeout(CALM_MINUTES * 60):
        while await agency.open_rows():  # noqa: ASYNC110 - the store tells nobody of its changes
            await asyncio.sleep(LOOK_SECONDS)


async def ends(agency: Agency, platform: Platform) -> list[Row]:
    """The deliveries of a platform; each has come to an end that is allowed there."""
    rows = await agency.rows("d.platform = :platform", platform=platform.value)
    assert len(rows) == CHATS * ALERTS
    assert {each.state for each in rows} <= FINAL[platform]
    return rows


async def on_telegram(agency: Agency, texts: list[str]) -> None:
    told = await agency.telegram.summary()
    assert told["cut"] + sum(told["refused"].values()) > CHATS * ALERTS * SHARE / 2
    assert told["inside_pause"] == 0
    rows = await ends(agency, TELEGRAM)
    print(f"\nTelegram: {dict(Counter(each.state for each in rows))}, {told['sent']} sent, {told['refused']} refused")
    doubtful = Counter(each.alert for each in rows if each.state == "uncertain")
    for number, text in enumerate(texts, 1):
        of_one = await agency.telegram.summary(text, first=int(private(0).id), count=CHATS)
        assert of_one["most_copies"] <= 2
        assert of_one["missing"] <= doubtful[number]
    assert told["sent"] - CHATS * ALERTS <= sum(each.lost for each in rows)


async def on_discord(agency: Agency, texts: list[str]) -> None:
    told = await agency.discord.summary()
    assert told["inside_pause"] == 0
    rows = await ends(agency, DISCORD)
    print(f"Discord: {dict(Counter(each.state for each in rows))}, {told['statuses']}")
    for text in texts:
        of_one = await agency.discord.summary(text)
        assert (of_one["messages"], of_one["channels"], of_one["doubled"]) == (CHATS, CHATS, [])
