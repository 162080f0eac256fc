"""The schema comes into being by itself, on both engines."""

from __future__ import annotations

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
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


@pytest.mark.one_engine("asks no database")
def test_every_step_is_known():
    """The list that spares a start the import of Alembic names exactly the steps there are."""
    assert tuple(step.revision for step in steps()) == KNOWN


@pytest.mark.one_engine("needs no database")
def test_every_step_says_who_may_go_on():
    """Each step names the oldest revision whose programs can go on after it, which no later step takes back."""
    since = [step.module.USABLE_FROM for step in steps()]
    assert since == sorted(since)
    assert all(each in KNOWN and each <= own for own, each in zip(KNOWN, since, strict=True))


def steps() -> list[Script]:
    """All steps, oldest first."""
    return list(ScriptDirectory(str(FOLDER)).walk_revisions())[::-1]


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
    """An older program does not touch a database that a newer one has made unfit for it, and says which is which."""
    await made_by_a_newer_program(empty_url, "9998")
    with pytest.raises(SchemaTooNew) as refusal:
        await open_store(empty_url)
    assert refusal.value.data == {"found": "9999", "known": KNOWN[-1]}


async def test_a_newer_schema_that_leaves_room_is_worked_with(empty_url: str):
    """An older program goes on with a database that a newer one has only added to, and leaves its revision alone."""
    await made_by_a_newer_program(empty_url, KNOWN[-1])
    store = await open_store(empty_url)
    try:
        await (await store._writing()).migrate()
        await take_over(store, dossier(fact()))
        assert (await store._database.schema_version(), await store.check()) == ("9999", ())
        await store.look_after()
        assert not store.outgrown
    finally:
        await store.close()


async def test_a_program_that_is_left_behind_sends_nothing(empty_url: str, caplog: pytest.LogCaptureFixture):
    """A program under which a newer one changes the database for good notices it, says so once and sends no more."""
    store = await open_store(empty_url)
    try:
        assert not await store.outbox.braked()
        await made_by_a_newer_program(empty_url, "9998")
        for _ in range(2):
            await store.look_after()
        assert (store.outgrown, await store.outbox.braked()) == (True, True)
        assert [each.levelname for each in caplog.records if "newer version" in each.getMessage()] == ["CRITICAL"]
    finally:
        await store.close()


async def made_by_a_newer_program(url: str, since: str) -> None:
    """Have a database say that a program of revision 9999 made it, for those of `since` and later."""

    async def pretend(connection: AsyncConnection) -> None:
        await connection.execute(text("update alembic_version set version_num = '9999'"))
        await connection.execute(text("update meta set value = :since where key = 'usable_from'"), {"since": since})

    await on_the_connection(url, pretend)


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
