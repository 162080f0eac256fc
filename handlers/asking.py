"""`/check` looks which entries bear on a message."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import command
from bot.core.documents import RunCommand
from bot.core.errors import Mistake, Unknown
from bot.core.requests import Call, Outcome, Reply
from bot.services.listings import PER_PAGE, listing
from bot.services.services import Services

CHECKED_WORDS = 60
"""A rumour's first words carry it; the rest would only drown them in the ranking."""


@dataclass(frozen=True, slots=True)
class CheckArgs:
    """What to check; the message replied to where nothing is given."""

    text: str | None = None


@command("check", examples=("check la Corea del Nord ha mandato truppe in Russia",), message_menu=True)
async def check(args: CheckArgs, call: Call, services: Services) -> Reply:
    """List entries whose words a message shares; whether they confirm it is for the reader to see."""
    words = call.words
    text = (args.text or call.request.quoted or "").strip()
    if not text:
        raise Mistake("mistake-check", buttons=(RunCommand("/help check", "help check"),))
    query = " ".join(text.split()[:CHECKED_WORDS])
    page = await services.lookup.search(query, call.locale, offset=0, limit=PER_PAGE)
    if not page.items:
        raise Unknown("unknown-check", buttons=(RunCommand(words.text("button-topics"), "topics"),))
    return listing(
        words.text("check-heading"),
        page,
        words,
        services.lookup.catalogue,
        line="check",
        number=1,
        intro=words.text("check-intro"),
        outcome=Outcome.CLOSEST,
    )
