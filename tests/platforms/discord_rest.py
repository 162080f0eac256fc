"""The REST side of the fake Discord: the routes a bot uses, with Discord's own checks, limits and error bodies.

Every request is recorded as `{at, method, path, route, json, status, body}`; what breaks our own rule about mentions
goes to `violations`. A request with faults gets Discord's 400 with the faults inside, and changes nothing.
"""

from __future__ import annotations

import asyncio
import json
import time
from email.utils import formatdate
from typing import Any

import regex
from aiohttp import web

from tests.platforms import discord_limits as limits
from tests.platforms.discord_gateway import Gateway
from tests.platforms.discord_messages import LOADING, THREADS, Messages
from tests.platforms.discord_modals import modal_faults
from tests.platforms.discord_payloads import APP, BOT, Ids, Json, guild, member, user
from tests.platforms.discord_traffic import ApiError, Fault, Interaction, Limiter, Storm, Tally

API = "/api/v10"


class Rest(Messages):
    """What the REST API keeps and does."""

    def __init__(self, token: str, gateway: Gateway) -> None:
        super().__init__(gateway)
        self.token = token
        self.changed = asyncio.Condition()
        self.forget()
        self._routes = [
            (method, regex.compile(f"{API}{path}"), handler)
            for method, path, handler in (
                ("POST", r"/channels/(?P<channel>\d+)/messages", self.post_message),
                ("PATCH", r"/channels/(?P<channel>\d+)/messages/(?P<key>\d+)", self.patch_message),
                ("POST", r"/channels/(?P<channel>\d+)/messages/(?P<key>\d+)/crosspost", self.crosspost),
                ("GET", "/users/@me", self.get_me),
                ("GET", "/(?:oauth2/)?applications/@me", self.get_application),
                ("GET", "/gateway/bot", self.get_gateway),
                ("GET", "/gateway", self.get_gateway),
                ("GET", r"/applications/(?P<app>\d+)/commands", self.get_commands),
                ("PUT", r"/applications/(?P<app>\d+)/commands", self.put_commands),
                ("POST", r"/applications/(?P<app>\d+)/commands", self.post_command),
                ("DELETE", r"/applications/(?P<app>\d+)/commands/(?P<key>\d+)", self.delete_command),
                ("POST", r"/interactions/(?P<key>\d+)/(?P<token>[^/]+)/callback", self.callback),
                ("GET", r"/webhooks/(?P<app>\d+)/(?P<token>[^/]+)/messages/(?P<key>[^/]+)", self.get_answer),
                ("PATCH", r"/webhooks/(?P<app>\d+)/(?P<token>[^/]+)/messages/(?P<key>[^/]+)", self.patch_answer),
                ("DELETE", r"/webhooks/(?P<app>\d+)/(?P<token>[^/]+)/messages/(?P<key>[^/]+)", self.delete_answer),
                ("POST", r"/webhooks/(?P<app>\d+)/(?P<token>[^/]+)", self.follow_up),
                ("GET", r"/channels/(?P<channel>\d+)/messages/(?P<key>\d+)", self.get_message),
                ("DELETE", r"/channels/(?P<channel>\d+)/messages/(?P<key>\d+)", self.delete_message),
                ("GET", r"/channels/(?P<channel>\d+)/messages", self.get_messages),
                ("GET", r"/channels/(?P<channel>\d+)", self.get_channel),
                ("POST", "/users/@me/channels", self.open_dm),
                ("GET", r"/guilds/(?P<key>\d+)", self.get_guild),
                ("GET", r"/guilds/(?P<key>\d+)/channels", self.get_guild_channels),
                ("GET", r"/guilds/(?P<guild>\d+)/members/(?P<user>\d+)", self.get_member),
            )
        ]

    def forget(self) -> None:
        """Become as new."""
        self.forget_messages()
        self.ids = Ids()
        self.limiter, self.tally = Limiter(), Tally()
        self.records: list[Json] = []
        self.keep = True
        self.faults: list[Fault] = []
        self.storm: Storm | None = None
        self.commands: list[Json] = []
        self.command_writes = 0
        self.interactions: dict[str, Interaction] = {}
        self.tokens: dict[str, Interaction] = {}
        self.latencies: list[float] = []
        self.answered: tuple[float, float] = (0.0, 0.0)
        self.application: Json = {}
        self.roles: list[Json] = []
        self.own_roles: list[str] = []
        self.everyone = 2147483647
        self.ahead = 0.0
        self.callback_seconds, self.token_seconds = 3.0, 900.0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, whatever goes wrong on purpose."""
        raw, files = await _read(request)
        now = time.monotonic()
        handler, given = self._find(request)
        name = handler.__name__ if handler else ""
        bucket = f"{name}:{given['channel']}" if "channel" in given else None
        self.tally.arrives(name, bucket, now)
        record: Json = {"at": now, "method": request.method, "path": request.path}
        if name:
            record["route"] = name
        try:
            record["json"] = json.loads(raw) if raw else None
        except ValueError:
            record["json"] = None
        if files:
            record["files"] = files
        if self.keep:
            self.records.append(record)
        fault = self._fault(f"{request.method} {request.path}")
        if fault is None and self.storm is not None and bucket is not None:
            fault = self.storm.strike()
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        status, body, headers = 0, None, {}
        if not (fault and (fault.status or fault.close == "before")) or fault.done:
            status, body, headers = self._work(request, record, handler, given, bucket)
        if fault and fault.status:
            status, body, headers = fault.status, fault.body or {"code": 0, "message": "fault"}, fault.headers or {}
        if fault and fault.close:
            self.tally.answered(name, bucket, 0, None, {})
            record["status"] = 0
            return self._drop(request)
        self.tally.answered(name, bucket, status, body, headers)
        record |= {"status": status, "body": body if status >= 400 else None}
        response = self._answer(status, body, headers)
        response.headers["Date"] = formatdate(time.time() + self.ahead, usegmt=True)
        async with self.changed:
            self.changed.notify_all()
        return response

    def _find(self, request: web.Request) -> tuple[Any, dict[str, str]]:
        for method, pattern, handler in self._routes:
            if method == request.method and (found := pattern.fullmatch(request.path)):
                return handler, found.groupdict()
        return None, {}

    def _work(
        self, request: web.Request, record: Json, handler: Any, given: dict[str, str], bucket: str | None
    ) -> tuple[int, Any, dict[str, str]]:
        if handler is None:
            return 404, {"code": 0, "message": "404: Not Found"}, {}
        if "token" not in given and request.headers.get("Authorization") != f"Bot {self.token}":
            return 401, {"code": 0, "message": "401: Unauthorized"}, {}
        headers, refused = self.limiter.check(handler.__name__, bucket)
        if refused:
            return 429, *refused
        try:
            asked = limits.attached(record["json"] or {}, record.get("files") or {})
            status, body = handler(asked, dict(request.query), **given)
        except ApiError as error:
            return error.status, error.body, headers | error.headers
        return status, body, headers

    @staticmethod
    def _answer(status: int, body: Any, headers: dict[str, str]) -> web.Response:
        if status == 204:
            return web.Response(status=204, headers=headers)
        if isinstance(body, str):
            return web.Response(text=body, content_type="text/html", status=status, headers=headers)
        # Exactly this content type: with a charset added, discord.py takes the body for text.
        headers = {"Content-Type": "application/json", **headers}
        return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)

    def _fault(self, line: str) -> Fault | None:
        for fault in self.faults:
            if regex.search(fault.match, line):
                fault.times -= 1
                self.faults = [each for each in self.faults if each.times > 0]
                return fault
        return None

    @staticmethod
    def _drop(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    # Who and where

    def get_me(self, body: Json, query: Json) -> tuple[int, Json]:
        return 200, BOT

    def get_application(self, body: Json, query: Json) -> tuple[int, Json]:
        fields = {"name": "b", "icon": None, "description": "", "bot_public": True, "bot_require_code_grant": False}
        return 200, {
            "id": APP,
            "flags": 0,
            "owner": user("77"),
            "verify_key": "x",
            "team": None,
            **fields,
        } | self.application

    def get_gateway(self, body: Json, query: Json) -> tuple[int, Json]:
        gateway = self.gateway
        limit = {"total": 1000, "remaining": gateway.left, "reset_after": 60_000, "max_concurrency": gateway.at_once}
        return 200, {"url": gateway.url, "shards": gateway.shards, "session_start_limit": limit}

    def get_guild(self, body: Json, query: Json, key: str) -> tuple[int, Json]:
        found = guild(key)
        found["roles"] = [found["roles"][0] | {"permissions": str(self.everyone)}, *self.roles]
        return 200, found

    def get_guild_channels(self, body: Json, query: Json, key: str) -> tuple[int, list[Json]]:
        """Every channel, but no thread."""
        known = [each for each in self.channels.values() if each["type"] not in THREADS]
        return 200, [*guild(key)["channels"], *known]

    def get_member(self, body: Json, query: Json, guild: str, user: str) -> tuple[int, Json]:
        return 200, member(user, 0) | {"roles": self.own_roles if user == BOT["id"] else []}

    # Commands

    def get_commands(self, body: Json, query: Json, app: str) -> tuple[int, list[Json]]:
        full = query.get("with_localizations", "").lower() in {"1", "true"}
        hidden = set() if full else {"name_localizations", "description_localizations"}
        return 200, [{key: value for key, value in each.items() if key not in hidden} for each in self.commands]

    def put_commands(self, body: Any, query: Json, app: str) -> tuple[int, list[Json]]:
        self._refuse(limits.commands_faults(body))
        self.commands = [self._command(each) for each in body]
        self.command_writes += 1
        return 200, self.commands

    def post_command(self, body: Json, query: Json, app: str) -> tuple[int, Json]:
        others = [each for each in self.commands if (each["name"], each["type"]) != (body["name"], body.get("type", 1))]
        self._refuse(limits.commands_faults([*others, body]))
        self.commands = [*others, self._command(body)]
        self.command_writes += 1
        return 201, self.commands[-1]

    def delete_command(self, body: Json, query: Json, app: str, key: str) -> tuple[int, None]:
        self.commands = [each for each in self.commands if each["id"] != key]
        return 204, None

    def _command(self, given: Json) -> Json:
        defaults = {
            "description": "",
            "dm_permission": True,
            "default_member_permissions": None,
            "nsfw": False,
            "type": 1,
        }
        fixed = {"name_localizations": None, "description_localizations": None, "version": self.ids()}
        return {**defaults, **fixed, **given, "id": self.ids(), "application_id": APP}

    # Interactions

    def callback(self, body: Json, query: Json, key: str, token: str) -> tuple[int, Json | None]:
        known = self.interactions.get(key)
        now = time.monotonic()
        if known is None or known.payload["token"] != token or now - known.at > self.callback_seconds:
            raise ApiError(404, 10062, "Unknown interaction")
        if known.callback is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        kind, data = body.get("type"), body.get("data") or {}
        self._refuse(self._callback_faults(known, kind, data))
        known.callback = body
        match kind:
            case 4:
                known.original = self._post(known.payload["channel_id"], data)["id"]
            case 5:
                known.deferred = True
                known.original = self._post(known.payload["channel_id"], {"flags": LOADING | data.get("flags", 0)})[
                    "id"
                ]
            case 6:
                known.deferred = True
                known.original = known.payload["message"]["id"]
            case 7:
                known.original = known.payload["message"]["id"]
                self._edit(known.original, data)
        if known.original and not known.deferred:
            known.shown.append(known.original)
        known.answers += not known.deferred
        self.latencies.append(now - known.at)
        self.answered = (self.answered[0] or now, now)
        if query.get("with_response") not in {"1", "true"}:
            return 204, None
        made = self.messages.get(known.original or "")
        answer: Json = {"interaction": {"id": key, "type": known.payload["type"]}}
        if made:
            answer["interaction"]["response_message_id"] = made["id"]
            answer["resource"] = {"type": kind, "message": made}
        return 200, answer

    def _callback_faults(self, known: Interaction, kind: int | None, data: Json) -> list[str]:
        asked = known.payload["type"]
        if kind in {6, 7} and (asked not in {3, 5} or "message" not in known.payload):
            return [f"callback type {kind} does not fit an interaction of type {asked}"]
        if (kind == 8) != (asked == 4) or (kind == 9 and asked == 5):
            return [f"callback type {kind} does not fit an interaction of type {asked}"]
        match kind:
            case 4 | 7:
                self._note_violation(data)
                return limits.message_faults(data)
            case 5 | 6:
                return []
            case 8:
                return limits.autocomplete_faults(data)
            case 9:
                return modal_faults(data)
        return [f"callback type {kind}"]

    def _by_token(self, token: str) -> Interaction:
        known = self.tokens.get(token)
        if known is None or time.monotonic() - known.at > self.token_seconds:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        if known.callback is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        return known

    def _answer_id(self, known: Interaction, key: str) -> str:
        found = known.original if key == "@original" else key
        if not found or found not in self.messages:
            raise ApiError(404, 10008, "Unknown Message")
        return found

    def get_answer(self, body: Json, query: Json, app: str, token: str, key: str) -> tuple[int, Json]:
        return 200, self.messages[self._answer_id(self._by_token(token), key)]

    def patch_answer(self, body: Json, query: Json, app: str, token: str, key: str) -> tuple[int, Json]:
        known = self._by_token(token)
        self._note_violation(body)
        made = self._edit(self._answer_id(known, key), body)
        known.shown.append(made["id"])
        known.answers += 1
        return 200, made

    def delete_answer(self, body: Json, query: Json, app: str, token: str, key: str) -> tuple[int, None]:
        self.messages.pop(self._answer_id(self._by_token(token), key))
        return 204, None

    def follow_up(self, body: Json, query: Json, app: str, token: str) -> tuple[int, Json]:
        known = self._by_token(token)
        self._note_violation(body)
        self._refuse(limits.message_faults(body))
        waiting = self.messages.get(known.original or "")
        if waiting and waiting["flags"] & LOADING:
            # The first message after a deferral takes its place, and is seen by whom the deferral was for.
            made = self._edit(waiting["id"], body)
        else:
            made = self._post(known.payload["channel_id"], body)
            known.original = known.original if waiting else made["id"]
        known.shown.append(made["id"])
        known.answers += 1
        return 200, made


async def _read(request: web.Request) -> tuple[bytes, dict[str, dict[str, str]]]:
    """The JSON of a request, and the files that came with it by the name of their part."""
    if request.content_type != "multipart/form-data":
        return await request.read(), {}
    parts = await request.post()
    files = {
        name: {"filename": part.filename, "type": part.content_type, "content": part.file.read().decode()}
        for name, part in parts.items()
        if isinstance(part, web.FileField)
    }
    return str(parts.get("payload_json", "")).encode(), files
