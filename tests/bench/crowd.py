"""A store with many subscribers, and a desk that tells them something."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

from bot.core import editorial
from bot.core.authority import Role, Standing
from bot.core.editorial import Act, Policy, Proposal, ProposalKind
from bot.core.entries import Entry, EntryKind
from bot.core.places import Platform, UserRef
from bot.core.times import stamp
from storage import SqlStore
from tests.bench.floors import FIRST_CHANNEL, TEXT

FIRST = {Platform.TELEGRAM: 1, Platform.DISCORD: FIRST_CHANNEL}
AT_ONCE = Policy(undo_seconds=0)

SUBSCRIBE = """
    insert into subscriptions (place, platform, chat, kind, locale, zone, mode, silent, digest_at, weekday, fallback,
        status, active, since, reason, created_at)
    values (?1, ?2, ?1, ?3, ?4, 'Europe/Rome', 0, 0, 540, 0, 0, 'active', 1, ?5, '', ?5)"""
FIRST_ATTEMPTS = """
    select min(d.first_at) - a.due_at from alerts a join deliveries d on d.alert_id = a.id
    where d.first_at is not null group by a.id order by a.id"""


def subscribe(path: Path, platform: Platform, chats: int) -> None:
    """Subscribe so many private chats, or channels on Discord, every other one Italian, behind the store's back."""
    kind = "private" if platform is Platform.TELEGRAM else "group"
    first, at = FIRST[platform], stamp(datetime.now(UTC))
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.executemany(
                SUBSCRIBE,
                (
                    (f"{platform.value}:{first + chat}", platform.value, kind, "it" if chat % 2 else "en", at)
                    for chat in range(chats)
                ),
            )
        connection.execute("pragma wal_checkpoint(truncate)")
    finally:
        connection.close()


class NewsDesk:
    """Publishes by the way that every publication goes, in a process of its own beside the one that sends."""

    def __init__(self, path: Path, store: SqlStore) -> None:
        self.path = path
        self._store = store
        self._numbers = count(1)

    async def publish(self) -> float:
        """Tell all subscribers of a new fact; returns when it was due, by `time.monotonic`."""
        number = next(self._numbers)
        author = await self._act(f"{number}01", Role.CONTRIBUTOR)
        text = TEXT.partition("\n\n")[2]
        entry = Entry("", EntryKind.FACT, {"it": text, "en": text}, await self._sources())
        wanted = Proposal(0, ProposalKind.ADD, entry, (author.account,), author.at)
        proposal = await self._store.propose(wanted, author)
        editor, due = await self._act(f"{number}02", Role.EDITOR), time.monotonic()
        await self._store.decide(proposal.id, partial(editorial.approve, act=editor), editor, AT_ONCE)
        return due

    async def _act(self, number: str, role: Role) -> Act:
        # New people each time: nobody may publish as much in a minute as is measured.
        at = stamp(datetime.now(UTC))
        account = await self._store.enrol(UserRef(Platform.TELEGRAM, number), at)
        return Act(account.pseudonym, account.person, Standing(role), at, "telegram")

    async def _sources(self) -> tuple[str, ...]:
        rows = await self._store._database.fetch("select id from sources order by id limit 1")
        return (rows[0][0],)

    async def brake(self, *, on: bool) -> None:
        """Have the sender stop, or go on."""
        await self._store.outbox.set_brake(on=on, at=stamp(datetime.now(UTC)))

    async def first_attempts(self) -> list[float]:
        """Of each alert: seconds from when it was due to the first attempt to send it."""
        return [row[0] / 1000 for row in await self._store._database.fetch(FIRST_ATTEMPTS)]

    async def open_rows(self) -> int:
        """How many deliveries have not come to their end."""
        return int((await self._store._database.fetch("select count(*) from deliveries where open = 1"))[0][0])
