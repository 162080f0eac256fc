"""A store moved from SQLite to PostgreSQL: nothing is lost, nothing doubled, and what must not be touched is refused."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from bot.app import open_core
from bot.core.errors import StoreError
from bot.core.safety import Cause
from bot.settings import read_settings
from bot.watching import let_go_on
from storage import SqlStore, open_store
from storage.dialects.postgres_moving import MOVE_LOCK
from storage.moving import Manner, Moved, moving
from tests import outbox
from tests.acceptance.newsroom import until
from tests.cores import WORDS
from tests.everything import TABLES, connected, own, rows
from tests.outbox import HOUR, NOW, claim, claimed
from tests.subscribers import Subscriber

LATER = NOW + HOUR


def no_bar(_done: int, _all: int) -> None:
    """Nobody watches."""


async def move(source: str, target: str, *, now: int = NOW, **manner: float) -> Moved:
    manner = Manner(**({"calm": 0} | manner))
    async with moving(source, target, now=lambda: now, manner=manner) as at_work:
        await at_work.copy(no_bar)
        return await at_work.finish(no_bar)


async def refused(source: str, target: str, **more: float) -> str:
    """The key of the refusal; after it the source goes on as before."""
    before = own(source)["safe_mode"]
    with pytest.raises(StoreError) as refusal:
        await move(source, target, **more)
    assert own(source)["safe_mode"] == before
    return refusal.value.key


@pytest.fixture
def source(moving_store: str) -> str:
    """The address of a database with something in every table."""
    return moving_store


async def on(url: str, work: Callable[[SqlStore], object]) -> object:
    store = await open_store(url)
    try:
        return await work(store)  # type: ignore[misc]  # all of it is awaited
    finally:
        await store.close()


def execute(url: str, *statements: str) -> None:
    """Change a database behind everybody's back."""
    with connected(url) as connection:
        for each in statements:
            connection.execute(each)


async def test_everything_comes_over(source: str, postgres_url: str) -> None:
    """Every row of every table is there, both logs verify, and numbers go on where they were."""
    before = rows(source)
    moved = await move(source, postgres_url)
    after = rows(source)
    assert rows(postgres_url) == after
    assert [name for name in after if after[name] != before[name]] == ["meta"], "of the source only its marks change"
    assert moved.rows == {table.name: len(after[table.name]) for table in TABLES}
    assert moved.mode is None
    assert await on(postgres_url, lambda store: store.check()) == ()
    given = []
    for url in (source, postgres_url):
        store = await open_store(url)
        place = await outbox.subscription(store, "telegram:-999")
        told = await outbox.alert(store, "tanks")
        asked = await store.questions.ask("new?", "en", model="", vector=b"", same_as=None, at="")
        given.append((place, told, await outbox.delivery(store, told, place), asked))
        await store.close()
    assert given[0] == given[1]
    with connected(postgres_url) as connection:
        assert connection.execute("select indexname from pg_indexes where indexname like 'moving%'").fetchall() == []


LINES = ("/treaty 4", "/search Pyongyang", "/search тюрьма or граница", "/search 러시아", "/search corretto",
         "/ask what happens if one side is attacked?", "/ask quanti carri", "/timeline", "/people", "/history F-117")  # fmt: skip


async def test_readers_are_answered_alike(source: str, postgres_url: str) -> None:
    """Whoever asks the new database gets the answers of the old one."""
    await move(source, postgres_url)
    answers = []
    for url in (source, postgres_url):
        async with open_core(read_settings(_env_file=None, database_url=url), words=WORDS, semantic=False) as core:
            reader = Subscriber(core)
            answers.append([(await reader.say(line)).document for line in LINES])
    for line, old, new in zip(LINES, *answers, strict=True):
        assert old == new, line
    assert len({repr(each) for each in answers[0]}) == len(LINES)


