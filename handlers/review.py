"""The desk: `/queue`, `/approve`, `/reject`, `/schedule`, `/undo`, `/freeze`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from bot.core.authority import Action, denial
from bot.core.commands import LONGEST_TEXT, Param, command
from bot.core.documents import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Inlines,
    Note,
    RunCommand,
    Text,
    inlines,
    paragraph,
)
from bot.core.editorial import Decision, Proposal, ProposalState, check_open
from bot.core.errors import Mistake, Refused
from bot.core.places import ChatKind
from bot.core.recurrence import recurs
from bot.core.requests import Call, Dialog, Form, FormField, Outcome, Reply
from bot.core.schedules import NEVER, read_local
from bot.core.times import stamp
from bot.services.listings import PER_PAGE, empty_page, offset, turns
from bot.services.notices import names_notice
from bot.services.pages import shorten, title
from bot.services.review import age, local_time, review_card, shows, state_line
from bot.services.services import Services
from handlers.notices import add_notice, confirm_notice, show_notice, show_schedule, stop_notice
from handlers.proposing import how_to_short
from handlers.rehearsing import REHEARSE, STAGING, rehearse, set_staging

REASONS = ("unsourced", "double", "unclear")
"""Reasons a rejection is most often given, as buttons where nobody can be asked."""


@dataclass(frozen=True, slots=True)
class QueueArgs:
    """A proposal to open, or to `rehearse`; `here`, `off` and `staging` say what is shown in this chat."""

    entry: str | None = None
    page: Annotated[int, Param(button_only=True)] = 1


@command("queue", action=Action.SEE_DRAFTS, examples=("queue", "queue F-1", "queue F-1 rehearse", "queue here"))
async def show_queue(args: QueueArgs, call: Call, services: Services) -> Reply:
    """List what waits for a decision, open one of it, or choose where cards are posted."""
    words = call.words
    if args.entry and args.entry.casefold() in ("here", "off"):
        return await _set_review_chat(on=args.entry.casefold() == "here", call=call, services=services)
    name, _, rest = (args.entry or "").rpartition(" ")
    if name and rest.casefold() in REHEARSE:
        return await rehearse(name.strip(), call, services)
    if args.entry and args.entry.casefold().partition(" ")[0] == STAGING:
        return await set_staging(args.entry.partition(" ")[2], call, services)
    private = not await services.desk.in_the_open(call.request)
    if args.entry:
        proposal = await services.desk.find(args.entry)
        card = await services.review.card(proposal, services.desk.policy, words)
        return Reply(card, refs=(proposal.entry.ref,), private=private, lasting=False, shows=shows(proposal))
    page = await services.desk.queue(offset=offset(args.page), limit=PER_PAGE)
    if not page.items and args.page > 1:
        count = (await services.desk.queue(offset=0, limit=1)).total or 0
        passed = empty_page(words.text("queue-heading", count=count), words, line="queue", number=args.page)
        return replace(passed, private=private, lasting=False)
    heading = Heading((Text(words.text("queue-heading", count=page.total or 0)),))
    if not page.items:
        return Reply(Document((heading, paragraph(words.text("queue-empty")))), private=private)
    lines = tuple(_line(each, call, services) for each in page.items)
    rows = [
        tuple(RunCommand(each.label, f"queue {each.label}") for each in page.items[at : at + 4])
        for at in range(0, len(page.items), 4)
    ]
    rows.append(turns("queue", args.page, words, more=page.more))
    brakes = {"freeze-on": await services.desk.frozen(), "pushes-held": await services.subscriptions.held()}
    stopped: tuple[Block, ...] = tuple(paragraph(words.text(key)) for key, on in brakes.items() if on)
    blocks: tuple[Block, ...] = (heading, *stopped, Bullets(lines))
    refs = tuple(dict.fromkeys(each.entry.ref for each in page.items))
    return Reply(Document(blocks, tuple(row for row in rows if row)), refs=refs, private=private)


def _line(proposal: Proposal, call: Call, services: Services) -> Inlines:
    words = call.words
    kind = words.text(f"review-kind-{proposal.kind.value}")
    since = age(proposal.created_at, services.clock.now(), words)
    return inlines(Code(proposal.label), f" {kind} · {since} – {shorten(title(proposal.entry, call.locale), 80)}")


async def _set_review_chat(*, on: bool, call: Call, services: Services) -> Reply:
    if reason := denial(call.standing, Action.SET_REVIEW_CHAT):
        raise Refused(reason, command=f"queue {'here' if on else 'off'}", label="")
    if call.request.kind is ChatKind.PRIVATE:
        raise Refused("refused-review-private")
    act = await services.people.act(call)
    await services.desk.set_review_chat(call.request.chat, act, on=on)
    return Reply(Document((paragraph(call.words.text("review-here" if on else "review-off")),)))


@dataclass(frozen=True, slots=True)
class ApproveArgs:
    """What is approved; `draft` is the wording a button was made for."""

    entry: str | None = None
    draft: Annotated[int | None, Param(button_only=True)] = None


@command("approve", action=Action.APPROVE, examples=("approve F-1",))
async def approve(args: ApproveArgs, call: Call, services: Services) -> Reply:
    """Approve a proposal; the last approval needed publishes it."""
    proposal = await _named(args.entry, "approve", services)
    act = await services.people.act(call)
    return await _decided(await services.desk.approve(proposal, act, args.draft), call, services)


async def _named(typed: str | None, name: str, services: Services) -> Proposal:
    return await services.desk.find(_which(typed, name))


def _which(typed: str | None, name: str) -> str:
    if not typed:
        raise Mistake("mistake-which", command=name, buttons=(RunCommand("/queue", "queue"),))
    return typed


async def _decided(decision: Decision, call: Call, services: Services) -> Reply:
    """What became of a proposal, on its card, with what can be done next."""
    words, proposal, said = call.words, decision.proposal, ""
    if decision.deed == "undo":
        said = words.text("undone" if proposal.open else "undone-closed", label=proposal.label)
    elif decision.deed == "publish" and await services.subscriptions.held():
        said = words.text("pushes-held")
    return await _told(proposal, said, call, services)


async def _told(proposal: Proposal, said: str, call: Call, services: Services) -> Reply:
    """Where a proposal stands, with `said` and its card; among strangers without what is not published."""
    words, refs = call.words, (proposal.entry.ref,)
    facts = await services.review.facts(proposal, services.desk.policy)
    if proposal.state is not ProposalState.PUBLISHED and not await services.desk.in_the_open(call.request):
        line = inlines(said) if said else inlines(Code(proposal.label), f" {state_line(facts, words)}")
        return Reply(Document((paragraph(*line),)), refs=refs, lasting=False)
    card = review_card(facts, words)
    blocks = ((paragraph(said),) if said else ()) + card.blocks
    return Reply(Document(blocks, card.buttons), refs=refs, lasting=False, shows=shows(proposal))


@dataclass(frozen=True, slots=True)
class RejectArgs:
    """What is rejected, and why."""

    entry: str | None = None
    reason: str | None = None
    draft: Annotated[int | None, Param(button_only=True)] = None


@command("withdraw", action=Action.WITHDRAW, examples=("withdraw F-1",))
async def withdraw(args: ApproveArgs, call: Call, services: Services) -> Reply:
    """Take one's own proposal or report back."""
    proposal = await _named(args.entry, "withdraw", services)
    act = await services.people.act(call)
    decision = await services.desk.withdraw(proposal, act, args.draft)
    said = call.words.text("withdrawn", label=decision.proposal.label)
    return Reply(Document((paragraph(said),)), refs=(proposal.entry.ref,), discreet=True, lasting=False)


