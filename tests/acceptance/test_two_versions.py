"""Two versions of the program on one database, as while processes are brought up to date one after the other."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing
from pathlib import Path

import psycopg
import pytest

from bot.core.places import Platform
from storage.migrations import HEAD
from tests.acceptance.broadcast import BOTH, Scene, stage
from tests.acceptance.faults import conversation
from tests.acceptance.newsroom import until
from tests.acceptance.service import ROOT, Service, environment, running_service
from tests.acceptance.test_health import told
from tests.builders import AT

pytestmark = pytest.mark.one_engine("names its engine")

CHATS = 5
TOO_NEW = "DATABASE_URL: the database was written by a newer version of this program; update the program"
NEXT = f"{int(HEAD) + 1:04}"
EXPANDING = (
    'op.add_column("deliveries", sa.Column("proof", sa.Text))',
    'op.create_table("proofs", sa.Column("id", sa.Text))',
)
CONTRACTING = ('op.drop_table("kept_lines")',)
STEP = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{head}"
USABLE_FROM = "{since}"


def upgrade() -> None:
    {statements}
"""


def newer(folder: Path, statements: tuple[str, ...], since: str) -> str:
    """A copy of the program with one more step, which leaves room for programs of `since` and later; its path."""
    for each in ("bot", "handlers", "storage"):
        shutil.copytree(ROOT / each, folder / each, ignore=shutil.ignore_patterns("__pycache__"))
    steps = folder / "storage" / "migrations"
    known = (steps / "__init__.py").read_text()
    (steps / "__init__.py").write_text(known.replace(f'"{HEAD}")', f'"{HEAD}", "{NEXT}")'))
    step = STEP.format(revision=NEXT, head=HEAD, since=since, statements="\n    ".join(statements))
    (steps / "versions" / f"next_{NEXT}.py").write_text(step)
    return str(folder)


def serving(scene: Scene, folder: Path, *platforms: Platform, **settings: str) -> AbstractAsyncContextManager[Service]:
    """A service for some of the platforms of a scene, in a folder of its own."""
    folder.mkdir(exist_ok=True)
    return running_service(
        folder,
        telegram=scene.telegram if Platform.TELEGRAM in platforms else None,
        discord=scene.discord if Platform.DISCORD in platforms else None,
        **{"DATABASE_URL": scene.url, **settings},
    )


async def ended(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Run a command of the program to its end; its exit code and what it wrote."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder,
        env=environment(folder, **settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    written, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, written.decode().strip()


def revision(url: str) -> str:
    """Of the schema, as the database says."""
    ask = "select version_num from alembic_version"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            return str(database.execute(ask).fetchone()[0])
    with psycopg.connect(url) as connection:
        return str(connection.execute(ask).fetchone()[0])


async def everybody_is_told(scene: Scene, text: str) -> None:
    """Publish, and see that each chat of both platforms is told once."""
    await scene.publish(text)
    await scene.all_sent()
    for platform in BOTH:
        assert await scene.copies(platform, text) == {"copies": CHATS, "chats": CHATS, "most": 1}


async def test_processes_are_brought_up_to_date_one_after_the_other(postgres_url: str, tmp_path: Path) -> None:
    """Beside a newer process an older one answers and delivers, also after a kill -9, on the schema of the newer one."""
    program = newer(tmp_path / "program", EXPANDING, HEAD)
    async with stage(postgres_url, tmp_path, CHATS) as scene, AsyncExitStack() as others:
        await scene.telegram.keep(records=True)
        async with serving(scene, tmp_path / "old", Platform.TELEGRAM) as old:
            assert revision(postgres_url) == HEAD
            await others.enter_async_context(serving(scene, tmp_path / "new", Platform.DISCORD, PYTHONPATH=program))
            assert revision(postgres_url) == NEXT
            await everybody_is_told(scene, "Envoys met")
            assert "Article 4" in (await scene.telegram.say("/treaty 4")).text
            assert "4" in (await scene.discord.slash("treaty", {"article": "4"})).text
            old.process.kill()
            await old.process.wait()
        async with serving(scene, tmp_path / "old", Platform.TELEGRAM) as old:
            await everybody_is_told(scene, "Envoys left")
            assert "Article 4" in (await scene.telegram.say("/treaty 4")).text
            assert revision(postgres_url) == NEXT
            assert await old.stop() == 0
            assert "Traceback" not in old.written()


async def test_what_is_changed_for_good_stops_older_programs(postgres_url: str, tmp_path: Path) -> None:
    """Under a change that it can't work with an older process sends nothing and says so; a new one does not start."""
    program = newer(tmp_path / "program", CONTRACTING, NEXT)
    async with stage(postgres_url, tmp_path, CHATS) as scene:
        async with serving(scene, tmp_path / "old", Platform.TELEGRAM) as old:
            await scene.store.outbox.set_brake(on=True, at=AT)
            await scene.publish("Envoys met")
            code, written = await ended(tmp_path, "db", "upgrade", DATABASE_URL=postgres_url, PYTHONPATH=program)
            assert (code, written) == (0, "the database is up to date")

            async def red() -> bool:
                return (await told(old, "/readyz"))["parts"]["database"] is False

            await until(red, "the older process notices", 10)
            await scene.store.outbox.set_brake(on=False, at=AT)
            assert await ended(tmp_path, "chat", "--json", DATABASE_URL=postgres_url) == (1, TOO_NEW)
            assert await scene.open_rows() == 2 * CHATS, "it has nothing in hand and has sent nothing"
            assert old.written().count("can't work with it any more") == 1
        async with serving(scene, tmp_path / "new", *BOTH, PYTHONPATH=program):
            await scene.all_sent()
        for platform in BOTH:
            assert await scene.copies(platform, "Envoys met") == {"copies": CHATS, "chats": CHATS, "most": 1}


async def test_two_versions_talk_on_one_file(folder: Path, tmp_path: Path) -> None:
    """On SQLite, too, an older program goes on beside a newer one that added to the file, and refuses one it can't use."""
    url = f"sqlite:///{folder}/data/pactwatch.db"
    wider = newer(tmp_path / "wider", EXPANDING, HEAD)
    narrower = newer(tmp_path / "narrower", CONTRACTING, NEXT)
    shutil.copytree(folder / "data", folder / "second" / "data")
    async with conversation(folder) as old:
        assert all(each.ok for each in await old.work(1))
        async with conversation(folder, PYTHONPATH=wider) as new:
            assert all(each.ok for each in await new.work(2))
            assert revision(url) == NEXT
            assert all(each.ok for each in await old.work(3))
            old.process.kill()
            await old.process.wait()
            async with conversation(folder) as again:
                assert all(each.ok for each in await again.work(4))
                assert await again.end() == 0
            assert await new.end() == 0
    for each in (old, new):
        each.languages.clear()  # the other one spoke last
        await each.check(url)
    assert (await ended(folder / "second", "db", "upgrade", PYTHONPATH=narrower))[0] == 0
    assert await ended(folder / "second", "chat", "--json") == (1, TOO_NEW)
