"""Telling all processes on a database what a transaction changed, once it is committed.

A hint and no promise: whoever is told reads again, and whoever was not told looks within a second or two.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from bot.core.leases import News

if TYPE_CHECKING:
    from sqlalchemy import Connection

CHANNEL = "pactwatch"
"""What PostgreSQL calls it; `storage.leases` listens there."""
_SAID = "pactwatch said"


def notify(connection: Connection, news: News) -> None:
    """Have everybody told with the commit of this transaction, and nobody without it.

    Said once, however often it is asked for: a commit that notifies waits for all others that do, in the whole server,
    so what is written for each message that is sent must not. On SQLite there is only this process to be told.
    """
    said = connection.info.setdefault(_SAID, set())
    if news in said:
        return
    said.add(news)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("select pg_notify(%s, %s)", (CHANNEL, news.value))


def said(connection: Connection) -> Collection[News]:
    """What was said in the transaction that ends here, or was broken off before the one that begins here."""
    found: Collection[News] = connection.info.pop(_SAID, ())
    return found
