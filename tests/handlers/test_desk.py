"""The desk's commands, without any platform: what they answer, what they refuse, and what they leave alone."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.adapters.console.render import plain
from bot.app import Core
from bot.core.authority import Role
from bot.core.documents import RunCommand
from bot.core.editorial import ProposalState
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.requests import Actor, Dialog, Origin, Outcome, Reply, Request

OWNER = 1
URL = "https://tass.com/politics/1"
GROUP = ChatRef(Platform.TELEGRAM, "-100500")


@dataclass
class Talk:
    """People on Telegram who talk to the bot, in English."""

    core: Core
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(100))

    async def hire(self, role: Role) -> int:
        """The number of somebody new with this role."""
        who = next(self.numbers)
        if role > Role.READER:
            await self.says(OWNER, f"/roles grant telegram:{who} {role.name.lower()}")
        return who

    async def says(
        self,
        who: int,
        line: str,
        *,
        chat: ChatRef | None = None,
        dialog: Dialog = Dialog.NONE,
        origin: Origin = Origin.TYPED,
        **more: object,
    ) -> Reply:
        """What the bot answers; `chat` is a group, None the person's own."""
        user = UserRef(Platform.TELEGRAM, str(who))
        kind = ChatKind.GROUP if chat else ChatKind.PRIVATE
        place = chat or ChatRef(Platform.TELEGRAM, user.id)
        request = Request(line, Actor(user), place, kind, origin, platform_locale="en", dialog=dialog, **more)  # type: ignore[arg-type]
        reply = await self.core.dispatcher(request)
        assert reply is not None
        return reply

    async def presses(self, who: int, reply: Reply, label: str, **more: object) -> Reply:
        """Press the button of a reply whose label begins so."""
        return await self.says(who, button(reply, label), origin=Origin.BUTTON, **more)  # type: ignore[arg-type]

    async def draft(self, author: int | None = None, statement: str = "The envoys met") -> str:
        """The number of a new fact that waits for approval."""
        who = author or await self.hire(Role.CONTRIBUTOR)
        return label_of(await self.says(who, f"/addfact {statement} {next(self.numbers)} | source: {URL}"))

    async def published(self, author: int | None = None) -> str:
        """The number of a fact that was written and approved."""
        label = await self.draft(author)
        assert (await self.says(await self.hire(Role.EDITOR), f"/approve {label}")).ok
        return label

    async def state(self, label: str) -> ProposalState:
        return (await self.core.services.desk.find(label)).state

    def text(self, key: str, **data: str | int) -> str:
        return self.core.services.words["en"].text(key, **data)


@pytest.fixture
def talk(core: Core) -> Talk:
    return Talk(core)


def button(reply: Reply, label: str) -> str:
    """What the button carries whose label begins so."""
    buttons = [each for row in reply.document.buttons for each in row if isinstance(each, RunCommand)]
    return next(each.command for each in buttons if each.label.startswith(label))


def label_of(reply: Reply) -> str:
    """The first number of a fact or a report in an answer."""
    found = re.search(r"\b[FR]-\d+\b", plain(reply.document))
    assert reply.ok, plain(reply.document)
    assert found is not None, plain(reply.document)
    return found[0]


def refused(reply: Reply, talk: Talk, key: str, **data: str | int) -> None:
    assert not reply.ok
    assert talk.text(key, **data) in plain(reply.document), plain(reply.document)


@asynccontextmanager
async def nothing_changes(talk: Talk) -> AsyncIterator[None]:
    before = await talk.core.store.audit_head(), await talk.core.store.version()
    yield
    assert (await talk.core.store.audit_head(), await talk.core.store.version()) == before


# Made-up buttons

SPELLINGS = ("{}", "/{}", " {}", "\t{}", "\u200b{}", "/\u2060{}", "{}\u200b", "//{}")


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_spelling_of_a_command_is_a_button(talk: Talk, spelling: str) -> None:
    """A command that only some may use runs from no button the bot did not make, however it is spelt."""
    label = await talk.draft()
    lines = [f"approve {label}", f"Reject {label} no", f"SCHEDULE {label} off", "freeze on", f"undo {label}"]
    lines += ["roles grant telegram:55 owner", f"retract F-1 {label}", "queue here"]
    async with nothing_changes(talk):
        for line in lines:
            reply = await talk.says(OWNER, spelling.format(line), origin=Origin.BUTTON)
            assert not reply.ok, line


