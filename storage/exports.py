"""Reading the whole store back as a dossier."""

from __future__ import annotations

from dataclasses import replace

from bot.core.dossiers import Dossier, SampleQuestions
from bot.core.entries import Entry, EntryKind
from bot.core.retrieval import OUTSIDE
from storage.bodies import instrument_from, questions_from, source_from, story_from, topic_from
from storage.entries import entry_of
from storage.reader import Reader
from storage.shelves import STORY

SHELF = "select body from {table} where retired = 0 order by position"
ALL_SOURCES = "select body, retired from sources order by position"
ENTRIES = """
    select e.body, e.number, e.revision, e.changed_at, e.position, e.id from entries e
    where e.kind = :kind and (e.position > :position or (e.position = :position and e.id > :id))
    order by e.position, e.id limit 500"""
QUESTIONS = "select entry_key, body from sample_questions"
EMPTY = Dossier("", {}, "", (), (), {}, (), (), (), ())


async def export_dossier(reader: Reader) -> Dossier:
    """See `Store.export_dossier`. Retired entries are in it, so that their numbers go on answering elsewhere."""
    story = await reader.fetch(STORY)
    topics = await reader.fetch(SHELF.format(table="topics"))
    instruments = await reader.fetch(SHELF.format(table="instruments"))
    entries: list[Entry] = []
    for kind in EntryKind:
        entries += await _entries(reader, kind)
    # In the order of the entries, those that nothing answers last.
    places = {entry.key: place for place, entry in enumerate(entries)} | {OUTSIDE: len(entries)}
    asked = [SampleQuestions(row[0], questions_from(row[1])) for row in await reader.fetch(QUESTIONS)]
    named = {name for entry in entries for name in (*entry.sources, *entry.key_phrase_sources, *entry.against_sources)}
    sources = [(source_from(row[0]), row[1]) for row in await reader.fetch(ALL_SOURCES)]
    return replace(
        EMPTY,
        **(story_from(story[0][0]) if story else {}),
        topics=tuple(topic_from(row[0]) for row in topics),
        instruments=tuple(instrument_from(row[0]) for row in instruments),
        # A retired entry may be the only one left that names a source; without it the dossier would not be whole.
        sources=tuple(source for source, retired in sources if not retired or source.id in named),
        entries=tuple(entries),
        questions=tuple(sorted((each for each in asked if each.entry in places), key=lambda one: places[one.entry])),
    )


async def _entries(reader: Reader, kind: EntryKind) -> list[Entry]:
    """The entries of a kind in order, read in slices that leave the event loop its turn."""
    found: list[Entry] = []
    position, last = -1, 0
    while rows := await reader.fetch(ENTRIES, {"kind": kind.value, "position": position, "id": last}):
        # Revisions, their times and who wrote them belong to this store and not to the story.
        found += [replace(entry_of(row), credits={}, revision=1, changed_at="") for row in rows]
        position, last = rows[-1][4], rows[-1][5]
    return found
