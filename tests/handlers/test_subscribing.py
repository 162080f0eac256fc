"""`/subscribe`, `/unsubscribe` and `/settings` as people use them, on the real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.console.render import plain
from bot.app import Core, open_core
from bot.core.authority import Role
from bot.core.places import ChatRef, Platform
from bot.core.requests import Administered, Outcome, Reply
from bot.core.subscriptions import Mode, PlaceKind, QuietHours, SubscriptionStatus
from tests.cores import WORDS, on
from tests.subscribers import CHANNEL, GROUP, Subscriber, buttons

MONDAY = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


class StandingClock:
    """A clock that tests put forward."""

    def __init__(self) -> None:
        self.moment = MONDAY

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def at(filled_url: str, clock: StandingClock) -> AsyncIterator[Core]:
    """The product on Monday, 23 November 2026, 18:00 in Rome."""
    async with open_core(
        on(filled_url, owners="telegram:1", undo_seconds=0), words=WORDS, clock=clock, semantic=False
    ) as opened:
        yield opened


def text(reply: Reply) -> str:
    return plain(reply.document)


ORDERS = (
    ("subscribe", Mode.INSTANT, {}, False),
    ("/subscribe weekly silent", Mode.WEEKLY, {}, True),
    ("subscribe daily sanctions silent troops", Mode.OFF, {"sanctions": Mode.DAILY, "troops": Mode.DAILY}, True),
    ("subscribe sanzioni e misure coercitive, ogni settimana", Mode.OFF, {"sanctions": Mode.WEEKLY}, False),
    ("subscribe санкции ежедневно без звука", Mode.OFF, {"sanctions": Mode.DAILY}, True),
    ("subscribe 제재 매주 무음", Mode.OFF, {"sanctions": Mode.WEEKLY}, True),
    ("subscribe Economy, trade and investment", Mode.OFF, {"economy": Mode.INSTANT}, False),
    ("subscribe tutto subito", Mode.INSTANT, {}, False),
)


async def test_words_stand_in_any_order_and_language(core: Core) -> None:
    """Topics, how soon and "silent" are understood in any order, in four languages; no topic means everything."""
    for number, (line, mode, topics, silent) in enumerate(ORDERS):
        reader = Subscriber(core, str(100 + number))
        assert (await reader.say(line)).outcome is Outcome.ANSWERED, line
        kept = await reader.has()
        assert (kept.mode, dict(kept.topics), kept.silent) == (mode, topics, silent), line
        assert kept.status is SubscriptionStatus.ACTIVE


async def test_discord_fills_boxes(core: Core) -> None:
    """The options of Discord mean what the same words mean in a line; none of them is needed."""
    reader = Subscriber(core, platform=Platform.DISCORD)
    await reader.say("/subscribe", values={"topic": "troops", "mode": "weekly", "silent": "on"})
    kept = await reader.has()
    assert (dict(kept.topics), kept.silent) == ({"troops": Mode.WEEKLY}, True)
    assert (await reader.say("/settings", values={"setting": "quiet", "value": "22:00-07:00"})).ok
    assert (await reader.has()).quiet == QuietHours(22 * 60, 7 * 60)
    assert (await reader.say("/unsubscribe", values={})).ok
    assert (await reader.has()).status is SubscriptionStatus.ENDED


async def test_a_new_subscription_begins_with_what_is_usual(core: Core) -> None:
    """Without a word about it: the reader's language, the operator's time zone, nine o'clock, no quiet hours."""
    reader = Subscriber(core, locale="ko")
    await reader.say("subscribe")
    kept = await reader.has()
    assert (kept.locale, kept.zone, kept.digest_at, kept.quiet) == ("ko", "Europe/Rome", 9 * 60, None)
    assert kept.kind is PlaceKind.PRIVATE


