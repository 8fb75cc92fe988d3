"""What the databases' own errors mean to a caller."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from bot.errors import StoreBroken, StoreUnavailable
from bot.store.refusals import refusal

# SQLITE_BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
_SQLITE_AWAY = frozenset({5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26})
_SQLITE_BROKEN = frozenset({11, 26})
_RACES = frozenset({"40P01", "40001"})  # deadlock_detected, serialization_failure


def _state(error: exc.DBAPIError) -> str:
    """PostgreSQL's code for it (its documentation, appendix A); "" where it gave none."""
    return getattr(error.orig, "sqlstate", None) or ""


def is_race(error: BaseException) -> bool:
    """Whether PostgreSQL chose this transaction to give way to another."""
    return isinstance(error, exc.DBAPIError) and _state(error) in _RACES


def _code(error: BaseException) -> int:
    """SQLite's primary result code; 0 where it gave none."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    found: int = getattr(cause, "sqlite_errorcode", 0)
    return found & 0xFF


def _is_away(error: BaseException) -> bool:
    """Whether the database is gone, full, locked or not writable, rather than asked something wrong.

    PostgreSQL's errors are seen as SQLAlchemy's: what is said to its driver raises those (`driven.as_core`).
    """
    if isinstance(error, exc.TimeoutError):
        return True
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _code(error) in _SQLITE_AWAY
    if not isinstance(error, exc.DBAPIError) or is_race(error):
        return False
    return isinstance(error, exc.OperationalError | exc.InterfaceError)


def translated(error: BaseException) -> BaseException:
    """The error as a caller should see it: StoreUnavailable where trying again may help, else as it was.

    Of an SQLite file that is broken it is StoreBroken. Of PostgreSQL it is StoreRefused where something has
    to be set otherwise: a server goes on once it is.
    """
    unavailable = refusal(error) if isinstance(error, exc.DBAPIError) else None
    if unavailable is None:
        if not _is_away(error):
            return error
        unavailable = StoreBroken() if _code(error) in _SQLITE_BROKEN else StoreUnavailable()
    unavailable.__cause__ = error
    return unavailable


@contextmanager
def reaching() -> Iterator[None]:
    """Around what speaks to a database: raises StoreUnavailable where trying again may help."""
    try:
        yield
    except Exception as error:
        found = translated(error)
        if found is error:
            raise
        raise found from error
