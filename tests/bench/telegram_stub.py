"""A Bot API for measurements: no limits but those asked for, no faults, and never the bottleneck. `python -m tests.bench.telegram_stub`.

POST /ctl/flood with {"texts": […], "count": N, "rate": R, "seconds": S} hands out N updates through getUpdates,
all at once or R a second, and answers with the figures once each was answered or S seconds are over.
{"url": U, "secret": X} beside it pushes them to a webhook over 40 connections instead.
POST /ctl/polled answers with {"at": T} once somebody has polled; T is the moment of the first poll.
POST /ctl/expect and /ctl/posts are about broadcasts, to chats with numbers below those of the people who ask: see
`tests.bench.posts`.

Each update comes from a person and a private chat of its own, every other one Italian: whoever asks too much is
not answered by the product, and an answer depends on the language.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import deque
from itertools import cycle, islice
from urllib.parse import parse_qs, urlsplit

from tests.bench.posts import Posts
from tests.bench.wire import Connection, Received, Tally, encode, header, listen

PEOPLE = 1_000_000
BATCH = 100
WEBHOOK_CONNECTIONS = 40
SERVED_SECONDS = 3_600
_BOT = {"id": 1, "is_bot": True, "first_name": "Pactwatch", "username": "pactwatch_bot"}
_ME = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}


def update(number: int, text: str) -> bytes:
    """A message in a private chat."""
    person = {"id": PEOPLE + number, "first_name": "Ada"}
    command = {"type": "bot_command", "offset": 0, "length": len(text.partition(" ")[0])}
    return encode(
        {
            "update_id": number,
            "message": {
                "message_id": number,
                "date": 1_795_450_863,
                "chat": {**person, "type": "private"},
                "from": {**person, "is_bot": False, "language_code": "it" if number % 2 else "en"},
                "text": text,
                "entities": [command],
            },
        }
    )


class Flood:
    """Updates to hand out: all at once where `rate` is 0, else one every 1/rate seconds."""

    def __init__(self, first: int, texts: list[str], rate: float, tally: Tally) -> None:
        self.first = first
        self.updates = [update(first + at, text) for at, text in enumerate(texts)]
        self.tally = tally
        self._rate = rate
        self._began = time.monotonic()

    def due_at(self, index: int) -> float:
        """When an update is to go out."""
        return self._began + index / self._rate if self._rate else self._began

    def batch(self, offset: int) -> list[bytes]:
        """What is due from an offset on."""
        now = time.monotonic()
        start = max(0, offset - self.first)
        end = min(len(self.updates), start + BATCH)
        while self._rate and end > start and self.due_at(end - 1) > now:
            end -= 1
        for index in range(start, end):
            self.tally.sent(index, self.due_at(index) if self._rate else now)
        return self.updates[start:end]

    def next_due(self, offset: int) -> float | None:
        """When the next update is due; None where none is left."""
        start = max(0, offset - self.first)
        return self.due_at(start) if start < len(self.updates) else None


class TelegramStub:
    """One bot's Bot API."""

    def __init__(self) -> None:
        self._flood: Flood | None = None
        # A bot remembers over restarts which updates it took; each run must bring new ones.
        self._next = random.randrange(1, 2**30)
        self._waiting: tuple[Connection, int, float] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._polled = 0.0
        self._asking: list[Connection] = []
        self._sent = 0
        self._posts = Posts()

    def serve(self, connection: Connection, request: Received) -> None:
        """Answer one request."""
        method = request.path.rpartition("/")[2]
        match method:
            case "sendMessage":
                self._message(connection, request.body)
            case "getUpdates":
                self._poll(connection, request)
            case "getMe":
                connection.reply(encode({"ok": True, "result": _BOT | _ME}))
            case "flood":
                self._start(connection, json.loads(request.body))
            case "polled":
                self._asking.append(connection)
                self._tell_polled()
            case "expect":
                self._posts.expect(json.loads(request.body))
                connection.reply(b"{}")
            case "posts":
                self._counting = asyncio.ensure_future(self._count(connection, json.loads(request.body)))
            case _:
                connection.reply(b'{"ok":true,"result":true}')

    def _message(self, connection: Connection, body: bytes) -> None:
        # Parsed by hand: this is what a flood does most.
        start = body.index(b"chat_id=") + len(b"chat_id=")
        end = body.find(b"&", start)
        chat = int(body[start:end] if end >= 0 else body[start:])
        if chat >= PEOPLE:
            self._posts.reply()
        elif (seconds := self._posts.take(str(chat))) is not None:
            connection.reply(
                b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after %d",'
                b'"parameters":{"retry_after":%d}}' % (seconds, seconds),
                429,
            )
            return
        self._sent += 1
        connection.reply(
            b'{"ok":true,"result":{"message_id":%d,"date":1795450863,"chat":{"id":%d,"type":"private",'
            b'"first_name":"Ada"},"from":{"id":1,"is_bot":true,"first_name":"Pactwatch"},"text":"ok"}}'
            % (self._sent, chat)
        )
        if self._flood is not None:
            self._flood.tally.answer(chat - PEOPLE - self._flood.first)

    async def _count(self, connection: Connection, asked: dict[str, object]) -> None:
        connection.reply(encode(await self._posts.figures(asked)))

    def _poll(self, connection: Connection, request: Received) -> None:
        fields = parse_qs(request.body.decode() or request.query)
        self._polled = self._polled or time.monotonic()
        self._tell_polled()
        until = time.monotonic() + float(fields.get("timeout", ["0"])[0])
        self._waiting = (connection, int(fields.get("offset", ["0"])[0]), until)
        self._hand_out()

    def _tell_polled(self) -> None:
        if self._polled:
            for asking in self._asking:
                asking.reply(encode({"at": self._polled}))
            self._asking.clear()

    def _hand_out(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._waiting is None:
            return
        connection, offset, until = self._waiting
        batch = self._flood.batch(offset) if self._flood else []
        now = time.monotonic()
        if batch or now >= until:
            self._waiting = None
            connection.reply(b'{"ok":true,"result":[' + b",".join(batch) + b"]}")
            return
        due = self._flood.next_due(offset) if self._flood else None
        moment = until if due is None else min(until, due)
        self._timer = asyncio.get_running_loop().call_later(max(moment - now, 0.0005), self._hand_out)

    def _start(self, connection: Connection, asked: dict[str, object]) -> None:
        texts = list(islice(cycle(asked["texts"]), int(asked["count"])))
        finished = asyncio.Event()
        tally = Tally(len(texts), finished.set)
        self._flood = Flood(self._next, texts, float(asked.get("rate", 0)), tally)
        self._next += len(texts)
        pusher = Pusher(self._flood, str(asked["url"]), str(asked["secret"])) if "url" in asked else None
        task = asyncio.ensure_future(self._finish(connection, finished, float(asked["seconds"]), pusher))
        self._task = task  # the loop itself holds tasks by a weak reference only
        if pusher is None:
            self._hand_out()

    async def _finish(
        self, connection: Connection, finished: asyncio.Event, seconds: float, pusher: Pusher | None
    ) -> None:
        assert self._flood is not None
        try:
            async with asyncio.timeout(seconds):
                if pusher is not None:
                    await pusher.run()
                await finished.wait()
        except TimeoutError:
            pass
        figures = self._flood.tally.figures() | {"refused": pusher.refused if pusher else 0}
        self._flood = None
        connection.reply(encode(figures))


class Pusher:
    """Brings a flood's updates to a webhook, each connection one at a time, as Telegram does."""

    def __init__(self, flood: Flood, url: str, secret: str) -> None:
        self._flood = flood
        self._url = urlsplit(url)
        self._secret = secret
        self._left = deque(range(len(flood.updates)))
        self.refused = 0

    async def run(self) -> None:
        """Return once each update was taken."""
        await asyncio.gather(*(self._work() for _ in range(WEBHOOK_CONNECTIONS)))

    async def _work(self) -> None:
        reader, writer = await asyncio.open_connection(self._url.hostname, self._url.port)
        try:
            while self._left:
                index = self._left.popleft()
                due = self._flood.due_at(index)
                if (wait := due - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                if not await self._post(reader, writer, index):
                    self.refused += 1
                    self._left.append(index)
                    await asyncio.sleep(0.05)
        finally:
            writer.close()

    async def _post(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, index: int) -> bool:
        body = self._flood.updates[index]
        self._flood.tally.sent(index, self._flood.due_at(index))
        writer.write(
            b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"X-Telegram-Bot-Api-Secret-Token: %s\r\nContent-Length: %d\r\n\r\n"
            % (self._url.path.encode(), self._secret.encode(), len(body))
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(header(head[:-4], b"content-length") or b"0"))
        return head.split(b" ", 2)[1] == b"200"


async def main() -> None:
    """Serve until ended."""
    stub = TelegramStub()
    await listen(lambda: Connection(stub.serve), SERVED_SECONDS)


if __name__ == "__main__":
    asyncio.run(main())
