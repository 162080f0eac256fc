"""Discord's REST API and gateway for measurements. `python -m tests.bench.discord_stub`.

POST /ctl/flood with {"count": N, "rate": R, "seconds": S} sends N interactions `/treaty article:4` through the
gateway, compressed as Discord compresses, all at once or R a second, and answers with the figures once each was
called back or S seconds are over. Each comes from a person and a channel of its own, every other one Italian.
POST /ctl/polled answers once a bot has identified. POST /ctl/expect and /ctl/posts are about messages to channels:
see `tests.bench.posts`.
"""

from __future__ import annotations

import asyncio
import json
import time
import zlib

from tests.bench.posts import Posts
from tests.bench.wire import BINARY_FRAME, CLOSE_FRAME, Connection, Received, Tally, encode, listen

SNOWFLAKE = 10**17
PEOPLE, CHANNELS = 5 * 10**17, 6 * 10**17
GUILD, BOT, OWNER = "10", "1", "77"
SERVED_SECONDS = 3_600
HEARTBEAT_MS = 41_250
CHUNK = 25
"""Interactions between two looks at what came in."""

# What comes with every message: five in five seconds to a channel, and here each is the first one.
BUCKET = (
    b"X-RateLimit-Limit: 5\r\nX-RateLimit-Remaining: 4\r\nX-RateLimit-Reset: 1795450868.000\r\n"
    b"X-RateLimit-Reset-After: 5.000\r\nX-RateLimit-Bucket: 0123456789abcdef0123456789abcdef\r\nVia: 1.1 google\r\n"
)
TOO_MANY = b"X-RateLimit-Global: true\r\nX-RateLimit-Scope: global\r\nRetry-After: %d\r\nVia: 1.1 google\r\n"
ONE_CHANNEL = b"X-RateLimit-Scope: user\r\nRetry-After: %d\r\nVia: 1.1 google\r\n"

_HELLO, _IDENTIFY, _HEARTBEAT, _ACK, _DISPATCH = 10, 2, 1, 11, 0
_USER = {"id": BOT, "username": "pactwatch", "discriminator": "0", "avatar": None, "global_name": None, "bot": True}
_ROLE = {
    "id": GUILD, "name": "@everyone", "permissions": "2048", "position": 0, "color": 0, "hoist": False,
    "colors": {"primary_color": 0}, "managed": False, "mentionable": False, "flags": 0,
}  # fmt: skip
_GUILD = {
    "id": GUILD, "name": "Guild", "owner_id": OWNER, "roles": [_ROLE], "emojis": [], "features": [], "stickers": [],
    "channels": [], "members": [], "member_count": 2, "threads": [], "voice_states": [], "presences": [],
    "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [], "afk_channel_id": None,
    "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
    "mfa_level": 0, "premium_tier": 0, "preferred_locale": "en-US", "nsfw_level": 0, "system_channel_id": None,
    "system_channel_flags": 0, "unavailable": False, "large": False, "joined_at": "2024-01-01T00:00:00+00:00",
}  # fmt: skip
_APPLICATION = {
    "id": BOT, "name": "pactwatch", "icon": None, "description": "", "bot_public": True, "flags": 0,
    "bot_require_code_grant": False, "owner": _USER, "verify_key": "x", "team": None,
}  # fmt: skip


def interaction(number: int) -> dict[str, object]:
    """A slash command in a channel of a guild."""
    person = {"id": str(PEOPLE + number), "username": "ada", "discriminator": "0", "avatar": None, "global_name": None}
    channel = str(CHANNELS + number)
    return {
        "id": str(SNOWFLAKE + number), "application_id": BOT, "type": 2, "token": f"token{number}", "version": 1,
        "guild_id": GUILD, "channel_id": channel,
        "channel": {
            "id": channel, "type": 0, "name": "news", "permissions": "2048", "position": 0, "parent_id": None,
            "guild_id": GUILD, "nsfw": False, "topic": None, "last_message_id": None, "rate_limit_per_user": 0,
            "flags": 0,
        },
        "member": {
            "user": person, "roles": [], "joined_at": "2024-01-01T00:00:00+00:00", "deaf": False, "mute": False,
            "flags": 0, "permissions": "2048",
        },
        "locale": "it" if number % 2 else "en-US", "entitlements": [], "app_permissions": "2048", "context": 0,
        "attachment_size_limit": 10_485_760, "authorizing_integration_owners": {"0": GUILD},
        "data": {"id": "5", "name": "treaty", "type": 1, "options": [{"name": "article", "type": 3, "value": "4"}]},
    }  # fmt: skip


