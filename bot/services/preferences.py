"""Who reads in which language."""

from __future__ import annotations

import asyncio

from bot.core.entries import LOCALES
from bot.core.places import ChatRef, UserRef
from bot.core.ports import Store
from bot.core.requests import Request


class Preferences:
    """Choices of language, all held in memory: every answer asks, and a question to the database costs ten answers.

    Only people and chats that made a choice are held, about 100 bytes each.
    """

    def __init__(self, store: Store, default_locale: str) -> None:
        self._store = store
        self._default = default_locale
        self._choices: dict[str, str] = {}
        self._assumed: dict[str, str] = {}
        self._known: int | None = None
        # What was read before a choice must not be taken up after it.
        self._one = asyncio.Lock()

    async def refresh(self, *, whole: bool = False) -> None:
        """Take up what was chosen through other processes; all of it anew where `whole` is wanted."""
        async with self._one:
            found = await self._store.choices(None if whole else self._known)
            if found.whole:
                self._choices = found.languages
            else:
                self._choices.update(found.languages)
            self._known = found.upto

    def locale(self, request: Request) -> str:
        """The language to answer in: the person's choice, the chat's, the platform's, the default."""
        if self._choices or self._assumed:
            if assumed := self._assumed.get(str(request.actor.user)):
                return assumed
            chosen = self._choices.get(str(request.actor.user)) or self._choices.get(chat_key(request))
            if chosen:
                return chosen
        return self.negotiate(request.platform_locale)

    def of_chat(self, chat: ChatRef) -> str:
        """The language of a chat for what is said there unasked."""
        return self._choices.get(_chat_key(chat)) or self._default

    def of_person(self, user: UserRef) -> str:
        """The language of somebody for what they are told unasked."""
        return self._choices.get(str(user)) or self._default

    def negotiate(self, platform_locale: str | None) -> str:
        """The language for what a platform calls the person's: `pt-BR`, `en-US`, `ko`, or nothing at all."""
        language = (platform_locale or "").replace("_", "-").partition("-")[0].casefold()
        return language if language in LOCALES else self._default

    def assume(self, user: UserRef, locale: str) -> None:
        """Answer a person in a language until they choose one or this process ends; nothing is kept."""
        self._assumed[str(user)] = locale

    async def choose(self, ref: str, locale: str) -> None:
        """Keep the choice of a person (`telegram:5`) or a chat (`chat:telegram:-100`)."""
        async with self._one:
            await self._store.set_language(ref, locale)
            self._choices[ref] = locale
        self._assumed.pop(ref, None)


def chat_key(request: Request) -> str:
    """How a chat's own choice is filed; a private chat has the same number as its person, hence the prefix."""
    return _chat_key(request.chat)


def _chat_key(chat: ChatRef) -> str:
    return f"chat:{chat.platform.value}:{chat.id}"
