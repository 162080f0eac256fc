"""The processes of a measurement: bots on one core, stubs on another, all on the loopback and all ended at the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60
MAX_LINE = 1 << 20
STOP_SECONDS = 15
WEBHOOK_SECRET = "loopback-only"
TELEGRAM_TOKEN, DISCORD_TOKEN = "1:T", "x.y.z"


@contextlib.contextmanager
def _on_core(which: int | None) -> Iterator[None]:
    """Let processes started here run on one core: the first for bots (0), the last for stubs (-1); None leaves it open."""
    if which is None or not hasattr(os, "sched_setaffinity"):  # not on macOS
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[which]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Child:
    """A running process. began: the moment it was started, `time.monotonic`."""

    process: asyncio.subprocess.Process
    began: float

    def cpu(self) -> float:
        """Processor seconds used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def nudge(self) -> None:
        """Have a process that waits for a signal begin: a floor sends to all its chats."""
        self.process.send_signal(signal.SIGUSR1)

    def memory(self) -> float:
        """Resident megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@asynccontextmanager
async def child(
    core: int | None, *arguments: str, folder: Path, log: Path, python: str = sys.executable, **env: str
) -> AsyncIterator[Child]:
    """Run Python with arguments, nothing of our own environment in its; standard error goes to `log`."""
    surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **env}
    with log.open("ab") as out, _on_core(core):
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            python, *arguments, cwd=folder, env=surroundings, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=out, limit=MAX_LINE,
        )  # fmt: skip
    try:
        yield Child(process, began)
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way


async def first_line(started: Child, log: Path, seconds: float = READY_SECONDS) -> str:
    """What a process says first. Raises RuntimeError with its errors where it says nothing."""
    assert started.process.stdout is not None
    line = await asyncio.wait_for(started.process.stdout.readline(), seconds)
    if not line:
        raise RuntimeError(log.read_text(encoding="utf-8"))
    return line.decode().strip()


@dataclass(frozen=True, slots=True)
class Stub:
    """A stub's address and how to ask it for something."""

    url: str

    async def ask(self, what: str, **fields: Any) -> dict[str, float]:
        """Ask for a flood, or when somebody polled first; waits for the answer, which is bounded."""
        seconds = float(fields.get("seconds", READY_SECONDS)) + 10
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session,
            session.post(f"{self.url}/ctl/{what}", json=fields) as answer,
        ):
            return json.loads(await answer.read())


@asynccontextmanager
async def stub(platform: str, folder: Path) -> AsyncIterator[Stub]:
    """A stub of its own for one bot."""
    log = folder / f"{platform}-stub.log"
    async with child(-1, "-m", f"tests.bench.{platform}_stub", folder=ROOT, log=log) as started:
        yield Stub(f"http://127.0.0.1:{json.loads(await first_line(started, log))['port']}")


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that takes commands. hook: where its webhook is, if it has one."""

    child: Child
    stub: Stub
    hook: str | None = None


@asynccontextmanager
async def floor(kind: str, folder: Path, chats: int = 0) -> AsyncIterator[Bot]:
    """A bare bot with its stub; see `tests.bench.floors`."""
    platform = "discord" if kind in ("discord", "channels") else "telegram"
    log, port = folder / f"floor-{kind}.log", free_port()
    async with stub(platform, folder) as served:
        arguments = ("-m", "tests.bench.floors", kind, "--api", served.url, "--port", str(port), "--chats", str(chats))
        async with child(0, *arguments, folder=folder, log=log) as started:
            await first_line(started, log)
            yield Bot(started, served, f"http://127.0.0.1:{port}/hook" if kind == "webhook" else None)


@asynccontextmanager
async def lifted(platform: str, database: Path, *more: str) -> AsyncIterator[Bot]:
    """The product's sender without a limit, with its stub; see `tests.bench.lifted`."""
    log = database.with_suffix(".log")
    async with stub(platform, database.parent) as served:
        arguments = ("-m", "tests.bench.lifted", platform, "--api", served.url, "--database", str(database), *more)
        async with child(0, *arguments, folder=database.parent, log=log) as started:
            await first_line(started, log)
            yield Bot(started, served)


def settings(database: Path, *, telegram: Stub | None = None, discord: Stub | None = None) -> dict[str, str]:
    """The product's settings for these stubs."""
    given = {"DATABASE_URL": f"sqlite:///{database}", "LOG_FORMAT": "json", "HTTP_ADDRESS": f"127.0.0.1:{free_port()}"}
    if telegram is not None:
        given |= {"TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN, "TELEGRAM_API_URL": telegram.url}
    if discord is not None:
        given |= {"DISCORD_BOT_TOKEN": DISCORD_TOKEN, "DISCORD_API_URL": f"{discord.url}/api/v10"}
    return given


@asynccontextmanager
async def product(
    database: Path,
    *,
    telegram: Stub | None = None,
    discord: Stub | None = None,
    webhook: bool = False,
    **more: str,
) -> AsyncIterator[Bot]:
    """The real service, `python -m bot run`, once `/readyz` says it is ready. more: further settings."""
    given = settings(database, telegram=telegram, discord=discord) | more
    hook = f"http://{given['HTTP_ADDRESS']}/hook" if webhook else None
    if hook is not None:
        given |= {"TELEGRAM_WEBHOOK_URL": hook, "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET}
    log = database.with_suffix(".log")
    served = telegram or discord
    assert served is not None
    async with child(0, "-m", "bot", "run", folder=database.parent, log=log, **given) as started:
        await _ready(started, given["HTTP_ADDRESS"], log)
        yield Bot(started, served, hook)


async def _ready(started: Child, address: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < deadline:
            if started.process.returncode is not None:
                break
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"http://{address}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)
    raise RuntimeError(f"the service did not come up:\n{log.read_text(encoding='utf-8')[-4000:]}")
