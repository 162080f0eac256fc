"""Who and where: people, chats and messages as opaque, printable, parseable references."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Platform(StrEnum):
    """A place the bot speaks in. The value is the prefix of every reference: `telegram:123`."""

    TELEGRAM = "telegram"
    DISCORD = "discord"
    TERMINAL = "terminal"


class ChatKind(StrEnum):
    """What sort of chat a command came from; it decides about silence and about who may change settings."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class UserRef:
    """A person on one platform, by the platform's own id and never by a name, which anybody can take."""

    platform: Platform
    id: str

    def __str__(self) -> str:
        return f"{self.platform.value}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> UserRef:
        """Read `telegram:123`; raises ValueError on anything else."""
        platform, _, identity = text.strip().partition(":")
        if not identity:
            raise ValueError(text)
        return cls(Platform(platform), identity)


@dataclass(frozen=True, slots=True)
class ChatRef:
    """A chat on one platform and, where there is one, the forum topic or thread in it."""

    platform: Platform
    id: str
    thread: str | None = None

    def __str__(self) -> str:
        return f"{self.platform.value}:{self.id}" + (f"/{self.thread}" if self.thread else "")

    @classmethod
    def parse(cls, text: str) -> ChatRef:
        """Read `telegram:-100123` or `telegram:-100123/45`; raises ValueError on anything else."""
        platform, _, rest = text.strip().partition(":")
        identity, _, thread = rest.partition("/")
        if not identity:
            raise ValueError(text)
        return cls(Platform(platform), identity, thread or None)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message of the bot in a chat, by the platform's own id."""

    chat: ChatRef
    id: str
