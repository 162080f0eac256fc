"""What `pactwatch doctor` finds of Discord. It asks and changes nothing, also while the service runs with the token."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import aiohttp
import discord
from discord.http import HTTPClient, Route, json_or_text

from bot.adapters.checkup import Checkup
from bot.adapters.discord.client import INTENTS
from bot.adapters.discord.faults import Fault, judge
from bot.core.checks import Check, Place, counted, mend, ok, warning
from bot.core.places import Platform

MOST_CHANNELS = 50
AT_ONCE = 4
"""Requests: the running service uses the same token."""
MAX_REASON = 200

WHAT_FOR = "to see channels, to write there and in threads, and to find its own messages again"
RIGHTS: Mapping[str, str] = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
}
"""The rights that we use, by the library's name and by the one people see. History: to find a message of our own again
whose confirmation was lost, and to answer below one. Publishing what we posted in an announcement channel needs none.
"""
PERMISSIONS = discord.Permissions(**dict.fromkeys(RIGHTS, True))
_IN_CHANNELS = tuple(name for name in RIGHTS if name != "send_messages_in_threads")
_IN_THREADS = tuple(name for name in RIGHTS if name != "send_messages")

PRIVILEGED: Mapping[str, tuple[str, str]] = {
    "presences": ("gateway_presence", "Presence"),
    "members": ("gateway_guild_members", "Server Members"),
    "message_content": ("gateway_message_content", "Message Content"),
}
"""By the library's name of an intent: that of the application's flag, and the one in the developer portal."""

NETWORK = "check this machine's network, its firewall and name server, and DISCORD_API_URL"
TROUBLE = (discord.DiscordException, aiohttp.ClientError, OSError, KeyError, TypeError, ValueError)
"""What asking may raise; the last three where the answer is not one of Discord's."""
PORTAL = "https://discord.com/developers/applications"


async def check_discord(
    *, token: str, api_url: str, places: Awaitable[Sequence[Place]], seconds: float
) -> tuple[Check, ...]:
    """Everything about Discord, with whatever could be found within so many seconds. Raises nothing."""
    return await _Checkup(token, api_url).look(places, seconds)


class _Checkup(Checkup):
    PLATFORM, NETWORK, TROUBLE = Platform.DISCORD, NETWORK, TROUBLE

    def __init__(self, token: str, api_url: str) -> None:
        super().__init__()
        # As in `DiscordPlatform.start`: the library's only seam for another address.
        Route.BASE = api_url.rstrip("/")
        self._token = token
        trace = self._server.trace()
        trace.on_request_end.append(_raise_at_once)
        self._http = HTTPClient(asyncio.get_running_loop(), http_trace=trace)

    async def _run(self, places: Awaitable[Sequence[Place]]) -> None:
        me = await self._http.static_login(self._token)
        self.found.append(ok("discord.token", str(me.get("global_name") or me["username"])))
        parts = (self._application(), self._starts(), self._channels(str(me["id"]), places))
        await asyncio.gather(*(self._told(each) for each in parts))

    async def _close(self) -> None:
        await self._http.close()

    def _refused(self, error: Exception) -> Check:
        return _refused(error)

    async def _application(self) -> None:
        self.found += application(await self._http.request(Route("GET", "/applications/@me")))

    async def _starts(self) -> None:
        self.found.append(starts(await self._http.request(Route("GET", "/gateway/bot"))))

    async def _channels(self, me: str, places: Awaitable[Sequence[Place]]) -> None:
        # `@…` stands for a person whose private chat was not opened yet.
        ours = [each for each in await places if each.chat.platform is Platform.DISCORD and each.chat.id.isdecimal()]
        some = ours[:MOST_CHANNELS]
        servers = _Servers(self._http, me)
        found = await asyncio.gather(*(self._channel(each, servers) for each in some))
        looked = [each for each in found if isinstance(each, bool)]
        if troubles := [each for each in found if isinstance(each, Exception)]:
            self.found.append(_refused(troubles[0]))
        if looked:
            rest = f"; {len(ours) - len(some):,} more were not looked at" if len(ours) > len(some) else ""
            total = counted(len(looked), "channel")
            self.found.append(ok("discord.channels", f"the bot may write in {sum(looked)} of {total}{rest}"))

    async def _channel(self, place: Place, servers: _Servers) -> bool | Exception | None:
        """Whether the bot may write there, None in a private chat, or why nobody knows; where not, that is noted."""
        name = place.chat.id
        try:
            channel, rights = await servers.rights(place)
        except (discord.Forbidden, discord.NotFound) as error:
            found = f"{name}: {error.text or 'not there for the bot'}"
            missing = True
        except TROUBLE as error:
            return error
        else:
            if rights is None:
                return None
            needed = _IN_CHANNELS if place.chat.thread is None else _IN_THREADS
            lacking = [RIGHTS[each] for each in needed if not getattr(rights, each)]
            found = f"#{channel.get('name', '?')} ({name}): the bot lacks {', '.join(lacking)}"
            missing = bool(lacking)
        if missing:
            advice = "give the bot these rights in the channel's settings, Permissions; or unsubscribe there"
            self.found.append(mend("discord.channel", found, advice))
        return not missing


