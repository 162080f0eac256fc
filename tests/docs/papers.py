"""The papers of this project, taken apart for the tests in this folder."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAPERS = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md")))
}
"""All documents by their path from the root."""

_FENCE = re.compile(r"^```.*?\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")


def code(text: str) -> list[str]:
    """What a document shows as code: lines of blocks, and spans, with the escapes of tables undone."""
    blocks = [*_FENCE.findall(text), *_INDENTED.findall(_FENCE.sub("", text))]
    spans = [span.replace("\\|", "|") for span in _SPAN.findall(_FENCE.sub("", text))]
    return [*(line.strip() for block in blocks for line in block.splitlines()), *spans]


def anchor(heading: str) -> str:
    """The name by which GitHub links to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
