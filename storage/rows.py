"""Writing the rows that make up one revision of an entry: its own, what it names, and what it is found by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.entries import Entry, EntryKind, Status, first_day, last_day
from storage import schema
from storage.bodies import questions_from
from storage.entries import SHELVES, UNLISTED
from storage.search.analyzer import Analyzer
from storage.search.lexical import Questions, asked, document

SLICE = 100
"""Entries worked on before the event loop gets its turn: a few milliseconds."""

AsText = Callable[[Sequence[str]], str]
"""Makes of a document's terms the text that the engine's full-text index reads."""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry's next revision as the tables are to hold it. `imported_hash`: see `storage.schema`."""

    id: int
    entry: Entry
    body: str
    number: int | None
    position: int
    revision: int
    imported_hash: str | None

    @property
    def shelf(self) -> int:
        """Where lists show the entry."""
        if self.entry.retired or self.entry.status is Status.RETRACTED:
            return UNLISTED
        return SHELVES[self.entry.kind]


async def write(
    connection: AsyncConnection, entries: Sequence[Written], at: str, analyzer: Analyzer, as_text: AsText
) -> None:
    """Write the rows of these entries; at most some hundred at a time. The log of revisions is not touched."""
    await _write_entries(connection, entries, at)
    await _write_named(connection, entries)
    await write_documents(connection, entries, analyzer, as_text)


async def many(connection: AsyncConnection, statement: Executable, rows: Sequence[Mapping[str, object]]) -> None:
    """Run a statement once per row, in slices; does nothing where there is none."""
    for start in range(0, len(rows), 5 * SLICE):
        await connection.execute(statement, rows[start : start + 5 * SLICE])


def place(kind: EntryKind, position: int) -> int:
    """What orders the entries of one day under a topic; see `entry_topics`."""
    return -position if kind is EntryKind.ARTICLE else position


def _changed(entries: Sequence[Written]) -> list[dict[str, object]]:
    return [{"entry": each.id} for each in entries if each.revision > 1]


async def _write_entries(connection: AsyncConnection, entries: Sequence[Written], at: str) -> None:
    table = schema.entries
    new = [_row(each, at) for each in entries if each.revision == 1]
    changed = [
        {f"new_{name}": value for name, value in _row(each, at).items()} for each in entries if each.revision > 1
    ]
    values: dict[str, Any] = {each.name: bindparam(f"new_{each.name}") for each in table.columns if each.name != "id"}
    await many(connection, insert(table), new)
    await many(connection, update(table).where(table.c.id == bindparam("new_id")).values(values), changed)


def _row(written: Written, at: str) -> dict[str, object]:
    entry = written.entry
    return {
        "id": written.id,
        "key": entry.key,
        "kind": entry.kind.value,
        "number": written.number,
        "position": written.position,
        "revision": written.revision,
        "changed_at": at,
        "imported_hash": written.imported_hash,
        "instrument": entry.key.partition("/")[0] if entry.kind is EntryKind.ARTICLE else None,
        "shelf": written.shelf,
        "date_first": first_day(entry.date) if entry.date else "",
        "date_last": last_day(entry.date) if entry.date else "",
        "body": written.body,
    }


async def _write_named(connection: AsyncConnection, entries: Sequence[Written]) -> None:
    """Write which topics and which other entries these entries name; only for those that lists show."""
    listed = [each for each in entries if each.shelf != UNLISTED]
    topics = [
        {
            "entry_id": each.id,
            "topic": topic,
            "kind": each.entry.kind.value,
            "shelf": each.shelf,
            "date_first": first_day(each.entry.date) if each.entry.date else "",
            "place": place(each.entry.kind, each.position),
        }
        for each in listed
        for topic in dict.fromkeys(each.entry.topics)
    ]
    links = [
        {"entry_id": each.id, "target": target}
        for each in listed
        for target in dict.fromkeys((each.entry.instrument, *each.entry.related))
        if target
    ]
    for table, rows in ((schema.entry_topics, topics), (schema.entry_links, links)):
        await many(connection, delete(table).where(table.c.entry_id == bindparam("entry")), _changed(entries))
        await many(connection, insert(table), rows)


async def write_documents(
    connection: AsyncConnection, entries: Sequence[Written], analyzer: Analyzer, as_text: AsText
) -> None:
    """Write what these entries are found by; of one at its first revision nothing must be there yet."""
    questions = await _questions(connection, [each.entry.key for each in entries])

    def analyse() -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for each in entries:
            if each.shelf != UNLISTED:
                terms = document(analyzer, each.entry, each.number)
                # What is asked is not of the entry's length: a search must find it as before.
                all_terms = [*terms, *asked(analyzer, questions.get(each.entry.key, {}))]
                rows.append({"entry_id": each.id, "size": len(terms), "terms": as_text(all_terms)})
        return rows

    table = schema.search_documents
    await many(connection, delete(table).where(table.c.entry_id == bindparam("entry")), _changed(entries))
    # In a thread: a word that was not stemmed yet takes 30 µs, and a slice has some ten thousand words.
    await many(connection, insert(table), await asyncio.to_thread(analyse))


async def _questions(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Questions]:
    table = schema.sample_questions
    rows = await connection.execute(select(table.c.entry_key, table.c.body).where(table.c.entry_key.in_(keys)))
    return {row.entry_key: questions_from(row.body) for row in rows}
