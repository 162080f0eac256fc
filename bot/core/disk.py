"""How much room the disk of the database has, as far as it changes what may be done."""

from __future__ import annotations

from enum import StrEnum


class Disk(StrEnum):
    """Worst last. On LOW and FULL nothing new is taken in; what was begun is finished, and readers are answered."""

    OK = "ok"
    LOW = "low"
    FULL = "full"
    """The last thing to be written found no room."""
