"""What delivering needs from the outside, as protocols: the store's outbox and subscriptions, and platforms to send by.

Moments are milliseconds since 1970 (UTC) where they are numbers. Implementations: `storage`, `bot.adapters`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.deliveries import AlertKind, Delivery, Order, Settled
from bot.core.documents import Document
from bot.core.editorial import Act, Severity
from bot.core.entries import Entry
from bot.core.places import ChatRef, MessageRef, Platform, UserRef
from bot.core.subscriptions import Period, Slot, Subscription, SubscriptionStatus


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform may be written to: requests a second, and how many went out beside the outbox just now."""

    per_second: float
    spent: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """Deliveries that are this sender's until its lease ends, the most urgent first.

    starts_in, every: microseconds; the n-th may leave in starts_in + n * every from now on, whatever anybody's clock
    says. next_due: when the next one is due, where there is none now; None where nothing waits.
    """

    deliveries: tuple[Delivery, ...]
    starts_in: int = 0
    every: int = 0
    next_due: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An entry in an alert: as it was told, and what became of it since.

    entry: as readers see it now. told: the revision that the alert was made for. corrected_at: when it was changed
    last since then (UTC, ISO 8601), with that change's note; empty where it was not. before: as it was in `told`.
    """

    entry: Entry
    told: int
    corrected_at: str = ""
    note: str = ""
    before: Entry | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is told to chats.

    items: of an ALERT or a CORRECTION one, of a DIGEST or a NOTICE any number. period, day, late, merged: of a digest,
    the local day it is for, whether it comes late, and how many missed ones are in it. title: of a NOTICE. revision:
    what brought it about.
    """

    id: int
    kind: AlertKind
    severity: Severity
    created_at: int
    due_at: int
    items: tuple[Item, ...] = ()
    period: Period | None = None
    day: str = ""
    late: bool = False
    merged: int = 0
    title: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a publication would reach: chats by platform that hear of it at once, and how many in a digest."""

    at_once: Mapping[str, int] = field(default_factory=dict)
    in_digests: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an alert stands: deliveries by state, when it was due, when the last one changed."""

    alert: int
    kind: AlertKind
    label: str
    due_at: int
    counts: Mapping[str, int]
    last_at: int | None = None
    braked: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one alert in one chat, for `/why`. delivery: None where there never was one."""

    alert: int
    kind: AlertKind
    label: str
    topics: tuple[str, ...]
    state: str | None
    reason: str
    at: int | None
    subscription: Subscription | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A recurring notice: a title that is told on set days with what was published since the last time.

    days: Monday is 0. minute: of the day on the clock of `zone`. approved_by: None while it waits for somebody else.
    author, approved_by: pseudonyms.
    """

    id: int
    title: str
    days: tuple[int, ...]
    minute: int
    zone: str
    author: str
    approved_by: str | None = None
    ended: bool = False
    next_at: int | None = None


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A digest whose time has come. last_day: of the last slot that was dealt with; seen: the last news told."""

    subscription: Subscription
    period: Period
    last_day: str
    seen: int


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice whose time has come; see `DueDigest`."""

    notice: Notice
    last_day: str
    seen: int


