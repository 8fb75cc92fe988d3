"""Sends rows that were taken, and writes down what came of each."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from adapters.port import Operation, Platform, Receipt
from bot.delivery.check import Moment, begin, newest
from bot.delivery.claim import Taken
from bot.delivery.desk import Desk
from bot.delivery.outcome import (
    SETTLES_IN,
    Again,
    Dead,
    Outcome,
    Released,
    Sent,
    Skipped,
    Unsettled,
    by_agreed_time,
    defect,
    failed,
    looked_up,
)
from bot.delivery.row import Row
from bot.delivery.settle import settle_all
from bot.delivery.together import Together
from bot.errors import KeyForgotten, StoreUnavailable
from bot.failpoints import hit
from bot.logs import get_log

log = get_log("delivery")

_PLATFORM_BEHIND = timedelta(minutes=1)  # how far the platform's clock may be behind ours


@dataclass(frozen=True)
class _Begun:
    """A message that is to go out now.

    `at`: when it was marked, by the clock that all agree on. `newest`: the last row of the outbox then.
    """

    operation: Operation
    at: datetime
    newest: int


@dataclass
class Sender:
    """One platform's way out. `sent` counts what arrived, or was left alone in doubt."""

    platform: Platform
    desk: Desk
    sent: int = 0
    _unwritten: list[tuple[Row, Outcome]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._begun = Together(self._begin)
        self._recorded = Together(self._record)

    async def handle(self, taken: Taken) -> None:
        """Send one row that was taken, and write down what came of it."""
        try:
            outcome = await self._outcome(taken)
        except StoreUnavailable:
            self._unwritten.append((taken.row, self._not_tried(taken)))
            return
        if outcome is not None:
            with suppress(StoreUnavailable):
                await self._write_down(taken.row, outcome)

    async def catch_up(self) -> bool:
        """Write down what came of sends while the database was away, before anything is taken again.

        Says whether rows were given back untried: what kept them may still be away, and to take them at once
        would go round without rest. Raises StoreUnavailable.
        """
        again, self._unwritten = self._unwritten, []
        await asyncio.gather(*(self._write_down(row, outcome) for row, outcome in again))
        return any(isinstance(outcome, Released | Unsettled) for _, outcome in again)

    async def give_back(self, rows: Iterable[Row]) -> None:
        """Leave rows to others, as if nobody had taken them.

        Raises StoreUnavailable; `catch_up` gives them back then.
        """
        await asyncio.gather(*(self._write_down(row, Released()) for row in rows))

    async def _write_down(self, row: Row, outcome: Outcome) -> None:
        try:
            await self.settle(row, outcome)
        except (StoreUnavailable, asyncio.CancelledError):
            self._unwritten.append((row, outcome))
            raise

    def _not_tried(self, taken: Taken) -> Outcome:
        """The database was away before anything was sent. What may have arrived before is looked up again."""
        return Released() if taken.since is None else Unsettled(at=self.desk.clock.real())

    async def _outcome(self, taken: Taken) -> Outcome | None:
        if taken.since is not None:
            drawn = await asyncio.to_thread(self._drawn, taken.row)
            if not isinstance(drawn, Operation):
                return drawn
            return await self._look_up(taken.row, drawn, taken.since, settled=True)
        begun = await self._begun(taken.row)
        if not isinstance(begun, _Begun):
            return begun
        hit("dispatch.before-send")
        return await self._deliver(taken.row, begun)

    async def _begin(self, rows: Sequence[Row]) -> list[_Begun | Outcome | None]:
        """Draw the messages, then mark them as being sent. None: it is not this worker's to send now."""
        drawn = await asyncio.to_thread(lambda: [self._drawn(row) for row in rows])
        ready = [row for row, one in zip(rows, drawn, strict=True) if isinstance(one, Operation)]
        if not ready:
            return [one for one in drawn if not isinstance(one, Operation)]
        begun, at, last, stopped = await self.desk.write(partial(self._mark, ready))
        for row, outcome in stopped:
            self.desk.told(row, outcome)
        return [
            one if not isinstance(one, Operation) else _Begun(one, at, last) if row.id in begun else None
            for row, one in zip(rows, drawn, strict=True)
        ]

    def _mark(
        self, rows: Sequence[Row], conn: Connection, moment: Moment
    ) -> tuple[frozenset[int], datetime, int, list[tuple[Row, Outcome]]]:
        stopped = list[tuple[Row, Outcome]]()
        begun = begin(conn, rows, moment, self.desk.wanted, lambda *one: stopped.append(one))
        return begun, moment.real, newest(conn), stopped

    def _drawn(self, row: Row) -> Operation | Outcome:
        try:
            operation = self.desk.render(row)
        except StoreUnavailable:
            raise
        except KeyForgotten:
            return Skipped(reason="forgotten")
        except Exception as error:  # a defect becomes a dead letter, and the others go on
            log.error("delivery.defect", kind=row.platform, exc_info=error)
            return defect(error)
        return operation or Skipped(reason="nothing left")

    async def _deliver(self, row: Row, begun: _Begun) -> Outcome:
        operation, clock = begun.operation, self.desk.clock
        try:
            async with asyncio.timeout(self.desk.patience):
                receipt = await self.platform.deliver(operation)
        except Exception as error:  # noqa: BLE001 - what the port does not name leaves the outcome unknown
            now, real = clock.now(), clock.real()
            outcome = failed(row, error, newest=begun.newest, now=now, real=real, between=self.desk.between)
            if isinstance(outcome, Unsettled):
                log.warning("delivery.unknown", row=row.id, error=type(error).__name__)
                return await self._look_up(row, operation, begun.at - _PLATFORM_BEHIND, settled=False)
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
            return Unsettled(at=real + SETTLES_IN)
        return looked_up(row, found, real=real, between=between)

    async def _record(self, done: Sequence[tuple[Row, Outcome]]) -> list[bool]:
        def record(conn: Connection, moment: Moment) -> list[bool]:
            agreed = [(row, by_agreed_time(outcome, moment.ahead)) for row, outcome in done]
            return settle_all(conn, agreed, now=moment.now, real=moment.real)

        return await self.desk.write(record)

    async def settle(self, row: Row, outcome: Outcome) -> None:
        """Write down what came of it, if the row is still this worker's. Raises StoreUnavailable."""
        if not await self._recorded((row, outcome)):
            return
        hit("dispatch.finished")
        self.desk.told(row, outcome)
        self.sent += isinstance(outcome, Sent)
        if isinstance(outcome, Dead):
            log.error("delivery.dead", row=row.id, code=_code(outcome.reason))
        elif isinstance(outcome, Again):
            log.info("delivery.again", row=row.id, code=_code(outcome.reason))


def _code(reason: str) -> str:
    """As logs let it pass."""
    return reason.replace(" ", "-")
