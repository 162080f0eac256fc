"""`/queue F-12 rehearse` and `/queue staging`: a look at what a publication would push, before it is published."""

from __future__ import annotations

from bot.core.authority import Action, denial
from bot.core.documents import Block, Code, Divider, Document, Heading, RunCommand, Text, paragraph
from bot.core.errors import Refused
from bot.core.places import Platform
from bot.core.ports import Words
from bot.core.requests import Call, Reply
from bot.services.rehearsals import Rehearsal
from bot.services.services import Services

REHEARSE = frozenset({"rehearse", "rehearsal", "prova", "репетиция", "모의", "모의발송", "예행"})
STAGING = "staging"
PLATFORM_NAMES = {Platform.TELEGRAM.value: "Telegram", Platform.DISCORD.value: "Discord"}


async def rehearse(typed: str, call: Call, services: Services) -> Reply:
    """Show what a proposal would push, and how many it would reach."""
    words = call.words
    proposal = await services.desk.find(typed)
    if not proposal.open:
        raise Refused("refused-rehearse", label=proposal.label)
    made = await services.rehearsals.rehearse(proposal)
    message = await services.rehearsals.message(made, words)
    blocks: tuple[Block, ...] = (
        Heading((Text(words.text("rehearsal-heading", label=proposal.label)),)),
        *(paragraph(line) for line in _reach(made, words)),
        Divider(),
        *message.blocks,
    )
    back = (RunCommand(proposal.label, f"queue {proposal.label}", below=True),)
    private = not await services.desk.in_the_open(call.request)
    document = Document(blocks, (back,))
    return Reply(document, refs=(proposal.entry.ref,), private=private, below=True, lasting=False)


def _reach(made: Rehearsal, words: Words) -> list[str]:
    lines = []
    if made.audience is None:
        lines.append(words.text("rehearsal-change"))
    else:
        total = sum(made.audience.at_once.values())
        counts = made.audience.at_once
        each = ", ".join(f"{name}: {counts[key]}" for key, name in PLATFORM_NAMES.items() if key in counts)
        lines.append(words.text("rehearsal-reach", count=total) + (f" ({each})" if each else ""))
        if made.audience.held:
            lines.append(words.text("rehearsal-held", count=made.audience.held))
        if made.audience.in_digests:
            lines.append(words.text("rehearsal-digests", count=made.audience.in_digests))
    if made.staged:
        lines.append(words.text("rehearsal-staged", count=made.staged))
    return lines


async def set_staging(rest: str, call: Call, services: Services) -> Reply:
    """Show rehearsals in this chat from now on, or (`off`) no longer."""
    if reason := denial(call.standing, Action.SET_REVIEW_CHAT):
        raise Refused(reason, command=f"queue {STAGING}", label="")
    on = rest.casefold() != "off"
    act = await services.people.act(call)
    await services.rehearsals.set_staging(call.request.chat, act, on=on)
    words = call.words
    said = paragraph(words.text("staging-here"), " ", Code("/queue staging off")) if on else None
    return Reply(Document((said or paragraph(words.text("staging-off")),)))
