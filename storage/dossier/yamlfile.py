"""YAML to plain values, with every repeated key found and nothing guessed that a writer of facts did not mean.

PyYAML's own construction is not used: it keeps the last of two equal keys in silence, makes dates of unquoted
days, the number 750 of `12:30`, and fails as a whole on `2024-02-30`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

Trail = tuple[str | int, ...]

LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # PyYAML built without libyaml has no C loader

_PLAIN_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "null", "bool", "int", "float", "timestamp", "merge", "value")
)
_TEXT_TAG: Final = "tag:yaml.org,2002:str"
_NOTHING: Final = frozenset(("", "~", "null", "Null", "NULL"))
_FLAGS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MAX_DEPTH: Final = 20  # a dossier needs five


class Unreadable(Exception):
    """The text is no YAML document; the message is a sentence with the line."""


@dataclass(frozen=True, slots=True)
class Slip:
    """Something wrong at one place of a document that can otherwise be read."""

    path: Trail
    problem: str


@dataclass(slots=True)
class _Conversion:
    slips: list[Slip] = field(default_factory=list)
    # By node: an alias must not be walked again, or ten lines of nested aliases would take for ever.
    done: dict[int, Any] = field(default_factory=dict)
    underway: set[int] = field(default_factory=set)

    def value(self, node: Any, path: Trail) -> Any:
        if id(node) in self.done:
            return self.done[id(node)]
        if id(node) in self.underway:
            self.slips.append(Slip(path, f"{_line(node)}: holds itself"))
            return None
        self.underway.add(id(node))
        result: Any
        match node:
            case yaml.MappingNode():
                result = self._mapping(node, path)
            case yaml.SequenceNode():
                result = [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
            case _:
                result = self._scalar(node, path)
        self.underway.discard(id(node))
        self.done[id(node)] = result
        return result

    def _mapping(self, node: Any, path: Trail) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.slips.append(Slip(path, f"{_line(key_node)}: a key must be a word"))
                continue
            key = key_node.value
            if key in result:
                self.slips.append(Slip((*path, key), f"{_line(key_node)}: is given twice"))
                continue
            result[key] = self.value(value_node, (*path, key))
        return result

    def _scalar(self, node: Any, path: Trail) -> Any:
        if node.tag not in _PLAIN_TAGS:
            self.slips.append(Slip(path, f"{_line(node)}: expected a plain value, found the tag {node.tag}"))
            return None
        if node.tag == _TEXT_TAG or node.style:
            return node.value
        if node.value in _NOTHING:
            return None
        if node.value in _FLAGS:
            return _FLAGS[node.value]
        return int(node.value) if _INTEGER.fullmatch(node.value) else node.value


def load(text: str, loader: Any = LOADER) -> tuple[Any, list[Slip]]:
    """Read one YAML document into dicts, lists, strings, integers, booleans and None.

    Raises Unreadable on a syntax error, on control characters and on nesting too deep to follow.
    """
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(f"line {line}: holds the control character U+{ord(control[0]):04X}; take it out")
    try:
        _check_depth(text, loader)
        node = yaml.compose(text, Loader=loader)
        if node is None:
            return None, []
        conversion = _Conversion()
        return conversion.value(node, ()), conversion.slips
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise Unreadable(f"{where}is no YAML: {', '.join(filter(None, (error.context, error.problem)))}") from error
    except yaml.YAMLError as error:
        raise Unreadable(f"is no YAML: {str(error).splitlines()[0]}") from error


def _check_depth(text: str, loader: Any) -> None:
    """Refuse deep nesting before the tree is built: libyaml's loader recurses and takes the process down with it."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise Unreadable(f"{_line(event)}: is nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _line(mark_holder: Any) -> str:
    return f"line {mark_holder.start_mark.line + 1}"
