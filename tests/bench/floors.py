"""Bare bots on the same libraries: what the product's answers are measured against. `python -m tests.bench.floors KIND`.

polling    python-telegram-bot on our aiohttp requests, 256 updates at once
webhook    the same, fed by a bare aiohttp server: python-telegram-bot's own server needs tornado, which the product
           does without
default    python-telegram-bot as it comes: httpx, one update after the other
discord    discord.py with one slash command
posts      python-telegram-bot on our aiohttp requests: `Bot.send_message` to `--chats` chats, 32 under way at a time
channels   discord.py: `send` to as many channels, 32 under way at a time

The first four answer with one fixed line and look nothing up; the last two send TEXT at each SIGUSR1 and keep nothing.
Each writes `up` once it is ready.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator

LINE = "Article 4: mutual assistance with all means. Signed on 19 June 2024, in force since 4 December 2024."
TEXT = "Made up\n\nEnvoys of both sides met for the third time this month and said they would meet again."
AT_ONCE, POSTS_AT_ONCE = 256, 32
FIRST_CHANNEL = 7 * 10**17
TOKEN, DISCORD_TOKEN = "1:T", "x.y.z"


async def telegram(kind: str, api: str, port: int) -> None:
    """A command handler that answers `/treaty` and `/search`."""
    from aiohttp import web
    from telegram import Update
    from telegram.ext import ApplicationBuilder, CommandHandler, ContextTypes

    from bot.adapters.telegram.http import AiohttpRequest

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await update.effective_message.reply_text(LINE)

    async def receive(request: web.Request) -> web.Response:
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return web.Response()

    builder = ApplicationBuilder().token(TOKEN).base_url(f"{api}/bot")
    if kind != "default":
        builder = builder.request(AiohttpRequest(AT_ONCE)).concurrent_updates(AT_ONCE)
        builder = builder.updater(None) if kind == "webhook" else builder.get_updates_request(AiohttpRequest(1))
    application = builder.build()
    application.add_handler(CommandHandler(["treaty", "search"], answer))
    server = web.Application()
    server.router.add_post("/hook", receive)
    runner = web.AppRunner(server, access_log=None)
    async with application:
        await application.start()
        if kind == "webhook":
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
        else:
            await application.updater.start_polling()
        await _serve()
        if application.updater is not None:
            await application.updater.stop()
        await runner.cleanup()
        await application.stop()


async def discord(api: str) -> None:
    """A command tree with one command."""
    import discord as library
    import yarl

    library.http.Route.BASE = f"{api}/api/v10"
    library.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(api.replace("http://", "ws://") + "/")
    client = library.Client(intents=library.Intents(guilds=True))
    tree = library.app_commands.CommandTree(client)

    @tree.command(description="Shows an article.")
    async def treaty(interaction: library.Interaction, article: str) -> None:
        await interaction.response.send_message(LINE)

    async with client:
        running = asyncio.create_task(client.start(DISCORD_TOKEN))
        await asyncio.sleep(0)
        await client.wait_until_ready()
        await _serve()
        await client.close()
        await running


async def posts(api: str, chats: int) -> None:
    """Send to private chats."""
    from telegram import Bot

    from bot.adapters.telegram.http import AiohttpRequest

    request = AiohttpRequest(POSTS_AT_ONCE)
    async with Bot(TOKEN, base_url=f"{api}/bot", request=request, get_updates_request=AiohttpRequest(1)) as bot:
        await _serve(lambda: _send_all(range(1, chats + 1), lambda chat: bot.send_message(chat, TEXT)))


async def channels(api: str, chats: int) -> None:
    """Send to channels."""
    import discord as library

    library.http.Route.BASE = f"{api}/api/v10"
    client = library.Client(intents=library.Intents(guilds=True))
    async with client:
        await client.login(DISCORD_TOKEN)
        every = range(FIRST_CHANNEL, FIRST_CHANNEL + chats)
        await _serve(lambda: _send_all(every, lambda channel: client.get_partial_messageable(channel).send(TEXT)))


async def _send_all(chats: range, send: Callable[[int], Awaitable[object]]) -> None:
    async def work(left: Iterator[int]) -> None:
        for chat in left:
            await send(chat)

    left = iter(chats)
    await asyncio.gather(*(work(left) for _ in range(POSTS_AT_ONCE)))


async def _serve(at_signal: Callable[[], Awaitable[None]] | None = None) -> None:
    ended = asyncio.Event()
    wanted: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_signal_handler(signal.SIGUSR1, wanted.put_nowait, None)

    async def send_when_wanted() -> None:
        while at_signal is not None:
            await wanted.get()
            await at_signal()

    sending = asyncio.create_task(send_when_wanted())
    print("up", flush=True)
    await ended.wait()
    sending.cancel()


def main() -> None:
    """Run one bare bot until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("polling", "webhook", "default", "discord", "posts", "channels"))
    parser.add_argument("--api", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--chats", type=int, default=0)
    given = parser.parse_args()
    match given.kind:
        case "discord":
            asyncio.run(discord(given.api))
        case "posts":
            asyncio.run(posts(given.api, given.chats))
        case "channels":
            asyncio.run(channels(given.api, given.chats))
        case kind:
            asyncio.run(telegram(kind, given.api, given.port))


if __name__ == "__main__":
    main()
