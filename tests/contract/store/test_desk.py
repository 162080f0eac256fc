"""The stop of all publishing, review chats and cards, guarded lines and forms, on both engines."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.authority import Role
from bot.core.editorial import ProposalKind, reject, undo
from bot.core.places import ChatRef, MessageRef
from bot.core.ports import GuardedLine, OpenForm, Posted
from bot.core.retention import KEEP, Kept
from storage import SqlStore
from tests.builders import AT, dossier, fact
from tests.contract.store.desk import (
    GROUP,
    POLICY,
    act_of,
    all_texts,
    approved,
    deeds,
    enrolled,
    later,
    proposed,
    published,
    run,
    user,
)
from tests.stores import take_over

ONE, TWO = ChatRef.parse(GROUP), ChatRef.parse("discord:77/78")


async def vote(store: SqlStore, ref: str, *, stop: bool = True, at: str = AT, role: Role = Role.EDITOR):
    answer = await store.vote_freeze(stop=stop, act=await act_of(store, ref, role, at))
    assert answer[0] == await store.frozen()
    return answer


async def test_an_owner_stops_publishing_alone(store: SqlStore):
    """One owner's word stops all publishing, another one's lets it go on."""
    assert not await store.frozen()
    assert await vote(store, "telegram:1", role=Role.OWNER) == (True, 0)
    assert await vote(store, "telegram:2", stop=False, role=Role.OWNER) == (False, 0)
    assert [each[1] for each in await deeds(store)] == ["freeze", "unfreeze"]


async def test_two_editors_stop_publishing(store: SqlStore):
    """It takes two people to stop, and two to go on; every vote stands in the log."""
    assert await vote(store, "telegram:5") == (False, 1)
    assert await vote(store, "discord:6", at=later(60)) == (True, 0)
    assert await vote(store, "discord:6", stop=False, at=later(61)) == (True, 1)
    assert await vote(store, "telegram:5", stop=False, at=later(62)) == (False, 0)
    assert [each[1] for each in await deeds(store)] == ["freeze-vote", "freeze", "unfreeze-vote", "unfreeze"]


async def test_one_editor_voting_twice_is_one_vote(store: SqlStore):
    """Nobody stops publishing alone by pressing twice."""
    for at in (AT, later(1), later(30)):
        assert await vote(store, "telegram:5", at=at) == (False, 1)


@pytest.mark.parametrize("linked_first", [True, False])
async def test_one_person_with_two_accounts_is_one_vote(store: SqlStore, linked_first: bool):
    """Nor with a second account, whenever the two were linked."""

    async def link() -> None:
        await store.offer_link("code", (await enrolled(store, "telegram:5")).pseudonym, later(99))
        assert await store.link("code", await act_of(store, "discord:5"))

    if linked_first:
        await link()
    assert await vote(store, "telegram:5") == (False, 1)
    if not linked_first:
        await link()
    assert await vote(store, "discord:5", at=later(1)) == (False, 1)
    assert await vote(store, "discord:6", at=later(2)) == (True, 0)


async def test_votes_run_out(store: SqlStore):
    """What somebody wanted more than an hour ago is not what they want now."""
    await vote(store, "telegram:5")
    assert await vote(store, "telegram:6", at=later(60.1)) == (False, 1)
    assert await vote(store, "telegram:5", at=later(70)) == (True, 0)


async def test_a_change_of_mind_counts(store: SqlStore):
    """Whoever votes against what is so already takes back only their own vote, and the old votes decide nothing new."""
    await vote(store, "telegram:5")
    assert await vote(store, "telegram:5", stop=False) == (False, 0)
    assert await vote(store, "telegram:6") == (False, 1)
    assert await vote(store, "telegram:1", role=Role.OWNER) == (True, 0)
    assert await vote(store, "telegram:1", stop=False, role=Role.OWNER) == (False, 0)
    assert await vote(store, "telegram:5") == (False, 1)


async def test_who_is_no_editor_any_more_has_no_vote(store: SqlStore):
    """The vote of somebody whose role was taken away goes with it."""
    owner = await act_of(store, "telegram:1", Role.OWNER)
    await store.set_role(user("telegram:5"), Role.EDITOR, owner)
    await vote(store, "telegram:5")
    await store.set_role(user("telegram:5"), Role.CONTRIBUTOR, owner)
    assert await vote(store, "telegram:6", at=later(1)) == (False, 1)


async def test_votes_at_once_are_all_counted(store: SqlStore):
    """Two editors who press in the same instant stop publishing, and it is stopped once."""
    acts = [await act_of(store, f"telegram:{each}") for each in (5, 6)]
    answers = await asyncio.gather(*(store.vote_freeze(stop=True, act=act) for act in acts))
    assert sorted(answers) == [(False, 1), (True, 0)]
    assert [each[1] for each in await deeds(store)] == ["freeze-vote", "freeze"]


async def test_a_stop_is_no_news_to_readers(store: SqlStore):
    """Answers in memory stay good while publishing is stopped."""
    version = await store.version()
    await vote(store, "telegram:1", role=Role.OWNER)
    assert await store.version() == version


# Review chats and cards


async def review_in(store: SqlStore, *chats: ChatRef, on: bool = True) -> None:
    for at, chat in enumerate(chats):
        await store.set_review_chat(chat, await act_of(store, "telegram:1", Role.OWNER, later(at)), on=on)


async def wanted(store: SqlStore, limit: int = 100) -> list[tuple[int, str, str | None]]:
    """What has to be posted or changed: (proposal, chat, message)."""
    found = await store.behind(limit)
    assert all(posted is None or posted.message.chat == chat for _, chat, posted in found)
    return [(proposal.id, str(chat), posted.message.id if posted else None) for proposal, chat, posted in found]


async def catch_up(store: SqlStore) -> None:
    """Post and change everything, as the clock does."""
    for proposal, chat, posted in await store.behind(1000):
        message = posted.message if posted else MessageRef(chat, f"m{proposal.id}")
        await store.set_posted(Posted(message, proposal.id, proposal.version))
    assert await store.behind(1000) == ()


async def test_review_chats_are_set_and_dropped(store: SqlStore):
    """An owner says where cards are posted, and no longer; saying it twice changes nothing."""
    assert await store.review_chats() == ()
    await review_in(store, ONE, TWO, ONE)
    assert await store.review_chats() == (ONE, TWO)
    await review_in(store, ONE, on=False)
    assert await store.review_chats() == (TWO,)
    assert [each[1:] for each in await deeds(store)] == [
        ("set-review-chat", str(ONE)),
        ("set-review-chat", str(TWO)),
        ("set-review-chat", str(ONE)),
        ("drop-review-chat", str(ONE)),
    ]


async def test_a_private_review_chat_is_not_named_in_the_log(store: SqlStore):
    """A private chat on Telegram has the number of a person, and the log must hold nobody's."""
    await review_in(store, ChatRef.parse("telegram:1"))
    owner = await enrolled(store, "telegram:1")
    assert await deeds(store) == [(owner.pseudonym, "set-review-chat", owner.pseudonym)]
    assert "telegram:1" not in (await all_texts(store))["audit.subject"]


