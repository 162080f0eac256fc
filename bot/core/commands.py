"""A command, declared once for all platforms, and the way from a command line to its typed arguments.

    @dataclass(frozen=True, slots=True)
    class FactArgs:
        fact: Annotated[str, Param(complete=Complete.ENTRIES)]

    @command("fact", examples=("fact F-12",))
    async def show_fact(args: FactArgs, call: Call, services: Services) -> Reply: ...

`command` returns a value and registers nothing; the list stands in `handlers/__init__.py`. Its words are found by
key in the locale files: `command-fact`, `command-fact-help`, `param-fact-fact`.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, get_args, get_origin

from bot.core.authority import NEEDED, Action, Role
from bot.core.errors import Mistake
from bot.core.requests import Reply

# The tightest limits of all platforms. Telegram: core.telegram.org/bots/api#botcommand (1-32 of [a-z0-9_]).
# Discord: docs.discord.com/developers/interactions/application-commands (25 options, 25 choices, 100 characters).
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
MAX_PARAMS = 25
MAX_CHOICES = 25
MAX_DESCRIPTION = 100

LONGEST, LONGEST_TEXT = 1_000, 4_000
"""Characters: no command that looks something up needs more than the first, and what people write for others to read
may have the second, about what a message of Telegram holds."""

Handler = Callable[..., Awaitable[Reply]]
Splitter = Callable[[str], dict[str, str]]


class Complete(StrEnum):
    """Where suggestions for a parameter come from."""

    ARTICLES = "articles"
    ENTRIES = "entries"
    FACTS = "facts"
    TOPICS = "topics"
    PEOPLE = "people"
    COMMANDS = "commands"


@dataclass(frozen=True, slots=True)
class Param:
    """What an annotation says of a parameter beyond its type.

    choices: the only values it takes. offers: as choices where a platform shows some, but the handler judges what is
    typed, so that all that is wrong with a line is said at once. button_only: set by buttons (`#2` for a page, `v3`
    for the draft they were made for), not offered as an option.
    """

    complete: Complete | None = None
    choices: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    button_only: bool = False


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """A parameter as read from the arguments' annotations."""

    name: str
    type: type[str | int]
    required: bool
    param: Param


@dataclass(frozen=True, slots=True)
class Command:
    """A command as declared.

    examples: command lines that work, shown by `/help <command>` and run by the tests.
    split: takes the text after the name apart; None splits at blanks, the last parameter taking the rest.
    stable: the answer depends on the arguments, the language and the store's version alone, so it may be served
    from memory. linkable: may be started by a deep link or an inline query, since it changes nothing.
    message_menu: also offered in the menu of a message, whose text it then takes as its argument. longest: characters
    it takes. listed: False for what is run by its buttons only, and stands in no menu. grows: takes something new in,
    which waits while the database's disk is full. repeatable: run twice it does no more than run once, so its answer
    can be made anew.
    """

    name: str
    args: type[Any]
    params: tuple[ParamSpec, ...]
    handler: Handler
    action: Action = Action.READ
    aliases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    split: Splitter | None = None
    stable: bool = False
    linkable: bool = False
    message_menu: bool = False
    longest: int = LONGEST
    listed: bool = True
    grows: bool = False
    repeatable: bool = False

    @property
    def role(self) -> Role:
        """The least role that may run it."""
        return NEEDED[self.action]

    def bind(self, rest: str, given: Mapping[str, str] | None = None) -> Any:
        """Read the text after the command's name, and what a platform took apart, into its arguments.

        Raises Mistake with what is wrong.
        """
        values: dict[str, str] = {}
        for spec in self.params:
            if spec.name in _MARKS:
                rest, value = _take_mark(rest, _MARKS[spec.name])
                values |= {spec.name: value} if value else {}
        if rest or given is None:
            values |= self.split(rest) if self.split else self._split(rest)
        return self.bind_values(values | dict(given or {}))

    def bind_values(self, values: dict[str, str]) -> Any:
        """Make the arguments from values by parameter name; raises Mistake with what is wrong."""
        bound: dict[str, str | int] = {}
        for spec in self.params:
            value = values.get(spec.name, "").strip()
            if not value:
                if spec.required:
                    raise Mistake("mistake-missing", command=self.name, param=spec.name)
                continue
            if spec.param.choices and value.casefold() not in spec.param.choices:
                raise Mistake("mistake-choice", command=self.name, value=value, choices=", ".join(spec.param.choices))
            if spec.type is int:
                if not (value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS):
                    raise Mistake("mistake-number", command=self.name, value=value)
                bound[spec.name] = int(value)
            else:
                bound[spec.name] = value.casefold() if spec.param.choices else value
        return self.args(**bound)

    def _split(self, rest: str) -> dict[str, str]:
        names = [spec.name for spec in self.params if not spec.param.button_only]
        if not names:
            if rest:
                raise Mistake("mistake-surplus", command=self.name, value=rest)
            return {}
        parts = rest.split(None, len(names) - 1)
        return dict(zip(names, parts, strict=False))


