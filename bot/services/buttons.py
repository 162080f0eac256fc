"""Buttons on their way out and back in: short enough for a platform, in the reader's language, and guarded.

A button is a command line. One that changes something goes out as a token: its line, the chat and, for what is one
person's business, the person stay in the store, so that a forged, replayed or foreign press is known as such. Rights
and the state of what it is about are judged anew when it is pressed, by the command itself.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace

from bot.core.authority import GUARDED, Action
from bot.core.commands import Command
from bot.core.documents import Button, RunCommand
from bot.core.errors import Mistake, Refused, StoreError
from bot.core.places import ChatRef, Platform, UserRef
from bot.core.ports import Clock, GuardedLine, Newsroom, Store
from bot.core.requests import Origin, Request
from bot.core.sanitize import clean
from bot.core.times import stamp

log = logging.getLogger(__name__)

BUTTON_BYTES = 64
"""Telegram's limit for the data of a button, the tightest of all platforms; longer lines are kept in the store."""
PERSONAL = frozenset({Action.GRANT, Action.RETRACT})
"""What only the person may press who asked for the button; a review card is for whoever has the right."""

BELOW = " +"
"""Ends the line of a button whose answer comes below its message."""
PINNED = re.compile(r"\s+in:(\w\w)$")
_KEPT = re.compile(r"~[0-9a-f]{16}")
_GUARDED = re.compile(r"![0-9a-f]{16}")

Rows = tuple[tuple[Button, ...], ...]


class Buttons:
    """`commands` by name and alias."""

    def __init__(self, store: Store, newsroom: Newsroom, clock: Clock, commands: Mapping[str, Command]) -> None:
        self._store = store
        self._newsroom = newsroom
        self._clock = clock
        self._commands = commands

    async def outgoing(self, rows: Rows, chat: ChatRef, actor: UserRef | None, pin: str | None) -> Rows:
        """The rows as a platform may show them; `pin` is the language that they carry, None for the presser's own.

        A button that the store can't take now is left out: an answer without it is better than none.
        """
        rows = marked(rows, chat.platform, pin)
        if chat.platform is Platform.TERMINAL:
            return rows
        fitted, trouble = [], False
        for row in rows:
            fit: list[Button] = []
            for button in row:
                if not (isinstance(button, RunCommand) and self._is_kept(button.command)):
                    fit.append(button)
                elif not trouble:  # the next one would meet the same, and the answer wait as long again
                    try:
                        fit.append(RunCommand(button.label, await self._keep(button.command, chat, actor)))
                    except StoreError as error:
                        log.warning("buttons were left out: %s", error.key)
                        trouble = True
            fitted.append(tuple(fit))
        return tuple(fitted)

    def _is_kept(self, line: str) -> bool:
        """Whether the button of a line holds a token instead: it changes something, or the line is too long for it."""
        return self._changes(line) or len(line.encode()) > BUTTON_BYTES

    async def _keep(self, line: str, chat: ChatRef, actor: UserRef | None) -> str:
        if self._changes(line):
            return await self._guard(line, chat, actor)
        token = "~" + hashlib.sha256(line.encode()).hexdigest()[:16]
        await self._store.keep_line(token, line, stamp(self._clock.now()))
        return token

    def _changes(self, line: str) -> bool:
        # As the dispatcher reads a name: `/Approve F-1` made up by somebody is the same command as ours.
        command = self._commands.get(line.partition(" ")[0].removeprefix("/").casefold())
        return command is not None and command.action in GUARDED

    async def _guard(self, line: str, chat: ChatRef, actor: UserRef | None) -> str:
        command = self._commands[line.partition(" ")[0]]
        token = f"!{secrets.token_hex(8)}"
        guarded = GuardedLine(line, ChatRef(chat.platform, chat.id), actor if command.action in PERSONAL else None)
        await self._newsroom.guard_line(token, guarded, stamp(self._clock.now()))
        return token

    async def incoming(self, request: Request) -> str:
        """The command line of a request. Raises Mistake for a button nobody remembers, Refused for another's."""
        if request.origin is not Origin.BUTTON or request.chat.platform is Platform.TERMINAL:
            return request.line
        # Made plain before it is looked at: what is read as a command later must be seen as one here.
        line = " ".join(clean(request.line).split())
        if _KEPT.fullmatch(line):
            kept = await self._store.kept_line(line)
            if kept is None:
                raise _forgotten()
            return kept
        if not _GUARDED.fullmatch(line):
            if self._changes(line):  # we never send such a line unguarded, so somebody made it up
                raise _forgotten()
            return line
        guarded = await self._newsroom.guarded_line(line)
        if guarded is None:
            raise _forgotten()
        if guarded.chat != ChatRef(request.chat.platform, request.chat.id):
            raise Refused("refused-foreign-button")
        if guarded.actor not in (None, request.actor.user):
            raise Refused("refused-others-button")
        return guarded.line


def marked(rows: Rows, platform: Platform, pin: str | None) -> Rows:
    """The rows with how each is answered written into its line: in which language (`pin`), and below or in place."""
    if pin is not None:
        rows = tuple([tuple([_pinned(button, pin) for button in row]) for row in rows])
    if platform is Platform.TERMINAL:
        return rows
    return tuple([tuple([_kept_apart(button) for button in row]) for row in rows])


def _forgotten() -> Mistake:
    return Mistake("mistake-stale-button", buttons=(RunCommand("/help", "help"),))


def _kept_apart(button: Button) -> Button:
    return (
        RunCommand(button.label, button.command + BELOW) if isinstance(button, RunCommand) and button.below else button
    )


def _pinned(button: Button, locale: str) -> Button:
    if isinstance(button, RunCommand) and not PINNED.search(button.command):
        return replace(button, command=f"{button.command} in:{locale}")
    return button
