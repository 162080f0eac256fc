"""Being asked to end: whatever the service is at, it ends within ten seconds, and nothing is lost or told twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from sqlalchemy.exc import DBAPIError

from storage import open_store
from tests.acceptance.broadcast import BOTH, Scene, stage
from tests.acceptance.newsroom import until
from tests.acceptance.service import Service, chat, free_port, running_service, url_of
from tests.acceptance.test_health import metrics, told
from tests.platforms.process import ROOT
from tests.platforms.telegram_api import TOKEN
from tests.stores import rows

NIGHTLY = os.environ.get("PACTWATCH_NIGHTLY") == "1"
LONGEST = 10.0
CHATS = 24
ANNA = {"id": 1001, "language_code": "en"}


def nightly(test: Any) -> Any:
    """A test that takes too long for every day: then it is not there, and nothing is skipped."""
    return test if NIGHTLY else None


async def ended(service: Service) -> float:
    """Ask the service to end; returns how long it took. It fails where that is longer than promised, or not with 0."""
    began = asyncio.get_running_loop().time()
    service.process.send_signal(signal.SIGTERM)
    code = await asyncio.wait_for(service.process.wait(), LONGEST)
    assert code == 0, service.written()
    return asyncio.get_running_loop().time() - began


def nowhere() -> dict[str, str]:
    """Settings of a service that reaches no platform."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{free_port()}",
        "DISCORD_BOT_TOKEN": "canaryCANARYcanary.CaNaRy.canaryCANARYcanaryCANARYcanary99",
        "DISCORD_API_URL": f"http://127.0.0.1:{free_port()}/api/v10",
    }


async def responds(service: Service) -> None:
    """Wait until the service listens."""
    async with aiohttp.ClientSession() as session:

        async def alive() -> bool:
            try:
                async with session.get(f"http://{service.address}/healthz") as answer:
                    return answer.status == 200
            except aiohttp.ClientError:
                return False

        await until(alive, "the service listens", 20)


async def test_it_ends_while_no_platform_can_be_reached(folder: Path) -> None:
    """A service that was started without a network ends when it is asked to."""
    async with running_service(folder, ready=False, **nowhere()) as service:
        await responds(service)
        await ended(service)
        assert "Traceback" not in service.written()


@nightly
async def test_it_ends_while_the_dossier_is_read_for_the_first_time(bare: Path) -> None:
    """A first start that is broken off in the middle leaves a database that the next start goes on with."""
    async with running_service(bare, ready=False, **nowhere()) as service:

        async def begun() -> bool:
            try:
                return bool(rows(url_of(bare), "select 1 from meta"))
            except DBAPIError:
                return False

        await until(begun, "the database is made", 20)
        await ended(service)
        assert "Traceback" not in service.written()
    assert (await chat(bare, ["/treaty 4"]))[0]["ok"]


async def test_what_is_on_its_way_when_it_ends_arrives_once(any_url: str, tmp_path: Path) -> None:
    """Ended in the middle of a broadcast, it finishes what it began; the next start tells everybody else, once."""
    async with stage(any_url, tmp_path, CHATS, seconds=0.4) as scene:
        async with _sending(scene) as service:
            await scene.publish("Envoys met")
            await _some_arrived(scene, 3)
            await scene.telegram.write("/treaty 4", user=ANNA)
            await ended(service)
        assert await _states(scene, "started") == 0
        arrived = await _states(scene, "delivered")
        assert arrived == await _copies(scene)
        assert 6 <= arrived < 2 * CHATS
        assert not (await scene.telegram.state())["pending"]
        async with _sending(scene):
            await scene.all_sent()
        for platform in BOTH:
            assert await scene.copies(platform, "Envoys met") == {"copies": CHATS, "chats": CHATS, "most": 1}
        assert (await scene.telegram.summary("Article 4"))["copies"] == 1


STUCK = """
import asyncio, time
from bot.stopping import Stopping

async def main():
    stopping = Stopping()
    stopping.starting = False
    stopping.listen()
    print("up", flush=True)
    {what}

asyncio.run(main())
"""


@asynccontextmanager
async def _stuck(what: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that never comes to its end by itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STUCK.format(what=what), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way


@pytest.mark.one_engine("asks no database")
async def test_a_second_signal_ends_it_at_once() -> None:
    """An operator who asks again does not have to wait for whatever does not end."""
    async with _stuck("await asyncio.sleep(60)") as process:
        process.terminate()
        await asyncio.sleep(0.3)  # it has heard the first one by then
        assert process.returncode is None
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 2) == -signal.SIGTERM


@nightly
@pytest.mark.one_engine("asks no database")
async def test_it_ends_though_its_event_loop_is_held_up() -> None:
    """Even a service that does nothing but compute ends in time when it is asked to."""
    async with _stuck("time.sleep(60)") as process:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), LONGEST) == 0


