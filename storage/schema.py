"""All tables, in types both engines have. The migrations create them; a test compares the two.

JSON is canonical text (`storage.bodies`), a moment is UTC in ISO 8601 text, a date the text of its source. The
full-text index is not here: each engine has its own kind, made by the migrations and used in `storage.dialects`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

# Named by rule: Alembic can change a constraint on SQLite only if it has a name.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# `version` (grows with what readers see), `log_hash` (of the last revision), `audit_hash` (of the last audit row),
# `freeze` (whether publishing is stopped, and the votes on it), `forgotten_at` (when `storage.retention` last ran),
# `preferences` (grows with every choice of language), `preferences_erased` (where that stood when some were erased
# last), `vectors` (grows when some were kept), and what a dossier says of itself. For `storage.upgrades`:
# `usable_from`. For `storage.safety`: `store`, `home`, `generation`, `safe_mode`, `brake`. For `storage.moving`, of a
# database that is moved into: `unfinished` (the mark of the store it is to become, until that is done), then `moved`
# (which store it was made of, and what all rows came to then); of one that was moved: `moved_to`. On PostgreSQL also,
# by the mark of a Discord bot: `shards:` (how many it has), `shard:` (where each can be taken up again), `start:` (when
# the next one may begin anew).
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

BY_EDITORS = text("author <> 'dossier'")

# The log: written once, never changed. `seq` has no gaps and `hash` covers the row and the hash before it. The index
# is for looking through one person's work; the rows of imports, which are most, are not in it.
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
    Index("ix_revisions_by_editors", "author", "at", sqlite_where=BY_EDITORS, postgresql_where=BY_EDITORS),
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

# changed: where the counter in `meta` stood with the choice, so that others read only what is new to them.
preferences = Table(
    "preferences",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("language", Text, nullable=False),
    Column("changed", BigInteger, nullable=False, server_default="0"),
    Index(None, "changed"),
)

# Lines too long for a button. at: when one was shown last.
kept_lines = Table(
    "kept_lines",
    metadata,
    Column("token", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("at", Text, nullable=False, server_default=""),
    Index(None, "at"),
)

# until: milliseconds; so long an update is that process's which took it in; 0 once it was acted on. No index has it, so
# that it is changed in place.
seen_updates = Table(
    "seen_updates",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("until", BigInteger, nullable=False, server_default="0"),
    Index(None, "at"),
)

# Who did something. pseudonym: random, what logs call the account. person: the same for all accounts one person
# linked. ref: `telegram:123`, null once the person was forgotten; the row stays, so that whoever wrote a proposal with
# one account is still known not to approve it with another.
accounts = Table(
    "accounts",
    metadata,
    Column("pseudonym", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("ref", Text),
    Column("role", Integer, nullable=False),
    Column("at", Text, nullable=False),
    UniqueConstraint("ref"),
    Index(None, "person"),
)

# code: its hash. account: the pseudonym that asked for it.
link_codes = Table(
    "link_codes",
    metadata,
    Column("code", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
)

# Wanted changes; readers never see this table. entry_key, entry_kind, number: of the entry it is about. body: the
# entry as it will read. opened_by: the first of `authors`. open: 1 while it can be decided. The partial index lets one
# proposal at a time stand for an entry; reports are not counted.
proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("entry_key", Text, nullable=False),
    Column("entry_kind", Text, nullable=False),
    Column("number", Integer),
    Column("base", Integer, nullable=False),
    Column("draft", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("open", Integer, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("authors", Text, nullable=False),
    Column("approvals", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("publish_at", Text),
    Column("created_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("decided_at", Text),
    Column("published", Integer),
    Column("body", Text, nullable=False),
    Column("sources", Text, nullable=False),
    Index(None, "entry_key"),
    Index(None, "entry_kind", "number"),
    Index(None, "open", "id"),
    Index(None, "opened_by"),
    Index(
        "uq_proposals_open_entry_key",
        "entry_key",
        unique=True,
        sqlite_where=text("open = 1 and kind <> 'report'"),
        postgresql_where=text("open = 1 and kind <> 'report'"),
    ),
)

# What was done at the desk: written once, never changed, chained like `revisions`. actor, approved_by: pseudonyms.
# subject: what it was done to. place: a group, or only the platform where it was a private chat. detail: JSON; of a
# publication it holds the hash of its revision, which ties the two chains together.
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("deed", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(None, "actor", "at"),
)

review_chats = Table(
    "review_chats", metadata, Column("chat", Text, primary_key=True), Column("at", Text, nullable=False)
)

# Which message shows which proposal, at which of its versions. wanted: the version it ought to show, set with every
# change of the proposal, so that the few cards that are behind are found without looking at the many that are not.
review_cards = Table(
    "review_cards",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("message", Text, primary_key=True),
    Column("proposal", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("wanted", Integer, nullable=False),
    Index(None, "proposal"),
    Index(
        "ix_review_cards_behind",
        "proposal",
        sqlite_where=text("version <> wanted"),
        postgresql_where=text("version <> wanted"),
    ),
)

# The lines of buttons that change something. actor: null where anybody with the right may press it.
guarded_lines = Table(
    "guarded_lines",
    metadata,
    Column("token", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("actor", Text),
    Column("at", Text, nullable=False),
    Index(None, "at"),
)

# Forms that people fill in step by step. answers: JSON by parameter. asked: the parameter asked for last.
forms = Table(
    "forms",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# A number that the database gives. SQLite gives them only to a column of exactly this type.
SERIAL = BigInteger().with_variant(Integer, "sqlite")

# Where messages go and what is wanted there. place: `telegram:-100/45`; chat: the same without its topic or thread.
# mode: the place in `bot.core.subscriptions.MODES` for whatever `subscription_topics` does not name. digest_at,
# quiet_from, quiet_until: minutes of the local day. active: 1 while the status is. since: of the status.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("place", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("mode", Integer, nullable=False),
    Column("silent", Integer, nullable=False),
    Column("digest_at", Integer, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    Column("fallback", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("active", Integer, nullable=False),
    Column("since", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("space", Text),
    Column("created_at", Text, nullable=False),
    UniqueConstraint("place"),
    Index(None, "chat"),
    Index(None, "space"),
)

subscription_topics = Table(
    "subscription_topics",
    metadata,
    Column("subscription_id", BigInteger, ForeignKey("subscriptions.id"), primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("mode", Integer, nullable=False),
    Index(None, "topic", "subscription_id"),
)

# When a subscription's next digest is due, and how far the last one read. next_at: milliseconds, null where none is
# due. last_day: the local day of the last slot dealt with. seen: the last news (an alert's id) it looked at.
digest_cursors = Table(
    "digest_cursors",
    metadata,
    Column("subscription_id", BigInteger, ForeignKey("subscriptions.id"), primary_key=True),
    Column("period", Text, primary_key=True),
    Column("next_at", BigInteger),
    Column("last_day", Text, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Index(None, "next_at"),
)

# One row for each local day that a digest was due, so that none is sent twice whatever clocks and settings do.
# outcome: sent, late, merged (into a later one), empty, or skipped (it may have been sent before a restore).
digest_slots = Table(
    "digest_slots",
    metadata,
    Column("subscription_id", BigInteger, ForeignKey("subscriptions.id"), primary_key=True),
    Column("period", Text, primary_key=True),
    Column("local_date", Text, primary_key=True),
    Column("due_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("alert_id", BigInteger),
)

# Recurring notices. days: digits, Monday is 0. next_at, last_day, seen: as in `digest_cursors`.
notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("days", Text, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("zone", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("approved_by", Text),
    Column("ended", Integer, nullable=False),
    Column("next_at", BigInteger),
    Column("last_day", Text, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("created_at", Text, nullable=False),
)

notice_slots = Table(
    "notice_slots",
    metadata,
    Column("notice_id", Integer, ForeignKey("notices.id"), primary_key=True),
    Column("local_date", Text, primary_key=True),
    Column("due_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("alert_id", BigInteger),
)

# Chats into which rehearsals are posted.
staging_chats = Table(
    "staging_chats", metadata, Column("chat", Text, primary_key=True), Column("at", Text, nullable=False)
)

# What is told. Moments are milliseconds. key: makes one row of digests with the same content; null for news, of which
# ids grow in the order of publication. body: JSON, what `bot.core.outbox.Alert` holds beyond the columns. warned: the
# owners were told that it stalls.
alerts = Table(
    "alerts",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("key", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("cancelled", Integer, nullable=False),
    Column("warned", Integer, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("key"),
    Index(None, "kind", "id"),
)

# Which entries an alert tells of, in which of their revisions.
alert_entries = Table(
    "alert_entries",
    metadata,
    Column("alert_id", BigInteger, ForeignKey("alerts.id"), primary_key=True),
    Column("entry_key", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Index(None, "entry_key", "alert_id"),
)

OPEN_DELIVERY = text("open = 1")
ABOUT_ANOTHER = text("target <> 0")

# One message on its way to one place. target: the delivery whose message it changes or publishes, else 0. chat: where
# the message stands, or where this one goes instead of to the place of its subscription. open: 1 while it is queued or
# started. due_at: when it may be claimed; while it is claimed by `owner`, when that claim ends. So one index finds all
# there is to do. lost: attempts whose answer did not come. replaces: 1 where a change became a post. Moments are
# milliseconds.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("alert_id", BigInteger, ForeignKey("alerts.id"), nullable=False),
    Column("subscription_id", BigInteger, ForeignKey("subscriptions.id"), nullable=False),
    Column("target", BigInteger, nullable=False, server_default="0"),
    Column("deed", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("open", Integer, nullable=False, server_default="1"),
    Column("due_at", BigInteger, nullable=False),
    Column("owner", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lost", Integer, nullable=False, server_default="0"),
    Column("replaces", Integer, nullable=False, server_default="0"),
    Column("first_at", BigInteger),
    Column("settled_at", BigInteger),
    Column("chat", Text),
    Column("message", Text),
    Column("reason", Text, nullable=False, server_default=""),
    UniqueConstraint("alert_id", "subscription_id", "target", "deed"),
    Index(
        "ix_deliveries_due",
        "platform",
        "priority",
        "due_at",
        "id",
        sqlite_where=OPEN_DELIVERY,
        postgresql_where=OPEN_DELIVERY,
    ),
    Index(None, "alert_id", "state"),
    Index(None, "subscription_id", "id"),
    Index("ix_deliveries_target", "target", sqlite_where=ABOUT_ANOTHER, postgresql_where=ABOUT_ANOTHER),
)

# How fast and until when not a platform may be written to. scope: "" for the whole of it, else a chat or a route, or
# "#0007" for a permit. tat: GCRA's theoretical arrival time, of a permit when it is free again, microseconds.
# paused_until: milliseconds. A token is no part of the key: whom a bot may write to differs by token, and nothing in
# this database tells the chats of one from those of another, so it has one for each platform.
limits = Table(
    "limits",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("tat", BigInteger, nullable=False, server_default="0"),
    Column("paused_until", BigInteger, nullable=False, server_default="0"),
)

# How people ask for what an entry tells, as the dossier last imported has it; under the key '' what they ask that
# nothing answers. digest: of the body, so that whoever
# holds vectors of them sees what changed without reading them all.
sample_questions = Table(
    "sample_questions",
    metadata,
    Column("entry_key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("body", Text, nullable=False),
)

# What a text means to a model, as 16-bit floats. entry_id: 0 for the questions that nothing answers. part: a language
# of the entry's text; `?`, a language and a number of a sample question; or empty, and then the digest says what all of
# the entry's vectors were made of. digest: of the text that was read, so that only what changed is read anew.
vectors = Table(
    "vectors",
    metadata,
    Column("model", Text, primary_key=True),
    Column("entry_id", Integer, primary_key=True, autoincrement=False),
    Column("part", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

# What people asked and nothing answered, without who it was. asked: how often. closed: 1 once it was answered or
# set aside. vector: what it means to `model`, empty where there is none.
open_questions = Table(
    "open_questions",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("text", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("first_at", Text, nullable=False),
    Column("last_at", Text, nullable=False),
    Column("closed", Integer, nullable=False, server_default="0"),
    Column("model", Text, nullable=False, server_default=""),
    Column("vector", LargeBinary, nullable=False, server_default=""),
    Index(None, "closed", "last_at"),
)

# Who wants to hear when an open question is answered; the row goes with the message. entry_key: what answers it, empty
# until something does. tries: attempts to send it.
awaited_answers = Table(
    "awaited_answers",
    metadata,
    Column("question_id", BigInteger, ForeignKey("open_questions.id"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("locale", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("entry_key", Text, nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default="0"),
    Index(None, "person"),
    Index(None, "entry_key"),
)