async def test_a_press_for_another_is_refused_in_their_chat_too(talk: Talk) -> None:
    """A button asked for in private does nothing for somebody else who gets hold of it."""
    label = await talk.published()
    shown = await talk.says(OWNER, f"/queue {label}")
    other = await talk.hire(Role.OWNER)
    offered = await talk.says(OWNER, "/freeze status")
    async with nothing_changes(talk):
        refused(await talk.presses(other, offered, talk.text("button-freeze")), talk, "refused-foreign-button")
    assert shown.ok


# The queue


async def test_the_queue_is_turned_page_by_page(talk: Talk) -> None:
    """Everything that waits is listed, the oldest first, and opened by its button."""
    author = await talk.hire(Role.CONTRIBUTOR)
    labels = [await talk.draft(author) for _ in range(10)]
    reply = await talk.says(author, "/queue")
    assert talk.text("queue-heading", count=10) in plain(reply.document)
    found = list(reply.refs)
    while turns := [
        each.command
        for row in reply.document.buttons
        for each in row
        if isinstance(each, RunCommand) and "▶" in each.label
    ]:
        reply = await talk.says(author, turns[0], origin=Origin.BUTTON)
        found += reply.refs
    assert found == [f"fact:fact-{each.removeprefix('F-')}" for each in labels]
    opened = await talk.presses(author, reply, labels[-1])
    assert f"{labels[-1]} v1" in plain(opened.document)


async def test_drafts_are_shown_at_the_desk_only(talk: Talk) -> None:
    """In a group that is no review chat the queue goes to the person alone; a reader is refused everywhere."""
    label = await talk.draft()
    editor = await talk.hire(Role.EDITOR)
    for line in ("/queue", f"/queue {label}"):
        assert (await talk.says(editor, line, chat=GROUP)).private
        refused(await talk.says(await talk.hire(Role.READER), line, chat=GROUP), talk, "refused-role", command="queue")
    await talk.says(OWNER, "/queue here", chat=GROUP)
    assert not (await talk.says(editor, "/queue", chat=GROUP)).private
    await talk.says(OWNER, "/queue off", chat=GROUP)
    assert (await talk.says(editor, "/queue", chat=GROUP)).private
    refused(await talk.says(OWNER, "/queue here"), talk, "refused-review-private")


# Turning down and taking back


async def test_a_group_picks_a_reason_by_button(talk: Talk) -> None:
    """Where nobody can be asked, the usual reasons are buttons; what is pressed stands on the card."""
    label = await talk.draft()
    editor = await talk.hire(Role.EDITOR)
    asked = await talk.says(editor, f"/reject {label}", chat=GROUP)
    assert await talk.state(label) is ProposalState.PENDING
    done = await talk.presses(editor, asked, talk.text("reject-unsourced"), chat=GROUP)
    assert talk.text("reject-unsourced") in plain(done.document)
    assert await talk.state(label) is ProposalState.REJECTED


async def test_a_reason_is_asked_for_in_private(talk: Talk) -> None:
    """In a private chat the reason is the next message; it may end in what looks like a version."""
    label = await talk.draft()
    editor = await talk.hire(Role.EDITOR)
    asked = await talk.says(editor, f"/reject {label}", dialog=Dialog.STEPS)
    assert talk.text("ask-reject-reason") in plain(asked.document)
    done = await talk.says(editor, "see the note on v2", dialog=Dialog.STEPS)
    assert "see the note on v2" in plain(done.document)
    assert await talk.state(label) is ProposalState.REJECTED


async def test_only_authors_take_back(talk: Talk) -> None:
    """Who sent a draft in takes it back alone; nobody else can, and not twice."""
    author = await talk.hire(Role.READER)
    label = label_of(await talk.says(author, f"/suggest The envoys met | source: {URL}"))
    others = [await talk.hire(role) for role in Role]
    async with nothing_changes(talk):
        for other in others:
            refused(await talk.says(other, f"/withdraw {label}"), talk, "refused-role", command="withdraw")
    assert (await talk.says(author, f"/withdraw {label}")).ok
    refused(await talk.says(author, f"/withdraw {label}"), talk, "refused-decided-rejected", label=label)


