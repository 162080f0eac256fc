"""The part of `/schedule` that is about recurring notices, and its list of everything that has an hour."""

from __future__ import annotations

from bot.core.documents import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Inlines,
    Note,
    RunCommand,
    Text,
    inlines,
    paragraph,
)
from bot.core.editorial import Proposal
from bot.core.errors import Refused
from bot.core.outbox import Notice
from bot.core.ports import Words
from bot.core.recurrence import EVERY_DAY, read_recurrence
from bot.core.requests import Call, Reply
from bot.core.subscriptions import zone_of
from bot.core.times import stamp
from bot.services.notices import Notices, label
from bot.services.pages import shorten, title
from bot.services.review import local_time
from bot.services.services import Services
from bot.services.wishes import WEEKDAYS

AT_ONCE = 100
BUTTONS = 10
"""Notices with buttons below the list: five rows of two are all that Discord shows; the others are typed."""


async def add_notice(typed: str, call: Call, services: Services) -> Reply:
    """Keep a recurring notice: `every monday 09:00: the week of the pact`."""
    wanted, notices = read_recurrence(typed), services.notices
    if not services.desk.policy.approvals and await services.desk.frozen():
        raise Refused("refused-frozen", label=wanted.title)
    notice = await notices.add(wanted, await services.people.act(call))
    key = "notice-added" if notice.approved_by else "notice-proposed"
    return await _told(notice, call.words.text(key, label=label(notice)), call, services)


async def confirm_notice(typed: str, call: Call, services: Services) -> Reply:
    """Approve a notice; from then on it is told."""
    notices = services.notices
    notice = await notices.find(typed)
    if await services.desk.frozen():
        raise Refused("refused-frozen", label=label(notice))
    notice = await notices.confirm(notice, await services.people.act(call))
    return await _told(notice, call.words.text("notice-added", label=label(notice)), call, services)


async def stop_notice(typed: str, call: Call, services: Services) -> Reply:
    """End a notice."""
    notices = services.notices
    notice = await notices.find(typed)
    notice = await notices.stop(notice, await services.people.act(call))
    blocks = (paragraph(call.words.text("notice-stopped", label=label(notice))), paragraph(notice.title))
    row = (RunCommand("/schedule", "schedule"),)
    return Reply(Document(blocks, (row,)), private=await _discreet(call, services), lasting=False)


async def show_notice(typed: str, call: Call, services: Services) -> Reply:
    """One notice, with what can be done about it."""
    return await _told(await services.notices.find(typed), "", call, services)


async def show_schedule(call: Call, services: Services) -> Reply:
    """Everything that has an hour: recurring notices, and proposals that are not published before theirs."""
    words, notices = call.words, services.notices
    found, waiting = await notices.open(), await _embargoed(services)
    lines = tuple(inlines(Code(label(each)), f" {_summary(each, notices, words)}") for each in found)
    lines += tuple(_embargo(each, call, services) for each in waiting)
    body: Block = Bullets(lines) if lines else paragraph(words.text("schedule-empty"))
    blocks = (Heading((Text(words.text("schedule-heading")),)), body, Note(inlines(words.text("notice-how"))))
    buttons = [button for each in found[:BUTTONS] for button in _buttons(each, words)][:BUTTONS]
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    refs = tuple(dict.fromkeys(each.entry.ref for each in waiting))
    return Reply(Document(blocks, rows), refs=refs, private=await _discreet(call, services), lasting=False)


async def _told(notice: Notice, said: str, call: Call, services: Services) -> Reply:
    words, notices = call.words, services.notices
    lines = [said] if said else []
    lines += [_summary(notice, notices, words)]
    blocks = tuple(paragraph(line) for line in lines)
    return Reply(Document(blocks, (_buttons(notice, words),)), private=await _discreet(call, services), lasting=False)


def _summary(notice: Notice, notices: Notices, words: Words) -> str:
    """`Monday, Thursday, 09:00 – The week of the pact`, and when that is next, or what it waits for."""
    all_week = notice.days == EVERY_DAY
    each_day = [words.text(f"weekday-{WEEKDAYS[day]}") for day in notice.days]
    days = [words.text("notice-every-day")] if all_week else each_day
    hour, minute = divmod(notice.minute, 60)
    when = ", ".join((*days, f"{hour:02}:{minute:02}"))
    coming = local_time(stamp(notices.next(notice).moment), zone_of(notice.zone), words)
    state = words.text("notice-next" if notice.approved_by else "notice-waits", time=coming)
    return f"{when} – {notice.title} · {state}"


def _buttons(notice: Notice, words: Words) -> tuple[RunCommand, ...]:
    name = label(notice)
    confirm = RunCommand(words.text("button-notice-confirm", label=name), f"schedule confirm {name}")
    stop = RunCommand(words.text("button-notice-stop", label=name), f"schedule stop {name}")
    return (stop,) if notice.approved_by else (confirm, stop)


async def _embargoed(services: Services) -> list[Proposal]:
    found: list[Proposal] = []
    offset, more = 0, True
    while more:
        page = await services.desk.queue(offset=offset, limit=AT_ONCE)
        found += [each for each in page.items if each.publish_at is not None]
        offset, more = offset + AT_ONCE, page.more
    return sorted(found, key=lambda each: each.publish_at or "")


def _embargo(proposal: Proposal, call: Call, services: Services) -> Inlines:
    assert proposal.publish_at is not None  # noqa: S101 - only such proposals are asked for
    hour = local_time(proposal.publish_at, services.zone, call.words)
    said = call.words.text("schedule-line", time=hour)
    return inlines(Code(proposal.label), f" {said} – {shorten(title(proposal.entry, call.locale), 80)}")


async def _discreet(call: Call, services: Services) -> bool:
    """Whether the answer is for the person only: what is not published is nothing for strangers."""
    return not await services.desk.in_the_open(call.request)
