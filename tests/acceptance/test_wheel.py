"""The wheel, as an operator installs it: without the checkout, in an environment and a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.service import ROOT

NIGHTLY = bool(os.environ.get("PACTWATCH_NIGHTLY"))


def run(*command: str | Path, folder: Path, typed: str = "") -> str:
    """What a command prints, run as somebody who has nothing of this checkout in their environment."""
    done = subprocess.run(
        [str(each) for each in command], cwd=folder, input=typed, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "LOG_FORMAT": "json"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=ROOT)
    (found,) = folder.iterdir()
    return found


def with_the_packages_of_this_environment(home: Path, wheel: Path) -> None:
    """Quick and without a network: the dependencies are borrowed, the program is not."""
    venv.create(home, with_pip=False)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", home / "bin" / "python")
    run(*pip, "install", "--no-deps", "--no-index", "--no-compile", wheel, folder=home)
    (packages,) = (home / "lib").glob("python*/site-packages")
    # A path file read from there is no longer looked into for others, so the checkout's own link is not followed.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")


def from_the_lock(home: Path, wheel: Path) -> None:
    """As the documentation says it."""
    venv.create(home, with_pip=True)
    pip = (home / "bin" / "pip", "--disable-pip-version-check", "install")
    for lock in ("run.txt", "semantic.txt"):
        run(*pip, "--require-hashes", "-r", ROOT / "requirements" / lock, folder=home)
    run(*pip, "--no-deps", wheel, folder=home)
    assert "No broken" in run(home / "bin" / "pip", "check", folder=home)


@pytest.mark.one_engine("is about what is installed")
@pytest.mark.timeout(900 if NIGHTLY else 120)
@pytest.mark.parametrize("install", [with_the_packages_of_this_environment, *([from_the_lock] if NIGHTLY else [])])
def test_the_wheel_alone_answers_from_an_empty_directory(install, wheel: Path, tmp_path: Path) -> None:
    """Whoever installs the wheel and goes into an empty folder has the whole bot, dossier included."""
    home, empty = tmp_path / "home", tmp_path / "empty"
    empty.mkdir()
    install(home, wheel)
    where = run(home / "bin" / "python", "-c", "import bot, handlers, storage; print(bot.__file__)", folder=empty)
    assert Path(where).is_relative_to(home), "the checkout answered instead"
    (line,) = run(home / "bin" / "pactwatch", "chat", "--json", folder=empty, typed="/treaty article4\n").splitlines()
    reply = json.loads(line)
    assert (reply["outcome"], reply["refs"][0], reply["locale"]) == ("answered", "article:treaty-2024/4", "it")
    assert "assistenza militare" in reply["text"]
    assert [each.name for each in empty.iterdir()] == ["data"]
    if NIGHTLY:
        assert "is sound" in run(home / "bin" / "pactwatch", "db", "check", folder=empty)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert run(home / "bin" / "pactwatch", "--version", folder=empty) == f"pactwatch {declared}\n"


@pytest.mark.one_engine("asks no database")
def test_the_wheel_holds_every_file_that_the_checkout_has(wheel: Path) -> None:
    """Locales, dossier, vectors and migrations come along; tests, settings and databases do not."""
    files = [each for part in ("bot", "handlers", "storage") for each in (ROOT / part).rglob("*") if each.is_file()]
    wanted = [str(each.relative_to(ROOT)) for each in files if each.parent.name != "__pycache__"]
    with zipfile.ZipFile(wheel) as archive:
        held = [name for name in archive.namelist() if ".dist-info/" not in name]
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        declared = archive.read(metadata).decode()
    assert sorted(held) == sorted(wanted)
    for end in (".ftl", "vectors.npz", "dossier.yaml", "treaty-2024.yaml"):
        assert any(name.endswith(end) for name in held), end
    assert any(name.startswith("storage/migrations/versions/") for name in held)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    mandatory = [line for line in declared.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert len(mandatory) == len(project["dependencies"])
    assert "Provides-Extra: semantic" in declared
