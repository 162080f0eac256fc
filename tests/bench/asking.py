"""People who ask, by the real dispatcher, and a sender that sends what is queued at Telegram's free limit.

`python -m tests.bench.asking PART URL EACH APART`; what the parts do may also be done by one process.

ask     so many of each command, so many seconds apart, each from somebody else; writes the median and the 95th percentile
        of each in milliseconds. What `/treaty` and `/latest` say is in memory after the first time; `/search` asks for
        another word each time; `/subscribe` writes
send    sends until it is ended; writes `up` once it began
both    asks while it sends
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count, cycle
from time import perf_counter

from bot.app import REFRESH_SECONDS, Core, open_core
from bot.clock import Ticker
from bot.core.deliveries import AlertKind, Order
from bot.core.documents import Document
from bot.core.places import ChatRef, MessageRef, Platform, UserRef
from bot.core.requests import Actor, Outcome, Request
from bot.service import WATCH_SECONDS
from bot.services.delivery import Broadcaster
from bot.services.governor import Governor, Limits
from storage.dossier import read_dossier, shipped_dossier
from tests.bench.cluster import settings
from tests.bench.wire import percentile

COMMANDS = ("/treaty 4", "/search", "/latest", "/subscribe")
PER_SECOND = 30.0
WARM_UP = 20
LONG_WORD = 6


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of each command in one turn, seconds between two commands, and how many turns."""

    each: int
    apart: float
    turns: int


FULL = Sizes(100, 0.01, turns=7)
QUICK = Sizes(40, 0.01, turns=2)


class Nowhere:
    """A carrier whose messages arrive at once and stand nowhere."""

    keyed = True
    connected = True

    def __init__(self) -> None:
        self._numbers = count(1)

    def render(self, document: Document, kind: AlertKind, refs: tuple[str, ...]) -> object:
        return document

    async def post(self, order: Order, payload: object) -> MessageRef:
        return MessageRef(order.chat, str(next(self._numbers)))

    async def change(self, message: MessageRef, payload: object) -> None: ...

    async def crosspost(self, message: MessageRef) -> None: ...

    async def find(self, chat: ChatRef, mark: str, since: int) -> MessageRef | None:
        return None

    async def private_chat(self, user: UserRef) -> ChatRef:
        return ChatRef(user.platform, user.id)


def words() -> Iterator[str]:
    """Words that the dossier has, each once and then from the beginning."""
    dossier, faults = read_dossier(shipped_dossier())
    assert dossier is not None, faults
    found = {word.strip(".,;:()«»\"'").lower() for entry in dossier.entries for word in entry.text["it"].split()}
    return cycle(sorted(word for word in found if len(word) > LONG_WORD and word.isalpha()))


async def ask(core: Core, each: int, apart: float) -> dict[str, tuple[float, float]]:
    """Ask in turn; median and 95th percentile by command."""
    times: dict[str, list[float]] = {command: [] for command in COMMANDS}
    searched, people = words(), count(int(perf_counter() * 1000) * 1000)
    for at in range(WARM_UP + each):
        for command in COMMANDS:
            line = f"{command} {next(searched)}" if command == "/search" else command
            person = UserRef(Platform.TELEGRAM, str(next(people)))
            began = perf_counter()
            reply = await core.dispatcher(Request(line, Actor(person), ChatRef(Platform.TELEGRAM, person.id)))
            took = (perf_counter() - began) * 1000
            assert reply is not None, line
            assert reply.outcome is not Outcome.REFUSED, line
            if at >= WARM_UP:
                times[command].append(took)
            await asyncio.sleep(apart)
    return {name: (percentile(sorted(taken), 0.5), percentile(sorted(taken), 0.95)) for name, taken in times.items()}


@contextlib.asynccontextmanager
async def sending(core: Core) -> AsyncIterator[None]:
    """Send what is queued."""
    outbox = core.store.outbox
    governor = Governor(Platform.TELEGRAM, Limits(PER_SECOND), outbox, now=core.now)
    sender = Broadcaster(Platform.TELEGRAM, Nowhere(), governor, outbox, core.announcements, now=core.now)
    await sender.start()
    try:
        yield
    finally:
        await sender.stop()


async def run(part: str, url: str, each: int, apart: float) -> None:
    """What this process is asked for."""
    async with contextlib.AsyncExitStack() as stack:
        core = await stack.enter_async_context(open_core(settings(url), fill=False, semantic=False))
        await core.store.warm_up()
        ticker = Ticker()
        ticker.every(REFRESH_SECONDS, core.refresh)
        ticker.every(WATCH_SECONDS, lambda: core.store.outbox.stalled(core.now()))
        ticker.start()
        stack.push_async_callback(ticker.stop)
        if part != "ask":
            await stack.enter_async_context(sending(core))
        if part == "send":
            print("up", flush=True)
            await asyncio.Event().wait()
        print(json.dumps(await ask(core, each, apart)), flush=True)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
