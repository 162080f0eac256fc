"""What services tell of their work, so that somebody can count it. No chat, person or text is ever told."""

from __future__ import annotations

from typing import Protocol

from bot.core.deliveries import DeliveryState, Trouble
from bot.core.places import Platform


class Telemetry(Protocol):
    """Is told in the middle of an answer or a broadcast: each call takes microseconds and raises nothing."""

    def answered(self, platform: Platform, command: str, outcome: str, seconds: float) -> None:
        """A request was dealt with. command: its name, empty where none was recognised. outcome: or `silence`."""
        ...

    def left(self, platform: Platform) -> None:
        """A request that counts against the platform's limit goes out."""
        ...

    def failed(self, platform: Platform, trouble: Trouble) -> None:
        """An attempt to deliver something failed."""
        ...

    def settled(self, platform: Platform, state: DeliveryState) -> None:
        """A delivery has come to its end."""
        ...


class Untold:
    """For services that nobody watches."""

    def answered(self, platform: Platform, command: str, outcome: str, seconds: float) -> None:
        """See `Telemetry`."""

    def left(self, platform: Platform) -> None:
        """See `Telemetry`."""

    def failed(self, platform: Platform, trouble: Trouble) -> None:
        """See `Telemetry`."""

    def settled(self, platform: Platform, state: DeliveryState) -> None:
        """See `Telemetry`."""


UNTOLD: Telemetry = Untold()
