"""Who somebody is to the store: their role, their account, and the people behind accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.core.authority import Role, Standing
from bot.core.editorial import Account, Act
from bot.core.places import ChatKind, ChatRef, UserRef
from bot.core.ports import Clock, Newsroom
from bot.core.requests import Call, Request
from bot.core.times import stamp


class People:
    """Roles are read anew for every command that needs one: whoever lost theirs has lost it at once, everywhere."""

    def __init__(self, newsroom: Newsroom, owners: frozenset[UserRef], clock: Clock) -> None:
        self._newsroom = newsroom
        self._owners = owners
        self._clock = clock

    async def standing(self, request: Request) -> Standing:
        """What the person behind a request may do."""
        actor = request.actor
        if actor.role is not None or not actor.accountable:
            return Standing(actor.role or Role.READER, actor.accountable)
        if actor.user in self._owners:
            return Standing(Role.OWNER)
        account = await self._newsroom.account(actor.user)
        return Standing(account.role if account else Role.READER)

    async def act(self, call: Call) -> Act:
        """Sign what a person is about to do: from here on they have an account."""
        now = stamp(self._clock.now())
        account = await self._newsroom.enrol(call.request.actor.user, now)
        return Act(account.pseudonym, account.person, call.standing, now, place(call.request))

    def is_owner(self, ref: str) -> bool:
        """Whether the operator named this account among the owners."""
        return ref in {str(each) for each in self._owners}

    @property
    def owners(self) -> frozenset[UserRef]:
        """The accounts the operator named; no command takes that away."""
        return self._owners

    async def account(self, user: UserRef) -> Account | None:
        """The account of somebody who did something before."""
        return await self._newsroom.account(user)

    async def staff(self) -> tuple[Account, ...]:
        """Everybody who was granted a role, the highest first."""
        return await self._newsroom.staff()

    async def linked(self, person: str) -> tuple[Account, ...]:
        """All accounts of a person."""
        return await self._newsroom.linked(person)

    async def set_role(self, user: UserRef, role: Role, act: Act) -> Account:
        """Grant a role, or (READER) take it away."""
        return await self._newsroom.set_role(user, role, act)

    async def offer_link(self, code: str, act: Act, expires_at: str) -> None:
        """Let another account join this person by a code."""
        await self._newsroom.offer_link(code, act.account, expires_at)

    async def link(self, code: str, act: Act) -> tuple[Account, ...] | None:
        """Spend a code; all accounts of the person, None for a code that is none (any more)."""
        return await self._newsroom.link(code, act)

    async def forget(self, user: UserRef, chat: ChatRef | None = None) -> bool:
        """Forget a person with all their accounts, and their private chat."""
        return await self._newsroom.forget_person(user, stamp(self._clock.now()), chat)

    async def everything_about(self, user: UserRef, chat: ChatRef | None = None) -> dict[str, Any] | None:
        """See `Newsroom.everything_about`."""
        return await self._newsroom.everything_about(user, chat)

    async def names(self, pseudonyms: Sequence[str]) -> dict[str, str]:
        """What the desk calls the people behind pseudonyms: their account, or the pseudonym of a forgotten one."""
        found = await self._newsroom.accounts(tuple(dict.fromkeys(pseudonyms)))
        return {each: (found[each].ref if each in found else None) or each for each in pseudonyms}


def place(request: Request) -> str:
    """Where something was done, for the audit log: a private chat has its person's id, so it has no name there."""
    return request.chat.platform.value if request.kind is ChatKind.PRIVATE else str(group(request.chat))


def group(chat: ChatRef) -> ChatRef:
    """The whole chat, without the thread."""
    return ChatRef(chat.platform, chat.id)
