"""Writing what follows from a publication for everybody who hears of it, in the transaction that publishes.

All of it is `INSERT … SELECT` and `UPDATE` over sets, in SQL that both engines understand: a million subscriptions cost
a million rows and no memory. What the statements call a copy is a post that stands in a chat, or may stand there: its
answer was lost, it is under way, or it has been put into words already.
"""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.deliveries import AlertKind, Priority, milliseconds
from bot.core.editorial import Severity
from bot.core.entries import Entry, Status
from bot.core.leases import News
from bot.core.subscriptions import MODES
from storage.alerts import LATEST_AT_ONCE, hearing
from storage.bodies import canonical
from storage.notifying import notify
from storage.schema import alert_entries, alerts, deliveries
from storage.superseding import NEWS, SUPERSEDED

EXPIRES_MS = 48 * 3600 * 1000
TAKEN_BACK, NOT_KNOWN = "taken back", "no message is known"

# A row that was cancelled names in `owner` the alert that did it, so that an undo can call exactly these back; whoever
# had claimed it is no longer its owner by that.
_CANCEL = "update deliveries set state = 'cancelled', open = 0, settled_at = :now, reason = :reason, owner = :by"
_REVIVE = "update deliveries set state = 'queued', open = 1, settled_at = null, reason = '', owner = ''"

_OLDER = "a.entry_key = :key and a.alert_id < :alert"
_CARRYING = f"from alert_entries a join deliveries d on d.alert_id = a.alert_id where {_OLDER} and d.deed = 'post'"
_CHANGES = "e.target <> 0 and e.deed = 'edit'"  # said in these words, or the partial index on targets is of no use

_CHANGES_OF_POSTS = f"""
        from alert_entries a join deliveries d on d.alert_id = a.alert_id join deliveries e on e.target = d.id
        where {_OLDER} and d.deed = 'post' and {_CHANGES}"""


def _stands(row: str) -> str:
    """Whether a post is a copy: see above. A claim is counted, because what is claimed may be in words already."""
    return (
        f"({row}.message is not null or {row}.state in ('started', 'uncertain', 'delivered') "
        f"or ({row}.open = 1 and ({row}.lost > 0 or {row}.owner <> '')))"
    )


def _became_post(row: str) -> str:
    """Whether a change was made by a post."""
    return f"{row}.deed = 'edit' and ({row}.replaces = 1 or {row}.message is not null)"


# Posts that took the place of a message which could not be changed, and posts that took theirs.
_REPLACED = f"""
    with recursive replaced(id) as (
        select e.id {_CHANGES_OF_POSTS} and {_became_post("e")}
        union all
        select e.id from replaced r join deliveries e on e.target = r.id where {_CHANGES} and {_became_post("e")})"""

_NEWS_POSTS = f"""deed = 'post' and alert_id in (
        select a.alert_id from alert_entries a join alerts n on n.id = a.alert_id
        where {_OLDER} and n.kind in {NEWS})"""


def _changes_where(condition: str) -> str:
    """Changes of any post that carries the entry, and of posts that took the place of one."""
    return f"""id in (
        select e.id {_CHANGES_OF_POSTS} and {condition}
        union all
        select e.id from replaced r join deliveries e on e.target = r.id where {_CHANGES} and {condition})"""


# A post whose answer was lost may stand there: it is left alone and counts as a copy.
SUPERSEDE_POSTS = f"{_CANCEL} where state = 'queued' and lost = 0 and {_NEWS_POSTS}"
SUPERSEDE_CHANGES = f"""{_REPLACED}
    {_CANCEL} where {_changes_where("e.state = 'queued' and (e.lost = 0 or e.replaces = 0)")}"""

_UNKNOWN = "d.message is null and d.state in ('uncertain', 'delivered')"
_INSERT_CHANGE = f"""
    insert into deliveries (
        alert_id, subscription_id, target, deed, platform, priority, state, open, due_at, settled_at, reason)
    select :alert, d.subscription_id, d.id, 'edit', d.platform, {Priority.CORRECTION.value},
        case when {_UNKNOWN} then 'rejected' else 'queued' end, case when {_UNKNOWN} then 0 else 1 end, :due,
        case when {_UNKNOWN} then :now end, case when {_UNKNOWN} then '{NOT_KNOWN}' else '' end"""
