"""The terminal chat: one line in, one reply out. On a terminal with history, completion and colours; else plain."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import stat
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.text import Text as RichText

from bot.adapters.console.render import numbered, plain, rich
from bot.core.authority import Role
from bot.core.commands import Command
from bot.core.deliveries import AlertKind
from bot.core.documents import Document, OpenLink, RunCommand
from bot.core.places import ChatRef, Platform, UserRef
from bot.core.ports import Answers
from bot.core.requests import Actor, File, Origin, Reply, Request
from bot.core.sanitize import clean

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

CHUNK = 1 << 16
MAX_LINE = 1 << 16
"""Characters of a line that are handed on; the product refuses far shorter ones with a sentence."""
APART = "════"
"""Above and below what nobody asked for, where replies are plain text."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A message that nobody at the terminal asked for. refs: the entries it tells of."""

    document: Document
    kind: AlertKind
    refs: tuple[str, ...] = ()


class ConsolePlatform:
    """One person at a terminal or behind a pipe.

    before_each: awaited before each line is answered. at_end: awaited when the input has ended, while what is pushed is
    still shown.
    """

    def __init__(
        self,
        answers: Answers,
        commands: Sequence[Command],
        *,
        name: str,
        role: Role,
        locale: str | None,
        before_each: Callable[[], Awaitable[object]] | None = None,
        at_end: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._answers = answers
        self._commands = commands
        self._actor = Actor(UserRef(Platform.TERMINAL, name), role)
        self._chat = ChatRef(Platform.TERMINAL, name)
        self._locale = locale
        self._before_each = before_each
        self._at_end = at_end
        self._show: Callable[[Pushed], Awaitable[None]] | None = None

    @property
    def user(self) -> UserRef:
        """The person at the keyboard."""
        return self._actor.user

    @property
    def chat(self) -> ChatRef:
        """Where that person is talked to."""
        return self._chat

    @property
    def listening(self) -> bool:
        """Whether what is pushed is shown to anybody: from the first line that can be read to the end of the last."""
        return self._show is not None

    async def push(self, pushed: Pushed) -> None:
        """Show a message nobody asked for: at once, also while a line is waited for, and never inside another line.

        Raises OSError or ValueError where nobody reads any more.
        """
        if self._show is None:
            raise OSError("the chat is not open")
        await self._show(pushed)

    async def ask(self, line: str, origin: Origin = Origin.TYPED) -> Reply | None:
        """Answer one line."""
        if self._before_each is not None:
            await self._before_each()
        request = Request(line[:MAX_LINE], self._actor, self._chat, origin=origin, platform_locale=self._locale)
        return await self._answers(request)

    async def pipe(self, lines: TextIO, out: TextIO, *, as_json: bool) -> None:
        """Read lines to their end; write one reply each, as text or as exactly one line of JSON.

        All writing is done by this loop, a reply or a pushed message at a time and whole.
        """

        def write(text: str) -> None:
            out.write(f"{text}\n")
            out.flush()

        async def show(pushed: Pushed) -> None:
            write(push_json(pushed) if as_json else _set_apart(pushed.document))

        self._show = show
        try:
            async for line in _read_lines(lines):
                reply = await self.ask(line)
                if reply is not None:
                    write(to_json(reply) if as_json else _whole(reply))
            if self._at_end is not None:
                await self._at_end()
        finally:
            self._show = None

    async def talk(self, history: Path) -> None:
        """Hold a conversation on a terminal until Control-D."""
        # Only people need these; a pipe starts a fifth of a second earlier without them.
        from prompt_toolkit import PromptSession  # noqa: PLC0415
        from prompt_toolkit.application import run_in_terminal  # noqa: PLC0415
        from prompt_toolkit.history import FileHistory  # noqa: PLC0415

        from bot.adapters.console.completion import ConsoleCompleter  # noqa: PLC0415

        history.parent.mkdir(parents=True, exist_ok=True)
        session: PromptSession[str] = PromptSession(
            history=FileHistory(str(history)),
            completer=ConsoleCompleter(self._answers, self._commands, self._locale),
            complete_while_typing=True,
        )
        console = Console(highlight=False)

        def show(pushed: Pushed) -> Awaitable[None]:
            return run_in_terminal(lambda: console.print(_unasked(pushed.document, console.width)))

        self._show = show
        try:
            await self._converse(session, console)
        finally:
            self._show = None

    async def _converse(self, session: PromptSession[str], console: Console) -> None:
        shown: Document | None = None
        if (welcome := await self.ask("start")) is not None:
            shown = welcome.document
            console.print(rich(shown, console.width))
        while True:
            try:
                line = await session.prompt_async("pactwatch> ")
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            pressed = _pressed(line, shown)
            reply = await self.ask(pressed or line, Origin.BUTTON if pressed else Origin.TYPED)
            if reply is not None:
                shown = reply.document
                console.print(rich(shown, console.width))
                if reply.file is not None:
                    console.print(content(reply.file), markup=False)


def push_json(pushed: Pushed) -> str:
    """The line by which `chat --json` is pushed something; its shape is public."""
    told = {"push": True, "kind": pushed.kind.value, "refs": list(pushed.refs), "text": plain(pushed.document)}
    return json.dumps(told, ensure_ascii=False)


def _unasked(document: Document, width: int) -> RenderableType:
    """A pushed document without numbers to press: those on the screen must not change under somebody's fingers."""
    links = tuple(tuple(each for each in row if isinstance(each, OpenLink)) for row in document.buttons)
    following = pressable(document)
    below = (RichText(f"→ {following}\n", "dim"),) if following else ()
    return Group(Rule(style="cyan"), rich(Document(document.blocks, links), width), *below)


def _set_apart(document: Document) -> str:
    return f"{APART}\n{_plain(document)}{APART}\n"


def _plain(document: Document) -> str:
    following = pressable(document)
    return f"{plain(document)}\n\n→ {following}\n" if following else f"{plain(document)}\n"


def _pressed(line: str, shown: Document | None) -> str | None:
    """The command of the button whose number was typed."""
    if shown is None:
        return None
    return next((button.command for number, button in numbered(shown) if str(number) == line.strip()), None)


async def _read_lines(stream: TextIO) -> AsyncIterator[str]:
    """Lines as they come, without holding up the loop; bytes that are no UTF-8 become a mark.

    A pipe is read by the loop itself: a thread that waits in `readline` could not be left before its next line, and
    the program would hang when it is told to end. A file never makes anybody wait.
    """
    if not _can_wait(stream):
        for typed in stream:
            yield typed.rstrip("\r\n")
        return
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stream)
    try:
        kept, rest = b"", b""
        while chunk := await reader.read(CHUNK):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield (kept or line).decode(errors="replace").rstrip("\r")
                kept = b""
            if len(rest) > MAX_LINE * 4:
                kept, rest = kept or rest, b""  # a line without end is answered by its beginning
        if kept or rest:
            yield (kept or rest).decode(errors="replace")
    finally:
        # Whoever shares this pipe with us expects to wait on it as before.
        with contextlib.suppress(OSError, ValueError):
            os.set_blocking(stream.fileno(), True)
        transport.close()


