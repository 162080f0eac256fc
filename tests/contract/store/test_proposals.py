"""Proposing, deciding and publishing, on both engines."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.core import editorial
from bot.core.authority import Role
from bot.core.diffs import credited
from bot.core.editorial import OPEN_SUGGESTIONS, PER_MINUTE, UNDONE, Policy, ProposalKind, ProposalState, Severity
from bot.core.entries import Confidence, EntryKind, SourceKind, Status
from bot.core.errors import Refused, StoreError
from bot.core.places import Platform, UserRef
from storage import SqlStore, open_store
from storage.dossier import read_dossier, write_dossier
from tests.builders import AT, article, dossier, event, fact, instrument, person, source, topic
from tests.newsroom import Person, join, later
from tests.stores import take_over

PAGE = {"offset": 0, "limit": 5}
FOUR = {"it": "uno", "en": "one", "ru": "один", "ko": "하나"}
RICH = {"topics": ("defence",), "related": ("treaty-2024/4",), "date": "2024-06", "instrument": "treaty-2024"}


async def newsroom(store: SqlStore) -> tuple[Person, Person]:
    """A store with one of each kind, somebody who writes and somebody who approves."""
    await take_over(store, dossier(article(), fact(number=12), event(), person()))
    return await join(store, "1", Role.CONTRIBUTOR), await join(store, "2")


async def published(writer: Person, editor: Person, entry, **more):
    """A proposal that was approved."""
    proposal = await writer.propose(entry, **more)
    await editor.approve(proposal)
    return await writer.store.proposal(proposal.id)


async def refused(work) -> Refused:
    with pytest.raises(Refused) as refusal:
        await work
    return refusal.value


async def everything(store: SqlStore) -> tuple[object, ...]:
    """All that a decision can change."""
    return (
        await store.version(),
        await store.export_dossier(),
        await store.heads(),
        (await store.queue(offset=0, limit=100)).items,
        await store.topics(),
    )


async def test_a_new_entry_gets_a_number_of_its_own(store: SqlStore):
    """A draft has its permalink number and key from the first moment, and is read back as it was written."""
    writer, _ = await newsroom(store)
    wanted = fact("", {"it": "Nuovo", "ko": "새"}, status=Status.CLAIMED, attributed_to={"it": "KCNA"}, **RICH)
    new = await writer.propose(
        wanted, sources=(source("site", url="https://a.example/1"),), severity=Severity.FLASH, note="nota"
    )
    assert (new.label, new.entry.key, new.id, new.draft, new.version) == ("F-13", "fact-13", 1, 1, 1)
    assert replace(new.entry, key="", number=None) == wanted
    assert await store.proposal(new.id) == await store.proposal_for(EntryKind.FACT, 13) == new
    assert await store.proposal_for_key("fact-13") == new
    assert [(await writer.propose(each)).label for each in (fact("x"), event("y"), person("z"))] == [
        "F-14",
        "E-2",
        "P-2",
    ]


async def test_no_reader_meets_a_draft(store: SqlStore):
    """What nobody approved is in no list, no search and no count, and its number answers nothing yet."""
    writer, _ = await newsroom(store)
    before = (await store.version(), await store.export_dossier(), await store.topics())
    await writer.propose(fact("x", "parola", **RICH), sources=(source("new"),))
    assert (await store.version(), await store.export_dossier(), await store.topics()) == before
    assert await store.entry_by_number(EntryKind.FACT, 13) is None
    assert (await store.search("parola", "it", **PAGE)).items == ()
    assert await store.sources(["new"]) == {}


async def test_a_number_is_never_given_twice(store: SqlStore):
    """The number of a rejected draft stays its own, whoever proposes or imports next."""
    writer, editor = await newsroom(store)
    draft = await writer.propose(fact("x"))
    await editor.reject(draft, "senza fonte")
    assert (await writer.propose(fact("x"))).label == "F-14"
    await take_over(store, dossier(article(), fact(number=12), fact("new", number=13), event(), person()), later(60))
    assert (await store.entry("new")).number == 15
    assert (await writer.propose(fact("x"))).label == "F-16"
    assert (await store.proposal_for(EntryKind.FACT, 13)).answer == "senza fonte"


async def test_a_key_that_a_dossier_has_is_passed_over(store: SqlStore):
    """A new fact never takes the place of one whose slug happens to look like its key."""
    await take_over(store, dossier(fact("fact-2", number=1)))
    writer = await join(store, "1", Role.CONTRIBUTOR)
    new = await writer.propose(fact("x"))
    assert (new.entry.key, new.label) == ("fact-3", "F-3")


async def test_one_proposal_at_a_time_stands_for_an_entry(store: SqlStore):
    """Two people can't change the same entry past each other; reports are not counted."""
    writer, editor = await newsroom(store)
    current = await store.entry("signed")
    first = await writer.propose(replace(current, text={"it": "uno"}))
    refusal = await refused(editor.propose(replace(current, text={"it": "due"})))
    assert (refusal.key, refusal.data) == ("refused-open", {"label": "F-12"})
    for _ in range(2):
        report = await writer.propose(current, kind=ProposalKind.REPORT, reason="falso")
    assert report.label == f"R-{report.id}"
    assert await store.proposal_for_key("signed") == first
    await editor.reject(first)
    assert (await editor.propose(replace(current, text={"it": "due"}))).label == "F-12"


