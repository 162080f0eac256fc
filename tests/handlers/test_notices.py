"""Recurring notices as editors type them, and the list of everything that has an hour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.console.render import plain
from bot.app import Core, open_core
from bot.core.authority import Role, Standing
from bot.core.deliveries import milliseconds, moment_of
from bot.core.documents import RunCommand
from bot.core.editorial import Act
from bot.core.errors import Refused
from bot.core.places import ChatKind, ChatRef, UserRef
from bot.core.requests import Actor, Origin, Outcome, Reply, Request
from bot.services.notices import MOST
from tests.cores import WORDS, on

WEEKLY = "schedule every monday 09:00: the week of the pact"
GROUP = ChatRef.parse("telegram:-100")
EDITOR = Standing(Role.EDITOR)
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""18:00 on a Monday in Rome."""


class Clock:
    """Six on a Monday, in Rome, for ever."""

    def now(self) -> datetime:
        return NOW


@dataclass
class Someone:
    """A person on Telegram who writes in private, with a role that the place settles."""

    core: Core
    id: str
    role: Role = Role.EDITOR
    locale: str = "en"

    async def say(self, line: str, *, chat: ChatRef | None = None, origin: Origin = Origin.TYPED) -> Reply:
        user = UserRef.parse(f"telegram:{self.id}")
        kind = ChatKind.GROUP if chat else ChatKind.PRIVATE
        place = chat or ChatRef.parse(str(user))
        actor = Actor(user, self.role)
        reply = await self.core.dispatcher(
            Request(line, actor, place, kind, origin=origin, platform_locale=self.locale)
        )
        assert reply is not None
        return reply

    async def reads(self, line: str) -> str:
        return plain((await self.say(line)).document)


