"""Reading what the desk works with: review chats and cards, guarded lines, forms, the stop of all publishing, work."""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

import json

from bot.core.editorial import Proposal
from bot.core.entries import Entry
from bot.core.places import ChatRef, MessageRef, UserRef
from bot.core.ports import GuardedLine, OpenForm, Posted
from storage.proposals import FIELDS, proposal_of
from storage.reader import Reader
from storage.work import last_row, work

FREEZE = "select value from meta where key = 'freeze'"


async def frozen(reader: Reader) -> bool:
    """See `Newsroom.frozen`."""
    rows = await reader.fetch(FREEZE)
    return bool(rows and rows[0][0] and json.loads(rows[0][0])["frozen"])


REVIEW_CHATS = "select at, chat from review_chats"

_PROPOSAL = ", ".join(f"p.{name}" for name in FIELDS)
# Most cards show what they should, and most proposals were decided long ago: the first statement reads only the index
# of cards that do not, the second only that of proposals that are open.
OUTDATED = f"""
    select {_PROPOSAL}, c.chat, c.message, c.version from review_cards c join proposals p on p.id = c.proposal
    where c.version <> c.wanted order by c.proposal, c.chat, c.message limit :limit"""
WITHOUT_CARD = f"""
    select {_PROPOSAL}, r.chat from proposals p cross join review_chats r
    where p.open = 1 and not exists (select 1 from review_cards c where c.proposal = p.id and c.chat = r.chat)
    order by p.id, r.at, r.chat limit :limit"""


async def review_chats(reader: Reader) -> tuple[ChatRef, ...]:
    """See `Newsroom.review_chats`."""
    return tuple(ChatRef.parse(row[1]) for row in sorted(await reader.fetch(REVIEW_CHATS), key=tuple))


async def behind(reader: Reader, limit: int) -> tuple[tuple[Proposal, ChatRef, Posted | None], ...]:
    """See `Newsroom.behind`. Cards to be changed come first: their buttons offer what is no longer so."""
    found: list[tuple[Proposal, ChatRef, Posted | None]] = []
    for row in await reader.fetch(OUTDATED, {"limit": limit}):
        proposal, (place, message, version) = proposal_of(row), row[len(FIELDS) :]
        chat = ChatRef.parse(place)
        found.append((proposal, chat, Posted(MessageRef(chat, message), proposal.id, version)))
    if len(found) < limit:
        rows = await reader.fetch(WITHOUT_CARD, {"limit": limit - len(found)})
        found.extend((proposal_of(row), ChatRef.parse(row[len(FIELDS)]), None) for row in rows)
    return tuple(found)


OPEN_OF = f"""
    select {_PROPOSAL} from proposals p join accounts a on a.pseudonym = p.opened_by
    where a.person = :person and p.open = 1 order by p.id"""


async def work_of(reader: Reader, person: str, since: str) -> tuple[tuple[Entry, ...], tuple[Proposal, ...], int]:
    """See `Newsroom.work_of`."""
    upto = await last_row(reader)
    found = await work(reader, person, since, upto, "")
    waiting = await reader.fetch(OPEN_OF, {"person": person})
    return tuple(each.entry for each in found), tuple(map(proposal_of, waiting)), upto


GUARDED_LINE = "select line, chat, actor from guarded_lines where token = :token"
FORM = "select line, answers, asked from forms where ref = :ref"


async def guarded_line(reader: Reader, token: str) -> GuardedLine | None:
    """See `Newsroom.guarded_line`."""
    for line, chat, actor in await reader.fetch(GUARDED_LINE, {"token": token}):
        return GuardedLine(line, ChatRef.parse(chat), None if actor is None else UserRef.parse(actor))
    return None


async def form(reader: Reader, user: UserRef) -> OpenForm | None:
    """See `Newsroom.form`."""
    for line, answers, asked in await reader.fetch(FORM, {"ref": str(user)}):
        return OpenForm(line, json.loads(answers), asked)
    return None
