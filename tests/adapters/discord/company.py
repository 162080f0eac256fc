"""Several processes of one bot, in one: what they would agree on through their database is kept here.

company = Company()
first, second = (await connect(**company.one()) for _ in range(2))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.core.leases import News
from bot.core.sessions import OwnSessions, Session


class Company:
    """Who has what. sessions: shared by all. seconds: from one session start to the next of a bucket."""

    def __init__(self, seconds: float = 0.05) -> None:
        self.holders: dict[str, Member] = {}
        self.groups: dict[str, set[Member]] = {}
        self.sessions = SharedSessions(self, seconds)
        self.members: list[Member] = []

    def one(self) -> dict[str, Any]:
        """What the platform of one more process is built with."""
        self.members.append(Member(self))
        return {"leases": self.members[-1], "sessions": self.sessions, "mark": "bot"}

    def shards_of(self, member: Member) -> list[int]:
        """The shards that a process has."""
        return sorted(int(each.rpartition("/")[2]) for each, holder in self.holders.items() if holder is member)


class Member:
    """The leases of one process. Nobody waits for anybody to notice anything here."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self.gone = False

    def die(self) -> None:
        """Be cut off from the database for good: what it had is free."""
        self.gone = True
        for duty in [each for each, holder in self._company.holders.items() if holder is self]:
            del self._company.holders[duty]
        for group in self._company.groups.values():
            group.discard(self)

    async def take(self, duty: str) -> bool:
        return not self.gone and self._company.holders.setdefault(duty, self) is self

    async def free(self, duties: Sequence[str]) -> Sequence[str] | None:
        return None if self.gone else [each for each in duties if self._company.holders.get(each, self) is self]

    async def give_back(self, duty: str) -> None:
        if self.holds(duty):
            del self._company.holders[duty]

    def holds(self, duty: str) -> bool:
        return self._company.holders.get(duty) is self

    keeps = holds

    async def join(self, group: str) -> None:
        self._company.groups.setdefault(group, set()).add(self)

    async def leave(self, group: str) -> None:
        self._company.groups[group].discard(self)

    async def members(self, group: str) -> int:
        return max(1, len(self._company.groups.get(group, ())))

    def listen(self, told: Callable[[News], None]) -> None:
        del told


class SharedSessions(OwnSessions):
    """What was agreed upon, and where each shard was left."""

    def __init__(self, company: Company, seconds: float) -> None:
        super().__init__(seconds)
        self._company = company
        self._count = 0
        self.kept: dict[int, Session] = {}

    async def count(self, wanted: int, *, outgrown: int = 0) -> int:
        others = max((len(each) for each in self._company.groups.values()), default=0) > 1
        if not others or self._count in (0, outgrown):
            self._count = wanted
        return self._count

    async def left(self, shard: int, count: int) -> Session | None:
        del count
        return self.kept.get(shard)

    async def keep(self, sessions: Mapping[int, Session | None], count: int) -> None:
        del count
        for shard, session in sessions.items():
            if session is None:
                self.kept.pop(shard, None)
            else:
                self.kept[shard] = session
