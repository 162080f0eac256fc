"""What a person at a terminal, or a script behind a pipe, sees of messages that nobody asked for."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from bot.adapters.console.carrier import ConsoleCarrier
from bot.adapters.console.platform import ConsolePlatform
from bot.core.authority import Role
from bot.core.deliveries import AlertKind, Order, Trouble, Undelivered
from bot.core.documents import Document, OpenLink, RunCommand, paragraph
from bot.core.places import ChatRef, MessageRef, Platform
from bot.core.requests import Reply, Request

HERE = ChatRef(Platform.TERMINAL, "anna")
NEWS = Document(
    (paragraph("Troops crossed the river."), paragraph("Second paragraph.")),
    ((RunCommand("F-12", "fact F-12"), OpenLink("KCNA", "https://kcna.kp/1")),),
)
CHANGED = Document((paragraph("No troops crossed the river."),))
SECONDS = 10


class Echo:
    """Answers every line with itself once it is let go; no line is answered before that."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.asked: list[str] = []

    async def __call__(self, request: Request) -> Reply | None:
        self.asked.append(request.line)
        await self.go_on.wait()
        document = Document((paragraph(f"you said {request.line}"),), ((RunCommand("One", "treaty 1"),),))
        return Reply(document, command="echo", locale="en")

    async def shown(self, *_given: Any) -> None: ...
    async def happened(self, *_given: Any) -> None: ...
    async def cards(self, *_given: Any) -> tuple[()]:
        return ()

    def complete(self, *_given: Any) -> tuple[()]:
        return ()


def console(answers: Echo, at_end: Callable[[], Awaitable[object]] | None = None) -> ConsolePlatform:
    return ConsolePlatform(answers, (), name="anna", role=Role.READER, locale="en", at_end=at_end)


def order(key: str = "1", chat: ChatRef = HERE) -> Order:
    return Order(chat, key)


class Piped:
    """A chat behind a pipe: what is written to it and what it wrote."""

    def __init__(self, platform: ConsolePlatform, write: int) -> None:
        self.platform = platform
        self.carrier = ConsoleCarrier(platform)
        self.out = io.StringIO()
        self._write = write

    def say(self, text: str) -> None:
        os.write(self._write, text.encode())

    def end(self) -> None:
        if self._write >= 0:
            os.close(self._write)
        self._write = -1

    def replies(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.getvalue().splitlines()]

    async def push(self, document: Document = NEWS, kind: AlertKind = AlertKind.ALERT, key: str = "1") -> MessageRef:
        return await self.carrier.post(order(key), self.carrier.render(document, kind, ("fact:river",)))


@asynccontextmanager
async def piped(platform: ConsolePlatform, *, as_json: bool = True) -> AsyncIterator[tuple[Piped, asyncio.Task[None]]]:
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as lines:
        chat = Piped(platform, write)
        running = asyncio.create_task(platform.pipe(lines, chat.out, as_json=as_json))
        try:
            await until(lambda: platform.listening)
            yield chat, running
            chat.end()
            await asyncio.wait_for(running, SECONDS)
        finally:
            chat.end()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not true():  # noqa: ASYNC110 - what is waited for is another part's doing
            await asyncio.sleep(0.005)


async def test_a_pushed_message_is_one_line_of_json_while_input_is_waited_for() -> None:
    """A script that writes nothing still reads each alert as one line of its own, at once."""
    async with piped(console(Echo())) as (chat, _):
        await chat.push()
        (line,) = chat.out.getvalue().splitlines()
        assert list(json.loads(line).items()) == [
            ("push", True),
            ("kind", "alert"),
            ("refs", ["fact:river"]),
            ("text", "Troops crossed the river.\n\nSecond paragraph."),
        ]


async def test_a_pushed_line_never_lands_inside_an_answer() -> None:
    """However answers and alerts meet, each line is whole and each question keeps its answer."""
    answers = Echo()
    async with piped(console(answers)) as (chat, _):
        answers.go_on.clear()
        chat.say("a\nb\n")
        await until(lambda: answers.asked == ["a"])
        await asyncio.gather(*(chat.push(key=str(each)) for each in range(20)))
        answers.go_on.set()
        await until(lambda: len(chat.replies()) == 22)
        told = [each["text"] for each in chat.replies() if not each.get("push")]
        assert told == ["you said a", "you said b"]


async def test_what_is_due_when_the_input_ends_is_still_shown() -> None:
    """A script that closes its end of the pipe gets what was due before it ends."""
    late: list[Piped] = []

    async def at_end() -> None:
        await late[0].push()

    async with piped(console(Echo(), at_end)) as (chat, running):
        late.append(chat)
        chat.say("a\n")
        chat.end()
        await asyncio.wait_for(running, SECONDS)
        assert [bool(each.get("push")) for each in chat.replies()] == [False, True]
    assert not chat.platform.listening


async def test_an_attempt_that_is_repeated_is_shown_once() -> None:
    """Nobody reads the same alert twice because the sender was not sure."""
    async with piped(console(Echo())) as (chat, _):
        first, again, other = await chat.push(key="1"), await chat.push(key="1"), await chat.push(key="2")
        assert first == again != other
        assert len(chat.replies()) == 2


async def test_messages_of_two_chats_never_share_a_number() -> None:
    """A message shown yesterday is not taken for one shown today."""
    names = set()
    for _ in range(2):
        async with piped(console(Echo())) as (chat, _):
            names |= {(await chat.push(key=str(each))).id for each in range(2)}
    assert len(names) == 4


