"""What becomes of a message on its way to a chat: its states, what can go wrong, and what then. Pure.

    queued ─► started ─► delivered          `started` is written just before the request leaves, so that after a crash
      ▲          │   ├─► rejected           only what was under way is in doubt. Telegram can't be asked whether a
      └──────────┘   └─► uncertain          message came through: after a lost answer it is sent once more at most and
    queued ─► expired, cancelled            then left `uncertain`, to be looked at by a person.

Moments are milliseconds since 1970 (UTC), as the outbox keeps them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum, StrEnum

from bot.core.places import ChatRef, MessageRef, Platform
from bot.core.sanitize import clean
from bot.core.subscriptions import PlaceKind, QuietHours, SubscriptionStatus


class DeliveryState(StrEnum):
    """Where a delivery stands; the last five are final. The values are public (`pactwatch deliveries --json`)."""

    QUEUED = "queued"
    STARTED = "started"
    DELIVERED = "delivered"
    UNCERTAIN = "uncertain"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


OPEN_STATES = frozenset({DeliveryState.QUEUED, DeliveryState.STARTED})


class Priority(IntEnum):
    """What goes first where not everything can. Replies to people go before all of it."""

    CORRECTION = 0
    FLASH = 1
    NORMAL = 2
    DIGEST = 3


class AlertKind(StrEnum):
    """What is told. The values are public (`"kind"` of what `chat --json` is pushed)."""

    ALERT = "alert"
    CORRECTION = "correction"
    DIGEST = "digest"
    NOTICE = "notice"


class Deed(StrEnum):
    """What a delivery does: post a message, change one that stands, or publish one to those who follow the channel."""

    POST = "post"
    EDIT = "edit"
    CROSSPOST = "crosspost"


class Trouble(StrEnum):
    """Why a message did not get through."""

    UNREACHED = "unreached"
    """The request never left: sending it again is safe."""
    OUTAGE = "outage"
    """The platform says that it could not do it."""
    LOST = "lost"
    """It may have been carried out, but the answer did not come."""
    CHAT_LIMIT = "chat-limit"
    """Too much for this chat, or for this kind of request there."""
    LIMIT = "limit"
    """Too much for the whole bot."""
    MOVED = "moved"
    """The chat has another id now."""
    GONE = "gone"
    """The chat is no more, or has shut the bot out."""
    TOPIC_GONE = "topic-gone"
    """The topic or thread is closed or deleted; the chat is there."""
    UNEDITABLE = "uneditable"
    """The message is gone or can't be changed any more."""
    REFUSED = "refused"
    """The platform will never take this request."""
    OFF = "off"
    """The platform is not connected, or the token is no use: nothing can be sent at all."""


class Undelivered(Exception):
    """A message did not get through. seconds: how long to wait, where the platform says so. chat: the new one."""

    def __init__(
        self, trouble: Trouble, reason: str, *, seconds: float | None = None, chat: ChatRef | None = None
    ) -> None:
        super().__init__(reason)
        self.trouble = trouble
        self.reason = reason
        self.seconds = seconds
        self.chat = chat


@dataclass(frozen=True, slots=True)
class Order:
    """Where a message goes. key: the same for every attempt, so that a platform that knows keys makes it one message.

    reply_to: the message that it corrects, in the same chat.
    """

    chat: ChatRef
    key: str
    silent: bool = False
    reply_to: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way, as claimed, with what is known of its chat by now.

    alert: what is told. subscription: 0 where it has none any more. to: where it goes now; for an EDIT or a CROSSPOST,
    `message` is the one it is about and `original` the alert that one was posted for. blocked: that message is itself
    still on its way, or another change of it is. lost: attempts whose answer did not come. first_at: the first attempt.
    replaces: an EDIT that could not be made and is a post now, in reply to `message` where that is possible.
    """

    id: int
    alert: int
    subscription: int
    deed: Deed
    to: ChatRef
    kind: PlaceKind
    locale: str
    zone: str
    priority: Priority
    state: DeliveryState
    expires_at: int
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    quiet: QuietHours | None = None
    silent: bool = False
    fallback: bool = False
    attempts: int = 0
    lost: int = 0
    first_at: int | None = None
    message: MessageRef | None = None
    original: int = 0
    blocked: bool = False
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of a delivery, to be written down.

    due_at: when it may be tried again, of an open one. message: the one that stands now. suspend: the chat is not to
    be written to until it comes back. moved: the chat's new reference, for everything that goes there. redirect: where
    this one goes instead. replaces: see `Delivery`. crosspost: the message is to be published as well.
    """

    id: int
    state: DeliveryState
    due_at: int = 0
    attempts: int = 0
    lost: int = 0
    reason: str = ""
    message: MessageRef | None = None
    suspend: bool = False
    moved: ChatRef | None = None
    redirect: ChatRef | None = None
    replaces: bool = False
    crosspost: bool = False


