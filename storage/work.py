"""One person's work since a moment: which entries read as they do because of it, and how they would read without it.

The look at it and the taking back go by this alone, so that what is shown is what will be done.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.core.editorial import UNDONE
from bot.core.entries import Entry, Status
from storage import people
from storage.bodies import entry_from
from storage.reader import Reader, placeholders

_UNDO = "undo"
"""The note of a revision that took a publication back (`bot.core.editorial.undo`)."""

# The index of what editors wrote is used only where a statement names its condition. Authors are joined with commas,
# so that no statement can ask for one of them: all that signed something since are read, from the index alone.
AUTHORS = "select distinct author from revisions where author <> 'dossier' and at >= :since"
TOUCHED = """
    select distinct entry_id from revisions
    where author in ({}) and author <> 'dossier' and at >= :since and seq <= :upto order by entry_id"""
STEPS = """
    select r.body, e.number, r.revision, r.at, r.author, r.approved_by, r.note, r.seq
    from revisions r join entries e on e.id = r.entry_id where r.entry_id = :entry and r.seq <= :upto
    order by r.revision"""
LAST_ROW = "select max(seq) from revisions"


@dataclass(frozen=True, slots=True)
class Work:
    """An entry that reads as it does because of somebody. row: of its revision in the log. before: without them."""

    entry: Entry
    row: int
    before: Entry


@dataclass(frozen=True, slots=True)
class _Step:
    """One revision of an entry. theirs: what it says is the person's work since the moment asked about.

    undone: it was taken back right after it was published, or says that this was done to a new entry.
    """

    entry: Entry
    row: int
    theirs: bool
    undone: bool


async def last_row(reader: Reader) -> int:
    """The number of the last row of the log of revisions, 0 where it is empty."""
    return (await reader.fetch(LAST_ROW))[0][0] or 0


async def work(reader: Reader, person: str, since: str, upto: int, reason: str) -> list[Work]:
    """What is to be taken back, as the log stood at row `upto`; what was added would be retracted for this reason.

    An entry that others changed afterwards, or that is retracted, is not in it: taking it back would take theirs back.
    """
    names = {each.pseudonym for each in await people.linked(reader, person)}
    signed = [row[0] for row in await reader.fetch(AUTHORS, {"since": since}) if names & set(row[0].split(","))]
    if not signed:
        return []
    places, params = placeholders("a", signed)
    found = []
    for row in await reader.fetch(TOUCHED.format(places), params | {"since": since, "upto": upto}):
        steps = await _steps(reader, row[0], names, since, upto)
        if (before := _before(steps, reason)) is not None:
            found.append(Work(steps[-1].entry, steps[-1].row, before))
    return found


async def _steps(reader: Reader, identity: int, names: Collection[str], since: str, upto: int) -> list[_Step]:
    """The revisions of an entry, oldest first.

    What was put back by an undo or a clean-up is still the work of whoever wrote it; else an undo by one person would
    hide another's work from here, and cleaning up after those who undid something would publish it again.
    """
    steps: list[_Step] = []
    last: dict[str, bool] = {}
    for body, number, revision, at, author, approved_by, note, seq in await reader.fetch(
        STEPS, {"entry": identity, "upto": upto}
    ):
        theirs = any(name in names for name in author.split(",")) and at >= since
        if not json.loads(approved_by) and author != "dossier":
            theirs = last.get(body, False) or (theirs and note != _UNDO)
            if note == _UNDO:
                steps[-1] = replace(steps[-1], undone=True)
        last[body] = theirs
        entry = entry_from(body, number, revision, at)
        steps.append(_Step(entry, seq, theirs, entry.retired == UNDONE))
    return steps


def _before(steps: list[_Step], reason: str) -> Entry | None:
    """What readers are to see of an entry again; None where it is to be left alone."""
    current = steps[-1]
    if not current.theirs or current.entry.status is Status.RETRACTED:
        return None
    # The last one that somebody else left as it was, or the person themselves before the moment asked about. What was
    # taken back at once waits for approval again, or never will be: it is not to come before readers by this.
    kept = [step.entry for step in steps if not step.theirs and not step.undone]
    return kept[-1] if kept else replace(current.entry, status=Status.RETRACTED, retraction=reason)
