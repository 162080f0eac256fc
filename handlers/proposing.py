"""`/addfact`, `/editfact`, `/suggest`, `/report`, `/retract`: what people want to have in the store, or out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated

from bot.core.authority import Action, Role
from bot.core.commands import LONGEST_TEXT, Complete, Param, command
from bot.core.documents import Bullets, Code, Document, Heading, Note, Quote, RunCommand, Text, inlines, paragraph
from bot.core.editorial import Proposal, ProposalState, Severity
from bot.core.entries import Entry, Status
from bot.core.errors import Mistake, PactwatchError, Refused, Unknown
from bot.core.fields import FIELD_WORDS, FieldName, Given, citations, fold_word, read_parts
from bot.core.requests import Call, Dialog, Form, FormField, Reply
from bot.core.sanitize import clean
from bot.services.drafting import LONGEST_STATEMENT, Draft
from bot.services.pages import LANGUAGE_NAMES, command_for, pick, shorten
from bot.services.review import shows
from bot.services.services import Services
from handlers.cleaning import clean_up, is_clean_up
from handlers.entries import find_entry

ADD_EXAMPLE = "addfact Kim Jong-un attends a parade | source: https://example.org/parade | date: 2024-06-19"
STATUSES = tuple(each.value for each in Status if each is not Status.RETRACTED)
CHANGEABLE = tuple(each.value for each in FieldName if each is not FieldName.NOTE)
SEVERITIES = tuple(each.value for each in Severity)
LINKS_TAKEN = 3


@dataclass(frozen=True, slots=True)
class FactFields:
    """A fact: what is said, where it stands, and what belongs to it. `more`: any other fields, as typed."""

    statement: str | None = None
    source: str | None = None
    topic: Annotated[str | None, Param(complete=Complete.TOPICS)] = None
    article: Annotated[str | None, Param(complete=Complete.ARTICLES)] = None
    date: str | None = None
    status: Annotated[str | None, Param(offers=STATUSES)] = None
    by: str | None = None
    severity: Annotated[str | None, Param(offers=SEVERITIES)] = None
    more: str | None = None


def _whole(rest: str) -> dict[str, str]:
    """A line typed by hand is read as one: its fields may stand in any order and in any of the languages."""
    return {"more": rest}


@command("addfact", action=Action.PROPOSE, examples=(ADD_EXAMPLE,), split=_whole, longest=LONGEST_TEXT, grows=True)
async def add_fact(args: FactFields, call: Call, services: Services) -> Reply:
    """Put a new fact into the queue."""
    return await _propose(args, "addfact", call, services)


@command("suggest", action=Action.SUGGEST, examples=(f"suggest{ADD_EXAMPLE.removeprefix('addfact')}",),
         split=_whole, longest=LONGEST_TEXT, message_menu=True, grows=True)  # fmt: skip
async def suggest(args: FactFields, call: Call, services: Services) -> Reply:
    """Suggest a fact to the editors."""
    return await _propose(args, "suggest", call, services)


async def _propose(args: FactFields, name: str, call: Call, services: Services) -> Reply:
    statement, given = _given(args)
    statement, given = _with_quoted(statement, given, call)
    if not statement and not given:
        return _asking(name, call, services)
    draft = await services.drafting.new_fact(statement, given, call.locale)
    act = await services.people.act(call)
    proposal = await services.desk.add(draft, act)
    return await proposed(proposal, draft, call, services)


def _given(args: FactFields) -> tuple[str, tuple[Given, ...]]:
    lead, typed = read_parts(args.more or "")
    boxes = [
        Given(FieldName(each.name), each.name, str(value))
        for each in fields(args)
        if each.name not in ("statement", "more") and (value := getattr(args, each.name))
    ]
    if args.statement and lead:
        typed = (Given(None, lead, ""), *typed)
    return args.statement or lead, (*boxes, *typed)


def _with_quoted(statement: str, given: tuple[Given, ...], call: Call) -> tuple[str, tuple[Given, ...]]:
    """What a reply to a message takes over from it: its text as the statement, where it stands as the source."""
    request = call.request
    if request.quoted is None:
        return statement, given
    names = {each.name for each in given}
    if not statement and FieldName.STATEMENT not in names:
        statement = shorten(" ".join(clean(request.quoted).split()), LONGEST_STATEMENT)
    if FieldName.SOURCE not in names:
        links = [link for link in request.quoted_links[:LINKS_TAKEN] if _citable(link)]
        given = (*given, *(Given(FieldName.SOURCE, "source", link) for link in links))
    return statement, given


def _citable(link: str) -> bool:
    try:
        return bool(tuple(citations(link)))
    except Mistake:
        return False


def _asking(name: str, call: Call, services: Services) -> Reply:
    """What a fact consists of: as a form where the place has one, else in words."""
    words = call.words
    names = (
        ("statement", "source", "topic", "date", "more")
        if call.request.dialog is Dialog.MODAL
        else ("statement", "source", "topic", "article", "date", "status", "by", "severity")
    )
    topics = services.lookup.catalogue.topics
    choices = {
        "status": tuple((each, words.text(f"status-{each}")) for each in STATUSES),
        "severity": tuple((each, words.text(f"severity-{each}")) for each in SEVERITIES),
        "topic": tuple((topic.id, shorten(pick(topic.title, call.locale)[0], 30)) for topic, _ in topics[:9]),
    }
    asked = tuple(
        FormField(
            each,
            words.text(f"input-{each}"),
            words.text(f"ask-{each}"),
            required=each in ("statement", "source"),
            long=each in ("statement", "more"),
            choices=() if call.request.dialog is Dialog.MODAL else choices.get(each, ()),
        )
        for each in names
    )

    async def check(answers: Mapping[str, str]) -> tuple[PactwatchError, ...]:
        statement, given = _given(FactFields(**answers))
        try:
            await services.drafting.new_fact(statement, given, call.locale)
        except Mistake as error:
            return error.faults
        return ()

    title = words.text("form-addfact" if name == "addfact" else "form-suggest")
    form = Form(name, title, asked, check)
    return Reply(how_to(name, ADD_EXAMPLE if name == "addfact" else suggest.examples[0], call), form=form)


def how_to(name: str, example: str, call: Call) -> Document:
    """How to write a command that wants more than a word, with an example to copy."""
    words = call.words
    blocks = (
        Heading(inlines(f"/{name}")),
        paragraph(words.text(f"command-{name}-help")),
        paragraph(Code(f"/{example}")),
        Note(inlines(words.text("fields-known"), " ", ", ".join(each.value for each in FieldName))),
    )
    return Document(blocks, ((RunCommand(f"/help {name}", f"help {name}"),),))


async def proposed(proposal: Proposal, draft: Draft, call: Call, services: Services) -> Reply:
    """The preview of what went into the queue, and what happens next."""
    words = call.words
    if call.standing.role is Role.READER:
        said = (
            Quote((Text(pick(proposal.entry.text, call.locale)[0]),)),
            paragraph(words.text("suggested", label=proposal.label)),
        )
        withdraw = ((RunCommand(words.text("button-withdraw"), f"withdraw {proposal.label} v{proposal.draft}"),),)
        return Reply(Document(said, withdraw), refs=(proposal.entry.ref,), discreet=True, lasting=False)
    card = await services.review.card(proposal, services.desk.policy, words, own=True)
    alone = services.desk.policy.approvals == 0
    queued = paragraph(words.text("queued-alone" if alone else "queued", label=proposal.label))
    remarks = tuple(inlines(words.text(each)) for each in draft.remarks)
    blocks = (*card.blocks, *((Bullets(remarks),) if remarks else ()), queued)
    # What somebody has just written here is no secret here; what others wrote into the same draft is.
    others = len(proposal.authors) > 1 and not await services.desk.in_the_open(call.request)
    return Reply(
        Document(blocks, card.buttons),
        refs=(proposal.entry.ref,),
        private=others,
        discreet=True,
        lasting=False,
        shows=shows(proposal),
    )


@dataclass(frozen=True, slots=True)
class EditArgs:
    """Which entry, which field, and its new value; the rest is filled by forms or typed as in `/addfact`."""

    entry: Annotated[str | None, Param(complete=Complete.ENTRIES)] = None
    field: Annotated[str | None, Param(offers=CHANGEABLE)] = None
    value: str | None = None
    note: str | None = None
    more: str | None = None
    statement: Annotated[str | None, Param(button_only=True)] = None
    source: Annotated[str | None, Param(button_only=True)] = None
    date: Annotated[str | None, Param(button_only=True)] = None
    status: Annotated[str | None, Param(button_only=True)] = None
    draft: Annotated[int | None, Param(button_only=True)] = None


_ARTICLE_HEAD = re.compile(r"((?:[a-z]+-\d{4}|un-charter)/\w+|\S+)\s*(.*)", re.DOTALL | re.IGNORECASE)


def _split_edit(rest: str) -> dict[str, str]:
    match = _ARTICLE_HEAD.fullmatch(rest)
    return {"entry": match[1], "more": match[2]} if match else {}


@command(
    "editfact",
    action=Action.PROPOSE,
    examples=("editfact F-1 ko: 새 번역 | note: Korean text added", "editfact F-1 source: https://example.org/second"),
    split=_split_edit,
    longest=LONGEST_TEXT,
    grows=True,
)
async def edit_fact(args: EditArgs, call: Call, services: Services) -> Reply:
    """Propose a change to an entry, or complete the draft that waits for approval."""
    if not args.entry:
        return Reply(how_to("editfact", edit_fact.examples[0], call))
    name, more = services.lookup.part_name(args.entry, args.more or "")
    entry, open_ = await _to_change(name, call, services)
    seen = open_.draft if open_ is not None else 0
    if args.draft not in (None, seen):
        raise Refused("refused-stale-draft", label=entry.label, draft=args.draft or 0, current=seen)
    given = _given_changes(replace(args, more=more), entry, call)
    if not given:
        return _asking_change(entry, open_, call)
    act = await services.people.act(call)
    draft = await services.drafting.change(entry, open_, given, call.locale)
    proposal = await services.desk.edit(entry, open_, draft, act)
    return await proposed(proposal, draft, call, services)


async def _to_change(typed: str, call: Call, services: Services) -> tuple[Entry, Proposal | None]:
    """An entry as it is to read, with the open proposal for it; `4` is Article 4, as everywhere but in `/fact`."""
    try:
        entry = await find_entry(typed, call, services)
    except Unknown:
        open_ = await services.desk.find_open(typed)
        if open_ is None:
            raise
        return open_.entry, open_
    open_ = await services.desk.find_open(entry.label)
    return (entry if open_ is None else open_.entry), open_


def _given_changes(args: EditArgs, entry: Entry, call: Call) -> tuple[Given, ...]:
    lead, typed = read_parts(args.more or "")
    given = [Given(None, lead, ""), *typed] if lead else [*typed]
    if args.field and args.value:
        given = [Given(FIELD_WORDS.get(fold_word(args.field)), args.field, args.value), *given]
    if args.note:
        given.append(Given(FieldName.NOTE, "note", args.note))
    shown = _shown_values(entry, call)
    for name in ("statement", "source", "date", "status"):
        value = getattr(args, name)
        # A form comes back with everything it showed; only what was changed is meant.
        if value and value != shown.get(name):
            given.append(Given(FieldName(name), name, value))
    return tuple(given) if any(each.name is not FieldName.NOTE for each in given) else ()


def _shown_values(entry: Entry, call: Call) -> dict[str, str]:
    text = " ".join(pick(entry.text, call.locale)[0].split())  # as it comes back from a form
    return {"statement": text, "date": entry.date or "", "status": entry.status.value}


def _asking_change(entry: Entry, open_: Proposal | None, call: Call) -> Reply:
    words, shown = call.words, _shown_values(entry, call)
    filled_in, asked_for = ("statement", "source", "date", "status", "note"), ("field", "value", "note")
    names: tuple[str, ...] = filled_in if call.request.dialog is Dialog.MODAL else asked_for
    kinds = tuple((each, _field_label(each, call)) for each in CHANGEABLE)
    asked = tuple(
        FormField(
            each,
            words.text(f"input-{each}"),
            words.text(f"ask-change-{each}"),
            required=each in ("field", "value"),
            long=each in ("statement", "value"),
            value=shown.get(each, ""),
            choices=kinds if each == "field" else (),
        )
        for each in names
    )
    label = open_.label if open_ is not None else entry.label
    # A form on the screen sends back all it showed; of another wording than that it would undo what others changed.
    seen = f" v{open_.draft if open_ is not None else 0}" if call.request.dialog is Dialog.MODAL else ""
    form = Form(f"editfact {label}{seen}", words.text("form-editfact", label=label), asked)
    example = f"editfact {label} source: https://example.org/second"
    return Reply(how_to("editfact", example, call), form=form, below=True)


_LABELS = {
    "title": "field-title",
    "against": "field-against",
    "against-by": "field-against_by",
    "against-source": "field-against_sources",
}


def _field_label(name: str, call: Call) -> str:
    """What a button calls a field: a language by its own name, the rest in the reader's language."""
    return LANGUAGE_NAMES.get(name) or call.words.text(_LABELS.get(name, f"input-{name}"))