async def test_topics_leave_the_rest_as_it_is(core: Core) -> None:
    """Whoever gets everything weekly and wants one topic at once goes on getting the rest weekly."""
    reader = Subscriber(core)
    await reader.say("subscribe weekly")
    reply = await reader.say("subscribe troops")
    kept = await reader.has()
    assert (kept.mode, dict(kept.topics)) == (Mode.WEEKLY, {"troops": Mode.INSTANT})
    assert "North Korean troops in Russia: as soon as it is published" in text(reply)
    assert "Everything else: in the weekly digest" in text(reply)


async def test_a_slip_leads_on_and_changes_nothing(core: Core) -> None:
    """A misspelt topic is not guessed: a button says the whole line again, with the rest of it."""
    reader = Subscriber(core)
    reply = await reader.say("subscribe sanctons daily silent, tropps")
    assert reply.outcome is Outcome.MISTAKE
    assert await core.services.subscriptions.of(reader.home) is None
    assert "subscribe sanctions daily silent, tropps" in buttons(reply)
    second = await reader.press("subscribe sanctions daily silent, tropps")
    assert "subscribe sanctions troops daily silent" in buttons(second)
    await reader.press("subscribe sanctions troops daily silent")
    assert dict((await reader.has()).topics) == {"sanctions": Mode.DAILY, "troops": Mode.DAILY}


async def test_a_misspelt_mode_is_offered(core: Core) -> None:
    """`/subscribe weekli` has a button that says weekly."""
    assert "subscribe weekly" in buttons(await Subscriber(core).say("subscribe weekli"))


async def test_nonsense_leads_to_the_topics(core: Core) -> None:
    """What means nothing at all ends in the list of topics."""
    reply = await Subscriber(core).say("subscribe qwzx")
    assert reply.outcome is Outcome.MISTAKE
    assert "topics" in buttons(reply)


async def test_the_answer_says_what_comes_and_when(at: Core) -> None:
    """Who subscribes is told what they get, when the next digest comes on their clock, and how to change it."""
    reply = await Subscriber(at).say("subscribe daily")
    shown = text(reply)
    assert "Everything: in the daily digest" in shown
    assert "Next daily digest: 24 November 2026, 09:00 (Europe/Rome, UTC+01:00)" in shown
    assert "/settings" in shown
    assert {"settings", "unsubscribe"} <= set(buttons(reply))
    assert "The last week would have brought nothing." in shown


async def publish(core: Core, statement: str, topic: str) -> None:
    """Publish a fact, as two editors."""
    added = await Subscriber(core, "90", role=Role.EDITOR).say(
        f"addfact {statement} | source: https://www.nknews.org/x | topic: {topic}"
    )
    assert added.ok, text(added)
    label = f"F-{added.refs[0].rpartition('-')[2]}"
    approved = await Subscriber(core, "91", role=Role.EDITOR).say(f"approve {label}")
    assert approved.ok, text(approved)


async def test_the_preview_shows_what_the_week_would_have_brought(at: Core, clock: StandingClock) -> None:
    """Of the last week's news those three are shown that fit the topics, newest first; older ones are not."""
    await publish(at, "An old parade was held", "troops")
    clock.moment += timedelta(days=8)
    for number in range(4):
        clock.moment += timedelta(hours=1)
        await publish(at, f"Parade number {number} was held", "troops")
    await publish(at, "A ship was seized", "sanctions")
    clock.moment += timedelta(hours=1)
    reply = await Subscriber(at).say("subscribe troops")
    shown = text(reply)
    assert "The last week would have brought these 3 and more" in shown
    assert shown.index("number 3") < shown.index("number 2") < shown.index("number 1")
    assert len(reply.refs) == 3
    assert not any(each in shown for each in ("number 0", "old parade", "ship"))


