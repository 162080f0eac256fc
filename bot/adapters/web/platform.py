"""The HTTP side: `/healthz`, `/readyz`, `/metrics` and the path Telegram posts its updates to.

aiohttp serves it: it is here already for discord.py, and answers a webhook faster than the server that
python-telegram-bot would bring (figures in ARCHITECTURE.md).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

log = logging.getLogger(__name__)

MAX_BODY = 1_000_000
"""Bytes. Telegram's updates stay far below; anything longer is refused unread."""

Receive = Callable[[str | None, bytes], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram posts, and who takes it in: given the secret header and the body, the HTTP status."""

    url: str
    receive: Receive


@dataclass(frozen=True, slots=True)
class Metrics:
    """What `/metrics` answers with."""

    page: Callable[[], Awaitable[bytes]]
    content_type: str


class WebPlatform:
    """A small HTTP server on one address."""

    def __init__(
        self,
        address: str,
        is_ready: Callable[[], dict[str, bool]],
        webhook: Webhook | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._is_ready = is_ready
        self._webhook = webhook
        self._metrics = metrics
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. Raises OSError where the address is taken."""
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._ready)
        if self._metrics is not None:
            app.router.add_get("/metrics", self._tell_metrics)
        if self._webhook is not None:
            app.router.add_post(urlsplit(self._webhook.url).path or "/", self._update)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host.strip("[]"), self._port).start()
        log.info("listening on http://%s:%s", self._host, self._port)

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"status": "alive"})

    async def _ready(self, request: web.Request) -> web.Response:
        del request
        parts = self._is_ready()
        ready = bool(parts) and all(parts.values())
        return web.json_response({"ready": ready, "parts": parts}, status=200 if ready else 503)

    async def _tell_metrics(self, request: web.Request) -> web.Response:
        del request
        assert self._metrics is not None  # noqa: S101 - the route exists only with it
        return web.Response(body=await self._metrics.page(), headers={"Content-Type": self._metrics.content_type})

    async def _update(self, request: web.Request) -> web.Response:
        assert self._webhook is not None  # noqa: S101 - the route exists only with it
        if (request.content_length or 0) > MAX_BODY:
            return web.Response(status=413)
        body = await request.read()
        status = await self._webhook.receive(request.headers.get("X-Telegram-Bot-Api-Secret-Token"), body)
        return web.Response(status=status)
