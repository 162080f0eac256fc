"""Run by Alembic: takes the connection that `storage.engine` hands over, inside that connection's transaction."""

from __future__ import annotations

from alembic import context

from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table only by copying it
)
context.run_migrations()
