"""Safety: what tells a database from a copy of it, and whether it may be sent from."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
USABLE_FROM = "0005"


def upgrade() -> None:
    meta = sa.table("meta", sa.column("key", sa.Text), sa.column("value", sa.Text))
    rows = {"store": secrets.token_hex(8), "home": "", "generation": "0", "safe_mode": ""}
    op.bulk_insert(meta, [{"key": key, "value": value} for key, value in rows.items()])
