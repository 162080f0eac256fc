"""From a command line to a reply: flood check, language, parsing, permission, handler.

The only place where errors become words.
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import replace
from typing import Any

from bot.core.authority import Action, Standing, denial
from bot.core.commands import LONGEST, LONGEST_TEXT, Command
from bot.core.documents import Button, Document, RunCommand
from bot.core.entries import LOCALES
from bot.core.errors import Answerable, Mistake, Refused, StoreBusy, StoreError, Unknown
from bot.core.places import ChatKind, Platform
from bot.core.ports import Store
from bot.core.requests import Call, Card, Origin, Outcome, Reply, Request, Suggestion
from bot.core.sanitize import clean
from bot.services.flood import Flood, Verdict
from bot.services.lookup import Recent
from bot.services.pages import error_reply, preview, shorten
from bot.services.services import Services
from bot.services.suggestions import Completer, nearest

log = logging.getLogger(__name__)

BUTTON_BYTES = 64
"""Telegram's limit for the data of a button, the tightest of all platforms; longer lines are kept in the store."""
ANSWERS_IN_MEMORY = 2_000
HOT_LINE = 80
SHOWN_INPUT = 40
CARDS = 10

_PINNED = re.compile(r"\s+in:(\w\w)$")
_KEPT = re.compile(r"~[0-9a-f]{16}")


