"""A Bot API server to test against: `python -m tests.platforms.telegram_api [--token T] [--port N]`.

It speaks the Bot API under `/bot<token>/<method>` (form, multipart or JSON), keeps Telegram's limits, and is steered
by POSTs of JSON under `/ctl/`, which `telegram_client.TelegramApi` wraps:

    chat       make or change a chat: the fields of `telegram_state.Chat`
    chats      make many at once: ids from `first` on, `count` of them, all with the same fields
    message, callback, inline, member, migrated, topic     push an update (see `telegram_updates`)
    raw        push `update` as it is; the update number is set where missing; `force` passes by allowed_updates
    records    requests since index `since`, of `method`, to `chat`, with `text`; waits `timeout` seconds until there
               are `wait`; `done`: only answered ones, `carried_out`: only those that took effect
    fault, limits, storm     order a `Fault`; set `Limits`; let a `Storm` break out, or end it (`share` 0)
    account    fields of getMe that differ, such as `can_join_groups`
    webhook    deliver to `url`, set by somebody else; the other fields go into getWebhookInfo (`last_error_message` …)
    ahead      how many `seconds` Telegram's clock is ahead, as the Date of its answers tells
    release    let requests go on that were held at the gate
    keep       with `records` false messages are only counted, which makes it fast
    summary    what was written: figures, and of texts that hold `mark` the copies; with `first` and `count` the chats
               that got none; with `old` and `new` the chats where the old was seen again after the new. Waits
               `timeout` seconds until `wait` messages were written
    flood, stats      a load (see `telegram_flood`) and its figures
    state, reset      an overview; forget everything

The first line of output is `{"port": N}`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import time
from dataclasses import asdict
from email.utils import formatdate
from functools import partial
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web

from tests.platforms.telegram_flood import Flood
from tests.platforms.telegram_front import Answer, Front
from tests.platforms.telegram_limits import Refusal
from tests.platforms.telegram_methods import METHODS, get_updates
from tests.platforms.telegram_state import WRITING, Limits, Record, State
from tests.platforms.telegram_storm import Fault, Storm
from tests.platforms.telegram_updates import BUILDERS

TOKEN = "123456:TEST-token_for-the-fake-server-only"
STRUCTURED = {
    "entities",
    "reply_markup",
    "link_preview_options",
    "reply_parameters",
    "commands",
    "scope",
    "allowed_updates",
    "results",
}
NAMES = {name.lower(): name for name in [*METHODS, "getUpdates"]}


class Outcome(NamedTuple):
    """What becomes of a request. status 0: the connection is cut. page: HTML instead of JSON."""

    status: int
    content: Any = None
    result: Any = None
    reason: str = ""
    page: bool = False


class Server:
    """The HTTP side: the Bot API, the control endpoints, and the delivery to a webhook."""

    def __init__(self, token: str) -> None:
        self.state = State(token)
        self.flood: Flood | None = None

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self.serve)
        app.on_response_prepare.append(self._date)
        app.router.add_post("/ctl/{order}", self.control)
        app.cleanup_ctx.append(self._deliver)
        return app

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = formatdate(time.time() + self.state.ahead, usegmt=True)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One call of the Bot API."""
        if request.match_info["token"] != self.state.token:
            return _answer(Refusal(401, "Unauthorized"))
        method = NAMES.get(request.match_info["method"].lower())
        if method is None:
            return _answer(Refusal(404, "Not Found"))
        params = await _params(request)
        if self.flood is not None and method in ("getUpdates", "sendMessage"):
            return await self._serve_flood(self.flood, method, params)
        record = Record(len(self.state.records), method, params, time.time())
        if self.state.keeping or method not in WRITING:
            self.state.records.append(record)
        try:
            return await self._carry_out(request, record)
        finally:
            await self.state.wake()

    async def _carry_out(self, request: web.Request, record: Record) -> web.StreamResponse:
        fault = self.state.fault(record.method, record.params.get("chat_id"))
        if fault is not None and (fault.delay or fault.gated):
            await self.state.wake()  # it has come in, for who waits for that
            await asyncio.sleep(fault.delay)
            if fault.gated:
                await self.state.gate.wait()
        if record.method == "getUpdates":
            outcome = self._prevented(record.method, record.params, fault) or await self._updates(record.params, fault)
        else:
            outcome = self.outcome(record.method, record.params, fault)
        record.status, record.reason, record.result = outcome.status, outcome.reason, outcome.result
        if not outcome.status:
            return _cut(request)
        if outcome.page:
            return web.Response(status=outcome.status, text=outcome.content, content_type="text/html")
        return web.json_response(outcome.content, status=outcome.status)

    def lean(self, token: str, name: str, params: dict[str, Any], answer: Answer) -> bool:
        """A message of a broadcast, when nothing is to be kept of it; see `telegram_front`."""
        method = NAMES.get(name.lower(), "")
        if token != self.state.token or method not in WRITING or self.state.keeping or self.flood is not None:
            return False
        fault = self.state.fault(method, params.get("chat_id"))
        if fault is not None and fault.delay:
            asyncio.get_running_loop().call_later(fault.delay, partial(self._lean, method, params, fault, answer))
        else:
            self._lean(method, params, fault, answer)
        return True

    def _lean(self, method: str, params: dict[str, Any], fault: Fault | None, answer: Answer) -> None:
        outcome = self.outcome(method, params, fault)
        if not outcome.status:
            answer(0, None)
        else:
            answer(outcome.status, (outcome.content if outcome.page else json.dumps(outcome.content)).encode())

    def outcome(self, method: str, params: dict[str, Any], fault: Fault | None) -> Outcome:
        """Carry a request out, or not."""
        if prevented := self._prevented(method, params, fault):
            return prevented
        try:
            result = METHODS[method](self.state, params)
        except Refusal as refusal:
            return self._refused(method, refusal)
        return self._done(result, fault)

    async def _updates(self, params: dict[str, Any], fault: Fault | None) -> Outcome:
        try:
            result = await get_updates(self.state, params, self._changed)
        except Refusal as refusal:
            return self._refused("getUpdates", refusal)
        return self._done(result, fault)._replace(result=None)

    def _prevented(self, method: str, params: dict[str, Any], fault: Fault | None) -> Outcome | None:
        try:
            self.state.check_pause(method, params.get("chat_id"))
        except Refusal as refusal:
            return self._refused(method, refusal)
        if fault is None:
            return None
        if fault.cut == "before":
            self.state.ledger.cut += 1
            return Outcome(0)
        if fault.body is not None:
            if fault.status >= 300:
                self.state.ledger.refuse(fault.status, "a page")
            return Outcome(fault.status or 200, fault.body, page=True)
        if not fault.status:
            return None
        if fault.holds:
            self.state.pause(fault.chat, fault.retry_after or 0)
        extra = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
        # A reason is only kept of what the server itself has against a request.
        return self._refused(method, Refusal(fault.status, fault.description, **extra))._replace(reason="")

    def _done(self, result: Any, fault: Fault | None) -> Outcome:
        if fault is not None and fault.cut == "after":
            self.state.ledger.cut += 1
            return Outcome(0, result=result)
        return Outcome(200, {"ok": True, "result": result}, result)

    def _refused(self, method: str, refusal: Refusal) -> Outcome:
        if method in WRITING:
            self.state.ledger.refuse(refusal.status, refusal.description)
        return Outcome(refusal.status, _body(refusal), reason=refusal.description)

    async def _serve_flood(self, flood: Flood, method: str, params: dict[str, Any]) -> web.Response:
        if method == "sendMessage":
            return web.json_response({"ok": True, "result": flood.answered(params["chat_id"])})
        offset, timeout = int(params.get("offset") or 0), float(params.get("timeout") or 0)
        # A short poll at most: whoever ends the flood must not wait for a long one.
        updates = await flood.poll(offset, min(timeout, 1.0))
        return web.json_response({"ok": True, "result": updates})

    async def _changed(self, seconds: float) -> None:
        async with self.state.changed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.state.changed.wait(), seconds)

    async def control(self, request: web.Request) -> web.Response:
        """One order of a test."""
        name = request.match_info["order"]
        order = await request.json() if request.can_read_body else {}
        state = self.state
        if name == "records":
            return web.json_response(await self._records(order))
        answer: Any = {}
        if name in BUILDERS:
            kind, content = BUILDERS[name](state, order)
            answer = self._push({kind: content}, force=bool(order.get("force")))
            answer |= {"message_id": content.get("message_id"), "query_id": content.get("id")}
        elif name == "raw":
            answer = self._push(order["update"], force=bool(order.get("force")))
        elif name == "chat":
            state.chat(int(order.pop("id")), **order)
        elif name == "chats":
            state.add_chats(order.pop("first"), order.pop("count"), **order)
        elif name == "keep":
            state.keeping = order["records"]
        elif name == "account":
            state.account = order
        elif name == "webhook":
            state.webhook = {"url": order.pop("url"), "secret_token": None}
            state.trouble = order
        elif name == "ahead":
            state.ahead = order["seconds"]
        elif name == "release":
            state.gate.set()
        elif name == "storm":
            state.storm = Storm(**order) if order.get("share") else None
        elif name == "summary":
            answer = await self._summary(order)
        elif name == "fault":
            state.faults.append(Fault(**order))
        elif name == "limits":
            state.limits = Limits(**(asdict(state.limits) | order))
        elif name == "flood":
            self.flood = Flood(**order, first=state.next_update) if order.get("count") else None
            state.next_update += int(order.get("count") or 0)
        elif name == "stats":
            answer = self.flood.stats() if self.flood else {}
        elif name == "token":
            state.token = order["token"]
        elif name == "state":
            answer = state.overview()
        elif name == "reset":
            state.reset()
            self.flood = None
        else:
            raise web.HTTPNotFound(text=f"no order {name!r}")
        await state.wake()
        return web.json_response(answer)

    def _push(self, update: dict[str, Any], *, force: bool) -> dict[str, Any]:
        state = self.state
        number = int(update.get("update_id") or state.next_update)
        state.next_update = max(state.next_update, number + 1)
        kind = next((name for name in update if name != "update_id"), "")
        if force or not state.allowed or kind in state.allowed:
            state.updates[number] = {"update_id": number} | update
        return {"update_id": number}

    async def _records(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        method, chat, since = order.get("method"), order.get("chat"), int(order.get("since") or 0)
        until = time.monotonic() + float(order.get("timeout") or 0)

        def matching() -> list[Record]:
            return [
                record
                for record in self.state.records[since:]
                if (method is None or record.method in method)
                and (chat is None or str(record.params.get("chat_id")) == str(chat))
                and (order.get("text") is None or record.params.get("text") == order["text"])
                and (not order.get("done") or record.status)
                and (not order.get("carried_out") or record.carried_out)
            ]

        while len(found := matching()) < int(order.get("wait") or 0):
            left = until - time.monotonic()
            if left <= 0:
                break
            await self._changed(left)
        return [asdict(record) for record in found]

    async def _summary(self, order: dict[str, Any]) -> dict[str, Any]:
        ledger, until = self.state.ledger, time.monotonic() + float(order.get("timeout") or 0)
        while ledger.sent + ledger.edited < int(order.get("wait") or 0) and time.monotonic() < until:  # noqa: ASYNC110 - an event would cost each of the messages
            await asyncio.sleep(0.02)
        return ledger.summary(order)

    async def _deliver(self, _app: web.Application) -> Any:
        """Send waiting updates to the webhook, in order, again until they are taken."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            task = asyncio.create_task(self._deliver_forever(session))
            yield
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _deliver_forever(self, session: aiohttp.ClientSession) -> None:
        state = self.state
        while True:
            if not (state.webhook["url"] and state.updates):
                await self._changed(60)
                continue
            number, update = min(state.updates.items())
            headers = {}
            if state.webhook["secret_token"]:
                headers["X-Telegram-Bot-Api-Secret-Token"] = state.webhook["secret_token"]
            try:
                async with session.post(state.webhook["url"], json=update, headers=headers) as answer:
                    if answer.status < 300:
                        state.updates.pop(number, None)
                        continue
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.2)


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        params: dict[str, Any] = await request.json()
    else:
        params = {**request.query, **(await request.post())}
        for name, value in params.items():
            if isinstance(value, web.FileField):
                text = value.file.read().decode(errors="replace")
                params[name] = {"filename": value.filename, "type": value.content_type, "content": text}
    for name in STRUCTURED & params.keys():
        if isinstance(params[name], str):
            try:
                params[name] = json.loads(params[name])
            except ValueError:
                raise web.HTTPBadRequest(
                    text=json.dumps(
                        {"ok": False, "error_code": 400, "description": f"Bad Request: can't parse {name}"}
                    ),
                    content_type="application/json",
                ) from None
    return params


def _answer(refusal: Refusal) -> web.Response:
    return web.json_response(_body(refusal), status=refusal.status)


def _body(refusal: Refusal) -> dict[str, Any]:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    return body | ({"parameters": refusal.parameters} if refusal.parameters else {})


def _cut(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def main() -> None:
    parser = argparse.ArgumentParser(description="A Bot API server for tests")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    server = Server(options.token)
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    assert runner.server is not None
    front = partial(Front, server.lean, STRUCTURED, runner.server)
    listening = await asyncio.get_running_loop().create_server(front, "127.0.0.1", options.port, backlog=512)
    print(json.dumps({"port": listening.sockets[0].getsockname()[1]}), flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        listening.close()
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
