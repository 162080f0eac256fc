"""The bot on Telegram: takes updates in, has them answered, brings the answers back."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from telegram import Bot, BotCommandScope, InlineQuery, Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.adapters.telegram import commands as menus
from bot.adapters.telegram.carrier import TelegramCarrier
from bot.adapters.telegram.events import read_events
from bot.adapters.telegram.faults import Remedy, TokenRejected, TokenShared, fault_of
from bot.adapters.telegram.http import CONNECT_SECONDS, READ_SECONDS, AiohttpRequest, Form, form
from bot.adapters.telegram.inbound import Incoming, order_key, read, read_inline
from bot.adapters.telegram.lanes import Job, Lanes
from bot.adapters.telegram.rights import Rights
from bot.adapters.telegram.sending import Sender, Spent, no_wait, not_told
from bot.core.commands import Command
from bot.core.documents import Document
from bot.core.entries import Texts
from bot.core.leases import Alone, Leases
from bot.core.outbox import ChatEvent
from bot.core.places import ChatRef, MessageRef
from bot.core.ports import Answers, Inbox, PostFailed, Words

AT_ONCE = 256
BROADCAST_AT_ONCE = 256
FREE_PER_SECOND = 30
"""Messages that Telegram takes from one bot (core.telegram.org/bots/faq). Of more it takes pay for those above."""
MIN_POLL_SECONDS = 0.1
POLL_SECONDS = 25
FINISH_SECONDS = 3.0
CONFIRM_SECONDS, LEAVE_SECONDS = 2.0, 1.0
MAX_PAUSE_SECONDS = 30.0
RESTART_SECONDS = 5.0
CONFLICTS, CONFLICT_SECONDS, SETTLED_SECONDS = 2, 0.5, 5.0
"""Two programs with one token end each other's polls, and Telegram takes no side. Who has polled undisturbed for some
seconds goes on; a newcomer acts on nothing from the first conflict on and gives up with the second. The seconds are
more than the three by which Telegram holds back the word of a conflict when there are many."""
TURN_SECONDS, WATCH_SECONDS = 1.0, 0.5
"""How often a process that stands by asks whether it is its turn, and how soon one whose turn is over lets go."""
UPDATES = ("message", "callback_query", "inline_query", "my_chat_member")

_log = logging.getLogger(__name__)


class TelegramPlatform:
    """One bot account; an `Outlet` for what nobody asked for. `start`, then `ready` in time, then `stop`.

    failure: why it can't go on without the operator; None while it runs or still tries. rivalled: that is because
    another program polled with this token before it did.
    api_url: the base of the Bot API. webhook_url: where Telegram is to deliver updates, which then come in by
    `receive`; None polls for them. words: by language; the default one stands for all others. room, spent: awaited and
    then called just before each message that the outbox does not know of, and each change of one, is sent: when there
    is room for it, and that it was sent; what `spent` returns is called when it has come to its end. limited: see
    `Sender`. on_refused: called with the HTTP status of each request that was not done. messages_per_second: how many
    are sent at most.
    carrier: what the outbox sends by. settled_after: seconds of polling after which another program with the same token
    is the one to give way.
    leases, duty: of the processes with this token, the one that has this duty polls, or sets the webhook, and registers
    the menus; the others stand by. takes_in: whether updates are taken at all, or messages only sent.
    """

    def __init__(
        self,
        *,
        token: str,
        api_url: str,
        answers: Answers,
        inbox: Inbox,
        commands: Sequence[Command],
        words: Mapping[str, Words],
        default_locale: str,
        story: Texts | None = None,
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        room: Callable[[], Awaitable[None]] = no_wait,
        spent: Spent = lambda: None,
        limited: Callable[[float | None, str], Awaitable[None]] = not_told,
        on_refused: Callable[[int], None] = lambda _status: None,
        messages_per_second: float = FREE_PER_SECOND,
        settled_after: float = SETTLED_SECONDS,
        leases: Leases | None = None,
        duty: str = "telegram",
        takes_in: bool = True,
    ) -> None:
        if webhook_url and not webhook_secret:
            raise ValueError("a webhook without a secret would let anybody speak as Telegram")
        self._answers = answers
        self._inbox = inbox
        self._commands = commands
        self._words = words
        self._default_locale = default_locale
        self._story = story or {}
        self._webhook_url = webhook_url
        self._webhook_secret = webhook_secret
        self._request = AiohttpRequest(AT_ONCE, on_refused=on_refused)
        self._poll_request = AiohttpRequest(1, on_refused=on_refused)
        self._carrier_request = AiohttpRequest(BROADCAST_AT_ONCE, CONNECT_SECONDS, on_refused=on_refused)
        base = api_url.rstrip("/") + "/bot"
        self._bot = Bot(token, base_url=base, request=self._request, get_updates_request=self._poll_request)
        self._url = f"{base}{token}/"
        self._sender = Sender(
            request=self._request,
            url=self._url,
            words=words,
            default_locale=default_locale,
            room=room,
            spent=spent,
            limited=limited,
            revoked=self._revoked,
        )
        self.carrier = TelegramCarrier(
            request=self._carrier_request,
            url=self._url,
            connected=lambda: self._connected,
            spent=spent,
            room=room,
            revoked=self._revoked,
            paid=messages_per_second > FREE_PER_SECOND,
        )
        self._rights = Rights(request=self._request, url=self._url, bot=int(token.partition(":")[0]))
        self._lanes = Lanes()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._connection: asyncio.Task[None] | None = None
        self._offset = 0
        self._taking = False
        self._registered = False
        self._stopping = False
        self._settled_after = settled_after
        self._leases, self._duty, self._takes_in = leases or Alone(), duty, takes_in
        self._stands_by = False
        self._quiet_since: float | None = None
        self._settled, self._conflicts = False, 0
        self.failure: str | None = None
        self.rivalled = False

    @property
    def served(self) -> bool:
        """Whether Telegram knew the token when this one came."""
        return bool(self._sender.bot_name)

    @property
    def ready(self) -> bool:
        """Whether updates come in and the menus are registered, or another process with this token sees to that."""
        if self._stands_by or not self._takes_in:
            return self._connected
        return self._taking and self._registered and not self._stopping

    async def start(self) -> None:
        """Connect in the background, and keep trying unless `failure` says that this is no use."""
        self._connection = asyncio.create_task(self._run(), name="telegram")

    async def stop(self) -> None:
        """Take nothing more in, finish what was taken, close. Takes four seconds at most."""
        self._stopping = True
        if self._connection is not None:
            self._connection.cancel()
            await asyncio.gather(self._connection, return_exceptions=True)
        _, finished = await asyncio.gather(self._leave(), self._lanes.finish(FINISH_SECONDS))
        if not finished:
            _log.warning("Some replies on Telegram were not finished in time")
        await self._close()

    async def _leave(self) -> None:
        await self._confirm()
        with contextlib.suppress(TimeoutError):  # the end of this process gives it back, too
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._leases.give_back(self._duty)

    async def _confirm(self) -> None:
        """Thank for the last updates: without this Telegram would send them again at the next start."""
        if not self._offset:
            return
        fields = form(offset=self._offset, timeout=0, limit=1)
        try:
            await asyncio.wait_for(self._poll_request.post(self._url + "getUpdates", Form(fields)), CONFIRM_SECONDS)
        except (TelegramError, TimeoutError):
            _log.info("The last updates could not be confirmed to Telegram; they are known if they come again")

    async def receive(self, secret: str | None, body: bytes) -> int:
        """Take one update from the webhook; returns the HTTP status to answer with.

        200 is given only when the update would still be known after a restart. 401 for a missing or wrong secret,
        before anything is parsed; 400 for what is no update; 503 when there is too much to do, or the
        store takes nothing just now, so that it comes again.
        """
        if not self._webhook_secret or secret is None:
            return 401
        if not hmac.compare_digest(secret.encode(errors="replace"), self._webhook_secret.encode()):
            return 401
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return 400
        if not isinstance(raw, dict) or type(raw.get("update_id")) is not int:
            return 400
        if self._stopping or self._lanes.full or not self._sender.bot_name:
            return 503
        return 200 if await self._inbox.receive(raw["update_id"], partial(self._act, raw)) else 503

    # Speaking unasked

    async def post(self, chat: ChatRef, document: Document) -> MessageRef:
        """Post one message into a chat, or its topic. Raises PostFailed.

        The result's chat is where the message stands: another one than asked for once a group became a supergroup. An
        answer that got lost costs a second copy at most.
        """
        self._check_connected()
        return await self._sender.post(chat, document)

    async def edit(self, message: MessageRef, document: Document) -> None:
        """Change a message of the bot in place. Raises PostFailed."""
        self._check_connected()
        await self._sender.edit(message, document)

    @property
    def _connected(self) -> bool:
        return bool(self._sender.bot_name) and not self._stopping and self.failure is None

    def _check_connected(self) -> None:
        if not self._connected:
            raise PostFailed("Telegram is not connected", final=False)

    def _revoked(self) -> None:
        """A request was refused for its token: whoever notices it first, nothing more is sent or taken in."""
        if self.failure is None and not self._stopping:
            self._give_up(str(TokenRejected()))
            if self._connection is not None:
                self._connection.cancel()

    def _give_up(self, reason: str) -> None:
        if self.failure is not None:
            return
        self.failure = reason
        self._taking = False
        _log.error("Telegram is off. %s", reason)

    # Coming up

    async def _run(self) -> None:
        """Connect and take updates in; ends where only the operator can help, and says so."""
        while self.failure is None:
            try:
                await self._connect()
            except TokenRejected as error:
                self._give_up(str(error))
            except TokenShared as error:
                self.rivalled = True
                self._offset = 0  # nothing is confirmed at the end: that would end a poll of the other one
                self._give_up(str(error))
            except TelegramError as error:
                self._give_up(f"Telegram refuses to start the bot: {error.message}")
            except Exception:  # noqa: BLE001 - whatever it is, the bot must come back
                _log.exception("Telegram was lost by a fault of ours; connecting again in %s s", RESTART_SECONDS)
                self._taking = False
                await asyncio.sleep(RESTART_SECONDS)
            else:
                return

    async def _connect(self) -> None:
        """Connect, and in our turn register the menus, then poll for ever, or return where a webhook brings updates."""
        await self._carrier_request.initialize()
        await self._insist("reach Telegram", self._bot.initialize)
        self._sender.bot_name = self._bot.username
        _log.info("Connected to Telegram as @%s", self._bot.username)
        while self._takes_in and not await self._lead():
            pass

    async def _lead(self) -> bool:
        """Do what one process does for all, while it is our turn; whether that is done for good."""
        await self._turn()
        register = asyncio.create_task(self._try_to_register())
        try:
            if self._webhook_url:
                secret = self._webhook_secret
                call = partial(self._bot.set_webhook, self._webhook_url, secret_token=secret, allowed_updates=UPDATES)
                await self._insist("set the webhook", call)
                self._taking = True
                await register
                return True
            await self._insist("prepare polling", self._bot.delete_webhook)
            await self._poll()
            return False
        finally:
            register.cancel()
            await asyncio.gather(register, return_exceptions=True)

    async def _turn(self) -> None:
        """Return when this is the process whose turn it is."""
        while not await self._leases.take(self._duty):
            if not self._stands_by:
                _log.info("Another process takes updates from Telegram; standing by to take over")
            # Of two that take updates in, it is the one whose turn it is now that Telegram should listen to.
            self._stands_by = self._settled = True
            await asyncio.sleep(TURN_SECONDS)
        if self._stands_by:
            _log.info("Taking over the updates from Telegram")
        self._stands_by = False

    def _has_turn(self) -> bool:
        return self._leases.holds(self._duty)

    async def _try_to_register(self) -> None:
        try:
            await self._register()
        except TokenRejected:
            pass  # taking updates in meets the same and says so
        except Exception:  # noqa: BLE001 - a missing word, say: then there are no menus, but there are answers
            _log.exception("The menus could not be registered")

    async def _register(self) -> None:
        """Register menus and descriptions, all at once; only the menus decide about `ready`."""
        calls: list[Callable[[], Awaitable[Any]]] = []
        # In a thread: the first word of a language parses its file, and four of them would hold up the first poll.
        for menu in await asyncio.to_thread(menus.menus, self._commands, self._words, self._default_locale):
            scope = BotCommandScope(menu.scope)
            calls.append(partial(self._bot.set_my_commands, menu.commands, scope, menu.language))
        await asyncio.gather(*(self._try_to("register a menu", call) for call in calls))
        self._registered = True
        calls = []
        for about in menus.abouts(self._words, self._default_locale, self._story):
            calls.append(partial(self._bot.set_my_description, about.description, about.language))
            calls.append(partial(self._bot.set_my_short_description, about.short_description, about.language))
        await asyncio.gather(*(self._try_to("describe itself", call) for call in calls))

    async def _try_to(self, what: str, call: Callable[[], Awaitable[Any]]) -> None:
        """As `_insist`, but a refusal is only logged: the bot answers without menus too."""
        try:
            await self._insist(what, call)
        except TelegramError as error:
            _log.error("The bot can't %s: %s", what, error.message)

    async def _insist(self, what: str, call: Callable[[], Awaitable[Any]]) -> None:
        """Make a call until Telegram takes it. Raises TokenRejected, or TelegramError for a refusal."""
        pause = 1.0
        while True:
            try:
                await call()
            except InvalidToken:
                # From None: the library's text quotes the token.
                raise TokenRejected from None
            except TelegramError as error:
                fault = fault_of(error)
                if fault.remedy not in (Remedy.WAIT, Remedy.RETRY, Remedy.RETRY_LATER, Remedy.RETRY_ONCE):
                    raise
                level = logging.WARNING if pause == 1.0 else logging.DEBUG
                _log.log(level, "The bot can't %s yet and keeps trying: %s", what, fault.reason)
                await asyncio.sleep(fault.seconds or pause)
                pause = min(pause * 2, MAX_PAUSE_SECONDS)
            else:
                return

    # Taking in

    async def _poll(self) -> None:
        """Fetch updates while it is our turn. The first poll doesn't wait, so that `ready` needs no first visitor."""
        loop = asyncio.get_running_loop()
        pause, seconds = 1.0, 0
        while self._has_turn():
            asked = loop.time()
            try:
                updates = await self._fetch_in_turn(seconds)
            except InvalidToken:
                raise TokenRejected from None
            except TelegramError as error:
                fault, rival = fault_of(error), isinstance(error, Conflict)
                if rival:
                    self._disturbed()
                level = logging.WARNING if self._taking or pause == 1.0 else logging.DEBUG
                reason = "another program polls with this token" if rival else fault.reason
                _log.log(level, "No updates from Telegram, trying again: %s", reason)
                self._taking, seconds = False, 0
                await asyncio.sleep(CONFLICT_SECONDS if rival else fault.seconds or pause)
                pause = min(pause * 2, MAX_PAUSE_SECONDS)
                continue
            if not self._undisputed(asked):
                seconds = 1
                await asyncio.sleep(CONFLICT_SECONDS)
                continue
            if not updates and seconds and loop.time() - asked < MIN_POLL_SECONDS:
                await asyncio.sleep(MIN_POLL_SECONDS)  # a server that doesn't hold the poll must not be hammered
            self._taking, pause, seconds = True, 1.0, POLL_SECONDS
            await self._inbox.expect([raw["update_id"] for raw in updates])
            for raw in updates:
                await self._lanes.room()
                if not self._has_turn():
                    break  # we stood still with it in hand, say; it was not thanked for, and whose turn it is has it
                self._offset = raw["update_id"] + 1
                if self._inbox.take(raw["update_id"]):
                    self._act(raw)
        # Whoever polls now gets what was not thanked for; thanking for it later would lose what is not yet answered.
        self._taking, self._offset = False, 0
        _log.warning("Our turn to take updates from Telegram is over, or the database can't say that it is not")

    async def _fetch_in_turn(self, seconds: int) -> list[dict[str, Any]]:
        """Fetch updates; none where our turn ends meanwhile."""
        poll = asyncio.create_task(self._fetch(seconds))
        try:
            while not (await asyncio.wait({poll}, timeout=WATCH_SECONDS))[0]:
                if not self._has_turn():
                    return []
            return poll.result()
        finally:
            poll.cancel()

    def _undisputed(self, asked: float) -> bool:
        """Whether what a poll brought is surely ours alone; else it is left, and comes again. asked: when it began."""
        if self._quiet_since is None:
            self._quiet_since = asked
        self._settle()
        return self._settled or not self._conflicts

    def _disturbed(self) -> None:
        """Note that another program ended our poll. Raises TokenShared where it was there first."""
        self._settle()
        self._quiet_since = None
        if not self._settled:
            self._conflicts += 1
            if self._conflicts >= CONFLICTS:
                raise TokenShared from None

    def _settle(self) -> None:
        now = asyncio.get_running_loop().time()
        self._settled |= self._quiet_since is not None and now - self._quiet_since > self._settled_after

    async def _fetch(self, seconds: int) -> list[dict[str, Any]]:
        fields = form(offset=self._offset, timeout=seconds, allowed_updates=json.dumps(UPDATES))
        updates = await self._poll_request.post(
            self._url + "getUpdates", Form(fields), read_timeout=seconds + READ_SECONDS
        )
        return [each for each in updates if type(each.get("update_id")) is int] if isinstance(updates, list) else []

    def _act(self, raw: dict[str, Any]) -> None:
        """Line an update up behind the others of its chat, unless it asks nothing of us."""
        update = raw["update_id"]
        if (found := self._read(raw)) is None:
            self._inbox.done(update)
        elif not self._lanes.add(found[0], partial(self._finish, update, found[1])):
            _log.warning("A chat is flooding; an update was dropped")
            self._inbox.done(update)

    def _read(self, raw: dict[str, Any]) -> tuple[int, Job] | None:
        """In whose lane an update belongs and what is to be done about it; None where it asks nothing of us."""
        try:
            if told := read_events(raw):
                return told.chat, partial(self._tell, told.events)
            update = Update.de_json(raw)
            if update.inline_query is not None:
                return order_key(update), partial(self._offer, update.inline_query)
            if incoming := read(update, self._sender.bot_name, self._rights):
                return order_key(update), partial(self._answer, incoming)
        except Exception:  # noqa: BLE001 - what the library can't read must not keep the others from being read
            _log.exception("Update %s could not be read and is skipped", raw["update_id"])
        return None

    async def _finish(self, update: int, job: Job) -> None:
        try:
            await job()
        except Exception:  # noqa: BLE001 - one bad update must not come again and again
            _log.exception("An update could not be answered")
        # Not where a stop cut it off: then it comes again.
        self._inbox.done(update)

    async def _answer(self, incoming: Incoming) -> None:
        async with self._slots:
            reply = await self._answers(incoming.request)
        message = await self._sender.answer(incoming, reply)
        if message is not None and reply is not None and reply.shows is not None:
            await self._answers.shown(reply.shows, message)

    async def _offer(self, query: InlineQuery) -> None:
        async with self._slots:
            cards = await self._answers.cards(read_inline(query))
        await self._sender.offer(query.id, cards)

    async def _tell(self, events: tuple[ChatEvent, ...]) -> None:
        for event in events:
            await self._answers.happened(event)

    # Going down

    async def _close(self) -> None:
        requests = (self._request, self._poll_request, self._carrier_request)
        await asyncio.gather(*(each.shutdown() for each in requests))