async def test_a_proposal_against_an_old_revision_is_refused(store: SqlStore):
    """Whoever saw an entry before it changed is told so, instead of undoing the change unseen."""
    writer, editor = await newsroom(store)
    old = await store.entry("signed")
    await published(writer, editor, replace(old, text={"it": "due"}))
    refusal = await refused(writer.propose(replace(old, text={"it": "tre"}), base=1))
    assert (refusal.key, refusal.data) == ("refused-stale-base", {"label": "F-12", "base": 1, "current": 2})
    assert (await refused(writer.propose(fact("nothing"), kind=ProposalKind.EDIT, base=3))).data["current"] == 0


async def test_a_publication_shows_everywhere_at_once(store: SqlStore):
    """What was approved is found by number, key, topic, article, search and history, with its source."""
    writer, editor = await newsroom(store)
    known = source(title="Somebody's idea of it")
    entry = fact("x", "parola", sources=("kcna", "new"), **RICH)
    draft = await writer.propose(entry, sources=(known, source("new", title="Nuova")), note="prima nota")
    version, ((_, filed),) = await store.version(), await store.topics()
    decision = await editor.approve(draft, at=5)
    current = await store.entry("fact-13")
    assert current == replace(entry, key="fact-13", number=13, changed_at=later(5))
    assert await store.entry_by_number(EntryKind.FACT, 13) == await store.revision("fact-13", 1) == current
    assert (await store.search("parola", "it", **PAGE)).items == (current,)
    assert current in (await store.by_topic("defence", **PAGE)).items
    assert current in await store.facts_about("treaty-2024/4", limit=5)
    assert current in (await store.latest(**PAGE)).items
    assert [count for _, count in await store.topics()] == [filed + 1]
    assert await store.version() > version
    assert [(each.author, each.approved_by, each.note, each.at) for each in await store.history("fact-13")] == [
        (writer.account.pseudonym, (editor.account.pseudonym,), "prima nota", later(5))
    ]
    titles = {name: each.title for name, each in (await store.sources(["kcna", "new"])).items()}
    assert titles == {"kcna": "Treaty text", "new": "Nuova"}, "a known source is not replaced"
    done = await store.proposal(draft.id)
    assert done == decision.proposal
    assert (done.state, done.published, done.decided_at, done.version) == (ProposalState.PUBLISHED, 1, later(5), 2)
    assert (await store.queue(**PAGE)).items == ()
    assert await store.verify_log() is None


