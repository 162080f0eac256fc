"""Discord: one object that connects, registers the commands, and answers interactions."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property

import discord
from discord.http import HTTPClient, Route

from bot.adapters.discord import commands as registration
from bot.adapters.discord.carrier import PERSON, DiscordCarrier
from bot.adapters.discord.client import Client
from bot.adapters.discord.faults import Fault, judge
from bot.adapters.discord.forms import modal
from bot.adapters.discord.gate import Gate, Spent, no_wait, not_told
from bot.adapters.discord.gateway import Ears
from bot.adapters.discord.inbound import Asked, Completion, read
from bot.adapters.discord.outbound import Outbound
from bot.adapters.discord.render import Payload, attachment, callback, for_one, notice, rendered, shorten
from bot.adapters.discord.shards import Shards
from bot.adapters.discord.starts import Starts
from bot.adapters.discord.wire import Wire
from bot.core.commands import Command
from bot.core.deliveries import Undelivered
from bot.core.documents import Document
from bot.core.leases import Alone, Leases
from bot.core.outbox import ChatEvent
from bot.core.places import ChatRef, MessageRef, UserRef
from bot.core.ports import Answers, PostFailed, Words
from bot.core.requests import Dialog, Reply, Shows
from bot.core.sessions import OwnSessions, Sessions

log = logging.getLogger(__name__)

API_URL = "https://discord.com/api/v10"
MESSAGE, DEFER, DEFER_EDIT, EDIT, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
DEFER_SECONDS = 1.5  # of three: the deferral needs its time, too
REMEMBERED = 4096  # interactions; a resumed session repeats minutes of events at most
MAX_WAIT = 300.0
DRAIN_SECONDS, CLOSE_SECONDS = 2.5, 1.0
MAX_CHOICES, MAX_CHOICE = 25, 100
YOUNG_SECONDS, FOREIGN_ANSWERS = 600.0, 2
"""Two programs with one token both get every interaction; Discord takes the first answer and tells the slower one, who
learns only by that. The one that has just begun gives up then; whoever has been there for longer stays."""


class DiscordPlatform:
    """The bot on Discord.

    words: by language. defer_after: seconds an answer may take before Discord is asked for more time. retry_after:
    seconds before the second attempt to connect, or to post; they double, up to five minutes. room, spent: awaited and
    called for each request beside the carrier's messages that counts against the bot's overall limit; what `spent`
    returns is called after it. limited: see `Gate`. on_invalid: called with the status of each refusal that counts
    against Discord's limit of invalid requests, the carrier's included.

    leases, sessions: who serves which shard, where other processes serve the same bot; it is known to them by `mark`.
    takes_in: whether it serves any; else it is logged in for requests of its own, and that is all.

    carrier: the outbox's way to Discord. failure: why it can't go on without the operator; None while it runs or tries.
    """

    def __init__(
        self,
        *,
        token: str,
        answers: Answers,
        commands: Sequence[Command],
        words: Mapping[str, Words],
        default_locale: str,
        api_url: str = API_URL,
        defer_after: float = DEFER_SECONDS,
        retry_after: float = 1.0,
        room: Callable[[], Awaitable[None]] = no_wait,
        spent: Spent = lambda: None,
        limited: Callable[[float | None], Awaitable[None]] = not_told,
        on_invalid: Callable[[int], None] = lambda _status: None,
        leases: Leases | None = None,
        sessions: Sessions | None = None,
        mark: str = "",
        takes_in: bool = True,
    ) -> None:
        self._token, self._api_url = token, api_url.rstrip("/")
        self._answers, self._words, self._default_locale = answers, words, default_locale
        self._defer_after, self._retry_after = defer_after, retry_after
        self._commands = commands
        self._canonical = {alias: each.name for each in commands for alias in (each.name, *each.aliases)}
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._leases, self._sessions, self._mark = leases or Alone(), sessions or OwnSessions(), mark
        self._starts, self._takes_in = Starts(self._sessions), takes_in
        self._client: Client | None = None
        self._shards: Shards | None = None
        self._wire: Wire | None = None
        self._runner: asyncio.Task[None] | None = None
        self._registered = False
        self.served = False
        self._stopping = False
        self._at_work: set[asyncio.Task[None]] = set()
        self._outbound = Outbound(retry_after)
        self._gate = Gate(
            self._api_url, room=room, spent=spent, limited=limited, on_invalid=on_invalid, revoked=self._revoked
        )
        self.carrier = DiscordCarrier(lambda: self._client, self._gate)
        self._ending: asyncio.Task[None] | None = None
        self._began, self._foreign = 0.0, 0
        self.failure: Fault | None = None

    @cached_property
    def _menus(self) -> Mapping[str, str]:
        return registration.menu_commands(self._commands, self._words)

    @property
    def ready(self) -> bool:
        """Whether our shards are up, if there are any for us, and our commands are registered."""
        if self.failure is not None or self._client is None or not self._client.speaks:
            return False
        if not self._takes_in:
            return self._client.application_id is not None  # the last thing a login brings
        return self._registered and self._shards is not None and self._shards.identified

    @property
    def shards(self) -> int:
        """How many shards of the gateway this process serves."""
        return self._shards.number if self._shards is not None else 0

    @property
    def rivalled(self) -> bool:
        """Whether another program answered with this token before this one came."""
        return self.failure is Fault.RIVAL

    async def start(self) -> None:
        """Connect in the background and stay connected.

        Attempts go on until `stop`, unless Discord refuses the token or the intents: then `failure` says so.
        """
        # The library's own and only seam for another REST address, such as a proxy; it reads this on every request.
        Route.BASE = self._api_url
        self._stopping = self._registered = False
        self.failure = self._ending = None
        self._began, self._foreign = asyncio.get_running_loop().time(), 0
        self._wire = Wire(self._api_url)
        self._runner = asyncio.create_task(self._stay_connected(), name="discord")

    async def stop(self) -> None:
        """Take nothing in any more, finish what was begun, and hang up: four seconds at most."""
        # First the gateway: what comes from now on is for whoever takes over.
        await self._end_running()
        self._stopping = True
        if self._ending is not None:
            await self._ending
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=DRAIN_SECONDS)
        for task in tuple(self._at_work):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._client is not None:
            await self._client.hang_up(CLOSE_SECONDS)
        if self._wire is not None:
            await self._wire.close()
        self._client = self._wire = None

    async def _end(self) -> None:
        await self._end_running()
        if self._client is not None:
            await self._client.hang_up(CLOSE_SECONDS)

    async def _end_running(self) -> None:
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.wait({self._runner})
            self._runner = None

    # Connecting

    async def _stay_connected(self) -> None:
        wait = self._retry_after
        while self.failure is None:
            self._client = client = Client(self._gate.trace(), self._starts.turn)
            self._shards = shards = Shards(
                client,
                self._starts,
                self._leases,
                self._sessions,
                mark=self._mark,
                ears=Ears(self.take, self.happened),
                retry=self._retry_after,
            )
            try:
                await self._serve(client, shards)
                fault, why = Fault.OUTAGE, "the connection ended"
            except Exception as error:  # noqa: BLE001  # whatever it is, the bot must come back
                fault, why = judge(error), f"{type(error).__name__}: {error}"
            await client.hang_up(CLOSE_SECONDS)
            if fault.final:
                self._give_up(fault, why)
                return
            wait = self._retry_after if shards.served else wait
            log.warning("Discord can't be reached (%s); next attempt in %.0f s", why, wait)
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311  # spreads attempts, guards nothing
            wait = min(wait * 2, MAX_WAIT)

    async def _serve(self, client: Client, shards: Shards) -> None:
        """Log in and serve; raises what ended it. Cancelled, it leaves the client for what is still being answered."""
        await client.login(self._token)
        if not self._takes_in:
            self.served = True
            await asyncio.Event().wait()
        registering = asyncio.create_task(self.register(client))
        try:
            await shards.run()
        finally:
            registering.cancel()
            await asyncio.wait({registering})

    def _give_up(self, fault: Fault, why: str) -> None:
        """Stop at once where only the operator can help, whoever notices it first."""
        if self.failure is not None:
            return
        self.failure = fault
        log.error("Discord is off (%s): check DISCORD_BOT_TOKEN. %s", fault.value, why)
        self._ending = asyncio.create_task(self._end())

    def _revoked(self) -> None:
        """A request was refused for its token. At a login the library says it more clearly."""
        if self._client is not None and self._client.user is not None and not self._stopping:
            self._give_up(Fault.TOKEN, "It is no longer accepted")

    def _was_slower(self) -> None:
        """Note that somebody else had answered an interaction."""
        if self._shards is not None and not self._shards.alone:
            return  # one of ours, whose shard this was until a moment ago
        self._foreign += 1
        young = asyncio.get_running_loop().time() - self._began < YOUNG_SECONDS
        if not young or self._foreign < FOREIGN_ANSWERS:
            log.warning("another program answers with DISCORD_BOT_TOKEN, and was quicker")
        else:
            self._give_up(Fault.RIVAL, "Another program answers with this token: stop it, or use another token here")

    async def register(self, client: discord.Client) -> None:
        """Register the commands where they differ from the registered ones; tries until it succeeds or is refused."""
        wait = self._retry_after
        while True:
            try:
                await self._register_once(client)
            except Exception as error:
                fault = judge(error)
                if fault is Fault.REFUSED:
                    log.exception("Discord refuses our commands; the registered ones stay")
                    return
                log.warning("commands are not registered yet (%s); next attempt in %.0f s", fault.value, wait)
            else:
                self._registered = self.served = True
                return
            await asyncio.sleep(wait)
            wait = min(wait * 2, MAX_WAIT)

    async def _register_once(self, client: discord.Client) -> None:
        application = client.application_id
        if application is None:
            raise RuntimeError("not logged in")
        # Without this parameter Discord leaves out all translations, and every start would register anew.
        route = Route("GET", "/applications/{application_id}/commands", application_id=application)
        # In a thread: the first word of a language parses its file, and four of them would hold up everything else.
        wanted = await asyncio.to_thread(registration.payloads, self._commands, self._words, self._default_locale)
        try:
            registered = await client.http.request(route, params={"with_localizations": "true"})
        except discord.HTTPException as error:
            # Knowing them only saves a request; what we want can be registered all the same.
            log.info("the registered commands can't be read (%s)", judge(error).value)
            registered = []
        if registration.normal(registered) == registration.normal(wanted):
            log.info("%d commands are registered already", len(wanted))
            return
        await client.http.bulk_upsert_global_commands(application, wanted)
        log.info("registered %d commands", len(wanted))

    # Speaking unasked

    async def post(self, chat: ChatRef, document: Document) -> MessageRef:
        """Post one message; see `bot.core.ports.Outlet`."""
        if chat.id.startswith(PERSON):
            try:
                chat = await self.carrier.private_chat(UserRef(chat.platform, chat.id.removeprefix(PERSON)))
            except Undelivered as error:
                raise PostFailed(error.reason, final=False) from error
        return await self._outbound.post(self._http(), chat, document)

    async def edit(self, message: MessageRef, document: Document) -> None:
        """Change one of our messages; see `bot.core.ports.Outlet`."""
        await self._outbound.edit(self._http(), message, document)

    def _http(self) -> HTTPClient:
        if self._client is None or not self._client.speaks:
            raise PostFailed("not connected to Discord", final=False)
        return self._client.http

    # Answering

    async def take(self, interaction: discord.Interaction) -> None:
        """Answer one interaction; nothing it does raises."""
        client, wire, task = self._client, self._wire, asyncio.current_task()
        if (
            self._stopping
            or self.failure
            or client is None
            or wire is None
            or task is None
            or not self._first_time(interaction.id)
        ):
            return
        self._at_work.add(task)
        try:
            asked = read(interaction, self._menus)
            match asked:
                case None:
                    log.debug("an interaction of type %s was not for us", interaction.type)
                case Completion():
                    await wire.respond(interaction, self._choices(asked))
                case Asked():
                    await _Answering(self, client, wire, interaction, asked).run()
        except Exception as error:  # noqa: BLE001  # one answer that fails must not fail others
            if (fault := judge(error)) is Fault.DONE:
                self._was_slower()
            else:
                _report(fault, error)
        finally:
            self._at_work.discard(task)

    def _first_time(self, identity: int) -> bool:
        """Whether an interaction is new: a resumed session may repeat what was answered already."""
        if identity in self._seen:
            return False
        self._seen[identity] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True

    def _choices(self, asked: Completion) -> bytes:
        command = self._canonical.get(asked.command, asked.command)
        found = self._answers.complete(command, asked.param, asked.typed, asked.locale)
        # A value can't be shortened without meaning something else; a name can.
        choices = [
            {"name": shorten(each.label or each.value, MAX_CHOICE), "value": each.value}
            for each in found
            if 0 < len(each.value) <= MAX_CHOICE
        ]
        return callback(CHOICES, {"choices": choices[:MAX_CHOICES]})

    async def answer_to(self, asked: Asked) -> Reply | None:
        """Ask the product."""
        return await self._answers(asked.request)

    async def shown(self, shows: Shows, message: MessageRef) -> None:
        """Tell the product which message shows a proposal."""
        await self._answers.shown(shows, message)

    async def happened(self, event: ChatEvent) -> None:
        """Tell the product what became of a chat; a stop waits for it."""
        task = asyncio.current_task()
        if task is None:
            return
        self._at_work.add(task)
        try:
            await self._answers.happened(event)
        except Exception:
            log.exception("what became of a place was not taken up")
        finally:
            self._at_work.discard(task)

    @property
    def defer_after(self) -> float:
        """Seconds an answer may take before it is deferred."""
        return self._defer_after

    def nothing(self, locale: str | None) -> str:
        """A word for where silence would be right and Discord would show an error."""
        known = self._words.get((locale or "")[:2]) or self._words[self._default_locale]
        return known.text("discord-nothing")


class _Answering:
    """The answer to one interaction, in time or deferred."""

    def __init__(
        self, platform: DiscordPlatform, client: Client, wire: Wire, interaction: discord.Interaction, asked: Asked
    ) -> None:
        self._platform, self._http, self._wire = platform, client.http, wire
        self._interaction, self._asked = interaction, asked
        self._deferral: asyncio.Task[None] | None = None

    async def run(self) -> None:
        # A timer and no second task: most answers are there at once, and a task for each costs a tenth of them.
        timer = asyncio.get_running_loop().call_later(self._platform.defer_after, self._defer)
        try:
            reply = await self._platform.answer_to(self._asked)
        finally:
            timer.cancel()
        if self._deferral is not None:
            await self._deferral
            await self._complete(reply)
        elif reply is None:
            words = self._platform.nothing(self._asked.request.platform_locale)
            await self._wire.respond(self._interaction, callback(MESSAGE, for_one(notice(words))))
        elif (form := self._form(reply)) is not None:
            await self._wire.respond(self._interaction, callback(MODAL, form))
        else:
            ephemeral = self._ephemeral(reply)
            made = rendered(reply)
            kind = EDIT if self._replaces(reply) else MESSAGE
            await self._wire.respond(self._interaction, made.callback(kind, ephemeral=ephemeral))
            for part in made.parts[1:]:
                await self._wire.follow(self._http, self._interaction, for_one(part) if ephemeral else part)
            await self._send_file(reply)
            await self._tell(reply)

    def _form(self, reply: Reply) -> Payload | None:
        """The modal that asks for what the command wants to know, where there can be one; never after a deferral."""
        if reply.form is None or self._asked.request.dialog is not Dialog.MODAL:
            return None
        return modal(reply.form)

    def _ephemeral(self, reply: Reply) -> bool:
        return reply.private or reply.discreet or not reply.ok or reply.form is not None or self._asked.private

    def _replaces(self, reply: Reply) -> bool:
        """Whether the answer takes the place of the message whose button was pressed.

        What only one person may see never replaces what everybody sees. A refusal, or words in place of a form,
        replace nothing: the buttons are still there for the next attempt.
        """
        if not self._asked.pressed or not reply.ok or reply.below or reply.form is not None:
            return False
        return self._asked.hidden or not self._ephemeral(reply)

    def _defer(self) -> None:
        if self._asked.pressed:
            body = callback(DEFER_EDIT)
        else:
            body = callback(DEFER, {"flags": 64} if self._asked.private else {})
        self._deferral = asyncio.create_task(self._wire.respond(self._interaction, body))

    async def _complete(self, reply: Reply | None) -> None:
        """Put a late answer where the deferral stands; a private one can't, since the deferral is public."""
        if reply is None:
            first, *rest = (notice(self._platform.nothing(self._asked.request.platform_locale)),)
            ephemeral, replaces = True, False
        else:
            first, *rest = rendered(reply).parts
            ephemeral, replaces = self._ephemeral(reply), self._replaces(reply)
        in_place = replaces if self._asked.pressed else self._asked.private or not ephemeral
        if in_place:
            await self._wire.complete(self._http, self._interaction, first)
        else:
            if not self._asked.pressed:
                # Otherwise the first message after the deferral would take its place, and be as public as it is.
                await self._wire.withdraw(self._http, self._interaction)
            rest = [first, *rest]
        for part in rest:
            await self._wire.follow(self._http, self._interaction, for_one(part) if ephemeral else part)
        if reply is not None:
            await self._send_file(reply)
        if reply is not None and in_place:
            await self._tell(reply)

    async def _send_file(self, reply: Reply) -> None:
        """Bring the reply's file, seen by whoever sees the reply."""
        if reply.file is not None:
            part = attachment(reply.file)
            shown = for_one(part) if self._ephemeral(reply) else part
            await self._wire.follow(self._http, self._interaction, shown, reply.file)

    async def _tell(self, reply: Reply) -> None:
        """Say which message shows a proposal, so that it is kept up to date; what one person sees can't be for long."""
        chat = self._asked.request.chat
        # Where somebody brought the bot along, it can change nothing but within its answer.
        if reply.shows is None or self._ephemeral(reply) or chat.id.startswith(PERSON):
            return
        pressed = self._interaction.message if self._replaces(reply) else None
        identity = str(pressed.id) if pressed else await self._wire.original(self._http, self._interaction)
        await self._platform.shown(reply.shows, MessageRef(chat, identity))


def _report(fault: Fault, error: BaseException) -> None:
    match fault:
        case Fault.LATE:
            log.warning("an answer came too late for Discord")
        case Fault.REFUSED:
            log.error("an answer was refused or failed: %s", error, exc_info=error)
        case _:
            log.warning("an answer was not delivered (%s): %s", fault.value, type(error).__name__)
