"""The service as a whole: restarts, secrets, hostile lines, languages, and places to answer in."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.service import chat, environment, free_port, running_service
from tests.platforms.discord_api import discord_api
from tests.platforms.telegram_client import telegram_api

HOSTILE = [
    "@everyone",
    "<b>x</b>",
    "/fact <script>",
    "/search [a](javascript:b)",
    "{0.__class__}",
    "/treaty \u202e4",
    "/search ' OR 1=1",
]
GROUP = {"id": -1_000_000_000_500, "type": "supergroup", "title": "News"}


async def test_a_button_works_after_a_restart(folder: Path) -> None:
    """A card sent yesterday still turns its pages today, after the bot was started anew."""
    async with telegram_api() as telegram, discord_api() as discord:
        async with running_service(folder, telegram=telegram, discord=discord) as first:
            card = await telegram.say("/treaty 4", user={"id": 5, "language_code": "it"})
            answer = await discord.slash("treaty", {"article": "4"}, locale="it")
            assert await first.stop() == 0
        async with running_service(folder, telegram=telegram, discord=discord):
            turned = await telegram.press(card, "Articolo 5 ▶", user=5)
            assert turned.method == "editMessageText"
            assert turned.id == card.id
            pressed = await discord.press(answer, "Articolo 5 ▶")
            assert pressed.edited
            assert "5" in pressed.text


async def test_a_choice_of_language_outlives_the_bot(folder: Path) -> None:
    """Who chose Korean is answered in Korean after a restart, on the platform where it was chosen."""
    async with telegram_api() as telegram:
        async with running_service(folder, telegram=telegram):
            assert "Article 4" in (await telegram.say("/treaty 4", user={"id": 6, "language_code": "en"})).text
            await telegram.say("/language ko", user={"id": 6, "language_code": "en"})
        async with running_service(folder, telegram=telegram):
            assert "제4조" in (await telegram.say("/treaty 4", user={"id": 6, "language_code": "en"})).text
            assert "Article 4" in (await telegram.say("/treaty 4", user={"id": 7, "language_code": "en"})).text


async def test_nobody_is_pinged_and_no_markup_gets_through(folder: Path) -> None:
    """Hostile lines come back as plain words: no mention, no foreign link, no formatting."""
    async with telegram_api() as telegram, discord_api() as discord:
        await telegram.limits(overall=0, private=0)
        async with running_service(folder, telegram=telegram, discord=discord):
            for number, line in enumerate(HOSTILE):
                sent = await telegram.say(line, user={"id": 100 + number, "language_code": "en"})
                assert {each["type"] for each in sent.entities} <= {"bold", "italic", "code", "text_link", "blockquote"}
                assert not [each for each in sent.entities if "javascript" in each.get("url", "")]
                answer = await discord.slash("search", {"query": line}, user=str(100 + number))
                assert "javascript:" not in answer.markdown.replace("javascript:b", "")
            await discord.check()


async def test_a_group_is_answered_in_place_and_otherwise_left_alone(folder: Path) -> None:
    """In a group only commands are answered, in the thread they were asked in, and buttons keep the card's language."""
    async with telegram_api() as telegram, running_service(folder, telegram=telegram):
        since = len(await telegram.records())
        await telegram.write("what is this treaty?", chat=GROUP)
        await telegram.write("/weather", chat=GROUP)
        await telegram.write("/treaty@other_bot 4", chat=GROUP)
        card = await telegram.say("/treaty@pactwatch_bot 4", chat=GROUP, user={"id": 9, "language_code": "it"})
        assert card.text.startswith("Articolo 4")
        assert len(await telegram.sent(chat=GROUP["id"], since=since)) == 1
        turned = await telegram.press(card, "Articolo 5 ▶", user=10)
        assert turned.text.startswith("Articolo 5")


