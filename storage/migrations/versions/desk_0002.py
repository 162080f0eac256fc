"""The editorial desk: people, proposals, the audit log, review cards, guarded buttons and forms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
USABLE_FROM = "0002"


def upgrade() -> None:
    op.execute("insert into meta (key, value) values ('audit_hash', ''), ('freeze', '')")
    by_editors = sa.text("author <> 'dossier'")
    op.create_index(
        "ix_revisions_by_editors",
        "revisions",
        ["author", "at"],
        sqlite_where=by_editors,
        postgresql_where=by_editors,
    )
    _people()
    _proposals()
    _audit()
    _cards()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, autoincrement=False)


def _table(name: str, key: tuple[str, ...], *parts: sa.Column[str] | sa.Column[int] | sa.UniqueConstraint) -> None:
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def _people() -> None:
    _table(
        "accounts",
        ("pseudonym",),
        _text("pseudonym"),
        _text("person"),
        _maybe("ref"),
        _integer("role"),
        _text("at"),
        sa.UniqueConstraint("ref", name="uq_accounts_ref"),
    )
    op.create_index("ix_accounts_person", "accounts", ["person"])
    _table("link_codes", ("code",), _text("code"), _text("account"), _text("expires_at"))


def _proposals() -> None:
    _table(
        "proposals",
        ("id",),
        _integer("id"),
        *map(_text, ("kind", "entry_key", "entry_kind")),
        sa.Column("number", sa.Integer),
        *map(_integer, ("base", "draft", "version")),
        _text("state"),
        _integer("open"),
        *map(_text, ("opened_by", "authors", "approvals", "severity", "note", "reason", "answer")),
        _maybe("publish_at"),
        *map(_text, ("created_at", "changed_at")),
        _maybe("decided_at"),
        sa.Column("published", sa.Integer),
        *map(_text, ("body", "sources")),
    )
    for columns in (["entry_key"], ["entry_kind", "number"], ["open", "id"], ["opened_by"]):
        op.create_index(f"ix_proposals_{'_'.join(columns)}", "proposals", columns)
    one_open = sa.text("open = 1 and kind <> 'report'")
    op.create_index(
        "uq_proposals_open_entry_key",
        "proposals",
        ["entry_key"],
        unique=True,
        sqlite_where=one_open,
        postgresql_where=one_open,
    )


def _audit() -> None:
    _table(
        "audit",
        ("seq",),
        _integer("seq"),
        *map(_text, ("at", "actor", "deed", "subject", "place", "approved_by", "detail", "hash")),
    )
    op.create_index("ix_audit_actor_at", "audit", ["actor", "at"])


def _cards() -> None:
    _table("review_chats", ("chat",), _text("chat"), _text("at"))
    numbers = map(_integer, ("proposal", "version", "wanted"))
    _table("review_cards", ("chat", "message"), _text("chat"), _text("message"), *numbers)
    op.create_index("ix_review_cards_proposal", "review_cards", ["proposal"])
    behind = sa.text("version <> wanted")
    op.create_index(
        "ix_review_cards_behind", "review_cards", ["proposal"], sqlite_where=behind, postgresql_where=behind
    )
    _table("guarded_lines", ("token",), *map(_text, ("token", "line", "chat")), _maybe("actor"), _text("at"))
    op.create_index("ix_guarded_lines_at", "guarded_lines", ["at"])
    _table("forms", ("ref",), *map(_text, ("ref", "line", "answers", "asked", "at")))
