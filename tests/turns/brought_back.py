"""A database that comes back as it was, while its key store stays; and the server that starts on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from bot.restored import set_aside
from bot.store.epoch import Epoch, next_epoch
from bot.store.tables import metadata, outbox
from tests.town import Person, Town

Rows = dict[str, list[dict[str, Any]]]


def backed_up(town: Town) -> Callable[[], None]:
    """Take a copy of every row; what comes back puts the database where it was, its counter too."""
    tables = metadata.sorted_tables
    saved = {table.name: [dict(row._mapping) for row in town.rows(table)] for table in tables}
    return lambda: town.store.write(partial(_put_back, saved))


def _put_back(saved: Rows, conn: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        conn.execute(table.delete())
    for table in metadata.sorted_tables:
        for row in saved[table.name]:
            conn.execute(table.insert().values(row))
    last = max((row["id"] for row in saved[outbox.name]), default=0)
    if conn.dialect.name == "postgresql":
        conn.execute(
            select(func.setval(func.pg_get_serial_sequence("outbox", "id"), last + 1, text("false")))
        )
    else:
        conn.execute(text("UPDATE sqlite_sequence SET seq = :last WHERE name = 'outbox'"), {"last": last})


async def hands_in(person: Person, text: str) -> None:
    """Type a message whose turn is taken, and nothing is sent yet."""
    with nothing_sent(person.town):
        await person.says(text)


@contextmanager
def nothing_sent(town: Town) -> Iterator[None]:
    """Turns are taken, and what they leave to send or play waits."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(town, "settle", nothing)
        yield


async def nothing() -> None:
    """In the place of `Town.settle`: what was written waits."""


@dataclass
class Restarts:
    """What a server does with the epochs of a town when it starts."""

    town: Town

    def start(self) -> Epoch:
        return next_epoch(self.town.store, self.town.keys, self._aside)

    def _aside(self, conn: Connection, own: int, new: int) -> None:
        set_aside(conn, own, new, now=self.town.clock.now())

    def back_up(self) -> Callable[[], Epoch]:
        """A copy of now, and an epoch begun after it; what comes back is restored and started on."""
        put_back = backed_up(self.town)
        self.start()

        def restore() -> Epoch:
            put_back()
            return self.start()

        return restore
