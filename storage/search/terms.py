"""A query taken apart: what `analyzer` makes and `ranking` and the dialects turn into a statement."""

from __future__ import annotations

from dataclasses import dataclass

IN_NAME = "ª"
"""Marks the copy of a term that stands in an entry's name. Folding turns this letter into `a`, so no text holds it."""
IN_QUESTION = "º"
"""Marks a term of a sample question, in the same way: only a question looks for these, and a search does not."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look up: any of `words`, or `phrase` in this order."""

    words: tuple[str, ...]
    phrase: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart.

    name: all of it as one word, as the names of entries are kept. terms: each counts by itself when entries are
    ranked. clauses: an entry that holds one term of every clause holds the whole query; the pairs of one Hangul
    word are one clause.
    """

    terms: tuple[Term, ...]
    clauses: tuple[tuple[Term, ...], ...]
    name: str
