from __future__ import annotations

import dataclasses
import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.diffs import FIELDS, Change, ListChange, TextChange, ValueChange, changed, rebased, word_diff
from bot.core.documents import Deleted, Inline, Inserted, Text
from bot.core.entries import Confidence, Entry, Status
from tests.builders import fact


def marked(pieces: tuple[Inline, ...]) -> str:
    marks = {Text: "{}", Inserted: "<+{}>", Deleted: "<-{}>"}
    return "".join(marks[type(each)].format(each.text) for each in pieces)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Russia sent troops.", "Russia sent troops to Kursk.", "Russia sent troops<+ to Kursk>."),
        ("about 10,000 troops", "about 12,000 troops", "about <-10,000><+12,000> troops"),
        ("on 2024-06-19, in Pyongyang", "on 2024-06-20, in Pyongyang", "on <-2024-06-19><+2024-06-20>, in Pyongyang"),
        ("up by 10.5% in May", "up by 10% in May", "up by <-10.5%><+10%> in May"),
        ("Kim, Putin and Choe", "Choe, Lavrov and Choe", "<-Kim, Putin><+Choe, Lavrov> and Choe"),
        ("병력 1만 명을 보냈다", "병력 1만2천 명을 러시아에 보냈다", "병력 <-1만><+1만2천> 명을 <+러시아에 >보냈다"),
        ("direttore dell'agenzia", "capo dell'agenzia", "<-direttore><+capo> dell'agenzia"),
        ("one  blank", "one blank", "one<- > blank"),
        ("", "new", "<+new>"),
        ("gone", "", "<-gone>"),
        ("the same", "the same", "the same"),
    ],
)
def test_a_change_is_shown_in_whole_words(before: str, after: str, shown: str) -> None:
    """A reader sees which words and which whole numbers changed, not which letters."""
    assert marked(word_diff(before, after)) == shown


WRITTEN = st.text(st.sampled_from("ab가й1 2.,-'\n%😀é"), max_size=60)


@given(WRITTEN, WRITTEN)
def test_both_wordings_can_be_read_off_a_diff(before: str, after: str) -> None:
    """What stayed with what came is the new wording, what stayed with what went the old one, letter for letter."""
    pieces = word_diff(before, after, around=None)
    assert "".join(each.text for each in pieces if not isinstance(each, Deleted)) == after
    assert "".join(each.text for each in pieces if not isinstance(each, Inserted)) == before
    assert all(each.text for each in pieces)
    assert all(type(one) is not type(other) for one, other in itertools.pairwise(pieces))


def test_a_small_change_in_a_long_text_makes_a_short_card() -> None:
    """Of what stayed the same only the words beside the change are shown, whole, with a mark for what is left out."""
    left, right = ("left " * 300, "right " * 300)
    shown = marked(word_diff(f"{left}old {right}", f"{left}new {right}"))
    assert len(shown) < 300
    assert re.fullmatch(r"… (left )+<-old><\+new> (right )+…", shown)


def test_between_two_changes_far_apart_the_middle_is_left_out() -> None:
    """Two changes at the ends of a long text are both shown, with the words beside each."""
    middle = "".join(f"{number} " for number in range(200))
    shown = marked(word_diff(f"old {middle}gone", f"new {middle}here"))
    assert re.fullmatch(r"<-old><\+new> 0 1 2 [0-9 ]+… [0-9 ]+198 199 <-gone><\+here>", shown)
    assert len(shown) < 300


def test_an_unchanged_text_is_shown_whole() -> None:
    """Where nothing changed there is nothing to cut round."""
    assert word_diff("word " * 200, "word " * 200) == (Text("word " * 200),)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 2000, "b a " * 1000),
        (" ".join(map(str, range(1000))), " ".join(map(str, range(999, -1, -1)))),
        ("가나 " * 1300, "나가 가나 " * 650),
        ("." * 4000, "," + ".," * 2000),
        ("a b c d e " * 400, "e d c b a " * 400),
    ],
)
def test_texts_made_to_be_hard_to_compare_are_shown_as_one_change(before: str, after: str) -> None:
    """Nobody can hold the bot up with two texts that repeat themselves; what comes out is coarse and still right."""
    before, after = before[:4000], after[:4000]
    pieces = word_diff(before, after, around=None)
    assert len(pieces) <= 4
    assert "".join(each.text for each in pieces if not isinstance(each, Deleted)) == after


BEFORE = fact(
    text={"it": "Firmato.", "en": "Signed."}, topics=("defence",), sources=("kcna", "tass"), date="2024-06", number=12
)


def one(after: Entry) -> Change:
    (change,) = changed(BEFORE, after)
    return change


def test_every_change_is_named_with_its_field_and_language() -> None:
    """Texts are told apart by language, lists by what came and went, values by what they were and are."""
    text = {"it": "Firmato.", "en": "Signed in Pyongyang."}
    assert one(replace(BEFORE, text=text)) == TextChange("text", "en", "Signed.", "Signed in Pyongyang.")
    assert one(replace(BEFORE, text={**BEFORE.text, "ko": "서명"})) == TextChange("text", "ko", "", "서명")
    assert one(replace(BEFORE, status=Status.DISPUTED)) == ValueChange("status", "confirmed", "disputed")
    assert one(replace(BEFORE, date=None)) == ValueChange("date", "2024-06", "")
    assert one(replace(BEFORE, confidence=Confidence.PARTIAL)) == ValueChange("confidence", "", "partial")
    assert one(replace(BEFORE, sources=("tass", "yonhap"))) == ListChange("sources", ("kcna",), ("yonhap",))
    assert one(replace(BEFORE, sources=("tass", "kcna"))) == ListChange("sources", (), ())
    assert one(replace(BEFORE, retraction="wrong")) == TextChange("retraction", "", "", "wrong")
    assert one(replace(BEFORE, against={"en": "No"})) == TextChange("against", "en", "", "No")


def test_what_did_not_change_is_not_named() -> None:
    """Two revisions that say the same differ in nothing, whatever their numbers and dates."""
    assert changed(BEFORE, replace(BEFORE, revision=2, changed_at="2026-11-24T00:00:00.000Z")) == ()


def test_no_field_of_an_entry_can_change_unseen() -> None:
    """A field added to entries appears in the comparison of their revisions."""
    fixed = {"key", "kind", "number", "credits", "revision", "changed_at"}
    assert {each.name for each in dataclasses.fields(Entry)} - fixed == set(FIELDS)
    assert len(FIELDS) == len(set(FIELDS))


def test_a_draft_takes_nothing_back_that_changed_meanwhile() -> None:
    """A draft brought up to date keeps what others changed since, and changes what it was meant to change."""
    base = fact(text={"it": "uno", "en": "one"}, topics=("a", "b"), sources=("s",), date="2024")
    wanted = replace(base, text={"it": "uno", "en": "first", "ko": "하나"}, topics=("b", "c"), sources=("s", "t"))
    current = replace(base, text={"it": "uno!", "en": "one"}, topics=("a", "b", "d"), date="2024-06", revision=2)
    merged = rebased(base, wanted, current)
    assert merged.text == {"it": "uno!", "en": "first", "ko": "하나"}
    assert (merged.topics, merged.sources, merged.date) == (("b", "d", "c"), ("s", "t"), "2024-06")
    assert rebased(base, wanted, base) == wanted
