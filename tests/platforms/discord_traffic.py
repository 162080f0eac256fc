"""What the fake Discord keeps about requests: errors, interactions in progress, faults on purpose, rate limits."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from tests.platforms.discord_payloads import Json

EXEMPT = {"callback"}
"""Interaction callbacks are not counted against the overall limit."""

SHUT = {
    code: (status, code, text)
    for status, code, text in (
        (404, 10003, "Unknown Channel"),
        (403, 50001, "Missing Access"),
        (403, 50007, "Cannot send messages to this user"),
        (400, 50008, "Cannot send messages in a non-text channel"),
        (403, 50013, "Missing Permissions"),
        (400, 50083, "Thread is archived"),
    )
}
"""How a channel that can't be spoken in says so."""


class ApiError(Exception):
    """An answer other than success."""

    def __init__(self, status: int, code: int, text: str, faults: list[str] | None = None) -> None:
        self.status = status
        self.body: Json = {"code": code, "message": text}
        if faults:
            self.body["errors"] = {"payload": {"_errors": [{"code": "FAULT", "message": each} for each in faults]}}


@dataclass(slots=True)
class Interaction:
    """An interaction in progress. original: the message of its first answer. shown: every message it made or edited."""

    payload: Json
    at: float
    callback: Json | None = None
    original: str | None = None
    deferred: bool = False
    answers: int = 0
    shown: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Fault:
    """Something that goes wrong on requests whose `METHOD /path` matches; used up after `times` requests.

    status and body: the answer instead of the real one; done: the work is done all the same. delay: seconds before it. close: "before" drops the
    connection with nothing done, "after" does the work and then drops it, so that the sender can't know.
    """

    match: str
    status: int | None = None
    body: Json | None = None
    headers: dict[str, str] | None = None
    delay: float = 0.0
    close: str = ""
    done: bool = False
    times: int = 1


class Limiter:
    """Discord's limits, counted as it counts them; off until switched on."""

    def __init__(self) -> None:
        self.on = False
        self.per_second = 50
        self.route, self.route_seconds = 5, 5.0
        self.window: deque[float] = deque()
        self.buckets: dict[str, tuple[int, float]] = {}
        self.limited = {"global": 0, "user": 0}
        self.most_in_a_second = 0

    def check(self, name: str, bucket: str | None) -> tuple[dict[str, str], tuple[Json, dict[str, str]] | None]:
        """Count a request; returns the headers of its answer, and the body and headers of a 429 where one is due."""
        now = time.monotonic()
        if not self.on:
            return {}, None
        headers: dict[str, str] = {}
        if name not in EXEMPT:
            while self.window and self.window[0] <= now - 1:
                self.window.popleft()
            if len(self.window) >= self.per_second:
                self.limited["global"] += 1
                wait = self.window[0] + 1 - now
                return {}, self._refuse(wait, "global", {"X-RateLimit-Global": "true"})
            self.window.append(now)
            self.most_in_a_second = max(self.most_in_a_second, len(self.window))
        if bucket:
            used, until = self.buckets.get(bucket, (0, 0.0))
            if now >= until:
                used, until = 0, now + self.route_seconds
            headers = {
                "X-RateLimit-Limit": str(self.route),
                "X-RateLimit-Remaining": str(max(0, self.route - used - 1)),
                "X-RateLimit-Reset": f"{time.time() + until - now:.3f}",
                "X-RateLimit-Reset-After": f"{until - now:.3f}",
                "X-RateLimit-Bucket": name,
            }
            if used >= self.route:
                self.limited["user"] += 1
                return {}, self._refuse(until - now, "user", headers)
            self.buckets[bucket] = (used + 1, until)
        return headers, None

    @staticmethod
    def _refuse(wait: float, scope: str, headers: dict[str, str]) -> tuple[Json, dict[str, str]]:
        body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": scope == "global"}
        # Without Via, discord.py takes a 429 for a ban by the proxy in front of Discord and gives up.
        return body, headers | {"Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": scope, "Via": "1.1 fake"}
