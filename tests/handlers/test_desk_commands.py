"""The commands of the desk as people type them, and the forms that ask for what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.adapters.console.render import plain
from bot.app import Core
from bot.core.authority import Role
from bot.core.documents import RunCommand
from bot.core.places import ChatKind, ChatRef, UserRef
from bot.core.requests import Actor, Dialog, Origin, Outcome, Reply, Request

SOURCE = "source: https://www.nknews.org/parade"
GROUP = ChatRef.parse("telegram:-100")


@dataclass
class Someone:
    """A person on Telegram, in private unless said otherwise, with a role that the place settles."""

    core: Core
    id: str
    role: Role = Role.READER
    locale: str = "en"
    shown: list[Reply] = field(default_factory=list)

    async def say(
        self,
        line: str,
        *,
        origin: Origin = Origin.TYPED,
        chat: ChatRef | None = None,
        dialog: Dialog = Dialog.NONE,
        values: dict[str, str] | None = None,
    ) -> Reply:
        user = UserRef.parse(f"telegram:{self.id}")
        reply = await self.core.dispatcher(
            Request(
                line,
                Actor(user, self.role),
                chat or ChatRef.parse(str(user)),
                ChatKind.GROUP if chat else ChatKind.PRIVATE,
                origin=origin,
                values=values,
                platform_locale=self.locale,
                dialog=dialog,
            )
        )
        assert reply is not None
        self.shown.append(reply)
        return reply

    async def step(self, line: str) -> Reply:
        """Say something where questions are asked one by one."""
        return await self.say(line, dialog=Dialog.STEPS)


def editor(core: Core, id: str = "10") -> Someone:  # noqa: A002 - the field's own name
    return Someone(core, id, Role.EDITOR)


def buttons(reply: Reply) -> list[str]:
    return [each.command for row in reply.document.buttons for each in row if isinstance(each, RunCommand)]


async def test_a_bare_number_is_an_article_also_while_the_fact_of_that_number_waits(core: Core) -> None:
    """`/editfact 4` changes Article 4, whatever is waiting for F-4."""
    await editor(core).say("editfact F-4 date: 2023")
    reply = await editor(core).say("editfact 4 statement: The parties help each other at once.")
    assert reply.refs == ("article:treaty-2024/4",)


async def test_articles_are_named_as_everywhere(core: Core) -> None:
    """An article named by two words is changed, reported and rejected by them."""
    changed = await editor(core).say("editfact un 51 statement: Nothing here impairs the right of self-defence.")
    reported = await Someone(core, "99").say("report 1961 1 the year is wrong")
    rejected = await editor(core, "11").say("reject un 51 it says more")
    assert changed.refs == rejected.refs == ("article:un-charter/51",)
    assert reported.refs == ("article:treaty-1961/1",)
    assert "it says more" in plain(rejected.document)


async def test_a_number_of_a_report_or_a_reason_is_no_article(core: Core) -> None:
    """Numbers at the beginning of a reason belong to the reason."""
    await editor(core).say("editfact F-4 date: 2023")
    assert "19 officers, not 20" in plain((await editor(core, "11").say("reject F-4 19 officers, not 20")).document)


async def test_reasons_appear_as_written(core: Core) -> None:
    """What buttons put at the end of a line is left alone in what people write."""
    for reason in ("see v2", "the answer differs in:ru", "there is more +", "page #2"):
        await editor(core).say("editfact F-12 date: 2023")
        assert reason in plain((await editor(core, "11").say(f"reject F-12 {reason}")).document)


async def test_another_revision_than_the_one_it_would_become_is_not_approved(core: Core) -> None:
    """`/approve F-4@1` does not publish revision 2."""
    await editor(core).say("editfact F-4 date: 2023")
    assert (await editor(core, "11").say("approve F-4@1")).outcome is Outcome.REFUSED
    assert (await editor(core, "11").say("approve F-4@2")).outcome is Outcome.ANSWERED


async def test_a_correction_stays_in_its_language(core: Core) -> None:
    """Whoever mends a slip in a text mends that text, whatever language they read in."""
    await editor(core).say(f"addfact Kim Jong Un visita il porto di Vladivostok in giugno | {SOURCE}")
    # The writer reads English, so a text of Latin letters was taken for English.
    reader = Someone(core, "12", Role.EDITOR, "it")
    reply = await reader.say("editfact F-117 statement: Kim Jong Un visita il porto di Vladivostok a giugno")
    assert reply.ok
    text = plain(reply.document)
    assert "a giugno" in text
    assert "in giugno" not in text


async def test_topics_given_one_by_one_all_count(core: Core) -> None:
    """Of several topics in one change none is lost."""
    await editor(core).say("editfact F-12 topic: sanctions | topic: economy | note: filed anew")
    reply = await editor(core).say("queue F-12")
    assert "Sanctions" in plain(reply.document)
    assert "Economy" in plain(reply.document)


async def test_a_note_outlives_the_next_change(core: Core) -> None:
    """Whoever completes a draft does not drop the note that is there."""
    await editor(core).say("editfact F-12 date: 2023 | note: the year was wrong")
    reply = await editor(core, "11").say("editfact F-12 source: https://tass.com/1")
    assert "the year was wrong" in plain(reply.document)


async def test_a_form_of_an_older_draft_changes_nothing(core: Core) -> None:
    """What a form on the screen sends back does not undo what others changed meanwhile."""
    await editor(core).say(f"addfact A parade was held | {SOURCE}")
    form = (await editor(core, "11").say("editfact F-117", dialog=Dialog.MODAL)).form
    assert form is not None
    await editor(core).say("editfact F-117 date: 2024")
    values = {each.name: each.value for each in form.fields} | {"note": "a note"}
    late = await editor(core, "11").say(form.line, dialog=Dialog.MODAL, values=values | {"statement": "No parade"})
    assert late.outcome is Outcome.REFUSED


async def test_too_many_sources_at_once_are_refused(core: Core) -> None:
    """A line of hundreds of addresses costs the store nothing."""
    addresses = " ".join(f"https://a{number}.com" for number in range(100))
    reply = await Someone(core, "99").say(f"suggest A parade was held | source: {addresses}")
    assert reply.outcome is Outcome.MISTAKE
    assert "20" in plain(reply.document)


async def test_examples_of_help_are_pressed_only_where_nothing_changes(core: Core) -> None:
    """Help can be explored button by button: no example grants a role, stops publishing or files a report."""
    owner = Someone(core, "1", Role.OWNER)
    pressed = [each for name in core.services.commands for each in buttons(await owner.say(f"help {name}"))]
    names = {each.partition(" ")[0] for each in pressed if not each.startswith("!")}
    assert "treaty" in names
    assert names.isdisjoint({"suggest", "report"})
    assert not [each for each in pressed if each.startswith("!")]  # a button that changes something goes out as a token


async def test_every_field_is_offered_by_steps(core: Core) -> None:
    """Whoever changes an entry step by step is offered each of its fields."""
    offered = buttons(await editor(core).step("/editfact F-12"))
    assert {"answer field statement", "answer field source", "answer field ko"} <= set(offered)


async def test_a_button_of_an_answered_question_answers_no_other(core: Core) -> None:
    """An old `skip` skips nothing, and an old choice fills no other field."""
    someone = Someone(core, "99")
    for line in ("/suggest", "A parade was held", "https://www.nknews.org/parade"):
        await someone.step(line)
    skip = next(each for each in buttons(someone.shown[-1]) if each == "answer topic -")
    await someone.say(skip, origin=Origin.BUTTON, dialog=Dialog.STEPS)
    late = await someone.say(skip, origin=Origin.BUTTON, dialog=Dialog.STEPS)
    assert late.outcome is Outcome.MISTAKE
    assert "Question 5" in plain((await someone.step("4")).document)


async def test_an_answer_is_no_command_however_often_that_was_asked(core: Core) -> None:
    """`article 4` answers the question about the article, also when the card of Article 4 is in memory."""
    someone = Someone(core, "99")
    await someone.step("article 4")
    for line in ("/suggest", "A parade was held", "https://www.nknews.org/parade", "-"):
        await someone.step(line)
    assert "Question 5" in plain((await someone.step("article 4")).document)


async def test_a_form_ends_with_what_it_was_about(core: Core) -> None:
    """A form about a proposal that was decided meanwhile is closed, and the next line is read as usual."""
    await editor(core).say("editfact F-12 date: 2023")
    await editor(core, "11").step("/reject F-12")
    await editor(core, "12").say("approve F-12")
    assert (await editor(core, "11").step("because")).outcome is Outcome.REFUSED
    assert (await editor(core, "11").step("treaty 4")).refs == ("article:treaty-2024/4",)


async def test_drafts_stay_out_of_groups(core: Core) -> None:
    """In a group that is no review chat no answer shows a draft, and its buttons work where it is shown instead."""
    await editor(core).say(f"addfact A parade was held | {SOURCE}")
    someone = editor(core, "11")
    for line in ("queue", "queue F-117", "editfact F-117 date: 2024", "schedule F-117 off", "reject F-117 no"):
        reply = await someone.say(line, chat=GROUP)
        assert reply.ok
        assert reply.private or "parade" not in plain(reply.document), line
    await editor(core).say(f"addfact Another parade was held | {SOURCE}")
    card = await someone.say("queue F-118", chat=GROUP)
    assert (await someone.say(buttons(card)[0], origin=Origin.BUTTON)).refs == ("fact:fact-118",)


async def test_a_page_after_the_last_does_not_say_that_nothing_waits(core: Core) -> None:
    """Whoever turns past the end of the queue is led back to what waits."""
    await editor(core).say(f"addfact A parade was held | {SOURCE}")
    reply = await editor(core, "11").say("queue #9")
    assert "1" in plain(reply.document).split("\n", 1)[0]
    assert buttons(reply)


async def test_an_id_with_zeros_before_it_is_the_id(core: Core) -> None:
    """A role granted to telegram:0055 is telegram:55's, not nobody's."""
    assert "telegram:55 " in plain(
        (await Someone(core, "1", Role.OWNER).say("roles grant telegram:0055 editor")).document
    )


async def test_a_card_says_which_source_is_whose_and_names_all(core: Core) -> None:
    """Before anything is published the desk sees every source, and which side of a dispute it stands for."""
    sources = " ".join(f"https://site{number}.org/page" for number in range(9))
    reply = await editor(core).say(
        f"addfact A parade was held | source: {sources} | status: disputed | by: KCNA"
        " | against: There was none | against-by: Seoul | against-source: https://seoul.go.kr/page"
    )
    shown = plain(reply.document)
    assert all(f"site{number}.org" in shown for number in range(9))
    assert "seoul.go.kr" in shown


async def test_nobody_takes_work_back_unseen(core: Core) -> None:
    """A row of the log that no dry run can have named does not stand for one."""
    await editor(core, "30").say(f"addfact A parade was held | {SOURCE}")
    await editor(core).say("approve F-117")
    owner = Someone(core, "1", Role.OWNER)
    for line in ("by v999999 telegram:30 since 2020 account stolen", "by telegram:30 since 2020 stolen v999999"):
        await owner.say(f"retract {line}")
        assert (await owner.say("fact F-117")).ok
        assert "stolen" not in plain((await owner.say("fact F-117")).document)


async def test_work_is_taken_back_since_an_hour(core: Core) -> None:
    """An hour after the day bounds what is taken back, and is no part of the reason."""
    await editor(core, "30").say(f"addfact A parade was held | {SOURCE}")
    await editor(core).say("approve F-117")
    reply = await Someone(core, "1", Role.OWNER).say("retract by telegram:30 since 2020-01-01 09:30 account stolen")
    assert "09:30" in plain(reply.document)
    assert reply.refs == ("fact:fact-117",)


async def test_a_dry_run_counts_what_will_be_done(core: Core) -> None:
    """What others changed afterwards is neither shown nor counted; where nothing is left, that is said."""
    for number in (117, 118):
        await editor(core, "30").say(f"addfact Parade number {number} was held | {SOURCE}{number}")
        await editor(core).say(f"approve F-{number}")
    await editor(core).say("editfact F-118 statement: Parade number 118 was put off.")
    await editor(core, "11").say("approve F-118")
    owner, line = Someone(core, "1", Role.OWNER), "retract by telegram:30 since 2020-01-01 account stolen"
    shown = await owner.say(line)
    assert shown.refs == ("fact:fact-117",)
    assert [each.label for row in shown.document.buttons for each in row] == ["Undo 1 entry"]
    done = await owner.say(buttons(shown)[0], origin=Origin.BUTTON)
    assert done.refs == ("fact:fact-117",)
    assert (await owner.say(line)).outcome is Outcome.UNKNOWN


async def test_a_long_reason_is_refused_before_anything_is_written(core: Core) -> None:
    """Whoever gives a reason of a page is told so; no entry becomes unreadable by one."""
    long = "a reason " * 400
    await editor(core).say("editfact F-2 date: 2023")
    for line in ("retract F-1", "report F-1", "reject F-2", "editfact F-3 date: 2023 | note:", "editfact F-4 by:"):
        reply = await editor(core, "11").say(f"{line} {long}")
        assert reply.outcome is Outcome.MISTAKE, line


async def test_the_longest_reason_is_read_in_full(core: Core) -> None:
    """A reason as long as the desk takes stands on the card of what was retracted, in every language."""
    reason = "x" * 799 + "!"
    await editor(core).say(f"retract F-1 {reason}")
    await editor(core, "11").say("approve F-1")
    for locale in ("it", "en", "ru", "ko"):
        assert reason in plain((await Someone(core, "99", locale=locale).say("fact F-1")).document)


async def test_fields_are_offered_in_the_language_of_who_is_asked(core: Core) -> None:
    """Whoever changes an entry step by step in Korean or Russian is not offered English names of fields."""
    for locale, expected in (("ko", "제목"), ("ru", "название"), ("it", "titolo")):
        reply = await Someone(core, "10", Role.EDITOR, locale).step("/editfact F-12")
        assert expected in [each.label for row in reply.document.buttons for each in row]


async def test_what_was_taken_back_is_marked_wherever_it_is_named(core: Core) -> None:
    """The sources and the history of what was taken back do not read as if it stood."""
    await editor(core).say(f"addfact A parade was held | {SOURCE}")
    await editor(core, "11").say("approve F-117")
    await editor(core, "11").say("undo F-117")
    for line in ("sources F-117", "history F-117"):
        assert "taken back right after" in plain((await Someone(core, "99").say(line)).document)
