"""What readers see of what editors did: histories, differences, retractions, disputes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.console.render import plain
from bot.app import Core
from bot.core.documents import Deleted, Inline, Link, RunCommand
from bot.core.editorial import ProposalKind
from bot.core.entries import LOCALES, Entry, EntryKind, Source, SourceKind, Status
from bot.core.places import ChatRef, Platform, UserRef
from bot.core.requests import Actor, Outcome, Reply, Request
from tests.newsroom import Person, join

WEB = Source("web-1", "A parade", "example.org", SourceKind.WEB, "en", url="https://example.org/parade")
REASON = "the agency withdrew its report"

Publish = Callable[..., Awaitable[Entry]]


async def ask(core: Core, line: str, locale: str = "en") -> Reply:
    place = UserRef(Platform.TELEGRAM, f"{hash(line) % 10_000}")
    request = Request(line, Actor(place), ChatRef(Platform.TELEGRAM, "7"), platform_locale=locale)
    reply = await core.dispatcher(request)
    assert reply is not None
    return reply


async def shown(core: Core, line: str, locale: str = "en") -> str:
    return plain((await ask(core, line, locale)).document)


def leads(reply: Reply) -> list[str]:
    return [each.command for row in reply.document.buttons for each in row if isinstance(each, RunCommand)]


def inlines_of(reply: Reply) -> list[Inline]:
    found: list[Inline] = []
    for block in reply.document.blocks:
        found += getattr(block, "content", ())
        found += [part for item in getattr(block, "items", ()) for part in item]
    return found


@pytest.fixture
async def author(core: Core) -> Person:
    return await join(core.store, "11")


@pytest.fixture
async def editor(core: Core) -> Person:
    return await join(core.store, "12")


@pytest.fixture
def publish(core: Core, author: Person, editor: Person) -> Publish:
    """Have an entry published as it shall read, written by one person and approved by another."""

    async def through(entry: Entry, by: Person = author, **more: Any) -> Entry:
        await editor.approve(await by.propose(entry, **more))
        await core.refresh()
        published = await core.store.entry(entry.key)
        assert published is not None
        return published

    return through


@pytest.fixture
def retract(publish: Publish) -> Publish:
    async def through(entry: Entry) -> Entry:
        gone = replace(entry, status=Status.RETRACTED, retraction=REASON)
        return await publish(gone, kind=ProposalKind.RETRACT, reason=REASON)

    return through


async def existing(core: Core, key: str) -> Entry:
    entry = await core.store.entry(key)
    assert entry is not None
    return entry


async def fact(core: Core, number: int = 2) -> Entry:
    entry = await core.store.entry_by_number(EntryKind.FACT, number)
    assert entry is not None
    return entry


def reworded(entry: Entry, old: str, new: str, language: str = "en") -> Entry:
    assert old in entry.text[language]
    return replace(entry, text={**entry.text, language: entry.text[language].replace(old, new)})


async def test_a_history_names_who_wrote_why_and_who_approved(
    core: Core, publish: Publish, author: Person, editor: Person
) -> None:
    """Each revision says by which pseudonym it was written and approved, and gives the note as it was written."""
    await publish(reworded(await fact(core), "signed", "put their names to"), note="after the Kremlin's text")
    history = await shown(core, "history F-2")
    line = next(line for line in history.splitlines() if "F-2@2" in line)
    assert f"23 November 2026 · {author.account.pseudonym} · after the Kremlin's text" in line
    assert line.endswith(f"approved by {editor.account.pseudonym}")
    assert "dossier · first recorded" in history


async def test_a_change_without_a_note_is_named_by_its_fields(core: Core, publish: Publish) -> None:
    """Where an editor wrote no note the history says which fields changed."""
    await publish(replace(await fact(core), date="2024-06", topics=("visit",)))
    line = next(line for line in (await shown(core, "history F-2")).splitlines() if "F-2@2" in line)
    assert "· changed: date, topics · approved by" in line


async def test_a_history_says_who_last_wrote_each_language(core: Core, publish: Publish, author: Person) -> None:
    """A text changed in one language is credited to who changed it, and the others are marked as older."""
    await publish(reworded(await fact(core), "signed", "put their names to"))
    texts = (await shown(core, "history F-2")).partition("Texts\n")[2].strip().splitlines()
    assert texts[0].startswith("• Italiano, Русский, 한국어: dossier · ")
    assert texts[0].endswith("F-2@1 · may not follow F-2@2 yet (English)")
    assert texts[1] == f"• English: {author.account.pseudonym} · 23 November 2026 · F-2@2"


async def test_every_language_has_its_own_translator(
    core: Core, publish: Publish, author: Person, editor: Person
) -> None:
    """A fact published in one language and completed by others names each with their own revision, none as older."""
    other = await join(core.store, "13")
    new = Entry("", EntryKind.FACT, {"it": "Nuovo fatto di prova."}, ("seed-article",), date="2024-06-19")
    proposal = await author.propose(new)
    await editor.approve(proposal)
    await core.refresh()
    made = await existing(core, proposal.entry.key)
    await publish(replace(made, text={**made.text, "ko": "새로운 시험 사실."}), by=other)
    texts = (await shown(core, f"history {made.label}")).partition("Texts\n")[2].strip().splitlines()
    assert texts == [
        f"• Italiano: {author.account.pseudonym} · 23 November 2026 · {made.label}@1",
        f"• 한국어: {other.account.pseudonym} · 23 November 2026 · {made.label}@2",
    ]


async def test_what_was_taken_back_is_not_credited_to_who_took_it_back(
    core: Core, publish: Publish, author: Person, editor: Person
) -> None:
    """After an undo the words are again those of the first revision, and the history says it was taken back."""
    before = await fact(core)
    proposal = await author.propose(reworded(before, "signed", "put their names to"))
    await editor.approve(proposal)
    await editor.undo(proposal, at=5)
    await core.refresh()
    history = await shown(core, "history F-2")
    line = next(line for line in history.splitlines() if "F-2@3" in line)
    assert line.endswith(f"{editor.account.pseudonym} · taken back")
    texts = history.partition("Texts\n")[2].strip().splitlines()
    assert len(texts) == 1
    assert texts[0].endswith("F-2@1")


async def test_a_revision_shows_what_it_changed(core: Core, publish: Publish, author: Person, editor: Person) -> None:
    """`/history F-2@2` sets the revision beside the one before it, word by word, with who, why and who approved."""
    before = await fact(core)
    changed = replace(reworded(before, "19 June", "20 June"), date="2024-06-20", topics=("visit",))
    changed = replace(changed, sources=(*before.sources[1:], WEB.id))
    await publish(changed, note="the wrong day", sources=(WEB,))
    reply = await ask(core, "history F-2@2")
    text = plain(reply.document)
    assert reply.refs == (before.ref,)
    assert text.startswith("What changed in F-2@2\n")
    assert f"{author.account.pseudonym} · the wrong day · approved by {editor.account.pseudonym}" in text
    assert "text (English): " in text
    assert "[-19-]{+20+} June 2024." in text
    assert "date: [-19 June 2024-] {+20 June 2024+}" in text
    assert "topics: [-Mutual defence-]" in text
    assert "{+A parade (example.org)+} · example.org <https://example.org/parade>" in text
    assert "Italiano" not in text
    assert leads(reply) == ["history F-2@1", "fact F-2@2", "history F-2"]


@pytest.mark.parametrize("line", ["history F-2@1", "history signed-by-putin-and-kim@1"])
async def test_the_first_revision_has_nothing_before_it(core: Core, publish: Publish, line: str) -> None:
    """The first revision says so, and leads on to the next."""
    await publish(reworded(await fact(core), "signed", "put their names to"))
    reply = await ask(core, line)
    assert "This is the first revision" in plain(reply.document)
    assert leads(reply) == ["history F-2@2", "fact F-2@1", "history F-2"]


async def test_an_articles_changes_are_found_under_its_number(core: Core, publish: Publish) -> None:
    """`/history 4@2` works as `/treaty 4@2` does."""
    article = await existing(core, "treaty-2024/4")
    await publish(replace(article, title={**article.title, "en": "Assistance at war"}))
    reply = await ask(core, "history 4@2")
    assert "title (English): " in plain(reply.document)
    assert leads(reply) == ["history 4@1", "treaty 4@2", "history 4"]
    for line in leads(reply):
        assert (await ask(core, line)).outcome is Outcome.ANSWERED


async def test_the_changes_of_a_revision_that_is_not_there(core: Core) -> None:
    """A revision there never was is said to be none."""
    assert (await ask(core, "history F-2@7")).outcome is Outcome.UNKNOWN


async def test_what_changed_is_one_press_away(core: Core, publish: Publish) -> None:
    """An old revision's card and the history lead to what was changed; a card of today has no such button."""
    await publish(reworded(await fact(core), "signed", "put their names to"))
    await publish(reworded(await fact(core), "put their names to", "initialled"))
    assert "history F-2@2" in leads(await ask(core, "fact F-2@2"))
    assert not any("history F-2@" in lead for lead in leads(await ask(core, "fact F-2@1")))
    assert not any("history F-2@" in lead for lead in leads(await ask(core, "fact F-2")))
    history = leads(await ask(core, "history F-2"))
    assert history == ["fact F-2@3", "fact F-2@2", "fact F-2@1", "history F-2@3"]


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_retracted_fact_says_so_first(core: Core, retract: Publish, locale: str) -> None:
    """The number of a retracted fact still answers: since when and why it no longer holds, then what it said."""
    before = await fact(core)
    await retract(before)
    reply = await ask(core, "fact F-2", locale)
    words = core.services.words[locale]
    why = words.text("card-retracted-because", date=words.date("2026-11-23"), reason=REASON)
    assert reply.outcome is Outcome.ANSWERED
    assert plain(reply.document).split("\n\n")[1:3] == [why, f"[-{before.text[locale]}-]"]
    assert [each.text for each in inlines_of(reply) if isinstance(each, Deleted)] == [before.text[locale]]
    assert any(isinstance(each, Link) for each in inlines_of(reply))


