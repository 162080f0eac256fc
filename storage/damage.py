"""What was found to be broken in the database: known from the first sign on and never forgotten by itself."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)


class Damage:
    """Of one database, as this process knows it."""

    def __init__(self) -> None:
        self._what = ""
        self._said = False

    @property
    def known(self) -> bool:
        """Whether there is any. Nothing may be sent then: who was told already may be among what is broken."""
        return bool(self._what)

    def found(self, what: str) -> None:
        """Take note of a sign of it."""
        self._what = self._what or what

    def say(self) -> None:
        """Log it, once."""
        if not self._what or self._said:
            return
        self._said = True
        log.critical(
            "the database is damaged (%s): nothing is sent until it is mended; `pactwatch db check` lists what is "
            "broken, `pactwatch db restore` puts a backup in its place",
            self._what,
        )
