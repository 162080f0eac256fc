"""Which programs may work with a schema: those that know its revision, and older ones for as long as they can go on.

Each step says in `USABLE_FROM` the oldest revision whose programs do their work on the schema it leaves; the database
keeps what the last one said. An older program that is not older than that neither migrates nor refuses: several
processes are brought up to date one after the other, and one that is not yet must be able to start again.
"""

from __future__ import annotations

from bot.core.errors import SchemaTooNew
from storage.migrations import HEAD, KNOWN
from storage.reader import Database, Reader

USABLE_FROM = "select value from meta where key = 'usable_from'"


async def look(database: Database) -> tuple[str | None, bool]:
    """The revision of the schema, None where there is none yet, and whether this program may work with it."""
    found = await database.schema_version()
    if found is None or found in KNOWN:
        return found, True
    return found, is_usable(found, await usable_from(database))


async def usable_from(reader: Reader) -> str | None:
    """The oldest revision whose programs may work with the schema; None in one of before that was kept."""
    rows = await reader.fetch(USABLE_FROM)
    return rows[0][0] if rows else None


def is_usable(found: str, since: str | None) -> bool:
    """Whether this program may work with a schema at revision `found`, which serves programs of `since` and later."""
    return found in KNOWN or since in KNOWN


def refusal(found: str) -> SchemaTooNew:
    """What is raised of a schema that this program can't work with."""
    return SchemaTooNew("store-too-new", found=found, known=HEAD)
