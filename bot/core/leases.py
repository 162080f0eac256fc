"""Duties that one process at a time has, of all that serve on one database: polling, sending, a shard of the gateway.

A duty is a name, such as `4f1c…/poll`. What is told to all processes beside that is which of their memories are stale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol


class News(StrEnum):
    """What changed in the database, by which others may have to read it again."""

    ENTRIES = "entries"
    """What readers see, or what questions are compared by."""
    PREFERENCES = "preferences"
    """Languages of people and chats."""
    OUTBOX = "outbox"
    """Something is due, or the brake or safe mode changed."""
    PAUSES = "pauses"
    """A platform refused something, and nobody may ask it again for a while."""


class Leases(Protocol):
    """Which duties are this process's. A lease ends by itself, wherever its holder is by then; nothing here raises."""

    async def take(self, duty: str) -> bool:
        """Ask for a duty, again and again while somebody else has it; whether it is this process's now.

        One that another process had until a moment ago is handed over only when that one surely knows of it.
        """
        ...

    async def free(self, duties: Sequence[str]) -> Sequence[str] | None:
        """Those of some duties that no other process has; None where that can't be told now.

        The others count as asked for: whoever looks is told as late as `take` would, should one become free.
        """
        ...

    async def give_back(self, duty: str) -> None:
        """Leave a duty, so that the next process need not wait for this one's end."""
        ...

    def holds(self, duty: str) -> bool:
        """Whether a duty that was taken is still surely nobody else's: never while another process acts on it."""
        ...

    def keeps(self, duty: str) -> bool:
        """As `holds`, but goes on for some seconds without a database: for what two may do at once for a moment."""
        ...

    async def join(self, group: str) -> None:
        """Be counted among those that share some duties."""
        ...

    async def leave(self, group: str) -> None:
        """Be counted no more."""
        ...

    async def members(self, group: str) -> int:
        """How many processes joined, this one included; as many as there were last where that can't be told now."""
        ...

    def listen(self, told: Callable[[News], None]) -> None:
        """Have `told` called when another process, or this one, changed something; it must not raise.

        Word of a change may be lost: whoever relies on it looks by itself now and then, too.
        """
        ...


class Alone:
    """The leases of a process that has the database for itself."""

    async def take(self, duty: str) -> bool:
        """Every duty is its own."""
        del duty
        return True

    async def free(self, duties: Sequence[str]) -> Sequence[str] | None:
        """All of them."""
        return duties

    async def give_back(self, duty: str) -> None:
        """There is nobody to take it."""

    def holds(self, duty: str) -> bool:
        """Every duty is its own."""
        del duty
        return True

    keeps = holds

    async def join(self, group: str) -> None:
        """There is nobody else in it."""

    async def leave(self, group: str) -> None:
        """There is nobody else in it."""

    async def members(self, group: str) -> int:
        """Only itself."""
        del group
        return 1

    def listen(self, told: Callable[[News], None]) -> None:
        """Nobody else changes anything without a file of SQLite's being looked at."""
