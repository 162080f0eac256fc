"""Reading the small memories: choices of language, long button lines, updates already taken in."""

from __future__ import annotations

from storage.reader import Reader

LANGUAGES = "select ref, language from preferences"
KEPT_LINE = "select line from kept_lines where token = :token"
SEEN = "select id from seen_updates where platform = :platform order by id"


async def languages(reader: Reader) -> dict[str, str]:
    """See `Store.languages`."""
    return {row[0]: row[1] for row in await reader.fetch(LANGUAGES)}


async def kept_line(reader: Reader, token: str) -> str | None:
    """See `Store.kept_line`."""
    rows = await reader.fetch(KEPT_LINE, {"token": token})
    return str(rows[0][0]) if rows else None


async def seen(reader: Reader, platform: str) -> tuple[int, ...]:
    """See `Store.seen`."""
    return tuple(row[0] for row in await reader.fetch(SEEN, {"platform": platform}))