class Gateway:
    """The open gateway connection, compressed with one zlib stream."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stream = zlib.compressobj()
        self._sequence = 0

    def send(self, op: int, data: object, event: str | None = None) -> None:
        """Send one payload."""
        if event is not None:
            self._sequence += 1
        plain = encode({"op": op, "d": data, "s": self._sequence if event else None, "t": event})
        self._connection.send(self._stream.compress(plain) + self._stream.flush(zlib.Z_SYNC_FLUSH), BINARY_FRAME)


class DiscordStub:
    """One bot's Discord."""

    def __init__(self) -> None:
        self._gateway: Gateway | None = None
        self._identified = 0.0
        self._asking: list[Connection] = []
        self._tally: Tally | None = None
        self._first = 0
        self._next = 0
        self._sent = 0
        self._posts = Posts()

    def serve(self, connection: Connection, request: Received) -> None:
        """Answer one request."""
        path = request.path
        if path.endswith("/callback"):
            self._callback(connection, path)
        elif b"\nupgrade: websocket" in request.head.lower():
            connection.upgrade(request)
            self._gateway = Gateway(connection)
            self._gateway.send(_HELLO, {"heartbeat_interval": HEARTBEAT_MS})
        elif path == "/ctl/flood":
            self._task = asyncio.ensure_future(self._flood(connection, json.loads(request.body)))
        elif path == "/ctl/polled":
            self._asking.append(connection)
            self._tell()
        elif path == "/ctl/expect":
            self._posts.expect(json.loads(request.body))
            connection.reply(b"{}")
        elif path == "/ctl/posts":
            self._counting = asyncio.ensure_future(self._count(connection, json.loads(request.body)))
        elif path.endswith("/messages") and request.method == "POST":
            self._message(connection, path.split("/")[-2])
        else:
            connection.reply(self._rest(request))

    def _rest(self, request: Received) -> bytes:
        host = request.head.partition(b"\r\nHost: ")[2].partition(b"\r\n")[0].decode()
        match request.path.removeprefix("/api/v10"):
            case "/gateway/bot" | "/gateway":
                limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
                return encode({"url": f"ws://{host}/", "shards": 1, "session_start_limit": limit})
            case "/users/@me":
                return encode(_USER)
            case "/oauth2/applications/@me":
                return encode(_APPLICATION)
            case _ if request.path.endswith("/commands"):
                return b"[]"
            case _:
                return b"{}"

    def frame(self, connection: Connection, opcode: int, payload: bytes) -> None:
        """Take one frame of the gateway in."""
        gateway = self._gateway
        if opcode == CLOSE_FRAME or gateway is None:
            connection.send(payload, CLOSE_FRAME)
            return
        op = json.loads(payload)["op"]
        if op == _HEARTBEAT:
            gateway.send(_ACK, None)
        elif op == _IDENTIFY:
            gateway.send(
                _DISPATCH,
                {
                    "v": 10, "user": _USER, "guilds": [{"id": GUILD, "unavailable": True}], "session_id": "s",
                    "shard": [0, 1], "resume_gateway_url": "ws://127.0.0.1:9/", "application": {"id": BOT, "flags": 0},
                },
                "READY",
            )  # fmt: skip
            gateway.send(_DISPATCH, _GUILD, "GUILD_CREATE")
            self._identified = time.monotonic()
            self._tell()

    def _tell(self) -> None:
        if self._identified:
            for asking in self._asking:
                asking.reply(encode({"at": self._identified}))
            self._asking.clear()

    def _callback(self, connection: Connection, path: str) -> None:
        number = int(path.split("/")[-3]) - SNOWFLAKE
        connection.reply(
            b'{"interaction":{"id":"%d","type":2,"response_message_id":"9"},"resource":{"type":4,"message":'
            b'{"id":"9","channel_id":"%d","author":{"id":"1","username":"pactwatch","discriminator":"0",'
            b'"avatar":null,"global_name":null,"bot":true},"content":"","timestamp":"2026-11-23T16:00:00+00:00",'
            b'"edited_timestamp":null,"tts":false,"mention_everyone":false,"mentions":[],"mention_roles":[],'
            b'"attachments":[],"embeds":[],"pinned":false,"type":0,"flags":0,"components":[]}}}'
            % (number + SNOWFLAKE, number + CHANNELS)
        )
        if self._tally is not None:
            self._tally.answer(number - self._first)

    def _message(self, connection: Connection, channel: str) -> None:
        seconds = self._posts.take(channel)
        if seconds is not None:
            whole = seconds <= 1  # the limit of the whole bot; a channel that is closed is so for long
            body = {"message": "You are being rate limited.", "retry_after": seconds, "global": whole}
            connection.reply(encode(body), 429, (TOO_MANY if whole else ONE_CHANNEL) % seconds)
            return
        self._sent += 1
        connection.reply(
            b'{"id":"%d","channel_id":"%b","author":{"id":"1","username":"pactwatch","discriminator":"0",'
            b'"avatar":null,"global_name":null,"bot":true},"content":"","timestamp":"2026-11-23T16:00:00+00:00",'
            b'"edited_timestamp":null,"tts":false,"mention_everyone":false,"mentions":[],"mention_roles":[],'
            b'"attachments":[],"embeds":[],"pinned":false,"type":0,"flags":0,"components":[]}'
            % (SNOWFLAKE + self._sent, channel.encode()),
            headers=BUCKET,
        )

    async def _count(self, connection: Connection, asked: dict[str, object]) -> None:
        connection.reply(encode(await self._posts.figures(asked)))

    async def _flood(self, connection: Connection, asked: dict[str, object]) -> None:
        count, rate = int(asked["count"]), float(asked.get("rate", 0))
        self._first, self._next = self._next, self._next + count
        finished = asyncio.Event()
        payloads = [interaction(self._first + index) for index in range(count)]
        self._tally = tally = Tally(count, finished.set)
        try:
            async with asyncio.timeout(float(asked["seconds"])):
                await self._send(payloads, rate, tally)
                await finished.wait()
        except TimeoutError:
            pass
        self._tally = None
        connection.reply(encode(tally.figures()))

    async def _send(self, payloads: list[dict[str, object]], rate: float, tally: Tally) -> None:
        assert self._gateway is not None
        began = time.monotonic()
        for index, payload in enumerate(payloads):
            due = began + index / rate if rate else time.monotonic()
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            tally.sent(index, due)
            self._gateway.send(_DISPATCH, payload, "INTERACTION_CREATE")
            if index % CHUNK == 0:
                await asyncio.sleep(0)


async def main() -> None:
    """Serve until ended."""
    stub = DiscordStub()
    await listen(lambda: Connection(stub.serve, stub.frame), SERVED_SECONDS)


if __name__ == "__main__":
    asyncio.run(main())
