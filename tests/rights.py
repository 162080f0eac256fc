"""Who may do what, written down a second time and by hand: what the program decides is compared with this."""

from __future__ import annotations

from bot.core.authority import Role

LETTERS = {Role.READER: "r", Role.CONTRIBUTOR: "c", Role.EDITOR: "e", Role.OWNER: "o"}

# action: who may do it with what others made, and with what they had a hand in themselves.
RIGHTS = {
    "read": ("rceo", "rceo"),
    "link": ("rceo", "rceo"),
    "suggest": ("rceo", "rceo"),
    "report": ("rceo", "rceo"),
    "withdraw": ("", "rceo"),
    "propose": ("ceo", "ceo"),
    "see-drafts": ("ceo", "ceo"),
    "retract": ("eo", "eo"),
    "approve": ("eo", ""),
    "reject": ("eo", "eo"),
    "schedule": ("eo", "eo"),
    "undo": ("eo", "eo"),
    "freeze": ("eo", "eo"),
    "grant": ("o", "o"),
    "set-review-chat": ("o", "o"),
    "clean-up": ("o", "o"),
}

# What each command has to be allowed before anything else is looked at.
COMMANDS = {
    **dict.fromkeys(("start", "help", "privacy", "language"), "read"),
    **dict.fromkeys(("treaty", "fact", "sources", "history", "timeline", "latest", "compare"), "read"),
    **dict.fromkeys(("topics", "people", "search", "ask", "check"), "read"),
    **dict.fromkeys(("subscribe", "unsubscribe", "settings", "why"), "read"),
    **dict.fromkeys(("link", "forgetme", "mydata", "notify"), "link"),
    "suggest": "suggest",
    "report": "report",
    **dict.fromkeys(("addfact", "editfact"), "propose"),
    "queue": "see-drafts",
    "retract": "retract",
    "approve": "approve",
    "withdraw": "withdraw",
    "reject": "reject",
    "questions": "reject",
    "schedule": "schedule",
    "undo": "undo",
    "freeze": "freeze",
    "roles": "grant",
}


def allowed(action: str, role: Role, *, accountable: bool, own: bool, approvals: int) -> bool:
    """Whether it is right that somebody does this."""
    if action == "read":
        return True
    if not accountable:
        return False
    if (action, own, approvals) == ("approve", True, 0):  # an editor publishes alone
        return LETTERS[role] in "eo"
    return LETTERS[role] in RIGHTS[action][own]
