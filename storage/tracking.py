"""Reading where deliveries stand: counts, progress, what stalls, what is in doubt, pauses and the brake."""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

import json
from collections.abc import Sequence

from bot.core.deliveries import AlertKind, DeliveryState
from bot.core.entries import NUMBER_PREFIXES, EntryKind
from bot.core.outbox import Backlog, Progress
from bot.core.places import ChatRef, Platform
from storage.reader import Reader, Row, placeholders

NOBODY_MS, NO_PROGRESS_MS, FAR_MS = 30_000, 45_000, 60_000
"""How long to wait before an alert is worrying. What is not due for longer than FAR_MS waits on purpose."""
WATCHED = 2_000
"""The latest alerts are looked after; older ones have expired."""
GLANCE = 200

_DELIVERED = DeliveryState.DELIVERED.value

PAUSES = "select scope, paused_until from limits where platform = :platform and paused_until > :now"
# `unfinished`: for whoever opened the database before a move into it began.
BRAKE = "select 1 from meta where key in ('brake', 'safe_mode', 'unfinished') and value <> ''"


async def pauses(reader: Reader, platform: Platform, now: int) -> dict[str, int]:
    """See `Outbox.pauses`."""
    rows = await reader.fetch(PAUSES, {"platform": platform.value, "now": now})
    return {row[0]: row[1] for row in rows}


async def braked(reader: Reader) -> bool:
    """See `Outbox.braked`."""
    return bool(await reader.fetch(BRAKE))


COUNTS = "select state, count(*) from deliveries group by state"
COUNTS_OF = "select state, count(*) from deliveries where alert_id = :alert group by state"


async def counts(reader: Reader, alert: int | None) -> dict[str, int]:
    """See `Outbox.counts`."""
    rows = await (reader.fetch(COUNTS) if alert is None else reader.fetch(COUNTS_OF, {"alert": alert}))
    return {state.value: 0 for state in DeliveryState} | {row[0]: row[1] for row in rows}


_ALERT = "a.id, a.kind, a.due_at"
LATEST = f"select {_ALERT} from alerts a order by a.id desc limit :limit"
ONE = f"select {_ALERT} from alerts a where a.id = :alert limit :limit"
LAST_AT = "select max(settled_at) from deliveries where alert_id = :alert"


async def progress(reader: Reader, limit: int, alert: int | None) -> tuple[Progress, ...]:
    """See `Outbox.progress`."""
    if alert is None:
        rows = await reader.fetch(LATEST, {"limit": limit})
    else:
        rows = await reader.fetch(ONE, {"alert": alert, "limit": limit})
    return await _progress(reader, rows)


async def _progress(reader: Reader, rows: Sequence[Row]) -> tuple[Progress, ...]:
    names = await labels(reader, [row[0] for row in rows])
    stopped = await braked(reader)
    found = []
    for identity, kind, due_at in rows:
        last_at = (await reader.fetch(LAST_AT, {"alert": identity}))[0][0]
        counted = await counts(reader, identity)
        found.append(Progress(identity, AlertKind(kind), names[identity], due_at, counted, last_at, stopped))
    return tuple(found)


TITLES = "select id, body from alerts where id in ({})"
TOLD = """
    select a.id, e.kind, e.key, e.number, t.revision from alerts a
    join alert_entries t on t.alert_id = a.id join entries e on e.key = t.entry_key
    where a.kind in ('alert', 'correction') and a.id in ({}) order by a.id, e.id desc"""


async def labels(reader: Reader, ids: Sequence[int]) -> dict[int, str]:
    """What alerts are about, for a list of them: `F-12@2` of news, `daily 2026-11-23` of a digest, a notice's title."""
    if not ids:
        return {}
    names, params = placeholders("a", ids)
    found = {}
    for identity, text in await reader.fetch(TITLES.format(names), params):
        body = json.loads(text) if text else {}
        parts = (body.get("period"), body.get("day"))
        found[identity] = body.get("title") or " ".join(part for part in parts if part)
    for identity, kind, key, number, revision in await reader.fetch(TOLD.format(names), params):
        name = key if number is None else f"{NUMBER_PREFIXES[EntryKind(kind)]}-{number}"
        found[identity] = f"{name}@{revision}"
    return found


