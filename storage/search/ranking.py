"""Which entries fit a query, and in what order: one statement, alike on both engines, and bounded on both.

First entries of exactly this name in the dossier's order, then those that hold the whole query, then those that hold a part. Within these
each term counts by how rare it is, half as much again where it stands in a name, and less in a long text. How rare is read off the number of hits, up to a cap: the engines' own ranking
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
    cap = CAP // len(query.terms)
    expressions: dict[str, object] = {}

    def hits(name: str, expression: str, limit: int) -> str:
        expressions[name] = expression
        return f"{syntax.source.format(f':{name}')} limit {limit}"

    parts = [
        f"select id, {factor} * {_WEIGHT} as weight, 0 as whole from (select id, count(*) over () as n from ({found}) a) b"
        for at, term in enumerate(query.terms)
        for factor, found in (
            (2, hits(f"term{at}", syntax.any_of((term,)), cap)),
            (1, hits(f"name{at}", syntax.any_of((_marked(term.words),)), cap)),
        )
    ]
    if whole and len(query.terms) > 1:
        every = hits("every", syntax.all_of([syntax.any_of(clause) for clause in query.clauses]), CAP)
        parts.append(f"select id, 0 as weight, 1 as whole from ({every}) a")
    exact = hits("exact", syntax.any_of((_marked((query.name,)),)), cap)
    parts.append(f"select id, 0 as weight, 2 as whole from ({exact}) a")
    best = (
        f"select c.id, max(c.whole) as whole, "
        f"case when max(c.whole) = 2 then 0 else sum(c.weight) * 10000 / (d.size + {_USUAL_SIZE}) end as score "
        f"from ({' union all '.join(parts)}) c join search_documents d on d.entry_id = c.id group by c.id, d.size "
        "order by whole desc, score desc, id limit :limit offset :offset"
    )
    # Ordered twice: a join need not keep the order of what it joins.
    sql = f"select {COLUMNS} from ({best}) f join entries e on e.id = f.id order by f.whole desc, f.score desc, f.id"
    return sql, expressions


def _marked(words: Sequence[str]) -> Term:
    return Term(tuple(IN_NAME + word for word in words))
