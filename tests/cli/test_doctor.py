"""`pactwatch doctor` as an operator runs it, and how it reads."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import sys
import threading
import time
import urllib.parse
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.core.checks import Check, Level, mend, ok, warning
from bot.core.hiding import Redactor
from bot.doctor import Daemons, Surroundings, advise, in_order, lines, redacted, summary, to_json
from bot.settings import read_settings
from bot.words import missing_keys
from storage import open_store
from tests.acceptance.service import environment
from tests.builders import AT, dossier, fact
from tests.platforms.discord_api import discord_api
from tests.platforms.discord_payloads import GUILD
from tests.platforms.telegram_client import telegram_api
from tests.stores import take_over

TELEGRAM = "55512345:AAcanaryCanaryCANARYcanaryCanary01234"
DISCORD = "canaryCANARYcanary.CaNaRy.canaryCANARYcanaryCANARYcanary99"
PASSWORD = "canary-pass-word"
SECRETS = (TELEGRAM, TELEGRAM.partition(":")[2], DISCORD, PASSWORD)
SECONDS = 20


@dataclass
class Run:
    """One run of the command: its exit code, what it wrote, and how long it took."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def told(self) -> dict[str, Any]:
        """The object that `--json` prints; nothing else may stand on standard output."""
        (line,) = self.out.splitlines()
        return dict(json.loads(line))

    @property
    def levels(self) -> dict[str, str]:
        return {each["name"]: each["level"] for each in self.told["checks"]}


async def doctor(folder: Path, *arguments: str, **settings: str) -> Run:
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", *arguments, cwd=folder, env=environment(folder, **settings),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode is not None
    return Run(process.returncode, out.decode(), err.decode(), time.monotonic() - began)


@dataclass
class Runs:
    """One run for each situation; those that wait most go at once."""

    bare: Run
    plain: Run
    ailing: Run
    silent: Run
    wrong: Run
    left: dict[str, list[str]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runs(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Runs]:
    folders = {name: tmp_path_factory.mktemp(name) for name in ("bare", "ailing", "silent", "wrong")}
    url = f"sqlite:///{folders['ailing']}/store.db"
    store = await open_store(url)
    await take_over(store, dossier(fact("a"), fact("b")))
    await store.close()
    _subscribe(folders["ailing"] / "store.db")
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)  # takes connections and never answers
        nobody = f"127.0.0.1:{deaf.getsockname()[1]}"
        async with telegram_api(TELEGRAM) as telegram, discord_api("--token", DISCORD) as discord:
            await telegram.order("webhook", url=f"https://elsewhere.example/{TELEGRAM}")
            await telegram.order("ahead", seconds=-300)
            await discord.rights(
                channel="31", overwrites=[{"id": GUILD, "type": 0, "allow": "0", "deny": "2048"}], everyone=68608
            )
            tokens = {"TELEGRAM_BOT_TOKEN": TELEGRAM, "DISCORD_BOT_TOKEN": DISCORD}
            ailing, silent = await asyncio.gather(
                doctor(
                    folders["ailing"], "--json", TELEGRAM_API_URL=telegram.url, DISCORD_API_URL=discord.url,
                    DATABASE_URL=url, LOG_LEVEL="DEBUG", **tokens,
                ),
                doctor(
                    folders["silent"], "--json", TELEGRAM_API_URL=f"http://{nobody}", DISCORD_API_URL=f"http://{nobody}",
                    DATABASE_URL=f"postgresql://me:{PASSWORD}@{nobody}/x", **tokens,
                ),
            )  # fmt: skip
    bare, plain, wrong = await asyncio.gather(
        doctor(folders["bare"], "--json"),
        doctor(folders["bare"]),
        doctor(folders["wrong"], "--json", TELEGRAM_BOT_TOKEN=PASSWORD, DEFAULT_LOCALE="de"),
    )
    left = {name: sorted(each.name for each in folder.iterdir()) for name, folder in folders.items()}
    yield Runs(bare, plain, ailing, silent, wrong, left)


def _subscribe(path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "insert into subscriptions (id, place, platform, chat, kind, locale, zone, mode, silent, digest_at, weekday,"
            " fallback, status, active, since, reason, space, created_at) values (1, 'discord:31', 'discord',"
            " 'discord:31', 'group', 'en', 'UTC', 0, 0, 540, 0, 0, 'active', 1, '', '', ?, ?)",
            (GUILD, AT),
        )
    connection.close()


