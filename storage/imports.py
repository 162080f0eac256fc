"""Taking a dossier over: compare it with what is stored, write only what differs, all in one transaction."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.dossiers import Dossier, ImportReport
from bot.core.editorial import Severity
from bot.core.entries import NUMBER_PREFIXES, Entry
from bot.core.errors import StoreError
from storage import schema
from storage.bodies import (
    changed_fields,
    entry_body,
    entry_from,
    instrument_body,
    questions_body,
    source_body,
    story_body,
    topic_body,
)
from storage.fanout import announce
from storage.log import Log
from storage.rows import SLICE, AsText, Written, many, place, write, write_documents
from storage.search.analyzer import Analyzer

T = TypeVar("T")

GONE = "gone-from-dossier"
"""Why an entry is retired that the dossier no longer lists."""

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Stored:
    """What an import must know of an entry that is there already."""

    id: int
    kind: str
    number: int | None
    position: int
    revision: int
    imported_hash: str | None
    body: str


@dataclass(slots=True)
class _Step:
    """A revision to write."""

    entry: Entry
    body: str
    imported_hash: str
    position: int
    stored: _Stored | None
    note: str
    id: int = 0
    number: int | None = None

    @property
    def revision(self) -> int:
        """The number of the revision."""
        return self.stored.revision + 1 if self.stored else 1


@dataclass(slots=True)
class _Plan:
    """moved: entries whose text stays; only their place or the hash of the dossier's text is new."""

    steps: list[_Step] = field(default_factory=list)
    moved: list[dict[str, object]] = field(default_factory=list)
    numbers: dict[str, set[int]] = field(default_factory=dict)
    last_id: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0


async def import_dossier(
    connection: AsyncConnection,
    dossier: Dossier,
    *,
    at: str,
    author: str,
    progress: Progress,
    as_text: AsText,
    fresh: bool = False,
) -> ImportReport:
    """Take the dossier over. Raises StoreError where two entries have the same key; then nothing is changed."""
    await _refuse_doubles(dossier)
    log = await Log.open(connection)
    # Asked behind the lock: of two processes that start at once on an empty store, perhaps with different dossiers, the
    # second would retire what the first brought.
    if fresh and await connection.scalar(select(schema.instruments.c.id).limit(1)) is not None:
        return ImportReport(0, 0, 0, 0)
    different = await _write_story(connection, dossier)
    for table, rows in (
        (schema.topics, [(each.id, topic_body(each)) for each in dossier.topics]),
        (schema.instruments, [(each.id, instrument_body(each)) for each in dossier.instruments]),
        (schema.sources, [(each.id, source_body(each)) for each in dossier.sources]),
    ):
        different |= await _write_shelf(connection, table, rows)
    asked = await _write_questions(connection, dossier)
    plan = await _compare(connection, dossier)
    await _number(plan)
    total = max(len(dossier.entries), len(plan.steps))
    analyzer = await asyncio.to_thread(Analyzer)
    for start in range(0, len(plan.steps), SLICE):
        part = plan.steps[start : start + SLICE]
        progress(total - len(plan.steps) + start, total)
        await write(connection, [_written(step) for step in part], at, analyzer, as_text)
        for step in part:
            log.add(step.id, step.entry.key, step.revision, at=at, author=author, note=step.note, body=step.body)
        await log.flush()
        await _correct(connection, part, at)
    await _write_moved(connection, plan.moved)
    await _write_asked(connection, asked - {step.entry.key for step in plan.steps}, analyzer, as_text)
    if different or asked or plan.steps or plan.moved:
        await log.close()
    progress(total, total)
    return ImportReport(plan.added, plan.changed, plan.unchanged, plan.retired)


async def _correct(connection: AsyncConnection, steps: Sequence[_Step], at: str) -> None:
    """Have messages corrected that tell of what the dossier changed. What it brings anew is news to nobody."""
    carried = schema.alert_entries.c.entry_key
    changed = [step.entry.key for step in steps if step.stored is not None]
    told = set(await connection.scalars(select(carried).where(carried.in_(changed)).distinct())) if changed else set()
    for step in steps:
        if step.entry.key in told:
            await announce(
                connection,
                step.entry,
                revision=step.revision,
                severity=Severity.QUIET,
                new=False,
                note="",
                at=at,
                undo_seconds=0,
            )


async def _refuse_doubles(dossier: Dossier) -> None:
    for values in (dossier.topics, dossier.instruments, dossier.sources):
        await _refuse_double([each.id for each in values])
    await _refuse_double([entry.key for entry in dossier.entries])


