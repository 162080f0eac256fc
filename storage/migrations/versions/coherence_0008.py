"""Coherence of several processes: which choices of language are new, who acts on an update, that vectors were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
USABLE_FROM = "0007"  # a choice of language made by such a program reaches the others a minute later


def upgrade() -> None:
    meta = sa.table("meta", sa.column("key", sa.Text), sa.column("value", sa.Text))
    names = ("preferences", "preferences_erased", "vectors")
    op.bulk_insert(meta, [{"key": name, "value": "0"} for name in names])
    op.add_column("preferences", sa.Column("changed", sa.BigInteger, nullable=False, server_default="0"))
    op.create_index("ix_preferences_changed", "preferences", ["changed"])
    op.add_column("seen_updates", sa.Column("until", sa.BigInteger, nullable=False, server_default="0"))