@dataclass(frozen=True, slots=True)
class News:
    """A publication as digests choose from: its number, entry and revision, and whether it is there no more."""

    id: int
    entry: str
    revision: int
    topics: tuple[str, ...]
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """What is to be written for one due digest or notice, in one transaction.

    slots: the days dealt with, the last one is the one it is made for. news: what it tells, none for an empty one,
    which is not sent. seen: the last news looked at. next: when the one after it is due; None where there is none.
    skipped: it may have been sent before the database was put back, and is not sent again.
    """

    slots: tuple[Slot, ...]
    late: bool
    news: tuple[News, ...]
    seen: int
    next: Slot | None
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, for those who watch over the service.

    open: deliveries that have not come to their end, by platform and state. due: those of them, by platform, that are
    being sent or will be within a minute; the others wait on purpose. oldest: since when the first of these waits.
    uncertain: deliveries of the latest alerts that a person should look at, by platform. digest_at: when the last
    digest was made. digest_due: the first digest that should have been made by now; both None where there is none.
    """

    open: Mapping[tuple[str, str], int]
    due: Mapping[str, int]
    oldest: Mapping[str, int]
    uncertain: Mapping[str, int]
    digest_at: int | None
    digest_due: int | None
    braked: bool


class Outbox(Protocol):
    """The messages on their way. Part of the store; raises StoreError."""

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
        """Take up to `most` due deliveries, the most urgent first, and as many slots of the platform's rate.

        They are this owner's `until` then; whatever was started by another whose time is over counts as `lost`.
        """
        ...

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
        """Write down, in one transaction, what starts now, what is still under way, and what came of others.

        Returns those of `started` that may really leave: neither cancelled nor another owner's by now. What is
        settled by anybody but its owner is left alone.
        """
        ...

    async def release(self, owner: str, now: int) -> None:
        """Give back what is claimed and not started, at the end of a service."""
        ...

    async def next_due(self, platform: Platform, only: ChatRef | None = None) -> int | None:
        """When the next open delivery is due, also one that is claimed; None where nothing waits."""
        ...

    async def alert(self, alert: int) -> Alert | None:
        """What an alert tells, as of now: with what became of its entries since."""
        ...

    async def pauses(self, platform: Platform, now: int) -> dict[str, int]:
        """Until when which scopes are paused. The scope "" is the whole platform."""
        ...

    async def pause(self, platform: Platform, scope: str, until: int) -> None:
        """Have every process leave a scope alone until then, also after a restart.

        An earlier end than the kept one changes nothing.
        """
        ...

    async def braked(self) -> bool:
        """Whether nothing may be pushed: the operator stopped it, or the store is in safe mode or damaged."""
        ...

    async def set_brake(self, *, on: bool, at: str) -> None:
        """Stop all pushes, or let them go on."""
        ...

    async def counts(self, alert: int | None = None) -> dict[str, int]:
        """Deliveries by state, of one alert or of all; every state is in it."""
        ...

    async def progress(self, limit: int, *, alert: int | None = None) -> tuple[Progress, ...]:
        """Where the latest alerts stand, newest first."""
        ...

    async def backlog(self, now: int) -> Backlog:
        """What waits; it reads every open delivery, so ask seldom."""
        ...

    async def find_alert(self, label: str) -> int | None:
        """The alert people mean by `12`, `A-12`, or an entry's `F-12` or `F-12@2` (its latest)."""
        ...

    async def stalled(self, now: int) -> tuple[Progress, ...]:
        """Alerts to be worried about, each told once; none while the brake is on.

        That is: due for 30 s without having reached anybody, or no progress for 45 s while deliveries are due.
        """
        ...

    async def doubtful(self, limit: int) -> tuple[tuple[int, ChatRef, str], ...]:
        """Uncertain deliveries: number, chat, label of the alert."""
        ...

    async def settle_doubt(self, delivery: int, *, arrived: bool, now: int) -> bool:
        """Say of an uncertain delivery that it arrived, or have it sent again; False where it is not uncertain."""
        ...

    async def audience(self, entry: Entry, severity: Severity, now: int) -> Audience:
        """Whom a publication of this entry would reach."""
        ...

    async def fate(self, chat: ChatRef, alert: int | None, now: int) -> Fate | None:
        """What became of an alert in a chat; None asks for the last message there. None where there is nothing."""
        ...


