"""Rolling upgrades: the oldest revision whose programs may still work with this schema (`storage.upgrades`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
USABLE_FROM = "0007"  # programs before this one know no schema but their own


def upgrade() -> None:
    meta = sa.table("meta", sa.column("key", sa.Text), sa.column("value", sa.Text))
    op.bulk_insert(meta, [{"key": "usable_from", "value": ""}])  # what the last step says is written after it
