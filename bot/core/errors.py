"""Everything that can go wrong on purpose.

PactwatchError
├── Mistake            the person's input can't be used; carries the message key and buttons that lead on
├── Refused            the input is fine, the person may not do this
├── Unknown            well asked, but there is nothing on it
├── TokenTaken         another process on this machine runs with the same token
└── StoreError         the database could not do its work
    ├── StoreBusy      another process holds it; try again
    ├── StoreFull      its disk has no room left; nothing was changed
    ├── StoreDamaged   it is not what was written, or no database at all
    └── SchemaTooNew   written by a newer version of this program

Errors carry a message key and data. Words are made once, where the reply is built, in the reader's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.documents import RunCommand


class PactwatchError(Exception):
    """Base of all errors this program raises itself. `key` names the sentence in the locale files."""

    def __init__(self, key: str, /, **data: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.data = data


class Answerable(PactwatchError):
    """An error that is answered to the person who caused it; `buttons` are the next steps offered."""

    def __init__(self, key: str, /, *, buttons: tuple[RunCommand, ...] = (), **data: str | int) -> None:
        super().__init__(key, **data)
        self.buttons = buttons


class Mistake(Answerable):
    """The input can't be used as it is. `faults`: where several things are wrong, each as an error of its own."""

    def __init__(
        self,
        key: str,
        /,
        *,
        buttons: tuple[RunCommand, ...] = (),
        faults: tuple[PactwatchError, ...] = (),
        **data: str | int,
    ) -> None:
        super().__init__(key, buttons=buttons, **data)
        self.faults = faults


class Refused(Answerable):
    """The person may not do this, or not here."""


class Unknown(Answerable):
    """Well asked, but the store has nothing on it."""


class TokenTaken(PactwatchError):
    """Another process on this machine runs with the same token; `setting` names the variable, nothing the token."""


class StoreError(PactwatchError):
    """The database could not do its work."""


class StoreBusy(StoreError):
    """Another process holds the database; the same call may succeed later."""


class StoreFull(StoreError):
    """There is no room for it on the database's disk: nothing was changed, and reading goes on."""


class StoreDamaged(StoreError):
    """The database is not what was written, or no database at all. Nothing is sent from it until it is mended."""


class SchemaTooNew(StoreError):
    """The database was written by a newer version of this program, which an older one must not touch."""
