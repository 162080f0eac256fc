"""Finding entries: what is hot is answered from memory, the rest by one read."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from bot.core.entries import Entry, EntryKind, Instrument, Revision, Source, Texts, Topic
from bot.core.ports import Label, Page, Store
from bot.core.references import ArticleReference, ReferenceReader
from bot.services.names import Names

V = TypeVar("V")

Glance = tuple[int, int]
"""The version that memory was of at a moment, and how much had been read from the store by then."""

ENTRIES_IN_MEMORY = 2_000
LABELS_IN_MEMORY = 1_000
"""Names held for suggestions. Comparing a typed word with all of them takes about 3 ms, which the loop can bear."""

_NUMBER = re.compile(r"([fep])\s?[-–]?\s?(\d{1,9})(?:@(\d{1,6}))?", re.IGNORECASE)
_KINDS = {"f": EntryKind.FACT, "e": EntryKind.EVENT, "p": EntryKind.PERSON}


class Recent(Generic[V]):
    """A mapping that forgets what was not asked for the longest."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[object, V] = OrderedDict()

    def get(self, key: object) -> V | None:
        """The value, or None where there is none (any more)."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: object, value: V) -> None:
        """Keep a value."""
        self._values[key] = value
        if len(self._values) > self._size:
            self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is small and asked for all the time, as of one version of the store."""

    version: int
    instruments: tuple[Instrument, ...]
    topics: tuple[tuple[Topic, int], ...]
    articles: dict[str, tuple[Entry, ...]]
    labels: tuple[Label, ...]
    references: ReferenceReader
    names: Mapping[EntryKind, Names] = field(default_factory=dict)
    """Slug and titles of every label, by kind: comparing a slip with all of them must not fold them anew."""
    topic_names: Names = field(default_factory=lambda: Names(()))
    story: Texts = field(default_factory=dict)

    def instrument(self, instrument: str) -> Instrument | None:
        """The instrument with this id."""
        return next((each for each in self.instruments if each.id == instrument), None)

    def names_of(self, kind: EntryKind) -> Names:
        """The names of the entries of one kind."""
        return self.names.get(kind) or Names(())

    def topic(self, topic: str) -> Topic | None:
        """The topic with this id."""
        return next((each for each, _ in self.topics if each.id == topic), None)


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a person named: an entry's key or its number, and a revision of it where one was given."""

    key: str | None = None
    kind: EntryKind | None = None
    number: int | None = None
    revision: int | None = None

    def without_revision(self) -> Pointer:
        """The same entry, as it is now."""
        return replace(self, revision=None)


def _names(labels: tuple[Label, ...]) -> dict[EntryKind, Names]:
    return {
        kind: Names((each.key, (each.key, *each.titles.values())) for each in labels if each.kind is kind)
        for kind in EntryKind
    }


def _topic_names(topics: tuple[tuple[Topic, int], ...]) -> Names:
    return Names((topic.id, (topic.id, *topic.title.values(), *topic.aliases)) for topic, _ in topics)


