"""Questions that nothing answered: counted without who asked, shown to editors, and answered once something does."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence

from bot.core.answering import answers_anew
from bot.core.deliveries import AlertKind, Order, Trouble, Undelivered
from bot.core.documents import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Quote,
    RunCommand,
    Text,
    inlines,
    paragraph,
)
from bot.core.entries import Entry, Source
from bot.core.errors import StoreError
from bot.core.outbox import Carrier
from bot.core.places import Platform, UserRef
from bot.core.ports import Clock, Words
from bot.core.requests import Outcome
from bot.core.retrieval import Awaited, OpenQuestion, Questions
from bot.core.times import stamp
from bot.services.answering import Answering, Weighed
from bot.services.governor import Governor
from bot.services.indexing import Indexing
from bot.services.lookup import Lookup, Recent
from bot.services.pages import command_for, shorten, source_line, statement, title, uncertainty

log = logging.getLogger(__name__)

LONGEST = 300
FEWEST_LETTERS, FEWEST_WORDS = 6, 2
"""Less is no question that an editor could do anything with."""
SAME = 0.72
"""The cosine from which two questions ask the same."""
COMPARED, TOLD, SOURCES_SHOWN = 300, 20, 3
AGAIN = (Trouble.CHAT_LIMIT, Trouble.LIMIT, Trouble.OFF, Trouble.UNREACHED, Trouble.OUTAGE)
"""After these nothing was sent for sure, and later it may be."""
LOST_ATTEMPTS = 2

# What may say who somebody is: mail addresses, web addresses, names of accounts, long numbers.
_PERSONAL = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|@\w+|\+?\d[\d\s().-]{7,}\d")


class Unanswered:
    """`look` and `tell` are called by the clock."""

    def __init__(  # noqa: PLR0917 - what it takes to find and to tell
        self,
        questions: Questions,
        answering: Answering,
        indexing: Indexing,
        lookup: Lookup,
        words: Mapping[str, Words],
        clock: Clock,
    ) -> None:
        self._questions = questions
        self._answering = answering
        self._indexing = indexing
        self._lookup = lookup
        self._words = words
        self._clock = clock
        self._counted: Recent[bool] = Recent(2_000)
        self._looked = -1

    async def note(self, question: str, weighed: Weighed, person: UserRef, locale: str) -> int | None:
        """Count a question for the editors; its number, or None where it is none they could answer. Raises nothing.

        That somebody asked it is known for a while in memory only, so that asking again counts nothing.
        """
        text = shorten(_PERSONAL.sub("…", " ".join(question.split())), LONGEST)
        if sum(map(str.isalpha, text)) < FEWEST_LETTERS or len(text.split()) < FEWEST_WORDS:
            return None
        try:
            return await self._count(text, weighed, person, locale)
        except StoreError as error:
            # Whoever asked gets what there is; the next one who asks may be counted.
            log.warning("a question was not kept for the editors: %s", error.key)
            return None

    async def _count(self, text: str, weighed: Weighed, person: UserRef, locale: str) -> int:
        same = await self._same(text, locale, weighed.vector)
        if same is not None and self._counted.get((same, person)):
            return same
        number = await self._questions.ask(
            text, locale, model=self._indexing.model, vector=weighed.vector, same_as=same, at=stamp(self._clock.now())
        )
        self._counted.put((number, person), value=True)
        return number

    async def _same(self, text: str, locale: str, vector: bytes) -> int | None:
        known = await self._questions.open_questions(self._indexing.model, COMPARED)
        for each in known:
            if (each.text, each.locale) == (text, locale):
                return each.id
        alike = [(self._indexing.alike(vector, each.vector), each.id) for each in known]
        best = max(alike, default=(0.0, 0))
        return best[1] if best[0] >= SAME else None

    async def await_answer(self, number: int, person: UserRef, locale: str) -> OpenQuestion | None:
        """Tell this person once there is an answer; None where nobody waits for one any more."""
        found = await self._questions.open_question(number)
        if found is None or not await self._questions.await_answer(number, person, locale, stamp(self._clock.now())):
            return None
        return found

    async def open(self, limit: int) -> tuple[OpenQuestion, ...]:
        """What editors should know is missing, most asked first."""
        return await self._questions.open_questions(self._indexing.model, limit)

    async def close(self, number: int) -> bool:
        """Set a question aside; False where there is none."""
        return await self._questions.close_question(number)

    async def look(self) -> None:
        """Find what readers can be told since something was published."""
        version = self._lookup.catalogue.version
        if version == self._looked:
            return
        for each in await self._questions.open_questions(self._indexing.model, COMPARED):
            weighed = await self._answering.weigh(each.text, vector=each.vector)
            if (entry := _answer(each, weighed)) is not None:
                await self._questions.answer(each.id, entry.key)
        self._looked = version

    async def tell(
        self,
        carriers: Mapping[Platform, Carrier],
        governors: Mapping[Platform, Governor],
        only: UserRef | None = None,
    ) -> None:
        """Tell those who wait that their question has an answer, each once. only: of a terminal, its own person."""
        for platform, carrier in carriers.items():
            if not carrier.connected:
                continue
            for awaited in await self._questions.due_answers(platform, TOLD):
                governor = governors.get(platform)
                if (only is not None and awaited.person != only) or (governor and governor.all_paused_until()):
                    continue
                if await self._questions.try_answer(awaited):
                    await self._tell(awaited, carrier, governor)

    async def _tell(self, awaited: Awaited, carrier: Carrier, governor: Governor | None) -> None:
        await self._lookup.refresh()  # another process may just have found it, in words that are new here
        entry = await self._lookup.entry(awaited.entry)
        if entry is not None:
            document = self._document(awaited, entry, await self._lookup.sources(entry.sources[:SOURCES_SHOWN]))
            over, taken = None, False
            if governor is not None:
                await governor.room()
                over = governor.spent()
            try:
                chat = await carrier.private_chat(awaited.person)
                order = Order(chat, f"q{awaited.question}-{awaited.person.id}"[:25])
                await carrier.post(order, carrier.render(document, AlertKind.NOTICE, (entry.ref,)))
                taken = True
            except Undelivered as error:
                lost = error.trouble is Trouble.LOST and awaited.tries + 1 < LOST_ATTEMPTS
                if error.trouble in AGAIN or lost:
                    return
                log.info("somebody could not be told of an answer: %s", error.reason)
            finally:
                if over is not None:
                    over(taken)
        await self._questions.forget_awaited(awaited)

    def _document(self, awaited: Awaited, entry: Entry, sources: Sequence[Source]) -> Document:
        words, catalogue = self._words[awaited.locale], self._lookup.catalogue
        doubt = uncertainty(entry, words)
        blocks: list[Block] = [
            Heading((Text(words.text("answered-heading")),)),
            *([Quote(inlines(awaited.text))] if awaited.text else []),
            paragraph(Code(entry.label), f" {title(entry, words.locale)}" if entry.title else ""),
            *statement(entry, words),
            *([doubt] if doubt else []),
            Bullets(tuple(source_line(source, words) for source in sources)),
        ]
        shown = RunCommand(words.text("button-open", label=entry.label), command_for(entry, catalogue), below=True)
        return Document(tuple(blocks), ((shown,),))


def _answer(question: OpenQuestion, weighed: Weighed) -> Entry | None:
    """The entry that answers an open question by now: one that is new, or was changed, since it was asked."""
    if not weighed.entries or weighed.entries[0].changed_at <= question.first_at:
        return None
    sure = weighed.outcome is Outcome.ANSWERED or answers_anew(weighed.signals[0])
    return weighed.entries[0] if sure else None
