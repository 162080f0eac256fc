"""`/retract by <person> since <day> <reason>`: taking back all that one person did, after a look at what that is."""

from __future__ import annotations

import re
from datetime import datetime, time

from bot.core.authority import Action, denial
from bot.core.dates import iso_date
from bot.core.documents import Block, Bullets, Code, Document, Heading, RunCommand, Text, inlines, paragraph
from bot.core.entries import Entry, first_day
from bot.core.errors import Mistake, Refused, Unknown
from bot.core.places import UserRef
from bot.core.requests import Call, Reply
from bot.core.times import local_day, stamp
from bot.services.pages import line_for
from bot.services.services import Services

SHOWN = 12
_LINE = re.compile(
    r"by\s+(?P<who>\S+)\s+since\s+(?P<since>\S+?)(?:[\sT](?P<time>(?:[01]?\d|2[0-3]):[0-5]\d))?(?:\s+(?P<reason>.+))?",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)


def is_clean_up(entry: str) -> bool:
    """Whether `/retract` is about a person and not about an entry."""
    return entry.casefold() == "by" or entry.casefold().startswith("by ")


async def clean_up(line: str, shown: int | None, call: Call, services: Services) -> Reply:
    """Show what would be taken back; with the number of the log's row that was shown, take it back.

    Raises Refused for anybody but owners, Mistake for a line that can't be read, Unknown for a stranger.
    """
    if reason := denial(call.standing, Action.CLEAN_UP):
        raise Refused(reason, command="retract", label="")
    match = _LINE.fullmatch(line.strip())
    day = iso_date(match["since"], local_day(stamp(services.clock.now()), services.zone)) if match else None
    if match is None or day is None or not match["reason"]:
        raise Mistake("mistake-clean-up")
    account = await services.people.account(_user(match["who"]))
    if account is None:
        raise Unknown("unknown-account", value=match["who"])
    hour, _, minute = (match["time"] or "0:00").partition(":")
    clock = time(int(hour), int(minute))
    since = stamp(datetime.combine(datetime.fromisoformat(first_day(day)), clock, services.zone))
    words = call.words
    named = f"{words.date(day)}, {clock:%H:%M}" if match["time"] else words.date(day)
    if shown is not None:
        act = await services.people.act(call)
        done = await services.desk.clean_up(account.person, since, shown, match["reason"], act)
        said = paragraph(words.text("cleaned-up", count=len(done), who=match["who"]))
        return Reply(Document((said, *_listed(done, call, services))), refs=tuple(each.ref for each in done))
    entries, proposals, upto = await services.desk.work_of(account.person, since)
    if not entries and not proposals:
        raise Unknown("unknown-work", value=match["who"], since=named)
    blocks: list[Block] = [
        Heading((Text(words.text("clean-up-heading", who=match["who"], since=named)),)),
        *_listed(entries, call, services),
        paragraph(words.text("clean-up-open", count=len(proposals))),
        paragraph(words.text("clean-up-nothing-yet")),
    ]
    again = f"retract by v{upto} {line.strip().partition(' ')[2]}"
    button = RunCommand(words.text("button-clean-up", count=len(entries)), again)
    return Reply(Document(tuple(blocks), ((button,),)), refs=tuple(each.ref for each in entries), discreet=True)


def _user(typed: str) -> UserRef:
    try:
        return UserRef.parse(typed)
    except ValueError:
        raise Mistake("mistake-account", value=typed) from None


def _listed(entries: tuple[Entry, ...], call: Call, services: Services) -> list[Block]:
    lines = [line_for(each, call.words, services.lookup.catalogue) for each in entries[:SHOWN]]
    if len(entries) > SHOWN:
        lines.append(inlines(Code("…"), f" +{len(entries) - SHOWN}"))
    return [Bullets(tuple(lines))] if lines else []
