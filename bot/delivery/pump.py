"""Takes the rows of one platform from the outbox and sends them, a bounded number at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from adapters.port import Account, Lane, Operation, Platform, Receipt
from bot.clock import Clock
from bot.delivery.backoff import Between
from bot.delivery.check import Moment, Wanted, begin
from bot.delivery.claim import Taken, Wish, claim
from bot.delivery.outcome import (
    Again,
    Dead,
    Outcome,
    Released,
    Sent,
    Skipped,
    Unsettled,
    failed,
    looked_up,
)
from bot.delivery.row import Render, Row
from bot.delivery.settle import settle
from bot.errors import KeyForgotten, StoreUnavailable
from bot.failpoints import hit
from bot.logs import get_log
from bot.store.store import Store

T = TypeVar("T")

log = get_log("delivery")

_SLACK = timedelta(minutes=1)  # how far the platform's clock may be behind ours


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every pump works with. `rate`: most messages a minute for a tenant, 0 for no limit."""

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


@dataclass
class Pump:
    """One platform's rows: claimed ones in hand, and those on their way.

    One message is on its way to an account at a time, and a safety card overtakes it. `landed` is called when
    one arrived or failed, so that whoever drives the pump looks again.
    """

    platform: Platform
    desk: Desk
    landed: Callable[[], None] = lambda: None
    sent: int = 0
    _closing: bool = False
    _hand: list[Taken] = field(default_factory=list)
    _flying: dict[asyncio.Task[None], Account] = field(default_factory=dict)
    _unwritten: list[tuple[Row, Outcome]] = field(default_factory=list)

    async def step(self) -> int:
        """Write down what could not be written, take what may go, and start sending.

        Returns how many rows were taken. Raises StoreUnavailable.
        """
        await self._catch_up()
        taken = await self._take()
        self._start()
        return len(taken)

    async def drain(self) -> int:
        """Send until nothing is sendable now. Returns how many messages went out meanwhile."""
        before = self.sent
        while self._is_full or await self.step() or self._hand or self._flying:
            await self._wait_for_one()
        return self.sent - before

    async def stop(self, grace: float) -> None:
        """Give back what is in hand, and wait for what is on its way, at most `grace` seconds."""
        self._closing = True
        hand, self._hand = self._hand, []
        for taken in hand:
            if taken.since is None:
                await self._settle(taken.row, Released())
        if self._flying:
            await asyncio.wait(self._flying, timeout=grace)
        for task in list(self._flying):
            task.cancel()
        await asyncio.gather(*self._flying, return_exceptions=True)

    # ------------------------------------------------------------------------------- taking

    @property
    def _is_full(self) -> bool:
        return len(self._hand) >= self.desk.parallel

    async def _take(self) -> list[Taken]:
        if self._closing:
            return []
        room, worst = self.desk.batch - len(self._hand), Lane.COSMETIC
        if room < self.desk.parallel:
            # A full hand still has room for safety cards.
            room, worst = self.desk.parallel, Lane.SAFETY
        moment = self.desk.moment()
        wish = Wish(
            platform=self.platform.name,
            now=moment.now,
            real=moment.real,
            lease=moment.lease,
            limit=room,
            rate=self.desk.rate,
            worst=worst,
        )
        taken = await self.desk.write(partial(claim, wish=wish))
        if taken:
            hit("dispatch.claimed")
        self._hand = sorted(self._hand + taken, key=lambda one: (one.row.lane, one.row.id))
        return taken

    def _start(self) -> None:
        while (taken := self._next()) is not None:
            self._hand.remove(taken)
            task = asyncio.create_task(self._handle(taken))
            self._flying[task] = taken.row.account
            task.add_done_callback(self._has_landed)

    def _next(self) -> Taken | None:
        busy = set(self._flying.values())
        for taken in self._hand:
            safety = taken.row.lane is Lane.SAFETY
            # Safety cards have as many slots of their own.
            slots = self.desk.parallel * (2 if safety else 1)
            if len(self._flying) < slots and (safety or taken.row.account not in busy):
                return taken
        return None

    def _has_landed(self, task: asyncio.Task[None]) -> None:
        del self._flying[task]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("delivery.defect", error=type(error).__name__)
        self._start()
        if not self._is_full:
            self.landed()

    async def _catch_up(self) -> None:
        """Write down what came of sends while the database was away, before anything is taken again."""
        while self._unwritten:
            row, outcome = self._unwritten.pop(0)
            try:
                await self._settle(row, outcome)
            except StoreUnavailable:
                self._unwritten.insert(0, (row, outcome))
                raise

    async def _wait_for_one(self) -> None:
        if self._flying:
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)

    # ------------------------------------------------------------------------------ sending

    async def _handle(self, taken: Taken) -> None:
        try:
            outcome = await self._outcome(taken)
        except StoreUnavailable:
            return  # nothing was sent: the lease ends and the row is taken again
        if outcome is None:
            return
        try:
            await self._settle(taken.row, outcome)
        except StoreUnavailable:
            self._unwritten.append((taken.row, outcome))

    async def _outcome(self, taken: Taken) -> Outcome | None:
        operation = await self._rendered(taken.row)
        if not isinstance(operation, Operation):
            return operation
        if taken.since is not None:
            return await self._look_up(taken.row, operation, taken.since, settled=True)
        moment = self.desk.moment()
        if not await self.desk.write(lambda conn: begin(conn, taken.row, moment, self.desk.wanted)):
            return None
        hit("dispatch.before-send")
        return await self._deliver(taken.row, operation)

    async def _rendered(self, row: Row) -> Operation | Outcome:
        try:
            operation = await asyncio.to_thread(self.desk.render, row)
        except StoreUnavailable:
            raise
        except KeyForgotten:
            return Skipped(reason="forgotten")
        except Exception as error:  # noqa: BLE001 - a defect becomes a dead letter, and the others go on
            return Dead(reason=f"defect {type(error).__name__}"[:80])
        return operation or Skipped(reason="nothing left")

    async def _deliver(self, row: Row, operation: Operation) -> Outcome:
        since = self.desk.clock.real() - _SLACK
        try:
            async with asyncio.timeout(self.desk.patience):
                receipt = await self.platform.deliver(operation)
        except Exception as error:  # noqa: BLE001 - what the port does not name leaves the outcome unknown
            moment = self.desk.moment()
            outcome = failed(row, error, now=moment.now, real=moment.real, between=self.desk.between)
            if isinstance(outcome, Unsettled):
                log.warning("delivery.unknown", row=row.id, lane=row.lane.name, error=type(error).__name__)
                return await self._look_up(row, operation, since, settled=False)
            return outcome
        hit("dispatch.after-send")
        return Sent(receipt=receipt)

    async def _look_up(self, row: Row, operation: Operation, since: datetime, *, settled: bool) -> Outcome:
        """Ask the platform for a message of unknown outcome; what is not there at once may still settle."""
        found: Receipt | Exception | None
        try:
            async with asyncio.timeout(self.desk.patience):
                found = await self.platform.find(operation, since)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, nobody could tell
            found = error
        real, between = self.desk.clock.real(), self.desk.between
        if found is None and not settled:
            return failed(row, TimeoutError(), now=self.desk.clock.now(), real=real, between=between)
        return looked_up(row, found, real=real, between=between)

    async def _settle(self, row: Row, outcome: Outcome) -> None:
        now, real = self.desk.clock.now(), self.desk.clock.real()
        kept = await self.desk.write(lambda conn: settle(conn, row, outcome, now=now, real=real))
        if not kept:
            return
        hit("dispatch.finished")
        self.sent += isinstance(outcome, Sent)
        if isinstance(outcome, Dead):
            log.error("delivery.dead", row=row.id, lane=row.lane.name, code=outcome.reason)
        elif isinstance(outcome, Again):
            log.info("delivery.again", row=row.id, lane=row.lane.name, code=outcome.reason)