async def test_a_change_to_an_entry_takes_the_old_words_out(store: SqlStore):
    """After a correction nobody finds the entry by what it no longer says, and every wording can be read."""
    writer, editor = await newsroom(store)
    for number, text in ((2, "secondo"), (3, "terzo")):
        await published(writer, editor, replace(await store.entry("signed"), text={"it": text}))
        assert (await store.entry("signed")).revision == number
    assert (await store.search("secondo", "it", **PAGE)).items == ()
    (found,) = (await store.search("terzo", "it", **PAGE)).items
    assert (found.number, found.key) == (12, "signed")
    assert [(each.revision, each.text["it"], each.number) for each in await store.texts_of("signed")] == [
        (1, "signed", 12),
        (2, "secondo", 12),
        (3, "terzo", 12),
    ]
    assert await store.texts_of("nothing") == ()


async def test_a_retracted_entry_leaves_the_lists_and_keeps_its_number(store: SqlStore):
    """A retraction takes an entry out of lists and search; its number goes on telling why."""
    writer, editor = await newsroom(store)
    current = await store.entry("signed")
    gone = replace(current, status=Status.RETRACTED, retraction="era falso")
    await published(writer, editor, gone, kind=ProposalKind.RETRACT, reason="era falso")
    assert "signed" not in [each.key for each in (await store.search("signed", "it", **PAGE)).items]
    assert (await store.latest(**PAGE)).items == (await store.entry("signing"),)
    found = await store.entry_by_number(EntryKind.FACT, 12)
    assert (found.status, found.retraction, found.revision) == (Status.RETRACTED, "era falso", 2)
    assert [each.note for each in await store.history("signed")] == ["era falso", "first"]


async def test_a_refused_decision_leaves_nothing(store: SqlStore):
    """Whatever stands in the way of a decision, readers, desk and log are as they were before."""
    writer, editor = await newsroom(store)
    draft = await writer.propose(fact("x", **RICH), sources=(source("new"),))
    before = await everything(store)

    def broken(_case):
        raise ZeroDivisionError

    assert (await refused(writer.approve(draft))).key == "refused-role"
    with pytest.raises(ZeroDivisionError):
        await editor.decide(draft, broken)
    with pytest.raises(StoreError):
        await editor.approve(replace(draft, id=99))
    unsourced = await writer.propose(fact("y", sources=()), at=1)
    assert (await refused(editor.approve(unsourced, at=1))).key == "refused-unsourced"
    await editor.reject(unsourced, at=2)
    assert [*(await everything(store))[:2], (await store.queue(**PAGE)).items] == [*before[:2], before[3]]
    await editor.approve(draft, at=3)
    assert (await store.entry("fact-13")).revision == 1


@pytest.mark.parametrize("needed", [1, 2])
async def test_two_who_approve_at_the_same_moment_publish_once(store_url: str, needed: int):
    """However close two editors press, in however many processes, there is one revision and nobody's vote is lost."""
    stores = [await open_store(store_url), await open_store(store_url)]
    try:
        writer, _ = await newsroom(stores[0])
        editors = [await join(store, str(at)) for at, store in enumerate(stores, 2)]
        policy = Policy(needed, owners=frozenset({"telegram:2", "telegram:3"}))
        for round_ in range(4):
            draft = await writer.propose(fact("x", f"testo {round_}"))
            answers = await asyncio.gather(
                *(each.approve(draft, policy=policy) for each in editors), return_exceptions=True
            )
            assert [getattr(each, "deed", getattr(each, "key", each)) for each in answers if each] in (
                [["publish", "refused-decided-published"], ["refused-decided-published", "publish"]]
                if needed == 1
                else [["approve", "publish"], ["publish", "approve"]]
            )
            history = await stores[0].history(draft.entry.key)
            assert [(each.revision, len(each.approved_by)) for each in history] == [(1, needed)]
        assert await stores[1].verify_log() is None
        assert (await stores[1].audit_head())[0] == 4 * (1 + needed)
    finally:
        for store in stores:
            await store.close()


async def test_two_who_propose_at_the_same_moment_get_two_numbers(store_url: str):
    """Drafts begun in two processes at once never share a number, a key or a row of the log."""
    stores = [await open_store(store_url), await open_store(store_url)]
    try:
        await newsroom(stores[0])
        people = [await join(store, str(at), Role.CONTRIBUTOR) for at, store in enumerate(stores, 3)]
        drafts = await asyncio.gather(*(each.propose(fact("x"), at=at) for at in range(5) for each in people))
        assert sorted(each.entry.number for each in drafts) == list(range(13, 23))
        assert sorted(each.id for each in drafts) == list(range(1, 11))
        assert (await stores[0].audit_head())[0] == 10
        assert await stores[0].verify_log() is None
    finally:
        for store in stores:
            await store.close()


