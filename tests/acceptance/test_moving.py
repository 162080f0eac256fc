"""Moving a store that people and a service are using: killed at any moment, both never send, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from bot.core.errors import StoreError
from bot.core.places import ChatRef, Platform
from bot.core.safety import Cause
from storage import open_store
from storage.moving import Manner, moving
from tests.acceptance.boundaries import AFTER_COMMIT, mother
from tests.acceptance.broadcast import Desk, now, subscribe_many
from tests.acceptance.faults import fill_up, small_disk
from tests.acceptance.mover import AFTER_RELEASE
from tests.acceptance.newsroom import until
from tests.acceptance.service import chat, environment, running_service
from tests.builders import article, dossier
from tests.everything import connected, own, rows
from tests.platforms.telegram_client import telegram_api
from tests.stores import take_over

pytestmark = pytest.mark.one_engine("is about both engines")

NIGHTLY = os.environ.get("PACTWATCH_NIGHTLY") == "1"


async def may_send(url: str) -> bool:
    """Whether a service that started here would send."""
    if own(url).get("unfinished"):
        with pytest.raises(StoreError) as refusal:
            await open_store(url)
        assert refusal.value.key == "store-unfinished"
        return False
    store = await open_store(url)
    try:
        return not await store.outbox.braked()
    finally:
        await store.close()


def untouched(url: str) -> bool:
    """Whether there is nothing yet that a service could send."""
    with psycopg.connect(url) as connection:
        if not connection.execute("select to_regclass('meta') is not null").fetchone()[0]:
            return True
        return not connection.execute("select 1 from meta where key in ('unfinished', 'moved')").fetchone()


@pytest.mark.timeout(3_600 if NIGHTLY else 240)
async def test_killed_at_any_moment_it_goes_on_and_both_never_send(moving_store: str, postgres_url: str) -> None:
    """After a kill at any step one of the two may send or none, never both, and the next run brings it to its end."""
    async with mother("tests.acceptance.mover", moving_store, postgres_url) as mover:
        # On the way there: each life takes up what the one before has left.
        boundary, killed = 1, []
        while (told := await mover.live(str(boundary))).killed is not None:
            killed.append(told.killed)
            here, there = await may_send(moving_store), not untouched(postgres_url) and await may_send(postgres_url)
            assert not (here and there), told.killed
            boundary += 1 if NIGHTLY else 1 + boundary // 2
        assert rows(postgres_url) == rows(moving_store)
        # At the end of it, where sending goes over: everything is there already.
        _back(moving_store)
        boundary, ends = 1, []
        while (told := await mover.live(str(-boundary))).killed is not None:
            killed.append(told.killed)
            ends.append((await may_send(moving_store), await may_send(postgres_url)))
            _back(moving_store)
            boundary += 1
    assert sorted(set(ends), key=ends.index) == [(True, False), (False, False), (False, True)]
    assert {AFTER_COMMIT, AFTER_RELEASE} <= set(killed)
    assert rows(postgres_url) == rows(moving_store)
    assert json.loads(own(moving_store)["safe_mode"])["cause"] == Cause.MOVED
    assert await may_send(postgres_url)


def _back(url: str) -> None:
    """Let the old database go on, as `pactwatch resume --send-again` does."""
    with connected(url) as connection:
        connection.execute("update meta set value = '' where key = 'safe_mode'")


CHATS = tuple(ChatRef(Platform.TELEGRAM, str(5_000_001 + number)) for number in range(60))
SLOWLY = {"UNDO_SECONDS": "0", "DEFAULT_LOCALE": "en", "TELEGRAM_MESSAGES_PER_SECOND": "0.5"}
CLAIMS_SECONDS = 2.5
"""In which a sender that may send would have looked twice."""


async def pactwatch(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """The exit code of a command, and all it wrote."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, env=environment(folder, **settings),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    written, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, written.decode()


async def publish(url: str, text: str) -> None:
    store = await open_store(url)
    try:
        await Desk(store).publish(text)
    finally:
        await store.close()


