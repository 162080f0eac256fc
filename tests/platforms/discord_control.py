"""The fake Discord as a process: `python -m tests.platforms.discord_control` prints `{"port": N}` and serves.

The bot's side is /api/v10 and the gateway at /. The test's side is `POST /ctl/<what>` with JSON in and out; its
client is `tests.platforms.discord_api.DiscordApi`, which documents it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import time
from typing import Any

from aiohttp import web

from tests.platforms import discord_payloads as payloads
from tests.platforms.discord_gateway import Gateway
from tests.platforms.discord_payloads import Json
from tests.platforms.discord_rest import Rest
from tests.platforms.discord_traffic import Fault, Interaction, Limiter, Storm, Tally

TOKEN = "discord.test.token"


class Control:
    """What a test may ask of the fake."""

    def __init__(self, rest: Rest, gateway: Gateway) -> None:
        self.rest, self.gateway = rest, gateway
        self.sent: tuple[int, float] = (0, 0.0)
        self.cpu = 0.0
        self._floods: set[asyncio.Task[None]] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one question of a test."""
        raw = await request.read()
        asked = json.loads(raw) if raw else {}
        return web.json_response(await getattr(self, "do_" + request.match_info["what"])(asked))

    async def do_interaction(self, asked: Json) -> Json:
        """Send an interaction; `asked` are the arguments of `discord_payloads.interaction` without the id.

        ago: seconds since when it is on its way.
        """
        identity = str(int(self.rest.ids()) - (int(asked.pop("ago", 0) * 1000) << 22))
        pressed = asked.pop("message_id", None)
        where = self.rest.channels.get(asked["channel_id"])
        payload = payloads.interaction(identity, on=self.rest.messages.get(pressed or ""), where=where, **asked)
        sent = await self._send(payload)
        return {"id": identity, "token": payload["token"], "sent": sent, "pressed": pressed}

    async def do_repeat(self, asked: Json) -> Json:
        """Send an interaction a second time, as a gateway may."""
        payload = self.rest.interactions[asked["id"]].payload
        return {"sent": await self.gateway.dispatch("INTERACTION_CREATE", payload)}

    async def _send(self, payload: Json) -> bool:
        known = Interaction(payload, time.monotonic())
        self.rest.interactions[payload["id"]] = self.rest.tokens[payload["token"]] = known
        return await self.gateway.dispatch("INTERACTION_CREATE", payload)

    async def do_answer(self, asked: Json) -> Json:
        """Wait until an interaction has `answers` answers (a deferral is none) and give what is known of it."""
        known = self.rest.interactions[asked["id"]]
        key = "deferred" if asked.get("until") == "deferred" else "answers"

        async def enough() -> None:
            async with self.rest.changed:
                await self.rest.changed.wait_for(lambda: getattr(known, key) >= asked.get("answers", 1))

        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(enough(), asked["timeout"])
        refused = [
            each
            for each in self.rest.records
            if known.payload["token"] in each["path"] and each.get("status", 0) >= 400
        ]
        return {
            "done": getattr(known, key) >= asked.get("answers", 1),
            "callback": known.callback,
            "deferred": known.deferred,
            "answers": known.answers,
            "parts": [self.rest.messages[each] for each in known.shown if each in self.rest.messages],
            "refused": refused,
        }

    async def do_records(self, asked: Json) -> list[Json]:
        """Every request so far, or only those of one route (the name of its handler)."""
        route = asked.get("route")
        return [each for each in self.rest.records if route in {None, each.get("route")}]

    async def do_state(self, asked: Json) -> Json:
        """The figures a test waits for or checks at the end."""
        rest, gateway = self.rest, self.gateway
        return {
            "online": gateway.online,
            "identifies": gateway.identifies,
            "resumes": gateway.resumes,
            "broken": gateway.broken,
            "sessions": gateway.served,
            "heartbeats": gateway.heartbeats,
            "commands": rest.commands,
            "command_writes": rest.command_writes,
            "violations": rest.violations,
            "invalid": sum(rest.tally.invalid.values()),
            "inside_pause": rest.tally.inside_pause,
            "limited": rest.limiter.limited,
            "most_in_a_second": rest.tally.most_in_a_second,
            "requests": rest.tally.requests,
            "refused": sum(each.get("status", 0) >= 400 for each in rest.records),
            "messages": list(rest.messages.values()),
        }

    async def do_summary(self, asked: Json) -> Json:
        """The figures alone, cheap at any size: `Tally.figures`, `Messages.tallied`, 429s by limit, what a storm did."""
        rest = self.rest
        return {
            **rest.tally.figures(),
            **rest.tallied(asked.get("mark")),
            "limited": rest.limiter.limited,
            "struck": rest.storm.struck if rest.storm else {},
        }

    async def do_copies(self, asked: Json) -> Json:
        """How many messages, or how many that show `mark`, stand in each channel that has any."""
        return self.rest.copies(asked.get("mark"))

    async def do_channel(self, asked: Json) -> Json:
        """A channel of some type is there: 0 text, 5 announcements."""
        self.rest.set_channel(asked["id"], asked.get("type", 0))
        return {}

    async def do_rights(self, asked: Json) -> Json:
        """What the bot may do: `everyone` in its server, `roles` beside that and which are its `own`.

        With `channel`, the exceptions of that channel (`overwrites`: id, type 0 role or 1 member, allow, deny).
        """
        if "channel" in asked:
            if asked["channel"] not in self.rest.channels:
                self.rest.channels[asked["channel"]] = payloads.channel_of(asked["channel"])
            self.rest.channels[asked["channel"]]["permission_overwrites"] = asked["overwrites"]
        self.rest.everyone = asked.get("everyone", self.rest.everyone)
        self.rest.roles = asked.get("roles", self.rest.roles)
        self.rest.own_roles = asked.get("own", self.rest.own_roles)
        return {}

    async def do_application(self, asked: Json) -> Json:
        """Fields of the application that differ, such as `flags`."""
        self.rest.application = asked
        return {}

    async def do_thread(self, asked: Json) -> Json:
        """A thread is there, and open, archived or locked from now on."""
        self.rest.set_thread(
            asked["id"],
            asked["parent"],
            archived=asked.get("archived", False),
            locked=asked.get("locked", False),
            kind=asked.get("type", 11),
        )
        return {}

    async def do_delete_channel(self, asked: Json) -> Json:
        """Delete a channel or thread."""
        self.rest.delete_channel(asked["channel"])
        return {}

    async def do_age(self, asked: Json) -> Json:
        """Make messages, all or those with these ids, so many seconds older."""
        for each in asked.get("messages") or tuple(self.rest.messages):
            self.rest.aged[each] = self.rest.aged.get(each, 0.0) + asked["seconds"]
        return {}

    async def do_storm(self, asked: Json) -> Json:
        """Begin a storm (the arguments of `Storm`), or end it (none)."""
        self.rest.storm = Storm(**asked) if asked else None
        return {}

    async def do_fault(self, asked: Json) -> Json:
        """Add a fault: the fields of `discord_rest.Fault`."""
        self.rest.faults.append(Fault(**asked))
        return {}

    async def do_shut(self, asked: Json) -> Json:
        """Refuse a channel with `code` (one of `discord_traffic.SHUT`) until it is 0."""
        self.rest.shut[asked["channel"]] = asked["code"]
        return {}

    async def do_limits(self, asked: Json) -> Json:
        """Switch the rate limits on or off, and change any figure of the limiter, the tally or the API."""
        for key, value in asked.items():
            owners: tuple[Any, ...] = (self.rest.limiter, self.rest.tally, self.gateway, self.rest)
            setattr(next(each for each in owners if hasattr(each, key)), key, value)
        return {}

    async def do_token(self, asked: Json) -> Json:
        """The bot's token is replaced: whoever is connected with the old one is thrown out."""
        self.rest.token = self.gateway.token = asked["token"]
        await self.gateway.control("close", code=4004)
        return {}

    async def do_gateway(self, asked: Json) -> Json:
        """Do something to the connections: see `Gateway.control`."""
        await self.gateway.control(asked.pop("action"), **asked)
        return {}

    async def do_reset(self, asked: Json) -> Json:
        """Forget requests, messages and figures; with `all`, sessions, commands and settings too."""
        rest = self.rest
        if asked.get("all"):
            await self.gateway.close()
            self.gateway.forget()
            rest.forget()
        for each in (rest.records, rest.faults, rest.latencies):
            each.clear()
        for kept in (rest.interactions, rest.tokens):
            kept.clear()
        rest.forget_messages()
        rest.callback_seconds, rest.keep, rest.storm = 3.0, True, None
        rest.limiter, rest.tally, rest.answered = Limiter(), Tally(), (0.0, 0.0)
        self.sent, self.cpu = (0, 0.0), _cpu()
        return {}

    async def do_flood(self, asked: Json) -> Json:
        """Send `n` slash commands, `rate` a second or (0) as fast as possible; returns at once, `stats` tells.

        At full speed the last ones wait for all others, so the 3 seconds for an answer are not enforced.
        """
        await self.do_reset({})
        self.rest.callback_seconds = float("inf")
        task = asyncio.create_task(self._flood(asked))
        self._floods.add(task)
        task.add_done_callback(self._floods.discard)
        return {}

    async def _flood(self, asked: Json) -> None:
        rate, options = asked.get("rate", 0), asked.get("options", [])
        start = time.monotonic()
        self.sent = (asked["n"], start)
        for number in range(asked["n"]):
            if rate and (wait := start + number / rate - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            data = {"id": "5", "name": asked["command"], "type": 1, "options": options}
            payload = payloads.interaction(
                self.rest.ids(), 2, data, user_id=str(1000 + number % asked.get("users", 1000))
            )
            await self._send(payload)
            if number % 50 == 0:
                await asyncio.sleep(0)

    async def do_stats(self, asked: Json) -> Json:
        """What became of the last flood: answers, answers a second, and milliseconds from sent to answered."""
        took = self.rest.answered[1] - self.sent[1]
        times = sorted(self.rest.latencies) or [0.0]
        return {
            "sent": self.sent[0],
            "answered": len(self.rest.latencies),
            "seconds": round(took, 3),
            "per_second": round(len(self.rest.latencies) / took, 1) if took > 0 else 0,
            "p50_ms": round(times[len(times) // 2] * 1000, 2),
            "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 2),
            "cpu_seconds": round(_cpu() - self.cpu, 2),
        }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def serve(port: int, token: str) -> None:
    """Serve until cancelled."""
    gateway = Gateway(token)
    rest = Rest(token, gateway)
    app = web.Application()
    app.router.add_get("/", gateway.serve)
    app.router.add_post("/ctl/{what}", Control(rest, gateway).serve)
    app.router.add_route("*", "/api/v10/{rest:.*}", rest.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    bound = runner.addresses[0][1]
    gateway.url = f"ws://127.0.0.1:{bound}/"
    print(json.dumps({"port": bound}), flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await gateway.close()
        await runner.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(arguments.port, arguments.token))
