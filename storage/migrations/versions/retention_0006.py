"""Retention: when the line of a long button was shown last, so that it can be forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
USABLE_FROM = "0006"


def upgrade() -> None:
    op.add_column("kept_lines", sa.Column("at", sa.Text, nullable=False, server_default=""))
    # Nobody knows how old those are that are there: their time begins today, or all their buttons would be dead.
    now = datetime.now(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
    op.execute(sa.text("update kept_lines set at = :now").bindparams(now=now))
    op.create_index("ix_kept_lines_at", "kept_lines", ["at"])
