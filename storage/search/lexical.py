"""What of an entry is searched."""

from __future__ import annotations

from bot.core.entries import NUMBER_PREFIXES, Entry, EntryKind
from storage.search.analyzer import Analyzer
from storage.search.terms import IN_NAME

# People write "article 4" of what is headed "Mutual assistance"; the words stand here because they are not shown.
_ARTICLE_WORDS = (("articolo art", "it"), ("article art", "en"), ("статья ст", "ru"), ("제 조 조항", "ko"))


def document(analyzer: Analyzer, entry: Entry, number: int | None) -> list[str]:
    """The terms of an entry in all its languages; those of its names once more with the mark that says so."""
    head = list(analyzer.terms(entry.key, "en"))
    if number is not None:
        head.append(f"{NUMBER_PREFIXES[entry.kind].lower()}{number}")
    if entry.kind is EntryKind.ARTICLE:
        for words, language in _ARTICLE_WORDS:
            head += analyzer.terms(words, language)
    for language, title in entry.title.items():
        head += analyzer.terms(title, language)
    body: list[str] = []
    for texts in (entry.text, entry.key_phrase, entry.attributed_to):
        for language, text in texts.items():
            body += analyzer.terms(text, language)
    if entry.date:
        body += analyzer.terms(entry.date, "en")
    return [*head, *body, *(IN_NAME + term for term in dict.fromkeys(head))]
