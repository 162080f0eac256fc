"""The two logs: what they say, how they are tied together, and that no way of tampering with them goes unseen."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.authority import Role
from bot.core.editorial import Severity
from storage import SqlStore, chain, schema
from storage.chain import Broken, Log, link
from tests.builders import dossier, fact
from tests.newsroom import Person, join, later
from tests.stores import take_over

ROWS = "select seq, at, actor, deed, subject, place, approved_by, detail, hash from audit order by seq"


async def busy_day(store: SqlStore) -> tuple[Person, Person]:
    """Three publications, in rows 2, 4 and 6 of the audit log and 3, 4 and 5 of the log of revisions."""
    await take_over(store, dossier(fact("a"), fact("b")))
    writer, editor = await join(store, "1", Role.CONTRIBUTOR), await join(store, "2")
    for at, entry in enumerate((fact("x", "nuovo"), await store.entry("a"), await store.entry("b"))):
        draft = await writer.propose(replace(entry, text={"it": f"testo {at}"}), at=10 * at)
        await editor.approve(draft, at=10 * at + 5)
    assert await store.verify_log() is None
    return writer, editor


async def on(store: SqlStore, *statements: str, **params: object) -> None:
    """Write into the database behind the program's back."""

    async def work(connection: AsyncConnection) -> None:
        for each in statements:
            await connection.execute(text(each), params)

    await (await store._writing())._units.run_tx(work)


async def test_every_act_leaves_one_row(store: SqlStore):
    """The log says who did what, when, where, to what, approved by whom, and which revision it became."""
    writer, editor = await busy_day(store)
    draft = await writer.propose(fact("y"), at=50, severity=Severity.FLASH, note="nota")
    await editor.reject(draft, "senza fonte", at=60)
    rows = await store._database.fetch(ROWS)
    assert [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows] == [
        (seq, later(at), person.account.pseudonym, deed, label, "telegram")
        for seq, at, person, deed, label in (
            (1, 0, writer, "propose", "F-3"),
            (2, 5, editor, "publish", "F-3"),
            (3, 10, writer, "propose", "F-1"),
            (4, 15, editor, "publish", "F-1"),
            (5, 20, writer, "propose", "F-2"),
            (6, 25, editor, "publish", "F-2"),
            (7, 50, writer, "propose", "F-4"),
            (8, 60, editor, "reject", "F-4"),
        )
    ]
    assert [json.loads(row[6]) for row in rows] == [[], [editor.account.pseudonym]] * 3 + [[], []]
    published, rejected = json.loads(rows[3][7]), json.loads(rows[7][7])
    assert (published["entry"], published["revision"], published["row"]) == ("a", 2, 4)
    assert published["hash"] == (await store._database.fetch("select hash from revisions where seq = 4"))[0][0]
    assert (published["authors"], published["draft"]) == ([writer.account.pseudonym], 1)
    body = (await store._database.fetch("select body from revisions where seq = 4"))[0][0]
    assert published["wording"] == hashlib.sha256(body.encode()).hexdigest()
    assert (rejected["answer"], rejected["severity"], rejected["note"]) == ("senza fonte", "flash", "nota")
    assert await store.audit_head() == (8, rows[7][8])


async def test_the_head_is_said_outside_the_table(store: SqlStore, caplog: pytest.LogCaptureFixture):
    """Each act puts the log's new head into the program's own output, which no database reaches."""
    caplog.set_level(logging.INFO, "storage")
    writer, _ = await busy_day(store)
    seq, digest = await store.audit_head()
    said = [each.getMessage() for each in caplog.records if "audit log" in each.getMessage()]
    assert len(said) == seq
    assert said[-1] == f"the audit log now ends with row #{seq}, {digest}"
    with pytest.raises(ValueError, match="nothing"):
        await writer.decide(await store.proposal(1), _fail, at=90)
    assert len([each for each in caplog.records if "audit log" in each.getMessage()]) == seq


def _fail(_case):
    raise ValueError("nothing is decided")


LAST = {Log.REVISIONS: 5, Log.AUDIT: 6}
TAMPERING = {
    "edit a word": ("update {log} set {word} = 'altro' where seq = 2", 2),
    "edit who": ("update {log} set {who} = 'p-0' where seq = 4", 4),
    "edit approvals": ("update {log} set approved_by = '[]' where seq = 4", 4),
    "edit when": ("update {log} set at = '2020-01-01T00:00:00.000Z' where seq = 1", 1),
    "edit a hash": ("update {log} set hash = 'abc' where seq = 3", 3),
    "delete the first": ("delete from {log} where seq = 1", 1),
    "delete one": ("delete from {log} where seq = 3", 3),
    "delete the last": ("delete from {log} where seq = {last}", None),
    "cut the tail": ("delete from {log} where seq > 2", 3),
    "cut all": ("delete from {log}", 1),
    "renumber": ("update {log} set seq = 99 where seq = 2", 2),
    "forget the end": ("update meta set value = '' where key = '{head}'", None),
    "swap": (
        "update {log} set seq = 77 where seq = 3; update {log} set seq = 3 where seq = 2; update {log} set seq = 2 where seq = 77",
        2,
    ),
    "append": ("insert into {log} select {columns} from {log} where seq = {last}", None),
}


