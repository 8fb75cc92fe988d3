"""How often PostgreSQL is asked meanwhile: what libpq's own trace says of every connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine

Counted = list[int]
"""One number once the block has ended."""


@contextmanager
def trips(folder: Path) -> Iterator[Counted]:
    """Round trips to the server, of all connections taken from a pool in the block."""
    counted: Counted = []
    trace = folder / "trace"
    with trace.open("wb") as written:

        def follow(connection: psycopg.Connection[Any], *_: object) -> None:
            connection.pgconn.trace(written.fileno())

        def leave(connection: psycopg.Connection[Any], *_: object) -> None:
            connection.pgconn.untrace()

        event.listen(Engine, "checkout", follow)
        event.listen(Engine, "checkin", leave)
        try:
            yield counted
        finally:
            event.remove(Engine, "checkout", follow)
            event.remove(Engine, "checkin", leave)
    counted.append(trace.read_bytes().count(b"\tReadyForQuery"))
