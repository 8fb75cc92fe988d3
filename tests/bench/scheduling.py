"""S1 to S3: a tick with nothing due, a due nudge, and what a burst of them does to the event loop.

Our side is the sweep as the ticker calls it. The floor and one job a trainee are in modules of their own.
"""

import asyncio
import statistics
import time
from functools import partial

from adapters.port import Card, Operation, Receipt
from bot.clock import Clock
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.row import Row
from bot.nudges.sweep import Sweep
from bot.nudges.ticker import Ticker
from bot.store.engines import sqlite_path
from bot.store.schema import migrate
from bot.store.store import Store, open_store
from tests.bench import scheduling_floor as bare
from tests.bench.frame import Figure, Found, Measure, Part, Room
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


# ------------------------------------------------------------------------------- figures

_HERE = "tests.bench.scheduling"
_ROSTER = "tests.bench.scheduling_roster"
_RIVAL = "tests.bench.rivals.apscheduler_jobs"
_BOTH: tuple[tuple[str, str, bool], ...] = (("", "on SQLite", False), (" pg", "on PostgreSQL", True))


def _measures(end: str, on: bool) -> tuple[Measure, ...]:
    measure = partial(Measure, postgres=on)
    return (
        measure(f"idle{end}", f"{_HERE}:idle", once=True),
        measure(f"due{end}", f"{_HERE}:due"),
        measure(f"floor{end}", f"{_HERE}:floor"),
        measure(f"jobs{end}", f"{_RIVAL}:due"),
        measure(f"burst{end}", f"{_HERE}:burst"),
        measure(f"roster{end}", f"{_ROSTER}:roster", once=True),
        measure(f"one{end}", f"{_ROSTER}:one_by_one"),
        measure(f"restart{end}", f"{_ROSTER}:restart", once=True),
    )


def _figures(end: str, where: str, on: bool) -> tuple[Figure, ...]:
    return (
        Figure(
            f"S1{end}",
            f"An idle tick among 1,000,000 enrolled beside one among 10,000, {where}",
            f"idle{end}",
            "grows",
            most=1.5,
            unit=" x",
            short=f"idle tick, 1 M : 10 k{end}",
        ),
        Figure(
            f"S1 tick{end}",
            f"CPU of an idle tick{', client and server' if on else ''}, {where}",
            f"idle{end}",
            "many_ms",
            most=1.0 if on else 0.5,
            unit=" ms",
        ),
        Figure(
            f"S2{end}",
            f"A due nudge beside the bare driver's, {where}",
            f"due{end}",
            "both_ms",
            peer=f"floor{end}",
            most=3.0,
            unit=" x",
            short=f"due nudge : bare driver{end}",
            how="10,000 due at once in twelve zones. Quiet hours, silences, holds, caps, the reminder and the"
            " page drawn anew are ours alone; the bare driver claims, writes the outbox row and the next date"
            " on the same tables, in the same batches.",
        ),
        Figure(
            f"S2 jobs{end}",
            f"A due nudge beside one APScheduler job a trainee, {where}",
            f"due{end}",
            "both_ms",
            peer=f"jobs{end}",
            cheaper=True,
            least=15.0,
            unit=" x cheaper",
            short=f"due nudge : APScheduler job{end}",
            how="the job does nothing, where ours leaves the message ready to be sent.",
        ),
        Figure(
            f"S3{end}",
            f"Longest stall of the event loop with 10,000 due, {where}",
            f"burst{end}",
            "stall_ms",
            most=50.0,
            unit=" ms",
            how="wall time, so other work on the machine counts in: see the next line.",
        ),
        Figure(
            f"S3 still{end}",
            "The same loop with nothing due",
            f"burst{end}",
            "still_ms",
            unit=" ms",
        ),
        Figure(
            f"S3 first{end}",
            f"From the tick to the first send with 10,000 due, {where}",
            f"burst{end}",
            "first_ms",
            most=100.0,
            unit=" ms",
        ),
        Figure(
            f"S4{end}",
            f"CPU of bringing in a roster of 100,000, {where}",
            f"roster{end}",
            "whole_s",
            most=15.0,
            unit=" s",
            short=f"roster of 100,000{end}",
            how="from program.toml, read and checked, client and server: 100,000 trainees, 2,000 coaches, an"
            " assignment each.",
        ),
        Figure(
            f"S4 store{end}",
            "Of that the store's part beside bare inserts",
            f"roster{end}",
            "beside_bare",
            unit=" x",
        ),
        Figure(
            f"S4 one{end}",
            f"CPU of enrolling one person, {where}",
            f"one{end}",
            "both_ms",
            most=1.0,
            unit=" ms",
        ),
        Figure(
            f"S4 restart{end}",
            f"CPU that 1,000,000 enrolled add to a start, {where}",
            f"restart{end}",
            "adds_ms",
            most=50.0,
            unit=" ms",
        ),
    )


PART = Part(
    name="scheduling",
    measures=tuple(one for end, _, on in _BOTH for one in _measures(end, on)),
    figures=tuple(one for end, where, on in _BOTH for one in _figures(end, where, on)),
)
