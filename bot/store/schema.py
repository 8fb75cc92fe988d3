"""The database's tables: brought forward revision by revision, never backwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, event, inspect

from bot.errors import StoreTooNew
from bot.failpoints import hit
from bot.store.engines import make_private, postgres_engine, sqlite_engine, sqlite_path
from bot.store.faults import reaching

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = "SELECT pg_advisory_lock(hashtext('companion migrations'))"


def migrate(url: str, revision: str = "head") -> None:
    """Make the tables, or bring them forward. Raises StoreTooNew, StoreUnavailable.

    Servers that start together take turns.
    """
    with _connected(url) as connection:
        current = current_of(connection)
        connection.rollback()
        refuse_newer(current)
        if current != (revisions()[-1] if revision == "head" else revision):
            _upgrade(connection, revision)


def revisions() -> tuple[str, ...]:
    """Every revision that this version knows, oldest first. Their files begin with their numbers."""
    return tuple(sorted(one.name.partition("_")[0] for one in (_FOLDER / "versions").glob("[0-9]*.py")))


def refuse_newer(revision: str | None) -> None:
    """Raises StoreTooNew for a revision that this version does not know."""
    if revision is not None and revision not in revisions():
        raise StoreTooNew


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


def current_of(connection: Connection) -> str | None:
    """The revision on an open connection; None for an empty database.

    Raises MultipleResultsFound where there are several, which no version of this program writes.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
    return None if found is None else str(found)


def _upgrade(connection: Connection, revision: str) -> None:
    # Most starts find nothing to bring forward, and Alembic is slow to load.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _FOLDER.as_posix().replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    event.listen(connection, "begin", lambda _: hit("migrate.before-begin"))
    command.upgrade(config, revision)
    hit("migrate.after-last")
