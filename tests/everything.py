# ruff: noqa: S608 – statements are put together from names of our own tables
"""A store with something in every table, and all rows of a store as they stand, on either engine."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.core.authority import Role
from bot.core.deliveries import Deed, DeliveryState
from bot.core.editorial import ProposalKind
from bot.core.places import ChatRef, MessageRef, UserRef
from bot.core.ports import GuardedLine, OpenForm, Posted
from bot.core.retrieval import Vector
from bot.core.subscriptions import Mode
from storage import SqlStore, open_store, schema
from tests import outbox
from tests.builders import AT, fact
from tests.contract.store.desk import GROUP, act_of, acting, edited, enrolled, later, proposed, published, user
from tests.contract.store.readership import execute, keep, notice, subscription

TABLES = tuple(schema.metadata.sorted_tables)
OWN = {"home", "safe_mode", "unfinished", "moved", "moved_to"}
"""What a database says of itself alone."""
Rows = dict[str, list[tuple[Any, ...]]]


async def fill(store: SqlStore) -> None:
    """Leave traces of every kind in a store that has the dossier."""
    await _desk(store)
    await _readers(store)
    await _outbox(store)
    await _questions(store)
    await store.mark_seen("telegram", [7, 2**40, 1], AT)
    await store.mark_seen("discord", [2**53], AT)


async def _desk(store: SqlStore) -> None:
    owner = await act_of(store, "telegram:1", Role.OWNER)
    anna = await store.set_role(user("telegram:987654321"), Role.EDITOR, owner)
    second = await enrolled(store, "discord:987654321")
    await store.offer_link("code", anna.pseudonym, later(5))
    await store.link("code", acting(second))
    await store.offer_link("another", second.pseudonym, later(5))
    act, boris = await act_of(store, "telegram:987654321"), await act_of(store, "discord:3")
    tanks, _ = [await published(store, act, boris, fact(name, f"{name}\t\\N\n'1'")) for name in ("tanks", "trucks")]
    await edited(store, act, boris, tanks.key, "corretto")
    await store.set_review_chat(ChatRef.parse(GROUP), owner, on=True)
    waiting = await proposed(store, act, fact("waits", "aspetta"))
    await store.set_posted(Posted(MessageRef(ChatRef.parse(GROUP), "1"), waiting.id, 1))
    reader = await act_of(store, "telegram:55", Role.READER)
    await proposed(store, reader, await store.entry(tanks.key), kind=ProposalKind.REPORT, base=1)
    await store.vote_freeze(stop=True, act=act)
    await store.vote_freeze(stop=False, act=owner)
    # Also what servers order otherwise than by its bytes.
    for ref in ("telegram:987654321", "zebra", "Zebra", "äpfel", "apple", "ёлка", "가나다", "😀", ""):
        await store.set_language(ref, "ko")
    await store.set_form(user("telegram:1"), OpenForm("addfact", {"source": "https://a"}, "source"), AT)
    await store.guard_line("1" * 16, GuardedLine("approve F-2", ChatRef.parse(GROUP), None), AT)
    await store.keep_line("4" * 16, "roles revoke discord:3", AT)
    await execute(store, "insert into staging_chats (chat, at) values ('telegram:-1', :at)", at=AT)


async def _readers(store: SqlStore) -> None:
    topics = [each.id for each, _ in await store.topics()][:2]
    daily = await keep(store, subscription("telegram:5", topics=dict.fromkeys(topics, Mode.WEEKLY)))
    await keep(store, subscription("discord:70/9", Mode.INSTANT, space="1"))
    author = await act_of(store, "telegram:1")
    planned = await store.subscribers.keep_notice(notice(author=author.account), author, None)
    for slots, whose, what in (("digest_slots", "subscription_id, period", f"{daily.id}, 'daily'"), ("notice_slots", "notice_id", planned.id)):  # fmt: skip
        await execute(
            store,
            f"insert into {slots} ({whose}, local_date, due_at, made_at, outcome) values ({what}, '2026-11-01', 1, 2, 'sent')",
        )


async def _outbox(store: SqlStore) -> None:
    places = [await outbox.subscription(store, f"telegram:-{number}") for number in (900, 901)]
    for state in DeliveryState:
        told = await outbox.alert(store, "tanks", key=f"k-{state.value}")
        for place in places:
            # Nothing is under way: that a move waits for it is what another test is about.
            await outbox.delivery(store, told, place, state=state.value, reason="più tardi", chat=f"telegram:-{place}")
    await outbox.delivery(store, told, places[0], Deed.EDIT, target=1)
    await execute(store, "insert into limits (platform, scope, tat) values ('telegram', '', 1795000000000000123)")


async def _questions(store: SqlStore) -> None:
    vectors = [Vector("it", "digest", bytes(range(256))), Vector("?it1", "other", b"\x00\xff")]
    await store.meanings.keep_vectors("a model", {1: ("seal", vectors)})
    asked = await store.questions.ask("quanti carri", "it", model="", vector=b"", same_as=None, at=AT)
    other = await store.questions.ask("how many tanks", "en", model="m", vector=b"\x01\x00", same_as=None, at=AT)
    await store.questions.await_answer(asked, UserRef.parse("telegram:5"), "it", AT)
    await store.questions.await_answer(other, UserRef.parse("discord:5"), "en", AT)
    await store.questions.answer(other, "tanks")


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """The driver's own connection: what is compared is not read by what is tested."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
            yield connection
    else:
        with psycopg.connect(url) as connection:
            yield connection


def rows(url: str) -> Rows:
    """All rows of all tables, in an order that is the same on both engines; of documents, the words in their order."""
    with connected(url) as connection:
        found = {
            table.name: connection.execute(f"select {', '.join(table.c.keys())} from {table.name}").fetchall()
            for table in TABLES
        }
    found["meta"] = [row for row in found["meta"] if row[0] not in OWN]
    words = str.split if url.startswith("sqlite") else _words_of_postgres
    found["search_documents"] = [(*row[:2], words(row[2])) for row in found["search_documents"]]
    return {name: sorted((tuple(map(_plain, row)) for row in each), key=repr) for name, each in found.items()}


def _words_of_postgres(terms: str) -> list[str]:
    placed = re.findall(r"'([^']*)':(\d+)", terms)
    assert [int(place) for _, place in placed] == list(range(1, 1 + len(placed))), "phrases need the places"
    return [word for word, _ in placed]


def _plain(value: Any) -> Any:
    # SQLite keeps the empty text that an empty vector is by default.
    return b"" if value in ("", b"", memoryview(b"")) and not isinstance(value, int) else value


def own(url: str) -> dict[str, str]:
    """What a database says of itself."""
    with connected(url) as connection:
        return dict(connection.execute("select key, value from meta").fetchall())


@pytest.fixture(scope="session")
def full_store(template_on_sqlite: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with something in every table."""
    path = tmp_path_factory.mktemp("full") / "pactwatch.db"
    shutil.copy(template_on_sqlite.removeprefix("sqlite:///"), path)

    async def work() -> None:
        store = await open_store(f"sqlite:///{path}")
        try:
            await fill(store)
        finally:
            await store.close()

    asyncio.run(work())
    assert [name for name, each in rows(f"sqlite:///{path}").items() if not each] == []
    return path


@pytest.fixture
def moving_store(full_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a SQLite database with something in every table."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(full_store, tmp_path / "pactwatch.db")
    return f"sqlite:///{tmp_path}/pactwatch.db"
