"""Large stores of made-up entries, deterministic, beside the shipped dossier.

The rows are written in bulk into the product's own schema, with search terms from its own analyzer; only the log of
revisions is left out, which nothing measured here reads. Words follow Zipf's law, in four languages; an entry has
some 26 of them in two languages. Every tenth entry holds COMMON, every tenth OTHER_COMMON, none both. Texts repeat
after TEXTS of them, for the sake of time.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, islice
from pathlib import Path

from sqlalchemy import Table

from bot.core.entries import LOCALES, Entry, EntryKind, first_day, last_day
from bot.core.times import SystemClock, stamp
from bot.embedding import MODEL
from storage import open_store, schema
from storage.bodies import entry_body
from storage.dossier import read_dossier, shipped_dossier
from storage.entries import SHELVES
from storage.search.analyzer import Analyzer
from storage.search.lexical import document

WORDS = 20_000
TEXTS = 20_000
RARE = slice(8_000, WORDS)
MIDDLING = slice(100, 1_000)
COMMON, OTHER_COMMON = "zzfrequente", "zzconsueto"
EVERY = 10
SLICE = 2_000
_IN_TITLE, _IN_TEXT = 3, 10
_PAIRS = (("it", "en"), ("it", "ru"), ("en", "ko"))
_SYLLABLES = {
    "it": "ka le mi ro tu ze so gu ca si no pra ste vor dal men ilk ana tre ti pac lid und esk ost ber lan vic".split(),
    "en": "th ing ous bel wor ken sto fal mid har gri ton way led ash eld ock umb row ist pen cro dun sy tle ver".split(),
    "ru": "ка ле ми ро ту зе со гу ча ши но пра сте вор дал мен ил ана тре ты пак лид унд эск ост бер лан вик".split(),
    "ko": "가 나 다 라 마 바 사 아 자 차 카 타 파 하 거 너 더 러 머 버 서 어 저 처 커 터 퍼 허 고 노 도 로".split(),
}


@cache
def vocabulary(language: str) -> tuple[str, ...]:
    """Words of a language, the most frequent ones first."""
    chance = random.Random(f"words {language}")
    words: dict[str, None] = {}
    while len(words) < WORDS:
        words.setdefault("".join(chance.choices(_SYLLABLES[language], k=chance.choice((2, 3, 3, 4, 4)))))
    return tuple(words)


@cache
def texts(language: str) -> tuple[str, ...]:
    """Texts of _IN_TEXT words."""
    chance = random.Random(f"texts {language}")
    weights = tuple(accumulate(1 / (rank + 3) for rank in range(WORDS)))
    words = chance.choices(vocabulary(language), cum_weights=weights, k=TEXTS * _IN_TEXT)
    return tuple(" ".join(words[start : start + _IN_TEXT]) for start in range(0, len(words), _IN_TEXT))


@cache
def rare_words() -> tuple[str, ...]:
    """Words that some ten of 100,000 entries hold, in no order."""
    used = {word for text in texts("it") for word in text.split()}
    words = [word for word in vocabulary("it")[RARE] if word in used]
    random.Random("rare").shuffle(words)
    return tuple(words)


def made_up(count: int, sources: tuple[str, ...], topics: tuple[str, ...]) -> Iterator[Entry]:
    """Facts, and every third an event."""
    for at in range(count):
        languages = _PAIRS[at % len(_PAIRS)]
        text = {language: texts(language)[at % TEXTS] for language in languages}
        marker = {0: f" {COMMON}", EVERY // 2: f" {OTHER_COMMON}"}.get(at % EVERY, "")
        text[languages[0]] += marker
        yield Entry(
            f"made-up-{at}",
            EntryKind.FACT if at % 3 else EntryKind.EVENT,
            text,
            (sources[at % len(sources)],),
            {} if at % 3 else {language: _title(text[language]) for language in languages},
            date=f"{2000 + at % 26}-{1 + at % 12:02}-{1 + at % 28:02}",
            topics=(topics[at % len(topics)],),
            seed=True,
        )


def _title(text: str) -> str:
    return " ".join(text.split()[:_IN_TITLE])


class RememberingAnalyzer(Analyzer):
    """The product's analyzer with each text's terms remembered: a million entries share a few."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def terms(self, text: str, language: str) -> Iterator[str]:
        if "-" in text:  # keys and dates, each another
            yield from super().terms(text, language)
            return
        known = self._known.get((text, language))
        if known is None:
            known = self._known[text, language] = tuple(super().terms(text, language))
        yield from known


