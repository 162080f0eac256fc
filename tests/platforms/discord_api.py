"""A Discord for tests: a process that discord.py can't tell from the real one, and `DiscordApi` to play people on it.

    async with discord_api() as api:
        platform = DiscordPlatform(token=api.token, api_url=api.url, …)
        await platform.start()
        await api.ready()
        answer = await api.slash("treaty", {"article": "4"}, locale="it")
        assert answer.button("Art. 5")
        answer = await api.press(answer, "Art. 5")      # edits the same message: answer.edited

The process (`tests.platforms.discord_control`) checks every message and command as Discord does (`discord_limits`),
answers a wrong one with 400, and keeps every request. `api.check()` fails on anything that Discord or our own rule
about mentions would have refused.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.platforms import discord_limits as limits
from tests.platforms.discord_control import TOKEN
from tests.platforms.discord_markdown import read
from tests.platforms.discord_modals import fill
from tests.platforms.discord_payloads import CHANNEL, Json, message, user
from tests.platforms.process import running

PERSON = "77"
ANSWER_SECONDS = 8.0
STRING, INTEGER = 3, 4


class NoAnswerError(AssertionError):
    """The bot did not answer, or Discord refused what it answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person sees after an interaction.

    text: what is read, without markdown. markdown: as sent. parts: the messages, whole. kind: the type of the first
    callback (4 message, 5 and 6 deferred, 7 edit in place, 8 choices, 9 modal). edited: it changed the message that was
    pressed. ephemeral: only the person sees it. modal: the form that opened. asked: who pressed or typed, and where, so
    that pressing a button of this answer is done by the same person. pressed: the id of the message pressed.
    """

    id: str
    kind: int
    parts: tuple[Json, ...]
    deferred: bool
    edited: bool
    modal: Json | None
    asked: Json
    pressed: str | None = None

    @property
    def message(self) -> Json:
        """The last message, which has the buttons."""
        return self.parts[-1]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(each for part in self.parts for each in limits.texts(part))

    @property
    def markdown(self) -> str:
        return "\n".join(self.texts)

    @property
    def text(self) -> str:
        return "\n".join(read(each).text for each in self.texts)

    @property
    def buttons(self) -> tuple[Json, ...]:
        return tuple(each for part in self.parts for each in limits.buttons(part))

    @property
    def ephemeral(self) -> bool:
        return bool(self.message["flags"] & limits.EPHEMERAL)

    @property
    def fields(self) -> dict[str, Json]:
        """The inputs of the modal by the label around them."""
        components = (self.modal or {}).get("components", [])
        return {each.get("label", ""): each["component"] for each in components if "component" in each}

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(each.get("label", "") for each in self.buttons)

    def button(self, label: str) -> Json:
        """The button with this label, or else this custom_id; raises LookupError."""
        for each in self.buttons:
            if label in {each.get("label"), each.get("custom_id")}:
                return each
        raise LookupError(f"no button {label!r} among {self.labels}")


@dataclass(frozen=True, slots=True)
class Shown:
    """What people see of a message: its text, its buttons' labels, and the kinds of formatting in it."""

    text: str
    labels: tuple[str, ...]
    kinds: set[str]


def read_message(message: Json) -> Shown:
    """Read a message of `state`."""
    readings = [read(each) for each in limits.texts(message)]
    labels = tuple(each.get("label", "") for each in limits.buttons(message))
    return Shown("\n".join(each.text for each in readings), labels, set().union(*(each.kinds() for each in readings)))


