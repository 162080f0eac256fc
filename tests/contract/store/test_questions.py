"""Questions that nothing answered, and who waits for an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.core.places import Platform, UserRef
from storage import SqlStore
from tests.builders import AT

LATER, MUCH_LATER = "2026-12-01T00:00:00.000Z", "2027-06-01T00:00:00.000Z"
ANNA, BORIS = UserRef(Platform.TELEGRAM, "5"), UserRef(Platform.DISCORD, "55")


async def asked(store: SqlStore, text: str = "how many tanks", same_as: int | None = None, at: str = AT) -> int:
    return await store.questions.ask(text, "en", model="m", vector=b"\x01\x02", same_as=same_as, at=at)


async def test_a_question_is_counted_however_it_is_put(store: SqlStore):
    """Editors see each question once, with how often it was asked, the most asked first."""
    one = await asked(store)
    other = await asked(store, "what do they eat")
    assert await asked(store, at=LATER) == one
    assert await asked(store, "number of tanks", same_as=one, at=LATER) == one
    first, second = await store.questions.open_questions("m", 10)
    assert (first.id, first.text, first.asked, first.first_at, first.last_at) == (one, "how many tanks", 3, AT, LATER)
    assert (second.id, second.vector, first.awaited) == (other, b"\x01\x02", 0)
    assert (await store.questions.open_questions("another", 10))[0].vector == b""


async def test_whoever_waits_is_due_once_it_is_answered(store: SqlStore):
    """Those who asked to hear of it are told of the entry, each on their own platform, and then forgotten."""
    one = await asked(store)
    for person in (ANNA, BORIS):
        assert await store.questions.await_answer(one, person, "it", AT)
    assert await store.questions.due_answers(Platform.TELEGRAM, 10) == ()
    assert await store.questions.answer(one, "tanks")
    assert not await store.questions.answer(one, "others"), "it is closed"
    (due,) = await store.questions.due_answers(Platform.TELEGRAM, 10)
    assert (due.person, due.locale, due.entry, due.tries) == (ANNA, "it", "tanks", 0)
    assert due.text == "", "it was asked in another language than Anna's"
    assert await store.questions.try_answer(due)
    assert not await store.questions.try_answer(due), "somebody else is at it"
    await store.questions.forget_awaited(due)
    assert await store.questions.due_answers(Platform.TELEGRAM, 10) == ()
    assert len(await store.questions.due_answers(Platform.DISCORD, 10)) == 1
    assert not await store.questions.await_answer(one, ANNA, "it", AT)


async def test_a_question_set_aside_is_nobodys_any_more(store: SqlStore):
    """What editors put aside leaves the list, with those who waited for it."""
    one = await asked(store)
    await store.questions.await_answer(one, ANNA, "it", AT)
    assert await store.questions.close_question(one)
    assert not await store.questions.close_question(one)
    assert await store.questions.open_question(one) is None
    assert await store.questions.open_questions("m", 10) == ()
    assert await asked(store) != one, "asked again it is a new one"


async def test_forgetting_somebody_forgets_what_they_wait_for(store: SqlStore):
    """After /forgetme nothing ties a person to a question, and the question itself stays."""
    one = await asked(store)
    for person in (ANNA, BORIS):
        await store.questions.await_answer(one, person, "it", AT)
    assert await store.forget_person(ANNA, LATER)
    (left,) = await store.questions.open_questions("m", 10)
    assert (left.asked, left.awaited) == (1, 1)


async def forget(store: SqlStore, *, days: int):
    """So long after AT."""
    await store.forget_old(datetime.fromisoformat(AT) + timedelta(days=days))


@pytest.mark.parametrize(("awaited", "left"), [(True, 1), (False, 0)])
async def test_old_questions_go(store: SqlStore, awaited: bool, left: int):
    """A question that nobody asks any more is forgotten, unless somebody waits; and nobody waits for ever."""
    one = await asked(store)
    if awaited:
        await store.questions.await_answer(one, ANNA, "it", AT)
    await forget(store, days=120)
    assert len(await store.questions.open_questions("m", 10)) == left
    await forget(store, days=200)
    assert await store.questions.open_questions("m", 10) == ()