def by_name(commands: Iterable[Command]) -> dict[str, Command]:
    """The commands by name and alias."""
    return {name: each for each in commands for name in (each.name, *each.aliases)}


MAX_DIGITS = 6
_MARKS = {
    "page": re.compile(r"(?P<mark>(?:^|\s)#(?P<value>[0-9]{1,6}))$"),
    "draft": re.compile(r"^\S+(?P<mark>\sv(?P<value>[0-9]{1,6}))(?!\S)"),
}
"""What buttons put into a line: the page of a list, at its end; the version of what they were made for, right after its
name, since the end is where people write reasons (`see v2`)."""


def _take_mark(rest: str, mark: re.Pattern[str]) -> tuple[str, str]:
    match = mark.search(rest)
    return (rest[: match.start("mark")] + rest[match.end("mark") :], match["value"]) if match else (rest, "")


def command(
    name: str,
    *,
    action: Action = Action.READ,
    aliases: tuple[str, ...] = (),
    examples: tuple[str, ...] = (),
    split: Splitter | None = None,
    stable: bool = False,
    linkable: bool = False,
    message_menu: bool = False,
    longest: int = LONGEST,
    listed: bool = True,
    grows: bool = False,
    repeatable: bool = False,
) -> Callable[[Handler], Command]:
    """Declare a command over its handler. Raises ValueError where any platform would refuse the declaration."""
    for each in (name, *aliases):
        if not NAME.fullmatch(each):
            raise ValueError(f"{each!r} is no command name on every platform: {NAME.pattern}")

    def declare(handler: Handler) -> Command:
        hints = typing.get_type_hints(handler)
        args = hints[next(iter(handler.__annotations__))]
        params = _read_params(args)
        if len(params) > MAX_PARAMS:
            raise ValueError(f"{name}: more than {MAX_PARAMS} parameters")
        return Command(
            name,
            args,
            params,
            handler,
            action,
            aliases,
            examples,
            split,
            stable,
            linkable,
            message_menu,
            longest,
            listed,
            grows,
            repeatable or linkable,
        )

    return declare


def _read_params(args: type[Any]) -> tuple[ParamSpec, ...]:
    hints = typing.get_type_hints(args, include_extras=True)
    specs = []
    for each in dataclasses.fields(args):
        hint, param = hints[each.name], Param()
        if get_origin(hint) is typing.Annotated:
            hint, param = get_args(hint)[:2]
        if isinstance(hint, types.UnionType):
            hint = next(kind for kind in get_args(hint) if kind is not types.NoneType)
        if hint not in (str, int) or not NAME.fullmatch(each.name) or len(param.choices or param.offers) > MAX_CHOICES:
            raise ValueError(f"{args.__name__}.{each.name} can't be offered on every platform")
        specs.append(ParamSpec(each.name, hint, each.default is dataclasses.MISSING, param))
    return tuple(specs)
