from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.console.render import plain
from bot.app import Core
from bot.core.documents import RunCommand
from bot.core.entries import LOCALES, Entry, EntryKind, Status
from bot.core.places import ChatRef, Platform, UserRef
from bot.core.requests import Actor, Outcome, Reply, Request
from handlers import COMMANDS
from storage.dossier import read_dossier, write_dossier

ROWS = 5
"""Of buttons on one message of Discord, and of buttons in a row."""


async def ask(core: Core, line: str, locale: str = "en", values: dict[str, str] | None = None) -> Reply:
    place = UserRef(Platform.TELEGRAM, f"{hash(line) % 10_000}")
    request = Request(line, Actor(place), ChatRef(Platform.TELEGRAM, "7"), platform_locale=locale, values=values)
    reply = await core.dispatcher(request)
    assert reply is not None
    return reply


def leads(reply: Reply) -> list[str]:
    return [each.command for row in reply.document.buttons for each in row if isinstance(each, RunCommand)]


def shape(reply: Reply) -> list[int]:
    return [len(row) for row in reply.document.buttons]


async def doubtful(core: Core) -> Entry:
    entries = (await core.store.export_dossier()).entries
    return next(each for each in entries if each.kind is EntryKind.FACT and each.status is Status.CLAIMED)


@pytest.mark.parametrize("command", ["sources", "history"])
@pytest.mark.parametrize("locale", LOCALES)
async def test_a_claim_is_never_shown_as_settled(core: Core, command: str, locale: str) -> None:
    """Above its sources and its history a claim stands with its status and with who says so."""
    fact = await doubtful(core)
    shown = plain((await ask(core, f"{command} {fact.label}", locale)).document)
    assert core.services.words[locale].text("status-claimed-short") in shown
    assert fact.attributed_to[locale] in shown


async def test_what_is_settled_has_no_status_above_its_sources(core: Core) -> None:
    """A confirmed fact is not clouded by a status line of its own."""
    entries = (await core.store.export_dossier()).entries
    fact = next(
        each
        for each in entries
        if each.kind is EntryKind.FACT and each.status is Status.CONFIRMED and not each.confidence
    )
    shown = plain((await ask(core, f"sources {fact.label}")).document)
    assert core.services.words["en"].text("card-status") not in shown


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Kim Jong Un", "kim-jong-un"),
        ("kim jong-un", "kim-jong-un"),
        ("Ким Чен Ын", "kim-jong-un"),
        ("김정은", "kim-jong-un"),
        ("김 정은", "kim-jong-un"),
        ("Владимир Путин", "vladimir-putin"),
        ("Putin", "vladimir-putin"),
        ("Putin Vladimir", "vladimir-putin"),
        ("usakov jurij", "yuri-ushakov"),
        ("P-3", "mykhailo-podolyak"),
    ],
)
async def test_a_name_in_any_language_opens_the_person(core: Core, name: str, person: str) -> None:
    """A whole name, or the part of it that only one person has, opens the card at once."""
    reply = await ask(core, f"people {name}")
    assert (reply.outcome, reply.refs) == (Outcome.ANSWERED, (f"person:{person}",))


async def test_a_name_of_many_lists_them(core: Core) -> None:
    """`Kim` means six people: all are offered, and the search besides."""
    reply = await ask(core, "people Kim")
    assert reply.outcome is Outcome.CLOSEST
    assert len(reply.refs) >= 6
    assert all("kim-" in ref for ref in reply.refs[:6])
    assert "search Kim" in leads(reply)


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Putn", "vladimir-putin"),
        ("Podoljak", "mykhailo-podolyak"),
        ("Zelenskyy", "volodymyr-zelensky"),
        ("Shojgu", "sergei-shoigu"),
        ("Kruscev", "nikita-khrushchev"),
        ("흐루시초프", "nikita-khrushchev"),
    ],
)
async def test_a_misspelt_name_is_guessed_and_not_acted_on(core: Core, name: str, person: str) -> None:
    """A guess is offered as one: first of a list, with the search beside it."""
    reply = await ask(core, f"people {name}")
    assert reply.outcome is Outcome.CLOSEST
    assert reply.refs[0] == f"person:{person}"
    assert {f"search {name}", "people"} <= set(leads(reply))