def labels(reply: Reply) -> list[str]:
    return [each.label for row in reply.document.buttons for each in row if isinstance(each, RunCommand)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def core(filled_url: str, clock: Clock) -> AsyncIterator[Core]:
    """The product at six on a Monday, with one other editor to confirm."""
    async with open_core(on(filled_url), clock=clock, words=WORDS, semantic=False) as opened:
        yield opened


@pytest.fixture
async def alone(filled_url: str, clock: Clock) -> AsyncIterator[Core]:
    """The same, where an editor publishes alone."""
    async with open_core(on(filled_url, review_approvals=0), clock=clock, words=WORDS, semantic=False) as opened:
        yield opened


async def due(core: Core) -> list[str]:
    """What would be sent by the end of the following week, if the clock ran."""
    found = await core.store.subscribers.due_notices(milliseconds(NOW + timedelta(days=14)))
    return [each.notice.title for each in found]


async def test_a_notice_waits_for_another_editor(core: Core) -> None:
    """Nobody has every chat told something alone: before another editor confirms it, nothing is ever due."""
    asked = await Someone(core, "10").say(WEEKLY)
    assert asked.outcome is Outcome.ANSWERED
    assert "N-1" in plain(asked.document)
    assert "another editor" in plain(asked.document)
    assert labels(asked) == ["Confirm N-1", "Stop N-1"]
    assert await due(core) == []
    own = await Someone(core, "10").say("schedule confirm N-1")
    assert (own.outcome, await due(core)) == (Outcome.REFUSED, [])
    assert (await Someone(core, "11").say("schedule confirm N-1")).ok
    assert await due(core) == ["the week of the pact"]


async def test_a_second_account_is_no_second_person(core: Core) -> None:
    """Whoever linked two accounts can't confirm with one what they wrote with the other."""
    first, second = Someone(core, "10"), Someone(core, "20")
    code = next(word for word in (await first.reads("link")).split() if len(word) == 8 and word.isupper())
    assert (await second.say(f"link {code}")).ok
    await first.say(WEEKLY)
    assert (await second.say("schedule confirm N-1")).outcome is Outcome.REFUSED
    assert await due(core) == []


async def test_where_an_editor_publishes_alone_a_notice_is_on_at_once(alone: Core) -> None:
    """The operator who asks for no second person is not asked for one here either."""
    asked = await Someone(alone, "10").say(WEEKLY)
    assert labels(asked) == ["Stop N-1"]
    assert await due(alone) == ["the week of the pact"]


@pytest.mark.parametrize(
    ("locale", "line", "said"),
    [
        ("en", "schedule every monday 09:00: the week", "Monday, 09:00 – the week · next: 30 November 2026, 09:00"),
        ("it", "schedule ogni lunedì alle 9: la settimana", "lunedì, 09:00 – la settimana · prossimo invio: 30"),
        ("ru", "schedule каждый вторник в 9:00: неделя", "вторник, 09:00 – неделя · следующая отправка: 24 ноября"),
        ("ko", "schedule 매일 9시: 소식", "매일, 09:00 – 소식 · 다음: 2026년 11월 24일, 09:00"),
        ("en", "schedule every mon, thu 18:00: news", "Monday, Thursday, 18:00 – news · next: 26 November 2026, 18:00"),
    ],
)
async def test_the_answer_says_when_it_comes_next(alone: Core, locale: str, line: str, said: str) -> None:
    """An editor reads in their own language which days were understood and when it comes next, on local clocks."""
    text = await Someone(alone, "10", locale=locale).reads(line)
    assert said in text
    assert "(Europe/Rome, UTC+01:00)" in text


async def test_it_is_kept_for_the_moment_that_was_said(alone: Core) -> None:
    """What the store has is the hour of the desk's zone, on the day that was announced."""
    await Someone(alone, "10").say(WEEKLY)
    (notice,) = await alone.store.subscribers.notices()
    assert notice.next_at is not None
    assert moment_of(notice.next_at) == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert (notice.days, notice.minute, notice.zone) == ((0,), 540, "Europe/Rome")


@pytest.mark.parametrize("stop", ["schedule stop N-1", "schedule N-1 off", "Schedule STOP n-1"])
async def test_a_notice_is_stopped_by_any_editor(core: Core, stop: str) -> None:
    """Stopping takes one editor, is for good, and a stopped notice can't be confirmed."""
    await Someone(core, "10").say(WEEKLY)
    await Someone(core, "11").say("schedule confirm N-1")
    assert "the week of the pact" in await Someone(core, "12").reads(stop)
    assert await due(core) == []
    assert (await Someone(core, "11").say("schedule confirm N-1")).outcome is Outcome.UNKNOWN
    assert "N-1" not in await Someone(core, "10").reads("schedule")


async def test_what_is_confirmed_is_confirmed_once(core: Core) -> None:
    """A second confirmation is refused with the reason, also where both were given at one moment."""
    await Someone(core, "10").say(WEEKLY)
    (waiting,) = await core.store.subscribers.notices()
    await Someone(core, "11").say("schedule confirm N-1")
    again = await Someone(core, "12").say("schedule confirm N-1")
    assert again.outcome is Outcome.REFUSED
    assert "confirmed already" in plain(again.document)
    (confirmed,) = await core.store.subscribers.notices()
    late = await core.store.enrol(UserRef.parse("telegram:13"), "2026-11-23T17:00:00.000Z")
    act = Act(late.pseudonym, late.person, EDITOR, "2026-11-23T17:00:00.000Z", "telegram")
    with pytest.raises(Refused) as refused:
        await core.services.notices.confirm(waiting, act)
    assert refused.value.key == "refused-notice-moved"
    assert await core.store.subscribers.notices() == (confirmed,)


async def test_the_list_shows_notices_and_hours(core: Core) -> None:
    """A bare /schedule lists what comes again and what is held back until its hour, with what can be done."""
    editor = Someone(core, "10")
    empty = await editor.say("schedule")
    assert (empty.outcome, empty.refs) == (Outcome.ANSWERED, ())
    assert "Nothing is scheduled." in plain(empty.document)
    await editor.say("editfact F-12 date: 2023")
    await editor.say("schedule F-12 2026-12-01 09:00")
    await editor.say("editfact F-13 date: 2023")
    await editor.say(WEEKLY)
    for line in ("schedule", "schedule list"):
        listed = await Someone(core, "11").say(line)
        text = plain(listed.document)
        assert "N-1 Monday, 09:00 – the week of the pact · not confirmed" in text
        assert "F-12 not before 1 December 2026, 09:00 (Europe/Rome, UTC+01:00)" in text
        assert "F-13" not in text
        assert labels(listed) == ["Confirm N-1", "Stop N-1"]
        assert [each.partition(":")[0] for each in listed.refs] == ["fact"]


async def test_buttons_do_what_they_say(core: Core) -> None:
    """In a review chat a notice is confirmed and stopped by buttons, which are checked again when they are pressed."""
    await Someone(core, "1", Role.OWNER).say("queue here", chat=GROUP)
    asked = await Someone(core, "10").say(WEEKLY, chat=GROUP)
    confirm, stop = (each for row in asked.document.buttons for each in row if isinstance(each, RunCommand))
    press = {"chat": GROUP, "origin": Origin.BUTTON}
    assert (await Someone(core, "10").say(confirm.command, **press)).outcome is Outcome.REFUSED
    assert (await Someone(core, "99", Role.READER).say(confirm.command, **press)).outcome is Outcome.REFUSED
    assert (await Someone(core, "11").say(confirm.command, **press)).ok
    assert await due(core) == ["the week of the pact"]
    assert (await Someone(core, "12").say(stop.command, **press)).ok
    assert await due(core) == []


async def test_what_waits_is_not_shown_among_strangers(core: Core) -> None:
    """Asked in a group that is no review chat, notices and hours are answered to the editor only."""
    await Someone(core, "10").say(WEEKLY)
    assert (await Someone(core, "10").say("schedule", chat=GROUP)).private
    assert not (await Someone(core, "10").say("schedule")).private


async def test_only_editors_have_to_do_with_it(core: Core) -> None:
    """Readers and contributors neither see nor change what has its hour."""
    await Someone(core, "10").say(WEEKLY)
    kept = await core.store.subscribers.notices()
    for role in (Role.READER, Role.CONTRIBUTOR):
        for line in (WEEKLY, "schedule", "schedule list", "schedule confirm N-1", "schedule stop N-1", "schedule N-1"):
            assert (await Someone(core, "99", role).say(line)).outcome is Outcome.REFUSED, (role, line)
    assert await core.store.subscribers.notices() == kept


async def test_while_publishing_is_stopped_no_notice_begins(core: Core, alone: Core) -> None:
    """Under a freeze nothing new is told to everybody, neither confirmed nor alone."""
    await Someone(core, "10").say(WEEKLY)
    for each in (core, alone):
        await Someone(each, "1", Role.OWNER).say("freeze")
    refused = [await Someone(core, "11").say("schedule confirm N-1"), await Someone(alone, "10").say(WEEKLY)]
    assert [each.outcome for each in refused] == [Outcome.REFUSED] * 2
    assert await due(core) == await due(alone) == []


async def test_there_are_not_more_than_anybody_reads(core: Core) -> None:
    """A stolen account can't fill every chat with notices."""
    editor = Someone(core, "10")
    for number in range(MOST):
        assert (await Someone(core, str(100 + number)).say(f"schedule every day 9:00: number {number}")).ok
    refused = await editor.say(WEEKLY)
    assert refused.outcome is Outcome.REFUSED
    listed = await editor.say("schedule")
    assert len(listed.document.buttons) <= 5
    assert f"N-{MOST}" in plain(listed.document)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("schedule every funday 9:00: x", "“funday” is not a day I know"),
        ("schedule every monday: x", "/schedule every monday, thursday 09:00"),
        ("schedule every monday 9:00", "A title is missing"),
        ("schedule stop N-7", "no recurring notice under “N-7”"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_kept(core: Core, line: str, said: str) -> None:
    """A slip is answered with what was not understood and an example that works."""
    answered = await Someone(core, "10").say(line)
    assert not answered.ok or answered.outcome is Outcome.UNKNOWN
    assert said in plain(answered.document)
    assert await core.store.subscribers.notices() == ()


async def test_hours_of_proposals_are_set_as_before(core: Core) -> None:
    """A proposal's hour is set and lifted by its number, whatever notices there are."""
    editor = Someone(core, "10")
    await editor.say(WEEKLY)
    await editor.say("editfact F-12 date: 2023")
    assert "F-12 will not be published before" in await editor.reads("schedule F-12 tomorrow 9:30")
    assert "F-12 has no set hour any more" in await editor.reads("schedule F-12 off")
    assert "When?" in await editor.reads("schedule F-12")