async def test_the_old_one_sends_nothing_any_more_and_the_new_one_each_once(source: str, postgres_url: str) -> None:
    """After a move nothing can be claimed from the old database, also by who looked before; all of it from the new."""
    waiting = [each.id for each in await on(source, claimed)]
    execute(source, "update deliveries set owner = '', due_at = 1 where owner <> ''")
    await move(source, postgres_url)
    assert json.loads(own(source)["safe_mode"])["cause"] == Cause.MOVED
    assert waiting
    old = await open_store(source)
    assert await old.outbox.braked()
    assert (await claim(old)).deliveries == ()
    assert (await old.safety.recognise(NOW)).cause is Cause.MOVED, "the next start knows"
    await old.close()
    new = await open_store(postgres_url)
    assert await new.safety.recognise(NOW) is None, "it is at home, and needs no release"
    assert [each.id for each in await claimed(new)] == waiting
    await new.close()


async def test_a_move_waits_for_what_is_under_way(source: str, postgres_url: str) -> None:
    """What the old service has in hand when it is told to stop is written down before the new one may send."""
    old = await open_store(source)
    waiting = {each.id for each in await claimed(old, now=NOW)}
    await old.outbox.release("a", NOW)
    (first,) = await claimed(old, now=NOW, most=1)
    assert await outbox.start(old, first.id) == {first.id}
    work = asyncio.create_task(move(source, postgres_url))
    await until(old.outbox.braked, "the old one told to stop")
    await outbox.settle(old, outbox.arrived(first.id, "telegram:-900", "77"))
    await work
    await old.close()
    new = await open_store(postgres_url)
    assert (await outbox.row(new, first.id))["message"] == "77"
    assert {each.id for each in await claimed(new)} == waiting - {first.id}
    await new.close()


async def test_a_service_that_does_not_let_go_is_named(source: str, postgres_url: str) -> None:
    """Where somebody holds on to what is to be sent nothing is released, and the old one goes on."""
    old = await open_store(source)
    await claimed(old, now=NOW)
    assert await refused(source, postgres_url, patience=0) == "move-sending"
    assert not await old.outbox.braked()
    await old.close()
    with pytest.raises(StoreError) as refusal:
        await open_store(postgres_url)
    assert refusal.value.key == "store-unfinished"
    await move(source, postgres_url, now=LATER)
    assert rows(postgres_url) == rows(source)


CHANGES = (
    # Two chats that changed places, by way of a third name.
    "update subscriptions set place = 'x' where place = 'telegram:-900'",
    "update subscriptions set place = 'telegram:-900' where place = 'telegram:-901'",
    "update subscriptions set place = 'telegram:-901' where place = 'x'",
    # One that is gone with all that was sent there, and another under its name.
    "delete from digest_slots where subscription_id = 1",
    "delete from digest_cursors where subscription_id = 1",
    "delete from subscription_topics where subscription_id = 1",
    "delete from subscriptions where id = 1",
    "update subscriptions set place = 'telegram:5' where place = 'discord:70/9'",
    # An alert that was forgotten; its deliveries, and a number of it that others have now.
    "delete from deliveries where alert_id = 3",
    "delete from alert_entries where alert_id = 3",
    "delete from alerts where id = 3",
    "update alerts set key = (select key from alerts where id = 4) || '-' where id = 5",
    "update deliveries set alert_id = 4, deed = 'edit', target = 9 where alert_id = 5",
    "update accounts set ref = null where ref = 'discord:3'",
    "update accounts set ref = 'discord:3' where ref = 'telegram:55'",
    "delete from preferences where ref in ('', 'zebra', '😀')",
    "insert into preferences (ref, language) values ('ёж', 'ru'), ('Z', 'it'), ('telegram:1', 'en')",
    "update preferences set language = 'ru' where ref = '가나다'",
    "delete from vectors",
    "delete from seen_updates where id < 100",
    "insert into seen_updates (platform, id, at) values ('telegram', 3, '')",
    "update open_questions set vector = x'00ff' where id = 1",
)  # fmt: skip


async def test_a_second_move_brings_what_changed(source: str, postgres_url: str) -> None:
    """What was written to the old one after the move comes over by the same command, however it is entangled."""
    await move(source, postgres_url)
    execute(source, *CHANGES)
    again = await move(source, postgres_url)
    assert rows(postgres_url) == rows(source)
    assert sum(again.rows.values()) == sum(map(len, rows(source).values()))
    assert await on(postgres_url, lambda store: store.safety.recognise(NOW)) is None


SMALLER = (
    *("delete from revisions", "delete from entry_topics", "delete from entry_links", "delete from search_documents"),
    *("delete from entries", "delete from audit", "delete from sources", "delete from sample_questions"),
    "update meta set value = '' where key in ('log_hash', 'audit_hash')",
)