@pytest.mark.timeout(300)
async def test_a_move_beside_a_service_tells_everybody_once(tmp_path: Path, postgres_url: str) -> None:
    """A broadcast that is cut by the move is gone on with by the new service; what people write meanwhile comes along."""
    url = f"sqlite:///{tmp_path}/data/pactwatch.db"
    to = postgres_url.replace("postgres:@", "postgres:geheim-1234@")
    store = await open_store(url)
    await take_over(store, dossier(article(text={"en": "If either side is attacked …"})))
    await subscribe_many(store, CHATS)
    await store.close()
    async with telegram_api() as telegram:
        await telegram.chats(int(CHATS[0].id), len(CHATS))

        async def copies() -> list[int]:
            return [len(await telegram.sent(chat=int(chat.id))) for chat in CHATS]

        async def begun() -> bool:
            return sum(await copies()) > 0

        async with running_service(tmp_path, telegram=telegram, **SLOWLY):
            await publish(url, "Envoys met in Pyongyang.")
            await until(begun, "the first ones told", 60)
            talk = asyncio.create_task(chat(tmp_path, ["/language ko", *["/treaty 4"] * 20, "/language ru"]))
            code, written = await pactwatch(tmp_path, "db", "move", "--to", to)
            assert (code, "moved and compared" in written) == (0, True), written
            assert "geheim" not in written
            told = await copies()
            assert sum(told) < len(CHATS), "nothing was left for the new one"
            await asyncio.sleep(CLAIMS_SECONDS)
            assert await copies() == told, "the old one still sends"
            assert "attacked" in (await telegram.say("/treaty 4", chat=77)).text, "and answers"
            await talk
            await chat(tmp_path, ["/language en"], "--user", "late")
        code, written = await pactwatch(tmp_path, "db", "move", "--to", to)
        assert code == 0, written
        assert rows(postgres_url) == rows(url)
        code, written = await pactwatch(tmp_path, "resume")
        assert (code, "set DATABASE_URL to the new database" in written) == (1, True), written
        fast = SLOWLY | {"TELEGRAM_MESSAGES_PER_SECOND": "30", "DATABASE_URL": to}
        async with running_service(tmp_path, telegram=telegram, **fast) as service:

            async def everybody(count: int) -> bool:
                return await copies() == [count] * len(CHATS)

            await until(partial(everybody, 1), "the rest of them told", 60)
            await publish(postgres_url, "Envoys left Pyongyang.")
            await until(partial(everybody, 2), "everybody told what is new", 60)
            await asyncio.sleep(CLAIMS_SECONDS)
            assert await everybody(2), "something was sent twice"
            assert "safe mode" not in service.written()
        assert {("terminal:me", "ru"), ("terminal:late", "en")} <= {
            each[:2] for each in rows(postgres_url)["preferences"]
        }
        code, written = await pactwatch(tmp_path, "db", "move", "--to", to)
        assert (code, len(written.splitlines())) == (1, 1), written
        assert "was used since" in written


@pytest.mark.parametrize(
    ("to", "settings", "code", "said"),
    [
        ("postgresql://me:geheim-1234@127.0.0.1:1/none", {}, 1, "--to: the database can't be reached"),
        ("mysql://me:geheim-1234@127.0.0.1/none", {}, 2, "expected postgresql://user@host/name"),
        (
            "postgresql://h/n",
            {"DATABASE_URL": "postgresql://me:geheim-1234@127.0.0.1:1/x"},
            1,
            "only a SQLite database",
        ),
        ("postgresql://h/n", {"OWNERS": "somebody"}, 78, "OWNERS: expected"),
    ],
)
async def test_a_refusal_is_one_clear_line(
    tmp_path: Path, moving_store: str, to: str, settings: dict[str, str], code: int, said: str
) -> None:
    """Whatever is wrong, the operator reads one line that says what, the exit code says which kind, no secret is shown."""
    found, written = await pactwatch(tmp_path, "db", "move", "--to", to, **({"DATABASE_URL": moving_store} | settings))
    assert (found, said in written) == (code, True), written
    assert "geheim" not in written
    assert code == 2 or len(written.splitlines()) == 1


