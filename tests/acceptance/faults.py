"""Talking to the real program while something below it is broken, and holding it to what it said was done."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.entries import EntryKind
from bot.core.places import ChatRef, Platform
from storage import SqlStore, open_store
from tests.acceptance.service import environment

OWNER = ("--as", "owner", "--lang", "en")
PATIENT_SECONDS = 60
PAGE = 4096
FULL = "The disk of this service is full: nothing was changed."
TOPICS = ("troops", "sanctions", "history", "economy", "justice-security")
BUSY = "The database is busy just now"
STATEMENT = "Envoys met for talks of {0} hours, with {0} guests"


@dataclass
class Said:
    """A reply of the program and how long it took."""

    reply: dict[str, Any]
    seconds: float

    @property
    def ok(self) -> bool:
        return bool(self.reply["ok"])

    @property
    def text(self) -> str:
        return str(self.reply["text"])


@dataclass
class Conversation:
    """`pactwatch chat --json` as one person with every right, line by line; notes what it was told is done."""

    process: asyncio.subprocess.Process
    log: Path
    languages: list[str] = field(default_factory=list)
    """What was asked for since the last one that was acknowledged, that one first."""
    proposed: dict[int, str] = field(default_factory=dict)
    published: set[int] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)

    async def say(self, line: str) -> Said:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        loop = asyncio.get_running_loop()
        began = loop.time()
        self.process.stdin.write(f"{line}\n".encode())
        while True:
            answer = await asyncio.wait_for(self.process.stdout.readline(), PATIENT_SECONDS)
            assert answer, self.log.read_text()
            reply = json.loads(answer)
            if not reply.get("push"):
                return Said(reply, loop.time() - began)

    async def choose(self, language: str) -> Said:
        self.languages.append(language)
        said = await self.say(f"language {language}")
        if said.ok:
            self.languages = [language]
        return said

    async def propose(self, number: int) -> Said:
        statement = STATEMENT.format(number)
        said = await self.say(f"addfact {statement} | source: https://tass.com/politics/{number} | topic: troops")
        if said.ok:
            self.proposed[int(said.reply["refs"][0].rpartition("-")[2])] = statement
        return said

    async def publish(self, fact: int) -> Said:
        said = await self.say(f"approve F-{fact}")
        if said.ok:
            self.published.add(fact)
        return said

    async def subscribe(self, topic: str) -> Said:
        said = await self.say(f"subscribe {topic}")
        if said.ok:
            self.topics.add(topic)
        return said

    async def work(self, number: int, *, at_the_desk: bool = True) -> list[Said]:
        """One of each kind of thing that changes the store; nobody may do as much at the desk as a test wants."""
        done = [await self.choose(("en", "it", "ru", "ko")[number % 4])]
        if at_the_desk:
            done.append(await self.propose(number))
            if done[-1].ok:
                done.append(await self.publish(max(self.proposed)))
        done.append(await self.subscribe(TOPICS[number % len(TOPICS)]))
        return done

    async def end(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return await asyncio.wait_for(self.process.wait(), PATIENT_SECONDS)

    async def check(self, url: str) -> None:
        """All that was acknowledged is there once the store is opened anew, and the store is sound."""
        store = await open_store(url)
        try:
            assert await store.check() == ()
            await self._compare(store)
        finally:
            await store.close()

    async def _compare(self, store: SqlStore) -> None:
        for number, statement in self.proposed.items():
            found = await store.proposal_for(EntryKind.FACT, number)
            assert found is not None, number
            assert statement in found.entry.text.values()
            entry = await store.entry_by_number(EntryKind.FACT, number)
            assert entry is not None or number not in self.published, number
        if self.languages:
            assert (await store.languages()).get("terminal:me", self.languages[0]) in self.languages
        if self.topics:
            kept = await store.subscribers.subscription(ChatRef(Platform.TERMINAL, "me"))
            assert kept is not None
            assert self.topics <= set(kept.topics)


@asynccontextmanager
async def conversation(folder: Path, *, below: tuple[str, ...] = (), **settings: str) -> AsyncIterator[Conversation]:
    """Start the chat in `folder`; `below`: a command line that runs it, such as strace's."""
    log = folder / "chat.log"
    with log.open("wb") as err:
        process = await asyncio.create_subprocess_exec(
            *below, sys.executable, "-m", "bot", "chat", "--json", *OWNER, cwd=folder,
            env=environment(folder, **{"REVIEW_APPROVALS": "0", **settings}),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=err,
        )  # fmt: skip
    try:
        yield Conversation(process, log)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way


@asynccontextmanager
async def injected(process: asyncio.subprocess.Process, *faults: str) -> AsyncIterator[None]:
    """Have strace make system calls of a running program fail; each of `faults` as its `inject=` takes them."""
    calls = ",".join(fault.partition(":")[0] for fault in faults)
    strace = await asyncio.create_subprocess_exec(
        "strace", "-f", "-qq", "-p", str(process.pid), "-o", "/dev/null", "-e", f"trace={calls}",
        *(part for fault in faults for part in ("-e", f"inject={fault}")), stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        await _attached(process.pid, strace)
        yield
    finally:
        if strace.returncode is None:
            strace.terminate()
        await strace.communicate()


async def _attached(pid: int, strace: asyncio.subprocess.Process) -> None:
    """Return once every thread of the program is watched."""
    while not all(
        "TracerPid:\t0\n" not in (each / "status").read_text() for each in Path(f"/proc/{pid}/task").iterdir()
    ):
        assert strace.returncode is None
        await asyncio.sleep(0.01)


@contextmanager
def small_disk(at: Path, megabytes: int) -> Iterator[Path]:
    """A disk in memory of this size, mounted there."""
    at.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=True)


def fill_up(folder: Path) -> Path:
    """Take all room of a disk, whoever else takes some at the same moment; returns the file that holds it."""
    path = folder / "filler"
    with path.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 16))
    return path


def break_table(path: Path, table: str) -> None:
    """Put other bytes where the first page of a table is."""
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("select rootpage from sqlite_schema where name = ?", [table]).fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(b"\xff" * 200)
