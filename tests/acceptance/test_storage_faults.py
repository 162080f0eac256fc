"""Faults below the database, while somebody talks to the program: held by others, no room, errors of the disk."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from tests.acceptance.faults import BUSY, FULL, Conversation, conversation, fill_up, injected, small_disk

NIGHTLY = bool(os.environ.get("PACTWATCH_NIGHTLY"))
HELD_SECONDS = 30 if NIGHTLY else 0
FAILING = range(1, 60) if NIGHTLY else range(1, 4)
"""Which call of each thread fails, counted from when somebody begins to write; a round of writing makes some fifty."""
FROM_THE_START = range(1, 98, 2) if NIGHTLY else (1,)
"""Which call fails first, counted from the start of the program; after it every `EVERY`th does."""
EVERY = 97
ROUNDS = 40 if NIGHTLY else 1
"""Of writing, under the fault: forty make two thousand calls."""
NUMBERS = count(5_000)
RARELY = 8
"""Every so many rounds somebody works at the desk too, where nobody may do more than thirty things a minute."""
FAULTS = ("fdatasync:error=EIO", "pwrite64:error=EIO", "pwrite64:error=ENOSPC")
READING = ("treaty 4", "search kursk", "fact F-1", "timeline", "latest", "history F-1", "settings", "queue", "start")
IN_TIME = 3.0

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.needs("mount"),
    pytest.mark.one_engine("makes the disk of SQLite's file fail"),
    pytest.mark.timeout(600 if NIGHTLY else 120),
]


@pytest.fixture(scope="module")
def disk(filled_on_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk with a filled database on it."""
    with small_disk(tmp_path_factory.mktemp("small") / "data", 64) as at:
        shutil.copy(filled_on_sqlite / "data" / "pactwatch.db", at)
        yield at


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(disk: Path) -> AsyncIterator[Conversation]:
    """Somebody who talks to the program all the time; it is never started anew."""
    async with conversation(disk.parent) as opened:
        assert [said.text for said in await opened.work(0) if not said.ok] == []
        yield opened
        assert await opened.end() == 0


async def _works(talk: Conversation, disk: Path) -> None:
    """All goes on as before, and everything that was ever acknowledged is there."""
    await talk.say("language en")
    assert [said.text for said in await talk.work(next(NUMBERS)) if not said.ok] == []
    await talk.check(f"sqlite:///{disk}/pactwatch.db")


async def _reads(talk: Conversation) -> None:
    """Who only reads is answered, in time."""
    for line in READING:
        said = await talk.say(line)
        assert (said.ok, said.seconds < IN_TIME) == (True, True), (line, said)


@contextmanager
def _begun(disk: Path) -> Iterator[None]:
    other = sqlite3.connect(disk / "pactwatch.db", isolation_level=None, timeout=PATIENT)
    try:
        other.execute("begin immediate")
        yield
    finally:
        other.close()


@contextmanager
def _locked(disk: Path) -> Iterator[None]:
    with (disk / "pactwatch.db-lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


PATIENT = 30.0


@pytest.mark.parametrize("held", [_begun, _locked] if NIGHTLY else [_begun])
async def test_a_database_held_by_another_keeps_nobody_waiting(talk: Conversation, disk: Path, held: object) -> None:
    """Readers notice nothing; whoever wants to change something hears within three seconds to try again, then can."""
    loop = asyncio.get_running_loop()
    await talk.say("language en")
    with held(disk):  # type: ignore[operator]
        until = loop.time() + HELD_SECONDS
        while True:
            await _reads(talk)
            said = await talk.propose(1_000)
            assert (said.reply["outcome"], said.seconds < IN_TIME) == ("refused", True), said
            assert said.text.startswith(BUSY)
            if loop.time() >= until:
                break
    await _works(talk, disk)


async def test_a_full_disk_is_one_clear_sentence(talk: Conversation, disk: Path) -> None:
    """With no byte left readers are answered, changes are refused whole with what is wrong, and room is all it takes."""
    await talk.say("language en")
    with closing(sqlite3.connect(disk / "pactwatch.db")) as other:  # or what is written would go over what was before
        other.execute("pragma wal_checkpoint(truncate)")
    filler = fill_up(disk)
    try:
        await _reads(talk)
        for said in await talk.work(2_001):
            assert (said.reply["outcome"], said.text[: len(FULL)]) == ("refused", FULL)
        for locale, word in (("it", "disco"), ("ru", "Диск"), ("ko", "디스크")):
            said = await talk.say(f"subscribe economy in:{locale}")
            assert word in said.text
        assert (await talk.say("ask how many penguins live in Chile")).reply["outcome"] in ("closest", "unknown")
    finally:
        filler.unlink()
    await _works(talk, disk)


@pytest.mark.needs("strace")
@pytest.mark.parametrize("fault", FAULTS)
async def test_no_commit_that_failed_is_acknowledged(talk: Conversation, disk: Path, fault: str) -> None:
    """Whichever write of the disk fails, what was said to be done is done, and the program needs no new start."""
    refused = 0
    for number in FAILING:
        async with injected(talk.process, f"{fault}:when={number}"):
            done = await talk.work(number, at_the_desk=number % RARELY == 1)
            refused += sum(not said.ok for said in done)
            await _reads(talk)
    assert refused
    await _works(talk, disk)


@pytest.mark.needs("strace")
@pytest.mark.parametrize("fault", FAULTS if NIGHTLY else FAULTS[1:2])
@pytest.mark.parametrize("first", FROM_THE_START)
async def test_a_start_on_a_failing_disk_is_whole_or_one_line(
    filled_on_sqlite: Path, tmp_path: Path, fault: str, first: int
) -> None:
    """Where the disk fails from the start on, the program works as far as it can or ends with one clear line."""
    shutil.copytree(filled_on_sqlite, tmp_path, dirs_exist_ok=True)
    url = f"sqlite:///{tmp_path}/data/pactwatch.db"
    calls = fault.partition(":")[0]
    below = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}")
    async with conversation(tmp_path, below=(*below, "-e", f"inject={fault}:when={first}+{EVERY}")) as talk:
        try:
            for number in range(ROUNDS):
                await talk.work(number, at_the_desk=number % RARELY == 0)
                await _reads(talk)
        except AssertionError:
            if await talk.process.wait() != 1:
                raise
            said = talk.log.read_text().splitlines()
            assert [line for line in said if not line.startswith("{")] == said[-1:], said
            assert said[-1].startswith("DATABASE_URL: "), said
        else:
            assert await talk.end() == 0
        await talk.check(url)
