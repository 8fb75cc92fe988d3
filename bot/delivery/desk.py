"""What the parts of a dispatcher work with."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from bot.clock import Clock
from bot.delivery.backoff import Between
from bot.delivery.check import Moment, Wanted
from bot.delivery.outcome import Told, untold
from bot.delivery.row import Render
from bot.store.store import Store

T = TypeVar("T")


def agreed(conn: Connection, clock: Clock) -> datetime:
    """The real time by which all who share the outbox go.

    On PostgreSQL its own, since servers' clocks differ and jump. SQLite has one server: that one's.
    """
    if conn.dialect.name == "sqlite" or clock.by_hand:
        return clock.real()
    told: datetime = conn.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return told.astimezone(UTC)


def agreed_now(store: Store, clock: Clock) -> datetime:
    """Domain time by that clock: what is due is due for all at once. Raises StoreUnavailable."""
    return store.read(lambda conn: agreed(conn, clock)) + clock.ahead


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that is handed in.

    `rate`: what a platform lets one tenant send in a minute, 0 for no limit; only nudges are held to it.
    """

    store: Store
    clock: Clock
    render: Render
    wanted: Wanted
    between: Between
    batch: int
    lease: timedelta
    parallel: int
    rate: int
    told: Told = untold

    async def write(self, job: Callable[[Connection, Moment], T]) -> T:
        """Run a transaction without holding the loop, at a moment by the clock that all agree on."""
        return await asyncio.wrap_future(self.store.submit(lambda conn: job(conn, self._moment(conn))))

    @property
    def patience(self) -> float:
        """Seconds for one call to the platform; sending and looking it up fit into a lease."""
        return self.lease.total_seconds() / 3

    def _moment(self, conn: Connection) -> Moment:
        own, real = self.clock.real(), agreed(conn, self.clock)
        return Moment(now=real + self.clock.ahead, real=real, lease=self.lease, ahead=real - own)
