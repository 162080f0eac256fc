"""Two services with one token: nobody is answered or told twice, and whoever came second says what is wrong."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.errors import TokenTaken
from bot.instances import hold, mark
from tests.acceptance.service import environment, free_port, running_service
from tests.platforms.discord_api import DiscordApi, discord_api
from tests.platforms.telegram_client import TelegramApi, telegram_api

REFUSED_SECONDS = 10
TAKEN_OVER_SECONDS = 15


@dataclass(frozen=True)
class Ended:
    """A service that did not stay: its exit code, what it wrote, and how long it took."""

    code: int
    written: str
    seconds: float

    @property
    def lines(self) -> list[str]:
        """What it wrote, but for what is merely told along the way."""
        return [line for line in self.written.splitlines() if '"level": "info"' not in line]


async def second_service(folder: Path, telegram: TelegramApi, discord: DiscordApi, **settings: str) -> Ended:
    """Start the program once more, in a folder and on a database of its own, and wait until it has ended."""
    folder.mkdir()
    given = {
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        "DISCORD_BOT_TOKEN": discord.token,
        "DISCORD_API_URL": discord.url,
        "HTTP_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment(folder, **given, **settings),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        written, _ = await asyncio.wait_for(process.communicate(), 30)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode is not None
    return Ended(process.returncode, written.decode(), time.monotonic() - began)


async def test_the_second_one_is_refused(folder: Path) -> None:
    """A second service, with whatever database, ends with 1 and one line, and the first one goes on as if nothing were."""
    async with AsyncExitStack() as stack:
        telegram, elsewhere = [
            await stack.enter_async_context(telegram_api(each)) for each in ("1:token", "9:elsewhere")
        ]
        discord = await stack.enter_async_context(discord_api())
        async with running_service(folder, telegram=telegram, discord=discord):
            same, half = await asyncio.gather(
                second_service(folder / "second", telegram, discord),
                second_service(folder / "third", elsewhere, discord),
            )
            for ended, setting in ((same, "DISCORD_BOT_TOKEN"), (half, "DISCORD_BOT_TOKEN")):
                assert (ended.code, len(ended.lines)) == (1, 1), ended.written
                assert ended.lines[0].startswith(f"{setting}: another pactwatch")
                assert ended.seconds < REFUSED_SECONDS
                assert not any(token in ended.written for token in (telegram.token, discord.token, elsewhere.token))
            assert await elsewhere.records() == [], "half an instance is none"
            assert len((await discord.state())["identifies"]) == 1
            # Another machine's locks are not seen, nor is its database: there Telegram tells, once ours has settled.
            (folder / "tmp").mkdir()
            far = await second_service(folder / "far", telegram, discord, TMPDIR=str(folder / "tmp"))
            assert (far.code, far.seconds < REFUSED_SECONDS) == (1, True), far.written
            assert len([each for each in far.lines if "TELEGRAM_BOT_TOKEN" in each]) == 1
            assert telegram.token not in far.written
            assert "Article 4" in (await telegram.say("/treaty 4")).text
            assert "4" in (await discord.slash("treaty", {"article": "4"})).text
            assert len(await telegram.sent()) == 1


@pytest.mark.one_engine("asks no database")
async def test_a_lock_that_was_left_lying_is_no_obstacle(tmp_path: Path) -> None:
    """Only a process that lives holds a token; files of dead ones, of others and links of strangers hold nobody up."""
    token = mark("1:token", "https://api.telegram.org")
    assert b"token" not in token
    async with hold({"A": token}, tmp_path):
        with pytest.raises(TokenTaken):
            async with hold({"A": token}, tmp_path, patience=0):
                pass
        async with hold({"A": mark("1:token", "http://127.0.0.1:1")}, tmp_path, patience=0):
            pass
    (file,) = [each for each in tmp_path.iterdir() if token.hex() in each.name]
    assert file.stat().st_mode & 0o777 == 0o600
    async with hold({"A": token}, tmp_path, patience=0):
        pass
    file.unlink()
    (tmp_path / "precious").write_text("x")
    file.symlink_to(tmp_path / "precious")
    async with hold({"A": token}, tmp_path, patience=0):
        pass
    file.unlink()
    file.mkdir()
    async with hold({"A": token}, tmp_path / "nowhere"), hold({"A": token}, tmp_path):
        pass
