"""What can go wrong between us and Telegram, and what is to be done about it.

    TelegramError                (the library's)
    ├── NetworkError
    │   ├── NotReached           the request never left: sending it again is safe
    │   ├── AnswerLost           it may have been carried out, but the answer didn't come
    │   ├── NotDone              Telegram, or what stands before it, says that it could not do it
    │   └── TooMany              too many requests, and nobody says for how long
    └── …
    TokenRejected                the token is no use
    TokenShared                  another program polls with it, and was there first
    Failed                       a request was given up; holds the fault that ended it

No text of these holds the token: addresses, which hold it, are never quoted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

MAX_REASON = 200
UNKNOWN_WAIT_SECONDS = 30.0


class NotReached(NetworkError):
    """No connection could be made, so Telegram knows nothing of the request."""


class AnswerLost(NetworkError):
    """The request was written, but the connection broke or time ran out before the answer."""


class NotDone(NetworkError):
    """An HTTP status that says nothing about the request itself: an outage, or a proxy in the way."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{reason} (HTTP {status})")
        self.status = status


class TooMany(NetworkError):
    """A 429 without a figure, as proxies give it."""


class TokenRejected(Exception):
    """Telegram doesn't know the token; trying again is no use, nobody but the operator can help."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram does not accept TELEGRAM_BOT_TOKEN: get a valid one from @BotFather, or check TELEGRAM_API_URL"
        )


class TokenShared(Exception):
    """Another program takes this bot's updates; two of them would answer everybody twice."""

    def __init__(self) -> None:
        super().__init__(
            "Another program takes Telegram's updates with this TELEGRAM_BOT_TOKEN: stop it, or use another token here"
        )


class Remedy(Enum):
    """What to do after an error."""

    WAIT = auto()  # and send the same again, after `seconds`
    RETRY = auto()  # nothing arrived: send the same again
    RETRY_LATER = auto()  # Telegram is out of order: send the same again, once it had time to recover
    RETRY_ONCE = auto()  # it may have arrived: one more try, so that there are two copies at most
    MOVE = auto()  # the chat has a new id, `chat`
    SIMPLIFY = auto()  # send the bare text, without entities
    UNCHANGED = auto()  # an edit that changes nothing; nothing to do
    SEND_ANEW = auto()  # the message can't be edited any more: send a new one
    LEAVE = auto()  # the chat is gone or has shut us out
    LEAVE_TOPIC = auto()  # the topic is gone or closed, the chat is not
    STOP = auto()  # the token is no use
    DROP = auto()  # Telegram will never take this


# After these the same request may well succeed later; a new token is a new start.
_PASSING = frozenset({Remedy.WAIT, Remedy.RETRY, Remedy.RETRY_LATER, Remedy.RETRY_ONCE, Remedy.STOP})


@dataclass(frozen=True, slots=True)
class Fault:
    """A remedy with what it needs. `reason` is Telegram's text, fit for a log."""

    remedy: Remedy
    reason: str
    seconds: float = 0.0
    chat: int = 0

    @property
    def final(self) -> bool:
        """Whether the same request would be refused at any later time as well."""
        return self.remedy not in _PASSING


class Failed(Exception):
    """A request was made as often as its faults allow, and in vain."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


# Beginnings of Telegram's error texts, in lower case and without "Bad Request: ", which the library cuts off.
# Seen in the server's source, github.com/tdlib/telegram-bot-api (Client.cpp, fail_query_with_error).
_TEXTS = (
    ("message is not modified", Remedy.UNCHANGED),
    ("can't parse entities", Remedy.SIMPLIFY),
    ("button_", Remedy.SIMPLIFY),
    ("inline keyboard", Remedy.SIMPLIFY),
    ("message to edit not found", Remedy.SEND_ANEW),
    ("message can't be edited", Remedy.SEND_ANEW),
    ("message_id_invalid", Remedy.SEND_ANEW),
    ("message_edit_time_expired", Remedy.SEND_ANEW),
    ("message_author_required", Remedy.SEND_ANEW),
    ("chat not found", Remedy.LEAVE),
    ("user not found", Remedy.LEAVE),
    ("peer_id_invalid", Remedy.LEAVE),
    ("need administrator rights", Remedy.LEAVE),
    ("not enough rights", Remedy.LEAVE),
    ("have no rights", Remedy.LEAVE),
    ("have no write access", Remedy.LEAVE),
    ("chat_write_forbidden", Remedy.LEAVE),
    ("chat_restricted", Remedy.LEAVE),
    ("chat_send_plain_forbidden", Remedy.LEAVE),
    ("channel_private", Remedy.LEAVE),
    ("topic_closed", Remedy.LEAVE_TOPIC),
    ("topic_deleted", Remedy.LEAVE_TOPIC),
    ("topic_id_invalid", Remedy.LEAVE_TOPIC),
    ("message thread not found", Remedy.LEAVE_TOPIC),
)


def fault_of(error: TelegramError) -> Fault:
    """What `error` asks for."""
    if isinstance(error, RetryAfter):
        seconds = error._retry_after.total_seconds()  # noqa: SLF001 - the public name warns of a change of its type
        return Fault(Remedy.WAIT, "too many messages", seconds=seconds)
    if isinstance(error, ChatMigrated):
        return Fault(Remedy.MOVE, "the group became a supergroup", chat=error.new_chat_id)
    if isinstance(error, InvalidToken):
        return Fault(Remedy.STOP, str(TokenRejected()))
    if isinstance(error, Forbidden):
        return Fault(Remedy.LEAVE, error.message)
    if isinstance(error, BadRequest):  # before NetworkError, of which the library makes it a kind
        text = error.message.casefold()
        return Fault(next((remedy for start, remedy in _TEXTS if text.startswith(start)), Remedy.DROP), error.message)
    if isinstance(error, NotReached):
        return Fault(Remedy.RETRY, error.message)
    if isinstance(error, TooMany):
        return Fault(Remedy.WAIT, error.message, seconds=UNKNOWN_WAIT_SECONDS)
    if isinstance(error, NotDone):
        return Fault(Remedy.RETRY_LATER, error.message)
    reason = error.message[:MAX_REASON]  # the library quotes whole HTML pages of proxies
    if isinstance(error, NetworkError) or type(error) is TelegramError:  # the latter: an answer that is no JSON
        return Fault(Remedy.RETRY_ONCE, reason)
    return Fault(Remedy.DROP, reason)
