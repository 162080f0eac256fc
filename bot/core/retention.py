"""How long what is kept is kept: the one table, for the job that forgets, for `/privacy`, and for the documentation.

What is not in it stays until somebody deletes it: choices of language and subscriptions until `/forgetme`; revisions
and the audit log for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Kept(StrEnum):
    """What is forgotten by its age."""

    UPDATES = "updates"  # numbers of a platform's updates, after they were taken in
    BUTTONS = "buttons"  # lines of buttons that change something, after they were shown
    LINES = "lines"  # lines too long for a button, after one was shown last
    FORMS = "forms"  # forms begun, after the last answer
    CODES = "codes"  # codes that link accounts, after they ran out
    QUESTIONS = "questions"  # questions that nothing answers, after they were asked last
    WAITING = "waiting"  # who wants to hear of an answer, after they said so
    DELIVERIES = "deliveries"  # what was sent where, after the last news of what it told of
    SLOTS = "slots"  # the days on which digests and notices were due
    PAUSES = "pauses"  # until when a chat was not to be written to, after that
    PLACES = "places"  # subscriptions that ended, and those of chats that were lost, after that


KEEP: Mapping[Kept, timedelta] = MappingProxyType(
    {
        # Telegram keeps an undelivered update for 24 hours at most; twice that is safe against clocks.
        Kept.UPDATES: timedelta(days=2),
        Kept.BUTTONS: timedelta(days=60),
        Kept.LINES: timedelta(days=400),
        Kept.FORMS: timedelta(days=30),
        Kept.CODES: timedelta(days=1),
        Kept.QUESTIONS: timedelta(days=90),
        Kept.WAITING: timedelta(days=180),
        # A correction finds the messages it is to change by these rows, and `/why` tells of them: a year and a month.
        Kept.DELIVERIES: timedelta(days=400),
        Kept.SLOTS: timedelta(days=90),
        Kept.PAUSES: timedelta(days=1),
        Kept.PLACES: timedelta(days=400),
    }
)