@nightly
@pytest.mark.one_engine("is about PostgreSQL")
@pytest.mark.parametrize("still", [False, True], ids=["gone", "still"])
async def test_it_ends_without_its_database(postgres_url: str, tmp_path: Path, still: bool) -> None:
    """A service whose database is gone is not ready, says so, and ends when it is asked to."""
    async with _line(postgres_url) as line:
        await (await open_store(line.url)).close()
        settings = nowhere() | {"DATABASE_URL": line.url}
        async with running_service(tmp_path, ready=False, **settings) as service:
            await responds(service)
            await line.cut(still=still)

            async def red() -> bool:
                return (await told(service, "/readyz"))["parts"]["database"] is False

            await until(red, "readiness shows that the database is gone", 10)
            assert 'pactwatch_part_ready{part="database"} 0.0' in await metrics(service)
            await ended(service)
            assert "a timed job failed" not in service.written()


@nightly
async def test_platforms_that_stand_still_hold_up_no_end(any_url: str, tmp_path: Path) -> None:
    """Ended while no platform answers, it leaves nothing lost: what was under way is told once more at most, on Telegram."""
    async with stage(any_url, tmp_path, CHATS, seconds=0.4) as scene:
        async with _sending(scene) as service:
            await scene.publish("Envoys met")
            await _some_arrived(scene, 3)
            async with _frozen_fakes():
                await ended(service)
        assert await _states(scene, "started") > 0
        async with _sending(scene):
            await scene.all_sent()
        telegram, discord = [await scene.copies(each, "Envoys met") for each in BOTH]
        assert discord == {"copies": CHATS, "chats": CHATS, "most": 1}
        assert telegram["chats"] == CHATS
        assert telegram["most"] <= 2


def _sending(scene: Scene) -> AbstractAsyncContextManager[Service]:
    settings = {"DATABASE_URL": scene.url, "TELEGRAM_MESSAGES_PER_SECOND": "20", "DISCORD_REQUESTS_PER_SECOND": "20"}
    return running_service(scene.folder, telegram=scene.telegram, discord=scene.discord, **settings)


@asynccontextmanager
async def _frozen_fakes() -> AsyncIterator[None]:
    """Meanwhile the fake platforms of this test take connections and answer nothing: not even a goodbye."""
    found = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and _is_fake(each, os.getpid())]
    assert len(found) == 2
    for each in found:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in found:
            os.kill(each, signal.SIGCONT)


def _is_fake(process: Path, parent: int) -> bool:
    try:
        line, status = (process / "cmdline").read_bytes(), (process / "status").read_text()
    except OSError:
        return False
    return b"tests.platforms" in line and f"PPid:\t{parent}\n" in status


@dataclass
class Line:
    """The way to a PostgreSQL server, which can be cut. url: of the database behind it."""

    url: str
    server: asyncio.Server
    open: asyncio.Event
    writers: list[asyncio.StreamWriter]

    async def cut(self, *, still: bool) -> None:
        """Nothing comes through any more; where it is not `still`, connections break and new ones are refused."""
        self.open.clear()
        if not still:
            self.server.close()
            for each in self.writers:
                each.close()


@asynccontextmanager
async def _line(url: str) -> AsyncIterator[Line]:
    target = Path(parse_qs(urlsplit(url).query)["host"][0]) / ".s.PGSQL.5432"
    opened = asyncio.Event()
    opened.set()
    writers: list[asyncio.StreamWriter] = []
    pumps: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await opened.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(target)
        writers.extend((writer, far_writer))
        for pair in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(pump(*pair))
            pumps.add(task)
            task.add_done_callback(pumps.discard)

    # A socket's path has 107 characters at most, and pytest's own folders are longer than that.
    with tempfile.TemporaryDirectory(prefix="line") as folder:
        server = await asyncio.start_unix_server(connect, Path(folder) / ".s.PGSQL.5432")
        try:
            yield Line(url.replace(str(target.parent), folder), server, opened, writers)
        finally:
            server.close()
            for each in (*writers, *pumps):
                each.close() if isinstance(each, asyncio.StreamWriter) else each.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)


async def _some_arrived(scene: Scene, number: int) -> None:
    async def enough() -> bool:
        found = [(await scene.copies(each, "Envoys met"))["copies"] for each in BOTH]
        return min(found) >= number

    await until(enough, "the broadcast is under way", 20)


async def _copies(scene: Scene) -> int:
    return sum([(await scene.copies(each, "Envoys met"))["copies"] for each in BOTH])


async def _states(scene: Scene, state: str) -> int:
    found = await scene.store._database.fetch("select count(*) from deliveries where state = :state", {"state": state})
    return int(found[0][0])
