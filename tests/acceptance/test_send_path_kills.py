"""A machine that dies at any moment between the desk and a chat: what was begun is brought to its one end."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.core.authority import Role
from bot.core.deliveries import milliseconds
from bot.core.places import ChatRef
from bot.core.subscriptions import Mode, PlaceKind, QuietHours, Subscription
from storage import open_store
from tests.acceptance.boundaries import AFTER_COMMIT, Mother, mother
from tests.acceptance.send_path import ANNOUNCEMENTS, CHANNEL, CUT, DAILY, FIXED, LIMITED, PLAIN, QUIET, lines
from tests.builders import AT, article, dossier, fact
from tests.newsroom import join
from tests.stores import copy_of, rows, take_over

pytestmark = pytest.mark.asyncio(loop_scope="module")

NIGHTLY = bool(os.environ.get("PACTWATCH_NIGHTLY"))
LEASE, NEARBY = 15, 12
FIRST, CORRECTED = "Envoys met on Monday.", "Envoys met on Tuesday."
ACTS = {
    "publish": 0,
    "post on Telegram": 10,
    "post on Discord": 10,
    "correct": 60,
    "change on Telegram": 70,
    "change on Discord": 70,
    "make digests": 25 * 3600,
}
"""Each act follows those above it, so many seconds after AT."""
CLAIM, START = "UPDATE deliveries SET state=?, due_at=?, owner=?, lost=", "first_at=coalesce"
VALUE = re.compile(r"%\(\w+\)s(?:::\w+)?")
"""Where a value stands in a statement on PostgreSQL; on SQLite it is a question mark."""
DONE, AGAIN, RELEASE = "settled_at=?, chat=coalesce", "replaces=?", "UPDATE deliveries SET due_at=?, owner=?"
SEND = (CLAIM, "UPDATE limits SET tat", START, DONE, RELEASE)
WRITES = {
    "publish": ("insert into deliveries", "INSERT INTO alerts", "INSERT INTO alert_entries", "INSERT INTO audit"),
    "post on Telegram": (*SEND, AGAIN, "SET paused_until"),
    "post on Discord": (*SEND, "INSERT INTO deliveries"),
    "correct": ("update deliveries set state='cancelled'", "insert into deliveries", "INSERT INTO audit"),
    "change on Telegram": (*SEND, AGAIN),
    "change on Discord": SEND,
    "make digests": (
        "INSERT INTO digest_slots",
        "UPDATE digest_cursors",
        "INSERT INTO alerts",
        "INSERT INTO deliveries",
    ),
}
"""What stands in statements that an act is made of."""


@dataclass(frozen=True)
class Place:
    """A database, and a folder with the requests that platforms took."""

    folder: Path
    database: str

    @property
    def wall(self) -> Path:
        return self.folder / "wall"

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Place]:
        """A copy of it, until the end."""
        shutil.copytree(self.folder, folder)
        with copy_of(self.database, folder / "store.db") as url:
            yield Place(folder, url)
        shutil.rmtree(folder)

    def line(self, *acts: str, at: float, boundary: int = 0) -> str:
        """What `send_path` is told."""
        return json.dumps(
            {"database": self.database, "wall": str(self.wall), "acts": acts, "at": at, "boundary": boundary}
        )

    def rows(self, sql: str) -> list[Any]:
        return rows(self.database, sql)

    def print(self) -> str:
        """The same for two places between which nothing differs but moments and the names of senders."""
        assert not self.database.startswith("sqlite") or self.rows("pragma quick_check") == [("ok",)]
        return repr([*(self.rows(each) for each in STATE), lines(self.wall)])


STATE = (
    """select id, alert_id, subscription_id, target, deed, priority, state, open, owner <> '', attempts, lost, replaces,
        chat, message, reason from deliveries order by id""",
    "select platform, scope from limits order by 1, 2",
    "select id, cancelled from alerts order by 1",
    "select subscription_id, period, local_date from digest_slots order by 1, 2, 3",
    "select subscription_id, next_at from digest_cursors order by 1",
    "select id, state from proposals order by 1",
    "select max(seq) from revisions",
    "select max(seq) from audit",
)


async def founded(place: Place) -> None:
    """A store with a fact that waits for approval, and one subscription of each sort."""
    quiet = QuietHours(0, 23 * 60 + 59)
    wishes: dict[str, dict[str, Any]] = {each: {} for each in (PLAIN, LIMITED, FIXED, CUT, CHANNEL)}
    wishes |= {QUIET: {"quiet": quiet}, DAILY: {"mode": Mode.DAILY}, ANNOUNCEMENTS: {"kind": PlaceKind.ANNOUNCEMENT}}
    store = await open_store(place.database)
    await take_over(store, dossier(article()))
    for chat, wish in wishes.items():
        plain = Subscription(ChatRef.parse(chat), PlaceKind.PRIVATE, "en", "UTC")
        now = milliseconds(datetime.fromisoformat(AT))
        await store.subscribers.keep_subscription(replace(plain, **wish), AT, now)
    writer = await join(store, "1", Role.CONTRIBUTOR)
    await join(store, "2")
    await writer.propose(fact("", {"en": FIRST}))
    await store.close()


async def propose_correction(place: Place) -> None:
    store = await open_store(place.database)
    writer = await join(store, "1", Role.CONTRIBUTOR)
    published = await store.proposal(1)
    current = await store.entry(published.entry.key)
    await writer.propose(replace(current, text={"en": CORRECTED}), at=30)
    await store.close()


async def before(act: str, place: Place, parent: Mother) -> Place:
    """A place in which everything above an act was done, and nothing else."""
    await founded(place)
    for name, at in ACTS.items():
        if name == "correct":
            await propose_correction(place)
        if name == act:
            break
        assert (await parent.live(place.line(name, at=at))).killed is None
    return place


def plain(statement: str) -> str:
    """A statement as it would be written on SQLite."""
    return VALUE.sub("?", statement).replace(" = ", "=")


def boundaries(passed: list[str]) -> list[int]:
    """The numbers of the boundaries at which a child is killed.

    Between the end of one statement and the beginning of the next, nothing happens in a transaction: where time is
    short, one of the two stands for both.
    """
    every = range(1, len(passed) + 1)
    begins = {1, *(number + 1 for number in every if passed[number - 1] == AFTER_COMMIT)}
    return [number for number in every if NIGHTLY or passed[number - 1].startswith("after") or number in begins]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def parent() -> AsyncIterator[Mother]:
    async with mother("tests.acceptance.send_path") as opened:
        yield opened


@pytest.mark.timeout(600)
@pytest.mark.parametrize("act", ACTS)
async def test_a_kill_at_any_moment_is_made_good(act: str, parent: Mother, own_url: str, tmp_path: Path):
    """Killed before or after any statement or commit, the next start brings every chat what it was to get."""
    (tmp_path / "before").mkdir()
    template, at = await before(act, Place(tmp_path / "before", own_url), parent), ACTS[act]
    with template.copied(tmp_path / "whole") as place:
        whole = await parent.live(place.line(act, at=at))
    killed: list[str] = []
    recovered: set[str] = set()

    async def kill(boundary: int) -> None:
        with template.copied(tmp_path / "killed") as place:
            told = await parent.live(place.line(act, at=at, boundary=boundary))
            killed.extend(filter(None, [told.killed]))
            # What a crash leaves behind need be made good but once.
            if (left := place.print()) not in recovered:
                recovered.add(left)
                doubts = place.rows(DOUBTS)[0][0]
                await parent.live(place.line(act, "finish", at=at + LEASE + 1))
                made_good(place, doubts, act)

    def missed() -> list[str]:
        return [each for each in WRITES[act] if not any(each in plain(one) for one in killed)]

    for boundary in boundaries(whole.passed):
        await kill(boundary)
    print(f"{act}: killed at {len(killed)} of {len(whole.passed)} boundaries, recovered from {len(recovered)} states")
    assert len(killed) > 0.9 * len(boundaries(whole.passed)), "the way is the same each time"
    # Outcomes that fall into one moment share a statement, and connections take turns in another order each time: what
    # was the number of one statement may then be that of another.
    for distance in sorted(range(-NEARBY, NEARBY + 1), key=abs):
        for boundary, what in enumerate(whole.passed, 1):
            if any(each in plain(what) for each in missed()):
                await kill(max(0, boundary + distance))
    assert not missed()


DOUBTS = """
    select count(*) from deliveries
    where state = 'started' and platform = 'telegram' and (deed = 'post' or replaces = 1)"""
ENDS = """
    select s.place, d.deed, d.state, d.reason, d.open from deliveries d
    join subscriptions s on s.id = d.subscription_id"""


def made_good(place: Place, doubts: int, act: str) -> None:
    """Check what chats have in the end. doubts: messages that were under way on Telegram at the kill."""
    done = list(ACTS)[: list(ACTS).index(act) + 1]
    corrected = "correct" in done
    ends = [dict(zip(("chat", "deed", "state", "reason", "open"), each, strict=True)) for each in place.rows(ENDS)]
    assert all(each["chat"] == QUIET for each in ends if each["open"]), "nothing is stuck"
    uncertain = {each["chat"] for each in ends if each["state"] == "uncertain"}
    assert uncertain <= {CUT}, "one kill alone leaves nothing uncertain"
    wall = lines(place.wall)
    posts = Counter(each["chat"] for each in wall if each["did"] == "post")
    # A message that can't be changed is followed by another one; one whose answer was lost is sent again.
    least = Counter([PLAIN, LIMITED, FIXED, CUT, CHANNEL, ANNOUNCEMENTS])
    if corrected:
        least[FIXED] += 1
    if CUT not in uncertain:
        least[CUT] += 1
    if "make digests" in done:
        least[DAILY] += 1
    assert not least - posts, "nothing is lost"
    surplus = posts - least
    assert surplus.total() <= doubts, f"doubled is only what was under way: {surplus}"
    assert not {CHANNEL, ANNOUNCEMENTS} & set(surplus), "Discord has each message once"
    published = {each["message"] for each in wall if each["did"] == "crosspost"}
    assert published == {each["message"] for each in wall if each["did"] == "post" and each["chat"] == ANNOUNCEMENTS}
    states = Counter((each["deed"], each["state"]) for each in ends)
    assert states["crosspost", "delivered"] == 1
    if corrected:
        for chat in {PLAIN, LIMITED, FIXED, CUT, CHANNEL, ANNOUNCEMENTS} - uncertain:
            shown = [CORRECTED in each["text"] for each in wall if each["chat"] == chat and "text" in each]
            assert shown == sorted(shown), "no old text after the new one"
            assert shown[-1], "the last that is seen is the correction"
