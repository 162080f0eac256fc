"""python-telegram-bot's requests on aiohttp: three times the default's answers at a third of its work.

Beside speed it tells a request that never left from one whose answer was lost, which the default does not, and it
never quotes an address, since addresses of the Bot API hold the token.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from telegram._utils.defaultvalue import DefaultValue  # the type of the library's "not given"; it has no public name
from telegram._utils.types import ODVInput
from telegram.error import RetryAfter
from telegram.request import BaseRequest, RequestData

from bot.adapters.telegram.faults import MAX_REASON, AnswerLost, NotDone, NotReached, TooMany
from bot.core.requests import File

# Telegram answers sends within a second or two; a proxy that swallows packets must not hold a chat for minutes.
CONNECT_SECONDS = 5.0
POOL_SECONDS = 30.0
READ_SECONDS = 15.0

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_QUOTED = [
    chr(byte) if byte in _PLAIN else "+" if byte == ord(" ") else f"%{byte:02X}" for byte in range(256)
].__getitem__

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Form(RequestData):  # type: ignore[misc]  # final for the type checker only; this is the documented shape
    """Parameters already encoded as a form, which spares the library's way over parameter objects and JSON."""

    __slots__ = ("body",)

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body


class Upload(RequestData):  # type: ignore[misc]  # as above
    """Parameters with a file beside them."""

    __slots__ = ("body", "field", "file")

    def __init__(self, body: bytes, field: str, file: File) -> None:
        super().__init__()
        self.body = body
        self.field = field
        self.file = file


def form(**fields: str | int) -> bytes:
    """Encode fields as a form. The standard library's way costs nearly twice as much."""
    return "&".join(f"{name}={''.join(map(_QUOTED, str(value).encode()))}" for name, value in fields.items()).encode()


class AiohttpRequest(BaseRequest):
    """One session for one purpose: long polls must not wait for a connection behind sends, nor sends behind them.

    connections: how many at once. pool_seconds: how long a request may wait for one of them, connecting included. The
    session is opened by `initialize` and closed by `shutdown`. trace: sees every request. on_refused: called with the
    status of each request that was answered but not done.
    """

    def __init__(
        self,
        connections: int,
        pool_seconds: float = POOL_SECONDS,
        *,
        trace: aiohttp.TraceConfig | None = None,
        on_refused: Callable[[int], None] = lambda _status: None,
    ) -> None:
        self._trace = trace
        self._connections = connections
        self._pool_seconds = pool_seconds
        self._on_refused = on_refused
        self._session: aiohttp.ClientSession | None = None
        self._default = self._timeout(READ_SECONDS)

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where a call says nothing else."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Open the session; doing it twice is no harm."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._default,
                trace_configs=[self._trace] if self._trace is not None else None,
            )

    async def shutdown(self) -> None:
        """Close the session and its connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 - the library calls it so
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - as above
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Send one request; returns status and body.

        Raises NotReached or AnswerLost, and RetryAfter, TooMany or NotDone for what the library would misread.
        Of the timeouts only `read_timeout` is taken; the others are the same for all requests.
        """
        if self._session is None:
            raise NotReached("the session is closed")
        timeout = self._default if isinstance(read_timeout, DefaultValue) else self._timeout(read_timeout)
        body, headers = _body(request_data)
        try:
            async with self._session.request(method, url, data=body, headers=headers, timeout=timeout) as answer:
                status, content = answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise NotReached(_name(error)) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLost(_name(error)) from None
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            self._on_refused(status)
            _check(status, content)
        return status, content

    def _timeout(self, read: float | None) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(
            total=None, connect=self._pool_seconds, sock_connect=CONNECT_SECONDS, sock_read=read
        )


def _check(status: int, content: bytes) -> None:
    """Raise for an answer of which the library would only say that something went wrong, or the wrong thing.

    A page of a proxy with a 403 would read as a chat that shut the bot out, and a chat like that is not written to
    any more; one with a 401 or 404 as a token that was revoked, and the whole platform would be off.
    """
    told = _told(content)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        seconds = (told.get("parameters") or {}).get("retry_after")
        if isinstance(seconds, int) and seconds > 0:
            raise RetryAfter(seconds)
        raise TooMany("too many requests")
    if status == HTTPStatus.GATEWAY_TIMEOUT:
        raise AnswerLost("the answer took too long for a gateway")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or not told:
        raise NotDone(status, str(told.get("description") or "no answer of Telegram's")[:MAX_REASON])


def _told(content: bytes) -> dict[str, Any]:
    """What Telegram says; empty where it is not Telegram that speaks."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) and "ok" in told else {}


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str] | None]:
    if data is None:
        return None, None
    if isinstance(data, Form):
        return data.body, _FORM
    if isinstance(data, Upload):
        # Made anew for each attempt: it can be sent only once.
        parts = aiohttp.FormData([(name, value) for name, value in parse_qsl(data.body.decode())])
        parts.add_field(data.field, data.file.content, filename=data.file.name, content_type=data.file.media_type)
        return parts, None
    if not data.contains_files:
        return data.url_encoded_parameters().encode(), _FORM
    parts = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        parts.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        parts.add_field(name, content, filename=filename, content_type=kind)
    return parts, None


def _name(error: Exception) -> str:
    """What happened, without the address, which holds the token."""
    cause = getattr(error, "os_error", None) or error.__cause__
    return type(error).__name__ + (f" ({type(cause).__name__})" if cause is not None else "")
