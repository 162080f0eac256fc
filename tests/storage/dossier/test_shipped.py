"""The dossier that ships is whole, in four languages, and says nothing more surely than its sources do."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.core.dossiers import Dossier
from bot.core.entries import LOCALES, Confidence, Entry, EntryKind, InstrumentState, Status, first_day
from storage.dossier import read_dossier, shipped_dossier
from tests.acceptance.seed_coverage import SEED_COVERAGE

# Somebody merely says so, or sources contradict each other. Nothing leaves these lists without a new source.
CLAIMED = """
arsenals-threat-to-stability article16-excludes-un-sanctions article51-reporting-duty cold-war-staging
deployment-before-entry-into-force duma-397-votes duma-committee-unanimous fear-arms-for-technology
lavrov-purely-defensive lavrov-pyongyang-decides-forms leaders-call-it-upgrade msmt-20000-containers msmt-pantsir
museum-opening-reported mutual-defence-against-sanctions new-chapter-in-relations nis-first-1500-troops
no-secret-annex podolyak-nullifies-restrictions putin-peace-and-stability pyongyang-only-russian-territory
science-overlap-un-sanctions shift-in-geopolitics trade-2023-figures turning-point-global-security
world-watching-with-concern
"""
DISPUTED = """
automatic-intervention-debate broader-than-1961 duma-bill-submitted kursk-control-disputed media-agreement-2025
military-alliance-label military-parades-in-pyongyang nk-deaths-disputed putin-cites-1962 replaces-1961-claim
signing-date-variant treaty-1961-end-disputed treaty-1961-no-formal-denunciation treaty-2000-in-force-date
treaty-2000-joint-measures-variant troop-numbers-estimates tumen-bridge-length-disputed
"""
CONFIDENCE = {
    "treaty-2024": {Confidence.PARTIAL: "9 12 14 17 23", Confidence.UNVERIFIED: "13 19 21"},
    "treaty-1961": {Confidence.PARTIAL: "6"},
    "treaty-2000": {Confidence.PARTIAL: "1 2 12"},
    "un-charter": {},
}


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    """The shipped dossier, read once."""
    read, faults = read_dossier(shipped_dossier())
    assert not faults, "\n".join(map(str, faults))
    assert read is not None
    return read


def of(dossier: Dossier, kind: EntryKind) -> list[Entry]:
    """The entries of one kind."""
    return [entry for entry in dossier.entries if entry.kind is kind]


def test_nothing_is_lost(dossier: Dossier) -> None:
    """Everything that was gathered is there: sources, topics, treaties and every kind of entry."""
    assert (len(dossier.sources), len(dossier.topics)) == (192, 20)
    assert Counter(entry.kind for entry in dossier.entries) == {
        EntryKind.ARTICLE: 24 + 6 + 3 + 3,
        EntryKind.FACT: 116,
        EntryKind.EVENT: 68,
        EntryKind.PERSON: 39,
    }


def test_the_treaty_of_2024_comes_first(dossier: Dossier) -> None:
    """The treaty people mean when they name none stands first, its preamble before its 23 articles."""
    assert [instrument.id for instrument in dossier.instruments] == [
        "treaty-2024", "treaty-1961", "treaty-2000", "un-charter",
    ]  # fmt: skip
    assert dossier.default_instrument == "treaty-2024"
    numbers: dict[str | None, list[str | None]] = {}
    for article in of(dossier, EntryKind.ARTICLE):
        numbers.setdefault(article.instrument, []).append(article.article_number)
    assert numbers == {
        "treaty-2024": ["preamble", *map(str, range(1, 24))],
        "treaty-1961": [*map(str, range(1, 7))],
        "treaty-2000": ["1", "2", "12"],
        "un-charter": ["2", "41", "51"],
    }
    order = [EntryKind.ARTICLE, EntryKind.FACT, EntryKind.EVENT, EntryKind.PERSON]
    kinds = [entry.kind for entry in dossier.entries]
    assert kinds == sorted(kinds, key=order.index)


@pytest.mark.parametrize("kind", [EntryKind.FACT, EntryKind.EVENT, EntryKind.PERSON])
def test_numbers_are_written_down(kind: EntryKind, dossier: Dossier) -> None:
    """`F-12`, `E-3` and `P-7` stand in the files themselves, from 1 without a gap, so no edit can move them."""
    entries = of(dossier, kind)
    assert [entry.number for entry in entries] == [*range(1, len(entries) + 1)]
    file = {EntryKind.FACT: "facts", EntryKind.EVENT: "events", EntryKind.PERSON: "people"}[kind]
    text = (shipped_dossier() / f"{file}.yaml").read_text(encoding="utf-8")
    assert text.count("\n  number: ") == len(entries)


def test_links_people_know_stay(dossier: Dossier) -> None:
    """The first, a middle and the last number of each kind go on naming the same entry."""
    labels = {entry.label: entry.key for entry in dossier.entries}
    assert {label: labels[label] for label in ("F-1", "F-27", "F-116", "E-1", "E-68", "P-1", "P-39")} == {
        "F-1": "mutual-assistance-in-war",
        "F-27": "military-alliance-label",
        "F-116": "gifts-limousine-and-dogs",
        "E-1": "soviet-entry-korea",
        "E-68": "museum-opening-2026",
        "P-1": "vladimir-putin",
        "P-39": "kim-jong-il",
    }


def test_no_status_is_softened(dossier: Dossier) -> None:
    """What is only claimed or is disputed is never shown as confirmed: 73 confirmed, 26 claimed, 17 disputed facts."""
    facts = of(dossier, EntryKind.FACT)
    assert {fact.key for fact in facts if fact.status is Status.CLAIMED} == set(CLAIMED.split())
    assert {fact.key for fact in facts if fact.status is Status.DISPUTED} == set(DISPUTED.split())
    assert Counter(fact.status for fact in facts) == {
        Status.CONFIRMED: 73, Status.CLAIMED: 26, Status.DISPUTED: 17,
    }  # fmt: skip


def test_the_museum_opening_is_a_claim(dossier: Dossier) -> None:
    """The one event known from a single weak page is shown as claimed, with the page's publisher as who says so."""
    claimed = [event for event in of(dossier, EntryKind.EVENT) if event.status is not Status.CONFIRMED]
    assert [event.key for event in claimed] == ["museum-opening-2026"]
    assert claimed[0].status is Status.CLAIMED
    assert claimed[0].confidence is Confidence.UNVERIFIED
    assert claimed[0].attributed_to["en"] == "Lexlords"
    publishers = {source.id: source.publisher for source in dossier.sources}
    assert [publishers[source] for source in claimed[0].sources] == ["Lexlords"]


