"""Several processes on one PostgreSQL: together they are one bot, and those that stay go on for those that end."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.acceptance.newsroom import until
from tests.acceptance.service import Service, running_service
from tests.platforms.telegram_client import TelegramApi, telegram_api

pytestmark = pytest.mark.one_engine("is about processes on one PostgreSQL")

TAKEN_OVER_SECONDS = 15


@asynccontextmanager
async def processes(folder: Path, telegram: TelegramApi, *roles: str, **settings: str) -> AsyncIterator[list[Service]]:
    """A ready process of each role, on one database."""
    async with AsyncExitStack() as stack:
        started = []
        for number, role in enumerate(roles):
            own = folder / f"{number}-{role}"
            own.mkdir(parents=True)
            service = running_service(own, telegram=telegram, role=role, DEFAULT_LOCALE="en", **settings)
            started.append(await stack.enter_async_context(service))
        yield started


async def readiness(service: Service) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"http://{service.address}/readyz") as answer:
        return answer.status, await answer.json()


async def polls(telegram: TelegramApi) -> int:
    return len(await telegram.records("getUpdates"))


async def test_one_polls_and_the_next_one_takes_over(tmp_path: Path, postgres_url: str) -> None:
    """Of two processes one polls and both are ready; when it is killed the other answers within fifteen seconds."""
    async with (
        telegram_api() as telegram,
        processes(tmp_path, telegram, "all", "all", DATABASE_URL=postgres_url) as (first, second),
    ):
        for each in (first, second):
            assert (await readiness(each))[0] == 200
        assert second.written().count("standing by") == 1
        assert "Article 4" in (await telegram.say("/treaty 4")).text
        first.process.kill()
        killed = time.monotonic()
        await first.process.wait()
        await telegram.write("/treaty 5", user=2000)

        async def answered() -> bool:
            return len(await telegram.sent()) == 2

        await until(answered, "the second process answers", TAKEN_OVER_SECONDS)
        assert time.monotonic() - killed < TAKEN_OVER_SECONDS
        assert "Article 5" in (await telegram.sent())[-1].text
        assert "409" not in {str(each.get("status")) for each in await telegram.records("getUpdates")}


async def test_a_process_that_is_stopped_hands_over(tmp_path: Path, postgres_url: str) -> None:
    """SIGTERM ends one process with 0 while the others answer on, and a process that was frozen does not act on waking."""
    async with (
        telegram_api() as telegram,
        processes(tmp_path, telegram, "all", "all", DATABASE_URL=postgres_url) as (first, second),
    ):
        assert "Article 4" in (await telegram.say("/treaty 4")).text

        async def thanked() -> bool:
            return not (await telegram.state())["pending"]

        await until(thanked, "what was answered does not come again", 5)
        first.process.send_signal(signal.SIGSTOP)
        await telegram.write("/treaty 5", user=2000)

        async def answered() -> bool:
            return len(await telegram.sent()) == 2

        await until(answered, "the second process answers for the frozen one", 25)
        first.process.send_signal(signal.SIGCONT)

        async def stood_back() -> bool:
            return "standing by" in first.written()

        await until(stood_back, "the first one has noticed", 15)
        assert "Article 6" in (await telegram.say("/treaty 6", user=3000)).text
        assert [each.text.partition(" – ")[0] for each in await telegram.sent()] == [
            "Article 4",
            "Article 5",
            "Article 6",
        ]
        assert await first.stop() == 0
        assert "Article 7" in (await telegram.say("/treaty 7", user=4000)).text
        assert second.process.returncode is None


async def test_each_role_does_its_part(tmp_path: Path, postgres_url: str) -> None:
    """A gateway answers and sends nothing unasked, a sender sends what was published and takes nothing in."""
    given = {"DATABASE_URL": postgres_url, "REVIEW_APPROVALS": "0", "UNDO_SECONDS": "0", "OWNERS": "telegram:1001"}
    async with telegram_api() as telegram:
        async with processes(tmp_path, telegram, "gateway", **given) as (gateway,):
            assert (await readiness(gateway))[0] == 200
            assert "everything" in (await telegram.say("/subscribe instant", user=2000)).text.lower()
            await publish(telegram, "Envoys met in Pyongyang")
            # Two looks of a sender, if there was one.
            await telegram.say("/treaty 4", user=3000)
            await asyncio.sleep(2.5)
            assert not await pushed(telegram, 2000)
        asked = await polls(telegram)
        async with processes(tmp_path, telegram, "sender", **given) as (sender,):
            assert (await readiness(sender))[0] == 200

            async def told() -> bool:
                return await pushed(telegram, 2000) == 1

            await until(told, "the sender sends what waited", 15)
            assert await polls(telegram) == asked
            await telegram.write("/treaty 5", user=3000)
            async with processes(tmp_path / "more", telegram, "gateway", **given):
                assert "Article 5" in (await telegram.sent(chat=3000, since=0, wait=2))[-1].text
                await publish(telegram, "Envoys left Pyongyang")

                async def told_again() -> bool:
                    return await pushed(telegram, 2000) == 2

                await until(told_again, "the sender hears of what another process published", 10)


async def test_a_webhook_on_several_processes(tmp_path: Path, postgres_url: str) -> None:
    """Updates are taken by any process behind a balancer, and one that is brought to two of them acts once."""
    secret = "webhook-secret-word"
    given = {
        "DATABASE_URL": postgres_url,
        "TELEGRAM_WEBHOOK_URL": "http://127.0.0.1:9/telegram/hook",
        "TELEGRAM_WEBHOOK_SECRET": secret,
    }
    header = {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with (
        telegram_api() as telegram,
        processes(tmp_path, telegram, "all", "gateway", "web", **given) as started,
        aiohttp.ClientSession(headers=header) as session,
    ):

        async def post(service: Service, number: int, person: int) -> int:
            url = f"http://{service.address}/telegram/hook"
            async with session.post(url, json=update(number, person, "/treaty 4")) as answer:
                return answer.status

        people = range(5000, 5012)
        for person in people:
            await telegram.order("chat", id=person)
        codes = await asyncio.gather(*(post(each, person, person) for person in people for each in started))
        assert set(codes) <= {200, 503}, "one that is being answered elsewhere is to come again"
        await telegram.sent(wait=len(people))

        async def taken() -> bool:
            return {await post(each, person, person) for person in people for each in started} == {200}

        await until(taken, "what was answered is taken by all of them", 10)
        assert [len(await telegram.sent(chat=person)) for person in people] == [1] * len(people)


def update(number: int, person: int, text: str) -> dict[str, Any]:
    who = {"id": person, "first_name": "A"}
    return {
        "update_id": number,
        "message": {
            "message_id": 1, "date": 1_795_000_000, "text": text, "chat": {**who, "type": "private"},
            "from": {**who, "is_bot": False, "language_code": "en"},
        },
    }  # fmt: skip


async def publish(telegram: TelegramApi, text: str) -> None:
    card = await telegram.say(f"/addfact {text} | source: https://example.org/a | topic: military", user=1001)
    number = next(word for word in card.text.replace("\n", " ").split() if word.startswith("F-")).rstrip(".,:;")
    await telegram.say(f"/approve {number}", user=1001)


async def pushed(telegram: TelegramApi, person: int) -> int:
    return sum("Envoys" in each.text for each in await telegram.sent(chat=person))


async def test_roles_need_postgresql(tmp_path: Path) -> None:
    """A role on SQLite is refused with one line that names the setting."""
    async with telegram_api() as telegram:
        async with running_service(tmp_path, telegram=telegram, ready=False, role="sender") as service:
            assert await asyncio.wait_for(service.process.wait(), 10) == 78
        assert service.written().startswith("DATABASE_URL: --role sender")
        assert len(service.written().splitlines()) == 1
