"""What the operator is told of the database, on SQLite and PostgreSQL; nothing of it is changed by that."""

# ruff: noqa: S608 - statements are put together from numbers and words of ours
from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from bot.core.checks import Check, Level, Place, Upkeep, space, upkeep
from bot.core.errors import StoreError
from bot.core.places import ChatRef
from bot.core.safety import Cause
from storage import open_store
from storage.checkup import Patient, examine, patient_of
from storage.dialects.sqlite_checkup import SqliteCheckup, file_system
from storage.migrations import HEAD, KNOWN
from storage.reader import Database
from tests.builders import AT, dossier, fact
from tests.stores import take_over

NOW = datetime.fromisoformat(AT)
GB = 1024**3
Execute = Callable[[str], None]


async def look(url: str, *, model: str | None = "m", seconds: float = 3.0) -> dict[str, Check]:
    found, _ = await look_with_places(url, model=model, seconds=seconds)
    return found


async def look_with_places(
    url: str, *, model: str | None = "m", seconds: float = 3.0
) -> tuple[dict[str, Check], Sequence[Place]]:
    places: asyncio.Future[Sequence[Place]] = asyncio.get_running_loop().create_future()
    found = await examine(patient_of(url), model=model, now=NOW, seconds=seconds, places=places)
    return {each.name: each for each in found}, places.result()


async def examined(patient: Patient, seconds: float = 3.0) -> tuple[Check, ...]:
    places: asyncio.Future[Sequence[Place]] = asyncio.get_running_loop().create_future()
    return await examine(patient, model="m", now=NOW, seconds=seconds, places=places)


@pytest.fixture
async def url(store_url: str) -> str:
    """A database with three facts, on each engine in turn."""
    store = await open_store(store_url)
    await take_over(store, dossier(fact("a"), fact("b"), fact("c")))
    await store.close()
    return store_url


@pytest.fixture
def execute(url: str) -> Execute:
    """Runs a statement past the program."""

    def run(statement: str) -> None:
        if url.startswith("sqlite"):
            connection = sqlite3.connect(url.removeprefix("sqlite:///"))
            with connection:
                connection.execute(statement)
            connection.close()
        else:
            with psycopg.connect(url) as postgres:
                postgres.execute(statement)

    return run


async def test_a_sound_database(url: str) -> None:
    """Where nothing is wrong every line says so, but for what has never been done yet."""
    found = await look(url, model=None)
    # Whether the programs of PostgreSQL are there is the machine's affair.
    wrong = {name for name, each in found.items() if each.level is not Level.OK} - {"backup.program"}
    assert wrong == {"backup.last"}
    assert {"database.schema", "database.integrity", "database.logs", "search.words", "digest.last"} <= found.keys()
    assert found["search.words"].found == "3 entries, all in the index"


async def test_no_database_yet(tmp_path: Path) -> None:
    """Before the first start the operator reads that the database will be made, and it is not made by looking."""
    found = await look(f"sqlite:///{tmp_path}/data/deep/store.db")
    assert {each.level for each in found.values()} == {Level.OK}
    assert "will be created on first start" in found["database.file"].found
    assert not list(tmp_path.iterdir())


async def test_an_empty_database(empty_url: str) -> None:
    """A database without our tables will be set up by the first start, and a look does not do it."""
    for _ in range(2):
        found = await look(empty_url)
        assert "will be set up on first start" in found["database.schema"].found
        assert {each.level for name, each in found.items() if name != "backup.program"} == {Level.OK}


async def test_a_move_that_was_not_finished(url: str, execute: Execute) -> None:
    """Into which only a part of a store was moved, no service starts, and the operator is told what to do."""
    execute("insert into meta (key, value) values ('unfinished', 'store')")
    try:
        found = (await look(url))["database.move"]
        assert (found.level, "pactwatch db move" in found.advice) == (Level.MEND, True)
        with pytest.raises(StoreError) as refusal:
            await open_store(url)
        assert refusal.value.key == "store-unfinished"
    finally:
        execute("delete from meta where key = 'unfinished'")


