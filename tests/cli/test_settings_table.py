"""Settings in every way they can be wrong, and the papers that list them, against the settings class."""

from __future__ import annotations

import json
import os
import re
import resource
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, cautions, read_settings

ROOT = Path(__file__).parents[2]
TELEGRAM = "987654321:AAcanaryCANARYcanaryCANARYcanary12"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GcAnAr.canaryCANARYcanaryCANARYcanary1234"
WORD = "Canary-pass-word-7"
FIELDS = {name.upper(): field for name, field in Settings.model_fields.items()}
OWNERS = ",".join(f"telegram:{number}" for number in range(20_000))

# What stands in `.env`, and the names that the faults begin with. None: it is taken.
# fmt: off
ROWS: dict[str, tuple[str | bytes, list[str]]] = {
    "nothing at all": ("", []),
    "blank lines and remarks": ("\n# a remark\n\n   \n", []),
    "empty values": ("TELEGRAM_BOT_TOKEN=\nDISCORD_BOT_TOKEN=\nOWNERS=\n", []),
    "blank values": ("TELEGRAM_BOT_TOKEN=   \nDISCORD_BOT_TOKEN=\t\n", []),
    "blanks in quotes": ('TELEGRAM_BOT_TOKEN="   "\n', ["TELEGRAM_BOT_TOKEN"]),
    "quotes": (f'TELEGRAM_BOT_TOKEN="{TELEGRAM}"\n', []),
    "a quote left open": (f'TELEGRAM_BOT_TOKEN="{TELEGRAM}\n', ["TELEGRAM_BOT_TOKEN"]),
    "quotes within quotes": (f"TELEGRAM_BOT_TOKEN=\"'{TELEGRAM}'\"\n", ["TELEGRAM_BOT_TOKEN"]),
    "export before it": (f"export TELEGRAM_BOT_TOKEN={TELEGRAM}\n", []),
    "blanks around the sign": (f"TELEGRAM_BOT_TOKEN = {TELEGRAM}\n", []),
    "no sign": (f"TELEGRAM_BOT_TOKEN {TELEGRAM}\n", ["TELEGRAM_BOT_TOKEN"]),
    "a colon for the sign": (f"# x\nDISCORD_BOT_TOKEN: {DISCORD}\n", ["DISCORD_BOT_TOKEN"]),
    "a token alone on its line": (f"\n{TELEGRAM}\n", [".env"]),
    "lines of Windows": (f"TELEGRAM_BOT_TOKEN={TELEGRAM}\r\nOWNERS=telegram:1\r\n", []),
    "lines of an old Mac": (f"TELEGRAM_BOT_TOKEN={TELEGRAM}\rOWNERS=telegram:x\r", ["OWNERS"]),
    "a byte order mark": (f"\ufeffDISCORD_BOT_TOKEN={TELEGRAM}\n", ["DISCORD_BOT_TOKEN"]),
    "UTF-16": (f"TELEGRAM_BOT_TOKEN={TELEGRAM}\n".encode("utf-16"), [".env"]),
    "Latin-1": (f"# caff\xe8\nTELEGRAM_BOT_TOKEN={TELEGRAM}\n".encode("latin-1"), [".env"]),
    "NUL in a token": (f"TELEGRAM_BOT_TOKEN={TELEGRAM}\x00\n", ["TELEGRAM_BOT_TOKEN"]),
    "NUL in a path": (f"DATABASE_URL=sqlite:///{WORD}\x00b\n", ["DATABASE_URL"]),
    "NUL in a folder": (f"DOSSIER=/tmp\x00{WORD}\n", ["DOSSIER"]),
    "a line break in a value": (f'PUBLIC_URL="https://example.org/\\n{WORD}"\n', ["PUBLIC_URL"]),
    "a line break at the end": (f'TELEGRAM_BOT_TOKEN="{TELEGRAM}\\n"\n', []),
    "given twice, the last is right": (f"DEFAULT_LOCALE={WORD}\nDEFAULT_LOCALE=ko\n", []),
    "given twice, the last is wrong": (f"DEFAULT_LOCALE=ko\nDEFAULT_LOCALE={WORD}\n", ["DEFAULT_LOCALE"]),
    "in small letters": (f"default_locale={WORD}\n", ["DEFAULT_LOCALE"]),
    "one token under both names": (f"TELEGRAM_BOT_TOKEN={TELEGRAM}\nDISCORD_BOT_TOKEN={TELEGRAM}\n", ["DISCORD_BOT_TOKEN"]),
    "the tokens changed over": (f"TELEGRAM_BOT_TOKEN={DISCORD}\nDISCORD_BOT_TOKEN={TELEGRAM}\n", ["TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN"]),
    "half a token": (f"TELEGRAM_BOT_TOKEN={TELEGRAM.partition(':')[2]}\n", ["TELEGRAM_BOT_TOKEN"]),
    "a token in an address": (f"TELEGRAM_BOT_TOKEN=https://api.telegram.org/bot{TELEGRAM}\n", ["TELEGRAM_BOT_TOKEN"]),
    "a token in Arabic figures": ("TELEGRAM_BOT_TOKEN=١٢٣٤٥٦٧:AAcanaryCANARYcanary\n", ["TELEGRAM_BOT_TOKEN"]),
    "a token of five thousand figures": ("TELEGRAM_BOT_TOKEN=" + "7" * 5000 + ":AAcanaryCANARYcanary\n", ["TELEGRAM_BOT_TOKEN"]),
    "Bot before the token": (f"DISCORD_BOT_TOKEN=Bot {DISCORD}\n", ["DISCORD_BOT_TOKEN"]),
    "a token that no header takes": (f"DISCORD_BOT_TOKEN={WORD}é\n", ["DISCORD_BOT_TOKEN"]),
    "a secret of 257 letters": ("TELEGRAM_WEBHOOK_SECRET=" + "canary" * 42 + "canar\n", ["TELEGRAM_WEBHOOK_SECRET"]),
    "a webhook without a secret": ("TELEGRAM_WEBHOOK_URL=https://example.org/hook\n", ["TELEGRAM_WEBHOOK_SECRET"]),
    "that and another fault": ("TELEGRAM_WEBHOOK_URL=https://example.org/hook\nOWNERS=x\n", ["TELEGRAM_WEBHOOK_SECRET", "OWNERS"]),
    "the token everywhere": ("".join(f"{name}={TELEGRAM}\n" for name in FIELDS if name != "TELEGRAM_BOT_TOKEN"), [name for name in FIELDS if name != "TELEGRAM_BOT_TOKEN"]),
    "the database's address everywhere": ("".join(f"{name}=postgresql://u:{WORD}@h/d\n" for name in FIELDS if name != "DATABASE_URL"), [name for name in FIELDS if name not in ("DATABASE_URL", "DISCORD_BOT_TOKEN")]),
    "a password in the public address": (f"PUBLIC_URL=https://me:{WORD}@example.org\n", ["PUBLIC_URL"]),
    "a password in the webhook": (f"TELEGRAM_WEBHOOK_URL=https://me:{WORD}@example.org/h\nTELEGRAM_WEBHOOK_SECRET=abc\n", ["TELEGRAM_WEBHOOK_URL"]),
    "a password where a token is sent": (f"DISCORD_API_URL=https://me:{WORD}@example.org/api\n", ["DISCORD_API_URL"]),
    "a password for a Bot API server": (f"TELEGRAM_API_URL=https://me:{WORD}@example.org\n", []),
    "blanks in an address": (f"PUBLIC_URL=https://{WORD} x/\n", ["PUBLIC_URL"]),
    "an address without a host": (f"TELEGRAM_API_URL=https:///{WORD}\n", ["TELEGRAM_API_URL"]),
    "a port beyond": (f"PUBLIC_URL=https://{WORD}:70000\n", ["PUBLIC_URL"]),
    "port 0 of an address": (f"PUBLIC_URL=https://{WORD}:0\n", ["PUBLIC_URL"]),
    "half an IPv6 address": (f"PUBLIC_URL=https://[::1/{WORD}\n", ["PUBLIC_URL"]),
    "a port beyond, with a password": (f"DATABASE_URL=postgresql://u:{WORD}@host:99999/x\n", ["DATABASE_URL"]),
    "another name of the scheme": (f"DATABASE_URL=postgres://u:{WORD}@host/x\n", ["DATABASE_URL"]),
    "a database of another make": (f"DATABASE_URL=mysql://u:{WORD}@host/x\n", ["DATABASE_URL"]),
    "blanks in a password": (f"DATABASE_URL='postgresql://u:{WORD} x@host/x'\n", ["DATABASE_URL"]),
    "a host that only libpq reads": (f"DATABASE_URL=postgresql://u:{WORD}@[x/db?host=/run\n", []),
    "a pooler and the server behind it": (f"DATABASE_URL=postgresql://u:{WORD}@p:6432/d?session_host=s&session_port=5432\n", []),
    "a pooler without a server": (f"DATABASE_URL=postgresql://u:{WORD}@p:6432/d?session_port={WORD}\n", ["DATABASE_URL"]),
    "a database in memory": ("DATABASE_URL=sqlite:///:memory:\n", ["DATABASE_URL"]),
    "a folder with a long name": ("DOSSIER=" + "canary" * 900 + "\n", ["DOSSIER"]),
    "a file for a folder": (f"DOSSIER={__file__}\n", ["DOSSIER"]),
    "a file on the way to a folder": (f"DOSSIER={__file__}/{WORD}\n", ["DOSSIER"]),
    "twenty thousand owners": (f"OWNERS={OWNERS}\n", []),
    "an owner too many": (f"OWNERS={OWNERS},{WORD}\n", ["OWNERS"]),
    "an owner of forty figures": ("OWNERS=telegram:" + "7" * 40 + "\n", ["OWNERS"]),
    "commas alone": ("OWNERS=,,,\n", []),
    "a negative number": ("REVIEW_APPROVALS=-1\n", ["REVIEW_APPROVALS"]),
    "half a second": ("UNDO_SECONDS=3.5\n", ["UNDO_SECONDS"]),
    "five thousand figures": ("UNDO_SECONDS=" + "9" * 5000 + "\n", ["UNDO_SECONDS"]),
    "no number": ("TELEGRAM_MESSAGES_PER_SECOND=nan\n", ["TELEGRAM_MESSAGES_PER_SECOND"]),
    "no end": ("DISCORD_REQUESTS_PER_SECOND=-inf\n", ["DISCORD_REQUESTS_PER_SECOND"]),
    "more than a float holds": ("TELEGRAM_MESSAGES_PER_SECOND=1e400\n", ["TELEGRAM_MESSAGES_PER_SECOND"]),
    "faster than allowed": ("TELEGRAM_MESSAGES_PER_SECOND=1001\n", ["TELEGRAM_MESSAGES_PER_SECOND"]),
    "a comma in a number": ("DISCORD_REQUESTS_PER_SECOND=3,5\n", ["DISCORD_REQUESTS_PER_SECOND"]),
    "an unknown zone": (f"DEFAULT_TIMEZONE={WORD}\n", ["DEFAULT_TIMEZONE"]),
    "a zone out of its folder": ("DEFAULT_TIMEZONE=../../etc/passwd\n", ["DEFAULT_TIMEZONE"]),
    "a folder of zones": ("DEFAULT_TIMEZONE=Europe\n", ["DEFAULT_TIMEZONE"]),
    "a zone with a long name": ("DEFAULT_TIMEZONE=" + "canary" * 900 + "\n", ["DEFAULT_TIMEZONE"]),
    "a zone of another case": ("DEFAULT_TIMEZONE=rome\n", ["DEFAULT_TIMEZONE"]),
    "an address for host and port": (f"HTTP_ADDRESS=http://me:{WORD}@host:80\n", ["HTTP_ADDRESS"]),
    "a port in other figures": ("HTTP_ADDRESS=127.0.0.1:८०\n", ["HTTP_ADDRESS"]),
    "a port of five thousand figures": ("HTTP_ADDRESS=127.0.0.1:" + "7" * 5000 + "\n", ["HTTP_ADDRESS"]),
    "a negative port": ("HTTP_ADDRESS=127.0.0.1:-1\n", ["HTTP_ADDRESS"]),
    "all of IPv6": ("HTTP_ADDRESS=[::]:8080\n", []),
    "a language of another case": ("DEFAULT_LOCALE=IT\n", ["DEFAULT_LOCALE"]),
    "a level in small letters": ("LOG_LEVEL=debug\n", []),
    "a level that is none": (f"LOG_LEVEL={WORD}\n", ["LOG_LEVEL"]),
    "names of other programs": (f"POSTGRES_PASSWORD={WORD}\nPATH=/nowhere\n", []),
}
# fmt: on
QUOTED = [TELEGRAM[:12], "canary", "CANARY", DISCORD[:12], WORD[:8], "anary"]


