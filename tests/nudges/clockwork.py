"""A companion in small: sweep, idle, retention and dispatcher on one clock, and a chat that remembers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from adapters.port import Card, Operation, OperationKind, Receipt
from bot.clock import Clock
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.row import Row
from bot.nudges.idle import Idle
from bot.nudges.jobs import Job
from bot.nudges.retention import Retention
from bot.nudges.sweep import Sweep
from bot.nudges.walk import walk
from bot.store.keys import Keys
from bot.store.store import Store


@dataclass
class Chat:
    """Remembers what was posted, for whom and when, in domain time."""

    clock: Clock
    name: str = "web"
    arrived: list[tuple[str, str, str]] = field(default_factory=list)

    async def deliver(self, operation: Operation) -> Receipt:
        said = operation.card.fallback if operation.card else ""
        if operation.kind is OperationKind.POST:
            self.arrived.append((operation.to.user, said, f"{self.clock.now():%d %b %H:%M}"))
        return Receipt(operation.id)

    async def find(self, operation: Operation, since: datetime) -> Receipt | None:
        return None


def render(row: Row) -> Operation:
    """Only the text's id is shown."""
    card = Card((row.text_id,), row.text_id)
    return Operation(id=str(row.id), kind=row.operation, to=row.account, lane=row.lane, card=card)


async def _nothing() -> int:
    return 0


class Clockwork:
    """Everything that a walk steps through."""

    def __init__(self, store: Store, keys: Keys, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.chat = Chat(clock)
        self.jobs: list[Job] = [
            Sweep(store, zone="UTC"),
            Idle(store, keys.forget),
            Retention(store, lambda: keys.sweep_unused(lambda subjects: subjects)),
        ]
        self.dispatcher = Dispatcher(store, clock, {"web": self.chat}, render)
        self.lock = asyncio.Lock()

    async def walk(self, to: datetime, *, halted: Callable[[], bool] = lambda: False) -> int:
        return await walk(
            to,
            jobs=self.jobs,
            dispatcher=self.dispatcher,
            inbox=_nothing,
            clock=self.clock,
            lock=self.lock,
            store=self.store,
            halted=halted,
        )

    async def tick(self) -> None:
        """What happens live, at each tick."""
        for job in self.jobs:
            await asyncio.to_thread(job.run, self.clock.now())
        await self.dispatcher.drain()
