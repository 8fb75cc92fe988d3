"""S1 to S3: a tick with nothing due, a due nudge, and what a burst of them does to the event loop.

Our side is the sweep as the ticker calls it. The floor and one job a trainee are in modules of their own.
"""

import asyncio
import statistics
import time

from adapters.port import Card, Operation, Receipt
from bot.clock import Clock
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.row import Row
from bot.nudges.sweep import Sweep
from bot.nudges.ticker import Ticker
from bot.running import settle_memory
from bot.store.engines import sqlite_path
from bot.store.schema import migrate
from bot.store.store import Store, open_store
from tests.bench import scheduling_floor as bare
from tests.bench.frame import Found, Room
from tests.bench.on_postgres import _server
from tests.bench.scheduling_people import QUIET_DAY, SUNDAY, enrol
from tests.bench.spent import spent

FEW, MANY = 10_000, 1_000_000
DUE = 10_000
_TICKS = 300
_STILL = 2.0
"""Seconds in which nothing is due, for what the machine's other work does to the loop."""
_STALL = 0.001
"""Seconds between two looks at the loop."""


def address(room: Room) -> str:
    """The database of this room."""
    return room.postgres or f"sqlite:///{room.folder}/companion.db"


def opened(room: Room) -> Store:
    """A fresh store in this room."""
    migrate(address(room))
    return open_store(address(room))


def server_of_store(store: Store) -> int:
    """The process id of its PostgreSQL server; 0 on SQLite."""
    return _server(store) if store.dialect == "postgresql" else 0


# ------------------------------------------------------------------------------- S1


def idle(room: Room) -> Found:
    """A tick that finds nothing due, among few enrolled and then among many, in milliseconds."""
    store = opened(room)
    few, many = room.times(FEW), room.times(MANY)
    enrol(store, few)
    before = _idle_tick(store, room.times(_TICKS))
    enrol(store, many, first=few)
    after = _idle_tick(store, room.times(_TICKS))
    store.close()
    return {"few_ms": before, "many_ms": after, "grows": after / before}


def _idle_tick(store: Store, ticks: int) -> float:
    """The median of five runs of ticks, client and server together."""
    sweep, server = Sweep(store, zone="UTC"), server_of_store(store)
    for _ in range(ticks):  # until statements are prepared and what was written is at rest
        sweep.run(QUIET_DAY)
    runs = []
    for _ in range(5):
        with spent(server) as found:
            for _ in range(ticks):
                sweep.run(QUIET_DAY)
        runs.append(found.each(ticks)["both_ms"])
    return statistics.median(runs)


# ------------------------------------------------------------------------------- S2


def due(room: Room) -> Found:
    """All of them due at once, by the sweep."""
    store, number = _with_due(room)
    sweep, server = Sweep(store, zone="UTC"), server_of_store(store)
    sweep.run(QUIET_DAY)
    settle_memory()
    with spent(server) as found:
        done = sweep.run(SUNDAY)
    store.close()
    return _each(found.each(number), done, number)


def floor(room: Room) -> Found:
    """The same by the bare driver."""
    store, number = _with_due(room)
    server = server_of_store(store)
    store.close()
    path = sqlite_path(address(room))
    tick, end = bare.on_postgres(address(room)) if path is None else bare.on_sqlite(str(path))
    done = 0
    with spent(server) as found:
        while some := tick(SUNDAY):
            done += some
    end()
    return _each(found.each(number), done, number)


def _with_due(room: Room) -> tuple[Store, int]:
    store, number = opened(room), room.times(DUE)
    enrol(store, number, due=number)
    return store, number


def _each(found: Found, done: int, number: int) -> Found:
    if done != number:
        raise AssertionError(f"{done} of {number} were done")
    return found


# ------------------------------------------------------------------------------- S3


class _Chat:
    """Takes what is sent at once, and remembers when the first came."""

    name = "web"

    def __init__(self) -> None:
        self.came = asyncio.Event()
        self.first = 0.0

    async def deliver(self, operation: Operation) -> Receipt:
        self.first = self.first or time.perf_counter()
        self.came.set()
        return Receipt(operation.id)

    async def find(self, operation: Operation, since: object) -> Receipt | None:
        return None


def burst(room: Room) -> Found:
    """Ticker, sweep and dispatcher with all of them due: how long the loop stalls, when the first goes."""
    store, _ = _with_due(room)
    try:
        return asyncio.run(_burst(store, room.scale * _STILL))
    finally:
        store.close()


async def _burst(store: Store, still_for: float) -> Found:
    clock, chat = Clock(real=lambda: SUNDAY, by_hand=True), _Chat()
    dispatcher = Dispatcher(store, clock, {"web": chat}, _shown)
    sweep = Sweep(store, zone="UTC", wake=dispatcher.wake)
    ticker = Ticker([sweep], clock.now, asyncio.Lock(), dispatcher.wake)
    sending = asyncio.create_task(dispatcher.run())
    stalls: list[float] = []
    watching = asyncio.create_task(_watch(stalls))
    settle_memory()
    await asyncio.sleep(still_for)
    still = max(stalls, default=0.0)
    stalls.clear()
    begun = time.perf_counter()
    await ticker.tick(sweep)
    await chat.came.wait()
    watching.cancel()
    await dispatcher.stop()
    await asyncio.gather(sending, watching, return_exceptions=True)
    return {"still_ms": still * 1000, "stall_ms": max(stalls) * 1000, "first_ms": (chat.first - begun) * 1000}


async def _watch(stalls: list[float]) -> None:
    last = time.perf_counter()
    while True:
        await asyncio.sleep(_STALL)
        last, before = time.perf_counter(), last
        stalls.append(last - before - _STALL)


def _shown(row: Row) -> Operation:
    card = Card((row.text_id,), row.text_id)
    return Operation(id=str(row.id), kind=row.operation, to=row.account, lane=row.lane, card=card)
