"""Digests and notices over days, with a clock whose hands a test moves, on a real store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.deliveries import milliseconds
from bot.core.outbox import News, Notice
from bot.core.subscriptions import Mode, Period, Subscription, slots, split
from bot.services.digests import BATCH, Digests, latest
from storage import SqlStore
from tests.contract.store.desk import act_of
from tests.contract.store.readership import (
    NOW,
    Hands,
    cursor,
    execute,
    filled,
    keep,
    notice,
    rows,
    slots_of,
    subscription,
    tell,
    utc,
)


class Service:
    """A service with one chat that gets a digest at nine in Rome; `run` lets time pass, looking every half hour."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.clock = Hands()
        self.made = 0
        self.start()

    def start(self) -> None:
        """As after a restart: nothing is remembered but what the store keeps."""
        self.digests = Digests(self.store.subscribers, self.clock)

    async def tick(self) -> int:
        made = await self.digests.make_due()
        self.made += made
        return made

    async def run(self, until: str) -> None:
        while self.clock.moment < utc(until):
            self.clock.moment = min(self.clock.moment + timedelta(minutes=30), utc(until))
            await self.tick()

    async def clear(self) -> None:
        """As if nobody had ever subscribed, and nothing were published."""
        for table in (*"deliveries digest_slots digest_cursors subscriptions alert_entries alerts".split(),):
            await execute(self.store, f"delete from {table}")  # noqa: S608 - a constant

    async def keep(self, wanted: Subscription) -> Subscription:
        return await keep(self.store, wanted, self.clock.moment)

    async def sent(self, subscription: int = 1) -> list[tuple[str, list[str]]]:
        """The bodies of the digests that a chat got, with the entries in them."""
        found = await rows(
            self.store,
            "select a.id, a.body from deliveries d join alerts a on a.id = d.alert_id "
            "where d.subscription_id = :one order by d.id",
            one=subscription,
        )
        told = "select entry_key from alert_entries where alert_id = :alert order by entry_key"
        return [(body, [row[0] for row in await rows(self.store, told, alert=alert)]) for alert, body in found]


@pytest.fixture
async def service(any_store: SqlStore) -> Service:
    await filled(any_store, 6)
    return Service(any_store)


def body(day: str, *, late: bool = False, merged: int = 0, period: str = "daily") -> str:
    return f'{{"day":"{day}","late":{str(late).lower()},"merged":{merged},"period":"{period}"}}'


async def test_a_digest_tells_what_is_wanted_in_it(service: Service):
    """A daily digest holds what is wanted daily, the weekly one what is wanted weekly, and what is told at once is in none."""
    wanted = subscription(mode=Mode.INSTANT, topics={"defence": Mode.DAILY, "trade": Mode.WEEKLY})
    kept = await service.keep(wanted)
    for key in ("fact-1", "fact-2", "fact-3"):
        await tell(service.store, key)
    await service.run("2026-11-30 12:00")
    assert await service.sent() == [
        (body("2026-11-24"), ["fact-1", "fact-3"]),
        (body("2026-11-30", period="weekly"), ["fact-2"]),
    ]
    assert await slots_of(service.store, kept.id, "weekly") == [("2026-11-30", "sent")]
    assert [outcome for _, outcome in await slots_of(service.store, kept.id)] == ["sent"] + ["empty"] * 6


async def test_nothing_new_is_no_message(service: Service):
    """On a day without news nobody is written to; the day counts as dealt with."""
    kept = await service.keep(subscription())
    await service.run("2026-11-25 12:00")
    assert (service.made, await service.sent()) == (0, [])
    assert await slots_of(service.store, kept.id) == [("2026-11-24", "empty"), ("2026-11-25", "empty")]


async def test_news_come_in_the_next_digest_and_in_no_other(service: Service):
    """Each publication is told once, also one that comes in the minute of the digest."""
    await service.keep(subscription())
    await tell(service.store, "fact-1")
    await tell(service.store, "fact-2", utc("2026-11-24 07:59"), undo=30)
    await tell(service.store, "fact-3", utc("2026-11-24 07:59"), undo=90)
    await tell(service.store, "fact-4", utc("2026-11-24 08:00"))
    await service.run("2026-11-26 12:00")
    assert await service.sent() == [
        (body("2026-11-24"), ["fact-1", "fact-2"]),
        (body("2026-11-25"), ["fact-3", "fact-4"]),
    ]


