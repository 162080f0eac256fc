"""The product without platforms, on the shipped dossier."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Core, open_core
from bot.settings import Settings, read_settings
from bot.words import load_words

WORDS = load_words()
"""Read once: parsing a language takes longer than most tests."""


def on(path: Path, **settings: object) -> Settings:
    return read_settings(_env_file=None, database_url=f"sqlite:///{path}", **settings)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the shipped dossier in it."""
    path = tmp_path_factory.mktemp("template") / "pactwatch.db"

    async def fill() -> None:
        async with open_core(on(path), words=WORDS):
            pass

    asyncio.run(fill())
    return path


@pytest.fixture
async def core(template: Path, tmp_path: Path) -> AsyncIterator[Core]:
    """The product without platforms, on a database of its own; telegram:1 owns it."""
    path = tmp_path / "pactwatch.db"
    shutil.copy(template, path)
    async with open_core(on(path, owners="telegram:1"), words=WORDS, semantic=False) as opened:
        yield opened
