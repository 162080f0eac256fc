"""Leave to ask a platform for something, which all processes with its token share.

A platform takes so many requests in a second, and there are as many permits. Whoever has one makes one request, and a
second after that has arrived the permit is free again: however late a process, the network or the platform itself is,
no second ever holds more requests than there are permits. Nobody's clock matters, only how long ago something was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.places import Platform

WAY = 1.0
"""Seconds that a request may take to arrive. Whoever does not say when it did is believed to be as late as that."""
ASKING_SECONDS = 10.0
"""Places are kept for answers while the last one was asked for so many seconds ago at most."""
SETTLED_SECONDS = 4.0
"""After so long everybody knows of a new process, and what they sent before they did is no part of any second."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is shared. most: how many permits there are. kept: so many of them a broadcast leaves to answers.

    rest: seconds from the arrival of one request to the next one by the same permit.
    """

    most: int
    kept: int
    rest: float


@dataclass(frozen=True, slots=True)
class Permit:
    """A permit that was taken. wait: in how many seconds it may be used.

    end: until when it is taken, as the store counts; that also tells it from the next time that it is.
    """

    number: str
    end: int
    wait: float


@dataclass(frozen=True, slots=True)
class Used:
    """A permit whose request has arrived, so many seconds ago at least."""

    permit: Permit
    ago: float


@dataclass(frozen=True, slots=True)
class Taken:
    """What was free; first come those for answers. next_in: seconds until there may be more for who got none."""

    permits: tuple[Permit, ...]
    next_in: float


class Permits(Protocol):
    """The permits of all platforms, in a database that processes share. Part of the store; raises StoreError."""

    async def prepare(self, platform: Platform, terms: Terms) -> None:
        """Have as many permits as the terms say; those that are there stay as they are."""
        ...

    async def take(
        self,
        platform: Platform,
        terms: Terms,
        *,
        answers: int = 0,
        posts: int = 0,
        lead: float = 0.0,
        used: Sequence[Used] = (),
    ) -> Taken:
        """Take up to so many permits that are free, or will be in `lead` seconds, and tell of requests that arrived.

        Posts get none of those that are kept, while anybody asked lately.
        """
        ...

    async def alone(self, platform: Platform) -> None:
        """Say that this process is the only one, and may go on without permits for some seconds."""
        ...

    async def anybody_alone(self, platform: Platform) -> bool:
        """Whether a process said so in the last `SETTLED_SECONDS`."""
        ...