# Forms, question by question


async def test_a_cancelled_form_leaves_nothing(talk: Talk) -> None:
    """After /cancel the next line is no answer, and nothing was proposed."""
    author = await talk.hire(Role.CONTRIBUTOR)
    async with nothing_changes(talk):
        await talk.says(author, "/addfact", dialog=Dialog.STEPS)
        await talk.says(author, "The envoys met", dialog=Dialog.STEPS)
        cancelled = await talk.says(author, "/cancel", dialog=Dialog.STEPS)
        assert talk.text("form-cancelled") in plain(cancelled.document)
        assert (await talk.says(author, URL, dialog=Dialog.STEPS)).outcome is Outcome.MISTAKE
    refused(await talk.says(author, "/cancel", dialog=Dialog.STEPS), talk, "mistake-no-form")


async def test_commands_work_in_the_middle_of_a_form(talk: Talk) -> None:
    """Looking something up in between is no answer; the form goes on with the question that was asked."""
    author = await talk.hire(Role.CONTRIBUTOR)
    await talk.says(author, "/addfact", dialog=Dialog.STEPS)
    assert (await talk.says(author, "/treaty 4", dialog=Dialog.STEPS)).refs == ("article:treaty-2024/4",)
    second = await talk.says(author, "The envoys met", dialog=Dialog.STEPS)
    assert talk.text("ask-source") in plain(second.document)


async def test_what_is_needed_is_asked_until_it_is_there(talk: Talk) -> None:
    """A source can't be skipped, and a bad one is asked for again with what is wrong with it."""
    author = await talk.hire(Role.CONTRIBUTOR)
    await talk.says(author, "/addfact", dialog=Dialog.STEPS)
    await talk.says(author, "The envoys met", dialog=Dialog.STEPS)
    for answer in ("-", "hearsay", "ftp://tass.com/1"):
        again = await talk.says(author, answer, dialog=Dialog.STEPS)
        assert talk.text("ask-source") in plain(again.document), answer
    assert talk.text("ask-topic") in plain((await talk.says(author, URL, dialog=Dialog.STEPS)).document)


async def test_who_lost_the_role_finishes_no_form(talk: Talk) -> None:
    """The right to propose counts with every answer."""
    author = await talk.hire(Role.CONTRIBUTOR)
    await talk.says(author, "/addfact", dialog=Dialog.STEPS)
    await talk.says(OWNER, f"/roles revoke telegram:{author}")
    refused(await talk.says(author, "The envoys met", dialog=Dialog.STEPS), talk, "refused-role", command="addfact")


async def test_a_group_is_asked_nothing(talk: Talk) -> None:
    """In a group a form would take everybody's talk for answers, so the command is explained in words."""
    author = await talk.hire(Role.CONTRIBUTOR)
    reply = await talk.says(author, "/addfact", chat=GROUP)
    assert reply.outcome is Outcome.MISTAKE
    assert "source:" in plain(reply.document)


# What a draft shows


async def test_a_draft_names_its_likely_doubles(talk: Talk) -> None:
    """Who proposes what is there already is asked whether it is the same."""
    known = await talk.core.store.entry("mutual-assistance-in-war")
    assert known is not None
    author = await talk.hire(Role.CONTRIBUTOR)
    reply = await talk.says(author, f"/addfact {known.text['en']} | source: {URL}")
    assert talk.text("review-doubles", labels="").strip() in plain(reply.document)
    assert known.label in plain(reply.document)


async def test_a_draft_names_the_languages_it_lacks(talk: Talk) -> None:
    """What nobody translated yet is said, until somebody does."""
    author = await talk.hire(Role.CONTRIBUTOR)
    label = await talk.draft(author)
    shown = plain((await talk.says(author, f"/queue {label}")).document)
    assert talk.text("review-missing", languages="Italiano, Русский, 한국어") in shown
    done = await talk.says(author, f"/editfact {label} it: Si incontrarono | ru: Они встретились | ko: 만났다")
    assert talk.text("review-missing", languages="").strip() not in plain(done.document)


