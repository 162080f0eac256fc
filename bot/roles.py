"""Which part of the service a process runs, where several share one database."""

from __future__ import annotations

from enum import StrEnum


class ProcessRole(StrEnum):
    """The value of `run --role`."""

    ALL = "all"
    GATEWAY = "gateway"
    """Takes in what people write, and answers."""
    SENDER = "sender"
    """Sends the outbox, and does what the clock asks for."""
    WEB = "web"
    """Takes in what comes by the webhook, and answers; beside it the pages of health, which every process has."""

    @property
    def connects(self) -> bool:
        """Whether it goes and fetches what people write: by polling, by the gateway."""
        return self in (ProcessRole.ALL, ProcessRole.GATEWAY)

    @property
    def answers(self) -> bool:
        """Whether it takes in what comes by itself."""
        return self is not ProcessRole.SENDER

    @property
    def sends(self) -> bool:
        """Whether it may be the one that sends the outbox and follows the clock."""
        return self in (ProcessRole.ALL, ProcessRole.SENDER)
