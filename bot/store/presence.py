"""Which servers live and which master keys each holds: a rotation waits for the last of them."""

import asyncio
import secrets
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import ClauseElement, Connection, Select, inspect, select

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.store.apply import apply
from bot.store.draft import Upsert
from bot.store.store import Store
from bot.store.tables import meta

GONE = timedelta(minutes=2)
"""A server that has not been heard of for so long (real time) was killed."""
STOP = "Stop every server. One that was killed is forgotten after two minutes."
_BEAT_SECONDS = 30.0
_ROWS = meta.c.name.startswith("server/")
NOBODY = meta.delete().where(_ROWS)
"""In a copy no server is here, whoever was when it was made."""


class Presence:
    """One server, as a row of `meta`: when it was last here (ms, real time), and the masters that it holds.

    `held`: as `Masters.held` names them.
    """

    def __init__(self, store: Store, held: Collection[str], clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._held = ",".join(sorted(held))
        self._name = f"server/{secrets.token_hex(8)}"
        self._own = meta.c.name == self._name
        self._door, self._has_left = threading.Lock(), False

    async def stay(self) -> None:
        """Be known until cancelled. A database that is away is asked again at the next beat."""
        while True:
            with suppress(StoreUnavailable):
                await asyncio.to_thread(self.beat)
            await asyncio.sleep(_BEAT_SECONDS)

    def beat(self) -> None:
        """Be known from now on, and clear away who was killed; nothing once it left. Raises StoreUnavailable.

        A beat whose task was cancelled goes on in its thread, and may come last.
        """
        with self._door:
            if not self._has_left:
                self._store.write(self._beat)

    def leave(self) -> None:
        """No longer be known; where the database is away, that happens by itself later."""
        with self._door, suppress(StoreUnavailable):
            self._has_left = True
            self._store.write(lambda conn: conn.execute(meta.delete().where(self._own)).rowcount)

    def _beat(self, conn: Connection) -> None:
        now = self._clock.real()
        value = f"{_ms(now)} {self._held}"
        conn.execute(meta.delete().where(_ROWS, meta.c.value < _ms(now - GONE)))
        apply(conn, Upsert(meta, {"name": self._name, "value": value}, ("name",)))


def unless_lacking(store: Store, master: str, now: datetime, act: Callable[[], None]) -> int:
    """Act where every server that lives holds that master; returns how many do not.

    `master`: as `Masters.held` names it. `now`: real time. No server comes to be known between the look and
    the act, and one that comes after it looks at the key store once more.
    """

    def job(conn: Connection) -> int:
        hold_up(conn)
        behind = sum(master not in held for held in masters_of_living(conn, now))
        if not behind:
            act()
        return behind

    return store.write(job)


def servers_that_live(store: Store, now: datetime) -> int:
    """How many servers live; none on a database without tables. `now`: real time."""
    return store.read(
        lambda conn: len(masters_of_living(conn, now)) if inspect(conn).has_table(meta.name) else 0
    )


def masters_of_living(conn: Connection, now: datetime) -> list[list[str]]:
    """The masters that each server holds which was heard of lately."""
    return [value.partition(" ")[2].split(",") for value in conn.scalars(living(now))]


def living(now: datetime) -> Select[str]:
    """The rows of the servers that were heard of lately. `now`: real time."""
    return select(meta.c.value).where(_ROWS, meta.c.value >= _ms(now - GONE))


def in_words(statement: ClauseElement) -> str:
    """A statement on these rows as every database of ours reads it, with its values."""
    return str(statement.compile(compile_kwargs={"literal_binds": True}))


def hold_up(conn: Connection) -> None:
    """Let no server say that it is here before this transaction ends. SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("LOCK TABLE meta IN SHARE ROW EXCLUSIVE MODE")


def heard(conn: Connection) -> tuple[datetime, ...]:
    """When each server was last heard of (real time); one that was killed until another one beats."""
    values = conn.scalars(select(meta.c.value).where(_ROWS))
    return tuple(datetime.fromtimestamp(int(value.partition(" ")[0]) / 1000, UTC) for value in values)


def _ms(at: datetime) -> str:
    """As text that sorts like the instant."""
    return f"{int(at.timestamp() * 1000):015d}"
