"""Values as canonical JSON text and back: sorted keys, nothing that is empty, so equal values have equal text.

The text is what gets hashed and compared; a change here changes every hash, so old bodies must go on decoding.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.dossiers import Dossier
from bot.core.entries import Confidence, Entry, EntryKind, Instrument, Source, SourceKind, Status, Topic

FIELDS = (
    "kind",
    "title",
    "text",
    "status",
    "confidence",
    "attributed_to",
    "date",
    "topics",
    "related",
    "instrument",
    "key_phrase",
    "key_phrase_sources",
    "sources",
    "seed",
    "retired",
    "against",
    "against_by",
    "against_sources",
    "retraction",
    "credits",
)
"""What of an entry belongs to its body, in the order in which changes are named."""

# Looking a member up in a dict costs a tenth of calling the enum, and every row that is read does it twice.
_KINDS = {kind.value: kind for kind in EntryKind}
_STATUSES = {status.value: status for status in Status}
_CONFIDENCES = {confidence.value: confidence for confidence in Confidence}
_PLAIN = {"status": Status.CONFIRMED.value}


def canonical(value: object) -> str:
    """JSON text of `value`, the same for equal values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _filled(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for name in names:
        part = getattr(value, name)
        if part:
            filled[name] = dict(part) if hasattr(part, "keys") else part
    return filled


def entry_body(entry: Entry) -> str:
    """Everything of an entry but what the store adds: number, revision and time of change."""
    body = _filled(entry, FIELDS)
    if body.get("status") == _PLAIN["status"]:
        del body["status"]
    body["key"] = entry.key
    return canonical(body)


def entry_from(body: str, number: int | None, revision: int, changed_at: str) -> Entry:
    """The entry of one row."""
    stored = json.loads(body)
    get = stored.get
    return Entry(
        stored["key"],
        _KINDS[stored["kind"]],
        get("text", {}),
        tuple(get("sources", ())),
        get("title", {}),
        number,
        _STATUSES[get("status", "confirmed")],
        _CONFIDENCES[stored["confidence"]] if "confidence" in stored else None,
        get("attributed_to", {}),
        get("date"),
        tuple(get("topics", ())),
        tuple(get("related", ())),
        get("instrument"),
        get("key_phrase", {}),
        tuple(get("key_phrase_sources", ())),
        get("seed", False),
        get("retired"),
        get("against", {}),
        get("against_by", {}),
        tuple(get("against_sources", ())),
        get("retraction", ""),
        get("credits", {}),
        revision,
        changed_at,
    )


def changed_fields(before: str, after: str) -> tuple[str, ...]:
    """The names of the fields in which two bodies differ for readers, always in the same order."""
    old, new = json.loads(before), json.loads(after)
    return tuple(name for name in FIELDS if name != "credits" and old.get(name) != new.get(name))


_SOURCE = ("id", "title", "publisher", "kind", "language", "date", "url", "retrieved_at", "checked")


def source_body(source: Source) -> str:
    """All of a source."""
    return canonical(_filled(source, _SOURCE))


def source_from(body: str) -> Source:
    """The source of one row."""
    stored = json.loads(body)
    texts = {name: stored.get(name, "") for name in ("id", "title", "publisher", "language")}
    rest = {name: stored.get(name) for name in ("date", "url", "retrieved_at", "checked")}
    return Source(kind=SourceKind(stored["kind"]), **texts, **rest)


def topic_body(topic: Topic) -> str:
    """All of a topic."""
    return canonical(_filled(topic, ("id", "title", "aliases")))


def topic_from(body: str) -> Topic:
    """The topic of one row."""
    stored = json.loads(body)
    return Topic(stored["id"], stored.get("title", {}), tuple(stored.get("aliases", ())))


_INSTRUMENT_TUPLES = ("aliases", "parties", "replaces")
_INSTRUMENT = (
    *("id", "title", *_INSTRUMENT_TUPLES, "signed", "in_force", "ended"),
    *("replaced_by", "article_count", "in_force_note", "ended_note"),
)


def instrument_body(instrument: Instrument) -> str:
    """All of an instrument."""
    return canonical(_filled(instrument, _INSTRUMENT))


def instrument_from(body: str) -> Instrument:
    """The instrument of one row."""
    stored = json.loads(body)
    get = stored.get
    return Instrument(
        id=stored["id"],
        title=get("title", {}),
        aliases=tuple(get("aliases", ())),
        parties=tuple(get("parties", ())),
        signed=get("signed"),
        in_force=get("in_force"),
        ended=get("ended"),
        replaces=tuple(get("replaces", ())),
        replaced_by=get("replaced_by"),
        article_count=get("article_count", 0),
        in_force_note=get("in_force_note"),
        ended_note=get("ended_note"),
    )


def story_body(dossier: Dossier) -> str:
    """What a dossier says of itself."""
    return canonical(
        {
            "id": dossier.id,
            "title": dict(dossier.title),
            "default_instrument": dossier.default_instrument,
            "parties": dossier.parties,
            "languages": dossier.languages,
            "keywords": dict(dossier.keywords),
        }
    )


def story_from(body: str) -> dict[str, Any]:
    """The fields of a `Dossier` that `story_body` kept."""
    stored = json.loads(body)
    return {
        "id": stored["id"],
        "title": stored["title"],
        "default_instrument": stored["default_instrument"],
        "parties": tuple(stored["parties"]),
        "languages": tuple(stored["languages"]),
        "keywords": {language: tuple(words) for language, words in stored["keywords"].items()},
    }


def questions_body(texts: Mapping[str, Sequence[str]]) -> str:
    """The sample questions of an entry, by language."""
    return canonical({language: list(each) for language, each in texts.items()})


def questions_from(body: str) -> dict[str, tuple[str, ...]]:
    """The sample questions of one row."""
    return {language: tuple(texts) for language, texts in json.loads(body).items()}
