"""Whoever writes a dossier is told every fault at once, with its file, entry and field."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.core.dossiers import Fault
from storage.dossier import read_dossier, shipped_dossier, yamlfile
from tests.storage.dossier.cases import CASES, Case
from tests.storage.dossier.samples import put, small_dossier


def read_with(folder: Path, files: dict[str, str]) -> tuple[Fault, ...]:
    """Read the files; a dossier with faults must never be handed out."""
    dossier, faults = read_dossier(put(folder, files))
    assert (dossier is None) == bool(faults)
    return faults


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_is_reported_where_it_is(case: Case, tmp_path: Path) -> None:
    """A single slip in a dossier is reported with the file, the entry and the field it stands in."""
    files = small_dossier()
    text = files[case.file]
    assert case.old == "*" or case.old in text
    files[case.file] = case.new if case.old == "*" else text.replace(case.old, case.new, 1)
    faults = read_with(tmp_path, files)
    matching = [
        fault for fault in faults if (fault.file, fault.entry, fault.field) == (case.file, case.entry, case.field)
    ]
    assert any(case.says in fault.problem for fault in matching), "\n".join(map(str, faults))


def test_the_dossier_the_cases_break_is_whole(tmp_path: Path) -> None:
    """A dossier without faults is read, so each reported fault comes from the slip and not from the sample."""
    assert read_with(tmp_path, small_dossier()) == ()


def test_many_faults_are_reported_at_once(tmp_path: Path) -> None:
    """Somebody who made ten slips learns of all ten in one go, in the order of the files."""
    files = small_dossier()
    slips = [case for case in CASES if case.old != "*" and case.file in ("facts.yaml", "sources.yaml", "people.yaml")]
    chosen = [case for case in slips if case.name in {
        "unknown topic", "unknown article", "no day", "missing language", "number zero", "disputed by nobody",
        "script for an address", "unknown kind of source", "missing text", "person without sources",
    }]  # fmt: skip
    assert len(chosen) == 10
    for case in chosen:
        assert case.old in files[case.file]
        files[case.file] = files[case.file].replace(case.old, case.new, 1)
    faults = read_with(tmp_path, files)
    assert {(case.file, case.entry, case.field) for case in chosen} == {(f.file, f.entry, f.field) for f in faults}
    order = ["sources.yaml", "facts.yaml", "people.yaml"]
    assert [fault.file for fault in faults] == sorted((fault.file for fault in faults), key=order.index)


@pytest.mark.parametrize("file", [file for file in small_dossier() if "/" not in file])
def test_a_missing_file_is_named(file: str, tmp_path: Path) -> None:
    """A missing file is one fault with its name, and the ids it would have held are not reported one by one."""
    files = small_dossier()
    del files[file]
    faults = read_with(tmp_path, files)
    assert [(fault.file, fault.problem) for fault in faults] == [(file, "can't be read: No such file or directory")]


def test_an_unknown_language_of_the_dossier_is_one_fault(tmp_path: Path) -> None:
    """A slip in the dossier's languages is not told again for every text of every entry."""
    files = small_dossier()
    files["dossier.yaml"] = files["dossier.yaml"].replace("[it, en]", "[it, english]")
    assert [fault.field for fault in read_with(tmp_path, files)] == ["languages.2"]


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    """What can't be read as a file is reported and never ends in a traceback."""
    files = small_dossier()
    del files["people.yaml"]
    (tmp_path / "people.yaml").mkdir()
    assert [fault.file for fault in read_with(tmp_path, files)] == ["people.yaml"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A wrong DOSSIER setting gives one clear fault with the path."""
    dossier, faults = read_dossier(tmp_path / "nowhere")
    assert dossier is None
    assert [(fault.file, fault.problem) for fault in faults] == [
        (str(tmp_path / "nowhere"), "is no folder that can be read")
    ]


def test_a_dossier_without_instruments_is_refused(tmp_path: Path) -> None:
    """A story without any treaty is told where the files of treaties belong."""
    files = {name: text for name, text in small_dossier().items() if "/" not in name}
    assert [fault.file for fault in read_with(tmp_path, files)] == ["instruments"]


def test_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    """A file saved in another encoding is reported with the place of the first wrong byte."""
    put(tmp_path, small_dossier())
    (tmp_path / "people.yaml").write_bytes("- id: é".encode("latin-1"))
    _, faults = read_dossier(tmp_path)
    assert [str(fault) for fault in faults] == ["people.yaml: is no UTF-8 text: byte 7 is wrong"]


@pytest.mark.parametrize("name", ["fact.yaml", "facts.yml", "instruments/pact-2000.yml"])
def test_a_file_that_would_be_passed_over_is_named(name: str, tmp_path: Path) -> None:
    """A mistyped file name is a fault, since its facts would be missing in silence."""
    files = small_dossier() | {name: "[]\n"}
    assert [(fault.file, "is no file of a dossier" in fault.problem) for fault in read_with(tmp_path, files)] == [
        (name, True)
    ]


def test_notes_beside_the_files_are_nobodys_business(tmp_path: Path) -> None:
    """Papers that are no YAML, and files an editor hides, may lie in the folder."""
    files = small_dossier() | {"README.md": "notes", ".facts.yaml": "[", "instruments/notes.txt": "x"}
    assert read_with(tmp_path, files) == ()


def test_a_fault_stays_on_its_line(tmp_path: Path) -> None:
    """A fault is one printable line even where the file tries to break or turn it round."""
    files = small_dossier()
    files["facts.yaml"] = (
        files["facts.yaml"]
        .replace("status: claimed", 'status: "a\\nb\\u202E"\n  "x\\ny\\u202E": 1', 1)
        .replace("id: halves", 'id: "h\\nalves"', 1)
    )
    faults = read_with(tmp_path, files)
    assert len(faults) >= 3
    assert all(str(fault).isprintable() for fault in faults)


def test_nested_aliases_do_not_hang_the_reader(tmp_path: Path) -> None:
    """A file whose aliases stand for billions of values is read like any other."""
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    files = small_dossier() | {"dossier.yaml": small_dossier()["dossier.yaml"] + "\n".join(lines)}
    assert any(fault.field == "a59" for fault in read_with(tmp_path, files))


def test_dates_may_stand_without_quotes(tmp_path: Path) -> None:
    """A date of any precision is the same with and without quotes."""
    plain = {name: text.replace("'", "") for name, text in small_dossier().items()}
    assert plain != small_dossier()
    quoted = read_dossier(put(tmp_path / "quoted", small_dossier()))
    assert read_dossier(put(tmp_path / "plain", plain)) == quoted
    assert quoted[0] is not None
    assert quoted[0].instruments[0].ended == "1990"


def test_numbers_that_are_missing_follow_the_highest(tmp_path: Path) -> None:
    """Entries without a number get the next free ones in the order of the file, and given numbers stay."""
    files = small_dossier()
    files["facts.yaml"] = files["facts.yaml"].replace("  number: 1\n", "").replace("number: 2", "number: 7")
    files["events.yaml"] = files["events.yaml"].replace("  number: 1\n", "")
    dossier, _ = read_dossier(put(tmp_path, files))
    assert dossier is not None
    assert {entry.key: entry.number for entry in dossier.entries if entry.number} == {
        "halves": 8, "signed-in-spring": 7, "signing": 1, "ada-reed": 1,
    }  # fmt: skip


def test_both_yaml_parsers_read_the_same() -> None:
    """Where PyYAML comes without its C part, the dossier is the same."""
    for path in sorted(shipped_dossier().rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert yamlfile.load(text, yaml.SafeLoader) == yamlfile.load(text)
