from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parents[2]
NAMES = {name.upper() for name in Settings.model_fields}


def faults(**values: str) -> tuple[str, ...]:
    """The faults of these settings, read without the environment of whoever runs the tests."""
    with pytest.raises(SettingsError) as caught:
        read_settings(_env_file=None, **{name.lower(): value for name, value in values.items()})
    return caught.value.faults


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "secret-in-the-wrong-line"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_API_URL", "ftp://example.org"),
        ("TELEGRAM_WEBHOOK_SECRET", "with blanks"),
        ("TELEGRAM_MESSAGES_PER_SECOND", "0"),
        ("TELEGRAM_MESSAGES_PER_SECOND", "many"),
        ("DISCORD_BOT_TOKEN", "two words"),
        ("DISCORD_API_URL", "nowhere"),
        ("DISCORD_REQUESTS_PER_SECOND", "-1"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "sqlite://rel.db"),
        ("DOSSIER", "no/such/folder"),
        ("OWNERS", "alice"),
        ("OWNERS", "telegram:alice"),
        ("OWNERS", "terminal:1"),
        ("REVIEW_APPROVALS", "-1"),
        ("UNDO_SECONDS", "soon"),
        ("DEFAULT_LOCALE", "de"),
        ("DEFAULT_TIMEZONE", "Europe/Roma"),
        ("HTTP_ADDRESS", "9999"),
        ("HTTP_ADDRESS", "127.0.0.1:99999"),
        ("PUBLIC_URL", "example.org"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(name: str, value: str) -> None:
    """Whoever mistypes a setting reads its name and what is expected, and no log shows what was typed."""
    (line,) = faults(**{name: value})
    assert line.startswith(f"{name}: expected ")
    if len(value) > len("xml"):
        assert value not in line


def test_all_faults_are_told_at_once() -> None:
    """Three wrong settings take one start to find, not three."""
    found = faults(DEFAULT_LOCALE="de", OWNERS="x", LOG_LEVEL="LOUD")
    assert {line.partition(":")[0] for line in found} == {"DEFAULT_LOCALE", "OWNERS", "LOG_LEVEL"}


def test_a_webhook_without_a_secret_is_refused() -> None:
    """Nobody who finds the webhook's address can speak for Telegram."""
    (line,) = faults(TELEGRAM_WEBHOOK_URL="https://example.org/hook")
    assert "TELEGRAM_WEBHOOK_SECRET" in line


def test_owners_are_read_as_people() -> None:
    """Owners are a platform and a number each."""
    settings = read_settings(_env_file=None, owners="telegram:123, discord:456")
    assert {str(owner) for owner in settings.owners} == {"telegram:123", "discord:456"}


def test_a_wrong_setting_ends_the_start_with_78(tmp_path: Path) -> None:
    """A service manager sees exit code 78 and the operator one line, whichever platform is on."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DEFAULT_LOCALE": "xx", "DISCORD_API_URL": "x"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 78
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 2
    assert not (tmp_path / "data").exists()


def test_the_papers_name_every_setting() -> None:
    """`.env.example` and the README list the settings the program reads, no more and no fewer."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE)) == NAMES
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if re.match(r"\| [A-Z_, ]+ \|", line)]
    assert {name for row in rows for name in re.findall(r"[A-Z_]{4,}", row.split("|")[1])} == NAMES


def test_the_example_holds_the_defaults(tmp_path: Path) -> None:
    """Copying `.env.example` to `.env` changes nothing."""
    copied = read_settings(_env_file=ROOT / ".env.example")
    assert copied == read_settings(_env_file=None)