async def build(path: Path, count: int) -> None:
    """Make a store of the shipped dossier and `count` made-up entries; one that is there already is left as it is."""
    if path.exists():
        return
    dossier, faults = read_dossier(shipped_dossier())
    assert dossier is not None, faults
    store = await open_store(f"sqlite:///{path}")
    try:
        now = stamp(SystemClock().now())
        await store.import_dossier(dossier, at=now, author="dossier", progress=lambda _done, _total: None)
    finally:
        await store.close()
    entries = made_up(count, tuple(each.id for each in dossier.sources), tuple(each.id for each in dossier.topics))
    connection = sqlite3.connect(path)
    try:
        _fill(connection, entries, now)
        # What the made-up ones mean nobody will ask, and reading it would take the processor for hours.
        with connection:
            connection.execute(
                "insert into vectors (model, entry_id, part, digest, vector) select ?, e.id, '', e.revision || '/' || "
                "coalesce(q.digest, ''), x'' from entries e left join sample_questions q on q.entry_key = e.key",
                (MODEL,),
            )
    finally:
        connection.close()


def _fill(connection: sqlite3.Connection, entries: Iterator[Entry], now: str) -> None:
    assert set(_PAIRS[0] + _PAIRS[1] + _PAIRS[2]) == set(LOCALES)
    connection.execute("pragma synchronous = off")
    connection.execute("pragma cache_size = -262144")
    identity, position = connection.execute("select max(id), max(position) from entries").fetchone()
    numbers = dict(connection.execute("select kind, max(number) from entries where number is not null group by kind"))
    analyzer = RememberingAnalyzer()
    # One rebuild of the index at the end takes a fifth of the time that the trigger would take row by row.
    trigger = connection.execute("select sql from sqlite_master where name = 'search_documents_added'").fetchone()[0]
    with connection:
        connection.execute("drop trigger search_documents_added")
        while part := list(islice(entries, SLICE)):
            rows, documents, filed = [], [], []
            for entry in part:
                identity, position = identity + 1, position + 1
                number = numbers[entry.kind.value] = numbers.get(entry.kind.value, 0) + 1
                row = _row(entry, now) | {"id": identity, "position": position, "number": number}
                rows.append(row)
                terms = document(analyzer, entry, number)
                documents.append({"entry_id": identity, "size": len(terms), "terms": " ".join(terms)})
                same = {name: row[name] for name in ("kind", "shelf", "date_first")}
                filed += [same | {"entry_id": identity, "topic": topic, "place": position} for topic in entry.topics]
            _insert(connection, schema.entries, rows)
            _insert(connection, schema.search_documents, documents)
            _insert(connection, schema.entry_topics, filed)
        connection.execute("insert into search_index(search_index) values ('rebuild')")
        connection.execute(trigger)
        connection.execute("update meta set value = value + 1 where key = 'version'")
    connection.execute("pragma wal_checkpoint(truncate)")


def _row(entry: Entry, now: str) -> dict[str, object]:
    assert entry.date is not None
    return {
        "key": entry.key,
        "kind": entry.kind.value,
        "revision": 1,
        "changed_at": now,
        "imported_hash": None,
        "instrument": None,
        "shelf": SHELVES[entry.kind],
        "date_first": first_day(entry.date),
        "date_last": last_day(entry.date),
        "body": entry_body(entry),
    }


def _insert(connection: sqlite3.Connection, table: Table, rows: list[dict[str, object]]) -> None:
    assert {column.name for column in table.columns} == set(rows[0]), f"the schema of {table.name} is another now"
    names = ", ".join(rows[0])
    values = ", ".join(f":{name}" for name in rows[0])
    connection.executemany(f"insert into {table.name} ({names}) values ({values})", rows)  # noqa: S608 - our own names
