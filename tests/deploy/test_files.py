"""What the files for operators promise: Dockerfile, compose.yaml and the unit of systemd."""

from __future__ import annotations

import asyncio
import configparser
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from bot.adapters.web.platform import WebPlatform
from bot.cli import EXIT_CONFIGURATION, cli
from bot.settings import Settings
from tests.acceptance.service import ROOT, environment, free_port

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
BOTS = {name: each for name, each in COMPOSE["services"].items() if name != "database"}
UNIT = ROOT / "deploy" / "pactwatch.service"
OURS = {name.upper() for name in Settings.model_fields}
THEIRS = {"PATH", "PGPASSFILE", "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR", "PIP_ONLY_BINARY",
          "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}  # fmt: skip


def stages() -> dict[str, list[tuple[str, str]]]:
    """The instructions of each stage by its name, the last one as ''."""
    found: dict[str, list[tuple[str, str]]] = {}
    lines = re.sub(r"(?m)^#.*\n", "", DOCKERFILE).replace("\\\n", " ").splitlines()
    for word, rest in (line.split(maxsplit=1) for line in lines if line.strip()):
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found[name] = list(found.get(base, []))
        elif found:
            found[name].append((word, rest.strip()))
    return found


def said(stage: str, word: str) -> str:
    """What the last instruction of that kind says."""
    return [rest for each, rest in stages()[stage] if each == word][-1]


def unit() -> configparser.RawConfigParser:
    # A key may stand there twice, as SystemCallFilter does; the parser keeps the last.
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(UNIT, encoding="utf-8")
    return parser


def parse(arguments: Iterable[str]) -> None:
    """Have the command line read these arguments without doing anything. Raises what a wrong one raises."""
    name, *rest = arguments
    group: Any = typer.main.get_command(cli)
    group.commands[name].make_context(name, rest)


@pytest.mark.parametrize("stage", ["", "postgres"])
def test_the_image_runs_as_nobody_in_particular_and_writes_to_one_volume(stage: str) -> None:
    """Whoever breaks into the container finds no root and nothing but /data to write to."""
    user, _, group = said(stage, "USER").partition(":")
    assert int(user) > 0 < int(group)
    assert said(stage, "WORKDIR") == said(stage, "VOLUME") == "/data"
    assert f"--owner={user} --group={group}" in DOCKERFILE


def test_the_image_is_stopped_gently_and_started_without_a_shell() -> None:
    """`docker stop` reaches the program itself, which then ends in order."""
    assert said("", "STOPSIGNAL") == "SIGTERM"
    assert json.loads(said("", "ENTRYPOINT")) == ["pactwatch"]
    parse(json.loads(said("", "CMD")))


def test_the_image_holds_what_the_lock_names_and_nothing_that_builds() -> None:
    """What runs in the container is what was tested, file by file, from wherever it was fetched."""
    installs = re.findall(r"\binstall (?!--directory|--yes)(\S+)", re.sub(r"(?m)^#.*", "", DOCKERFILE))
    assert installs == ["--require-hashes", "--require-hashes", "--no-deps"]
    assert "uninstall --yes -r requirements/build.in" in DOCKERFILE
    assert re.search(r"(?m)^ARG BASE=python:3\.\d+-slim-\w+$", DOCKERFILE)
    assert not re.search(r"https?://(?!127\.0\.0\.1)|index-url|ADD ", DOCKERFILE)


def test_only_what_is_built_from_goes_to_the_builder() -> None:
    """A token in `.env` or a database beside the Dockerfile never becomes part of an image."""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    copied = {
        source.rstrip("/")
        for word, rest in stages()["build"] if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }  # fmt: skip
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
    assert all((ROOT / each).exists() for each in copied)


async def test_the_image_asks_the_service_itself_whether_it_lives(tmp_path: Path) -> None:
    """A container counts as healthy exactly while the service answers, whichever address it was given."""
    command = json.loads(said("", "HEALTHCHECK").partition("CMD ")[2])
    port = free_port()
    web = WebPlatform(f"0.0.0.0:{port}", dict)
    given = environment(tmp_path, HTTP_ADDRESS=f"0.0.0.0:{port}", HTTP_PROXY="http://127.0.0.1:9", http_proxy="x")

    async def healthy() -> bool:
        program = await asyncio.create_subprocess_exec(
            sys.executable, *command[1:], env=given, cwd=tmp_path, stderr=asyncio.subprocess.DEVNULL
        )
        return await program.wait() == 0

    await web.start()
    try:
        assert await healthy()
    finally:
        await web.stop()
    assert not await healthy()
    assert "'127.0.0.1:8080'" in command[-1]
    assert Settings.model_fields["http_address"].default == "127.0.0.1:8080"


def test_every_variable_these_files_set_is_a_setting() -> None:
    """Nobody copies a line from here that the program does not know."""
    lines = [rest for stage in stages().values() for word, rest in stage if word == "ENV"]
    named = {name for line in lines for name in re.findall(r"(\w+)=", line)}
    for bot in BOTS.values():
        named |= set(bot["environment"])
    text = UNIT.read_text(encoding="utf-8")
    named |= {name.upper() for name in re.findall(r"(?m)^#?LoadCredential=(\w+):", text)}
    assert named - THEIRS <= OURS
    assert {"TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN", "HTTP_ADDRESS", "DATABASE_URL"} <= named


@pytest.mark.parametrize("name", BOTS)
def test_a_container_may_write_to_its_volume_and_become_nobody_else(name: str) -> None:
    """A hole in the program opens neither the container nor the machine."""
    bot = BOTS[name]
    assert bot["read_only"] is True
    assert bot["tmpfs"] == ["/tmp"]  # noqa: S108
    assert bot["cap_drop"] == ["ALL"]
    assert "cap_add" not in bot
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert [each.partition(":")[2] for each in bot["volumes"]] == ["/data"]
    assert bot["mem_limit"] == "768m"
    assert bot["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert not {"privileged", "network_mode", "pid", "user"} & set(bot)


@pytest.mark.parametrize("name", BOTS)
def test_the_web_address_is_reached_by_other_containers_only(name: str) -> None:
    """Health pages and metrics are not on the internet because somebody typed `docker compose up`."""
    bot = BOTS[name]
    assert bot["environment"]["HTTP_ADDRESS"] == "0.0.0.0:8080"
    assert bot["expose"] == ["8080"]
    assert "ports" not in bot
    assert "ports" not in COMPOSE["services"]["database"]
    assert bot["stop_grace_period"] == "20s"
    assert "test" not in bot["healthcheck"], "the image's own, said once"


def test_one_bot_with_sqlite_or_two_with_postgresql() -> None:
    """The plain command starts one service, the profile a database and two bots that wait for it."""
    services = COMPOSE["services"]
    assert [name for name, each in services.items() if "profiles" not in each] == ["bot"]
    replicas, database = services["replicas"], services["database"]
    assert replicas["profiles"] == database["profiles"] == ["postgres"]
    assert replicas["deploy"] == {"replicas": 2}
    assert replicas["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert replicas["environment"]["DATABASE_URL"] == (
        f"postgresql://{database['environment']['POSTGRES_USER']}@database/{database['environment']['POSTGRES_DB']}"
    )
    assert database["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert set(services["bot"]["volumes"] + replicas["volumes"] + database["volumes"]) == {
        "data:/data", "replicas:/data", "database:/var/lib/postgresql/data"
    }  # fmt: skip


def test_the_database_password_is_in_a_file_and_nowhere_else(tmp_path: Path) -> None:
    """Neither compose.yaml nor a container's environment shows it; both sides read the same file."""
    services = COMPOSE["services"]
    for name in ("replicas", "database"):
        assert services[name]["secrets"] == ["database_password"]
        assert not any("PASSWORD" in key and not key.endswith("_FILE") for key in services[name]["environment"])
    path = COMPOSE["secrets"]["database_password"]["file"]
    assert path.removeprefix(".").startswith("/secrets/")
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    (tmp_path / "secret").write_text("0123abcd\n")
    (script,) = services["replicas"]["command"]
    script = script.replace("$$", "$").replace("/run/secrets/database_password", "secret")
    script = script.replace(services["replicas"]["environment"]["PGPASSFILE"], "pgpass").replace(
        "exec pactwatch", "echo"
    )
    shown = subprocess.run(
        [*services["replicas"]["entrypoint"], script], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert (tmp_path / "pgpass").read_text() == "*:*:*:*:0123abcd\n"
    assert (tmp_path / "pgpass").stat().st_mode & 0o777 == 0o600, "libpq ignores a file that others may read"
    parse(shlex.split(shown))


def test_the_unit_starts_the_program_with_options_that_it_has() -> None:
    """The unit goes on fitting the program that it starts."""
    program, *arguments = shlex.split(unit()["Service"]["ExecStart"])
    assert program.endswith("/bin/pactwatch")
    parse(arguments)


def test_the_unit_restarts_what_failed_but_not_what_is_set_wrong() -> None:
    """A crash is mended by itself; a wrong setting is said once instead of for ever."""
    service = unit()["Service"]
    assert service["Type"] == "notify"
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"] == str(EXIT_CONFIGURATION)
    assert int(service["WatchdogSec"]) >= 30
    assert int(service["TimeoutStopSec"]) == 20, "the program ends within 15 s"


def test_the_unit_shuts_the_program_in() -> None:
    """A hole in the program opens its own folder and the network, not the machine."""
    service = unit()["Service"]
    assert service["WorkingDirectory"] == f"%S/{service['StateDirectory']}"
    assert service["User"] not in ("", "root")
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    for switch in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictNamespaces",
                   "MemoryDenyWriteExecute", "LockPersonality", "ProtectKernelTunables"):  # fmt: skip
        assert service[switch] == "yes", switch
    assert service["RestrictAddressFamilies"] == "AF_UNIX AF_INET AF_INET6"


@pytest.mark.needs("systemd-analyze")
def test_systemd_has_nothing_to_say_against_the_unit(tmp_path: Path) -> None:
    """Every line of the unit is understood, and what it leaves open counts as little."""
    given = tmp_path / UNIT.name
    # Only a program that is there can be checked.
    given.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={sys.executable}", UNIT.read_text(encoding="utf-8")))
    verify = subprocess.run(["systemd-analyze", "verify", str(given)], capture_output=True, text=True)
    assert (verify.returncode, verify.stdout + verify.stderr) == (0, "")
    security = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", str(given)],
        capture_output=True, text=True, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert security.returncode == 0, security.stdout


def test_a_token_may_come_as_a_credential_of_systemd(tmp_path: Path) -> None:
    """`LoadCredential` works as the unit says: the file is the setting where the environment gives none."""
    (tmp_path / "telegram_bot_token").write_text("123:canary\n")
    (tmp_path / ".env").write_text("TELEGRAM_BOT_TOKEN=\n")
    program = "from bot.settings import read_settings; print(read_settings().secrets)"
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True,
        env=environment(tmp_path, CREDENTIALS_DIRECTORY=str(tmp_path)),
    )  # fmt: skip
    assert shown.stdout.strip() == "('123:canary',)"