async def test_who_is_an_editor_is_asked_when_it_counts(store: SqlStore):
    """An approval counts while who gave it may approve: by the store's role, as an owner, or in the terminal."""
    writer, editor = await newsroom(store)
    owner, terminal, second = await join(store, "77"), await join(store, "terminal:ada"), await join(store, "5")
    await store.set_role(_user("2"), Role.EDITOR, owner.act())
    policy = Policy(4, owners=frozenset({"telegram:77"}))
    draft = await writer.propose(fact("x"))
    cases = []

    def look(case):
        cases.append(case)
        return editorial.approve(case, act=look.by.act())

    for each in (editor, owner, terminal, second):
        look.by = each
        decision = await each.decide(draft, look, policy=policy)
    assert cases[-1].editors == {each.account.pseudonym for each in (editor, owner, terminal)}
    assert cases[-1].persons == {
        each.account.pseudonym: each.account.person for each in (writer, editor, owner, terminal)
    }
    assert decision.deed == "publish"
    other = await writer.propose(fact("y"))
    await second.approve(other, policy=Policy(3))
    await store.set_role(_user("2"), Role.READER, owner.act())
    for each, deed in ((editor, "approve"), (terminal, "approve"), (owner, "publish")):
        look.by = each
        decision = await each.decide(other, look, policy=replace(policy, approvals=2))
        assert decision.deed == deed, "neither of the first two may approve any more, the terminal's may"


def _user(number: str) -> UserRef:
    return UserRef(Platform.TELEGRAM, number)


async def test_the_same_person_never_approves_twice_nor_their_own(store: SqlStore):
    """Whoever linked two accounts is one person for every approval."""
    writer, editor = await newsroom(store)
    await store.offer_link("code", writer.account.pseudonym, later(60))
    twin = await join(store, "3")
    linked = await store.link("code", twin.act())
    assert len(linked) == 2
    twin = replace(twin, account=linked[-1])
    draft = await writer.propose(fact("x"))
    assert (await refused(twin.approve(draft))).key == "refused-own"
    await editor.approve(draft)


async def test_a_readers_suggestions_at_once_are_as_many_as_may_wait(store: SqlStore):
    """Nine suggestions at the same moment from both accounts of one reader: five wait, the others are refused."""
    await newsroom(store)
    reader, twin = await join(store, "5", Role.READER), await join(store, "6", Role.READER)
    await store.offer_link("code", reader.account.pseudonym, later(60))
    twin = replace(twin, account=(await store.link("code", twin.act()))[-1])
    at_once = [(reader, twin)[at % 2].propose(fact("x"), at=at) for at in range(9)]
    done = await asyncio.gather(*at_once, return_exceptions=True)
    refusals = [each for each in done if isinstance(each, Refused)]
    assert [(each.key, each.data) for each in refusals] == [("refused-suggestions", {"limit": OPEN_SUGGESTIONS})] * 4
    assert (await store.queue(offset=0, limit=9)).total == OPEN_SUGGESTIONS
    report = reader.propose(await store.entry("signed"), kind=ProposalKind.REPORT, reason="falso")
    assert (await refused(report)).key == "refused-suggestions"
    editor = await join(store, "2")
    await editor.reject(next(each for each in done if not isinstance(each, Refused)))
    assert (await reader.propose(fact("x"), at=70)).open
    for each in (editor, await join(store, "7", Role.CONTRIBUTOR)):
        assert len([await each.propose(fact("x"), at=80) for _ in range(OPEN_SUGGESTIONS + 1)]) == OPEN_SUGGESTIONS + 1


