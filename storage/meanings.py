"""Reading and keeping what questions are answered by: words, sample questions, vectors, and what nothing answered yet.

See `bot.core.retrieval` for what each method promises. Parts of `SqlStore`; `asking` writes.
"""

# ruff: noqa: D102 – the ports have the docstrings; one promise should not stand in two places
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.core.places import Platform, UserRef
from bot.core.retrieval import OUTSIDE, Awaited, Evidence, OpenQuestion, Standing, Vector
from storage.bodies import questions_from
from storage.entries import BATCH
from storage.reader import Database, Row, placeholders
from storage.search.evidence import evidence_of

if TYPE_CHECKING:
    from storage.search.analyzer import Analyzer
    from storage.writer import Writer

Writing = Callable[[], "Awaitable[Writer]"]

SLICE = 2_000
"""Rows asked for at a time: they leave the event loop its turn."""
STANDINGS = """
    select e.id, e.key, e.revision, coalesce(q.digest, '') from entries e
    left join sample_questions q on q.entry_key = e.key where e.shelf >= 0 and e.id > :after
    order by e.id limit :slice"""
UNANSWERED = f"select 0, entry_key, 0, digest from sample_questions where entry_key = '{OUTSIDE}'"  # noqa: S608 - a constant
SAMPLES = "select entry_key, body from sample_questions where entry_key in ({})"
KEPT = """
    select entry_id, digest from vectors where model = :model and part = '' and entry_id > :after
    order by entry_id limit :slice"""
KEPT_SO_FAR = "select value from meta where key = 'vectors'"
VECTORS = """
    select entry_id, part, digest, vector from vectors
    where model = :model and entry_id in ({}) and part <> ''"""


class SqlMeanings:
    """See `bot.core.retrieval.Meanings`."""

    def __init__(self, database: Database, writing: Writing, analyzing: Callable[[], Awaitable[Analyzer]]) -> None:
        self._database = database
        self._writing = writing
        self._analyzing = analyzing

    async def evidence(self, question: str) -> Evidence:
        query = (await self._analyzing()).query(question)
        return evidence_of(await self._database.evidence(query), query) if query.terms else Evidence()

    async def standings(self) -> tuple[Standing, ...]:
        rows = [*await self._database.fetch(UNANSWERED), *await self._every(STANDINGS, 0)]
        return tuple(Standing(*row) for row in rows)

    async def _every(self, sql: str, after: int, **params: object) -> list[Row]:
        """The rows of a statement in slices, by the number that each begins with."""
        found: list[Row] = []
        while rows := await self._database.fetch(sql, params | {"after": after, "slice": SLICE}):
            found += rows
            after = rows[-1][0]
        return found

    async def sample_questions(self, keys: Sequence[str]) -> dict[str, Mapping[str, tuple[str, ...]]]:
        found: dict[str, Mapping[str, tuple[str, ...]]] = {}
        for start in range(0, len(keys), BATCH):
            names, params = placeholders("k", keys[start : start + BATCH])
            for row in await self._database.fetch(SAMPLES.format(names), params):
                found[row[0]] = questions_from(row[1])
        return found

    async def kept_so_far(self) -> int:
        return int((await self._database.fetch(KEPT_SO_FAR))[0][0])

    async def kept(self, model: str) -> dict[int, str]:
        return {row[0]: row[1] for row in await self._every(KEPT, -1, model=model)}

    async def vectors(self, model: str, ids: Sequence[int]) -> dict[int, tuple[Vector, ...]]:
        found: dict[int, list[Vector]] = {}
        for start in range(0, len(ids), BATCH):
            names, params = placeholders("k", ids[start : start + BATCH])
            rows = await self._database.fetch(VECTORS.format(names), params | {"model": model})
            # In one order everywhere, or sums of them would differ in their last digits.
            for row in sorted(rows, key=lambda row: row[1]):
                found.setdefault(row[0], []).append(Vector(row[1], row[2], bytes(row[3])))
        return {identity: tuple(parts) for identity, parts in found.items()}

    async def keep_vectors(self, model: str, kept: Mapping[int, tuple[str, Sequence[Vector]]]) -> None:
        await (await self._writing()).questions.keep_vectors(model, kept)


OPEN = """
    select q.id, q.text, q.locale, q.asked, q.first_at, q.last_at, {vector},
    (select count(*) from awaited_answers a where a.question_id = q.id) from open_questions q where q.closed = 0"""
OPEN_ONE = OPEN.format(vector="null") + " and q.id = :id"
OPEN_ONES = (
    OPEN.format(vector="case when q.model = :model then q.vector end")
    + " order by q.asked desc, q.last_at desc, q.id limit :limit"
)
DUE = """
    select a.question_id, a.person, a.locale, case when q.locale = a.locale then q.text else '' end,
    a.entry_key, a.tries from awaited_answers a
    join open_questions q on q.id = a.question_id
    where a.entry_key <> '' and a.person like :of order by a.at, a.question_id, a.person limit :limit"""


class SqlQuestions:
    """See `bot.core.retrieval.Questions`."""

    def __init__(self, database: Database, writing: Writing) -> None:
        self._database = database
        self._writing = writing

    async def ask(self, text: str, locale: str, *, model: str, vector: bytes, same_as: int | None, at: str) -> int:
        writer = (await self._writing()).questions
        return await writer.ask(text, locale, model=model, vector=vector, same_as=same_as, at=at)

    async def open_question(self, question: int) -> OpenQuestion | None:
        rows = await self._database.fetch(OPEN_ONE, {"id": question})
        return _question(rows[0]) if rows else None

    async def open_questions(self, model: str, limit: int) -> tuple[OpenQuestion, ...]:
        rows = await self._database.fetch(OPEN_ONES, {"model": model, "limit": limit})
        return tuple(_question(row) for row in rows)

    async def close_question(self, question: int) -> bool:
        return await (await self._writing()).questions.close(question)

    async def await_answer(self, question: int, person: UserRef, locale: str, at: str) -> bool:
        return await (await self._writing()).questions.await_answer(question, person, locale, at)

    async def answer(self, question: int, entry: str) -> bool:
        return await (await self._writing()).questions.answer(question, entry)

    async def due_answers(self, platform: Platform, limit: int) -> tuple[Awaited, ...]:
        rows = await self._database.fetch(DUE, {"of": f"{platform.value}:%", "limit": limit})
        return tuple(Awaited(row[0], UserRef.parse(row[1]), *row[2:]) for row in rows)

    async def try_answer(self, awaited: Awaited) -> bool:
        return await (await self._writing()).questions.try_answer(awaited)

    async def forget_awaited(self, awaited: Awaited) -> None:
        await (await self._writing()).questions.forget_awaited(awaited)


def _question(row: Row) -> OpenQuestion:
    return OpenQuestion(row[0], row[1], row[2], row[3], row[4], row[5], bytes(row[6] or b""), row[7])
