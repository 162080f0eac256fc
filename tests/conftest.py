"""Fixtures for all tests, and which of them run."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.cores import core, filled_url, template, template_on_postgres, template_on_sqlite
from tests.everything import full_store, moving_store
from tests.stores import (
    ENGINE,
    ENGINES,
    LOCALES,
    another_postgres_url,
    another_url,
    any_store,
    any_url,
    dictionary_order,
    empty_url,
    engine,
    own_url,
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
    "any_store",
    "any_url",
    "core",
    "dictionary_order",
    "empty_url",
    "engine",
    "filled_url",
    "full_store",
    "moving_store",
    "own_url",
    "postgres_server",
    "postgres_url",
    "prepared_postgres",
    "prepared_postgres_url",
    "sqlite_store",
    "store",
    "store_url",
    "template",
    "template_on_postgres",
    "template_on_sqlite",
]

IN_TURN = {"store_url", "empty_url"}
"""Fixtures that run a test on each engine."""
HELD_TO_BOTH = ("tests/contract/", "tests/acceptance/")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(tool, ...): injects its fault by programs that a plain machine may lack")
    config.addinivalue_line("markers", "both_engines: runs on SQLite and on PostgreSQL whenever it runs")
    config.addinivalue_line("markers", "one_engine(why): does not run on the engine that PACTWATCH_TEST_DATABASE names")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on both engines what is to run on both."""
    if "engine" in metafunc.fixturenames and (
        metafunc.definition.get_closest_marker("both_engines") or IN_TURN & set(metafunc.fixturenames)
    ):
        metafunc.parametrize("engine", ENGINES, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what can't be injected on this machine; whatever decides about a change installs the programs first.

    On PostgreSQL what is about another engine is left out as well. Where it says not why, nothing runs: a test that
    makes itself an SQLite file would else be taken for one that passes on both.
    """
    silent = [each.nodeid for each in items if not _on_the_engine(each) and not _why(each)]
    if silent := [each for each in silent if each.startswith(HELD_TO_BOTH)]:
        raise pytest.UsageError("neither on the engine asked for nor marked `one_engine`: " + ", ".join(silent))
    missing = {item for item in items if not all(map(_is_there, _needs(item)))}
    if ENGINE != "sqlite":
        missing |= {item for item in items if not _on_the_engine(item) or _why(item)}
    if missing:
        config.hook.pytest_deselected(items=[item for item in items if item in missing])
        items[:] = [item for item in items if item not in missing]


def _on_the_engine(item: pytest.Item) -> bool:
    return bool({"engine", "template"} & set(getattr(item, "fixturenames", ())))


def _why(item: pytest.Item) -> str:
    return " ".join(why for mark in item.iter_markers("one_engine") for why in mark.args)


def _needs(item: pytest.Item) -> list[str]:
    return [tool for mark in item.iter_markers("needs") for tool in mark.args]


def _is_there(tool: str) -> bool:
    if tool == "mount":
        return os.geteuid() == 0
    return LOCALES.exists() if tool == "locales" else shutil.which(tool) is not None
