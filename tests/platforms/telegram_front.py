"""The fast way in: messages of a broadcast past aiohttp's server, which would be what everybody waits for.

A connection is served here as long as it brings nothing but plain forms to methods that `Lean` takes; with its first
other request it becomes aiohttp's, for good.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

FORM = b"content-type: application/x-www-form-urlencoded"

Answer = Callable[[int, bytes | None], None]
"""Takes the status and the body; None closes the connection."""
Lean = Callable[[str, str, dict[str, Any], Answer], bool]
"""Is given token, method and parameters; False where it does not take the request."""


class Front(asyncio.Protocol):
    """One connection."""

    def __init__(self, lean: Lean, structured: set[str], otherwise: Callable[[], asyncio.Protocol]) -> None:
        self._lean = lean
        self._structured = structured
        self._otherwise = otherwise
        self._other: asyncio.Protocol | None = None
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self._other is not None:
            self._other.connection_lost(error)

    def eof_received(self) -> bool | None:
        return self._other.eof_received() if self._other is not None else None

    def pause_writing(self) -> None:
        if self._other is not None:
            self._other.pause_writing()

    def resume_writing(self) -> None:
        if self._other is not None:
            self._other.resume_writing()

    def data_received(self, data: bytes) -> None:
        if self._other is not None:
            self._other.data_received(data)
            return
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head, start = self._buffer[:end].lower(), end + 4
        at = head.find(b"\r\ncontent-length:")
        if at < 0 or FORM not in head or not head.startswith(b"post /bot"):
            self._hand_over()
            return
        stop = start + int(head[at + 17 :].partition(b"\r\n")[0])
        if len(self._buffer) < stop:
            return
        token, _, method = self._buffer[9 : self._buffer.index(b" ", 9)].decode().partition("/")
        if self._lean(token, method, self._params(self._buffer[start:stop]), self._answer):
            self._buffer = self._buffer[stop:]
        else:
            self._hand_over()

    def _params(self, body: bytes) -> dict[str, Any]:
        params = dict(_field(raw) for raw in body.split(b"&") if raw)
        for name in self._structured & params.keys():
            params[name] = _value(params[name])
        return params

    def _hand_over(self) -> None:
        assert self._transport is not None
        self._other = self._otherwise()
        self._other.connection_made(self._transport)
        data, self._buffer = self._buffer, b""
        self._other.data_received(data)

    def _answer(self, status: int, body: bytes | None) -> None:
        assert self._transport is not None
        if self._transport.is_closing():
            return
        if body is None:
            self._transport.abort()
            return
        kind = b"json" if body.startswith(b"{") else b"html"
        self._transport.write(
            b"HTTP/1.1 %d X\r\nContent-Type: application/%s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body))
            + body
        )


# The fields of a broadcast are the same in each request, but for the chat.
@lru_cache(maxsize=1024)
def _field(raw: bytes) -> tuple[str, str]:
    name, _, value = raw.decode().partition("=")
    return unquote_plus(name), unquote_plus(value)


@lru_cache(maxsize=1024)
def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
