"""The locale files and the code that uses them, taken apart for the tests in this folder."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.core.entries import LOCALES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "bot" / "locales"
NUMBERS = frozenset(
    {"approvals", "count", "shown", "page", "revision", "current", "limit", "topics", "treaties", "minutes", "seconds"}
    | {"days"}
)
"""Variables that hold a whole number; all others hold text."""
INTEGERS = (0, 1, 2, 5, 11, 21, 22, 100, 1_000_000)


@dataclass(frozen=True)
class Message:
    """A message of one language: its variables, and for each the literal variants it chooses between."""

    key: str
    file: str
    variables: frozenset[str]
    variants: dict[str, frozenset[str]]

    def samples(self) -> Iterator[dict[str, str | int]]:
        """Values for every variable, so that together each variant of the message comes out once."""
        values: list[list[str | int]] = []
        for name in sorted(self.variables):
            if name in NUMBERS:
                values.append(list(INTEGERS))
            else:
                values.append([*sorted(self.variants.get(name, ())), "Kursk", "북한"])
        for chosen in itertools.product(*values):
            yield dict(zip(sorted(self.variables), chosen, strict=True))


class _Reader(Visitor):
    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.variants: dict[str, set[str]] = {}

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 - the name fluent calls
        self.variables.add(node.id.name)

    def visit_SelectExpression(self, node: ftl.SelectExpression) -> None:  # noqa: N802 - the name fluent calls
        if isinstance(node.selector, ftl.VariableReference):
            keys = {
                each.key.name for each in node.variants if isinstance(each.key, ftl.Identifier) and not each.default
            }
            self.variants.setdefault(node.selector.id.name, set()).update(keys)
        self.generic_visit(node)


def read(locale: str, folder: Path = FOLDER) -> tuple[dict[str, Message], list[str]]:
    """The messages of a language and what is wrong with its files."""
    found: dict[str, Message] = {}
    faults: list[str] = []
    for path in sorted((folder / locale).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            match entry:
                case ftl.Message(id=ftl.Identifier(name=key)):
                    reader = _Reader()
                    reader.visit(entry)
                    if key in found:
                        faults.append(f"{locale}/{path.name}: {key} stands there twice")
                    if entry.value is None or entry.attributes:
                        faults.append(f"{locale}/{path.name}: {key} is not a plain message")
                    variants = {name: frozenset(keys) for name, keys in reader.variants.items()}
                    found[key] = Message(key, path.name, frozenset(reader.variables), variants)
                case ftl.Junk() | ftl.Term():
                    faults.append(f"{locale}/{path.name}: {entry.content if isinstance(entry, ftl.Junk) else entry.id}")
    return found, faults


MESSAGES = {locale: read(locale)[0] for locale in LOCALES}


@dataclass(frozen=True)
class Use:
    """One call in the code that names a message: the key or its pattern (`status-{}`), and what is passed along.

    alternative: the key is one of several the call chooses between, so it may be passed more than it shows.
    """

    place: str
    key: str
    passed: frozenset[str]
    alternative: bool = False
    open_ended: bool = False


_ERRORS = frozenset({"Mistake", "Unknown", "Refused"})


def uses() -> list[Use]:
    """Every call of `….text(key, …)`, `Mistake(key, …)`, `Unknown(key, …)` or `Refused(key, …)` in the product."""
    found = []
    for path, tree in _trees("bot", "handlers"):
        for scope in ast.walk(tree):
            if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
                chosen = _chosen(scope)
                found += [
                    use
                    for node in ast.walk(scope)
                    if isinstance(node, ast.Call) and node.args and _speaks(node.func)
                    for use in _read_call(node, chosen, f"{path.relative_to(ROOT)}:{node.lineno}")
                ]
    return found


def literals() -> frozenset[str]:
    """Every string that stands in the product's code."""
    return frozenset(
        node.value
        for _, tree in _trees("bot", "handlers", "storage")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def _speaks(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(attr="text"):
            return True
        case ast.Name(id=name):
            return name in _ERRORS
    return False


def _chosen(scope: ast.AST) -> dict[str, ast.expr]:
    """What the local names of a function were last set to."""
    return {
        node.targets[0].id: node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _read_call(node: ast.Call, chosen: dict[str, ast.expr], place: str) -> Iterator[Use]:
    first = node.args[0]
    if isinstance(first, ast.Name):
        first = chosen.get(first.id, first)
    passed = frozenset(
        each.arg for each in node.keywords if each.arg and each.arg not in ("buttons", "faults", "field")
    )
    open_ended = any(each.arg is None for each in node.keywords)
    match first:
        case ast.Constant(value=str(key)):
            yield Use(place, key, passed, open_ended=open_ended)
        case ast.IfExp(body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other))):
            yield Use(place, one, passed, alternative=True, open_ended=open_ended)
            yield Use(place, other, passed, alternative=True, open_ended=open_ended)
        case ast.JoinedStr(values=parts):
            pattern = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
            yield Use(place, pattern, passed, alternative=True, open_ended=open_ended)
