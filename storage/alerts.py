"""Reading alerts: what they tell by now, whom a publication would reach, what became of one in a chat."""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from bot.core.deliveries import AlertKind, moment_of
from bot.core.editorial import Severity
from bot.core.entries import NUMBER_PREFIXES, Entry
from bot.core.outbox import Alert, Audience, Fate, Item
from bot.core.places import ChatRef
from bot.core.subscriptions import MODES, Mode, Period, QuietHours, Subscription, zone_of
from bot.core.times import stamp
from storage.bodies import entry_body
from storage.entries import COLUMNS, entry_of
from storage.reader import Reader, Row, placeholders
from storage.subscribers import by_place
from storage.tracking import labels

ALERT = "select id, kind, severity, created_at, due_at, cancelled, body from alerts where id = :alert"
# The newest first, as lists of news are.
ITEMS = f"""
    select {COLUMNS}, a.revision from alert_entries a join entries e on e.key = a.entry_key
    where a.alert_id = :alert order by e.date_first desc, e.position desc"""
BEFORE = """
    select r.body, e.number, r.revision, r.at from alert_entries a join entries e on e.key = a.entry_key
    join revisions r on r.entry_id = e.id and r.revision = a.revision
    where a.alert_id = :alert and a.revision <> e.revision"""
CORRECTED = """
    select a.entry_key, n.created_at, n.body from alert_entries a join alerts n on n.id = a.alert_id
    where a.entry_key in (select entry_key from alert_entries where alert_id = :alert)
      and n.id > :alert and n.kind = 'correction' and n.cancelled = 0 order by n.id"""


async def alert(reader: Reader, identity: int) -> Alert | None:
    """See `Outbox.alert`."""
    one = {"alert": identity}
    rows = await reader.fetch(ALERT, one)
    if not rows:
        return None
    _, kind, severity, created_at, due_at, cancelled, text = rows[0]
    corrected = {row[0]: row for row in await reader.fetch(CORRECTED, one)}
    told = {entry.key: entry for entry in map(entry_of, await reader.fetch(BEFORE, one))}
    items = [_item(row, corrected, told) for row in await reader.fetch(ITEMS, one)]
    body = json.loads(text) if text else {}
    return Alert(
        identity,
        AlertKind(kind),
        Severity(severity),
        created_at,
        due_at,
        tuple(items),
        period=Period(body["period"]) if body.get("period") else None,
        day=body.get("day", ""),
        late=bool(body.get("late")),
        merged=body.get("merged", 0),
        title=body.get("title", ""),
        cancelled=bool(cancelled),
    )


def _item(row: Row, corrected: dict[str, Row], told: dict[str, Entry]) -> Item:
    """An entry as it is and as it was told."""
    entry = entry_of(row)
    item = Item(entry, row[4])
    if (change := corrected.get(entry.key)) is not None:
        note = json.loads(change[2]).get("note", "") if change[2] else ""
        item = replace(item, corrected_at=stamp(moment_of(change[1])), note=note)
    before = told.get(entry.key)
    return replace(item, before=before) if before and entry_body(before) != entry_body(entry) else item


_LABEL = re.compile(r"(?:a-?)?(\d{1,18})", re.IGNORECASE)
_NUMBER = re.compile(r"([a-z])-?(\d{1,9})", re.IGNORECASE)
_KINDS = {prefix: kind.value for kind, prefix in NUMBER_PREFIXES.items()}
EXISTS = "select id from alerts where id = :alert"
# What was taken back before it was due comes last: nobody was told of that.
ABOUT = """
    select n.id from entries e join alert_entries a on a.entry_key = e.key join alerts n on n.id = a.alert_id
    where {} and n.kind in ('alert', 'correction') order by n.cancelled, n.id desc limit 1"""


async def find_alert(reader: Reader, label: str) -> int | None:
    """See `Outbox.find_alert`. An entry may also be named by its key."""
    name, _, revision = label.strip().partition("@")
    params: dict[str, object]
    if (named := _LABEL.fullmatch(name)) and not revision:
        rows = await reader.fetch(EXISTS, {"alert": int(named[1])})
        return rows[0][0] if rows else None
    number = _NUMBER.fullmatch(name)
    if number and number[1].upper() in _KINDS:
        which, params = "e.kind = :kind and e.number = :number", {"kind": _KINDS[number[1].upper()]}
        params["number"] = int(number[2])
    else:
        which, params = "e.key = :key", {"key": name}
    if revision:
        if not re.fullmatch(r"\d{1,9}", revision):
            return None
        which, params = f"{which} and a.revision = :revision", params | {"revision": int(revision)}
    rows = await reader.fetch(ABOUT.format(which), params)
    return rows[0][0] if rows else None