async def test_unsubscribing_from_topics_keeps_the_rest(core: Core) -> None:
    """Of everything one topic can be left out; when nothing is left the subscription ends."""
    reader = Subscriber(core)
    await reader.say("subscribe")
    reply = await reader.say("unsubscribe troops")
    assert dict((await reader.has()).topics) == {"troops": Mode.OFF}
    assert "Everything else: as soon as it is published" in text(reply)
    await reader.say("unsubscribe")
    await reader.say("subscribe sanctions economy")
    await reader.say("unsubscribe sanctions")
    assert dict((await reader.has()).topics) == {"economy": Mode.INSTANT}
    await reader.say("unsubscribe экономика")
    ended = await reader.has()
    assert (ended.status, ended.reason) == (SubscriptionStatus.ENDED, "unsubscribed")


async def test_unsubscribing_twice_is_fine(core: Core) -> None:
    """Who has no subscription, or none any more, is told so in a friendly way."""
    reader = Subscriber(core)
    for line in ("unsubscribe", "subscribe", "unsubscribe", "unsubscribe", "unsubscribe troops"):
        reply = await reader.say(line)
        assert reply.outcome is Outcome.ANSWERED, line
    assert "no subscription" in text(reply)
    assert "subscribe" in buttons(reply)


async def test_subscribing_again_begins_anew(core: Core) -> None:
    """After an end only what is asked for now is sent, at the hours that were set before."""
    reader = Subscriber(core)
    for line in ("subscribe", "settings digest 07:30", "unsubscribe", "subscribe troops"):
        await reader.say(line)
    kept = await reader.has()
    assert (kept.status, kept.mode, dict(kept.topics), kept.digest_at) == (
        SubscriptionStatus.ACTIVE,
        Mode.OFF,
        {"troops": Mode.INSTANT},
        7 * 60 + 30,
    )


@pytest.mark.parametrize("status", [SubscriptionStatus.PAUSED, SubscriptionStatus.UNREACHABLE])
async def test_subscribing_ends_a_pause(core: Core, status: SubscriptionStatus) -> None:
    """A chat that was paused, or could not be written to, gets messages again once it subscribes."""
    reader = Subscriber(core)
    await reader.say("subscribe troops")
    if status is SubscriptionStatus.PAUSED:
        await reader.say("settings pause")
    else:
        await core.store.subscribers.set_status(reader.home, status, "blocked", "2026-11-23T00:00:00.000Z")
    assert (await reader.has()).status is status
    await reader.say("subscribe sanctions")
    kept = await reader.has()
    assert (kept.status, kept.reason) == (SubscriptionStatus.ACTIVE, "")
    assert set(kept.topics) == {"troops", "sanctions"}


async def test_two_presses_at_once_both_count(core: Core) -> None:
    """Two buttons pressed in the same moment do not undo each other."""
    reader = Subscriber(core)
    await reader.say("subscribe")
    await asyncio.gather(reader.press("settings silent on"), reader.press("settings quiet 22:00-07:00"))
    kept = await reader.has()
    assert (kept.silent, kept.quiet) == (True, QuietHours(22 * 60, 7 * 60))


CHANGES = ("subscribe", "unsubscribe", "settings quiet off", "settings pause", "settings language ko")


async def test_only_admins_change_what_a_group_gets(core: Core) -> None:
    """Others in a group are told so, by typing and by pressing, and nothing changes; an admin may."""
    admin, other = Subscriber(core, admin=True), Subscriber(core, "6")
    hidden = Subscriber(core, "1087968824", admin=True, accountable=False)
    for line in CHANGES:
        await admin.say("subscribe troops", chat=GROUP)
        before = await admin.has(GROUP)
        assert before.kind is PlaceKind.GROUP
        for reply in (await other.say(line, chat=GROUP), await other.press(line, chat=GROUP)):
            assert reply.outcome is Outcome.REFUSED, line
            assert "administrators" in text(reply)
        assert (await hidden.say(line, chat=GROUP)).outcome is Outcome.REFUSED, line
        assert await admin.has(GROUP) == before, line
        assert (await admin.say(line, chat=GROUP)).ok, line


