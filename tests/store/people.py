"""A small program to write into."""

import threading
import time
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Executable, Table, select

from bot.store.draft import Claim, Draft, Guard, Insert, Write
from bot.store.sqlite import SqliteStore
from bot.store.store import Store
from bot.store.tables import events, persons, programs

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LONG = 60.0
"""Seconds for what another thread does at once, on the busiest machine."""


def program(program_id: str = "demo") -> Insert:
    return Insert(programs, {"program_id": program_id, "name": "Demo", "opened_at": NOW})


def person(person_id: str, program_id: str = "demo") -> Insert:
    row = {"id": person_id, "program_id": program_id, "state": "active", "name": person_id, "zone": "UTC"}
    return Insert(persons, row)


def put(store: Store, *writes: Write) -> None:
    """Write everything, in order."""
    store.play(lambda _: Draft(None, writes)).result()


def settle(store: Store, *names: str) -> None:
    """A program and its people."""
    put(store, program(), *(person(name) for name in names))


def rows(store: Store, table: Table, **where: object) -> list[dict[str, Any]]:
    """The rows of a table, as dictionaries; in the order they were written, where they are numbered."""
    query = select(table).where(*(table.c[name] == value for name, value in where.items()))
    query = query.order_by(table.autoincrement_column)

    def look(connection: Connection) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(query).mappings()]

    return store.read(look)


def version(store: Store, person_id: str) -> int:
    number: int = rows(store, persons, id=person_id)[0]["version"]
    return number


def claim(event_id: str = "e1") -> Claim:
    return Claim("web", "demo", event_id, {"at": NOW, "reply": "nothing"})


def guard(person_id: str = "ana", number: int = 0) -> Guard:
    return Guard(person_id, number)


def claimed(connection: Connection, event_id: str) -> bool:
    found = select(events.c.event_id).where(events.c.event_id == event_id)
    return connection.scalar(found) is not None


def holding(store: Store, write: Executable) -> Future[None]:
    """A write that has its rows now and keeps them until another waits for it."""
    begun = threading.Event()

    def job(connection: Connection) -> None:
        connection.execute(write)
        begun.set()
        end = time.monotonic() + LONG
        while not _another_waits(store, connection) and time.monotonic() < end:
            time.sleep(0.005)

    future = store.submit(job)
    assert begun.wait(LONG)
    return future


def _another_waits(store: Store, connection: Connection) -> bool:
    if isinstance(store, SqliteStore):
        return not store._queue.empty()
    return connection.exec_driver_sql("SELECT 1 FROM pg_locks WHERE NOT granted").first() is not None
