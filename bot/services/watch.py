"""Telling the owners that an alert reaches nobody or has come to a stop, while something can still be done about it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from bot.core.deliveries import AlertKind, Order, Undelivered
from bot.core.documents import Block, Code, Document, Heading, Text, inlines, paragraph
from bot.core.outbox import Carrier, Outbox, Progress
from bot.core.places import Platform, UserRef
from bot.core.ports import Words
from bot.services.announcements import label

log = logging.getLogger(__name__)


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

    async def look(self, carriers: Mapping[Platform, Carrier]) -> None:
        """Tell every owner who can be reached of alerts that stall, each alert once."""
        for progress in await self._outbox.stalled(self._now()):
            log.error("%s does not get through: %s", label(progress.alert), dict(progress.counts))
            for owner in sorted(self._owners, key=str):
                if (carrier := carriers.get(owner.platform)) is not None:
                    await self._tell(owner, carrier, progress)

    async def _tell(self, owner: UserRef, carrier: Carrier, progress: Progress) -> None:
        document = warning(progress, self._words_of(owner))
        try:
            chat = await carrier.private_chat(owner)
            payload = carrier.render(document, AlertKind.NOTICE, ())
            await carrier.post(Order(chat, f"watch-{progress.alert}"), payload)
        except Undelivered as error:
            log.warning("an owner could not be told that %s stalls: %s", label(progress.alert), error.reason)


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