@pytest.mark.parametrize("row", ROWS)
def test_every_wrong_line_is_told_by_its_name(row: str, tmp_path: Path) -> None:
    """However a line of `.env` is wrong, the operator reads which one and never what stands there."""
    content, expected = ROWS[row]
    path = tmp_path / ".env"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    told: tuple[str, ...] = ()
    try:
        held = read_settings(_env_file=path)
    except SettingsError as error:
        told, shown = error.faults, "".join(traceback.format_exception(error))
    else:
        shown = repr((held.telegram_bot_token, held.telegram_webhook_secret, held.discord_bot_token))
    assert not [part for part in QUOTED if part in shown.replace(str(ROOT), "")]
    assert [line.partition(":")[0] for line in told] == expected
    assert all(re.fullmatch(r"[A-Z_.env]+: expected [^\n]{5,150}", line) for line in told), told


@pytest.mark.parametrize("what", ["folder", "loop", "nowhere", "pipe"])
def test_what_is_no_file_is_not_passed_over(what: str, tmp_path: Path) -> None:
    """A `.env` that can't be read stops the start, and never lets the bot run on defaults without a word."""
    path = tmp_path / ".env"
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path if what == "loop" else tmp_path / "nowhere")
    with pytest.raises(SettingsError) as caught:
        read_settings(_env_file=path)
    assert [line.partition(":")[0] for line in caught.value.faults] == [".env"]