@pytest.mark.parametrize("cut", [1, 4])
async def test_spans_of_any_size_hold_every_row(source: str, postgres_url: str, cut: int) -> None:
    """Wherever a table is cut, no row falls between two spans, whatever letters its keys are made of."""
    execute(source, *SMALLER)
    for statements in ((), CHANGES):
        execute(source, *statements)
        await move(source, postgres_url, rows=cut)
        assert rows(postgres_url) == rows(source)


async def test_what_is_no_place_to_move_to_is_refused(source: str, postgres_url: str, postgres_server: str) -> None:
    """Each reason has its sentence, and nothing is changed on either side."""
    assert await refused(source, "postgresql://me:geheim@127.0.0.1:1/none") == "move-unreachable"
    assert await refused(source, "postgresql://me:geheim@[/none") == "move-unreachable"
    execute(postgres_url, "create table somebody (x int)")
    assert await refused(source, postgres_url) == "move-not-empty"
    execute(postgres_url, "drop table somebody")
    with psycopg.connect(postgres_url) as other:
        other.execute("select pg_advisory_lock(%s)", (MOVE_LOCK,))
        assert await refused(source, postgres_url) == "move-running"
    await on(postgres_url, lambda store: store.set_language("telegram:5", "ko"))
    assert await refused(source, postgres_url) == "move-not-empty"
    execute(postgres_url, "delete from preferences", "update alembic_version set version_num = '9999'")
    assert await refused(source, postgres_url) == "move-too-new"
    for encoding in ("LATIN1", "SQL_ASCII"):
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"create database narrow template template0 encoding '{encoding}' locale 'C'")
            assert await refused(source, postgres_server.replace("/postgres?", "/narrow?")) == "move-encoding"
            connection.execute("drop database narrow with (force)")
    assert rows(postgres_url)["entries"] == []


async def test_what_can_not_be_moved_is_refused(tmp_path: Path, postgres_url: str) -> None:
    """Only a SQLite database that is there moves; none is made to be moved."""
    for source, key in ((postgres_url, "move-source"), (f"sqlite:///{tmp_path}/none.db", "store-unreachable")):
        with pytest.raises(StoreError) as refusal:
            await move(source, postgres_url)
        assert refusal.value.key == key
    assert list(tmp_path.iterdir()) == []


async def test_an_empty_one_that_was_set_up_is_taken(source: str, postgres_url: str) -> None:
    """A database whose tables were made already, and nothing more, is as good as an empty one."""
    await (await open_store(postgres_url)).close()
    await move(source, postgres_url)
    assert rows(postgres_url) == rows(source)


USES = (
    lambda store: store.safety.recognise(NOW),  # a service that started
    lambda store: store.set_language("telegram:5", "ru"),
    lambda store: store.safety.advance(),
)


@pytest.mark.parametrize("use", USES)
async def test_one_that_was_used_since_is_left_alone(
    source: str, postgres_url: str, use: Callable[..., object]
) -> None:
    """What was sent or written from the new database is never overwritten by the old one."""
    await move(source, postgres_url)
    await on(postgres_url, use)
    kept = rows(postgres_url)
    assert await refused(source, postgres_url) == "move-used"
    assert rows(postgres_url) == kept


async def test_another_store_is_left_alone(source: str, postgres_url: str, tmp_path: Path) -> None:
    """A move of another store, done or not, is not mixed with this one."""
    await move(source, postgres_url)
    shutil.copy(tmp_path / "pactwatch.db", tmp_path / "other.db")
    other = f"sqlite:///{tmp_path}/other.db"
    execute(other, "update meta set value = 'other' where key = 'store'")
    execute(other, "update meta set value = '' where key in ('safe_mode', 'home')")
    assert await refused(other, postgres_url) == "move-not-empty"
    execute(postgres_url, "update meta set key = 'unfinished', value = 'third' where key = 'moved'")
    assert await refused(source, postgres_url) == "move-not-empty"


async def test_it_moves_to_one_place_only(source: str, postgres_url: str, another_postgres_url: str) -> None:
    """A store that was moved is not moved to a second place as well: both would send."""
    await move(source, postgres_url)
    assert await refused(source, another_postgres_url) == "move-elsewhere"
    with pytest.raises(StoreError):
        await open_store(another_postgres_url)
    await move(source, postgres_url)