class _Servers:
    """Channels, roles and our own roles in each server, asked for once."""

    def __init__(self, http: HTTPClient, me: str) -> None:
        self._http, self._me = http, me
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._known: dict[str, asyncio.Task[Any]] = {}

    async def rights(self, place: Place) -> tuple[Mapping[str, Any], discord.Permissions | None]:
        """The channel of a place, or that of its thread, and what we may do there: None in a private chat."""
        identity = place.chat.id
        if place.space is None:
            channel = await self._ask(f"/channels/{identity}")
            server = channel.get("guild_id")
            if server is None:
                return channel, None
        else:
            # One request for all channels of a server, where many are subscribed.
            server = place.space
            channels = await self._ask(f"/guilds/{server}/channels")
            listed = [each for each in channels if str(each["id"]) == identity]
            channel = listed[0] if listed else await self._ask(f"/channels/{identity}")
        guild, member = await asyncio.gather(
            self._ask(f"/guilds/{server}"), self._ask(f"/guilds/{server}/members/{self._me}")
        )
        return channel, permissions(guild, member, channel)

    async def _ask(self, path: str) -> Any:
        if path not in self._known:
            self._known[path] = asyncio.create_task(self._request(path))
        return await self._known[path]

    async def _request(self, path: str) -> Any:
        async with self._slots:
            return await self._http.request(Route("GET", path))


def permissions(guild: Mapping[str, Any], member: Mapping[str, Any], channel: Mapping[str, Any]) -> discord.Permissions:
    """What a member may do in a channel, by Discord's rules: the roles, then the channel's exceptions.

    https://discord.com/developers/docs/topics/permissions#permission-overwrites
    """
    everyone, mine = str(guild["id"]), {str(each) for each in member["roles"]}
    found = discord.Permissions.none()
    for role in guild["roles"]:
        if str(role["id"]) in mine | {everyone}:
            found.value |= int(role["permissions"])
    if found.administrator or str(guild.get("owner_id")) == str(member["user"]["id"]):
        return discord.Permissions.all()
    exceptions = {str(each["id"]): each for each in channel.get("permission_overwrites") or ()}
    for group in ({everyone}, mine, {str(member["user"]["id"])}):
        applying = [exceptions[each] for each in group & exceptions.keys()]
        # Within a group what is allowed stands above what is denied.
        for each in applying:
            found.value &= ~int(each["deny"])
        for each in applying:
            found.value |= int(each["allow"])
    # Who can't see a channel can do nothing there, whatever else is allowed.
    return found if found.view_channel else discord.Permissions.none()