async def _refuse_double(names: list[str]) -> None:
    known: set[str] = set()
    async for name in _in_turns(names):
        if name in known:
            raise StoreError("store-double", name=name)
        known.add(name)


async def _write_story(connection: AsyncConnection, dossier: Dossier) -> bool:
    """Keep what the dossier says of itself; True where that is new."""
    body = story_body(dossier)
    row = schema.meta.c.key == "dossier"
    if await connection.scalar(select(schema.meta.c.value).where(row)) == body:
        return False
    await connection.execute(delete(schema.meta).where(row))
    await connection.execute(insert(schema.meta), {"key": "dossier", "value": body})
    return True


async def _write_shelf(connection: AsyncConnection, table: Table, rows: list[tuple[str, str]]) -> bool:
    """Make the table hold these (id, body) in this order; True where that changed anything."""
    stored = {row.id: (row.position, row.retired, row.body) async for row in _rows(connection, table)}
    wanted = {name: (position, 0, body) for position, (name, body) in enumerate(rows)}
    gone = {name: (row[0], 1, row[2]) for name, row in stored.items() if name not in wanted}
    changed = {name: row for name, row in (wanted | gone).items() if name in stored and stored[name] != row}
    new = {name: row for name, row in wanted.items() if name not in stored}
    values: dict[str, Any] = {column: bindparam(f"new_{column}") for column in ("position", "retired", "body")}
    await many(
        connection,
        insert(table),
        [{"id": name, "position": row[0], "retired": row[1], "body": row[2]} for name, row in new.items()],
    )
    await many(
        connection,
        update(table).where(table.c.id == bindparam("name")).values(values),
        [
            {"name": name, "new_position": row[0], "new_retired": row[1], "new_body": row[2]}
            for name, row in changed.items()
        ],
    )
    return bool(new or changed)


async def _write_questions(connection: AsyncConnection, dossier: Dossier) -> set[str]:
    """Make the store hold the sample questions of the dossier; returns the keys of entries with others than before."""
    table = schema.sample_questions
    stored = {row.entry_key: row.digest async for row in _rows(connection, table)}
    wanted = {each.entry: questions_body(each.texts) for each in dossier.questions}
    digests = {key: _digest(body) for key, body in wanted.items()}
    changed = {key for key in stored.keys() | digests.keys() if stored.get(key) != digests.get(key)}
    await many(
        connection,
        delete(table).where(table.c.entry_key == bindparam("key")),
        [{"key": key} for key in sorted(changed & stored.keys())],
    )
    rows = [{"entry_key": key, "digest": digests[key], "body": wanted[key]} for key in wanted if key in changed]
    await many(connection, insert(table), rows)
    return changed


async def _write_asked(connection: AsyncConnection, keys: set[str], analyzer: Analyzer, as_text: AsText) -> None:
    """Have entries found by their new sample questions, where nothing else of them has changed."""
    e, documents = schema.entries, schema.search_documents
    for start in range(0, len(keys), SLICE):
        part = sorted(keys)[start : start + SLICE]
        found = [
            Written(
                row.id,
                entry_from(row.body, row.number, row.revision, row.changed_at),
                row.body,
                row.number,
                row.position,
                row.revision,
                row.imported_hash,
            )
            for row in await connection.execute(select(e).where(e.c.key.in_(part)))
        ]
        await connection.execute(delete(documents).where(documents.c.entry_id.in_([each.id for each in found])))
        await write_documents(connection, found, analyzer, as_text)


async def _compare(connection: AsyncConnection, dossier: Dossier) -> _Plan:
    """What has to be written so that the store holds what the dossier says."""
    plan = _Plan()
    stored: dict[str, _Stored] = {}
    async for row in _rows(connection, schema.entries):
        stored[row.key] = _Stored(row.id, row.kind, row.number, row.position, row.revision, row.imported_hash, row.body)
        plan.last_id = row.id
        if row.number is not None:
            plan.numbers.setdefault(row.kind, set()).add(row.number)
    await _keep_proposed_numbers(connection, plan)
    position = 0
    async for entry in _in_turns(dossier.entries):
        _compare_entry(plan, entry, position, stored.pop(entry.key, None))
        position += 1
    async for missing in _in_turns(stored.values()):
        _compare_missing(plan, missing)
    return plan


async def _keep_proposed_numbers(connection: AsyncConnection, plan: _Plan) -> None:
    """Numbers of proposals are taken, of rejected ones too: people have seen them."""
    p = schema.proposals
    for row in await connection.execute(select(p.c.entry_kind, p.c.number).where(p.c.number.is_not(None)).distinct()):
        plan.numbers.setdefault(row.entry_kind, set()).add(row.number)


