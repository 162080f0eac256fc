"""Flood buckets: who asks faster than a person can read is told once, then not answered until calmer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from bot.core.places import Platform
from bot.core.requests import Origin, Request


class Verdict(Enum):
    """What to do with a request."""

    ANSWER = auto()
    SLOW_DOWN = auto()
    SILENCE = auto()


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, refilled at `per_minute`."""

    per_minute: float
    burst: int


PERSON = Rate(per_minute=40, burst=40)
"""The public promise is at least 30 commands a minute a person."""
CHAT = Rate(per_minute=600, burst=300)
"""Far above what a lively group asks, far below what would drown the others' answers."""
INLINE = Rate(per_minute=240, burst=120)
"""Typing a query of twenty letters asks twenty times."""

MAX_BUCKETS = 20_000
"""Memory bound, about 4 MB. Beyond it the longest idle bucket goes, which is the fullest again anyway."""


class Bucket:
    """The generic cell rate algorithm: one number says when the bucket would be full again."""

    __slots__ = ("full_at", "warned")

    def __init__(self) -> None:
        self.full_at = 0.0
        self.warned = False


class Flood:
    """Buckets per person and per chat. `monotonic` gives seconds and never jumps."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        *,
        person: Rate = PERSON,
        chat: Rate = CHAT,
        inline: Rate = INLINE,
        max_buckets: int = MAX_BUCKETS,
    ) -> None:
        self._monotonic = monotonic
        self._person = person
        self._chat = chat
        self._inline = inline
        self._max = max_buckets
        self._buckets: OrderedDict[object, Bucket] = OrderedDict()

    def admit(self, request: Request) -> Verdict:
        """Count a request and say what to do with it. The terminal's one person floods nobody."""
        if request.chat.platform is Platform.TERMINAL:
            return Verdict.ANSWER
        now = self._monotonic()
        if request.origin is Origin.INLINE:
            # Every key typed is a query: it must neither eat up a person's commands nor their only notice.
            return self._take(("inline", request.actor.user), self._inline, now)
        verdict = self._take(request.actor.user, self._person, now)
        if verdict is Verdict.ANSWER:
            verdict = self._take((request.chat.platform, request.chat.id), self._chat, now)
        return verdict

    def _take(self, key: object, rate: Rate, now: float) -> Verdict:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket()
            if len(self._buckets) > self._max:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        interval = 60 / rate.per_minute
        full_at = max(bucket.full_at, now) + interval
        if full_at - now <= rate.burst * interval + 1e-9:  # a sum of three hundred floats is not exact
            bucket.full_at = full_at
            # One notice per flood: only a person who really calmed down may hear it again.
            if bucket.warned and full_at - now <= rate.burst * interval / 2:
                bucket.warned = False
            return Verdict.ANSWER
        if bucket.warned:
            return Verdict.SILENCE
        bucket.warned = True
        return Verdict.SLOW_DOWN

    def __len__(self) -> int:
        return len(self._buckets)
