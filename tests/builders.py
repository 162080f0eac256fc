"""Valid values with as little said as a test wants to say."""

from __future__ import annotations

from typing import Any

from bot.core.dossiers import Dossier
from bot.core.entries import Entry, EntryKind, Instrument, Source, SourceKind, Texts, Topic

AT = "2026-11-23T10:00:00.000Z"


def source(id: str = "kcna", **more: Any) -> Source:  # noqa: A002 - the field's own name
    plain = {"title": "Treaty text", "publisher": "KCNA", "kind": SourceKind.AGENCY, "language": "en"}
    return Source(id=id, **(plain | more))


def topic(id: str = "defence", **titles: str) -> Topic:  # noqa: A002 - the field's own name
    return Topic(id, titles or {"it": "Difesa", "en": "Defence"})


def instrument(id: str = "treaty-2024", **more: Any) -> Instrument:  # noqa: A002 - the field's own name
    plain: dict[str, Any] = {
        "title": {"it": "Trattato", "en": "Treaty"},
        "aliases": ("2024",),
        "parties": ("ru", "kp"),
        "signed": "2024-06-19",
        "in_force": "2024-12-04",
        "ended": None,
        "replaces": (),
        "replaced_by": None,
        "article_count": 23,
    }
    return Instrument(id=id, **(plain | more))


def entry(key: str, kind: EntryKind = EntryKind.FACT, text: str | Texts = "", **more: Any) -> Entry:
    """A confirmed entry with an Italian text, by default its key, or with texts by language."""
    plain: dict[str, Any] = {"text": {"it": text or key} if isinstance(text, str) else text, "sources": ("kcna",)}
    return Entry(key=key, kind=kind, **(plain | more))


def fact(key: str = "signed", text: str | Texts = "", **more: Any) -> Entry:
    return entry(key, EntryKind.FACT, text, **more)


def event(key: str = "signing", date: str | None = "2024-06-19", **more: Any) -> Entry:
    return entry(key, EntryKind.EVENT, date=date, **({"title": {"it": key}} | more))


def article(number: str = "4", instrument: str = "treaty-2024", **more: Any) -> Entry:
    return entry(f"{instrument}/{number}", EntryKind.ARTICLE, **({"title": {"it": f"Titolo {number}"}} | more))


def person(key: str = "kim", **more: Any) -> Entry:
    return entry(key, EntryKind.PERSON, **({"title": {"it": key.title()}} | more))


def dossier(*entries: Entry, **more: Any) -> Dossier:
    """A dossier of these entries, with one topic, source and instrument unless told otherwise."""
    plain: dict[str, Any] = {
        "id": "pact",
        "title": {"it": "Il patto"},
        "default_instrument": "treaty-2024",
        "parties": ("ru", "kp"),
        "languages": ("it", "en", "ru", "ko"),
        "keywords": {"it": ("trattato",), "ko": ("조약",)},
        "topics": (topic(),),
        "sources": (source(),),
        "instruments": (instrument(),),
        "entries": entries,
    }
    return Dossier(**(plain | more))
