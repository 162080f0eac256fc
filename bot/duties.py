"""Which part of the service a process runs where several share one database, and what of it is its own for now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from enum import StrEnum

from bot.core.leases import Alone, Leases
from bot.core.places import Platform
from bot.services.governor import Governor

ASK_SECONDS = 1.0
"""How often a process asks whether it is its turn."""


class ProcessRole(StrEnum):
    """The value of `run --role`."""

    ALL = "all"
    GATEWAY = "gateway"
    """Takes in what people write, and answers."""
    SENDER = "sender"
    """Sends the outbox, and does what the clock asks for."""
    WEB = "web"
    """Takes in what comes by the webhook, and answers; beside it the pages of health, which every process has."""

    @property
    def connects(self) -> bool:
        """Whether it goes and fetches what people write: by polling, by the gateway."""
        return self in (ProcessRole.ALL, ProcessRole.GATEWAY)

    @property
    def answers(self) -> bool:
        """Whether it takes in what comes by itself."""
        return self is not ProcessRole.SENDER

    @property
    def sends(self) -> bool:
        """Whether it may be the one that sends the outbox and follows the clock."""
        return self in (ProcessRole.ALL, ProcessRole.SENDER)


class Duties:
    """What this process does, and what of it only while no other process on the database does the same.

    marks: what each platform's token is known by to others.
    """

    def __init__(self, role: ProcessRole, leases: Leases, marks: Mapping[Platform, str]) -> None:
        self.role, self.leases, self.marks = role, leases, marks
        self.taking_in = {name: f"{each}/updates" for name, each in marks.items()}
        self._sending = {name: f"{each}/outbox" for name, each in marks.items()}
        self._ticking = "/".join(sorted(marks.values())) + "/clock"
        self._tasks: list[asyncio.Task[None]] = []

    def ticks(self) -> bool:
        """Whether this process does what the clock asks one process for."""
        return self.leases.holds(self._ticking)

    def held(self) -> dict[str, bool]:
        """For Prometheus: what one process does for all, and whether it is this one."""
        named = {"clock": self._ticking} | {f"{name.value} outbox": duty for name, duty in self._sending.items()}
        if Platform.TELEGRAM in self.taking_in:  # on Discord each shard has its own
            named["telegram updates"] = self.taking_in[Platform.TELEGRAM]
        return {name: self.leases.holds(duty) for name, duty in named.items()}

    def sends(self, platform: Platform) -> bool:
        """Whether this process sends the outbox of a platform."""
        return self.leases.holds(self._sending[platform])

    def sharing(self, platform: Platform) -> str:
        """The group of processes that share the limit of a platform."""
        return f"{self.marks.get(platform, '')}/limit"

    async def start(self, governors: Mapping[Platform, Governor]) -> None:
        """Ask for the duties of the role, from now on again and again; share the limits of platforms."""
        for name in governors:
            await self.leases.join(self.sharing(name))
        if isinstance(self.leases, Alone):
            return
        self._tasks = [asyncio.create_task(each.watch(), name=f"limit of {name}") for name, each in governors.items()]
        if self.role.sends:
            await self._ask()
            self._tasks.append(asyncio.create_task(self._ask_for_ever(), name="duties"))

    async def stop(self) -> None:
        """Ask no more."""
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ask_for_ever(self) -> None:
        while True:
            await asyncio.sleep(ASK_SECONDS)
            await self._ask()

    async def _ask(self) -> None:
        for duty in (self._ticking, *self._sending.values()):
            await self.leases.take(duty)
