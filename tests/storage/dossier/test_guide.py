"""The page for people who write a dossier is right: its example is read, and it names every field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.entries import EntryKind, Status
from storage.dossier import read_dossier, schema
from tests.storage.dossier.samples import put

GUIDE = Path(__file__).parents[3] / "docs" / "dossier.md"
TABLES = {
    "dossier.yaml": schema.HEAD_FIELDS,
    "topics.yaml": schema.TOPIC_FIELDS,
    "sources.yaml": schema.SOURCE_FIELDS,
    "instruments/&lt;id&gt;.yaml": schema.INSTRUMENT_FIELDS,
    "facts.yaml": schema.FACT_FIELDS,
    "events.yaml": schema.EVENT_FIELDS,
    "people.yaml": schema.PERSON_FIELDS,
}


def test_the_example_is_a_dossier(tmp_path: Path) -> None:
    """Whoever copies the example from the page has a dossier that can be loaded."""
    blocks = re.findall(r"```yaml\n# (\S+)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 8
    dossier, faults = read_dossier(put(tmp_path, dict(blocks)))
    assert faults == ()
    assert dossier is not None
    assert [entry.ref for entry in dossier.entries] == [
        "article:pact-1950/1", "article:pact-1950/2", "fact:halves", "event:signing", "person:ada-reed",
    ]  # fmt: skip
    fact = next(entry for entry in dossier.entries if entry.kind is EntryKind.FACT)
    assert (fact.status, fact.date, fact.instrument) == (Status.CLAIMED, "1950-03", "pact-1950/1")


@pytest.mark.parametrize("file", TABLES)
def test_every_field_is_explained(file: str) -> None:
    """A field the reader takes stands on the page, and one it needs carries a star there."""
    text = GUIDE.read_text(encoding="utf-8")
    section = text.split(f"### {file}\n")[1].split("\n### ")[0].split("\n## ")[0]
    everywhere = text.split("Every entry may also have")[1].split("\n\n")[0]
    for field in TABLES[file]:
        assert f"`{field.name}`" in section + everywhere, field.name
        assert (f"`{field.name}`*" in section) == field.needed, field.name