# Of a message and the post that took its place only the latter is changed: the former could not be.
_NOT_REPLACED = f"""{_stands("d")} and not exists (
        select 1 from deliveries e where e.target = d.id and {_CHANGES} and {_became_post("e")} and {_stands("e")})"""
# What was sent, or tried, since a moment: it may show what readers saw from then on.
_SINCE = f"""(d.open = 1 or d.settled_at >= :since or exists (
        select 1 from deliveries e where e.target = d.id and {_CHANGES} and e.alert_id <> :last
        and (e.state = 'started' or e.settled_at >= :since)))"""
CHANGE_COPIES = f"{_INSERT_CHANGE} {_CARRYING} and {_NOT_REPLACED}"
CHANGE_REPLACED = f"{_REPLACED} {_INSERT_CHANGE} from replaced r join deliveries d on d.id = r.id where {_NOT_REPLACED}"

_INSERT_POST = "insert into deliveries (alert_id, subscription_id, deed, platform, priority, due_at, chat)"
# Whoever was to hear of it hears of it as it is now; as soon as they would have, where that was a flash.
POST_INSTEAD = f"""
    {_INSERT_POST} select :alert, d.subscription_id, 'post', d.platform,
        case when d.priority < :priority then d.priority else :priority end, :due, d.chat
    from alert_entries a join deliveries d on d.alert_id = a.alert_id join subscriptions s on s.id = d.subscription_id
    where {_OLDER} and d.deed = 'post' and d.state = 'cancelled' and d.owner = :by and s.active = 1
    on conflict do nothing"""
POST_TO_ALL = f"""
    {_INSERT_POST} select :alert, s.id, 'post', s.platform, :priority, :due, null
    from {{source}} where s.active = 1 and {{mode}} <= :latest"""
WITHOUT_COPY = f"""not exists (
        select 1 from alert_entries a join deliveries d on d.alert_id = a.alert_id and d.subscription_id = s.id
        where {_OLDER} and d.deed = 'post' and {_stands("d")})
    on conflict do nothing"""

LAST_NEWS = f"""
    select n.id, n.created_at, n.due_at, a.revision from alert_entries a join alerts n on n.id = a.alert_id
    where {_OLDER} and n.kind in {NEWS} order by n.id desc limit 1"""
BEGUN = """
    select 1 from deliveries
    where alert_id = :last and (attempts > 0 or state in ('started', 'delivered', 'uncertain')) limit 1"""
TOLD = "select 1 from deliveries where alert_id = :alert limit 1"
CANCEL_LAST = f"{_CANCEL} where alert_id = :last and state = 'queued'"
REVIVE_POSTS = f"{_REVIVE} where state = 'cancelled' and owner = :by and {_NEWS_POSTS}"
_CALLED_BACK = "e.state = 'cancelled' and e.owner = :by"
REVIVE_CHANGES = f"{_REPLACED} {_REVIVE} where {_changes_where(_CALLED_BACK)}"


async def announce(
    connection: AsyncConnection,
    entry: Entry,
    *,
    revision: int,
    severity: Severity,
    new: bool,
    note: str,
    at: str,
    undo_seconds: int,
    undone: bool = False,
) -> int:
    """Have everybody told who is to hear of a revision; returns the number of the alert.

    new: it is news to all; else those who were told of the entry have their message changed, and those who were about
    to be are told of this revision instead. undone: it takes the revision before it back. Nothing is due before
    `undo_seconds` after `at`. Called with the end of the log of revisions held (`storage.log`), so that the numbers of
    alerts grow in the order of publication.
    """
    fan = await _begin(connection, entry, revision, severity, new=new, note=note, at=at, undo_seconds=undo_seconds)
    await connection.run_sync(notify, News.OUTBOX)
    gone = bool(entry.retired) or entry.status is Status.RETRACTED
    if fan.older:
        await _hold(connection, entry.key, fan.alert)
        if undone and await fan.take_back(revision):
            return fan.alert
        await fan.supersede()
    if not gone and fan.older and not new:
        await fan.run(POST_INSTEAD, by=fan.name, priority=fan.priority)
    if not gone and (new or (severity is Severity.FLASH and not undone)):
        await fan.post_to_all(entry, severity)
    return fan.alert