class Dispatcher:
    """Answers requests of every platform; implements `bot.core.ports.Answers`."""

    def __init__(self, services: Services, store: Store, flood: Flood) -> None:
        self._services = services
        self._store = store
        self._flood = flood
        self._commands = {name: each for each in services.commands.values() for name in (each.name, *each.aliases)}
        self._hot: Recent[Reply] = Recent(ANSWERS_IN_MEMORY)
        self._hot_version = -1
        self._completer: Completer | None = None

    async def __call__(self, request: Request) -> Reply | None:
        """Answer one command line; None where silence is right. Raises nothing."""
        verdict = self._flood.admit(request)
        if verdict is Verdict.SILENCE:
            return None
        locale = self._services.preferences.locale(request)
        if verdict is Verdict.SLOW_DOWN:
            return error_reply(Refused("slow-down"), self._services.words[locale], Outcome.REFUSED)
        values = tuple(request.values.items()) if request.values else None
        key = (request.line, values, locale, request.kind, request.chat.platform is Platform.TERMINAL)
        if (hot := self._hot_answer(key)) is not None:
            return hot
        try:
            reply, stable = await self._answer(request, locale)
        except Exception:
            # The person gets a sentence and not silence; the log gets the rest.
            log.exception("a request failed")
            return error_reply(Refused("error-internal"), self._services.words[locale], Outcome.REFUSED)
        # An import may have come in between: what was read before it must not be served after it.
        unchanged = self._services.lookup.catalogue.version == self._hot_version
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
        call = Call(request, locale, self._services.words[locale], Standing(accountable=request.actor.accountable))
        command: Command | None = None
        try:
            call = replace(call, request=_cleaned(request))
            line = await self._read_line(request)
            line, call = self._pin(line, call)
            name, _, rest = line.partition(" ")
            command = self._commands.get(name.removeprefix("/").casefold())
            if command is None:
                return await self._finish(self._unknown(name.removeprefix("/"), line, call), None, call), False
            call = await self._admit(command, call)
            if request.origin in (Origin.LINK, Origin.INLINE) and not command.linkable:
                raise Refused("refused-link", command=command.name)
            reply = await self._run(command, rest.strip(), call)
        except Answerable as error:
            if command is not None and isinstance(error, Mistake) and not error.buttons:
                error.buttons = (RunCommand(f"/help {command.name}", f"help {command.name}"),)
            reply = error_reply(error, call.words, _outcome_of(error))
        except StoreBusy:
            reply = error_reply(Refused("error-busy"), call.words, Outcome.REFUSED)
        stable = command is not None and command.stable and reply.lasting and reply.outcome is Outcome.ANSWERED
        return await self._finish(reply, command, call), stable

    async def _read_line(self, request: Request) -> str:
        line = request.line
        if request.origin is Origin.BUTTON and _KEPT.fullmatch(line):
            kept = await self._store.kept_line(line)
            if kept is None:
                raise Mistake("mistake-stale-button", buttons=(RunCommand("/help", "help"),))
            line = kept
        line = " ".join(clean(line).split())
        if not line.removeprefix("/"):
            raise Mistake("mistake-empty", buttons=(RunCommand("/help", "help"),))
        return line

    def _pin(self, line: str, call: Call) -> tuple[str, Call]:
        """Read the language asked for in this one line (`treaty 4 in:ru`)."""
        match = _PINNED.search(line)
        if match is None or match[1] not in LOCALES:
            return line, call
        return line[: match.start()], replace(call, locale=match[1], words=self._services.words[match[1]], pinned=True)

    async def _run(self, command: Command, rest: str, call: Call) -> Reply:
        values = call.request.values
        args: Any = command.bind(rest) if values is None else command.bind_values(values)
        reply: Reply = await command.handler(args, call, self._services)
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

    def _unknown(self, name: str, line: str, call: Call) -> Reply | None:
        """An unknown command gets one helpful line where the bot was spoken to, and silence elsewhere."""
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
            label = call.words.text("button-search", query=shorten(line.removeprefix("/"), SHOWN_INPUT))
            buttons.append(RunCommand(label, f"search {line.removeprefix('/')}"))
        buttons.append(RunCommand("/help", "help"))
        key = "mistake-command" if guesses or reference else "mistake-command-unknown"
        error = Mistake(key, name=shown, buttons=tuple(buttons))
        return error_reply(error, call.words, Outcome.MISTAKE)

    async def _finish(self, reply: Reply | None, command: Command | None, call: Call) -> Reply | None:
        if reply is None:
            return None
        rows = reply.document.buttons
        # In a group everybody presses everybody's buttons: the card stays in the language it was asked in.
        pin = call.pinned or (
            call.request.kind is ChatKind.GROUP and call.request.chat.platform is not Platform.TERMINAL
        )
        if pin:
            rows = tuple(tuple(_pinned(button, reply.locale or call.locale) for button in row) for row in rows)
        if call.request.chat.platform is not Platform.TERMINAL:
            rows = tuple([tuple([fit for button in row if (fit := await self._fitted(button))]) for row in rows])
        return replace(
            reply,
            document=Document(reply.document.blocks, rows),
            command=command.name if command else "",
            locale=reply.locale or call.locale,
        )

    async def _fitted(self, button: Button) -> Button | None:
        """Keep a line too long for a button in the store, under a token made of its own content.

        None where the store can't take it now: an answer without that button is better than none.
        """
        if not isinstance(button, RunCommand) or len(button.command.encode()) <= BUTTON_BYTES:
            return button
        token = "~" + hashlib.sha256(button.command.encode()).hexdigest()[:16]
        try:
            await self._store.keep_line(token, button.command)
        except StoreError as error:
            log.warning("a long button was left out: %s", error.key)
            return None
        return RunCommand(button.label, token)

    async def cards(self, request: Request) -> tuple[Card, ...]:
        """Cards for an inline query, best first, at most ten. Raises nothing."""
        typed = request.line.strip() or "treaty 4"
        verdict = self._flood.admit(request)
        if verdict is not Verdict.ANSWER:
            return ()
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
    """The request with nothing invisible in what a platform took apart. Raises Mistake for more than we look at."""
    if _size(request) > LONGEST_TEXT:
        raise Mistake("mistake-long", limit=LONGEST_TEXT, buttons=(RunCommand("/help", "help"),))
    if request.values is None:
        return request
    return replace(request, values={name: " ".join(clean(text).split()) for name, text in request.values.items()})


def _pinned(button: Button, locale: str) -> Button:
    if isinstance(button, RunCommand) and not _PINNED.search(button.command):
        return RunCommand(button.label, f"{button.command} in:{locale}")
    return button


def _outcome_of(error: Answerable) -> Outcome:
    match error:
        case Unknown():
            return Outcome.UNKNOWN
        case Refused():
            return Outcome.REFUSED
        case _:
            return Outcome.MISTAKE
