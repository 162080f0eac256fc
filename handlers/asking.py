"""`/ask` answers with what is stored, `/check` looks what bears on a message; what nothing answers is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.authority import Action
from bot.core.commands import LONGEST_TEXT, command
from bot.core.documents import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Note,
    RunCommand,
    Text,
    inlines,
    paragraph,
)
from bot.core.entries import Entry
from bot.core.errors import Mistake, Unknown
from bot.core.places import ChatKind
from bot.core.ports import Page
from bot.core.requests import Call, Outcome, Reply
from bot.services.answering import Weighed
from bot.services.listings import BUTTON_LABEL, PER_PAGE, listing, open_label
from bot.services.pages import ROWS, attributed_line, command_for, shorten
from bot.services.services import Services
from handlers.entries import entry_reply, not_found
from handlers.treaty import article_named

MORE = 4
"""Further entries offered below an answer."""
NEAREST = 5
SHOWN_QUESTION = 120
LABEL = re.compile(r"(?<!\w)[FEPfep]-\d{1,6}(?!\w)")
OPEN_QUESTIONS = 20
CHECKED_SENTENCES = 5
"""Of a message; a rumour is told at its beginning."""


@dataclass(frozen=True, slots=True)
class AskArgs:
    """The question, in any words."""

    question: str


@command(
    "ask",
    examples=(
        "ask se attaccano Kim i russi devono entrare in guerra?",
        "ask how many soldiers went to Kursk",
        "ask кто подписал договор",
    ),
    longest=LONGEST_TEXT,
    repeatable=True,
)
async def ask(args: AskArgs, call: Call, services: Services) -> Reply:
    """Show the entry that answers, or the nearest ones, or say that there is nothing."""
    question = args.question
    if not any(letter.isalnum() for letter in question):
        raise Mistake("mistake-ask", buttons=(RunCommand("/help ask", "help ask"),))
    if (reply := await _named(question, call, services)) is not None:
        return reply
    weighed = await services.answering.weigh(question)
    if weighed.outcome is Outcome.ANSWERED:
        return await _answered(weighed, call, services)
    number = None
    if services.desk.takes_new:
        number = await services.unanswered.note(question, weighed, call.request.actor.user, call.locale)
    if weighed.outcome is Outcome.CLOSEST:
        return _closest(question, weighed, number, call, services)
    raise Unknown(
        "unknown-ask", question=shorten(question, SHOWN_QUESTION), buttons=tuple(_ways_on(question, number, call))
    )


async def _named(question: str, call: Call, services: Services) -> Reply | None:
    """The answer to a question that names what it is about: an entry by its number, or an article that there is not."""
    lookup = services.lookup
    labels = LABEL.findall(question) or ([question] if lookup.pointer(question) else [])
    if len(set(labels)) == 1:
        if (pointer := lookup.pointer(labels[0])) and (entry := await lookup.find(pointer)) and not entry.retired:
            return await entry_reply(entry, call, services)
        if LABEL.fullmatch(labels[0]):
            raise not_found(labels[0], call, services)
    mentioned = lookup.catalogue.references.mentioned(question)
    held = [each for each in mentioned if await lookup.entry(each.key) is not None]
    if mentioned and not held:
        return await article_named(mentioned[0], call, services)
    return None


async def _answered(weighed: Weighed, call: Call, services: Services) -> Reply:
    best, *others = weighed.entries[: 1 + MORE]
    reply = await entry_reply(best, call, services)
    more = [_opening(each, call, services) for each in others]
    there = {each.command for each in more}
    rows = [
        tuple(each for each in row if not (isinstance(each, RunCommand) and each.command in there))
        for row in reply.document.buttons
    ]
    blocks = list(reply.document.blocks)
    if others:
        lines = tuple(attributed_line(each, call.words, services.lookup.catalogue) for each in others)
        blocks += [Note((Text(call.words.text("answer-more")),)), Bullets(lines)]
    document = Document(tuple(blocks), tuple(row for row in (tuple(more), *rows) if row))
    return Reply(document, refs=tuple(each.ref for each in (best, *others)))


def _closest(question: str, weighed: Weighed, number: int | None, call: Call, services: Services) -> Reply:
    words, nearest = call.words, weighed.entries[:NEAREST]
    blocks: tuple[Block, ...] = (
        Heading((Text(shorten(question, SHOWN_QUESTION)),)),
        paragraph(words.text("answer-closest")),
        Bullets(tuple(attributed_line(entry, words, services.lookup.catalogue) for entry in nearest)),
    )
    rows = (tuple(_opening(each, call, services) for each in nearest), tuple(_ways_on(question, number, call)))
    return Reply(Document(blocks, rows), Outcome.CLOSEST, tuple(each.ref for each in nearest))


def _opening(entry: Entry, call: Call, services: Services) -> RunCommand:
    label = shorten(open_label(entry, call.words), BUTTON_LABEL)
    return RunCommand(label, command_for(entry, services.lookup.catalogue), below=True)


def _ways_on(question: str, number: int | None, call: Call) -> list[RunCommand]:
    words = call.words
    asked = [RunCommand(words.text("button-notify"), f"notify {number}", below=True)] if number is not None else []
    return [
        *asked,
        RunCommand(words.text("button-suggest"), "suggest", below=True),
        RunCommand(words.text("button-search", query=shorten(question, 30)), f"search {shorten(question, 80)}"),
    ]


@dataclass(frozen=True, slots=True)
class NotifyArgs:
    """The number of a question that nothing answered."""

    question: int


@command("notify", action=Action.LINK, examples=("notify 12",), listed=False, grows=True)
async def notify(args: NotifyArgs, call: Call, services: Services) -> Reply:
    """Tell the person once, in private, when their question has an answer."""
    request, words = call.request, call.words
    found = await services.unanswered.await_answer(args.question, request.actor.user, call.locale)
    if found is None:
        raise Unknown("unknown-question", value=args.question, buttons=(RunCommand("/ask", "help ask"),))
    blocks = (
        paragraph(words.text("notify-noted", question=found.text)),
        Note((Text(words.text("notify-private")), Text(" "), Code("/forgetme"))),
    )
    return Reply(Document(blocks), discreet=request.kind is ChatKind.GROUP)


@dataclass(frozen=True, slots=True)
class QuestionsArgs:
    """The number of a question to set aside; none for the list."""

    close: int | None = None


def _split_questions(rest: str) -> dict[str, str]:
    """People write `close 12` or `chiudi 12` for what the option `close` is; a bare number closes nothing."""
    word, _, number = rest.rpartition(" ")
    return {"close": number} if word else {}


@command("questions", action=Action.REJECT, examples=("questions", "questions close 12"), split=_split_questions)
async def show_questions(args: QuestionsArgs, call: Call, services: Services) -> Reply:
    """List what readers asked and nothing answers, or set one aside."""
    words = call.words
    if args.close is not None:
        if not await services.unanswered.close(args.close):
            raise Unknown("unknown-question", value=args.close, buttons=(RunCommand("/questions", "questions"),))
        return Reply(Document((paragraph(words.text("questions-closed", number=args.close)),)), private=True)
    found = await services.unanswered.open(OPEN_QUESTIONS)
    if not found:
        return Reply(Document((paragraph(words.text("questions-none")),)), private=True)
    lines = tuple(
        inlines(
            Code(str(each.id)),
            " ",
            words.text("questions-line", count=each.asked, question=each.text),
            *((" · ", words.text("questions-waiting", count=each.awaited)) if each.awaited else ()),
        )
        for each in found
    )
    blocks = (Heading((Text(words.text("questions-heading")),)), Bullets(lines), paragraph(words.text("questions-how")))
    buttons = [RunCommand(words.text("button-close", number=each.id), f"questions close {each.id}") for each in found]
    return Reply(
        Document(blocks, tuple(tuple(buttons[at : at + ROWS]) for at in range(0, len(buttons), ROWS))), private=True
    )


@dataclass(frozen=True, slots=True)
class CheckArgs:
    """What to check; the message replied to where nothing is given."""

    text: str | None = None


@command(
    "check",
    examples=("check la Corea del Nord ha mandato truppe in Russia",),
    message_menu=True,
    longest=LONGEST_TEXT,
    repeatable=True,
)
async def check(args: CheckArgs, call: Call, services: Services) -> Reply:
    """List entries that bear on a message; whether they confirm it is for the reader to see."""
    words = call.words
    text = (args.text or call.request.quoted or "").strip()
    if not any(letter.isalnum() for letter in text):
        raise Mistake("mistake-check", buttons=(RunCommand("/help check", "help check"),))
    entries = await _bearing_on(text, services)
    if not entries:
        raise Unknown("unknown-check", buttons=(RunCommand(words.text("button-topics"), "topics"),))
    return listing(
        words.text("check-heading"),
        Page(entries, more=False),
        words,
        services.lookup.catalogue,
        line="check",
        number=1,
        intro=words.text("check-intro"),
        outcome=Outcome.CLOSEST,
        attributed=True,
    )


async def _bearing_on(text: str, services: Services) -> tuple[Entry, ...]:
    """What bears on any sentence of a message, what the first ones say first; at most a page."""
    found: dict[str, Entry] = {}
    places: list[list[Entry]] = []
    for sentence in _sentences(text):
        weighed = await services.answering.weigh(sentence)
        if weighed.outcome is not Outcome.UNKNOWN:
            places.append(list(weighed.entries[:NEAREST]))
    for rank in range(NEAREST):
        for entries in places:
            found |= {entry.key: entry for entry in entries[rank : rank + 1] if entry.key not in found}
    return tuple(found.values())[:PER_PAGE]


def _sentences(text: str) -> list[str]:
    """The first sentences of a message, each long enough to say something; all of it where there is none."""
    parts = [part.strip() for part in re.split(r"(?<=[.!?。…])\s+|\n+", text)]
    telling = [part for part in parts if len(part.split()) > 2 or len(part) > 20]
    return telling[:CHECKED_SENTENCES] or [text]