async def test_a_retracted_fact_is_in_no_list(core: Core, retract: Publish) -> None:
    """Nothing leads to what was retracted: no list, no search, no article's facts, no suggestion."""
    entries = (await core.store.export_dossier()).entries
    article = "treaty-2024/4"
    named = next(
        each for each in entries if each.kind is EntryKind.FACT and article in (each.instrument, *each.related)
    )
    before = {line: await ask(core, line) for line in ("treaty 4", f"topics {named.topics[0]}", "latest")}
    query = f"search {named.text['it']}"
    assert named.ref in (await ask(core, query)).refs
    assert f"fact {named.label}" in leads(before["treaty 4"])
    await retract(named)
    for line in (*before, query, "timeline", f"check {named.text['en']}"):
        page = 1
        while (reply := await ask(core, f"{line} #{page}" if page > 1 else line)).outcome is Outcome.ANSWERED:
            assert named.ref not in reply.refs, line
            assert f"fact {named.label}" not in leads(reply), line
            page += 1
            if page > 40 or not any(lead.endswith(f"#{page}") for lead in leads(reply)):
                break
    for typed in (named.label, named.key, named.text["it"][:20]):
        offered = core.dispatcher.complete("fact", "fact", typed, "it")
        assert named.key not in [each.value for each in offered]
    slip = await ask(core, f"fact {named.key[:-1]}")
    assert f"fact {named.key}" not in leads(slip)


