"""What the fake Bot API remembers: chats, messages, waiting updates, requests, limits and ordered faults."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.platforms.telegram_ledger import Ledger
from tests.platforms.telegram_limits import Refusal, bad
from tests.platforms.telegram_members import Status
from tests.platforms.telegram_storm import Fault, Storm

BOT_NAME = "pactwatch_bot"
GROUP_WINDOW = 60.0
PAUSE_GRACE = 0.25
# What counts against the limits, is paused, and goes wrong in a storm.
WRITING = frozenset({"sendMessage", "editMessageText"})


@dataclass
class Chat:
    """A chat the bot may know.

    started: False for a person who never wrote to the bot. moved_to: the supergroup a group became. blocked: the bot is
    shut out (blocked, kicked). muted: it may read but not write. closed: topics that take no messages. deleted: the
    person or the group is no more. edits: why no message there can be changed, "too old" or "gone". members: statuses
    by user. permissions: of everybody (ChatPermissions), None: all of them.
    """

    id: int
    type: str = "private"
    title: str = ""
    username: str = ""
    is_forum: bool = False
    topics: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    blocked: bool = False
    muted: bool = False
    started: bool = True
    moved_to: int = 0
    deleted: bool = False
    edits: str = ""
    members: dict[int, Status] = field(default_factory=dict)
    permissions: dict[str, bool] | None = None
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    next_message: int = 1
    sends: deque[float] = field(default_factory=deque)

    def brief(self) -> dict[str, Any]:
        """The chat as it stands in a message."""
        brief: dict[str, Any] = {"id": self.id, "type": self.type}
        brief |= {"first_name": self.title or "Anna"} if self.type == "private" else {"title": self.title or "Group"}
        brief |= {"username": self.username} if self.username else {}
        return brief | ({"is_forum": True} if self.is_forum else {})

    def take_id(self) -> int:
        self.next_message += 1
        return self.next_message - 1


@dataclass
class Record:
    """One request as it came in. `status` 0: the connection was cut before an answer."""

    index: int
    method: str
    params: dict[str, Any]
    time: float
    status: int = 0
    reason: str = ""
    result: Any = None

    @property
    def carried_out(self) -> bool:
        """Whether it took effect, also where the answer was then lost on purpose."""
        return self.status == 200 or (self.status == 0 and self.result is not None)


@dataclass
class Limits:
    """Sends the server takes. None or False lifts a limit.

    overall: in any second. private: one a second to one person, which is `burst` of them in any `burst` seconds. group:
    in a minute. edits: changes of messages count as well. speed: how many seconds pass here in one of ours.
    """

    overall: int | None = 30
    private: bool = True
    burst: int = 3
    group: int | None = 20
    edits: bool = False
    speed: float = 1.0


class State:
    """Everything one fake server knows; `reset` forgets it."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.changed = asyncio.Condition()
        self.gate = asyncio.Event()
        self.reset()

    def reset(self) -> None:
        self.gate.set()
        self.gate = asyncio.Event()
        self.chats: dict[int, Chat] = {}
        self.updates: dict[int, dict[str, Any]] = {}
        self.next_update = 1
        self.next_callback = 1
        self.open_queries: set[str] = set()
        self.allowed: list[str] = []
        self.webhook: dict[str, Any] = {"url": ""}
        self.trouble: dict[str, Any] = {}
        self.account: dict[str, Any] = {}
        self.ahead = 0.0
        self.poller: object | None = None
        self.records: list[Record] = []
        self.keeping = True
        self.ledger = Ledger()
        self.storm: Storm | None = None
        self.pauses: dict[int | None, tuple[float, float]] = {}
        self.limits = Limits()
        self.sends: deque[float] = deque()
        self.faults: list[Fault] = []
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.texts: dict[str, dict[str, str]] = {"name": {}, "description": {}, "short_description": {}}

    @property
    def me(self) -> dict[str, Any]:
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Pactwatch",
            "username": BOT_NAME,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        } | self.account

    async def wake(self) -> None:
        """Tell everybody who waits for updates or records to look again."""
        async with self.changed:
            self.changed.notify_all()

    def chat(self, identity: int, **known: Any) -> Chat:
        """A chat for the control side: made where it is new, changed by what is `known` of it."""
        chat = self.chats.get(identity)
        if chat is None:
            guess = "private" if identity > 0 else "supergroup" if identity < -(10**12) else "group"
            chat = self.chats[identity] = Chat(identity, guess)
        for name, value in known.items():
            if name == "members":
                chat.members |= {int(user): status for user, status in value.items()}
            else:
                setattr(chat, name, set(value) if name in ("topics", "closed") else value)
        return chat

    def now(self) -> float:
        """Telegram's clock, in seconds."""
        return time.monotonic() * self.limits.speed

    def add_chats(self, first: int, count: int, **known: Any) -> None:
        """Make many chats at once."""
        for identity in range(first, first + count):
            self.chat(identity, **known)

    def find(self, name: Any) -> Chat | None:
        """A chat by its id or its `@username`."""
        text = str(name)
        if text.startswith("@"):
            return next((chat for chat in self.chats.values() if chat.username == text[1:]), None)
        try:
            return self.chats.get(int(text))
        except ValueError:
            return None

    def target(self, params: dict[str, Any]) -> Chat:
        """The chat a request is aimed at; raises Refusal where the bot can't write there."""
        chat = self.find(params.get("chat_id"))
        if chat is None:
            raise bad("chat not found")
        if chat.moved_to:
            raise Refusal(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to
            )
        if chat.deleted:
            raise Refusal(
                403, "Forbidden: " + ("user is deactivated" if chat.type == "private" else "the group chat was deleted")
            )
        if chat.blocked:
            kicked = (
                "bot was blocked by the user" if chat.type == "private" else f"bot was kicked from the {chat.type} chat"
            )
            raise Refusal(403, f"Forbidden: {kicked}")
        if not chat.started:
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        thread = params.get("message_thread_id")
        if thread is not None and (not chat.is_forum or int(thread) not in chat.topics):
            raise bad("message thread not found")
        return chat

    def writable(self, params: dict[str, Any]) -> Chat:
        """As `target`, for a new message, which takes more rights than changing an old one."""
        chat = self.target(params)
        if chat.muted:
            raise bad("not enough rights to send text messages to the chat")
        if int(params.get("message_thread_id") or 0) in chat.closed:
            raise bad("TOPIC_CLOSED")
        return chat

    def message(self, chat: Chat, identity: Any, doing: str) -> dict[str, Any]:
        """A message of the bot itself; raises Refusal where there is none."""
        message = chat.messages.get(int(identity or 0))
        if message is None:
            raise bad(f"message to {doing} not found")
        if message["from"]["id"] != self.me["id"]:
            raise bad(f"message can't be {doing}ed" if doing == "edit" else "message can't be deleted")
        return message

    def charge(self, chat: Chat) -> None:
        """Count a send against the limits; raises Refusal 429 where one is used up."""
        now, limits = self.now(), self.limits
        if limits.overall:
            _drop_before(self.sends, now - 1)
            if len(self.sends) >= limits.overall:
                raise too_many(self.sends[0] + 1 - now)
        if chat.type == "private" and limits.private:
            _drop_before(chat.sends, now - limits.burst)
            if len(chat.sends) >= limits.burst:
                raise too_many(chat.sends[0] + limits.burst - now)
        if chat.type != "private" and limits.group:
            _drop_before(chat.sends, now - GROUP_WINDOW)
            if len(chat.sends) >= limits.group:
                raise too_many(chat.sends[0] + GROUP_WINDOW - now)
        self.sends.append(now)
        chat.sends.append(now)

    def fault(self, method: str, chat: Any) -> Fault | None:
        """The fault ordered for this request, used up by one, or what a storm does to it."""
        fault = next((fault for fault in self.faults if fault.matches(method, chat)), None)
        if fault is not None:
            fault.count -= 1
        elif self.storm is not None and method in WRITING:
            fault = self.storm.fault(chat)
        return fault

    def pause(self, chat: int | None, seconds: float) -> None:
        """Refuse what is written into a chat (None: all of them) for so long."""
        now = self.now()
        self.pauses[chat] = (now, now + seconds)

    def check_pause(self, method: str, chat: Any) -> None:
        """Raise Refusal 429 inside of a pause. What was on its way already when it began is not held against anybody."""
        if not self.pauses or method not in WRITING:
            return
        now = self.now()
        for scope in (None, int(chat or 0)):
            since, until = self.pauses.get(scope, (0.0, 0.0))
            if now < until:
                if now - since > PAUSE_GRACE * self.limits.speed:
                    self.ledger.inside_pause += 1
                raise too_many(until - now)

    def overview(self) -> dict[str, Any]:
        """What tests ask about the server as a whole."""
        return {
            "commands": self.commands,
            "texts": self.texts,
            "webhook": self.webhook,
            "allowed_updates": self.allowed,
            "pending": sorted(self.updates),
            "polling": self.poller is not None,
            "limits": asdict(self.limits),
        }


def _drop_before(times: deque[float], moment: float) -> None:
    while times and times[0] <= moment:
        times.popleft()


def too_many(seconds: float) -> Refusal:
    """The refusal that says how long to wait."""
    wait = max(1, int(seconds) + 1)
    return Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
