"""How texts and queries become index terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search.analyzer import MAX_LENGTH, MAX_TERMS, Analyzer
from storage.search.stopwords import STOP_WORDS
from storage.search.terms import IN_NAME

ANALYZER = Analyzer()


@pytest.mark.parametrize(
    ("text", "language", "terms"),
    [
        ("L'articolo 04, già", "it", ["l", "articol", "4", "gia"]),
        ("signing TREATIES", "en", ["sign", "treati"]),
        ("договоры и Ёлка", "ru", ["договор", "и", "елк"]),
        ("제4조 북한은", "ko", ["제", "4", "조", "북한", "한은"]),
        ("KN-23 в Kursk", "ru", ["kn", "23", "в", "kursk"]),
        ("Ｆ１６ ½ Straße", "en", ["f", "16", "1", "2", "strass"]),
        ("é e\u0301 \u200bsoft\u00adhyphen", "en", ["e", "e", "softhyphen"]),
        ("йод и", "ru", ["йод", "и"]),
        ("条約 の", "ko", ["条約", "の"]),
        ("", "it", []),
    ],
)
def test_texts_become_terms(text: str, language: str, terms: list[str]):
    """Case, accents, width and word forms make no difference; й is no и, and scripts part words."""
    assert list(ANALYZER.terms(text, language)) == terms


@given(st.text(), st.sampled_from(["it", "en", "ru", "ko", "xx"]))
def test_terms_hold_letters_and_digits_only(text: str, language: str):
    """No term can reach a database's query syntax, or pass for the mark of a name."""
    for term in ANALYZER.terms(text, language):
        assert 0 < len(term) <= MAX_LENGTH
        assert all(character.isalnum() for character in term), term
        assert IN_NAME not in term


@given(st.text(max_size=500))
def test_queries_stay_small(text: str):
    """However much is pasted, few terms are looked up, each of them in some clause."""
    query = ANALYZER.query(text)
    assert len(query.terms) <= MAX_TERMS
    assert {term for clause in query.clauses for term in clause} == set(query.terms)
    assert all(word.isalnum() and IN_NAME not in word for term in query.terms for word in term.words)


@given(st.text("abcdefò èйёЁж조약상호 12-'", max_size=20), st.sampled_from(["it", "en", "ru", "ko"]))
def test_a_text_is_found_by_itself(text: str, language: str):
    """Each word of a query in the text's own words has a term that the text was indexed under."""
    indexed = set(ANALYZER.terms(text, language))
    for clause in ANALYZER.query(text).clauses:
        if not any(term.phrase for term in clause):
            assert indexed & {word for term in clause for word in term.words} or language in ("ru", "ko"), clause


def test_stop_words_are_folded():
    """A stop word written otherwise than the analyzer folds it would stop nothing."""
    assert {word for word in STOP_WORDS if ANALYZER.name(word) != word} == set()


def test_a_question_is_reduced_to_what_it_asks_for():
    """Small words are dropped unless there is nothing else."""
    words = [term.words[0] for term in ANALYZER.query("Quando è entrato in vigore il trattato?").terms]
    assert words == ["entrat", "vigor", "tratt"]
    assert len(ANALYZER.query("what is the").terms) == 3
