"""Twelve canary secrets through everything that can go wrong at DEBUG: none of them is found in anything written."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from tests.acceptance.newsroom import until
from tests.acceptance.service import Service, environment, free_port, running_service
from tests.platforms.discord_api import DiscordApi, discord_api
from tests.platforms.telegram_client import TelegramApi, telegram_api
from tests.secrets import CANARIES, DISCORD, TELEGRAM, Hit, encodings, scan, scan_folder

NIGHTLY = os.environ.get("PACTWATCH_NIGHTLY") == "1"
BYTES = int(os.environ.get("PACTWATCH_SECRETS_BYTES", str(1_200_000_000 if NIGHTLY else 0)))
"""So much of the log is written and scanned at least."""
pytestmark = pytest.mark.timeout(14_400 if BYTES else 300)

PASTED = [CANARIES["a Telegram token that a reader pasted"], CANARIES["a Discord token that a reader pasted"]]
TYPED = [
    "{}",
    "/treaty {}",
    "/ask what is {} for?",
    "/search {}",
    "/suggest It is {} | source: https://example.org/a",
    "/language {}",
]
OWNER = {"id": 1, "language_code": "en"}
GOOD = {"LOG_LEVEL": "DEBUG", "OWNERS": "telegram:1"}
PASSWORDS = [CANARIES["the database's password"], CANARIES["a password in the database's query"]]
POSTGRES = f"postgresql://me:{quote(PASSWORDS[0], safe='')}@127.0.0.1:1/db?password={quote(PASSWORDS[1], safe='')}"


def _echo(*secrets: str, more: int = 0) -> str:
    """A page that says every secret back in every encoding, as a proxy that shows what it was asked."""
    said = [form.decode() for secret in secrets for forms in encodings(secret).values() for form in sorted(forms)]
    return "<p>" + "</p><p>".join(said) + "</p>" + "x" * more


def _telegram_faults() -> Iterator[dict[str, Any]]:
    """What can be wrong with an answer of Telegram's, each saying the token back."""
    said = f"Bad Request: POST https://api.telegram.org/bot{TELEGRAM}/sendMessage {_echo(TELEGRAM)[:3000]}"
    for status in (400, 403, 409, 418, 500, 502, 504):
        yield {"status": status, "description": said}
    for status in (200, 302, 401, 403, 404, 500, 503):
        yield {"status": status, "body": _echo(TELEGRAM)}
    for body in (
        f'{{"ok": true, "result": "{TELEGRAM}"',
        f'{{"ok": true, "result": "{TELEGRAM}"}}',
        f'{{"ok": true, "result": {{"message_id": "{TELEGRAM}", "chat": ["{TELEGRAM}"]}}}}',
        f'{{"ok": false, "{TELEGRAM}": 1}}',
        f'{{"ok": false, "error_code": "{TELEGRAM}", "description": ["{TELEGRAM}"]}}',
        f'{{"ok": false, "description": "{TELEGRAM}", "parameters": "{TELEGRAM}"}}',
        "[" * 9000 + TELEGRAM,
        "\ud800".encode(errors="replace").decode() + TELEGRAM,
    ):
        yield {"status": 200, "body": body}
        yield {"status": 400, "body": body}
    yield {"cut": "before"}
    yield {"cut": "after"}


def _too_many() -> Iterator[dict[str, Any]]:
    """The same of refusals after which nothing is sent for a minute, since they name no seconds."""
    yield {"status": 429, "description": f"Too Many Requests: {TELEGRAM}", "retry_after": 1}
    yield {"status": 429, "body": _echo(TELEGRAM)}


