"""Who gets what when: subscriptions, quiet hours, and the moments at which digests are due. Pure.

Times of day are minutes after midnight on the chat's own clock; moments are aware datetimes in UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.places import ChatRef

DAY_MINUTES = 24 * 60
MONDAY = 0


class Mode(StrEnum):
    """How soon a chat hears of a topic."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


MODES = tuple(Mode)
"""From soonest to never. A mode's place in here is the number that the store keeps."""


class Period(StrEnum):
    """What a digest covers."""

    DAILY = "daily"
    WEEKLY = "weekly"


class PlaceKind(StrEnum):
    """What sort of place a subscription posts to.

    channel: of Telegram, where only the bot and the admins write. announcement: of Discord, whose messages are
    published to the servers that follow it.
    """

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"
    ANNOUNCEMENT = "announcement"


class SubscriptionStatus(StrEnum):
    """ACTIVE gets messages. PAUSED asked for none. UNREACHABLE can't be written to for now. ENDED unsubscribed."""

    ACTIVE = "active"
    PAUSED = "paused"
    UNREACHABLE = "unreachable"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until `end` nothing is sent but flashes; across midnight where `end` is the earlier one."""

    start: int
    end: int

    def until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours that `now` falls into end (UTC); None where it falls into none."""
        local = now.astimezone(zone)
        minute = local.hour * 60 + local.minute
        crosses = self.end <= self.start
        if not (minute >= self.start or minute < self.end if crosses else self.start <= minute < self.end):
            return None
        days = 1 if crosses and minute >= self.start else 0
        end = moment_on(local.date() + timedelta(days=days), self.end, zone)
        # In the hour that comes twice the end may be past already: then it is the second time round.
        return end if end > now else None


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one place wants to hear, and how.

    id: 0 until it is kept. mode: for whatever `topics` does not name; OFF where only those are wanted. silent: without
    a sound. digest_at, weekday: when digests come, Monday being 0. fallback: a message for a topic that was closed
    may go to the main chat. since: when the status began (UTC); reason: why, where it is not ACTIVE. space: the server
    that a Discord channel belongs to.
    """

    place: ChatRef
    kind: PlaceKind
    locale: str
    zone: str
    id: int = 0
    mode: Mode = Mode.INSTANT
    topics: Mapping[str, Mode] = field(default_factory=dict)
    silent: bool = False
    digest_at: int = 9 * 60
    weekday: int = MONDAY
    quiet: QuietHours | None = None
    fallback: bool = False
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    since: str = ""
    reason: str = ""
    space: str | None = None

    def mode_for(self, topics: Collection[str]) -> Mode:
        """How soon news under these topics is wanted: the soonest of what is wanted for each of them.

        The fan-out says the same in SQL (`storage.fanout`); a test compares the two.
        """
        return min((self.topics.get(each, self.mode) for each in topics), key=MODES.index, default=self.mode)

    def periods(self) -> tuple[Period, ...]:
        """Which digests it gets."""
        wanted = {self.mode, *self.topics.values()}
        return tuple(period for period in Period if Mode(period.value) in wanted)


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest that is due: for a day (`2026-03-29`) on the chat's calendar, at a moment (UTC)."""

    date: str
    moment: datetime


def moment_on(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which clocks in `zone` show this on `day`.

    The first one where it comes twice; where it is skipped, the moment at which clocks are put forward.
    """
    meant = datetime.combine(day, time(minute // 60, minute % 60))
    # PEP 495: in a gap fold=0 reads with the offset before it and so lands after it, fold=1 the other way round.
    early, late = (meant.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None) == meant:
        return early
    return _transition(late, early, zone)


def _transition(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment in (before, after] at which the zone's offset changes."""
    offset = before.astimezone(zone).utcoffset()
    low, high = before, after
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == offset else (low, middle)
    # Clocks change at whole seconds, and halving leaves a fraction behind.
    return high.replace(microsecond=0)


def slots(after: str, *, minute: int, weekday: int | None, zone: ZoneInfo) -> Iterator[Slot]:
    """The slots on days after the day `after` (`2026-03-28`), one each, in order and without end.

    weekday: only such days (Monday is 0). A day that the calendar of a zone leaves out has none.
    """
    day = date.fromisoformat(after)
    while True:
        day += timedelta(days=1)
        if weekday is not None and day.weekday() != weekday:
            continue
        moment = moment_on(day, minute, zone)
        if moment.astimezone(zone).date() == day:
            yield Slot(day.isoformat(), moment)
