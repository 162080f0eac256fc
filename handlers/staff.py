"""`/roles`, `/link`: who works at the desk, and whose accounts belong together."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from bot.core.authority import SHARED_IDENTITIES, Action, Role
from bot.core.commands import Param, command
from bot.core.documents import Block, Bullets, Code, Document, Heading, RunCommand, Text, inlines, paragraph
from bot.core.errors import Mistake, Refused
from bot.core.places import Platform, UserRef
from bot.core.requests import Call, Reply
from bot.core.times import stamp
from bot.services.services import Services

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
"""Eight of 31 signs: at the 40 tries a minute that anybody has, ten minutes find one in two thousand million."""
CODE_LASTS = timedelta(minutes=10)
MAX_ID = 20


@dataclass(frozen=True, slots=True)
class RolesArgs:
    """What to do, to whom, and which role."""

    action: Annotated[str | None, Param(choices=("grant", "revoke", "list"))] = None
    user: str | None = None
    role: Annotated[str | None, Param(choices=("contributor", "editor", "owner"))] = None


@command("roles", action=Action.GRANT, examples=("roles list", "roles grant telegram:55 editor"))
async def roles(args: RolesArgs, call: Call, services: Services) -> Reply:
    """Grant or take away a role, or list who has one."""
    words = call.words
    if args.action in (None, "list"):
        return await _list(call, services)
    if not args.user or (args.action == "grant" and not args.role):
        raise Mistake("mistake-roles")
    user = _account(args.user)
    if str(user) in SHARED_IDENTITIES:
        raise Refused("refused-shared", value=str(user))
    if services.people.is_owner(str(user)):
        raise Refused("refused-owner-setting", value=str(user))
    role = Role[args.role.upper()] if args.action == "grant" and args.role else Role.READER
    act = await services.people.act(call)
    account = await services.people.set_role(user, role, act)
    key = "role-granted" if role > Role.READER else "role-revoked"
    said: list[Block] = [paragraph(words.text(key, who=str(user), role=words.text(f"role-{role.name.lower()}")))]
    rest = [
        each
        for each in await services.people.linked(account.person)
        if each.ref not in (None, str(user)) and each.role > Role.READER
    ]
    if role is Role.READER and rest:
        said.append(paragraph(words.text("role-linked", who=", ".join(str(each.ref) for each in rest))))
    buttons = tuple((RunCommand(f"/roles revoke {each.ref}", f"roles revoke {each.ref}"),) for each in rest[:3])
    return Reply(Document(tuple(said), buttons if role is Role.READER else ()), private=True)


async def _list(call: Call, services: Services) -> Reply:
    words = call.words
    lines = [
        inlines(Code(str(each)), f" – {words.text('role-owner')} · {words.text('role-by-setting')}")
        for each in sorted(services.people.owners, key=str)
    ]
    lines += [
        inlines(Code(str(each.ref)), f" – {words.text(f'role-{each.role.name.lower()}')}")
        for each in await services.people.staff()
        if each.ref is not None
    ]
    heading = Heading((Text(words.text("roles-heading")),))
    body = Bullets(tuple(lines)) if lines else paragraph(words.text("roles-none"))
    return Reply(Document((heading, body)), private=True)


def _account(typed: str) -> UserRef:
    """An account as `telegram:55`. Raises Mistake: a name is no account, anybody can take it."""
    try:
        user = UserRef.parse(typed)
    except ValueError:
        raise Mistake("mistake-account", value=typed) from None
    numeric = user.id.isascii() and user.id.isdigit() and len(user.id) <= MAX_ID
    if user.platform is not Platform.TERMINAL and not numeric:
        raise Mistake("mistake-account", value=typed)
    # 0055 is nobody: platforms write 55.
    return user if user.platform is Platform.TERMINAL else UserRef(user.platform, str(int(user.id)))


@dataclass(frozen=True, slots=True)
class LinkArgs:
    """The code that the other account was given; none asks for one."""

    code: str | None = None


@command("link", action=Action.LINK, examples=("link",))
async def link(args: LinkArgs, call: Call, services: Services) -> Reply:
    """Make two accounts known as one person's."""
    words = call.words
    act = await services.people.act(call)
    if args.code is None:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        await services.people.offer_link(code, act, stamp(services.clock.now() + CODE_LASTS))
        blocks = (
            paragraph(words.text("link-code", minutes=int(CODE_LASTS.total_seconds()) // 60)),
            paragraph(Code(f"/link {code}")),
            paragraph(words.text("link-warning")),
        )
        return Reply(Document(blocks), private=True)
    accounts = await services.people.link(args.code.strip().upper(), act)
    if accounts is None:
        raise Refused("refused-link-code")
    names = ", ".join(sorted(each.ref for each in accounts if each.ref))
    return Reply(Document((paragraph(words.text("linked", accounts=names)),)), private=True)