@pytest.mark.parametrize(
    ("version", "since", "level"),
    [(KNOWN[-2], HEAD, Level.WARNING), ("9999", HEAD, Level.OK), ("9999", "9998", Level.MEND)],
)
async def test_a_schema_of_another_version(url: str, execute: Execute, version: str, since: str, level: Level) -> None:
    """An older schema is upgraded by a command, a newer one may need another program; looking does neither."""
    execute(f"update alembic_version set version_num = '{version}'")
    execute(f"update meta set value = '{since}' where key = 'usable_from'")
    try:
        for _ in range(2):
            everything = await look(url)
            found = everything["database.schema"]
            assert found.level is level
            assert version in found.found
            assert ("pactwatch db upgrade" in found.advice) is (level is Level.WARNING)
            assert ("database.logs" in everything) is (level is Level.OK)
    finally:
        execute(f"update alembic_version set version_num = '{HEAD}'")
        execute(f"update meta set value = '{HEAD}' where key = 'usable_from'")


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        ("update revisions set note = 'x' where seq = 2", "database.logs"),
        ("delete from search_documents where entry_id = 1", "search.words"),
    ],
)
async def test_what_was_changed_past_the_program(url: str, execute: Execute, damage: str, name: str) -> None:
    """A row that somebody else changed is found, whichever engine keeps it."""
    execute(damage)
    assert (await look(url))[name].level is Level.MEND


async def test_vectors_that_are_missing(url: str, execute: Execute) -> None:
    """The operator reads how many entries are not found by their meaning yet."""
    assert (await look(url))["search.meaning"].found == "3 of 3 entries lack vectors of their present text"
    for entry in (1, 2, 3):
        execute(f"insert into vectors values ('m', {entry}, '', '1/', '')")
    found = (await look(url))["search.meaning"]
    assert (found.level, found.found) == (Level.OK, "vectors of 3 entries, complete")
    execute("update vectors set digest = '0/' where entry_id = 2")
    assert (await look(url))["search.meaning"].found.startswith("1 of 3")


async def test_what_is_on_its_way(url: str, execute: Execute) -> None:
    """Messages that are overdue or in doubt, chats that refuse, a brake and a digest that is late are all told."""
    now = int(NOW.timestamp() * 1000)
    execute(
        "insert into subscriptions (id, place, platform, chat, kind, locale, zone, mode, silent, digest_at, weekday,"
        " fallback, status, active, since, reason, space, created_at) values"
        " (1, 'discord:5/6', 'discord', 'discord:5', 'group', 'en', 'UTC', 0, 0, 540, 0, 0, 'active', 1, '', '', '9', ''),"
        " (2, 'telegram:-7', 'telegram', 'telegram:-7', 'group', 'en', 'UTC', 0, 0, 540, 0, 0, 'unreachable', 0, '',"
        " '', null, '')"
    )
    execute(f"insert into review_chats values ('telegram:-8', '{AT}')")
    execute(
        "insert into alerts (id, kind, severity, created_at, due_at, expires_at, cancelled, warned, body) values"
        f" (1, 'alert', 'normal', {now}, {now}, {now + 10**8}, 0, 1, '{{}}')"
    )
    execute(
        "insert into deliveries (id, alert_id, subscription_id, deed, platform, priority, state, open, due_at) values"
        f" (1, 1, 1, 'post', 'discord', 2, 'queued', 1, {now - 3_600_000}),"
        f" (2, 1, 2, 'post', 'telegram', 2, 'uncertain', 0, {now})"
    )
    execute(f"insert into digest_cursors values (1, 'daily', {now - 7_200_000}, '', 0)")
    found, places = await look_with_places(url)
    assert found["delivery.overdue"].found == "1 message should have left more than 10 minutes ago"
    assert found["delivery.uncertain"].found == "1 message may or may not have come through"
    assert found["delivery.refused"].found.startswith("1 chat refused the bot")
    assert found["digest.last"].level is Level.WARNING
    assert "1 is overdue, since 2026-11-23 08:00 UTC" in found["digest.last"].found
    assert set(places) == {Place(ChatRef.parse("telegram:-8")), Place(ChatRef.parse("discord:5/6"), "9")}
    store = await open_store(url)
    await store.outbox.set_brake(on=True, at=AT)
    await store.close()
    found = await look(url)
    assert found["delivery.brake"].level is Level.WARNING
    assert "delivery.overdue" not in found


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in folder.iterdir()}