async def test_an_old_revision_of_what_was_retracted_does_not_read_as_valid(core: Core, retract: Publish) -> None:
    """Whoever follows an old link to a revision learns that the fact was retracted since, and why."""
    await retract(await fact(core))
    assert f"Retracted on 23 November 2026 because: {REASON}" in await shown(core, "fact F-2@1")


async def test_a_retracted_article_reads_as_retracted_everywhere(core: Core, retract: Publish) -> None:
    """A retracted article leaves the list of its treaty; asked for, on its own or in a comparison, it says so."""
    article = await existing(core, "treaty-1961/1")
    assert "compare treaty-2024/4 treaty-1961/1" in leads(await ask(core, "treaty 4"))
    await retract(article)
    why = f"because: {REASON}"
    assert "treaty 1961/1" not in leads(await ask(core, "treaty 1961"))
    assert not any("treaty-1961/1" in lead for lead in leads(await ask(core, "treaty 4")))
    assert why in await shown(core, "treaty 1961/1")
    compared = await shown(core, "compare 4 1961/1")
    assert why in compared
    assert f"[-{article.text['en']}-]" in compared


async def test_what_was_taken_back_says_so(core: Core, author: Person, editor: Person) -> None:
    """A fact taken back right after it was published is no longer listed, and its number says what became of it."""
    new = Entry("", EntryKind.FACT, {"en": "A parade in Pyongyang."}, ("seed-article",), date="2024-06-19")
    proposal = await author.propose(new)
    await editor.approve(proposal)
    await editor.undo(proposal, at=5)
    await core.refresh()
    reply = await ask(core, f"fact {proposal.entry.label}")
    assert reply.outcome is Outcome.UNKNOWN
    assert "taken back" in plain(reply.document)
    assert "taken back right after it was published" in await shown(core, f"fact {proposal.entry.label}@1")
    assert proposal.entry.ref not in (await ask(core, "search Pyongyang parade")).refs


