"""What an exception of the library or the network means for us: pure."""

from __future__ import annotations

from enum import StrEnum

import aiohttp
import discord

from bot.adapters.discord.gate import OLD_EDITS, Limited
from bot.core.deliveries import Trouble, Undelivered

UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN, ACKNOWLEDGED = 10062, 10015, 50027, 40060
BAD_TOKEN = 4004
DISALLOWED_INTENTS = {4013, 4014}
GONE_CODES = {50005, 50008, 50024}
"""Not our message, no place for text, not in this kind of channel: refused with 400, and for good."""
UNKNOWN_CHANNEL, ARCHIVED, LOCKED = 10003, 50083, 160005
UNEDITABLE = {10008, OLD_EDITS, 50005, 50021, 50024}
"""The message is gone, too old to be edited so often, not ours, of the wrong kind, in the wrong kind of channel."""
CANT_REPLY = {160002, 160003}
OPENING_TOO_FAST = 40003


class Fault(StrEnum):
    """late: the time to answer is over. done: answered already. token, intents: no attempt can succeed.

    rival: another program answers with this token, and was there first.

    limited: too many requests. gone: the place or the right to speak there is no more. refused: our request was
    wrong. outage: Discord or the way to it is down, so that a later attempt may succeed.
    """

    LATE = "late"
    DONE = "done"
    TOKEN = "token"  # noqa: S105  # the name of a fault
    INTENTS = "intents"
    RIVAL = "rival"
    LIMITED = "limited"
    GONE = "gone"
    REFUSED = "refused"
    OUTAGE = "outage"

    @property
    def final(self) -> bool:
        """Whether trying again is of no use until somebody changes the settings."""
        return self in {Fault.TOKEN, Fault.INTENTS, Fault.RIVAL}


def judge(error: BaseException) -> Fault:
    """Say what an exception raised by discord.py or aiohttp means."""
    match error:
        case discord.LoginFailure():
            return Fault.TOKEN
        case discord.PrivilegedIntentsRequired():
            return Fault.INTENTS
        case discord.ConnectionClosed():
            return _closed(error.code)
        case discord.RateLimited():
            return Fault.LIMITED
        case discord.HTTPException():
            return _http(error.status, error.code)
        case discord.GatewayNotFound() | aiohttp.ClientError() | OSError():  # TimeoutError is an OSError
            return Fault.OUTAGE
        case _:
            return Fault.REFUSED


def _closed(code: int | None) -> Fault:
    if code == BAD_TOKEN:
        return Fault.TOKEN
    return Fault.INTENTS if code in DISALLOWED_INTENTS else Fault.OUTAGE


def _http(status: int, code: int) -> Fault:
    if code in {UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN}:
        return Fault.LATE
    if code == ACKNOWLEDGED:
        return Fault.DONE
    if status == 429:
        return Fault.LIMITED
    if status >= 500:
        return Fault.OUTAGE
    if status == 401:
        return Fault.TOKEN
    return Fault.GONE if status in {403, 404} or code in GONE_CODES else Fault.REFUSED


def undelivered(error: Exception, *, under_way: bool, existing: bool, in_thread: bool) -> Undelivered | None:
    """Say what a failed request of the outbox means for the message; None for what only a fault of ours can raise.

    under_way: it was written, and has not been answered in full. existing: it was about a message that stands there.
    """
    match error:
        case Limited():
            return Undelivered(Trouble.LIMIT if error.whole else Trouble.CHAT_LIMIT, str(error), seconds=error.seconds)
        case discord.RateLimited():
            return Undelivered(Trouble.CHAT_LIMIT, "too many of these requests there", seconds=error.retry_after)
        case discord.HTTPException():
            return Undelivered(_trouble(error.status, error.code, existing=existing, in_thread=in_thread), str(error))
        case aiohttp.ClientError() | OSError():  # TimeoutError is an OSError
            trouble = Trouble.LOST if under_way else Trouble.UNREACHED
            return Undelivered(trouble, f"{type(error).__name__}: {error}".removesuffix(": "))
        case _:
            return None


def _trouble(status: int, code: int, *, existing: bool, in_thread: bool) -> Trouble:
    if status == 401:
        return Trouble.OFF
    if existing and (code in UNEDITABLE or code == ARCHIVED):
        return Trouble.UNEDITABLE  # a message opens an archived thread that is not locked; a change does not
    if code in {ARCHIVED, LOCKED} or (code == UNKNOWN_CHANNEL and in_thread):
        return Trouble.TOPIC_GONE
    if code == OPENING_TOO_FAST:
        return Trouble.CHAT_LIMIT
    if status == 429 or (status == 403 and not code):
        # Words of the proxy in front of Discord. Taken for Discord's own, they would end every subscription.
        return Trouble.LIMIT
    if status >= 500 or (status == 404 and not code):
        return Trouble.OUTAGE
    if code in CANT_REPLY:
        return Trouble.REFUSED
    return Trouble.GONE if status in {403, 404} or code in GONE_CODES else Trouble.REFUSED
