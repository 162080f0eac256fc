"""The hash chain over the log of revisions: each row's hash covers the row and the hash before it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from storage.bodies import canonical
from storage.reader import Reader

ROWS = """
    select r.seq, e.key, r.revision, r.at, r.author, r.approved_by, r.note, r.body, r.hash
    from revisions r join entries e on e.id = r.entry_id where r.seq > :after order by r.seq limit 200"""
LAST_HASH = "select value from meta where key = 'log_hash'"


def link(previous: str, row: Sequence[object]) -> str:
    """The hash, in hexadecimal, of a row (seq, key, revision, at, author, approved_by, note, body)."""
    return hashlib.sha256(canonical([previous, *row]).encode()).hexdigest()


async def first_bad(reader: Reader) -> int | None:
    """The number of the first row that is not as it was written, or that is missing; None where all is well."""
    previous, seq = "", 0
    while rows := await reader.fetch(ROWS, {"after": seq}):
        for row in rows:
            if row[0] != seq + 1 or row[8] != link(previous, row[:8]):
                return seq + 1
            seq, previous = row[0], row[8]
    # Rows cut off at the end leave the rest of the chain whole; the hash kept beside it tells.
    kept = await reader.fetch(LAST_HASH)
    return None if kept and kept[0][0] == previous else seq + 1