def test_passwords_of_the_database_are_held_as_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password is hidden wherever libpq takes it from: the address, its query, or the environment."""
    monkeypatch.setenv("PGPASSWORD", "canary-environment")
    url = "postgresql://u:canary%2Faddress@h/d?password=canary-query&sslpassword=canary-key"
    held = read_settings(_env_file=None, database_url=url, telegram_api_url="https://me:canary-basic@example.org")
    assert set(held.secrets) == {
        "canary%2Faddress", "canary/address", "canary-query", "canary-key", "canary-environment", "canary-basic",
    }  # fmt: skip


def test_a_file_that_others_can_read_is_worth_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that other users can read is told with what to do about it; a fresh copy of the example is not."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / ".env"
    path.write_text((ROOT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
    path.chmod(0o644)
    assert cautions(read_settings()) == []
    path.write_text(f"TELEGRAM_BOT_TOKEN={TELEGRAM}\nOWNERS=telegram:1\nOWNERS=telegram:2\n", encoding="utf-8")
    readable, twice = cautions(read_settings())
    assert "chmod 600 .env" in readable
    assert twice.startswith("OWNERS ")
    assert "canary" not in readable
    path.chmod(0o600)
    assert cautions(read_settings()) == [twice]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


WALK = """
import io, json, sys, time, contextlib
import typer
from bot.cli import cli
def commands(group, path=()):
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"): yield from commands(command, (*path, name))
        else:
            needed = [each for each in command.params if each.required]
            yield [*path, name, *(word for each in needed for word in ([] if each.param_type_name == "argument" else each.opts[:1]) + ["x"])]
