"""What the databases' own errors mean to a caller."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from bot.errors import StoreUnavailable

# SQLITE_BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
_SQLITE_AWAY = frozenset({5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26})
_RACES = frozenset({"40P01", "40001"})  # deadlock_detected, serialization_failure
_READ_ONLY = "25006"  # read_only_sql_transaction


def _state(error: exc.DBAPIError) -> str:
    """PostgreSQL's code for it (its documentation, appendix A); "" where it gave none."""
    return getattr(error.orig, "sqlstate", None) or ""


def is_race(error: BaseException) -> bool:
    """Whether PostgreSQL chose this transaction to give way to another."""
    return isinstance(error, exc.DBAPIError) and _state(error) in _RACES


def is_away(error: BaseException) -> bool:
    """Whether the database is gone, full, locked or not writable, rather than asked something wrong.

    PostgreSQL's errors are seen as SQLAlchemy's: what is said to its driver raises those (`driven.as_core`).
    """
    if isinstance(error, exc.TimeoutError):
        return True
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_AWAY
    if not isinstance(error, exc.DBAPIError) or is_race(error):
        return False
    return isinstance(error, exc.OperationalError | exc.InterfaceError) or _state(error) == _READ_ONLY


def translated(error: BaseException) -> BaseException:
    """The error as a caller should see it: StoreUnavailable where trying again may help, else as it was."""
    if not is_away(error):
        return error
    unavailable = StoreUnavailable()
    unavailable.__cause__ = error
    return unavailable


@contextmanager
def reaching() -> Iterator[None]:
    """Around what speaks to a database: raises StoreUnavailable where trying again may help."""
    try:
        yield
    except Exception as error:
        if is_away(error):
            raise StoreUnavailable from error
        raise
