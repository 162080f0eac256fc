"""The gateway of the fake Discord: identify, heartbeat, dispatch, resume with replay, and the ways it can fail."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.platforms.discord_payloads import APP, BOT, GUILD, Json, guild

PRIVILEGED = {1 << 1: "GUILD_MEMBERS", 1 << 8: "GUILD_PRESENCES", 1 << 15: "MESSAGE_CONTENT"}
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 0, 1, 2, 6, 7, 9, 10, 11
GUILD_EVENTS = 1 << 0
FOR_GOOD = {1000, 1001}
REPLAYED = 1000


@dataclass(slots=True)
class Connection:
    """One websocket. A client that asks for it gets one zlib stream over all messages."""

    ws: web.WebSocketResponse
    stream: Any

    async def send(self, op: int, data: object, seq: int | None = None, event: str | None = None) -> None:
        body = json.dumps({"op": op, "d": data, "s": seq, "t": event}).encode()
        if self.stream:
            await self.ws.send_bytes(self.stream.compress(body) + self.stream.flush(zlib.Z_SYNC_FLUSH))
        else:
            await self.ws.send_str(body.decode())


@dataclass(slots=True)
class Session:
    """What Discord remembers of a shard between two connections: what was sent, so that it can be sent again."""

    id: str
    shard: tuple[int, int]
    intents: int
    seq: int = 0
    sent: deque[tuple[int, str, Json]] = field(default_factory=lambda: deque(maxlen=REPLAYED))
    connection: Connection | None = None
    left_at: float = 0.0

    @property
    def open(self) -> bool:
        ws = self.connection.ws if self.connection else None
        return ws is not None and not ws.closed and ws._writer is not None and not ws._writer.transport.is_closing()

    async def dispatch(self, event: str, data: Json) -> None:
        self.seq += 1
        self.sent.append((self.seq, event, data))
        if self.open:
            await self.connection.send(DISPATCH, data, self.seq, event)


class Gateway:
    """All shards' sessions. `lag` replays that many events too many on RESUME, as Discord now and then does.

    shards: how many Discord advises; fewer than `least` are refused. starts: sessions that may be begun today, one
    more costs the token. at_once (max_concurrency): so many, each in its own bucket, in `start_seconds` (Discord: 5; 0
    asks for no pace). keeps_seconds: how long a session can be taken up that nobody has. What broke these rules stands
    in `broken`.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self.url = ""
        self._sockets: set[web.WebSocketResponse] = set()
        self._closing: set[asyncio.Task[bool]] = set()
        self.forget()

    def forget(self) -> None:
        """Become as new; whoever is still connected belongs to no session any more."""
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.broken: list[Json] = []
        self.shards, self.least, self.starts, self.at_once = 1, 0, 1000, 1
        self.start_seconds, self.keeps_seconds = 0.0, 60.0
        self._started: dict[int, float] = {}
        self.heartbeats = 0
        self.refuse = False
        self.lag = 0
        self.silent = False
        self.deaf = False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Handle one websocket from HELLO to its end."""
        if self.refuse:
            return web.Response(status=503)
        ws = web.WebSocketResponse(max_msg_size=0, autoclose=False)
        await ws.prepare(request)
        self._sockets.add(ws)
        connection = Connection(ws, zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None)
        await connection.send(HELLO, {"heartbeat_interval": 41250})
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    await self._receive(connection, json.loads(message.data))
            if self.deaf:
                await asyncio.Event().wait()
            await ws.close()
        finally:
            self._sockets.discard(ws)
            self._is_left(connection)
        return ws

    async def _receive(self, connection: Connection, message: Json) -> None:
        data = message.get("d")
        match message["op"]:
            case 1:
                self.heartbeats += 1
                if not self.silent:
                    await connection.send(HEARTBEAT_ACK, None)
            case 2:
                await self._identify(connection, data)
            case 6:
                await self._resume(connection, data)

    def _is_left(self, connection: Connection) -> None:
        """A session outlives its connection, unless whoever had it said goodbye for good."""
        for session in tuple(self.sessions.values()):
            if session.connection is connection:
                session.left_at = time.monotonic()
                if connection.ws.close_code in FOR_GOOD:
                    del self.sessions[session.id]

    @property
    def left(self) -> int:
        """How many sessions may still be begun today."""
        return max(0, self.starts - len(self.identifies))

    def _starts_in_turn(self, shard: tuple[int, int], now: float) -> bool:
        bucket = shard[0] % self.at_once
        last, self._started[bucket] = self._started.get(bucket, float("-inf")), now
        return now - last >= self.start_seconds

    async def _identify(self, connection: Connection, data: Json) -> None:
        now, shard = time.monotonic(), tuple(data.get("shard") or (0, 1))
        left = self.left
        seen = {key: data.get(key) for key in ("intents", "shard", "properties", "compress")}
        self.identifies.append(seen | {"at": now})
        if not left:
            self.broken.append({"rule": "starts", "shard": shard, "at": now})
            self.token = ""
        if not self._starts_in_turn(shard, now):
            self.broken.append({"rule": "pace", "shard": shard, "at": now})
            await connection.send(INVALID_SESSION, False)
            return
        if data["token"] != self.token:
            await connection.ws.close(code=4004, message=b"Authentication failed.")
            return
        if any(data.get("intents", 0) & bit for bit in PRIVILEGED):
            await connection.ws.close(code=4014, message=b"Disallowed intent(s).")
            return
        if shard[1] < self.least:
            await connection.ws.close(code=4011, message=b"Sharding required.")
            return
        session = Session(f"session{len(self.identifies)}", shard, data["intents"], connection=connection)
        # Another program that is connected with the same token goes on being told everything as well.
        self.sessions = {key: each for key, each in self.sessions.items() if each.shard != shard or each.open}
        self.sessions[session.id] = session
        guilds = [GUILD] if (int(GUILD) >> 22) % shard[1] == shard[0] else []
        await session.dispatch(
            "READY",
            {
                "v": 10,
                "user": BOT,
                "guilds": [{"id": each, "unavailable": True} for each in guilds],
                "session_id": session.id,
                "shard": shard,
                "resume_gateway_url": self.url,
                "application": {"id": APP, "flags": 0},
            },
        )
        if session.intents & GUILD_EVENTS:
            for each in guilds:
                await session.dispatch("GUILD_CREATE", guild(each))

    async def _resume(self, connection: Connection, data: Json) -> None:
        session = self.sessions.get(data["session_id"])
        gone = session and not session.open and time.monotonic() - session.left_at > self.keeps_seconds
        if session is None or gone or data["token"] != self.token:
            await connection.send(INVALID_SESSION, False)
            return
        self.resumes.append({"shard": list(session.shard), "at": time.monotonic()})
        before, session.connection = session.connection, connection
        if before is not None and not before.ws.closed:
            # Not awaited: whoever had it may stand still and say no goodbye.
            closing = asyncio.create_task(before.ws.close(code=4000))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
        for seq, event, body in tuple(session.sent):
            if seq > data["seq"] - self.lag and event not in {"READY", "RESUMED"}:
                await connection.send(DISPATCH, body, seq, event)
        await session.dispatch("RESUMED", {"_trace": []})

    async def dispatch(self, event: str, data: Json) -> bool:
        """Send an event to the shard it belongs to; False when no session is there to take it."""
        taken = False
        for session in tuple(self.sessions.values()):
            place, count = session.shard
            if (int(data.get("guild_id") or 0) >> 22) % count == place:
                await session.dispatch(event, data)
                taken = True
        return taken

    @property
    def online(self) -> int:
        """How many shards are connected and identified."""
        return sum(bool(each.connection and not each.connection.ws.closed) for each in self.sessions.values())

    @property
    def served(self) -> list[list[int]]:
        """The shards that somebody is connected for, each with how many shards there are; twice where two are."""
        return sorted(list(each.shard) for each in self.sessions.values() if each.open)

    async def control(self, action: str, *, code: int = 4000, lag: int = 0) -> None:
        """Do to every connection what Discord may do to it.

        reconnect, invalid, invalid_resumable: the opcodes 7 and 9. drop: the connection is lost without a word.
        close: it is closed with `code`. outage, recovery: a guild becomes unavailable, and is back.
        kick, invite: the bot is removed from the guild, and added to it.
        refuse, accept: new connections are refused, or taken again. silence: heartbeats are no longer answered.
        deaf: a goodbye is not answered either.
        """
        self.lag = lag
        live = [each.connection for each in self.sessions.values() if each.connection and not each.connection.ws.closed]
        match action:
            case "refuse" | "accept":
                self.refuse = action == "refuse"
            case "silence":
                self.silent = True
            case "deaf":
                self.deaf = True
            case "outage":
                await self.dispatch("GUILD_DELETE", {"id": GUILD, "guild_id": GUILD, "unavailable": True})
            case "recovery":
                await self.dispatch("GUILD_CREATE", guild() | {"guild_id": GUILD})
            case "kick":
                await self.dispatch("GUILD_DELETE", {"id": GUILD, "guild_id": GUILD})
            case "invite":
                joined = {key: value for key, value in guild().items() if key != "unavailable"}
                await self.dispatch("GUILD_CREATE", joined | {"guild_id": GUILD})
            case "invalid":
                self.sessions.clear()
        for connection in live:
            match action:
                case "reconnect":
                    await connection.send(RECONNECT, None)
                case "invalid" | "invalid_resumable":
                    await connection.send(INVALID_SESSION, action == "invalid_resumable")
                case "drop":
                    if connection.ws._writer is not None and connection.ws._writer.transport is not None:
                        connection.ws._writer.transport.abort()
                case "close":
                    await connection.ws.close(code=code)

    async def close(self) -> None:
        """Hang up on everybody."""
        await asyncio.gather(*(ws.close(code=1001) for ws in tuple(self._sockets)), return_exceptions=True)
