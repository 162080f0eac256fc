"""Writing that a delivery has been overtaken: something newer says the same to the same chat, and says it better."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, exists, literal_column, or_, select, update

from bot.core.deliveries import AlertKind, Deed, DeliveryState
from storage.schema import alert_entries, alerts, deliveries

SUPERSEDED = "superseded"

NEWS = (AlertKind.ALERT.value, AlertKind.CORRECTION.value)


def cancel_superseded(connection: Connection, ids: Sequence[int], now: int) -> set[int]:
    """Cancel those of some open deliveries that were overtaken while they were under way; returns them.

    A publication can't cancel what is started, so this is done when such an attempt has failed: a post gives way to
    a newer one about the same entry for the same subscription, a change of a message to a newer change of it.
    """
    table, newer = deliveries, deliveries.alias("newer")
    mine, theirs = alert_entries.alias("mine"), alert_entries.alias("theirs")
    post, edit = Deed.POST.value, Deed.EDIT.value
    # Of one that was taken back nothing newer need follow; of one that told of several entries something may.
    posted = (
        exists()
        .where(mine.c.alert_id == table.c.alert_id, theirs.c.entry_key == mine.c.entry_key)
        .where(theirs.c.alert_id > mine.c.alert_id, alerts.c.id == theirs.c.alert_id, alerts.c.kind.in_(NEWS))
        .where(newer.c.alert_id == theirs.c.alert_id, newer.c.subscription_id == table.c.subscription_id)
        .where(newer.c.deed == post)
    )
    news = table.c.alert_id.in_(select(alerts.c.id).where(alerts.c.kind.in_(NEWS)))
    changed = (
        exists()
        .where(newer.c.target == table.c.target, newer.c.target != literal_column("0"), newer.c.id > table.c.id)
        .where(newer.c.deed == edit, or_(newer.c.open == 1, newer.c.state == DeliveryState.DELIVERED.value))
    )
    overtaken = or_(and_(table.c.deed == post, news, posted), and_(table.c.deed == edit, changed))
    values = {
        "state": DeliveryState.CANCELLED.value,
        "open": 0,
        "owner": "",
        "settled_at": now,
        "reason": SUPERSEDED,
    }
    gone: set[int] = set()
    for start in range(0, len(ids), 500):
        some = table.c.id.in_(ids[start : start + 500])
        statement = update(table).where(some, overtaken).values(values).returning(table.c.id)
        gone |= set(connection.scalars(statement))
    return gone
