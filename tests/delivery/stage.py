"""A platform in memory, and rows to send through it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from adapters.port import Card, Lane, Operation, Receipt, UnknownOutcome
from bot.delivery.check import Wanted
from bot.delivery.dispatcher import LEASE, Dispatcher
from bot.delivery.row import Render, Row
from bot.nudges.wanted import Go
from bot.store.store import Store
from bot.store.tables import accounts, outbox, persons, programs
from tests.conftest import MONDAY, HandClock


@dataclass
class Stage:
    """Records what was posted. `faults` are raised first, one a send; `lost` are raised after posting."""

    name: str = "stage"
    posts: list[Operation] = field(default_factory=list)
    tries: int = 0
    faults: list[Exception] = field(default_factory=list)
    lost: list[Exception] = field(default_factory=list)
    finds: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    together: int = 0
    most_together: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    async def deliver(self, operation: Operation) -> Receipt:
        self.tries += 1
        self.together += 1
        self.most_together = max(self.together, self.most_together)
        try:
            return await self._deliver(operation)
        finally:
            self.together -= 1

    async def _deliver(self, operation: Operation) -> Receipt:
        await self.gate.wait()
        if self.faults:
            raise self.faults.pop(0)
        self.posts.append(operation)
        if self.lost:
            raise self.lost.pop(0)
        return Receipt(f"r{len(self.posts)}")

    async def find(self, operation: Operation, since: datetime) -> Receipt | None:
        if not self.finds:
            raise UnknownOutcome
        there = [post for post in self.posts if post.id == operation.id]
        return Receipt("found") if there else None

    @property
    def said(self) -> list[str]:
        """The texts in the order of their arrival."""
        return [post.card.fallback for post in self.posts if post.card]


def render(row: Row) -> Operation | None:
    """The text's id is all there is to show; "nothing" has become pointless."""
    if row.text_id == "nothing":
        return None
    card = Card((row.text_id,), row.text_id)
    return Operation(id=str(row.id), kind=row.operation, to=row.account, lane=row.lane, card=card)


def go(conn: Connection, row: Row, now: datetime) -> Go:
    """Everything is still wanted."""
    return Go()


@dataclass
class Outbox:
    """The outbox of one store, with people called by their user ids."""

    store: Store
    clock: HandClock

    def people(self, *names: str) -> None:
        def add(conn: Connection) -> None:
            conn.execute(insert(programs).values(program_id="demo", name="Demo", opened_at=MONDAY))
            for name in names:
                person = {"id": name, "program_id": "demo", "state": "active", "name": name, "zone": "UTC"}
                conn.execute(insert(persons).values(person))
                account = {"platform": "stage", "tenant": "t", "user": name, "person_id": name}
                conn.execute(insert(accounts).values(account))

        self.store.write(add)

    def put(self, text: str, *, to: str = "ana", lane: Lane = Lane.REPLY, **columns: object) -> int:
        """One row, due now. Returns its id."""
        row = {
            "platform": "stage",
            "tenant": "t",
            "user": to,
            "person_id": to,
            "lane": int(lane),
            "operation": "post",
            "text_id": text,
            "started_by_us": lane is Lane.NUDGE,
            "due_at": self.clock.now(),
            "created_at": self.clock.now(),
        } | columns
        return self.store.write(
            lambda conn: int(conn.scalar(insert(outbox).values(row).returning(outbox.c.id)))
        )

    def nudge(self, text: str, *, to: str = "ana", **columns: object) -> int:
        return self.put(text, to=to, lane=Lane.NUDGE, **columns)

    def row(self, row_id: int) -> Row:
        query = select(outbox).where(outbox.c.id == row_id)
        return self.store.read(lambda conn: Row.of(conn.execute(query).mappings().one()))

    def states(self) -> list[str]:
        query = select(outbox.c.state).order_by(outbox.c.id)
        return self.store.read(lambda conn: list(conn.scalars(query)))

    def rows(self, table: Table) -> Sequence[Any]:
        """In the order they were written, where they are numbered."""
        query = select(table).order_by(table.autoincrement_column)
        return self.store.read(lambda conn: conn.execute(query).all())

    def dispatcher(
        self,
        stage: Stage,
        *,
        wanted: Wanted = go,
        between: Callable[[float, float], float] = lambda least, most: most,
        render: Render = render,
        batch: int = 50,
        parallel: int = 8,
        lease: timedelta = LEASE,
        rate: int = 0,
        grace: float = 20.0,
        look: float = 60.0,
    ) -> Dispatcher:
        """A dispatcher of that platform alone, with the longest backoff that the dice allow."""
        return Dispatcher(
            self.store,
            self.clock,
            {stage.name: stage},
            render,
            batch=batch,
            lease=lease,
            parallel=parallel,
            rate_per_minute=rate,
            grace=grace,
            look=look,
            wanted=wanted,
            between=between,
        )
