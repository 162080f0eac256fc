"""Stand-ins for what an adapter is given: the product's answers, its words, its memory of updates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.core.documents import Document, RunCommand, paragraph
from bot.core.outbox import ChatEvent
from bot.core.places import MessageRef
from bot.core.requests import Card, Reply, Request, Shows, Suggestion


class EchoWords:
    """Words that say their own key, language and data, so that a test sees which were chosen."""

    def __init__(self, locale: str) -> None:
        self._locale = locale

    @property
    def locale(self) -> str:
        return self._locale

    def text(self, key: str, /, **data: str | int) -> str:
        return " ".join([f"{key} ({self._locale})", *(f"{name}={value}" for name, value in data.items())])

    def date(self, date: str) -> str:
        return date


def echo_words(*locales: str) -> dict[str, EchoWords]:
    return {locale: EchoWords(locale) for locale in locales or ("it", "en", "ru", "ko")}


def echo(request: Request) -> Reply | None:
    """The line itself as an answer, with a button that asks for the next one."""
    return Reply(Document((paragraph("you said: " + request.line),), ((RunCommand("Next", "treaty 5"),),)), locale="en")


@dataclass
class FakeAnswers:
    """Answers with what `reply` makes of the request and keeps every request it got.

    slow: awaited before each answer; a test puts a gate there.
    """

    reply: Callable[[Request], Reply | None] = echo
    found: Callable[[Request], tuple[Card, ...]] = lambda _: ()
    slow: Callable[[Request], Awaitable[None]] | None = None
    requests: list[Request] = field(default_factory=list)
    told: list[tuple[Shows, MessageRef]] = field(default_factory=list)
    events: list[ChatEvent] = field(default_factory=list)

    async def __call__(self, request: Request) -> Reply | None:
        self.requests.append(request)
        if self.slow is not None:
            await self.slow(request)
        return self.reply(request)

    async def happened(self, event: ChatEvent) -> None:
        """Keep what became of a chat."""
        self.events.append(event)

    async def shown(self, shows: Shows, message: MessageRef) -> None:
        self.told.append((shows, message))

    async def cards(self, request: Request) -> tuple[Card, ...]:
        self.requests.append(request)
        return self.found(request)

    def complete(self, command: str, param: str, typed: str, platform_locale: str | None) -> tuple[Suggestion, ...]:
        return (Suggestion(f"{command} {param} {typed} {platform_locale}", typed),)


@dataclass
class FakeInbox:
    """Remembers update numbers; `kept_count` says how often somebody waited for them to be safe.

    finished: those that were acted on.
    """

    taken: set[int] = field(default_factory=set)
    kept_count: int = 0
    finished: list[int] = field(default_factory=list)

    async def expect(self, updates: Sequence[int]) -> None:
        pass

    def take(self, update: int) -> bool:
        if update in self.taken:
            return False
        self.taken.add(update)
        return True

    async def receive(self, update: int, act: Callable[[], None]) -> bool:
        if self.take(update):
            act()
        self.kept_count += 1
        return True

    def done(self, update: int) -> None:
        self.finished.append(update)