@command("reject", action=Action.REJECT, examples=("reject F-1 the source does not say that",), longest=LONGEST_TEXT)
async def reject(args: RejectArgs, call: Call, services: Services) -> Reply:
    """Turn a proposal or a report down with a reason."""
    name, reason = services.lookup.part_name(args.entry or "", args.reason or "")
    proposal = await _named(name, "reject", services)
    act = await services.people.act(call)
    if not reason:
        check_open(proposal, args.draft)  # nobody is asked for a reason that could not be used
        return _asking_why(proposal, args.draft, call)
    return await _decided(await services.desk.reject(proposal, act, reason, args.draft), call, services)


def _asking_why(proposal: Proposal, draft: int | None, call: Call) -> Reply:
    words = call.words
    mark = f" v{draft}" if draft is not None else ""
    field = FormField("reason", words.text("input-reason"), words.text("ask-reject-reason"), required=True, long=True)
    form = Form(f"reject {proposal.label}{mark}", words.text("form-reject", label=proposal.label), (field,))
    if call.request.dialog is not Dialog.NONE:
        return Reply(how_to_short("reject", f"reject {proposal.label} …", call), form=form, below=True)
    buttons = tuple(
        (RunCommand(said, f"reject {proposal.label}{mark} {said}"),)
        for said in (words.text(f"reject-{each}") for each in REASONS)
    )
    asked = paragraph(words.text("ask-reject-reason"), " ", Code(f"/reject {proposal.label} …"))
    return Reply(Document((asked,), buttons), Outcome.MISTAKE, discreet=True, below=True)


