"""What is forgotten by its age, and what never is, on both engines."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import milliseconds
from bot.core.retention import KEEP, Kept
from bot.core.times import stamp
from storage import SqlStore, schema
from tests.builders import dossier, fact
from tests.contract.store.desk import act_of, proposed, published
from tests.stores import take_over

NIGHTLY = os.environ.get("PACTWATCH_NIGHTLY") == "1"
NOW = datetime.fromisoformat("2028-03-01T12:00:00Z")
HELD_SECONDS = 0.05


def ago(**span: float) -> str:
    return stamp(NOW - timedelta(**span))


def ms_ago(**span: float) -> int:
    return milliseconds(NOW - timedelta(**span))


async def put(store: SqlStore, table: str, *rows: dict[str, object]) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(insert(schema.metadata.tables[table]), list(rows))

    await (await store._writing())._units.run_tx(work)


async def kept(store: SqlStore, table: str, column: str = "id") -> list[object]:
    rows = await store._database.fetch(f"select {column} from {table} order by 1")  # noqa: S608 - our own names
    return [row[0] for row in rows]


def subscription(identity: int, status: str = "active", since: str = "") -> dict[str, object]:
    place = f"telegram:{identity}"
    return {
        "id": identity, "place": place, "platform": "telegram", "chat": place, "kind": "private", "locale": "it",
        "zone": "UTC", "mode": 0, "silent": 0, "digest_at": 480, "weekday": 0, "fallback": 0, "status": status,
        "active": int(status == "active"), "since": since or ago(days=1), "reason": "", "created_at": ago(days=900),
    }  # fmt: skip


def alert(identity: int, created_at: int) -> dict[str, object]:
    moments = {"created_at": created_at, "due_at": created_at, "expires_at": created_at}
    return {
        "id": identity,
        "kind": "alert",
        "severity": "normal",
        "cancelled": 0,
        "warned": 0,
        "body": "{}",
    } | moments


def delivery(identity: int, of: int, to: int, state: str = "delivered") -> dict[str, object]:
    return {
        "id": identity, "alert_id": of, "subscription_id": to, "deed": "post", "platform": "telegram", "priority": 1,
        "state": state, "open": int(state == "queued"), "due_at": 0,
    }  # fmt: skip


async def test_what_has_a_moment_goes_when_its_time_is_over(store: SqlStore) -> None:
    """Numbers, buttons, forms, codes, questions, waits, pauses and slots go after the days the table says, not before."""
    tables = {
        Kept.UPDATES: ("seen_updates", "at", {"platform": "telegram"}, "id"),
        Kept.BUTTONS: ("guarded_lines", "at", {"line": "approve F-1", "chat": "telegram:5"}, "token"),
        Kept.LINES: ("kept_lines", "at", {"line": "search x"}, "token"),
        Kept.FORMS: ("forms", "at", {"line": "addfact", "answers": "{}", "asked": "source"}, "ref"),
        Kept.CODES: ("link_codes", "expires_at", {"account": "p-0000000000"}, "code"),
        Kept.QUESTIONS: (
            "open_questions",
            "last_at",
            {"text": "x", "locale": "it", "asked": 1, "first_at": "", "vector": b""},
            "id",
        ),
    }
    for kind, (table, moment, rest, key) in tables.items():
        for number, age in ((1, KEEP[kind] + timedelta(hours=1)), (2, KEEP[kind] - timedelta(hours=1))):
            name: object = number if key == "id" else f"{number}"
            await put(store, table, {key: name, moment: stamp(NOW - age), **rest})
    await put(store, "limits", {"platform": "telegram", "scope": "5", "paused_until": ms_ago(days=2)})
    await put(store, "limits", {"platform": "telegram", "scope": "6", "paused_until": ms_ago(hours=-1)})
    for scope in ("", "#0001"):
        await put(store, "limits", {"platform": "telegram", "scope": scope, "tat": 7})
    await put(store, "subscriptions", subscription(1), subscription(2))
    slot = {"due_at": 0, "made_at": 0, "outcome": "sent", "period": "daily"}
    for days in (91, 89):
        day = (NOW - timedelta(days=days)).date().isoformat()
        await put(store, "digest_slots", *({"subscription_id": each, "local_date": day, **slot} for each in (1, 2)))
    gone = await store.forget_old(NOW)
    assert gone is not None
    assert {kind: gone[kind] for kind in tables} == dict.fromkeys(tables, 1)
    for table, _, _, key in tables.values():
        assert [str(each) for each in await kept(store, table, key)] == ["2"], table
    assert await kept(store, "limits", "scope") == ["", "#0001", "6"]
    assert gone[Kept.SLOTS] == len(await kept(store, "digest_slots", "local_date")) == 2


async def test_it_is_done_once_a_day(store: SqlStore) -> None:
    """However often the clock asks and whoever asks, the store is gone through once a day."""
    assert await store.forget_old(NOW) is not None
    assert await store.forget_old(NOW + timedelta(hours=19)) is None
    done = await asyncio.gather(*(store.forget_old(NOW + timedelta(hours=24)) for _ in range(3)))
    assert sum(each is not None for each in done) == 1


async def test_what_a_correction_needs_stays(store: SqlStore) -> None:
    """Messages of an entry that was in the news lately stay known, and so does what is still on its way."""
    await put(store, "subscriptions", *(subscription(each) for each in (1, 2)))
    old, young = ms_ago(days=500), ms_ago(days=300)
    await put(store, "alerts", *(alert(each, old) for each in (1, 2, 3)), *(alert(each, young) for each in (4, 5)))
    told = [(1, "fact-1"), (2, "fact-2"), (3, "fact-3"), (4, "fact-2")]
    await put(store, "alert_entries", *({"alert_id": a, "entry_key": key, "revision": 1} for a, key in told))
    rows = [delivery(number, of, to) for number, (of, to) in enumerate([(1, 1), (1, 2), (2, 1), (4, 1), (5, 1)], 1)]
    await put(store, "deliveries", *rows, delivery(6, 3, 1, "queued"), delivery(7, 3, 2))
    gone = await store.forget_old(NOW)
    assert gone is not None
    assert gone[Kept.DELIVERIES] == 2
    assert await kept(store, "deliveries") == [3, 4, 5, 6, 7]
    assert await kept(store, "alerts") == await kept(store, "alert_entries", "alert_id") + [5] == [2, 3, 4, 5]


async def test_the_newest_numbers_are_not_given_out_again(store: SqlStore) -> None:
    """A bot that had nothing to tell for years counts on where it stopped, so that no cursor is ahead of the news."""
    await put(store, "subscriptions", subscription(1, "ended", ago(days=900)))
    await put(store, "alerts", *(alert(each, ms_ago(days=900)) for each in (1, 2)))
    await put(store, "deliveries", *(delivery(each, each, 1) for each in (1, 2)))
    await store.forget_old(NOW)
    assert (await kept(store, "alerts"), await kept(store, "deliveries"), await kept(store, "subscriptions")) == (
        [2],
        [2],
        [1],
    )


async def test_only_chats_lost_for_long_are_forgotten(store: SqlStore) -> None:
    """Who paused is kept however long it was; who left or shut the bot out goes after the days the table says."""
    long, short = ago(days=401), ago(days=399)
    wanted = [("ended", long), ("unreachable", long), ("paused", long), ("active", long), ("unreachable", short)]
    places = [subscription(at, *each) for at, each in enumerate(wanted, 1)]
    await put(store, "subscriptions", *places, subscription(6, "ended", long), subscription(7))
    await put(store, "subscription_topics", {"subscription_id": 1, "topic": "sanctions", "mode": 0})
    await put(store, "digest_cursors", {"subscription_id": 2, "period": "daily", "last_day": "", "seen": 0})
    await put(store, "alerts", alert(1, ms_ago(days=9)))
    await put(store, "deliveries", delivery(1, 1, 6))
    gone = await store.forget_old(NOW)
    assert gone is not None
    assert gone[Kept.PLACES] == 2
    assert await kept(store, "subscriptions") == [3, 4, 5, 6, 7]
    assert await kept(store, "digest_cursors", "period") == await kept(store, "subscription_topics", "topic") == []


async def test_the_logs_are_never_shortened(store: SqlStore) -> None:
    """Ten years later every revision and every row of the audit log is there, and both chains hold."""
    await take_over(store, dossier(fact()))
    one, two = await act_of(store, "telegram:5"), await act_of(store, "telegram:6")
    await published(store, one, two, fact("new", "pubblicato"))
    await proposed(store, one, fact("newer", "proposto"))
    before = [await kept(store, table, "hash") for table in ("revisions", "audit")]
    await store.forget_old(NOW + timedelta(days=3650))
    assert [await kept(store, table, "hash") for table in ("revisions", "audit")] == before
    assert len(await kept(store, "proposals")) == 2
    assert await store.check() == ()


@pytest.mark.timeout(600)
async def test_forgetting_much_leaves_others_room_to_write(any_store: SqlStore) -> None:
    """While a year's messages are forgotten, whoever writes waits for a twentieth of a second at most."""
    store, many = any_store, 1_000_000 if NIGHTLY else 10_000
    await put(store, "subscriptions", *(subscription(each) for each in range(1, 101)))
    alerts = many // 100
    await put(store, "alerts", *(alert(each, ms_ago(days=500)) for each in range(1, alerts + 2)))
    await fill(store, many)
    waits: list[float] = []

    async def write() -> None:
        while True:
            began = time.perf_counter()
            await store.set_language("telegram:5", "it")
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(0.01)

    writing = asyncio.create_task(write())
    gone = await store.forget_old(NOW)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert gone is not None
    assert gone[Kept.DELIVERIES] == many - 1
    assert gone[Kept.UPDATES] == many
    assert sorted(waits)[int(len(waits) * 0.95)] < HELD_SECONDS * (1 if NIGHTLY else 4)


async def fill(store: SqlStore, many: int) -> None:
    """A delivery of each alert to each of a hundred, and as many numbers of updates."""
    statements: Sequence[str] = (
        """with recursive n(i) as (select 1 union all select i + 1 from n where i < :many)
        insert into deliveries (id, alert_id, subscription_id, deed, platform, priority, state, open, due_at)
        select i, 1 + (i - 1) / 100, 1 + (i - 1) % 100, 'post', 'telegram', 1, 'delivered', 0, 0 from n""",
        """with recursive n(i) as (select 1 union all select i + 1 from n where i < :many)
        insert into seen_updates (platform, id, at) select 'telegram', i, :at from n""",
    )

    async def work(connection: AsyncConnection) -> None:
        for each in statements:
            wanted = {"many": many} | ({"at": ago(days=9)} if ":at" in each else {})
            await connection.execute(text(each), wanted)

    await (await store._writing())._units.run_tx(work)