async def test_open_proposals_get_a_card_in_every_review_chat(store: SqlStore):
    """Whatever waits for a decision is shown in all review chats, the oldest first, once each."""
    editor = await act_of(store, "telegram:5")
    for key in ("a", "b"):
        await proposed(store, editor, fact(key))
    assert await wanted(store) == []
    await review_in(store, ONE, TWO)
    assert await wanted(store) == [(at, str(chat), None) for at in (1, 2) for chat in (ONE, TWO)]
    assert await wanted(store, 3) == [(1, str(ONE), None), (1, str(TWO), None), (2, str(ONE), None)]
    await store.set_posted(Posted(MessageRef(TWO, "m1"), 1, 1))
    assert await wanted(store) == [(1, str(ONE), None), (2, str(ONE), None), (2, str(TWO), None)]
    await catch_up(store)


async def test_cards_follow_what_happens(store: SqlStore):
    """A card that shows an older state is named with its message and what it shows, and only until it was changed."""
    await review_in(store, ONE, TWO)
    proposal = await proposed(store, await act_of(store, "telegram:5"))
    await catch_up(store)
    two_needed = replace(POLICY, approvals=2)
    changed = await approved(store, proposal, await act_of(store, "discord:6"), two_needed)
    found = await store.behind(100)
    assert [each[0] for each in found] == [changed, changed]
    assert [each[2] for each in found] == [Posted(MessageRef(chat, "m1"), 1, 1) for chat in (TWO, ONE)]
    await store.set_posted(Posted(MessageRef(ONE, "m1"), 1, 2))
    assert await wanted(store) == [(1, str(TWO), "m1")]
    await catch_up(store)


