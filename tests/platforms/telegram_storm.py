"""Bad weather for the fake Bot API: ordered faults, and a share of all requests that go wrong by chance."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

PAGE = "<html><head><title>429 Too Many Requests</title></head><body>nginx</body></html>"
KINDS = ("429", "html", "500", "502", "before", "after")


@dataclass
class Fault:
    """What goes wrong with the next `count` requests that match `method` and `chat` (None: any).

    cut: "before" closes the connection before the request counts, "after" carries it out and then closes. delay: waits
    so many seconds, then goes on. body: answered as it is, as HTML, instead of JSON. holds: the refusal stays in force
    for `retry_after` seconds, for `chat` or for all; who writes meanwhile is refused, and counted (`inside_pause`).
    gated: waits until the order `release` (where requests are kept only).
    """

    method: str | None = None
    chat: int | None = None
    count: int = 1
    status: int = 0
    description: str = ""
    retry_after: int | None = None
    delay: float = 0.0
    cut: str = ""
    body: str | None = None
    holds: bool = False
    gated: bool = False

    def matches(self, method: str, chat: Any) -> bool:
        wanted = self.method is None or self.method.lower() == method.lower()
        return wanted and self.count > 0 and (self.chat is None or str(self.chat) == str(chat))


class Storm:
    """A `share` of all messages and changes of messages goes wrong, in ways drawn from `kinds`; the same for a seed.

    429: to be waited out by the chat, 1 to `longest` seconds. html: a 429 as proxies give it. 500, 502: nothing was
    done. before, after: the connection breaks before or after it was done.
    """

    def __init__(self, share: float, seed: int = 0, kinds: tuple[str, ...] = KINDS, longest: int = 3) -> None:
        self._share = share
        self._kinds = tuple(kinds)
        self._longest = longest
        self._chance = random.Random(seed)

    def fault(self, chat: Any) -> Fault | None:
        """What goes wrong with this request."""
        if self._chance.random() >= self._share:
            return None
        match self._chance.choice(self._kinds):
            case "429":
                seconds = self._chance.randint(1, self._longest)
                reason = f"Too Many Requests: retry after {seconds}"
                return Fault(chat=int(chat), status=429, description=reason, retry_after=seconds, holds=True)
            case "html":
                return Fault(status=429, body=PAGE)
            case "before" | "after" as moment:
                return Fault(cut=moment)
            case status:
                return Fault(status=int(status), description="Internal Server Error")