def _discord_faults() -> Iterator[dict[str, Any]]:
    """As above, of Discord's."""
    said = f"Invalid Form Body {_echo(DISCORD)[:3000]}"
    for status in (400, 401, 403, 404, 405, 500, 502):
        yield {
            "status": status,
            "body": {
                "code": 50035,
                "message": said,
                "errors": {DISCORD: {"_errors": [{"code": DISCORD, "message": said}]}},
            },
        }
    for status in (200, 400, 401, 403, 429, 503):
        yield {"status": status, "body": _echo(DISCORD)}
    for place in (f"ftp://x/{DISCORD}", f"http://127.0.0.1:1/{DISCORD}", f"http://[/{DISCORD}"):
        yield {"status": 302, "body": "moved", "headers": {"Location": place}}
    yield {"status": 429, "body": {"message": said, "retry_after": 0.01, "global": False, "code": DISCORD}}
    yield {"status": 400, "body": DISCORD, "headers": {"X-Token": DISCORD}}
    yield {"close": "before"}
    yield {"close": "after"}


def _broken_updates(number: int) -> list[dict[str, Any]]:
    """Updates that the library or we can't read, each with a token where something else should be."""
    chat = {"id": 40 + number, "type": "private", "first_name": "A"}
    person = {"id": 40 + number, "is_bot": False, "first_name": "A"}
    good = {"message_id": 1, "date": 1_795_000_000, "chat": chat, "from": person, "text": "/treaty 4"}
    broken: list[Any] = [PASTED[0], [PASTED[0]], {"message_id": PASTED[0]}, good | {"date": PASTED[0]}]
    broken += [good | {key: {"id": PASTED[1]}} for key in ("chat", "from", "reply_to_message", "entities")]
    return [{"message": each} for each in broken] + [{"callback_query": each} for each in broken]


async def _talk(service: Service, telegram: TelegramApi, discord: DiscordApi, rounds: int) -> list[Hit]:
    """Let everything go wrong that the fakes can do wrong, and paste tokens; what people were told is scanned."""
    said: list[Any] = []
    person = 1000 * (rounds + 1)
    person = await _meet(telegram, _telegram_faults(), person)
    for update in _broken_updates(rounds):
        await telegram.order("raw", update=update, force=True)
    asked = []
    for fault in _discord_faults():
        person += 1
        await discord.ctl("fault", match="callback", **fault)
        asked.append(await discord.send_slash("treaty", {"article": "4"}, user=str(person)))
    await asyncio.gather(*(discord.answer(each, timeout=0.3) for each in asked), return_exceptions=True)
    for line in TYPED if rounds == 0 else TYPED[:1]:
        for token in PASTED:
            person += 1
            told = await _say(telegram, line.format(token), person)
            assert "token" in told["text"], (line, told)
            said.append(told)
    # Later the service is so busy that Discord's three seconds pass, and a fault may be left over.
    for token in PASTED if rounds == 0 else ():
        answer = await discord.slash("search", {"query": token}, user=str(person))
        assert "token" in answer.text
        assert answer.ephemeral
        said.append((answer.markdown, answer.labels))
        said.append(await discord.autocomplete("fact", "fact", token))
    if rounds == 0:
        for method in ("getUpdates", "setMyCommands", "editMessageText"):
            await telegram.fault(method=method, count=1, status=409, description=f"Conflict: {TELEGRAM}")
        said += await _publish(telegram, discord)
    async with aiohttp.ClientSession() as session:
        for page in ("healthz", "readyz", "metrics", "", TELEGRAM.replace(":", "%3A"), "hook"):
            async with session.get(f"http://{service.address}/{page}") as answer:
                said.append(None if page.startswith("555") else (await answer.text(), dict(answer.headers)))
    return scan("an answer", json.dumps(said, ensure_ascii=False))


async def _meet(telegram: TelegramApi, faults: Iterator[dict[str, Any]], person: int) -> int:
    """Have people after this one ask and each answer go wrong in another way; the last of them."""
    for fault in faults:
        person += 1
        await telegram.fault(method="sendMessage", chat=person, count=3, **fault)
        await telegram.write("/treaty 4", user={"id": person, "language_code": "en"})
    return person


async def _say(telegram: TelegramApi, line: str, person: int) -> dict[str, Any]:
    """Write to the bot for the first time; what it answers. Asks the fake for no more, of which there is very much."""
    await telegram.write(line, user={"id": person, "language_code": "en"})
    (record, *_) = await telegram.records("sendMessage", chat=person, wait=1, timeout=60)
    return dict(record["params"])


