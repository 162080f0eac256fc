"""Which words of a question stand in which entries: one statement, alike on both engines, and bounded on both."""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log

from bot.core.retrieval import Evidence
from storage.reader import Row
from storage.search.ranking import Syntax
from storage.search.terms import IN_QUESTION, Query, Term

CAP = 500
"""Entries looked at for each word. One that more of them hold says little about any."""
_NUMBER_OF_ENTRIES = "select -1, 0, cast(coalesce(max(entry_id), 1) as text) from search_documents"


def statement(query: Query, syntax: Syntax) -> tuple[str, dict[str, object]]:
    """The statement, and its parameters. Its rows: the number of a word, whether it is of a sample question, a key."""
    parts = [_NUMBER_OF_ENTRIES]
    expressions: dict[str, object] = {}
    for at, term in enumerate(query.terms):
        for name, flag, wanted in ((f"t{at}", 0, term), (f"q{at}", 1, _in_question(term))):
            expressions[name] = syntax.any_of((wanted,))
            hits = f"{syntax.source.format(':' + name)} limit {CAP}"
            parts.append(f"select {at}, {flag}, e.key from ({hits}) {name} join entries e on e.id = {name}.id")
    return " union all ".join(parts), expressions


def evidence_of(rows: Sequence[Row], query: Query) -> Evidence:
    """What the rows come to. A word weighs by how rare it is; the pairs of one Hangul word share the weight of one."""
    entries = 1
    found: tuple[dict[str, set[int]], dict[str, set[int]]] = ({}, {})
    holders: dict[int, set[str]] = {}
    for number, asked, key in rows:
        if number < 0:
            entries = int(key)
        else:
            found[asked].setdefault(key, set()).add(number)
            holders.setdefault(number, set()).add(key)
    shares: dict[Term, float] = {}
    for clause in query.clauses:
        for term in clause:
            shares.setdefault(term, 1 / len(clause))
    words = tuple(
        shares[term] * log(1 + entries / max(1, len(holders.get(at, ())))) for at, term in enumerate(query.terms)
    )
    return Evidence(words, frozenset(holders), _frozen(found[0].items()), _frozen(found[1].items()))


def _frozen(found: Iterable[tuple[str, set[int]]]) -> dict[str, frozenset[int]]:
    return {key: frozenset(numbers) for key, numbers in found}


def _in_question(term: Term) -> Term:
    return Term(tuple(IN_QUESTION + word for word in term.words))