async def test_each_language_is_kept_with_its_writer(store: SqlStore):
    """Who completes a draft is credited with what they wrote, who began it with theirs, the dossier with nothing."""
    writer, editor = await newsroom(store)
    translator = await join(store, "3")
    old = await store.entry("signed")
    begun = replace(old, text={**old.text, "en": "signed"})
    draft = await writer.propose(credited(begun, writer.account.pseudonym, old))
    completed = replace(draft, entry=replace(draft.entry, text={**begun.text, "ko": "서명"}))
    await translator.decide(draft, partial(editorial.amend, act=translator.act(), new=completed))
    await editor.approve(draft)
    names = [each.account.pseudonym for each in (writer, translator)]
    current = await store.entry("signed")
    assert current.credits == {"en": names[0], "ko": names[1]}
    assert (await store.history("signed"))[0].author == ",".join(names)
    # What others wrote stays theirs when somebody changes something else, and through an undo.
    mended = await editor.propose(credited(replace(current, text={**current.text, "en": "Signed"}), "p-x", current))
    await translator.approve(mended)
    assert (await store.entry("signed")).credits == {"en": "p-x", "ko": names[1]}
    await translator.undo(mended)
    assert (await store.entry("signed")).credits == current.credits
    assert (await store.history("signed"))[0].author == names[1]
    # Neither a file nor an import knows of it.
    exported = await store.export_dossier()
    assert not any(each.credits for each in exported.entries)
    assert (await take_over(store, exported, later(60))).changed == 0
    assert (await store.entry("signed")).credits == current.credits
    assert await store.forget_person(UserRef(Platform.TELEGRAM, "3"), later(70))
    assert (await store.entry("signed")).credits == current.credits
    assert await store.verify_log() is None


async def test_a_stopped_desk_publishes_nothing(store: SqlStore):
    """While publishing is stopped, an approval is refused, whoever gives it."""
    writer, editor = await newsroom(store)
    draft = await writer.propose(fact("x"))
    owner = await join(store, "9", Role.OWNER)
    await store.vote_freeze(stop=True, act=owner.act())
    assert (await refused(editor.approve(draft))).key == "refused-frozen"
    await store.vote_freeze(stop=False, act=owner.act())
    assert (await editor.approve(draft)).deed == "publish"


async def test_nobody_proposes_or_approves_faster_than_people_do(store: SqlStore):
    """A stolen account is stopped after so many acts, over all accounts of its person; a minute later it goes on."""
    writer, editor = await newsroom(store)
    drafts = [await writer.propose(fact("x"), at=at) for at in range(PER_MINUTE)]
    assert (await refused(writer.propose(fact("x"), at=PER_MINUTE))).key == "refused-rate"
    drafts.append(await writer.propose(fact("x"), at=60))
    for at, draft in enumerate(drafts[:PER_MINUTE]):
        await editor.approve(draft, at=100 + at)
    assert (await refused(editor.approve(drafts[-1], at=131))).key == "refused-rate"
    other = await join(store, "3")
    assert (await other.approve(drafts[-1], at=131)).deed == "publish"
    assert await store.verify_log() is None


async def test_an_embargo_is_kept(store: SqlStore):
    """What was approved for an hour is due at that hour and not before, and then published by the clock."""
    writer, editor = await newsroom(store)
    draft = await writer.propose(fact("x"), publish_at=later(600))
    assert (await editor.approve(draft)).deed == "approve"
    assert (await store.due(later(599)), await store.due(later(600))) == ((), (draft.id,))
    assert await store.entry("fact-13") is None
    clock = await join(store, "0", Role.OWNER)
    owned = Policy(owners=frozenset({"telegram:2"}))
    decision = await clock.decide(draft, lambda case: editorial.publish_due(case, clock.act(600)), 600, owned)
    assert decision.deed == "publish"
    assert (await store.entry("fact-13")).changed_at == later(600)
    assert await store.due(later(900)) == ()


