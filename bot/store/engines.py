"""Connections to both databases, and what each needs before it can be trusted with a turn."""

import fcntl
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import NotPrivate, StoreInUse, StoreUnavailable
from bot.private import refuse_open

BUSY_MS = 5000
"""How long SQLite waits for another process, such as an operator's command."""
_EMPTY_MS = 100
"""How long emptying the log waits for readers: it keeps writers out meanwhile."""
_CONNECT_SECONDS = 5
_BOUNDS = "-c statement_timeout=20s -c lock_timeout=5s"
"""Where the server ends a statement by itself: no turn or batch of a thousand rows takes a tenth of it."""
_LINE = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}
"""A server that is gone without a word is given up within half a minute, whatever was being asked."""

Use = Literal["write", "read", "by hand"]
"""`by hand`: whoever holds the connection says BEGIN and COMMIT to the driver."""


def sqlite_path(url: str | URL) -> Path | None:
    """The file of an SQLite address; None for PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise ValueError("SQLite needs a file: several threads share it.")
    return Path(parsed.database)


def make_private(path: Path) -> None:
    """Make the file (and its folder) if it is not there, readable by its owner alone.

    SQLite gives the files beside it (-wal, -shm) the mode of this one.
    Raises NotPrivate where one of them is open to others or not this user's, StoreUnavailable.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_unfit(path)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreUnavailable from error


def refuse_unfit(path: Path) -> None:
    """Raises NotPrivate where the file, or one that SQLite keeps beside it, is not for this user alone.

    The folder has to take files too: SQLite makes and deletes those beside its own.
    """
    refuse_open(path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")))
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise NotPrivate(f"This user cannot write into {path.parent}.")
    if path.exists() and not os.access(path, os.W_OK):
        raise NotPrivate(f"This user cannot write {path}.")


def lock_instance(path: Path) -> int:
    """Hold the lock that only one server may have; it goes with the process.

    Raises StoreInUse, StoreUnavailable.
    """
    try:
        handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreUnavailable from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StoreInUse from error
    return handle


def is_served(path: Path) -> bool:
    """Whether a server holds the lock."""
    try:
        handle = os.open(path.with_name(path.name + ".lock"), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def sqlite_engine(url: str | URL, use: Use) -> Engine:
    """SQLite, its driver's own transactions off: BEGIN is said here, and takes the lock for a writer."""
    engine = create_engine(url, pool_size=4, max_overflow=8, connect_args={"cached_statements": 512})
    event.listen(engine, "connect", _prepare_reader if use == "read" else _prepare_writer)
    if use != "by hand":
        event.listen(engine, "begin", _begin_write if use == "write" else _begin_read)
    return engine


def refuse_moved(path: Path, *engines: Engine) -> Callable[..., None]:
    """From now on let these speak to the file alone that stands under this name now.

    What is written to a file that was moved or deleted would be gone with the next start. One that was put in
    its place is refused too: a restored backup is checked before it serves. Where another file stands there,
    or none, connecting and beginning raise StoreUnavailable, as does the returned check.
    """
    found = _standing(path)

    def check(*_: object) -> None:
        if _standing(path) != found:
            raise StoreUnavailable

    for engine in engines:
        event.listen(engine, "do_connect", check)
        event.listen(engine, "begin", check, insert=True)
    return check


def _standing(path: Path) -> tuple[int, int] | None:
    """Which file stands under this name now; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked before every commit, where Path costs five times as much
    except OSError:
        return None
    return found.st_dev, found.st_ino


def log_emptied(engine: Engine) -> bool:
    """Move what an SQLite log holds into its file, and cut the log to nothing.

    False where somebody still reads an earlier state: the log is then as it was, to be tried again.
    """
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.execute(f"PRAGMA busy_timeout = {_EMPTY_MS}")
        try:
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    return not busy


def postgres_engine(
    url: str | URL, *, size: int, autocommit: bool, ping: bool = True, bounded: bool = False
) -> Engine:
    """A pool of PostgreSQL connections. With `autocommit` each statement is a transaction of its own.

    With `ping` a connection is asked whether it still lives when it is taken; a turn saves that round trip.
    With `bounded` no statement and no lock is waited for without end; a migration may take its time.
    """
    parsed = make_url(url)
    asked = parsed.query.get("options", "")
    options = " ".join((_BOUNDS if bounded else "", asked if isinstance(asked, str) else " ".join(asked)))
    return create_engine(
        parsed,
        pool_size=size,
        max_overflow=0 if autocommit else size,
        pool_pre_ping=ping,
        pool_timeout=_CONNECT_SECONDS,
        isolation_level="AUTOCOMMIT" if autocommit else "READ COMMITTED",
        connect_args={"connect_timeout": _CONNECT_SECONDS, "options": options.strip()} | _LINE,
    )


def _prepare_writer(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    _prepare_writer(connection, entry)
    connection.execute("PRAGMA query_only = ON")


def _begin_write(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_read(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, for statements that need nothing of what SQLAlchemy adds."""
    raw: Any = connection.connection.dbapi_connection
    if not isinstance(raw, sqlite3.Connection):
        raise TypeError("not SQLite")
    return raw
