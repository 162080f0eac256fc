"""Reading alerts: what they tell by now, whom a publication would reach, what became of one in a chat."""

from __future__ import annotations

from bot.core.editorial import Severity
from bot.core.entries import Entry
from bot.core.outbox import Alert, Audience, Fate
from bot.core.places import ChatRef
from storage.reader import Reader


async def alert(reader: Reader, identity: int) -> Alert | None:
    """See `Outbox.alert`."""
    raise NotImplementedError


async def find_alert(reader: Reader, label: str) -> int | None:
    """See `Outbox.find_alert`."""
    raise NotImplementedError


async def audience(reader: Reader, entry: Entry, severity: Severity, now: int) -> Audience:
    """See `Outbox.audience`."""
    raise NotImplementedError


async def fate(reader: Reader, chat: ChatRef, identity: int | None, now: int) -> Fate | None:
    """See `Outbox.fate`."""
    raise NotImplementedError
