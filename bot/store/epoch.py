"""The epoch: a number that database and key store both keep, and by which a restored database is known.

It rises in the database first and then in the key store, which a restore leaves as it is. So a database that
lags behind its key store is an older state, however it came back; one that is ahead by one was killed between
the two; and one that is further ahead has got an older key store.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from bot.failpoints import hit
from bot.store.apply import apply
from bot.store.draft import Upsert
from bot.store.key_tables import epochs
from bot.store.keys import Keys
from bot.store.store import Store
from bot.store.tables import meta
from bot.store.upsert import insert_into

_NAME = "epoch"
_PATIENT = "SET LOCAL lock_timeout = '2min'; SET LOCAL statement_timeout = '5min'"
"""Setting the outbox of a large hospital aside may take longer than any other write."""
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('companion epoch'))"

SetAside = Callable[[Connection, int, int], None]
"""Given the epoch of a restored database and its new one: puts away what must not happen again."""


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """What was found, and what stands now."""

    own: int
    seen: int
    now: int

    @property
    def is_restored(self) -> bool:
        """Whether the database is older than what its key store has seen."""
        return self.own < self.seen

    @property
    def has_older_keys(self) -> bool:
        """Whether the key store is older than the database: it does not know who was forgotten since."""
        return self.own > self.seen + 1


def seen_epoch(keys: Keys) -> int:
    """The newest epoch that the key store has seen; 0 where it has seen none. Raises StoreUnavailable."""
    with keys.writing() as connection:
        return connection.scalar(select(epochs.c.number).where(epochs.c.name == _NAME)) or 0


def keep_seen(keys: Keys, number: int) -> None:
    """From now on the key store has seen at least this one. Raises StoreUnavailable."""
    with keys.writing() as connection:
        new = insert_into(connection, epochs).values(name=_NAME, number=number)
        newer = new.excluded.number > epochs.c.number
        change = {"number": new.excluded.number}
        connection.execute(new.on_conflict_do_update(index_elements=["name"], set_=change, where=newer))


def own_epoch(connection: Connection) -> int:
    """The database's own; 0 where it never had one."""
    return int(connection.scalar(select(meta.c.value).where(meta.c.name == _NAME)) or 0)


def next_epoch(store: Store, keys: Keys, set_aside: SetAside | None = None) -> Epoch:
    """Begin the next epoch. What a restored database would do again is put away in the same transaction.

    Without `set_aside` a restored database stays as it is, for its next server to find. Of several servers
    that start together the first does it, and the others wait for that. Raises StoreUnavailable.
    """
    found = store.write(lambda connection: _next(connection, keys, set_aside))
    hit("epoch.before-keys")
    keep_seen(keys, found.now)
    return found


def _next(connection: Connection, keys: Keys, set_aside: SetAside | None) -> Epoch:
    if connection.dialect.name == "postgresql":
        for statement in (*_PATIENT.split("; "), _ALONE):
            connection.execute(text(statement))
    own, newest = own_epoch(connection), seen_epoch(keys)
    found = Epoch(own=own, seen=newest, now=max(own, newest + 1))
    if found.is_restored:
        if set_aside is None:
            return Epoch(own=own, seen=newest, now=own)
        set_aside(connection, own, found.now)
    if found.now != own:
        apply(connection, Upsert(meta, {"name": _NAME, "value": str(found.now)}, ("name",)))
    return found


def outrun(keys: Keys, own: int) -> None:
    """Let a database of this epoch count as restored at its next start, whatever the key store had seen."""
    keep_seen(keys, max(own, seen_epoch(keys)) + 1)


def counted_on(connection: Connection, table: str, by: int) -> None:
    """Leave out the next `by` numbers of a table that counts up by itself (`id`): they may be in use."""
    if connection.dialect.name == "postgresql":
        counter = func.pg_get_serial_sequence(table, "id")
        connection.execute(select(func.setval(counter, func.nextval(counter) + by)))
        return
    given = {"name": table, "by": by}
    raised = text("UPDATE sqlite_sequence SET seq = seq + :by WHERE name = :name")
    if not connection.execute(raised, given).rowcount:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :by)"), given)


class EpochJob:
    """The job that begins an epoch each half hour of real time, so that no copy of a day is taken for new."""

    name, every = "epoch", 1800

    def __init__(self, begin: Callable[[], int], seconds: Callable[[], float] = time.monotonic) -> None:
        """One has just begun."""
        self._begin, self._seconds = begin, seconds
        self._last = seconds()

    def next_due(self) -> None:
        """Nothing of domain time."""

    def run(self, now: datetime) -> int:
        """Begin one where the last is old enough: a walk calls this at each step. Raises StoreUnavailable."""
        del now
        if self._seconds() - self._last > self.every / 2:
            self._begin()
            self._last = self._seconds()
        return 0
