from __future__ import annotations

from dataclasses import replace

import pytest

from bot.adapters.console.render import plain
from bot.core.documents import Bullets, Document
from bot.core.editorial import UNDONE
from bot.core.entries import Confidence, Entry, Status
from bot.core.references import ReferenceReader
from bot.services.lookup import Catalogue
from bot.services.revisions import Wording, change_lines, wordings
from bot.words import load_words
from tests.builders import article, fact, instrument, topic

WORDS = load_words()
CATALOGUE = Catalogue(
    1, (instrument(),), ((topic(), 1),), {"treaty-2024": (article("4"),)}, (), ReferenceReader((instrument(),))
)


def revisions(*texts: dict[str, str]) -> list[Entry]:
    return [fact(text=text, revision=at) for at, text in enumerate(texts, 1)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([{"it": "a", "en": "a"}], [Wording("it", 1), Wording("en", 1)]),
        ([{"it": "a"}, {"it": "a", "ko": "a"}], [Wording("it", 1), Wording("ko", 2)]),
        ([{"it": "a", "en": "a"}, {"it": "b", "en": "a"}], [Wording("it", 2), Wording("en", 1, ("it", 2))]),
        ([{"it": "a", "en": "a"}, {"it": "b", "en": "b"}], [Wording("it", 2), Wording("en", 2)]),
        (
            [{"it": "a", "en": "a"}, {"it": "b", "en": "a"}, {"it": "b", "en": "b"}],
            [Wording("it", 2, ("en", 3)), Wording("en", 3)],
        ),
        (
            [{"it": "a", "en": "a"}, {"it": "b", "en": "a"}, {"it": "a", "en": "a"}],
            [Wording("it", 1), Wording("en", 1)],
        ),
        ([{"it": "a", "en": "a"}, {"it": "a"}], [Wording("it", 1)]),
    ],
    ids=["first", "added", "lags", "together", "followed", "restored", "dropped"],
)
def test_each_language_is_as_old_as_its_words(texts: list[dict[str, str]], expected: list[Wording]) -> None:
    """A language is dated by the revision that brought its words, and marked where another changed after it."""
    assert list(wordings(revisions(*texts))) == expected


def test_a_new_title_counts_as_new_words() -> None:
    """A title is part of a language's wording."""
    before = article(text={"it": "a", "en": "a"}, title={"it": "t", "en": "t"}, revision=1)
    after = replace(before, title={"it": "t", "en": "u"}, revision=2)
    assert list(wordings([before, after])) == [Wording("it", 1, ("en", 2)), Wording("en", 2)]


BEFORE = fact(
    text={"en": "Signed."}, status=Status.CLAIMED, date="2024-06", topics=("defence",), related=("treaty-2024/4",)
)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"status": Status.CONFIRMED}, "status: [-claimed, not confirmed-] {+confirmed+}"),
        ({"date": None}, "date: [-June 2024-]"),
        ({"topics": ()}, "topics: [-Defence-]"),
        ({"related": ("treaty-2024/4", "other")}, "related entries: {+other+}"),
        ({"related": ()}, "related entries: [-Article 4 (treaty-2024)-]"),
        ({"sources": ("tass", "kcna")}, "sources: {+tass+}"),
        ({"instrument": "treaty-2024"}, "treaty: {+Treaty+}"),
        ({"retired": UNDONE}, "no longer kept up: {+taken back+}"),
        ({"retraction": "it was wrong"}, "reason for the retraction: {+it was wrong+}"),
        ({"text": {"en": "Signed.", "de": "Unterzeichnet."}}, "text (de): {+Unterzeichnet.+}"),
        ({"against": {"ko": "아니다"}}, "what the other side says (한국어): {+아니다+}"),
        ({"seed": True}, "part of the first article: {+✓+}"),
    ],
)
def test_every_change_has_its_line(changes: dict[str, object], line: str) -> None:
    """A change reads in the reader's words: statuses, dates, topics and articles by their names."""
    (found,) = change_lines(BEFORE, replace(BEFORE, **changes), WORDS["en"], CATALOGUE)  # type: ignore[arg-type]  # fields by name
    assert plain(Document((Bullets((found,)),))) == f"• {line}"


def test_another_order_is_said_to_be_one() -> None:
    """Where only the order of sources changed nothing is claimed to have come or gone."""
    before = replace(BEFORE, sources=("kcna", "tass"), confidence=Confidence.PARTIAL)
    (found,) = change_lines(before, replace(before, sources=("tass", "kcna")), WORDS["en"], CATALOGUE)
    assert plain(Document((Bullets((found,)),))) == "• sources: another order"
