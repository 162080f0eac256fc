"""What every look at a platform has in common: it ends in time, keeps what it found, and compares the clocks."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Sequence
from typing import ClassVar

from bot.adapters.server_clock import ServerClock
from bot.core.checks import Check, Place, clock, mend
from bot.core.places import Platform


class Checkup(ABC):
    """One look. found: so far. TROUBLE: what asking may raise. NETWORK: what to do where nothing answers."""

    PLATFORM: ClassVar[Platform]
    NETWORK: ClassVar[str]
    TROUBLE: ClassVar[tuple[type[Exception], ...]]

    def __init__(self) -> None:
        self.found: list[Check] = []
        self._server = ServerClock()

    async def look(self, places: Awaitable[Sequence[Place]], seconds: float) -> tuple[Check, ...]:
        """Whatever could be found within so many seconds. Raises nothing."""
        try:
            async with asyncio.timeout(seconds):
                await self._run(places)
        except TimeoutError:
            told = f"no answer within {seconds:.0f} s"
            self.found.append(mend(f"{self.PLATFORM.value}.network", told, self.NETWORK))
        except self.TROUBLE as error:
            self.found.append(self._refused(error))
        finally:
            await self._close()
        if self._server.ahead is not None:
            name = self.PLATFORM.value
            self.found.append(clock(f"clock.{name}", name.capitalize(), self._server.ahead))
        return tuple(self.found)

    async def _told(self, part: Awaitable[None]) -> None:
        """Let a request that is in vain be told and not keep the others from being made."""
        try:
            await part
        except self.TROUBLE as error:
            self.found.append(self._refused(error))

    @abstractmethod
    async def _run(self, places: Awaitable[Sequence[Place]]) -> None:
        """Ask everything there is to ask."""

    @abstractmethod
    async def _close(self) -> None:
        """Close the connections."""

    @abstractmethod
    def _refused(self, error: Exception) -> Check:
        """What an error of asking means."""
