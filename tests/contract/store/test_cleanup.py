"""Looking through one person's work and taking it back, on both engines."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from bot.core.authority import Role
from bot.core.editorial import Act, ProposalKind, ProposalState, amend, approve, undo
from bot.core.entries import EntryKind, Status
from bot.core.errors import Refused
from storage import SqlStore
from storage.work import AUTHORS, TOUCHED
from tests.builders import dossier, fact
from tests.contract.store.desk import (
    POLICY,
    act_of,
    approved,
    deeds,
    edited,
    enrolled,
    later,
    proposed,
    published,
)
from tests.stores import take_over

SINCE = later(10)
ALL = 1_000_000
WHY = "the account was stolen"


async def begin(store: SqlStore) -> tuple[Act, Act, Act]:
    """A dossier of three facts; somebody who works from minute 20 on, an editor of minute 30, an owner of 40."""
    await take_over(store, dossier(*(fact(key, f"{key} uno", topics=("defence",)) for key in ("a", "b", "c"))))
    bad, good = await act_of(store, "telegram:5", at=later(20)), await act_of(store, "discord:6", at=later(30))
    return bad, good, await act_of(store, "telegram:1", Role.OWNER, later(40))


async def clean(store: SqlStore, bad: Act, owner: Act, since: str = SINCE, upto: int = ALL) -> dict[str, int]:
    """What was taken back: key -> revision now."""
    done = await store.clean_up(bad.person, since, upto, WHY, owner)
    for each in done:
        assert await store.entry(each.key) == each
    return {each.key: each.revision for each in done}


async def texts(store: SqlStore, key: str) -> tuple[int, str]:
    current = await store.entry(key)
    assert current is not None
    return current.revision, current.text["it"]


async def test_what_somebody_added_is_retracted(store: SqlStore):
    """A fact that should never have been there keeps its number, says why it is retracted, and is in no list."""
    bad, good, owner = await begin(store)
    added = await published(store, bad, good, fact("new", "una bugia", topics=("defence",)))
    assert [each.key for each in (await store.search("bugia", "it", offset=0, limit=9)).items] == [added.key]
    assert await clean(store, bad, owner) == {added.key: 2}
    now = await store.entry_by_number(EntryKind.FACT, added.number or 0)
    assert now is not None
    assert (now.status, now.retraction, now.text) == (Status.RETRACTED, WHY, added.text)
    assert (await store.search("bugia", "it", offset=0, limit=9)).items == ()
    assert added.key not in [each.key for each in (await store.by_topic("defence", offset=0, limit=9)).items]
    newest = (await store.history(added.key))[0]
    assert (newest.author, newest.approved_by, newest.note, newest.at) == (owner.account, (), WHY, owner.at)
    assert await store.check() == ()


async def test_what_somebody_changed_reads_as_before(store: SqlStore):
    """However often they changed it since, readers get the last wording that is not theirs, and find it again."""
    bad, good, owner = await begin(store)
    await edited(store, good, owner, "a", "a due")
    for wording in ("a tre", "a quattro"):
        await edited(store, bad, good, "a", wording)
    version = await store.version()
    assert await clean(store, bad, owner) == {"a": 5}
    assert await texts(store, "a") == (5, "a due")
    assert await texts(store, "b") == (1, "b uno")
    assert [each.key for each in (await store.search("quattro", "it", offset=0, limit=9)).items] == []
    assert [each.key for each in (await store.search("due", "it", offset=0, limit=9)).items] == ["a"]
    assert await store.version() > version
    assert await store.check() == ()


async def test_what_others_changed_since_is_left_alone(store: SqlStore):
    """Somebody looked at it after them; it is neither shown as something to be taken back, nor touched."""
    bad, good, owner = await begin(store)
    added = await published(store, bad, good)
    for key in ("a", added.key):
        if key == "a":
            await edited(store, bad, good, key, "falso")
        await edited(store, good, owner, key, "corretto")
    assert (await store.work_of(bad.person, SINCE))[0] == ()
    assert await clean(store, bad, owner) == {}
    assert (await texts(store, "a"))[1] == (await texts(store, added.key))[1] == "corretto"


async def test_work_between_that_of_others_goes_back_to_theirs(store: SqlStore):
    """What was added by them, put right by another and spoilt again reads as the other one left it."""
    bad, good, owner = await begin(store)
    added = await published(store, bad, good)
    await edited(store, good, owner, added.key, "corretto")
    await edited(store, bad, good, added.key, "falso")
    assert await clean(store, bad, owner) == {added.key: 4}
    assert (await texts(store, added.key))[1] == "corretto"


async def test_work_before_the_moment_stays(store: SqlStore):
    """What somebody did before their account was stolen stays, also in an entry that was spoilt afterwards."""
    bad, good, owner = await begin(store)
    before = await act_of(store, "telegram:5", at=later(5))
    approving = await act_of(store, "discord:6", at=later(6))
    added = await published(store, before, approving, fact("new", "vero"))
    await edited(store, before, approving, "a", "a vero")
    assert await store.work_of(bad.person, SINCE) == ((), (), 5)
    await edited(store, bad, good, added.key, "falso")
    assert await clean(store, bad, owner) == {added.key: 3}
    assert (await texts(store, added.key))[1] == "vero"
    assert await texts(store, "a") == (2, "a vero")


async def test_what_is_retracted_stays_so(store: SqlStore):
    """Nothing that was retracted comes back by cleaning up."""
    bad, good, owner = await begin(store)
    added = await published(store, bad, good)
    for key in ("a", added.key):
        current = await store.entry(key)
        assert current is not None
        gone = fact(key, number=current.number, status=Status.RETRACTED, retraction="wrong")
        await published(store, bad, good, gone, kind=ProposalKind.RETRACT, base=current.revision)
    assert (await store.work_of(bad.person, SINCE))[0] == ()
    assert await clean(store, bad, owner) == {}
    assert await clean(store, bad, owner, since=later(-1)) == {}


async def test_all_accounts_of_a_person_are_looked_through(store: SqlStore):
    """Work done with a linked account is that person's work."""
    bad, good, owner = await begin(store)
    await store.offer_link("code", bad.account, later(99))
    assert await store.link("code", await act_of(store, "discord:5"))
    await edited(store, await act_of(store, "discord:5", at=later(20)), good, "a", "falso")
    assert [each.key for each in (await store.work_of(bad.person, SINCE))[0]] == ["a"]
    assert await clean(store, bad, owner) == {"a": 3}


