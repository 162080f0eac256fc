"""What a handler may ask for, in one typed value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.core.commands import Command
from bot.core.ports import Clock, Words
from bot.services.answering import Answering
from bot.services.buttons import Buttons
from bot.services.desk import Desk
from bot.services.drafting import Drafting
from bot.services.forms import Forms
from bot.services.indexing import Indexing
from bot.services.lookup import Lookup
from bot.services.notices import Notices
from bot.services.people import People
from bot.services.preferences import Preferences
from bot.services.rehearsals import Rehearsals
from bot.services.review import Review
from bot.services.subscriptions import Subscriptions
from bot.services.unanswered import Unanswered


@dataclass(frozen=True, slots=True)
class Services:
    """Built once by `bot.app` and handed to every handler."""

    lookup: Lookup
    preferences: Preferences
    people: People
    desk: Desk
    drafting: Drafting
    review: Review
    buttons: Buttons
    forms: Forms
    subscriptions: Subscriptions
    rehearsals: Rehearsals
    notices: Notices
    indexing: Indexing
    answering: Answering
    unanswered: Unanswered
    words: Mapping[str, Words]
    clock: Clock
    zone: ZoneInfo
    commands: Mapping[str, Command]
