"""From a command line to a reply: flood check, language, parsing, permission, handler.

The only place where errors become words.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.core.authority import Action, Standing, denial
from bot.core.commands import LONGEST, LONGEST_TEXT, Command, by_name
from bot.core.documents import Document, RunCommand, paragraph
from bot.core.entries import LOCALES
from bot.core.errors import (
    Answerable,
    Mistake,
    Refused,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    Unknown,
)
from bot.core.outbox import ChatEvent
from bot.core.places import ChatKind, ChatRef, MessageRef, Platform
from bot.core.ports import OpenForm
from bot.core.requests import Call, Card, Dialog, Form, Origin, Outcome, Reply, Request, Shows, Suggestion
from bot.core.sanitize import clean
from bot.core.telemetry import UNTOLD, Telemetry
from bot.core.tokens import holds_token
from bot.services.buttons import BELOW, PINNED
from bot.services.flood import Flood, Verdict
from bot.services.forms import ANSWER, CANCEL, answered, following
from bot.services.lookup import Recent
from bot.services.pages import error_reply, preview, shorten
from bot.services.services import Services
from bot.services.suggestions import Completer, nearest

log = logging.getLogger(__name__)

ANSWERS_IN_MEMORY = 2_000
HOT_LINE = 80
SHOWN_INPUT = 40
CARDS = 10
TURNS = 8
"""How often an answer is made anew because something was published meanwhile: all of it is of one moment."""
SILENCE = "silence"
"""Stands for the outcome of a request that gets no answer."""


class Dispatcher:
    """Answers requests of every platform; implements `bot.core.ports.Answers`."""

    def __init__(self, services: Services, flood: Flood, telemetry: Telemetry = UNTOLD) -> None:
        self._services = services
        self._flood = flood
        self._telemetry = telemetry
        self._commands = by_name(services.commands.values())
        self._hot: Recent[Reply] = Recent(ANSWERS_IN_MEMORY)
        self._hot_version = -1
        self._completer: Completer | None = None

    async def __call__(self, request: Request) -> Reply | None:
        """Answer one command line; None where silence is right. Raises nothing."""
        began = time.perf_counter()
        reply = await self._reply(request)
        command, outcome = (reply.command, reply.outcome.value) if reply is not None else ("", SILENCE)
        self._telemetry.answered(request.chat.platform, command, outcome, time.perf_counter() - began)
        return reply

    async def _reply(self, request: Request) -> Reply | None:
        verdict = self._flood.admit(request)
        if verdict is Verdict.SILENCE:
            return None
        locale = self._services.preferences.locale(request)
        if verdict is Verdict.SLOW_DOWN:
            return error_reply(Refused("slow-down"), self._services.words[locale], Outcome.REFUSED)
        values = tuple(request.values.items()) if request.values else None
        key = (request.line, values, locale, request.kind, request.chat.platform is Platform.TERMINAL)
        version = self._services.lookup.catalogue.version
        # `article 4` may be the answer to a question of a form.
        typed = request.dialog is Dialog.STEPS and request.origin is Origin.TYPED
        answering = typed and not request.line.startswith("/")
        if not answering and (hot := self._hot_answer(key)) is not None:
            return hot
        try:
            reply, stable = await self._answer(request, locale)
        except Exception:
            # The person gets a sentence and not silence; the log gets the rest.
            log.exception("a request failed")
            return error_reply(Refused("error-internal"), self._services.words[locale], Outcome.REFUSED)
        # Something may have been published in between: what was read before it must not be served after it.
        unchanged = self._hot_version == version == self._services.lookup.catalogue.version
        if reply is not None and stable and unchanged and _size(request) <= HOT_LINE:
            self._hot.put(key, reply)
        return reply

    def _hot_answer(self, key: object) -> Reply | None:
        version = self._services.lookup.catalogue.version
        if version != self._hot_version:
            self._hot.clear()
            self._hot_version = version
        return self._hot.get(key)

    async def _answer(self, request: Request, locale: str) -> tuple[Reply | None, bool]:
        standing = Standing(accountable=request.actor.accountable)
        call = Call(request, locale, self._services.words[locale], standing)
        command: Command | None = None
        try:
            call = replace(call, request=_cleaned(request))
            line = await self._read_line(call.request)
            below = line.endswith(BELOW) and request.origin is Origin.BUTTON
            line = line.removesuffix(BELOW) if below else line
            line, call = self._pin(line, call)
            if (answer := await self._continue_form(line, call)) is not None:
                return await self._finish(answer, None, call), False
            command = self._named(line)
            if command is None:
                return await self._finish(self._unknown(line, call), None, call), False
            reply = await self._begin_form(await self._execute(line, call.request.values, call), call)
            reply = replace(reply, below=True) if below else reply
        except Answerable as error:
            if command is not None and isinstance(error, Mistake) and not error.buttons:
                error.buttons = (RunCommand(f"/help {command.name}", f"help {command.name}"),)
            reply = error_reply(error, call.words, _outcome_of(error))
        except StoreError as error:
            if not isinstance(error, (StoreBusy, StoreFull)):
                log.warning("a request failed: %s %s", error.key, error.data)
            reply = error_reply(Refused(_sentence_of(error)), call.words, Outcome.REFUSED)
        stable = command is not None and command.stable and reply.lasting and reply.outcome is Outcome.ANSWERED
        return await self._finish(reply, command, call), stable

    async def _read_line(self, request: Request) -> str:
        line = " ".join(clean(await self._services.buttons.incoming(request)).split())
        if not line.removeprefix("/"):
            raise Mistake("mistake-empty", buttons=(RunCommand("/help", "help"),))
        return line

    def _pin(self, line: str, call: Call) -> tuple[str, Call]:
        """Read the language asked for in this one line (`treaty 4 in:ru`)."""
        match, command = PINNED.search(line), self._named(line)
        # What somebody writes for others to read may end like that.
        written = call.request.origin is Origin.TYPED and (command is None or command.longest > LONGEST)
        if match is None or match[1] not in LOCALES or written:
            return line, call
        return line[: match.start()], replace(call, locale=match[1], words=self._services.words[match[1]], pinned=True)

    def _named(self, line: str) -> Command | None:
        return self._commands.get(line.partition(" ")[0].removeprefix("/").casefold())

    async def _execute(self, line: str, values: Mapping[str, str] | None, call: Call) -> Reply:
        """Run the line of a known command, with what a platform or a form took apart for it."""
        command = self._named(line)
        assert command is not None, line  # noqa: S101 - asked before
        call = await self._admit(command, call)
        if command.grows and not self._services.desk.takes_new:
            raise StoreFull("store-full")
        if call.request.origin in (Origin.LINK, Origin.INLINE) and not command.linkable:
            raise Refused("refused-link", command=command.name)
        args: Any = command.bind(line.partition(" ")[2].strip(), values)
        for _ in range(TURNS):
            glance = self._services.lookup.glance()
            reply: Reply = await command.handler(args, call, self._services)
            if not command.repeatable:
                with contextlib.suppress(StoreError):  # what was done is said, whatever is to be known beside it
                    await self._services.lookup.still(glance)
                return reply
            if await self._services.lookup.still(glance):
                return reply
        raise StoreBusy("store-busy")

    async def _begin_form(self, reply: Reply, call: Call) -> Reply:
        """Ask the first question of what a command wants to know, where the place asks step by step."""
        if reply.form is None or call.request.dialog is Dialog.MODAL:
            return reply
        if call.request.dialog is Dialog.NONE:  # nobody can be asked, so the command is not whole
            return replace(reply, form=None, outcome=Outcome.MISTAKE)
        first = reply.form.fields[0].name
        asked = await self._services.forms.ask(call.request.actor.user, reply.form, {}, first, call.words)
        return replace(asked, below=reply.below)

    async def _continue_form(self, line: str, call: Call) -> Reply | None:
        """Take a line as the answer to the question asked last; None where it is none."""
        request, forms = call.request, self._services.forms
        if request.dialog is not Dialog.STEPS or not request.actor.accountable:
            return None
        name, _, rest = line.partition(" ")
        says = name.removeprefix("/").casefold() if request.origin is Origin.BUTTON or line.startswith("/") else ""
        if (says and says not in (ANSWER, CANCEL)) or request.origin in (Origin.LINK, Origin.INLINE):
            return None
        user = request.actor.user
        form = await forms.open_for(user)
        if form is None:
            if says:
                raise Mistake("mistake-no-form", buttons=(RunCommand("/help", "help"),))
            return None
        if says == CANCEL:
            await forms.close(user)
            return Reply(Document((paragraph(call.words.text("form-cancelled")),)))
        if says == ANSWER:
            field, _, line = rest.partition(" ")
            if field != form.asked:  # a button of a question that was answered
                raise Mistake("mistake-stale-button")
        try:
            asked = (await self._execute(form.line, None, call)).form
        except (Refused, Unknown):  # it was decided meanwhile, or they may not any more
            await forms.close(user)
            raise
        if asked is None:  # the command has no questions any more
            await forms.close(user)
            return None
        return await self._take_answer(asked, form, line, call)

    async def _take_answer(self, asked: Form, form: OpenForm, value: str, call: Call) -> Reply:
        forms, user = self._services.forms, call.request.actor.user
        answers = answered(form.answers, form.asked, value)
        faults = await asked.check(answers) if asked.check else ()
        if any(each.required for each in asked.fields if each.name == form.asked) and form.asked not in answers:
            faults = (Mistake("fault-empty", field=form.asked), *faults)
        if fault := next((each for each in faults if each.data.get("field") == form.asked), None):
            return await forms.ask(user, asked, form.answers, form.asked, call.words, fault=fault)
        if (name := following(asked, form.asked)) is not None:
            return await forms.ask(user, asked, answers, name, call.words)
        try:
            reply = await self._execute(asked.line, answers, call)
        except Answerable as error:
            names = {each.name for each in asked.fields}
            faults = error.faults if isinstance(error, Mistake) else ()
            wrong = next((each for each in faults if each.data.get("field") in names), None)
            if wrong is None:  # what was answered is kept for another try
                error.buttons = (*error.buttons, RunCommand(call.words.text("button-cancel"), CANCEL))
                raise
            return await forms.ask(user, asked, answers, str(wrong.data["field"]), call.words, fault=wrong)
        await forms.close(user)
        return reply

    async def _admit(self, command: Command, call: Call) -> Call:
        """Look up what the person may do, where the command asks. Raises Refused; Mistake for too long a line."""
        if _size(call.request) > command.longest:
            raise Mistake("mistake-long", limit=command.longest)
        if command.action is Action.READ:
            return call
        standing = await self._services.people.standing(call.request)
        # Whether it is their own is known only when the command looks at it; it asks again then.
        if reason := denial(standing, command.action, own=command.action is Action.WITHDRAW):
            raise Refused(reason, command=command.name, label="")
        return replace(call, standing=standing)

    def _unknown(self, line: str, call: Call) -> Reply | None:
        """An unknown command gets one helpful line where the bot was spoken to, and silence elsewhere."""
        name = line.partition(" ")[0].removeprefix("/")
        if not call.request.addressed:
            return None
        shown = shorten(name, SHOWN_INPUT)
        guesses = nearest(name, self._commands, 3) if len(name) <= SHOWN_INPUT else []
        buttons = []
        for guess in guesses:
            rest = line.partition(" ")[2] if self._commands[guess].params else ""
            buttons.append(RunCommand(f"/{guess} {rest}".strip()[:SHOWN_INPUT], f"{guess} {rest}".strip()))
        reference = self._services.lookup.article_reference(line)
        if reference is not None:
            meant = f"treaty {line.removeprefix('/')}"
            buttons.insert(0, RunCommand(f"/{meant}"[:SHOWN_INPUT], meant))
        if len(line) <= LONGEST // 2 and any(letter.isalnum() for letter in line):
            typed, asked = line.removeprefix("/"), shorten(line.removeprefix("/"), SHOWN_INPUT)
            if " " in typed:  # nobody asks in one word
                buttons.append(RunCommand(call.words.text("button-ask", question=asked), f"ask {typed}"))
            buttons.append(RunCommand(call.words.text("button-search", query=asked), f"search {typed}"))
        buttons.append(RunCommand("/help", "help"))
        key = "mistake-command" if guesses or reference else "mistake-command-unknown"
        error = Mistake(key, name=shown, buttons=tuple(buttons))
        return error_reply(error, call.words, Outcome.MISTAKE)

    async def _finish(self, reply: Reply | None, command: Command | None, call: Call) -> Reply | None:
        if reply is None:
            return None
        request, locale = call.request, reply.locale or call.locale
        # In a group everybody presses everybody's buttons: the card stays in the language it was asked in.
        pin = call.pinned or (request.kind is ChatKind.GROUP and request.chat.platform is not Platform.TERMINAL)
        # Discord hides a private answer in place; Telegram sends it to the person's own chat, and it is pressed there.
        elsewhere = reply.private and request.chat.platform is Platform.TELEGRAM
        chat = ChatRef(Platform.TELEGRAM, request.actor.user.id) if elsewhere else request.chat
        rows = await self._services.buttons.outgoing(
            reply.document.buttons, chat, request.actor.user, locale if pin else None
        )
        document = Document(reply.document.blocks, rows)
        name = command.name if command else ""
        return replace(reply, document=document, command=name, locale=locale, renderings={})

    async def shown(self, shows: Shows, message: MessageRef) -> None:
        """See `Answers.shown`."""
        try:
            await self._services.review.shown(shows, message)
        except StoreError as error:
            log.warning("a card will not be kept up to date: %s", error.key)

    async def happened(self, event: ChatEvent) -> None:
        """See `Answers.happened`."""
        await self._services.subscriptions.happened(event)

    async def cards(self, request: Request) -> tuple[Card, ...]:
        """Cards for an inline query, best first, at most ten. Raises nothing."""
        typed = request.line.strip() or "treaty 4"
        verdict = self._flood.admit(request)
        if verdict is not Verdict.ANSWER:
            return ()
        cards: tuple[Card, ...] = ()
        for _ in range(TURNS):
            glance = self._services.lookup.glance()
            cards = await self._cards(typed, request)
            try:
                if await self._services.lookup.still(glance):
                    break
            except StoreError:
                return ()
        return cards

    async def _cards(self, typed: str, request: Request) -> tuple[Card, ...]:
        first, _, rest = typed.partition(" ")
        known = first.removeprefix("/").casefold() in self._commands
        lines = [typed] if known else [f"treaty {typed}", f"fact {typed}"]
        found: dict[str, Card] = {}
        for line in lines:
            await self._add_card(found, replace(request, line=line, origin=Origin.INLINE))
        listed = await self._inline(replace(request, line=f"search {rest if known else typed}", origin=Origin.INLINE))
        for button in (button for row in listed.document.buttons for button in row) if listed else ():
            if len(found) >= CARDS:
                break
            if isinstance(button, RunCommand) and button.command.partition(" ")[0] in ("treaty", "fact"):
                await self._add_card(found, replace(request, line=button.command, origin=Origin.INLINE))
        return tuple(found.values())

    async def _add_card(self, found: dict[str, Card], request: Request) -> None:
        reply = await self._inline(request)
        if reply is None or reply.outcome is not Outcome.ANSWERED or len(reply.refs) != 1 or reply.refs[0] in found:
            return
        entry = await self._services.lookup.entry(reply.refs[0].partition(":")[2])
        if entry is None:
            return
        title, summary = preview(entry, self._services.words[reply.locale])
        identity = hashlib.sha256(f"{entry.ref} {reply.locale}".encode()).hexdigest()[:32]
        found[entry.ref] = Card(identity, title, summary, reply)

    async def _inline(self, request: Request) -> Reply | None:
        locale = self._services.preferences.locale(request)
        try:
            return (await self._answer(request, locale))[0]
        except Exception:
            log.exception("an inline query failed")
            return None

    def complete(self, command: str, param: str, typed: str, platform_locale: str | None) -> tuple[Suggestion, ...]:
        """At most 25 completions, from memory. Raises nothing."""
        known = self._commands.get(command)
        spec = next((each for each in known.params if each.name == param), None) if known else None
        if spec is None or spec.param.complete is None:
            return ()
        catalogue = self._services.lookup.catalogue
        if self._completer is None or not self._completer.is_of(catalogue):
            self._completer = Completer(catalogue, self._services.commands)
        locale = self._services.preferences.negotiate(platform_locale)
        return self._completer.complete(spec.param.complete, clean(typed[:LONGEST]), locale)


def _size(request: Request) -> int:
    return len(request.line) + sum(map(len, (request.values or {}).values()))


def _cleaned(request: Request) -> Request:
    """The request with nothing invisible in what a platform took apart.

    Raises Mistake for more than we look at, and Refused for the token of a bot: an answer would show it to others, and
    a proposal or an open question would keep it.
    """
    if any(map(holds_token, (clean(request.line), request.quoted or "", *(request.values or {}).values()))):
        raise Refused("refused-token", buttons=(RunCommand("/help", "help"),))
    if _size(request) > LONGEST_TEXT:
        raise Mistake("mistake-long", limit=LONGEST_TEXT, buttons=(RunCommand("/help", "help"),))
    if request.values is None:
        return request
    return replace(request, values={name: " ".join(clean(text).split()) for name, text in request.values.items()})


def _sentence_of(error: StoreError) -> str:
    """What a person is told of it; the rest is for the operator."""
    match error:
        case StoreBusy():
            return "error-busy"
        case StoreFull():
            return "error-full"
        case StoreDamaged():
            return "error-damaged"
        case _:
            return "error-store"


def _outcome_of(error: Answerable) -> Outcome:
    match error:
        case Unknown():
            return Outcome.UNKNOWN
        case Refused():
            return Outcome.REFUSED
        case _:
            return Outcome.MISTAKE