async def test_an_undo_gives_readers_what_they_had(store: SqlStore):
    """Taken back in time, a correction is gone from lists and search, a new entry retired, and both wait again."""
    writer, editor = await newsroom(store)
    old = await store.entry("signed")
    edit = await writer.propose(replace(old, text={"it": "errore"}))
    new = await writer.propose(fact("x", "sbaglio", **RICH))
    for each in (edit, new):
        await editor.approve(each)
        await editor.undo(each, at=10)
    back = await store.entry("signed")
    assert replace(back, revision=1, changed_at=AT) == old
    assert (back.revision, (await store.entry("fact-13")).retired) == (3, UNDONE)
    for word in ("errore", "sbaglio"):
        assert (await store.search(word, "it", **PAGE)).items == ()
    assert (await store.history("signed"))[0].author == editor.account.pseudonym
    assert [each.label for each in (await store.queue(**PAGE)).items] == ["F-12", "F-13"]
    for each in (edit, new):
        await editor.approve(await store.proposal(each.id), at=20)
    assert ((await store.entry("signed")).revision, (await store.entry("fact-13")).retired) == (4, None)
    assert (await store.search("sbaglio", "it", **PAGE)).items == (await store.entry("fact-13"),)
    assert await store.verify_log() is None


async def test_a_publication_answers_the_reports_about_it(store: SqlStore):
    """Whoever reported a fault sees it closed by the next publication of that entry, and of no other."""
    writer, editor = await newsroom(store)
    reports = [
        await writer.propose(await store.entry(key), kind=ProposalKind.REPORT, reason="falso", at=at)
        for at, key in enumerate(("signed", "signed", "kim"))
    ]
    rows = (await store.audit_head())[0]
    await published(writer, editor, replace(await store.entry("signed"), text={"it": "vero"}))
    states = [(each.state, each.published) for each in [await store.proposal(each.id) for each in reports]]
    assert states == [(ProposalState.PUBLISHED, 2)] * 2 + [(ProposalState.PENDING, None)]
    assert (await store.audit_head())[0] == rows + 4, "one row each for the draft, its approval and the two reports"


async def test_the_queue_is_paged_oldest_first(store: SqlStore):
    """An editor sees what waits longest first, and how much there is."""
    writer, editor = await newsroom(store)
    assert (await store.queue(**PAGE)).total == 0
    drafts = [await writer.propose(fact("x"), at=at) for at in range(7)]
    await editor.reject(drafts[0])
    first, second = await store.queue(**PAGE), await store.queue(offset=5, limit=5)
    assert [each.id for each in (*first.items, *second.items)] == [each.id for each in drafts[1:]]
    assert (first.more, first.total, second.more, second.total) == (True, 6, False, 6)
    await editor.approve(drafts[1])
    assert (await store.proposal_for(EntryKind.FACT, drafts[1].entry.number)).state is ProposalState.PUBLISHED
    assert await store.proposal_for(EntryKind.FACT, 99) is None


async def test_sources_are_known_by_their_address(store: SqlStore):
    """An address that is cited already brings its source along, another page of the same site its publisher."""
    pages = {"tass": "https://tass.ru/a_b/1?x=%41", "kcna": "http://www.kcna.kp/Item", "other": "https://nottass.ru/2"}
    await take_over(store, dossier(fact(), sources=tuple(source(name, url=url) for name, url in pages.items())))

    async def found(*urls: str) -> dict[str, str]:
        return {each: known.id for each, known in (await store.sources_by_url(urls)).items()}

    assert await found(pages["tass"]) == {pages["tass"]: "tass", "tass.ru": "tass"}
    assert await found("https://tass.ru/aXb/1?x=%41", "https://kcna.kp/new") == {"tass.ru": "tass", "kcna.kp": "kcna"}
    assert await found("http://www.kcna.kp/item") == {"www.kcna.kp": "kcna", "kcna.kp": "kcna"}
    assert await found("https://unknown.example/", "https://as.ru/", "no address", "https://[broken/", "%") == {}


