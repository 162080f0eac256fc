"""What a stub sees of a broadcast: which chats got it, when, and what was too much.

Both stubs take `POST /ctl/expect` with {"count": N, "limit": L, "refuse": C, "retry_after": S}: from then on they keep
to L messages in any second (0: to none), refuse chat C for S seconds, and count anew. `POST /ctl/posts` with
{"seconds": S, "since": T} answers with the figures once N messages were taken, or after S seconds; latenesses are
counted from T on.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any

from tests.bench.wire import cpu_seconds, percentile

WINDOW = 1.0


class Posts:
    """Messages to chats, counted and limited. `replies` count against the limit and for nothing else."""

    def __init__(self) -> None:
        self.expect({})

    def expect(self, asked: dict[str, Any]) -> None:
        """Begin anew; see above."""
        self._expected = int(asked.get("count", 0))
        self._limit = int(asked.get("limit", 0))
        self._closed = str(asked.get("refuse", ""))
        self._retry_after = float(asked.get("retry_after", 0))
        self._chats: dict[str, int] = {}
        self._at: list[float] = []
        self._window: deque[float] = deque()
        self._busiest = self._refused = self._to_closed = 0
        self._done = asyncio.Event()
        self._cpu = cpu_seconds()

    def reply(self) -> None:
        """An answer to a person: never refused here, but one less for the broadcast."""
        self._enter(time.monotonic())

    def take(self, chat: str) -> float | None:
        """Take a message; where it is too much, in how many seconds it may be tried again."""
        now = time.monotonic()
        if chat == self._closed:
            self._to_closed += 1
            return self._retry_after
        self._leave(now)
        if self._limit and len(self._window) >= self._limit:
            self._refused += 1
            return WINDOW
        self._enter(now)
        self._at.append(now)
        self._chats[chat] = self._chats.get(chat, 0) + 1
        if len(self._at) == self._expected:
            self._done.set()
        return None

    def _leave(self, now: float) -> None:
        while self._window and self._window[0] <= now - WINDOW:
            self._window.popleft()

    def _enter(self, now: float) -> None:
        self._leave(now)
        self._window.append(now)
        self._busiest = max(self._busiest, len(self._window))

    async def figures(self, asked: dict[str, Any]) -> dict[str, float]:
        """Once all came, or time is up: messages, chats, the most to one chat, rate, refusals, lateness in seconds."""
        try:
            async with asyncio.timeout(float(asked["seconds"])):
                await self._done.wait()
        except TimeoutError:
            pass
        took = self._at[-1] - self._at[0] if len(self._at) > 1 else 0.0
        late = [each - float(asked.get("since", 0)) for each in self._at]
        return {
            "taken": len(self._at),
            "chats": len(self._chats),
            "most": max(self._chats.values(), default=0),
            "rate": (len(self._at) - 1) / took if took else 0.0,
            "seconds": took,
            "busiest": self._busiest,
            "refused": self._refused,
            "to_closed": self._to_closed,
            "p95": percentile(sorted(late), 0.95),
            "stub": (cpu_seconds() - self._cpu) / took if took else 0.0,
        }