async def test_the_history_credits_each_language_to_who_wrote_it(talk: Talk) -> None:
    """Who completes somebody's draft with Korean is named beside the Korean text, and in no other line of a text."""
    writer, translator = await talk.hire(Role.CONTRIBUTOR), await talk.hire(Role.CONTRIBUTOR)
    label = await talk.draft(writer)
    await talk.says(translator, f"/editfact {label} ko: 특사들이 만났다")
    await talk.says(await talk.hire(Role.EDITOR), f"/approve {label}")
    first, second = [
        account.pseudonym
        for who in (writer, translator)
        if (account := await talk.core.services.people.account(UserRef(Platform.TELEGRAM, str(who))))
    ]
    lines = plain((await talk.says(writer, f"/history {label}")).document).splitlines()
    by_language = {name: next(each for each in lines if f"{name}:" in each) for name in ("English", "한국어")}
    assert first in by_language["English"]
    assert second not in by_language["English"]
    assert second in by_language["한국어"]
    assert first not in by_language["한국어"]
    assert any(f"{first}, {second}" in each for each in lines)


async def test_a_message_becomes_a_draft_with_its_link(talk: Talk) -> None:
    """Replying /suggest to a message takes its words, and where it stands as the source."""
    reader = await talk.hire(Role.READER)
    link = "https://t.me/pactwatchers/12"
    reply = await talk.says(reader, "/suggest", quoted="Kim received the envoys.", quoted_links=(link,))
    proposal = await talk.core.services.desk.find(label_of(reply))
    assert proposal.entry.text == {"en": "Kim received the envoys."}
    assert [each.url for each in proposal.sources] == [link]


async def test_a_message_without_a_link_is_no_source(talk: Talk) -> None:
    """Words that somebody wrote in a private chat are no publication."""
    reader = await talk.hire(Role.READER)
    async with nothing_changes(talk):
        refused(await talk.says(reader, "/suggest", quoted="Kim received the envoys."), talk, "fault-no-source")


async def test_a_correction_settles_the_reports(talk: Talk) -> None:
    """What readers reported is closed once the entry was put right."""
    label = await talk.published()
    reported = await talk.says(await talk.hire(Role.READER), f"/report {label} the year is wrong")
    number = re.findall(r"R-\d+", plain(reported.document))[0]
    assert await talk.state(number) is ProposalState.PENDING
    await talk.says(await talk.hire(Role.CONTRIBUTOR), f"/editfact {label} date: 2024-06-19")
    await talk.says(await talk.hire(Role.EDITOR), f"/approve {label}")
    assert await talk.state(number) is ProposalState.PUBLISHED


async def test_undo_takes_back_what_was_published_last(talk: Talk) -> None:
    """Whatever was proposed since, waiting or turned down, a publication can be taken back in its time."""
    label, editor = await talk.published(), await talk.hire(Role.EDITOR)
    published = await talk.core.services.desk.find(label)
    await talk.says(await talk.hire(Role.CONTRIBUTOR), f"/editfact {label} ko: 특사들이 만났다")
    done = await talk.says(editor, f"/undo {label}")
    assert talk.text("undone-closed", label=label) in plain(done.document)
    assert talk.text("history-undo") in plain(done.document)
    assert not (await talk.says(editor, f"/fact {label}")).ok or "@1" not in plain(done.document)
    closed = await talk.core.store.proposal(published.id)
    assert closed is not None
    assert closed.state is ProposalState.REJECTED
    assert await talk.state(label) is ProposalState.PENDING

    second = await talk.published()
    await talk.says(await talk.hire(Role.CONTRIBUTOR), f"/editfact {second} ko: 특사들이 만났다")
    await talk.says(editor, f"/reject {second} no")
    again = await talk.says(editor, f"/undo {second}")
    assert talk.text("undone", label=second) in plain(again.document)
    assert (await talk.says(editor, f"/approve {second}")).ok


# Brakes


async def test_two_editors_stop_and_resume(talk: Talk) -> None:
    """Two editors stop all publishing, and two let it go on."""
    label = await talk.draft()
    first, second = await talk.hire(Role.EDITOR), await talk.hire(Role.EDITOR)
    assert talk.text("freeze-vote", count=1) in plain((await talk.says(first, "/freeze")).document)
    assert talk.text("freeze-on") in plain((await talk.says(second, "/freeze")).document)
    refused(await talk.says(second, f"/approve {label}"), talk, "refused-frozen", label=label)
    assert talk.text("unfreeze-vote", count=1) in plain((await talk.says(first, "/freeze off")).document)
    assert talk.text("unfrozen") in plain((await talk.says(second, "/freeze off")).document)
    assert (await talk.says(second, f"/approve {label}")).ok


