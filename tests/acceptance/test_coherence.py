"""Three processes on one PostgreSQL: what one of them changes, all of them show within two seconds and never take back."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
import pytest_asyncio

from storage import open_store
from tests import outbox
from tests.acceptance.peer import KEY, LINES, SECRET
from tests.acceptance.service import environment, free_port
from tests.builders import dossier, fact
from tests.platforms.telegram_client import telegram_api
from tests.stores import postgres_database, take_over

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.one_engine("is about processes on one PostgreSQL")]
NIGHTLY = bool(os.environ.get("PACTWATCH_NIGHTLY"))
REVISIONS = 50 if NIGHTLY else 10
SECONDS = 2.0
PEERS = 3
PATIENCE = 60


class Remote:
    """A process that does what it is told, one after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self._one = asyncio.Lock()

    async def does(self, what: str, **given: Any) -> Any:
        """Have it do something; what came of it."""
        assert self.process.stdin is not None
        async with self._one:
            self.process.stdin.write(json.dumps({"do": what, **given}).encode() + b"\n")
            return await self.answer()

    async def answer(self) -> Any:
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        assert line, "it has ended"
        return json.loads(line)


@asynccontextmanager
async def running(folder: Path, url: str) -> AsyncIterator[Remote]:
    log = (folder / "peer.log").open("ab")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.acceptance.peer", url, cwd=folder, env=environment(folder),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
    )  # fmt: skip
    log.close()
    try:
        remote = Remote(process)
        assert await remote.answer() == "ready"
        yield remote
        assert process.stdin is not None
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way


@pytest.fixture(scope="module")
def url(postgres_server: str) -> Iterator[str]:
    with postgres_database(postgres_server) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def peers(url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[Remote]]:
    store = await open_store(url)
    await take_over(store, dossier(fact(KEY, {"en": "number 0"}, date="2024-06-19")))
    await outbox.subscription(store, "telegram:-1")
    await store.close()
    folder = tmp_path_factory.mktemp("peers")
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(running(folder, url)) for _ in range(PEERS)]
    assert "fault of ours" not in (folder / "peer.log").read_text()


async def gaps(peers: list[Remote], numbers: range, pause: float = 0.0) -> list[float]:
    """Publish these through the first process while all are asked; how much later each other one showed each."""
    await asyncio.gather(*(each.does("read") for each in peers))
    done = {}
    for number in numbers:
        done[number] = published = await peers[0].does("publish", number=number)
        assert published["says"] == [number] * len(LINES), "whoever approved looks at what they did"
        await asyncio.sleep(pause)
    found = await asyncio.gather(*(each.does("seen", number=numbers[-1]) for each in peers))
    late = []
    for index, each in enumerate(found):
        assert each["backwards"] == []
        assert each["asked"] > len(numbers)
        seen = {int(number): at for number, at in each["seen"].items()}
        for number, published in done.items():
            at = min(moment for other, moment in seen.items() if other >= number)
            late += [max(0.0, at - published["at"])] * (index > 0)
    assert max(late) < SECONDS
    return late


def said(what: str, seconds: list[float]) -> None:
    print(
        f"{what}: median {statistics.median(seconds) * 1000:.0f} ms, most {max(seconds) * 1000:.0f} ms of {len(seconds)}"
    )


async def test_a_revision_is_served_by_all(peers: list[Remote]) -> None:
    """While revisions follow each other, every process shows each within two seconds, and none an older one after."""
    said("from approval to the others' answers", await gaps(peers, range(1, REVISIONS + 1)))


async def test_a_choice_is_known_to_all(peers: list[Remote]) -> None:
    """A language that somebody chose through one process is theirs in all of them."""
    said("from a choice to the others", await _choices(peers, 10))


async def _choices(peers: list[Remote], first: int) -> list[float]:
    late = []
    for user in range(first, first + 5):
        waiting = [asyncio.create_task(each.does("language", user=user, locale="ko")) for each in peers[1:]]
        chosen = await peers[0].does("choose", user=user, locale="ko")
        late += [max(0.0, at - chosen) for at in await asyncio.gather(*waiting)]
    assert max(late) < SECONDS
    return late


async def test_what_is_due_wakes_the_sender_of_another_process(peers: list[Remote]) -> None:
    """What is published through one process is sent by another one in a moment, and not after its next look."""
    await peers[2].does("send")
    said("from approval to sending", await _sendings(peers, 0))


async def _sendings(peers: list[Remote], first: int) -> list[float]:
    late = []
    for number in range(first + 1, first + 8):
        approved = await peers[0].does("add", number=number)
        sent = await peers[2].does("sent", count=number)
        late.append(sent[number - 1] - approved)
        await asyncio.sleep(0.13 * number % 0.5)
    assert max(late) < SECONDS
    return late


async def test_an_update_posted_to_two_processes_acts_once(peers: list[Remote]) -> None:
    """Whichever processes a balancer brings an update to, and however often, it is answered once."""
    count = 200
    async with telegram_api() as telegram, aiohttp.ClientSession() as session:
        await telegram.limits(overall=None, private=False, group=None)
        await telegram.chats(5_001, count)
        ports = [free_port(), free_port()]
        for each, port in zip(peers, ports, strict=False):
            await each.does("receive", telegram=telegram.url, token=telegram.token, port=port)

        async def post(port: int, number: int) -> int:
            who = {"id": 5000 + number, "is_bot": False, "first_name": "A", "language_code": "en"}
            message = {"message_id": number, "date": 1_795_000_000, "text": "/fact F-1", "from": who}
            message |= {"chat": {"id": who["id"], "type": "private", "first_name": "A"}}
            update = {"update_id": 70_000 + number, "message": message}
            headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            async with session.post(f"http://127.0.0.1:{port}/hook", json=update, headers=headers) as answer:
                return answer.status

        posts = [post(port, number) for number in range(1, count + 1) for port in (*ports, ports[0])]
        statuses = await asyncio.gather(*posts)
        assert set(statuses) <= {200, 503}
        assert statuses.count(200) >= count
        again = await asyncio.gather(*(post(port, number) for number in range(1, count + 1) for port in ports))
        assert set(again) == {200}
        sent = await telegram.sent(wait=count)
        assert len(sent) == len({each.chat for each in sent}) == count


async def test_a_connection_that_breaks_again_and_again(peers: list[Remote], url: str) -> None:
    """All of that holds while the connection by which processes hear of changes is broken all the time."""
    broken = 0

    async def break_off() -> None:
        nonlocal broken
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            while True:
                ended = await connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pactwatch leases'"
                )
                broken += len(await ended.fetchall())
                await asyncio.sleep(0.02)

    breaking = asyncio.create_task(break_off())
    said("broken off, from approval to the others' answers", await gaps(peers, range(61, 71), 0.2))
    breaking.cancel()
    await asyncio.gather(breaking, return_exceptions=True)
    assert broken > PEERS


async def test_nobody_needs_to_be_told(peers: list[Remote]) -> None:
    """All of that holds where no word of a change ever arrives."""
    await asyncio.gather(*(each.does("deaf") for each in peers))
    said("deaf, from approval to the others' answers", await gaps(peers, range(81, 88), 0.3))
    said("deaf, from a choice to the others", await _choices(peers, 20))
    said("deaf, from approval to sending", await _sendings(peers, 7))
