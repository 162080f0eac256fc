"""What differs between two wordings and between two revisions of an entry. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from bot.core.documents import Deleted, Inline, Inserted, Text
from bot.core.entries import LOCALES, Entry, Texts

AROUND = 120
"""Characters of what stayed the same that are shown before and after a change."""
MOST_WORK = 20_000
"""Pairs of equal words that are compared; two natural texts of 4,000 characters have about half of that, and one that
says the same word a thousand times has millions."""

# A number with its separators and a word with its apostrophes and hyphens are one; Korean particles stay with theirs.
_TOKEN = re.compile(r"(\w+(?:[.,:/'’-]\w+)*[%‰]?|\S|^)(\s*)")

_Token = tuple[str, str]
"""A word and the blanks after it."""


def word_diff(before: str, after: str, around: int | None = AROUND) -> tuple[Inline, ...]:
    """`after` with what it has more as Inserted and what `before` had more as Deleted.

    Text and Inserted joined are `after`, Text and Deleted joined are `before`, except that of what stayed the same
    only `around` characters are shown on either side of a change; None shows it all.
    """
    pieces = _joined(_compared(_tokens(before), _tokens(after)))
    shown: list[Inline] = []
    for at, piece in enumerate(pieces):
        if around is not None and isinstance(piece, Text) and len(pieces) > 1:
            piece = Text(_shortened(piece.text, around, first=at == 0, last=at == len(pieces) - 1))  # noqa: PLW2901
        shown.append(piece)
    return tuple(shown)


def _tokens(text: str) -> list[_Token]:
    return [(word, blanks) for word, blanks in _TOKEN.findall(text) if word or blanks]


def _compared(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[Inline]:
    """What became of each stretch, by its words; blanks that changed between words that did not are told apart."""
    for same, begin, end, start, stop in _stretches([word for word, _ in old], [word for word, _ in new]):
        if not same:
            yield Deleted(_plain(old[begin:end]))
            yield Inserted(_plain(new[start:stop]))
            continue
        for (word, blanks), (_, others) in zip(old[begin:end], new[start:stop], strict=True):
            yield Text(word + blanks if blanks == others else word)
            if blanks != others:
                yield Deleted(blanks)
                yield Inserted(others)


def _plain(tokens: Sequence[_Token]) -> str:
    return "".join(word + blanks for word, blanks in tokens)


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Stretches that are the same (True) or not, as places in both; the ends that agree are never looked into."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]), shorter - head)
    yield True, 0, head, 0, head
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    counts = Counter(right)
    if sum(counts[word] for word in left) > MOST_WORK:
        yield False, head, len(old) - tail, head, len(new) - tail
    else:
        for tag, begin, end, start, stop in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            yield tag == "equal", head + begin, head + end, head + start, head + stop
    yield True, len(old) - tail, len(old), len(new) - tail, len(new)


@dataclass(slots=True)
class _Run:
    """A change and what stayed the same after it."""

    old: str = ""
    new: str = ""
    same: str = ""

    def take_in(self) -> None:
        """Count what stayed the same as part of the change."""
        self.old, self.new, self.same = self.old + self.same, self.new + self.same, ""

    def pieces(self) -> Iterator[Inline]:
        """What went, what came, what stayed; blanks that both sides end with stayed."""
        kept = min(len(each) - len(each.rstrip()) for each in (self.old, self.new))
        while self.old[len(self.old) - kept :] != self.new[len(self.new) - kept :]:
            kept -= 1
        old, new = self.old[: len(self.old) - kept], self.new[: len(self.new) - kept]
        same = self.new[len(new) :] + self.same
        made = ((Deleted, old), (Inserted, new), (Text, same))
        return (kind(text) for kind, text in made if text)


def _joined(pieces: Iterator[Inline]) -> list[Inline]:
    """Neighbours of one kind as one, what was deleted before what was inserted.

    A mark or blank that stayed the same between two changes belongs to them: nobody reads `[-a-]{+b+}, [-c-]{+d+}`
    with ease.
    """
    run = _Run()
    runs = [run]
    for piece in pieces:
        if isinstance(piece, Text):
            run.same += piece.text
        elif piece.text:
            if (run.old or run.new) and not any(map(str.isalnum, run.same)):
                run.take_in()
            elif run.same:
                run = _Run()
                runs.append(run)
            if isinstance(piece, Deleted):
                run.old += piece.text
            else:
                run.new += piece.text
    return [piece for each in runs for piece in each.pieces()]


def _shortened(text: str, around: int, *, first: bool, last: bool) -> str:
    """The parts of an unchanged stretch beside the changes before and after it, cut at words."""
    head = "" if first else text[:around]
    tail = "" if last else text[len(text) - around :]
    if len(text) <= len(head) + len(tail) + around:
        return text
    head = head[: head.rfind(" ") + 1] or head
    tail = tail[tail.find(" ") :] if " " in tail else tail
    return f"{head}…{tail}"


@dataclass(frozen=True, slots=True)
class TextChange:
    """Words that differ. `language` is empty where people write in whichever they like."""

    field: str
    language: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value that differs, such as a status or a date; empty where there is none."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ListChange:
    """Ids that went or came, of sources, topics or entries; neither where only their order differs."""

    field: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


Change = TextChange | ValueChange | ListChange

_WORDS = ("title", "text", "attributed_to", "against", "against_by", "key_phrase")
_LISTS = ("sources", "against_sources", "key_phrase_sources", "topics", "related")
FIELDS = (
    *("status", "retraction", "retired", "title", "text", "attributed_to", "against", "against_by", "date"),
    *("sources", "against_sources", "topics", "related", "instrument"),
    *("key_phrase", "key_phrase_sources", "confidence", "seed"),
)
"""What of an entry can change, in the order in which a reader wants to know."""


def changed(before: Entry, after: Entry) -> tuple[Change, ...]:
    """Everything in which two revisions of an entry differ, one change for each field and language."""
    return tuple(change for name in FIELDS for change in _changes(name, before, after))


def rebased(base: Entry, wanted: Entry, current: Entry) -> Entry:
    """`current` with what `wanted` changes of `base`, field by field and language by language.

    A draft is a whole entry; put on one that moved on meanwhile as it is, it would silently undo what others changed.
    """
    merged: dict[str, Any] = {}
    for name in FIELDS:
        old, new, now = (getattr(each, name) for each in (base, wanted, current))
        if name in _WORDS:
            theirs = {
                language: new.get(language) for language in (*old, *new) if new.get(language) != old.get(language)
            }
            merged[name] = {language: text for language, text in {**now, **theirs}.items() if text}
        elif name in _LISTS:
            kept = [each for each in now if each in new or each not in old]
            merged[name] = (*kept, *(each for each in new if each not in old and each not in kept))
        else:
            merged[name] = now if new == old else new
    return replace(current, **merged)


def wording(entry: Entry, language: str) -> tuple[str, str]:
    """What an entry says in one language: title and text."""
    return entry.title.get(language, ""), entry.text.get(language, "")


def credited(entry: Entry, account: str, *before: Entry) -> Entry:
    """The entry with who wrote each language: as in the first of `before` that says the same, else `account`."""
    names: dict[str, str] = {}
    for language in dict.fromkeys((*entry.title, *entry.text)):
        same = next((each for each in before if wording(each, language) == wording(entry, language)), None)
        names[language] = account if same is None else same.credits.get(language, "")
    return replace(entry, credits={language: name for language, name in names.items() if name})


def _changes(name: str, before: Entry, after: Entry) -> Iterator[Change]:
    old, new = getattr(before, name), getattr(after, name)
    if name in _WORDS:
        yield from _text_changes(name, old, new)
    elif old == new:
        return
    elif name in _LISTS:
        yield ListChange(
            name, tuple(each for each in old if each not in new), tuple(each for each in new if each not in old)
        )
    elif name == "retraction":
        yield TextChange(name, "", old, new)
    else:
        yield ValueChange(name, _value(old), _value(new))


def _text_changes(name: str, old: Texts, new: Texts) -> Iterator[Change]:
    for language in dict.fromkeys((*LOCALES, *old, *new)):
        before, after = old.get(language, ""), new.get(language, "")
        if before != after:
            yield TextChange(name, language, before, after)


def _value(value: object) -> str:
    """The value as text: `confirmed`, `2024-06`, `True`; nothing where there is none."""
    return str(value) if value else ""