async def _publish(telegram: TelegramApi, discord: DiscordApi) -> list[Any]:
    """Publish a fact to two chats whose platforms refuse it and say the token back; what the owner sees of that."""
    await _say(telegram, "/subscribe", 31)
    await discord.slash("subscribe", {}, user="32", permissions=0x20)
    await telegram.write("/addfact A canary sang | source: https://example.org/song | topic: troops", user=OWNER)
    # The first draft has the model read, which takes its time on a busy machine.
    (record,) = await telegram.records("sendMessage", chat=1, wait=1, timeout=60)
    draft = str(record["params"]["text"])
    said = f"Bad Request: {TELEGRAM} {_echo(TELEGRAM)}"
    await telegram.fault(method="sendMessage", chat=31, count=1, status=400, description=said[:300])
    fault = {"status": 400, "body": {"code": 50006, "message": DISCORD}}
    await discord.ctl("fault", match="POST .*/channels/[0-9]+/messages$", **fault)
    label = next(word for word in draft.split() if word.startswith("F-")).strip(".,:;()")
    told = [draft, (await telegram.say(f"/approve {label}", user=OWNER)).text]
    deadline = asyncio.get_running_loop().time() + 30
    while asyncio.get_running_loop().time() < deadline:
        records = await telegram.order("records", method=["sendMessage"], chat=31, done=True)
        if any(each["status"] == 400 for each in records):
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError("nothing was sent to the chat that refuses")
    told.append((await telegram.say("/why", user={"id": 31, "language_code": "en"})).text)
    return told


async def _revoke(service: Service, telegram: TelegramApi) -> None:
    """Last of all, since it stops the platform for good: Telegram no longer knows the token."""
    await telegram.fault(method="getUpdates", count=1, status=401, description=f"Unauthorized: {TELEGRAM}")
    await telegram.write("/treaty 5", user=OWNER)

    async def is_off() -> bool:
        return "Telegram is off" in service.written()

    await until(is_off, "Telegram is off", 20)


