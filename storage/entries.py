"""Reading entries and their revisions: each named query beside the rows it gives."""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from bot.core.entries import Entry, EntryKind, Revision, first_day, last_day
from bot.core.ports import Label, Page
from storage.bodies import entry_from
from storage.reader import Reader, Row, placeholders

ARTICLES, NEWS, PEOPLE, UNLISTED = 2, 1, 0, -1
"""The shelves: retired and retracted entries stand on none; facts and events share one, newest first. A topic shows
its shelves from the highest down, to NEWS."""

SHELVES = {
    EntryKind.ARTICLE: ARTICLES,
    EntryKind.FACT: NEWS,
    EntryKind.EVENT: NEWS,
    EntryKind.PERSON: PEOPLE,
}

COLUMNS = "e.body, e.number, e.revision, e.changed_at"

COUNTED = 1_000
"""Lists longer than this are not counted: nobody pages that far, and counting a million rows takes a while."""

BATCH = 500
"""Keys asked for in one statement; SQLite before 3.32 takes no more than 999 parameters."""


def entry_of(row: Row) -> Entry:
    """The entry of a row that begins with COLUMNS."""
    return entry_from(row[0], row[1], row[2], row[3])


BY_KEY = f"select {COLUMNS} from entries e where e.key = :key"
BY_NUMBER = f"select {COLUMNS} from entries e where e.kind = :kind and e.number = :number"


async def by_key(reader: Reader, key: str) -> Entry | None:
    """See `Store.entry`."""
    rows = await reader.fetch(BY_KEY, {"key": key})
    return entry_of(rows[0]) if rows else None


async def by_number(reader: Reader, kind: EntryKind, number: int) -> Entry | None:
    """See `Store.entry_by_number`."""
    rows = await reader.fetch(BY_NUMBER, {"kind": kind.value, "number": number})
    return entry_of(rows[0]) if rows else None


async def by_keys(reader: Reader, keys: Sequence[str]) -> dict[str, Entry]:
    """See `Store.entries`."""
    found: dict[str, Entry] = {}
    for start in range(0, len(keys), BATCH):
        names, params = placeholders("k", keys[start : start + BATCH])
        for row in await reader.fetch(f"select {COLUMNS} from entries e where e.key in ({names})", params):
            entry = entry_of(row)
            found[entry.key] = entry
    return {key: found[key] for key in keys if key in found}


ARTICLES_OF = f"select {COLUMNS} from entries e where e.instrument = :instrument and e.shelf = 2 order by e.position"


async def articles(reader: Reader, instrument: str) -> tuple[Entry, ...]:
    """See `Store.articles`."""
    return tuple(entry_of(row) for row in await reader.fetch(ARTICLES_OF, {"instrument": instrument}))


FACTS_ABOUT = f"""
    select {COLUMNS} from entry_links l join entries e on e.id = l.entry_id
    where l.target = :article and e.kind = 'fact' order by e.number limit :limit"""


async def facts_about(reader: Reader, article: str, limit: int) -> tuple[Entry, ...]:
    """See `Store.facts_about`."""
    rows = await reader.fetch(FACTS_ABOUT, {"article": article, "limit": limit})
    return tuple(entry_of(row) for row in rows)


def _paged(source: str, order: str) -> str:
    """A page of `source`, one row more than wanted to see whether more follow, and the count up to COUNTED + 1."""
    return f"""
    select {COLUMNS}, (select count(*) from (select 1 {source} limit {COUNTED + 1}) c) as total
    {source} order by {order} limit :limit offset :offset"""


TIMELINE = _paged(
    "from entries e where e.kind = 'event' and e.shelf = 1 and e.date_first >= :year and e.date_first <= :until "
    "and e.date_last >= :since",
    "e.date_first, e.position",
)
TIMELINE_OF_TOPIC = _paged(
    "from entry_topics t join entries e on e.id = t.entry_id where t.topic = :topic and t.kind = 'event' "
    "and t.date_first >= :year and t.date_first <= :until and e.date_last >= :since",
    "t.date_first, t.place",
)
LATEST = _paged("from entries e where e.shelf = 1 and e.date_first > ''", "e.date_first desc, e.position desc")
OF_TOPIC = _paged(
    "from entry_topics t join entries e on e.id = t.entry_id where t.topic = :topic and t.shelf >= 1",
    "t.shelf desc, t.date_first desc, t.place desc",
)
ALL_PEOPLE = _paged("from entries e where e.shelf = 0", "e.position")