@pytest.mark.parametrize("log", Log)
async def test_tampering_is_found_where_it_begins(store: SqlStore, log: Log):
    """Whatever is edited, deleted, cut off, swapped or added behind the program's back, the first bad row is named."""
    await busy_day(store)
    columns = schema.metadata.tables[log.value].columns.keys()
    words = {
        "log": log.value,
        "word": "deed" if log is Log.AUDIT else "note",
        "who": "actor" if log is Log.AUDIT else "author",
        "head": "audit_hash" if log is Log.AUDIT else "log_hash",
        "last": str(LAST[log]),
        "columns": ", ".join({"seq": "seq + 1", "revision": "revision + 1"}.get(each, each) for each in columns),
    }
    kept = await _copy(store)
    for name, (statements, bad) in TAMPERING.items():
        await on(store, *statements.format(**words).split("; "))
        row = bad or (LAST[log] if name == "delete the last" else LAST[log] + 1)
        assert await store.verify_log() == Broken(log, row), name
        await _put_back(store, kept)
    assert await store.verify_log() is None


TABLES = (schema.revisions, schema.audit, schema.meta)


async def _copy(store: SqlStore) -> list[list[dict[str, object]]]:
    async def work(connection: AsyncConnection) -> list[list[dict[str, object]]]:
        return [[dict(row) for row in (await connection.execute(table.select())).mappings()] for table in TABLES]

    return await (await store._writing())._units.run_tx(work)


async def _put_back(store: SqlStore, kept: list[list[dict[str, object]]]) -> None:
    async def work(connection: AsyncConnection) -> None:
        for table, rows in zip(TABLES, kept, strict=True):
            await connection.execute(table.delete())
            await connection.execute(table.insert(), rows)

    await (await store._writing())._units.run_tx(work)


async def rewrite(store: SqlStore, log: Log, change: Callable[[list[object]], None], since: int = 1) -> None:
    """Change rows and make every hash after them right again, the one kept beside the log too."""
    statement = chain.AUDIT if log is Log.AUDIT else chain.REVISIONS
    previous = ""
    for row in map(list, await store._database.fetch(statement, {"after": 0})):
        if row[0] >= since:
            change(row)
        previous = link(previous, row[:-1])
        if log is Log.AUDIT:
            await on(store, "update audit set detail = :d, hash = :h where seq = :s", d=row[7], h=previous, s=row[0])
        else:
            await on(store, "update revisions set body = :b, hash = :h where seq = :s", b=row[7], h=previous, s=row[0])
    key = "audit_hash" if log is Log.AUDIT else "log_hash"
    await on(store, "update meta set value = :h where key = :k", h=previous, k=key)


async def test_a_rewritten_log_of_revisions_is_found_by_the_other(store: SqlStore):
    """Whoever makes all hashes of the revisions right again is given away by what the audit log says was published."""
    await busy_day(store)

    def change(row: list[object]) -> None:
        row[7] = str(row[7]).replace("testo 1", "bugia")

    await rewrite(store, Log.REVISIONS, change)
    await on(store, "update entries set body = replace(body, 'testo 1', 'bugia')")
    assert await store.verify_log() == Broken(Log.REVISIONS, 4)


async def test_logs_rewritten_as_a_whole_are_found_by_a_head_kept_elsewhere(store: SqlStore):
    """Whoever rewrites both logs and all that is kept of them fails before a line somebody wrote down."""
    writer, _ = await busy_day(store)
    early = await store.heads()
    await writer.propose(fact("y"), at=90)
    assert await store.lost(early) is None, "the log grew since, and still holds what it held"
    late = await store.heads()
    assert early.split()[0] == "5"
    await rewrite(store, Log.AUDIT, lambda row: row.__setitem__(7, str(row[7]).replace("normal", "quiet")), since=5)
    assert await store.verify_log() is None, "by itself it is whole"
    assert await store.lost(early) == Broken(Log.AUDIT, 6)
    assert await store.lost(late) == Broken(Log.AUDIT, 7)
    await rewrite(store, Log.REVISIONS, lambda row: row.__setitem__(7, str(row[7]) + " "), since=2)
    assert await store.lost(early) == Broken(Log.REVISIONS, 5)
    for line in ("", "1 abc", "a b c d", f"{early} 9"):
        with pytest.raises(ValueError, match=r"\A") as refusal:
            await store.lost(line)
        assert refusal.value.args == (line,), "the operator is told which line it was"


async def test_an_empty_store_has_heads_too(store: SqlStore):
    """A line written down on the first day holds for ever."""
    line = await store.heads()
    assert line == "0 - 0 -"
    await busy_day(store)
    assert await store.lost(line) is None
    assert await store.lost("99999999999999999999 abc 0 -") == Broken(Log.REVISIONS, 99999999999999999999)


@pytest.mark.parametrize(
    ("damage", "entry"),
    [
        ("update entries set body = replace(body, 'testo 1', 'bugia') where key = 'a'", "F-1"),
        ("update entries set revision = 1 where key = 'a'", "F-1"),
        ("update entries set changed_at = '2020-01-01T00:00:00.000Z' where key = 'fact-3'", "F-3"),
        (
            """insert into entries (id, key, kind, number, position, revision, changed_at, shelf, date_first, date_last, body)
            select 99, 'forged', kind, 66, 99, 1, changed_at, shelf, date_first, date_last, body from entries where id = 1""",
            "F-66",
        ),
    ],
)
async def test_what_readers_see_is_what_was_published(store: SqlStore, damage: str, entry: str):
    """An entry whose words were changed past the log of revisions is named."""
    await busy_day(store)
    await on(store, damage)
    bad = await store.verify_log()
    assert bad == Broken(entry=entry)
    assert str(bad) == f"{entry} is not as its last revision says"
    assert await store.check() == (str(bad),)
