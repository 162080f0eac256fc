"""Reading what entries name: instruments, topics and sources; and what the store says of itself."""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

from collections.abc import Sequence

from bot.core.entries import Instrument, Source, Texts, Topic
from bot.core.ports import Contents
from storage.bodies import instrument_from, source_from, story_from, topic_from
from storage.entries import BATCH, articles, labels
from storage.reader import Reader, placeholders

VERSION = "select value from meta where key = 'version'"
STORY = "select value from meta where key = 'dossier'"
INSTRUMENTS = "select body from instruments where retired = 0 order by position"
TOPICS = """
    select t.body, (select count(*) from entry_topics e where e.topic = t.id and e.shelf >= 1) from topics t
    where t.retired = 0 order by t.position"""


async def version(reader: Reader) -> int:
    """See `Store.version`."""
    rows = await reader.fetch(VERSION)
    return int(rows[0][0]) if rows else 0


async def contents(reader: Reader, most: int) -> Contents:
    """See `Store.contents`; all of it at one moment if the reader's statements are."""
    known = await instruments(reader)
    return Contents(
        await version(reader),
        await story(reader),
        known,
        await topics(reader),
        {each.id: await articles(reader, each.id) for each in known},
        await labels(reader, most),
    )


async def story(reader: Reader) -> Texts:
    """See `Store.story`."""
    rows = await reader.fetch(STORY)
    return story_from(rows[0][0])["title"] if rows else {}


async def instruments(reader: Reader) -> tuple[Instrument, ...]:
    """See `Store.instruments`."""
    return tuple(instrument_from(row[0]) for row in await reader.fetch(INSTRUMENTS))


async def topics(reader: Reader) -> tuple[tuple[Topic, int], ...]:
    """See `Store.topics`."""
    return tuple((topic_from(row[0]), row[1]) for row in await reader.fetch(TOPICS))


async def sources(reader: Reader, ids: Sequence[str]) -> dict[str, Source]:
    """See `Store.sources`."""
    found: dict[str, Source] = {}
    for start in range(0, len(ids), BATCH):
        names, params = placeholders("k", ids[start : start + BATCH])
        for row in await reader.fetch(f"select body from sources where id in ({names})", params):
            source = source_from(row[0])
            found[source.id] = source
    return {each: found[each] for each in ids if each in found}
