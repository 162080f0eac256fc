"""What is written is what is read: nothing is lost between the store and a dossier's files."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.dossiers import Dossier
from bot.core.entries import LOCALES, Confidence, Entry, EntryKind, SourceKind, Status
from storage.dossier import read_dossier, shipped_dossier, write_dossier
from storage.dossier.schema import forbidden_character
from tests.storage.dossier.samples import put, small_dossier

AWKWARD = (
    " leading blank", "trailing blank ", "two\nlines", "\nfirst line empty", "last line empty\n", "a\n\n b\n  c",
    "colon: here", "- dash", "'single'", '"double"', "it's \"both\"", "# no comment", "yes", "no", "null", "~", "12",
    "1.5", "0x10", "2024-06-19", "12:30", "1e3", "[list]", "{map}", "&anchor", "*alias", "!tag", "|", ">", "%", "@",
    "?", "=", "<<", "\\n", "🇰🇵 👩‍👩‍👧 🚀", "조약 " * 60, "долго " * 80, "x" * 300, "a  b   c", "«кавычки»",
    "é", "e\u0301",
)  # fmt: skip

letters = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")).filter(
    lambda letter: not forbidden_character(letter)
)
texts = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(letters | st.sampled_from("\n \"':#-"), max_size=120).map(
        lambda text: text if text.strip() else f"{text}x"
    ),
)
partial = st.dictionaries(st.sampled_from(LOCALES), texts, min_size=1)
bilingual = st.fixed_dictionaries({"it": texts, "en": texts})
dates = st.sampled_from(("1950", "1950-03", "1950-03-01", "2024-02-29"))
statuses = st.sampled_from(Status)


def sample(folder: Path) -> Dossier:
    """The small dossier, as read."""
    dossier, faults = read_dossier(put(folder, small_dossier()))
    assert dossier is not None, faults
    return dossier


def written_and_read(dossier: Dossier) -> Dossier | None:
    """The dossier after a way through files."""
    with TemporaryDirectory() as folder:
        write_dossier(dossier, Path(folder))
        again, faults = read_dossier(Path(folder))
        assert faults == ()
        return again


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_shipped_files_are_the_writers_own(tmp_path: Path) -> None:
    """Exporting the shipped dossier gives the same bytes, so a change by hand shows as just that change."""
    dossier, _ = read_dossier(shipped_dossier())
    assert dossier is not None
    write_dossier(dossier, tmp_path)
    assert contents(tmp_path) == contents(shipped_dossier())
    assert read_dossier(tmp_path) == (dossier, ())


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_come_back(text: str, tmp_path: Path) -> None:
    """Quotes, colons, blanks at the edges, emoji and several lines survive export and import."""
    dossier = sample(tmp_path)
    entries = tuple(replace(entry, text={"it": text, "en": text}) for entry in dossier.entries)
    changed = replace(dossier, title={"it": text, "en": text}, entries=entries)
    assert written_and_read(changed) == changed


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_dossier_comes_back(data: st.DataObject) -> None:
    """Whatever editors make of the entries, an export holds all of it."""
    with TemporaryDirectory() as folder:
        dossier = sample(Path(folder))
    changed = replace(
        dossier,
        title=data.draw(bilingual),
        keywords=data.draw(st.dictionaries(st.sampled_from(("it", "en")), st.lists(texts, unique=True).map(tuple))),
        sources=tuple(
            replace(
                source,
                title=data.draw(texts),
                kind=data.draw(st.sampled_from(SourceKind)),
                checked=data.draw(st.none() | texts),
                date=data.draw(st.none() | dates),
            )
            for source in dossier.sources
        ),
        entries=tuple(data.draw(edited(entry)) for entry in dossier.entries),
    )
    assert written_and_read(changed) == changed


@st.composite
def edited(draw: st.DrawFn, entry: Entry) -> Entry:
    """The entry with everything changed that editors may change."""
    status = draw(statuses)
    two_sided = status in (Status.DISPUTED, Status.RETRACTED) and draw(st.booleans())
    # Most entries stand in all languages of the dossier; some in other ones, each of their texts in its own.
    written = draw(st.sampled_from((bilingual, partial)))
    spoken = status in (Status.CLAIMED, Status.DISPUTED)
    confidence = draw(st.sampled_from(Confidence) | (st.nothing() if entry.kind is EntryKind.ARTICLE else st.none()))
    return replace(
        entry,
        text=draw(written),
        title=draw(written) if entry.title else draw(st.just({}) | written),
        status=status,
        attributed_to=draw(written) if spoken else {},
        confidence=confidence,
        date=draw(dates if entry.kind is EntryKind.EVENT else st.none() | dates),
        topics=draw(st.lists(st.sampled_from(("water", "land")), unique=True).map(tuple)),
        related=draw(
            st.lists(st.sampled_from(("pact-1950", "pact-1950/1", "ada-reed", "halves")), unique=True).map(tuple)
        ),
        sources=draw(st.lists(st.sampled_from(("gazette", "diary")), unique=True, min_size=1).map(tuple)),
        instrument=entry.instrument
        if entry.kind is EntryKind.ARTICLE
        else draw(st.sampled_from((None, "pact-1990", "pact-1950/preamble"))),
        seed=draw(st.booleans()),
        retired=draw(st.none() | texts),
        against=draw(written) if two_sided else {},
        against_by=draw(written) if two_sided else {},
        against_sources=("diary",) if two_sided else (),
        retraction=draw(st.just("") | texts) if status is Status.RETRACTED else "",
    )


def test_languages_are_told_only_where_they_differ(tmp_path: Path) -> None:
    """The files stay as short as before for entries that stand in every language of the dossier."""
    dossier = sample(tmp_path / "in")
    write_dossier(dossier, tmp_path / "out")
    assert not [
        name for name, text in contents(tmp_path / "out").items() if b"languages" in text and name != "dossier.yaml"
    ]
    entries = tuple(replace(e, text={"ko": "x"}) if e.key == "halves" else e for e in dossier.entries)
    write_dossier(replace(dossier, entries=entries), tmp_path / "out")
    assert contents(tmp_path / "out")["facts.yaml"].count(b"languages:\n  - ko\n") == 1


@pytest.mark.parametrize("kind", EntryKind)
def test_retired_entries_keep_their_number_and_reason(kind: EntryKind, tmp_path: Path) -> None:
    """An entry that is no longer kept up is exported with the reason, so its number goes on answering."""
    dossier = sample(tmp_path)
    entries = tuple(replace(e, retired="merged: see F-1") if e.kind is kind else e for e in dossier.entries)
    changed = replace(dossier, entries=entries)
    again = written_and_read(changed)
    assert again == changed
    assert any(entry.retired == "merged: see F-1" for entry in again.entries)


def test_revisions_are_not_part_of_the_format(tmp_path: Path) -> None:
    """A dossier is the state of a day: revision numbers and times start anew where it is loaded."""
    dossier = sample(tmp_path)
    entries = tuple(replace(entry, revision=3, changed_at="2026-01-01T00:00:00Z") for entry in dossier.entries)
    assert written_and_read(replace(dossier, entries=entries)) == dossier


def test_writing_over_an_older_export_leaves_no_trace(tmp_path: Path) -> None:
    """An export over an older one of the same dossier replaces each file and leaves nothing else behind."""
    dossier = sample(tmp_path / "in")
    write_dossier(dossier, tmp_path / "out")
    first = contents(tmp_path / "out")
    changed = replace(dossier, entries=tuple(replace(e, retired="gone") for e in dossier.entries))
    write_dossier(changed, tmp_path / "out")
    assert contents(tmp_path / "out").keys() == first.keys()
    assert read_dossier(tmp_path / "out") == (changed, ())


def test_a_file_that_can_not_be_written_stays_as_it_was(tmp_path: Path) -> None:
    """When writing fails, the old file is whole and no half-written one lies beside it."""
    dossier = sample(tmp_path / "in")
    out = tmp_path / "out"
    write_dossier(dossier, out)
    (out / "people.yaml").unlink()
    (out / "people.yaml").mkdir()
    before = contents(out)
    with pytest.raises(OSError, match=r"people\.yaml"):
        write_dossier(dossier, out)
    assert contents(out) == before


def test_another_dossier_is_not_mixed_in(tmp_path: Path) -> None:
    """An export into the folder of another story is refused before anything is written."""
    dossier = sample(tmp_path / "in")
    out = tmp_path / "out"
    put(out, {"instruments/other.yaml": "id: other\n"})
    with pytest.raises(FileExistsError, match=r"other\.yaml"):
        write_dossier(dossier, out)
    assert [*contents(out)] == [os.path.join("instruments", "other.yaml")]
