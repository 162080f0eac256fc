"""What `pactwatch doctor` finds of Telegram. It asks and changes nothing, also while the service runs with the token.

Updates are never asked for: that would end the poll of the running service.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.adapters.checkup import Checkup
from bot.adapters.telegram.faults import MAX_REASON, AnswerLost, NotDone, NotReached, TooMany
from bot.adapters.telegram.http import AiohttpRequest, Form, form
from bot.adapters.telegram.rights import is_open, may_write
from bot.core.checks import Check, Place, counted, mend, ok, warning
from bot.core.places import Platform

MOST_CHATS = 50
AT_ONCE = 6
"""Requests: the running service uses the same token."""
MANY_WAIT = 100
LATELY = 3600.0

TROUBLE = (TelegramError, KeyError, TypeError, ValueError, AttributeError)
"""What asking may raise; all but the first where the answer is not one of Telegram's."""
NETWORK = "check this machine's network, its firewall and name server, and TELEGRAM_API_URL"


async def check_telegram(
    *, token: str, api_url: str, webhook_url: str | None, places: Awaitable[Sequence[Place]], seconds: float
) -> tuple[Check, ...]:
    """Everything about Telegram, with whatever could be found within so many seconds. Raises nothing."""
    return await _Checkup(token, api_url, webhook_url).look(places, seconds)


class _Checkup(Checkup):
    PLATFORM, NETWORK, TROUBLE = Platform.TELEGRAM, NETWORK, TROUBLE

    def __init__(self, token: str, api_url: str, webhook_url: str | None) -> None:
        super().__init__()
        self._request = AiohttpRequest(AT_ONCE, trace=self._server.trace())
        self._url = f"{api_url.rstrip('/')}/bot{token}/"
        self._bot = int(token.partition(":")[0])
        self._webhook_url = webhook_url

    async def _run(self, places: Awaitable[Sequence[Place]]) -> None:
        await self._request.initialize()
        me = await self._ask("getMe")
        self.found.append(ok("telegram.token", f"@{me.get('username', '?')}, {me.get('first_name', '')}"))
        self.found += account(me)
        await asyncio.gather(*(self._told(each) for each in (self._webhook(), self._chats(places))))

    async def _close(self) -> None:
        await self._request.shutdown()

    def _refused(self, error: Exception) -> Check:
        return _refused(error)

    async def _webhook(self) -> None:
        self.found += webhook(await self._ask("getWebhookInfo"), self._webhook_url, time.time())

    async def _chats(self, places: Awaitable[Sequence[Place]]) -> None:
        ours = [each for each in await places if each.chat.platform is Platform.TELEGRAM]
        # Only groups and channels, whose ids are negative: whether a person blocked the bot can't be asked.
        chats = {each.chat.id: each for each in ours if each.chat.id.startswith("-")}
        some = list(chats.values())[:MOST_CHATS]
        slots = asyncio.Semaphore(AT_ONCE)
        found = await asyncio.gather(*(self._chat(each, slots) for each in some))
        looked = [each for each in found if isinstance(each, bool)]
        if troubles := [each for each in found if isinstance(each, Exception)]:
            self.found.append(_refused(troubles[0]))
        if looked:
            rest = f"; {len(chats) - len(some):,} more were not looked at" if len(chats) > len(some) else ""
            total = counted(len(looked), "group or channel", "groups and channels")
            self.found.append(ok("telegram.chats", f"the bot may write in {sum(looked)} of {total}{rest}"))

    async def _chat(self, place: Place, slots: asyncio.Semaphore) -> bool | Exception:
        """Whether the bot may write there, or why nobody knows; where not, that is noted."""
        identity = place.chat.id
        try:
            async with slots:
                member = await self._ask("getChatMember", chat_id=identity, user_id=self._bot)
                chat = await self._ask("getChat", chat_id=identity)
            fine = may_write(member, channel=chat["type"] == "channel") and is_open(chat, member)
            found = f"the bot may not write there (it is: {member['status']})"
        except (BadRequest, Forbidden, ChatMigrated) as error:
            # Before the next: the library makes a refusal a kind of lost connection.
            fine, found = False, error.message[:MAX_REASON]
        except TROUBLE as error:
            return error
        if not fine:
            advice = "make the bot a member that may write, in a channel an administrator that may post; or unsubscribe"
            self.found.append(mend("telegram.chat", f"{identity}: {found}", advice))
        return fine

    async def _ask(self, method: str, **fields: str | int) -> Any:
        return await self._request.post(self._url + method, Form(form(**fields)))


