"""People who subscribe, and a stand-in for what became of messages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.app import Core
from bot.core.authority import Role
from bot.core.documents import RunCommand
from bot.core.outbox import Fate
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.requests import Actor, Administered, Origin, Reply, Request
from bot.core.subscriptions import PlaceKind, Subscription
from bot.services.dispatch import Dispatcher
from bot.services.flood import Flood
from bot.services.subscriptions import Subscriptions

GROUP = ChatRef.parse("telegram:-100")
CHANNEL = ChatRef.parse("telegram:-1001234567890")


@dataclass
class Subscriber:
    """Somebody who writes commands in private, unless said otherwise.

    admin: of the groups they write in. owns: the chats that they administer, by what they call them.
    """

    core: Core
    id: str = "5"
    platform: Platform = Platform.TELEGRAM
    locale: str = "en"
    role: Role = Role.READER
    admin: bool = False
    accountable: bool = True
    owns: dict[str, Administered] = field(default_factory=dict)

    @property
    def home(self) -> ChatRef:
        """Their private chat."""
        return ChatRef(self.platform, self.id)

    async def say(
        self,
        line: str,
        *,
        chat: ChatRef | None = None,
        origin: Origin = Origin.TYPED,
        values: dict[str, str] | None = None,
        place: PlaceKind = PlaceKind.GROUP,
    ) -> Reply:
        """Write a line; in `chat`, where that is a group."""

        async def is_chat_admin() -> bool:
            return self.admin

        async def administers(name: str) -> Administered | None:
            return self.owns.get(name)

        actor = Actor(UserRef(self.platform, self.id), self.role, self.accountable, is_chat_admin, administers)
        reply = await self.core.dispatcher(
            Request(
                line,
                actor,
                chat or self.home,
                ChatKind.GROUP if chat else ChatKind.PRIVATE,
                origin,
                values,
                self.locale,
                place=place if chat else PlaceKind.PRIVATE,
            )
        )
        assert reply is not None
        return reply

    async def press(self, line: str, *, chat: ChatRef | None = None) -> Reply:
        """Press a button."""
        return await self.say(line, chat=chat, origin=Origin.BUTTON)

    async def has(self, place: ChatRef | None = None) -> Subscription:
        """Their subscription, or that of a place."""
        found = await self.core.services.subscriptions.of(place or self.home)
        assert found is not None
        return found


def buttons(reply: Reply) -> list[str]:
    """The command lines behind the buttons of a reply, without the marks that say how they are answered."""
    return [
        each.command.removesuffix(" +").removesuffix(" in:en")
        for row in reply.document.buttons
        for each in row
        if isinstance(each, RunCommand)
    ]


class Fates:
    """An outbox that knows what became of a few alerts; `A-1` and `F-12` mean the alert with the number 1."""

    def __init__(self, *fates: Fate, labels: dict[str, int] | None = None) -> None:
        self._fates = {each.alert: each for each in fates}
        self._labels = labels or {}
        self.asked: list[ChatRef] = []

    async def find_alert(self, label: str) -> int | None:
        number = label.upper().removeprefix("A-")
        return self._labels.get(label) or (int(number) if number.isdigit() and int(number) in self._fates else None)

    async def fate(self, chat: ChatRef, alert: int | None, now: int) -> Fate | None:
        self.asked.append(chat)
        return self._fates.get(max(self._fates, default=0) if alert is None else alert)


def with_fates(core: Core, fates: Fates) -> Core:
    """The product on an outbox in which that became of messages."""
    services = core.services
    subscriptions = Subscriptions(
        core.store.subscribers,
        fates,  # type: ignore[arg-type]  # nothing else of it is asked
        core.store,
        services.lookup,
        services.preferences,
        core.clock,
        "Europe/Rome",
    )
    services = replace(services, subscriptions=subscriptions)
    return replace(core, services=services, dispatcher=Dispatcher(services, Flood(lambda: 0.0)))
