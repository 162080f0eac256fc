"""Telling the owners what only they can mend: an alert that reaches nobody or has stopped, a platform that is off."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from bot.core.deliveries import AlertKind, Order, Trouble, Undelivered
from bot.core.documents import Block, Code, Document, Heading, Text, inlines, paragraph
from bot.core.outbox import Carrier, Outbox, Progress
from bot.core.places import Platform, UserRef
from bot.core.ports import Words
from bot.services.announcements import label

log = logging.getLogger(__name__)

PASSING = (Trouble.UNREACHED, Trouble.OUTAGE, Trouble.LIMIT, Trouble.CHAT_LIMIT, Trouble.OFF)
"""After these it may be said a little later; after others it was said, or never can be."""


class Watch:
    """Looks after alerts on their way. Called by the clock every few seconds. now: milliseconds since 1970."""

    def __init__(
        self,
        outbox: Outbox,
        owners: frozenset[UserRef],
        words_of: Callable[[UserRef], Words],
        now: Callable[[], int],
    ) -> None:
        self._outbox = outbox
        self._owners = owners
        self._words_of = words_of
        self._now = now
        self._told: set[tuple[Platform, UserRef]] = set()

    async def tell_of_ends(self, off: Mapping[Platform, str], carriers: Mapping[Platform, Carrier]) -> None:
        """Tell every owner, once and where they can be reached, of platforms that are off for good.

        off: the platforms, with the name of the setting that its operator has to look at.
        """
        for platform, setting in off.items():
            for owner in sorted(self._owners, key=str):
                carrier = carriers.get(owner.platform)
                if carrier is None or owner.platform in off or (platform, owner) in self._told:
                    continue
                document = farewell(platform, setting, self._words_of(owner))
                trouble = await self._post(owner, carrier, f"off-{platform.value}", document)
                if trouble not in PASSING:
                    self._told.add((platform, owner))

    async def look(self, carriers: Mapping[Platform, Carrier]) -> None:
        """Tell every owner who can be reached of alerts that stall, each alert once."""
        for progress in await self._outbox.stalled(self._now()):
            log.error("%s does not get through: %s", label(progress.alert), dict(progress.counts))
            for owner in sorted(self._owners, key=str):
                if (carrier := carriers.get(owner.platform)) is not None:
                    await self._tell(owner, carrier, progress)

    async def _tell(self, owner: UserRef, carrier: Carrier, progress: Progress) -> None:
        await self._post(owner, carrier, f"watch-{progress.alert}", warning(progress, self._words_of(owner)))

    async def _post(self, owner: UserRef, carrier: Carrier, key: str, document: Document) -> Trouble | None:
        """Tell an owner something in private; returns what was in the way."""
        try:
            chat = await carrier.private_chat(owner)
            payload = carrier.render(document, AlertKind.NOTICE, ())
            await carrier.post(Order(chat, key), payload)
        except Undelivered as error:
            log.warning("an owner could not be told of trouble (%s): %s", key, error.reason)
            return error.trouble
        return None


def farewell(platform: Platform, setting: str, words: Words) -> Document:
    """What an owner is told of a platform that is off for good."""
    name = platform.value.capitalize()
    return Document(
        (
            Heading((Text(words.text("off-heading", platform=name)),)),
            paragraph(words.text("off-queued", platform=name)),
            paragraph(*inlines(words.text("off-next"), " ", Code(setting))),
        )
    )


def warning(progress: Progress, words: Words) -> Document:
    """What an owner is told of an alert that stalls."""
    reached = progress.counts["delivered"]
    key = "watch-stalled" if reached else "watch-nobody"
    name = f"{label(progress.alert)} ({progress.label})" if progress.label else label(progress.alert)
    blocks: list[Block] = [
        Heading((Text(words.text("watch-heading", label=name)),)),
        paragraph(words.text(key, count=reached)),
        paragraph(*inlines(words.text("watch-next"), " ", Code(f"pactwatch deliveries {label(progress.alert)}"))),
    ]
    counts = " · ".join(
        f"{words.text(f'delivery-{state}')}: {count}" for state, count in progress.counts.items() if count
    )
    if counts:
        blocks.insert(2, paragraph(counts))
    return Document(tuple(blocks))
