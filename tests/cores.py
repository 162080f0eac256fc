"""The product without platforms, on the shipped dossier."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app import Core, open_core
from bot.settings import Settings, read_settings
from bot.words import load_words
from tests.stores import ENGINE, copy_of, database_on

WORDS = load_words()
"""Read once: parsing a language takes longer than most tests."""


def on(url: str, **settings: object) -> Settings:
    return read_settings(_env_file=None, database_url=url, **settings)


@contextmanager
def _template(engine: str, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[str]:
    async def fill(url: str) -> None:
        async with open_core(on(url), words=WORDS):
            pass

    with database_on(engine, request, folders.mktemp("template") / "pactwatch.db") as url:
        asyncio.run(fill(url))
        yield url


@pytest.fixture(scope="session")
def template_on_sqlite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the shipped dossier in it; see `copy_of`."""
    with _template("sqlite", request, tmp_path_factory) as url:
        yield url


@pytest.fixture(scope="session")
def template_on_postgres(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same on PostgreSQL."""
    with _template("postgres", request, tmp_path_factory) as url:
        yield url


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest) -> str:
    """The same on the engine asked for."""
    return str(request.getfixturevalue(f"template_on_{ENGINE}"))


@pytest.fixture
def filled_url(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A copy of it for one test, and a working directory that knows nothing of it."""
    monkeypatch.chdir(tmp_path)
    with copy_of(request.getfixturevalue(f"template_on_{engine}"), tmp_path / "pactwatch.db") as url:
        yield url


@pytest.fixture
async def core(filled_url: str) -> AsyncIterator[Core]:
    """The product without platforms, on a database of its own; telegram:1 owns it."""
    async with open_core(on(filled_url, owners="telegram:1"), words=WORDS, semantic=False) as opened:
        yield opened
