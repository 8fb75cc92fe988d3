"""The database's tables: brought forward revision by revision, never backwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.errors import StoreTooNew
from bot.store.engines import make_private, postgres_engine, sqlite_engine, sqlite_path
from bot.store.faults import reaching

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = "SELECT pg_advisory_lock(hashtext('companion migrations'))"


def migrate(url: str, revision: str = "head") -> None:
    """Make the tables, or bring them forward. Raises StoreTooNew, StoreUnavailable.

    Servers that start together take turns.
    """
    with _connected(url) as connection:
        _refuse_newer(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def revisions() -> tuple[str, ...]:
    """Every revision that this version knows, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return tuple(one.revision for one in reversed(list(script.walk_revisions())))


def revision_of(url: str) -> str | None:
    """The revision that the database stands at; None for an empty one."""
    with _connected(url) as connection:
        return current_of(connection)


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    path = sqlite_path(url)
    if path is not None:
        make_private(path)
    engine = sqlite_engine(url, "write") if path else postgres_engine(url, size=1, autocommit=False)
    try:
        with reaching(), engine.connect() as connection:
            if path is None:
                connection.exec_driver_sql(_LOCK)
                connection.commit()
            yield connection
    finally:
        engine.dispose()


def _refuse_newer(connection: Connection) -> None:
    current = current_of(connection)
    connection.rollback()
    if current is not None and current not in revisions():
        raise StoreTooNew


def current_of(connection: Connection) -> str | None:
    """The revision on an open connection; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", _FOLDER.as_posix().replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
