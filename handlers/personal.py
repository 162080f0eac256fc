"""`/language`: what a person sets for themselves, or an admin for a chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import Param, command
from bot.core.documents import Code, Document, Heading, RunCommand, Text, paragraph
from bot.core.entries import LOCALES
from bot.core.errors import Mistake, Refused
from bot.core.places import ChatKind
from bot.core.requests import Call, Reply
from bot.services.pages import LANGUAGE_NAMES
from bot.services.services import Services
from bot.services.suggestions import nearest

_NAMES = {
    **{locale: locale for locale in LOCALES},
    **{name.casefold(): locale for locale, name in LANGUAGE_NAMES.items()},
    "italian": "it", "inglese": "en", "английский": "en", "영어": "en", "russo": "ru", "russian": "ru",
    "coreano": "ko", "korean": "ko", "корейский": "ko", "итальянский": "it", "이탈리아어": "it", "러시아어": "ru",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LanguageArgs:
    """The language, and `chat` to set it for everybody here."""

    language: Annotated[str | None, Param()] = None
    scope: Annotated[str | None, Param(choices=("me", "chat"))] = None


@command("language", examples=("language en", "language it"))
async def language(args: LanguageArgs, call: Call, services: Services) -> Reply:
    """Show or set the language of a person or, for its admins, of a chat."""
    words, request = call.words, call.request
    buttons = (tuple(RunCommand(LANGUAGE_NAMES[each], f"language {each}") for each in LOCALES),)
    if args.language is None:
        blocks = (
            Heading((Text(words.text("language-heading")),)),
            paragraph(words.text("language-current", language=LANGUAGE_NAMES[call.locale]), " ", Code("/language en")),
        )
        return Reply(Document(blocks, buttons))
    locale = read_language(args.language, "language")
    for_chat = args.scope == "chat" and request.kind is ChatKind.GROUP
    if for_chat and not (request.actor.accountable and await request.actor.is_chat_admin()):
        raise Refused("refused-chat-admin")
    if not for_chat and not request.actor.accountable:
        raise Refused("refused-anonymous")
    if for_chat or request.kind is ChatKind.PRIVATE:  # what is told there unasked follows
        place = await services.subscriptions.place(request, None, change=False, line="language")
        await services.subscriptions.choose_language(place, request, locale)
    else:
        await services.preferences.choose(str(request.actor.user), locale)
    chosen = services.words[locale]
    key = "language-set-chat" if for_chat else "language-set"
    again = (RunCommand(chosen.text("button-article4"), "treaty 4"), RunCommand("/help", "help"))
    return Reply(Document((paragraph(chosen.text(key)),), (again,)), locale=locale)


def read_language(typed: str, line: str) -> str:
    """The language that somebody names in any of the four. Raises Mistake; its buttons say `line` with those meant."""
    known = _NAMES.get(typed.casefold())
    if known is not None:
        return known
    guesses = dict.fromkeys(_NAMES[name] for name in nearest(typed[:40], _NAMES, 2)) or LOCALES
    buttons = tuple(RunCommand(LANGUAGE_NAMES[each], f"{line} {each}") for each in guesses)
    raise Mistake("mistake-language", value=typed[:40], buttons=buttons)
