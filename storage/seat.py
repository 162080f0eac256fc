"""Several processes on one PostgreSQL database: one of them serves, the others stand by and take over when it is gone.

Who serves holds an advisory lock for each of its tokens, on a connection of its own: PostgreSQL gives it back as soon
as that connection ends, however it ends. SQLite has one machine, whose kernel tells (`bot.instances`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import psycopg

from bot.core.errors import StoreError

LOOK_SECONDS = 1.0
"""How often those who stand by try, and how often the one who serves makes sure that it still does."""
ANSWER_SECONDS = 5.0
_OPTIONS = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "pactwatch seat",
}
# The server, too, must notice within seconds that the machine at the other end is gone: it would wait two hours.
_SERVER = (
    "set tcp_keepalives_idle = 5",
    "set tcp_keepalives_interval = 2",
    "set tcp_keepalives_count = 3",
    "set tcp_user_timeout = 10000",
)


class Seat:
    """The right to serve with some tokens. url: of the database. marks: of the tokens (`bot.instances.mark`)."""

    def __init__(self, url: str, marks: Sequence[bytes]) -> None:
        self._url = "postgresql://" + url.partition("://")[2]
        # In one order everywhere, or two processes with two tokens might each hold one.
        self._locks = sorted(int.from_bytes(each[:8], signed=True) for each in marks)
        self._connection: psycopg.AsyncConnection | None = None

    async def take(self) -> bool:
        """Try to sit down; False where somebody else sits there. Raises StoreError."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._take()
        except (psycopg.Error, OSError) as error:  # TimeoutError is an OSError
            await self.close()
            raise StoreError("store-unreachable", problem=type(error).__name__) from None

    async def _take(self) -> bool:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, **_OPTIONS)  # type: ignore[arg-type]
            for each in _SERVER:
                await self._connection.execute(each)
        for lock in self._locks:
            found = await self._connection.execute("select pg_try_advisory_lock(%s)", (lock,))
            if (await found.fetchone()) != (True,):
                await self._connection.execute("select pg_advisory_unlock_all()")
                return False
        return True

    async def lost(self) -> None:
        """Return once somebody else sits there. A server that is away for a while takes nothing from anybody."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                if self._connection is None:
                    if not await self.take():
                        return
                else:
                    async with asyncio.timeout(ANSWER_SECONDS):
                        await self._connection.execute("select 1")
            except (psycopg.Error, OSError):
                await self.close()
            except StoreError:
                continue

    async def close(self) -> None:
        """Get up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await connection.close()
