"""What an exception of the library or the network means for us: pure."""

from __future__ import annotations

from enum import StrEnum

import aiohttp
import discord

UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN, ACKNOWLEDGED = 10062, 10015, 50027, 40060
BAD_TOKEN = 4004
DISALLOWED_INTENTS = {4013, 4014}
GONE_CODES = {50005, 50008, 50024}
"""Not our message, no place for text, not in this kind of channel: refused with 400, and for good."""


class Fault(StrEnum):
    """late: the time to answer is over. done: answered already. token, intents: no attempt can succeed.

    limited: too many requests. gone: the place or the right to speak there is no more. refused: our request was
    wrong. outage: Discord or the way to it is down, so that a later attempt may succeed.
    """

    LATE = "late"
    DONE = "done"
    TOKEN = "token"  # noqa: S105  # the name of a fault
    INTENTS = "intents"
    LIMITED = "limited"
    GONE = "gone"
    REFUSED = "refused"
    OUTAGE = "outage"

    @property
    def final(self) -> bool:
        """Whether trying again is of no use until somebody changes the settings."""
        return self in {Fault.TOKEN, Fault.INTENTS}


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
