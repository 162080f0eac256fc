"""What chats are told unasked: alerts, digests, notices, and each of them again once something in it was corrected.

An alert is put into words when it is sent, from its entries as they are at that moment: so nobody is ever sent a
wording that was taken back, and an edit of an old message is the same thing said again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.core.deliveries import AlertKind, Deed, Delivery
from bot.core.documents import (
    Block,
    Bullets,
    Button,
    Code,
    Deleted,
    Document,
    Emphasis,
    Heading,
    Inlines,
    Note,
    Paragraph,
    RunCommand,
    Strong,
    Text,
    inlines,
    paragraph,
)
from bot.core.editorial import UNDONE, Severity
from bot.core.entries import Entry, Source, Status
from bot.core.outbox import Alert, Carrier, Item, Outbox
from bot.core.ports import Words
from bot.core.subscriptions import PlaceKind
from bot.core.times import local_day
from bot.services.buttons import marked
from bot.services.lookup import Catalogue, Lookup, Recent
from bot.services.pages import LANGUAGE_NAMES, command_for, line_for, mark, pick, shorten, source_line, uncertainty

LONGEST_STATEMENT = 2_000
"""Characters of a statement in a message that has to be one, with its sources and its number."""
SOURCES_SHOWN = 3
LINES_SHOWN = 20
RENDERED = 256
PUBLIC = frozenset({PlaceKind.CHANNEL, PlaceKind.ANNOUNCEMENT})


def label(alert: int) -> str:
    """What people call an alert: `A-12`."""
    return f"A-{alert}"


class Announcements:
    """Puts alerts into words, once for each platform, language and kind of place. zone: of the dates in them."""

    def __init__(self, outbox: Outbox, lookup: Lookup, words: Mapping[str, Words], zone: ZoneInfo) -> None:
        self._outbox = outbox
        self._lookup = lookup
        self._words = words
        self._zone = zone
        self._rendered: Recent[tuple[object]] = Recent(RENDERED)
        self._version = 0
        self._one = asyncio.Lock()

    async def catch_up(self) -> None:
        """Forget what was put into words before the last publication. Called after each claim.

        What was claimed before that publication is corrected by it; what is claimed after it must not be old.
        """
        # One at a time: of two senders the one that looked first must not be the last to say what it saw.
        async with self._one:
            await self._lookup.refresh()
            version = self._lookup.catalogue.version
            if version != self._version:
                self._version = version
                self._rendered.clear()

    async def payload(self, carrier: Carrier, delivery: Delivery) -> object | None:
        """What is to be sent, as the platform takes it; None for what was taken back before it could be sent."""
        told = delivery.original if delivery.deed is Deed.EDIT else delivery.alert
        key = (delivery.to.platform, told, delivery.alert, delivery.locale, delivery.kind, delivery.replaces)
        # One at a time: the first of thousands does the work, and all others find it done.
        async with self._one:
            made = self._rendered.get(key)
            if made is None:
                version = self._version
                made = (await self._render(carrier, delivery, told),)
                if version == self._version:
                    self._rendered.put(key, made)
        return made[0]

    async def _render(self, carrier: Carrier, delivery: Delivery, told: int) -> object | None:
        alert = await self._outbox.alert(told)
        if alert is None or (delivery.deed is Deed.POST and _taken_back(alert)):
            return None
        document = await self.document(
            alert, self._words[delivery.locale], public=delivery.kind in PUBLIC, about_earlier=delivery.replaces
        )
        # Where everybody presses the buttons, what they open is in the language of the message.
        pin = None if delivery.kind is PlaceKind.PRIVATE else delivery.locale
        document = replace(document, buttons=marked(document.buttons, delivery.to.platform, pin))
        kind = AlertKind.CORRECTION if delivery.deed is Deed.EDIT else alert.kind
        return carrier.render(document, kind, tuple(item.entry.ref for item in alert.items))

    async def document(
        self,
        alert: Alert,
        words: Words,
        *,
        public: bool = False,
        about_earlier: bool = False,
        new_sources: Sequence[Source] = (),
    ) -> Document:
        """An alert as a message.

        public: for a channel, where nobody presses buttons. about_earlier: for a message that can't be changed.
        new_sources: those that the store does not have yet.
        """
        first: list[Block] = []
        if about_earlier:
            first.append(paragraph(Strong(words.text("push-instead", label=label(alert.id)))))
        if alert.kind in (AlertKind.DIGEST, AlertKind.NOTICE):
            blocks = _digest(alert, words, self._lookup.catalogue, self._zone)
        else:
            sources = [await self._sources(item.entry, new_sources) for item in alert.items]
            blocks = _news(alert, words, sources, self._zone)
        return Document((*first, *blocks), () if public else _buttons(alert, words, self._lookup.catalogue))

    async def _sources(self, entry: Entry, new: Sequence[Source]) -> list[Source]:
        shown = entry.sources[:SOURCES_SHOWN]
        known = {each.id: each for each in (*await self._lookup.sources(shown), *new)}
        return [known[each] for each in shown if each in known]


def _taken_back(alert: Alert) -> bool:
    """Whether there is nothing left to tell of an alert that has not gone out."""
    if alert.cancelled:
        return True
    news = alert.kind in (AlertKind.ALERT, AlertKind.CORRECTION)
    return news and all(_gone(item.entry) for item in alert.items)


def _gone(entry: Entry) -> bool:
    return bool(entry.retired) or entry.status is Status.RETRACTED


def _news(alert: Alert, words: Words, sources: Sequence[Sequence[Source]], zone: ZoneInfo) -> list[Block]:
    blocks: list[Block] = [Heading((Text(_heading(alert, words)),))]
    for item, cited in zip(alert.items, sources, strict=True):
        entry = item.entry
        blocks += [paragraph(Strong(line)) for line in _changes(item, words, zone)]
        text, language = pick(entry.text, words.locale)
        said = shorten(text, LONGEST_STATEMENT)
        blocks.append(Paragraph((Deleted(said) if _gone(entry) else Text(said),)))
        if language != words.locale:
            blocks.append(Note((Emphasis(words.text("card-untranslated", language=LANGUAGE_NAMES[language])),)))
        if (doubt := uncertainty(entry, words)) is not None and not _gone(entry):
            blocks.append(doubt)
        if cited:
            blocks.append(Bullets(tuple(source_line(source, words) for source in cited)))
    names = " · ".join(f"{item.entry.label}@{item.entry.revision}" for item in alert.items)
    # A rehearsal has no number yet.
    blocks.append(Note(inlines(Code(names), " · ", Code(label(alert.id))) if alert.id else inlines(Code(names))))
    return blocks


def _heading(alert: Alert, words: Words) -> str:
    if alert.kind is AlertKind.CORRECTION:
        return words.text("push-correction")
    return words.text("push-flash" if alert.severity is Severity.FLASH else "push-alert")


def _changes(item: Item, words: Words, zone: ZoneInfo) -> list[str]:
    """What became of an entry since it was told, and when."""
    entry = item.entry
    if not item.corrected_at:
        return []
    date = words.date(local_day(item.corrected_at, zone))
    if entry.status is Status.RETRACTED and not entry.retired:
        reason = entry.retraction
        return [words.text("card-retracted-because" if reason else "card-retracted", date=date, reason=reason or "")]
    if entry.retired:
        return [words.text("card-undone" if entry.retired == UNDONE else "card-retired")]
    if item.note and item.note != "undo":
        return [words.text("push-corrected-because", date=date, note=item.note)]
    return [words.text("push-corrected", date=date)]


def _digest(alert: Alert, words: Words, catalogue: Catalogue, zone: ZoneInfo) -> list[Block]:
    heading = alert.title or words.text(f"push-digest-{alert.period}", date=words.date(alert.day))
    blocks: list[Block] = [Heading((Text(heading),))]
    if alert.merged:
        blocks.append(Note((Emphasis(words.text("push-digest-merged", count=alert.merged)),)))
    elif alert.late:
        blocks.append(Note((Emphasis(words.text("push-digest-late")),)))
    lines = tuple(_line(item, words, catalogue, zone) for item in alert.items[:LINES_SHOWN])
    if lines:
        blocks.append(Bullets(lines))
    elif alert.kind is AlertKind.NOTICE:
        blocks.append(paragraph(words.text("push-notice-nothing")))
    if hidden := len(alert.items) - len(lines):
        blocks.append(Note(inlines(words.text("push-digest-more", count=hidden), " ", Code("/latest"))))
    blocks.append(Note((Code(label(alert.id)),)))
    return blocks


def _line(item: Item, words: Words, catalogue: Catalogue, zone: ZoneInfo) -> Inlines:
    entry = item.entry
    changes = _changes(item, words, zone)
    name = entry.title and pick(entry.title, words.locale)[0]
    text = shorten(pick(entry.text, words.locale)[0], 200)
    if _gone(entry):
        return inlines(Code(entry.label), " ", Deleted(name or text), " – ", Strong(" ".join(changes)))
    corrected = (Text(" – "), Strong(" ".join(changes))) if changes else ()
    if name:
        return (*line_for(entry, words, catalogue), *corrected)
    return (*inlines(Code(entry.label), f" {text}{mark(entry, words)}"), *corrected)


def _buttons(alert: Alert, words: Words, catalogue: Catalogue) -> tuple[tuple[Button, ...], ...]:
    # Below: an alert is not to give way to whatever somebody looks up from it.
    row: list[Button] = [
        RunCommand(item.entry.label, command_for(item.entry, catalogue), below=True) for item in alert.items[:3]
    ]
    row.append(RunCommand(words.text("button-why"), f"why {label(alert.id)}", below=True))
    return (tuple(row),)