async def _begin(
    connection: AsyncConnection,
    entry: Entry,
    revision: int,
    severity: Severity,
    *,
    new: bool,
    note: str,
    at: str,
    undo_seconds: int,
) -> _Fan:
    now = milliseconds(datetime.fromisoformat(at))
    due = now + undo_seconds * 1000
    row = {
        "kind": (AlertKind.ALERT if new else AlertKind.CORRECTION).value,
        "severity": severity.value,
        "created_at": now,
        "due_at": due,
        "expires_at": due + EXPIRES_MS,
        "cancelled": 0,
        "warned": 0,
        "body": canonical({"note": note}),
    }
    carrying = select(alert_entries.c.alert_id).where(alert_entries.c.entry_key == entry.key).limit(1)
    older = await connection.scalar(carrying) is not None
    alert = (await connection.execute(insert(alerts).returning(alerts.c.id), row)).scalar_one()
    told = {"alert_id": alert, "entry_key": entry.key, "revision": revision}
    await connection.execute(insert(alert_entries), told)
    priority = Priority.FLASH if severity is Severity.FLASH else Priority.NORMAL
    return _Fan(connection, entry.key, alert, now, due, priority.value, older)


async def _hold(connection: AsyncConnection, key: str, alert: int) -> None:
    """Let no sender claim, start or settle what carries the entry (PostgreSQL; SQLite has one writer at a time).

    In the order in which senders lock rows. What is in nobody's hands now is put into words after this transaction.
    """
    carrying = select(alert_entries.c.alert_id).where(
        alert_entries.c.entry_key == key, alert_entries.c.alert_id < alert
    )
    open_ones = deliveries.c.alert_id.in_(carrying) & deliveries.c.state.in_(("queued", "started"))
    rows = select(deliveries.c.id).where(open_ones).order_by(deliveries.c.id).with_for_update().subquery()
    await connection.execute(select(func.count()).select_from(rows))


@dataclass(frozen=True, slots=True)
class _Fan:
    """One alert about one entry while it is written. older: other alerts carry the entry."""

    connection: AsyncConnection
    key: str
    alert: int
    now: int
    due: int
    priority: int
    older: bool

    @property
    def name(self) -> str:
        """What the rows that give way to this alert say of it."""
        return f"A-{self.alert}"

    async def run(self, sql: str, **params: object) -> None:
        """Run a statement that writes."""
        known: Mapping[str, object] = {"key": self.key, "alert": self.alert, "now": self.now, "due": self.due}
        await self.connection.execute(text(sql), {**known, **params})

    async def supersede(self) -> None:
        """Cancel what is not under way yet, and have every copy changed."""
        await self.run(SUPERSEDE_POSTS, by=self.name, reason=SUPERSEDED)
        await self.run(SUPERSEDE_CHANGES, by=self.name, reason=SUPERSEDED)
        await self.run(CHANGE_COPIES)
        await self.run(CHANGE_REPLACED)

    async def post_to_all(self, entry: Entry, severity: Severity) -> None:
        """Post to whom it concerns; of a quiet one nobody is told but by digests."""
        if (latest := LATEST_AT_ONCE.get(severity)) is None:
            return
        source, mode, params = hearing(entry.topics)
        sql = POST_TO_ALL.format(source=source, mode=mode)
        if self.older:
            sql = f"{sql} and {WITHOUT_COPY}"
        await self.run(sql, priority=self.priority, latest=MODES.index(latest), **params)

    async def take_back(self, revision: int) -> bool:
        """Undo the last alert as if it had never been, unless something of it has left; returns whether that was done.

        What it had cancelled waits again. Only copies that were made since, such as a digest, may show what is taken
        back: these are changed. Where there are none, nobody is told of anything.
        """
        last = (await self.connection.execute(text(LAST_NEWS), {"key": self.key, "alert": self.alert})).first()
        if last is None or last.revision != revision - 1 or last.due_at < self.now:
            return False
        if await self.connection.scalar(text(BEGUN), {"last": last.id}):
            return False
        await self.run(CANCEL_LAST, last=last.id, by="", reason=TAKEN_BACK)
        await self.run(REVIVE_POSTS, by=f"A-{last.id}")
        await self.run(REVIVE_CHANGES, by=f"A-{last.id}")
        for changes in (CHANGE_COPIES, CHANGE_REPLACED):
            await self.run(f"{changes} and {_SINCE}", last=last.id, since=last.created_at)
        seen = await self.connection.scalar(text(TOLD), {"alert": self.alert})
        void = [last.id] if seen else [last.id, self.alert]
        await self.connection.execute(update(alerts).where(alerts.c.id.in_(void)).values(cancelled=1))
        return True
