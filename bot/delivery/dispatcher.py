"""The dispatcher: one pump for each platform, woken by turns and looking by itself now and then."""

import asyncio
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from adapters.port import Platform
from bot.clock import Clock
from bot.delivery.backoff import Between
from bot.delivery.check import Wanted
from bot.delivery.claim import next_due, release_all
from bot.delivery.desk import Desk
from bot.delivery.outcome import Told, untold
from bot.delivery.pump import Pump
from bot.delivery.row import Render
from bot.errors import StoreUnavailable
from bot.logs import get_log
from bot.nudges.wanted import wanted as still_wanted
from bot.store.store import Store

log = get_log("delivery")

LEASE = timedelta(seconds=60)
PARALLEL = 32
_BETWEEN: Between = random.SystemRandom().uniform


class Dispatcher:
    """Sends the outbox, at least once each, in order for each recipient and lane; `order` has the exceptions.

    `run` serves until `stop`; `drain` sends what is sendable now and returns. Both may be used at once, and
    any number of dispatchers on one PostgreSQL: a row is held by one, by a lease and a fence.

    `parallel`: how many sends of a platform are on their way at a time. Each waits for the database three
    times, so that few at a time would fall behind long before a core is full (docs/load.md).
    `look`: how often, in seconds, it looks unasked for what became due, what another replica wrote or what an
    operator put back. `grace`: how many seconds a stop waits for sends that have begun.
    """

    def __init__(  # noqa: PLR0913 - all but the first four have their usual value
        self,
        store: Store,
        clock: Clock,
        platforms: Mapping[str, Platform],
        render: Render,
        *,
        batch: int = 64,
        lease: timedelta = LEASE,
        parallel: int = PARALLEL,
        rate_per_minute: int = 0,
        grace: float = 20.0,
        look: float = 1.0,
        wanted: Wanted = still_wanted,
        between: Between = _BETWEEN,
        told: Told = untold,
    ) -> None:
        self._store, self._clock = store, clock
        self._grace, self._look = grace, look
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._asked_to_stop = asyncio.Event()
        desk = Desk(
            store=store,
            clock=clock,
            render=render,
            wanted=wanted,
            between=between,
            batch=batch,
            lease=lease,
            parallel=parallel,
            rate=rate_per_minute,
            told=told,
        )
        self._bells = {name: asyncio.Event() for name in platforms}
        self._pumps = {name: Pump(one, desk, self._bells[name].set) for name, one in platforms.items()}

    def wake(self) -> None:
        """Look at the outbox now. Safe from any thread; before `run` it does nothing."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring)

    async def run(self) -> None:
        """Send until `stop`. A database that is away is waited for."""
        self._loop = asyncio.get_running_loop()
        self._at_rest.clear()
        try:
            await self._start_anew()
            async with asyncio.TaskGroup() as group:
                for name in self._pumps:
                    group.create_task(self._serve(name), name=f"dispatcher {name}")
            if not self._pumps:  # a server without a platform is as ready as it can be
                await self._asked_to_stop.wait()
        finally:
            self._at_rest.set()

    async def drain(self) -> int:
        """Send all that is sendable now. Returns how many messages went out. Raises StoreUnavailable."""
        sent = await asyncio.gather(*(pump.drain() for pump in self._pumps.values()))
        return sum(sent)

    async def stop(self) -> None:
        """Take nothing more, give back what was not begun, and wait for what was, at most the grace."""
        self._stopping = True
        self._asked_to_stop.set()
        self._ring()
        await self._at_rest.wait()
        await asyncio.gather(*(self._stop(pump) for pump in self._pumps.values()))

    def next_due(self) -> datetime | None:
        """The earliest domain instant at which a waiting row becomes due, of those in the future."""
        now = self._clock.now()
        return self._store.read(lambda conn: next_due(conn, now))

    async def _serve(self, name: str) -> None:
        bell, pump = self._bells[name], self._pumps[name]
        while not self._stopping:
            bell.clear()
            try:
                taken = await pump.step()
            except StoreUnavailable:
                log.warning("delivery.store-away", kind=name)
                taken = 0
            except Exception as error:  # a dispatcher that died would say nothing more to anybody
                log.error("delivery.defect", kind=name, exc_info=error)
                taken = 0
            if not taken:
                await self._pause(bell)

    async def _pause(self, bell: asyncio.Event) -> None:
        try:
            await asyncio.wait_for(bell.wait(), self._look)
        except TimeoutError:
            return

    async def _start_anew(self) -> None:
        """On SQLite this process is alone, so every lease is a dead one's."""
        while self._store.dialect == "sqlite" and not self._stopping:
            free = partial(release_all, real=self._clock.real())
            try:
                await asyncio.wrap_future(self._store.submit(free))
            except StoreUnavailable:
                await asyncio.sleep(self._look)
            else:
                return

    async def _stop(self, pump: Pump) -> None:
        try:
            await pump.stop(self._grace)
        except StoreUnavailable:
            log.warning("delivery.store-away", kind=pump.platform.name)

    def _ring(self) -> None:
        for bell in self._bells.values():
            bell.set()
