from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app import open_core
from tests.acceptance.delivery_studio import (
    agency,
    discord_port,
    fakes,
    small_template,
    small_template_on_postgres,
    small_template_on_sqlite,
    telegram_port,
)
from tests.acceptance.service import chat, name_database, url_of
from tests.cores import WORDS, on
from tests.stores import copy_of, database_on, rows

__all__ = [
    "agency",
    "bare",
    "discord_port",
    "fakes",
    "filled_on_postgres",
    "filled_on_sqlite",
    "folder",
    "small_template",
    "small_template_on_postgres",
    "small_template_on_sqlite",
    "telegram_port",
]


@contextmanager
def _filled(engine: str, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[Path]:
    folder = folders.mktemp("filled")

    async def fill() -> None:
        await chat(folder, [])
        async with open_core(on(url_of(folder)), words=WORDS) as core:
            await core.services.indexing.complete()

    with database_on(engine, request, folder / "data" / "pactwatch.db") as url:
        name_database(folder, url)
        asyncio.run(fill())
        # As one that was never sent from: a copy of any other one begins in safe mode.
        rows(url, "update meta set value = '' where key = 'home'")
        yield folder


@pytest.fixture(scope="session")
def filled_on_sqlite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which the program was started once: its database is made and the dossier loaded."""
    with _filled("sqlite", request, tmp_path_factory) as folder:
        yield folder


@pytest.fixture(scope="session")
def filled_on_postgres(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The same on PostgreSQL."""
    with _filled("postgres", request, tmp_path_factory) as folder:
        yield folder


@pytest.fixture
def folder(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A copy of that folder for one test: a first start takes two seconds, which only its own tests need to see."""
    filled = request.getfixturevalue(f"filled_on_{engine}")
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    with copy_of(url_of(filled), tmp_path / "data" / "pactwatch.db") as url:
        name_database(tmp_path, url)
        yield tmp_path


@pytest.fixture
def bare(own_url: str, tmp_path: Path) -> Path:
    """A folder in which nothing was started yet."""
    name_database(tmp_path, own_url)
    return tmp_path