# Deliveries that somebody should have begun by :since. Of an unclaimed one `due_at` says since when it is due; that of
# a claimed one is the end of the claim, so it counts where it was never put off, or was tried before. What was put off
# by quiet hours or by a platform's word is due only when that is over.
OVERDUE = """
    select 1 from deliveries d where d.alert_id = a.id and d.state in ('queued', 'started') and (
        (d.owner = '' and d.due_at <= :since) or (d.owner <> '' and d.reason = '')
        or (d.first_at <= :since and (d.owner <> '' or d.due_at <= :far)))"""
WORRYING = f"""
    select {_ALERT} from (select * from alerts order by id desc limit {WATCHED}) a
    where a.warned = 0 and a.due_at <= :since and a.expires_at > :now and exists ({OVERDUE}) order by a.id"""
REACHED = f"select 1 from deliveries where alert_id = :alert and state = '{_DELIVERED}' limit 1"
# Sent in the order of their numbers, more or less: the last ones tell at once, where all of them are a million.
LAST_FEW = f"""
    select max(settled_at) from (
        select settled_at from deliveries where alert_id = :alert and state = '{_DELIVERED}'
        order by id desc limit {GLANCE}) lately"""


async def stalled(reader: Reader, now: int) -> tuple[Progress, ...]:
    """Alerts to be worried about and not told of yet; see `Outbox.stalled`."""
    if await braked(reader):
        return ()
    found: dict[int, Row] = {}
    for wait in (NOBODY_MS, NO_PROGRESS_MS):
        for row in await reader.fetch(WORRYING, {"since": now - wait, "far": now + FAR_MS, "now": now}):
            reached = await reader.fetch(REACHED, {"alert": row[0]})
            stands = wait == NO_PROGRESS_MS and not await _moves(reader, row[0], now - wait)
            if not reached or stands:
                found.setdefault(row[0], row)
    return await _progress(reader, list(found.values()))


async def _moves(reader: Reader, alert: int, since: int) -> bool:
    """Whether anything of this alert was settled since then."""
    for query in (LAST_FEW, LAST_AT):
        last = (await reader.fetch(query, {"alert": alert}))[0][0]
        if last is not None and last > since:
            return True
    return False


# Of a claimed delivery `due_at` is the end of the claim, and of a failed one that of its pause: since when it really
# waits is then told by its first attempt.
WAITING = """
    select platform, state, count(*), sum(case when due_at <= :soon then 1 else 0 end),
        min(case when due_at <= :soon then coalesce(first_at, due_at) end)
    from deliveries where open = 1 group by platform, state"""
IN_DOUBT = f"""
    select d.platform, count(*) from (select id from alerts order by id desc limit {WATCHED}) a
    join deliveries d on d.alert_id = a.id and d.state = 'uncertain' group by d.platform"""
LAST_DIGEST = "select created_at from alerts where kind = 'digest' order by id desc limit 1"
DUE_DIGEST = """
    select min(c.next_at) from digest_cursors c join subscriptions s on s.id = c.subscription_id
    where c.next_at <= :now and s.active = 1"""


async def backlog(reader: Reader, now: int) -> Backlog:
    """See `Outbox.backlog`."""
    waiting: dict[tuple[str, str], int] = {}
    due: dict[str, int] = {}
    oldest: dict[str, int] = {}
    for platform, state, count, soon, since in await reader.fetch(WAITING, {"soon": now + FAR_MS}):
        waiting[platform, state] = count
        due[platform] = due.get(platform, 0) + int(soon)
        if since is not None:
            oldest[platform] = min(oldest.get(platform, since), since)
    last = await reader.fetch(LAST_DIGEST)
    return Backlog(
        waiting,
        due,
        oldest,
        {row[0]: row[1] for row in await reader.fetch(IN_DOUBT)},
        last[0][0] if last else None,
        (await reader.fetch(DUE_DIGEST, {"now": now}))[0][0],
        await braked(reader),
    )


DOUBTFUL = """
    select d.id, d.alert_id, coalesce(d.chat, s.place) from deliveries d
    join subscriptions s on s.id = d.subscription_id where d.state = 'uncertain' order by d.id limit :limit"""


async def doubtful(reader: Reader, limit: int) -> tuple[tuple[int, ChatRef, str], ...]:
    """See `Outbox.doubtful`."""
    rows = await reader.fetch(DOUBTFUL, {"limit": limit})
    names = await labels(reader, list({row[1] for row in rows}))
    return tuple((row[0], ChatRef.parse(row[2]), names[row[1]]) for row in rows)
