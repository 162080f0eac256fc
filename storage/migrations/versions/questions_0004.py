"""Questions: how people ask for an entry, what texts mean, and what nothing answered yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
USABLE_FROM = "0004"

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "sample_questions",
        *map(_text, ("entry_key", "digest", "body")),
        sa.PrimaryKeyConstraint("entry_key", name="pk_sample_questions"),
    )
    op.create_table(
        "vectors",
        _text("model"),
        sa.Column("entry_id", sa.Integer, nullable=False, autoincrement=False),
        *map(_text, ("part", "digest")),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("model", "entry_id", "part", name="pk_vectors"),
    )
    op.create_table(
        "open_questions",
        sa.Column("id", SERIAL, nullable=False),
        *map(_text, ("text", "locale")),
        sa.Column("asked", sa.Integer, nullable=False),
        *map(_text, ("first_at", "last_at")),
        sa.Column("closed", sa.Integer, nullable=False, server_default="0"),
        _text("model", ""),
        sa.Column("vector", sa.LargeBinary, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_open_questions"),
    )
    op.create_index("ix_open_questions_closed_last_at", "open_questions", ["closed", "last_at"])
    op.create_table(
        "awaited_answers",
        sa.Column("question_id", sa.BigInteger, nullable=False),
        *map(_text, ("person", "locale", "at")),
        _text("entry_key", ""),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("question_id", "person", name="pk_awaited_answers"),
        sa.ForeignKeyConstraint(["question_id"], ["open_questions.id"], name="fk_awaited_answers_question_id"),
    )
    op.create_index("ix_awaited_answers_person", "awaited_answers", ["person"])
    op.create_index("ix_awaited_answers_entry_key", "awaited_answers", ["entry_key"])


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)