async def test_anybody_in_a_group_may_look(core: Core) -> None:
    """The settings of a group are no secret to its members."""
    await Subscriber(core, admin=True).say("subscribe weekly", chat=GROUP)
    reply = await Subscriber(core, "6").say("settings", chat=GROUP)
    assert reply.outcome is Outcome.ANSWERED
    assert "weekly digest" in text(reply)


async def test_a_topic_of_a_forum_is_a_place_of_its_own(core: Core) -> None:
    """What is subscribed in a topic is sent there, and the group itself is not subscribed by it."""
    topic = ChatRef.parse("telegram:-100/45")
    admin = Subscriber(core, admin=True)
    await admin.say("subscribe troops", chat=topic)
    assert (await admin.has(topic)).place == topic
    assert await core.services.subscriptions.of(GROUP) is None
    reply = await admin.say("settings", chat=topic)
    assert "settings thread fallback on" in buttons(reply)
    await admin.press("settings thread fallback on", chat=topic)
    assert (await admin.has(topic)).fallback


def owner(core: Core, **more: object) -> Subscriber:
    """Somebody who administers a channel."""
    channel = Administered(CHANNEL, "Pact news", postable=True, kind=PlaceKind.CHANNEL)
    return Subscriber(core, owns={"@pactnews": channel, CHANNEL.id: channel}, **more)


async def test_a_channel_is_subscribed_from_private(core: Core) -> None:
    """Who administers a channel subscribes it and sets it up from their private chat, also by buttons."""
    person = owner(core)
    reply = await person.say("subscribe @pactnews troops daily")
    assert reply.ok
    assert "Pact news" in text(reply)
    kept = await person.has(CHANNEL)
    assert (kept.kind, dict(kept.topics)) == (PlaceKind.CHANNEL, {"troops": Mode.DAILY})
    assert await core.services.subscriptions.of(person.home) is None
    card = await person.press(next(each for each in buttons(reply) if each.startswith("settings")))
    assert "Pact news" in text(card)
    pause = next(each for each in buttons(card) if each.endswith("pause"))
    await person.press(pause)
    assert (await person.has(CHANNEL)).status is SubscriptionStatus.PAUSED
    await person.say("settings https://t.me/pactnews language ru")
    assert (await person.has(CHANNEL)).locale == "ru"
    await person.say("unsubscribe @pactnews")
    assert (await person.has(CHANNEL)).status is SubscriptionStatus.ENDED


async def test_a_channel_of_others_is_refused(core: Core) -> None:
    """Who can't prove that a channel is theirs is told what to do, also when they press what an admin was shown."""
    await owner(core).say("subscribe @pactnews")
    stranger = Subscriber(core, "6")
    for line in (
        "subscribe @pactnews",
        f"settings {CHANNEL.id} pause",
        f"unsubscribe {CHANNEL.id}",
        "settings @pactnews",
    ):
        reply = await stranger.press(line)
        assert reply.outcome is Outcome.REFUSED, line
        assert "administrator" in text(reply)
        assert line in buttons(reply)
    assert (await owner(core).has(CHANNEL)).status is SubscriptionStatus.ACTIVE


async def test_a_channel_that_can_not_be_posted_to_is_refused(core: Core) -> None:
    """Nobody is promised messages that could not be posted."""
    mute = Administered(CHANNEL, "Pact news", postable=False)
    reply = await Subscriber(core, owns={"@pactnews": mute}).say("subscribe @pactnews")
    assert reply.outcome is Outcome.REFUSED
    assert await core.services.subscriptions.of(CHANNEL) is None


async def test_a_channel_is_not_set_up_in_a_group(core: Core) -> None:
    """In a group nobody shows the others which channels they run."""
    reply = await owner(core, admin=True).say("subscribe @pactnews", chat=GROUP)
    assert reply.outcome is Outcome.REFUSED
    assert "in private" in text(reply)


