"""Looking into a database beside a running server, which changes nothing in it.

A look makes not even a file beside it; what is tried and taken back may, for as long as it takes.
"""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, select
from sqlalchemy.pool import NullPool

from bot.errors import Defect
from bot.store import wrapping
from bot.store.draft import Draft
from bot.store.engines import BUSY_MS, postgres_engine, refuse_unfit, sqlite_path
from bot.store.faults import reaching
from bot.store.key_tables import SCHEMA, data_keys
from bot.store.masters import Masters
from bot.store.store import Store

T = TypeVar("T")


class Glance(Store):
    """A store that reads only."""

    dialect: ClassVar[str] = "any"

    def __init__(self, url: str) -> None:
        """Raises NotPrivate."""
        self._engine = _engine(url)

    def play(self, job: Callable[[Connection], Draft[T]]) -> Future[T]:
        raise Defect("A glance changes nothing.")

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        raise Defect("A glance changes nothing.")

    def read(self, job: Callable[[Connection], T]) -> T:
        with reaching(), self._engine.connect() as connection:
            return job(connection)

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def glance(url: str) -> Iterator[Glance]:
    """For one look. Raises NotPrivate, StoreUnavailable."""
    opened = Glance(url)
    try:
        yield opened
    finally:
        opened.close()


def taken_back(url: str, job: Callable[[Connection], T]) -> T:
    """What a job that writes would come to: its transaction is rolled back.

    SQLite's lock is waited for like any writer's, and held as long as the job takes.
    Raises NotPrivate, StoreUnavailable.
    """
    engine = _trying(url)
    try:
        with reaching(), engine.connect() as connection, connection.begin() as transaction:
            found = job(connection)
            transaction.rollback()
        return found
    finally:
        engine.dispose()


def key_store_mark(url: str, masters: Masters, *, closing: bool = False) -> str | None:
    """The mark by which a database knows its key store; None before a first start.

    `closing`: also while the program is being closed down. Raises WrongMasterKey, Closed.
    """

    def look(connection: Connection) -> str | None:
        if not _has(connection, data_keys):
            return None
        marking = wrapping.marking_of(connection, masters, closing=closing)
        return wrapping.marked(marking, wrapping.KEY_STORE) if marking else None

    with glance(url) as store:
        return store.read(lambda connection: look(_of_keys(connection)))


def has_rows(url: str, table: Table) -> bool:
    """Whether a key store is there and has a row in this table of it. Raises NotPrivate, StoreUnavailable."""

    def look(connection: Connection) -> bool:
        return _has(connection, table) and connection.execute(select(table).limit(1)).first() is not None

    if not is_there(url):
        return False
    with glance(url) as store:
        return store.read(lambda connection: look(_of_keys(connection)))


def _of_keys(connection: Connection) -> Connection:
    """The tables of a key store by their names there: those of a file have no schema."""
    schema = None if connection.dialect.name == "sqlite" else SCHEMA
    return connection.execution_options(schema_translate_map={SCHEMA: schema})


def _has(connection: Connection, table: Table) -> bool:
    schema = None if connection.dialect.name == "sqlite" else table.schema
    return inspect(connection).has_table(table.name, schema=schema)


def is_there(url: str) -> bool:
    """Whether there is a file to look into; a server is asked by looking."""
    path = sqlite_path(url)
    return path is None or path.exists()


def _engine(url: str) -> Engine:
    path = sqlite_path(url)
    if path is None:
        return postgres_engine(url, size=1, autocommit=False).execution_options(postgresql_readonly=True)
    refuse_unfit(path)
    return create_engine("sqlite://", creator=lambda: _opened(path), poolclass=NullPool)


def _trying(url: str) -> Engine:
    path = sqlite_path(url)
    if path is None:
        return postgres_engine(url, size=1, autocommit=False, bounded=True)
    refuse_unfit(path)
    engine = create_engine("sqlite://", creator=lambda: _writable(path), poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _writable(path: Path) -> sqlite3.Connection:
    """As it is: a file that is not there is not made, and no other way of writing is chosen for it."""
    uri = f"file:{quote(str(path.absolute()))}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_MS / 1000, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _opened(path: Path) -> sqlite3.Connection:
    """Without a log beside it nobody writes it, and SQLite need not make one to read."""
    has_log = path.with_name(f"{path.name}-wal").exists()
    mode = "mode=ro" if has_log else "mode=ro&immutable=1"
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?{mode}", uri=True)
