"""What was found to be wrong with the database: known from the first sign on and never forgotten by itself."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)


class Damage:
    """Of one database, as this process knows it. outgrown: a newer program made it unfit for this one."""

    def __init__(self) -> None:
        self._what = ""
        self._said = False
        self.outgrown = False

    @property
    def known(self) -> bool:
        """Whether there is any. Nothing may be sent then: who was told already may be among what is broken."""
        return bool(self._what)

    def found(self, what: str) -> None:
        """Take note of a sign of it."""
        self._what = self._what or what

    def outgrow(self, revision: str) -> None:
        """Take note that a newer program changed the schema, and not so that this one could go on."""
        self.outgrown = True
        self.found(revision)

    def say(self) -> None:
        """Log it, once."""
        if not self._what or self._said:
            return
        self._said = True
        if self.outgrown:
            log.critical(
                "a newer version of this program changed the database (%s), and this one can't work with it any more: "
                "nothing is sent by it; update the program",
                self._what,
            )
            return
        log.critical(
            "the database is damaged (%s): nothing is sent until it is mended; `pactwatch db check` lists what is "
            "broken, `pactwatch db restore` puts a backup in its place",
            self._what,
        )
