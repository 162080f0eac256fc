"""Completion while a person types in the terminal: command names, then what their parameters suggest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from bot.core.commands import Command
from bot.core.ports import Answers


class ConsoleCompleter(Completer):
    """Suggests from memory, so it never delays a key."""

    def __init__(self, answers: Answers, commands: Sequence[Command], locale: str | None) -> None:
        self._answers = answers
        self._commands = {name: each for each in commands for name in (each.name, *each.aliases)}
        self._locale = locale

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """What may follow the text before the cursor."""
        del complete_event
        name, blank, typed = document.text_before_cursor.lstrip().removeprefix("/").partition(" ")
        if not blank:
            for each in self._commands:
                if each.startswith(name.casefold()):
                    yield Completion(each, start_position=-len(name))
            return
        command = self._commands.get(name.casefold())
        spec = next((each for each in command.params if each.param.complete), None) if command else None
        if command is None or spec is None:
            return
        for suggestion in self._answers.complete(command.name, spec.name, typed, self._locale):
            yield Completion(suggestion.value, start_position=-len(typed), display=suggestion.label)
