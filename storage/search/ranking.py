"""Which entries fit a query, and in what order: one statement, alike on both engines, and bounded on both.

An entry that holds the whole query comes before one that does not. Beyond that each term counts by how rare it is,
and twice where it stands in a name. How rare is read off the number of hits, up to a cap: the engines' own ranking
(bm25, ts_rank) has no cap and reads every hit of every word, which took 0.4 s for one common word among a million
entries, and the two would not agree on the order.
"""

from __future__ import annotations

from collections.abc import Callable

from storage.search.analyzer import Query, Term

CAP = 2_000
"""Entries looked at for one query; shared among its terms."""

# A logarithm in steps, because SQLite may be built without one.
_WEIGHT = "case when n <= 2 then 9 when n <= 10 then 7 when n <= 50 then 5 when n <= 250 then 3 else 2 end"
_WHOLE = 1_000


def ranked(
    query: Query,
    columns: str,
    *,
    source: str,
    any_of: Callable[[Term], str],
    in_head: Callable[[Term], str],
    every: str,
) -> tuple[str, dict[str, object]]:
    """The statement, still to be given `offset` and `limit`, and its other parameters.

    source: selects the `id` of hits, `{0}` being where the engine's search expression goes. any_of, in_head and
    every: such expressions for a term anywhere, a term in a name, and the whole query.
    """
    cap = CAP // len(query.terms)
    parts: list[str] = []
    params: dict[str, object] = {}
    for at, term in enumerate(query.terms):
        params |= {f"t{at}": any_of(term), f"h{at}": in_head(term)}
        for name in (f"t{at}", f"h{at}"):
            hits = f"select id from ({source.format(':' + name)} limit {cap}) s"
            parts.append(f"select id, {_WEIGHT} as weight from (select id, count(*) over () as n from ({hits}) c) w")
    if len(query.terms) > 1:
        params["every"] = every
        hits = f"select id from ({source.format(':every')} limit {CAP}) s"
        parts.append(f"select id, {_WHOLE} as weight from ({hits}) c")
    union = " union all ".join(parts)
    return (
        f"select {columns} from (select id, sum(weight) as score from ({union}) u group by id "
        f"order by score desc, id limit :limit offset :offset) found "
        f"join entries e on e.id = found.id order by found.score desc, e.id",
        params,
    )