async def test_the_same_update_is_answered_once_over_a_restart(folder: Path) -> None:
    """An update that Telegram posts again, even to a bot started anew, is not answered again."""
    port = free_port()
    secret = "webhook-secret-word"
    url = f"http://127.0.0.1:{port}/telegram/hook"
    update = {
        "update_id": 4711,
        "message": {
            "message_id": 1, "date": 1_795_000_000, "text": "/treaty 4",
            "chat": {"id": 77, "type": "private", "first_name": "A"},
            "from": {"id": 77, "is_bot": False, "first_name": "A", "language_code": "en"},
        },
    }  # fmt: skip
    settings = {"TELEGRAM_WEBHOOK_URL": url, "TELEGRAM_WEBHOOK_SECRET": secret, "HTTP_ADDRESS": f"127.0.0.1:{port}"}
    async with telegram_api() as telegram, aiohttp.ClientSession() as session:

        async def post(body: bytes, **headers: str) -> int:
            async with session.post(url, data=io.BytesIO(body), headers=headers) as answer:
                return answer.status

        await telegram.order("chat", id=77)
        body, good = json.dumps(update).encode(), {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with running_service(folder, telegram=telegram, **settings):
            assert await post(body) in (401, 403)
            assert await post(body, **{"X-Telegram-Bot-Api-Secret-Token": "wrong"}) in (401, 403)
            assert await post(b"x" * 2_000_000, **good) in (400, 413)
            assert await post(b"{", **good) == 400
            assert await post(body, **good) == 200
            assert await post(body, **good) == 200
            await telegram.sent(chat=77, wait=1)
        async with running_service(folder, telegram=telegram, **settings):
            assert await post(body, **good) == 200
            update["update_id"] = 12
            assert await post(json.dumps(update).encode(), **good) == 200
            await telegram.sent(chat=77, wait=2)
        assert len(await telegram.sent(chat=77)) == 2


async def test_an_import_beside_the_running_service_reaches_readers(folder: Path) -> None:
    """A dossier corrected on the command line is what readers see two seconds later, without a restart."""
    async with telegram_api() as telegram, running_service(folder, telegram=telegram):
        before = await telegram.say("/fact F-1", user={"id": 11, "language_code": "en"})
        assert "F-1@1" in before.text
        await _correct(folder)
        after = before
        for person in range(12, 60):
            after = await telegram.say("/fact F-1", user={"id": person, "language_code": "en"})
            if "F-1@2" in after.text:
                break
        assert "corrected statement" in after.text
        history = await telegram.say("/history F-1", user={"id": 90, "language_code": "en"})
        assert "F-1@1" in history.text


async def _correct(folder: Path) -> None:
    async def run(*arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "dossier", *arguments, cwd=folder, env=environment(folder),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert await process.wait() == 0

    await run("export", "out")
    facts = folder / "out" / "facts.yaml"
    text = facts.read_text(encoding="utf-8")
    start = text.index("en: The treaty commits Russia")
    end = text.index("ru:", start)
    facts.write_text(text[:start] + "en: A corrected statement.\n    " + text[end:], encoding="utf-8")
    await run("import", "out")


@pytest.mark.parametrize("signal_first", [True, False])
async def test_a_killed_service_loses_nothing(folder: Path, signal_first: bool) -> None:
    """Killed without warning or asked to end, the bot starts again on a sound database."""
    async with telegram_api() as telegram:
        async with running_service(folder, telegram=telegram) as service:
            await telegram.say("/language ru", user={"id": 20, "language_code": "en"})
            if signal_first:
                assert await service.stop() == 0
            else:
                service.process.kill()
                await service.process.wait()
        async with running_service(folder, telegram=telegram):
            assert "Статья 4" in (await telegram.say("/treaty 4", user={"id": 20, "language_code": "en"})).text
    assert (await chat(folder, ["/treaty 4"]))[0]["ok"]


async def test_a_refused_token_ends_the_start_with_one_clear_line(folder: Path) -> None:
    """With a token that no platform takes, the service says so and ends with 1 instead of trying for ever."""
    async with telegram_api() as telegram:
        environ = environment(
            folder,
            TELEGRAM_BOT_TOKEN="123:wrong",
            TELEGRAM_API_URL=telegram.url,
            HTTP_ADDRESS=f"127.0.0.1:{free_port()}",
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=folder, env=environ, stderr=asyncio.subprocess.PIPE
        )
        _, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 1
    errors = [line for line in err.decode().splitlines() if '"level": "error"' in line]
    assert len(errors) == 1
    assert "TELEGRAM_BOT_TOKEN" in errors[0]