TYPED = (
    ("settings timezone Asia/Seoul", "zone", "Asia/Seoul"),
    ("settings часовой пояс asia/vladivostok", "zone", "Asia/Vladivostok"),
    ("settings digest 08:30", "digest_at", 8 * 60 + 30),
    ("settings 요약 오전 7시 반", "digest_at", 7 * 60 + 30),
    ("settings riepilogo venerdì", "weekday", 4),
    ("settings quiet 22:00-7:00", "quiet", QuietHours(22 * 60, 7 * 60)),
    ("settings ore di silenzio dalle 23 alle 8", "quiet", QuietHours(23 * 60, 8 * 60)),
    ("settings тихие часы с 22 до 7", "quiet", QuietHours(22 * 60, 7 * 60)),
    ("settings silent on", "silent", True),
    ("settings lingua coreano", "locale", "ko"),
    ("settings пауза", "status", SubscriptionStatus.PAUSED),
    ("settings thread fallback on", "fallback", True),
)


async def test_settings_are_typed_in_four_languages(core: Core) -> None:
    """Each setting can be written as people would write it."""
    for number, (line, name, value) in enumerate(TYPED):
        reader = Subscriber(core, str(100 + number))
        await reader.say("subscribe")
        reply = await reader.say(line)
        assert reply.outcome is Outcome.ANSWERED, text(reply)
        assert getattr(await reader.has(), name) == value, line


async def test_settings_are_taken_back(core: Core) -> None:
    """What was set can be unset: quiet hours, silence, a pause."""
    reader = Subscriber(core)
    for line in ("subscribe silent", "settings quiet 22-7", "settings pause"):
        await reader.say(line)
    for line in ("settings quiet off", "settings silent off", "settings riprendi"):
        await reader.say(line)
    kept = await reader.has()
    assert (kept.quiet, kept.silent, kept.status) == (None, False, SubscriptionStatus.ACTIVE)


async def test_a_weekday_and_a_time_are_set_together(core: Core) -> None:
    """`digest monday 08:30` sets both, and the card shows them."""
    reader = Subscriber(core)
    await reader.say("subscribe weekly")
    reply = await reader.say("settings digest sunday 08:30")
    kept = await reader.has()
    assert (kept.weekday, kept.digest_at) == (6, 8 * 60 + 30)
    assert "08:30" in text(reply)
    assert "Sunday" in text(reply)


PLACES = {
    "Seoul": "Asia/Seoul", "Roma": "Europe/Rome", "Москва": "Europe/Moscow", "서울": "Asia/Seoul",
    "Europe/Rom": "Europe/Rome", "UTC+3": "Europe/Moscow", "+09:00": "Asia/Seoul", "Etc/GMT-9": "UTC",
    "qwzx": "Europe/Rome",
}  # fmt: skip


async def test_a_time_zone_is_a_place(core: Core) -> None:
    """A city, a slip or a fixed offset is never taken for a time zone: the places it may mean are offered."""
    reader = Subscriber(core)
    await reader.say("subscribe")
    for typed, zone in PLACES.items():
        reply = await reader.say(f"settings timezone {typed}")
        assert reply.outcome is Outcome.MISTAKE, typed
        assert f"settings timezone {zone}" in buttons(reply), typed
        assert (await reader.has()).zone == "Europe/Rome"


SLIPS = (
    "settings digest soon", "settings quiet 22:00", "settings quiet 22:00-22:00", "settings quiet 25-3",
    "settings silent perhaps", "settings language klingon", "settings colour blue", "settings digst 08:30",
)  # fmt: skip


async def test_what_can_not_be_read_leads_on(core: Core) -> None:
    """Each mistake in a setting changes nothing and has buttons that work."""
    for number, line in enumerate(SLIPS):
        reader = Subscriber(core, str(100 + number))
        await reader.say("subscribe")
        before = await reader.has()
        reply = await reader.say(line)
        assert reply.outcome is Outcome.MISTAKE, line
        assert await reader.has() == before
        offered = [each for each in buttons(reply) if each.startswith("settings ")]
        assert offered, line
        assert (await reader.press(offered[0])).ok, line


