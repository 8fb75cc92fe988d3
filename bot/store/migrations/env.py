"""Runs the revisions on the connection that bot.store.schema hands in."""

from alembic import context

from bot.failpoints import hit

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    # Each revision commits by itself: where one fails, those before it stand.
    transaction_per_migration=True,
    on_version_apply=lambda **_: hit("migrate.before-commit"),
)
with context.begin_transaction():
    context.run_migrations()
