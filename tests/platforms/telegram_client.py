"""How tests talk to the bot through the fake Bot API; they read like a transcript.

async with telegram_api() as api:                # a server of its own
    answer = await api.say("/treaty 4")          # Anna writes to the bot and gets its next message
    assert "Article 4" in answer.text
    answer = await api.press(answer, "5")        # she presses the button; the message as it is now
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.platforms.process import running
from tests.platforms.telegram_api import TOKEN

ANNA = 1001
GROUP = -500
SUPERGROUP = -1_000_000_000_500
CHANNEL = -1_000_000_000_700
FORUM = -1_000_000_000_600
ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM_ITSELF = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
PATIENCE = 8.0


@dataclass(frozen=True)
class Sent:
    """A message of the bot, as the request that made it."""

    method: str
    chat: int
    id: int
    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)
    rows: list[list[dict[str, str]]] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)
    status: int = 200

    @property
    def buttons(self) -> dict[str, str]:
        """Label → callback data or address, of all rows."""
        return {each["text"]: each.get("callback_data") or each["url"] for row in self.rows for each in row}

    @property
    def thread(self) -> int | None:
        thread = self.params.get("message_thread_id")
        return int(thread) if thread is not None else None

    def marked(self, kind: str) -> list[str]:
        """The pieces of the text under an entity of this kind."""
        raw = self.text.encode("utf-16-le")
        return [
            raw[each["offset"] * 2 : (each["offset"] + each["length"]) * 2].decode("utf-16-le")
            for each in self.entities
            if each["type"] == kind
        ]


class TelegramApi:
    """A running fake server, seen by a test. `url` is what TELEGRAM_API_URL takes."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.token = token
        self._session = session

    async def order(self, name: str, **order: Any) -> Any:
        """One control request; see `telegram_api`."""
        async with self._session.post(f"{self.url}/ctl/{name}", json=order) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def renew_token(self, token: str) -> None:
        """The bot's owner has the token replaced: the old one is worth nothing from now on."""
        await self.order("token", token=token)
        self.token = token

    async def say(self, text: str, *, chat: int | dict[str, Any] | None = None, **more: Any) -> Sent:
        """Write a message and wait for the bot's next message in that chat. `more`: see `telegram_updates.message`."""
        chat = (more.get("user") or ANNA) if chat is None else chat
        where = chat["id"] if isinstance(chat, dict) else chat
        since = len(await self.records())
        await self.write(text, chat=chat, **more)
        return (await self.sent(chat=where, since=since, wait=1))[0]

    async def write(self, text: str | None, *, chat: int | dict[str, Any] | None = None, **more: Any) -> dict[str, int]:
        """Write a message without waiting; returns its update_id and message_id."""
        user = more.pop("user", ANNA)
        if isinstance(user, int):
            user = {"id": user, "language_code": "en"}
        return await self.order("message", text=text, chat=user["id"] if chat is None else chat, user=user, **more)

    async def press(self, message: Sent, button: str, *, user: int | dict[str, Any] = ANNA, **more: Any) -> Sent:
        """Press a button, by label or data, and wait for the edit (or new message) it makes in the message's chat."""
        since = len(await self.records())
        await self.push_button(message, button, user=user, **more)
        await self.records("answerCallbackQuery", since=since, wait=1)
        return (await self.sent(chat=message.chat, since=since, wait=1, edits=True))[0]

    async def push_button(
        self, message: Sent, button: str, *, user: int | dict[str, Any] = ANNA, **more: Any
    ) -> dict[str, Any]:
        """Press a button without waiting."""
        data = message.buttons.get(button, button)
        who = {"id": user, "language_code": "en"} if isinstance(user, int) else user
        return await self.order("callback", chat=message.chat, message_id=message.id, user=who, data=data, **more)

    async def alert(self, message: Sent, button: str, *, user: int | dict[str, Any] = ANNA, **more: Any) -> str:
        """Press a button and read the alert only the presser sees; "" where the press is confirmed without one."""
        since = len(await self.records())
        await self.push_button(message, button, user=user, **more)
        (answer, *_) = await self.records("answerCallbackQuery", since=since, wait=1)
        return str(answer["params"].get("text", ""))

    async def inline(self, query: str, *, user: int = ANNA) -> list[dict[str, Any]]:
        """Type `@bot query` somewhere; the results the bot offers."""
        since = len(await self.records())
        await self.order("inline", query=query, user={"id": user, "language_code": "en"})
        found = await self.records("answerInlineQuery", since=since, wait=1)
        return found[0]["params"]["results"]

    async def records(
        self, *methods: str, chat: int | None = None, since: int = 0, wait: int = 0, timeout: float = PATIENCE
    ) -> list[dict[str, Any]]:
        """Requests the bot made; with `wait`, once there are so many (AssertionError where they don't come)."""
        found = await self.order(
            "records", method=methods or None, chat=chat, since=since, wait=wait, timeout=timeout, done=wait > 0
        )
        assert len(found) >= wait, f"{len(found)} of {wait} requests {methods} in {timeout} s: {found}"
        return found

    async def sent(self, *, chat: int | None = None, since: int = 0, wait: int = 0, edits: bool = False) -> list[Sent]:
        """Messages the server took from the bot (with `edits`, also edited), once there are `wait` of them."""
        methods = ["sendMessage", "editMessageText"] if edits else ["sendMessage"]
        order = {"method": methods, "chat": chat, "since": since, "wait": wait, "timeout": PATIENCE}
        found = await self.order("records", carried_out=True, **order)
        assert len(found) >= wait, f"{len(found)} of {wait} messages in {PATIENCE} s: {await self.records(since=since)}"
        return [_sent(record) for record in found]

    async def file(self, *, chat: int = ANNA) -> dict[str, str]:
        """The last file that was sent into a chat: {filename, type, content}."""
        found = await self.records("sendDocument", chat=chat, wait=1)
        return dict(found[-1]["params"]["document"])

    async def heard(self, text: str, *, chat: int = ANNA) -> Sent:
        """The message with exactly this text, once it was sent (also where the connection was cut then)."""
        order = {"method": ["sendMessage"], "chat": chat, "text": text, "wait": 1, "timeout": PATIENCE}
        found = await self.order("records", carried_out=True, **order)
        assert found, f"nobody said {text!r}"
        return _sent(found[0])

    async def fault(self, **fault: Any) -> None:
        """Order a fault; see `telegram_state.Fault`."""
        await self.order("fault", **fault)

    async def limits(self, **limits: Any) -> None:
        """Set limits; see `telegram_state.Limits`."""
        await self.order("limits", **limits)

    async def storm(self, share: float, **storm: Any) -> None:
        """Let so many of all messages go wrong, or (0) none any more; see `telegram_storm.Storm`."""
        await self.order("storm", share=share, **storm)

    async def chats(self, first: int, count: int, **known: Any) -> None:
        """Make many chats at once: `first` and those after it."""
        await self.order("chats", first=first, count=count, **known)

    async def keep(self, *, records: bool) -> None:
        """Keep every request (as a fresh server does), or only count messages, for thousands in a second."""
        await self.order("keep", records=records)

    async def summary(self, mark: str = "", **asked: Any) -> dict[str, Any]:
        """What was written into chats, and the copies of texts that hold `mark`; see `telegram_api` and the ledger."""
        return await self.order("summary", mark=mark, **asked)

    async def member(self, chat: int | dict[str, Any], new: Any, *, old: Any = "member", **more: Any) -> None:
        """Tell the bot that its place in a chat changed; see `telegram_members.Status`."""
        await self.order("member", chat=chat, old=old, new=new, **more)

    async def migrated(self, old: int, new: int, *, told: str) -> None:
        """Make a group a supergroup and tell the bot in one of them (`told`: "old" or "new")."""
        await self.order("migrated", old=old, new=new, told=told)

    async def topic(self, chat: int, thread: int, what: str) -> None:
        """Tell the bot that a topic was created, closed or reopened."""
        await self.order("topic", chat=chat, thread=thread, what=what)

    async def state(self) -> dict[str, Any]:
        """The server's overview: commands, texts, webhook, pending updates."""
        return await self.order("state")


def _sent(record: dict[str, Any]) -> Sent:
    params, result = record["params"], record["result"] if isinstance(record["result"], dict) else {}
    return Sent(
        record["method"],
        int(params.get("chat_id") or 0),
        int(result.get("message_id") or params.get("message_id") or 0),
        params.get("text", ""),
        params.get("entities") or [],
        (params.get("reply_markup") or {}).get("inline_keyboard", []),
        params,
        record["status"],
    )


@asynccontextmanager
async def telegram_api(token: str = TOKEN) -> AsyncIterator[TelegramApi]:
    """Start a fake Bot API server as a process of its own."""
    async with running("tests.platforms.telegram_api", "--token", token) as port, aiohttp.ClientSession() as session:
        yield TelegramApi(f"http://127.0.0.1:{port}", token, session)
