"""PostgreSQL as operators have it: a role without rights, and settings that suit somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.core.checks import Check, Level, Place
from bot.core.safety import Cause
from storage import open_leases, open_store
from storage.backups import back_up, files_of
from storage.checkup import examine, patient_of
from tests.builders import article, dossier, fact
from tests.contract.store.readership import keep, subscription
from tests.outbox import NOW
from tests.stores import copy_of, postgres_database, take_over

KEPT_BACK = "revoke execute on function pg_control_system() from public"
ODD = {
    "client_encoding": "LATIN1",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "timezone": "Asia/Kathmandu",
    "datestyle": "German, DMY",
    "intervalstyle": "sql_standard",
    "extra_float_digits": "-10",
    "bytea_output": "escape",
    "standard_conforming_strings": "off",
    "transform_null_equals": "on",
    "default_text_search_config": "simple",
    "enable_indexscan": "off",
}


@pytest.fixture
def tenant(postgres_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database that belongs to a role which may do nothing else on its server."""
    monkeypatch.chdir(tmp_path)
    with psycopg.connect(postgres_server, autocommit=True) as server, ExitStack() as stack:
        server.execute("create role tenant login nosuperuser nocreatedb nocreaterole")
        stack.callback(server.execute, "drop role tenant")
        url = stack.enter_context(postgres_database(postgres_server))
        server.execute(f"alter database {make_url(url).database} owner to tenant")
        yield by(url, "tenant")


def by(url: str, role: str) -> str:
    """The same database for another role."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def as_administrator(url: str, *statements: str) -> None:
    with psycopg.connect(by(url, "postgres")) as connection:
        for each in statements:
            connection.execute(each)


async def looked_at(url: str) -> dict[str, Check]:
    """What doctor finds, by name."""
    places: asyncio.Future[Sequence[Place]] = asyncio.get_running_loop().create_future()
    found = await examine(patient_of(url), model=None, now=datetime.now(UTC), seconds=20, places=places)
    return {each.name: each for each in found}


async def healthy(url: str) -> bool:
    return not [each for each in (await looked_at(url)).values() if each.level is Level.MEND]


@pytest.mark.parametrize("kept_back", [(), (KEPT_BACK,)], ids=["usual", "identifier kept back"])
async def test_an_ordinary_role_is_enough(tenant: str, tmp_path: Path, kept_back: tuple[str, ...]) -> None:
    """Whoever owns the database and nothing else on its server has all of Pactwatch; no extension is installed."""
    as_administrator(tenant, *kept_back)
    store = await open_store(tenant)
    try:
        await take_over(store, dossier(article(), fact("envoys", "Gli inviati si sono incontrati")))
        assert [each.key for each in (await store.search("inviati", "it", offset=0, limit=5)).items] == ["envoys"]
        await keep(store, subscription())
        for _ in range(2):
            assert await store.safety.recognise(NOW) is None
        assert await store._database.fetch("select extname from pg_extension") == [("plpgsql",)]
    finally:
        await store.close()
    async with open_leases(tenant, lambda _ahead: None) as leases:
        assert await leases.take("poll")
    await back_up(files_of(tenant), tmp_path / "backup", lambda _done, _all: None)
    assert await healthy(tenant)


async def test_a_copy_is_noticed_without_the_identifier_too(tenant: str, tmp_path: Path) -> None:
    """On a server that keeps its identifier back, a copy of a database is still known for one."""
    as_administrator(tenant, KEPT_BACK)
    store = await open_store(tenant)
    await keep(store, subscription())
    await store.safety.recognise(NOW)
    await store.close()
    with copy_of(by(tenant, "postgres"), tmp_path / "copy.db") as url:
        copy = await open_store(by(url, "tenant"))
        try:
            mode = await copy.safety.recognise(NOW)
            assert mode is not None
            assert mode.cause is Cause.COPIED
        finally:
            await copy.close()


async def test_connections_of_others_count(tenant: str) -> None:
    """A role that may not see what others do is told all the same how many connections are left."""
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(psycopg.connect(by(tenant, "postgres")))
        found = (await looked_at(tenant))["database.connections"].found
    assert int(found.split()[0]) > 5


async def test_what_a_server_or_role_has_set_changes_nothing(tenant: str, tmp_path: Path) -> None:
    """Another time zone, encoding, isolation or way to write numbers, set for whatever else there is, is not ours."""
    as_administrator(tenant, *(f"alter role tenant set {name} = '{value}'" for name, value in ODD.items()))
    stores = [await open_store(tenant) for _ in range(3)]
    try:
        await take_over(stores[0], dossier(fact("envoys", {"ko": "특사들이 만났다", "ru": "Послы встретились"})))
        read = await stores[1].entry("envoys")
        assert read is not None
        assert read.text["ko"] == "특사들이 만났다"
        assert [each.key for each in (await stores[1].search("특사들", "ko", offset=0, limit=5)).items] == ["envoys"]
        # Each counts on from what another has just written; at any other isolation all but one would be turned away.
        await asyncio.gather(*(each.safety.advance() for each in stores for _ in range(5)))
        assert await stores[2]._database.fetch("select value from meta where key = 'generation'") == [("15",)]
    finally:
        for each in stores:
            await each.close()
    target = tmp_path / "backup"
    await back_up(files_of(tenant), target, lambda _done, _all: None)
    await files_of(tenant).check(target)
    assert await healthy(tenant)
