"""A process whose children do one act of the way of news into chats, and die at one boundary of it.

A line is JSON: the `database`, the file of the `wall`, the `acts`, the `boundary` (see `boundaries`; 0 is never reached)
and the moment, `at` so many seconds after AT. The platforms are a file, which outlives whoever writes to it.
"""

from __future__ import annotations

import asyncio
import json
import os
import selectors
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.deliveries import AlertKind, Order, Trouble, Undelivered, milliseconds
from bot.core.documents import Document
from bot.core.editorial import Policy, ProposalState
from bot.core.places import ChatRef, MessageRef, Platform, UserRef
from bot.services.announcements import Announcements
from bot.services.delivery import Broadcaster
from bot.services.digests import Digests
from bot.services.governor import Governor, Limits
from bot.services.lookup import Lookup
from bot.words import load_words
from storage import SqlStore, open_store
from tests.acceptance.boundaries import serve_children, survived, watch
from tests.builders import AT
from tests.newsroom import join

SPEED = 20
WORDS = load_words()
FINISHED_SECONDS = 120

PLAIN, LIMITED, FIXED, CUT, QUIET, DAILY = (f"telegram:{number}" for number in range(11, 17))
CHANNEL, ANNOUNCEMENTS = "discord:21", "discord:22"
"""LIMITED refuses the first message for a while, FIXED every change, CUT loses the answer to the first message."""


class HastyLoop(asyncio.SelectorEventLoop):
    """A loop whose seconds are shorter, so that nobody waits for pauses."""

    def __init__(self) -> None:
        super().__init__(_Hasty())

    def time(self) -> float:
        return super().time() * SPEED


class _Hasty(selectors.DefaultSelector):  # type: ignore[misc, valid-type]  # which class it is depends on the system
    def select(self, timeout: float | None = None) -> Any:
        return super().select(timeout if timeout is None else timeout / SPEED)


@dataclass
class HastyClock:
    """The time of day since a moment; as fast as that of such a loop where it is `hasty`."""

    began: datetime
    since: float
    hasty: bool = False

    def now(self) -> datetime:
        passed = asyncio.get_running_loop().time() - self.since
        return self.began + timedelta(seconds=passed if self.hasty else passed / SPEED)


@dataclass(frozen=True)
class Wall:
    """A carrier that writes each request it takes as one line into a file. keyed: see `Carrier`."""

    path: Path
    keyed: bool

    @cached_property
    def _file(self) -> int:
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    @property
    def connected(self) -> bool:
        return True

    def render(self, document: Document, kind: AlertKind, refs: tuple[str, ...]) -> object:
        return f"{kind.value}: {document}"

    async def post(self, order: Order, payload: object) -> MessageRef:
        chat = str(order.chat)
        before = [each for each in lines(self.path) if each["chat"] == chat]
        if chat == LIMITED and not before:
            self._write("refused", chat)
            raise Undelivered(Trouble.CHAT_LIMIT, "too many", seconds=1.0)
        known = [each["message"] for each in before if each.get("key") == order.key]
        if not (self.keyed and known):
            known = [str(len(before) + 1)]
            self._write("post", chat, message=known[0], key=order.key, text=payload)
        if chat == CUT and not before:
            raise Undelivered(Trouble.LOST, "the connection broke")
        return MessageRef(order.chat, known[0])

    async def change(self, message: MessageRef, payload: object) -> None:
        if str(message.chat) == FIXED:
            self._write("refused", str(message.chat))
            raise Undelivered(Trouble.UNEDITABLE, "message can't be edited")
        self._write("change", str(message.chat), message=message.id, text=payload)

    async def crosspost(self, message: MessageRef) -> None:
        self._write("crosspost", str(message.chat), message=message.id)

    async def find(self, chat: ChatRef, mark: str, since: int) -> MessageRef | None:
        shown = [each for each in lines(self.path) if each["chat"] == str(chat) and mark in each.get("text", "")]
        return MessageRef(chat, shown[0]["message"]) if shown else None

    async def private_chat(self, user: UserRef) -> ChatRef:
        return ChatRef(user.platform, user.id)

    def _write(self, did: str, chat: str, **more: object) -> None:
        # One write, and past all buffers: a process that is killed right after it has made the request.
        os.write(self._file, (json.dumps({"did": did, "chat": chat} | more) + "\n").encode())


