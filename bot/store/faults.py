"""What the databases' own errors mean to a caller."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc

from bot.errors import StoreUnavailable

# SQLITE_BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
_SQLITE_AWAY = frozenset({5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26})
_RACES = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
_POSTGRES_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)


def is_race(error: BaseException) -> bool:
    """Whether PostgreSQL chose this transaction to give way to another."""
    return isinstance(error, exc.DBAPIError) and isinstance(error.orig, _RACES)


def is_away(error: BaseException) -> bool:
    """Whether the database is gone, full, locked or not writable, rather than asked something wrong."""
    if isinstance(error, exc.TimeoutError):
        return True
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_AWAY
    return isinstance(cause, _POSTGRES_AWAY) and not isinstance(cause, _RACES)


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
