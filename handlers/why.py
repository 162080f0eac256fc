"""`/why`: what became of a message in a chat, and why it came or did not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.core.authority import Role
from bot.core.commands import Complete, Param, command
from bot.core.deliveries import OPEN_STATES, DeliveryState, Trouble, moment_of
from bot.core.documents import Block, Bullets, Document, Heading, Inlines, RunCommand, Strong, Text, inlines, paragraph
from bot.core.errors import Refused, Unknown
from bot.core.outbox import Fate
from bot.core.places import ChatRef
from bot.core.ports import Words
from bot.core.requests import Call, Reply
from bot.core.subscriptions import Mode, Subscription, SubscriptionStatus, zone_of
from bot.core.times import local_day, stamp
from bot.services.pages import command_for, shorten
from bot.services.review import local_time
from bot.services.services import Services
from bot.services.subscription_cards import begin_buttons, status_line, topic_names
from bot.services.subscriptions import NOT_BEGUN, Place
from bot.services.suggestions import nearest_labels
from bot.services.wishes import take_chat

SUGGESTED = 5

_CHAT = re.compile(r"(?:telegram|discord|terminal):\S+")
_ALERT = re.compile(r"(?:[aA]-?)?\d{1,12}")
_ENTRY = re.compile(r"[FEP]-\d+")

REASONS = {
    "superseded": "superseded",
    "taken back": "undone",
    "quiet hours": "quiet",
    "paused by the platform": "limit",
    "one after the other": "turn",
    "after the one before": "turn",
    "no message is known": "nothing",
    "no message stands there": "nothing",
    "unsubscribed": "ended",
    **{each.value: each.value for each in SubscriptionStatus if each is not SubscriptionStatus.ACTIVE},
}
"""What is written down about deliveries, and what it is called in words."""


def _split(rest: str) -> dict[str, str]:
    """What it is about, and the chat: the word that names one, wherever it stands."""
    words = rest.split()
    chats = [word for word in words if _CHAT.fullmatch(word) or (not _ALERT.fullmatch(word) and take_chat(word)[0])]
    return {"alert": " ".join(word for word in words if word not in chats[:1]), "chat": "".join(chats[:1])}


@dataclass(frozen=True, slots=True)
class WhyArgs:
    """An alert, or an entry that was announced; and for editors another chat."""

    alert: Annotated[str | None, Param(complete=Complete.FACTS)] = None
    chat: str | None = None


@command("why", examples=("why", "why A-1", "why F-12"), split=_split)
async def why(args: WhyArgs, call: Call, services: Services) -> Reply:
    """Say what became of a message in a chat; without a name, of the last one."""
    place = await _place(args.chat or "", call, services)
    number = await _numbered(args.alert, place, call, services) if args.alert else None
    fate = await services.subscriptions.fate(place.chat, number)
    subscription = (fate and fate.subscription) or await services.subscriptions.of(place.chat)
    label = f"A-{fate.alert if fate else number}"
    zone = zone_of(subscription.zone) if subscription else services.zone
    lines: list[Inlines] = []
    if fate is not None:
        lines += _about(fate, label, call, services)
        lines.append(inlines(_state(fate, zone, call.words)))
    elif number is not None:
        lines.append(inlines(call.words.text("why-never")))
    lines += _standing(subscription, fate, call, services)
    blocks: list[Block] = [Bullets(tuple(lines))]
    if fate is None and number is None:
        blocks.insert(0, paragraph(call.words.text("why-nothing-yet")))
    elif place.named:
        blocks.insert(0, Heading((Text(call.words.text("why-heading-place", label=label, chat=place.title)),)))
    else:
        blocks.insert(0, Heading((Text(call.words.text("why-heading", label=label)),)))
    entry = _ENTRY.search(fate.label) if fate else None
    rows = (
        (RunCommand(entry[0], f"fact {entry[0]}"),) if entry else (),
        () if args.chat and _CHAT.fullmatch(args.chat) else _next(place, subscription, call.words),
    )
    document = Document(tuple(blocks), tuple(row for row in rows if row))
    return Reply(document, private=bool(place.named), lasting=False)


async def _place(named: str, call: Call, services: Services) -> Place:
    """The chat that is asked about. Raises Refused for another one, of anybody but editors and its administrators."""
    if not named or named == str(call.request.chat):
        return await services.subscriptions.place(call.request, None, change=False, line="why")
    if not _CHAT.fullmatch(named):
        chat, _ = take_chat(named)
        return await services.subscriptions.place(call.request, chat or named, change=False, line=f"why {named}")
    if (await services.people.standing(call.request)).role < Role.EDITOR:
        raise Refused("refused-why-elsewhere", buttons=(RunCommand("/why", "why"),))
    return Place(ChatRef.parse(named), call.request.place, named=named, title=named)


async def _numbered(typed: str, place: Place, call: Call, services: Services) -> int:
    """The alert somebody means by its number, or by an entry it told of. Raises Unknown."""
    label, entry = typed, None
    if not _ALERT.fullmatch(typed) and (pointer := services.lookup.pointer(typed)) is not None:
        entry = await services.lookup.find(pointer)
        revision = f"@{pointer.revision}" if pointer.revision else ""
        label = f"{entry.label}{revision}" if entry else typed
    number = await services.subscriptions.find_alert(label)
    if number is not None:
        return number
    words, catalogue = call.words, services.lookup.catalogue
    more = (
        RunCommand(words.text("button-why-last"), f"why {place.named}".strip()),
        RunCommand(words.text("button-latest"), "latest"),
    )
    if entry is not None:
        shown = RunCommand(entry.label, command_for(entry, catalogue))
        raise Unknown("unknown-alert-entry", label=entry.label, buttons=(shown, *more))
    near = tuple(
        RunCommand(shorten(each.titles.get(call.locale) or each.key, 40), f"why {each.key} {place.named}".strip())
        for each in (() if _ALERT.fullmatch(typed) else nearest_labels(typed, catalogue, SUGGESTED))
    )
    raise Unknown("unknown-alert", value=shorten(typed, 40), buttons=(*near, *more))


def _about(fate: Fate, label: str, call: Call, services: Services) -> list[Inlines]:
    """What it told of."""
    words = call.words
    name = "" if fate.label == label else f" {fate.label}"
    lines = [inlines(Strong(words.text(f"why-{fate.kind.value}")), name)]
    if fate.topics:
        names = topic_names(fate.topics, words, services.lookup.catalogue)
        lines.append(inlines(Strong(words.text("card-topics")), f" {names}"))
    return lines


def _state(fate: Fate, zone: ZoneInfo, words: Words) -> str:
    """What became of it there."""
    time = "–" if fate.at is None else local_time(stamp(moment_of(fate.at)), zone, words)
    state = DeliveryState(fate.state) if fate.state else None
    reason = _reason(fate.reason, words)
    if state in OPEN_STATES and state is not None:
        waiting = words.text("why-queued", time=time) if fate.at else words.text("why-started")
        return f"{waiting} {reason}".strip()
    match state:
        case None:
            said = words.text("why-never")
        case DeliveryState.DELIVERED:
            return words.text("why-delivered", time=time)
        case DeliveryState.EXPIRED:
            return words.text("why-expired")
        case _:
            said = words.text(f"why-{state.value}")
    return f"{said} {reason}".strip()


def _reason(reason: str, words: Words) -> str:
    """A reason that was written down, as a sentence; what a platform said is quoted."""
    if not reason:
        return ""
    if reason in REASONS:
        return words.text(f"reason-{REASONS[reason]}")
    name, _, said = reason.partition(": ")
    if name in set(Trouble):
        known = words.text(f"trouble-{name}")
        return f"{known} {words.text('quoted', text=said)}" if said else known.removesuffix(":")
    return words.text("quoted", text=reason)


def _standing(subscription: Subscription | None, fate: Fate | None, call: Call, services: Services) -> list[Inlines]:
    """What the chat asked for, since when, and what stands in the way."""
    words, catalogue = call.words, services.lookup.catalogue
    if subscription is None or subscription.reason == NOT_BEGUN:
        return [inlines(words.text("why-unsubscribed"))]
    if subscription.status is SubscriptionStatus.ENDED:
        return [inlines(status_line(subscription, words))]
    lines: list[Inlines] = []
    if fate is not None and fate.topics:
        mode = subscription.mode_for(fate.topics)
        named = [each for each in fate.topics if subscription.topics.get(each) is mode]
        wanted = topic_names(named, words, catalogue) if named else words.text("wants-everything")
        if mode is Mode.OFF:
            lines.append(inlines(words.text("why-not-wanted")))
        else:
            lines.append(
                inlines(words.text("why-wanted"), " ", Strong(wanted), f" – {words.text(f'mode-{mode.value}')}")
            )
    if status := status_line(subscription, words):
        # Why it can't be written to is the platform's own word, and often tells what to do.
        lost = subscription.status is SubscriptionStatus.UNREACHABLE
        return [*lines, inlines(f"{status} {_reason(subscription.reason, words) if lost else ''}".strip())]
    since = words.date(local_day(subscription.since, zone_of(subscription.zone)))
    return [*lines, inlines(words.text("why-since", date=since))]


def _next(place: Place, subscription: Subscription | None, words: Words) -> tuple[RunCommand, ...]:
    if subscription is None or subscription.status is SubscriptionStatus.ENDED:
        return begin_buttons(place, words)
    return (
        RunCommand(words.text("button-settings"), place.line("settings"), below=True),
        RunCommand(words.text("button-unsubscribe"), place.line("unsubscribe"), below=True),
    )
