"""Who may do what. The one place that decides; asked when an action runs, not when its button is shown."""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """What the store grants a person; each role may do all that the ones below it may."""

    READER = 0
    CONTRIBUTOR = 1
    EDITOR = 2
    OWNER = 3


def allowed(role: Role, needed: Role, *, accountable: bool) -> bool:
    """Whether somebody with `role` may run what needs `needed`.

    Identities that stand for many people (anonymous admins, channels) read and nothing more, whatever their role:
    what they did could be laid at nobody's door.
    """
    return needed is Role.READER or (accountable and role >= needed)
