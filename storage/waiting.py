"""Reading when there is something to send next: asked every second, so that an idle sender writes nothing."""

from __future__ import annotations

from bot.core.deliveries import Priority
from bot.core.places import ChatRef, Platform
from storage.reader import Reader

# One seek in the index for each class: a minimum over all of them would read every open row.
NEXT_DUE = " union all ".join(
    f"select min(due_at) from deliveries where platform = :platform and priority = {each.value} and open = 1"  # noqa: S608 – a constant
    for each in Priority
)
NEXT_DUE_THERE = """
    select min(d.due_at) from subscriptions s join deliveries d on d.subscription_id = s.id
    where s.place = :place and d.open = 1"""


async def next_due(reader: Reader, platform: Platform, only: ChatRef | None) -> int | None:
    """See `Outbox.next_due`."""
    if only is not None:
        rows = await reader.fetch(NEXT_DUE_THERE, {"place": str(only)})
    else:
        rows = await reader.fetch(NEXT_DUE, {"platform": platform.value})
    return min((row[0] for row in rows if row[0] is not None), default=None)