def test_confidence_is_as_noted(dossier: Dossier) -> None:
    """An article whose number or content was not seen says so."""
    for instrument, expected in CONFIDENCE.items():
        articles = [entry for entry in of(dossier, EntryKind.ARTICLE) if entry.instrument == instrument]
        for confidence in (Confidence.PARTIAL, Confidence.UNVERIFIED):
            numbers = [article.article_number for article in articles if article.confidence is confidence]
            assert numbers == expected.get(confidence, "").split(), (instrument, confidence)
        assert all(article.confidence is not None for article in articles)


def test_everything_has_a_source(dossier: Dossier) -> None:
    """Every entry names its sources; only the three articles nobody describes have none, and say just that."""
    without = [entry.key for entry in dossier.entries if not entry.sources]
    assert without == ["treaty-2024/13", "treaty-2024/19", "treaty-2024/21"]


def test_every_text_is_in_four_languages(dossier: Dossier) -> None:
    """A reader of any of the four languages gets every entry in their own, including who says so."""
    assert dossier.languages == LOCALES
    for entry in dossier.entries:
        for texts in (entry.text, entry.title, entry.attributed_to):
            assert not texts or set(texts) == set(LOCALES), entry.key
        assert entry.text, entry.key


def test_texts_carry_no_markup(dossier: Dossier) -> None:
    """Texts are plain words: no stray markup, doubled blanks or line breaks reach a reader."""
    for entry in dossier.entries:
        for texts in (entry.text, entry.title, entry.attributed_to, entry.key_phrase):
            for text in texts.values():
                assert text == " ".join(text.split()), (entry.key, text)
                assert not set("*_`<>[]{}|#\\") & set(text), (entry.key, text)


def test_all_seed_sentences_are_covered(dossier: Dossier) -> None:
    """Each sentence of the article the story began with has its facts, all marked as such, and its other entries."""
    entries = {entry.ref: entry for entry in dossier.entries}
    assert len(SEED_COVERAGE) == 19
    covered = [ref for sentence in SEED_COVERAGE for ref in sentence.refs]
    assert [ref for ref in covered if ref not in entries] == []
    facts = {ref for ref in covered if ref.startswith("fact:")}
    assert facts == {entry.ref for entry in dossier.entries if entry.seed}


def test_a_treaty_stands_where_it_stood(dossier: Dossier) -> None:
    """The dates of the treaties say what was in force on a day: the treaty of 2000 until the exchange in Moscow."""
    states = {instrument.id: instrument.state_on for instrument in dossier.instruments}
    assert states["treaty-2024"]("2024-06-20") is InstrumentState.SIGNED
    assert states["treaty-2024"]("2024-12-04") is InstrumentState.IN_FORCE
    assert states["treaty-2000"]("2024-12-03") is InstrumentState.IN_FORCE
    assert states["treaty-2000"]("2024-12-04") is InstrumentState.ENDED
    assert states["treaty-1961"]("1997-01-01") is InstrumentState.ENDED


def test_events_are_in_order(dossier: Dossier) -> None:
    """Events are dated to the month at least, and the numbers follow the calendar."""
    dates = [event.date or "" for event in of(dossier, EntryKind.EVENT)]
    assert all(len(date) >= len("2024-06") for date in dates)
    assert [first_day(date)[:7] for date in dates] == sorted(first_day(date)[:7] for date in dates)


def test_dates_in_the_files_are_quoted() -> None:
    """Every other reader of YAML sees the dates as we do: as text."""
    for path in sorted(shipped_dossier().rglob("*.yaml")):
        plain = yaml.safe_load(path.read_text(encoding="utf-8"))
        for record in plain if isinstance(plain, list) else [plain]:
            for name in ("date", "signed", "in_force", "ended"):
                assert isinstance(record.get(name), str | None), (path.name, record["id"])


def test_an_installed_package_brings_the_dossier(tmp_path: Path) -> None:
    """The dossier comes with the wheel, and is found there from any working directory."""
    checkout = Path(__file__).parents[3]
    build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    subprocess.run(build, cwd=checkout, check=True, capture_output=True, timeout=60)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    script = (
        "import storage.dossier as d; folder = d.shipped_dossier();"
        "read, faults = d.read_dossier(folder); print(folder, len(read.entries), faults)"
    )
    answer = subprocess.run(
        (sys.executable, "-c", script),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.stdout.split() == [str(tmp_path / "installed/storage/dossier/data"), str(36 + 116 + 68 + 39), "()"]
