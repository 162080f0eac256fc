"""How far our clock is off, by the `Date` that a platform's answers carry."""

from __future__ import annotations

import time
from types import SimpleNamespace

import aiohttp

from bot.core.checks import seconds_ahead


class ServerClock:
    """ahead: by how many seconds our clock is ahead of the server's; None until an answer told."""

    def __init__(self) -> None:
        self.ahead: float | None = None

    def trace(self) -> aiohttp.TraceConfig:
        """What the session is to be opened with."""
        trace = aiohttp.TraceConfig()
        # From here on, since looking up the name and shaking hands may take longer than the answer itself.
        trace.on_request_headers_sent.append(self._is_sent)
        trace.on_request_end.append(self._is_answered)
        return trace

    async def _is_sent(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        context.sent_at = time.time()

    async def _is_answered(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        now = time.time()
        middle = (getattr(context, "sent_at", now) + now) / 2
        found = seconds_ahead(params.response.headers.get("Date", ""), middle)
        self.ahead = self.ahead if found is None else found
