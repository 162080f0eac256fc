"""Writing vectors, and the questions that nothing answered yet. Each call in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.leases import News
from bot.core.places import UserRef
from bot.core.retrieval import Awaited, Vector
from storage.counting import count
from storage.engine import UnitsOfWork, upsert
from storage.notifying import notify
from storage.rows import many
from storage.schema import awaited_answers, open_questions, vectors

_Q, _A = open_questions.c, awaited_answers.c


class QuestionWriter:
    """The writing half of `storage.meanings`."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    async def keep_vectors(self, model: str, kept: Mapping[int, tuple[str, Sequence[Vector]]]) -> None:
        """See `Meanings.keep_vectors`. Those of another model go with them: nobody will ask for them again."""
        rows: list[dict[str, object]] = [
            {"model": model, "entry_id": entry, "part": each.part, "digest": each.digest, "vector": each.value}
            for entry, (seal, parts) in kept.items()
            for each in (*parts, Vector("", seal, b""))
        ]

        async def work(connection: AsyncConnection) -> None:
            # First, so that of two processes which keep vectors of one entry the second replaces those of the first.
            await count(connection, "vectors")
            await connection.execute(delete(vectors).where(vectors.c.entry_id.in_(list(kept))))
            await many(connection, insert(vectors), rows)
            await connection.run_sync(notify, News.ENTRIES)

        await self._units.run_tx(work)

    async def ask(self, text: str, locale: str, *, model: str, vector: bytes, same_as: int | None, at: str) -> int:
        """See `Questions.ask`."""

        async def work(connection: AsyncConnection) -> int:
            same = _Q.id == same_as if same_as is not None else and_(_Q.text == text, _Q.locale == locale)
            known = select(_Q.id).where(_Q.closed == 0, same).order_by(_Q.id).limit(1)
            identity = await connection.scalar(known)
            if identity is None:
                new = {"text": text, "locale": locale, "asked": 1, "first_at": at, "last_at": at}
                added = insert(open_questions).values(new | {"model": model, "vector": vector})
                return int((await connection.execute(added.returning(_Q.id))).scalar_one())
            again = update(open_questions).where(_Q.id == identity)
            await connection.execute(again.values(asked=_Q.asked + 1, last_at=at))
            return int(identity)

        return await self._units.run_tx(work)

    async def close(self, question: int) -> bool:
        """See `Questions.close_question`."""

        async def work(connection: AsyncConnection) -> bool:
            await connection.execute(delete(awaited_answers).where(_A.question_id == question, _A.entry_key == ""))
            return await _closed(connection, question)

        return await self._units.run_tx(work)

    async def await_answer(self, question: int, person: UserRef, locale: str, at: str) -> bool:
        """See `Questions.await_answer`."""

        async def work(connection: AsyncConnection) -> bool:
            still = select(_Q.id).where(_Q.id == question, _Q.closed == 0).with_for_update()
            if await connection.scalar(still) is None:
                return False
            row = {"question_id": question, "person": str(person), "locale": locale, "at": at}
            await upsert(connection, awaited_answers, [row], replace=("locale",))
            return True

        return await self._units.run_tx(work)

    async def answer(self, question: int, entry: str) -> bool:
        """See `Questions.answer`."""

        async def work(connection: AsyncConnection) -> bool:
            if not await _closed(connection, question):
                return False
            waiting = update(awaited_answers).where(_A.question_id == question)
            await connection.execute(waiting.values(entry_key=entry))
            return True

        return await self._units.run_tx(work)

    async def try_answer(self, awaited: Awaited) -> bool:
        """See `Questions.try_answer`."""

        async def work(connection: AsyncConnection) -> bool:
            trying = update(awaited_answers).where(_own(awaited), _A.tries == awaited.tries)
            return (await connection.execute(trying.values(tries=_A.tries + 1))).rowcount > 0

        return await self._units.run_tx(work)

    async def forget_awaited(self, awaited: Awaited) -> None:
        """See `Questions.forget_awaited`."""
        await self._units.run_tx(lambda connection: connection.execute(delete(awaited_answers).where(_own(awaited))))


def _own(awaited: Awaited) -> ColumnElement[bool]:
    return and_(_A.question_id == awaited.question, _A.person == str(awaited.person))


async def _closed(connection: AsyncConnection, question: int) -> bool:
    closing = update(open_questions).where(_Q.id == question, _Q.closed == 0).values(closed=1)
    return (await connection.execute(closing)).rowcount > 0
