"""The product in this process, with the real libraries on both fakes and a clock that is moved by hand."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.discord.platform import DiscordPlatform
from bot.adapters.telegram.platform import TelegramPlatform
from bot.app import Core, open_core
from bot.core.authority import Role
from bot.core.editorial import Proposal
from bot.core.places import ChatRef, Platform, UserRef
from bot.core.times import stamp
from bot.services.inbox import StoredInbox
from bot.services.review import ReviewChats
from bot.settings import Settings
from handlers import COMMANDS
from storage.dossier import read_dossier, shipped_dossier
from tests.acceptance.newsroom import DISCORD_DESK, TELEGRAM_DESK, Newsroom, Seen, until
from tests.builders import AT, fact
from tests.cores import WORDS, on
from tests.newsroom import Person
from tests.platforms.discord_api import discord_api
from tests.platforms.telegram_client import telegram_api
from tests.stores import copy_of

OWNER = UserRef(Platform.TELEGRAM, "1")
URL = "https://tass.com/politics/1"


@dataclass
class HandClock:
    """A time of day that passes only when told."""

    moment: datetime = field(default_factory=lambda: datetime.fromisoformat(AT))

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)

    def passes(self, **span: float) -> None:
        """Let so many `seconds`, `minutes`, `hours` pass."""
        self.moment += timedelta(**span)


class Studio(Newsroom):
    """A newsroom whose store and clock a test has in its hands. Telegram's 1 owns it; both desks are review chats."""

    core: Core
    clock: HandClock
    _cards: ReviewChats
    _outlets: dict[Platform, TelegramPlatform | DiscordPlatform]
    _numbers: itertools.count[int]

    async def hire(self, role: Role, platform: Platform = Platform.TELEGRAM) -> UserRef:
        """Somebody new with this role."""
        who = UserRef(platform, str(next(self._numbers)))
        if role > Role.READER:
            await self.grant(who, role)
        return who

    async def grant(self, who: UserRef, role: Role) -> None:
        """Give or take a role, as an owner does with /roles."""
        boss = await self.colleague(OWNER, Role.OWNER)
        await self.core.store.set_role(who, role, boss.act(self.elapsed))

    async def colleague(self, who: UserRef, role: Role = Role.EDITOR) -> Person:
        """Somebody who works on the store without any platform in between."""
        return Person(self.core.store, await self.core.store.enrol(who, stamp(self.clock.now())), role)

    async def propose(self, author: UserRef | None = None) -> Proposal:
        """A new fact that waits for approval; nobody has seen its card yet."""
        who = author or await self.hire(Role.CONTRIBUTOR)
        wanted = fact("", {"en": f"Envoys met, number {next(self._numbers)}"}, sources=("kcna-en-2024-06-20",))
        return await (await self.colleague(who, Role.CONTRIBUTOR)).propose(wanted, at=self.elapsed)

    async def draft(self, author: UserRef | None = None) -> Proposal:
        """As `propose`, with its cards posted."""
        made = await self.propose(author)
        await self.sync()
        return made

    async def published(self) -> Proposal:
        """A fact that somebody wrote and somebody else approved just now."""
        made = await self.draft()
        editor = await self.colleague(await self.hire(Role.EDITOR))
        decision = await editor.approve(made, at=self.elapsed, policy=self.core.services.desk.policy)
        await self.core.refresh()
        await self.sync()
        return decision.proposal

    async def reimport(self, label: str, **texts: str) -> None:
        """Import the shipped dossier with other texts of the fact with this number."""
        dossier, faults = read_dossier(shipped_dossier())
        assert dossier is not None, faults
        known = await self.core.services.lookup.find(self.core.services.lookup.pointer(label))
        changed = [replace(each, text=texts) if each.key == known.key else each for each in dossier.entries]
        await self.core.store.import_dossier(
            replace(dossier, entries=tuple(changed)),
            at=stamp(self.clock.now()),
            author="dossier",
            progress=lambda *_: None,
        )
        await self.core.refresh()

    async def code(self, who: UserRef) -> str:
        """A code that somebody was given by /link."""
        return (await self.types(who, "link")).text.partition("/link ")[2].split()[0]

    async def sync(self) -> None:
        """Bring all cards up to date, as the program does every second."""
        await self._cards.sync(self._outlets)

    async def state(self, proposal: Proposal) -> Proposal:
        """A proposal as it is now."""
        found = await self.core.store.proposal(proposal.id)
        assert found is not None
        return found

    async def on_card(self, proposal: Proposal, platform: Platform) -> Seen:
        """The card of a proposal in the review chat of a platform."""
        return await self.card(desk_on(platform), proposal.label)

    def says(self, key: str, **data: str | int) -> str:
        """A sentence of the bot, in English."""
        return self.core.services.words["en"].text(key, **data)

    @property
    def elapsed(self) -> float:
        """Seconds by the clock since everything began."""
        return (self.clock.moment - datetime.fromisoformat(AT)).total_seconds()


