"""Our commands as Discord application commands: pure, from declarations and words to the payload of the registration.

Limits: docs.discord.com/developers/interactions/application-commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.adapters.discord.render import shorten
from bot.core.commands import Command, ParamSpec
from bot.core.ports import Words

Payload = dict[str, Any]

CHAT_INPUT, MESSAGE_MENU = 1, 3
STRING, INTEGER = 3, 4
MAX_DESCRIPTION, MAX_NAME = 100, 32
EVERYWHERE: Payload = {"integration_types": [0, 1], "contexts": [0, 1, 2]}
"""Installed by servers and by people; in servers, in the bot's own chat, and in people's chats with each other."""

DISCORD_LOCALES: Mapping[str, tuple[str, ...]] = {"it": ("it",), "en": ("en-US", "en-GB"), "ru": ("ru",), "ko": ("ko",)}
"""Our languages by Discord's names for them; a language it does not know is simply not offered."""


def payloads(commands: Iterable[Command], words: Mapping[str, Words], default_locale: str) -> list[Payload]:
    """Everything to register: each command and alias under its name, and the menu entries for messages."""
    made: list[Payload] = []
    for command in (each for each in commands if each.listed):
        made += [_chat_input(name, command, words, default_locale) for name in (command.name, *command.aliases)]
        if command.message_menu:
            made.append(_menu(command, words, default_locale))
    return made


def menu_commands(commands: Iterable[Command], words: Mapping[str, Words]) -> dict[str, str]:
    """The command behind each name a menu entry has in any language."""
    return {_menu_name(each, one): each.name for each in commands if each.message_menu for one in words.values()}


def normal(registered: Sequence[Mapping[str, Any]]) -> list[Payload]:
    """Bring registered and wanted commands to one form in which equal means that nothing needs to be registered.

    Discord adds ids and defaults to what it was given and leaves out what equals a default.
    """
    return sorted((_normal(each) for each in registered), key=lambda each: (each["type"], each["name"]))


def _chat_input(name: str, command: Command, words: Mapping[str, Words], default: str) -> Payload:
    # Discord wants the required options first; sorting is stable, so the order of the chat syntax stays otherwise.
    specs = sorted((each for each in command.params if not each.param.button_only), key=lambda each: not each.required)
    return {
        "type": CHAT_INPUT,
        "name": name,
        **_described(f"command-{command.name}", words, default),
        "options": [_option(command, each, words, default) for each in specs],
        **EVERYWHERE,
    }


def _option(command: Command, spec: ParamSpec, words: Mapping[str, Words], default: str) -> Payload:
    option: Payload = {
        "type": INTEGER if spec.type is int else STRING,
        "name": spec.name,
        **_described(f"param-{command.name}-{spec.name}", words, default),
        "required": spec.required,
    }
    if choices := spec.param.choices or spec.param.offers:
        option["choices"] = [{"name": each, "value": int(each) if spec.type is int else each} for each in choices]
    elif spec.param.complete is not None:
        option["autocomplete"] = True
    return option


def _menu(command: Command, words: Mapping[str, Words], default: str) -> Payload:
    names = _translated(words, lambda one: _menu_name(command, one))
    return {
        "type": MESSAGE_MENU,
        "name": _menu_name(command, words[default]),
        "name_localizations": names,
        **EVERYWHERE,
    }


def _menu_name(command: Command, words: Words) -> str:
    return shorten(words.text(f"menu-{command.name}"), MAX_NAME)


def _described(key: str, words: Mapping[str, Words], default: str) -> Payload:
    def text(one: Words) -> str:
        return shorten(one.text(key), MAX_DESCRIPTION)

    return {"description": text(words[default]), "description_localizations": _translated(words, text)}


def _translated(words: Mapping[str, Words], text: Callable[[Words], str]) -> dict[str, str]:
    return {code: text(one) for locale, one in words.items() for code in DISCORD_LOCALES.get(locale, ())}


def _normal(command: Mapping[str, Any]) -> Payload:
    return {
        "type": command.get("type", CHAT_INPUT),
        **_normal_text(command),
        "options": [
            {
                "type": each["type"],
                **_normal_text(each),
                "required": bool(each.get("required")),
                "autocomplete": bool(each.get("autocomplete")),
                "choices": [(one["name"], one["value"]) for one in each.get("choices") or ()],
            }
            for each in command.get("options") or ()
        ],
        "integration_types": sorted(command.get("integration_types") or ()),
        "contexts": sorted(command.get("contexts") or ()),
    }


def _normal_text(part: Mapping[str, Any]) -> Payload:
    return {
        "name": part["name"],
        "name_localizations": part.get("name_localizations") or {},
        "description": part.get("description") or "",
        "description_localizations": part.get("description_localizations") or {},
    }
