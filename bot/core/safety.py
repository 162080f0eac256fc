"""Safe mode: nothing is sent while the database may be older than what was sent from it.

A database that was restored, put back or set up elsewhere knows nothing of what left after it was copied. Whatever
waits in it may stand in the chats already, so nothing leaves until the operator has seen what that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Cause(StrEnum):
    """Why safe mode began."""

    RESTORED = "restored"
    """`pactwatch db restore` wrote the database."""
    COPIED = "copied"
    """It is another file, or on another server, than the one that was sent from."""
    PUT_BACK = "put back"
    """It is the same one, but older than what this machine saw last."""
    MOVED = "moved"
    """`pactwatch db move` brought it to another server, and things are sent from there."""


@dataclass(frozen=True, slots=True)
class SafeMode:
    """Since when nothing is sent, and why.

    since: milliseconds; what was due before may have left. last_act: the youngest thing that the database knew of
    when it began (UTC, ISO 8601), empty where it knew of nothing.
    """

    cause: Cause
    since: int
    last_act: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that may have been sent already. what: `F-12@2` of an alert, else what kind of thing it is.

    chats: how many were to get it.
    """

    what: str
    chats: int


class Safety(Protocol):
    """The part of the store that knows whether it may be sent from. Raises StoreError."""

    async def recognise(self, now: int) -> SafeMode | None:
        """Tell whether this is the database this machine sent from last, and begin safe mode where it is not.

        To be asked once by whoever is going to send, before anything is sent. Returns the safe mode it is in.
        """
        ...

    async def advance(self) -> None:
        """Count one step, in the database and beside it: a copy made before is older from now on."""
        ...

    async def safe_mode(self) -> SafeMode | None:
        """The safe mode it is in; None where it may be sent from."""
        ...

    async def begin(self, cause: Cause, now: int) -> SafeMode:
        """Begin safe mode; what began earlier and is not over yet is widened to now."""
        ...

    async def doubts(self, mode: SafeMode) -> tuple[Doubt, ...]:
        """What waits in the database and may have left already; the biggest first."""
        ...

    async def end(self, *, again: bool, now: int) -> int:
        """Let things be sent again. What is in doubt becomes `uncertain` unless it is to be sent `again`.

        Digests and notices are dealt with by the caller. Where it is over already, nothing is in doubt. Returns how
        many deliveries became `uncertain`.
        """
        ...