class Subscribers(Protocol):
    """Who gets what. Part of the store; raises StoreError."""

    async def subscription(self, place: ChatRef) -> Subscription | None:
        """The subscription of a chat, topic or thread, also an ended one."""
        ...

    async def keep_subscription(self, subscription: Subscription, at: str, now: int) -> Subscription:
        """Keep a new or changed subscription, and when its next digests are due: never a second one for a local day."""
        ...

    async def set_status(self, place: ChatRef, status: SubscriptionStatus, reason: str, at: str) -> int:
        """Change the status of a place's subscription, and of its topics' where `place` is a whole chat.

        What waits for a place that is no longer active is cancelled. Becoming ACTIVE applies to UNREACHABLE ones only;
        becoming UNREACHABLE never applies to a topic with a `fallback`. Returns how many changed.
        """
        ...

    async def set_space_status(self, space: str, status: SubscriptionStatus, reason: str, at: str) -> int:
        """As `set_status`, for all channels of a Discord server."""
        ...

    async def move_place(self, old: ChatRef, new: ChatRef, at: str) -> None:
        """Carry a chat's subscriptions over to its new id; one that is there already stays, and the old one ends."""
        ...

    async def lately(self, subscription: Subscription, since: int, limit: int) -> tuple[Entry, ...]:
        """What it would have been told since then, newest first."""
        ...

    async def due_digests(self, now: int, limit: int) -> tuple[DueDigest, ...]:
        """Digests whose time has come; `keep_editions` puts those of places that are not active any more to rest."""
        ...

    async def news(self, after: int, now: int) -> tuple[News, ...]:
        """What was published after the news with this number and may be told now, oldest first."""
        ...

    async def keep_editions(self, editions: Sequence[tuple[DueDigest, Edition]], now: int) -> int:
        """Write digests: their slots, alerts and deliveries, in one transaction; returns how many are sent.

        A slot that is there already (`subscription`, period, local day) is not dealt with twice.
        """
        ...

    async def notices(self) -> tuple[Notice, ...]:
        """Recurring notices that have not ended, oldest first."""
        ...

    async def keep_notice(self, notice: Notice, act: Act, next_slot: Slot | None) -> Notice:
        """Keep a new or changed notice (a new one has the id 0), with a row of the audit log."""
        ...

    async def due_notices(self, now: int) -> tuple[DueNotice, ...]:
        """Approved notices whose time has come."""
        ...

    async def keep_notice_edition(self, due: DueNotice, edition: Edition, now: int) -> int:
        """As `keep_editions`, for a notice, which goes to every active subscription."""
        ...

    async def staging(self) -> tuple[ChatRef, ...]:
        """The chats into which rehearsals are posted."""
        ...

    async def set_staging(self, chat: ChatRef, act: Act, *, on: bool) -> None:
        """Post rehearsals into a chat from now on, or no longer."""
        ...


class Carrier(Protocol):
    """A platform as the sender sees it. Each call is one attempt; all raise Undelivered.

    keyed: attempts with the same `Order.key` make one message.
    """

    keyed: bool

    @property
    def connected(self) -> bool:
        """Whether anything can be sent at all."""
        ...

    def render(self, document: Document, kind: AlertKind, refs: tuple[str, ...]) -> object:
        """What `post` and `change` take: exactly one message, made once for all chats it goes to.

        kind, refs: what it tells of, for a platform whose messages are read by programs.
        """
        ...

    async def post(self, order: Order, payload: object) -> MessageRef:
        """Post a message; returns where it stands."""
        ...

    async def change(self, message: MessageRef, payload: object) -> None:
        """Change a message in place; one that reads so already is fine."""
        ...

    async def crosspost(self, message: MessageRef) -> None:
        """Publish a message of an announcement channel to those who follow it; one that is published is fine."""
        ...

    async def find(self, chat: ChatRef, mark: str, since: int) -> MessageRef | None:
        """Our message in a chat that shows `mark` and is not older than `since`; None where it is not there."""
        ...

    async def private_chat(self, user: UserRef) -> ChatRef:
        """The private chat with a person."""
        ...


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """A chat has another id now."""

    old: ChatRef
    new: ChatRef


@dataclass(frozen=True, slots=True)
class ChatLost:
    """The bot was shut out of a chat, or a topic was closed or deleted."""

    chat: ChatRef
    reason: str


@dataclass(frozen=True, slots=True)
class ChatBack:
    """The bot may write into a chat, or a topic, again."""

    chat: ChatRef


@dataclass(frozen=True, slots=True)
class SpaceLost:
    """The bot was removed from a Discord server. A server that is down is not lost."""

    space: str
    reason: str


@dataclass(frozen=True, slots=True)
class SpaceBack:
    """The bot was added to a Discord server again."""

    space: str


ChatEvent = ChatMoved | ChatLost | ChatBack | SpaceLost | SpaceBack
