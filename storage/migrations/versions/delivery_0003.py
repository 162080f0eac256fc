"""Delivery: subscriptions, digests, recurring notices, alerts, the outbox, and the limits of the platforms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
USABLE_FROM = "0003"

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.execute("insert into meta (key, value) values ('brake', '')")
    _subscriptions()
    _digests()
    _alerts()
    _deliveries()
    _table("staging_chats", ("chat",), _text("chat"), _text("at"))
    _table("limits", ("platform", "scope"), *map(_text, ("platform", "scope")), _count("tat"), _count("paused_until"))


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _integer(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, autoincrement=False, server_default=default)


def _moment(name: str) -> sa.Column[int]:
    """Milliseconds, or the number of a row."""
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False)


def _maybe(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _serial() -> sa.Column[int]:
    return sa.Column("id", SERIAL, nullable=False)


def _of(name: str, target: str) -> sa.ForeignKeyConstraint:
    """Named by the rule of `storage.schema`, with the table's name put in by Alembic."""
    return sa.ForeignKeyConstraint([name], [f"{target}.id"])


def _table(name: str, key: tuple[str, ...], *parts: sa.schema.SchemaItem) -> None:
    for each in parts:
        if isinstance(each, sa.ForeignKeyConstraint):
            each.name = f"fk_{name}_{'_'.join(each.column_keys)}"
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def _subscriptions() -> None:
    _table(
        "subscriptions",
        ("id",),
        _serial(),
        *map(_text, ("place", "platform", "chat", "kind", "locale", "zone")),
        *map(_integer, ("mode", "silent", "digest_at", "weekday")),
        sa.Column("quiet_from", sa.Integer),
        sa.Column("quiet_until", sa.Integer),
        _integer("fallback"),
        _text("status"),
        _integer("active"),
        *map(_text, ("since", "reason")),
        sa.Column("space", sa.Text),
        _text("created_at"),
        sa.UniqueConstraint("place", name="uq_subscriptions_place"),
    )
    for column in ("chat", "space"):
        op.create_index(f"ix_subscriptions_{column}", "subscriptions", [column])
    _table(
        "subscription_topics",
        ("subscription_id", "topic"),
        _moment("subscription_id"),
        _text("topic"),
        _integer("mode"),
        _of("subscription_id", "subscriptions"),
    )
    op.create_index("ix_subscription_topics_topic_subscription_id", "subscription_topics", ["topic", "subscription_id"])


def _digests() -> None:
    _table(
        "digest_cursors",
        ("subscription_id", "period"),
        _moment("subscription_id"),
        _text("period"),
        _maybe("next_at"),
        _text("last_day"),
        _moment("seen"),
        _of("subscription_id", "subscriptions"),
    )
    op.create_index("ix_digest_cursors_next_at", "digest_cursors", ["next_at"])
    slot = ("local_date", "due_at", "made_at", "outcome", "alert_id")
    _table(
        "digest_slots",
        ("subscription_id", "period", "local_date"),
        _moment("subscription_id"),
        _text("period"),
        *_slot(slot),
        _of("subscription_id", "subscriptions"),
    )
    _table(
        "notices",
        ("id",),
        _integer("id"),
        *map(_text, ("title", "days")),
        _integer("minute"),
        *map(_text, ("zone", "author")),
        sa.Column("approved_by", sa.Text),
        _integer("ended"),
        _maybe("next_at"),
        _text("last_day"),
        _moment("seen"),
        _text("created_at"),
    )
    _table(
        "notice_slots", ("notice_id", "local_date"), _integer("notice_id"), *_slot(slot), _of("notice_id", "notices")
    )


def _slot(names: tuple[str, ...]) -> tuple[sa.Column[str] | sa.Column[int], ...]:
    day, due_at, made_at, outcome, alert = names
    return (_text(day), _moment(due_at), _moment(made_at), _text(outcome), _maybe(alert))


def _alerts() -> None:
    _table(
        "alerts",
        ("id",),
        _serial(),
        *map(_text, ("kind", "severity")),
        sa.Column("key", sa.Text),
        *map(_moment, ("created_at", "due_at", "expires_at")),
        *map(_integer, ("cancelled", "warned")),
        _text("body"),
        sa.UniqueConstraint("key", name="uq_alerts_key"),
    )
    op.create_index("ix_alerts_kind_id", "alerts", ["kind", "id"])
    _table(
        "alert_entries",
        ("alert_id", "entry_key"),
        _moment("alert_id"),
        _text("entry_key"),
        _integer("revision"),
        _of("alert_id", "alerts"),
    )
    op.create_index("ix_alert_entries_entry_key_alert_id", "alert_entries", ["entry_key", "alert_id"])


def _deliveries() -> None:
    _table(
        "deliveries",
        ("id",),
        _serial(),
        *map(_moment, ("alert_id", "subscription_id")),
        _count("target"),
        *map(_text, ("deed", "platform")),
        _integer("priority"),
        _text("state", "queued"),
        _integer("open", "1"),
        _moment("due_at"),
        _text("owner", ""),
        *(_integer(name, "0") for name in ("attempts", "lost", "replaces")),
        *map(_maybe, ("first_at", "settled_at")),
        sa.Column("chat", sa.Text),
        sa.Column("message", sa.Text),
        _text("reason", ""),
        _of("alert_id", "alerts"),
        _of("subscription_id", "subscriptions"),
        sa.UniqueConstraint(
            "alert_id",
            "subscription_id",
            "target",
            "deed",
            name="uq_deliveries_alert_id_subscription_id_target_deed",
        ),
    )
    open_one, about = sa.text("open = 1"), sa.text("target <> 0")
    due = ["platform", "priority", "due_at", "id"]
    op.create_index("ix_deliveries_due", "deliveries", due, sqlite_where=open_one, postgresql_where=open_one)
    op.create_index("ix_deliveries_alert_id_state", "deliveries", ["alert_id", "state"])
    op.create_index("ix_deliveries_subscription_id_id", "deliveries", ["subscription_id", "id"])
    op.create_index("ix_deliveries_target", "deliveries", ["target"], sqlite_where=about, postgresql_where=about)
