"""A bare HTTP/1.1 and WebSocket server, lean enough that a stub on it never is what a bot waits for.

It reads what the clients in these measurements write (bodies with a Content-Length, one request at a time on a
connection, masked frames below 64 KB) and nothing beyond.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import resource
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TEXT_FRAME, BINARY_FRAME, CLOSE_FRAME = 1, 2, 8
_WEBSOCKET = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass(frozen=True, slots=True)
class Received:
    """One request. `head` holds the request line and the headers as they came."""

    method: str
    path: str
    query: str
    head: bytes
    body: bytes


class Connection(asyncio.Protocol):
    """One connection of a client. `serve` is given each request, `frame` each WebSocket frame."""

    def __init__(
        self,
        serve: Callable[[Connection, Received], None],
        frame: Callable[[Connection, int, bytes], None] | None = None,
    ) -> None:
        self._serve = serve
        self._frame = frame
        self._buffer = b""
        self._upgraded = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._frame_read() if self._upgraded else self._request_read():
            pass

    @property
    def closed(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def reply(self, body: bytes, status: int = 200, headers: bytes = b"") -> None:
        """Answer the request; discord.py takes nothing but exactly this content type for JSON.

        headers: further ones, each with its line's end.
        """
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(
                b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%b\r\n"
                % (status, len(body), headers)
                + body
            )

    def upgrade(self, request: Received) -> None:
        """Turn the connection into a WebSocket."""
        assert self._transport is not None
        key = header(request.head, b"sec-websocket-key")
        accept = base64.b64encode(hashlib.sha1(key + _WEBSOCKET, usedforsecurity=False).digest())
        self._transport.write(
            b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept
            + b"\r\n\r\n"
        )  # fmt: skip
        self._upgraded = True

    def send(self, payload: bytes, opcode: int = BINARY_FRAME) -> None:
        """Send one WebSocket frame."""
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, size)
        elif size < 65_536:
            head = struct.pack("!BBH", 0x80 | opcode, 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 127, size)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head + payload)

    def _request_read(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self._buffer[:end]
        start = end + 4
        size = int(header(head, b"content-length") or b"0")
        if len(self._buffer) < start + size:
            return False
        body, self._buffer = self._buffer[start : start + size], self._buffer[start + size :]
        method, target, _ = head.split(b" ", 2)
        path, _, query = target.decode().partition("?")
        self._serve(self, Received(method.decode(), path, query, head, body))
        return True

    def _frame_read(self) -> bool:
        if len(self._buffer) < 2:
            return False
        opcode, size, start = self._buffer[0] & 15, self._buffer[1] & 127, 2
        if size == 126:
            size, start = int.from_bytes(self._buffer[2:4]), 4
        if len(self._buffer) < start + 4 + size:
            return False
        mask = self._buffer[start : start + 4]
        masked = self._buffer[start + 4 : start + 4 + size]
        self._buffer = self._buffer[start + 4 + size :]
        if self._frame is not None:
            self._frame(self, opcode, bytes(byte ^ mask[at % 4] for at, byte in enumerate(masked)))
        return True


def header(head: bytes, name: bytes) -> bytes:
    """A header's value, empty where it is missing; `name` in lower case."""
    lowered = head.lower()
    at = lowered.find(b"\r\n" + name + b":")
    if at < 0:
        return b""
    start = at + len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip()


class Tally:
    """Which of the things sent out were answered, and when. Seconds of `time.monotonic`, the same in all processes."""

    def __init__(self, size: int, done: Callable[[], None]) -> None:
        self.size = size
        self.answered = 0
        self._done = done
        self._due = [0.0] * size
        self._latencies: list[float] = []
        self._first = self._last = 0.0
        self._cpu = cpu_seconds()

    def sent(self, index: int, due: float) -> None:
        """Note that the thing was due to be sent at a moment; it counts from then on."""
        if not self._due[index]:
            self._due[index] = due
            self._first = self._first or time.monotonic()

    def answer(self, index: int) -> None:
        """Note an answer; a second one to the same thing counts for nothing."""
        if not 0 <= index < self.size or self._due[index] <= 0:
            return
        self._last = time.monotonic()
        self._latencies.append(self._last - self._due[index])
        self._due[index] = -1.0
        self.answered += 1
        if self.answered == self.size:
            self._done()

    def figures(self) -> dict[str, float]:
        """Answers a second, latencies in milliseconds, and the share of its core that the stub itself needed."""
        took = max(0.0, self._last - self._first)
        ordered = sorted(self._latencies)
        return {
            "asked": self.size,
            "answered": self.answered,
            "seconds": round(took, 4),
            "rate": round(self.answered / took, 1) if took > 0 else 0.0,
            "p50": percentile(ordered, 0.50) * 1000,
            "p95": percentile(ordered, 0.95) * 1000,
            "p99": percentile(ordered, 0.99) * 1000,
            "stub": round((cpu_seconds() - self._cpu) / took, 2) if took > 0 else 0.0,
        }


def percentile(ordered: list[float], part: float) -> float:
    """The value below which `part` of the ordered values lie; 0 where there are none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


def cpu_seconds() -> float:
    """What this process has used of a processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def encode(value: Any) -> bytes:
    """JSON, as short as it can be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


async def listen(make: Callable[[], Connection], seconds: float) -> None:
    """Serve on a free port of the loopback, announced on standard output as `{"port": N}`, for a bounded time."""
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, backlog=512)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    try:
        async with asyncio.timeout(seconds):
            await server.serve_forever()
    except TimeoutError:
        sys.exit("the stub's time is over")
