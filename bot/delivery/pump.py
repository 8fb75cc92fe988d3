"""Takes the rows of one platform from the outbox and sends them, a bounded number at a time."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import Connection

from adapters.port import Account, Lane, Platform
from bot.delivery.check import Moment
from bot.delivery.claim import Taken, Wish, claim
from bot.delivery.desk import Desk
from bot.delivery.row import Row
from bot.delivery.sender import Sender
from bot.errors import StoreUnavailable
from bot.failpoints import hit
from bot.logs import get_log

log = get_log("delivery")


@dataclass
class Pump:
    """One platform's rows: claimed ones in hand, and those on their way.

    One message is on its way to an account at a time; a safety card overtakes it, and none waits for a card
    that is tried again. `landed` is called when one arrived or failed, so that whoever drives the pump looks
    again.
    """

    platform: Platform
    desk: Desk
    landed: Callable[[], None] = lambda: None
    _closing: bool = False
    _hand: list[Taken] = field(default_factory=list)
    _flying: dict[asyncio.Task[None], Row] = field(default_factory=dict)
    _taking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._sender = Sender(self.platform, self.desk)

    async def step(self) -> int:
        """Write down what could not be written, take what may go, and start sending.

        Returns how many rows were taken. Raises StoreUnavailable.
        """
        if await self._sender.catch_up():
            return 0
        # A walk that drains beside `run` goes on only once what that took is on its way.
        async with self._taking:
            taken = await self._take()
            self._start()
        return len(taken)

    async def drain(self) -> int:
        """Send until nothing is sendable now. Returns how many messages went out meanwhile."""
        before = self._sender.sent
        while self._is_full or await self.step() or self._hand or self._flying:
            await self._wait_for_one()
        return self._sender.sent - before

    async def stop(self, grace: float) -> None:
        """Give back what is in hand, and wait for what is on its way, at most `grace` seconds.

        Raises StoreUnavailable where that cannot be written down at the end either.
        """
        self._closing = True
        hand, self._hand = self._hand, []
        with suppress(StoreUnavailable):
            await self._sender.give_back(taken.row for taken in hand if taken.since is None)
        if self._flying:
            await asyncio.wait(self._flying, timeout=grace)
        for task in list(self._flying):
            task.cancel()
        await asyncio.gather(*self._flying, return_exceptions=True)
        await self._sender.catch_up()

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
        flying = frozenset(row.id for row in self._flying.values())

        def take(conn: Connection, moment: Moment) -> list[Taken]:
            wish = Wish(
                platform=self.platform.name,
                now=moment.now,
                real=moment.real,
                lease=moment.lease,
                limit=room,
                rate=self.desk.rate,
                worst=worst,
                flying=flying,
            )
            return claim(conn, wish)

        taken = await self.desk.write(take)
        if taken:
            hit("dispatch.claimed")
        self._hand = sorted(self._hand + taken, key=lambda one: (one.row.lane, one.row.id))
        return taken

    def _start(self) -> None:
        busy = {row.account for row in self._flying.values() if not row.is_card_again}
        while (taken := self._next(busy)) is not None:
            self._hand.remove(taken)
            task = asyncio.create_task(self._sender.handle(taken))
            self._flying[task] = taken.row
            if not taken.row.is_card_again:
                busy.add(taken.row.account)
            task.add_done_callback(self._has_landed)

    def _next(self, busy: Collection[Account]) -> Taken | None:
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
            log.error("delivery.defect", kind=self.platform.name, exc_info=error)
        self._start()
        if not self._is_full:
            self.landed()

    async def _wait_for_one(self) -> None:
        if self._flying:
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
