"""`/why`: what became of a message, in words."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.adapters.console.render import plain
from bot.app import Core
from bot.core.authority import Role
from bot.core.deliveries import AlertKind, milliseconds
from bot.core.outbox import Fate
from bot.core.places import ChatRef
from bot.core.requests import Administered, Outcome
from bot.core.subscriptions import Mode, PlaceKind, Subscription, SubscriptionStatus
from tests.handlers.test_subscribing import MONDAY, publish
from tests.subscribers import CHANNEL, Fates, Subscriber, buttons, with_fates

SUBSCRIBED = Subscription(
    ChatRef.parse("telegram:5"),
    PlaceKind.PRIVATE,
    "en",
    "Asia/Seoul",
    mode=Mode.OFF,
    topics={"troops": Mode.INSTANT},
    since="2026-11-20T12:00:00.000Z",
)


def fate(state: str | None, reason: str = "", **more: object) -> Fate:
    """What became of A-12, which told of F-11."""
    values: dict[str, object] = {
        "alert": 12,
        "kind": AlertKind.ALERT,
        "label": "F-11@1",
        "topics": ("troops",),
        "state": state,
        "reason": reason,
        "at": milliseconds(MONDAY),
        "subscription": SUBSCRIBED,
    }
    return Fate(**(values | more))  # type: ignore[arg-type]  # a test's own values


FATES = (
    ("delivered", "", "Delivered: 24 November 2026, 02:00 (Asia/Seoul"),
    (
        "queued",
        "quiet hours",
        "Waiting until 24 November 2026, 02:00 (Asia/Seoul, UTC+09:00). These are the chat’s quiet hours.",
    ),
    ("queued", "paused by the platform", "asked us to slow down"),
    ("started", "", "Waiting until"),
    (
        "rejected",
        "gone: Forbidden: bot was blocked by the user",
        "blocked me: “Forbidden: bot was blocked by the user”",
    ),
    ("rejected", "topic-gone: TOPIC_CLOSED", "closed or deleted: “TOPIC_CLOSED”"),
    ("rejected", "something new", "“something new”"),
    ("cancelled", "superseded", "A newer version took its place."),
    ("cancelled", "taken back", "The publication was taken back."),
    ("cancelled", "paused", "The subscription was paused."),
    ("uncertain", "its answer was lost twice", "may or may not have arrived"),
    ("expired", "too late", "it was too late"),
    (None, "", "not sent to this chat as a message of its own"),
)


async def test_each_fate_is_told_in_words(core: Core) -> None:
    """Whatever became of a message, its reader is told in a sentence, with what the platform said where that helps."""
    for state, reason, said in FATES:
        product = with_fates(core, Fates(fate(state, reason)))
        reply = await Subscriber(product).say("why A-12")
        assert reply.outcome is Outcome.ANSWERED
        assert said in re.sub(r"\s+", " ", plain(reply.document)), (state, reason)


async def test_why_says_what_was_asked_for_and_since_when(core: Core) -> None:
    """A reader sees the topic that brought the message, how they asked for it and since when, and how to end it."""
    product = with_fates(core, Fates(fate("delivered")))
    reply = await Subscriber(product).say("why")
    shown = plain(reply.document)
    assert "North Korean troops in Russia – as soon as it is published" in shown
    assert "20 November 2026" in shown
    assert {"settings", "unsubscribe", "fact F-11"} <= set(buttons(reply))


STANDING = {
    SubscriptionStatus.ACTIVE: "Subscribed:",
    SubscriptionStatus.PAUSED: "Paused",
    SubscriptionStatus.UNREACHABLE: "Unreachable",
    SubscriptionStatus.ENDED: "Subscription ended",
}


async def test_why_says_how_the_subscription_stands(core: Core) -> None:
    """A chat that is paused, unreachable or gone is told so, with the day."""
    for status, said in STANDING.items():
        standing = replace(SUBSCRIBED, status=status, reason="gone: Forbidden: bot was kicked")
        product = with_fates(core, Fates(fate("cancelled", status.value, subscription=standing)))
        shown = plain((await Subscriber(product).say("why A-12")).document)
        assert said in shown
        assert "20 November 2026" in shown
        assert ("“Forbidden: bot was kicked”" in shown) is (status is SubscriptionStatus.UNREACHABLE)


async def test_a_chat_that_is_not_subscribed_is_told_so(core: Core) -> None:
    """Who asks without a subscription learns that there is none, and how to begin."""
    reply = await Subscriber(core).say("why")
    assert reply.outcome is Outcome.ANSWERED
    assert "No message has been sent to this chat yet." in plain(reply.document)
    assert "not subscribed" in plain(reply.document)
    assert "subscribe instant" in buttons(reply)


async def test_an_unknown_alert_leads_on(core: Core) -> None:
    """A number nobody was told of, an entry that was never announced, and a misspelt name end in buttons."""
    reader = Subscriber(core)
    for line in ("why A-999", "why F-12", "why Kursc"):
        reply = await reader.say(line)
        assert reply.outcome is Outcome.UNKNOWN, line
        assert "why" in buttons(reply), line
    numbered = [each.partition(" ")[2] for each in buttons(await reader.say("why A-999")) if each.startswith("why ")]
    assert numbered == []  # no name is like a number
    assert "F-12 was never announced" in plain((await reader.say("why F-12")).document)
    assert "fact F-12" in buttons(await reader.say("why F-12"))


async def test_editors_ask_about_other_chats(core: Core) -> None:
    """An editor learns why another chat did not get something, for their eyes only; a reader does not."""
    fates = Fates(fate("rejected", "gone: kicked"), labels={"F-11": 12})
    product = with_fates(core, fates)
    line = "why F-11 telegram:-100123"
    reply = await Subscriber(product, role=Role.EDITOR).say(line)
    assert reply.ok
    assert reply.private
    assert "kicked" in plain(reply.document)
    assert fates.asked == [ChatRef.parse("telegram:-100123")]
    for person in (Subscriber(product, "6"), Subscriber(product, "7", role=Role.CONTRIBUTOR)):
        assert (await person.say(line)).outcome is Outcome.REFUSED
    assert len(fates.asked) == 1


async def test_whoever_administers_a_channel_asks_about_it(core: Core) -> None:
    """An admin of a channel learns in private what became of a message there; others are refused."""
    fates = Fates(fate("delivered"))
    product = with_fates(core, fates)
    channel = Administered(CHANNEL, "Pact news", postable=True)
    assert (await Subscriber(product, owns={"@pactnews": channel}).say("why A-12 @pactnews")).ok
    assert fates.asked == [CHANNEL]
    assert (await Subscriber(product, "6").say("why A-12 @pactnews")).outcome is Outcome.REFUSED


async def test_why_after_a_publication(core: Core) -> None:
    """A message that was just published for a subscriber is found by its entry and by its number."""
    reader = Subscriber(core)
    await reader.say("subscribe troops")
    await publish(core, "A parade was held", "troops")
    for line in ("why F-117", "why A-1", "why fact-117"):
        reply = await reader.say(line)
        assert reply.outcome is Outcome.ANSWERED, line
        shown = plain(reply.document)
        assert "North Korean troops in Russia – as soon as it is published" in shown
        assert "Waiting until" in shown
    other = Subscriber(core, "6")
    await other.say("subscribe sanctions")
    assert "wants nothing on these topics" in plain((await other.say("why F-117")).document)
