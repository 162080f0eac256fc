"""What a place gets, and how, in words: the lines that `/subscribe`, `/settings` and `/why` share."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.documents import Inlines, RunCommand, Strong, inlines
from bot.core.ports import Words
from bot.core.subscriptions import MODES, Mode, Subscription, SubscriptionStatus, zone_of
from bot.core.times import local_day, stamp
from bot.services.lookup import Catalogue
from bot.services.pages import LANGUAGE_NAMES, pick
from bot.services.review import local_time
from bot.services.subscriptions import Place, Subscriptions
from bot.services.wishes import WEEKDAYS, clock_time

WIDE = 3


def topic_names(topics: Iterable[str], words: Words, catalogue: Catalogue) -> str:
    """Topics by their titles, in the order of the dossier; one that is no more by its id."""
    wanted = list(topics)
    known = [topic.id for topic, _ in catalogue.topics if topic.id in wanted]
    ordered = [*known, *(each for each in wanted if each not in known)]
    return ", ".join(
        pick(topic.title, words.locale)[0] if (topic := catalogue.topic(each)) else each for each in ordered
    )


def wanted_lines(subscription: Subscription, words: Words, catalogue: Catalogue) -> tuple[Inlines, ...]:
    """What it is told, and how soon: the soonest first."""
    lines = []
    for mode in MODES:
        topics = [topic for topic, each in subscription.topics.items() if each is mode]
        if topics:
            lines.append(_wanted(topic_names(topics, words, catalogue), mode, words))
        if subscription.mode is mode and mode is not Mode.OFF:
            lines.append(_wanted(words.text("wants-else" if subscription.topics else "wants-everything"), mode, words))
    return tuple(lines)


def _wanted(what: str, mode: Mode, words: Words) -> Inlines:
    return inlines(Strong(what), f": {words.text(f'mode-{mode.value}')}")


def how_lines(
    subscription: Subscription, subscriptions: Subscriptions, words: Words, *, everything: bool
) -> tuple[Inlines, ...]:
    """In which language, when and how loud. everything: also what was left as it is for everybody."""
    zone = zone_of(subscription.zone)
    lines = [words.text("subscription-language", language=LANGUAGE_NAMES[subscription.locale])]
    periods = subscription.periods()
    if everything:
        lines.append(words.text("subscription-zone", zone=subscription.zone))
        day = words.text(f"weekday-{WEEKDAYS[subscription.weekday]}")
        lines.append(words.text("subscription-digest", time=clock_time(subscription.digest_at), day=day))
    for period in periods if subscription.status is SubscriptionStatus.ACTIVE else ():
        time = local_time(stamp(subscriptions.next_digest(subscription, period)), zone, words)
        lines.append(words.text(f"next-{period.value}", time=time))
    if (quiet := subscription.quiet) is not None:
        lines.append(words.text("subscription-quiet", since=clock_time(quiet.start), until=clock_time(quiet.end)))
    elif everything:
        lines.append(words.text("subscription-quiet-none"))
    if everything or subscription.silent:
        lines.append(words.text("subscription-silent" if subscription.silent else "subscription-loud"))
    if (everything and subscription.place.thread) or subscription.fallback:
        lines.append(words.text("subscription-fallback" if subscription.fallback else "subscription-no-fallback"))
    return tuple(inlines(each) for each in lines)


def status_line(subscription: Subscription, words: Words) -> str:
    """How it stands, where it is not simply active; empty where it is."""
    if subscription.status is SubscriptionStatus.ACTIVE:
        return ""
    since = words.date(local_day(subscription.since, zone_of(subscription.zone))) if subscription.since else "–"
    return words.text(f"subscription-{subscription.status.value}", date=since)


def rows_of(buttons: Iterable[RunCommand], wide: int = WIDE) -> tuple[tuple[RunCommand, ...], ...]:
    """Buttons in rows."""
    every = tuple(buttons)
    return tuple(every[at : at + wide] for at in range(0, len(every), wide))


def begin_buttons(place: Place, words: Words) -> tuple[RunCommand, ...]:
    """The ways to begin."""
    modes = (Mode.INSTANT, Mode.DAILY, Mode.WEEKLY)
    return tuple(
        RunCommand(words.text(f"button-mode-{mode.value}"), place.line("subscribe", mode.value)) for mode in modes
    )
