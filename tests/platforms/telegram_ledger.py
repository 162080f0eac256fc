"""What the fake Bot API remembers of a broadcast: small enough for a million messages, and told in a few lines."""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import Any

SHOWN = 20
MANY_TEXTS = 50


class Ledger:
    """Counts what was written into chats and what was refused; moments are of `time.monotonic`.

    Every message that took effect counts, also where the answer was lost afterwards.
    """

    def __init__(self) -> None:
        self.sent = 0
        self.edited = 0
        self.cut = 0
        self.inside_pause = 0
        self.first: float | None = None
        self.last: float | None = None
        self.busiest = 0
        self.refused: Counter[int] = Counter()
        self.reasons: Counter[str] = Counter()
        self._recent: deque[float] = deque()
        self._numbers: dict[str, int] = {}
        self._copies: dict[int, Counter[int]] = {}
        self._shown: dict[int, list[int]] = {}

    def wrote(self, chat: int, text: str, *, edit: bool) -> None:
        """Note a message that was made or changed."""
        now = time.monotonic()
        self.first = now if self.first is None else self.first
        self.last = now
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        self._recent.append(now)
        self.busiest = max(self.busiest, len(self._recent))
        number = self._numbers.setdefault(text, len(self._numbers))
        self._shown.setdefault(chat, []).append(number)
        if edit:
            self.edited += 1
        else:
            self.sent += 1
            self._copies.setdefault(number, Counter())[chat] += 1

    def refuse(self, status: int, reason: str) -> None:
        """Note a refusal."""
        self.refused[status] += 1
        self.reasons[reason.partition(" retry after")[0]] += 1

    def summary(self, order: dict[str, Any]) -> dict[str, Any]:
        """The figures; see `telegram_api`."""
        counted = [(text, number) for text, number in self._numbers.items() if order.get("mark", "") in text]
        copies: Counter[int] = Counter()
        for _, number in counted:
            copies.update(self._copies.get(number, {}))
        answer: dict[str, Any] = {
            "sent": self.sent,
            "edited": self.edited,
            "cut": self.cut,
            "first": self.first,
            "last": self.last,
            "busiest_second": self.busiest,
            "refused": {str(status): count for status, count in self.refused.items()},
            "reasons": dict(self.reasons.most_common(SHOWN)),
            "given_429": self.refused[429],
            "inside_pause": self.inside_pause,
            "chats": len(copies),
            "copies": copies.total(),
            "most_copies": max(copies.values(), default=0),
            "doubled": sum(count > 1 for count in copies.values()),
            "surplus": copies.total() - len(copies),
            "doubled_chats": [chat for chat, count in copies.items() if count > 1][:SHOWN],
            "texts": [self._text(text, number) for text, number in counted[:MANY_TEXTS]],
        }
        if order.get("count"):
            first = int(order["first"])
            missing = [chat for chat in range(first, first + int(order["count"])) if chat not in copies]
            answer |= {"missing": len(missing), "missing_chats": missing[:SHOWN]}
        if order.get("old"):
            answer |= self._relapses(order["old"], order["new"])
        return answer

    def _text(self, text: str, number: int) -> dict[str, Any]:
        copies = self._copies.get(number, {})
        return {"text": text, "chats": len(copies), "most": max(copies.values(), default=0)}

    def _relapses(self, old: str, new: str) -> dict[str, Any]:
        """Chats in which something old was written once something new stood there; and what was written last."""
        newer = {number for text, number in self._numbers.items() if new in text}
        older = {number for text, number in self._numbers.items() if old in text} - newer
        relapsed, last_old = [], []
        for chat, shown in self._shown.items():
            seen = [number in newer for number in shown if number in newer or number in older]
            if True in seen and False in seen[seen.index(True) :]:
                relapsed.append(chat)
            if seen and not seen[-1]:
                last_old.append(chat)
        return {
            "relapsed": len(relapsed),
            "relapsed_chats": relapsed[:SHOWN],
            "still_old": len(last_old),
            "still_old_chats": last_old[:SHOWN],
        }
