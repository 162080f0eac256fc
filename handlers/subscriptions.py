"""`/subscribe` and `/unsubscribe`: what a chat is told unasked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import Complete, Param, command
from bot.core.documents import Block, Bullets, Code, Document, Heading, Note, RunCommand, Text, inlines, paragraph
from bot.core.errors import Mistake
from bot.core.requests import Call, Reply
from bot.core.subscriptions import Mode, Subscription, SubscriptionStatus
from bot.services.listings import open_label
from bot.services.pages import command_for, line_for, pick, shorten
from bot.services.services import Services
from bot.services.subscription_cards import begin_buttons, how_lines, wanted_lines
from bot.services.subscriptions import Place
from bot.services.wishes import Wish, guesses, read_switch, read_wish

PREVIEWED = 3
SUGGESTED = 5


def _whole(rest: str) -> dict[str, str]:
    """Everything may stand in any order, so the handler reads the line."""
    return {"topic": rest}


@dataclass(frozen=True, slots=True)
class SubscribeArgs:
    """Topics, how soon, whether silently, and which chat; typed, all of it may stand in `topic`."""

    topic: Annotated[str | None, Param(complete=Complete.TOPICS)] = None
    mode: Annotated[str | None, Param(offers=("instant", "daily", "weekly"))] = None
    silent: Annotated[str | None, Param(offers=("on", "off"))] = None
    chat: str | None = None


@command(
    "subscribe",
    examples=("subscribe", "subscribe sanctions troops daily", "subscribe weekly silent"),
    split=_whole,
    grows=True,
)
async def subscribe(args: SubscribeArgs, call: Call, services: Services) -> Reply:
    """Have this chat, or one that the person administers, told of topics or of everything."""
    silent = "silent" if args.silent and read_switch(args.silent) is not False else ""
    parts = (args.chat, args.topic, args.mode, silent)
    wish = read_wish(" ".join(part for part in parts if part), services.lookup.catalogue)
    if wish.unknown:
        raise _misunderstood("subscribe", wish, call, services)
    place = await services.subscriptions.place(call.request, wish.chat, change=True, line=wish.line("subscribe"))
    subscription = await services.subscriptions.subscribe(
        place, call.request, topics=wish.topics, mode=wish.mode or Mode.INSTANT, silent=wish.silent
    )
    return await _told(place, subscription, call, services)


async def _told(place: Place, subscription: Subscription, call: Call, services: Services) -> Reply:
    """What the chat gets from now on, and what it would have got."""
    words, catalogue = call.words, services.lookup.catalogue
    heading = words.text("subscribed-heading-place", chat=place.title) if place.named else words.text("subscribed")
    lines = (
        *wanted_lines(subscription, words, catalogue),
        *how_lines(subscription, services.subscriptions, words, everything=False),
    )
    blocks: list[Block] = [Heading((Text(heading),)), Bullets(lines)]
    found = await services.subscriptions.preview(subscription, PREVIEWED + 1)
    shown, count = found[:PREVIEWED], min(len(found), PREVIEWED)
    if not shown:
        blocks.append(paragraph(words.text("preview-none")))
    else:
        key = "preview-more" if len(found) > PREVIEWED else "preview"
        blocks.append(paragraph(words.text(key, count=count)))
        blocks.append(Bullets(tuple(line_for(entry, words, catalogue) for entry in shown)))
    how = (Code(f"/{place.line('settings')}"), ", ", Code(f"/{place.line('unsubscribe')}"))
    blocks.append(Note(inlines(words.text("subscription-how"), " ", *how)))
    rows = (
        (
            RunCommand(words.text("button-settings"), place.line("settings")),
            RunCommand(words.text("button-unsubscribe"), place.line("unsubscribe")),
        ),
        tuple(RunCommand(open_label(each, words), command_for(each, catalogue), below=True) for each in shown),
    )
    refs = tuple(each.ref for each in shown)
    return Reply(Document(tuple(blocks), tuple(row for row in rows if row)), refs=refs, lasting=False)


@dataclass(frozen=True, slots=True)
class UnsubscribeArgs:
    """Topics to hear no more of, or none for all of it, and which chat."""

    topic: Annotated[str | None, Param(complete=Complete.TOPICS)] = None
    chat: str | None = None


@command("unsubscribe", examples=("unsubscribe", "unsubscribe sanctions"), split=_whole)
async def unsubscribe(args: UnsubscribeArgs, call: Call, services: Services) -> Reply:
    """Have this chat told no more of topics, or of anything."""
    wish = read_wish(" ".join(part for part in (args.chat, args.topic) if part), services.lookup.catalogue)
    if wish.unknown:
        raise _misunderstood("unsubscribe", wish, call, services)
    place = await services.subscriptions.place(call.request, wish.chat, change=True, line=wish.line("unsubscribe"))
    left = await services.subscriptions.unsubscribe(place, () if wish.everything else wish.topics)
    words = call.words
    if left is None or left.status is SubscriptionStatus.ENDED:
        said = words.text("unsubscribed-nothing" if left is None else "unsubscribed")
        again = (RunCommand(words.text("button-subscribe"), place.line("subscribe")),)
        return Reply(Document((paragraph(said),), (again, begin_buttons(place, words)[1:])), lasting=False)
    blocks = (
        paragraph(words.text("unsubscribed-topics")),
        Bullets(wanted_lines(left, words, services.lookup.catalogue)),
    )
    row = (
        RunCommand(words.text("button-settings"), place.line("settings")),
        RunCommand(words.text("button-unsubscribe"), place.line("unsubscribe")),
    )
    return Reply(Document(blocks, (row,)), lasting=False)


def _misunderstood(name: str, wish: Wish, call: Call, services: Services) -> Mistake:
    """The first piece that means nothing, with what it may have meant: each button says the whole line again."""
    catalogue, typed = services.lookup.catalogue, wish.unknown[0]
    later = "".join(f", {each}" for each in wish.unknown[1:])
    buttons = []
    for guess in guesses(typed, catalogue, SUGGESTED):
        topic = catalogue.topic(guess)
        if topic is not None or name == "subscribe":
            label = pick(topic.title, call.locale)[0] if topic else call.words.text(f"button-mode-{guess}")
            buttons.append(RunCommand(shorten(label, 38), wish.line(name, guess) + later))
    key = "mistake-topic" if buttons else "mistake-topic-unknown"
    more = (RunCommand(call.words.text("button-topics"), "topics"), RunCommand(f"/help {name}", f"help {name}"))
    return Mistake(key, value=shorten(typed, 40), buttons=(*buttons, *more))