@pytest.mark.parametrize(
    ("pause", "day", "merged", "late"),
    [
        ("2026-11-24 08:59", "2026-11-24", 0, False),
        ("2026-11-24 09:01", "2026-11-24", 0, True),
        ("2026-11-25 07:59", "2026-11-24", 0, True),
        ("2026-11-25 09:50", "2026-11-25", 1, True),
        ("2026-11-26 08:00", "2026-11-26", 2, False),
        ("2026-11-27 02:00", "2026-11-26", 2, True),
    ],
)
async def test_after_a_pause_one_digest_comes(service: Service, pause: str, day: str, merged: int, late: bool):
    """However long the service was down, it sends one digest, says that it is late and how many are in it, and goes on."""
    kept = await service.keep(subscription())
    await tell(service.store, "fact-1")
    await service.run("2026-11-24 07:50")
    service.clock.set(pause)
    await tell(service.store, "fact-2", service.clock.moment)
    service.start()
    assert await service.tick() == 1
    assert await service.sent() == [(body(day, merged=merged, late=late), ["fact-1", "fact-2"])]
    days = [each for each, _ in await slots_of(service.store, kept.id)]
    assert days == [f"2026-11-{each}" for each in range(24, int(day[-2:]) + 1)]
    assert await service.tick() == 0
    await tell(service.store, "fact-3", service.clock.moment)
    await service.run("2026-11-28 12:00")
    assert len(await service.sent()) == 2
    assert [each for each, _ in await slots_of(service.store, kept.id)] == [f"2026-11-{each}" for each in range(24, 29)]


@pytest.mark.parametrize("hours", [1, 30, -1, -30])
@pytest.mark.parametrize("at", ["2026-11-24 07:30", "2026-11-24 08:00", "2026-11-24 08:30"])
async def test_a_clock_that_steps_gives_no_day_two(service: Service, hours: int, at: str):
    """Whichever way the machine's clock is set right, each day has one digest at most, and none of the days after fails."""
    kept = await service.keep(subscription())
    await service.run(at)
    service.clock.step(hours=hours)
    await service.tick()
    service.clock.step(hours=-hours)
    for key in ("fact-1", "fact-2"):
        await tell(service.store, key, service.clock.moment)
        await service.run(f"2026-11-{28 if key == 'fact-1' else 30} 12:00")
    days = [each for each, _ in await slots_of(service.store, kept.id)]
    assert days == [f"2026-11-{each}" for each in range(24, 31)]
    assert [entries for _, entries in await service.sent()] == [["fact-1"], ["fact-2"]]


@pytest.mark.parametrize("hours", [1, 30])
async def test_a_clock_that_was_wrong_all_along(service: Service, hours: int):
    """A clock that is put forward or back for good neither repeats a day nor leaves one out."""
    kept = await service.keep(subscription())
    await service.run("2026-11-26 08:30")
    service.clock.step(hours=-hours)
    await service.run("2026-11-28 07:30")
    service.clock.step(hours=hours)
    await service.run("2026-12-01 12:00")
    days = [each for each, _ in await slots_of(service.store, kept.id)]
    assert days == [(date(2026, 11, 24) + timedelta(days=each)).isoformat() for each in range(8)]


@pytest.mark.parametrize(
    "zone",
    ["Pacific/Honolulu", "Pacific/Kiritimati", "Asia/Kathmandu"],
)
@pytest.mark.parametrize("at", ["2026-11-24 07:50", "2026-11-24 08:00", "2026-11-24 08:10", "2026-11-24 23:00"])
async def test_a_change_of_zone_gives_no_day_two(service: Service, zone: str, at: str):
    """Whoever flies around the world gets one digest a day of whichever calendar holds there, and misses no news."""
    kept = await service.keep(subscription())
    await tell(service.store, "fact-1")
    await service.run(at)
    kept = await service.keep(replace(kept, zone=zone))
    await service.run("2026-11-27 07:50")
    await tell(service.store, "fact-2", service.clock.moment)
    kept = await service.keep(replace(kept, zone="Europe/Rome"))
    await service.run("2026-11-29 12:00")
    found = [each for each, _ in await slots_of(service.store, kept.id)]
    assert found == [f"2026-11-{each}" for each in range(24, 30)]
    assert [entries for _, entries in await service.sent()] == [["fact-1"], ["fact-2"]]