async def _page(reader: Reader, sql: str, offset: int, limit: int, **params: object) -> Page[Entry]:
    rows = await reader.fetch(sql, {**params, "offset": max(0, offset), "limit": limit + 1})
    total = rows[0][4] if rows else 0 if offset <= 0 else COUNTED + 1
    items = tuple(entry_of(row) for row in rows[:limit])
    return Page(items, more=len(rows) > limit, total=total if total <= COUNTED else None)


async def timeline(
    reader: Reader, *, topic: str | None, since: str | None, until: str | None, offset: int, limit: int
) -> Page[Entry]:
    """See `Store.timeline`."""
    # The year is a bound for the index: what a date can mean never leaves its year, so nothing begins before it.
    bounds = {
        "year": since[:4] if since else "0",
        "since": first_day(since) if since else "",
        "until": last_day(until) if until else "9999",
    }
    if topic is None:
        return await _page(reader, TIMELINE, offset, limit, **bounds)
    return await _page(reader, TIMELINE_OF_TOPIC, offset, limit, topic=topic, **bounds)


async def latest(reader: Reader, *, offset: int, limit: int) -> Page[Entry]:
    """See `Store.latest`."""
    return await _page(reader, LATEST, offset, limit)


async def by_topic(reader: Reader, topic: str, *, offset: int, limit: int) -> Page[Entry]:
    """See `Store.by_topic`."""
    return await _page(reader, OF_TOPIC, offset, limit, topic=topic)


async def people(reader: Reader, *, offset: int, limit: int) -> Page[Entry]:
    """See `Store.people`."""
    return await _page(reader, ALL_PEOPLE, offset, limit)


BEGINNING = 80

LABELS = """
    select body, number from entries where shelf = :shelf order by {order} limit :limit"""
LABELS_IN_ORDER = LABELS.format(order="position")
LABELS_NEWEST = LABELS.format(order="date_first desc, position desc")


async def labels(reader: Reader, limit: int) -> tuple[Label, ...]:
    """See `Store.labels`."""
    found: list[Label] = []
    for shelf, sql in ((ARTICLES, LABELS_IN_ORDER), (PEOPLE, LABELS_IN_ORDER), (NEWS, LABELS_NEWEST)):
        for at, row in enumerate(await reader.fetch(sql, {"shelf": shelf, "limit": limit - len(found)})):
            body = json.loads(row[0])
            # A fact has no title: the beginning of its statement stands for one, as long as a line of suggestions.
            titles = body.get("title") or {each: text[:BEGINNING] for each, text in body.get("text", {}).items()}
            found.append(Label(EntryKind(body["kind"]), body["key"], row[1], titles))
            if at % BATCH == 0:
                await asyncio.sleep(0)  # thousands of them must not hold the event loop up
    return tuple(found)


REVISION = """
    select r.body, e.number, r.revision, r.at from entries e join revisions r on r.entry_id = e.id
    where e.key = :key and r.revision = :revision"""
REVISION_AS_OF = """
    select r.body, e.number, r.revision, r.at from entries e join revisions r on r.entry_id = e.id
    where e.key = :key and (r.at <= :moment or r.revision = 1) order by r.revision desc limit 1"""
HISTORY = """
    select r.revision, r.at, r.author, r.approved_by, r.note from entries e join revisions r on r.entry_id = e.id
    where e.key = :key order by r.revision desc"""


async def revision(reader: Reader, key: str, number: int) -> Entry | None:
    """See `Store.revision`."""
    rows = await reader.fetch(REVISION, {"key": key, "revision": number})
    return entry_of(rows[0]) if rows else None


async def revision_as_of(reader: Reader, key: str, moment: str) -> Entry | None:
    """See `Store.revision_as_of`."""
    rows = await reader.fetch(REVISION_AS_OF, {"key": key, "moment": moment})
    return entry_of(rows[0]) if rows else None


async def history(reader: Reader, key: str) -> tuple[Revision, ...]:
    """See `Store.history`."""
    rows = await reader.fetch(HISTORY, {"key": key})
    return tuple(Revision(key, row[0], row[1], row[2], tuple(json.loads(row[3])), row[4]) for row in rows)