async def test_with_nothing_set_nothing_is_wrong(runs: Runs) -> None:
    """Before anything is set up the command works, ends with 0, says that platforms are off, and makes nothing."""
    assert runs.bare.code == 0
    assert runs.bare.told["ok"] is True
    off = {each["name"]: each["found"] for each in runs.bare.told["checks"] if each["name"].endswith(".token")}
    assert len(off) == 2
    assert all(found.startswith("off") for found in off.values())
    assert runs.bare.levels["locale.words"] == "ok"
    assert runs.left["bare"] == []
    assert {tuple(each) for each in runs.bare.told["checks"]} == {("name", "level", "found", "advice")}


async def test_for_other_programs_each_check_is_one_line(runs: Runs) -> None:
    """Behind a pipe a check is one line that begins with its level, without colours, so that grep finds it."""
    assert runs.plain.code == 0
    *checks, last = runs.plain.out.splitlines()
    assert len(checks) == len(runs.bare.told["checks"])
    assert {line.split()[0] for line in checks} <= {"ok", "warning", "mend"}
    assert "\x1b" not in runs.plain.out
    assert last == "all is well"


async def test_what_must_be_mended_is_said_with_what_to_do(runs: Runs) -> None:
    """A foreign webhook, a missing right and a clock that is off each end the command with 1 and an advice."""
    assert runs.ailing.code == 1
    assert runs.ailing.told["ok"] is False
    wrong = {each["name"]: each["advice"] for each in runs.ailing.told["checks"] if each["level"] == "mend"}
    assert wrong.keys() == {"telegram.webhook", "discord.channel", "clock.telegram"}
    assert all(wrong.values())
    assert runs.ailing.levels["database.integrity"] == "ok"
    assert {each for each in runs.left["ailing"] if each != "store.db-lock"} == {"store.db"}


async def test_whatever_does_not_answer_is_not_waited_for(runs: Runs) -> None:
    """With both platforms and the database server silent, the operator has an answer within seconds."""
    assert runs.silent.code == 1
    wrong = {name for name, level in runs.silent.levels.items() if level == "mend"}
    assert wrong == {"telegram.network", "discord.network", "database.answer"}
    assert runs.silent.seconds < 15, "five, on a machine that does nothing else"


async def test_wrong_settings_are_findings_too(runs: Runs) -> None:
    """Settings that can't be used end the command with 78, each as a finding with its name and never its value."""
    assert runs.wrong.code == 78
    assert runs.wrong.levels == {"settings.TELEGRAM_BOT_TOKEN": "mend", "settings.DEFAULT_LOCALE": "mend"}
    assert runs.wrong.told["ok"] is False


async def test_no_secret_is_printed(runs: Runs) -> None:
    """Whatever platforms and databases say, and at DEBUG too, no secret reaches the output in any form."""
    written = "".join(each.out + each.err for each in (runs.ailing, runs.silent, runs.wrong))
    for secret in SECRETS:
        for form in (secret, urllib.parse.quote(secret, safe=""), base64.b64encode(secret.encode()).decode()[:-4]):
            assert form not in written
    assert "Traceback" not in written


FOUND = [
    mend("telegram.token", "Telegram does not accept it: revoked or mistyped", "put a valid token from @BotFather in"),
    ok("settings.values", "all can be used; Telegram on"),
    warning("backup.last", "none is known", "`pactwatch db backup FILE` makes one beside the running service; " * 2),
    ok("discord.install", "https://discord.com/oauth2/authorize?client_id=1&scope=bot&permissions=274877975552"),
]


def test_lines_fit_a_terminal() -> None:
    """At 80 columns no line is longer, an address aside, and what to do stands below what was found."""
    shown = [line for _, line in lines(in_order(FOUND), 80)]
    assert [line for line in shown if len(line) > 80 and "https://" not in line] == []
    assert shown[0].startswith("ok       settings values  all can be used")
    assert shown[1].startswith("mend     telegram token")
    assert shown[2].strip() == "-> put a valid token from @BotFather in"
    assert len(list(lines(FOUND, None))) == len(FOUND)


@pytest.mark.parametrize(
    ("found", "line", "fine"),
    [
        (FOUND, "1 to mend, 1 to look at", False),
        (FOUND[1:], "nothing to mend, 1 to look at", True),
        ([], "all is well", True),
    ],
)
def test_the_last_line_sums_up(found: list[Check], line: str, fine: bool) -> None:
    """Whoever looks only at the end reads whether something must be done."""
    assert summary(found) == line
    assert json.loads(to_json(found))["ok"] is fine