@dataclass(frozen=True, slots=True)
class ScheduleArgs:
    """What waits, and for which hour; `off` takes the hour away. Or `every monday`, and an hour with a title."""

    entry: str | None = None
    time: str | None = None


@command(
    "schedule",
    action=Action.SCHEDULE,
    examples=(
        "schedule F-1 2026-12-01 09:00",
        "schedule F-1 off",
        "schedule every monday 09:00: the week of the pact",
        "schedule stop N-1",
    ),
)
async def schedule(args: ScheduleArgs, call: Call, services: Services) -> Reply:
    """Set the hour before which a proposal is not published, or have something told again and again."""
    if (reply := await _recurring(args.entry or "", args.time or "", call, services)) is not None:
        return reply
    name, time = services.lookup.part_name(args.entry or "", args.time or "")
    proposal = await _named(name, "schedule", services)
    if not time:
        raise Mistake("mistake-when", label=proposal.label)
    words = call.words
    never = time.casefold() in NEVER
    hour = None if never else stamp(read_local(time, services.zone, services.clock.now()))
    act = await services.people.act(call)
    decision = await services.desk.schedule(proposal, act, hour, None)
    said = (
        words.text("scheduled", label=proposal.label, time=local_time(hour, services.zone, words))
        if hour
        else words.text("schedule-off", label=proposal.label)
    )
    return await _told(decision.proposal, said, call, services)


async def _recurring(entry: str, time: str, call: Call, services: Services) -> Reply | None:
    """The answer to a line about recurring notices, or to a bare `/schedule`; None for one about a proposal."""
    said = entry.casefold()
    if said == "confirm" and time:
        return await confirm_notice(time, call, services)
    if said == "stop" and time:
        return await stop_notice(time, call, services)
    if names_notice(entry):
        named = stop_notice if time.casefold() in NEVER else show_notice
        return await named(entry, call, services)
    if recurs(entry):
        return await add_notice(f"{entry} {time}", call, services)
    return await show_schedule(call, services) if said in ("", "list") and not time else None


@command("undo", action=Action.UNDO, examples=("undo F-1",))
async def undo(args: ApproveArgs, call: Call, services: Services) -> Reply:
    """Take back what was just published."""
    proposal = await services.desk.find_published(_which(args.entry, "undo"))
    act = await services.people.act(call)
    return await _decided(await services.desk.undo(proposal, act), call, services)


@dataclass(frozen=True, slots=True)
class FreezeArgs:
    """`on`, or nothing, stops all publishing; `off` lets it go on; `status` shows how it stands."""

    state: Annotated[str | None, Param(choices=("on", "off", "status"))] = None


@command("freeze", action=Action.FREEZE, examples=("freeze", "freeze off", "freeze status"))
async def freeze(args: FreezeArgs, call: Call, services: Services) -> Reply:
    """Stop all publishing, or let it go on: an owner alone, or two editors within an hour."""
    words = call.words
    stop = args.state != "off"
    if args.state == "status":
        frozen, missing = await services.desk.frozen(), 0
    else:
        act = await services.people.act(call)
        frozen, missing = await services.desk.vote_freeze(stop=stop, act=act)
    if missing:
        said = words.text("freeze-vote" if stop else "unfreeze-vote", count=missing)
    else:
        goes_on = "unfrozen" if args.state == "off" else "freeze-none"
        said = words.text("freeze-on" if frozen else goes_on)
    # What can be done next; under a vote, what the next editor presses to give theirs.
    stopping = RunCommand(words.text("button-freeze"), "freeze on")
    button = RunCommand(words.text("button-unfreeze"), "freeze off") if frozen else stopping
    blocks = (paragraph(said), Note(inlines(words.text("freeze-how"))))
    return Reply(Document(blocks, ((button,),)), lasting=False)