@pytest.mark.parametrize("digest_at", [0, 539, 541, 600, 1439])
@pytest.mark.parametrize("at", ["2026-11-24 07:50", "2026-11-24 08:00", "2026-11-24 08:10"])
async def test_a_change_of_time_gives_no_day_two(service: Service, digest_at: int, at: str):
    """Whatever time is chosen around the minute of the digest, no day has two and no news is lost."""
    kept = await service.keep(subscription())
    await tell(service.store, "fact-1")
    await service.run("2026-11-24 07:50")
    service.clock.set(at)
    await service.keep(replace(kept, digest_at=digest_at))
    await service.run("2026-11-27 12:00")
    found = [each for each, _ in await slots_of(service.store, kept.id)]
    assert found == [f"2026-11-{each}" for each in range(24, 27 + (digest_at < 780))]
    assert [entries for _, entries in await service.sent()] == [["fact-1"]]


@pytest.mark.parametrize(
    ("zone", "start", "digest_at"),
    [
        ("Europe/Rome", "2026-03-26", 150),
        ("Europe/Rome", "2026-10-22", 150),
        ("America/Nuuk", "2026-03-26", 1410),
        ("Africa/Cairo", "2026-04-22", 15),
        ("America/Havana", "2026-10-30", 30),
        ("Antarctica/Troll", "2026-03-27", 120),
        ("Australia/Lord_Howe", "2026-04-02", 105),
        ("Pacific/Chatham", "2026-09-25", 180),
    ],
)
async def test_days_on_which_clocks_change(service: Service, zone: str, start: str, digest_at: int):
    """Each day has its digest, also the one that has 23 hours and the one that has 25."""
    service.clock.set(f"{start} 12:00")
    kept = await service.keep(subscription(zone=zone, digest_at=digest_at))
    first = datetime.fromisoformat(start).date()
    for day in range(6):
        await tell(service.store, f"fact-{day + 1}", service.clock.moment)
        await service.run(f"{first + timedelta(days=day + 1)} 12:00")
    days = [each for each, _ in await slots_of(service.store, kept.id)]
    assert days in (
        [(first + timedelta(days=each)).isoformat() for each in range(6)],
        [(first + timedelta(days=each)).isoformat() for each in range(1, 7)],
    )
    assert [entries for _, entries in await service.sent()] == [[f"fact-{each}"] for each in range(1, 7)]


ZONES = ("Europe/Rome", "Pacific/Honolulu", "Pacific/Kiritimati", "America/Nuuk", "Asia/Kathmandu", "Antarctica/Troll")
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 40 * 60)),
    st.tuples(st.just("step"), st.sampled_from([-1800, -60, 60, 1800])),
    st.tuples(st.just("zone"), st.sampled_from(ZONES)),
    st.tuples(st.just("time"), st.integers(0, 1439)),
    st.tuples(st.just("tell"), st.integers(1, 6)),
    st.tuples(st.just("restart"), st.none()),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(STEPS, max_size=25),
    st.sampled_from(["2026-03-27 10:00", "2026-10-23 10:00"]),
    st.sampled_from(list(Period)),
)
async def test_whatever_happens_no_day_is_missed_and_no_news_lost(
    service: Service, steps: list[tuple[str, object]], start: str, period: Period
):
    """Pauses, steps of the clock and changes of settings in any order: each slot once, each publication told once."""
    await service.clear()
    service.clock.set(start)
    kept = await service.keep(subscription(mode=Mode(period.value)))
    told: set[int] = set()
    for what, value in steps:
        match what, value:
            case "wait" | "step", int(minutes):
                service.clock.step(minutes=minutes)
            case "zone", str(zone):
                kept = await service.keep(replace(kept, zone=zone))
            case "time", int(minute):
                kept = await service.keep(replace(kept, digest_at=minute))
            case "tell", int(number) if number not in told:
                told.add(number)
                await tell(service.store, f"fact-{number}", service.clock.moment)
            case _:
                service.start()
        await service.tick()
        assert await service.tick() == 0
    service.clock.step(days=20)
    await service.tick()
    found = [date.fromisoformat(day) for day, _ in await slots_of(service.store, kept.id, period.value)]
    every = 7 if period is Period.WEEKLY else 1
    assert found == [found[0] + timedelta(days=every * each) for each in range(len(found))]
    entries = [entry for _, each in await service.sent(kept.id) for entry in each]
    assert sorted(entries) == sorted(f"fact-{number}" for number in told)