def account(me: Mapping[str, Any]) -> list[Check]:
    """What is to be said of how the bot is set up with @BotFather."""
    found = []
    if me.get("can_join_groups") is False:
        advice = "@BotFather: /setjoingroups, Enable"
        found.append(warning("telegram.groups", "nobody can add the bot to a group", advice))
    if me.get("can_read_all_group_messages"):
        told = "privacy mode is off: the bot is sent all that is written in its groups, and needs only commands"
        found.append(warning("telegram.privacy", told, "@BotFather: /setprivacy, Enable"))
    if me.get("supports_inline_queries") is False:
        told = f"inline mode is off: @{me.get('username', 'name')} typed in another chat finds nothing"
        found.append(warning("telegram.inline", told, "@BotFather: /setinline"))
    return found or [ok("telegram.account", "joins groups, reads only commands there, answers inline")]


def webhook(info: Mapping[str, Any], wanted: str | None, now: float) -> list[Check]:
    """What is to be said of how updates come in. Of an address only the host is told: the rest often holds a secret."""
    there, waiting = str(info.get("url") or ""), int(info.get("pending_update_count") or 0)
    found = [_way(there, wanted)]
    if waiting > MANY_WAIT:
        told = f"{waiting:,} updates wait"
        advice = "start the service; where it runs, another program with this token may be in its way: see its log"
        found.append(warning("telegram.updates", told, advice))
    told = str(info.get("last_error_message") or "")
    age = now - float(info.get("last_error_date") or 0)
    if there and told and age < LATELY:
        told = f"{max(0, age) / 60:.0f} min ago Telegram could not deliver: {told[:MAX_REASON]}"
        advice = "check that TELEGRAM_WEBHOOK_URL leads to HTTP_ADDRESS here; after a new secret restart the service"
        found.append(warning("telegram.delivery", told, advice))
    return found


def _way(there: str, wanted: str | None) -> Check:
    name = "telegram.webhook"
    host = urlsplit(there).hostname or "?"
    if not wanted:
        if not there:
            return ok(name, "none, as it should be: the service polls")
        told = f"updates are delivered to {host} and not polled for"
        advice = "(re)start the service, which ends that; if it comes back, another program has this token: /revoke it"
        return mend(name, told, advice)
    if there == wanted:
        return ok(name, f"set to {host}")
    if not there:
        return warning(name, "not set yet", "start the service: it sets TELEGRAM_WEBHOOK_URL")
    same = " under another address" if host == urlsplit(wanted).hostname else ""
    advice = "restart the service, which sets TELEGRAM_WEBHOOK_URL; if it changes back, another program has this token"
    return mend(name, f"updates are delivered to {host}{same}", advice)


def _refused(error: Exception) -> Check:
    """What is to be said where a request was in vain."""
    reason = error.message[:MAX_REASON] if isinstance(error, TelegramError) else ""
    match error:
        case InvalidToken():
            advice = (
                "put a valid token from @BotFather (/token shows it) into TELEGRAM_BOT_TOKEN, or check TELEGRAM_API_URL"
            )
            return mend("telegram.token", "Telegram does not accept it: revoked or mistyped", advice)
        case NotReached() | AnswerLost():
            return mend("telegram.network", f"can't be reached: {reason}", NETWORK)
        case NotDone() | TooMany() | RetryAfter():
            return warning("telegram.network", f"does not answer now: {reason}", "try again in some minutes")
        case BadRequest() | Forbidden():
            return mend("telegram.token", f"Telegram refuses: {reason}", "check the token and TELEGRAM_API_URL")
        case _:
            # Not quoted: it may be the whole page of a proxy.
            return mend("telegram.network", "an answer that is none of Telegram's", NETWORK)
