"""What the fake Discord keeps about requests: errors, interactions in progress, faults on purpose, limits, figures."""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.discord_payloads import Json

EXEMPT = {"callback", "get_answer", "patch_answer", "delete_answer", "follow_up"}
"""What answers an interaction is not counted against the overall limit."""

VIA = {"Via": "1.1 fake"}
"""Without it, discord.py takes a 429 for a ban by the proxy in front of Discord and gives up."""

SHUT = {
    code: (status, code, text)
    for status, code, text in (
        (404, 10003, "Unknown Channel"),
        (403, 50001, "Missing Access"),
        (403, 50007, "Cannot send messages to this user"),
        (400, 50008, "Cannot send messages in a non-text channel"),
        (403, 50013, "Missing Permissions"),
        (400, 50083, "Thread is archived"),
        (400, 160005, "Thread is locked"),
    )
}
"""How a channel that can't be spoken in says so."""


class ApiError(Exception):
    """An answer other than success."""

    def __init__(
        self,
        status: int,
        code: int,
        text: str,
        faults: list[str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.headers = dict(headers or {})
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

    status and body: the answer instead of the real one, a text as HTML; done: the work is done all the same. delay:
    seconds before it. close: "before" drops the connection with nothing done, "after" does the work and then drops it,
    so that the sender can't know.
    """

    match: str
    status: int | None = None
    body: Json | str | None = None
    headers: dict[str, str] | None = None
    delay: float = 0.0
    close: str = ""
    done: bool = False
    times: int = 1


class Storm:
    """A share of all requests in channels goes wrong in ways drawn from a seed.

    kinds: 429s for one kind of request in one channel (`user`, `shared`) or for the whole bot (`global`), each for
    `wait` seconds (least, most); `5xx`, with the work done or not; `before` and `after`, see `Fault.close`.
    """

    KINDS = ("user", "shared", "global", "5xx", "before", "after")

    def __init__(
        self, share: float, seed: int = 1, wait: tuple[float, float] = (1.0, 5.0), kinds: tuple[str, ...] = KINDS
    ) -> None:
        self._share, self._wait, self._kinds = share, wait, kinds
        self._random = random.Random(seed)  # a test repeats itself
        self.struck: Counter[str] = Counter()

    def strike(self) -> Fault | None:
        """What becomes of the next request; None where all is well."""
        if self._random.random() >= self._share:
            return None
        kind = self._random.choice(self._kinds)
        self.struck[kind] += 1
        match kind:
            case "before" | "after":
                return Fault("", close=kind)
            case "5xx":
                done = self._random.random() < 0.5
                return Fault("", status=self._random.choice((500, 502, 503, 504)), body={"message": "x"}, done=done)
            case _:
                body, headers = refusal(self._random.uniform(*self._wait), kind)
                return Fault("", status=429, body=body, headers=headers)


def refusal(wait: float, scope: str, headers: Mapping[str, str] | None = None) -> tuple[Json, dict[str, str]]:
    """The body and headers of a 429 for `wait` seconds; scope: user, shared or global."""
    body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": scope == "global"}
    whole = {"X-RateLimit-Global": "true"} if scope == "global" else {}
    return body, {**(headers or {}), **whole, "Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": scope, **VIA}


class Limiter:
    """Discord's limits, counted as it counts them; off until switched on."""

    def __init__(self) -> None:
        self.on = False
        self.per_second = 50
        self.route, self.route_seconds = 5, 5.0
        self.window: deque[float] = deque()
        self.buckets: dict[str, tuple[int, float]] = {}
        self.limited = {"global": 0, "user": 0}

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
                return {}, refusal(self.window[0] + 1 - now, "global")
            self.window.append(now)
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
                return {}, refusal(until - now, "user", headers)
            self.buckets[bucket] = (used + 1, until)
        return headers, None


class Tally:
    """Figures of all requests, kept also where the requests themselves are not.

    inside_pause: requests of a kind, or of any, that came while a 429 for it was in force. What was under way when it
    was answered can't know, so the first `grace` seconds are not counted. speed: how many seconds of a pause pass in
    one. most_in_a_second: within any second, what answers interactions aside.
    """

    def __init__(self) -> None:
        self.grace, self.speed = 0.25, 1.0
        self.requests = self.inside_pause = self.most_in_a_second = 0
        self.statuses: Counter[int] = Counter()
        self.invalid: Counter[int] = Counter()
        self.posts = 0
        self.posted_at = (0.0, 0.0)
        self._second: deque[float] = deque()
        self._pauses: dict[str, tuple[float, float]] = {}

    def arrives(self, name: str, bucket: str | None, now: float) -> None:
        """Count a request; `name` is its handler's."""
        self.requests += 1
        if name not in EXEMPT:
            second = self._second
            second.append(now)
            while second[0] <= now - 1:
                second.popleft()
            self.most_in_a_second = max(self.most_in_a_second, len(second))
        for scope in (bucket, None if name in EXEMPT else ""):
            begun, until = self._pauses.get(scope, (0.0, 0.0)) if scope is not None else (0.0, 0.0)
            if begun + self.grace < now < until:
                self.inside_pause += 1
                return

    def answered(self, name: str, bucket: str | None, status: int, body: Any, headers: Mapping[str, str]) -> None:
        """Count an answer; status 0: none was given."""
        now = time.monotonic()
        self.statuses[status] += 1
        if name == "post_message" and status == 200:
            self.posts += 1
            self.posted_at = (self.posted_at[0] or now, now)
        if status in {401, 403} or (status == 429 and headers.get("X-RateLimit-Scope") != "shared"):
            self.invalid[status] += 1
        if status == 429 and isinstance(body, dict) and "retry_after" in body:
            scope = "" if body.get("global") else bucket
            if scope is not None:
                begun, until = self._pauses.get(scope, (now, 0.0))
                self._pauses[scope] = (
                    begun if until > now else now,
                    max(until, now + body["retry_after"] / self.speed),
                )

    def figures(self) -> Json:
        """Everything counted. posts: new messages, and how many a second from the first to the last."""
        took = self.posted_at[1] - self.posted_at[0]
        return {
            "requests": self.requests,
            "statuses": {str(each): count for each, count in sorted(self.statuses.items())},
            "invalid": sum(self.invalid.values()),
            "inside_pause": self.inside_pause,
            "most_in_a_second": self.most_in_a_second,
            "posts": self.posts,
            "post_seconds": round(took, 3),
            "posts_per_second": round((self.posts - 1) / took, 2) if took > 0 else 0.0,
        }
