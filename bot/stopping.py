"""Being asked to end: by a first SIGTERM or SIGINT in good order and within ten seconds, by a second one at once."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from types import FrameType
from typing import Any

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)
DEADLINE_SECONDS = 9.0
SAY_SECONDS = 0.3


class Stopping:
    """Made on the running loop, in the task that is to end.

    asked: set once the service is to end. `starting`: while it is true there is nothing yet that has to end in good
    order, and the task is cancelled wherever it waits.

    The handlers are Python's and not the event loop's, which would wait for a loop that is held up; and the deadline is
    a thread's, since whatever it is that does not end may be the loop.
    """

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.starting = True
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[Any] | None = asyncio.current_task()
        self._signalled = threading.Event()

    def listen(self) -> None:
        """Take the signals from now on."""
        # Made now: a signal's handler must not make a thread, whose locks the interrupted code may hold.
        threading.Thread(target=self._end_late, name="deadline", daemon=True).start()
        for each in SIGNALS:
            signal.signal(each, self._heard)

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        self._signalled.set()
        self._loop.call_soon_threadsafe(self._ask)

    def _ask(self) -> None:
        self.asked.set()
        if self.starting and self._task is not None:
            self._task.cancel()

    def _end_late(self) -> None:
        self._signalled.wait()
        threading.Event().wait(DEADLINE_SECONDS)
        # What is acknowledged is in the store, and what was under way counts as after a crash. The line is another
        # thread's, since the log itself may be what hangs.
        telling = threading.Thread(
            target=log.error, args=("not everything ended within %.0f s: ending now", DEADLINE_SECONDS), daemon=True
        )
        telling.start()
        telling.join(SAY_SECONDS)
        os._exit(0)
