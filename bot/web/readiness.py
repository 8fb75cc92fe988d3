"""Whether this process can do its work now: names and booleans, nothing else."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from bot.backlog import waited
from bot.clock import Clock
from bot.errors import CompanionError
from bot.logs import get_log
from bot.store.apply import apply
from bot.store.draft import Upsert
from bot.store.keys import Keys
from bot.store.store import Store
from bot.store.tables import meta

_log = get_log("bot.web.readiness")
OLDEST_DUE = timedelta(minutes=15)  # the longest pause between two tries of one row
LATE = 120.0
"""Seconds after which a sweep that should have run counts as stopped."""
CHECK_SECONDS = 2.0  # probes of orchestrators give up after a few seconds
KEPT_SECONDS = 1.0  # a crowd of probes writes once

Check = Callable[[], bool]
"""One part: True if it is ready. Synchronous, called in a worker thread; an error counts as False."""


class Readiness:
    """Asks every part, at most once a second."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = dict(checks)
        self._found: dict[str, bool] = {}
        self._asking: asyncio.Task[dict[str, bool]] | None = None
        self._asked_at = float("-inf")

    async def parts(self) -> dict[str, bool]:
        """Each part by name. A part that does not answer in time is not ready, nor are those after it."""
        if self._asking is None or (self._asking.done() and monotonic() - self._asked_at > KEPT_SECONDS):
            self._asked_at = monotonic()
            self._asking = asyncio.create_task(asyncio.to_thread(self._ask))
        try:
            return await asyncio.wait_for(asyncio.shield(self._asking), CHECK_SECONDS)
        except TimeoutError:
            return dict.fromkeys(self._checks, False) | self._found

    def _ask(self) -> dict[str, bool]:
        self._found = found = dict[str, bool]()
        for name, check in self._checks.items():
            found[name] = _is_good(check, name)
        return found


@dataclass
class Ticks:
    """Remembers when the sweep last ran; real time, since a stopped loop stops domain time for nobody."""

    most_seconds: float
    _at: float = field(default_factory=monotonic)

    def ticked(self) -> None:
        """The sweep has just run."""
        self._at = monotonic()

    def alive(self) -> bool:
        """Whether that is not too long ago."""
        return monotonic() - self._at <= self.most_seconds


class SweepMark:
    """Keeps in the database when a sweep last ran, on whichever server: one row of `meta`, real time (ms).

    Not more often than every few seconds: a walk runs the sweep again and again.
    """

    name = "swept"

    def __init__(self, store: Store, clock: Clock, every: float) -> None:
        self._store, self._clock, self._every = store, clock, every
        self._at = float("-inf")

    def ran(self) -> None:
        """The sweep has just run. Raises StoreUnavailable."""
        if monotonic() - self._at < self._every:
            return
        row = {"name": self.name, "value": str(int(self._clock.real().timestamp() * 1000))}
        self._store.write(lambda connection: apply(connection, Upsert(meta, row, ("name",))))
        self._at = monotonic()


def last_swept(connection: Connection) -> datetime | None:
    """When a sweep last ran, by the clock of the server that ran it; None where none ever did."""
    kept = connection.scalar(select(meta.c.value).where(meta.c.name == SweepMark.name))
    return datetime.fromtimestamp(int(kept) / 1000, UTC) if kept else None


def database_writable(store: Store, clock: Clock) -> Check:
    """Writes one row of `meta`."""

    def check() -> bool:
        row = {"name": "probe", "value": clock.real().isoformat()}
        store.write(lambda connection: apply(connection, Upsert(meta, row, ("name",))))
        return True

    return check


def keys_can_be_made(keys: Keys) -> Check:
    """Takes the key store's lock for writing, and reads which master wraps a new key."""
    return lambda: keys.wrapping_version() in keys.versions


def outbox_moves(store: Store, clock: Clock) -> Check:
    """Whether nothing that could be sent has waited longer than `OLDEST_DUE`."""

    def oldest_is_young(connection: Connection) -> bool:
        return waited(connection, now=clock.now(), real=clock.real()) <= OLDEST_DUE

    return lambda: store.read(oldest_is_young)


def _is_good(check: Check, name: str) -> bool:
    try:
        return check()
    except (CompanionError, SQLAlchemyError, OSError):
        _log.warning("readiness.failed", code=name, exc_info=True)
        return False
