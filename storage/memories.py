"""Reading the small memories: choices of language, long button lines, updates already taken in."""

from __future__ import annotations

from bot.core.ports import Choices
from storage.reader import Reader

LANGUAGES = "select ref, language from preferences where ref > :after order by ref limit :slice"
SLICE = 2_000
"""Rows asked for at a time: they leave the event loop its turn."""
# Whoever chooses holds the counter until it is committed: once it is seen to stand somewhere, so is all that is below.
UPTO = "select key, value from meta where key in ('preferences', 'preferences_erased')"
LATELY = "select ref, language from preferences where changed > :known"
KEPT_LINE = "select line from kept_lines where token = :token"
SEEN = "select id from seen_updates where platform = :platform order by id"


async def languages(reader: Reader) -> dict[str, str]:
    """See `Store.languages`."""
    found: dict[str, str] = {}
    after = ""
    while rows := await reader.fetch(LANGUAGES, {"after": after, "slice": SLICE}):
        found.update((row[0], row[1]) for row in rows)
        if len(rows) < SLICE:
            break
        after = rows[-1][0]
    return found


async def choices(reader: Reader, known: int | None) -> Choices:
    """See `Store.choices`."""
    upto = {row[0]: int(row[1]) for row in await reader.fetch(UPTO)}
    # Below what is known it is only in a database that was put back.
    if known is None or not upto["preferences_erased"] <= known <= upto["preferences"]:
        return Choices(await languages(reader), upto["preferences"], whole=True)
    rows = await reader.fetch(LATELY, {"known": known}) if upto["preferences"] > known else ()
    return Choices({row[0]: row[1] for row in rows}, upto["preferences"])


async def kept_line(reader: Reader, token: str) -> str | None:
    """See `Store.kept_line`."""
    rows = await reader.fetch(KEPT_LINE, {"token": token})
    return str(rows[0][0]) if rows else None


async def seen(reader: Reader, platform: str) -> tuple[int, ...]:
    """See `Store.seen`."""
    return tuple(row[0] for row in await reader.fetch(SEEN, {"platform": platform}))
