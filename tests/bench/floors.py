"""Bare bots on the same libraries: what the product's answers are measured against. `python -m tests.bench.floors KIND`.

polling    python-telegram-bot on our aiohttp requests, 256 updates at once
webhook    the same, fed by a bare aiohttp server: python-telegram-bot's own server needs tornado, which the product
           does without
default    python-telegram-bot as it comes: httpx, one update after the other
discord    discord.py with one slash command

Each answers with one fixed line, looks nothing up, and writes `up` once it takes commands.
"""

from __future__ import annotations

import argparse
import asyncio
import signal

LINE = "Article 4: mutual assistance with all means. Signed on 19 June 2024, in force since 4 December 2024."
AT_ONCE = 256
TOKEN = "1:T"


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
        running = asyncio.create_task(client.start("x.y.z"))
        await asyncio.sleep(0)
        await client.wait_until_ready()
        await _serve()
        await client.close()
        await running


async def _serve() -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    print("up", flush=True)
    await ended.wait()


def main() -> None:
    """Run one bare bot until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("polling", "webhook", "default", "discord"))
    parser.add_argument("--api", required=True)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    asyncio.run(discord(given.api) if given.kind == "discord" else telegram(given.kind, given.api, given.port))


if __name__ == "__main__":
    main()