@pytest.fixture
async def disputed(core: Core, publish: Publish) -> Entry:
    before = await fact(core)
    return await publish(
        replace(
            before,
            status=Status.DISPUTED,
            attributed_to={"en": "the Kremlin"},
            against={"en": "Nothing was signed that day."},
            against_by={"en": "an agency in Seoul"},
            against_sources=(WEB.id,),
        ),
        sources=(WEB,),
    )


async def test_a_dispute_shows_both_sides_with_their_sources(core: Core, disputed: Entry) -> None:
    """The card says who says what and where, then who says otherwise and where, each source on its side."""
    card = await shown(core, "fact F-2")
    names = [source.title for source in (await core.store.sources(disputed.sources)).values()]
    order = [
        disputed.text["en"],
        "Who says so: the Kremlin",
        *names,
        "Who says otherwise: an agency in Seoul",
        "Nothing was signed that day.",
        "A parade <https://example.org/parade> — example.org, undated · web page, publisher not assessed",
    ]
    places = [card.index(each) for each in order]
    assert places == sorted(places)
    assert card.count("A parade") == 1


async def test_a_dispute_is_told_above_sources_and_history(core: Core, disputed: Entry) -> None:
    """Both sides are named above the sources, and each source of the other side is marked as its own."""
    sources = await shown(core, "sources F-2")
    assert "Who says so: the Kremlin · Who says otherwise: an agency in Seoul" in sources
    assert [line for line in sources.splitlines() if line.endswith("of the other side")] == [
        line for line in sources.splitlines() if "A parade" in line
    ]
    assert "Who says otherwise: an agency in Seoul" in await shown(core, "history F-2")
    assert "(disputed)" in await shown(core, "topics visit #2") + await shown(core, "topics visit")


async def test_the_other_side_in_a_language_it_is_missing_in(core: Core, disputed: Entry) -> None:
    """What the other side says is shown in the language there is, and the card says which."""
    card = await shown(core, "fact F-2", "ko")
    assert "Nothing was signed that day." in card
    assert core.services.words["ko"].text("card-untranslated", language="English") in card