@pytest.fixture
def small(postgres_server: str) -> Iterator[tuple[str, Path]]:
    """An empty database on a small disk, and that disk."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    with small_disk(folder / "disk", 64) as disk:
        (disk / "space").mkdir()
        # The server runs as whoever owns its data.
        data = Path(parse_qs(urlsplit(postgres_server).query)["host"][0]).stat()
        os.chown(disk / "space", data.st_uid, data.st_gid)
        with psycopg.connect(postgres_server, autocommit=True) as server:
            server.execute(f"create tablespace small location '{disk}/space'")
            server.execute("create database small template template0 encoding 'UTF8' locale 'C' tablespace small")
            yield postgres_server.replace("/postgres?", "/small?"), disk
            server.execute("drop database small with (force)")
            server.execute("drop tablespace small")
    shutil.rmtree(folder)


LEFT = 2_000_000
"""Bytes: room for a part of what is to come over."""


@pytest.mark.needs("mount")
async def test_a_full_disk_is_one_clear_line(moving_store: str, small: tuple[str, Path], tmp_path: Path) -> None:
    """Where the new server has no room left the old database goes on; once there is some, so does the move."""
    url, disk = small
    await (await open_store(url)).close()
    filler = fill_up(disk)
    os.truncate(filler, filler.stat().st_size - LEFT)
    code, written = await pactwatch(tmp_path, "db", "move", "--to", url, DATABASE_URL=moving_store)
    assert (code, written.count("\n"), "the server's disk is full" in written) == (1, 1, True), written
    assert await may_send(moving_store)
    assert any(rows(url).values())
    filler.unlink()
    code, written = await pactwatch(tmp_path, "db", "move", "--to", url, DATABASE_URL=moving_store)
    assert code == 0, written
    assert rows(url) == rows(moving_store)


MANY = 1_000_000 if NIGHTLY else 5_000
MANY_ROWS = (
    "delete from deliveries",
    """with recursive n(i) as (select 100 union all select i + 1 from n where i < :many / 10 + 99)
    insert into subscriptions select i, 'telegram:' || i, 'telegram', 'telegram:' || i, 'private', 'it', 'Europe/Rome',
        0, 0, 540, 0, null, null, 0, 'active', 1, '', '', null, '' from n""",
    """insert into deliveries (alert_id, subscription_id, deed, platform, priority, state, open, due_at, attempts, message)
    select a.id, s.id, 'post', 'telegram', 2, 'delivered', 0, 1795000000000 + s.id, 1, 'm' || s.id
    from subscriptions s, (select id from alerts order by id limit 10) a""",
    "insert into digest_slots select id, 'daily', '2026-11-01', 1, 2, 'sent', null from subscriptions where id >= 100",
    "insert into preferences (ref, language) select place, 'ko' from subscriptions where id >= 100",
)


@pytest.mark.timeout(3_600 if NIGHTLY else 120)
async def test_many_rows_come_over_in_minutes(moving_store: str, postgres_url: str) -> None:
    """A million deliveries are there within half an hour on any machine, and the same again takes a part of that."""
    with connected(moving_store) as connection:
        for each in MANY_ROWS:
            connection.execute(each, {"many": MANY} if ":many" in each else {})
    took = []
    for _ in range(2):
        began = time.monotonic()
        async with moving(moving_store, postgres_url, now=now, manner=Manner(calm=0)) as move:
            await move.copy(lambda _done, _all: None)
            moved = await move.finish(lambda _done, _all: None)
        took.append(time.monotonic() - began)
    assert moved.rows["deliveries"] >= MANY
    print(f"{sum(moved.rows.values()):,} rows: {took[0]:.0f} s, the same again {took[1]:.0f} s")
    assert took[0] < 1_800
    with connected(postgres_url) as connection:
        (there,) = connection.execute(
            "select count(*) from deliveries where message = 'm' || subscription_id"
        ).fetchone()
    assert there == moved.rows["deliveries"]
