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
    """From `start` until `end` nothing is sent but flashes; across midnight where `end` is the earlier one.

    Where both are the same there are none: quiet hours without an end would hold messages until they are worth nothing.
    """

    start: int
    end: int

    def until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours that `now` falls into end (UTC); None where it falls into none.

        They last from the first time that clocks show `start` to the first time that they then show `end`: an hour
        that comes twice neither wakes anybody in the middle of the night nor makes it quiet once more.
        """
        crosses = timedelta(days=1 if self.end < self.start else 0)
        today = now.astimezone(zone).date()
        for day in (today, today - timedelta(days=1)):
            if moment_on(day, self.start, zone) <= now < (end := moment_on(day + crosses, self.end, zone)):
                return end
        return None


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

    def slots(self, period: Period, after: str) -> Iterator[Slot]:
        """When its digests are due on days after the day `after`; see `slots`."""
        weekday = self.weekday if period is Period.WEEKLY else None
        return slots(after, minute=self.digest_at, weekday=weekday, zone=zone_of(self.zone))


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


def slots(after: str, *, minute: int, weekday: int | Collection[int] | None, zone: ZoneInfo) -> Iterator[Slot]:
    """The slots on days after the day `after` (`2026-03-28`), one each, in order and without end.

    weekday: only such a day, or such days (Monday is 0). Each slot lies on its own day: where clocks are put forward
    over the end of a day that the time falls into (as in Nuuk, from 23:00 to midnight), it is the day's last second.
    A day that the calendar of a zone leaves out has none.
    """
    wanted = (weekday,) if isinstance(weekday, int) else weekday
    day = date.fromisoformat(after)
    while True:
        day += timedelta(days=1)
        if wanted is not None and day.weekday() not in wanted:
            continue
        moment = moment_on(day, minute, zone)
        if moment.astimezone(zone).date() > day:
            moment -= timedelta(seconds=1)
        if moment.astimezone(zone).date() == day:
            yield Slot(day.isoformat(), moment)


def split(coming: Iterator[Slot], now: datetime) -> tuple[tuple[Slot, ...], Slot]:
    """Of slots in their order: those whose moment has come, and the first one that is still to come."""
    due: list[Slot] = []
    for slot in coming:
        if slot.moment > now:
            return tuple(due), slot
        due.append(slot)
    raise ValueError("slots end")


def dealt_with(now: datetime, minute: int, zone: ZoneInfo) -> str:
    """The last day for which nothing is due any more, for somebody who begins now: today once its time is past."""
    today = now.astimezone(zone).date()
    past = moment_on(today, minute, zone) <= now
    return (today if past else today - timedelta(days=1)).isoformat()


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; UTC for one that the time zone database has dropped since it was chosen."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
