from __future__ import annotations

import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.app import open_core
from tests.acceptance.delivery_studio import agency, discord_port, fakes, small_template, telegram_port
from tests.acceptance.service import chat
from tests.cores import WORDS, on

__all__ = ["agency", "discord_port", "fakes", "filled", "folder", "small_template", "telegram_port"]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the program was started once: its database is made and the dossier loaded."""
    folder = tmp_path_factory.mktemp("filled")
    asyncio.run(chat(folder, []))

    async def read_meanings() -> None:
        async with open_core(on(folder / "data" / "pactwatch.db"), words=WORDS) as core:
            await core.services.indexing.complete()

    asyncio.run(read_meanings())
    with sqlite3.connect(folder / "data" / "pactwatch.db") as database:
        # As one that was never sent from: a copy of any other one begins in safe mode.
        database.execute("update meta set value = '' where key = 'home'")
    database.close()
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A copy of that folder for one test: a first start takes two seconds, which only its own tests need to see."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return tmp_path