async def test_a_clean_up_is_looked_at_first(talk: Talk) -> None:
    """What one person did is shown before it is taken back; one more deed in between, and it is looked at again."""
    rogue = await talk.hire(Role.CONTRIBUTOR)
    first, open_ = await talk.published(rogue), await talk.draft(rogue)
    line = f"/retract by telegram:{rogue} since 2020-01-01 account stolen"
    async with nothing_changes(talk):
        shown = await talk.says(OWNER, line)
        assert talk.text("clean-up-nothing-yet") in plain(shown.document)
        editor = await talk.hire(Role.READER)
        assert not (await talk.says(editor, line)).ok
    second = await talk.published(rogue)
    async with nothing_changes(talk):
        refused(await talk.presses(OWNER, shown, "Undo"), talk, "refused-clean-up-moved")
    await talk.presses(OWNER, await talk.says(OWNER, line), "Undo")
    for label in (first, second):
        assert "account stolen" in plain((await talk.says(OWNER, f"/fact {label}")).document)
    assert await talk.state(open_) is ProposalState.REJECTED


async def test_an_editor_cleans_up_nobody(talk: Talk) -> None:
    """Taking back all that one person did is for owners."""
    rogue, editor = await talk.hire(Role.CONTRIBUTOR), await talk.hire(Role.EDITOR)
    await talk.published(rogue)
    async with nothing_changes(talk):
        line = f"/retract by telegram:{rogue} since 2020-01-01 spam"
        refused(await talk.says(editor, line), talk, "refused-role", command="retract")


# People


async def test_a_forgotten_person_leaves_the_desk(talk: Talk) -> None:
    """After /forgetme drafts are taken back, the role is gone, and what was published stays without a name."""
    author = await talk.hire(Role.EDITOR)
    done, waiting = await talk.published(author), await talk.draft(author)
    await talk.presses(author, await talk.says(author, "/forgetme"), talk.text("button-forget"))
    assert await talk.state(waiting) is ProposalState.REJECTED
    refused(await talk.says(author, "/queue"), talk, "refused-role", command="queue")
    assert (await talk.says(author, f"/fact {done}")).ok
    assert f"telegram:{author}" not in plain((await talk.says(OWNER, f"/queue {done}")).document)
    assert await talk.core.store.verify_log() is None


async def test_taking_a_role_away_names_the_other_account(talk: Talk) -> None:
    """Who is dismissed with one account is not left an editor with the other unseen."""
    here, there = await talk.hire(Role.EDITOR), await talk.hire(Role.EDITOR)
    code = plain((await talk.says(here, "/link")).document).partition("/link ")[2].split()[0]
    await talk.says(there, f"/link {code}")
    reply = await talk.says(OWNER, f"/roles revoke telegram:{here}")
    assert talk.text("role-linked", who=f"telegram:{there}") in plain(reply.document)
    await talk.presses(OWNER, reply, "/roles")
    refused(await talk.says(there, "/queue"), talk, "refused-role", command="queue")


async def test_linked_accounts_keep_their_own_roles(talk: Talk) -> None:
    """Linking gives no account a right that it did not have."""
    editor, reader = await talk.hire(Role.EDITOR), await talk.hire(Role.READER)
    code = plain((await talk.says(editor, "/link")).document).partition("/link ")[2].split()[0]
    assert (await talk.says(reader, f"/link {code}")).ok
    refused(await talk.says(reader, "/queue"), talk, "refused-role", command="queue")


async def test_editors_learn_that_nothing_is_sent(talk: Talk):
    """Whoever publishes while the operator has stopped all messages is told so, in the queue and at the approval."""
    label, editor = await talk.draft(), await talk.hire(Role.EDITOR)
    await talk.core.store.outbox.set_brake(on=True, at="2026-11-23T10:00:00.000Z")
    for line in ("/queue", f"/approve {label}"):
        assert talk.text("pushes-held") in plain((await talk.says(editor, line)).document)
    await talk.core.store.outbox.set_brake(on=False, at="2026-11-23T10:01:00.000Z")
    assert talk.text("pushes-held") not in plain((await talk.says(editor, "/queue")).document)
