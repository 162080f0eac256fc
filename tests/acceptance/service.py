"""Running the real program: `python -m bot run` against fake platforms, and the terminal chat behind a pipe."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.platforms.discord_api import DiscordApi
from tests.platforms.telegram_client import TelegramApi

ROOT = Path(__file__).parents[2]
READY_SECONDS = 30
STOP_SECONDS = 15
DATABASE = "DATABASE_URL="


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Nothing of the surroundings but the path: a developer's own `.env` or token must not leak into a test."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LOG_FORMAT": "json",
        **settings,
    }


def name_database(folder: Path, url: str) -> None:
    """Have the program use this database in a folder; an SQLite file stands where it looks anyway."""
    if not url.startswith("sqlite"):
        (folder / ".env").touch(mode=0o600)
        (folder / ".env").write_text(f"{DATABASE}{url}\n")


def url_of(folder: Path) -> str:
    """The database that the program uses in a folder."""
    named = folder / ".env"
    given = named.read_text().partition(DATABASE)[2].split() if named.exists() else []
    return given[0] if given else f"sqlite:///{folder}/data/pactwatch.db"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Service:
    """A running service: its process, its address, and after its end all it wrote."""

    process: asyncio.subprocess.Process
    address: str
    log: Path

    async def stop(self) -> int:
        """SIGTERM, as a service manager does it; returns the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), STOP_SECONDS)

    def written(self) -> str:
        return self.log.read_text(encoding="utf-8")


@asynccontextmanager
async def running_service(
    folder: Path,
    *,
    telegram: TelegramApi | None = None,
    discord: DiscordApi | None = None,
    ready: bool = True,
    out: int | None = None,
    role: str = "all",
    **settings: str,
) -> AsyncIterator[Service]:
    """Start the service in `folder` and yield it once `/readyz` says so; at once where `ready` is not wanted.

    out: where its log goes instead of a file.
    """
    address = settings.get("HTTP_ADDRESS", f"127.0.0.1:{free_port()}")
    given = {**settings, "HTTP_ADDRESS": address}
    if telegram is not None:
        given |= {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
    if discord is not None:
        given |= {"DISCORD_BOT_TOKEN": discord.token, "DISCORD_API_URL": discord.url}
    log = folder / "service.log"
    with log.open("wb") as file:
        to = file if out is None else out
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--role", role, cwd=folder, env=environment(folder, **given), stdout=to, stderr=to,
            stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    service = Service(process, address, log)
    try:
        if ready:
            await _ready(service)
        yield service
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way


async def _ready(service: Service) -> None:
    deadline = asyncio.get_running_loop().time() + READY_SECONDS
    async with aiohttp.ClientSession() as session:
        while asyncio.get_running_loop().time() < deadline:
            assert service.process.returncode is None, service.written()
            try:
                async with session.get(f"http://{service.address}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(f"not ready in {READY_SECONDS} s:\n{service.written()}")


async def chat(folder: Path, lines: Iterable[str | bytes], *arguments: str, **settings: str) -> list[dict[str, Any]]:
    """Feed lines to `pactwatch chat --json`; one parsed reply each."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "chat", "--json", *arguments, cwd=folder, env=environment(folder, **settings),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    typed = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    out, err = await asyncio.wait_for(process.communicate(typed), 60)
    assert process.returncode == 0, err.decode()
    return [json.loads(line) for line in out.splitlines()]
