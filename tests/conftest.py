"""Fixtures for all tests."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.cores import core, template
from tests.everything import full_store, moving_store
from tests.stores import (
    another_postgres_url,
    another_url,
    empty_url,
    postgres_server,
    postgres_url,
    prepared_postgres,
    prepared_postgres_url,
    sqlite_store,
    store,
    store_url,
)

__all__ = [
    "another_postgres_url",
    "another_url",
    "core",
    "empty_url",
    "full_store",
    "moving_store",
    "postgres_server",
    "postgres_url",
    "prepared_postgres",
    "prepared_postgres_url",
    "sqlite_store",
    "store",
    "store_url",
    "template",
]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(tool, ...): injects its fault by programs that a plain machine may lack")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what can't be injected on this machine; whatever decides about a change installs the programs first."""
    missing = [item for item in items if not all(map(_is_there, _needs(item)))]
    if missing:
        config.hook.pytest_deselected(items=missing)
        items[:] = [item for item in items if item not in set(missing)]


def _needs(item: pytest.Item) -> list[str]:
    return [tool for mark in item.iter_markers("needs") for tool in mark.args]


def _is_there(tool: str) -> bool:
    return os.geteuid() == 0 if tool == "mount" else shutil.which(tool) is not None
