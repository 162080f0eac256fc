"""All tables, in types both engines have. The migrations create them; a test compares the two.

JSON is canonical text (`storage.bodies`), a moment is UTC in ISO 8601 text, a date the text of its source. The
full-text index is not here: each engine has its own kind, made by the migrations and used in `storage.dialects`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

# Named by rule: Alembic can change a constraint on SQLite only if it has a name.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# `version` (grows with what readers see), `log_hash` (of the last revision), and what a dossier says of itself.
meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))


def _shelf(name: str) -> Table:
    """A table of values that entries name. A row is marked `retired`, never deleted: old revisions still name it."""
    return Table(
        name,
        metadata,
        Column("id", Text, primary_key=True),
        Column("position", Integer, nullable=False),
        Column("retired", Integer, nullable=False),
        Column("body", Text, nullable=False),
    )


topics = _shelf("topics")
instruments = _shelf("instruments")
sources = _shelf("sources")

# One row per entry with the body of its current revision, so that one look-up gives the whole entry.
# instrument: of an article, else null. shelf: see `storage.entries`. date_first, date_last: what the date can mean,
# empty where there is none. imported_hash: of the entry's text in the dossier last imported, null where an editor
# made it.
entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", Integer),
    Column("position", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("imported_hash", Text),
    Column("instrument", Text),
    Column("shelf", Integer, nullable=False),
    Column("date_first", Text, nullable=False),
    Column("date_last", Text, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("key"),
    UniqueConstraint("kind", "number"),
    Index(None, "instrument", "position"),
    Index(None, "shelf", "position"),
    Index(None, "shelf", "date_first", "position"),
    Index(None, "kind", "shelf", "date_first", "position"),
)

# The log: written once, never changed. `seq` has no gaps and `hash` covers the row and the hash before it.
revisions = Table(
    "revisions",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", Integer, ForeignKey("entries.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("entry_id", "revision"),
)

# Only entries that lists show have rows here; kind, shelf and date repeat the entry's own, because a topic with
# 100,000 entries can be paged through only by an index that holds the whole order. place: the position, negative for
# articles: they come in their order and news newest first, which one index read backwards gives only like this.
entry_topics = Table(
    "entry_topics",
    metadata,
    Column("entry_id", Integer, ForeignKey("entries.id"), primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("shelf", Integer, nullable=False),
    Column("date_first", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Index(None, "topic", "shelf", "date_first", "place"),
    Index(None, "topic", "kind", "date_first", "place"),
)

# The keys (of articles, instruments, entries) that a listed entry names.
entry_links = Table(
    "entry_links",
    metadata,
    Column("entry_id", Integer, ForeignKey("entries.id"), primary_key=True),
    Column("target", Text, primary_key=True),
    Index(None, "target"),
)

# Stems of the listed entries, in all languages, and how many; the engines' indices are built from this. `size` stands
# before the long text, so that reading it does not follow a row over many pages.
search_documents = Table(
    "search_documents",
    metadata,
    Column("entry_id", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("terms", Text, nullable=False),
)

preferences = Table(
    "preferences", metadata, Column("ref", Text, primary_key=True), Column("language", Text, nullable=False)
)

kept_lines = Table(
    "kept_lines", metadata, Column("token", Text, primary_key=True), Column("line", Text, nullable=False)
)

seen_updates = Table(
    "seen_updates",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Index(None, "at"),
)
