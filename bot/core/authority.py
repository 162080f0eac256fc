"""Who may do what. The one place that decides; asked when an action runs, not when its button is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(IntEnum):
    """What the store grants an account; each role may do all that the ones below it may."""

    READER = 0
    CONTRIBUTOR = 1
    EDITOR = 2
    OWNER = 3


class Action(StrEnum):
    """What somebody can do to the store. Rights in a chat (its language, its subscription) are no part of this."""

    READ = "read"
    """Whatever changes nothing, or only what is the person's own."""
    LINK = "link"
    SUGGEST = "suggest"
    REPORT = "report"
    WITHDRAW = "withdraw"
    """Take one's own proposal back."""
    PROPOSE = "propose"
    """Add or change an entry, or complete somebody else's draft; it takes other people to publish that."""
    SEE_DRAFTS = "see-drafts"
    RETRACT = "retract"
    APPROVE = "approve"
    REJECT = "reject"
    SCHEDULE = "schedule"
    UNDO = "undo"
    FREEZE = "freeze"
    """Vote for a stop of all publishing, or for its end; an owner's vote is enough."""
    GRANT = "grant"
    SET_REVIEW_CHAT = "set-review-chat"
    CLEAN_UP = "clean-up"
    """Retract one person's work in bulk."""


NEEDED: Mapping[Action, Role] = {
    Action.READ: Role.READER,
    Action.LINK: Role.READER,
    Action.SUGGEST: Role.READER,
    Action.REPORT: Role.READER,
    Action.WITHDRAW: Role.READER,
    Action.PROPOSE: Role.CONTRIBUTOR,
    Action.SEE_DRAFTS: Role.CONTRIBUTOR,
    Action.RETRACT: Role.EDITOR,
    Action.APPROVE: Role.EDITOR,
    Action.REJECT: Role.EDITOR,
    Action.SCHEDULE: Role.EDITOR,
    Action.UNDO: Role.EDITOR,
    Action.FREEZE: Role.EDITOR,
    Action.GRANT: Role.OWNER,
    Action.SET_REVIEW_CHAT: Role.OWNER,
    Action.CLEAN_UP: Role.OWNER,
}
"""The least role for each action."""

GUARDED = frozenset(Action) - {Action.READ, Action.LINK, Action.SUGGEST, Action.REPORT}
"""What a button does only if we made that very button: it changes what others see or decide."""

SHARED_IDENTITIES = frozenset({"telegram:1087968824", "telegram:777000", "telegram:136817688"})
"""Accounts behind which many people speak: GroupAnonymousBot, Telegram's own (posts of a linked channel), Channel Bot.
They never hold a role."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of somebody who wants to act.

    accountable: False for identities that stand for many (anonymous admins, channels, webhooks): what they did could
    be laid at nobody's door, so they read like anybody and change nothing, whatever their role.
    """

    role: Role = Role.READER
    accountable: bool = True


READER = Standing()
"""Anybody who was not looked up, since what they want needs no more."""


def denial(standing: Standing, action: Action, *, own: bool = False, alone: bool = False) -> str | None:
    """Why somebody may not do this, as the key of a sentence; None where they may.

    own: they had a hand in what the action is about. alone: the policy lets an editor publish without a second person.
    """
    if action is Action.READ:
        return None
    if not standing.accountable:
        return "refused-anonymous-desk"
    if action is Action.WITHDRAW and not own:
        return "refused-role"
    if standing.role < NEEDED[action]:
        return "refused-role"
    if action is Action.APPROVE and own and not alone:
        return "refused-own"
    return None
