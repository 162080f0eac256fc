"""How an entry came to read as it does: its revisions, what each changed, and since when each language reads so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.diffs import Change, ListChange, TextChange, ValueChange, changed, word_diff, wording
from bot.core.documents import (
    Block,
    Bullets,
    Code,
    Deleted,
    Inline,
    Inlines,
    Inserted,
    Link,
    Paragraph,
    Strong,
    Text,
    inlines,
)
from bot.core.editorial import UNDONE
from bot.core.entries import LOCALES, Entry, Revision, Source
from bot.core.ports import Words
from bot.core.times import local_day
from bot.services.lookup import Catalogue
from bot.services.pages import LANGUAGE_NAMES, pick, related_name

DOSSIER = "dossier"
"""The author of what an import brought."""

_FIELDS = re.compile(r"fields:([a-z_,]+)")


def revision_lines(
    on_page: Sequence[Revision], revisions: Sequence[Entry], words: Words, zone: ZoneInfo
) -> tuple[Inlines, ...]:
    """A line for each revision on a page; `revisions`: the entry in all of them, oldest first."""
    known = {each.revision: each for each in revisions}
    lines = []
    for each in on_page:
        before, after = known.get(each.revision - 1), known.get(each.revision)
        names = dict.fromkeys(change.field for change in changed(before, after)) if before and after else ()
        lines.append(revision_line(each, revisions[-1], words, zone, tuple(names)))
    return tuple(lines)


def revision_line(
    revision: Revision, entry: Entry, words: Words, zone: ZoneInfo, fields: tuple[str, ...] = ()
) -> Inlines:
    """When, by whom, why and with whose approval; `fields` that changed stand for a note that nobody wrote."""
    approved = ", ".join(revision.approved_by)
    parts = (
        words.date(local_day(revision.at, zone)),
        author(revision, words),
        note(revision, words) or _changed_fields(fields, words),
        words.text("history-approved", people=approved) if approved else "",
    )
    return inlines(Code(f"{entry.label}@{revision.revision}"), f" {' · '.join(part for part in parts if part)}")


def author(revision: Revision, words: Words) -> str:
    """The dossier, or the pseudonyms under which people are known to this history and to nothing else."""
    return _named(revision.author, words)


def _named(signed: str, words: Words) -> str:
    return words.text("history-dossier") if signed == DOSSIER else signed.replace(",", ", ")


def note(revision: Revision, words: Words) -> str:
    """What the program noted, in the reader's language; a person's note as it was written."""
    written = revision.note
    if revision.author != DOSSIER:
        if not written and revision.revision == 1:
            return words.text("history-first")
        return words.text("history-undo") if written == "undo" else written
    if written in ("first", "retired", "returned"):
        return words.text(f"history-{written}")
    if match := _FIELDS.fullmatch(written):
        return _changed_fields(match[1].split(","), words)
    return written


def _changed_fields(fields: Sequence[str], words: Words) -> str:
    names = ", ".join(field_name(name, words) for name in fields)
    return words.text("history-fields", fields=names) if names else ""


def field_name(name: str, words: Words) -> str:
    """What readers call a field of an entry."""
    try:
        return words.text(f"field-{name}")
    except KeyError:
        return name  # another version of the program may have written a field that this one has no word for


@dataclass(frozen=True, slots=True)
class Wording:
    """One language of an entry: the revision that brought the words that stand now.

    newer: another language and the later revision in which its words changed, which these words may not follow yet.
    author: who wrote them, where that revision says so; else whoever signed it did.
    """

    language: str
    revision: int
    newer: tuple[str, int] | None = None
    author: str = ""


def wordings(revisions: Sequence[Entry]) -> tuple[Wording, ...]:
    """Since which revision each language of an entry reads as it does; `revisions`: all, oldest first.

    Words that come back, as when a change is undone, are those of whoever wrote them first. A language that is added
    changes nothing that others would have to follow.
    """
    brought: dict[tuple[str, tuple[str, str]], Entry] = {}
    began: dict[str, int] = {}
    for each in revisions:
        for language in each.text:
            brought.setdefault((language, wording(each, language)), each)
            began.setdefault(language, each.revision)
    current = revisions[-1]
    since = {each: brought[each, wording(current, each)] for each in (*LOCALES, *current.text) if each in current.text}
    changes = [(first.revision, language) for language, first in since.items() if first.revision > began[language]]
    found = []
    for language, first in since.items():
        later = max((change for change in changes if change[0] > first.revision), default=None)
        newer = (later[1], later[0]) if later else None
        found.append(Wording(language, first.revision, newer, first.credits.get(language, "")))
    return tuple(found)


def text_blocks(
    history: Sequence[Revision], revisions: Sequence[Entry], words: Words, zone: ZoneInfo
) -> tuple[Block, ...]:
    """Who last wrote each language, languages alike in all of it together; `revisions`: all, oldest first."""
    signed = {each.revision: each for each in history}
    grouped: dict[tuple[int, tuple[str, int] | None, str], list[str]] = {}
    for each in wordings(revisions):
        alike = each.revision, each.newer, each.author or signed[each.revision].author
        grouped.setdefault(alike, []).append(LANGUAGE_NAMES.get(each.language, each.language))
    label = revisions[-1].label
    lines = []
    for (at, newer, by), languages in grouped.items():
        day = words.date(local_day(signed[at].at, zone))
        line = inlines(Strong(f"{', '.join(languages)}:"), f" {_named(by, words)} · {day} · ", Code(f"{label}@{at}"))
        if newer is not None:
            change = words.text(
                "history-lags", language=LANGUAGE_NAMES.get(newer[0], newer[0]), label=f"{label}@{newer[1]}"
            )
            line = (*line, *inlines(" · ", Strong(change)))
        lines.append(line)
    heading = words.text("history-texts")
    return (Paragraph((Strong(heading),)), Bullets(tuple(lines))) if lines else ()


def change_lines(
    before: Entry, after: Entry, words: Words, catalogue: Catalogue, sources: Sequence[Source] = ()
) -> list[Inlines]:
    """Everything in which two revisions differ, a line for each field and language; none where nothing does.

    sources: those that went or came, as far as they are known; of others the id is shown.
    """
    known = {each.id: each for each in sources}
    return [_change(each, words, catalogue, known) for each in changed(before, after)]


def _change(change: Change, words: Words, catalogue: Catalogue, sources: Mapping[str, Source]) -> Inlines:
    name = field_name(change.field, words)
    match change:
        case TextChange(_, language, before, after):
            shown = f"{name} ({LANGUAGE_NAMES.get(language, language)})" if language else name
            return inlines(Strong(f"{shown}:"), " ", *word_diff(before, after))
        case ValueChange(field, before, after):
            old, new = _value(field, before, words, catalogue), _value(field, after, words, catalogue)
            pieces: list[Inline] = [*([Deleted(old)] if old else []), *([Inserted(new)] if new else [])]
            return inlines(Strong(f"{name}:"), " ", *_parted(pieces, " "))
        case ListChange(field, removed, added):
            members: list[Inline] = [Deleted(_member(field, each, words, catalogue, sources)) for each in removed]
            members += [Inserted(_member(field, each, words, catalogue, sources)) for each in added]
            members += [
                Link(known.publisher, known.url) for each in added if (known := sources.get(each)) and known.url
            ]
            if not members:
                members.append(Text(words.text("change-order")))
            return inlines(Strong(f"{name}:"), " ", *_parted(members, " · "))
        case _:
            assert_never(change)


def _parted(pieces: Sequence[Inline], between: str) -> Iterator[Inline]:
    for at, piece in enumerate(pieces):
        if at:
            yield Text(between)
        yield piece


def _value(field: str, value: str, words: Words, catalogue: Catalogue) -> str:
    if not value:
        return ""
    match field:
        case "status":
            return words.text(f"status-{value}")
        case "confidence":
            return words.text(f"confidence-{value}")
        case "date":
            return words.date(value)
        case "retired":
            return words.text("history-undo") if value == UNDONE else words.text("history-retired")
        case "instrument" if instrument := catalogue.instrument(value):
            return pick(instrument.title, words.locale)[0]
        case "seed":
            return "✓"
    return value


def _member(field: str, each: str, words: Words, catalogue: Catalogue, sources: Mapping[str, Source]) -> str:
    if field == "topics" and (topic := catalogue.topic(each)):
        return pick(topic.title, words.locale)[0]
    if field == "related":
        return related_name(each, words, catalogue)
    if field in ("sources", "against_sources", "key_phrase_sources") and (source := sources.get(each)):
        return f"{source.title} ({source.publisher})"
    return each
