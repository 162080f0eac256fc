from __future__ import annotations

import io

from rich.console import Console

from bot.adapters.console.render import plain, rich
from bot.core.documents import Deleted, Document, Heading, Inserted, inlines, paragraph

CHANGE = Document((Heading(inlines("What changed")), paragraph("sent ", Deleted("10,000"), Inserted("12,000"), " men")))


def test_plain_text_marks_what_went_and_what_came() -> None:
    """In a pipe a change reads as in git's word diff, which people and programs know."""
    assert plain(CHANGE).endswith("sent [-10,000-]{+12,000+} men")


def test_a_terminal_strikes_what_went_and_underlines_what_came() -> None:
    """On a terminal what went is red and struck through, what came green and underlined, and nothing else is."""
    out = io.StringIO()
    Console(file=out, force_terminal=True, color_system="standard", width=80).print(rich(CHANGE))
    assert "sent \x1b[9;31m10,000\x1b[0m\x1b[4;32m12,000\x1b[0m men" in out.getvalue()


def test_words_that_look_like_markup_stay_words() -> None:
    """A change to a text with brackets in it shows the brackets and starts no style."""
    out = io.StringIO()
    document = Document((paragraph(Deleted("[bold]"), Inserted("[/bold] {+x+}")),))
    Console(file=out, width=80).print(rich(document))
    assert "[bold][/bold] {+x+}" in out.getvalue()