async def test_a_copy_stays_one(source: str, postgres_url: str, tmp_path: Path) -> None:
    """Moving does not make of a copied database, from which nothing may be sent, one that sends."""
    await on(source, lambda store: store.safety.recognise(NOW))
    (tmp_path / "copy").mkdir()
    shutil.copy(tmp_path / "pactwatch.db", tmp_path / "copy" / "pactwatch.db")
    moved = await move(f"sqlite:///{tmp_path}/copy/pactwatch.db", postgres_url)
    assert moved.mode is not None
    assert moved.mode.cause is Cause.COPIED
    again = await move(f"sqlite:///{tmp_path}/copy/pactwatch.db", postgres_url)
    assert again.mode == moved.mode
    new = await open_store(postgres_url)
    assert await new.outbox.braked()
    await new.close()


async def test_an_older_copy_of_the_moved_one_does_not_send(source: str, postgres_url: str, tmp_path: Path) -> None:
    """A copy of the old database from before the move, put in its place, is noticed."""
    await on(source, lambda store: store.safety.recognise(NOW))
    before = (tmp_path / "pactwatch.db").read_bytes()
    await move(source, postgres_url)
    (tmp_path / "pactwatch.db").write_bytes(before)
    assert (await on(source, lambda store: store.safety.recognise(NOW))).cause is Cause.PUT_BACK


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("update preferences set language = 'k' || char(0) where ref = 'apple'", "preferences"),
        ("update entries set number = 9999999999 where id = 1", "entries"),
        ("delete from alerts where id = 1", "alert_entries"),
        ("update audit set actor = 'nobody' where seq = 2", "audit"),
        ("update entries set body = replace(body, 'e', 'a') where id = 3", "audit"),
    ],
)
async def test_what_does_not_fit_is_named(source: str, postgres_url: str, damage: str, what: str) -> None:
    """What the new database can't hold, or what is not as it was written, is named; the old one goes on, unharmed."""
    execute(source, "pragma foreign_keys = off", damage)
    with pytest.raises(StoreError) as refusal:
        await move(source, postgres_url)
    assert (refusal.value.key, refusal.value.data["what"]) == ("move-unfit", what)
    assert own(source)["safe_mode"] == ""
    assert not await on(source, lambda store: store.outbox.braked())
    with pytest.raises(StoreError):
        await open_store(postgres_url)


async def test_a_move_that_is_stopped_goes_on_later(source: str, postgres_url: str) -> None:
    """Control-C at any row ends it at once, leaves the old database as it was, and the same again comes to the end."""
    done: asyncio.Queue[int] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    async def work() -> None:
        async with moving(source, postgres_url, now=lambda: NOW, manner=Manner(rows=100, calm=0)) as at_work:
            await at_work.copy(lambda rows, _all: loop.call_soon_threadsafe(done.put_nowait, rows))

    task = asyncio.create_task(work())
    await done.get()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert own(source)["safe_mode"] == ""
    assert own(postgres_url)["unfinished"] == own(source)["store"]
    assert sum(map(len, rows(postgres_url).values())) < sum(map(len, rows(source).values()))
    await move(source, postgres_url)
    assert rows(postgres_url) == rows(source)


async def test_resume_does_not_let_both_send(
    source: str, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who forgot the new address and lets the old one go on is told so; who wants to go back can, and nothing is lost."""
    settings = read_settings(_env_file=None, database_url=source)
    waiting = [each.id for each in await on(source, claimed)]
    execute(source, "update deliveries set owner = '', due_at = 1 where owner <> ''")
    await move(source, postgres_url)
    assert await let_go_on(settings) == 1
    told = capsys.readouterr()
    assert "the database was moved to another server" in told.out
    assert "set DATABASE_URL to the new database" in told.err
    assert await on(source, lambda store: store.outbox.braked())
    assert await let_go_on(settings, again=True) == 0
    assert [each.id for each in await on(source, claimed)] == waiting
    execute(source, "update deliveries set owner = '' where owner <> ''")
    await move(source, postgres_url, now=LATER)
    assert rows(postgres_url) == rows(source)
