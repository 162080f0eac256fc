"""`/ask`, `/notify`, `/questions`, `/check` and `/search`, without any platform and by words alone."""

from __future__ import annotations

import pytest

from bot.adapters.console.render import plain
from bot.app import Core
from bot.core.authority import Role
from bot.core.documents import RunCommand, Strong
from bot.core.places import Platform, UserRef
from bot.core.requests import Outcome, Reply
from bot.core.times import stamp
from tests.handlers.test_desk import GROUP, Talk

ANNA, BORIS = 71, 72
NOTHING = "ask which ballet did the astronauts of Atlantis dance"


@pytest.fixture
def talk(core: Core) -> Talk:
    return Talk(core)


def lines(reply: Reply) -> list[str]:
    return [each.command for row in reply.document.buttons for each in row if isinstance(each, RunCommand)]


async def test_what_nothing_answers_offers_ways_on(talk: Talk):
    """A reader who asks in vain may suggest a fact, wait for an answer, or search, and the dead end says so."""
    reply = await talk.says(ANNA, NOTHING)
    assert reply.outcome is not Outcome.ANSWERED
    assert {each.partition(" ")[0] for each in lines(reply)} >= {"notify", "suggest", "search"}


async def test_people_are_counted_and_not_named(talk: Talk):
    """Editors see how many asked, each person once however often they ask, and nobody's name or number."""
    editor = await talk.hire(Role.EDITOR)
    for who in (ANNA, ANNA, BORIS):
        await talk.says(who, f"{NOTHING} call me at +39 333 1234567 or me@example.org")
    text = plain((await talk.says(editor, "questions")).document)
    assert "asked 2 times" in text
    assert "333" not in text
    assert "example.org" not in text


async def test_only_the_desk_sees_and_closes_questions(talk: Talk):
    """Readers see no list of what others asked; an editor sets a question aside, once."""
    editor = await talk.hire(Role.EDITOR)
    await talk.says(ANNA, NOTHING)
    assert (await talk.says(ANNA, "questions")).outcome is Outcome.REFUSED
    listed = await talk.says(editor, "questions")
    number = (await talk.core.services.unanswered.open(5))[0].id
    assert (await talk.presses(editor, listed, "Set")).ok
    assert (await talk.says(editor, f"/questions close {number}")).outcome is Outcome.UNKNOWN


async def test_waiting_for_an_answer_can_be_forgotten(talk: Talk):
    """Whoever waits is told what is noted, and /forgetme deletes it with everything else."""
    asked = await talk.says(ANNA, NOTHING)
    noted = await talk.presses(ANNA, asked, "Tell me")
    assert "/forgetme" in plain(noted.document)
    assert (await talk.core.services.unanswered.open(5))[0].awaited == 1
    assert (await talk.says(ANNA, "notify 999")).outcome is Outcome.UNKNOWN
    assert await talk.core.store.forget_person(UserRef(Platform.TELEGRAM, str(ANNA)), "2026-12-01T00:00:00.000Z")
    assert (await talk.core.services.unanswered.open(5))[0].awaited == 0


async def test_what_stood_there_before_answers_no_open_question(talk: Talk):
    """Whoever waits is told of what is new, never of an entry that was there when they asked."""
    service, questions = talk.core.services.unanswered, talk.core.store.questions
    text = "chi ha regalato dei cani Pungsan a Putin"
    assert (await talk.core.services.answering.weigh(text)).outcome is Outcome.ANSWERED
    for at, left in ((stamp(talk.core.clock.now()), 1), ("2020-01-01T00:00:00.000Z", 0)):
        number = await questions.ask(text, "it", model="", vector=b"", same_as=None, at=at)
        service._looked = -1
        await service.look()
        assert len(await service.open(5)) == left
        await service.close(number)


async def test_a_group_is_told_in_place_and_the_answer_comes_in_private(talk: Talk):
    """In a group nobody else need see that somebody waits for an answer."""
    asked = await talk.says(ANNA, NOTHING, chat=GROUP)
    assert (await talk.presses(ANNA, asked, "Tell me", chat=GROUP)).discreet


