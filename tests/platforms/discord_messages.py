"""Channels, threads and messages of the fake Discord: who may write where, what can be changed, what goes on to others.

A channel that no test has named is an ordinary text channel of the bot's server; any number costs nothing.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tests.platforms import discord_limits as limits
from tests.platforms.discord_gateway import Gateway
from tests.platforms.discord_payloads import (
    BOT,
    EPOCH_MS,
    Ids,
    Json,
    channel_of,
    message,
    thread_of,
    user,
)
from tests.platforms.discord_traffic import SHUT, VIA, ApiError

NONCE_SECONDS = 300.0
LOADING = 1 << 7
"""The flag of the "is thinking …" a deferred answer shows."""
CROSSPOSTED = 1 << 0
ANNOUNCEMENTS = 5
THREADS = {10, 11, 12}
OLD_EDITS = 30046


class Messages:
    """The part of the REST API that is about channels and what stands in them."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.ids = Ids()
        self._telling: set[asyncio.Task[bool]] = set()
        self.forget_messages()

    def forget_messages(self) -> None:
        """Become as new, ids aside."""
        self.violations: list[Json] = []
        self.messages: dict[str, Json] = {}
        self.posted: dict[str, list[str]] = {}
        self.nonces: dict[tuple[str, str], tuple[float, str]] = {}
        self.nonce_seconds = NONCE_SECONDS
        self.shut: dict[str, int] = {}
        self.channels: dict[str, Json] = {}
        self.old_seconds, self.old_edits = 3600.0, 1_000_000
        self.aged: dict[str, float] = {}
        self.edited_old: dict[str, int] = {}
        self.crossposts, self.crosspost_seconds = 10, 3600.0
        self.published: dict[str, list[float]] = {}

    def tell(self, event: str, data: Json) -> None:
        """Let the gateway say something, in its own time."""
        task = asyncio.create_task(self.gateway.dispatch(event, data))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    # Channels, as a test arranges them

    def set_channel(self, identity: str, kind: int) -> None:
        """A channel of this type is there."""
        new = identity not in self.channels
        self.channels[identity] = channel_of(identity, kind)
        self.tell("CHANNEL_CREATE" if new else "CHANNEL_UPDATE", self.channels[identity])

    def set_thread(self, identity: str, parent: str, *, archived: bool, locked: bool, kind: int = 11) -> None:
        """A thread is there, and open, archived or locked from now on."""
        new = identity not in self.channels
        self.channels[identity] = thread_of(identity, parent, kind, archived=archived, locked=locked)
        self.tell("THREAD_CREATE" if new else "THREAD_UPDATE", self.channels[identity])

    def delete_channel(self, identity: str) -> None:
        """A channel or thread is there no more."""
        gone = self.channels.pop(identity, None) or channel_of(identity)
        self.shut[identity] = 10003
        thread = gone["type"] in THREADS
        short = {key: gone[key] for key in ("id", "guild_id", "parent_id", "type")} if thread else gone
        self.tell("THREAD_DELETE" if thread else "CHANNEL_DELETE", short)

    # Routes

    def get_channel(self, body: Json, query: Json, channel: str) -> tuple[int, Json]:
        self._enter(channel)
        return 200, self.channels.get(channel) or channel_of(channel)

    def open_dm(self, body: Json, query: Json) -> tuple[int, Json]:
        return 200, {"id": f"7{body['recipient_id']}", "type": 1, "recipients": [user(str(body["recipient_id"]))]}

    def post_message(self, body: Json, query: Json, channel: str) -> tuple[int, Json]:
        self._enter(channel)
        self._open_thread(channel)
        self._note_violation(body)
        self._refuse(limits.message_faults(body))
        if body.get("flags", 0) & ~limits.POST_FLAGS:
            raise ApiError(400, 50035, "Invalid Form Body", ["flags: one that can't be set"])
        once, now = (channel, str(body.get("nonce"))), time.monotonic()
        if body.get("enforce_nonce") and body.get("nonce") is not None:
            at, known = self.nonces.get(once, (0.0, ""))
            if known in self.messages and now - at < self.nonce_seconds:
                return 200, self.messages[known]
        made = self._post(channel, body)
        if body.get("nonce") is not None:
            self.nonces[once] = (now, made["id"])
        return 200, made

    def get_message(self, body: Json, query: Json, channel: str, key: str) -> tuple[int, Json]:
        return 200, self._message(channel, key)

    def get_messages(self, body: Json, query: Json, channel: str) -> tuple[int, list[Json]]:
        """At most `limit`, newest first: the latest, the last ones before a message, or the first ones after one."""
        self._enter(channel)
        limit, after, before = int(query.get("limit", 50)), int(query.get("after", 0)), int(query.get("before", 0))
        if not 1 <= limit <= 100:
            raise ApiError(400, 50035, "Invalid Form Body", ["limit: 1 to 100"])
        here = [each for each in self.posted.get(channel, ()) if each in self.messages]
        here = [each for each in here if int(each) > after and (not before or int(each) < before)]
        here = here[:limit] if after else here[-limit:]
        return 200, [self.messages[each] for each in reversed(here)]

    def patch_message(self, body: Json, query: Json, channel: str, key: str) -> tuple[int, Json]:
        found = self._message(channel, key)
        self._note_violation(body)
        thread = self.channels.get(channel, {}).get("thread_metadata", {})
        if thread.get("archived"):
            raise ApiError(*SHUT[50083])
        if found["author"]["id"] != BOT["id"]:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        age = time.time() - ((int(key) >> 22) + EPOCH_MS) / 1000 + self.aged.get(key, 0.0)
        if age > self.old_seconds:
            self.edited_old[channel] = self.edited_old.get(channel, 0) + 1
            if self.edited_old[channel] > self.old_edits:
                text = "Maximum number of edits to messages older than 1 hour reached. Try again later."
                raise ApiError(429, OLD_EDITS, text, headers=VIA)
        if found["flags"] & CROSSPOSTED:
            self._publish(channel)
        return 200, self._edit(key, body)

    def delete_message(self, body: Json, query: Json, channel: str, key: str) -> tuple[int, None]:
        self._message(channel, key)
        del self.messages[key]
        return 204, None

    def crosspost(self, body: Json, query: Json, channel: str, key: str) -> tuple[int, Json]:
        found = self._message(channel, key)
        if self.channels.get(channel, {}).get("type", ANNOUNCEMENTS) != ANNOUNCEMENTS:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        self._publish(channel)
        if found["flags"] & CROSSPOSTED:
            raise ApiError(400, 40033, "This message has already been crossposted.")
        found["flags"] |= CROSSPOSTED
        return 200, found

    # Rules

    def _publish(self, channel: str) -> None:
        """Publishing and changing what was published has a limit of its own, whose headers tell nothing of it."""
        now = time.monotonic()
        lately = [each for each in self.published.get(channel, ()) if each > now - self.crosspost_seconds]
        if len(lately) >= self.crossposts:
            text = "The write action you are performing on the channel has hit the write rate limit."
            headers = {**VIA, "Retry-After": "1", "X-RateLimit-Scope": "shared"}
            error = ApiError(429, 20028, text, headers=headers)
            error.body |= {"global": False, "retry_after": round(lately[0] + self.crosspost_seconds - now, 3)}
            raise error
        self.published[channel] = [*lately, now]

    def _enter(self, channel: str) -> None:
        """Refuse a channel that a test has shut."""
        if code := self.shut.get(channel):
            raise ApiError(*SHUT[code])

    def _open_thread(self, channel: str) -> None:
        """A message opens an archived thread, but no locked one."""
        known = self.channels.get(channel)
        if known is None or known["type"] not in THREADS:
            return
        state = known["thread_metadata"]
        if state["locked"]:
            raise ApiError(*SHUT[50083 if state["archived"] else 160005])
        if state["archived"]:
            self.set_thread(channel, known["parent_id"], archived=False, locked=False, kind=known["type"])

    def _message(self, channel: str, key: str) -> Json:
        self._enter(channel)
        found = self.messages.get(key)
        if found is None or found["channel_id"] != channel:
            raise ApiError(404, 10008, "Unknown Message")
        return found

    def _post(self, channel: str, body: Json) -> Json:
        made = message(self.ids(), channel, BOT, body)
        self.messages[made["id"]] = made
        self.posted.setdefault(channel, []).append(made["id"])
        return made

    def _edit(self, identity: str, body: Json) -> Json:
        """An edit is checked as the message it results in; the v2 flag can be set by it and never taken away."""
        old = self.messages[identity]
        new = old | {key: body[key] for key in ("content", "components", "embeds") if key in body}
        new["flags"] = old["flags"] & ~LOADING | (body.get("flags", 0) & limits.COMPONENTS_V2)
        self._refuse(limits.message_faults({key: new[key] for key in ("content", "components", "embeds", "flags")}))
        new["edited_timestamp"] = "2026-11-23T16:01:00+00:00"
        self.messages[identity] = new
        return new

    def _note_violation(self, body: Json) -> None:
        faults = limits.mention_faults(body)
        if faults:
            self.violations.append({"faults": faults, "json": body})

    @staticmethod
    def _refuse(faults: list[str]) -> None:
        if faults:
            raise ApiError(400, 50035, "Invalid Form Body", faults)

    # Counting

    def copies(self, mark: str | None) -> dict[str, int]:
        """How many messages each channel has, all or only those that show `mark`."""
        if mark is None:
            counted = {each: sum(one in self.messages for one in ids) for each, ids in self.posted.items()}
        else:
            counted = {}
            for each in self.messages.values():
                if any(mark in text for text in limits.texts(each)):
                    counted[each["channel_id"]] = counted.get(each["channel_id"], 0) + 1
        return {channel: count for channel, count in counted.items() if count}

    def tallied(self, mark: str | None) -> Json:
        """The figures of `copies`, in short."""
        counted = self.copies(mark)
        nonces: dict[Any, int] = {}
        for each in self.messages.values():
            if "nonce" in each:
                key = (each["channel_id"], each["nonce"])
                nonces[key] = nonces.get(key, 0) + 1
        return {
            "messages": sum(counted.values()),
            "channels": len(counted),
            "most_in_a_channel": max(counted.values(), default=0),
            "doubled": [each for each, count in counted.items() if count > 1][:20],
            "most_with_a_nonce": max(nonces.values(), default=0),
        }
