"""The schema comes into being by itself, on both engines."""

from __future__ import annotations

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.errors import SchemaTooNew
from storage import open_store, schema
from storage.chain import Broken, Log
from storage.migrations import FOLDER, KNOWN
from tests.builders import dossier, fact
from tests.stores import take_over

# The full-text index, which each engine has in its own way.
OF_THE_ENGINE = ("search_index", "vector")


def test_every_step_is_known():
    """The list that spares a start the import of Alembic names exactly the steps there are."""
    steps = [step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions()]
    assert tuple(reversed(steps)) == KNOWN


async def test_the_steps_lead_to_the_tables_the_code_expects(empty_url: str):
    """A database that went through all migrations has the very schema the program works with."""

    def differences(connection):
        def include(_object, name, _type, _reflected, _other) -> bool:
            return not any(part in (name or "") for part in OF_THE_ENGINE)

        context = MigrationContext.configure(connection, opts={"include_object": include, "compare_type": True})
        return compare_metadata(context, schema.metadata)

    assert await on_the_connection(empty_url, lambda connection: connection.run_sync(differences)) == []


async def test_many_starts_at_once_make_one_schema(empty_url: str):
    """A service on several machines, or a command beside it, may start on an empty database at the same moment."""
    stores = await asyncio.gather(*(open_store(empty_url) for _ in range(4)))
    try:
        await take_over(stores[0], dossier(fact()))
        assert [(await store.entry("signed")).number for store in stores] == [1] * 4
    finally:
        await asyncio.gather(*(store.close() for store in stores))


async def test_a_newer_schema_is_refused(empty_url: str):
    """An older program does not touch a database that a newer one has changed, and says which is which."""

    async def pretend(connection: AsyncConnection) -> None:
        await connection.execute(text("update alembic_version set version_num = '9999'"))

    await on_the_connection(empty_url, pretend)
    with pytest.raises(SchemaTooNew) as refusal:
        await open_store(empty_url)
    assert refusal.value.data == {"found": "9999", "known": KNOWN[-1]}


@pytest.mark.parametrize(
    "damage",
    [
        "update revisions set body = replace(body, 'uno', 'due') where seq = 2",
        "update revisions set author = 'telegram:1' where seq = 2",
        "update revisions set seq = 9 where seq = 2",
        "delete from revisions where seq = 2",
    ],
)
async def test_a_tampered_log_is_found(empty_url: str, damage: str):
    """Whoever changes history behind the program's back is found out, with the first row that is not as it was."""

    async def tamper(connection: AsyncConnection) -> None:
        await connection.execute(text(damage))

    store = await open_store(empty_url)
    try:
        await take_over(store, dossier(fact("a", "uno"), fact("b", "uno"), fact("c", "uno")))
        assert await store.verify_log() is None
        await on_the_connection(empty_url, tamper)
        assert await store.verify_log() == Broken(Log.REVISIONS, 2)
        await on_the_connection(empty_url, lambda each: each.execute(text("delete from revisions where seq > 1")))
        assert await store.verify_log() == Broken(Log.REVISIONS, 2), "a log cut short is whole as far as it goes"
    finally:
        await store.close()


async def on_the_connection(url: str, work):
    """Run `work` in a transaction of the writing side."""
    store = await open_store(url)
    try:
        return await (await store._writing())._units.run_tx(work)
    finally:
        await store.close()