async def test_nobody_by_that_name(core: Core) -> None:
    """A name nobody has leads on to the search and to everybody."""
    reply = await ask(core, "people Xqzwvk")
    assert reply.outcome is Outcome.UNKNOWN
    assert leads(reply) == ["search Xqzwvk", "people"]


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("sanctions", "sanctions"),
        ("제재", "sanctions"),
        ("경제", "economy"),
        ("truppe", "troops"),
        ("войска", "troops"),
        ("солдаты", "troops"),
        ("군대", "troops"),
        ("armi", "arms-transfers"),
        ("Carta ONU", "self-defence"),
        ("ООН", "self-defence"),
        ("storia", "history"),
        ("sanzione", "sanctions"),
        ("экономики", "economy"),
        ("Mutual defence", "mutual-defence"),
    ],
)
async def test_a_topic_by_any_word_for_it(core: Core, typed: str, topic: str) -> None:
    """A word of a topic's name in any language, its other forms and other words for it open the topic."""
    reply = await ask(core, f"topics {typed}")
    expected = await ask(core, f"topics {topic}")
    assert reply.outcome is Outcome.ANSWERED
    assert reply.refs == expected.refs


@pytest.mark.parametrize("typed", ["sanctons", "di", "qwrtz", "и", "international sanction politics"])
async def test_an_unclear_topic_leads_on(core: Core, typed: str) -> None:
    """What is no topic, or a slip of one, is not acted on: guesses, a search and the list are offered."""
    reply = await ask(core, f"topics {typed}")
    assert reply.outcome is Outcome.MISTAKE
    assert {f"search {typed}", "topics"} <= set(leads(reply))
    if typed == "sanctons":
        assert leads(reply)[0] == "topics sanctions"


async def test_a_bare_number_is_a_fact_after_fact(core: Core) -> None:
    """`/fact 12` is F-12; `/sources 4` and `/history 4` are Article 4's."""
    assert (await ask(core, "fact 12")).refs == (await ask(core, "fact F-12")).refs
    assert (await ask(core, "fact 12@1")).refs[0].startswith("fact:")
    assert (await ask(core, "sources 4")).refs == (await ask(core, "history 4")).refs == ("article:treaty-2024/4",)


async def test_a_fact_that_is_not_there_leads_on(core: Core) -> None:
    """A number no fact has, and a name nothing has, end in buttons and never in more than five rows."""
    for line in ("fact 99999", "fact F-99999", "fact xyz", "sources artcle 4", "history the 1961 treaty with Moscow"):
        reply = await ask(core, line)
        assert reply.outcome is Outcome.UNKNOWN, line
        assert any(lead.startswith("search ") for lead in leads(reply)), line
        assert len(shape(reply)) <= ROWS, line


async def test_every_topic_has_its_button(core: Core) -> None:
    """All topics can be opened from the list, on Discord too."""
    topics = core.services.lookup.catalogue.topics
    assert leads(await ask(core, "topics")) == [f"topics {topic.id}" for topic, _ in topics]


@pytest.mark.parametrize("line", [example for each in COMMANDS for example in (*each.examples, f"help {each.name}")])
async def test_buttons_fit_a_message_of_discord(core: Core, line: str) -> None:
    """No answer has more than five rows of five buttons: what is beyond would not be shown."""
    sizes = shape(await ask(core, line))
    assert len(sizes) <= ROWS
    assert max(sizes, default=1) <= ROWS


async def test_a_timeline_is_offered_where_there_is_one(core: Core) -> None:
    """A topic without a dated event does not lead to an empty page; one with events leads to them."""
    for topic, _ in core.services.lookup.catalogue.topics:
        offered = f"timeline {topic.id}" in leads(await ask(core, f"topics {topic.id}"))
        dated = await ask(core, f"timeline {topic.id}")
        assert offered is (dated.outcome is Outcome.ANSWERED), topic.id


