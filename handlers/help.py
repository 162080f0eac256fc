"""`/start` and `/help`: what the bot is, what it understands."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Annotated

from bot.core.authority import Role
from bot.core.commands import Command, Complete, Param, command
from bot.core.documents import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Note,
    RunCommand,
    Strong,
    Text,
    inlines,
    paragraph,
)
from bot.core.entries import LOCALES
from bot.core.errors import Answerable, Mistake
from bot.core.places import Platform
from bot.core.requests import Call, Outcome, Reply
from bot.services.pages import LANGUAGE_NAMES, ROWS, pick
from bot.services.services import Services
from bot.services.suggestions import nearest
from handlers.proposing import ADD_EXAMPLE


@dataclass(frozen=True, slots=True)
class NoArgs:
    """Nothing to say."""


@command("start", examples=("start",), stable=True, linkable=True)
async def start(args: NoArgs, call: Call, services: Services) -> Reply:
    """Greet and lead on."""
    del args
    words, instruments = call.words, services.lookup.catalogue.instruments
    counted = words.text("start-counts", topics=len(services.lookup.catalogue.topics), treaties=len(instruments))
    blocks = (
        Heading((Text(words.text("start-heading")),)),
        paragraph(words.text("start-what", story=pick(services.lookup.catalogue.story, call.locale)[0])),
        paragraph(counted),
        paragraph(words.text("start-how"), " ", Code("/treaty article4")),
        Note((Text(words.text("start-sources")),)),
    )
    rows = (
        (RunCommand(words.text("button-article4"), "treaty 4"), RunCommand(words.text("button-contents"), "treaty")),
        (
            RunCommand(words.text("button-latest"), "latest"),
            RunCommand(words.text("button-topics"), "topics"),
            RunCommand(words.text("button-timeline"), "timeline"),
        ),
        tuple(RunCommand(LANGUAGE_NAMES[each], f"language {each}") for each in LOCALES),
        (RunCommand("/help", "help"),),
    )
    return Reply(Document(blocks, rows))


DESK = "desk"
"""What `/help` explains beside the commands: how they work together at the desk."""
LEADS_HERE = frozenset({"start", "help"})


@dataclass(frozen=True, slots=True)
class HelpArgs:
    """The command to explain, or none for the list."""

    command: Annotated[str | None, Param(complete=Complete.COMMANDS)] = None


@command("help", examples=("help", "help treaty", "help desk"), linkable=True)
async def show_help(args: HelpArgs, call: Call, services: Services) -> Reply:
    """List the commands, or explain one with examples."""
    words = call.words
    if args.command and args.command.removeprefix("/").casefold() == DESK:
        return _desk(call, services)
    if args.command:
        return await _explained(_named(args.command, services), call, services)
    # What somebody may not run would only be in their way; `/help <command>` explains it to whoever asks.
    role = (await services.people.standing(call.request)).role
    shown = [each for each in services.commands.values() if each.listed and each.role <= role]
    # Discord draws its own slash; a command in running text always shows one.
    lines = tuple(inlines(Code(f"/{each.name}"), " – ", words.text(f"command-{each.name}")) for each in shown)
    blocks: list[Block] = [
        Heading((Text(words.text("help-heading")),)),
        Bullets(lines),
        Note((Text(words.text("help-more")), Text(" "), Code("/help treaty"))),
    ]
    if call.request.chat.platform is Platform.TERMINAL:
        blocks.append(Note((Text(words.text("help-terminal")),)))
    # A message holds 25 buttons on Discord: those of the desk are behind one of them, and what leads here has none.
    explained = [each for each in shown if each.role is Role.READER and each.name not in LEADS_HERE]
    names = [RunCommand(f"/{each.name}", f"help {each.name}") for each in explained]
    if role > Role.READER:
        names.append(RunCommand(words.text("button-help-desk"), f"help {DESK}"))
    return Reply(Document(tuple(blocks), tuple(tuple(names[at : at + ROWS]) for at in range(0, len(names), ROWS))))


def _desk(call: Call, services: Services) -> Reply:
    """How a fact comes to be published, by one example that can be copied line by line."""
    words, label = call.words, "F-117"
    steps = (
        ("help-desk-add", f"/{ADD_EXAMPLE}"),
        ("help-desk-edit", f"/editfact {label} ko: 김정은, 열병식 참석 | note: Korean text"),
        ("help-desk-review", "/queue"),
        ("help-desk-approve", f"/approve {label}"),
        ("help-desk-reject", f"/reject {label} the source does not say that"),
        ("help-desk-schedule", f"/schedule {label} 2026-12-01 09:00"),
        ("help-desk-undo", f"/undo {label}"),
        ("help-desk-correct", f"/editfact {label} date: 2024-06-20 | note: date corrected"),
        ("help-desk-retract", f"/retract {label} the source withdrew its report"),
        ("help-desk-freeze", "/freeze"),
    )
    policy = services.desk.policy
    told = tuple(
        inlines(words.text(key, label=label, approvals=policy.approvals, seconds=policy.undo_seconds), " ", Code(line))
        for key, line in steps
    )
    blocks = (
        Heading((Text(words.text("help-desk-heading")),)),
        paragraph(words.text("help-desk-intro")),
        Bullets(told),
    )
    names = ("addfact", "editfact", "queue", "approve", "schedule", "retract", "freeze", "roles")
    buttons = tuple(RunCommand(f"/{each}", f"help {each}") for each in names)
    return Reply(Document(blocks, (buttons[:4], buttons[4:])))


def _named(typed: str, services: Services) -> Command:
    name = typed.removeprefix("/").casefold()
    for each in services.commands.values():
        if name in (each.name, *each.aliases):
            return each
    guesses = nearest(name[:40], services.commands, 3)
    buttons = tuple(RunCommand(f"/help {guess}", f"help {guess}") for guess in guesses)
    key = "mistake-command" if guesses else "mistake-command-unknown"
    raise Mistake(key, name=typed[:40], buttons=(*buttons, RunCommand("/help", "help")))


async def _explained(about: Command, call: Call, services: Services) -> Reply:
    words, lines = call.words, await _that_work(about, call, services)
    usage = " ".join([f"/{about.name}", *_usage(about, call)])
    blocks: list[Block] = [
        Heading(inlines(f"/{about.name}")),
        paragraph(words.text(f"command-{about.name}-help")),
        paragraph(Strong(words.text("help-usage")), " ", Code(usage)),
    ]
    params = [spec for spec in about.params if not spec.param.button_only]
    if params:
        blocks.append(
            Bullets(
                tuple(
                    inlines(Code(_param_name(spec.name, call)), " – ", words.text(f"param-{about.name}-{spec.name}"))
                    for spec in params
                )
            )
        )
    if about.aliases:
        blocks.append(paragraph(words.text("help-aliases"), " ", Code(", ".join(f"/{each}" for each in about.aliases))))
    blocks.append(paragraph(Strong(words.text("help-examples"))))
    blocks.append(Bullets(tuple(inlines(Code(f"/{each}")) for each in lines)))
    # An example is there to be read: at one press `roles grant telegram:55 editor` would be done.
    examples = tuple((RunCommand(f"/{each}"[:60], each),) for each in lines if about.linkable)
    return Reply(Document(tuple(blocks), (*examples, (RunCommand("/help", "help"),))))


async def _that_work(about: Command, call: Call, services: Services) -> tuple[str, ...]:
    """Its examples, without those of the dossier that ships which lead nowhere in the one that is loaded."""
    if not about.linkable:  # those would do something
        return about.examples
    kept = []
    for each in about.examples:
        with contextlib.suppress(Answerable):
            reply = await about.handler(about.bind(each.partition(" ")[2]), call, services)
            kept += [each] if reply.outcome is Outcome.ANSWERED else []
    return tuple(kept) or about.examples


def _usage(about: Command, call: Call) -> list[str]:
    shown = [spec for spec in about.params if not spec.param.button_only]
    return [
        f"<{_param_name(spec.name, call)}>" if spec.required else f"[{_param_name(spec.name, call)}]" for spec in shown
    ]


def _param_name(name: str, call: Call) -> str:
    return call.words.text(f"param-{name}-name")
