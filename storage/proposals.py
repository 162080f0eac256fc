"""Reading proposals and what their authors need to know: each named query beside the rows it gives."""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from bot.core.editorial import Proposal, ProposalKind, ProposalState, Severity
from bot.core.entries import Entry, EntryKind, Source
from bot.core.ports import Page
from storage.bodies import canonical, entry_body, entry_from, source_body, source_from
from storage.entries import entry_of
from storage.reader import Reader, Row

FIELDS = (
    *("id", "kind", "number", "base", "draft", "version", "state", "authors", "approvals", "severity", "note"),
    *("reason", "answer", "publish_at", "created_at", "changed_at", "decided_at", "published", "body", "sources"),
)
COLUMNS = ", ".join(FIELDS)


def proposal_of(row: Row) -> Proposal:
    """The proposal of a row that begins with FIELDS. Its entry carries the revision it was made against."""
    (identity, kind, number, base, draft, version, state, authors, approvals, severity, note) = row[:11]
    (reason, answer, publish_at, created_at, changed_at, decided_at, published, body, sources) = row[11:20]
    return Proposal(
        identity,
        ProposalKind(kind),
        entry_from(body, number, max(base, 1), ""),
        tuple(json.loads(authors)),
        created_at,
        base=base,
        draft=draft,
        version=version,
        state=ProposalState(state),
        approvals=tuple(json.loads(approvals)),
        sources=tuple(source_from(each) for each in json.loads(sources)),
        severity=Severity(severity),
        note=note,
        reason=reason,
        answer=answer,
        publish_at=publish_at,
        changed_at=changed_at,
        decided_at=decided_at,
        published=published,
    )


def row_of(proposal: Proposal) -> dict[str, object]:
    """All columns of a proposal's row."""
    return {
        "id": proposal.id,
        "kind": proposal.kind.value,
        "entry_key": proposal.entry.key,
        "entry_kind": proposal.entry.kind.value,
        "number": proposal.entry.number,
        "base": proposal.base,
        "draft": proposal.draft,
        "version": proposal.version,
        "state": proposal.state.value,
        "open": int(proposal.open),
        "opened_by": proposal.authors[0],
        "authors": canonical(proposal.authors),
        "approvals": canonical(proposal.approvals),
        "severity": proposal.severity.value,
        "note": proposal.note,
        "reason": proposal.reason,
        "answer": proposal.answer,
        "publish_at": proposal.publish_at,
        "created_at": proposal.created_at,
        "changed_at": proposal.changed_at,
        "decided_at": proposal.decided_at,
        "published": proposal.published,
        "body": entry_body(proposal.entry),
        "sources": canonical([source_body(each) for each in proposal.sources]),
    }


BY_ID = f"select {COLUMNS} from proposals where id = :id"
# What is open comes first, else the youngest: that is what people mean by F-12.
_FOR = f"select {COLUMNS} from proposals where {{}} and kind <> 'report' order by open desc, id desc limit 1"
FOR_NUMBER = _FOR.format("entry_kind = :kind and number = :number")
FOR_KEY = _FOR.format("entry_key = :key")
LAST_PUBLISHED = f"""
    select {COLUMNS} from proposals where entry_key = :key and state = 'published' and kind <> 'report'
    order by published desc limit 1"""
QUEUE = f"""
    select {COLUMNS}, (select count(*) from proposals where open = 1) as total
    from proposals where open = 1 order by id limit :limit offset :offset"""
DUE = """
    select id from proposals where open = 1 and state = 'approved' and publish_at <= :now order by publish_at, id"""


async def proposal(reader: Reader, identity: int) -> Proposal | None:
    """See `Newsroom.proposal`."""
    return _one(await reader.fetch(BY_ID, {"id": identity}))


async def proposal_for(reader: Reader, kind: EntryKind, number: int) -> Proposal | None:
    """See `Newsroom.proposal_for`."""
    return _one(await reader.fetch(FOR_NUMBER, {"kind": kind.value, "number": number}))


async def proposal_for_key(reader: Reader, key: str) -> Proposal | None:
    """See `Newsroom.proposal_for_key`."""
    return _one(await reader.fetch(FOR_KEY, {"key": key}))


async def last_published(reader: Reader, key: str) -> Proposal | None:
    """See `Newsroom.last_published`."""
    return _one(await reader.fetch(LAST_PUBLISHED, {"key": key}))


def _one(rows: Sequence[Row]) -> Proposal | None:
    return proposal_of(rows[0]) if rows else None


async def queue(reader: Reader, *, offset: int, limit: int) -> Page[Proposal]:
    """See `Newsroom.queue`."""
    rows = await reader.fetch(QUEUE, {"offset": max(0, offset), "limit": limit + 1})
    total = rows[0][len(FIELDS)] if rows else None if offset > 0 else 0
    return Page(tuple(proposal_of(row) for row in rows[:limit]), more=len(rows) > limit, total=total)


async def due(reader: Reader, now: str) -> tuple[int, ...]:
    """See `Newsroom.due`."""
    return tuple(row[0] for row in await reader.fetch(DUE, {"now": now}))


AUDIT_HEAD = "select seq, hash from audit order by seq desc limit 1"


async def audit_head(reader: Reader) -> tuple[int, str]:
    """See `Newsroom.audit_head`; (0, "") where nothing was done yet."""
    rows = await reader.fetch(AUDIT_HEAD)
    return (rows[0][0], rows[0][1]) if rows else (0, "")


TEXTS_OF = """
    select r.body, e.number, r.revision, r.at from entries e join revisions r on r.entry_id = e.id
    where e.key = :key order by r.revision"""


async def texts_of(reader: Reader, key: str) -> tuple[Entry, ...]:
    """See `Newsroom.texts_of`."""
    return tuple(entry_of(row) for row in await reader.fetch(TEXTS_OF, {"key": key}))


# Addresses stand only in the bodies, and there are some hundred sources: reading through them takes a millisecond.
WITH_ADDRESS = "select body from sources where body like :pattern escape '!' order by retired, position limit 50"


async def sources_by_url(reader: Reader, urls: Sequence[str]) -> dict[str, Source]:
    """See `Newsroom.sources_by_url`. The bare host is the address's, and that without `www.`."""
    found: dict[str, Source] = {}
    for url in dict.fromkeys(urls):
        for source in await _with_address(reader, [_escaped(json.dumps(url, ensure_ascii=False)[1:-1])]):
            if source.url == url:  # SQLite's `like` takes /A for /a
                found[url] = source
        host = _host(url)
        if host is None or host in found:
            continue
        hosts = (host, host.removeprefix("www."), f"www.{host}")
        patterns = [f"http{s}://{_escaped(each)}{rest}" for each in hosts for s in ("", "s") for rest in ("", "/%")]
        for source in await _with_address(reader, patterns):
            found.setdefault(host, source)
            found.setdefault(host.removeprefix("www."), source)
    return found


async def _with_address(reader: Reader, patterns: Iterable[str]) -> list[Source]:
    found = []
    for pattern in dict.fromkeys(patterns):
        found += [source_from(row[0]) for row in await reader.fetch(WITH_ADDRESS, {"pattern": f'%"url":"{pattern}"%'})]
    return found


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # a broken IPv6 address
        return None