async def test_what_they_wait_for_is_rejected(store: SqlStore):
    """Their open proposals and reports are shown with the rest, and rejected with the same reason."""
    bad, good, owner = await begin(store)
    mine = await proposed(store, bad)
    report = await proposed(store, bad, fact("a", number=1), kind=ProposalKind.REPORT, base=1, reason="wrong")
    others = await proposed(store, good)
    shown = await store.work_of(bad.person, SINCE)
    assert [each.id for each in shown[1]] == [mine.id, report.id]
    assert await clean(store, bad, owner, upto=shown[2]) == {}
    for identity, state in ((1, ProposalState.REJECTED), (2, ProposalState.REJECTED), (3, ProposalState.PENDING)):
        now = await store.proposal(identity)
        assert now is not None
        assert (now.state, now.answer) == (state, WHY if identity < 3 else "")
    assert [each.id for each in (await store.queue(offset=0, limit=9)).items] == [others.id]


async def test_work_done_together_is_that_of_each(store: SqlStore):
    """What one person began and another completed is found with either, and with nobody else."""
    bad, good, owner = await begin(store)
    helper = await act_of(store, "discord:7", at=later(25))
    for key, first, second in (("a", bad, helper), ("b", helper, bad), ("c", helper, good)):
        entry = await store.entry(key)
        assert entry is not None
        made = await proposed(store, first, fact(key, "falso", number=entry.number), kind=ProposalKind.EDIT, base=1)
        wanted = replace(made, entry=replace(made.entry, text={"it": "falso", "ko": "거짓"}))
        await store.decide(made.id, lambda case: amend(case, second, wanted), second, POLICY)  # noqa: B023 - run at once
        await approved(store, made, owner)
    entries, _, upto = await store.work_of(bad.person, SINCE)
    assert [each.key for each in entries] == ["a", "b"]
    assert [each.author for each in (await store.history("a"))[:1]] == [f"{bad.account},{helper.account}"]
    assert await clean(store, bad, owner, upto=upto) == {"a": 3, "b": 3}
    assert [each.key for each in (await store.work_of(helper.person, SINCE))[0]] == ["c"]


async def test_the_look_names_what_will_be_done(store: SqlStore):
    """Of work added, changed, put right, retracted and put back by an undo, what is shown is what is taken back."""
    bad, good, owner = await begin(store)
    added = await published(store, bad, good)
    for key in ("a", "b", "c"):
        await edited(store, bad, good, key, "falso")
    await edited(store, good, owner, "b", "corretto")
    gone = await published(store, bad, good)
    current = await store.entry(gone.key)
    assert current is not None
    await published(
        store,
        good,
        owner,
        replace(current, status=Status.RETRACTED, retraction="wrong"),
        kind=ProposalKind.RETRACT,
        base=1,
    )
    # Somebody's correction is undone, and what the person wrote stands again.
    entry = await store.entry("c")
    assert entry is not None
    better = await proposed(store, good, fact("c", "giusto", number=entry.number), kind=ProposalKind.EDIT, base=2)
    await approved(store, better, owner)
    await store.decide(better.id, lambda case: undo(case, owner), owner, POLICY)
    entries, _, upto = await store.work_of(bad.person, SINCE)
    assert {each.key: each.revision for each in entries} == {"a": 2, "c": 4, added.key: 1}
    assert all([each == await store.entry(each.key) for each in entries])
    done = await clean(store, bad, owner, upto=upto)
    assert done == {each.key: each.revision + 1 for each in entries}
    assert [(await texts(store, key))[1] for key in ("a", "c")] == ["a uno", "c uno"]
    assert (await store.work_of(bad.person, SINCE))[0] == ()
    assert await store.check() == ()


