"""`/settings`: when, how loud and in which language a chat is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from bot.core.commands import Param, command
from bot.core.documents import Block, Bullets, Code, Document, Heading, RunCommand, Text, paragraph
from bot.core.entries import LOCALES
from bot.core.errors import Mistake
from bot.core.places import ChatKind
from bot.core.ports import Words
from bot.core.requests import Call, Reply
from bot.core.subscriptions import QuietHours, Subscription, SubscriptionStatus
from bot.services.pages import LANGUAGE_NAMES, shorten
from bot.services.services import Services
from bot.services.subscription_cards import begin_buttons, how_lines, rows_of, status_line, wanted_lines
from bot.services.subscriptions import Place
from bot.services.wishes import (
    WEEKDAYS,
    Setting,
    near_settings,
    read_digest,
    read_quiet,
    read_setting,
    read_switch,
    take_chat,
)
from bot.services.zones import USUAL
from handlers.personal import read_language

TIMES = ("07:00", "08:00", "09:00", "12:00", "18:00", "21:00")
QUIET = ("22:00-07:00", "23:00-08:00", "00:00-06:00")
EXAMPLES = {
    Setting.TIMEZONE: "timezone Asia/Seoul",
    Setting.DIGEST: "digest monday 08:30",
    Setting.QUIET: "quiet 22:00-07:00",
}
ZONES_OFFERED = 11

Change = Callable[[Subscription], Subscription]


def _whole(rest: str) -> dict[str, str]:
    """A setting may be two words long, and the chat may stand before it."""
    return {"value": rest}


@dataclass(frozen=True, slots=True)
class SettingsArgs:
    """What to set, to what, and for which chat; typed, all of it stands in `value`."""

    setting: Annotated[str | None, Param(offers=tuple(each.value for each in Setting))] = None
    value: str | None = None
    chat: str | None = None


@command(
    "settings",
    examples=("settings", "settings timezone Asia/Seoul", "settings digest monday 08:30", "settings quiet 22:00-07:00"),
    split=_whole,
)
async def settings(args: SettingsArgs, call: Call, services: Services) -> Reply:
    """Show how a chat is told, or change it."""
    named, text = take_chat(" ".join(part for part in (args.chat, args.setting, args.value) if part))
    setting, value = read_setting(text)
    place = await services.subscriptions.place(
        call.request, named, change=bool(text), line=" ".join(("settings", named or "", text)).strip()
    )
    if not text:
        return await _card(place, await services.subscriptions.of(place.chat), call, services)
    if setting is None:
        raise _no_such(place, text, call.words)
    if setting is Setting.LANGUAGE and value:
        return await _set_language(place, value, call, services)
    change = await _change(setting, value, place, call, services)
    if change is None:
        return _question(setting, place, call)
    if setting in (Setting.PAUSE, Setting.RESUME):
        subscription = await services.subscriptions.change(place, change)
    else:
        subscription = await services.subscriptions.prefer(place, call.request, change)
    return await _card(place, subscription, call, services)


def _no_such(place: Place, typed: str, words: Words) -> Mistake:
    near = near_settings(typed, len(Setting))
    rest = typed.partition(" ")[2] if near else ""
    buttons = [
        RunCommand(words.text(f"setting-{each.value.replace(' ', '-')}"), place.line("settings", each.value, rest))
        for each in near or tuple(Setting)
    ]
    card = RunCommand(words.text("button-settings"), place.line("settings"))
    return Mistake("mistake-setting", value=shorten(typed, 40), buttons=(*buttons, card))


async def _change(setting: Setting, value: str, place: Place, call: Call, services: Services) -> Change | None:
    """What a setting does to a subscription; None where it has to be asked what it shall be. Raises Mistake."""
    words = call.words
    match setting:
        case Setting.PAUSE:
            return services.subscriptions.paused
        case Setting.RESUME:
            return services.subscriptions.resumed
        case Setting.SILENT:
            silent = _read_switch(setting, value, place, words)
            return lambda now: replace(now, silent=silent)
        case Setting.THREAD:
            fallback = _read_switch(setting, value, place, words)
            return lambda now: replace(now, fallback=fallback)
        case _ if not value:
            return None
        case Setting.TIMEZONE:
            zone = await _read_zone(value, place, services)
            return lambda now: replace(now, zone=zone)
        case Setting.DIGEST:
            return _digest_change(value, place, words)
        case Setting.QUIET:
            quiet = _read_quiet(value, place, words)
            return lambda now: replace(now, quiet=quiet)
        case Setting.LANGUAGE:
            return None


def _read_switch(setting: Setting, value: str, place: Place, words: Words) -> bool:
    on = read_switch(value) if value else True
    if on is not None:
        return on
    buttons = (
        RunCommand(words.text("button-on"), place.line("settings", setting.value, "on")),
        RunCommand(words.text("button-off"), place.line("settings", setting.value, "off")),
    )
    raise Mistake("mistake-switch", value=shorten(value, 40), buttons=buttons)


def _digest_change(value: str, place: Place, words: Words) -> Change:
    day, time = read_digest(value)
    if day is None and time is None:
        raise Mistake("mistake-digest", value=shorten(value, 40), buttons=_choices(Setting.DIGEST, place, words))
    return lambda now: replace(
        now, weekday=now.weekday if day is None else day, digest_at=now.digest_at if time is None else time
    )


async def _read_zone(value: str, place: Place, services: Services) -> str:
    zone, near = await services.subscriptions.find_zone(value)
    if zone is not None:
        return zone
    offered = (near or USUAL)[:ZONES_OFFERED]
    buttons = tuple(RunCommand(each, place.line("settings", "timezone", each)) for each in offered)
    raise Mistake("mistake-zone", value=shorten(value, 40), buttons=buttons)


def _read_quiet(value: str, place: Place, words: Words) -> QuietHours | None:
    if read_switch(value) is False:
        return None
    quiet = read_quiet(value)
    if quiet is None:
        raise Mistake("mistake-quiet", value=shorten(value, 40), buttons=_choices(Setting.QUIET, place, words))
    return quiet


async def _set_language(place: Place, value: str, call: Call, services: Services) -> Reply:
    locale = read_language(value, place.line("settings", "language"))
    subscription = await services.subscriptions.choose_language(place, call.request, locale)
    if place.named:  # somebody else's language; the person goes on in their own
        return await _card(place, subscription, call, services)
    return await _card(place, subscription, replace(call, locale=locale, words=services.words[locale]), services)


def _choices(setting: Setting, place: Place, words: Words) -> tuple[RunCommand, ...]:
    """The usual values of a setting, to press."""

    def button(label: str, value: str) -> RunCommand:
        return RunCommand(label, place.line("settings", setting.value, value))

    match setting:
        case Setting.TIMEZONE:
            return tuple(button(each, each) for each in USUAL)
        case Setting.DIGEST:
            days = tuple(button(words.text(f"weekday-{each}"), each) for each in WEEKDAYS)
            return (*(button(each, each) for each in TIMES), *days)
        case Setting.QUIET:
            return (*(button(each, each) for each in QUIET), button(words.text("button-off"), "off"))
        case _:
            return tuple(button(LANGUAGE_NAMES[each], each) for each in LOCALES)


def _question(setting: Setting, place: Place, call: Call) -> Reply:
    """What a setting can be."""
    words = call.words
    asked = words.text(f"settings-ask-{setting.value}")
    example = (" ", Code(f"/{place.line('settings', EXAMPLES[setting])}")) if setting in EXAMPLES else ()
    back = (RunCommand(words.text("button-back"), place.line("settings")),)
    rows = (*rows_of(_choices(setting, place, words), 4), back)
    return Reply(Document((paragraph(asked, *example),), rows), discreet=True, lasting=False)


def _there(subscription: Subscription | None) -> bool:
    return subscription is not None and subscription.status is not SubscriptionStatus.ENDED


async def _card(place: Place, subscription: Subscription | None, call: Call, services: Services) -> Reply:
    """Everything as it stands, with buttons for what can be changed."""
    words = call.words
    heading = words.text("settings-heading-place", chat=place.title) if place.named else words.text("settings-heading")
    blocks: list[Block] = [Heading((Text(heading),))]
    if subscription is None or not _there(subscription):
        locale = subscription.locale if subscription else services.subscriptions.language(place, call.request)
        blocks.append(paragraph(words.text("settings-none")))
        if subscription is None:
            blocks.append(paragraph(words.text("subscription-language", language=LANGUAGE_NAMES[locale])))
        else:
            blocks.append(Bullets(how_lines(subscription, services.subscriptions, words, everything=True)))
        rows: tuple[tuple[RunCommand, ...], ...] = (
            begin_buttons(place, words),
            _languages(place, locale),
            _times(place, words),
        )
    else:
        if status := status_line(subscription, words):
            blocks.append(paragraph(status))
        blocks.append(Bullets(wanted_lines(subscription, words, services.lookup.catalogue)))
        blocks.append(Bullets(how_lines(subscription, services.subscriptions, words, everything=True)))
        rows = tuple(row for row in _buttons(place, subscription, words) if row)
    if call.request.kind is ChatKind.GROUP and not place.named:
        blocks.append(paragraph(words.text("settings-admins")))
    return Reply(Document(tuple(blocks), rows), discreet=True, lasting=False, locale=words.locale)


def _languages(place: Place, locale: str) -> tuple[RunCommand, ...]:
    others = (each for each in LOCALES if each != locale)
    return tuple(RunCommand(LANGUAGE_NAMES[each], place.line("settings", "language", each)) for each in others)


def _times(place: Place, words: Words) -> tuple[RunCommand, ...]:
    asked = (Setting.TIMEZONE, Setting.DIGEST, Setting.QUIET)
    return tuple(RunCommand(words.text(f"setting-{each.value}"), place.line("settings", each.value)) for each in asked)


def _buttons(place: Place, subscription: Subscription, words: Words) -> tuple[tuple[RunCommand, ...], ...]:
    def button(key: str, *parts: str) -> RunCommand:
        return RunCommand(words.text(key), place.line("settings", *parts))

    loud = button("button-loud", "silent", "off") if subscription.silent else button("button-silent", "silent", "on")
    active = subscription.status is SubscriptionStatus.ACTIVE
    going = button("button-pause", "pause") if active else button("button-resume", "resume")
    switches = [loud, going]
    if subscription.fallback:
        switches.append(button("button-no-fallback", Setting.THREAD.value, "off"))
    elif subscription.place.thread:
        switches.append(button("button-fallback", Setting.THREAD.value, "on"))
    return (
        _languages(place, subscription.locale),
        _times(place, words),
        tuple(switches),
        # "Everything, daily" would drop what was chosen topic by topic.
        () if subscription.topics else begin_buttons(place, words),
        (RunCommand(words.text("button-unsubscribe"), place.line("unsubscribe")),),
    )