told = {}
for words in commands(typer.main.get_command(cli)):
    errors, start = io.StringIO(), time.process_time()
    with contextlib.redirect_stderr(errors):
        try: code = cli(words, standalone_mode=True)
        except SystemExit as end: code = end.code
    told[" ".join(words)] = [code, errors.getvalue().splitlines(), time.process_time() - start]
heavy = sorted({"bot.app", "telegram", "discord", "sqlalchemy", "numpy", "yaml"} & set(sys.modules))
print(json.dumps({"told": told, "heavy": heavy}))
"""


def test_every_command_ends_with_78_before_it_loads_anything(tmp_path: Path) -> None:
    """Whichever command a wrong setting meets, it ends within two seconds with 78, a line per fault and no value."""
    (tmp_path / ".env").write_text(f"LOG_LEVEL={TELEGRAM}\nDATABASE_URL=mysql://u:{WORD}@h/d\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WALK], cwd=tmp_path, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found["told"]) > 10
    for command, (code, lines, seconds) in found["told"].items():
        assert code == 78, command
        # Doctor tells of them among its findings, which are its result.
        assert [line.partition(":")[0] for line in lines] == ["DATABASE_URL", "LOG_LEVEL"] * (command != "doctor"), (
            command
        )
        assert seconds < 2, command
    assert found["heavy"] == []
    assert not [part for part in QUOTED if part in done.stdout + done.stderr]


def test_a_whole_start_with_a_wrong_setting_takes_under_two_seconds(tmp_path: Path) -> None:
    """A service manager learns of a wrong setting within two seconds of the start."""
    (tmp_path / ".env").write_text(f"OWNERS={OWNERS},{WORD}\n", encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"], cwd=tmp_path, capture_output=True, stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Of the processor: what other work on the machine takes is not the program's.
    assert used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime < 2
    assert (done.returncode, done.stdout) == (78, b"")
    assert WORD.encode() not in done.stderr


def _default(name: str) -> str:
    default = FIELDS[name].default
    return "" if default is None or default == frozenset() else str(default)


def _rows_of_the_readme() -> list[tuple[list[str], list[str], str]]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    cells = [
        line.strip("| ").split(" | ") for line in readme.splitlines() if re.match(r"\| [A-Z_]{4,}[A-Z_, ]* \|", line)
    ]
    return [(names.split(", "), defaults.split(", "), meaning) for names, defaults, meaning in cells]


def test_the_example_has_a_remark_and_the_default_for_each_setting() -> None:
    """Whoever opens `.env.example` finds every setting once, in the class's order, with its default below one remark."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    given = [line.partition("=") for line in lines if line and not line.startswith("#")]
    assert [(name, value) for name, _, value in given] == [(name, _default(name)) for name in FIELDS]
    for name, sign, value in given:
        at = lines.index(name + sign + value)
        assert re.fullmatch(r"# \S.{10,}", lines[at - 1]), name
        assert not lines[at - 2].startswith("#"), name


def test_the_readme_has_the_default_of_each_setting() -> None:
    """The README's table gives every setting's default as the program has it, and says what it is for."""
    rows = _rows_of_the_readme()
    assert [name for names, _, _ in rows for name in names] == list(FIELDS)
    for names, defaults, meaning in rows:
        assert len(meaning) > 5
        for index, name in enumerate(names):
            assert defaults[index if len(defaults) > 1 else 0] == (_default(name) or "–"), name


def test_each_setting_without_its_default_in_the_papers_would_be_found() -> None:
    """Defaults are written in the papers as the program takes them: each one can be given to it."""
    given = {name.lower(): _default(name) for name in FIELDS if _default(name)}
    assert read_settings(_env_file=None, **given) == read_settings(_env_file=None)
