"""What is said to the driver itself, with text and values that are ready: its errors are SQLAlchemy's.

SQLAlchemy describes every result's columns, which costs more than the statement (`make bench`).
"""

from typing import Any

from sqlalchemy import Connection, exc

_ENDED = frozenset({"57P01", "57P02"})
"""admin_shutdown, crash_shutdown (PostgreSQL's documentation, appendix A): told before the line is closed."""


def said(connection: Connection, text: str, params: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a driver's cursor
    """Say it in the transaction of this connection, which begins here where it has not.

    Raises what SQLAlchemy would raise, without the values.
    """
    if not connection.in_transaction():
        connection.begin()  # so all that one job reads is one view
    driver: Any = connection.connection.dbapi_connection
    try:
        return driver.execute(text, params)
    except Exception as error:
        raise as_core(connection, error) from error


def as_core(connection: Connection, error: Exception) -> Exception:
    """What the driver raised, as SQLAlchemy would have: a connection that was lost is invalid from now on."""
    dialect = connection.dialect
    kind: Any = dialect.loaded_dbapi.Error
    if not isinstance(error, kind):
        return error
    driver = connection.connection.driver_connection
    lost = getattr(error, "sqlstate", None) in _ENDED or dialect.is_disconnect(error, driver, None)
    found: Exception = exc.DBAPIError.instance(
        "", None, error, kind, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    if lost:
        connection.invalidate(error)
    return found
