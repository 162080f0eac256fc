"""The outbox as the services see it: `bot.core.outbox.Outbox`. `tracking` and `alerts` read, `sending` writes."""

# ruff: noqa: D102 – the port has the docstrings; one promise should not stand in two places
from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.core.deliveries import Settled
from bot.core.editorial import Severity
from bot.core.entries import Entry
from bot.core.outbox import Alert, Audience, Backlog, Claim, Fate, Pace, Progress
from bot.core.places import ChatRef, Platform
from storage import alerts, tracking, waiting
from storage.reader import Database

if TYPE_CHECKING:
    from storage.writer import Writer


class SqlOutbox:
    """See `bot.core.outbox.Outbox` for what each method promises. Part of `SqlStore`."""

    def __init__(
        self, database: Database, writing: Callable[[], Awaitable[Writer]], note: Callable[[int], None]
    ) -> None:
        """`note` keeps beside the database how far it has come."""
        self._database = database
        self._writing = writing
        self._note = note

    async def claim(
        self,
        platform: Platform,
        *,
        owner: str,
        now: int,
        until: int,
        most: int,
        pace: Pace,
        only: ChatRef | None = None,
    ) -> Claim:
        sending = (await self._writing()).outbox
        claim, generation = await sending.claim(
            platform, owner=owner, now=now, until=until, most=most, pace=pace, only=only
        )
        if generation:  # kept beside the database before anything of it is sent
            self._note(generation)
        return claim

    async def journal(
        self,
        owner: str,
        *,
        now: int,
        until: int,
        started: Sequence[int] = (),
        renewed: Sequence[int] = (),
        settled: Sequence[Settled] = (),
    ) -> frozenset[int]:
        sending = (await self._writing()).outbox
        if self._database.broken.known:
            started = ()
        return await sending.journal(owner, now=now, until=until, started=started, renewed=renewed, settled=settled)

    async def release(self, owner: str, now: int) -> None:
        await (await self._writing()).outbox.release(owner, now)

    async def pause(self, platform: Platform, scope: str, until: int) -> None:
        await (await self._writing()).outbox.pause(platform, scope, until)

    async def set_brake(self, *, on: bool, at: str) -> None:
        await (await self._writing()).outbox.set_brake(on=on, at=at)

    async def stalled(self, now: int) -> tuple[Progress, ...]:
        # Looked for by reading, so that the writer is not kept busy every few seconds by what is nearly never there.
        if not (found := await tracking.stalled(self._database, now)):
            return ()
        return await (await self._writing()).outbox.warn(found)

    async def settle_doubt(self, delivery: int, *, arrived: bool, now: int) -> bool:
        return await (await self._writing()).outbox.settle_doubt(delivery, arrived=arrived, now=now)

    async def alert(self, alert: int) -> Alert | None:
        return await alerts.alert(self._database, alert)

    async def pauses(self, platform: Platform, now: int) -> dict[str, int]:
        return await tracking.pauses(self._database, platform, now)

    async def braked(self) -> bool:
        return self._database.broken.known or await tracking.braked(self._database)

    async def counts(self, alert: int | None = None) -> dict[str, int]:
        return await tracking.counts(self._database, alert)

    async def progress(self, limit: int, *, alert: int | None = None) -> tuple[Progress, ...]:
        return await tracking.progress(self._database, limit, alert)

    async def backlog(self, now: int) -> Backlog:
        return await tracking.backlog(self._database, now)

    async def find_alert(self, label: str) -> int | None:
        return await alerts.find_alert(self._database, label)

    async def doubtful(self, limit: int) -> tuple[tuple[int, ChatRef, str], ...]:
        return await tracking.doubtful(self._database, limit)

    async def audience(self, entry: Entry, severity: Severity, now: int) -> Audience:
        return await alerts.audience(self._database, entry, severity, now)

    async def fate(self, chat: ChatRef, alert: int | None, now: int) -> Fate | None:
        return await alerts.fate(self._database, chat, alert, now)

    async def next_due(self, platform: Platform, only: ChatRef | None = None) -> int | None:
        return await waiting.next_due(self._database, platform, only)