def _compare_entry(plan: _Plan, entry: Entry, position: int, stored: _Stored | None) -> None:
    body = entry_body(entry)
    digest = _digest(body)
    if stored is None:
        plan.added += 1
        plan.steps.append(_Step(entry, body, digest, position, None, "first"))
        return
    if stored.imported_hash is None and _retired(stored.body) != GONE:
        # An editor made an entry of this name, or took it up after the dossier had dropped it: it is theirs.
        plan.unchanged += 1
        return
    returned = entry.retired is None and _retired(stored.body) == GONE
    differs = (returned or stored.imported_hash != digest) and not _retracted_here(stored)
    fields = changed_fields(stored.body, body) if differs else ()
    if fields:
        plan.changed += 1
        note = "returned" if returned else f"fields:{','.join(fields)}"
        plan.steps.append(_Step(entry, body, digest, position, stored, note))
        return
    plan.unchanged += 1
    if (stored.position, stored.imported_hash) != (position, digest):
        moved_to = place(entry.kind, position)
        plan.moved.append({"entry": stored.id, "new_position": position, "new_place": moved_to, "new_hash": digest})


def _compare_missing(plan: _Plan, stored: _Stored) -> None:
    """An entry that the dossier does not list: retired, unless it is already or an editor made it."""
    if stored.imported_hash is None or _retired(stored.body) or _retracted_here(stored):
        return
    entry = replace(entry_from(stored.body, None, 1, ""), retired=GONE)
    plan.retired += 1
    step = _Step(entry, entry_body(entry), stored.imported_hash, stored.position, stored, "retired")
    plan.steps.append(step)


def _retracted_here(stored: _Stored) -> bool:
    """Whether editors retracted the entry: what they took back no dossier brings back, whatever it says by now."""
    if '"status":"retracted"' not in stored.body or _retired(stored.body) == GONE:
        return False
    return _digest(stored.body) != stored.imported_hash


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _retired(body: str) -> str | None:
    # Most bodies need no decoding: an entry that is not retired has no such field.
    return entry_from(body, None, 1, "").retired if '"retired":' in body else None


async def _number(plan: _Plan) -> None:
    """Give new entries their ids and numbers; a number once given is never given again."""
    async for step in _in_turns(plan.steps):
        kind = step.entry.kind.value
        if step.stored is not None:
            step.id = step.stored.id
            step.number = step.stored.number if step.stored.kind == kind else None
            continue
        plan.last_id += 1
        step.id = plan.last_id
        taken = plan.numbers.setdefault(kind, set())
        if step.entry.kind in NUMBER_PREFIXES and step.entry.number is not None and step.entry.number not in taken:
            step.number = step.entry.number
            taken.add(step.number)
    last = {kind: max(taken, default=0) for kind, taken in plan.numbers.items()}
    async for step in _in_turns(plan.steps):
        if step.number is None and step.entry.kind in NUMBER_PREFIXES:
            kind = step.entry.kind.value
            step.number = last[kind] = last.get(kind, 0) + 1


def _written(step: _Step) -> Written:
    return Written(step.id, step.entry, step.body, step.number, step.position, step.revision, step.imported_hash)


async def _write_moved(connection: AsyncConnection, moved: list[dict[str, object]]) -> None:
    e, t = schema.entries, schema.entry_topics
    to_entry = (
        update(e)
        .where(e.c.id == bindparam("entry"))
        .values(position=bindparam("new_position"), imported_hash=bindparam("new_hash"))
    )
    to_topics = update(t).where(t.c.entry_id == bindparam("entry")).values(place=bindparam("new_place"))
    for start in range(0, len(moved), SLICE):
        part = moved[start : start + SLICE]
        await many(connection, to_entry, [{name: row[name] for name in row if name != "new_place"} for row in part])
        await many(connection, to_topics, [{"entry": row["entry"], "new_place": row["new_place"]} for row in part])


async def _in_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """The items, with a turn for the event loop after each slice."""
    for at, item in enumerate(items, 1):
        yield item
        if at % SLICE == 0:
            await asyncio.sleep(0)


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[Row[Any]]:
    """All rows by primary key, a slice at a time: fetching 100,000 at once would hold the event loop up."""
    key = next(iter(table.primary_key.columns))
    statement = select(table).order_by(key).limit(2 * SLICE)
    rows = (await connection.execute(statement)).all()
    while rows:
        for row in rows:
            yield row
        rows = (await connection.execute(statement.where(key > rows[-1][0]))).all()