def lines(wall: Path) -> list[dict[str, Any]]:
    """The requests that were taken, in their order."""
    return [json.loads(each) for each in wall.read_text().splitlines()] if wall.exists() else []


class Acts:
    """What there is to be done, by name. Done again after a crash, each goes on where the other left off."""

    def __init__(self, store: SqlStore, wall: Path, at: float) -> None:
        began = datetime.fromisoformat(AT).astimezone(UTC) + timedelta(seconds=at)
        self._store, self._wall, self._at = store, wall, at
        self._clock = HastyClock(began, asyncio.get_running_loop().time())

    def named(self, name: str) -> Callable[[], Awaitable[None]]:
        """An act."""
        acts: Mapping[str, Callable[[], Awaitable[None]]] = {
            "publish": lambda: self._approve(1),
            "post on Telegram": lambda: self._send(Platform.TELEGRAM),
            "post on Discord": lambda: self._send(Platform.DISCORD),
            "correct": lambda: self._approve(2),
            "change on Telegram": lambda: self._send(Platform.TELEGRAM),
            "change on Discord": lambda: self._send(Platform.DISCORD),
            "make digests": self._make_digests,
            "finish": self._finish,
        }
        return acts[name]

    def _now(self) -> int:
        return milliseconds(self._clock.now())

    async def _approve(self, identity: int) -> None:
        proposal = await self._store.proposal(identity)
        assert proposal is not None
        if proposal.state is not ProposalState.PUBLISHED:
            editor = await join(self._store, "2")
            await editor.approve(proposal, at=self._at, policy=Policy(undo_seconds=0))

    async def _send(self, platform: Platform) -> None:
        """Send what is due, one after the other."""
        sender = await self._sender(platform)
        await sender.start()
        await sender.idle()
        await sender.stop()

    async def _finish(self) -> None:
        """Send all there is on both platforms, but for what quiet hours hold."""
        self._clock.hasty = True  # what is to be tried again in a second is tried now
        senders = [await self._sender(platform) for platform in (Platform.TELEGRAM, Platform.DISCORD)]
        for each in senders:
            await each.start()
        async with asyncio.timeout(FINISHED_SECONDS):
            while await self._store._database.fetch(WAITING):  # noqa: ASYNC110 - the store tells nobody of its changes
                await asyncio.sleep(0.2)
        for each in senders:
            await each.stop()
        assert await self._store.check() == ()

    async def _sender(self, platform: Platform) -> Broadcaster:
        lookup = Lookup(self._store)
        await lookup.refresh()
        return Broadcaster(
            platform,
            Wall(self._wall, keyed=platform is Platform.DISCORD),
            Governor(platform, Limits(10_000.0, private=0.0, group=0.0), self._store.outbox, now=self._now),
            self._store.outbox,
            Announcements(self._store.outbox, lookup, WORDS, ZoneInfo("UTC")),
            now=self._now,
            at_once=1,
        )

    async def _make_digests(self) -> None:
        await Digests(self._store.subscribers, self._clock).make_due()


WAITING = """
    select 1 from deliveries d join subscriptions s on s.id = d.subscription_id
    where d.open = 1 and s.quiet_from is null limit 1"""


async def _live(line: str) -> None:
    asked = json.loads(line)
    store = await open_store(asked["database"])
    await store.warm_up()
    acts = Acts(store, Path(asked["wall"]), asked["at"])
    passed = await watch(store, asked["boundary"])
    for name in asked["acts"]:
        await acts.named(name)()
    await store.close()
    survived(passed)


if __name__ == "__main__":
    for words in WORDS.values():
        words.text("push-alert")  # the first word of a language reads its file
    serve_children(_live, HastyLoop)