async def test_cards_of_what_is_decided_change_once_more(store: SqlStore):
    """The buttons of a decided proposal die on all its cards, and no new card is posted for it."""
    await review_in(store, ONE)
    editor, other = await act_of(store, "telegram:5"), await act_of(store, "discord:6")
    done, turned_down = await proposed(store, editor, fact("a")), await proposed(store, editor, fact("b"))
    await catch_up(store)
    never_posted = await proposed(store, editor, fact("c"))
    await approved(store, done, other)
    for each in (turned_down, never_posted):
        await store.decide(each.id, lambda case: reject(case, other, "no"), other, POLICY)
    assert await wanted(store) == [(1, str(ONE), "m1"), (2, str(ONE), "m2")]
    await catch_up(store)
    await store.decide(done.id, lambda case: undo(case, other), other, POLICY)
    assert await wanted(store) == [(1, str(ONE), "m1")], "what was taken back waits again"


async def test_cards_in_a_dropped_review_chat_still_change(store: SqlStore):
    """No dead button stays alive in a chat that gets no more cards."""
    await review_in(store, ONE)
    editor, other = await act_of(store, "telegram:5"), await act_of(store, "discord:6")
    proposal = await proposed(store, editor, fact("a"))
    await catch_up(store)
    await review_in(store, ONE, on=False)
    await proposed(store, editor, fact("b"))
    assert await wanted(store) == []
    await approved(store, proposal, other)
    assert await wanted(store) == [(1, str(ONE), "m1")]


async def test_cards_of_reports_change_when_the_entry_does(store: SqlStore):
    """A report that a publication settled is no longer offered for a decision, nor one whose reader was forgotten."""
    await take_over(store, dossier(fact()))
    await review_in(store, ONE)
    for ref in ("telegram:50", "telegram:51"):
        reader = await act_of(store, ref, Role.READER)
        await proposed(store, reader, fact(number=1), kind=ProposalKind.REPORT, base=1, reason="wrong")
    await catch_up(store)
    await store.forget_person(user("telegram:51"), AT)
    assert await wanted(store) == [(2, str(ONE), "m2")]
    editor, other = await act_of(store, "telegram:5"), await act_of(store, "discord:6")
    await published(store, editor, other, fact(text="neu", number=1), kind=ProposalKind.EDIT, base=1)
    assert await wanted(store) == [(1, str(ONE), "m1"), (2, str(ONE), "m2")]


async def test_a_card_posted_while_something_happened_is_behind(store: SqlStore):
    """A card that was drawn before a decision and posted after it does not keep its buttons."""
    await review_in(store, ONE)
    proposal = await proposed(store, await act_of(store, "telegram:5"))
    other = await act_of(store, "discord:6")
    await asyncio.gather(
        approved(store, proposal, other), *(store.set_posted(Posted(MessageRef(ONE, str(at)), 1, 1)) for at in range(4))
    )
    assert sorted(await wanted(store)) == [(1, str(ONE), str(at)) for at in range(4)]


