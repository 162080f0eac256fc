"""Fixtures for all tests."""

from __future__ import annotations

from tests.cores import core, template
from tests.stores import (
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
    "core",
    "empty_url",
    "postgres_server",
    "postgres_url",
    "prepared_postgres",
    "prepared_postgres_url",
    "sqlite_store",
    "store",
    "store_url",
    "template",
]
