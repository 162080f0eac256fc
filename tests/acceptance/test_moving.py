"""Moving a store that people and a service are using: killed at any moment, both never send, and nothing is lost."""

from __future__ import annotations

import json
import os

import psycopg
import pytest

from bot.core.errors import StoreError
from bot.core.safety import Cause
from storage import open_store
from tests.acceptance.boundaries import AFTER_COMMIT, mother
from tests.acceptance.mover import AFTER_RELEASE
from tests.everything import connected, own, rows

NIGHTLY = os.environ.get("PACTWATCH_NIGHTLY") == "1"


async def may_send(url: str) -> bool:
    """Whether a service that started here would send."""
    if own(url).get("unfinished"):
        with pytest.raises(StoreError) as refusal:
            await open_store(url)
        assert refusal.value.key == "store-unfinished"
        return False
    store = await open_store(url)
    try:
        return not await store.outbox.braked()
    finally:
        await store.close()


def untouched(url: str) -> bool:
    """Whether there is nothing yet that a service could send."""
    with psycopg.connect(url) as connection:
        if not connection.execute("select to_regclass('meta') is not null").fetchone()[0]:
            return True
        return not connection.execute("select 1 from meta where key in ('unfinished', 'moved')").fetchone()


@pytest.mark.timeout(3_600 if NIGHTLY else 240)
async def test_killed_at_any_moment_it_goes_on_and_both_never_send(moving_store: str, postgres_url: str) -> None:
    """After a kill at any step one of the two may send or none, never both, and the next run brings it to its end."""
    async with mother("tests.acceptance.mover", moving_store, postgres_url) as mover:
        # On the way there: each life takes up what the one before has left.
        boundary, killed = 1, []
        while (told := await mover.live(str(boundary))).killed is not None:
            killed.append(told.killed)
            here, there = await may_send(moving_store), not untouched(postgres_url) and await may_send(postgres_url)
            assert not (here and there), told.killed
            boundary += 1 if NIGHTLY else 1 + boundary // 2
        assert rows(postgres_url) == rows(moving_store)
        # At the end of it, where sending goes over: everything is there already.
        _back(moving_store)
        boundary, ends = 1, []
        while (told := await mover.live(str(-boundary))).killed is not None:
            killed.append(told.killed)
            ends.append((await may_send(moving_store), await may_send(postgres_url)))
            _back(moving_store)
            boundary += 1
    assert sorted(set(ends), key=ends.index) == [(True, False), (False, False), (False, True)]
    assert {AFTER_COMMIT, AFTER_RELEASE} <= set(killed)
    assert rows(postgres_url) == rows(moving_store)
    assert json.loads(own(moving_store)["safe_mode"])["cause"] == Cause.MOVED
    assert await may_send(postgres_url)


def _back(url: str) -> None:
    """Let the old database go on, as `pactwatch resume --send-again` does."""
    with connected(url) as connection:
        connection.execute("update meta set value = '' where key = 'safe_mode'")