@dataclass(frozen=True, slots=True)
class ReasonArgs:
    """An entry, and why."""

    entry: Annotated[str | None, Param(complete=Complete.ENTRIES)] = None
    reason: str | None = None
    draft: Annotated[int | None, Param(button_only=True)] = None


@command("retract", action=Action.RETRACT, examples=("retract F-1 the source withdrew its report",),
         longest=LONGEST_TEXT)  # fmt: skip
async def retract(args: ReasonArgs, call: Call, services: Services) -> Reply:
    """Propose that an entry be retracted; or, for owners, take back all that one person did."""
    if args.entry and is_clean_up(args.entry):
        return await clean_up(f"{args.entry} {args.reason or ''}", args.draft, call, services)
    if not args.entry:
        raise Mistake("mistake-retract")
    name, reason = services.lookup.part_name(args.entry, args.reason or "")
    entry = await _published(name, call, services)
    if not reason:
        return _asking_reason(f"retract {entry.label}", "retract", call)
    act = await services.people.act(call)
    proposal = await services.desk.retract(entry, reason, act)
    return await proposed(proposal, Draft(entry), call, services)


@command("report", action=Action.REPORT, examples=("report F-1 the date is wrong",), longest=LONGEST_TEXT, grows=True)
async def report(args: ReasonArgs, call: Call, services: Services) -> Reply:
    """Tell the editors that something is wrong with an entry."""
    words = call.words
    if not args.entry:
        raise Mistake("mistake-report")
    name, reason = services.lookup.part_name(args.entry, args.reason or "")
    entry = await _published(name, call, services)
    if not reason:
        return _asking_reason(f"report {entry.label}", "report", call)
    act = await services.people.act(call)
    made = await services.desk.report(entry, reason, act)
    back = (RunCommand(entry.label, command_for(entry, services.lookup.catalogue)),)
    said = words.text("reported", label=made.label, entry=entry.label)
    return Reply(Document((paragraph(said),), (back,)), refs=(entry.ref,), discreet=True)


async def _published(typed: str, call: Call, services: Services) -> Entry:
    """The published entry; what is only in the queue is no entry yet. Raises Refused, Unknown."""
    try:
        return await find_entry(typed, call, services)
    except Unknown:
        waiting = await services.desk.find_open(typed)
        if waiting is not None and call.standing.role > Role.READER and waiting.state is ProposalState.PENDING:
            raise Refused("refused-not-published", label=waiting.label) from None
        raise


def _asking_reason(line: str, name: str, call: Call) -> Reply:
    words = call.words
    field = FormField("reason", words.text("input-reason"), words.text(f"ask-{name}-reason"), required=True, long=True)
    example = f"{line} {words.text(f'example-{name}-reason')}"
    form = Form(line, words.text(f"form-{name}", label=line.partition(" ")[2]), (field,))
    return Reply(how_to_short(name, example, call), form=form, below=True)


def how_to_short(name: str, example: str, call: Call) -> Document:
    """How to write a command with its reason, with an example to copy."""
    return Document(
        (paragraph(call.words.text(f"command-{name}-help")), paragraph(Code(f"/{example}"))),
        ((RunCommand(f"/help {name}", f"help {name}"),),),
    )
