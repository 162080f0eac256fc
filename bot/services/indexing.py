"""Keeping vectors in step with the store: in the database for the next start, and in memory for questions.

What is in the database is looked after in the background, since a text takes 30 ms; what is in memory is loaded by the
first question. Both by comparing revisions and digests, so that only what changed is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from bot.core.entries import Entry
from bot.core.errors import StoreError
from bot.core.retrieval import OUTSIDE, Embedder, Meanings, Standing, Surroundings, Vector, VectorIndex
from bot.services.apart import apart
from bot.services.lookup import Lookup

log = logging.getLogger(__name__)

SLICE = 16
"""Entries read at a time: the database hears of them every few seconds, and a stop loses no more than these."""
MOST = 100_000
"""Entries that are compared one by one in some ten milliseconds; a larger store is asked by words alone."""
PATIENCE_SECONDS = 2.0
"""How long the first question after a change waits for the vectors of what changed. Others go by what there is, and
before the first vectors by words alone."""
READ_SECONDS, BUILD_SECONDS = 6.0, 120.0
"""How long a question, and a slice of entries, may take to be read. The model is a library of others: where it hangs,
nobody waits for it again before it has come back."""
NO_ROOM = (MemoryError, ImportError, OSError, RuntimeError)
"""What it comes to where memory is short: no array, no library loaded, no file mapped, no thread begun."""
REST_SECONDS = 300.0
"""How long it is left alone after it failed, for want of memory mostly; an attempt takes seconds."""
LEFT_SECONDS = 30.0
"""So long the process that is to make vectors may take for some; then others take it to be gone, or without a model."""
LOOKING = 8
"""A look at what others have made so far rests for so many times as long as it took, however often some is kept."""
LONGEST = 400
"""Characters of a question that are read: what it is about is said by then, and each takes time."""

T = TypeVar("T")
Bar = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


def no_bar(_label: str) -> AbstractContextManager[Callable[[int, int], None]]:
    """For whoever has nowhere to show progress."""
    return nullcontext(lambda _done, _total: None)


class Unread(Exception):
    """The model did not do its work, and was said to the log."""


class Indexing:
    """Vectors of the current entries. embedder, index: None where there can be none; then there is nothing to do.

    bar: shows how far a first build is. patience: seconds that a question may take to be read. makes: whether it is
    this process of several that makes what is lacking; others load what it made, and make it where nobody did for
    `left_after` seconds.
    """

    def __init__(
        self,
        meanings: Meanings,
        lookup: Lookup,
        embedder: Embedder | None,
        index: Callable[[], VectorIndex] | None,
        *,
        bar: Bar = no_bar,
        patience: float = READ_SECONDS,
        makes: Callable[[], bool] = lambda: True,
        left_after: float = LEFT_SECONDS,
    ) -> None:
        self._meanings = meanings
        self._lookup = lookup
        self._embedder = embedder
        self._new_index = index
        self._bar = bar
        self._index: VectorIndex | None = None
        self._held: dict[str, str] = {}
        self._complete = self._waited_for = -1
        self._reached: object = None
        self._loaded: object = None
        self._building: asyncio.Task[None] | None = None
        self._one = asyncio.Lock()
        self._patience = patience
        self._hanging: asyncio.Future[Any] | None = None
        self._rests_until = 0.0
        self._makes = makes
        self._left_after = left_after
        self._seen, self._seen_at, self._look_at = (-1, -1), 0.0, 0.0

    @property
    def model(self) -> str:
        """The name of the model; empty where there is none."""
        return self._embedder.model if self._embedder is not None else ""

    async def catch_up(self) -> None:
        """Begin to make the vectors that the database lacks, in the background. Called by the clock."""
        self._begin()

    async def complete(self) -> None:
        """Return once the database has the vectors of all current entries."""
        if (building := self._begin()) is not None:
            await building

    def _begin(self) -> asyncio.Task[None] | None:
        """The task that makes what is lacking; None where nothing is."""
        running = self._building is not None and not self._building.done()
        behind = self._complete != self._lookup.catalogue.version
        if not running and self._embedder is not None and behind and self._fit:
            self._building = asyncio.create_task(self._build(self._embedder))
        elif not running:
            self._building = None
        return self._building

    async def close(self) -> None:
        """Leave off; what is made is kept, and the next start goes on."""
        if self._building is not None:
            self._building.cancel()
            await asyncio.gather(self._building, return_exceptions=True)

    async def _build(self, embedder: Embedder) -> None:
        version = self._lookup.catalogue.version
        try:
            if (todo := await self._lacking(embedder, version)) is None:
                return
            with self._bar("reading what the entries mean") if len(todo) > SLICE else no_bar("") as progress:
                for start in range(0, len(todo), SLICE):
                    progress(start, len(todo))
                    await self._make(embedder, todo[start : start + SLICE])
                progress(len(todo), len(todo))
            self._complete = self._reached = version
            if self._index is not None:
                await self._load()
        except Unread:
            return  # it goes on when the model is fit again
        except NO_ROOM as error:
            self._rest(error)
        except StoreError as error:
            log.warning("vectors can't be kept, trying again: %s", error.key)
        except Exception:
            # Questions are answered by their words then; trying again at once would fill the log.
            log.exception("vectors can't be made by a fault of ours")
            self._complete = self._reached = version

    async def _lacking(self, embedder: Embedder, version: int) -> list[Standing] | None:
        """What is to be made here; None where none is to be, at least not by this process or not yet."""
        others, began = not self._makes(), asyncio.get_running_loop().time()
        if others:
            # Looked at again only when something was published or kept: it takes reading all that there is.
            if began < self._look_at:
                return None
            seen = version, await self._meanings.kept_so_far()
            if seen == self._seen and began < self._seen_at + self._left_after:
                return None
            others = seen != self._seen
            self._seen, self._seen_at = seen, began
        standings, kept = await self._meanings.standings(), await self._meanings.kept(embedder.model)
        now = asyncio.get_running_loop().time()
        self._look_at = now + LOOKING * (now - began)
        if len(standings) > MOST:
            log.info("more than %s entries: questions are answered by their words alone", f"{MOST:,}")
            self._embedder = None
            return None
        lacking = [each for each in standings if kept.get(each.id) != _seal(each)]
        if not lacking or not others:
            return lacking
        self._reached = self._seen
        if self._index is not None:
            await self._load()
        return None

    async def _make(self, embedder: Embedder, standings: Sequence[Standing]) -> None:
        keys = [each.key for each in standings]
        entries = await self._lookup.entries([key for key in keys if key != OUTSIDE])
        questions = await self._meanings.sample_questions(keys)
        known = await self._meanings.vectors(embedder.model, [each.id for each in standings])
        made: dict[int, tuple[str, Sequence[Vector]]] = {}
        for each in standings:
            entry = entries.get(each.key)
            if each.key != OUTSIDE and (entry is None or entry.revision != each.revision):
                continue  # it has just changed; the next look comes soon
            texts = texts_of(entry) if entry is not None else {}
            samples = sample_texts(questions.get(each.key, {}))
            old = {(part.part, part.digest): part for part in known.get(each.id, ())}
            fresh = await self._read(BUILD_SECONDS, _vectors, embedder, texts, samples, old)
            made[each.id] = (_seal(each), fresh)
        await self._meanings.keep_vectors(embedder.model, made)

    async def around(
        self, question: str, limit: int, also: Sequence[str] = (), *, vector: bytes = b""
    ) -> tuple[bytes, Surroundings] | None:
        """The vector of a question (made where it is not given) and what lies around it; None without vectors (yet)."""
        if self._embedder is None or not self._fit:
            return None
        try:
            if not await self._ready():
                return None
            embedder, index = self._embedder, self._index
            if not vector:
                vector = (await self._read(self._patience, embedder.questions, [question[:LONGEST]]))[0]
            async with self._one:  # an index is for one thread at a time
                if index is None:
                    return None
                return vector, await asyncio.to_thread(index.around, vector, limit, also)
        except Unread:
            return None
        except NO_ROOM as error:
            self._rest(error)
            return None

    @property
    def _fit(self) -> bool:
        """Whether the model may be asked: it neither hangs nor rests."""
        if self._hanging is not None and self._hanging.done():
            self._hanging = None
        return self._hanging is None and asyncio.get_running_loop().time() >= self._rests_until

    async def _read(self, seconds: float, work: Callable[..., T], *args: object) -> T:
        """Have the model read something. Raises Unread, having said why."""
        if not self._fit:
            raise Unread
        try:
            reading = apart(work, *args)
            done, _ = await asyncio.wait({reading}, timeout=seconds)
            if done:
                return reading.result()
        except Exception as error:  # noqa: BLE001 - whatever a library of others raises
            self._rest(error)
            raise Unread from None
        reading.add_done_callback(lambda late: late.cancelled() or late.exception())
        self._hanging = reading
        log.warning("the model did not answer in %.0f s: questions are answered by their words until it does", seconds)
        raise Unread

    def _rest(self, error: Exception) -> None:
        self._rests_until = asyncio.get_running_loop().time() + REST_SECONDS
        log.warning(
            "the model can't be used (%s): questions are answered by their words for the next %.0f min",
            ": ".join([type(error).__name__, *str(error).strip().splitlines()[-1:]]),
            REST_SECONDS / 60,
        )

    async def _ready(self) -> bool:
        building = self._begin()
        if building is not None and self._waited_for != (version := self._lookup.catalogue.version):
            self._waited_for = version
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await asyncio.shield(building)
        if self._complete < 0:
            return False
        await self._load()
        return self._index is not None

    async def _load(self) -> None:
        """Have in memory what the database has of the current entries."""
        async with self._one:
            reached = self._reached
            if self._loaded == reached or self._embedder is None or self._new_index is None:
                return
            standings = {each.key: each for each in await self._meanings.standings()}
            kept = await self._meanings.kept(self._embedder.model)
            new = [each for key, each in standings.items() if kept.get(each.id, "") != self._held.get(key, "")]
            vectors = await self._meanings.vectors(self._embedder.model, [each.id for each in new])
            index = self._index or self._new_index()
            gone = [key for key in self._held if key not in standings]
            await asyncio.to_thread(_take_in, index, {each.key: vectors.get(each.id, ()) for each in new}, gone)
            self._held = {key: kept[each.id] for key, each in standings.items() if each.id in kept}
            self._index, self._loaded = index, reached

    def alike(self, one: bytes, other: bytes) -> float:
        """How alike two questions are whose vectors are known, as a cosine; 0 where nobody can tell."""
        if self._index is None or not one or not other:
            return 0.0
        return self._index.alike(one, other)


def texts_of(entry: Entry) -> dict[str, str]:
    """What of an entry is read, by language."""
    return {
        language: ". ".join(filter(None, (entry.title.get(language), entry.text.get(language))))
        for language in dict.fromkeys((*entry.text, *entry.title))
    }


def sample_texts(questions: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Sample questions by the part of the entry that they are kept as."""
    return {f"?{language}{number}": text for language, texts in questions.items() for number, text in enumerate(texts)}


def _vectors(
    embedder: Embedder, texts: Mapping[str, str], samples: Mapping[str, str], old: Mapping[tuple[str, str], Vector]
) -> list[Vector]:
    """The vectors of an entry's parts; what was read before is not read again."""
    found: list[Vector] = []
    for parts, embed in ((texts, embedder.passages), (samples, embedder.questions)):
        digests = {part: hashlib.sha256(text.encode()).hexdigest()[:32] for part, text in parts.items()}
        missing = [part for part in parts if (part, digests[part]) not in old]
        values = dict(zip(missing, embed([parts[part] for part in missing]), strict=True))
        found += [old.get((part, digests[part])) or Vector(part, digests[part], values[part]) for part in parts]
    return found


def _take_in(index: VectorIndex, vectors: Mapping[str, Sequence[Vector]], gone: Sequence[str]) -> None:
    for key, own in vectors.items():
        index.put(key, own)
    for key in gone:
        index.put(key, ())
    index.settle()


def _seal(standing: Standing) -> str:
    """What an entry's vectors were made of."""
    return f"{standing.revision}/{standing.questions}"