async def test_cards_that_show_what_they_should_are_not_looked_at(store: SqlStore):
    """However many proposals there were, looking for cards to change goes by the indices made for it."""
    await review_in(store, ONE)
    await run(
        store,
        "insert into proposals (id, kind, entry_key, entry_kind, base, draft, version, state, open, opened_by, authors,"
        " approvals, severity, note, reason, answer, created_at, changed_at, body, sources) "
        "with recursive n(id) as (select 1 union all select id + 1 from n where id < 10000) "
        "select id, 'add', 'fact-' || id, 'fact', 0, 1, 3, 'rejected', 0, 'p-1', '[\"p-1\"]', '[]', 'normal', '', '',"
        """ '', '', '', '{"key":"k","kind":"fact"}', '[]' from n""",
    )
    await run(
        store,
        "insert into review_cards (chat, message, proposal, version, wanted) "
        "select 'telegram:-100200', cast(id as text), id, case id when 7 then 2 else 3 end, 3 from proposals",
    )
    assert await wanted(store) == [(7, str(ONE), "7")]
    plans = await plans_of(store)
    assert "ix_review_cards_behind" in plans[0]
    assert "ix_proposals_open_id" in plans[1] or "uq_proposals_open" in plans[1]


async def plans_of(store: SqlStore) -> list[str]:
    """How the database goes about the two statements behind `behind`."""
    from storage.desk import OUTDATED, WITHOUT_CARD

    name = type(store._database).__name__
    if name == "PostgresDatabase":
        await run(store, "analyze proposals")
        await run(store, "analyze review_cards")
    explain = "explain query plan " if name == "SqliteDatabase" else "explain "
    found = [await store._database.fetch(explain + each, {"limit": 20}) for each in (OUTDATED, WITHOUT_CARD)]
    return ["\n".join(str(tuple(row)) for row in rows) for rows in found]


# Guarded lines and forms


async def test_a_guarded_button_finds_its_line_again(store: SqlStore):
    """The line, the place and the person come back as they were; a token nobody kept has none."""
    mine = GuardedLine("approve F-12 v3 조약 \"x\" 'y' :z", TWO, user("discord:6"))
    shared = GuardedLine("reject F-12", ONE, None)
    await store.guard_line("a" * 16, mine, AT)
    await store.guard_line("b" * 16, shared, AT)
    assert (await store.guarded_line("a" * 16), await store.guarded_line("b" * 16)) == (mine, shared)
    assert await store.guarded_line("c" * 16) is None
    assert await store.guarded_line("\ud800") is None


async def test_what_a_button_does_never_changes(store: SqlStore):
    """A token once given out keeps its line; kept again, it lasts longer."""
    first = GuardedLine("approve F-12", ONE, None)
    await store.guard_line("a" * 16, first, AT)
    await store.guard_line("a" * 16, replace(first, line="approve F-13"), later(10))
    assert await store.guarded_line("a" * 16) == first
    await store.forget_old(datetime.fromisoformat(later(5)) + KEEP[Kept.BUTTONS])
    assert await store.guarded_line("a" * 16) == first


async def test_a_form_is_gone_on_with(store: SqlStore):
    """What somebody answered so far is there after a restart; another form takes its place, and dropping it is final."""
    assert await store.form(user("telegram:5")) is None
    begun = OpenForm("addfact", {"statement": '조약 "x"', "source": ""}, "source")
    await store.set_form(user("telegram:5"), begun, AT)
    await store.set_form(user("telegram:55"), replace(begun, asked="topic"), AT)
    assert await store.form(user("telegram:5")) == begun
    other = OpenForm("suggest", {}, "statement")
    await store.set_form(user("telegram:5"), other, later(1))
    assert await store.form(user("telegram:5")) == other
    await store.set_form(user("telegram:5"), None, later(2))
    await store.set_form(user("telegram:5"), None, later(2))
    assert await store.form(user("telegram:5")) is None
    assert await store.form(user("telegram:55")) is not None