def hearing(topics: Sequence[str]) -> tuple[str, str, dict[str, object]]:
    """`Subscription.mode_for` these topics in SQL: where it reads from (subscriptions are `s`), the mode, parameters.

    A join, because asking for each of a million subscriptions costs half as much again as writing a row for it.
    """
    distinct = list(dict.fromkeys(topics))
    if not distinct:
        return "subscriptions s", "s.mode", {}
    names, params = placeholders("topic", distinct)
    source = f"""subscriptions s left join (
        select subscription_id, min(mode) as soonest, count(*) as named from subscription_topics
        where topic in ({names}) group by subscription_id) t on t.subscription_id = s.id"""
    # The mode for whatever is not named counts unless each of the topics is.
    mode = f"case when t.soonest < s.mode or t.named = {len(distinct)} then t.soonest else s.mode end"
    return source, mode, params


LATEST_AT_ONCE = {Severity.FLASH: Mode.WEEKLY, Severity.NORMAL: Mode.INSTANT}
"""The latest mode that hears of news at once; of quiet ones none does."""

AUDIENCE = """
    select s.platform, s.zone, s.quiet_from, s.quiet_until, {mode} as wanted, count(*) from {source}
    where s.active = 1 group by s.platform, s.zone, s.quiet_from, s.quiet_until, wanted"""


async def audience(reader: Reader, entry: Entry, severity: Severity, now: int) -> Audience:
    """See `Outbox.audience`."""
    source, mode, params = hearing(entry.topics)
    latest = LATEST_AT_ONCE.get(severity)
    reached = MODES[: MODES.index(latest) + 1] if latest else ()
    moment = moment_of(now)
    counts: dict[str, int] = {}
    held = in_digests = 0
    for platform, zone, quiet_from, quiet_until, wanted, count in await reader.fetch(
        AUDIENCE.format(source=source, mode=mode), params
    ):
        if MODES[wanted] in reached:
            counts[platform] = counts.get(platform, 0) + count
            quiet = None if quiet_from is None else QuietHours(quiet_from, quiet_until)
            if severity is not Severity.FLASH and quiet is not None and quiet.until(moment, zone_of(zone)):
                held += count
        elif MODES[wanted] in (Mode.DAILY, Mode.WEEKLY):
            in_digests += count
    return Audience(counts, in_digests, held)


# The post comes before changes of what was posted earlier, and what came last before what was first.
OF_ALERT = """
    select state, reason, settled_at, due_at, owner from deliveries
    where alert_id = :alert and subscription_id = :subscription and deed <> 'crosspost'
    order by case deed when 'post' then 0 else 1 end, id desc limit 1"""
LAST_IN_CHAT = """
    select alert_id from deliveries where subscription_id = :subscription and message is not null
    order by id desc limit 1"""


async def fate(reader: Reader, chat: ChatRef, identity: int | None, now: int) -> Fate | None:  # noqa: ARG001 - the port gives it
    """See `Outbox.fate`. Of one that waits, `at` is when it is due; None while it is under way."""
    subscription = await by_place(reader, chat)
    if subscription is None and chat.thread is not None:
        subscription = await by_place(reader, replace(chat, thread=None))
    if identity is None and subscription is not None:
        rows = await reader.fetch(LAST_IN_CHAT, {"subscription": subscription.id})
        identity = rows[0][0] if rows else None
    told = None if identity is None else await alert(reader, identity)
    if told is None:
        return None
    rows = []
    if subscription is not None:
        rows = list(await reader.fetch(OF_ALERT, {"alert": told.id, "subscription": subscription.id}))
    state, reason, settled_at, due_at, owner = rows[0] if rows else (None, "", None, None, "")
    waits = state == "queued" and not owner
    return Fate(
        told.id,
        told.kind,
        (await labels(reader, [told.id]))[told.id],
        _matched(told, subscription),
        state,
        reason,
        due_at if waits else settled_at,
        subscription,
    )


def _matched(told: Alert, subscription: Subscription | None) -> tuple[str, ...]:
    """The topics by which somebody hears of it; all that it is about, where they named none of them."""
    found: dict[str, None] = {}
    for item in told.items:
        topics = item.entry.topics
        named = subscription.topics if subscription else {}
        mode = subscription.mode_for(topics) if subscription else Mode.OFF
        own = [topic for topic in topics if named.get(topic) is mode and mode is not Mode.OFF]
        found |= dict.fromkeys(own or topics)
    return tuple(found)
