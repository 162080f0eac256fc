"""Which entry answers, by what speaks for it."""

from __future__ import annotations

from bot.core.answering import (
    answers_anew,
    asks_for_a_person,
    outcome,
    plausibility,
    score,
    signals,
    standout,
)
from bot.core.entries import EntryKind
from bot.core.requests import Outcome
from bot.core.retrieval import Evidence, Near

WORDS = Evidence((2.0, 1.0, 1.0), frozenset({0, 1, 2}), {"a": frozenset({0, 1})}, {"b": frozenset({2})})


def of(key: str, middle: float, *, kind: EntryKind = EntryKind.FACT, who: bool = False, named: bool = False):
    return signals(key, kind, Near(key, middle, middle, middle), WORDS, named=named, who=who)


def test_shares_go_by_the_weight_of_words():
    """A rare word counts for more than two common ones."""
    assert (of("a", 0.5).text, of("a", 0.5).asked) == (0.75, 0.0)
    assert (of("b", 0.5).asked, of("b", 0.5).either, of("c", 0.5).either) == (0.25, 0.25, 0.0)


def test_nearer_and_wordier_entries_come_first():
    """What is closer in meaning or shares more of the question's words is the better answer."""
    assert score(of("c", 0.6)) > score(of("c", 0.5))
    assert score(of("a", 0.5)) > score(of("c", 0.5))


def test_a_person_is_an_answer_where_somebody_is_asked_for():
    """Who asks what a minister said wants the fact about it, and who asks who that is wants the minister."""
    person = EntryKind.PERSON
    assert score(of("c", 0.5)) > score(of("c", 0.5, kind=person))
    assert score(of("c", 0.5, kind=person, who=True)) > score(of("c", 0.5, kind=person))
    assert all(map(asks_for_a_person, ("chi è Lavrov?", "who is he", "кто это", "최선희가 누구야?")))
    assert not asks_for_a_person("what did Lavrov say")


def test_an_article_that_is_named_is_meant():
    """`What does article 4 say` is about article 4 before anything that is merely like it."""
    assert score(of("c", 0.5, named=True)) > score(of("c", 0.5))


def judged(best: float, others: float, outside: float | None, words: Evidence = WORDS) -> Outcome:
    ranked = [of("a", best), *(of("c", others) for _ in range(6))]
    return outcome(standout(ranked, words, outside))


def test_what_stands_out_answers_and_what_does_not_is_only_near():
    """A question is said to be answered only if one entry stands out, and not if it is known to have no answer here."""
    assert judged(0.7, 0.1, 0.1) is Outcome.ANSWERED
    assert judged(0.1, 0.1, 0.9) is Outcome.UNKNOWN
    assert judged(0.7, 0.1, 1.0) is not Outcome.ANSWERED


def test_words_that_stand_nowhere_make_an_answer_less_likely():
    """A question about something nobody here speaks of is less surely answered than the same without it."""
    ranked = [of("a", 0.5)]
    strange = Evidence((*WORDS.words, 9.0), WORDS.known, WORDS.in_text, WORDS.in_questions)
    assert plausibility(standout(ranked, strange, 0.1)) < plausibility(standout(ranked, WORDS, 0.1))


def test_a_new_entry_answers_an_older_question_by_its_text():
    """What was published since is told to whoever waits if it is about just that."""
    assert answers_anew(of("a", 0.1))
    assert answers_anew(of("c", 0.6))
    assert not answers_anew(of("b", 0.2))