async def test_a_rumour_is_held_against_what_is_known(talk: Talk):
    """A forwarded message brings up the entries that bear on it, each with its status, whatever else it says."""
    rumour = "Ciao a tutti!\nPutin ha regalato a Kim una limousine e due cani.\nBuona giornata."
    reply = await talk.says(ANNA, "check", quoted=rumour)
    assert reply.outcome is Outcome.CLOSEST
    assert "fact:gifts-limousine-and-dogs" in reply.refs
    assert (await talk.says(ANNA, "check")).outcome is Outcome.MISTAKE


async def test_a_claim_that_bears_on_a_rumour_names_who_makes_it(talk: Talk):
    """Nobody takes a claim for a fact because it is in the list: who says so stands beside it."""
    reply = await talk.says(ANNA, "check The MSMT says that over 20,000 containers of military supplies went to Russia")
    line = next(each for each in plain(reply.document).splitlines() if "F-99" in each)
    assert "claimed" in line
    assert talk.text("card-who") in line


FILTERED = {
    "search Kursk kind:event from:2025 to:2025-06": ("event:", True),
    "search Kursk tipo:evento da:2025": ("event:", True),
    "search kind:person": ("person:", True),
    "search вид:статья договор:1961": ("article:treaty-1961/", True),
    "search Путин 종류:사실": ("fact:", True),
    "search status:disputed topic:sanctions": ("fact:", False),
}


@pytest.mark.parametrize("line", FILTERED)
async def test_a_search_is_narrowed_down(talk: Talk, line: str):
    """Filters, in the words of any of the four languages, let through what they say and nothing else."""
    beginning, some = FILTERED[line]
    reply = await talk.says(ANNA, line)
    assert bool(reply.refs) or not some
    assert all(ref.startswith(beginning) for ref in reply.refs)


async def test_filters_that_can_not_be_used_are_named_at_once(talk: Talk):
    """Whoever slips in two filters is told of both, with what there is to choose from."""
    reply = await talk.says(ANNA, "search Kursk kind:poem status:perhaps from:never topic:zzzz treaty:zzzz")
    text = plain(reply.document)
    assert reply.outcome is Outcome.MISTAKE
    assert all(word in text for word in ("poem", "perhaps", "never", "claimed", "event"))


async def test_a_page_of_a_narrowed_search_goes_on(talk: Talk):
    """The next page keeps the filters."""
    first = await talk.says(ANNA, "search kind:person")
    line = next(each for each in lines(first) if each.endswith("#2"))
    second = await talk.says(ANNA, line)
    assert second.refs
    assert not set(first.refs) & set(second.refs)


async def test_what_was_found_is_marked(talk: Talk):
    """A reader sees why an entry is in the list: its words are marked, or the place where they stand is shown."""
    reply = await talk.says(ANNA, "search limousine")
    bullets = [each for each in reply.document.blocks if hasattr(each, "items")]
    assert any(
        isinstance(part, Strong) and "limousin" in part.text.lower() for item in bullets[0].items for part in item
    )


@pytest.mark.parametrize(
    ("typed", "ref"), [("Stoltenburg", "person:jens-stoltenberg"), ("Podoliak", "person:mykhailo-podolyak")]
)
async def test_a_slip_in_a_name_is_forgiven(talk: Talk, typed: str, ref: str):
    """A name with a wrong letter finds its bearer, and the reader sees what was searched instead."""
    reply = await talk.says(ANNA, f"search {typed}")
    assert ref in reply.refs
    assert typed in plain(reply.document)


async def test_a_draft_like_an_entry_says_what_differs(talk: Talk):
    """An editor who adds what is there already sees it, and that the figures are others."""
    contributor = await talk.hire(Role.CONTRIBUTOR)
    text = "The first MSMT report speaks of more than 90,000 containers of military material sent to Russia"
    reply = await talk.says(contributor, f"addfact {text} | source: https://example.org/containers")
    shown = plain(reply.document)
    assert "F-99" in shown
    assert "other figures" in shown
