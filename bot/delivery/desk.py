"""What the parts of a dispatcher work with."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection

from bot.clock import Clock
from bot.delivery.backoff import Between
from bot.delivery.check import Moment, Wanted
from bot.delivery.row import Render
from bot.store.store import Store

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that is handed in. `rate`: most messages a minute for a tenant, 0 for no limit."""

    store: Store
    clock: Clock
    render: Render
    wanted: Wanted
    between: Between
    batch: int
    lease: timedelta
    parallel: int
    rate: int

    async def write(self, job: Callable[[Connection], T]) -> T:
        """Run a transaction without holding the loop."""
        return await asyncio.wrap_future(self.store.submit(job))

    @property
    def patience(self) -> float:
        """Seconds for one call to the platform; sending and looking it up fit into a lease."""
        return self.lease.total_seconds() / 3

    def moment(self) -> Moment:
        return Moment(now=self.clock.now(), real=self.clock.real(), lease=self.lease)