async def test_imports_and_editors_respect_each_other(store: SqlStore):
    """An import leaves alone what editors made, corrected or retracted, and takes up what the dossier corrected."""
    whole = [article(), fact(number=12), fact("gone", number=2), fact("free", number=3), event(), person()]
    await take_over(store, dossier(*whole))
    writer, editor = await join(store, "1", Role.CONTRIBUTOR), await join(store, "2")
    await published(writer, editor, fact("x", "nuovo"))
    await published(writer, editor, replace(await store.entry("signed"), text={"it": "corretto"}))
    retracted = replace(await store.entry("gone"), status=Status.RETRACTED, retraction="falso")
    await published(writer, editor, retracted, kind=ProposalKind.RETRACT)
    keys = ["fact-13", "signed", "gone", "free"]
    kept = await store.entries(keys)
    await take_over(store, dossier(*whole), later(60))
    assert await store.entries(keys) == kept, "the same dossier again"
    changed = [*whole[:2], fact("gone", "altro testo", number=2), fact("free", "altro"), *whole[4:]]
    await take_over(store, dossier(*changed), later(120))
    now = await store.entries(keys)
    assert {key: now[key] for key in ("fact-13", "signed", "gone")} == {
        key: kept[key] for key in ("fact-13", "signed", "gone")
    }
    assert (now["free"].text, now["free"].revision) == ({"it": "altro"}, 2)
    await take_over(store, dossier(whole[0]), later(180))
    now = await store.entries(keys)
    assert (now["fact-13"], now["gone"]) == (kept["fact-13"], kept["gone"])
    assert now["signed"].retired
    await take_over(store, dossier(*whole), later(240))
    assert (await store.entry("gone")) == kept["gone"]
    assert await store.verify_log() is None


async def test_entries_of_editors_come_after_the_dossiers(store: SqlStore):
    """A new person or fact is listed behind those of the dossier, also after the dossier grew."""
    writer, editor = await newsroom(store)
    await published(writer, editor, person("x", title={"it": "Nuova"}))
    await take_over(store, dossier(article(), fact(number=12), event(), person(), *map(person, "abcd")), later(60))
    assert [each.key for each in (await store.people(offset=0, limit=9)).items][-2:] == ["d", "person-2"]


async def test_what_editors_published_moves_to_another_store(store: SqlStore, tmp_path: Path):
    """An export holds what editors made, in some languages, two-sided or retracted, and fills an empty store alike."""
    whole = [article(), fact(text=FOUR, number=12), event(title=FOUR, text=FOUR), person(title=FOUR, text=FOUR)]
    titled = replace(whole[0], instrument="treaty-2024", title=FOUR, text=FOUR, confidence=Confidence.VERIFIED)
    shelves = {"topics": (replace(topic(), title=FOUR),), "instruments": (instrument(title=FOUR),), "title": FOUR}
    await take_over(store, dossier(titled, *whole[1:], **shelves))
    writer, editor = await join(store, "1", Role.CONTRIBUTOR), await join(store, "2")
    web = source("web-1", kind=SourceKind.WEB, url="https://a.example/1")
    two_sided = {
        "status": Status.DISPUTED,
        "attributed_to": {"it": "A"},
        "against": {"ko": "아니"},
        "against_by": {"it": "B"},
    }
    new = fact("x", {"it": "nuovo", "ko": "새"}, **RICH, **two_sided, against_sources=("web-1",))
    await published(writer, editor, new, sources=(web,))
    gone = replace(await store.entry("signed"), status=Status.RETRACTED, retraction="era falso")
    await published(writer, editor, gone, kind=ProposalKind.RETRACT)
    undone = await writer.propose(fact("y"), at=1)
    await editor.approve(undone, at=2)
    await editor.undo(undone, at=3)
    exported = await store.export_dossier()
    write_dossier(exported, tmp_path / "out")
    read, faults = read_dossier(tmp_path / "out")
    assert faults == ()
    assert read == exported
    other = await open_store(f"sqlite:///{tmp_path}/other.db")
    try:
        await take_over(other, read)
        assert await other.export_dossier() == exported
        keys = [each.key for each in exported.entries]
        plain = {"revision": 1, "changed_at": ""}
        one, two = [
            {key: replace(each, **plain) for key, each in (await each_store.entries(keys)).items()}
            for each_store in (store, other)
        ]
        assert one == two
        assert len(one) == 6
        for word in ("nuovo", "아니"):  # either side is found by its words
            assert (await other.search(word, "it", **PAGE)).items[0].key == "fact-13"
    finally:
        await other.close()