async def _run(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, env=environment(folder, **(GOOD | settings)),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode()


async def _recorded(telegram: TelegramApi, discord: DiscordApi) -> list[Hit]:
    """What the bot sent to the platforms, without the three places where a secret belongs."""
    sent = [dict(each["params"]) for each in await telegram.records()]
    for params in sent:
        params.pop("secret_token", None)
    written = [each.get("json") for each in await discord.records()]
    return scan("a request to Telegram", json.dumps(sent)) + scan("a request to Discord", json.dumps(written))


async def test_no_secret_leaves_the_running_service(folder: Path) -> None:
    """With everything going wrong at DEBUG, no file, log, page, message or exit line holds a secret in any encoding."""
    hits: list[Hit] = []
    async with telegram_api(TELEGRAM) as telegram, discord_api("--token", DISCORD) as discord:
        telegram.url = telegram.url.replace(
            "://", f"://me:{quote(CANARIES['the password of a Bot API server'], safe='')}@"
        )
        discord.token = DISCORD
        await telegram.limits(overall=0, private=0)
        settings = {
            "LOG_LEVEL": "DEBUG", "OWNERS": "telegram:1", "REVIEW_APPROVALS": "0", "UNDO_SECONDS": "0",
            "PGPASSWORD": CANARIES["PGPASSWORD"], "TELEGRAM_WEBHOOK_SECRET": CANARIES["the webhook's secret"],
        }  # fmt: skip
        async with running_service(folder, telegram=telegram, discord=discord, **settings) as service:
            rounds = 0
            while rounds == 0 or service.log.stat().st_size < BYTES:
                hits += await _talk(service, telegram, discord, rounds)
                if BYTES:
                    # Each from a person of their own: one alone would be told to slow down.
                    for number in range(2_000_000 + 200 * rounds, 2_000_200 + 200 * rounds):
                        await telegram.fault(
                            method="sendMessage", chat=number, count=1, status=200, body=_echo(TELEGRAM, more=30_000)
                        )
                        await telegram.write(f"/treaty {number % 23}", user={"id": number, "language_code": "en"})
                rounds += 1
            await _revoke(service, telegram)
            hits += await _recorded(telegram, discord)
            limit = Path(f"/proc/{service.process.pid}/limits")
            assert not limit.exists() or "Max core file size        0 " in limit.read_text(encoding="utf-8")
            service.process.send_signal(signal.SIGABRT)
            await service.process.wait()
        found, size = scan_folder(folder)
        hits += found
        (folder / "service.log").rename(folder / "first.log")
        port = free_port()
        hook = {"TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook", "HTTP_ADDRESS": f"127.0.0.1:{port}"}
        async with running_service(folder, telegram=telegram, **settings, **hook) as service:
            await telegram.say("/treaty 4", user={"id": 51, "language_code": "en"})
            await telegram.fault(
                method="sendMessage", count=1, status=401, body=_echo(TELEGRAM, settings["TELEGRAM_WEBHOOK_SECRET"])
            )
            async with aiohttp.ClientSession() as session:
                header = {"X-Telegram-Bot-Api-Secret-Token": CANARIES["the webhook's secret"]}
                for body in (b"{", f'{{"update_id": 1, "message": "{TELEGRAM}"}}'.encode(), b"[" * 90_000, b"\xff"):
                    async with session.post(hook["TELEGRAM_WEBHOOK_URL"], data=body, headers=header) as answer:
                        hits += scan("the webhook's answer", await answer.read())
            since = len(await telegram.records())
            await _meet(telegram, _too_many(), 60)
            await telegram.records("sendMessage", since=since, wait=2)
            hits += await _recorded(telegram, discord)
            await service.stop()
    found, second = scan_folder(folder)
    assert hits + found == []
    print(f"scanned {(size + second) / 1e6:.1f} MB, {rounds} rounds")


async def test_no_secret_leaves_a_command_that_fails(folder: Path) -> None:
    """Whatever is wrong with the database, a setting or an argument, the lines about it hold no secret."""
    (folder / "broken.db").write_bytes(b"SQLite format 3\0" + TELEGRAM.encode() * 400)
    wrong = {"TELEGRAM_BOT_TOKEN": TELEGRAM, "DISCORD_BOT_TOKEN": DISCORD, "PGPASSWORD": CANARIES["PGPASSWORD"]}
    line = CANARIES["a token in the wrong variable"]
    tokens = {**wrong, "DATABASE_URL": POSTGRES}
    outcomes = await asyncio.gather(
        _run(folder, "db", "check", **tokens),
        _run(folder, "deliveries", **wrong, DATABASE_URL="sqlite:///broken.db"),
        _run(folder, "run", **wrong, PUBLIC_URL=f"https://me:{CANARIES['a password in the public address']}@example.org", LOG_LEVEL=line, DEFAULT_TIMEZONE=line, OWNERS=line),
        _run(folder, "db", "check", DATABASE_URL=f"mysql://me:{quote(PASSWORDS[0])}@h/d", **wrong),
        _run(folder, "dossier", "import", f"no/{TELEGRAM}", **wrong),
    )  # fmt: skip
    assert [code for code, _ in outcomes] == [1, 1, 78, 78, 1]
    for _, written in outcomes:
        assert scan("what a command wrote", written) == []
        assert "Traceback" not in written
    found, _ = scan_folder(folder, leave_out=frozenset({"broken.db"}))
    assert found == []


@pytest.mark.one_engine("asks no database")
def test_the_scanner_finds_every_encoding(tmp_path: Path) -> None:
    """A scanner that finds nothing has looked: each canary in each encoding, wherever it stands in a file, is a hit."""
    for name, secret in CANARIES.items():
        for encoding, forms in encodings(secret).items():
            for form in forms:
                hits = scan("x", b"before" + form + b"behind")
                assert any((hit.secret, hit.encoding) == (name, encoding) for hit in hits)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.db").write_bytes(b"\0" * (16 * 1024 * 1024 - 5) + TELEGRAM.encode())
    hits, size = scan_folder(tmp_path)
    assert {hit.secret for hit in hits} == {"the token of the Telegram bot", "its part behind the colon"}
    assert size == 16 * 1024 * 1024 - 5 + len(TELEGRAM)