async def test_what_an_undo_puts_back_after_the_look_is_unseen(store: SqlStore):
    """An entry that came back to the person's words since the owner looked is looked at again first."""
    bad, good, owner = await begin(store)
    await edited(store, bad, good, "a", "falso")
    entry = await store.entry("a")
    assert entry is not None
    better = await proposed(store, good, fact("a", "giusto", number=entry.number), kind=ProposalKind.EDIT, base=2)
    await approved(store, better, owner)
    entries, _, upto = await store.work_of(bad.person, SINCE)
    assert entries == ()
    await store.decide(better.id, lambda case: undo(case, owner), owner, POLICY)
    with pytest.raises(Refused) as refusal:
        await clean(store, bad, owner, upto=upto)
    assert refusal.value.key == "refused-clean-up-moved"


async def test_nothing_unseen_is_taken_back(store: SqlStore):
    """Where the person went on after the owner looked, the owner looks again first."""
    bad, good, owner = await begin(store)
    await edited(store, bad, good, "a", "falso")
    *_, upto = await store.work_of(bad.person, SINCE)
    await edited(store, good, owner, "b", "di altri")
    await edited(store, bad, good, "c", "ancora falso")
    with pytest.raises(Refused) as refusal:
        await clean(store, bad, owner, upto=upto)
    assert refusal.value.key == "refused-clean-up-moved"
    assert await texts(store, "a") == (2, "falso")
    assert "clean-up" not in [each[1] for each in await deeds(store)]
    entries, _, upto = await store.work_of(bad.person, SINCE)
    assert [each.key for each in entries] == ["a", "c"]
    assert await clean(store, bad, owner, upto=upto) == {"a": 3, "c": 3}


async def test_cleaning_up_twice_changes_nothing_more(store: SqlStore):
    """A second press finds nothing to take back, also in the same instant."""
    bad, good, owner = await begin(store)
    await edited(store, bad, good, "a", "falso")
    *_, upto = await store.work_of(bad.person, SINCE)
    done = await asyncio.gather(*(clean(store, bad, owner, upto=upto) for _ in range(2)))
    assert sorted(done, key=len) == [{}, {"a": 3}]
    assert (await texts(store, "a")) == (3, "a uno")


async def test_the_log_says_what_was_taken_back(store: SqlStore):
    """Each entry and each proposal has its row, signed by the owner, and the logs vouch for each other."""
    bad, good, owner = await begin(store)
    added = await published(store, bad, good)
    waiting = await proposed(store, bad)
    await clean(store, bad, owner)
    rows = (await deeds(store))[-3:]
    assert rows == [(owner.account, "clean-up", each) for each in (bad.person, added.label, waiting.label)]
    revision = (await store._database.fetch("select seq, hash from revisions order by seq desc limit 1"))[0]
    details = await store._database.fetch("select detail from audit order by seq desc limit 2")
    told = json.loads(details[1][0])
    assert (told["row"], told["hash"], told["reason"]) == (*revision, WHY)
    assert await store.check() == ()


async def test_cleaning_up_goes_on_while_publishing_is_stopped(store: SqlStore):
    """The stop is for those who publish, not for the owner who clears up after them."""
    bad, good, owner = await begin(store)
    await edited(store, bad, good, "a", "falso")
    waiting = await proposed(store, bad)
    await store.vote_freeze(stop=True, act=owner)
    with pytest.raises(Refused):
        await store.decide(waiting.id, lambda case: approve(case, good), good, POLICY)
    assert await clean(store, bad, owner) == {"a": 3}


async def test_a_strangers_work_is_none(store: SqlStore):
    """Somebody who published nothing has no work, and an import is nobody's."""
    await begin(store)
    nobody = await enrolled(store, "telegram:99")
    assert await store.work_of(nobody.person, later(-999)) == ((), (), 3)
    assert await store.work_of("dossier", later(-999)) == ((), (), 3)


@pytest.mark.one_engine("asks SQLite for its plan")
async def test_work_is_found_without_reading_the_whole_log(sqlite_store: SqlStore):
    """However long the log of revisions is, the index made for it leads to one person's rows."""
    for statement in (AUTHORS, TOUCHED.format(":name")):
        params = {"name": "p-1", "since": "", "upto": 1}
        rows = await sqlite_store._database.fetch(f"explain query plan {statement}", params)
        assert "ix_revisions_by_editors" in "\n".join(row[3] for row in rows), rows