async def test_many_digests_that_are_due_at_once_are_all_made(service: Service):
    """More chats than are dealt with at a time get theirs in one go, alike ones by one alert."""
    await execute(
        service.store,
        """with recursive n(i) as (select 1 union all select i + 1 from n where i < :count)
        insert into subscriptions (place, platform, chat, kind, locale, zone, mode, silent, digest_at, weekday, fallback,
          status, active, since, reason, created_at)
        select 'telegram:' || i, 'telegram', 'telegram:' || i, 'private', 'en', 'Europe/Rome', 1 + i % 2, 0, 540, 1, 0,
          'active', 1, '', '', '' from n""",
        count=2 * BATCH + 1,
    )
    await execute(
        service.store,
        """insert into digest_cursors select id, case mode when 1 then 'daily' else 'weekly' end, 0, '2026-11-23', 0
        from subscriptions""",
    )
    await tell(service.store, "fact-1")
    service.clock.set("2026-11-24 08:00")
    assert await service.tick() == 2 * BATCH + 1
    assert await rows(service.store, "select count(*), count(distinct alert_id) from deliveries") == [
        (2 * BATCH + 1, 2)
    ]
    assert await service.tick() == 0


async def test_a_zone_that_is_no_more_stops_nobody(service: Service):
    """A chat whose zone the time zone database dropped gets its digest by universal time, and all others get theirs."""
    kept = [await service.keep(subscription(f"telegram:{at}")) for at in (6, 7)]
    await execute(service.store, "update subscriptions set zone = 'Mars/Olympus' where id = :one", one=kept[0].id)
    await tell(service.store, "fact-1")
    await service.run("2026-11-25 12:00")
    assert [len(await service.sent(each.id)) for each in kept] == [1, 1]
    assert (await cursor(service.store, kept[0].id))[0] == utc("2026-11-26 09:00")


def test_of_an_entry_the_latest_news_are_told():
    """An entry that changed twice is one item, in its place by the last change; what is gone is none."""
    one, two = News(1, "a", 1, ()), News(2, "b", 1, ())
    three, four = News(3, "a", 2, ()), News(4, "c", 1, (), gone=True)
    assert latest((one, two, three, four)) == (two, three)
    assert latest((two, replace(three, gone=True))) == (two,)


async def approved(service: Service, wanted: Notice) -> Notice:
    act = await act_of(service.store, "telegram:1")
    moment = service.clock.moment
    yesterday = (moment.astimezone(ZoneInfo(wanted.zone)).date() - timedelta(days=1)).isoformat()
    coming = slots(yesterday, minute=wanted.minute, weekday=wanted.days, zone=ZoneInfo(wanted.zone))
    return await service.store.subscribers.keep_notice(
        replace(wanted, approved_by="p-2"), act, split(coming, moment)[1]
    )


async def test_a_notice_comes_on_its_days(service: Service):
    """Every Monday and Thursday at nine everybody hears what was published since, or that it was nothing."""
    await service.keep(subscription(mode=Mode.INSTANT))
    await approved(service, notice(days=(0, 3)))
    await tell(service.store, "fact-1")
    await service.run("2026-12-01 12:00")
    assert [(each["day"], told) for each, told in await notices_of(service)] == [
        ("2026-11-26", ["fact-1"]),
        ("2026-11-30", []),
    ]


async def notices_of(service: Service) -> list[tuple[dict[str, object], list[str]]]:
    return [(json.loads(text), told) for text, told in await service.sent() if '"title"' in text]


async def test_missed_notices_are_one(service: Service):
    """After days of silence a notice comes once, late, and not once for each day."""
    await service.keep(subscription(mode=Mode.INSTANT))
    kept = await approved(service, notice(days=tuple(range(7))))
    service.clock.set("2026-11-27 12:00")
    assert await service.tick() == 1
    assert await service.tick() == 0
    ((told, _),) = await notices_of(service)
    assert told == {"day": "2026-11-27", "late": True, "merged": 3, "title": "The week"}
    (now,) = await service.store.subscribers.notices()
    assert now == replace(kept, next_at=milliseconds(utc("2026-11-28 08:00")))


assert datetime(2026, 11, 23, 10, tzinfo=UTC) == NOW


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_zone_whose_rules_change_gives_no_day_two(service: Service, hours: int):
    """When a government moves the clocks and the zone's new rules come with an update, each day still has one digest."""
    kept = await service.keep(subscription())
    await service.run("2026-11-25 12:00")
    # What was worked out by the old rules stands in the store, an hour from where the new ones put it.
    await execute(service.store, f"update digest_cursors set next_at = next_at + {hours * 3_600_000}")  # noqa: S608
    service.start()
    await tell(service.store, "fact-1", service.clock.moment)
    await service.run("2026-11-28 12:00")
    days = [each for each, _ in await slots_of(service.store, kept.id)]
    assert days == [f"2026-11-{each}" for each in range(24, 29)]
    assert [entries for _, entries in await service.sent()] == [["fact-1"]]