async def test_a_correction_follows_what_was_printed() -> None:
    """What stands on the screen can't be changed, so the corrected text comes after it, once, as a correction."""
    async with piped(console(Echo())) as (chat, _):
        message = await chat.push()
        corrected = chat.carrier.render(CHANGED, AlertKind.ALERT, ("fact:river",))
        for _ in range(2):
            await chat.carrier.change(message, corrected)
        earlier = MessageRef(HERE, "of-an-earlier-chat")
        await chat.carrier.change(earlier, corrected)
        kinds = [(each["kind"], each["text"]) for each in chat.replies()]
        assert kinds[1:] == [("correction", "No troops crossed the river.")] * 2


async def test_what_reads_so_already_is_not_repeated() -> None:
    """A change that changes no word prints nothing."""
    async with piped(console(Echo())) as (chat, _):
        message = await chat.push()
        await chat.carrier.change(message, chat.carrier.render(NEWS, AlertKind.ALERT, ()))
        assert len(chat.replies()) == 1


async def test_a_message_stands_apart_in_plain_text() -> None:
    """Whoever reads plain answers sees where a message begins and ends that they did not ask for."""
    async with piped(console(Echo()), as_json=False) as (chat, _):
        await chat.push()
        assert chat.out.getvalue() == ("════\nTroops crossed the river.\n\nSecond paragraph.\n\n→ /fact F-12\n════\n\n")


@pytest.mark.parametrize("chat_of", [HERE, ChatRef(Platform.TERMINAL, "boris")])
async def test_nothing_is_taken_for_shown_that_nobody_can_see(chat_of: ChatRef) -> None:
    """What is for a chat that is closed, or for another one, waits until that is open."""
    platform = console(Echo())
    carrier = ConsoleCarrier(platform)
    payload = carrier.render(NEWS, AlertKind.ALERT, ())

    async def refused(*, connected: bool) -> None:
        assert carrier.connected is connected
        with pytest.raises(Undelivered) as error:
            await carrier.post(order(chat=chat_of), payload)
        assert error.value.trouble is Trouble.OFF

    await refused(connected=False)
    if chat_of != HERE:
        async with piped(platform) as (chat, _):
            await refused(connected=True)
            assert chat.out.getvalue() == ""


async def test_a_reader_who_left_leaves_it_unsent() -> None:
    """What is written after the reader closed its end does not count as delivered."""
    platform = console(Echo())
    carrier = ConsoleCarrier(platform)
    (read, typing), (reading, written) = os.pipe(), os.pipe()
    with os.fdopen(read, encoding="utf-8") as lines, os.fdopen(written, "w", encoding="utf-8") as out:
        running = asyncio.create_task(platform.pipe(lines, out, as_json=True))
        await until(lambda: platform.listening)
        os.close(reading)
        with pytest.raises(Undelivered):
            await carrier.post(order(), carrier.render(NEWS, AlertKind.ALERT, ()))
        os.close(typing)
        await asyncio.wait_for(running, SECONDS)
        with contextlib.suppress(BrokenPipeError):
            out.close()


async def test_an_alert_appears_above_the_prompt_and_leaves_what_is_typed(tmp_path: Path) -> None:
    """Who is writing a line when an alert comes sees it above, and goes on writing the same line."""
    answers, screen = Echo(), io.StringIO()
    platform = console(answers)
    carrier = ConsoleCarrier(platform)
    with contextlib.redirect_stdout(screen), create_pipe_input() as keys:
        output = Vt100_Output(screen, lambda: Size(24, 80), term="xterm", enable_cpr=False)
        with create_app_session(input=keys, output=output):
            talking = asyncio.create_task(platform.talk(tmp_path / "history"))
            await until(lambda: "pactwatch>" in screen.getvalue())
            keys.send_text("treaty 4")
            await until(lambda: "4" in screen.getvalue().rpartition(">")[2])
            before = len(screen.getvalue())
            async with asyncio.timeout(SECONDS):
                await carrier.post(order(), carrier.render(NEWS, AlertKind.ALERT, ()))
            await until(lambda: "pactwatch>" in screen.getvalue()[before:])
            shown = screen.getvalue()[before:]
            assert shown.index("Troops crossed the river.") < shown.index("KCNA") < shown.index("→ /fact F-12")
            assert shown.index("→ /fact F-12") < shown.index("pactwatch>")
            keys.send_text("\r")
            await until(lambda: answers.asked[-1] == "treaty 4")
            await until(lambda: "you said treaty 4" in screen.getvalue())
            keys.send_text("\x04")
            await asyncio.wait_for(talking, SECONDS)
    assert not carrier.connected


async def test_numbers_go_on_pressing_what_they_pressed(tmp_path: Path) -> None:
    """An alert that comes while a number is typed does not change what that number does."""
    answers, screen = Echo(), io.StringIO()
    platform = console(answers)
    carrier = ConsoleCarrier(platform)
    with contextlib.redirect_stdout(screen), create_pipe_input() as keys:
        output = Vt100_Output(screen, lambda: Size(24, 80), term="xterm", enable_cpr=False)
        with create_app_session(input=keys, output=output):
            talking = asyncio.create_task(platform.talk(tmp_path / "history"))
            await until(lambda: "pactwatch>" in screen.getvalue())
            async with asyncio.timeout(SECONDS):
                await carrier.post(order(), carrier.render(NEWS, AlertKind.ALERT, ()))
            keys.send_text("1\r")
            await until(lambda: len(answers.asked) == 2)
            keys.send_text("\x04")
            await asyncio.wait_for(talking, SECONDS)
    assert answers.asked == ["start", "treaty 1"]
