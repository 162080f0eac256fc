"""Whether the event loop answers: how late it is, and where it stands while it does not. And telling systemd of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from math import inf

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.5
PATIENCE_SECONDS = 2.0
EXTEND_SECONDS = 30


class Heartbeat:
    """Beats on the event loop, and watches from a thread of its own that it does.

    A loop that is held up answers nobody, and nothing on it can say so: the thread writes into the log where the loop
    stands, once for each time. lagged: told at each beat how late it came, in seconds. beat: called at each beat.
    """

    def __init__(
        self,
        *,
        lagged: Callable[[float], None] = lambda _seconds: None,
        beat: Callable[[], None] = lambda: None,
        patience: float = PATIENCE_SECONDS,
        every: float = BEAT_SECONDS,
    ) -> None:
        self._lagged = lagged
        self._beat = beat
        self._patience = patience
        self._every = every
        self._beaten_at = 0.0
        self._ended = threading.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._loop_thread = 0
        self.blocks = 0

    def start(self) -> None:
        """Begin, on the running loop."""
        loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._beaten_at = time.monotonic()
        self._timer = loop.call_later(self._every, self._beats, loop.time() + self._every)
        threading.Thread(target=self._watch, name="heartbeat", daemon=True).start()

    def stop(self) -> None:
        """End."""
        self._ended.set()
        if self._timer is not None:
            self._timer.cancel()

    def _beats(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        self._beaten_at = time.monotonic()
        self._lagged(max(0.0, loop.time() - due))
        self._timer = loop.call_later(self._every, self._beats, loop.time() + self._every)
        self._beat()

    def _watch(self) -> None:
        looked = since = time.monotonic()
        blocked_at: float | None = None
        while not self._ended.wait(self._every):
            now = time.monotonic()
            if now - looked > self._patience:
                # This thread did not run either: the loop has to get its chance before it is blamed.
                log.warning("nothing ran for %.1f s: the process was stopped, or one call held all of it", now - looked)
                since = now
            looked = now
            beaten = max(self._beaten_at, since)
            if now - beaten <= self._patience:
                if blocked_at is not None:
                    log.warning("the event loop answers again after %.1f s", beaten - blocked_at)
                    blocked_at = None
            elif blocked_at is None:
                blocked_at = beaten
                self.blocks += 1
                log.error(
                    "the event loop has not answered for %.1f s; it stands here:\n%s", now - beaten, self._stack()
                )

    def _stack(self) -> str:
        frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001 - the documented way, for all its name
        return "".join(traceback.format_stack(frame)) if frame is not None else "(nowhere)"


class ServiceManager:
    """What systemd is told (sd_notify); nothing where it did not start us. environment: that of the process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        ours = environment.get("WATCHDOG_PID") in (None, str(os.getpid()))
        self._every = int(environment.get("WATCHDOG_USEC", 0)) / 2_000_000 if ours else 0.0
        self._told_at = -inf
        self._status = ""
        self._ready = False

    def beat(self, parts: Mapping[str, bool]) -> None:
        """The loop answers; parts: what `/readyz` says. Ready is told once, when all of it is."""
        now, ready = time.monotonic(), bool(parts) and all(parts.values())
        lines = []
        waiting = " and ".join(name for name, up in parts.items() if not up)
        if (status := "ready" if ready else f"waiting for {waiting or 'the start'}") != self._status:
            lines.append(f"STATUS={status}")
        if ready and not self._ready:
            lines.append("READY=1")
        # A beat may come late: where the next one would be too late, it is this one.
        if self._every and now - self._told_at > self._every - BEAT_SECONDS:
            lines.append("WATCHDOG=1")
            self._told_at = now
        if not self._ready and not ready:
            # Until a platform can be reached the start goes on: systemd would end it after a minute and a half.
            lines.append(f"EXTEND_TIMEOUT_USEC={EXTEND_SECONDS}000000")
        self._status, self._ready = status, self._ready or ready
        self.tell(*lines)

    def tell(self, *lines: str) -> None:
        """Send lines such as `STOPPING=1`."""
        if not (self._address and lines):
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.settimeout(0)
            notify.sendto("\n".join(lines).encode(), self._address)
