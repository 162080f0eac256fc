"""The menus and texts Telegram shows of the bot. Pure: makes what is to be registered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.authority import Role
from bot.core.commands import Command
from bot.core.entries import Texts
from bot.core.ports import Words
from bot.core.sanitize import clean
from bot.services.pages import pick

# core.telegram.org/bots/api#botcommand, #setmydescription, #setmyshortdescription
MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
MAX_BOT_DESCRIPTION = 512
MAX_BOT_SHORT_DESCRIPTION = 120
SCOPES = ("all_private_chats", "all_group_chats")


@dataclass(frozen=True, slots=True)
class Menu:
    """The commands shown in one scope to people with one language; "" is every language without a menu of its own."""

    scope: str
    language: str
    commands: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class About:
    """What the bot says of itself in one language: in an empty chat, and on its profile."""

    language: str
    description: str
    short_description: str


def menus(commands: Sequence[Command], words: Mapping[str, Words], default_locale: str) -> list[Menu]:
    """One menu for each scope and language. Only what everybody may run is shown; aliases stand beside their command.

    Raises ValueError where Telegram would take only a part, which is a mistake in the declarations.
    """
    shown = [each for each in commands if each.listed and each.role is Role.READER]
    listed = [(name, each) for each in shown for name in (each.name, *each.aliases)]
    if len(listed) > MAX_COMMANDS:
        raise ValueError(f"{len(listed)} commands; Telegram shows {MAX_COMMANDS}")
    made = []
    for language, says in _languages(words, default_locale):
        texts = tuple((name, _fit(says.text(f"command-{each.name}"), MAX_DESCRIPTION)) for name, each in listed)
        made += [Menu(scope, language, texts) for scope in SCOPES]
    return made


def abouts(words: Mapping[str, Words], default_locale: str, story: Texts) -> list[About]:
    """What the bot says of itself, for each language. story: what the dossier calls its story."""
    return [
        About(
            language,
            _fit(says.text("bot-description", story=pick(story, says.locale)[0]), MAX_BOT_DESCRIPTION),
            _fit(says.text("bot-short-description", story=pick(story, says.locale)[0]), MAX_BOT_SHORT_DESCRIPTION),
        )
        for language, says in _languages(words, default_locale)
    ]


def _languages(words: Mapping[str, Words], default_locale: str) -> Iterator[tuple[str, Words]]:
    yield "", words[default_locale]
    yield from words.items()


def _fit(text: str, limit: int) -> str:
    text = clean(text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