class Lookup:
    """Reads for readers. `refresh` is called by the clock; everything cached is dropped when the version moves on.

    What a read brings is kept only once the store is known to have had the version of the catalogue all the while: it
    may be older than a refresh in between, or newer than the catalogue.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._entries: Recent[Entry] = Recent(ENTRIES_IN_MEMORY)
        self._sources: Recent[Source] = Recent(ENTRIES_IN_MEMORY)
        self._fresh: list[tuple[Recent[Any], object, object]] = []
        self._refreshing = asyncio.Lock()
        self._reads = 0
        self.catalogue = Catalogue(-1, (), (), {}, (), ReferenceReader(()))

    async def refresh(self) -> bool:
        """Look whether readers should see something new; True when they should and everything was dropped."""
        fresh, self._fresh, catalogue = self._fresh, [], self.catalogue
        if await self._store.version() == self.catalogue.version:
            if catalogue is self.catalogue:
                _put(fresh)
            return False
        # One at a time: of two that overlap, the one that read first may end last, and put back what is old.
        async with self._refreshing:
            if await self._store.version() == self.catalogue.version:
                return False
            found = await self._store.contents(LABELS_IN_MEMORY)
            names = await asyncio.to_thread(_names, found.labels)
            self._fresh.clear()
            self._entries.clear()
            self._sources.clear()
            for entry in (entry for group in found.articles.values() for entry in group):
                self._entries.put(entry.key, entry)
            self.catalogue = Catalogue(
                found.version,
                found.instruments,
                found.topics,
                found.articles,
                found.labels,
                ReferenceReader(found.instruments),
                names,
                _topic_names(found.topics),
                found.story,
            )
        return True

    def glance(self) -> Glance:
        """A mark of this moment, for `still`."""
        return self.catalogue.version, self._reads

    async def still(self, glance: Glance) -> bool:
        """Whether all that was looked up since then is of one version of the store, the one that memory is of.

        Where it is not, memory has caught up with the store when this returns: what was shown of a newer version is
        never followed by an older one.
        """
        if glance == self.glance():  # all of it came from memory
            return True
        if self._store.version_read == self.catalogue.version:
            fresh, self._fresh = self._fresh, []
            _put(fresh)
        else:
            await self.refresh()
        return glance[0] == self.catalogue.version

    async def read(self, reading: Awaitable[V]) -> V:
        """Read something from the store, so that `still` knows of it."""
        found = await reading
        self._reads += 1
        return found

    def article_reference(self, text: str) -> ArticleReference | None:
        """Read a reference to an article as people write it; None where it is not understood."""
        return self.catalogue.references.read(text)

    def pointer(self, text: str) -> Pointer | None:
        """Read `F-12`, `F-12@3`, `treaty-2024/4`, a slug or an article; None where it is none of these."""
        word, _, revision = text.strip().rpartition("@") if "@" in text else (text.strip(), "", "")
        if revision and not (revision.isascii() and revision.isdigit() and len(revision) < len("1000000")):
            return None
        number = int(revision) if revision else None
        if match := _NUMBER.fullmatch(word):
            return Pointer(kind=_KINDS[match[1].casefold()], number=int(match[2]), revision=number)
        if re.fullmatch(r"[a-z0-9-]+", word.casefold()) and not word.isdigit():
            slug = word.casefold()
            if any(label.key == slug for label in self.catalogue.labels) or "-" in slug:
                reference = self.article_reference(word)
                return Pointer(key=reference.key if reference and reference.article else slug, revision=number)
        reference = self.article_reference(word)
        if reference and reference.article:
            return Pointer(key=reference.key, revision=number)
        return Pointer(key=word.casefold(), revision=number) if word and " " not in word else None

    def part_name(self, first: str, rest: str) -> tuple[str, str]:
        """The name at the beginning of a line, of which `first` is one word, and what follows: `un 51` takes two."""
        second, _, after = rest.partition(" ")
        alone = self.article_reference(first)
        named = (alone and alone.article) or _NUMBER.fullmatch(first)
        if named or any(label.key == first.casefold() for label in self.catalogue.labels):
            return first, rest
        both = self.article_reference(f"{first} {second}") if second else None
        return (f"{first} {second}", after) if both and both.article else (first, rest)

    async def find(self, pointer: Pointer) -> Entry | None:
        """The entry a pointer names, in the revision it names; None where there is none."""
        if pointer.key is not None:
            entry = await self.entry(pointer.key)
        else:
            assert pointer.kind is not None and pointer.number is not None  # noqa: S101, PT018 - how pointers are made
            entry = await self.read(self._store.entry_by_number(pointer.kind, pointer.number))
        if entry is None or pointer.revision is None or pointer.revision == entry.revision:
            return entry
        return await self.read(self._store.revision(entry.key, pointer.revision))

    async def entry(self, key: str) -> Entry | None:
        """The current revision of an entry."""
        known = self._entries.get(key)
        if known is None:
            catalogue = self.catalogue
            known = await self.read(self._store.entry(key))
            if known is not None:
                self._keep(self._entries, {key: known}, catalogue)
        return known

    async def entries(self, keys: Sequence[str]) -> dict[str, Entry]:
        """The current revisions of several entries; unknown keys are left out."""
        found = {key: entry for key in keys if (entry := self._entries.get(key)) is not None}
        missing = [key for key in keys if key not in found]
        if missing:
            catalogue = self.catalogue
            read = await self.read(self._store.entries(missing))
            found |= read
            self._keep(self._entries, read, catalogue)
        return found

    def _keep(self, memory: Recent[V], values: Mapping[str, V], catalogue: Catalogue) -> None:
        if catalogue is self.catalogue:
            self._fresh += [(memory, key, value) for key, value in values.items()]

    async def as_of_revision(self, key: str, revision: int) -> Entry | None:
        """The entry as it stood in one revision."""
        return await self.read(self._store.revision(key, revision))

    async def as_of(self, key: str, moment: str) -> Entry | None:
        """The entry as it stood at a moment, or its first revision where it is younger."""
        return await self.read(self._store.revision_as_of(key, moment))

    async def history(self, key: str) -> tuple[Revision, ...]:
        """All revisions of an entry, newest first."""
        return await self.read(self._store.history(key))

    async def sources(self, ids: Sequence[str]) -> tuple[Source, ...]:
        """The sources with these ids, in this order."""
        found = {each: source for each in ids if (source := self._sources.get(each)) is not None}
        missing = [each for each in ids if each not in found]
        if missing:
            catalogue = self.catalogue
            read = await self.read(self._store.sources(missing))
            found |= read
            self._keep(self._sources, read, catalogue)
        return tuple(found[each] for each in ids if each in found)

    async def timeline(
        self, *, topic: str | None, since: str | None, until: str | None, offset: int, limit: int
    ) -> Page[Entry]:
        """Dated events, oldest first."""
        return await self.read(self._store.timeline(topic=topic, since=since, until=until, offset=offset, limit=limit))

    async def latest(self, *, offset: int, limit: int) -> Page[Entry]:
        """Dated facts and events, newest first."""
        return await self.read(self._store.latest(offset=offset, limit=limit))

    async def by_topic(self, topic: str, *, offset: int, limit: int) -> Page[Entry]:
        """Everything filed under a topic."""
        return await self.read(self._store.by_topic(topic, offset=offset, limit=limit))

    async def people(self, *, offset: int, limit: int) -> Page[Entry]:
        """All people."""
        return await self.read(self._store.people(offset=offset, limit=limit))

    async def facts_about(self, article: str, *, limit: int) -> tuple[Entry, ...]:
        """Facts that name an article."""
        return await self.read(self._store.facts_about(article, limit=limit))

    async def search(self, query: str, locale: str, *, offset: int, limit: int) -> Page[Entry]:
        """Entries that hold the words of a query, best first."""
        return await self.read(self._store.search(query, locale, offset=offset, limit=limit))


def _put(values: Iterable[tuple[Recent[Any], object, object]]) -> None:
    for memory, key, value in values:
        memory.put(key, value)
