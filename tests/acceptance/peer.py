"""A process that serves from one database beside others: `python -m tests.acceptance.peer <database>`.

Each line on its standard input is an order in JSON, each line on its output what came of it; it ends with its input. Its
clock and its ears are those of the service. Moments are those of the machine, which all processes share.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.adapters.console.render import plain
from bot.adapters.telegram.platform import TelegramPlatform
from bot.adapters.web.platform import Webhook, WebPlatform
from bot.app import Core, open_core
from bot.clock import Ticker
from bot.core.deliveries import AlertKind, Order
from bot.core.documents import Document
from bot.core.leases import News
from bot.core.places import ChatRef, MessageRef, Platform, UserRef
from bot.core.requests import Actor, Request
from bot.services.delivery import Broadcaster
from bot.services.governor import Governor, Limits
from bot.services.inbox import inbox_of
from bot.settings import read_settings
from handlers import COMMANDS
from storage.leases import PostgresLeases
from tests.builders import AT
from tests.newsroom import join

KEY = "moving"
LINES = (f"fact {KEY}", "fact F-1", "search number", f"fact {KEY}".ljust(100), "latest")
SECRET = "s"
NUMBER = re.compile(r"number (\d+)")


class Peer:
    """One process. Each method is an order."""

    def __init__(self, core: Core, leases: PostgresLeases, stack: AsyncExitStack) -> None:
        self._core, self._leases, self._stack = core, leases, stack
        self._people = itertools.count(1000)
        self._reading: list[asyncio.Task[None]] = []
        self._newest = 0
        self._seen: dict[int, float] = {}
        self._backwards: list[str] = []
        self._asked = 0
        self._posted: list[float] = []
        self._committed = 0.0
        core.store.listen(self._note)

    def _note(self, news: News) -> None:
        del news
        self._committed = time.monotonic()

    async def says(self, line: str = LINES[0]) -> int:
        """The number that an answer says; 0 where it says none."""
        user = str(next(self._people))
        asked = Request(line, Actor(UserRef(Platform.TELEGRAM, user)), ChatRef(Platform.TELEGRAM, user))
        reply = await self._core.dispatcher(asked)
        found = NUMBER.findall(plain(reply.document)) if reply is not None else []
        return max(map(int, found), default=0)

    async def publish(self, number: int) -> dict[str, Any]:
        """Change the fact as an editor does; when that was committed, and what is answered right after."""
        store, hours = self._core.store, number * 3600
        editor = await join(store, "2")
        entry = await store.entry(KEY)
        assert entry is not None
        draft = await editor.propose(replace(entry, text={"en": f"number {number}"}), at=hours)
        await self._core.services.desk.approve(draft, editor.act(hours), None)
        return {"at": self._committed, "says": [await self.says(line) for line in LINES]}

    async def add(self, number: int) -> float:
        """Publish something new, which is pushed at once; when that was committed."""
        store = self._core.store
        now = (self._core.clock.now() - datetime.fromisoformat(AT)).total_seconds()
        editor = await join(store, str(100 + number))
        fresh = replace(await store.entry(KEY), key="", number=None, text={"en": f"news {number}"})  # type: ignore[type-var]
        draft = await editor.propose(fresh, at=now)
        await self._core.services.desk.approve(draft, editor.act(now), None)
        return self._committed

    async def read(self) -> None:
        """Begin to ask all the time."""
        self._reading = [asyncio.create_task(self._read(at)) for at in range(2)]

    async def _read(self, at: int) -> None:
        for line in itertools.islice(itertools.cycle(LINES), at, None):
            newest = self._newest
            found = await self.says(line)
            if found < newest:
                self._backwards.append(f"{line.strip()}: {found} after {newest}")
            if found > self._newest:
                self._newest, self._seen[found] = found, time.monotonic()
            self._asked += 1
            await asyncio.sleep(0.005)

    async def seen(self, number: int) -> dict[str, Any]:
        """Ask until this number was seen.

        When each number was seen first, how often was asked, and what was older than something before.
        """
        while self._newest < number:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.002)
        for each in self._reading:
            each.cancel()
        found = {"seen": self._seen, "asked": self._asked, "backwards": self._backwards}
        self._seen, self._asked = {}, 0
        return found

    async def choose(self, user: int, locale: str) -> float:
        """Choose a language; when that was done."""
        await self._core.services.preferences.choose(f"telegram:{user}", locale)
        return time.monotonic()

    async def language(self, user: int, locale: str) -> float:
        """When this person was first seen to read in a language."""
        who = UserRef(Platform.TELEGRAM, str(user))
        while self._core.services.preferences.of_person(who) != locale:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.002)
        return time.monotonic()

    async def deaf(self) -> None:
        """Hear of nothing any more."""
        await self._leases.close()

    async def send(self) -> None:
        """Begin to send what is due."""
        governor = Governor(Platform.TELEGRAM, Limits(1000.0, 0.0, 0.0), self._core.store.outbox, now=self._core.now)
        sender = Broadcaster(
            Platform.TELEGRAM, self, governor, self._core.store.outbox, self._core.announcements, now=self._core.now
        )
        self._core.hearing.on(News.OUTBOX, sender.wake)
        await sender.start()
        self._stack.push_async_callback(sender.stop)

    async def sent(self, count: int) -> list[float]:
        """When so many messages were sent."""
        while len(self._posted) < count:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.002)
        return self._posted

    async def receive(self, telegram: str, token: str, port: int) -> None:
        """Take updates in by a webhook."""
        inbox = inbox_of(self._core.store, self._core.clock, "telegram")
        url = f"http://127.0.0.1:{port}/hook"
        platform = TelegramPlatform(
            token=token, api_url=telegram, answers=self._core.dispatcher, inbox=inbox, commands=COMMANDS,
            words=self._core.services.words, default_locale="en", webhook_url=url, webhook_secret=SECRET,
        )  # fmt: skip
        web = WebPlatform(f"127.0.0.1:{port}", dict, Webhook(url, platform.receive))
        self._stack.push_async_callback(inbox.close)
        for each in (web, platform):
            await each.start()
            self._stack.push_async_callback(each.stop)
        while not platform._taking:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)

    # As a carrier

    keyed = connected = True

    def render(self, document: Document, kind: AlertKind, refs: tuple[str, ...]) -> object:
        """Nothing is made of it."""
        del kind, refs
        return document

    async def post(self, order: Order, payload: object) -> MessageRef:
        """Note when it was sent."""
        del payload
        self._posted.append(time.monotonic())
        return MessageRef(order.chat, str(len(self._posted)))

    async def change(self, message: MessageRef, payload: object) -> None:
        """Nothing stands anywhere."""

    async def crosspost(self, message: MessageRef) -> None:
        """Nothing stands anywhere."""

    async def find(self, chat: ChatRef, mark: str, since: int) -> None:
        """Nothing stands anywhere."""

    async def private_chat(self, user: UserRef) -> ChatRef:
        """Nobody is told anything in private."""
        raise AssertionError


async def _serve(database: str) -> None:
    settings = read_settings(
        _env_file=None, database_url=database, default_locale="en", review_approvals=0, undo_seconds=0
    )
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with open_core(settings, fill=False, semantic=False) as core, AsyncExitStack() as stack:
        await core.store.warm_up()
        leases = PostgresLeases(database, lambda _ahead: None)
        leases.listen(core.told)
        await leases.open()
        stack.push_async_callback(leases.close)
        ticker = Ticker()
        core.keep_time(ticker, lambda: True)
        ticker.start()
        stack.push_async_callback(ticker.stop)
        peer = Peer(core, leases, stack)
        print(json.dumps("ready"), flush=True)
        while line := await lines.readline():
            order = json.loads(line)
            print(json.dumps(await getattr(peer, order.pop("do"))(**order)), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