def _can_wait(stream: TextIO) -> bool:
    """Whether reading may have to wait, as on a pipe or a terminal; the loop can't watch anything else."""
    try:
        mode = os.fstat(stream.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stream.isatty()


def to_json(reply: Reply) -> str:
    """The line of `chat --json`; its shape is public."""
    buttons = [
        {"label": button.label, "command": button.command}
        if isinstance(button, RunCommand)
        else {"label": button.label, "url": button.url}
        for row in reply.document.buttons
        for button in row
    ]
    return json.dumps(
        {
            "command": reply.command,
            "ok": reply.ok,
            "locale": reply.locale,
            "outcome": reply.outcome.value,
            "refs": list(reply.refs),
            "text": plain(reply.document) if reply.file is None else content(reply.file),
            "buttons": buttons,
            "private": reply.private,
        },
        ensure_ascii=False,
    )


def content(file: File) -> str:
    """The text of a file, for a place that shows it."""
    return clean(file.content.decode())


def _whole(reply: Reply) -> str:
    return _plain(reply.document) if reply.file is None else f"{content(reply.file)}\n"


def pressable(document: Document) -> str:
    """The buttons of a document as command lines to type, where nothing can be pressed."""
    return " · ".join(f"/{button.command}" for _, button in numbered(document))


def open_standard_streams() -> tuple[TextIO, TextIO]:
    """Standard input and output in UTF-8 whatever the locale. Raises OSError where output is closed."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin or io.StringIO(), sys.stdout
