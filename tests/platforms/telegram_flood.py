"""Many updates at once or at a rate, and how fast they were answered: the fake as a benchmark's other side."""

from __future__ import annotations

import asyncio
import resource
import time
from dataclasses import dataclass, field
from typing import Any

FIRST_CHAT = 1_000_000


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@dataclass
class Flood:
    """`count` private messages with `text`, each from a chat of its own; all due at once, or `rate` a second.

    While it runs, nothing is recorded, checked or limited: the bot is to be the slow side.
    """

    count: int
    rate: float = 0.0
    text: str = "/treaty 4"
    first: int = 1
    begun: float = 0.0
    next: int = 0
    sent: int = 0
    last: float = 0.0
    due: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    cpu: float = field(default_factory=_cpu)

    async def poll(self, offset: int, timeout: float) -> list[dict[str, Any]]:
        """The next updates that are due, at most 100, waiting `timeout` seconds for the first of them."""
        until = time.monotonic() + timeout
        self.begun = self.begun or time.monotonic()
        if offset > self.first:
            self.next = max(self.next, min(offset - self.first, self.count))
        while True:
            now = time.monotonic()
            ready = self.count if not self.rate else min(self.count, int((now - self.begun) * self.rate) + 1)
            stop = min(ready, self.next + 100)
            if stop > self.next:
                batch = [self._update(index) for index in range(self.next, stop)]
                self.due += [self.begun + i / self.rate if self.rate else now for i in range(self.next, stop)]
                self.next = stop
                return batch
            if now >= until:
                return []
            await asyncio.sleep(0.001 if self.next < self.count else 0.02)

    def answered(self, chat: Any) -> dict[str, Any]:
        """Note a sendMessage; returns its result."""
        now = self.last = time.monotonic()
        index = int(chat) - FIRST_CHAT
        if 0 <= index < len(self.due):
            self.waits.append(now - self.due[index])
        self.sent += 1
        brief = {"id": int(chat), "type": "private", "first_name": "A"}
        return {"message_id": self.sent, "date": 1_795_450_863, "chat": brief, "text": "ok"}

    def stats(self) -> dict[str, Any]:
        """Figures so far: rate in answers a second, latencies in milliseconds from due to answered."""
        seconds = self.last - self.begun if self.sent else 0.0
        waits = sorted(self.waits) or [0.0]

        def quantile(share: float) -> float:
            return round(waits[min(len(waits) - 1, int(len(waits) * share))] * 1000, 2)

        return {
            "count": self.count,
            "sent": self.sent,
            "seconds": round(seconds, 3),
            "per_second": round(self.sent / seconds, 1) if seconds else 0.0,
            "p50_ms": quantile(0.5),
            "p99_ms": quantile(0.99),
            "max_ms": round(waits[-1] * 1000, 2),
            "fake_cpu_seconds": round(_cpu() - self.cpu, 2),
        }

    def _update(self, index: int) -> dict[str, Any]:
        person = {"id": FIRST_CHAT + index, "first_name": "A", "is_bot": False, "language_code": "en"}
        message = {
            "message_id": index + 1,
            "date": 1_795_450_863,
            "text": self.text,
            "entities": [{"type": "bot_command", "offset": 0, "length": len(self.text.partition(" ")[0])}],
            "chat": {"id": FIRST_CHAT + index, "type": "private", "first_name": "A"},
            "from": person,
        }
        return {"update_id": self.first + index, "message": message}
