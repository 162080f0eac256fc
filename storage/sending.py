"""Writing the outbox: claims, what starts, what came of it, pauses and the brake. Each call in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, text, update

from bot.core.deliveries import DeliveryState, Settled
from bot.core.leases import News
from bot.core.outbox import Claim, Pace, Progress
from bot.core.places import ChatRef, Platform
from storage import claims, pacing, safekeeping, settling
from storage.bodies import canonical
from storage.engine import UnitsOfWork
from storage.notifying import notify
from storage.schema import alerts, deliveries, meta
from storage.superseding import cancel_superseded
from storage.tracking import BRAKE

_BRAKE = text(BRAKE)


class OutboxWriter:
    """The writing half of `storage.outbox.SqlOutbox`; see `bot.core.outbox.Outbox` for what the methods promise."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    async def claim(
        self, platform: Platform, *, owner: str, now: int, until: int, most: int, pace: Pace, only: ChatRef | None
    ) -> tuple[Claim, int]:
        """See `Outbox.claim`; and how far the database has come by it (`storage.safety`), 0 where it claims nothing."""

        def work(connection: Connection) -> tuple[Claim, int]:
            if connection.scalar(_BRAKE):  # set since the sender looked; who sets it may rely on nothing leaving now
                return Claim(()), 0
            claim = claims.claim(
                connection, platform, owner=owner, now=now, until=until, most=most, pace=pace, only=only
            )
            return claim, safekeeping.advance(connection) if claim.deliveries else 0

        return await self._units.run_in_thread(work)

    async def journal(
        self,
        owner: str,
        *,
        now: int,
        until: int,
        started: Sequence[int],
        renewed: Sequence[int],
        settled: Sequence[Settled],
    ) -> frozenset[int]:
        """See `Outbox.journal`."""
        return await self._units.run_in_thread(
            lambda connection: settling.journal(
                connection, owner, now=now, until=until, started=started, renewed=renewed, settled=settled
            )
        )

    async def release(self, owner: str, now: int) -> None:
        """See `Outbox.release`."""
        mine = and_(deliveries.c.owner == owner, claims.OPEN, deliveries.c.state == DeliveryState.QUEUED.value)
        free = update(deliveries).where(mine).values(owner="", due_at=now)

        def work(connection: Connection) -> None:
            if connection.execute(free).rowcount:
                notify(connection, News.OUTBOX)

        await self._units.run_in_thread(work)

    async def pause(self, platform: Platform, scope: str, until: int) -> None:
        """See `Outbox.pause`."""
        await self._units.run_in_thread(lambda connection: pacing.pause(connection, platform, scope, until))

    async def set_brake(self, *, on: bool, at: str) -> None:
        """See `Outbox.set_brake`."""
        value = canonical({"on": True, "at": at}) if on else ""
        kept = update(meta).where(meta.c.key == "brake").values(value=value)

        def work(connection: Connection) -> None:
            connection.execute(kept)
            notify(connection, News.OUTBOX)

        await self._units.run_in_thread(work)

    async def warn(self, found: tuple[Progress, ...]) -> tuple[Progress, ...]:
        """Mark alerts as told of; returns those that were not yet."""
        new = and_(alerts.c.id.in_([each.alert for each in found]), alerts.c.warned == 0)

        def work(connection: Connection) -> set[int]:
            return set(connection.scalars(update(alerts).where(new).values(warned=1).returning(alerts.c.id)))

        marked = await self._units.run_in_thread(work)
        return tuple(each for each in found if each.alert in marked)

    async def settle_doubt(self, delivery: int, *, arrived: bool, now: int) -> bool:
        """See `Outbox.settle_doubt`."""
        uncertain = and_(deliveries.c.id == delivery, deliveries.c.state == DeliveryState.UNCERTAIN.value)
        values: dict[str, object] = {"state": DeliveryState.DELIVERED.value, "settled_at": now, "reason": ""}
        if not arrived:
            values = {"state": DeliveryState.QUEUED.value, "open": 1, "lost": 0, "due_at": now, "settled_at": None}

        def work(connection: Connection) -> bool:
            found = (connection.execute(update(deliveries).where(uncertain).values(values))).rowcount
            if found and not arrived:
                cancel_superseded(connection, [delivery], now)
                notify(connection, News.OUTBOX)
            return bool(found)

        return await self._units.run_in_thread(work)
