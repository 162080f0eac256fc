"""The two hash chains, over the log of revisions and over the audit log: made, checked, and tied to each other.

Each row's hash covers the row and the hash before it, and the last one is kept beside the log. Every publication's
audit row holds the hash of its revision, so that whoever rewrites one log has to rewrite the other. Whoever rewrites
both and all that is kept of them is found by a head that was kept elsewhere (`heads`, `lost`).
"""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.entries import NUMBER_PREFIXES
from storage.bodies import canonical
from storage.reader import Reader, Row, placeholders

REVISIONS = """
    select r.seq, e.key, r.revision, r.at, r.author, r.approved_by, r.note, r.body, r.hash
    from revisions r join entries e on e.id = r.entry_id where r.seq > :after order by r.seq limit 200"""
AUDIT = """
    select seq, at, actor, deed, subject, place, approved_by, detail, hash
    from audit where seq > :after order by seq limit 200"""
LAST_HASH = "select value from meta where key = :key"
DETAIL = 7


class Log(StrEnum):
    """The two logs; the value is the name of the table."""

    REVISIONS = "revisions"
    AUDIT = "audit"


_READ = {Log.REVISIONS: (REVISIONS, "log_hash"), Log.AUDIT: (AUDIT, "audit_hash")}
_NAMES = {Log.REVISIONS: "the revision log", Log.AUDIT: "the audit log"}


@dataclass(frozen=True, slots=True)
class Broken:
    """What is not as it was written: a row of a log, which may be missing, or (log None) an entry by its label."""

    log: Log | None = None
    row: int = 0
    entry: str = ""

    def __str__(self) -> str:
        if self.log is None:
            return f"{self.entry} is not as its last revision says"
        return f"{_NAMES[self.log]} is broken at row {self.row}"


def link(previous: str, row: Sequence[object]) -> str:
    """The hash, in hexadecimal, of a row, given as the statements above read it without its hash."""
    return hashlib.sha256(canonical([previous, *row]).encode()).hexdigest()


async def first_broken(reader: Reader) -> Broken | None:
    """The first thing that is not as it was written, in the logs or in what readers see; None where all is well."""
    return (
        await _broken_row(reader, Log.REVISIONS) or await _broken_row(reader, Log.AUDIT) or await _broken_entry(reader)
    )


async def _broken_row(reader: Reader, log: Log) -> Broken | None:
    statement, kept = _READ[log]
    previous, seq = "", 0
    while rows := await reader.fetch(statement, {"after": seq}):
        for row in rows:
            if row[0] != seq + 1 or row[-1] != link(previous, row[:-1]):
                return Broken(log, seq + 1)
            seq, previous = row[0], row[-1]
        if log is Log.AUDIT and (untrue := await _untrue(reader, rows)):
            return untrue
    # Rows cut off at the end leave the rest of the chain whole; the hash kept beside it tells.
    last = await reader.fetch(LAST_HASH, {"key": kept})
    return None if last and last[0][0] == previous else Broken(log, seq + 1)


async def _untrue(reader: Reader, rows: Sequence[Row]) -> Broken | None:
    """The first revision that is not the one of which the audit log says that it was published."""
    details = [json.loads(row[DETAIL]) for row in rows]
    told = {detail["row"]: detail["hash"] for detail in details if detail.keys() >= {"row", "hash"}}
    names, params = placeholders("r", list(told))
    found = await reader.fetch(f"select seq, hash from revisions where seq in ({names})", params) if told else ()
    written = {row[0]: row[1] for row in found}
    wrong = [row for row in told if written.get(row) != told[row]]
    return Broken(Log.REVISIONS, min(wrong)) if wrong else None


# Compared by the database: it needs no decoding, and what is equal need not travel.
UNLIKE = """
    select e.kind, e.number, e.key from entries e
    left join revisions r on r.entry_id = e.id and r.revision = e.revision
    where r.seq is null or r.body <> e.body or r.at <> e.changed_at
    or exists (select 1 from revisions n where n.entry_id = e.id and n.revision > e.revision)
    order by e.id limit 1"""


async def _broken_entry(reader: Reader) -> Broken | None:
    for kind, number, key in await reader.fetch(UNLIKE):
        return Broken(entry=key if number is None else f"{NUMBER_PREFIXES.get(kind, kind)}-{number}")
    return None


HEAD = "select seq, hash from {log} order by seq desc limit 1"
ROW = "select 1 from {log} where seq = :seq and hash = :hash"
NO_HASH = "-"
HEADS = re.compile(r"\s*([0-9]{1,20})\s+(\S+)\s+([0-9]{1,20})\s+(\S+)\s*")


async def heads(reader: Reader) -> str:
    """The ends of both logs on one line, to be kept elsewhere: `<row> <hash>` of revisions, then of the audit log."""
    ends: list[str] = []
    for log in Log:
        rows = await reader.fetch(HEAD.format(log=log.value))
        ends += [str(rows[0][0]), rows[0][1]] if rows else ["0", NO_HASH]
    return " ".join(ends)


async def lost(reader: Reader, line: str) -> Broken | None:
    """What of a line of `heads` the logs do not hold any more. Raises ValueError for a line that is none."""
    parts = HEADS.fullmatch(line)
    if parts is None:
        raise ValueError(line)
    for log, row, digest in zip(Log, parts.groups()[::2], parts.groups()[1::2], strict=True):
        seq = int(row)
        found = await reader.fetch(ROW.format(log=log.value), {"seq": seq, "hash": digest})
        if not found and (seq, digest) != (0, NO_HASH):
            return Broken(log, seq)
    return None
