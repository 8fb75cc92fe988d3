"""Runs the revisions on the connection that bot.store.schema hands in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    # Each revision commits by itself: where one fails, those before it stand.
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