class DiscordApi:
    """The test's side of a fake Discord. Every method that makes the bot answer waits for that answer."""

    def __init__(self, port: int, session: aiohttp.ClientSession) -> None:
        self.port, self.token = port, TOKEN
        self.url = f"http://127.0.0.1:{port}/api/v10"
        self._session = session

    async def ctl(self, what: str, **asked: Any) -> Any:
        """Ask the fake something: see the `do_*` methods of `discord_control.Control`."""
        async with self._session.post(f"http://127.0.0.1:{self.port}/ctl/{what}", json=asked) as response:
            response.raise_for_status()
            return await response.json()

    # People

    async def slash(
        self, command: str, options: Json | None = None, *, timeout: float = ANSWER_SECONDS, **who: Any
    ) -> Answer:
        """Type a slash command. who: user, locale, place (see `PLACES`), guild, channel, permissions, is_bot, ago."""
        return await self.answer(await self.send_slash(command, options, **who), timeout=timeout)

    async def send_slash(self, command: str, options: Json | None = None, **who: Any) -> Json:
        """As `slash`, without waiting; `answer` takes what this returns."""
        return await self._interact(2, self._command(command, options), who)

    async def autocomplete(
        self, command: str, param: str, typed: str, options: Json | None = None, **who: Any
    ) -> list[Json]:
        """Type into an option; returns the choices offered."""
        data = self._command(command, options)
        data["options"].append({"name": param, "type": STRING, "value": typed, "focused": True})
        sent = await self._interact(4, data, who)
        known = await self.ctl("answer", id=sent["id"], timeout=ANSWER_SECONDS)
        if not known["done"]:
            raise NoAnswerError(known)
        return list(known["callback"]["data"]["choices"])

    async def press(self, answer: Answer, label: str, *, timeout: float = ANSWER_SECONDS, **who: Any) -> Answer:
        """Press a button of an answer, by its label or custom_id."""
        return await self.answer(
            await self.send_press(answer.message, answer.button(label)["custom_id"], **{**answer.asked, **who}),
            timeout=timeout,
        )

    async def send(self, kind: int, data: Json, **who: Any) -> Json:
        """Send any interaction: 2 command, 3 component, 4 completion, 5 form."""
        return await self._interact(kind, data, who)

    async def send_press(self, message: Json, custom_id: str, **who: Any) -> Json:
        """Press a button that a message has or once had."""
        data = {"custom_id": custom_id, "component_type": limits.BUTTON, "id": 1}
        return await self._interact(3, data, who, message_id=message["id"])

    async def message_menu(
        self,
        name: str,
        content: str,
        *,
        author: str = "78",
        more: Json | None = None,
        timeout: float = ANSWER_SECONDS,
        **who: Any,
    ) -> Answer:
        """Choose an entry of the menu of somebody's message with this text; `more` are other fields of the message."""
        sent = await self.send_message_menu(name, content, author=author, more=more, **who)
        return await self.answer(sent, timeout=timeout)

    async def send_message_menu(
        self, name: str, content: str, *, author: str = "78", more: Json | None = None, **who: Any
    ) -> Json:
        """As `message_menu`, without waiting."""
        target = message("555", who.get("channel", CHANNEL), user(author), {"content": content}) | (more or {})
        data = {"id": "6", "name": name, "type": 3, "target_id": "555", "resolved": {"messages": {"555": target}}}
        return await self._interact(2, data, who)

    async def submit(self, answer: Answer, values: dict[str, str], **who: Any) -> Answer:
        """Send in the modal that an answer opened, its inputs by custom_id; the others stay as they were opened."""
        return await self.answer(await self.send_submit(answer, values, **who))

    async def send_submit(self, answer: Answer, values: dict[str, str], **who: Any) -> Json:
        """As `submit`, without waiting. Raises ValueError for what a client would not let a person send."""
        if answer.modal is None:
            raise NoAnswerError(f"{answer.kind} is no modal")
        data = {"custom_id": answer.modal["custom_id"], "components": fill(answer.modal, values)}
        return await self._interact(5, data, {**answer.asked, **who}, message_id=answer.pressed)

    @staticmethod
    def _command(command: str, options: Json | None) -> Json:
        given = [
            {"name": key, "type": INTEGER if isinstance(value, int) else STRING, "value": value}
            for key, value in (options or {}).items()
        ]
        return {"id": "5", "name": command, "type": 1, "options": given}

    async def _interact(self, kind: int, data: Json, who: Json, message_id: str | None = None) -> Json:
        asked = dict(who)
        asked |= {"guild_id": asked.pop("guild")} if "guild" in asked else {}
        fields = {
            "user_id": asked.pop("user", PERSON),
            "channel_id": asked.pop("channel", CHANNEL),
            **{
                key: asked.pop(key)
                for key in ("place", "locale", "permissions", "is_bot", "guild_id", "ago")
                if key in asked
            },
        }
        if asked:
            raise TypeError(f"unknown: {', '.join(asked)}")
        sent = await self.ctl("interaction", kind=kind, data=data, message_id=message_id, **fields)
        return {**sent, "asked": who}

    async def answer(self, sent: Json, *, answers: int = 1, timeout: float = ANSWER_SECONDS) -> Answer:
        """Wait for the answer (or the `answers`th) to something sent; raises NoAnswerError."""
        known = await self.ctl("answer", id=sent["id"], answers=answers, timeout=timeout)
        if not known["done"]:
            raise NoAnswerError(f"no answer to {sent}; refused: {known['refused']}")
        kind = known["callback"]["type"]
        return Answer(
            id=sent["id"],
            kind=kind,
            parts=tuple(known["parts"]),
            deferred=known["deferred"],
            edited=bool(known["parts"]) and known["parts"][0]["id"] == sent["pressed"],
            modal=known["callback"]["data"] if kind == 9 else None,
            asked=sent["asked"],
            pressed=sent["pressed"],
        )

    async def deferred(self, sent: Json, timeout: float = ANSWER_SECONDS) -> None:
        """Wait until the bot asked for more time."""
        if not (await self.ctl("answer", id=sent["id"], until="deferred", timeout=timeout))["done"]:
            raise NoAnswerError(f"{sent} was not deferred")

    async def repeat(self, sent: Json) -> None:
        """Send the same interaction once more."""
        await self.ctl("repeat", id=sent["id"])

    # What happened, and what shall happen

    async def records(self, route: str | None = None) -> list[Json]:
        """The requests so far: {at, method, path, route, json, status, body}; `route` is a handler's name in `Rest`."""
        return list(await self.ctl("records", route=route))

    async def state(self) -> Json:
        """The figures: see `discord_control.Control.do_state` for their names."""
        return dict(await self.ctl("state"))

    async def wait(self, what: str, least: int = 1, timeout: float = ANSWER_SECONDS) -> Json:
        """Wait until a figure (or the length of a list) of `state` is at least `least`; raises NoAnswerError."""
        until = time.monotonic() + timeout
        while True:
            state = await self.state()
            value = state[what]
            if (value if isinstance(value, int) else len(value)) >= least:
                return state
            if time.monotonic() > until:
                raise NoAnswerError(f"{what} is {value}, not {least}")
            await asyncio.sleep(0.02)

    async def ready(self, timeout: float = 15.0) -> None:
        """Wait until a bot is identified and has its commands registered."""
        await self.wait("online", timeout=timeout)
        await self.wait("commands", timeout=timeout)

    async def check_starts(self) -> None:
        """Fail if a session was begun out of turn, or one more than Discord allows."""
        assert not (broken := (await self.state())["broken"]), broken

    async def fault(self, match: str, **what: Any) -> None:
        """Let requests fail whose `METHOD /path` matches: status, body, headers, delay, close="before|after", times."""
        await self.ctl("fault", match=match, **what)

    async def renew_token(self, token: str) -> None:
        """The bot's owner has the token replaced: the old one is worth nothing from now on."""
        await self.ctl("token", token=token)
        self.token = token

    async def shut(self, channel: str, code: int) -> None:
        """Refuse everything in a channel with 10003, 50001, 50007, 50008, 50013, 50083, 160005; 0 opens it again."""
        await self.ctl("shut", channel=channel, code=code)

    async def limits(self, **figures: Any) -> None:
        """Switch limits and change other figures.

        on=True, per_second, route, route_seconds: the bot's limit, and that of each kind of request in a channel.
        crossposts, crosspost_seconds: publishing and changing what is published, in a channel; always on. old_seconds,
        old_edits: how often messages older than that are edited in a channel before 30046. nonce_seconds: how long a
        nonce is known. grace, speed: see `Tally`. keep=False: no `records`. callback_seconds, token_seconds. shards,
        least, starts, at_once, start_seconds, keeps_seconds: see `Gateway`. ahead: seconds that Discord's clock is ahead, as the Date of its answers tells.
        """
        await self.ctl("limits", **figures)

    async def channel(self, identity: str, kind: int = 0) -> None:
        """A channel of this type is there (5: announcements), for interactions and events too."""
        await self.ctl("channel", id=identity, type=kind)

    async def rights(self, **what: Any) -> None:
        """What the bot may do: see `discord_control.Control.do_rights`."""
        await self.ctl("rights", **what)

    async def application(self, **fields: Any) -> None:
        """Fields of the application that differ from those of a new one."""
        await self.ctl("application", **fields)

    async def thread(
        self, identity: str, parent: str = CHANNEL, *, archived: bool = False, locked: bool = False
    ) -> None:
        """A thread is there, and open, archived or locked from now on; the bot is told."""
        await self.ctl("thread", id=identity, parent=parent, archived=archived, locked=locked)

    async def delete_channel(self, channel: str) -> None:
        """Delete a channel or thread; the bot is told."""
        await self.ctl("delete_channel", channel=channel)

    async def age(self, seconds: float, *messages: str) -> None:
        """Make these messages older, or all of them."""
        await self.ctl("age", seconds=seconds, messages=messages)

    async def storm(self, share: float = 0.0, **how: Any) -> None:
        """Let a share of requests in channels go wrong: seed=, wait=(least, most), kinds=; see `Storm`. 0 ends it."""
        await self.ctl("storm", **({"share": share} | how if share else {}))

    async def summary(self, mark: str | None = None) -> Json:
        """Figures at any size: see `Tally.figures` and `Messages.tallied`; `mark` counts only messages that show it."""
        return dict(await self.ctl("summary", mark=mark))

    async def copies(self, mark: str | None = None) -> dict[str, int]:
        """How many messages (that show `mark`) stand in each channel that has any."""
        return dict(await self.ctl("copies", mark=mark))

    async def gateway(self, action: str, **more: Any) -> None:
        """Do something to the connections: `Gateway.control` names the actions; lag= and code= go with some."""
        await self.ctl("gateway", action=action, **more)

    async def reset(self, *, everything: bool = False) -> None:
        """Forget requests, messages and figures, or everything: then the fake is as new, for the next test."""
        await self.ctl("reset", all=everything)

    async def flood(
        self, n: int, *, command: str, options: Json | None = None, rate: float = 0, timeout: float = 60
    ) -> Json:
        """Send n slash commands and return {answered, per_second, p50_ms, p99_ms, …} when all are answered."""
        await self.ctl("flood", n=n, command=command, options=self._command(command, options)["options"], rate=rate)
        until = time.monotonic() + timeout
        while (stats := await self.ctl("stats"))["answered"] < n:
            if time.monotonic() > until:
                raise NoAnswerError(stats)
            await asyncio.sleep(0.05)
        return dict(stats)

    async def check(self) -> None:
        """Fail unless every request obeyed Discord's limits and mentioned nobody."""
        state = await self.state()
        assert not state["violations"], state["violations"]
        answered = [each for each in await self.records() if isinstance(each.get("body"), dict)]
        refused = [each for each in answered if each["body"].get("code") == 50035]
        assert not refused, refused


@asynccontextmanager
async def discord_api(*arguments: str) -> AsyncIterator[DiscordApi]:
    """Run a fake Discord of one's own."""
    async with running("tests.platforms.discord_control", *arguments) as port, aiohttp.ClientSession() as session:
        yield DiscordApi(port, session)
