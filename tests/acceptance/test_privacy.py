"""What is kept about people on real platforms: files for their eyes only, logs without their ids, and forgetting."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

from bot.core.places import UserRef
from bot.core.times import stamp
from tests.acceptance.delivery_studio import TELEGRAM, Agency, private
from tests.acceptance.newsroom import until
from tests.acceptance.service import Service, environment, running_service
from tests.platforms.discord_api import Answer, DiscordApi, discord_api
from tests.platforms.telegram_client import TelegramApi, telegram_api

ANNA, BORIS, CARLA, OWNER, EMMA = (5_550_000_001 + number for number in (0, 1, 2, 3, 8))
GROUP = {"id": -1_005_550_000_005, "type": "supergroup", "title": "News"}
DORA, ROOM, SERVER = "555000000000000006", "555000000000000007", "900000000000000001"
IDS = re.compile(r"555000000|900000000000000")


async def _of_telegram(telegram: TelegramApi) -> None:
    await telegram.say("/subscribe sanctions", user=EMMA)
    await telegram.fault(method="sendDocument", count=1, status=502, description="Bad Gateway")
    told = await telegram.say("/privacy", user=EMMA)
    await telegram.push_button(told, "/mydata", user=EMMA)
    file = await telegram.file(chat=EMMA)
    assert (file["filename"], file["type"]) == ("pactwatch-data.json", "application/json")
    assert json.loads(file["content"])["subscriptions"][0]["place"] == f"telegram:{EMMA}"
    await telegram.write("/mydata", chat=GROUP, user=EMMA)
    await telegram.records("sendDocument", chat=EMMA, wait=3)  # the one that failed is among them
    assert await telegram.records("sendDocument", chat=int(str(GROUP["id"]))) == []


async def _of_discord(discord: DiscordApi) -> None:
    await discord.slash("language", {"language": "en"}, user=DORA)
    answer = await discord.answer(await discord.send_slash("mydata", user=DORA), answers=2)
    told = _attached(answer)
    assert (told["filename"], told["type"]) == ("pactwatch-data.json", "application/json")
    assert json.loads(told["content"])["preferences"] == [{"ref": f"discord:{DORA}", "language": "en", "changed": 1}]


def _attached(answer: Answer) -> dict[str, Any]:
    assert answer.ephemeral
    (file,) = answer.message["attachments"]
    return dict(file)


async def test_a_file_is_for_one_person_and_no_id_for_the_log(folder: Path) -> None:
    """/mydata brings a file to the person alone; no log of it, of broadcasts or failures holds an id, even at DEBUG."""
    settings = {"OWNERS": f"telegram:{OWNER}", "REVIEW_APPROVALS": "0", "UNDO_SECONDS": "0", "LOG_LEVEL": "DEBUG"}
    async with telegram_api() as telegram, discord_api() as discord:
        await telegram.limits(overall=0, private=0)
        await discord.channel(ROOM)
        async with running_service(folder, telegram=telegram, discord=discord, **settings) as service:
            await _of_telegram(telegram)
            await _of_discord(discord)
            await _live(telegram, discord)
            await _broadcast(telegram, discord, service)
            assert await service.stop() == 0
        written = service.written()
        found = await _marks(folder, telegram, f"telegram:{BORIS}")
    assert written.count("\n") > 10
    assert [line for line in written.splitlines() if IDS.search(line)] == []
    assert [line for line in written.splitlines() if found in line and "delivery #" in line]


async def _live(telegram: TelegramApi, discord: DiscordApi) -> None:
    """Commands, buttons, private replies that fail, groups and channels."""
    for person in (ANNA, BORIS, CARLA, OWNER):
        await telegram.say("/subscribe", user=person)
    for kind in (500, 403, 400):
        text = f"Bad Request: user {CARLA} is nobody"
        await telegram.fault(method="sendMessage", chat=CARLA, count=1, status=kind, description=text)
        await telegram.write("/treaty 4", user=CARLA)
    await telegram.fault(method="getChatMember", count=1, status=400, description=f"no member {ANNA}")
    await telegram.write("/subscribe", chat=GROUP, user=ANNA)
    card = await telegram.say("/treaty 4", chat=GROUP, user=BORIS)
    await telegram.fault(method="editMessageText", count=1, status=400, description=f"chat {GROUP['id']} is odd")
    await telegram.push_button(card, "5", user=ANNA)
    await telegram.say("/roles grant telegram:5550000003 contributor", user=OWNER)
    await telegram.member(GROUP, "left")
    await discord.slash("subscribe", user=DORA, channel=ROOM, permissions=8)
    await discord.fault("callback", status=400, body={"code": 50035, "message": f"user {DORA} in {ROOM}"}, times=1)
    await discord.send_slash("treaty", {"article": "4"}, user=DORA, channel=ROOM)


async def _broadcast(telegram: TelegramApi, discord: DiscordApi, service: Service) -> None:
    """Something published, to one who gets it, one who blocked the bot, and a channel that is shut at first."""
    blocked = "Forbidden: bot was blocked by the user"
    await telegram.fault(method="sendMessage", chat=BORIS, count=1, status=403, description=blocked)
    await discord.fault(f"channels/{ROOM}/messages", status=500, times=1)
    since = len(await telegram.records())
    line = "/addfact Envoys met | source: https://tass.com/politics/1 | status: confirmed | severity: flash"
    added = await telegram.say(line, user=OWNER)
    label = re.search(r"F-\d+", added.text)
    assert label is not None, added.text
    await telegram.write(f"/approve {label[0]}", user=OWNER)
    await telegram.records("sendMessage", chat=BORIS, since=since, wait=1)
    await telegram.sent(chat=ANNA, since=since, wait=1)

    async def refused() -> bool:
        return "delivery #" in service.written()

    await until(refused, "the log to tell of the delivery to who blocked the bot")


async def _marks(folder: Path, telegram: TelegramApi, ref: str) -> str:
    """What `pactwatch mark` says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "mark", ref, cwd=folder,
        env=environment(folder, TELEGRAM_BOT_TOKEN=telegram.token), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode().strip()


async def test_who_is_forgotten_in_the_middle_of_a_broadcast_stays_forgotten(agency: Agency) -> None:
    """A message under way while its reader is forgotten leaves no trace of them, and everybody else is told."""
    reader, others = private(1), [private(number) for number in range(2, 12)]
    await agency.telegram.chats(int(reader.id), len(others) + 1)
    await agency.subscribe(reader, *others)
    await agency.telegram.fault(method="sendMessage", chat=int(reader.id), count=1, delay=1.0)
    await agency.publish("Envoys met")
    store, user = agency.core.store, UserRef(TELEGRAM, reader.id)

    async def under_way() -> bool:
        return bool(await agency.telegram.records("sendMessage", chat=int(reader.id)))

    await until(under_way, "the message to be under way")
    assert await store.everything_about(user, reader) is not None
    assert await store.forget_person(user, stamp(agency.clock.now()), reader)
    await agency.all_sent()
    await asyncio.sleep(1.2)  # until what was under way has come back
    assert await store.everything_about(user, reader) is None
    assert await agency.states() == {"delivered": len(others)}
    assert await store.check() == ()
