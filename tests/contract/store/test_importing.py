"""Taking a dossier over, again and again, on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.dossiers import ImportReport
from bot.core.entries import EntryKind
from bot.core.errors import StoreError
from storage import SqlStore, open_store
from storage.dossier import read_dossier, shipped_dossier
from tests.builders import article, dossier, event, fact, instrument, person, source, topic
from tests.contract.store.desk import act_of, edited
from tests.stores import take_over

LATER = "2026-11-24T10:00:00.000Z"


async def test_the_second_import_changes_nothing(store: SqlStore):
    """A restart imports the same dossier again: no revision, no new version, every number as it was."""
    whole = dossier(article(), fact(), event(), person())
    assert await take_over(store, whole) == ImportReport(added=4)
    before = (await store.version(), await store.history("signed"), await store.entry("signed"))
    assert await take_over(store, whole, LATER) == ImportReport(unchanged=4)
    assert (await store.version(), await store.history("signed"), await store.entry("signed")) == before


async def test_a_changed_entry_gets_a_revision(store: SqlStore):
    """A correction keeps the number, and the history says when it was made and in which fields."""
    await take_over(store, dossier(fact(text="prima"), fact("other")))
    version = await store.version()
    changed = fact(text="dopo", sources=("kcna", "tass"))
    assert await take_over(store, dossier(changed, fact("other")), LATER) == ImportReport(changed=1, unchanged=1)
    assert await store.version() > version
    current = await store.entry("signed")
    assert (current.text, current.number, current.revision, current.changed_at) == ({"it": "dopo"}, 1, 2, LATER)
    assert [(each.revision, each.author, each.note) for each in await store.history("signed")] == [
        (2, "dossier", "fields:text,sources"),
        (1, "dossier", "first"),
    ]
    page = {"offset": 0, "limit": 5}
    assert (await store.search("prima", "it", **page)).items == ()
    assert (await store.search("dopo", "it", **page)).items == (current,)


async def test_old_revisions_can_be_read(store: SqlStore):
    """Each revision is kept as it was, and asking for a moment gives the one that stood then, or the first."""
    for day, text in ((1, "uno"), (2, "due"), (3, "tre")):
        await take_over(store, dossier(fact(text=text)), f"2026-11-0{day}T12:00:00.000Z")
    assert [(await store.revision("signed", at)).text["it"] for at in (1, 2, 3)] == ["uno", "due", "tre"]
    assert await store.revision("signed", 4) is None
    for moment, text in (
        ("2020-01-01T00:00:00.000Z", "uno"),
        ("2026-11-02T11:59:59.999Z", "uno"),
        ("2026-11-02T12:00:00.000Z", "due"),
        ("2030-01-01T00:00:00.000Z", "tre"),
    ):
        found = await store.revision_as_of("signed", moment)
        assert (found.text["it"], found.number) == (text, 1)


async def test_what_leaves_the_dossier_is_retired_and_may_return(store: SqlStore):
    """A permalink goes on answering after its entry left the dossier; if it comes back, so does everything of it."""
    both = dossier(fact(text="parola", topics=("defence",), date="2024"), fact("other"))
    await take_over(store, both)
    assert await take_over(store, dossier(fact("other"))) == ImportReport(unchanged=1, retired=1)
    assert await take_over(store, dossier(fact("other"))) == ImportReport(unchanged=1)
    gone = await store.entry_by_number(EntryKind.FACT, 1)
    assert (gone.key, gone.retired, gone.revision) == ("signed", "gone-from-dossier", 2)
    assert (await store.search("parola", "it", offset=0, limit=5)).items == ()
    assert await take_over(store, both) == ImportReport(changed=1, unchanged=1)
    back = await store.entry("signed")
    assert (back.number, back.retired, back.revision) == (1, None, 3)
    assert (await store.search("parola", "it", offset=0, limit=5)).items == (back,)
    assert [each.note for each in await store.history("signed")] == ["returned", "retired", "first"]


async def test_what_editors_take_up_again_stays(store: SqlStore):
    """An entry that left the dossier and was published again by editors is theirs: no import touches it any more."""
    writer, editor = await act_of(store, "telegram:5"), await act_of(store, "discord:6")
    both = dossier(fact(text="prima"), fact("other"))
    for each in (both, dossier(fact("other"))):
        await take_over(store, each)
    back = await edited(store, writer, editor, "signed", "di nuovo")
    assert (back.retired, back.revision) == (None, 3)
    for each in (dossier(fact("other")), both, dossier(fact(text="dopo"), fact("other")), dossier(fact("other"))):
        assert await take_over(store, each, LATER) == ImportReport(unchanged=len(each.entries))
    assert await store.entry("signed") == back


async def test_numbers_are_kept_and_never_given_twice(store: SqlStore):
    """F-12 means one fact for ever, whoever joins or leaves the dossier later."""
    await take_over(store, dossier(fact("a"), fact("twelve", number=12), fact("b"), event("e", number=12)))
    await take_over(store, dossier(fact("c"), fact("wants-12", number=12), fact("a"), fact("five", number=5)))
    numbers = {
        key: each.number
        for key, each in (await store.entries(["a", "b", "c", "twelve", "wants-12", "five", "e"])).items()
    }
    assert numbers == {"a": 13, "b": 14, "c": 15, "twelve": 12, "wants-12": 16, "five": 5, "e": 12}


async def test_the_order_follows_the_dossier_without_a_revision(store: SqlStore):
    """Listing people in another order is no correction of any of them."""
    await take_over(
        store, dossier(person("a"), person("b"), article("1", topics=("defence",)), article("2", topics=("defence",)))
    )
    version = await store.version()
    moved = dossier(person("b"), person("a"), article("2", topics=("defence",)), article("1", topics=("defence",)))
    assert await take_over(store, moved) == ImportReport(unchanged=4)
    page = {"offset": 0, "limit": 5}
    assert [each.key for each in (await store.people(**page)).items] == ["b", "a"]
    assert [each.article_number for each in await store.articles("treaty-2024")] == ["2", "1"]
    assert [each.article_number for each in (await store.by_topic("defence", **page)).items] == ["2", "1"]
    assert len(await store.history("a")) == 1
    assert await store.version() > version


async def test_sources_topics_and_instruments_follow_the_dossier(store: SqlStore):
    """A corrected source shows at once; one that left the dossier still explains old revisions."""
    await take_over(store, dossier(sources=(source(), source("tass")), topics=(topic(), topic("visit"))))
    version = await store.version()
    new = dossier(
        sources=(source(title="Full text"),),
        topics=(topic("visit"), topic(en="Mutual defence")),
        instruments=(instrument("other"),),
    )
    await take_over(store, new)
    assert await store.version() > version
    assert (await store.sources(["kcna", "tass"])).keys() == {"kcna", "tass"}
    assert (await store.sources(["kcna"]))["kcna"].title == "Full text"
    assert [each for each, _ in await store.topics()] == list(new.topics)
    assert await store.instruments() == new.instruments
    exported = await store.export_dossier()
    assert (exported.sources, exported.topics, exported.instruments) == (new.sources, new.topics, new.instruments)


@pytest.mark.parametrize(
    "bad",
    [
        dossier(fact("new"), fact("twice"), fact("twice")),
        dossier(fact("new"), sources=(source(), source())),
        dossier(fact("new"), fact("lone\ud800surrogate")),
        dossier(*(fact(f"fact-{at}") for at in range(450)), fact("odd", text="x", topics=(object(),))),
    ],
    ids=["entry twice", "source twice", "not storable", "fails late"],
)
async def test_a_bad_dossier_changes_nothing(store: SqlStore, bad):
    """If a dossier can't be taken over, readers see exactly what they saw before."""
    await take_over(store, dossier(fact(), person()))
    before = (await store.version(), await store.export_dossier(), await store.labels(100))
    with pytest.raises((StoreError, TypeError, UnicodeEncodeError)):
        await take_over(store, bad)
    assert (await store.version(), await store.export_dossier(), await store.labels(100)) == before
    assert await take_over(store, dossier(fact(), person())) == ImportReport(unchanged=2)