def application(app: Mapping[str, Any]) -> list[Check]:
    """What is to be said of the application, and the link by which it is installed."""
    flags = discord.ApplicationFlags._from_value(int(app.get("flags") or 0))  # noqa: SLF001 - the library's only way
    found = [_intents(flags)]
    if app.get("interactions_endpoint_url"):
        told = "commands are delivered to an Interactions Endpoint URL and never reach the bot"
        found.append(mend("discord.commands", told, f"{PORTAL}: General Information, empty that field"))
    if app.get("bot_require_code_grant"):
        told = "nobody can install the bot: Requires OAuth2 Code Grant is on"
        found.append(mend("discord.grant", told, f"{PORTAL}: Bot, switch it off"))
    if app.get("bot_public") is False:
        told = "a private bot: only its owner can add it to servers"
        found.append(ok("discord.public", told, f"{PORTAL}: Bot, Public Bot, if others are to"))
    link = f"to add the bot to a server: {install_link(str(app['id']))}"
    found.append(ok("discord.install", f"asks for what it uses: {WHAT_FOR}", link))
    return found


def _intents(flags: discord.ApplicationFlags) -> Check:
    name = "discord.intents"
    on = [each for each, (flag, _) in PRIVILEGED.items() if getattr(flags, flag) or getattr(flags, f"{flag}_limited")]
    needed = [each for each in PRIVILEGED if getattr(INTENTS, each)]
    if missing := [PRIVILEGED[each][1] for each in needed if each not in on]:
        told = f"Discord will refuse the connection: {', '.join(missing)} Intent is off"
        return mend(name, told, f"{PORTAL}: Bot, Privileged Gateway Intents, switch it on")
    if spare := [PRIVILEGED[each][1] for each in on if each not in needed]:
        told = f"none of the privileged ones is needed, and {', '.join(spare)} is on"
        return ok(name, told, f"{PORTAL}: Bot, Privileged Gateway Intents, switch it off")
    return ok(name, "no privileged one is needed, and none is on" if not needed else "those that are needed are on")


def install_link(application_id: str) -> str:
    """Where a server's administrator adds the bot, with the rights it uses and no others."""
    asked = {
        "client_id": application_id,
        "scope": "bot applications.commands",
        "permissions": str(PERMISSIONS.value),
    }
    return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"


def starts(gateway: Mapping[str, Any]) -> Check:
    """What is to be said of how often the bot may still connect today."""
    limit, shards = gateway["session_start_limit"], int(gateway["shards"])
    left, total = int(limit["remaining"]), int(limit["total"])
    told = f"{left:,} of {total:,} connections left today"
    hours = int(limit["reset_after"]) / 3_600_000
    advice = f"don't restart the service over and over; the count begins anew in {hours:.1f} h"
    if left < shards:
        return mend("discord.gateway", told, advice)
    return ok("discord.gateway", told) if left * 10 >= total else warning("discord.gateway", told, advice)


async def _raise_at_once(_session: Any, _context: Any, params: aiohttp.TraceRequestEndParams) -> None:
    """The library would try again for minutes where Discord is out of order or busy; nobody waits so long here."""
    response = params.response
    if response.status == 429 or response.status >= 500:
        data = await json_or_text(response)
        raise (
            discord.DiscordServerError(response, data)
            if response.status >= 500
            else discord.HTTPException(response, data)
        )


def _refused(error: Exception) -> Check:
    """What is to be said where a request was in vain."""
    fault = judge(error)
    if fault is Fault.TOKEN or (isinstance(error, discord.HTTPException) and error.status == 401):
        advice = f"{PORTAL}: Bot, Reset Token; put the new one into DISCORD_BOT_TOKEN"
        return mend("discord.token", "Discord does not accept it: revoked or mistyped", advice)
    if isinstance(error, discord.HTTPException):
        told = f"does not answer now: HTTP {error.status}"
        if fault in (Fault.OUTAGE, Fault.LIMITED):
            return warning("discord.network", told, "try again in some minutes; https://discordstatus.com tells more")
        told = f"refuses: HTTP {error.status} {error.text[:MAX_REASON]}"
        return mend("discord.network", told, "check DISCORD_BOT_TOKEN and DISCORD_API_URL")
    if isinstance(error, KeyError | TypeError | ValueError):
        return mend("discord.network", "an answer that is none of Discord's", NETWORK)
    return mend("discord.network", f"can't be reached: {type(error).__name__}", NETWORK)
