"""The first schema: entries with their log of revisions, what they name, search, and small memories."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
USABLE_FROM = "0001"


def upgrade() -> None:
    op.create_table("meta", _key("key"), _text("value"), sa.PrimaryKeyConstraint("key", name="pk_meta"))
    op.execute("insert into meta (key, value) values ('version', '0'), ('log_hash', '')")
    for shelf in ("topics", "instruments", "sources"):
        op.create_table(
            shelf,
            _key("id"),
            _integer("position"),
            _integer("retired"),
            _text("body"),
            sa.PrimaryKeyConstraint("id", name=f"pk_{shelf}"),
        )
    _entries()
    _named_by_entries()
    op.create_table(
        "preferences", _key("ref"), _text("language"), sa.PrimaryKeyConstraint("ref", name="pk_preferences")
    )
    op.create_table("kept_lines", _key("token"), _text("line"), sa.PrimaryKeyConstraint("token", name="pk_kept_lines"))
    op.create_table(
        "seen_updates",
        _key("platform"),
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        _text("at"),
        sa.PrimaryKeyConstraint("platform", "id", name="pk_seen_updates"),
    )
    op.create_index("ix_seen_updates_at", "seen_updates", ["at"])
    _search()


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


_text = _key


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, autoincrement=False)


def _entries() -> None:
    op.create_table(
        "entries",
        _integer("id"),
        _text("key"),
        _text("kind"),
        sa.Column("number", sa.Integer),
        _integer("position"),
        _integer("revision"),
        _text("changed_at"),
        sa.Column("imported_hash", sa.Text),
        sa.Column("instrument", sa.Text),
        _integer("shelf"),
        _text("date_first"),
        _text("date_last"),
        _text("body"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("key", name="uq_entries_key"),
        sa.UniqueConstraint("kind", "number", name="uq_entries_kind_number"),
    )
    op.create_index("ix_entries_instrument_position", "entries", ["instrument", "position"])
    op.create_index("ix_entries_shelf_position", "entries", ["shelf", "position"])
    op.create_index("ix_entries_shelf_date_first_position", "entries", ["shelf", "date_first", "position"])
    op.create_index("ix_entries_kind_shelf_date_first_position", "entries", ["kind", "shelf", "date_first", "position"])
    op.create_table(
        "revisions",
        _integer("seq"),
        _integer("entry_id"),
        _integer("revision"),
        _text("at"),
        _text("author"),
        _text("approved_by"),
        _text("note"),
        _text("body"),
        _text("hash"),
        sa.PrimaryKeyConstraint("seq", name="pk_revisions"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_revisions_entry_id"),
        sa.UniqueConstraint("entry_id", "revision", name="uq_revisions_entry_id_revision"),
    )


def _named_by_entries() -> None:
    op.create_table(
        "entry_topics",
        _integer("entry_id"),
        _key("topic"),
        _text("kind"),
        _integer("shelf"),
        _text("date_first"),
        _integer("place"),
        sa.PrimaryKeyConstraint("entry_id", "topic", name="pk_entry_topics"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_entry_topics_entry_id"),
    )
    for column in ("shelf", "kind"):
        op.create_index(
            f"ix_entry_topics_topic_{column}_date_first_place",
            "entry_topics",
            ["topic", column, "date_first", "place"],
        )
    op.create_table(
        "entry_links",
        _integer("entry_id"),
        _key("target"),
        sa.PrimaryKeyConstraint("entry_id", "target", name="pk_entry_links"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_entry_links_entry_id"),
    )
    op.create_index("ix_entry_links_target", "entry_links", ["target"])


def _search() -> None:
    op.create_table(
        "search_documents",
        _integer("entry_id"),
        _integer("size"),
        _text("terms"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_search_documents"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE_INDEX:
            op.execute(statement)
    else:
        op.execute(_POSTGRES_COLUMN)
        op.execute("create index ix_search_documents_vector on search_documents using gin (vector)")


# The words are already folded and stemmed, so the tokenizer has only to split at blanks. External content: the index
# reads the words from search_documents and keeps no copy; SQLite before 3.43 can delete from such an index only when
# told the old words, which is what the triggers do.
_FORGET = "insert into search_index(search_index, rowid, terms) values ('delete', old.entry_id, old.terms);"
_LEARN = "insert into search_index(rowid, terms) values (new.entry_id, new.terms);"
_SQLITE_INDEX = (
    """create virtual table search_index using fts5(
    terms, content='search_documents', content_rowid='entry_id', tokenize='unicode61 remove_diacritics 0')""",
    f"create trigger search_documents_added after insert on search_documents begin {_LEARN} end",
    f"create trigger search_documents_gone after delete on search_documents begin {_FORGET} end",
    f"create trigger search_documents_changed after update on search_documents begin {_FORGET} {_LEARN} end",
)

# A cast and no to_tsvector: that one would split and fold words by the server's locale, differently on each server.
_POSTGRES_COLUMN = (
    "alter table search_documents add column vector tsvector generated always as (cast(terms as tsvector)) stored"
)
