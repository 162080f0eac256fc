"""Telling the other processes of a change, in the transaction that makes it: they hear of it once it is committed."""

from __future__ import annotations

from sqlalchemy import Connection, text

from bot.core.leases import News

_NOTIFY = text("select pg_notify('pactwatch', :news)")


def notify(connection: Connection, news: News) -> None:
    """Say what changed; several times in one transaction is once. On SQLite there is nobody to tell."""
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY, {"news": news.value})
