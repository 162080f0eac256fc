"""What of an entry is searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate

from bot.core.entries import NUMBER_PREFIXES, Entry, EntryKind
from storage.search.analyzer import Analyzer
from storage.search.terms import IN_NAME, IN_QUESTION

Questions = Mapping[str, Iterable[str]]

MOST_BYTES = 400_000
"""Of the text of one entry that is searched. PostgreSQL refuses more than a megabyte, places of the terms included;
SQLite has no such limit, and what is found on one of them is to be found on the other."""
MANY_TERMS = 5_000
"""No fewer ones ever come near that."""

# People write "article 4" of what is headed "Mutual assistance"; the words stand here because they are not shown.
_ARTICLE_NAMES = (
    *(("it", "articolo {}"), ("it", "art. {}"), ("en", "article {}")),
    *(("ru", "статья {}"), ("ru", "ст. {}"), ("ko", "제{}조"), ("ko", "{}조")),
)


def document(analyzer: Analyzer, entry: Entry, number: int | None) -> list[str]:
    """The terms of an entry in all its languages; those of its names once more with the mark that says so."""
    head = list(analyzer.terms(entry.key, "en"))
    if number is not None:
        head.append(f"{NUMBER_PREFIXES[entry.kind].lower()}{number}")
    names = [analyzer.name(entry.key)]
    named = [*entry.title.items()]
    if entry.kind is EntryKind.ARTICLE:
        named += [(language, pattern.format(entry.article_number)) for language, pattern in _ARTICLE_NAMES]
    for language, name in named:
        head += analyzer.terms(name, language)
        names.append(analyzer.name(name))
    body: list[str] = []
    for texts in (entry.text, entry.key_phrase, entry.attributed_to, entry.against, entry.against_by):
        for language, text in texts.items():
            body += analyzer.terms(text, language)
    if entry.date:
        body += analyzer.terms(entry.date, "en")
    return [*head, *_bounded(body), *(IN_NAME + term for term in dict.fromkeys([*head, *names]))]


def _bounded(terms: list[str]) -> list[str]:
    if len(terms) < MANY_TERMS:
        return terms
    ends = accumulate(len(term.encode()) + 1 for term in terms)
    return [term for term, end in zip(terms, ends, strict=True) if end <= MOST_BYTES]


def asked(analyzer: Analyzer, questions: Questions) -> list[str]:
    """The terms of an entry's sample questions, each once, with the mark that keeps them from what is searched."""
    found = (term for language, texts in questions.items() for text in texts for term in analyzer.terms(text, language))
    return [IN_QUESTION + term for term in dict.fromkeys(found)]