MAX_REASON = 200
QUIET = "quiet hours"
"""Why a message waits for the end of a chat's quiet hours."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
BLOCKED_MS = 1_000
MAX_LOST = 2
"""Attempts of a post whose answer was lost, where the platform has no keys: the second one was the last."""
UNKNOWN_WAIT = 60.0
"""Seconds, where a platform says "too many" and not for how long."""


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def moment_of(ms: int) -> datetime:
    """The moment (UTC) of so many milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def delivered(delivery: Delivery, message: MessageRef | None) -> Settled:
    """It got through. message: None where nothing new stands there."""
    return Settled(
        delivery.id,
        DeliveryState.DELIVERED,
        attempts=delivery.attempts + 1,
        lost=delivery.lost,
        message=message,
        moved=_moved(delivery, message),
        crosspost=delivery.kind is PlaceKind.ANNOUNCEMENT and message is not None,
    )


def _moved(delivery: Delivery, message: MessageRef | None) -> ChatRef | None:
    """A group that became a supergroup tells of it by the chat that the message stands in.

    On Discord ids stay: a private chat that is known by its person goes on being known so.
    """
    if message is None or message.chat.id == delivery.to.id or delivery.to.platform is not Platform.TELEGRAM:
        return None
    return message.chat


def closed(delivery: Delivery, state: DeliveryState, reason: str) -> Settled:
    """It will not be sent."""
    return Settled(
        delivery.id, state, attempts=delivery.attempts, lost=delivery.lost, reason=clean(reason)[:MAX_REASON]
    )


def held(delivery: Delivery, until: int, reason: str) -> Settled:
    """It waits, and no attempt was made."""
    return Settled(
        delivery.id,
        DeliveryState.QUEUED,
        due_at=until,
        attempts=delivery.attempts,
        lost=delivery.lost,
        reason=reason,
        replaces=delivery.replaces,
    )


def failed(  # noqa: C901 - one case for each trouble
    delivery: Delivery, error: Undelivered, now: int, *, keyed: bool, chance: Callable[[], float] = random.random
) -> Settled:
    """What follows from an attempt that failed. keyed: the platform makes one message of all attempts with one key.

    A pause of the whole bot, or of a route, is the governor's; the delivery itself only waits for as long.
    """
    attempts, lost = delivery.attempts + 1, delivery.lost
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE) * (0.8 + 0.4 * chance())
    # A platform, or a proxy before it, may say what no database takes: the outcome could then never be written.
    reason = clean(f"{error.trouble.value}: {error.reason}")[:MAX_REASON]

    def again(
        seconds: float, *, lost: int = lost, replaces: bool = delivery.replaces, redirect: ChatRef | None = None
    ) -> Settled:
        return Settled(
            delivery.id,
            DeliveryState.QUEUED,
            due_at=now + int(seconds * 1000),
            attempts=attempts,
            lost=lost,
            reason=reason,
            replaces=replaces,
            moved=error.chat,
            redirect=redirect,
        )

    def over(state: DeliveryState, *, suspend: bool = False) -> Settled:
        return Settled(delivery.id, state, attempts=attempts, lost=lost, reason=reason, suspend=suspend)

    match error.trouble:
        case Trouble.OFF:
            # Nothing of this is the message's: it waits as if nobody had tried.
            return held(delivery, now + int(pause * 1000), reason)
        case Trouble.UNREACHED | Trouble.OUTAGE:
            return again(pause)
        case Trouble.CHAT_LIMIT | Trouble.LIMIT:
            return again(UNKNOWN_WAIT if error.seconds is None else error.seconds)
        case Trouble.LOST if keyed or (delivery.deed is not Deed.POST and not delivery.replaces):
            return again(pause, lost=lost + 1)
        case Trouble.LOST:
            lost += 1
            return over(DeliveryState.UNCERTAIN) if lost >= MAX_LOST else again(pause, lost=lost)
        case Trouble.MOVED if error.chat is None or error.chat == delivery.to:
            return over(DeliveryState.REJECTED)
        case Trouble.MOVED:
            # What was posted into the old group stays there, out of reach.
            return again(0.0, replaces=delivery.deed is Deed.EDIT)
        case Trouble.GONE:
            return over(DeliveryState.REJECTED, suspend=True)
        case Trouble.UNEDITABLE if delivery.deed is Deed.EDIT and not delivery.replaces:
            return again(0.0, replaces=True)
        case Trouble.TOPIC_GONE if delivery.fallback and delivery.to.thread is not None:
            main = replace(delivery.to, thread=None)
            return again(0.0, replaces=delivery.deed is Deed.EDIT, redirect=main)
        case Trouble.TOPIC_GONE:
            return over(DeliveryState.REJECTED, suspend=True)
        case Trouble.UNEDITABLE | Trouble.REFUSED:
            return over(DeliveryState.REJECTED)


def doubtful(delivery: Delivery, *, keyed: bool) -> bool:
    """Whether it may have come through twice already, so that only a person can say what became of it.

    A sender that died after `started` counts as an answer that was lost: the claim that takes over adds it to `lost`.
    """
    posts = delivery.deed is Deed.POST or delivery.replaces
    return posts and not keyed and delivery.lost >= MAX_LOST