def test_words_of_others_are_redacted() -> None:
    """A token that a platform repeats in an error does not come through."""
    shown = redacted(mend("telegram.delivery", f"bad answer of {TELEGRAM}", f"see {TELEGRAM}"), Redactor([TELEGRAM]))
    assert "canary" not in shown.found + shown.advice


def test_what_never_returns_is_not_waited_for() -> None:
    """A drive that hangs keeps its thread, and does not keep the command from ending."""
    for_ever = threading.Event()

    async def look() -> None:
        asyncio.get_running_loop().set_default_executor(Daemons())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await asyncio.to_thread(for_ever.wait, 60)
        assert await asyncio.to_thread(int, "7") == 7
        with pytest.raises(ValueError, match="x"):
            await asyncio.to_thread(int, "x")

    began = time.monotonic()
    asyncio.run(look())
    for_ever.set()
    assert time.monotonic() - began < 30


def said(around: Surroundings | None = None, **values: Any) -> dict[str, Check]:
    settings = read_settings(_env_file=None, **values)
    return {each.name: each for each in advise(settings, around or Surroundings())}


HOOK = {"telegram_webhook_secret": "a-word"}


@pytest.mark.parametrize(
    ("name", "level", "values"),
    [
        ("settings.webhook", Level.MEND, {"telegram_webhook_url": "http://x.example/hook", **HOOK}),
        ("settings.webhook", Level.MEND, {"telegram_webhook_url": "https://x.example:444/hook", **HOOK}),
        ("settings.webhook", None, {"telegram_webhook_url": "https://x.example:8443/hook", **HOOK}),
        ("settings.api", Level.WARNING, {"discord_bot_token": "a", "discord_api_url": "http://proxy.example"}),
        ("settings.api", None, {"discord_bot_token": "a", "discord_api_url": "http://127.0.0.1:1"}),
        ("settings.http", Level.WARNING, {"http_address": "0.0.0.0:8080"}),
        ("settings.http", Level.OK, {"http_address": "0.0.0.0:8080", "public_url": "https://x.example"}),
        ("settings.http", Level.OK, {"http_address": "[::1]:8080"}),
        ("settings.owners", Level.WARNING, {"telegram_bot_token": TELEGRAM}),
        ("settings.owners", Level.WARNING, {"telegram_bot_token": TELEGRAM, "owners": "discord:1"}),
        ("settings.owners", Level.OK, {"telegram_bot_token": TELEGRAM, "owners": "telegram:1"}),
        ("settings.owners", None, {}),
        ("settings.public", Level.WARNING, {"public_url": "http://x.example"}),
        ("settings.public", Level.WARNING, {"public_url": "https://localhost"}),
        ("settings.public", Level.OK, {"public_url": "https://x.example"}),
        (
            "settings.secrets",
            Level.WARNING,
            {
                "telegram_bot_token": "1:abc",
                "telegram_webhook_url": "https://x.example",
                "telegram_webhook_secret": "abc",
            },
        ),
    ],
)
def test_advice_on_settings(name: str, level: Level | None, values: dict[str, Any]) -> None:
    """Settings that work and are unwise are told, with the variable's name."""
    found = said(**values).get(name)
    assert (found and found.level) == level


@pytest.mark.parametrize(
    ("mode", "text", "told"),
    [
        (0o600, f"TELEGRAM_BOT_TOKEN={TELEGRAM}", False),
        (0o644, f"TELEGRAM_BOT_TOKEN={TELEGRAM}", True),
        (0o640, f"TELEGRAM_BOT_TOKEN={TELEGRAM}", True),
        (0o644, "LOG_LEVEL=INFO", False),
    ],
)
def test_a_token_that_others_may_read(mode: int, text: str, told: bool) -> None:
    """A `.env` that others may read is told only where there is a secret in it."""
    found = said(Surroundings((text, mode)), telegram_bot_token=TELEGRAM)
    assert ("settings.env" in found) is told


def test_in_a_container_the_address_is_open_on_purpose() -> None:
    """Nobody in a container is told to close the only door."""
    assert said(Surroundings(container=True), http_address="0.0.0.0:8080")["settings.http"].level is Level.OK


def test_a_language_that_lacks_words() -> None:
    """A word that one language has and another lacks is found, whichever of them it is."""
    assert missing_keys({"it": "a = A\nb = B\n", "en": "# comment\nb = { $x }\n", "ko": "a = A\nb = B"}) == {
        "en": ("a",)
    }
    assert missing_keys({"it": "a = A", "en": "a = B"}) == {}