def desk_on(platform: Platform) -> ChatRef:
    """The review chat of a platform."""
    return TELEGRAM_DESK if platform is Platform.TELEGRAM else DISCORD_DESK


@asynccontextmanager
async def studio(template: str, folder: Path, **settings: object) -> AsyncIterator[Studio]:
    """Open the product on a copy of `template` and connect it to two fakes of its own."""
    with copy_of(template, folder / "pactwatch.db") as url:
        async with _studio(on(url, owners=str(OWNER), default_locale="en", **settings)) as room:
            yield room


@asynccontextmanager
async def _studio(given: Settings) -> AsyncIterator[Studio]:
    clock = HandClock()
    async with (
        telegram_api() as telegram,
        discord_api() as discord,
        open_core(given, clock=clock, words=WORDS, semantic=False) as core,
    ):
        await telegram.limits(overall=None, private=False, group=None)
        room = Studio(telegram, discord)
        room.core, room.clock, room._numbers = core, clock, itertools.count(2001)
        services = core.services
        room._cards = ReviewChats(
            core.store, services.review, services.buttons, services.preferences, services.words, services.desk.policy
        )
        shared = {"answers": core.dispatcher, "commands": COMMANDS, "words": services.words, "default_locale": "en"}
        inbox = StoredInbox(core.store, clock, "telegram")
        await inbox.open()
        room._outlets = {
            Platform.TELEGRAM: TelegramPlatform(token=telegram.token, api_url=telegram.url, inbox=inbox, **shared),
            Platform.DISCORD: DiscordPlatform(token=discord.token, api_url=discord.url, **shared),
        }
        try:
            for each in room._outlets.values():
                await each.start()
            await until(lambda: _ready(room), "both platforms ready", 20)
            boss = await room.colleague(OWNER, Role.OWNER)
            for chat in (TELEGRAM_DESK, DISCORD_DESK):
                await core.store.set_review_chat(chat, boss.act(), on=True)
            await telegram.order("chat", id=int(TELEGRAM_DESK.id), type="supergroup", title="Desk")
            yield room
        finally:
            for each in room._outlets.values():
                await each.stop()
            await inbox.close()


async def _ready(room: Studio) -> bool:
    return all(each.ready for each in room._outlets.values())


@asynccontextmanager
async def nothing_changes(room: Studio) -> AsyncIterator[None]:
    """Neither readers nor the desk nor its log see that anything happened."""
    before = await room.core.store.audit_head(), await room.core.store.version()
    yield
    assert (await room.core.store.audit_head(), await room.core.store.version()) == before


def refused(seen: Seen, room: Studio, key: str, **data: str | int) -> None:
    """It says this; an alert of Telegram may have had to cut it short."""
    expected, shown = room.says(key, **data), seen.text
    assert expected in shown or (len(shown) > 100 and expected.startswith(shown.rstrip("…"))), shown