async def test_an_export_fills_an_empty_store_alike(store: SqlStore, tmp_path):
    """Moving to another database keeps every text, number and order, retired entries included."""
    read, faults = read_dossier(shipped_dossier())
    assert read is not None, faults
    await take_over(store, replace(read, entries=(*read.entries, fact("retired", date="2024"))))
    await take_over(store, read)
    exported = await store.export_dossier()
    assert len(exported.entries) == len(read.entries) + 1
    assert replace(exported, entries=()) == replace(read, entries=())
    other = await open_store(f"sqlite:///{tmp_path}/other.db")
    try:
        await take_over(other, exported)
        assert await other.export_dossier() == exported
        assert await other.labels(1_000) == await store.labels(1_000)
    finally:
        await other.close()
    # Back where it came from it changes nothing either.
    assert await take_over(store, exported) == ImportReport(unchanged=len(exported.entries))


async def test_progress_runs_from_nothing_to_all(store: SqlStore):
    """The progress bar never runs backwards and ends full."""
    told = []
    entries = [fact(f"fact-{at}") for at in range(1_000)]
    await store.import_dossier(
        dossier(*entries), at=LATER, author="dossier", progress=lambda done, all_: told.append((done, all_))
    )
    assert told == sorted(told)
    assert len(told) > 3
    assert (told[0][0], told[-1]) == (0, (1_000, 1_000))


async def test_the_log_is_chained(store: SqlStore):
    """A log nobody touched verifies, however many imports wrote it."""
    for text in ("uno", "due"):
        await take_over(store, dossier(*(fact(f"fact-{at}", text) for at in range(250))))
    assert await store.verify_log() is None
