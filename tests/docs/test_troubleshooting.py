"""The page for whoever met an error: every code is on it, with the words that go with it."""

from __future__ import annotations

import ast
import functools
import re

import pytest

from bot.app import _SENTENCES
from bot.cli import EXIT_CONFIGURATION, EXIT_FAILED
from bot.settings import _EXPECTED, Settings
from bot.words import load_words
from tests.docs.papers import DOCS, ROOT
from tests.locales.reading import MESSAGES
from tests.locales.test_keys import built_keys

PAGE = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z]+(?:-[a-z0-9]+)*)` \| (.+?) \| (.+) \|$", re.MULTILINE)
ROWS = {match[1]: match[2].replace("\\|", "|") for match in ROW.finditer(PAGE)}
ENGLISH = load_words()["en"]
KEY = re.compile(r"(?:mistake|refused|unknown|fault|store|error|slow|faulty)-[a-z0-9-]*[a-z0-9]")
"""What a code looks like. Tables hand them on by name, so that not all of them stand where an error is made."""


@functools.cache
def trees() -> tuple[ast.Module, ...]:
    folders = ("bot", "handlers", "storage")
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in paths)


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def error_classes() -> set[str]:
    """PactwatchError and everything that is made from it."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"PactwatchError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def said(key: ast.expr, names: dict[str, ast.expr]) -> set[str]:
    """The codes an expression can stand for; a name counts as what its function last set it to."""
    match key:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=other):
            return said(body, names) | said(other, names)
        case ast.BoolOp(values=values):
            return set().union(*(said(each, names) for each in values))
        case ast.Name(id=name) if name in names:
            return said(names[name], {})
        case ast.JoinedStr(values=parts):
            pattern = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
            return built_keys().get(pattern, {pattern})
    return set()


def made() -> set[str]:
    """Every code that an error is made with where its class is called, or where a class of its own sets it."""
    classes, found = error_classes(), set()
    for tree in trees():
        for scope in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            names = {
                node.targets[0].id: node.value
                for node in ast.walk(scope)
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            }
            for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call) and node.args):
                if called(call) in classes:
                    found |= said(call.args[0], names)
        for owner in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name in classes):
            for call in (node for node in ast.walk(owner) if isinstance(node, ast.Call) and node.args):
                if called(call) == "__init__":
                    found |= said(call.args[0], {})
    return found


@functools.cache
def codes() -> frozenset[str]:
    texts = (node.value for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant))
    written = {text for text in texts if isinstance(text, str) and KEY.fullmatch(text)}
    return frozenset(made() | written | built_keys()["refused-decided-{}"])


def test_every_code_is_explained() -> None:
    """Whoever meets an error finds its code on the page, with what to do next."""
    assert {"mistake-date", "store-too-new", "faulty-dossier", "refused-decided-report"} <= codes()
    assert sorted(codes() - ROWS.keys()) == []


def test_no_code_is_explained_that_is_gone() -> None:
    """The page explains nothing that can't happen any more."""
    assert sorted(ROWS.keys() - codes()) == []


@pytest.mark.parametrize("code", [code for code in ROWS if code in MESSAGES["en"]])
def test_the_page_quotes_what_people_read(code: str) -> None:
    """The sentences on the page are those the bot says, so that they can be searched for."""
    pattern = re.compile(".*".join(map(re.escape, ROWS[code].split("…"))), re.DOTALL)
    assert any(pattern.fullmatch(ENGLISH.text(code, **sample)) for sample in MESSAGES["en"][code].samples())


def test_what_the_operator_reads_is_there() -> None:
    """Each line of the command line about the database stands there as it is printed."""
    assert [line for line in _SENTENCES.values() if line not in ROWS.values()] == []


def test_lines_without_a_code_are_as_they_are_printed() -> None:
    """The other lines of the command line can be searched for too: each is in the program as the page quotes it."""
    table = PAGE.split("Others carry no code:")[1].split("\n## ")[0]
    quoted = [
        piece for row in re.findall(r"^\| (`.*?) \| ", table, re.MULTILINE) for piece in re.findall(r"`(.+?)`", row)
    ]
    program = "".join(
        (ROOT / "bot" / name).read_text(encoding="utf-8")
        for name in ("app.py", "cli.py", "maintenance.py", "watching.py")
    )
    assert len(quoted) > 5
    assert [piece for piece in quoted if piece.removeprefix("…: ") not in program] == []


@pytest.mark.parametrize("code", [0, EXIT_FAILED, 2, EXIT_CONFIGURATION])
def test_exit_codes_are_explained(code: int) -> None:
    """A service manager's log shows a number; the page says what it means."""
    assert f"\n| {code} |" in PAGE


def test_every_setting_says_what_it_expects() -> None:
    """Each setting is there, and each thing that a line may say it expects."""
    section = PAGE.split("## Settings\n")[1].split("\n## ")[0]
    plain = section.replace("&lt;", "<")
    assert [name.upper() for name in Settings.model_fields if name.upper() not in plain] == []
    expected = set(_EXPECTED.values())
    for node in ast.walk(ast.parse((ROOT / "bot" / "settings.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("ValueError", "_token"):
            expected |= {each.value for each in node.args[-1:] if isinstance(each, ast.Constant)}
    assert len(expected) > 10
    pieces = {piece for each in expected for piece in re.split(r"[:;] ", each)}
    assert [piece for piece in pieces if piece not in plain] == []