async def test_every_button_of_the_card_works(core: Core) -> None:
    """Whatever is pressed under the settings is answered, and the answers' buttons too."""
    reader = Subscriber(core)
    await reader.say("subscribe troops")
    lines = buttons(await reader.say("settings"))
    assert {"settings timezone", "settings digest", "settings quiet", "settings silent on", "settings pause"} <= set(
        lines
    )
    deeper: dict[str, None] = {}
    for number, line in enumerate(lines):
        person = Subscriber(core, str(100 + number))
        await person.say("subscribe troops")
        inner = await person.press(line)
        assert inner.ok, line
        deeper |= dict.fromkeys(buttons(inner))
    for line in deeper:
        reader = Subscriber(core, f"9{len(line)}")
        await reader.say("subscribe troops")
        assert (await reader.press(line)).ok, line


async def test_what_is_set_beforehand_waits_for_the_subscription(core: Core) -> None:
    """Whoever sets the language, time zone, digest time or quiet hours first, and then subscribes, has them."""
    reader = Subscriber(core)
    card = await reader.say("settings")
    assert card.outcome is Outcome.ANSWERED
    assert {"subscribe instant", "settings timezone", "settings digest", "settings quiet"} <= set(buttons(card))
    for line in ("settings quiet 22:00-07:00", "settings timezone Asia/Seoul", "settings digest sunday 08:30"):
        reply = await reader.say(line)
        assert reply.outcome is Outcome.ANSWERED, line
        assert "There is no subscription yet." in text(reply)
    assert "Asia/Seoul" in text(await reader.say("settings"))
    assert "not subscribed" in text(await reader.say("why"))
    assert "Impostazioni" in text(await reader.say("settings language italiano"))
    await reader.say("subscribe daily")
    kept = await reader.has()
    assert (kept.status, kept.mode, kept.locale) == (SubscriptionStatus.ACTIVE, Mode.DAILY, "it")
    assert (kept.zone, kept.weekday, kept.digest_at) == ("Asia/Seoul", 6, 8 * 60 + 30)
    assert kept.quiet == QuietHours(22 * 60, 7 * 60)


async def test_nothing_is_paused_that_has_not_begun(core: Core) -> None:
    """Without a subscription there is nothing to pause or to resume: the way to begin is offered."""
    reader = Subscriber(core)
    await reader.say("settings quiet 22:00-07:00")
    for line in ("settings pause", "settings resume"):
        reply = await reader.say(line)
        assert reply.outcome is Outcome.MISTAKE, line
        assert "subscribe" in buttons(reply)
    assert "no subscription" in text(await reader.say("unsubscribe"))


async def test_settings_alone_bring_nothing(core: Core) -> None:
    """A chat that only said how it would be told is told nothing."""
    reader = Subscriber(core)
    await reader.say("settings digest 08:30")
    await publish(core, "A parade was held", "troops")
    assert not any((await core.store.outbox.counts()).values())


async def test_the_language_of_a_chat_is_followed(core: Core) -> None:
    """Who chooses another language with /language is also told news in it."""
    reader = Subscriber(core)
    await reader.say("subscribe")
    await reader.say("language ru")
    assert (await reader.has()).locale == "ru"


async def test_a_group_is_told_in_its_language(core: Core) -> None:
    """A new subscription speaks the language that the group chose, whatever the admin reads."""
    admin = Subscriber(core, admin=True, locale="en")
    await admin.say("language ko chat", chat=GROUP)
    await admin.say("subscribe", chat=GROUP)
    assert (await admin.has(GROUP)).locale == "ko"


async def test_settings_are_for_ones_own_eyes(core: Core) -> None:
    """On Discord only the person sees the settings they asked for."""
    assert (await Subscriber(core, platform=Platform.DISCORD).say("settings")).discreet
