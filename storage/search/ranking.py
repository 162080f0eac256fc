"""Which entries fit a query, and in what order: one statement, alike on both engines, and bounded on both.

An entry that holds the whole query comes before one that does not. Beyond that each term counts by how rare it is,
and twice where it stands in a name. How rare is read off the number of hits, up to a cap: the engines' own ranking
(bm25, ts_rank) has no cap and reads every hit of every word, which took 0.4 s for one common word among a million
entries, and the two would not agree on the order.
"""

# ruff: noqa: S608 – statements are put together from constants of this package; values are always parameters
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from storage.entries import COLUMNS
from storage.search.terms import IN_NAME, Query, Term

CAP = 2_000
"""Entries looked at for one query; shared among its terms."""

TIME_LIMIT = 0.25
"""Seconds. All is capped but the search for the whole query: common words that hardly meet are read to the end."""

# A logarithm in steps, because SQLite may be built without one.
_WEIGHT = "case when n <= 2 then 9 when n <= 10 then 7 when n <= 50 then 5 when n <= 250 then 3 else 2 end"
_WHOLE = 1_000


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
    cap = CAP // len(query.terms)
    expressions: dict[str, object] = {}
    parts: list[str] = []
    for at, term in enumerate(query.terms):
        named = Term(tuple(IN_NAME + word for word in term.words))
        for name, looked_up in ((f"term{at}", term), (f"name{at}", named)):
            expressions[name] = syntax.any_of((looked_up,))
            hits = f"{syntax.source.format(f':{name}')} limit {cap}"
            parts.append(f"select id, {_WEIGHT} as weight from (select id, count(*) over () as n from ({hits}) a) b")
    if whole and len(query.terms) > 1:
        expressions["every"] = syntax.all_of([syntax.any_of(clause) for clause in query.clauses])
        parts.append(f"select id, {_WHOLE} as weight from ({syntax.source.format(':every')} limit {CAP}) a")
    found = (
        f"select id, sum(weight) as score from ({' union all '.join(parts)}) c group by id "
        "order by score desc, id limit :limit offset :offset"
    )
    # Ordered twice: a join need not keep the order of what it joins.
    sql = f"select {COLUMNS} from ({found}) f join entries e on e.id = f.id order by f.score desc, e.id"
    return sql, expressions
