"""Who may do what: every cell of the matrix, compared with a table of its own (`tests.rights`)."""

from __future__ import annotations

import ast
import inspect
import itertools
from pathlib import Path

import pytest

from bot.core.authority import SHARED_IDENTITIES, Action, Role, Standing, denial
from bot.core.editorial import Account
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.requests import Actor, Request
from bot.core.times import SystemClock
from bot.services.people import People
from handlers import COMMANDS
from tests import rights

BOTH = (False, True)
APPROVALS = (0, 1, 2)
SOMEBODY = UserRef(Platform.TELEGRAM, "5")
PACKAGES = ("bot", "handlers", "storage")


class OneAccount:
    """A newsroom that knows one account, with whatever role."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def account(self, user: UserRef) -> Account:
        return Account("p-1", "p-1", str(user), self.role)


async def _admin() -> bool:
    return True


async def _no_admin() -> bool:
    return False


def request(line: str, kind: ChatKind, *, admin: bool, accountable: bool, role: Role | None = None) -> Request:
    actor = Actor(SOMEBODY, role, accountable, _admin if admin else _no_admin)
    return Request(line, actor, ChatRef(Platform.TELEGRAM, "5" if kind is ChatKind.PRIVATE else "-100"), kind)


def people(role: Role, owners: frozenset[UserRef] = frozenset()) -> People:
    return People(OneAccount(role), owners, SystemClock())  # type: ignore[arg-type]  # asks for nothing else


async def test_every_cell_of_the_matrix() -> None:
    """Nobody may do more, or less, than the table says, whatever they are in the chat and whatever chat it is."""
    seen, wrong = 0, []
    for command, role, accountable in itertools.product(COMMANDS, Role, BOTH):
        for kind, admin in itertools.product(ChatKind, BOTH):
            asking = request(command.name, kind, admin=admin, accountable=accountable)
            standing = await people(role).standing(asking)
            for action, own, approvals in itertools.product(Action, BOTH, APPROVALS):
                seen += 1
                may = denial(standing, action, own=own, alone=approvals == 0) is None
                should = rights.allowed(action.value, role, accountable=accountable, own=own, approvals=approvals)
                if may is not should:
                    wrong.append((command.name, role.name, accountable, kind, admin, action, own, approvals))
    assert wrong == []
    assert seen == len(COMMANDS) * len(Role) * len(ChatKind) * len(Action) * 2 * 2 * 2 * 3 >= 5_000


@pytest.mark.parametrize("role", list(Role))
def test_an_anonymous_identity_is_refused_whatever_its_role(role: Role) -> None:
    """An owner who writes as the group is told to write as themselves, for everything but reading."""
    for action, own, alone in itertools.product(Action, BOTH, BOTH):
        answer = denial(Standing(role, accountable=False), action, own=own, alone=alone)
        assert answer == (None if action is Action.READ else "refused-anonymous-desk")


def test_every_action_and_every_command_is_in_the_table() -> None:
    """No action and no command can be added without somebody saying who may use it."""
    assert {each.value for each in Action} == set(rights.RIGHTS)
    assert {each.name: each.action.value for each in COMMANDS} == rights.COMMANDS


def test_a_command_asks_for_the_least_role_of_the_table() -> None:
    """Menus and `/help` offer a command to those who may use it, and to nobody else."""
    for each in COMMANDS:
        others, own = rights.RIGHTS[each.action.value]
        assert rights.LETTERS[each.role] == (own or others)[0], each.name


def test_the_decision_knows_nothing_of_chats() -> None:
    """Being admin of a group, or speaking in private, can't count: the one function that decides is not told."""
    assert list(inspect.signature(denial).parameters) == ["standing", "action", "own", "alone"]
    assert list(inspect.signature(Standing).parameters) == ["role", "accountable"]


async def test_nobody_asks_the_platform_who_is_admin_to_know_a_role() -> None:
    """What somebody is in a chat is not even looked up where rights over the store are."""

    async def asked() -> bool:
        raise AssertionError

    for role, kind in itertools.product(Role, ChatKind):
        chat = ChatRef(Platform.TELEGRAM, "-100")
        asking = Request("approve F-1", Actor(SOMEBODY, is_chat_admin=asked), chat, kind)
        assert await people(role).standing(asking) == Standing(role)


async def test_owners_are_those_of_the_settings() -> None:
    """An owner is one whatever the store says; writing anonymously makes nobody an owner, nor does another platform."""
    owning = people(Role.READER, frozenset({SOMEBODY}))
    for kind in ChatKind:
        assert await owning.standing(request("freeze", kind, admin=False, accountable=True)) == Standing(Role.OWNER)
        anonymous = await owning.standing(request("freeze", kind, admin=True, accountable=False))
        assert denial(anonymous, Action.FREEZE) is not None
    namesake = Request("x", Actor(UserRef(Platform.DISCORD, "5")), ChatRef(Platform.DISCORD, "1"))
    assert await owning.standing(namesake) == Standing(Role.READER)


async def test_the_terminal_settles_its_own_role() -> None:
    """`--as editor` holds for that terminal, whatever the store says of the account."""
    for role in Role:
        asking = request("queue", ChatKind.PRIVATE, admin=False, accountable=True, role=role)
        assert await people(Role.OWNER).standing(asking) == Standing(role)


def test_identities_of_many_are_the_known_ones() -> None:
    """The three accounts of Telegram behind which many people speak never hold a role."""
    assert {f"telegram:{each}" for each in (1087968824, 777000, 136817688)} == SHARED_IDENTITIES


def test_one_function_decides() -> None:
    """No other place has a table of roles of its own, or refuses for a role in its own words."""
    root = Path(__file__).parents[2]
    words = {"refused-role", "refused-own", "refused-anonymous-desk"}
    told, tables = set(), set()
    for path in itertools.chain.from_iterable((root / package).rglob("*.py") for package in PACKAGES):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and node.value in words:
                told.add(str(path.relative_to(root)))
            if isinstance(node, ast.Name) and node.id == "NEEDED":
                tables.add(str(path.relative_to(root)))
    assert told == {"bot/core/authority.py"}
    assert tables == {"bot/core/authority.py", "bot/core/commands.py"}, "the other one only says it in menus"


def test_what_needs_a_right_is_never_served_unasked() -> None:
    """Answers from memory and lines of deep links are for everybody, so only what anybody may do comes that way."""
    open_to_all = [each for each in COMMANDS if each.stable or each.linkable]
    assert open_to_all
    assert {each.action for each in open_to_all} == {Action.READ}