async def sqlite_at(folder: Path) -> str:
    url = f"sqlite:///{folder}/store.db"
    store = await open_store(url)
    await take_over(store, dossier(*(fact(f"f{at}", text="x" * 500) for at in range(40))))
    await store.close()
    return url


async def test_looking_leaves_no_trace(tmp_path: Path) -> None:
    """A look at a database at rest changes no byte in its folder and leaves no file there."""
    url = await sqlite_at(tmp_path)
    before = contents(tmp_path)
    assert (await look(url))["database.integrity"].level is Level.OK
    assert contents(tmp_path) == before


async def test_looking_beside_a_writer(tmp_path: Path) -> None:
    """While another program writes, a look sees what was committed, also in the log, and waits for nobody."""
    url = await sqlite_at(tmp_path)
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    try:
        other.execute("pragma wal_autocheckpoint = 0")
        other.execute("insert into review_chats values ('telegram:-8', '')")
        other.execute("begin immediate")
        other.execute("update meta set value = '99' where key = 'version'")
        found, places = await look_with_places(url)
        assert places == (Place(ChatRef.parse("telegram:-8")),)
        assert {each.level for each in found.values()} <= {Level.OK, Level.WARNING}
        other.execute("rollback")
    finally:
        other.close()


class Startled(SqliteCheckup):
    """A file at rest that a service begins to write to just when it has been opened."""

    service: sqlite3.Connection | None = None

    async def engine(self, database: Database) -> list[Check]:
        if self.service is None:
            self.service = sqlite3.connect(self._path, isolation_level=None)
            self.service.execute("""update meta set value = '{"on": true}' where key = 'brake'""")
        return await super().engine(database)


async def test_a_service_that_starts_meanwhile(tmp_path: Path) -> None:
    """What was read of a file that turns out not to be at rest is read once more, and told once."""
    await sqlite_at(tmp_path)
    patient = Startled(tmp_path / "store.db")
    try:
        found = await examined(patient)
    finally:
        assert patient.service is not None
        patient.service.close()
    names = [each.name for each in found]
    assert "delivery.brake" in names
    assert len(names) == len(set(names))


class Vast(SqliteCheckup):
    """A file that takes an hour to be read."""

    async def structure(self, database: Database, seconds: float) -> list[Check]:
        await asyncio.sleep(3600)
        return []


async def test_a_database_that_takes_long(tmp_path: Path) -> None:
    """What was found before time ran out is told, and a large database is not called a broken one."""
    await sqlite_at(tmp_path)
    found = {each.name: each for each in await examined(Vast(tmp_path / "store.db"), seconds=1.0)}
    assert found["search.words"].level is Level.OK
    assert found["database.answer"].level is Level.WARNING


async def test_a_damaged_page(tmp_path: Path) -> None:
    """Flipped bytes in a page are found, the advice is a backup, and the rest is looked at as far as it can be."""
    url = await sqlite_at(tmp_path)
    connection = sqlite3.connect(tmp_path / "store.db")
    (page,) = connection.execute("select rootpage from sqlite_master where name = 'revisions'").fetchone()
    (size,) = connection.execute("pragma page_size").fetchone()
    connection.close()
    with (tmp_path / "store.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * 200)
    found = await look(url)
    assert found["database.integrity"].level is Level.MEND
    assert "pactwatch db restore" in found["database.integrity"].advice
    assert "search.words" in found


async def test_a_row_that_names_a_missing_one(tmp_path: Path) -> None:
    """A row that points nowhere is named, with the table that lacks what it points to."""
    url = await sqlite_at(tmp_path)
    connection = sqlite3.connect(tmp_path / "store.db")
    with connection:
        connection.execute("insert into subscription_topics values (77, 'defence', 0)")
    connection.close()
    found = (await look(url))["database.integrity"]
    assert found.level is Level.MEND
    assert "subscription_topics row 1 names a missing row of subscriptions" in found.found


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A wrong path in DATABASE_URL says so and the file is left alone."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 100)
    found = await look(f"sqlite:///{path}")
    assert found["database.integrity"].level is Level.MEND
    assert "not a database" in found["database.integrity"].found
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("size", "free", "level"),
    [
        (1, 2 * GB, Level.OK),
        (1, GB - 1, Level.WARNING),
        (GB, 3 * GB - 1, Level.WARNING),
        (GB, 3 * GB, Level.OK),
        (1, 99 * 1024**2, Level.MEND),
    ],
)
def test_room_on_the_disk(size: int, free: int, level: Level) -> None:
    """A disk is called full long before it is, for a backup and a migration each take a copy of the database."""
    assert space("database.space", size, free).level is level


MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
server:/x /srv/shared\\040data nfs4 rw 0 0
sshfs#me@host: /srv/shared\\040data/in fuse.sshfs rw 0 0
tmpfs /srv/sh tmpfs rw 0 0
malformed
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib", "ext4"),
        ("/srv/shared data", "nfs4"),
        ("/srv/shared data/deeper", "nfs4"),
        ("/srv/shared data/in/x", "fuse.sshfs"),
        ("/srv/shared data/inner", "nfs4"),
        ("/srv/shared", "ext4"),
    ],
)
def test_network_drives_are_known(folder: str, kind: str) -> None:
    """Of all mounts the one counts that the folder is really on, blanks in its name included."""
    assert file_system(Path(folder), MOUNTS) == kind


@pytest.mark.parametrize(
    ("state", "levels"),
    [
        (Upkeep(), [Level.WARNING, Level.OK]),
        (Upkeep(NOW - timedelta(hours=30)), [Level.OK, Level.OK]),
        (Upkeep(NOW - timedelta(days=3), "restored"), [Level.WARNING, Level.MEND]),
        (Upkeep(NOW, "moved"), [Level.OK, Level.MEND]),
    ],
)
def test_backups_and_safe_mode(state: Upkeep, levels: list[Level]) -> None:
    """A backup that is missing or old is to be looked at; a service that sends nothing is to be mended."""
    assert [each.level for each in upkeep(state, NOW)] == levels


async def test_the_last_backup_and_safe_mode_are_the_real_ones(tmp_path: Path) -> None:
    """The backup that the service made last night is known, and so is that nothing leaves after a restore."""
    url = await sqlite_at(tmp_path)
    assert (await look(url))["backup.last"].level is Level.WARNING
    (tmp_path / "backups").mkdir()
    for name in ("pactwatch-20261122T030000Z.db", "pactwatch-20261123T030000Z.db"):
        (tmp_path / "backups" / name).touch()
    store = await open_store(url)
    await store.safety.begin(Cause.RESTORED, int(NOW.timestamp() * 1000))
    await store.close()
    found = await look(url)
    assert (found["backup.last"].level, found["backup.last"].found) == (Level.OK, "2026-11-23 03:00 UTC")
    assert found["backup.safe-mode"].level is Level.MEND
    assert "restored" in found["backup.safe-mode"].found


async def test_an_encoding_that_can_not_hold_all(postgres_server: str) -> None:
    """A PostgreSQL database that can't hold Korean is found before somebody writes it."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("create database latin template template0 encoding 'LATIN1' locale 'C'")
        try:
            found = await look(postgres_server.replace("/postgres?", "/latin?"))
        finally:
            connection.execute("drop database latin with (force)")
    assert found["database.encoding"].level is Level.MEND
    assert found["clock.database"].level is Level.OK
    assert "connections are taken" in found["database.connections"].found


async def test_a_server_that_is_not_there() -> None:
    """A wrong address or password is one line with the reason, and the password is not in it."""
    found = await look("postgresql://me:canary-password@127.0.0.1:1/x")
    assert found.keys() - {"backup.program"} == {"database.answer"}
    assert found["database.answer"].level is Level.MEND
    assert "canary-password" not in str(found)