@pytest.mark.parametrize(
    "values",
    [{"since": "troops 2024-10"}, {"topic": "troops 2024-10"}, {"topic": "troops", "since": "2024-10"}],
)
async def test_options_may_hold_the_whole_line(core: Core, values: dict[str, str]) -> None:
    """Where each option has its box, topic and date are understood in one of them as on one line."""
    asked = await ask(core, "timeline troops 2024-10")
    assert asked.outcome is Outcome.ANSWERED
    assert (await ask(core, "timeline", values=values)).refs == asked.refs


@pytest.mark.parametrize(
    "line",
    [
        "timeline troops 1 ottobre 2024 2025",
        "timeline 1 октября 2024 2025 войска",
        "timeline troops 2024년 10월 1일 2025",
        "timeline troops 2024-10-01 - 2025",
        "timeline troops 01/10/2024 2025",
    ],
)
async def test_dates_may_be_written_out(core: Core, line: str) -> None:
    """Dates may hold blanks and names of months, and stand before or after the topic."""
    assert (await ask(core, line)).refs == (await ask(core, "timeline troops 2024-10 2025")).refs


async def test_an_end_without_a_beginning_keeps_its_meaning(core: Core) -> None:
    """The second page of a timeline that only ends somewhere still ends there."""
    first = await ask(core, "timeline", values={"until": "2024-06"})
    following = leads(first)[-1]
    assert following == "timeline - 2024-06 #2"
    assert (await ask(core, "timeline - 2024-06")).refs == first.refs
    assert (await ask(core, following)).outcome is Outcome.ANSWERED
    assert (await ask(core, "timeline 2024 2025 2026")).outcome is Outcome.MISTAKE
    assert (await ask(core, "timeline 2024-13")).outcome is Outcome.MISTAKE


@pytest.mark.parametrize(
    ("line", "back"),
    [
        ("search putin #99999", "search putin"),
        ("sources 4 #5", "sources 4"),
        ("history 4 #9", "history 4"),
        ("latest #4000", "latest"),
        ("people #4000", "people"),
    ],
)
async def test_past_the_end_leads_back(core: Core, line: str, back: str) -> None:
    """A page beyond the last says that it is empty and offers the first."""
    reply = await ask(core, line)
    assert reply.outcome is Outcome.UNKNOWN
    assert core.services.words["en"].text("list-empty") in plain(reply.document)
    assert back in leads(reply)
    assert (await ask(core, back)).outcome is Outcome.ANSWERED


async def test_many_sources_are_paged(core: Core) -> None:
    """An entry with more sources than a page holds shows the rest on the next, each once."""
    dossier = await core.store.export_dossier()
    many = tuple(source.id for source in dossier.sources[:12])
    changed = tuple(replace(each, sources=many) if each.key == "treaty-2024/4" else each for each in dossier.entries)
    await core.store.import_dossier(
        replace(dossier, entries=changed), at="2026-11-24T00:00:00.000Z", author="dossier", progress=lambda *_: None
    )
    await core.refresh()
    first, second = await ask(core, "sources 4"), await ask(core, "sources 4 #2")
    assert "sources 4 #2" in leads(first)
    assert leads(second)[0] == "sources 4 #1"
    titles = [source.title for source in dossier.sources[:12]]
    both = plain(first.document) + plain(second.document)
    assert all(title in both for title in titles)


async def test_other_words_for_topics_survive_an_export(core: Core, tmp_path: Path) -> None:
    """Whoever exports the dossier and loads it again keeps the words by which topics are found."""
    before = await core.store.export_dossier()
    write_dossier(before, tmp_path)
    after, faults = read_dossier(tmp_path)
    assert faults == ()
    assert after is not None
    assert after.topics == before.topics
    assert "truppe" in next(topic.aliases for topic in after.topics if topic.id == "troops")
