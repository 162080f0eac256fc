"""Which entries fit a query, and in what order: one statement, alike on both engines, and bounded on both.

First entries of exactly this name in the dossier's order, then those that hold the whole query, then, where these
do not fill the page, those that hold a part of it. Each term counts by how rare it is, half as much again where it
stands in a name, and less in a long text. How rare is read off the number of hits, up to a cap: the engines' own
ranking (bm25, ts_rank) has no cap and reads every hit of every word, which took 0.4 s for one common word among a
million entries, and the two would not agree on the order.
"""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from storage.entries import COLUMNS
from storage.search.terms import IN_NAME, Query, Term

CAP = 1_000
"""Entries looked at that hold the whole query."""

CAP_OF_PARTS = 400
"""Entries looked at that hold a part of it, shared among its terms; at least 60 each."""

TIME_LIMIT = 0.25
"""Seconds. All is capped but the search for the whole query: common words that hardly meet are read to the end."""

# A logarithm in steps, because SQLite may be built without one.
_WEIGHT = "case when n <= 2 then 9 when n <= 10 then 7 when n <= 50 then 5 when n <= 250 then 3 else 2 end"
_USUAL_SIZE = 150
"""Terms of an entry of ordinary length in four languages."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """An engine's way to search. `source` selects the `id` of hits, `{}` being where its search expression goes."""

    source: str
    any_of: Callable[[Sequence[Term]], str]
    all_of: Callable[[Sequence[str]], str]


def statement(query: Query, syntax: Syntax, *, whole: bool = True) -> tuple[str, dict[str, object]]:
    """The statement, still to be given `offset` and `limit`, and its other parameters.

    Without `whole` it does not look for entries that hold all of the query, and nothing is left that takes time.
    """
    cap = max(CAP_OF_PARTS // max(len(query.terms), 2), 60)
    expressions: dict[str, object] = {"none": syntax.any_of((_marked(("none",)),))}
    hits: dict[str, str] = {}

    def look_up(name: str, expression: str, limit: int, *, only_if_short: bool = False) -> None:
        expressions[name] = expression
        # What is looked up depends, not whether: a condition beside the search would be tested hit by hit.
        short = "(select count(*) from whole) < :offset + :limit"
        wanted = f"case when {short} then :{name} else :none end" if only_if_short else f":{name}"
        hits[name] = f"{syntax.source.format(wanted)} limit {limit}"

    alone = len(query.terms) == 1
    if whole or alone:
        look_up("whole", syntax.all_of([syntax.any_of(clause) for clause in query.clauses]), CAP)
    look_up("exact", syntax.any_of((_marked((query.name,)),)), cap)
    for at, term in enumerate(query.terms):
        look_up(f"name{at}", syntax.any_of((_marked(term.words),)), cap)
        if not alone:
            look_up(f"term{at}", syntax.any_of((term,)), cap, only_if_short=whole)
    parts = [_part(name) for name in hits]
    best = (
        "select c.id, max(c.tier) as tier, case when max(c.tier) = 2 then 0 "
        f"else sum(c.weight) * 10000 / (d.size + {_USUAL_SIZE}) end as score "
        f"from ({' union all '.join(parts)}) c join search_documents d on d.entry_id = c.id group by c.id, d.size "
        "order by tier desc, score desc, id limit :limit offset :offset"
    )
    tables = ", ".join(f"{name} as materialized ({sql})" for name, sql in hits.items())
    # Ordered twice: a join need not keep the order of what it joins.
    order = "f.tier desc, f.score desc, f.id"
    return f"with {tables} select {COLUMNS} from ({best}) f join entries e on e.id = f.id order by {order}", expressions


def _part(name: str) -> str:
    if name in _TIERS:
        return f"select id, {_TIERS[name]} as tier, 1 as weight from {name}"
    factor = 2 if name.startswith("term") else 1
    return (
        f"select id, 0 as tier, {factor} * {_WEIGHT} as weight from {name}, (select count(*) as n from {name}) n{name}"
    )


_TIERS = {"whole": 1, "exact": 2}


def _marked(words: Sequence[str]) -> Term:
    return Term(tuple(IN_NAME + word for word in words))
